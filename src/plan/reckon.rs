//! The amounts of one shipment, from the leaves of its measures: in whole millionths, each rounded once to the policy's step.

use super::from_program::Plan;
use super::given::Given;
use super::leaf::{Ceiling, Charged, Leaf, Left, Rates, added, number};
use super::linear::{Source, Stop};
use crate::program::{BaseTerm, ExemptionId, FactId, MeasureId};
use crate::syntax::Sign;
use crate::value::RoundingMode;

/// What is known of a measure while one shipment is reckoned.
#[derive(Clone, Copy, Debug, Default)]
pub struct Slot {
    /// The leaf, by number; none where the measure's goods do not include the shipment.
    pub leaf: Option<u32>,
    before_limits: State,
    after_limits: State,
    /// The exemption that took something off.
    pub relieved: Option<ExemptionId>,
    /// Whether it took all, whatever that would have been.
    pub whole: bool,
    /// What the exemption took off.
    saved: i64,
}

impl Slot {
    /// Sets what the measure comes to, where neither reliefs nor limits act on it.
    pub fn settle(&mut self, amount: i64) {
        (self.before_limits, self.after_limits) = (State::Known(amount), State::Known(amount));
    }

    /// What the measure came to.
    pub fn reckoned(&self) -> Option<i64> {
        if let State::Known(n) = self.after_limits { Some(n) } else { None }
    }
}

#[derive(Clone, Copy, Debug, Default, PartialEq)]
enum State {
    #[default]
    Unknown,
    Begun,
    Known(i64),
}

/// One shipment being reckoned.
pub struct Reckoning<'r, 'a> {
    pub plan: &'r Plan<'r>,
    pub leaves: &'r [Leaf],
    pub given: &'r Given<'a>,
    /// By measure.
    pub slots: &'r mut [Slot],
    /// The measures that have a leaf, in order of declaration.
    pub reached: &'r [(u16, u32)],
    pub step: i64,
    /// How many limits have acted on the amounts that are referred to; all where nothing is said.
    acted: Option<usize>,
}

impl<'r, 'a> Reckoning<'r, 'a> {
    pub fn new(plan: &'r Plan<'r>, leaves: &'r [Leaf], given: &'r Given<'a>, slots: &'r mut [Slot], reached: &'r [(u16, u32)], step: i64) -> Self {
        Reckoning { plan, leaves, given, slots, reached, step, acted: None }
    }

    fn leaf(&self, id: MeasureId) -> Option<&'r Leaf> {
        let at = self.slots.get(id.0)?.leaf?;
        self.leaves.get(at as usize)
    }

    /// What a measure comes to after all limits.
    pub fn after_limits(&mut self, id: MeasureId) -> Result<i64, Stop> {
        let Some(Leaf::Charged(charged)) = self.leaf(id) else { return Ok(0) };
        match self.slots.get(id.0).map(|s| s.after_limits) {
            Some(State::Known(n)) => return Ok(n),
            Some(State::Unknown) => {}
            Some(State::Begun) | None => return Err(Stop::Exactly),
        }
        if !charged.limits.is_empty() {
            self.note(id, |s| s.after_limits = State::Begun);
        }
        let amount = self.after(id, charged, usize::MAX)?;
        self.note(id, |s| s.after_limits = State::Known(amount));
        Ok(amount)
    }

    fn note(&mut self, id: MeasureId, set: impl FnOnce(&mut Slot)) {
        if let Some(slot) = self.slots.get_mut(id.0) {
            set(slot);
        }
    }

    /// What a measure comes to after the first limits.
    fn after(&mut self, id: MeasureId, charged: &'r Charged, limits: usize) -> Result<i64, Stop> {
        let mut amount = self.before_limits(id, charged)?;
        for ceiling in charged.limits.iter().filter(|c| c.limit < limits) {
            if amount > 0 {
                amount = self.held_down(id, amount, ceiling)?;
            }
        }
        Ok(amount)
    }

    fn owed_after(&mut self, id: MeasureId, limits: usize) -> Result<i64, Stop> {
        match self.leaf(id) {
            Some(Leaf::Charged(charged)) => self.after(id, charged, limits),
            _ => Ok(0),
        }
    }

    /// What a limit leaves: it takes off the last named first, so that each keeps what those before it leave.
    fn held_down(&mut self, id: MeasureId, amount: i64, ceiling: &'r Ceiling) -> Result<i64, Stop> {
        let value = number(self.plan, self.given, FactId::VALUE)?;
        let outer = self.acted.replace(ceiling.limit);
        let whole = ceiling.rate.reckon(value, self);
        self.acted = outer;
        let mut left = whole?;
        let plan = self.plan;
        let of = plan.interpreter.program.limits.get(ceiling.limit).map_or(&[][..], |l| &l.of);
        let parts = |n: i64| i128::from(n).checked_mul(i128::from(ceiling.denominator)).ok_or(Stop::Exactly);
        for before in of.iter().take_while(|m| **m != id) {
            let owed = self.owed_after(*before, ceiling.limit)?;
            left = left.checked_sub(parts(owed)?).ok_or(Stop::Exactly)?;
        }
        let left = left.max(0);
        if left < parts(amount)? { self.rounded(left, ceiling.denominator) } else { Ok(amount) }
    }

    fn before_limits(&mut self, id: MeasureId, charged: &'r Charged) -> Result<i64, Stop> {
        match self.slots.get(id.0).map(|s| s.before_limits) {
            Some(State::Known(n)) => return Ok(n),
            Some(State::Unknown) => {}
            Some(State::Begun) | None => return Err(Stop::Exactly),
        }
        let amount = match &charged.rates {
            None => 0,
            Some(rates) => {
                self.note(id, |s| s.before_limits = State::Begun);
                // Limits that are being reckoned concern the amounts they hold down, not those behind them.
                let outer = self.acted.take();
                let amount = self.charge(id, charged, rates);
                self.acted = outer;
                amount?
            }
        };
        self.note(id, |s| s.before_limits = State::Known(amount));
        Ok(amount)
    }

    /// What a measure that is exempted in full would have come to.
    pub fn without_relief(&mut self, charged: &'r Charged) -> Result<i64, Stop> {
        let base = self.base(charged)?;
        match &charged.rates {
            None => Ok(0),
            Some(rates) => {
                let full = rates.full.reckon(base, self)?;
                self.rounded(full, rates.denominator)
            }
        }
    }

    /// What a measure that has been reckoned comes to, whether an exemption took something off, and how much.
    pub fn owed(&self, id: MeasureId) -> Option<(i64, bool, Option<i64>)> {
        let slot = self.slots.get(id.0)?;
        Some((slot.reckoned()?, slot.relieved.is_some(), Some(slot.saved)))
    }

    /// The rate on its base, after the relief that leaves least.
    fn charge(&mut self, id: MeasureId, charged: &'r Charged, rates: &'r Rates) -> Result<i64, Stop> {
        let base = if charged.needs_base { self.base(charged)? } else { 0 };
        let full = rates.full.reckon(base, self)?;
        let mut least: Option<(ExemptionId, i128, bool)> = None;
        for (by, left, whole) in &rates.reliefs {
            let left = match left {
                Left::Rate(rate) => rate.reckon(base, self)?,
                Left::Share(some, parts) => {
                    let part = full.checked_div(i128::from(*parts)).ok_or(Stop::Exactly)?;
                    part.checked_mul(i128::from(*some)).ok_or(Stop::Exactly)?
                }
            };
            if least.is_none_or(|(_, l, _)| left < l) {
                least = Some((*by, left, *whole));
            }
        }
        match least.filter(|(_, l, _)| *l < full) {
            Some((by, left, whole)) => {
                let amount = self.rounded(left, rates.denominator)?;
                let saved = self.rounded(full, rates.denominator)?.checked_sub(amount).ok_or(Stop::Exactly)?;
                self.note(id, |s| (s.relieved, s.whole, s.saved) = (Some(by), whole, saved));
                Ok(amount)
            }
            None => self.rounded(full, rates.denominator),
        }
    }

    /// What percentages of a measure are taken of, before it is grossed up.
    fn base(&mut self, charged: &'r Charged) -> Result<i64, Stop> {
        let mut total = 0i64;
        for (sign, term) in &charged.base.terms {
            let n = match term {
                BaseTerm::Fact(fact) => number(self.plan, self.given, *fact)?,
                BaseTerm::Duties => self.duties()?,
                BaseTerm::Amounts(measures) => self.sum(measures, |r, m| r.amount(m))?,
                BaseTerm::BasesOf(measures) => self.sum(measures, Self::base_of)?,
            };
            total = added(total, *sign, n)?;
        }
        // Contents that come to more than the value are a matter of their own.
        if total < 0 { Err(Stop::Exactly) } else { Ok(total) }
    }

    fn sum(&mut self, measures: &[MeasureId], each: impl Fn(&mut Self, MeasureId) -> Result<i64, Stop>) -> Result<i64, Stop> {
        let mut total = 0i64;
        for id in measures {
            let n = each(self, *id)?;
            total = added(total, Sign::Plus, n)?;
        }
        Ok(total)
    }

    fn base_of(&mut self, id: MeasureId) -> Result<i64, Stop> {
        match self.leaf(id) {
            Some(Leaf::Charged(c)) if c.base_is_open || c.base.grossed_up => Err(Stop::Exactly),
            Some(Leaf::Charged(c)) => {
                self.before_limits(id, c)?;
                let whole = self.slots.get(id.0).is_some_and(|s| s.whole);
                if whole { Ok(0) } else { self.base(c) }
            }
            _ => Ok(0),
        }
    }

    fn duties(&mut self) -> Result<i64, Stop> {
        let (reached, plan) = (self.reached, self.plan);
        let mut total = 0i64;
        for (m, _) in reached {
            let m = usize::from(*m);
            if plan.kinds.get(m).is_some_and(|kind| kind.is_duty()) {
                let known = self.slots.get(m).filter(|_| self.acted.is_none()).and_then(Slot::reckoned);
                let amount = known.map_or_else(|| self.amount(MeasureId(m)), Ok)?;
                total = added(total, Sign::Plus, amount)?;
            }
        }
        Ok(total)
    }

    /// A numerator over a denominator, rounded to the step: in millionths.
    fn rounded(&self, numerator: i128, denominator: i64) -> Result<i64, Stop> {
        rounded(numerator, denominator, self.plan.mode, self.step)
    }
}

pub fn rounded(numerator: i128, denominator: i64, mode: RoundingMode, step: i64) -> Result<i64, Stop> {
    let divisor = i128::from(denominator).wrapping_mul(i128::from(step));
    // Most amounts are small, and a division of 64 bits is much quicker.
    let (count, rest) = match (u64::try_from(numerator), u64::try_from(divisor)) {
        (Ok(n), Ok(d)) => (i128::from(n.checked_div(d).ok_or(Stop::Exactly)?), i128::from(n.checked_rem(d).ok_or(Stop::Exactly)?)),
        _ => (numerator.checked_div(divisor).ok_or(Stop::Exactly)?, numerator.checked_rem(divisor).ok_or(Stop::Exactly)?),
    };
    let twice = rest.wrapping_mul(2);
    let up = match mode {
        RoundingMode::Down => false,
        RoundingMode::HalfUp => twice >= divisor,
        RoundingMode::HalfEven => twice > divisor || (twice == divisor && count & 1 == 1),
    };
    let count = if up { count.wrapping_add(1) } else { count };
    i64::try_from(count).ok().and_then(|c| c.checked_mul(step)).ok_or(Stop::Exactly)
}

impl Source for Reckoning<'_, '_> {
    fn number(&mut self, fact: FactId) -> Result<i64, Stop> {
        number(self.plan, self.given, fact)
    }

    fn amount(&mut self, measure: MeasureId) -> Result<i64, Stop> {
        match self.acted {
            Some(limits) => self.owed_after(measure, limits),
            None => self.after_limits(measure),
        }
    }
}
