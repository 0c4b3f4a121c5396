//! Amounts: the rate on its base, the relief that leaves least, one rounding.

use super::interpret::Case;
use super::prevail::Prevailing;
use super::{By, Cause, MeasureResult, Missing, MissingFact};
use crate::facts::Value;
use crate::program::{Base, BaseTerm, ExemptionId, FactId, Measure, MeasureId, Rate, Relief, Term};
use crate::syntax::{Bound, ChargeKind, OutcomeWord, Sign};
use crate::value::Exact;
use std::sync::Arc;

/// Why an amount cannot be reckoned.
#[derive(Clone, Debug)]
pub enum Stuck {
    Missing(Vec<Missing>),
    Follows(MeasureId, OutcomeWord),
    TooLarge,
    ZeroValue,
}

impl Stuck {
    pub fn stop(self, result: MeasureResult) -> MeasureResult {
        match self {
            Stuck::Missing(missing) => result.open(OutcomeWord::NeedsInput, Cause::Needs(missing)),
            Stuck::Follows(measure, outcome) => result.open(outcome, Cause::Follows(measure)),
            Stuck::TooLarge => result.open(OutcomeWord::Undetermined, Cause::TooLarge),
            Stuck::ZeroValue => result.open(OutcomeWord::Undetermined, Cause::ZeroValue),
        }
    }
}

type Amount = Result<Exact, Stuck>;

fn fits(n: Option<Exact>) -> Amount {
    n.ok_or(Stuck::TooLarge)
}

impl Case<'_> {
    /// Step 7 for a measure that is charged, with the certain reliefs that are not full.
    pub fn charged(&self, id: MeasureId, measure: &Measure, mut result: MeasureResult, rate: &Arc<Rate>, reliefs: &[(ExemptionId, &Relief)]) -> MeasureResult {
        let base = match self.base_clause(id, measure) {
            Prevailing::None => None,
            Prevailing::One(c) => {
                result.base_clause = Some(c.clause);
                Some(c.says)
            }
            Prevailing::Open(missing) => return result.open(OutcomeWord::NeedsInput, Cause::Needs(missing)),
            Prevailing::Conflict(clauses) => return result.open(OutcomeWord::Conflict, Cause::Conflict(clauses)),
        };
        // A base is reckoned only where a term takes a share of it.
        let needs_base = rate.terms().chain(reliefs.iter().flat_map(|(_, r)| relief_terms(r))).any(takes_share)
            || reliefs.iter().any(|(_, r)| matches!(r, Relief::ByPoints(_)));
        let base = match (needs_base, self.base(base.as_ref())) {
            (_, Ok(base)) => {
                result.base = Some(base);
                base
            }
            (true, Err(stuck)) => return stuck.stop(result),
            (false, Err(_)) => Exact::ZERO,
        };
        let full = match self.amount(rate, base) {
            Ok(amount) => amount,
            Err(stuck) => return stuck.stop(result),
        };
        let mut least: Option<(ExemptionId, Exact, Option<Rate>)> = None;
        for (eid, relief) in reliefs {
            match self.relieved(rate, relief, base, full) {
                Ok((amount, lowered)) => {
                    if least.as_ref().is_none_or(|(_, l, _)| amount < *l) {
                        least = Some((*eid, amount, lowered));
                    }
                }
                Err(stuck) => return stuck.stop(result),
            }
        }
        let mut exact = full;
        // Relief never makes a shipment pay more; one that changes nothing is not named.
        if let Some((eid, amount, lowered)) = least.filter(|(_, amount, _)| *amount < full) {
            exact = amount;
            result.by.push(By::Exemption(eid));
            if let Some(lowered) = lowered {
                result.rate = Some(Arc::new(lowered));
            }
            if let Some(e) = self.program().exemptions.get(eid.0) {
                result.cites.extend(e.head.cite.clone());
            }
        }
        let Some(printed) = self.program().rounding.round(exact) else { return Stuck::TooLarge.stop(result) };
        result.printed = Some(printed);
        result.amount = self.carried(exact);
        if exact < full {
            result.saved = self.carried(full).zip(result.amount).and_then(|(full, amount)| full.checked_sub(amount));
        }
        result.outcome = OutcomeWord::Applied;
        result
    }

    /// An amount as it is carried into what refers to it: rounded, or exact where the policy rounds at the end.
    fn carried(&self, exact: Exact) -> Option<Exact> {
        let rounding = self.program().rounding;
        if rounding.each_amount { rounding.round(exact).map(Exact::from) } else { Some(exact) }
    }

    /// What a measure that is exempted in full would have come to at a rate, where that can be reckoned.
    pub fn charge_without_relief(&self, id: MeasureId, measure: &Measure, rate: &Rate) -> Option<Exact> {
        self.aside(|| {
            let base = match self.base_clause(id, measure) {
                Prevailing::None => None,
                Prevailing::One(c) => Some(c.says),
                Prevailing::Open(_) | Prevailing::Conflict(_) => return None,
            };
            let base = if rate.terms().any(takes_share) { self.base(base.as_ref()).ok()? } else { Exact::ZERO };
            self.carried(self.amount(rate, base).ok()?)
        })
    }

    fn relieved(&self, rate: &Rate, relief: &Relief, base: Exact, full: Exact) -> Result<(Exact, Option<Rate>), Stuck> {
        Ok(match relief {
            Relief::Full => (Exact::ZERO, None),
            Relief::To(to) => (self.amount(to, base)?, Some((**to).clone())),
            Relief::ByPoints(points) => {
                let lowered = rate.lowered(*points).ok_or(Stuck::TooLarge)?;
                (self.amount(&lowered, base)?, Some(lowered))
            }
            Relief::ByShare(share) => (fits(Exact::ONE.checked_sub(*share).and_then(|left| full.checked_mul(left.not_below_zero())))?, None),
            Relief::ByInput(fact) => {
                let share = self.number_fact(*fact)?;
                (fits(Exact::ONE.checked_sub(share).and_then(|left| full.checked_mul(left.not_below_zero())))?, None)
            }
        })
    }

    /// What a percentage is taken of: the customs value unless a clause says otherwise, and never below zero.
    fn base(&self, base: Option<&Base>) -> Amount {
        let Some(base) = base else { return self.money(FactId::VALUE) };
        let mut total = Exact::ZERO;
        for (sign, term) in &base.terms {
            let amount = match term {
                BaseTerm::Fact(fact) => self.money(*fact)?,
                BaseTerm::Duties => self.duties()?,
                BaseTerm::Amounts(measures) => self.amounts(measures)?,
            };
            total = fits(match sign {
                Sign::Plus => total.checked_add(amount),
                Sign::Minus => total.checked_sub(amount),
            })?;
        }
        Ok(total.not_below_zero())
    }

    fn duties(&self) -> Amount {
        let all: Vec<MeasureId> = self
            .program()
            .measures
            .iter()
            .enumerate()
            .filter(|(_, m)| matches!(m.kind, ChargeKind::Measure | ChargeKind::Retaliation))
            .map(|(i, _)| MeasureId(i))
            .collect();
        self.amounts(&all)
    }

    /// The sum of what measures come to; open where one of them is.
    fn amounts(&self, measures: &[MeasureId]) -> Amount {
        let mut sum = Exact::ZERO;
        for id in measures {
            let result = self.result(*id);
            let owed = result.owed().ok_or(Stuck::Follows(*id, result.outcome))?;
            sum = fits(sum.checked_add(owed))?;
        }
        Ok(sum)
    }

    /// What measures come to, as a rate on the customs value: one exact division.
    pub fn rate_of(&self, measures: &[MeasureId]) -> Amount {
        let amount = self.amounts(measures)?;
        if amount.is_zero() {
            return Ok(Exact::ZERO);
        }
        let value = self.money(FactId::VALUE)?;
        if value.is_zero() {
            return Err(Stuck::ZeroValue);
        }
        fits(amount.checked_div(value))
    }

    /// What measures come to, as a rate, on a base: their duty, times the base over the customs value where the two differ.
    fn rate_on(&self, measures: &[MeasureId], base: Exact) -> Amount {
        let duty = self.amounts(measures)?;
        if duty.is_zero() {
            return Ok(duty);
        }
        let value = self.money(FactId::VALUE)?;
        if value == base {
            return Ok(duty);
        }
        if value.is_zero() {
            return Err(Stuck::ZeroValue);
        }
        fits(duty.checked_mul(base).and_then(|d| d.checked_div(value)))
    }

    /// A rate on a base, from left to right, and never below zero.
    fn amount(&self, rate: &Rate, base: Exact) -> Amount {
        let mut total = self.sum(&rate.first, base)?;
        for (bound, sum) in &rate.bounds {
            let other = self.sum(sum, base)?;
            total = match bound {
                Bound::AtLeast => total.max(other),
                Bound::AtMost => total.min(other),
            };
        }
        Ok(total.not_below_zero())
    }

    fn sum(&self, terms: &[(Sign, Term)], base: Exact) -> Amount {
        let mut total = Exact::ZERO;
        for (sign, term) in terms {
            let amount = self.term(term, base)?;
            total = fits(match sign {
                Sign::Plus => total.checked_add(amount),
                Sign::Minus => total.checked_sub(amount),
            })?;
        }
        Ok(total)
    }

    fn term(&self, term: &Term, base: Exact) -> Amount {
        match term {
            Term::Percent(p) => fits(base.checked_mul(*p)),
            Term::Money(m) => Ok(*m),
            Term::Specific { money, per, unit } => {
                let quantity = self.number_fact(FactId::of_unit(*unit))?;
                fits(quantity.checked_mul(*money).and_then(|a| a.checked_div(*per)))
            }
            Term::Input(fact) => {
                let rate = self.number_fact(*fact)?;
                fits(base.checked_mul(rate))
            }
            Term::Product { constant, facts } => facts.iter().try_fold(*constant, |product, fact| {
                let factor = self.amount_fact(*fact)?;
                fits(product.checked_mul(factor))
            }),
            Term::PercentOfFact(share, fact) => {
                let amount = self.money(*fact)?;
                fits(amount.checked_mul(*share))
            }
            Term::PercentOfMeasures(share, measures) => {
                let amount = self.amounts(measures)?;
                fits(amount.checked_mul(*share))
            }
            Term::RateOf(measures) => self.rate_on(measures, base),
            Term::Inclusive(rate, measures) => {
                let whole = fits(base.checked_mul(*rate))?;
                let included = self.rate_on(measures, base)?;
                fits(whole.checked_sub(included)).map(Exact::not_below_zero)
            }
        }
    }

    /// A fact in money, in the book's currency.
    pub fn money(&self, fact: FactId) -> Amount {
        match self.value(fact) {
            Some(Value::Money(amount, currency)) if currency == self.program().currency => Ok(amount),
            Some(Value::Money(..)) => Err(missing(MissingFact::Exchange(fact))),
            _ => Err(missing(MissingFact::Fact(fact))),
        }
    }

    fn number_fact(&self, fact: FactId) -> Amount {
        match self.value(fact) {
            Some(Value::Number(n)) => Ok(n),
            _ => Err(missing(MissingFact::Fact(fact))),
        }
    }

    fn amount_fact(&self, fact: FactId) -> Amount {
        match self.value(fact) {
            Some(Value::Number(n)) => Ok(n),
            _ => self.money(fact),
        }
    }
}

fn missing(fact: MissingFact) -> Stuck {
    Stuck::Missing(vec![Missing { fact, span: None }])
}

/// Whether a term takes a share of the base.
fn takes_share(term: &Term) -> bool {
    match term {
        Term::Percent(p) => !p.is_zero(),
        Term::Input(_) | Term::RateOf(_) | Term::Inclusive(..) => true,
        _ => false,
    }
}

fn relief_terms(relief: &Relief) -> Vec<&Term> {
    match relief {
        Relief::To(rate) => rate.terms().collect(),
        _ => Vec::new(),
    }
}
