//! Phase-outs: the rate at a stage, reckoned exactly from the rate before the first.

use super::amounts::{Stuck, Taken};
use super::covering::Says;
use super::interpret::{Case, joined};
use super::prevail::Prevailing;
use super::truth::Truth;
use super::{By, Cause, MeasureResult, Missing};
use crate::program::{Measure, MeasureId, Named, Phaseout, PhaseoutId, Rate, StageRounding, Steps, Term};
use crate::syntax::{OutcomeWord, Sign};
use crate::value::{Exact, Instant};
use std::sync::Arc;

type Sum = Vec<(Sign, Term)>;

impl Case<'_> {
    /// The rate after phase-outs: the lowest of the rate itself and of every stage that runs.
    pub fn staged(
        &self,
        id: MeasureId,
        measure: &Measure,
        rate: Arc<Rate>,
        waits: Vec<Missing>,
        result: &mut MeasureResult,
    ) -> Result<(Arc<Rate>, Vec<Missing>), Stuck> {
        let (mut lowest, mut waits, mut by) = (rate, waits, None);
        for (i, phaseout) in self.program().phaseouts.iter().enumerate().filter(|(_, p)| p.of.contains(&id)) {
            let pid = PhaseoutId(i);
            match self.relief_holds(&phaseout.head, Named::Phaseout(pid)) {
                Truth::No => continue,
                Truth::Unknown(missing) => {
                    waits = joined(waits, missing);
                    continue;
                }
                Truth::Yes => {}
            }
            let starts = self.edition().stages.get(i).map_or(&[][..], Vec::as_slice);
            let stage = u32::try_from(starts.partition_point(|s| *s <= self.entered)).unwrap_or(u32::MAX);
            let Some(first) = starts.first().copied().filter(|_| stage > 0) else { continue };
            let Some(base) = self.rate_before(id, measure, phaseout, pid, first)? else { continue };
            let staged = at_stage(&base, phaseout, stage).ok_or(Stuck::TooLarge)?;
            if self.is_lower(id, measure, &staged, &lowest)? {
                lowest = Arc::new(staged);
                by = Some((pid, stage));
            }
        }
        if let Some((pid, stage)) = by {
            result.by.push(By::Phaseout(pid, stage));
            if let Some(p) = self.program().phaseouts.get(pid.0) {
                result.cites.extend(p.head.cite.clone());
            }
        }
        Ok((lowest, waits))
    }

    /// The rate from which stages are reckoned; nothing where the goods were not subject to the measure.
    fn rate_before(&self, id: MeasureId, measure: &Measure, phaseout: &Phaseout, pid: PhaseoutId, first: Instant) -> Result<Option<Rate>, Stuck> {
        if let Some(rate) = &phaseout.starting_at {
            return self.resolved(rate).map(Some);
        }
        let before = self.at(Instant(first.0.saturating_sub(1)));
        match before.prevailing(id, before.covering(id, measure)) {
            Prevailing::One(c) => match c.says {
                Says::Rate(rate) => before.resolved(&rate).map(Some),
                Says::NotSubject => Ok(None),
                Says::Unread(span, why) => Err(Stuck::Open(OutcomeWord::Unrated, Cause::Unread(span, why))),
                Says::Contradiction => Err(Stuck::Open(OutcomeWord::Conflict, Cause::Conflict(Vec::new()))),
            },
            Prevailing::None => Err(Stuck::Open(OutcomeWord::Unrated, Cause::NoRateBefore(pid, first))),
            Prevailing::Open(missing) => Err(Stuck::Missing(missing)),
            Prevailing::Conflict(clauses) => Err(Stuck::Open(OutcomeWord::Conflict, Cause::Conflict(clauses))),
        }
    }

    /// Whether one rate charges less than another: by their percentages where both are nothing else, else by what they come to.
    fn is_lower(&self, id: MeasureId, measure: &Measure, one: &Rate, other: &Rate) -> Result<bool, Stuck> {
        if let (Some(a), Some(b)) = (one.as_percent(), other.as_percent()) {
            return Ok(a < b);
        }
        if let Some(sketch) = self.sketch {
            return sketch.is_lower(self, id, measure, one, other);
        }
        self.comes_to_less(id, measure, one, other)
    }

    /// Whether one rate comes to less than another.
    pub fn comes_to_less(&self, id: MeasureId, measure: &Measure, one: &Rate, other: &Rate) -> Result<bool, Stuck> {
        let amount = |rate: &Rate| self.base_of(id, measure, rate).and_then(|(_, base)| self.amount(rate, Taken::of(base)));
        Ok(amount(one)? < amount(other)?)
    }
}

/// The rate at a stage, counted from 1. The last stage is the target itself.
fn at_stage(base: &Rate, phaseout: &Phaseout, stage: u32) -> Option<Rate> {
    let count = phaseout.steps.count();
    let staged = match &phaseout.steps {
        Steps::Equal { to, .. } if stage >= count => return Some((**to).clone()),
        Steps::Equal { to, .. } => {
            let done = Exact::fraction(i128::from(stage), i128::from(count))?;
            let left = Exact::ONE.checked_sub(done)?;
            base.map(|sum| {
                let scaled = |terms: &[(Sign, Term)], share: Exact| terms.iter().map(|(s, t)| t.scaled(share).map(|t| (*s, t))).collect::<Option<Sum>>();
                let mut out = scaled(sum, left)?;
                if !to.is_zero() {
                    out.extend(scaled(&to.first, done)?);
                }
                Some(merged(out))
            })?
        }
        Steps::Cutting(cuts) => {
            let at = usize::try_from(stage.min(count)).ok()?.checked_sub(1)?;
            let left = Exact::ONE.checked_sub(*cuts.get(at)?)?.not_below_zero();
            base.map(|sum| sum.iter().map(|(s, t)| t.scaled(left).map(|t| (*s, t))).collect())?
        }
    };
    let (points, money) = (phaseout.rounded_points, phaseout.rounded_money);
    staged.map(|sum| sum.iter().map(|(s, t)| rounded(t, points, money).map(|t| (*s, t))).collect())
}

/// A term of a staged rate: its percentage rounded to a step of points, its amount to a step of money.
fn rounded(term: &Term, points: Option<StageRounding>, money: Option<StageRounding>) -> Option<Term> {
    Some(match (term, points, money) {
        (Term::Percent(p), Some(r), _) => Term::Percent(r.round(*p)?),
        (Term::Money(m), _, Some(r)) => Term::Money(r.round(*m)?),
        (Term::Specific { money, per, unit }, _, Some(r)) => Term::Specific { money: r.round(*money)?, per: *per, unit: *unit },
        _ => term.clone(),
    })
}

/// Percentages are added into one, so that one rounding falls on their sum.
fn merged(sum: Sum) -> Sum {
    let percents = sum.iter().filter(|(s, t)| *s == Sign::Plus && matches!(t, Term::Percent(_))).count();
    if percents < 2 {
        return sum;
    }
    let total = sum.iter().try_fold(Exact::ZERO, |n, (s, t)| match (s, t) {
        (Sign::Plus, Term::Percent(p)) => n.checked_add(*p),
        _ => Some(n),
    });
    let Some(total) = total else { return sum };
    let others = sum.into_iter().filter(|(s, t)| *s != Sign::Plus || !matches!(t, Term::Percent(_)));
    std::iter::once((Sign::Plus, Term::Percent(total))).chain(others).collect()
}
