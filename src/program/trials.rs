//! Tests and assertions, as a book states them.

use super::rules::Head;
use super::terms::Expr;
use super::types::MeasureId;
use crate::source::Span;
use crate::syntax::{Comparator, OutcomeWord};
use crate::value::Exact;
use jiff::civil::Date;

/// One shipment of a test, with what must come of it.
#[derive(Debug)]
pub struct Test {
    /// The title of the test.
    pub title: String,
    /// The shipment, as stated.
    pub facts: StatedFacts,
    /// What must come of it, each with its place.
    pub expectations: Vec<(Expectation, Span)>,
    /// Where it is written.
    pub span: Span,
}

/// Facts as they were stated, not yet checked against the book.
#[derive(Clone, Debug, Default)]
pub struct StatedFacts {
    /// The goods code, with or without points.
    pub hs: Option<String>,
    /// The country of origin, by its code of two letters.
    pub origin: Option<String>,
    /// Name and value, as written in a record.
    pub values: Vec<(String, String)>,
    /// The day whose knowledge counts; nothing where everything is known.
    pub known_at: Option<Date>,
    /// The scenario under which it is assessed.
    pub scenario: Option<String>,
}

/// A claim that must hold for every shipment.
#[derive(Debug)]
pub struct Assertion {
    /// Its name in the book.
    pub name: String,
    /// Its title in the author's words; empty where there is none.
    pub title: String,
    /// Where, when and for which shipments it must hold.
    pub head: Head,
    /// What must hold.
    pub claim: Claim,
    /// Where it is written.
    pub span: Span,
}

/// What an assertion says of a shipment.
#[derive(Clone, Debug)]
pub struct Claim {
    /// What must hold.
    pub kind: ClaimKind,
    /// Where it is written.
    pub span: Span,
}

/// What a claim compares or names.
#[derive(Clone, Debug)]
pub enum ClaimKind {
    /// All of these.
    All(Vec<Claim>),
    /// One of these.
    Any(Vec<Claim>),
    /// Not this.
    Not(Box<Claim>),
    /// Two values.
    Compare(ClaimTerm, Comparator, ClaimTerm),
    /// A measure's outcome.
    Outcome(MeasureId, OutcomeWord),
}

/// One side of a comparison in a claim.
#[derive(Clone, Debug)]
pub enum ClaimTerm {
    /// What measures come to, as a rate on the customs value.
    RateOf(Vec<MeasureId>),
    /// All measures and retaliations, as a rate on the customs value or an amount.
    Duties,
    /// All taxes, likewise.
    Taxes,
    /// All fees, likewise.
    Fees,
    /// All of them, likewise.
    Total,
    /// A rate on the customs value, or an amount of money: any of the book's expressions.
    Value(Expr),
}

/// What a test expects of its shipment.
#[derive(Clone, Debug)]
pub enum Expectation {
    /// That a fact is asked for.
    Needs(String),
    /// A rate over the customs value.
    Rate(Target, Exact),
    /// An amount, in the book's currency.
    Amount(Target, Exact),
    /// That these reliefs counted.
    Relieved(MeasureId, Vec<String>),
    /// That these measures displaced it.
    Displaced(MeasureId, Vec<String>),
    /// A measure's outcome.
    Outcome(MeasureId, OutcomeWord),
    /// The outcome of the shipment as a whole.
    Status(String),
}

/// Whose amount a test expects.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Target {
    /// One measure's.
    Measure(MeasureId),
    /// Everything that is owed.
    Total,
    /// All measures and retaliations.
    Duty,
    /// All taxes.
    Tax,
    /// All fees.
    Fee,
}
