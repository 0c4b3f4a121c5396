//! The facts of a shipment: built in, or declared by a book.

use super::terms::Expr;
use super::types::QuotaId;
use crate::source::Span;
use crate::value::Unit;

/// A fact of a shipment, by its place among those of the book.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct FactId(pub usize);

#[derive(Debug)]
pub struct Fact {
    pub name: String,
    pub kind: FactKind,
    pub what: String,
    pub default: Option<Expr>,
    pub span: Option<Span>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum FactKind {
    Money,
    Rate,
    Number,
    Flag,
    Text,
    Country,
    Instant,
    Quantity(Unit),
    Claims,
    /// What is left of a quota, in the unit of its column.
    Balance(QuotaId),
}

impl FactKind {
    pub fn words(self) -> String {
        match self {
            FactKind::Money => "an amount of money".to_owned(),
            FactKind::Rate => "a rate".to_owned(),
            FactKind::Number => "a number".to_owned(),
            FactKind::Flag => "a flag".to_owned(),
            FactKind::Text => "a text".to_owned(),
            FactKind::Country => "a country".to_owned(),
            FactKind::Instant => "an instant".to_owned(),
            FactKind::Quantity(u) => format!("a quantity in {u}"),
            FactKind::Claims => "the claims".to_owned(),
            FactKind::Balance(_) => "the balance of a quota".to_owned(),
        }
    }
}

impl FactId {
    pub const VALUE: FactId = FactId(0);
    pub const ENTERED: FactId = FactId(1);
    pub const LOADED: FactId = FactId(2);
    pub const EXPORTED: FactId = FactId(3);
    pub const IMPORTER: FactId = FactId(4);
    pub const CLAIMS: FactId = FactId(5);
    /// The first of the quantities, in the order of [`Unit::ALL`].
    pub const FIRST_UNIT: usize = 6;

    pub fn of_unit(unit: Unit) -> FactId {
        let at = Unit::ALL.iter().position(|u| *u == unit).unwrap_or(0);
        FactId(Self::FIRST_UNIT.saturating_add(at))
    }
}
