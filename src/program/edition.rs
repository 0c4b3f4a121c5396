//! A book as known on a day: what was published by then, with the periods as they then stood.

use super::facts::FactId;
use super::periods::earlier;
use super::rules::{Change, ChangeKind, ChangeTarget, Charge, Cite, Clause, ClauseKind, Extension, Head, Period, Phaseout};
use super::terms::{Cond, CondKind, Rate, Term};
use super::types::{EndingId, EventId, ExemptionId, InstrumentId, LimitId, MeasureId, Named, PhaseoutId, Program, SuspensionId};
use crate::value::{Clock, Duration, DurationUnit, Instant};
use jiff::civil::Date;
use std::collections::BTreeMap;

/// From a moment (included) to another (excluded).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Window {
    /// The first moment; nothing where it has always been open.
    pub from: Option<Instant>,
    /// The moment at which it is over; nothing where it never is.
    pub until: Option<Instant>,
}

impl Window {
    /// Whether a moment is within.
    pub fn contains(self, moment: Instant) -> bool {
        self.from.is_none_or(|f| f <= moment) && self.until.is_none_or(|u| moment < u)
    }

    fn and(self, other: Window) -> Window {
        Window { from: self.from.max(other.from), until: earlier(self.until, other.until) }
    }
}

/// Whether a rule is there, and when it runs.
#[derive(Clone, Copy, Debug)]
pub enum Life {
    /// Its act was not published by then.
    Unpublished(InstrumentId),
    /// The scenario leaves it out.
    Absent,
    /// It is known, and runs in this time.
    Known(Window),
}

impl Life {
    /// Whether it is known and runs at a moment.
    pub fn runs(self, moment: Instant) -> bool {
        matches!(self, Life::Known(w) if w.contains(moment))
    }
}

/// How a rule was ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Ended {
    /// From its beginning.
    Void(EndingId),
    /// From a moment on.
    Repealed(EndingId, Instant),
}

/// The book as known on a day; without a day, all of it.
#[derive(Debug)]
pub struct Edition {
    /// The day; nothing where everything is known.
    pub known_at: Option<Date>,
    /// By measure.
    pub measures: Vec<Life>,
    /// By measure and clause.
    pub clauses: Vec<Vec<Life>>,
    /// By exemption.
    pub exemptions: Vec<Life>,
    /// By suspension.
    pub suspensions: Vec<Life>,
    /// By phase-out.
    pub phaseouts: Vec<Life>,
    /// The start of each stage of each phase-out, in order.
    pub stages: Vec<Vec<Instant>>,
    /// By limit.
    pub limits: Vec<Life>,
    events: Vec<Life>,
    /// Every moment at which something may change with the moment of entry, in order.
    pub entry_cuts: Vec<Instant>,
    /// The same for other facts that are moments.
    pub other_cuts: BTreeMap<FactId, Vec<Instant>>,
}

impl Edition {
    /// The book as known at the end of a day, or all of it.
    pub fn new(program: &Program, known_at: Option<Date>) -> Edition {
        let mut edition = Edition {
            known_at,
            measures: Vec::new(),
            clauses: Vec::new(),
            exemptions: Vec::new(),
            suspensions: Vec::new(),
            phaseouts: Vec::new(),
            stages: Vec::new(),
            limits: Vec::new(),
            events: Vec::new(),
            entry_cuts: Vec::new(),
            other_cuts: BTreeMap::new(),
        };
        edition.events = program.events.iter().enumerate().map(|(i, e)| edition.event(program, EventId(i), e)).collect();
        for (i, measure) in program.measures.iter().enumerate() {
            let life = edition.head(program, Named::Measure(MeasureId(i)), &measure.head, &measure.changes);
            let clauses = measure.clauses.iter().enumerate().map(|(i, c)| edition.clause(program, c, i, &measure.changes)).collect();
            edition.measures.push(life);
            edition.clauses.push(clauses);
        }
        let each = |named: Named, head: &Head, changes: &[Change]| edition.head(program, named, head, changes);
        let exemptions = program.exemptions.iter().enumerate().map(|(i, e)| each(Named::Exemption(ExemptionId(i)), &e.head, &e.changes)).collect();
        let suspensions = program.suspensions.iter().enumerate().map(|(i, s)| each(Named::Suspension(SuspensionId(i)), &s.head, &s.changes)).collect();
        let phaseouts: Vec<Life> = program.phaseouts.iter().enumerate().map(|(i, p)| each(Named::Phaseout(PhaseoutId(i)), &p.head, &p.changes)).collect();
        let limits = program.limits.iter().enumerate().map(|(i, l)| each(Named::Limit(LimitId(i)), &l.head, &l.changes)).collect();
        edition.stages = program.phaseouts.iter().zip(&phaseouts).map(|(p, life)| stages(program, p, *life)).collect();
        (edition.exemptions, edition.suspensions, edition.phaseouts, edition.limits) = (exemptions, suspensions, phaseouts, limits);
        edition.cuts(program);
        edition
    }

    fn unknown<'c>(&self, program: &Program, cites: impl IntoIterator<Item = &'c Cite>) -> Option<InstrumentId> {
        cites.into_iter().find(|c| !program.knows(c, self.known_at)).map(|c| c.instrument)
    }

    fn event(&self, program: &Program, id: EventId, event: &super::rules::Event) -> Life {
        if program.absent.contains(&Named::Event(id)) {
            return Life::Absent;
        }
        if let Some(i) = self.unknown(program, &event.cite) {
            return Life::Unpublished(i);
        }
        let mut window = self.window(&event.period);
        // The last published extension that is known says when it ends.
        let known = event.extensions.iter().filter(|x| x.cite.iter().all(|c| program.knows(c, self.known_at)));
        let published = |x: &Extension| x.cite.as_ref().and_then(|c| program.instrument(c.instrument)).and_then(|i| i.published);
        if let Some(last) = as_published(known, published).last() {
            window.until = Some(last.until);
        }
        Life::Known(window)
    }

    fn window(&self, period: &Period) -> Window {
        let own = Window { from: period.from, until: period.until };
        match period.during.and_then(|e| self.events.get(e.0)) {
            Some(Life::Known(event)) => own.and(*event),
            // What refers to an unknown event has no time.
            Some(Life::Unpublished(_) | Life::Absent) => Window { from: Some(Instant(i64::MAX)), until: Some(Instant(i64::MIN)) },
            None => own,
        }
    }

    fn head(&self, program: &Program, named: Named, head: &Head, changes: &[Change]) -> Life {
        if program.absent.contains(&named) {
            return Life::Absent;
        }
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
        let known = changes.iter().filter(|c| c.target == target && c.cites.iter().all(|c| program.knows(c, self.known_at)));
        let published = |c: &Change| c.cites.iter().filter_map(|c| program.instrument(c.instrument)).filter_map(|i| i.published).max();
        let mut period = period.clone();
        for change in as_published(known, published) {
            match change.kind {
                ChangeKind::Postpone(to) => {
                    if let Some((end, _)) = period.lasting.and_then(|l| program.clock.after(to, l).ok()) {
                        period.until = earlier(Some(end), period.bound);
                    }
                    period.from = Some(to);
                }
                // An end that is said is a day, and does not move with the start.
                ChangeKind::End(at) => {
                    period.until = earlier(period.until, Some(at));
                    (period.lasting, period.bound) = (None, period.until);
                }
                ChangeKind::Extend(until) => {
                    // What ran during an event now runs on without it.
                    match period.during.and_then(|e| self.events.get(e.0)) {
                        Some(Life::Known(event)) => {
                            period.from = period.from.max(event.from);
                            period.during = None;
                        }
                        Some(Life::Unpublished(_) | Life::Absent) => continue,
                        None => {}
                    }
                    period.until = Some(until);
                    (period.lasting, period.bound) = (None, period.until);
                }
            }
        }
        period
    }

    /// Whether an event runs at a moment.
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
            if !ending.of.contains(&named) || program.absent.contains(&Named::Ending(id)) || !ending.cite.iter().all(|c| program.knows(c, self.known_at)) {
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
            Named::Phaseout(p) => self.phaseouts.get(p.0).is_some_and(|l| l.runs(moment)),
            Named::Limit(l) => self.limits.get(l.0).is_some_and(|l| l.runs(moment)),
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
            whole && self.in_force(program, Named::Suspension(SuspensionId(i)), moment)
        })
    }

    /// Whether a suspension without scope or condition keeps a clause from covering.
    fn set_aside(&self, program: &Program, measure: MeasureId, clause: usize, moment: Instant) -> bool {
        program.suspensions.iter().enumerate().any(|(i, s)| {
            let named = s.only.as_ref().is_some_and(|o| o.contains(&(measure, clause)));
            named && s.head.scope.is_none() && s.head.condition.is_none() && self.in_force(program, Named::Suspension(SuspensionId(i)), moment)
        })
    }

    // ── Moments of change ──

    fn cuts(&mut self, program: &Program) {
        let mut entry: Vec<Instant> = Vec::new();
        let lives = self
            .measures
            .iter()
            .chain(self.clauses.iter().flatten())
            .chain(&self.exemptions)
            .chain(&self.suspensions)
            .chain(&self.phaseouts)
            .chain(&self.limits)
            .chain(&self.events);
        for life in lives {
            if let Life::Known(w) = life {
                entry.extend(w.from.into_iter().chain(w.until));
            }
        }
        entry.extend(program.endings.iter().filter_map(|e| e.from));
        entry.extend(self.stages.iter().flatten());
        entry.extend(program.exchange.iter().flatten().flat_map(|x| x.from.into_iter().chain(x.until)));
        entry.extend(program.quotas.iter().flat_map(|q| &q.rows).flat_map(|r| r.from.into_iter().chain(r.until)));
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
                if let ClauseKind::Rate(Charge::Rate(rate)) = &clause.kind {
                    mirrored(rate, program, self.known_at, &mut entry);
                }
            }
        }
        for head in program.relief_heads() {
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

/// The moments at which a mirrored rate may change: those of the other book, as much later as the mirror lags.
fn mirrored(rate: &Rate, program: &Program, known_at: Option<Date>, entry: &mut Vec<Instant>) {
    for term in rate.terms() {
        if let Term::Matching(m) = term.innermost()
            && let Some((_, used)) = program.uses.get(m.book)
        {
            // Mirrored goods leave as they arrive, so that a bound for goods under way is one of the moment.
            let edition = Edition::new(used, known_at);
            let leaving = [FactId::LOADED, FactId::EXPORTED].into_iter().filter_map(|f| edition.other_cuts.get(&f)).flatten();
            let cuts: Vec<Instant> = edition.entry_cuts.iter().chain(leaving).copied().collect();
            entry.extend(cuts.into_iter().filter_map(|c| m.after.map_or(Some(c), |d| program.clock.after(c, d).ok().map(|(i, _)| i))));
        }
    }
}

/// The start of each stage: the first with the phase-out or where it is counted from, the others on anniversaries of that day, or
/// on the day of the year that is named.
fn stages(program: &Program, phaseout: &Phaseout, life: Life) -> Vec<Instant> {
    let Life::Known(Window { from: Some(from), .. }) = life else { return Vec::new() };
    let first = phaseout.counted_from.unwrap_or(from);
    let mut out = vec![first];
    for k in 1..phaseout.steps.count() {
        let next = match phaseout.every {
            None => program.clock.after(first, Duration { count: k, unit: DurationUnit::Years }).ok().map(|(i, _)| i),
            Some((month, day)) => out.last().and_then(|last| next_day_of_year(&program.clock, *last, month, day)),
        };
        match next {
            Some(at) => out.push(at),
            None => break,
        }
    }
    out
}

/// The first moment of the next such day after a moment.
fn next_day_of_year(clock: &Clock, after: Instant, month: i8, day: i8) -> Option<Instant> {
    let date = clock.day_of(after)?;
    let years = [date.year(), date.year().checked_add(1)?];
    years.into_iter().filter_map(|y| Date::new(y, month, day).ok()).find(|d| *d > date).and_then(|d| clock.start_of(d).ok())
}

fn collect(condition: &Cond, program: &Program, entry: &mut Vec<Instant>, other: &mut BTreeMap<FactId, Vec<Instant>>) {
    match &condition.kind {
        CondKind::All(parts) | CondKind::Any(parts) => parts.iter().for_each(|p| collect(p, program, entry, other)),
        CondKind::Not(inner) => collect(inner, program, entry, other),
        CondKind::Before(FactId::ENTERED, at) => entry.push(*at),
        CondKind::Before(fact, at) => other.entry(*fact).or_default().push(*at),
        CondKind::Compare(left, _, right) => {
            use super::terms::ExprKind;
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

/// In the order of publication. What cites nothing cannot be compared by it, and keeps its place after what was declared before.
fn as_published<'c, T>(all: impl Iterator<Item = &'c T>, published: impl Fn(&T) -> Option<Date>) -> Vec<&'c T> {
    let mut latest: Option<Date> = None;
    let mut keyed: Vec<(Option<Date>, &T)> = Vec::new();
    for one in all {
        let own = published(one);
        keyed.push((own.or(latest), one));
        latest = latest.max(own);
    }
    keyed.sort_by_key(|(at, _)| *at);
    keyed.into_iter().map(|(_, one)| one).collect()
}
