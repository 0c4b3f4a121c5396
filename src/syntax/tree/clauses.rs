//! What holds for an item or for one of its body clauses.

use super::{Base, Condition, Goods, Lasting, Moment, Name, Origins, Rate, Text};
use crate::source::Span;

/// Scope, condition, period, label and citation, each at most once.
#[derive(Clone, Debug, Default)]
pub struct Modifiers {
    pub on: Option<Goods>,
    pub of: Option<Origins>,
    pub when: Option<When>,
    pub period: Period,
    pub label: Option<Name>,
    pub prevails: Vec<Name>,
    pub cites: Option<Cites>,
}

/// A condition as a clause.
#[derive(Clone, Debug)]
pub struct When {
    /// Said with `unless`.
    pub negated: bool,
    pub condition: Condition,
    pub span: Span,
}

/// The bounds of a period, each at most once; which go together is settled later.
#[derive(Clone, Debug, Default)]
pub struct Period {
    pub from: Option<Moment>,
    pub until: Option<Moment>,
    pub through: Option<Moment>,
    pub lasting: Option<Lasting>,
    pub during: Option<Name>,
}

impl Period {
    pub fn is_empty(&self) -> bool {
        self.from.is_none() && self.until.is_none() && self.through.is_none() && self.lasting.is_none() && self.during.is_none()
    }
}

/// The source of a rule: an instrument, perhaps a place in it and its words.
#[derive(Clone, Debug)]
pub struct Cites {
    pub instrument: Name,
    pub section: Option<Text>,
    pub quotation: Option<Text>,
    pub span: Span,
}

/// A clause of a body, with what belongs to it alone.
#[derive(Clone, Debug)]
pub struct BodyClause {
    pub kind: BodyKind,
    pub modifiers: Modifiers,
    /// The clause with its modifiers.
    pub span: Span,
}

/// What a clause of a body says.
#[derive(Clone, Debug)]
pub enum BodyKind {
    Rate(Rate),
    Base(Base),
    YieldsTo(Vec<Name>),
    InLieuOf(Vec<Name>),
    /// `covers GOODS`: the goods; origins and period are its modifiers.
    Covers(Goods),
    Postpone {
        label: Name,
        to: Moment,
    },
    End {
        label: Name,
        at: Moment,
    },
    Extend {
        label: Name,
        until: Moment,
    },
}
