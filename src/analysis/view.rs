//! One measure as rules over atoms: what no rule of the measure can tell apart is looked at once.
//!
//! Goods and origins fall into groups by the rules that reach them, time into stretches in which nothing changes. Whatever holds of one
//! shipment of a group, a stretch and a point of the further facts holds of all of them, so a finding is a finding about every one.

use super::boxes::{Boxes, Reached};
use crate::outcome::{Interpreter, conditions};
use crate::program::{Cite, ClauseKind, Cond, CondKind, EndingId, Head, Life, Measure, MeasureId, Named, PhaseoutId, Program, ScopePart, SuspensionId};
use crate::program::{ExemptionId, FactId};
use crate::region::GoodsSet;
use crate::source::Span;
use crate::value::{Country, CountrySet, Instant};
use std::borrow::Cow;
use std::collections::BTreeSet;
use std::sync::Arc;

/// What kind of rule acts on a measure, and which.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum RuleKind {
    /// A rate clause, by number.
    Rate(usize),
    Base(usize),
    /// A clause of a measure by which this one gives way to another.
    Edge(MeasureId, usize, MeasureId),
    Covers(usize),
    Suspension(SuspensionId),
    Exemption(ExemptionId),
    Phaseout(PhaseoutId),
}

/// A rule with what it tests.
#[derive(Clone, Debug)]
pub struct Rule<'p> {
    pub kind: RuleKind,
    pub conditions: Vec<Cow<'p, Cond>>,
    pub life: Life,
    /// The name under which it may be ended; clauses end with their measure.
    pub named: Option<Named>,
    pub cite: Option<&'p Cite>,
    pub span: Span,
    /// Goods and origins, with the times at which they are reached.
    pub reached: Vec<Reached>,
}

/// Goods and origins that the same rules reach.
#[derive(Clone, Debug)]
pub struct Group {
    pub parts: Vec<(CountrySet, GoodsSet)>,
    /// The rules that reach them at some time, each with the times at which they do.
    pub boxes: Vec<usize>,
}

/// A measure, its rules, and what they tell apart.
pub struct View<'p> {
    pub interpreter: &'p Interpreter<'p>,
    pub id: MeasureId,
    pub measure: &'p Measure,
    pub rules: Vec<Rule<'p>>,
    pub boxes: Boxes,
    pub groups: Arc<Vec<Group>>,
    /// The start of each stretch, in order; the first lies before all dates.
    pub stretches: Vec<Instant>,
}

impl<'p> View<'p> {
    pub fn new(interpreter: &'p Interpreter<'p>, id: MeasureId) -> Option<Self> {
        let mut view = View::outline(interpreter, id)?;
        view.groups = Arc::new(view.boxes.groups(view.measure, &view.program().nomenclature.existing));
        Some(view)
    }

    /// The same without the groups, for one whose groups are known.
    pub fn outline(interpreter: &'p Interpreter<'p>, id: MeasureId) -> Option<Self> {
        let program = interpreter.program;
        let measure = program.measure(id)?;
        let rules = rules(interpreter, id, measure);
        let boxes = Boxes::of(measure, &rules);
        let stretches = stretches(interpreter, id, measure, &rules);
        Some(View { interpreter, id, measure, rules, boxes, groups: Arc::default(), stretches })
    }

    /// The same with its facts numbered otherwise, as those of another book to which it is compared.
    pub fn renumbered(mut self, number: &dyn Fn(FactId) -> FactId) -> Self {
        for rule in &mut self.rules {
            rule.conditions = rule.conditions.iter().map(|c| Cow::Owned(c.renumbered(number))).collect();
        }
        self
    }

    /// The groups that hold some goods, each with the origins of which it does.
    pub fn groups_at(&self, point: u64) -> Vec<(usize, CountrySet)> {
        let at = |g: &Group| g.parts.iter().filter(|(_, goods)| goods.contains(point)).map(|(c, _)| *c).collect::<Vec<_>>();
        self.groups.iter().enumerate().flat_map(|(n, g)| at(g).into_iter().map(move |c| (n, c))).collect()
    }

    /// The group that holds goods of an origin.
    pub fn group_of(&self, point: u64, country: Country) -> Option<usize> {
        self.groups.iter().position(|g| g.parts.iter().any(|(c, goods)| c.contains(country) && goods.contains(point)))
    }

    pub fn program(&self) -> &'p Program {
        self.interpreter.program
    }

    /// The end of a stretch; nothing for the last.
    pub fn end_of(&self, stretch: usize) -> Option<Instant> {
        self.stretches.get(stretch.saturating_add(1)).copied()
    }

    pub fn start_of(&self, stretch: usize) -> Instant {
        self.stretches.get(stretch).copied().unwrap_or(Instant(i64::MIN))
    }

    /// Whether a rule runs at a moment, goods and facts aside.
    pub fn runs(&self, rule: &Rule<'_>, moment: Instant) -> bool {
        let edition = &self.interpreter.edition;
        rule.life.runs(moment) && rule.named.is_none_or(|n| edition.ended(self.program(), n, moment).is_none())
    }

    /// Whether the measure itself is charged at a moment.
    pub fn is_alive(&self, moment: Instant) -> bool {
        let edition = &self.interpreter.edition;
        let program = self.program();
        let speaks = program.speaks_from.is_none_or(|f| f <= moment) && program.speaks_until.is_none_or(|u| moment < u);
        speaks && edition.measures.get(self.id.0).is_some_and(|l| l.runs(moment)) && edition.ended(program, Named::Measure(self.id), moment).is_none()
    }

    /// The rules that reach a group at a moment, whatever the further facts, in order of declaration.
    pub fn present(&self, group: &Group, moment: Instant) -> Vec<usize> {
        let mut found: Vec<usize> = group.boxes.iter().filter(|b| self.boxes.contains(**b, moment)).filter_map(|b| self.boxes.rule_of(*b)).collect();
        found.sort_unstable();
        found.dedup();
        found.retain(|r| self.rules.get(*r).is_some_and(|rule| self.runs(rule, moment)));
        found
    }

    /// What tests the moment of entry alone.
    pub fn at_entry(&self, cond: &Cond, moment: Instant) -> bool {
        match &cond.kind {
            CondKind::Before(FactId::ENTERED, at) => moment < *at,
            CondKind::During(event) => self.interpreter.edition.event_runs(*event, moment),
            CondKind::InForce(book, named) => self.interpreter.in_force(*book, *named, moment),
            _ => false,
        }
    }
}

fn rules<'p>(interpreter: &'p Interpreter<'p>, id: MeasureId, measure: &'p Measure) -> Vec<Rule<'p>> {
    let (program, edition) = (interpreter.program, &interpreter.edition);
    let mut rules = Vec::new();
    let dead = Life::Absent;
    for (m, owner) in program.measures.iter().enumerate() {
        let lives = edition.clauses.get(m);
        for (index, clause) in owner.clauses.iter().enumerate() {
            let kinds: Vec<RuleKind> = match &clause.kind {
                ClauseKind::Rate(_) if m == id.0 => vec![RuleKind::Rate(index)],
                ClauseKind::Base(_) if m == id.0 => vec![RuleKind::Base(index)],
                ClauseKind::Covers(_) if m == id.0 => vec![RuleKind::Covers(index)],
                ClauseKind::YieldsTo(others) if m == id.0 => others.iter().map(|o| RuleKind::Edge(id, index, *o)).collect(),
                ClauseKind::InLieuOf(others) if others.contains(&id) => vec![RuleKind::Edge(MeasureId(m), index, MeasureId(m))],
                _ => continue,
            };
            let life = lives.and_then(|l| l.get(index)).copied().unwrap_or(dead);
            // An edge from the other side is the other's clause, on what both measures reach.
            let other = (m != id.0).then_some(owner);
            let reached = super::boxes::of_clause(measure, other, clause);
            for kind in kinds {
                let conditions: Vec<&Cond> = if m == id.0 { conditions(measure, clause) } else { clause.conditions.iter().collect() };
                let conditions = conditions.into_iter().map(Cow::Borrowed).collect();
                rules.push(Rule { kind, conditions, life, named: None, cite: clause.cite.as_ref(), span: clause.span, reached: reached.clone() });
            }
        }
    }
    let mut relief = |kind: RuleKind, named: Named, head: &'p Head, life: Option<&Life>, span: Span| {
        let part = head.scope.as_ref().map(|s| ScopePart { goods: Some(s.goods.clone()), origins: Some(s.origins.clone()) });
        let reached = super::boxes::of_scopes(measure, part.as_slice());
        let conditions = measure.head.condition.iter().chain(&head.condition).map(Cow::Borrowed).collect();
        rules.push(Rule { kind, conditions, life: life.copied().unwrap_or(dead), named: Some(named), cite: head.cite.as_ref(), span, reached });
    };
    for (i, s) in program.suspensions.iter().enumerate().filter(|(_, s)| s.of.contains(&id)) {
        let sid = SuspensionId(i);
        relief(RuleKind::Suspension(sid), Named::Suspension(sid), &s.head, edition.suspensions.get(i), s.span);
    }
    for (i, e) in program.exemptions.iter().enumerate().filter(|(_, e)| e.from.contains(&id)) {
        let eid = ExemptionId(i);
        relief(RuleKind::Exemption(eid), Named::Exemption(eid), &e.head, edition.exemptions.get(i), e.span);
    }
    for (i, p) in program.phaseouts.iter().enumerate().filter(|(_, p)| p.of.contains(&id)) {
        let pid = PhaseoutId(i);
        relief(RuleKind::Phaseout(pid), Named::Phaseout(pid), &p.head, edition.phaseouts.get(i), p.span);
    }
    rules
}

/// The moments at which something about a measure may change.
fn stretches(interpreter: &Interpreter<'_>, id: MeasureId, measure: &Measure, rules: &[Rule<'_>]) -> Vec<Instant> {
    let (program, edition) = (interpreter.program, &interpreter.edition);
    let mut cuts: BTreeSet<Instant> = BTreeSet::new();
    let mut of_life = |life: Option<&Life>| {
        if let Some(Life::Known(w)) = life {
            cuts.extend(w.from.into_iter().chain(w.until));
        }
    };
    of_life(edition.measures.get(id.0));
    rules.iter().for_each(|r| of_life(Some(&r.life)));
    for rule in rules {
        cuts.extend(rule.reached.iter().flat_map(|r| r.from.into_iter().chain(r.until)));
        if let RuleKind::Phaseout(p) = rule.kind {
            cuts.extend(edition.stages.get(p.0).into_iter().flatten());
        }
        rule.conditions.iter().for_each(|c| entry_cuts(c, interpreter, &mut cuts));
    }
    let mut origins = Vec::new();
    measure.origins.cuts(&mut origins);
    cuts.extend(origins);
    let named: Vec<Named> = rules.iter().filter_map(|r| r.named).chain([Named::Measure(id)]).collect();
    for (i, ending) in program.endings.iter().enumerate() {
        // An ending of an ending moves the first one's effect.
        if ending.of.iter().any(|n| named.contains(n) || matches!(n, Named::Ending(_))) || named.contains(&Named::Ending(EndingId(i))) {
            cuts.extend(ending.from);
        }
    }
    cuts.extend(program.speaks_from.into_iter().chain(program.speaks_until));
    std::iter::once(Instant(i64::MIN)).chain(cuts).collect()
}

fn entry_cuts(cond: &Cond, interpreter: &Interpreter<'_>, cuts: &mut BTreeSet<Instant>) {
    match &cond.kind {
        CondKind::All(parts) | CondKind::Any(parts) => parts.iter().for_each(|p| entry_cuts(p, interpreter, cuts)),
        CondKind::Not(inner) => entry_cuts(inner, interpreter, cuts),
        CondKind::Before(FactId::ENTERED, at) => {
            cuts.insert(*at);
        }
        // What runs elsewhere may change with anything of its book.
        CondKind::During(_) | CondKind::InForce(None, _) => cuts.extend(interpreter.edition.entry_cuts.iter().copied()),
        CondKind::InForce(Some(book), _) => cuts.extend(interpreter.used.get(*book).into_iter().flat_map(|u| u.edition.entry_cuts.iter().copied())),
        _ => {}
    }
}
