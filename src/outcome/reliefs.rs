//! What relieves a measure: suspensions, and the exemptions that hold.

use super::amounts::Stuck;
use super::covering::Scope;
use super::interpret::{Case, joined};
use super::truth::Truth;
use super::{By, MeasureResult, Missing};
use crate::program::{ExemptionId, Head, MeasureId, Named, QuotaId, Rate, Relief, SuspensionId};
use crate::syntax::OutcomeWord;
use crate::value::Exact;
use std::sync::Arc;

/// An exemption that certainly holds.
#[derive(Clone, Copy)]
pub struct Certain<'i> {
    pub id: ExemptionId,
    pub relief: &'i Relief,
    pub quota: Option<QuotaId>,
}

impl<'i> Case<'i> {
    /// Whether a relief reaches the shipment now.
    pub fn relief_holds(&self, head: &Head, named: Named) -> Truth {
        let life = match named {
            Named::Exemption(e) => self.edition().exemptions.get(e.0),
            Named::Suspension(s) => self.edition().suspensions.get(s.0),
            Named::Phaseout(p) => self.edition().phaseouts.get(p.0),
            Named::Limit(l) => self.edition().limits.get(l.0),
            _ => None,
        };
        if !life.is_some_and(|l| l.runs(self.entered)) || self.edition().ended(self.program(), named, self.entered).is_some() {
            return Truth::No;
        }
        let mut truth = Truth::Yes;
        if let Some(scope) = &head.scope {
            if !scope.goods.contains(self.point) {
                return Truth::No;
            }
            match self.origin(&scope.origins) {
                Scope::Out(_) => return Truth::No,
                Scope::Unknown(missing) => truth = Truth::Unknown(missing),
                Scope::In => {}
            }
        }
        match &head.condition {
            Some(c) => truth.and(self.truth(c)),
            None => truth,
        }
    }

    /// The rate after suspensions, and what is still waited for; nothing where a suspension takes all.
    pub fn suspended(
        &self,
        id: MeasureId,
        rate: &Arc<Rate>,
        waits: Vec<Missing>,
        result: &mut MeasureResult,
    ) -> Result<Option<(Arc<Rate>, Vec<Missing>)>, Stuck> {
        let mut largest: Option<(SuspensionId, Exact)> = None;
        let mut waits = waits;
        for (i, suspension) in self.program().suspensions.iter().enumerate() {
            let sid = SuspensionId(i);
            if !suspension.of.contains(&id) || suspension.only.is_some() {
                continue;
            }
            match (self.relief_holds(&suspension.head, Named::Suspension(sid)), suspension.by) {
                (Truth::No, _) => {}
                (Truth::Yes, None) => {
                    result.by = vec![By::Suspension(sid, None)];
                    result.cites.extend(suspension.head.cite.clone());
                    return Ok(None);
                }
                (Truth::Yes, Some(points)) => {
                    if largest.is_none_or(|(_, p)| points > p) {
                        largest = Some((sid, points));
                    }
                }
                (Truth::Unknown(missing), _) => waits = joined(waits, missing),
            }
        }
        let Some((sid, points)) = largest else { return Ok(Some((rate.clone(), waits))) };
        let lowered = Arc::new(self.lowered(rate, points)?);
        result.by.push(By::Suspension(sid, Some(points)));
        if let Some(s) = self.program().suspensions.get(sid.0) {
            result.cites.extend(s.head.cite.clone());
        }
        if lowered.is_zero() && !rate.is_zero() {
            return Ok(None);
        }
        Ok(Some((lowered, waits)))
    }

    /// The suspension that certainly takes all of a measure, whatever its rate.
    pub fn wholly_suspended(&self, id: MeasureId) -> Option<By> {
        let mut whole = self.program().suspensions.iter().enumerate().filter(|(_, s)| s.of.contains(&id) && s.only.is_none() && s.by.is_none());
        whole.find(|(i, s)| self.relief_holds(&s.head, Named::Suspension(SuspensionId(*i))) == Truth::Yes).map(|(i, _)| By::Suspension(SuspensionId(i), None))
    }

    /// The exemptions that certainly hold, and what the others wait for.
    pub fn exemptions(&self, id: MeasureId) -> (Vec<Certain<'i>>, Vec<Vec<Missing>>) {
        let (mut certain, mut open) = (Vec::new(), Vec::new());
        for (i, exemption) in self.program().exemptions.iter().enumerate() {
            // A quota whose act is not known opens nothing yet.
            let unknown = exemption
                .quota
                .is_some_and(|q| self.program().quotas.get(q.0).is_some_and(|q| q.cite.iter().any(|c| !self.program().knows(c, self.edition().known_at))));
            if !exemption.from.contains(&id) || unknown {
                continue;
            }
            let eid = ExemptionId(i);
            match self.relief_holds(&exemption.head, Named::Exemption(eid)) {
                Truth::Yes => certain.push(Certain { id: eid, relief: &exemption.relief, quota: exemption.quota }),
                Truth::Unknown(missing) => open.push(missing),
                Truth::No => {}
            }
        }
        (certain, open)
    }

    pub fn exempted(&self, id: ExemptionId, mut result: MeasureResult) -> MeasureResult {
        if let Some(e) = self.program().exemptions.get(id.0) {
            result.cites.extend(e.head.cite.clone());
        }
        result.by.push(By::Exemption(id));
        result.rate = None;
        result.amount = Some(Exact::ZERO);
        result.printed = self.program().rounding.round(Exact::ZERO);
        result.outcome = OutcomeWord::Exempted;
        result
    }
}
