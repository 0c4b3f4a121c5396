//! What rules are made of: conditions, expressions, rates, bases and tables, all typed.

use super::facts::FactId;
use super::types::{EventId, MeasureId, Named};
use crate::region::Origins;
use crate::source::Span;
use crate::syntax::{Bound, Comparator, Sign};
use crate::value::{Country, Currency, Duration, Exact, GoodsCode, Instant, Unit};
use std::collections::BTreeSet;
use std::sync::Arc;

/// A condition: a test of a shipment in three values.
#[derive(Clone, Debug, PartialEq)]
pub struct Cond {
    /// What it tests.
    pub kind: CondKind,
    /// Where it is written.
    pub span: Span,
}

/// What a condition tests.
#[derive(Clone, Debug, PartialEq)]
pub enum CondKind {
    /// All of these.
    All(Vec<Cond>),
    /// One of these.
    Any(Vec<Cond>),
    /// That this does not hold.
    Not(Box<Cond>),
    /// The fact's moment is before the instant.
    Before(FactId, Instant),
    /// That the entry is in the time of an event.
    During(EventId),
    /// Of the book's own rules, or of a used book's (by its place among the uses).
    InForce(Option<usize>, Named),
    /// That this is claimed.
    Claims(String),
    /// That a text fact is among those of a file, which is named last.
    InFile(FactId, Arc<BTreeSet<String>>, String),
    /// Two values.
    Compare(Expr, Comparator, Expr),
    /// That a fact holds.
    Flag(FactId),
}

impl Cond {
    /// The same with its facts numbered otherwise.
    pub fn renumbered(&self, number: &dyn Fn(FactId) -> FactId) -> Cond {
        let all = |parts: &[Cond]| parts.iter().map(|p| p.renumbered(number)).collect();
        let kind = match &self.kind {
            CondKind::All(parts) => CondKind::All(all(parts)),
            CondKind::Any(parts) => CondKind::Any(all(parts)),
            CondKind::Not(inner) => CondKind::Not(Box::new(inner.renumbered(number))),
            CondKind::Before(fact, at) => CondKind::Before(number(*fact), *at),
            CondKind::InFile(fact, set, path) => CondKind::InFile(number(*fact), set.clone(), path.clone()),
            CondKind::Compare(left, comparator, right) => CondKind::Compare(left.renumbered(number), *comparator, right.renumbered(number)),
            CondKind::Flag(fact) => CondKind::Flag(number(*fact)),
            CondKind::During(_) | CondKind::InForce(..) | CondKind::Claims(_) => self.kind.clone(),
        };
        Cond { kind, span: self.span }
    }
}

impl Expr {
    /// The same with its facts numbered otherwise.
    pub fn renumbered(&self, number: &dyn Fn(FactId) -> FactId) -> Expr {
        let kind = match &self.kind {
            ExprKind::Fact(fact) => ExprKind::Fact(number(*fact)),
            ExprKind::Share(share, fact) => ExprKind::Share(*share, number(*fact)),
            ExprKind::Per(fact, unit) => ExprKind::Per(number(*fact), number(*unit)),
            ExprKind::Sum(terms) => ExprKind::Sum(terms.iter().map(|(s, t)| (*s, t.renumbered(number))).collect()),
            ExprKind::Product(factors) => ExprKind::Product(factors.iter().map(|f| f.renumbered(number)).collect()),
            other => other.clone(),
        };
        Expr { kind, ty: self.ty, span: self.span }
    }
}

/// A typed expression.
#[derive(Clone, Debug, PartialEq)]
pub struct Expr {
    /// What it is worth.
    pub kind: ExprKind,
    /// Of which type.
    pub ty: Type,
    /// Where it is written.
    pub span: Span,
}

/// The types of values. Money carries its currency where it is known.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Type {
    /// An amount of money.
    Money(Option<Currency>),
    /// A share, such as a rate of duty.
    Rate,
    /// A difference of rates.
    Points,
    /// A bare number.
    Number,
    /// Yes or no.
    Flag,
    /// A text.
    Text,
    /// A country.
    Country,
    /// A moment.
    Instant,
    /// So much of a unit.
    Quantity(Unit),
    /// Money for each unit.
    Specific(Option<Currency>, Unit),
    /// The claims of a shipment.
    Claims,
}

impl Type {
    /// In the author's words, with the article.
    pub fn words(self) -> String {
        match self {
            Type::Money(Some(c)) => format!("an amount in {c}"),
            Type::Money(None) => "an amount of money".to_owned(),
            Type::Rate => "a rate".to_owned(),
            Type::Points => "a difference of rates".to_owned(),
            Type::Number => "a number".to_owned(),
            Type::Flag => "a flag".to_owned(),
            Type::Text => "a text".to_owned(),
            Type::Country => "a country".to_owned(),
            Type::Instant => "an instant".to_owned(),
            Type::Quantity(u) => format!("a quantity in {u}"),
            Type::Specific(_, u) => format!("an amount per {u}"),
            Type::Claims => "the claims".to_owned(),
        }
    }
}

/// What an expression is worth.
#[derive(Clone, Debug, PartialEq)]
pub enum ExprKind {
    /// A number, money in its currency, a rate or points as fractions of one.
    Number(Exact),
    /// A text.
    Text(String),
    /// A country.
    Country(Country),
    /// Yes or no.
    Flag(bool),
    /// A moment.
    Instant(Instant),
    /// A fact of the shipment.
    Fact(FactId),
    /// A share of a fact.
    Share(Exact, FactId),
    /// A fact divided by a quantity.
    Per(FactId, FactId),
    /// Terms added and taken away.
    Sum(Vec<(Sign, Expr)>),
    /// Factors multiplied.
    Product(Vec<Expr>),
    /// What measures come to, as a rate on the customs value.
    RateOf(Vec<MeasureId>),
    /// An amount, or an amount for each unit, in another currency than the book's.
    Foreign(Currency, Exact),
}

/// Sums bounded from left to right. Equal rates say the same.
#[derive(Clone, Debug, PartialEq)]
pub struct Rate {
    /// The sum before any bound.
    pub first: Vec<(Sign, Term)>,
    /// Bounds in the order written, each with the sum it takes.
    pub bounds: Vec<(Bound, Vec<(Sign, Term)>)>,
}

/// One term of a rate.
#[derive(Clone, Debug, PartialEq)]
pub enum Term {
    /// A share of the base.
    Percent(Exact),
    /// Money for each so many of a unit.
    Specific {
        /// In the book's currency.
        money: Exact,
        /// For so many.
        per: Exact,
        /// Of what.
        unit: Unit,
    },
    /// Money a shipment.
    Money(Exact),
    /// A rate that the shipment states.
    Input(FactId),
    /// Money or a number times numbers and quantities.
    Product {
        /// All that is no fact, multiplied; money in the book's currency.
        constant: Exact,
        /// The facts that it is multiplied with.
        facts: Vec<FactId>,
    },
    /// A share of a money fact.
    PercentOfFact(Exact, FactId),
    /// A share of what measures come to.
    PercentOfMeasures(Exact, Vec<MeasureId>),
    /// What measures come to, as a rate on the customs value.
    RateOf(Vec<MeasureId>),
    /// The top-up to a rate that includes what measures come to.
    Inclusive(Exact, Vec<MeasureId>),
    /// What another book charges on the same goods.
    Matching(Matching),
    /// An amount in another currency than the book's.
    Foreign(Currency, Box<Term>),
    /// A share of another term, as a stage leaves it.
    Scaled(Exact, Box<Term>),
}

impl Term {
    /// Whether it is a share of the base.
    pub fn takes_share(&self) -> bool {
        match self {
            Term::Percent(p) => !p.is_zero(),
            Term::Input(_) | Term::RateOf(_) | Term::Inclusive(..) | Term::Matching(_) => true,
            Term::Foreign(_, inner) | Term::Scaled(_, inner) => inner.takes_share(),
            _ => false,
        }
    }
}

/// The headline rate of a used book's measure, for goods of an origin, a length of time before the entry.
#[derive(Clone, Debug, PartialEq)]
pub struct Matching {
    /// The used book's place among the uses.
    pub book: usize,
    /// The measure there.
    pub measure: MeasureId,
    /// The origin whose goods are charged there.
    pub origin: Country,
    /// How long before the entry.
    pub after: Option<Duration>,
}

/// What a percentage is taken of.
#[derive(Clone, Debug, PartialEq)]
pub struct Base {
    /// Parts added and taken away.
    pub terms: Vec<(Sign, BaseTerm)>,
    /// Divided by one less the rate, for a price that includes the tax.
    pub grossed_up: bool,
}

/// One part of a base.
#[derive(Clone, Debug, PartialEq)]
pub enum BaseTerm {
    /// A money fact.
    Fact(FactId),
    /// All measures and retaliations.
    Duties,
    /// What measures come to.
    Amounts(Vec<MeasureId>),
    /// What percentages of other measures are taken of.
    BasesOf(Vec<MeasureId>),
}

/// The rates of a file: one clause, whose reach is the union of its rows.
#[derive(Debug)]
pub struct Table {
    /// The file, as the book names it.
    pub path: String,
    /// In the order of the file.
    pub rows: Vec<TableRow>,
    /// Rows by code: length and digits, nothing for rows without a code.
    pub by_code: std::collections::HashMap<(u8, u64), Vec<usize>>,
    /// Whether any row has a period.
    pub dated: bool,
}

/// One row of a table. What is empty in it means all.
#[derive(Debug)]
pub struct TableRow {
    /// The goods.
    pub code: Option<GoodsCode>,
    /// The origins.
    pub origins: Option<Origins>,
    /// From when, included.
    pub from: Option<Instant>,
    /// Until when, excluded.
    pub until: Option<Instant>,
    /// What they are charged.
    pub rate: RowRate,
    /// Where it is written.
    pub span: Span,
}

/// What a row of a table says.
#[derive(Clone, Debug, PartialEq)]
pub enum RowRate {
    /// A rate.
    Rate(Arc<Rate>),
    /// These goods are not subject to the measure.
    None,
    /// It could not be read or reckoned with, and why.
    Unread(String),
}
