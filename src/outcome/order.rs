//! In which order measures are reckoned: each after those that it needs, so that a long chain of them is reckoned link by link.
//!
//! What a measure needs is taken from the text, whatever the moment, the goods and the origin. Where that closes a circle the order is
//! broken somewhere; the outcome does not depend on it, for whatever is needed and not yet known is reckoned then.

use crate::program::{BaseTerm, Charge, ClauseKind, Cond, CondKind, Expr, ExprKind, MeasureId, Program, Rate, Relief, RowRate, Steps};
use crate::syntax::ChargeKind;

/// Every measure once, each after what it needs.
pub fn order(program: &Program) -> Vec<MeasureId> {
    let needs = needs(program);
    let mut seen = vec![false; needs.len()];
    let mut order = Vec::with_capacity(needs.len());
    for start in 0..needs.len() {
        // The measures on the way, each with how many of its needs have been looked at.
        let mut way: Vec<(usize, usize)> = vec![(start, 0)];
        while let Some((measure, looked_at)) = way.last_mut() {
            let at = *measure;
            let next = needs.get(at).and_then(|n| n.get(*looked_at)).copied();
            if *looked_at == 0 && std::mem::replace(seen.get_mut(at).unwrap_or(&mut false), true) {
                way.pop();
                continue;
            }
            match next {
                Some(next) => {
                    *looked_at = looked_at.saturating_add(1);
                    if !seen.get(next).copied().unwrap_or(true) {
                        way.push((next, 0));
                    }
                }
                None => {
                    order.push(MeasureId(at));
                    way.pop();
                }
            }
        }
    }
    order
}

/// What each measure needs.
fn needs(program: &Program) -> Vec<Vec<usize>> {
    let mut all = Needs { of: vec![Vec::new(); program.measures.len()] };
    let duties: Vec<MeasureId> = (0..program.measures.len()).map(MeasureId).filter(|m| program.measure(*m).is_some_and(is_duty)).collect();
    for (m, measure) in program.measures.iter().enumerate() {
        let id = MeasureId(m);
        measure.head.condition.iter().for_each(|c| all.condition(id, c));
        for clause in &measure.clauses {
            clause.conditions.iter().for_each(|c| all.condition(id, c));
            match &clause.kind {
                ClauseKind::Rate(Charge::Rate(rate)) => all.rate(id, rate),
                ClauseKind::Rate(Charge::Table(table)) => {
                    for row in &table.rows {
                        if let RowRate::Rate(rate) = &row.rate {
                            all.rate(id, rate);
                        }
                    }
                }
                ClauseKind::Base(base) => {
                    for (_, term) in &base.terms {
                        match term {
                            BaseTerm::Amounts(others) | BaseTerm::BasesOf(others) => all.add(id, others),
                            BaseTerm::Duties => all.add(id, &duties),
                            BaseTerm::Fact(_) => {}
                        }
                    }
                }
                ClauseKind::YieldsTo(others) => all.add(id, others),
                ClauseKind::InLieuOf(others) => others.iter().for_each(|o| all.add(*o, &[id])),
                ClauseKind::Rate(Charge::None) | ClauseKind::Covers(_) => {}
            }
        }
    }
    let heads = program.exemptions.iter().map(|e| (&e.from, &e.head)).chain(program.suspensions.iter().map(|s| (&s.of, &s.head)));
    let heads = heads.chain(program.phaseouts.iter().map(|p| (&p.of, &p.head))).chain(program.limits.iter().map(|l| (&l.of, &l.head)));
    for (of, head) in heads {
        for m in of {
            head.condition.iter().for_each(|c| all.condition(*m, c));
        }
    }
    for exemption in &program.exemptions {
        if let Relief::To(rate) = &exemption.relief {
            exemption.from.iter().for_each(|m| all.rate(*m, rate));
        }
    }
    for phaseout in &program.phaseouts {
        for m in &phaseout.of {
            phaseout.starting_at.iter().for_each(|r| all.rate(*m, r));
            if let Steps::Equal { to, .. } = &phaseout.steps {
                all.rate(*m, to);
            }
        }
    }
    for limit in &program.limits {
        for (n, m) in limit.of.iter().enumerate() {
            limit.of.iter().take(n).for_each(|o| all.add(*m, &[*o]));
            all.rate(*m, &limit.at_most);
        }
    }
    all.of
}

fn is_duty(measure: &crate::program::Measure) -> bool {
    matches!(measure.kind, ChargeKind::Measure | ChargeKind::Retaliation)
}

struct Needs {
    of: Vec<Vec<usize>>,
}

impl Needs {
    fn add(&mut self, measure: MeasureId, others: &[MeasureId]) {
        let Some(needs) = self.of.get_mut(measure.0) else { return };
        needs.extend(others.iter().filter(|o| **o != measure).map(|o| o.0));
    }

    fn rate(&mut self, measure: MeasureId, rate: &Rate) {
        rate.terms().for_each(|t| self.add(measure, t.measures()));
    }

    fn condition(&mut self, measure: MeasureId, condition: &Cond) {
        match &condition.kind {
            CondKind::All(parts) | CondKind::Any(parts) => parts.iter().for_each(|p| self.condition(measure, p)),
            CondKind::Not(inner) => self.condition(measure, inner),
            CondKind::Compare(left, _, right) => [left, right].into_iter().for_each(|e| self.expression(measure, e)),
            _ => {}
        }
    }

    fn expression(&mut self, measure: MeasureId, expr: &Expr) {
        match &expr.kind {
            ExprKind::RateOf(others) => self.add(measure, others),
            ExprKind::Sum(terms) => terms.iter().for_each(|(_, t)| self.expression(measure, t)),
            ExprKind::Product(factors) => factors.iter().for_each(|f| self.expression(measure, f)),
            _ => {}
        }
    }
}
