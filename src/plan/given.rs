//! A shipment as the plan takes it: numbers in whole millionths, texts where they stand.

use crate::facts::{Shipment, Value};
use crate::program::{FactId, FactKind, Program};
use crate::value::{Country, Exact, GoodsCode, Instant};

/// One, in millionths.
pub const MILLION: i64 = 1_000_000;

/// The facts of a shipment. Amounts are in the book's currency; whatever else there is goes to the interpreter.
#[derive(Clone, Debug)]
pub struct Given<'a> {
    pub hs: GoodsCode,
    pub origin: Country,
    /// By the number of the fact.
    pub facts: Vec<Fact<'a>>,
}

/// A fact's value, in millionths where it is a number.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Fact<'a> {
    Absent,
    Number(i64),
    Flag(bool),
    Text(&'a str),
    Country(Country),
    At(Instant),
    SomeTime(Instant, Instant),
    Claims(Claims<'a>),
}

#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Claims<'a> {
    /// Separated by `;`.
    Joined(&'a str),
    List(&'a [String]),
}

impl Claims<'_> {
    pub fn contains(self, claim: &str) -> bool {
        match self {
            Claims::Joined(text) => text.split(';').any(|c| c.trim() == claim),
            Claims::List(list) => list.iter().any(|c| c == claim),
        }
    }
}

impl<'a> Fact<'a> {
    /// The first moment that it may be.
    pub fn moment(self) -> Option<Instant> {
        match self {
            Fact::At(at) | Fact::SomeTime(at, _) => Some(at),
            _ => None,
        }
    }

    pub fn of(program: &Program, value: &'a Value) -> Option<Fact<'a>> {
        Some(match value {
            Value::Money(n, currency) if *currency == program.currency => Fact::Number(millionths(*n)?),
            Value::Money(..) => return None,
            Value::Number(n) => Fact::Number(millionths(*n)?),
            Value::Flag(f) => Fact::Flag(*f),
            Value::Text(t) => Fact::Text(t),
            Value::Country(c) => Fact::Country(*c),
            Value::At(at) => Fact::At(*at),
            Value::SomeTime(first, after) => Fact::SomeTime(*first, *after),
            Value::Claims(list) => Fact::Claims(Claims::List(list)),
        })
    }

    fn value(self, program: &Program, fact: FactId) -> Option<Value> {
        let number = |n: i64| Exact::fraction(i128::from(n), i128::from(MILLION));
        Some(match self {
            Fact::Absent => return None,
            Fact::Number(n) => match program.fact(fact)?.kind {
                FactKind::Money => Value::Money(number(n)?, program.currency),
                _ => Value::Number(number(n)?),
            },
            Fact::Flag(f) => Value::Flag(f),
            Fact::Text(t) => Value::Text(t.to_owned()),
            Fact::Country(c) => Value::Country(c),
            Fact::At(at) => Value::At(at),
            Fact::SomeTime(first, after) => Value::SomeTime(first, after),
            Fact::Claims(Claims::List(list)) => Value::Claims(list.to_vec()),
            Fact::Claims(Claims::Joined(text)) => Value::Claims(text.split(';').map(str::trim).filter(|t| !t.is_empty()).map(str::to_owned).collect()),
        })
    }
}

impl<'a> Given<'a> {
    /// A shipment; nothing where a fact is no whole number of millionths of the book's currency or unit, or the origin is not known.
    pub fn of(program: &Program, shipment: &'a Shipment) -> Option<Given<'a>> {
        let mut facts = vec![Fact::Absent; program.facts.len()];
        for (id, value) in shipment.given() {
            *facts.get_mut(id.0)? = Fact::of(program, value)?;
        }
        Some(Given { hs: shipment.hs, origin: shipment.origin?, facts })
    }

    pub fn fact(&self, id: FactId) -> Fact<'a> {
        self.facts.get(id.0).copied().unwrap_or(Fact::Absent)
    }

    /// The same shipment, as the interpreter takes it.
    pub fn shipment(&self, program: &Program) -> Shipment {
        let mut shipment = Shipment::of(program, self.hs, self.origin);
        for (i, fact) in self.facts.iter().enumerate() {
            if let Some(value) = fact.value(program, FactId(i)) {
                shipment.set(FactId(i), value);
            }
        }
        shipment
    }
}

/// A number in millionths, where it is a whole number of them.
pub fn millionths(n: Exact) -> Option<i64> {
    let (numerator, denominator) = n.parts();
    let scaled = numerator.checked_mul(i128::from(MILLION))?;
    let whole = scaled.checked_div(denominator)?;
    if whole.checked_mul(denominator)? == scaled { i64::try_from(whole).ok() } else { None }
}
