//! A book as known on a day: what was published by then, with the periods as they then stood.

use crate::program::{
    Change, ChangeKind, ChangeTarget, Cite, Clause, Cond, CondKind, EndingId, EventId, Head, InstrumentId, MeasureId, Named, Period, Program,
};
use crate::program::{Charge, ClauseKind, FactId};
use crate::value::Instant;
use jiff::civil::Date;
use std::collections::BTreeMap;

/// From a moment (included) to another (excluded).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Window {
    pub from: Option<Instant>,
    pub until: Option<Instant>,
}

impl Window {
    pub fn contains(self, moment: Instant) -> bool {
        self.from.is_none_or(|f| f <= moment) && self.until.is_none_or(|u| moment < u)
    }

    fn and(self, other: Window) -> Window {
        let until = match (self.until, other.until) {
            (Some(a), Some(b)) => Some(a.min(b)),
            (a, b) => a.or(b),
        };
        Window { from: self.from.max(other.from), until }
    }
}

/// Whether a rule is there, and when it runs.
#[derive(Clone, Copy, Debug)]
pub enum Life {
    Unpublished(InstrumentId),
    Known(Window),
}

impl Life {
    pub fn runs(self, moment: Instant) -> bool {
        matches!(self, Life::Known(w) if w.contains(moment))
    }
}

/// How a rule was ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Ended {
    Void(EndingId),
    Repealed(EndingId, Instant),
}

/// The book as known on a day; without a day, all of it.
#[derive(Debug)]
pub struct Edition {
    pub known_at: Option<Date>,
    pub measures: Vec<Life>,
    /// By measure and clause.
    pub clauses: Vec<Vec<Life>>,
    pub exemptions: Vec<Life>,
    pub suspensions: Vec<Life>,
    events: Vec<Life>,
    /// Every moment at which something may change with the moment of entry, in order.
    pub entry_cuts: Vec<Instant>,
    /// The same for other facts that are moments.
    pub other_cuts: BTreeMap<FactId, Vec<Instant>>,
}

impl Edition {
    pub fn new(program: &Program, known_at: Option<Date>) -> Edition {
        let mut edition = Edition {
            known_at,
            measures: Vec::new(),
            clauses: Vec::new(),
            exemptions: Vec::new(),
            suspensions: Vec::new(),
            events: Vec::new(),
            entry_cuts: Vec::new(),
            other_cuts: BTreeMap::new(),
        };
        edition.events = program.events.iter().map(|e| edition.event(program, e)).collect();
        for measure in &program.measures {
            let life = edition.head(program, &measure.head, &measure.changes);
            let clauses = measure.clauses.iter().enumerate().map(|(i, c)| edition.clause(program, c, i, &measure.changes)).collect();
            edition.measures.push(life);
            edition.clauses.push(clauses);
        }
        edition.exemptions = program.exemptions.iter().map(|e| edition.head(program, &e.head, &e.changes)).collect();
        edition.suspensions = program.suspensions.iter().map(|s| edition.head(program, &s.head, &s.changes)).collect();
        edition.cuts(program);
        edition
    }

    fn unknown<'c>(&self, program: &Program, cites: impl IntoIterator<Item = &'c Cite>) -> Option<InstrumentId> {
        cites.into_iter().find(|c| !program.knows(c, self.known_at)).map(|c| c.instrument)
    }

    fn event(&self, program: &Program, event: &crate::program::Event) -> Life {
        if let Some(i) = self.unknown(program, &event.cite) {
            return Life::Unpublished(i);
        }
        let mut window = self.window(&event.period);
        // The last published extension that is known says when it ends.
        let mut known: Vec<_> = event.extensions.iter().filter(|x| x.cite.iter().all(|c| program.knows(c, self.known_at))).collect();
        known.sort_by_key(|x| x.cite.as_ref().and_then(|c| program.instrument(c.instrument)).and_then(|i| i.published));
        if let Some(last) = known.last() {
            window.until = Some(last.until);
        }
        Life::Known(window)
    }

    fn window(&self, period: &Period) -> Window {
        let own = Window { from: period.from, until: period.until };
        match period.during.and_then(|e| self.events.get(e.0)) {
            Some(Life::Known(event)) => own.and(*event),
            // What refers to an unknown event has no time.
            Some(Life::Unpublished(_)) => Window { from: Some(Instant(i64::MAX)), until: Some(Instant(i64::MIN)) },
            None => own,
        }
    }

    fn head(&self, program: &Program, head: &Head, changes: &[Change]) -> Life {
        if let Some(i) = self.unknown(program, &head.cite) {
            return Life::Unpublished(i);
        }
        let period = self.changed(program, &head.period, changes, ChangeTarget::Period);
        Life::Known(self.expiring(program, self.window(&period), head.cite.as_ref()))
    }

    fn clause(&self, program: &Program, clause: &Clause, index: usize, changes: &[Change]) -> Life {
        if let Some(i) = self.unknown(program, clause.holders.iter().chain(&clause.cite)) {
            return Life::Unpublished(i);
        }
        let period = self.changed(program, &clause.period, changes, ChangeTarget::Clause(index));
        Life::Known(self.expiring(program, self.window(&period), clause.cite.as_ref()))
    }

    /// A clause also ends where its instrument expires.
    fn expiring(&self, program: &Program, window: Window, cite: Option<&Cite>) -> Window {
        let expires = cite.and_then(|c| program.instrument(c.instrument)).and_then(|i| i.expires);
        window.and(Window { from: None, until: expires })
    }

    /// The period with the changes that are known, in order of their publication.
    fn changed(&self, program: &Program, period: &Period, changes: &[Change], target: ChangeTarget) -> Period {
        let mut known: Vec<&Change> = changes.iter().filter(|c| c.target == target && c.cites.iter().all(|c| program.knows(c, self.known_at))).collect();
        known.sort_by_key(|c| c.cites.iter().filter_map(|c| program.instrument(c.instrument)).filter_map(|i| i.published).max());
        let mut period = period.clone();
        for change in known {
            match change.kind {
                ChangeKind::Postpone(to) => {
                    if let Some((end, _)) = period.lasting.and_then(|l| program.clock.after(to, l).ok()) {
                        period.until = Some(end);
                    }
                    period.from = Some(to);
                }
                ChangeKind::End(at) => period.until = Some(period.until.map_or(at, |u| u.min(at))),
                ChangeKind::Extend(until) => period.until = Some(until),
            }
        }
        period
    }

    pub fn event_runs(&self, event: EventId, moment: Instant) -> bool {
        self.events.get(event.0).is_some_and(|l| l.runs(moment))
    }

    /// How a rule was ended, at a moment: a void counts at every moment.
    pub fn ended(&self, program: &Program, named: Named, moment: Instant) -> Option<Ended> {
        self.ended_at_depth(program, named, moment, 0)
    }

    fn ended_at_depth(&self, program: &Program, named: Named, moment: Instant, depth: usize) -> Option<Ended> {
        // An ending may itself be ended; a chain longer than all endings is a circle.
        if depth > program.endings.len() {
            return None;
        }
        let mut repealed = None;
        for (i, ending) in program.endings.iter().enumerate() {
            let id = EndingId(i);
            if !ending.of.contains(&named) || !ending.cite.iter().all(|c| program.knows(c, self.known_at)) {
                continue;
            }
            if self.ended_at_depth(program, Named::Ending(id), moment, depth.saturating_add(1)).is_some() {
                continue;
            }
            if ending.void {
                return Some(Ended::Void(id));
            }
            if let Some(from) = ending.from.filter(|f| *f <= moment) {
                repealed = repealed.or(Some(Ended::Repealed(id, from)));
            }
        }
        repealed
    }

    /// Whether some clause of a measure, or another rule, runs at a moment; goods and origin aside.
    pub fn in_force(&self, program: &Program, named: Named, moment: Instant) -> bool {
        if self.ended(program, named, moment).is_some() {
            return false;
        }
        match named {
            Named::Event(e) => self.event_runs(e, moment),
            Named::Exemption(e) => self.exemptions.get(e.0).is_some_and(|l| l.runs(moment)),
            Named::Suspension(s) => self.suspensions.get(s.0).is_some_and(|l| l.runs(moment)),
            Named::Measure(m) => self.measure_in_force(program, m, moment),
            _ => false,
        }
    }

    fn measure_in_force(&self, program: &Program, measure: MeasureId, moment: Instant) -> bool {
        let runs = self.measures.get(measure.0).is_some_and(|l| l.runs(moment));
        if !runs || self.suspended_whole(program, measure, moment) {
            return false;
        }
        let Some((item, lives)) = program.measures.get(measure.0).zip(self.clauses.get(measure.0)) else { return false };
        item.clauses
            .iter()
            .zip(lives)
            .enumerate()
            .any(|(i, (c, l))| matches!(c.kind, ClauseKind::Rate(_)) && l.runs(moment) && !self.set_aside(program, measure, i, moment))
    }

    /// Whether a suspension without scope, condition or points takes all of a measure.
    fn suspended_whole(&self, program: &Program, measure: MeasureId, moment: Instant) -> bool {
        program.suspensions.iter().enumerate().any(|(i, s)| {
            let whole = s.of.contains(&measure) && s.by.is_none() && s.only.is_none() && s.head.scope.is_none() && s.head.condition.is_none();
            whole && self.in_force(program, Named::Suspension(crate::program::SuspensionId(i)), moment)
        })
    }

    /// Whether a suspension without scope or condition keeps a clause from covering.
    fn set_aside(&self, program: &Program, measure: MeasureId, clause: usize, moment: Instant) -> bool {
        program.suspensions.iter().enumerate().any(|(i, s)| {
            let named = s.only.as_ref().is_some_and(|o| o.contains(&(measure, clause)));
            named && s.head.scope.is_none() && s.head.condition.is_none() && self.in_force(program, Named::Suspension(crate::program::SuspensionId(i)), moment)
        })
    }

    // ── Moments of change ──

    fn cuts(&mut self, program: &Program) {
        let mut entry: Vec<Instant> = Vec::new();
        let lives = self.measures.iter().chain(self.clauses.iter().flatten()).chain(&self.exemptions).chain(&self.suspensions).chain(&self.events);
        for life in lives {
            if let Life::Known(w) = life {
                entry.extend(w.from.into_iter().chain(w.until));
            }
        }
        entry.extend(program.endings.iter().filter_map(|e| e.from));
        entry.extend(program.speaks_from.into_iter().chain(program.speaks_until));
        let mut other: BTreeMap<FactId, Vec<Instant>> = BTreeMap::new();
        let mut conditions: Vec<&Cond> = Vec::new();
        for measure in &program.measures {
            measure.origins.cuts(&mut entry);
            conditions.extend(&measure.head.condition);
            for clause in &measure.clauses {
                conditions.extend(&clause.conditions);
                for scope in clause.scopes.iter().filter_map(|s| s.origins.as_ref()) {
                    scope.cuts(&mut entry);
                }
                if let ClauseKind::Rate(Charge::Table(table)) = &clause.kind {
                    for row in &table.rows {
                        entry.extend(row.from.into_iter().chain(row.until));
                        if let Some(o) = &row.origins {
                            o.cuts(&mut entry);
                        }
                    }
                }
            }
        }
        for head in program.exemptions.iter().map(|e| &e.head).chain(program.suspensions.iter().map(|s| &s.head)) {
            conditions.extend(&head.condition);
            if let Some(scope) = &head.scope {
                scope.origins.cuts(&mut entry);
            }
        }
        for condition in conditions {
            collect(condition, program, &mut entry, &mut other);
        }
        entry.sort_unstable();
        entry.dedup();
        for cuts in other.values_mut() {
            cuts.sort_unstable();
            cuts.dedup();
        }
        self.entry_cuts = entry;
        self.other_cuts = other;
    }
}

fn collect(condition: &Cond, program: &Program, entry: &mut Vec<Instant>, other: &mut BTreeMap<FactId, Vec<Instant>>) {
    match &condition.kind {
        CondKind::All(parts) | CondKind::Any(parts) => parts.iter().for_each(|p| collect(p, program, entry, other)),
        CondKind::Not(inner) => collect(inner, program, entry, other),
        CondKind::Before(FactId::ENTERED, at) => entry.push(*at),
        CondKind::Before(fact, at) => other.entry(*fact).or_default().push(*at),
        CondKind::Compare(left, _, right) => {
            use crate::program::ExprKind;
            for (fact, literal) in [(left, right), (right, left)] {
                if let (ExprKind::Fact(f), ExprKind::Instant(at)) = (&fact.kind, &literal.kind) {
                    // Equality with a moment has an edge on both of its sides.
                    let cuts = if *f == FactId::ENTERED { &mut *entry } else { other.entry(*f).or_default() };
                    cuts.extend([*at, Instant(at.0.saturating_add(1))]);
                }
            }
        }
        CondKind::InForce(Some(book), named) => {
            if let (Some((_, used)), Named::Measure(_) | Named::Event(_) | Named::Exemption(_) | Named::Suspension(_)) = (program.uses.get(*book), named) {
                entry.extend(Edition::new(used, None).entry_cuts);
            }
        }
        _ => {}
    }
}
