//! The facts of a shipment: built in, or declared by a book.

use super::terms::Expr;
use super::types::QuotaId;
use crate::source::Span;
use crate::value::Unit;

/// A fact of a shipment, by its place among those of the book.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct FactId(pub usize);

/// What can be known of a shipment.
#[derive(Debug)]
pub struct Fact {
    /// Its name, which is also its column.
    pub name: String,
    /// Of which type.
    pub kind: FactKind,
    /// What it is, in words, for questions about it.
    pub what: String,
    /// What stands in for it where it is not given, as the author declared.
    pub default: Option<Expr>,
    /// Where it is declared; nothing for what is built in.
    pub span: Option<Span>,
}

/// The types of facts.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum FactKind {
    /// An amount with its currency.
    Money,
    /// A rate, as a fraction of one.
    Rate,
    /// A bare number.
    Number,
    /// Yes or no.
    Flag,
    /// A text.
    Text,
    /// A country.
    Country,
    /// A moment, or some moment of a day.
    Instant,
    /// So much of a unit.
    Quantity(Unit),
    /// What the importer claims; none is an answer too.
    Claims,
    /// What is left of a quota, in the unit of its column.
    Balance(QuotaId),
}

impl FactKind {
    /// In the author's words, with the article.
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
    /// The customs value.
    pub const VALUE: FactId = FactId(0);
    /// The moment of entry.
    pub const ENTERED: FactId = FactId(1);
    /// The moment at which the goods were loaded for their journey.
    pub const LOADED: FactId = FactId(2);
    /// The moment at which they left the country of export.
    pub const EXPORTED: FactId = FactId(3);
    /// Who imports them.
    pub const IMPORTER: FactId = FactId(4);
    /// What is claimed for them.
    pub const CLAIMS: FactId = FactId(5);
    /// The first of the quantities, in the order of [`Unit::ALL`].
    pub const FIRST_UNIT: usize = 6;

    /// The quantity in a unit.
    pub fn of_unit(unit: Unit) -> FactId {
        let at = Unit::ALL.iter().position(|u| *u == unit).unwrap_or(0);
        FactId(Self::FIRST_UNIT.saturating_add(at))
    }
}
