//! Tests and assertions, as a book states them.

use super::rules::Head;
use super::terms::Expr;
use super::types::MeasureId;
use crate::source::Span;
use crate::syntax::{Comparator, OutcomeWord};
use crate::value::Exact;
use jiff::civil::Date;

#[derive(Debug)]
pub struct Test {
    pub title: String,
    pub facts: StatedFacts,
    pub expectations: Vec<(Expectation, Span)>,
    pub span: Span,
}

/// Facts as they were stated, not yet checked against the book.
#[derive(Clone, Debug, Default)]
pub struct StatedFacts {
    pub hs: Option<String>,
    pub origin: Option<String>,
    /// Name and value, as written in a record.
    pub values: Vec<(String, String)>,
    pub known_at: Option<Date>,
    pub scenario: Option<String>,
}

/// A claim that must hold for every shipment.
#[derive(Debug)]
pub struct Assertion {
    pub name: String,
    pub title: String,
    pub head: Head,
    pub claim: Claim,
    pub span: Span,
}

#[derive(Clone, Debug)]
pub struct Claim {
    pub kind: ClaimKind,
    pub span: Span,
}

#[derive(Clone, Debug)]
pub enum ClaimKind {
    All(Vec<Claim>),
    Any(Vec<Claim>),
    Not(Box<Claim>),
    Compare(ClaimTerm, Comparator, ClaimTerm),
    Outcome(MeasureId, OutcomeWord),
}

/// One side of a comparison in a claim.
#[derive(Clone, Debug)]
pub enum ClaimTerm {
    /// What measures come to, as a rate on the customs value.
    RateOf(Vec<MeasureId>),
    Duties,
    Taxes,
    Fees,
    Total,
    /// A rate on the customs value, or an amount of money: any of the book's expressions.
    Value(Expr),
}

#[derive(Clone, Debug)]
pub enum Expectation {
    Needs(String),
    /// A rate over the customs value.
    Rate(Target, Exact),
    Amount(Target, Exact),
    Relieved(MeasureId, Vec<String>),
    Displaced(MeasureId, Vec<String>),
    Outcome(MeasureId, OutcomeWord),
    Status(String),
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Target {
    Measure(MeasureId),
    Total,
    Duty,
    Tax,
    Fee,
}
