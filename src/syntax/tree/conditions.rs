//! Conditions, the values that they compare, and claims.

use super::{FileRef, Moment, Money, Name, Number, Percent, Points, Specific, Text};
use crate::source::Span;
use crate::value::Unit;
use std::cmp::Ordering;

/// A test of the facts of a shipment.
#[derive(Clone, Debug)]
pub enum Condition {
    Any(Vec<Condition>, Span),
    All(Vec<Condition>, Span),
    Not(Box<Condition>, Span),
    Moment { fact: Name, bound: MomentBound, at: Moment, span: Span },
    During(Name, Span),
    Claims(Text, Span),
    InForce(Name, Span),
    InFile { fact: Name, file: FileRef, span: Span },
    Compare(Box<Comparison>),
    Flag(Name),
}

impl Condition {
    pub fn span(&self) -> Span {
        match self {
            Condition::Any(_, s)
            | Condition::All(_, s)
            | Condition::Not(_, s)
            | Condition::During(_, s)
            | Condition::Claims(_, s)
            | Condition::InForce(_, s)
            | Condition::Moment { span: s, .. }
            | Condition::InFile { span: s, .. } => *s,
            Condition::Compare(c) => c.span,
            Condition::Flag(n) => n.span,
        }
    }
}

/// Two values compared.
#[derive(Clone, Debug)]
pub struct Comparison {
    pub left: Expression,
    pub comparator: Comparator,
    pub right: Expression,
    /// Where it is written.
    pub span: Span,
}

/// The one bound of a moment: `before` (excluded), `from` and `through` (included).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum MomentBound {
    Before,
    From,
    Through,
}

/// How two values are compared.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Comparator {
    Equal,
    Unequal,
    Less,
    LessOrEqual,
    Greater,
    GreaterOrEqual,
}

impl Comparator {
    /// Whether it holds between two values of this order.
    pub fn holds(self, ordering: Ordering) -> bool {
        match self {
            Comparator::Equal => ordering.is_eq(),
            Comparator::Unequal => ordering.is_ne(),
            Comparator::Less => ordering.is_lt(),
            Comparator::LessOrEqual => ordering.is_le(),
            Comparator::Greater => ordering.is_gt(),
            Comparator::GreaterOrEqual => ordering.is_ge(),
        }
    }

    /// The same comparison with its sides exchanged.
    pub fn mirrored(self) -> Comparator {
        match self {
            Comparator::Less => Comparator::Greater,
            Comparator::LessOrEqual => Comparator::GreaterOrEqual,
            Comparator::Greater => Comparator::Less,
            Comparator::GreaterOrEqual => Comparator::LessOrEqual,
            same => same,
        }
    }

    pub fn mark(self) -> &'static str {
        match self {
            Comparator::Equal => "=",
            Comparator::Unequal => "!=",
            Comparator::Less => "<",
            Comparator::LessOrEqual => "<=",
            Comparator::Greater => ">",
            Comparator::GreaterOrEqual => ">=",
        }
    }
}

/// A value that is compared, or that stands in for an input.
#[derive(Clone, Debug)]
pub enum Expression {
    /// First term (its sign is plus) and further terms with their signs.
    Sum(Vec<(Sign, Expression)>, Span),
    Product(Vec<Expression>, Span),
    Percent(Percent),
    Points(Points),
    Money(Money),
    Specific(Specific),
    Number(Number),
    Moment(Moment),
    Text(Text),
    Country(Name),
    Flag(bool, Span),
    Named(Name),
    PercentOf(Percent, Name, Span),
    PerUnit(Name, Unit, Span),
    RateOf(Name, Span),
}

impl Expression {
    pub fn span(&self) -> Span {
        match self {
            Expression::Sum(_, s)
            | Expression::Product(_, s)
            | Expression::Flag(_, s)
            | Expression::PercentOf(_, _, s)
            | Expression::PerUnit(_, _, s)
            | Expression::RateOf(_, s) => *s,
            Expression::Percent(p) => p.span,
            Expression::Points(p) => p.span,
            Expression::Money(m) => m.span,
            Expression::Specific(s) => s.span,
            Expression::Number(n) => n.span,
            Expression::Moment(m) => m.span,
            Expression::Text(t) => t.span,
            Expression::Country(n) | Expression::Named(n) => n.span,
        }
    }
}

/// Whether a term is added or taken away.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Sign {
    Plus,
    Minus,
}

/// What an assertion claims of every shipment.
#[derive(Clone, Debug)]
pub enum Claim {
    Any(Vec<Claim>, Span),
    All(Vec<Claim>, Span),
    Not(Box<Claim>, Span),
    Compare(Box<Comparison>),
    Outcome(Name, OutcomeWord, Span),
}

/// The outcome of a measure, as claims and tests name it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum OutcomeWord {
    /// It is charged, perhaps at a rate of zero.
    Applied,
    /// An exemption relieves of all of it.
    Exempted,
    /// A suspension takes all of it.
    Suspended,
    /// It gives way to another measure that is applied.
    Displaced,
    /// No clause runs yet, or any more.
    NotInForce,
    /// It does not reach these goods or this origin.
    OutOfScope,
    /// Its condition does not hold.
    ConditionNotMet,
    /// It was ended for this moment.
    Repealed,
    /// It was ended from its beginning.
    Void,
    /// A fact is missing that matters.
    NeedsInput,
    /// The record is too coarse to tell.
    Undetermined,
    /// Two rates stand, and the law does not say which.
    Conflict,
    /// It promises a rate for these goods and has none.
    Unrated,
}

impl OutcomeWord {
    /// All outcomes, in the order of the language.
    pub const ALL: [OutcomeWord; 13] = [
        OutcomeWord::Applied,
        OutcomeWord::Exempted,
        OutcomeWord::Suspended,
        OutcomeWord::Displaced,
        OutcomeWord::NotInForce,
        OutcomeWord::OutOfScope,
        OutcomeWord::ConditionNotMet,
        OutcomeWord::Repealed,
        OutcomeWord::Void,
        OutcomeWord::NeedsInput,
        OutcomeWord::Undetermined,
        OutcomeWord::Conflict,
        OutcomeWord::Unrated,
    ];

    /// As it is written.
    pub fn words(self) -> &'static str {
        match self {
            OutcomeWord::Applied => "applied",
            OutcomeWord::Exempted => "exempted",
            OutcomeWord::Suspended => "suspended",
            OutcomeWord::Displaced => "displaced",
            OutcomeWord::NotInForce => "not in force",
            OutcomeWord::OutOfScope => "out of scope",
            OutcomeWord::ConditionNotMet => "condition not met",
            OutcomeWord::Repealed => "repealed",
            OutcomeWord::Void => "void",
            OutcomeWord::NeedsInput => "needs input",
            OutcomeWord::Undetermined => "undetermined",
            OutcomeWord::Conflict => "conflict",
            OutcomeWord::Unrated => "unrated",
        }
    }
}
