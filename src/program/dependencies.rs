//! Which measure needs which: what gives way to what, and what is reckoned from what, as the text says it.

use super::rules::{Charge, ClauseKind, Head, Relief, ScopePart, Steps};
use super::terms::{BaseTerm, Cond, CondKind, Expr, ExprKind, Rate, RowRate};
use super::types::{ExemptionId, LimitId, MeasureId, PhaseoutId, Program, SuspensionId};
use crate::source::Span;

/// What a measure comes to before limits, or after them.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Node {
    /// The measure.
    pub measure: MeasureId,
    /// After limits.
    pub limited: bool,
}

/// The first needs the second, while some rule runs and within its scopes.
#[derive(Clone, Copy, Debug)]
pub struct Dependency<'p> {
    /// What needs.
    pub from: Node,
    /// What is needed.
    pub to: Node,
    /// The rule that makes it so.
    pub rule: Rule,
    /// The scopes of that rule, beside those of the two measures.
    pub scopes: &'p [ScopePart],
    /// What the rule does.
    pub how: How,
    /// Where it is written.
    pub span: Span,
}

/// What must run for one measure to need another.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Rule {
    /// Nothing: what a measure comes to after limits always needs what it comes to before.
    None,
    /// A measure.
    Measure(MeasureId),
    /// A clause of a measure, by its place.
    Clause(MeasureId, usize),
    /// An exemption.
    Exemption(ExemptionId),
    /// A suspension.
    Suspension(SuspensionId),
    /// A phase-out.
    Phaseout(PhaseoutId),
    /// A limit.
    Limit(LimitId),
}

/// What a rule does that makes the first need the second.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum How {
    /// No author wrote it.
    Unwritten,
    /// The first gives way to the second.
    GivesWay,
    /// The first is reckoned from the second.
    Reckoned,
    /// A limit that rests on the second holds the first down.
    HeldDown,
}

/// Every dependency, whatever the moment, the goods and the origin, in order of declaration.
pub fn dependencies(program: &Program) -> Vec<Dependency<'_>> {
    let mut all = Dependencies { program, found: Vec::new() };
    all.measures();
    all.reliefs();
    all.limits();
    all.found
}

struct Dependencies<'p> {
    program: &'p Program,
    found: Vec<Dependency<'p>>,
}

impl<'p> Dependencies<'p> {
    fn measures(&mut self) {
        let duties = self.program.duties();
        for (m, measure) in self.program.measures.iter().enumerate() {
            let id = MeasureId(m);
            measure.head.condition.iter().for_each(|c| self.condition(id, c, Rule::Measure(id)));
            for (index, clause) in measure.clauses.iter().enumerate() {
                let mut needs = |from: MeasureId, others: &[MeasureId], limited: bool, how: How| {
                    let (from, rule) = (Node { measure: from, limited: false }, Rule::Clause(id, index));
                    let to = others.iter().map(|o| Node { measure: *o, limited });
                    self.found.extend(to.map(|to| Dependency { from, to, rule, scopes: &clause.scopes, how, span: clause.span }));
                };
                match &clause.kind {
                    ClauseKind::YieldsTo(others) => needs(id, others, false, How::GivesWay),
                    ClauseKind::InLieuOf(others) => others.iter().for_each(|o| needs(*o, &[id], false, How::GivesWay)),
                    ClauseKind::Rate(Charge::Rate(rate)) => needs(id, &rate.measures(), true, How::Reckoned),
                    ClauseKind::Rate(Charge::Table(table)) => {
                        for row in &table.rows {
                            if let RowRate::Rate(rate) = &row.rate {
                                needs(id, &rate.measures(), true, How::Reckoned);
                            }
                        }
                    }
                    ClauseKind::Base(base) => {
                        for (_, term) in &base.terms {
                            match term {
                                BaseTerm::Amounts(others) => needs(id, others, true, How::Reckoned),
                                BaseTerm::BasesOf(others) => needs(id, others, false, How::Reckoned),
                                BaseTerm::Duties => needs(id, &duties, true, How::Reckoned),
                                BaseTerm::Fact(_) => {}
                            }
                        }
                    }
                    ClauseKind::Rate(Charge::None) | ClauseKind::Covers(_) => {}
                }
                clause.conditions.iter().for_each(|c| self.condition(id, c, Rule::Clause(id, index)));
            }
        }
    }

    /// What reliefs and phase-outs lower to, or begin at, and what their conditions compare.
    fn reliefs(&mut self) {
        let program = self.program;
        for (i, exemption) in program.exemptions.iter().enumerate() {
            if let Relief::To(rate) = &exemption.relief {
                self.rate(&exemption.from, rate, Rule::Exemption(ExemptionId(i)), exemption.span);
            }
        }
        for (i, phaseout) in program.phaseouts.iter().enumerate() {
            let rule = Rule::Phaseout(PhaseoutId(i));
            if let Steps::Equal { to, .. } = &phaseout.steps {
                self.rate(&phaseout.of, to, rule, phaseout.span);
            }
            if let Some(rate) = &phaseout.starting_at {
                self.rate(&phaseout.of, rate, rule, phaseout.span);
            }
        }
        let exemptions = program.exemptions.iter().enumerate().map(|(i, e)| (&e.from, &e.head, Rule::Exemption(ExemptionId(i))));
        let suspensions = program.suspensions.iter().enumerate().map(|(i, s)| (&s.of, &s.head, Rule::Suspension(SuspensionId(i))));
        let phaseouts = program.phaseouts.iter().enumerate().map(|(i, p)| (&p.of, &p.head, Rule::Phaseout(PhaseoutId(i))));
        for (of, head, rule) in exemptions.chain(suspensions).chain(phaseouts) {
            self.head(of, head, rule);
        }
    }

    fn limits(&mut self) {
        for measure in (0..self.program.measures.len()).map(MeasureId) {
            let (from, to) = (Node { measure, limited: true }, Node { measure, limited: false });
            self.found.push(Dependency { from, to, rule: Rule::None, scopes: &[], how: How::Unwritten, span: Span::default() });
        }
        for (i, limit) in self.program.limits.iter().enumerate() {
            let mut asked = Vec::new();
            limit.head.condition.iter().for_each(|c| rates_of(c, &mut asked));
            for (n, m) in limit.of.iter().enumerate() {
                // What is taken off comes off the last first: each rests on those before it.
                let others = limit.of.iter().take(n).copied().chain(limit.at_most.measures()).chain(asked.iter().map(|(o, _)| *o));
                self.found.extend(others.filter(|o| o != m).map(|other| Dependency {
                    from: Node { measure: *m, limited: true },
                    to: Node { measure: other, limited: false },
                    rule: Rule::Limit(LimitId(i)),
                    scopes: &[],
                    how: How::HeldDown,
                    span: limit.span,
                }));
            }
        }
    }

    fn rate(&mut self, of: &[MeasureId], rate: &Rate, rule: Rule, span: Span) {
        for m in of {
            rate.measures().iter().for_each(|o| self.reckoned(*m, *o, rule, span));
        }
    }

    fn head(&mut self, of: &[MeasureId], head: &Head, rule: Rule) {
        for m in of {
            head.condition.iter().for_each(|c| self.condition(*m, c, rule));
        }
    }

    fn reckoned(&mut self, measure: MeasureId, other: MeasureId, rule: Rule, span: Span) {
        let (from, to) = (Node { measure, limited: false }, Node { measure: other, limited: true });
        self.found.push(Dependency { from, to, rule, scopes: &[], how: How::Reckoned, span });
    }

    /// What a condition compares with `rate of`.
    fn condition(&mut self, measure: MeasureId, condition: &Cond, rule: Rule) {
        let mut found = Vec::new();
        rates_of(condition, &mut found);
        found.into_iter().for_each(|(other, span)| self.reckoned(measure, other, rule, span));
    }
}

fn rates_of(condition: &Cond, out: &mut Vec<(MeasureId, Span)>) {
    match &condition.kind {
        CondKind::All(parts) | CondKind::Any(parts) => parts.iter().for_each(|p| rates_of(p, out)),
        CondKind::Not(inner) => rates_of(inner, out),
        CondKind::Compare(left, _, right) => [left, right].into_iter().for_each(|e| in_expression(e, out)),
        _ => {}
    }
}

fn in_expression(expr: &Expr, out: &mut Vec<(MeasureId, Span)>) {
    match &expr.kind {
        ExprKind::RateOf(measures) => out.extend(measures.iter().map(|m| (*m, expr.span))),
        ExprKind::Sum(terms) => terms.iter().for_each(|(_, t)| in_expression(t, out)),
        ExprKind::Product(factors) => factors.iter().for_each(|f| in_expression(f, out)),
        _ => {}
    }
}
