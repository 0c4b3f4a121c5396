//! Mirrored rates: what another book charges on the same goods, a while before the entry.

use super::amounts::Stuck;
use super::covering::Says;
use super::interpret::Case;
use super::prevail::Prevailing;
use super::quotas::Balances;
use super::truth::Truth;
use super::{Cause, MeasureResult};
use crate::facts::{Shipment, Value};
use crate::program::Life;
use crate::program::{Clause, ClauseKind, Cond, CondKind, FactId, Matching, Measure, MeasureId, Named};
use crate::syntax::OutcomeWord;
use crate::value::{Exact, GoodsCode, Instant};

/// Goods are compared between nomenclatures by the digits that all countries share.
const SHARED_DIGITS: u8 = 6;

/// Goods that leave and arrive at one moment: no clause for goods that were under way holds for them.
fn at_once(mut shipment: Shipment, at: Instant) -> Shipment {
    for fact in [FactId::LOADED, FactId::EXPORTED] {
        shipment.set(fact, Value::At(at));
    }
    shipment
}

impl Case<'_> {
    /// The headline rate of a used book's measure for the shipment's goods: of an origin, so much earlier, as known on the same day.
    pub fn mirrored(&self, matching: &Matching) -> Result<Exact, Stuck> {
        let Some(used) = self.interpreter.used.get(matching.book) else { return Err(Stuck::TooLarge) };
        let at = match matching.after {
            None => self.entered,
            Some(lag) => self.program().clock.before(self.entered, lag).map_err(|_| Stuck::TooLarge)?,
        };
        let code = GoodsCode::of_point(self.point, SHARED_DIGITS);
        let shipment = at_once(Shipment::of(used.program, code, matching.origin), at);
        let balances = Balances::default();
        let mut found: Option<Exact> = None;
        for point in super::cases::codes(used, code) {
            let case = Case::new(used, &shipment, &balances, at, point);
            let rate = case.headline(matching.measure).map_err(|s| s.of_other_book(matching))?;
            if found.is_some_and(|f| f != rate) {
                return Err(Stuck::Open(OutcomeWord::Undetermined, Cause::MirrorDiffers(code)));
            }
            found = Some(rate);
        }
        Ok(found.unwrap_or_default())
    }

    /// The headline rate of a measure: steps 1 to 4, with whatever rests on more than the moment of entry left out.
    fn headline(&self, id: MeasureId) -> Result<Exact, Stuck> {
        let Some(measure) = self.program().measure(id) else { return Ok(Exact::ZERO) };
        let runs = matches!(self.edition().measures.get(id.0), Some(Life::Known(w)) if w.contains(self.entered));
        let ended = self.edition().ended(self.program(), Named::Measure(id), self.entered).is_some();
        let holds = |c: &Cond| c.is_of_the_moment() && self.truth(c) == Truth::Yes;
        if !runs || ended || !self.is_in_scope(measure) || !measure.head.condition.iter().all(holds) {
            return Ok(Exact::ZERO);
        }
        let covering = self.covering(id, measure).into_iter().filter(|c| measure.clauses.get(c.clause).is_some_and(Clause::is_of_the_moment)).collect();
        let rate = match self.prevailing(id, covering) {
            Prevailing::None | Prevailing::Open(_) => return Ok(Exact::ZERO),
            Prevailing::Conflict(clauses) => return Err(Stuck::Open(OutcomeWord::Conflict, Cause::Conflict(clauses))),
            Prevailing::One(c) => match c.says {
                Says::Rate(rate) => self.resolved(&rate)?,
                Says::NotSubject => return Ok(Exact::ZERO),
                Says::Unread(span, why) => return Err(Stuck::Open(OutcomeWord::Unrated, Cause::Unread(span, why))),
                Says::Contradiction => return Err(Stuck::Open(OutcomeWord::Conflict, Cause::Conflict(Vec::new()))),
            },
        };
        let mut result: MeasureResult = super::interpret::blank(id);
        // A phase-out or suspension that rests on further facts is undecided here, and so left out.
        let (rate, _) = self.staged(id, measure, std::sync::Arc::new(rate), Vec::new(), &mut result)?;
        let Some((rate, _)) = self.suspended(id, &rate, Vec::new(), &mut result)? else { return Ok(Exact::ZERO) };
        rate.as_percent().map(Exact::not_below_zero).ok_or(Stuck::NotAdValorem)
    }

    fn is_in_scope(&self, measure: &Measure) -> bool {
        matches!(self.scope(measure), super::covering::Scope::In)
    }
}

impl Clause {
    /// Whether nothing but the moment decides if the clause holds, goods and origin aside.
    fn is_of_the_moment(&self) -> bool {
        matches!(self.kind, ClauseKind::Rate(_)) && self.conditions.iter().all(Cond::is_of_the_moment)
    }
}

impl Cond {
    /// Whether nothing is tested but the moment, at which goods of a headline rate leave and arrive.
    pub fn is_of_the_moment(&self) -> bool {
        match &self.kind {
            CondKind::All(parts) | CondKind::Any(parts) => parts.iter().all(Cond::is_of_the_moment),
            CondKind::Not(inner) => inner.is_of_the_moment(),
            CondKind::Before(FactId::ENTERED | FactId::LOADED | FactId::EXPORTED, _) | CondKind::During(_) | CondKind::InForce(..) => true,
            _ => false,
        }
    }
}
