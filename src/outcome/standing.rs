//! Why an exemption or a suspension leaves a shipment alone, and how rules stand to a shipment part by part.
//!
//! An assessment names what acted; who asks after a rule that did not act wants what failed, and what else would.

use super::interpret::{Case, Interpreter};
use super::quotas::Balances;
use super::truth::Truth;
use super::{Cause, Missing, MissingFact};
use crate::facts::{Shipment, Value};
use crate::program::{Charge, Clause, ClauseKind, Cond, CondKind, Ended, FactId, Head, Life, Measure, Named, Program};
use crate::program::{ExemptionId, LimitId, MeasureId, PhaseoutId, SuspensionId};
use crate::region::{GoodsSet, Origins};
use crate::value::Instant;

impl Interpreter<'_> {
    /// The first thing that keeps a relief from a shipment, at the first moment and for the first goods that the shipment
    /// leaves open; nothing where it holds, and for rules that are no relief.
    pub fn relief_cause(&self, shipment: &Shipment, named: Named) -> Option<Cause> {
        let program = self.program;
        let (head, life) = self.relief(named)?;
        let window = match life {
            Life::Unpublished(i) => return Some(Cause::Unpublished(i)),
            Life::Absent => return Some(Cause::Absent),
            Life::Known(window) => window,
        };
        let needs = |fact| Some(Cause::Needs(vec![Missing { fact, span: Some(head.span) }]));
        let point = shipment.hs.first();
        if head.scope.as_ref().is_some_and(|s| !s.goods.contains(point)) {
            return Some(Cause::Goods);
        }
        let Some(entered) = moment(shipment.get(FactId::ENTERED)) else { return needs(MissingFact::Fact(FactId::ENTERED)) };
        if let Some(scope) = &head.scope {
            match shipment.origin {
                Some(c) if !scope.origins.contains(c, entered) => return Some(Cause::Origin),
                None if scope.origins.at(entered) != crate::value::CountrySet::all() => return needs(MissingFact::Origin),
                _ => {}
            }
        }
        match self.edition.ended(program, named, entered) {
            Some(Ended::Void(e)) => return Some(Cause::Void(e)),
            Some(Ended::Repealed(e, from)) => return Some(Cause::Repealed(e, from)),
            None => {}
        }
        match (window.from, window.until) {
            (Some(from), _) if entered < from => return Some(Cause::NotYet(from)),
            (_, Some(until)) if entered >= until => return Some(Cause::NoMore(until)),
            _ => {}
        }
        let balances = Balances::default();
        let case = Case::new(self, shipment, &balances, entered, point);
        let condition = head.condition.as_ref()?;
        if let Named::Limit(limit) = named {
            case.limits_acted.set(Some(limit.0));
        }
        match case.truth(condition) {
            Truth::Yes => None,
            Truth::No => Some(Cause::Condition(Box::new(failing(&case, condition).clone()))),
            Truth::Unknown(missing) => Some(Cause::Needs(missing)),
        }
    }

    /// The head and the life of what relieves, suspends, lowers or limits.
    fn relief(&self, named: Named) -> Option<(&Head, Life)> {
        let (program, edition) = (self.program, &self.edition);
        let (head, life) = match named {
            Named::Exemption(e) => (&program.exemptions.get(e.0)?.head, edition.exemptions.get(e.0)?),
            Named::Suspension(s) => (&program.suspensions.get(s.0)?.head, edition.suspensions.get(s.0)?),
            Named::Phaseout(p) => (&program.phaseouts.get(p.0)?.head, edition.phaseouts.get(p.0)?),
            Named::Limit(l) => (&program.limits.get(l.0)?.head, edition.limits.get(l.0)?),
            _ => return None,
        };
        Some((head, *life))
    }
}

/// How some rules stand to a shipment: whether goods, origin, time and each part of a condition fit, each looked at alone; nothing
/// for a part that waits for a fact.
pub type Standing = Vec<Option<bool>>;

impl Interpreter<'_> {
    /// How some measures, their clauses, and the reliefs from them stand to a shipment. Shipments of the same standing differ to
    /// these rules in nothing but amounts, so that a search need look at only one of them.
    pub fn standing(&self, shipment: &Shipment, measures: &[MeasureId]) -> Standing {
        let mut out = Standing::new();
        let balances = Balances::default();
        let Some(look) = Look::new(self, shipment, &balances) else { return out };
        for id in measures {
            look.measure(*id, &mut out);
        }
        for named in self.program.reliefs_of(measures) {
            if let Some((head, life)) = self.relief(named) {
                look.relief(head, life, named, &mut out);
            }
        }
        out
    }

    /// Whether a rule by itself fits a shipment; whether it then applies depends on others. Cheap, where an assessment is not.
    pub fn fits(&self, shipment: &Shipment, named: Named) -> bool {
        match named {
            Named::Exemption(_) | Named::Suspension(_) | Named::Phaseout(_) | Named::Limit(_) => self.relief_cause(shipment, named).is_none(),
            Named::Measure(id) => {
                let balances = Balances::default();
                let Some(look) = Look::new(self, shipment, &balances) else { return false };
                let Some((measure, lives)) = self.program.measure(id).zip(self.edition.clauses.get(id.0)) else { return false };
                look.head(id, measure).into_iter().all(|part| part == Some(true))
                    && measure.head.condition.as_ref().is_none_or(|c| look.case.truth(c) == Truth::Yes)
                    && measure.clauses.iter().zip(lives).any(|(c, l)| look.clause(c, l).into_iter().all(|part| part == Some(true)))
            }
            _ => true,
        }
    }
}

/// A shipment at its first moment and for its first goods.
struct Look<'i> {
    case: Case<'i>,
    entered: Instant,
    point: u64,
}

impl<'i> Look<'i> {
    fn new(interpreter: &'i Interpreter<'i>, shipment: &'i Shipment, balances: &'i Balances) -> Option<Self> {
        let (entered, point) = (moment(shipment.get(FactId::ENTERED))?, shipment.hs.first());
        Some(Look { case: Case::new(interpreter, shipment, balances, entered, point), entered, point })
    }

    fn goods(&self, set: Option<&GoodsSet>) -> Option<bool> {
        Some(set.is_none_or(|g| g.contains(self.point)))
    }

    fn origin(&self, set: Option<&Origins>) -> Option<bool> {
        match (set, self.case.shipment.origin) {
            (None, _) => Some(true),
            (Some(set), Some(country)) => Some(set.contains(country, self.entered)),
            (Some(set), None) => (set.at(self.entered) == crate::value::CountrySet::all()).then_some(true),
        }
    }

    fn runs(&self, life: Option<&Life>, named: Named) -> Option<bool> {
        let ended = self.case.edition().ended(self.case.program(), named, self.entered).is_some();
        Some(!ended && life.is_some_and(|l| l.runs(self.entered)))
    }

    fn head(&self, id: MeasureId, measure: &Measure) -> [Option<bool>; 3] {
        let time = self.runs(self.case.edition().measures.get(id.0), Named::Measure(id));
        [self.goods(Some(&measure.goods)), self.origin(Some(&measure.origins)), time]
    }

    fn clause(&self, clause: &Clause, life: &Life) -> [Option<bool>; 4] {
        let in_table = match &clause.kind {
            ClauseKind::Rate(Charge::Table(table)) => table.rows_at(self.point).next().is_some(),
            _ => true,
        };
        let goods = in_table && clause.scopes.iter().all(|s| s.goods.as_ref().is_none_or(|g| g.contains(self.point)));
        let origin = clause.scopes.iter().map(|s| self.origin(s.origins.as_ref())).find(|o| *o != Some(true)).unwrap_or(Some(true));
        let condition = clause.conditions.iter().fold(Truth::Yes, |t, c| t.and(self.case.truth(c)));
        [Some(goods), origin, Some(life.runs(self.entered)), known(&condition)]
    }

    /// The truth of each part of a condition, however the parts are joined.
    fn parts(&self, condition: &Cond, out: &mut Standing) {
        match &condition.kind {
            CondKind::All(parts) | CondKind::Any(parts) => parts.iter().for_each(|p| self.parts(p, out)),
            CondKind::Not(inner) => self.parts(inner, out),
            _ => out.push(known(&self.case.truth(condition))),
        }
    }

    fn measure(&self, id: MeasureId, out: &mut Standing) {
        let Some((measure, lives)) = self.case.program().measure(id).zip(self.case.edition().clauses.get(id.0)) else { return };
        out.extend(self.head(id, measure));
        measure.head.condition.iter().for_each(|c| self.parts(c, out));
        for (clause, life) in measure.clauses.iter().zip(lives) {
            out.extend(self.clause(clause, life));
            clause.conditions.iter().for_each(|c| self.parts(c, out));
        }
    }

    fn relief(&self, head: &Head, life: Life, named: Named, out: &mut Standing) {
        let scope = head.scope.as_ref();
        out.extend([self.goods(scope.map(|s| &s.goods)), self.origin(scope.map(|s| &s.origins)), self.runs(Some(&life), named)]);
        head.condition.iter().for_each(|c| self.parts(c, out));
    }
}

impl Program {
    /// What relieves, suspends, lowers or limits some of these measures.
    pub fn reliefs_of(&self, measures: &[MeasureId]) -> Vec<Named> {
        let touches = |of: &[MeasureId]| of.iter().any(|m| measures.contains(m));
        let exemptions = self.exemptions.iter().enumerate().filter(|(_, e)| touches(&e.from)).map(|(i, _)| Named::Exemption(ExemptionId(i)));
        let suspensions = self.suspensions.iter().enumerate().filter(|(_, s)| touches(&s.of)).map(|(i, _)| Named::Suspension(SuspensionId(i)));
        let phaseouts = self.phaseouts.iter().enumerate().filter(|(_, p)| touches(&p.of)).map(|(i, _)| Named::Phaseout(PhaseoutId(i)));
        let limits = self.limits.iter().enumerate().filter(|(_, l)| touches(&l.of)).map(|(i, _)| Named::Limit(LimitId(i)));
        exemptions.chain(suspensions).chain(phaseouts).chain(limits).collect()
    }
}

fn known(truth: &Truth) -> Option<bool> {
    match truth {
        Truth::Yes => Some(true),
        Truth::No => Some(false),
        Truth::Unknown(_) => None,
    }
}

/// Of conditions that must all hold, the first that does not.
fn failing<'c>(case: &Case<'_>, condition: &'c Cond) -> &'c Cond {
    match &condition.kind {
        CondKind::All(parts) => parts.iter().find(|p| case.truth(p) == Truth::No).map_or(condition, |p| failing(case, p)),
        _ => condition,
    }
}

fn moment(value: Option<&Value>) -> Option<Instant> {
    match value {
        Some(Value::At(at) | Value::SomeTime(at, _)) => Some(*at),
        _ => None,
    }
}
