//! Amounts: the rate on its base, the relief that leaves least, one rounding.

use super::interpret::Case;
use super::prevail::Prevailing;
use super::reliefs::Certain;
use super::{By, Cause, MeasureResult, Missing, MissingFact};
use crate::facts::Value;
use crate::program::{Base, BaseTerm, FactId, Measure, MeasureId, Rate, Relief, Term};
use crate::syntax::{Bound, OutcomeWord, Sign};
use crate::value::{Currency, Exact};
use std::sync::Arc;

/// Why an amount cannot be reckoned.
#[derive(Clone, Debug)]
pub enum Stuck {
    Missing(Vec<Missing>),
    Follows(MeasureId, OutcomeWord),
    TooLarge,
    ZeroValue,
    /// A rate that must be a percentage and nothing else.
    NotAdValorem,
    Open(OutcomeWord, Cause),
}

impl Stuck {
    pub fn stop(self, result: MeasureResult) -> MeasureResult {
        match self {
            Stuck::Missing(missing) => result.open(OutcomeWord::NeedsInput, Cause::Needs(missing)),
            Stuck::Follows(measure, outcome) => result.open(outcome, Cause::Follows(measure)),
            Stuck::TooLarge => result.open(OutcomeWord::Undetermined, Cause::TooLarge),
            Stuck::ZeroValue => result.open(OutcomeWord::Undetermined, Cause::ZeroValue),
            Stuck::NotAdValorem => result.open(OutcomeWord::Undetermined, Cause::NotAdValorem),
            Stuck::Open(outcome, cause) => result.open(outcome, cause),
        }
    }

    /// What is stuck in a mirrored book is open here; its facts and measures are not those of this book.
    pub fn of_other_book(self, matching: &crate::program::Matching) -> Stuck {
        match self {
            Stuck::Missing(_) | Stuck::Follows(..) | Stuck::Open(_, Cause::NoRateBefore(..)) => {
                Stuck::Open(OutcomeWord::Undetermined, Cause::MirrorOpen(matching.book, matching.measure))
            }
            other => other,
        }
    }
}

type Amount = Result<Exact, Stuck>;

fn fits(n: Option<Exact>) -> Amount {
    n.ok_or(Stuck::TooLarge)
}

/// What a percentage is taken of.
#[derive(Clone, Copy, Debug)]
pub struct Taken {
    amount: Exact,
    /// Divided by one less the rate.
    grossed_up: bool,
}

impl Taken {
    pub fn of(amount: Exact) -> Self {
        Taken { amount, grossed_up: false }
    }

    /// The amount itself, grossed up for a rate.
    fn for_rate(self, rate: &Rate) -> Amount {
        if !self.grossed_up {
            return Ok(self.amount);
        }
        let share = rate.as_percent().ok_or(Stuck::Open(OutcomeWord::Undetermined, Cause::GrossedUpByAmount))?;
        let left = fits(Exact::ONE.checked_sub(share))?;
        if left.is_zero() || left.is_negative() {
            return Err(Stuck::Open(OutcomeWord::Undetermined, Cause::GrossedUpByAll));
        }
        fits(self.amount.checked_div(left))
    }
}

impl Case<'_> {
    /// Step 7 for a measure that is charged, with the certain reliefs that are not simply full.
    pub fn charged(&self, id: MeasureId, measure: &Measure, mut result: MeasureResult, rate: &Arc<Rate>, reliefs: &[Certain<'_>]) -> MeasureResult {
        let (base_clause, base) = match self.base_clause(id, measure) {
            Prevailing::None => (None, None),
            Prevailing::One(c) => (Some(c.clause), Some(c.says)),
            Prevailing::Open(missing) => return result.open(OutcomeWord::NeedsInput, Cause::Needs(missing)),
            Prevailing::Conflict(clauses) => return result.open(OutcomeWord::Conflict, Cause::Conflict(clauses)),
        };
        result.base_clause = base_clause;
        // A base is reckoned only where a term takes a share of it.
        let needs_base = rate.terms().chain(reliefs.iter().flat_map(|r| relief_terms(r.relief))).any(Term::takes_share)
            || reliefs.iter().any(|r| matches!(r.relief, Relief::ByPoints(_)));
        if let Some(sketch) = self.sketch {
            return sketch.charged(self, result, rate, (base, needs_base), reliefs);
        }
        let base = match (needs_base, self.base(base.as_ref())) {
            (_, Ok(base)) => base,
            (true, Err(stuck)) => return stuck.stop(result),
            (false, Err(_)) => Taken::of(Exact::ZERO),
        };
        match base.for_rate(rate) {
            Ok(amount) if needs_base || !amount.is_zero() => result.base = Some(amount),
            Ok(_) => {}
            Err(stuck) => return stuck.stop(result),
        }
        let full = match self.amount(rate, base) {
            Ok(amount) => amount,
            Err(stuck) => return stuck.stop(result),
        };
        let mut least: Option<Relieved<'_>> = None;
        for relief in reliefs {
            match self.relieved(rate, relief, base, full) {
                Ok(relieved) => {
                    // A quota of which nothing is left relieves nothing, and that is worth knowing.
                    if let (Some(quota), Some(within)) = (relieved.by.quota, &relieved.within)
                        && within.approved
                        && within.share.is_zero()
                    {
                        result.by.push(By::Quota(quota, within.reached));
                    }
                    if least.as_ref().is_none_or(|l| relieved.amount < l.amount) {
                        least = Some(relieved);
                    }
                }
                Err(stuck) => return stuck.stop(result),
            }
        }
        // Relief never makes a shipment pay more; one that changes nothing is not named. Goods that are worth nothing draw on a quota as others do.
        let draws = |relieved: &Relieved<'_>| full.is_zero() && relieved.within.as_ref().is_some_and(|w| !w.draws.is_empty());
        let exact = match least.filter(|l| l.amount < full || draws(l)) {
            Some(relieved) => {
                let amount = relieved.amount;
                result = self.relieve(result, relieved);
                amount
            }
            None => full,
        };
        let Some(printed) = self.program().rounding.round(exact) else { return Stuck::TooLarge.stop(result) };
        result.printed = Some(printed);
        result.amount = self.carried(exact);
        if exact < full {
            result.saved = self.carried(full).zip(result.amount).and_then(|(full, amount)| full.checked_sub(amount));
        }
        if result.outcome != OutcomeWord::Exempted {
            result.outcome = OutcomeWord::Applied;
        }
        result
    }

    fn relieve(&self, mut result: MeasureResult, relieved: Relieved<'_>) -> MeasureResult {
        result.by.push(By::Exemption(relieved.by.id));
        if let (Some(quota), Some(within)) = (relieved.by.quota, relieved.within) {
            result.by.push(By::Quota(quota, within.reached));
            result.draws = within.draws;
        }
        if let Some(e) = self.program().exemptions.get(relieved.by.id.0) {
            result.cites.extend(e.head.cite.clone());
        }
        if relieved.whole {
            result.outcome = OutcomeWord::Exempted;
            result.rate = None;
        } else if let Some(lowered) = relieved.rate {
            result.rate = Some(Arc::new(lowered));
        }
        result
    }

    /// An amount as it is carried into what refers to it: rounded, or exact where the policy rounds at the end.
    pub fn carried(&self, exact: Exact) -> Option<Exact> {
        let rounding = self.program().rounding;
        if rounding.each_amount { rounding.round(exact).map(Exact::from) } else { Some(exact) }
    }

    /// What a measure that is exempted in full would have come to at a rate, where that can be reckoned.
    pub fn charge_without_relief(&self, id: MeasureId, measure: &Measure, rate: &Rate) -> Option<Exact> {
        self.aside(|| {
            let (_, base) = self.base_of(id, measure, rate).ok()?;
            self.carried(self.amount(rate, Taken::of(base)).ok()?)
        })
    }

    /// What a measure's percentages are taken of at a rate, and the clause that says so.
    pub fn base_of(&self, id: MeasureId, measure: &Measure, rate: &Rate) -> Result<(Option<usize>, Exact), Stuck> {
        let (clause, base) = match self.base_clause(id, measure) {
            Prevailing::None => (None, None),
            Prevailing::One(c) => (Some(c.clause), Some(c.says)),
            Prevailing::Open(missing) => return Err(Stuck::Missing(missing)),
            Prevailing::Conflict(clauses) => return Err(Stuck::Open(OutcomeWord::Conflict, Cause::Conflict(clauses))),
        };
        let taken = self.base(base.as_ref())?;
        Ok((clause, taken.for_rate(rate)?))
    }

    fn relieved<'r>(&self, rate: &Rate, by: &Certain<'r>, base: Taken, full: Exact) -> Result<Relieved<'r>, Stuck> {
        let share_of = |share: Exact| fits(Exact::ONE.checked_sub(share).and_then(|left| full.checked_mul(left.not_below_zero())));
        let (amount, lowered) = match by.relief {
            Relief::Full => (Exact::ZERO, None),
            Relief::To(to) => {
                let to = self.resolved(to)?;
                (self.amount(&to, base)?, Some(to))
            }
            Relief::ByPoints(points) => {
                let lowered = self.lowered(rate, *points)?;
                (self.amount(&lowered, base)?, Some(lowered))
            }
            Relief::ByShare(share) => (share_of(*share)?, None),
            Relief::ByInput(fact) => (share_of(self.number_fact(*fact)?)?, None),
        };
        // Relief `to` a rate leaves a rate, though it be zero. Any other that takes all is full relief.
        let whole = match by.relief {
            Relief::Full => true,
            Relief::To(_) => false,
            Relief::ByPoints(_) => lowered.as_ref().is_some_and(Rate::is_zero),
            Relief::ByShare(_) | Relief::ByInput(_) => amount.is_zero(),
        };
        let Some(quota) = by.quota else { return Ok(Relieved { by: *by, amount, rate: lowered, within: None, whole }) };
        // What exceeds the quota is treated as if the relief did not hold.
        let within = self.within_quota(quota)?;
        let inside = fits(amount.checked_mul(within.share))?;
        let outside = fits(Exact::ONE.checked_sub(within.share).and_then(|left| full.checked_mul(left)))?;
        let all = within.share == Exact::ONE;
        let amount = fits(inside.checked_add(outside))?;
        Ok(Relieved { by: *by, amount, rate: lowered.filter(|_| all), within: Some(within), whole: whole && all })
    }

    /// What a percentage is taken of: the customs value unless a clause says otherwise, and never below zero.
    fn base(&self, base: Option<&Base>) -> Result<Taken, Stuck> {
        let Some(base) = base else { return self.money(FactId::VALUE).map(Taken::of) };
        let mut total = Exact::ZERO;
        for (sign, term) in &base.terms {
            let amount = match term {
                BaseTerm::Fact(fact) => self.money(*fact)?,
                BaseTerm::Duties => self.duties()?,
                BaseTerm::Amounts(measures) => self.amounts(measures)?,
                BaseTerm::BasesOf(measures) => self.bases(measures)?,
            };
            total = fits(match sign {
                Sign::Plus => total.checked_add(amount),
                Sign::Minus => total.checked_sub(amount),
            })?;
        }
        if total.is_negative() {
            self.contents_fit(base)?;
        }
        Ok(Taken { amount: total.not_below_zero(), grossed_up: base.grossed_up })
    }

    /// The sum of what percentages of measures are taken of; those that do not apply have none.
    fn bases(&self, measures: &[MeasureId]) -> Amount {
        let mut sum = Exact::ZERO;
        for id in measures {
            let result = self.before_limits(*id);
            if result.is_open() {
                return Err(Stuck::Follows(*id, result.outcome));
            }
            if result.outcome != OutcomeWord::Applied {
                continue;
            }
            let base = match (result.base, self.program().measure(*id), &result.rate) {
                (Some(base), ..) => base,
                (None, Some(measure), Some(rate)) => self.base_of(*id, measure, rate)?.1,
                _ => Exact::ZERO,
            };
            sum = fits(sum.checked_add(base))?;
        }
        Ok(sum)
    }

    /// Contents that a shipment states cannot be more than its value; declared defaults may overlap.
    fn contents_fit(&self, base: &Base) -> Result<(), Stuck> {
        let mut facts: Vec<FactId> = Vec::new();
        let mut add = |f: FactId| {
            if f != FactId::VALUE && !facts.contains(&f) && self.shipment.get(f).is_some() {
                facts.push(f);
            }
        };
        for (_, term) in base.terms.iter().filter(|(s, _)| *s == Sign::Minus) {
            match term {
                BaseTerm::Fact(f) => add(*f),
                BaseTerm::BasesOf(measures) => {
                    for id in measures.iter().filter(|m| self.before_limits(**m).outcome == OutcomeWord::Applied) {
                        let Some(measure) = self.program().measure(*id) else { continue };
                        if let Prevailing::One(c) = self.base_clause(*id, measure) {
                            c.says.terms.iter().for_each(|(_, t)| {
                                if let BaseTerm::Fact(f) = t {
                                    add(*f)
                                }
                            });
                        }
                    }
                }
                _ => {}
            }
        }
        let mut sum = Exact::ZERO;
        for fact in &facts {
            sum = fits(sum.checked_add(self.money(*fact)?))?;
        }
        let value = self.money(FactId::VALUE)?;
        if sum > value { Err(Stuck::Open(OutcomeWord::Undetermined, Cause::MoreThanValue(facts, sum, value))) } else { Ok(()) }
    }

    fn duties(&self) -> Amount {
        self.amounts(&self.program().duties())
    }

    /// The sum of what measures come to; open where one of them is. Within a limit's own rate, amounts are those before it.
    fn amounts(&self, measures: &[MeasureId]) -> Amount {
        let mut sum = Exact::ZERO;
        for id in measures {
            let owed = match self.limits_acted.get() {
                Some(limits) => self.owed_after(*id, limits)?,
                None => {
                    let result = self.result(*id);
                    result.owed().ok_or(Stuck::Follows(*id, result.outcome))?
                }
            };
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

    /// The rate with what the shipment states, and what another book charges, put in as percentages. What is missing stays as it is.
    pub fn resolved(&self, rate: &Rate) -> Result<Rate, Stuck> {
        let mirrored = |term: &Term| match term.innermost() {
            Term::Matching(m) => self.mirrored(m).map(Some),
            _ => Ok(None),
        };
        let sums = std::iter::once(&rate.first).chain(rate.bounds.iter().map(|(_, s)| s));
        let mut resolved = Vec::new();
        for sum in sums {
            let mut out = Vec::with_capacity(sum.len());
            for (sign, term) in sum {
                let term = match (mirrored(term)?, term) {
                    (Some(rate), Term::Scaled(share, _)) => Term::Percent(fits(rate.checked_mul(*share))?),
                    (Some(rate), _) => Term::Percent(rate),
                    (None, Term::Input(fact)) => match self.number(*fact) {
                        Some(n) => Term::Percent(n),
                        None => term.clone(),
                    },
                    _ => term.clone(),
                };
                out.push((*sign, term));
            }
            resolved.push(out);
        }
        let mut resolved = resolved.into_iter();
        let first = resolved.next().unwrap_or_default();
        Ok(Rate { first, bounds: rate.bounds.iter().map(|(b, _)| *b).zip(resolved).collect() })
    }

    /// A rate lowered by points, none of its percentages below zero. What other measures come to is put in as a percentage, so that
    /// points can be taken off.
    pub fn lowered(&self, rate: &Rate, points: Exact) -> Result<Rate, Stuck> {
        if let Some(sketch) = self.sketch.filter(|_| !rate.measures().is_empty()) {
            sketch.obscure();
        }
        let mut sums = Vec::new();
        for sum in std::iter::once(&rate.first).chain(rate.bounds.iter().map(|(_, s)| s)) {
            let terms = sum.iter().map(|(sign, term)| self.as_share(term).map(|t| (*sign, t))).collect::<Result<Vec<_>, Stuck>>()?;
            sums.push(terms);
        }
        let mut sums = sums.into_iter();
        let first = sums.next().unwrap_or_default();
        let shares = Rate { first, bounds: rate.bounds.iter().map(|(b, _)| *b).zip(sums).collect() };
        fits_rate(shares.lowered(points))
    }

    /// What a term that refers to other measures comes to, as a percentage.
    fn as_share(&self, term: &Term) -> Result<Term, Stuck> {
        Ok(match term {
            Term::RateOf(measures) => Term::Percent(self.rate_of(measures)?),
            Term::Inclusive(whole, measures) => Term::Percent(fits(whole.checked_sub(self.rate_of(measures)?))?.not_below_zero()),
            Term::Scaled(share, inner) => match self.as_share(inner)? {
                Term::Percent(p) => Term::Percent(fits(p.checked_mul(*share))?),
                inner => Term::Scaled(*share, Box::new(inner)),
            },
            other => other.clone(),
        })
    }

    /// A rate on a base, from left to right, and never below zero.
    pub fn amount(&self, rate: &Rate, base: Taken) -> Amount {
        let base = base.for_rate(rate)?;
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
            Term::Matching(matching) => fits(base.checked_mul(self.mirrored(matching)?)),
            Term::Scaled(share, inner) => fits(self.term(inner, base)?.checked_mul(*share)),
            Term::Foreign(currency, inner) => fits(self.term(inner, base)?.checked_mul(self.exchange(*currency)?)),
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
            Some(Value::Money(amount, currency)) => match self.exchange(currency) {
                Ok(rate) => fits(amount.checked_mul(rate)),
                Err(_) => Err(missing(MissingFact::Exchange(fact))),
            },
            _ => Err(missing(MissingFact::Fact(fact))),
        }
    }

    /// What one unit of a currency is worth in that of the book, at entry.
    pub fn exchange(&self, currency: Currency) -> Amount {
        if currency == self.program().currency {
            return Ok(Exact::ONE);
        }
        let runs = |from: Option<crate::value::Instant>, until: Option<crate::value::Instant>| {
            from.is_none_or(|f| f <= self.entered) && until.is_none_or(|u| self.entered < u)
        };
        // Of several rates for one moment the latest start is the one last set.
        let rates = self.program().exchange.iter().flatten().filter(|x| x.currency == currency && runs(x.from, x.until));
        rates.max_by_key(|x| x.from).map(|x| x.rate).ok_or_else(|| missing(MissingFact::Currency(currency)))
    }

    /// A number that takes part in a decision.
    pub fn number(&self, fact: FactId) -> Option<Exact> {
        let number = match self.value(fact) {
            Some(Value::Number(n)) => Some(n),
            _ => None,
        };
        if let Some(sketch) = self.sketch {
            sketch.number(fact, number);
        }
        number
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

fn fits_rate(rate: Option<Rate>) -> Result<Rate, Stuck> {
    rate.ok_or(Stuck::TooLarge)
}

fn missing(fact: MissingFact) -> Stuck {
    Stuck::Missing(vec![Missing { fact, span: None }])
}

/// What comes of a relief.
struct Relieved<'r> {
    by: Certain<'r>,
    amount: Exact,
    rate: Option<Rate>,
    within: Option<super::quotas::Within>,
    /// Whether nothing of the measure is left, whatever it would have come to.
    whole: bool,
}

fn relief_terms(relief: &Relief) -> Vec<&Term> {
    match relief {
        Relief::To(rate) => rate.terms().collect(),
        _ => Vec::new(),
    }
}
