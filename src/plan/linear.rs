//! Sums of products in whole numbers: a rate on its base as the numerators of one denominator.

use super::given::MILLION;
use crate::program::{FactId, MeasureId, Rate, Term};
use crate::syntax::{Bound, Sign};
use crate::value::Exact;

/// No coefficient is larger, so that no sum of products with numbers of 64 bits leaves 128 bits.
const LARGEST: i128 = 1 << 54;

/// No sum has more products than this.
const MOST_TERMS: usize = 200;

/// A sum, in parts of a millionth: what is counted in one is said by the denominator of the charge.
#[derive(Clone, Debug)]
pub struct Sum {
    /// Times the base.
    pub base: i64,
    pub facts: Box<[(FactId, i64)]>,
    pub amounts: Box<[(MeasureId, i64)]>,
    pub constant: i64,
    /// Further sums, none of which falls below zero by itself, and whether they are taken off.
    pub floored: Box<[(bool, Sum)]>,
}

/// A rate.
#[derive(Clone, Debug)]
pub struct Bounded {
    pub first: Sum,
    pub bounds: Box<[(Bound, Sum)]>,
}

/// The same with fractions, before a common denominator is found.
#[derive(Clone, Debug, Default)]
struct Draft {
    base: Exact,
    facts: Vec<(FactId, Exact)>,
    amounts: Vec<(MeasureId, Exact)>,
    constant: Exact,
    floored: Vec<(bool, Draft)>,
}

/// A rate with fractions.
pub struct Drafted {
    first: Draft,
    bounds: Vec<(Bound, Draft)>,
}

/// What stands for the base.
#[derive(Clone, Copy)]
pub struct OnBase {
    /// Whether it is the customs value.
    pub is_value: bool,
    /// Whether it is divided by one less the rate.
    pub grossed_up: bool,
}

impl Drafted {
    /// A rate; nothing where it is more than sums of shares and amounts.
    pub fn of(rate: &Rate, on: OnBase) -> Option<Drafted> {
        let mut factor = Exact::ONE;
        if on.grossed_up {
            let left = Exact::ONE.checked_sub(rate.as_percent()?)?;
            if left.is_zero() || left.is_negative() {
                return None;
            }
            factor = Exact::ONE.checked_div(left)?;
        }
        let draft = |terms: &[(Sign, Term)]| {
            let mut draft = Draft::default();
            for (sign, term) in terms {
                let share = if *sign == Sign::Plus { Exact::ONE } else { Exact::ZERO.checked_sub(Exact::ONE)? };
                draft.add(term, share, on, factor)?;
            }
            Some(draft)
        };
        let bounds = rate.bounds.iter().map(|(b, s)| draft(s).map(|d| (*b, d))).collect::<Option<Vec<_>>>()?;
        Some(Drafted { first: draft(&rate.first)?, bounds })
    }

    /// The least number by which every fraction becomes whole, times one that has been found for others.
    pub fn denominator(&self, of_others: i128) -> Option<i128> {
        let sums = std::iter::once(&self.first).chain(self.bounds.iter().map(|(_, d)| d));
        sums.into_iter().try_fold(of_others, |d, draft| draft.denominator(d))
    }

    pub fn over(&self, denominator: i128) -> Option<Bounded> {
        let bounds = self.bounds.iter().map(|(b, d)| d.over(denominator).map(|s| (*b, s))).collect::<Option<Box<[_]>>>()?;
        Some(Bounded { first: self.first.over(denominator)?, bounds })
    }
}

impl Draft {
    fn add(&mut self, term: &Term, share: Exact, on: OnBase, factor: Exact) -> Option<()> {
        match term {
            Term::Percent(p) => self.base = self.base.checked_add(p.checked_mul(share)?.checked_mul(factor)?)?,
            Term::Specific { money, per, unit } => self.facts.push((FactId::of_unit(*unit), money.checked_div(*per)?.checked_mul(share)?)),
            Term::Money(m) => self.constant = self.constant.checked_add(m.checked_mul(share)?)?,
            Term::Product { constant, facts } => match facts.as_slice() {
                [] => self.constant = self.constant.checked_add(constant.checked_mul(share)?)?,
                [one] => self.facts.push((*one, constant.checked_mul(share)?)),
                _ => return None,
            },
            Term::PercentOfFact(p, fact) => self.facts.push((*fact, p.checked_mul(share)?)),
            Term::PercentOfMeasures(p, measures) => {
                let share = p.checked_mul(share)?;
                self.amounts.extend(measures.iter().map(|m| (*m, share)));
            }
            // On another base than the customs value these need a division.
            Term::RateOf(measures) if on.is_value => self.amounts.extend(measures.iter().map(|m| (*m, share))),
            Term::Inclusive(p, measures) if on.is_value => {
                let taken_off = share.is_negative();
                let size = if taken_off { Exact::ZERO.checked_sub(share)? } else { share };
                let less = Exact::ZERO.checked_sub(size)?;
                let inner = Draft { base: p.checked_mul(size)?, amounts: measures.iter().map(|m| (*m, less)).collect(), ..Draft::default() };
                self.floored.push((taken_off, inner));
            }
            Term::Scaled(part, inner) => self.add(inner, share.checked_mul(*part)?, on, factor)?,
            Term::RateOf(_) | Term::Inclusive(..) | Term::Input(_) | Term::Matching(_) | Term::Foreign(..) => return None,
        }
        Some(())
    }

    fn denominator(&self, of_others: i128) -> Option<i128> {
        let constant = self.constant.checked_mul(Exact::whole(MILLION))?;
        let fractions = [self.base, constant].into_iter().chain(self.facts.iter().map(|(_, n)| *n)).chain(self.amounts.iter().map(|(_, n)| *n));
        let own = fractions.into_iter().try_fold(of_others, |d, n| least_common_multiple(d, n.parts().1))?;
        self.floored.iter().try_fold(own, |d, (_, inner)| inner.denominator(d))
    }

    fn over(&self, denominator: i128) -> Option<Sum> {
        let whole = |n: Exact| {
            let (numerator, own) = n.parts();
            let scaled = numerator.checked_mul(denominator.checked_div(own)?)?;
            i64::try_from(scaled).ok().filter(|n| i128::from(*n).abs() <= LARGEST)
        };
        if self.facts.len().saturating_add(self.amounts.len()).saturating_add(self.floored.len()) > MOST_TERMS {
            return None;
        }
        Some(Sum {
            base: whole(self.base)?,
            facts: self.facts.iter().map(|(f, n)| whole(*n).map(|n| (*f, n))).collect::<Option<_>>()?,
            amounts: self.amounts.iter().map(|(m, n)| whole(*n).map(|n| (*m, n))).collect::<Option<_>>()?,
            constant: whole(self.constant.checked_mul(Exact::whole(MILLION))?)?,
            floored: self.floored.iter().map(|(off, inner)| inner.over(denominator).map(|s| (*off, s))).collect::<Option<_>>()?,
        })
    }
}

pub fn least_common_multiple(a: i128, b: i128) -> Option<i128> {
    let (mut x, mut y) = (a, b);
    while y != 0 {
        (x, y) = (y, x.checked_rem(y)?);
    }
    a.checked_div(x)?.checked_mul(b).filter(|n| *n <= LARGEST)
}

/// Where the plan gives a shipment up.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Stop {
    /// A fact that is needed is not given.
    Missing,
    /// The interpreter must look at the whole shipment.
    Exactly,
}

/// Where numbers come from.
pub trait Source {
    /// A fact, in millionths.
    fn number(&mut self, fact: FactId) -> Result<i64, Stop>;

    /// What a measure comes to, in millionths.
    fn amount(&mut self, measure: MeasureId) -> Result<i64, Stop>;
}

impl Sum {
    /// The numerator, over the denominator of the charge.
    pub fn reckon(&self, base: i64, source: &mut impl Source) -> Result<i128, Stop> {
        // The bounds of coefficients and terms keep all of this within 128 bits.
        let product = |n: i64, coefficient: i64| i128::from(n).wrapping_mul(i128::from(coefficient));
        let mut total = product(base, self.base).wrapping_add(i128::from(self.constant));
        for (fact, coefficient) in &self.facts {
            total = total.wrapping_add(product(source.number(*fact)?, *coefficient));
        }
        for (measure, coefficient) in &self.amounts {
            total = total.wrapping_add(product(source.amount(*measure)?, *coefficient));
        }
        for (taken_off, inner) in &self.floored {
            let n = inner.reckon(base, source)?.max(0);
            total = if *taken_off { total.wrapping_sub(n) } else { total.wrapping_add(n) };
        }
        Ok(total)
    }
}

impl Bounded {
    /// The numerator, from left to right, and never below zero.
    pub fn reckon(&self, base: i64, source: &mut impl Source) -> Result<i128, Stop> {
        let mut total = self.first.reckon(base, source)?;
        for (bound, sum) in &self.bounds {
            let other = sum.reckon(base, source)?;
            total = match bound {
                Bound::AtLeast => total.max(other),
                Bound::AtMost => total.min(other),
            };
        }
        Ok(total.max(0))
    }
}
