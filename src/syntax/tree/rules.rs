//! Items that charge, relieve, limit and end.

use super::{BodyClause, Cites, Lasting, Modifiers, Moment, Money, MonthDay, Name, Percent, Points, Rate, Text};
use crate::source::Span;

/// Which of the four kinds of charge.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum ChargeKind {
    Measure,
    Retaliation,
    Tax,
    Fee,
}

impl ChargeKind {
    /// Whether it is a duty: taxes and fees come after.
    pub fn is_duty(self) -> bool {
        matches!(self, ChargeKind::Measure | ChargeKind::Retaliation)
    }

    pub fn word(self) -> &'static str {
        match self {
            ChargeKind::Measure => "measure",
            ChargeKind::Retaliation => "retaliation",
            ChargeKind::Tax => "tax",
            ChargeKind::Fee => "fee",
        }
    }
}

/// Something that is charged: a measure, a retaliation, a tax or a fee.
#[derive(Clone, Debug)]
pub struct Charge {
    pub kind: ChargeKind,
    pub name: Name,
    pub title: Option<Text>,
    pub against: Option<Name>,
    pub head: Modifiers,
    pub body: Vec<BodyClause>,
}

/// Later clauses for a rule declared before.
#[derive(Clone, Debug)]
pub struct Amend {
    pub target: Name,
    pub head: Modifiers,
    pub body: Vec<BodyClause>,
}

/// Relief from measures; full where no relief is said.
#[derive(Clone, Debug)]
pub struct Exemption {
    pub name: Name,
    pub title: Option<Text>,
    pub from: Vec<Name>,
    pub relief: Option<Relief>,
    pub quota: Option<Name>,
    pub head: Modifiers,
}

/// How much an exemption relieves.
#[derive(Clone, Debug)]
pub enum Relief {
    To(Rate, Span),
    ByPoints(Points, Span),
    ByShare(Percent, Span),
    ByInput(Name, Span),
}

/// Measures put out of action for a time: all of the rate where no points are said.
#[derive(Clone, Debug)]
pub struct Suspension {
    pub name: Name,
    pub title: Option<Text>,
    pub of: Vec<Name>,
    pub only: Vec<Name>,
    pub by: Option<Points>,
    pub head: Modifiers,
}

/// A rate that falls by stages.
#[derive(Clone, Debug)]
pub struct Phaseout {
    pub name: Name,
    pub title: Option<Text>,
    pub of: Vec<Name>,
    pub steps: Option<Steps>,
    pub starting_at: Option<Rate>,
    pub counted_from: Option<Moment>,
    /// At most one for percentages, then at most one for amounts.
    pub rounded: Vec<Rounded>,
    pub head: Modifiers,
}

/// The step to which staged rates are rounded, half up or down.
#[derive(Clone, Debug)]
pub struct Rounded {
    pub down: bool,
    pub to: RoundedTo,
    pub span: Span,
}

/// A step of rounding.
#[derive(Clone, Debug)]
pub enum RoundedTo {
    Points(Points),
    Money(Money),
}

/// How a rate falls: equal stages, or stated cuts.
#[derive(Clone, Debug)]
pub enum Steps {
    Equal { count: u32, every: Option<MonthDay>, to: Rate, span: Span },
    Cutting { cuts: Vec<Percent>, every: Option<MonthDay>, span: Span },
}

/// A ceiling over the sum of several duties.
#[derive(Clone, Debug)]
pub struct Limit {
    pub name: Name,
    pub title: Option<Text>,
    pub of: Vec<Name>,
    pub at_most: Option<Rate>,
    pub head: Modifiers,
}

/// A quantity that reliefs draw on.
#[derive(Clone, Debug)]
pub struct Quota {
    pub name: Name,
    pub file: Text,
    pub column: Name,
    pub per_importer: bool,
    pub tolerance: Option<Percent>,
    pub term: Option<(Lasting, Name)>,
    pub cites: Option<Cites>,
}

/// A `repeal` or a `void`.
#[derive(Clone, Debug)]
pub struct Ending {
    pub void: bool,
    pub name: Name,
    pub title: Option<Text>,
    pub of: Vec<Name>,
    pub head: Modifiers,
}
