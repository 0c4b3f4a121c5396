//! Conditions in three values: yes, no, and unknown with the facts that would decide.

use super::interpret::Case;
use super::{Missing, MissingFact};
use crate::facts::Value;
use crate::program::{Cond, CondKind, Expr, ExprKind, FactId, FactKind, Type};
use crate::syntax::{Comparator, Sign};
use crate::value::{Exact, Instant};
use std::cmp::Ordering;

/// A truth of Kleene's logic. What is unknown says what it waits for.
#[derive(Clone, Debug, PartialEq)]
pub enum Truth {
    Yes,
    No,
    Unknown(Vec<Missing>),
}

impl Truth {
    pub fn of(holds: bool) -> Truth {
        if holds { Truth::Yes } else { Truth::No }
    }

    pub fn not(self) -> Truth {
        match self {
            Truth::Yes => Truth::No,
            Truth::No => Truth::Yes,
            unknown => unknown,
        }
    }

    /// All must hold: one that fails decides.
    pub fn and(self, other: Truth) -> Truth {
        match (self, other) {
            (Truth::No, _) | (_, Truth::No) => Truth::No,
            (Truth::Yes, t) | (t, Truth::Yes) => t,
            (Truth::Unknown(a), Truth::Unknown(b)) => Truth::Unknown(joined(a, b)),
        }
    }

    /// One must hold: one that does decides.
    pub fn or(self, other: Truth) -> Truth {
        match (self, other) {
            (Truth::Yes, _) | (_, Truth::Yes) => Truth::Yes,
            (Truth::No, t) | (t, Truth::No) => t,
            (Truth::Unknown(a), Truth::Unknown(b)) => Truth::Unknown(joined(a, b)),
        }
    }
}

fn joined(mut a: Vec<Missing>, b: Vec<Missing>) -> Vec<Missing> {
    for missing in b {
        if !a.iter().any(|m| m.fact == missing.fact) {
            a.push(missing);
        }
    }
    a
}

/// The value of an expression, or what it waits for.
enum Known {
    Value(Operand),
    Missing(Vec<Missing>),
    TooLarge,
}

#[derive(Clone, Debug, PartialEq)]
enum Operand {
    Number(Exact),
    Text(String),
    Country(crate::value::Country),
    Flag(bool),
    At(Instant),
}

impl Case<'_> {
    pub fn truth(&self, condition: &Cond) -> Truth {
        match &condition.kind {
            CondKind::All(parts) => parts.iter().fold(Truth::Yes, |t, p| t.and(self.truth(p))),
            CondKind::Any(parts) => parts.iter().fold(Truth::No, |t, p| t.or(self.truth(p))),
            CondKind::Not(inner) => self.truth(inner).not(),
            CondKind::Before(FactId::ENTERED, _) | CondKind::During(_) | CondKind::InForce(..) => self.test(condition),
            _ => self.sketch.map_or_else(|| self.test(condition), |s| s.holds(condition, || self.test(condition))),
        }
    }

    /// The truth of a condition that is not made of others.
    pub fn test(&self, condition: &Cond) -> Truth {
        match &condition.kind {
            CondKind::All(_) | CondKind::Any(_) | CondKind::Not(_) => self.truth(condition),
            CondKind::Before(fact, at) => match self.moment(*fact) {
                Some(moment) => Truth::of(moment < *at),
                None => self.unknown(*fact, condition),
            },
            CondKind::During(event) => Truth::of(self.edition().event_runs(*event, self.entered)),
            CondKind::InForce(book, named) => Truth::of(self.interpreter.in_force(*book, *named, self.entered)),
            CondKind::Claims(text) => match self.value(FactId::CLAIMS) {
                Some(Value::Claims(claims)) => Truth::of(claims.iter().any(|c| c == text)),
                _ => self.unknown(FactId::CLAIMS, condition),
            },
            CondKind::InFile(fact, set, _) => match self.value(*fact) {
                Some(Value::Text(text)) => Truth::of(set.contains(&text)),
                _ => self.unknown(*fact, condition),
            },
            CondKind::Flag(fact) => match self.value(*fact) {
                Some(Value::Flag(f)) => Truth::of(f),
                _ => self.unknown(*fact, condition),
            },
            CondKind::Compare(left, comparator, right) => self.compare(condition, left, *comparator, right),
        }
    }

    fn unknown(&self, fact: FactId, condition: &Cond) -> Truth {
        Truth::Unknown(vec![Missing { fact: MissingFact::Fact(fact), span: Some(condition.span) }])
    }

    fn compare(&self, condition: &Cond, left: &Expr, comparator: Comparator, right: &Expr) -> Truth {
        // `X / Y` beside a literal is compared as `X` beside the literal times `Y`, which needs no division.
        let (left, right) = match (self.operand(left), self.operand(right)) {
            (Known::Value(l), Known::Value(r)) => (l, r),
            (Known::Missing(a), Known::Missing(b)) => return Truth::Unknown(place(joined(a, b), condition)),
            (Known::Missing(m), _) | (_, Known::Missing(m)) => return Truth::Unknown(place(m, condition)),
            (Known::TooLarge, _) | (_, Known::TooLarge) => return Truth::Unknown(Vec::new()),
        };
        let ordering = match (&left, &right) {
            (Operand::Number(a), Operand::Number(b)) => Some(a.cmp(b)),
            (Operand::At(a), Operand::At(b)) => Some(a.cmp(b)),
            _ if left == right => Some(Ordering::Equal),
            _ => None,
        };
        // Values without an order are equal or not, and nothing else.
        Truth::of(ordering.map_or(comparator == Comparator::Unequal, |o| comparator.holds(o)))
    }

    fn operand(&self, expr: &Expr) -> Known {
        let number = |n: Option<Exact>| n.map_or(Known::TooLarge, |n| Known::Value(Operand::Number(n)));
        match &expr.kind {
            ExprKind::Number(n) => number(Some(*n)),
            ExprKind::Foreign(currency, n) => match self.exchange(*currency) {
                Ok(rate) => number(n.checked_mul(rate)),
                Err(_) => Known::Missing(vec![Missing { fact: MissingFact::Currency(*currency), span: Some(expr.span) }]),
            },
            ExprKind::Text(t) => Known::Value(Operand::Text(t.clone())),
            ExprKind::Country(c) => Known::Value(Operand::Country(*c)),
            ExprKind::Flag(f) => Known::Value(Operand::Flag(*f)),
            ExprKind::Instant(at) => Known::Value(Operand::At(*at)),
            ExprKind::Fact(fact) => self.fact_operand(*fact),
            ExprKind::Share(share, fact) => match self.fact_operand(*fact) {
                Known::Value(Operand::Number(n)) => number(n.checked_mul(*share)),
                other => other,
            },
            ExprKind::Per(fact, unit) => match (self.fact_operand(*fact), self.fact_operand(*unit)) {
                (Known::Value(Operand::Number(n)), Known::Value(Operand::Number(d))) => {
                    // Nothing per nothing is not known.
                    if d.is_zero() { Known::Missing(vec![Missing { fact: MissingFact::Fact(*unit), span: None }]) } else { number(n.checked_div(d)) }
                }
                (Known::Missing(a), Known::Missing(b)) => Known::Missing(joined(a, b)),
                (Known::Missing(m), _) | (_, Known::Missing(m)) => Known::Missing(m),
                _ => Known::TooLarge,
            },
            ExprKind::Sum(terms) => self.fold(terms.iter().map(|(s, t)| (*s, t)), Exact::ZERO, |sum, sign, n| match sign {
                Sign::Plus => sum.checked_add(n),
                Sign::Minus => sum.checked_sub(n),
            }),
            ExprKind::Product(factors) => self.fold(factors.iter().map(|f| (Sign::Plus, f)), Exact::ONE, |product, _, n| product.checked_mul(n)),
            ExprKind::RateOf(measures) => match self.rate_of(measures) {
                Ok(rate) => number(Some(rate)),
                Err(_) => Known::Missing(Vec::new()),
            },
        }
    }

    fn fold<'e>(&self, parts: impl Iterator<Item = (Sign, &'e Expr)>, start: Exact, join: impl Fn(Exact, Sign, Exact) -> Option<Exact>) -> Known {
        let mut total = Some(start);
        let mut missing: Vec<Missing> = Vec::new();
        for (sign, part) in parts {
            match self.operand(part) {
                Known::Value(Operand::Number(n)) => total = total.and_then(|t| join(t, sign, n)),
                Known::Missing(m) => missing = joined(missing, m),
                _ => total = None,
            }
        }
        match (missing.is_empty(), total) {
            (false, _) => Known::Missing(missing),
            (true, Some(n)) => Known::Value(Operand::Number(n)),
            (true, None) => Known::TooLarge,
        }
    }

    fn fact_operand(&self, fact: FactId) -> Known {
        let missing = |fact| Known::Missing(vec![Missing { fact, span: None }]);
        match self.value(fact) {
            None => missing(MissingFact::Fact(fact)),
            Some(Value::Money(amount, currency)) => match self.exchange(currency) {
                Ok(rate) => amount.checked_mul(rate).map_or(Known::TooLarge, |n| Known::Value(Operand::Number(n))),
                Err(_) => missing(MissingFact::Exchange(fact)),
            },
            Some(Value::Number(n)) => Known::Value(Operand::Number(n)),
            Some(Value::Flag(f)) => Known::Value(Operand::Flag(f)),
            Some(Value::Text(t)) => Known::Value(Operand::Text(t)),
            Some(Value::Country(c)) => Known::Value(Operand::Country(c)),
            Some(Value::At(at) | Value::SomeTime(at, _)) => Known::Value(Operand::At(at)),
            Some(Value::Claims(_)) => missing(MissingFact::Fact(fact)),
        }
    }

    /// A fact's value: as given, else the declared default, which is noted.
    pub fn value(&self, fact: FactId) -> Option<Value> {
        if fact == FactId::ENTERED {
            return Some(Value::At(self.entered));
        }
        if let Some(value) = self.shipment.get(fact) {
            return Some(value.clone());
        }
        let declared = self.program().fact(fact)?;
        let default = declared.default.as_ref()?;
        let value = match self.operand(default) {
            Known::Value(Operand::Number(n)) => match (declared.kind, default.ty) {
                (FactKind::Money, Type::Money(Some(c))) => Value::Money(n, c),
                (FactKind::Money, _) => Value::Money(n, self.program().currency),
                _ => Value::Number(n),
            },
            Known::Value(Operand::Flag(f)) => Value::Flag(f),
            Known::Value(Operand::Text(t)) => Value::Text(t),
            Known::Value(Operand::Country(c)) => Value::Country(c),
            Known::Value(Operand::At(at)) => Value::At(at),
            Known::Missing(_) | Known::TooLarge => return None,
        };
        self.defaulted(fact);
        Some(value)
    }

    fn moment(&self, fact: FactId) -> Option<Instant> {
        match self.value(fact) {
            Some(Value::At(at) | Value::SomeTime(at, _)) => Some(at),
            _ => None,
        }
    }
}

fn place(missing: Vec<Missing>, condition: &Cond) -> Vec<Missing> {
    missing.into_iter().map(|m| Missing { span: m.span.or(Some(condition.span)), ..m }).collect()
}
