//! Leaves: what a class of shipments is charged by one measure, in whole numbers.

use super::from_program::Plan;
use super::given::{Fact, Given};
use super::linear::{Bounded, Drafted, OnBase, Source, Stop, least_common_multiple};
use super::reckon::rounded;
use crate::outcome::{Charge, Lowered, Verdict};
use crate::program::{Base, BaseTerm, ExemptionId, FactId, MeasureId, Rate};
use crate::syntax::Sign;
use crate::value::{Exact, RoundingMode};
use std::cmp::Ordering;

#[derive(Debug)]
pub enum Leaf {
    /// The interpreter looks at each shipment.
    Each,
    /// Nothing is owed.
    Nothing {
        by: Option<ExemptionId>,
        without: Without,
    },
    Charged(Box<Charged>),
}

/// What would be owed without an exemption.
#[derive(Debug)]
pub enum Without {
    /// It cannot be said.
    Unknown,
    /// The interpreter reckons it.
    Each,
    Charged(Box<Charged>),
}

#[derive(Debug)]
pub struct Charged {
    pub base: Taken,
    pub base_is_open: bool,
    pub needs_base: bool,
    /// Nothing where the rate is zero.
    pub rates: Option<Rates>,
    pub limits: Box<[Ceiling]>,
    /// The charge in short, where it rests on two facts at most and nothing acts on it.
    pub plain: Option<Plain>,
}

/// A sum of products of facts and coefficients.
#[derive(Debug)]
pub struct Plain {
    first: (FactId, i64),
    second: Option<(FactId, i64)>,
    constant: i64,
    denominator: i64,
}

impl Plain {
    fn of(base: &Taken, rates: Option<&Rates>) -> Option<Plain> {
        let Some(rates) = rates else {
            return Some(Plain { first: (FactId::VALUE, 0), second: None, constant: 0, denominator: 1 });
        };
        let sum = &rates.full.first;
        let is_value = matches!(base.terms.as_ref(), [(Sign::Plus, BaseTerm::Fact(FactId::VALUE))]);
        if !is_value || !rates.reliefs.is_empty() || !rates.full.bounds.is_empty() || !sum.amounts.is_empty() || !sum.floored.is_empty() {
            return None;
        }
        let second = match sum.facts.as_ref() {
            [] => None,
            [one] => Some(*one),
            _ => return None,
        };
        Some(Plain { first: (FactId::VALUE, sum.base), second, constant: sum.constant, denominator: rates.denominator })
    }

    /// What it comes to, in whole steps; nothing where it must be reckoned at length: a fact stands in for another, or numbers are large.
    pub fn amount(&self, given: &Given<'_>, mode: RoundingMode, step: i64) -> Option<i64> {
        let product = |(fact, coefficient): (FactId, i64)| match given.fact(fact) {
            Fact::Number(n) if n >= 0 => n.checked_mul(coefficient),
            _ => None,
        };
        let mut total = product(self.first)?.checked_add(self.constant)?;
        if let Some(second) = self.second {
            total = total.checked_add(product(second)?)?;
        }
        rounded(i128::from(total.max(0)), self.denominator, mode, step).ok()
    }
}

/// What a percentage is taken of.
#[derive(Debug)]
pub struct Taken {
    pub terms: Box<[(Sign, BaseTerm)]>,
    pub grossed_up: bool,
}

/// A rate and what reliefs leave of it, over one denominator.
#[derive(Debug)]
pub struct Rates {
    pub denominator: i64,
    pub full: Bounded,
    /// With whether it is full relief where it counts.
    pub reliefs: Box<[(ExemptionId, Left, bool)]>,
}

#[derive(Debug)]
pub enum Left {
    Rate(Bounded),
    /// So many of so many parts of the charge.
    Share(i64, i64),
}

/// A limit, with the rate of the customs value that it leaves.
#[derive(Debug)]
pub struct Ceiling {
    pub limit: usize,
    pub denominator: i64,
    pub rate: Bounded,
}

impl Leaf {
    /// A verdict in whole numbers. What cannot be put so is left to the interpreter.
    pub fn new(plan: &Plan<'_>, verdict: &Verdict) -> Leaf {
        match verdict {
            _ if plan.step.is_none() => Leaf::Each,
            Verdict::Each => Leaf::Each,
            Verdict::Nothing(nothing) => match nothing.without.as_ref().map(|c| Charged::new(c)) {
                None => Leaf::Nothing { by: nothing.by, without: Without::Unknown },
                Some(None) => Leaf::Nothing { by: nothing.by, without: Without::Each },
                Some(Some(charged)) => Leaf::Nothing { by: nothing.by, without: Without::Charged(Box::new(charged)) },
            },
            Verdict::Charged(charge) => Charged::new(charge).map_or(Leaf::Each, |c| Leaf::Charged(Box::new(c))),
        }
    }
}

impl Charged {
    fn new(charge: &Charge) -> Option<Charged> {
        let base = Taken::of(charge.base.as_ref())?;
        let rates = if charge.rate.is_zero() { None } else { Some(Rates::new(charge, on(charge.base.as_ref()))?) };
        let value = OnBase { is_value: true, grossed_up: false };
        let limits = charge.limits.iter().map(|(id, rate)| {
            let drafted = Drafted::of(rate, value)?;
            let denominator = drafted.denominator(1)?;
            Some(Ceiling { limit: id.0, denominator: i64::try_from(denominator).ok()?, rate: drafted.over(denominator)? })
        });
        let limits = limits.collect::<Option<Box<[_]>>>()?;
        let plain = if limits.is_empty() { Plain::of(&base, rates.as_ref()) } else { None };
        Some(Charged { base, base_is_open: charge.base_is_open, needs_base: charge.needs_base, rates, limits, plain })
    }
}

impl Taken {
    pub fn of(base: Option<&Base>) -> Option<Taken> {
        Some(match base {
            None => Taken { terms: Box::new([(Sign::Plus, BaseTerm::Fact(FactId::VALUE))]), grossed_up: false },
            Some(base) => Taken { terms: base.terms.clone().into_boxed_slice(), grossed_up: base.grossed_up },
        })
    }
}

fn on(base: Option<&Base>) -> OnBase {
    match base {
        None => OnBase { is_value: true, grossed_up: false },
        Some(base) => {
            let is_value = matches!(base.terms.as_slice(), [(Sign::Plus, BaseTerm::Fact(FactId::VALUE))]);
            OnBase { is_value: is_value && !base.grossed_up, grossed_up: base.grossed_up }
        }
    }
}

impl Rates {
    fn new(charge: &Charge, on: OnBase) -> Option<Rates> {
        enum Draft {
            Rate(Drafted),
            Share(Exact),
        }
        let full = Drafted::of(&charge.rate, on)?;
        let mut reliefs = Vec::with_capacity(charge.reliefs.len());
        for (id, lowered, whole) in &charge.reliefs {
            reliefs.push((
                *id,
                *whole,
                match lowered {
                    Lowered::To(rate) => Draft::Rate(Drafted::of(rate, on)?),
                    Lowered::Share(share) => Draft::Share(*share),
                },
            ));
        }
        let mut denominator = full.denominator(1)?;
        let mut parts = 1i128;
        for (_, _, draft) in &reliefs {
            match draft {
                Draft::Rate(rate) => denominator = rate.denominator(denominator)?,
                Draft::Share(share) => parts = least_common_multiple(parts, share.parts().1)?,
            }
        }
        // The charge is then a whole number of parts, of which a relief takes some.
        let denominator = denominator.checked_mul(parts)?;
        let reliefs = reliefs.into_iter().map(|(id, whole, draft)| {
            let left = match draft {
                Draft::Rate(rate) => Left::Rate(rate.over(denominator)?),
                Draft::Share(share) => Left::Share(i64::try_from(share.parts().0).ok()?, i64::try_from(share.parts().1).ok()?),
            };
            Some((id, left, whole))
        });
        let reliefs = reliefs.collect::<Option<Box<[_]>>>()?;
        Some(Rates { full: full.over(denominator)?, denominator: i64::try_from(denominator).ok()?, reliefs })
    }

    /// Two rates on one base, to be compared.
    pub fn of_two(one: &Rate, other: &Rate, base: Option<&Base>) -> Option<Rates> {
        let (a, b) = (Drafted::of(one, on(base))?, Drafted::of(other, on(base))?);
        let denominator = b.denominator(a.denominator(1)?)?;
        // The other stands where a relief would; its number is never looked at.
        let reliefs = Box::new([(ExemptionId(0), Left::Rate(b.over(denominator)?), false)]);
        Some(Rates { full: a.over(denominator)?, denominator: i64::try_from(denominator).ok()?, reliefs })
    }

    /// How the first of two rates compares with the second; nothing within where a fact is missing, nothing at all where the
    /// interpreter must look.
    pub fn compared(&self, plan: &Plan<'_>, given: &Given<'_>, base: &Taken) -> Option<Option<Ordering>> {
        let mut facts = Facts { plan, given };
        let reckoned = base.of_facts(&mut facts).and_then(|base| {
            let one = self.full.reckon(base, &mut facts)?;
            match self.reliefs.first() {
                Some((_, Left::Rate(other), _)) => Ok(one.cmp(&other.reckon(base, &mut facts)?)),
                _ => Err(Stop::Exactly),
            }
        });
        match reckoned {
            Ok(ordering) => Some(Some(ordering)),
            Err(Stop::Missing) => Some(None),
            Err(Stop::Exactly) => None,
        }
    }
}

impl Taken {
    /// A base of facts alone.
    fn of_facts(&self, facts: &mut Facts<'_, '_>) -> Result<i64, Stop> {
        let mut total = 0i64;
        for (sign, term) in &self.terms {
            let BaseTerm::Fact(fact) = term else { return Err(Stop::Exactly) };
            total = added(total, *sign, facts.number(*fact)?)?;
        }
        if total < 0 { Err(Stop::Exactly) } else { Ok(total) }
    }
}

pub fn added(total: i64, sign: Sign, n: i64) -> Result<i64, Stop> {
    let sum = match sign {
        Sign::Plus => total.checked_add(n),
        Sign::Minus => total.checked_sub(n),
    };
    sum.ok_or(Stop::Exactly)
}

/// The facts of a shipment, without what measures come to.
struct Facts<'f, 'a> {
    plan: &'f Plan<'f>,
    given: &'f Given<'a>,
}

impl Source for Facts<'_, '_> {
    fn number(&mut self, fact: FactId) -> Result<i64, Stop> {
        number(self.plan, self.given, fact)
    }

    fn amount(&mut self, _: MeasureId) -> Result<i64, Stop> {
        Err(Stop::Exactly)
    }
}

pub fn number(plan: &Plan<'_>, given: &Given<'_>, fact: FactId) -> Result<i64, Stop> {
    match plan.fact(given, fact).ok_or(Stop::Exactly)? {
        Fact::Number(n) => Ok(n),
        _ => Err(Stop::Missing),
    }
}
