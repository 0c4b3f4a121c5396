//! Tests, their shipments and expectations, and the lines of a session.

use super::{Code, Comparator, Expression, Moment, Money, Name, Number, OutcomeWord, Percent, Text};
use crate::source::Span;

/// An example with its expected results.
#[derive(Clone, Debug)]
pub struct Test {
    pub title: Text,
    pub cases: Vec<TestCase>,
}

/// One shipment of a test, and what is expected of it.
#[derive(Clone, Debug)]
pub struct TestCase {
    pub shipment: ShipmentFacts,
    pub expectations: Vec<Expectation>,
    pub span: Span,
}

/// The facts of a shipment, as a test or a session states them.
#[derive(Clone, Debug, Default)]
pub struct ShipmentFacts {
    pub code: Option<Code>,
    pub origin: Option<Name>,
    pub facts: Vec<(Name, FactValue)>,
    pub claims: Vec<Text>,
    pub known_at: Option<Moment>,
    pub scenario: Option<Name>,
    pub span: Span,
}

/// The value of a fact as a test states it.
#[derive(Clone, Debug)]
pub enum FactValue {
    Percent(Percent),
    Moment(Moment),
    Money(Money),
    Flag(bool, Span),
    Text(Text),
    Country(Name),
    Number(Number),
}

/// One expected result.
#[derive(Clone, Debug)]
pub struct Expectation {
    pub kind: ExpectationKind,
    pub span: Span,
}

/// What is expected.
#[derive(Clone, Debug)]
pub enum ExpectationKind {
    Needs(Name),
    /// A measure's name, or `total`, `duty`, `tax`, `fee`.
    Rate(Name, Percent),
    Amount(Name, Money),
    Relieved(Name, Vec<Name>),
    Displaced(Name, Vec<Name>),
    Outcome(Name, OutcomeWord),
    /// `assessed`, `undetermined`, `conflict`, `unrated` or `rejected`.
    Status(Name),
}

/// A line typed in a session.
#[derive(Clone, Debug)]
pub enum SessionLine {
    Shipment(ShipmentFacts),
    Change(ShipmentFacts),
    Comparison { left: Expression, comparator: Comparator, right: Expression },
    Expression(Expression),
}
