//! What refers to other rules: amendments, labels, repeals and voids.

use super::from_syntax::Builder;
use super::measures::AmendHead;
use super::names::resolve;
use super::rules::*;
use super::types::*;
use crate::problem::{naming, syntax as syntax_problems};
use crate::syntax::{self, BodyKind, Item, ItemKind};
use std::collections::BTreeSet;

impl Builder<'_> {
    /// Later clauses, in order of declaration.
    pub fn amendments(&mut self, items: &[&Item]) {
        for item in items {
            let ItemKind::Amend(amend) = &item.kind else { continue };
            let target = resolve(&self.program, &self.names, &mut self.problems, &amend.target, "rule", |n| match n {
                Named::Measure(_) | Named::Exemption(_) | Named::Suspension(_) | Named::Phaseout(_) | Named::Limit(_) | Named::Event(_) => Some(n),
                _ => None,
            });
            let Some(target) = target else { continue };
            let head = AmendHead {
                scope: (amend.head.on.is_some() || amend.head.of.is_some()).then(|| self.scope_part(&amend.head)),
                condition: amend.head.when.as_ref().and_then(|w| self.when(w)),
                period: self.period(&amend.head.period),
                cite: self.cite(amend.head.cites.as_ref()),
            };
            if amend.body.is_empty() {
                let why = "write the later `rate`, or `postpone`, `end` or `extend` with a label";
                self.problems.add(syntax_problems::says_nothing("this `amend` says nothing", why, item.span));
            }
            for clause in &amend.body {
                self.amending_clause(target, &head, clause);
            }
        }
    }

    fn amending_clause(&mut self, target: Named, head: &AmendHead, clause: &syntax::BodyClause) {
        let (label, kind) = match &clause.kind {
            BodyKind::Postpone { label, to } => (label, self.instant(to).map(ChangeKind::Postpone)),
            BodyKind::End { label, at } => (label, self.instant(at).map(ChangeKind::End)),
            BodyKind::Extend { label, until } => (label, self.instant(until).map(ChangeKind::Extend)),
            _ => {
                match target {
                    Named::Measure(m) => {
                        let cite = self.program.measures.get(m.0).and_then(|x| x.head.cite.clone());
                        self.body_clause(m.0, clause, Some(head), cite.as_ref());
                    }
                    other => {
                        let why = "only a measure has rates and bases; of other rules the period can be changed: `extend period until …`";
                        self.problems.add(syntax_problems::misplaced(clause.kind.word(), &format!("an amendment of {}", other.kind()), why, clause.span));
                    }
                }
                return;
            }
        };
        let Some(kind) = kind else { return };
        let own = self.cite(clause.modifiers.cites.as_ref());
        let cites: Vec<Cite> = own.into_iter().chain(head.cite.clone()).collect();
        let at = if label.text == "period" {
            Some(ChangeTarget::Period)
        } else if let Named::Measure(m) = target {
            self.clause_of(m.0, label).map(ChangeTarget::Clause)
        } else {
            self.problems.add(naming::unknown("label", &label.text, ["period"], label.span));
            None
        };
        let Some(at) = at else { return };
        let change = Change { target: at, kind, cites, span: clause.span };
        match target {
            Named::Measure(m) => self.program.measures.get_mut(m.0).map(|x| x.changes.push(change)),
            Named::Exemption(e) => self.program.exemptions.get_mut(e.0).map(|x| x.changes.push(change)),
            Named::Suspension(s) => self.program.suspensions.get_mut(s.0).map(|x| x.changes.push(change)),
            Named::Phaseout(p) => self.program.phaseouts.get_mut(p.0).map(|x| x.changes.push(change)),
            Named::Limit(l) => self.program.limits.get_mut(l.0).map(|x| x.changes.push(change)),
            Named::Event(_) if matches!(change.kind, ChangeKind::Postpone(_)) => {
                let why = "an event is extended or ended; where its start was put off, correct its own period";
                self.problems.add(syntax_problems::misplaced("postpone", "an amendment of an event", why, clause.span));
                None
            }
            Named::Event(e) => self.program.events.get_mut(e.0).map(|x| {
                if let ChangeKind::Extend(until) | ChangeKind::End(until) = change.kind {
                    x.extensions.push(Extension { until, cite: change.cites.first().cloned() });
                }
            }),
            _ => None,
        };
    }

    /// The clause of a measure that bears a label.
    fn clause_of(&mut self, measure: usize, label: &syntax::Name) -> Option<usize> {
        if let Some((at, _)) = self.labels.get(&(measure, label.text.clone())) {
            return Some(*at);
        }
        let known: Vec<&str> = self.labels.keys().filter(|(m, _)| *m == measure).map(|(_, l)| l.as_str()).collect();
        let name = self.program.measures.get(measure).map_or("", |m| m.name.as_str());
        let mut problem = naming::unknown("label", &label.text, known.iter().copied(), label.span);
        if known.is_empty() {
            problem = problem.help(format!("no clause of `{name}` has a label: give it one with `as {}`", label.text));
        }
        self.problems.add(problem);
        None
    }

    /// Labels in `prevails over` and `only`, now that all clauses are known.
    pub fn references(&mut self, items: &[&Item]) {
        for (measure, clause, labels) in std::mem::take(&mut self.prevailing) {
            for label in &labels {
                let Some(other) = self.clause_of(measure, label) else { continue };
                if let Some(c) = self.program.measures.get_mut(measure).and_then(|m| m.clauses.get_mut(clause)) {
                    c.prevails.push(other);
                }
            }
        }
        let mut at = 0usize;
        for item in items {
            let ItemKind::Suspension(suspension) = &item.kind else { continue };
            if !suspension.only.is_empty() {
                let only = self.only(at, suspension);
                if let Some(s) = self.program.suspensions.get_mut(at) {
                    s.only = Some(only);
                }
            }
            at = at.saturating_add(1);
        }
    }

    fn only(&mut self, at: usize, suspension: &syntax::Suspension) -> BTreeSet<(MeasureId, usize)> {
        let of = self.program.suspensions.get(at).map(|s| s.of.clone()).unwrap_or_default();
        if let Some(by) = &suspension.by {
            let why = "clauses under `only` do not cover at all while it runs; leave `only` or `by` out";
            self.problems.add(syntax_problems::misplaced("by", "a suspension with `only`", why, by.span));
        }
        let mut found = BTreeSet::new();
        for label in &suspension.only {
            let holders: Vec<(MeasureId, usize)> = of.iter().filter_map(|m| self.labels.get(&(m.0, label.text.clone())).map(|(c, _)| (*m, *c))).collect();
            if holders.is_empty() {
                let known: Vec<&str> = self.labels.keys().filter(|(m, _)| of.contains(&MeasureId(*m))).map(|(_, l)| l.as_str()).collect();
                self.problems.add(naming::unknown("label", &label.text, known, label.span));
            }
            found.extend(holders);
        }
        found
    }

    /// Repeals, voids and waivers.
    pub fn endings(&mut self, items: &[&Item]) {
        for item in items {
            match &item.kind {
                ItemKind::Ending(ending) => self.ending(ending),
                ItemKind::Waiver(waiver) => self.waiver(waiver, item.span),
                _ => {}
            }
        }
    }

    fn ending(&mut self, ending: &syntax::Ending) {
        let word = if ending.void { "void" } else { "repeal" };
        let head = &ending.head;
        let misplaced = [
            (head.on.as_ref().map(|g| g.span), "on …"),
            (head.of.as_ref().map(syntax::Origins::span), "of …"),
            (head.when.as_ref().map(|w| w.span), "when"),
            (head.period.until.as_ref().or(head.period.through.as_ref()).map(|m| m.span), "until"),
            (head.period.lasting.as_ref().map(|l| l.span), "for"),
        ];
        for (span, clause) in misplaced {
            if let Some(span) = span {
                let why = "it ends whole rules for good; to narrow a rule, amend it, exempt from it or suspend it";
                self.problems.add(syntax_problems::misplaced(clause, &format!("a {word}"), why, span));
            }
        }
        if let (true, Some(from)) = (ending.void, &head.period.from) {
            self.problems.add(syntax_problems::misplaced(
                "from",
                "a void",
                "a void ends a rule from its beginning; use `repeal` for an end from a moment on",
                from.span,
            ));
        }
        if !ending.void && head.period.from.is_none() {
            let why = "say it with `from`; a `void` ends rules from their beginning";
            self.problems.add(syntax_problems::says_nothing("this `repeal` does not say from when", why, ending.name.span));
        }
        let mut of = Vec::new();
        for name in &ending.of {
            let groups = self.program.groups.clone();
            let found = resolve(&self.program, &self.names, &mut self.problems, name, "rule", |n| match n {
                Named::Measure(_) | Named::Exemption(_) | Named::Suspension(_) | Named::Phaseout(_) | Named::Limit(_) | Named::Event(_) | Named::Ending(_) => {
                    Some(vec![n])
                }
                Named::Group(g) => groups.get(g).map(|ms| ms.iter().map(|m| Named::Measure(*m)).collect()),
                _ => None,
            });
            of.extend(found.unwrap_or_default());
        }
        let from = head.period.from.as_ref().and_then(|m| self.instant(m));
        let cite = self.cite(head.cites.as_ref());
        self.program.endings.push(Ending {
            name: ending.name.text.clone(),
            title: ending.title.as_ref().map_or_else(String::new, |t| t.text.clone()),
            void: ending.void,
            of,
            from,
            cite,
            span: ending.name.span,
        });
    }

    fn waiver(&mut self, waiver: &syntax::Waiver, span: crate::source::Span) {
        if crate::problem::page(&waiver.code.text).is_none() {
            let known: Vec<&str> = crate::problem::pages().iter().map(|(c, _)| *c).collect();
            self.problems.add(naming::unknown("finding", &waiver.code.text, known, waiver.code.span));
            return;
        }
        let Some(within) = self.names.place(&waiver.within.text) else {
            let known = super::names::all_names(&self.program);
            self.problems.add(naming::unknown("rule", &waiver.within.text, known.iter().map(String::as_str), waiver.within.span));
            return;
        };
        let until = match &waiver.until {
            Some(m) => self.instant(m).map(|i| (i, m.date.to_string())),
            None => None,
        };
        let within = self.item_spans.get(&waiver.within.text).cloned().unwrap_or_else(|| vec![within]);
        self.program.waivers.push(Waiver {
            code: waiver.code.text.clone(),
            within,
            name: waiver.within.text.clone(),
            because: waiver.because.text.clone(),
            until,
            span,
        });
    }
}
