//! Items that open a book, name things, suppose or promise something.

use super::{Cites, Claim, Countries, Expression, Goods, Item, Modifiers, Moment, Name, Number, Text};
use crate::source::Span;
use crate::value::Unit;

/// `policy NAME "title"` and its statements.
#[derive(Clone, Debug)]
pub struct Policy {
    pub name: Name,
    pub title: Option<Text>,
    pub clauses: Vec<PolicyClause>,
}

/// One statement of a policy.
#[derive(Clone, Debug)]
pub enum PolicyClause {
    ImportsInto(Name, Span),
    Currency(Name, Span),
    Clock(Name, Span),
    Nomenclature(Text, Span),
    Rounding { mode: crate::value::RoundingMode, step: Number, when: Option<RoundingTime>, span: Span },
    BareDates { start: bool, span: Span },
    Exchange(Text, Span),
    Time { from: Moment, through: Option<Moment>, span: Span },
}

/// When amounts are rounded.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum RoundingTime {
    EachAmount,
    AtTheEnd,
}

/// `use NAME from "path"`.
#[derive(Clone, Debug)]
pub struct Use {
    pub name: Name,
    pub path: Text,
}

/// A legal act.
#[derive(Clone, Debug)]
pub struct Instrument {
    pub name: Name,
    pub title: Option<Text>,
    pub clauses: Vec<InstrumentClause>,
}

/// One statement about a legal act.
#[derive(Clone, Debug)]
pub enum InstrumentClause {
    Published(Moment, Span),
    Expires(Moment, Span),
    Url(Text, Span),
    Unofficial(Span),
    Quotation(Text, Span),
}

/// `goods NAME = …`.
#[derive(Clone, Debug)]
pub struct GoodsSet {
    pub name: Name,
    pub goods: Goods,
}

/// `countries NAME = …`.
#[derive(Clone, Debug)]
pub struct CountrySetItem {
    pub name: Name,
    pub countries: Countries,
}

/// `group NAME = …`.
#[derive(Clone, Debug)]
pub struct Group {
    pub name: Name,
    pub members: Vec<Name>,
}

/// `input NAME : TYPE`, a further fact of a shipment.
#[derive(Clone, Debug)]
pub struct Input {
    pub name: Name,
    pub kind: InputKind,
    pub kind_span: Span,
    pub what: Option<Text>,
    pub default: Option<Expression>,
}

/// The type of an input.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum InputKind {
    Money,
    Rate,
    Number,
    Flag,
    Text,
    Country,
    Instant,
    Quantity(Unit),
}

/// A dated state of affairs.
#[derive(Clone, Debug)]
pub struct Event {
    pub name: Name,
    pub title: Option<Text>,
    pub head: Modifiers,
}

/// `extend NAME until T`.
#[derive(Clone, Debug)]
pub struct Extension {
    pub event: Name,
    pub until: Moment,
    pub cites: Option<Cites>,
}

/// A variant of the book: what is left out, and what is added.
#[derive(Clone, Debug)]
pub struct Scenario {
    pub name: Name,
    pub title: Option<Text>,
    pub without: Vec<Name>,
    pub with: Vec<Item>,
    /// From the word `with` to the end of the last item.
    pub with_span: Span,
}

/// A claim that must hold for every shipment.
#[derive(Clone, Debug)]
pub struct Assert {
    pub name: Name,
    pub title: Option<Text>,
    pub head: Modifiers,
    pub claim: Claim,
}

/// `allow CODE in NAME because "…"`, a finding that is accepted.
#[derive(Clone, Debug)]
pub struct Waiver {
    pub code: Name,
    pub within: Name,
    pub because: Text,
    pub until: Option<Moment>,
}
