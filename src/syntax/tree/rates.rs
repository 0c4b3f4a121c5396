//! Rates, and the bases of which they are taken.

use super::{Lasting, Money, Name, Number, Percent, Sign, Specific, Text};
use crate::source::Span;

/// Sums bounded from left to right: `9.1% at most 1% + GBP 0.90 per 100 kg`.
#[derive(Clone, Debug)]
pub struct Rate {
    pub first: RateSum,
    pub bounds: Vec<(Bound, RateSum)>,
    pub span: Span,
}

/// A bound of a rate, which takes the whole sum to its right.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Bound {
    AtLeast,
    AtMost,
}

/// Terms that are added and taken away; the sign of the first is plus.
#[derive(Clone, Debug)]
pub struct RateSum {
    pub terms: Vec<(Sign, RateTerm)>,
    pub span: Span,
}

/// One term of a rate.
#[derive(Clone, Debug)]
pub enum RateTerm {
    Free(Span),
    None(Span),
    Table(Text),
    Matching {
        measure: Name,
        origin: Name,
        after: Option<Lasting>,
        span: Span,
    },
    Inclusive(Percent, Vec<Name>, Span),
    PercentOf(Percent, Name, Span),
    Percent(Percent),
    RateOf(Name, Span),
    Specific(Specific),
    /// Money, numbers and facts, multiplied; one factor alone is itself.
    Product(Vec<Factor>, Span),
}

/// What is multiplied in a rate.
#[derive(Clone, Debug)]
pub enum Factor {
    Money(Money),
    Number(Number),
    Named(Name),
}

/// What a percentage is taken of.
#[derive(Clone, Debug)]
pub struct Base {
    /// The first part (its sign is plus) and what is added (`plus`) or taken away (`less`).
    pub terms: Vec<(Sign, BaseTerm)>,
    pub grossed_up: bool,
    pub span: Span,
}

/// One part of a base.
#[derive(Clone, Debug)]
pub enum BaseTerm {
    Named(Name),
    BaseOf(Name, Span),
}
