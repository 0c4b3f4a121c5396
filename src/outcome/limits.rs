//! Limits: ceilings over the sum of several duties. What is taken off comes off the last named first, so each duty keeps what
//! the ceiling leaves after those named before it.

use super::amounts::Stuck;
use super::interpret::{Case, joined};
use super::truth::Truth;
use super::{By, Cause, MeasureResult, Missing};
use crate::program::{FactId, Limit, LimitId, MeasureId, Named};
use crate::syntax::OutcomeWord;
use crate::value::Exact;

impl Case<'_> {
    /// A result after all limits.
    pub fn limited(&self, result: MeasureResult) -> MeasureResult {
        self.limited_by(result, self.program().limits.len())
    }

    /// A result after the first `count` limits, in order of declaration.
    pub fn limited_by(&self, result: MeasureResult, count: usize) -> MeasureResult {
        let mut result = result;
        let mut waits: Vec<Missing> = Vec::new();
        for (i, limit) in self.program().limits.iter().enumerate().take(count) {
            let charged = result.outcome == OutcomeWord::Applied && result.amount.is_some_and(|a| !a.is_zero());
            if !charged || !limit.of.contains(&result.measure) {
                continue;
            }
            // Whether a limit holds is asked of the amounts before it, as its rate is.
            let outer = self.limits_acted.replace(Some(i));
            let truth = self.relief_holds(&limit.head, Named::Limit(LimitId(i)));
            self.limits_acted.set(outer);
            if truth == Truth::No {
                continue;
            }
            let held = match self.held_down(&result, limit, i) {
                Ok(Some(held)) => held,
                Ok(None) => continue,
                Err(stuck) => return stuck.stop(result),
            };
            match truth {
                // It is open whether the limit holds, and it would change the amount.
                Truth::Unknown(missing) => waits = joined(waits, missing),
                _ => result = self.hold(result, LimitId(i), limit, held),
            }
        }
        if waits.is_empty() { result } else { result.open(OutcomeWord::NeedsInput, Cause::Needs(waits)) }
    }

    /// What a limit leaves of an amount; nothing where it leaves all of it.
    fn held_down(&self, result: &MeasureResult, limit: &Limit, index: usize) -> Result<Option<Exact>, Stuck> {
        let outer = self.limits_acted.replace(Some(index));
        let ceiling = self.money(FactId::VALUE).and_then(|value| self.amount(&limit.at_most, super::amounts::Taken::of(value)));
        self.limits_acted.set(outer);
        let mut left = ceiling?;
        for id in limit.of.iter().take_while(|m| **m != result.measure) {
            let before = self.owed_after(*id, index)?;
            left = left.checked_sub(before).ok_or(Stuck::TooLarge)?;
        }
        let left = left.not_below_zero();
        Ok(result.amount.filter(|a| left < *a).map(|_| left))
    }

    /// What a measure comes to after the first limits.
    pub fn owed_after(&self, id: MeasureId, limits: usize) -> Result<Exact, Stuck> {
        let result = self.limited_by(self.before_limits(id), limits);
        result.owed().ok_or(Stuck::Follows(id, result.outcome))
    }

    fn hold(&self, mut result: MeasureResult, id: LimitId, limit: &Limit, held: Exact) -> MeasureResult {
        let Some(printed) = self.program().rounding.round(held) else { return Stuck::TooLarge.stop(result) };
        let Some(amount) = self.carried(held) else { return Stuck::TooLarge.stop(result) };
        let taken = result.amount.and_then(|a| a.checked_sub(amount)).unwrap_or_default();
        result.amount = Some(amount);
        result.printed = Some(printed);
        result.by.push(By::Limit(id, taken));
        result.cites.extend(limit.head.cite.clone());
        result
    }
}
