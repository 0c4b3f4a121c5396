//! What a measure does everywhere: which clause prevails at each place, what suspends and what relieves it.

use super::view::{Group, RuleKind, View};
use crate::outcome::{Axes, Coordinate, Point, ranks_over};
use crate::program::{Charge, ClauseKind, Cond, MeasureId, PhaseoutId};
use crate::value::{Exact, Instant};
use std::cell::RefCell;
use std::collections::{BTreeMap, HashMap};
use std::sync::Arc;

/// Where there are more points than this, only some of them are looked at.
const MOST_POINTS: usize = 4096;

/// More points than this of one rule, or other rules beside it, are not looked at one by one then.
const FEW_POINTS: usize = 256;

/// Groups at which the same rules are present in one stretch.
#[derive(Clone, Debug)]
pub struct Place {
    pub stretch: usize,
    pub present: Vec<usize>,
    pub groups: Vec<usize>,
}

/// Values of further facts, as the conditions of a place tell them apart.
pub type Facts = Vec<(crate::outcome::Axis, Coordinate)>;

/// Which rate clauses stand.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Standing {
    /// None covers.
    None,
    /// Rules by number; several say the same.
    Stands(Vec<usize>),
    Conflict(Vec<usize>),
}

/// What a measure does at one point of a place.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct State {
    pub covering: Vec<usize>,
    pub standing: Standing,
    /// The suspensions that hold.
    pub suspensions: Vec<usize>,
    pub exemptions: Vec<usize>,
    /// The phase-outs that hold, with their stages.
    pub phaseouts: Vec<(usize, u32)>,
    pub covers: Vec<usize>,
    pub bases: Vec<usize>,
    pub edges: Vec<usize>,
}

/// What is charged at a place, as far as it can be said without the amounts.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Effect {
    /// No clause covers.
    None,
    Conflict,
    NotSubject,
    Exempt,
    Suspended,
    Percent(Exact),
    /// Something else than a percentage, or a percentage that reliefs change: the clause, and what acts on it.
    Other(String),
}

/// The rules that are present, by stretch and group.
pub type Present = Vec<Vec<Vec<usize>>>;

/// A view with what it has worked out.
pub struct Study<'p> {
    pub view: View<'p>,
    /// By stretch and group.
    present: Arc<Present>,
    ranks: RefCell<HashMap<(usize, usize, usize), bool>>,
    /// Groups in words, as they were said before.
    said: RefCell<HashMap<Vec<usize>, String>>,
}

impl<'p> Study<'p> {
    pub fn new(view: View<'p>) -> Self {
        let present = view.stretches.iter().map(|t| view.groups.iter().map(|g| view.present(g, *t)).collect()).collect();
        Study::known(view, Arc::new(present))
    }

    /// A view of which it is known which rules are present.
    pub fn known(view: View<'p>, present: Arc<Present>) -> Self {
        Study { view, present, ranks: RefCell::default(), said: RefCell::default() }
    }

    /// The rules that are present everywhere.
    pub fn all_present(&self) -> Arc<Present> {
        self.present.clone()
    }

    /// The rules present at a group in a stretch.
    pub fn present(&self, stretch: usize, group: usize) -> &[usize] {
        self.present.get(stretch).and_then(|s| s.get(group)).map_or(&[], Vec::as_slice)
    }

    /// Goods and origins of some groups in words.
    pub fn what(&self, groups: &[usize]) -> String {
        if let Some(known) = self.said.borrow().get(groups) {
            return known.clone();
        }
        let words = super::spots::words_of(self.view.program(), &super::spots::parts(self, groups));
        self.said.borrow_mut().insert(groups.to_vec(), words.clone());
        words
    }

    /// Every place at which the measure is charged, stretch by stretch.
    pub fn places(&self) -> Vec<Place> {
        let mut out = Vec::new();
        for (stretch, start) in self.view.stretches.iter().enumerate() {
            // Before all dates stands for the moment before the first.
            let moment = self.moment(stretch);
            if !self.view.is_alive(moment) && !self.view.is_alive(*start) {
                continue;
            }
            let mut places: BTreeMap<&[usize], Vec<usize>> = BTreeMap::new();
            for group in 0..self.view.groups.len() {
                places.entry(self.present(stretch, group)).or_default().push(group);
            }
            out.extend(places.into_iter().map(|(present, groups)| Place { stretch, present: present.to_vec(), groups }));
        }
        out
    }

    /// A moment within a stretch: its first, or the last before the first date.
    pub fn moment(&self, stretch: usize) -> Instant {
        moment_of(&self.view, stretch)
    }

    pub fn group(&self, index: usize) -> Option<&Group> {
        self.view.groups.get(index)
    }

    /// Visits the points that some rules tell apart, and says whether these were all. Where there are too many, each rule is looked at
    /// with everything that it tests, and each two of them where both hold, with the plainest facts besides: what is seen there is so,
    /// but what is not seen may be elsewhere.
    pub fn each_point(&self, rules: &[usize], visit: &mut dyn FnMut(&Axes, &Point<'_>)) -> bool {
        let axes = self.axes(rules);
        if axes.size(MOST_POINTS).is_some() {
            axes.each(&mut |point| visit(&axes, point));
            return true;
        }
        let base = axes.plainest();
        let own: Vec<(usize, Axes)> = rules.iter().map(|r| (*r, self.axes(&[*r]))).collect();
        for (_, few) in own.iter().filter(|(_, few)| few.size(FEW_POINTS).is_some()) {
            few.each_beside(&base, &mut |point| visit(&axes, point));
        }
        let examples: Vec<Point<'_>> = own.iter().filter_map(|(rule, few)| self.example(*rule, few, &base)).collect();
        for (n, first) in examples.iter().enumerate() {
            let mut both = base.clone();
            both.extend(first);
            visit(&axes, &both);
            for second in examples.iter().skip(n.saturating_add(1)).take(FEW_POINTS) {
                let mut both = both.clone();
                both.extend(second);
                visit(&axes, &both);
            }
        }
        false
    }

    /// The values at which a rule holds, as few as can be; nothing where none is found, or where it always holds.
    fn example<'a>(&self, rule: usize, own: &'a Axes, base: &Point<'a>) -> Option<Point<'a>> {
        let conditions = &self.view.rules.get(rule)?.conditions;
        let holds = |point: &Point<'_>| [true, false].iter().any(|entry| conditions.iter().all(|c| own.holds(c, point, &|_| *entry)));
        let mut found: Option<Point<'a>> = None;
        let mut look = |point: &Point<'a>| {
            if found.is_none() && holds(point) {
                found = Some(point.clone());
            }
        };
        look(&own.fullest());
        if own.size(FEW_POINTS).is_some() {
            own.each(&mut look);
        }
        let mut point = found?;
        for axis in point.keys().copied().collect::<Vec<_>>() {
            let Some(plain) = base.get(axis).copied() else { continue };
            let was = point.insert(axis, plain);
            if !holds(&point)
                && let Some(was) = was
            {
                point.insert(axis, was);
            }
        }
        point.retain(|axis, value| base.get(*axis) != Some(value));
        Some(point).filter(|p| !p.is_empty())
    }

    /// The axes of everything that some rules test.
    fn axes(&self, rules: &[usize]) -> Axes {
        let mut axes = Axes::new(false);
        self.collect(rules.iter().copied(), &mut axes);
        axes
    }

    /// Adds the axes of what some rules test.
    pub fn collect(&self, rules: impl IntoIterator<Item = usize>, axes: &mut Axes) {
        for rule in rules {
            for cond in self.view.rules.get(rule).into_iter().flat_map(|r| r.conditions.iter()) {
                axes.collect(cond);
            }
        }
    }

    /// Visits the state of a place at its points, and says whether these were all: see [`Study::each_point`].
    pub fn each_state(&self, place: &Place, visit: &mut dyn FnMut(&State, &Point<'_>)) -> bool {
        self.each_point(&place.present, &mut |axes, point| visit(&self.state(place.stretch, &place.present, axes, point), point))
    }

    /// What the measure does where some rules are present, at a point.
    pub fn state(&self, stretch: usize, present: &[usize], axes: &Axes, point: &Point<'_>) -> State {
        let moment = self.moment(stretch);
        let at_entry = |c: &Cond| self.view.at_entry(c, moment);
        let holds = |rule: &usize| self.view.rules.get(*rule).is_some_and(|r| r.conditions.iter().all(|c| axes.holds(c, point, &at_entry)));
        let mut state = State {
            covering: Vec::new(),
            standing: Standing::None,
            suspensions: Vec::new(),
            exemptions: Vec::new(),
            phaseouts: Vec::new(),
            covers: Vec::new(),
            bases: Vec::new(),
            edges: Vec::new(),
        };
        let mut set_aside: Vec<usize> = Vec::new();
        let mut rates = Vec::new();
        for rule in present.iter().filter(|r| holds(r)) {
            let Some(kind) = self.view.rules.get(*rule).map(|r| r.kind) else { continue };
            match kind {
                RuleKind::Rate(_) => rates.push(*rule),
                RuleKind::Base(_) => state.bases.push(*rule),
                RuleKind::Edge(..) => state.edges.push(*rule),
                RuleKind::Covers(_) => state.covers.push(*rule),
                RuleKind::Exemption(_) => state.exemptions.push(*rule),
                RuleKind::Phaseout(p) => state.phaseouts.push((*rule, self.stage(p, moment))),
                RuleKind::Suspension(s) => match self.view.program().suspensions.get(s.0).and_then(|s| s.only.as_ref()) {
                    Some(only) => set_aside.extend(only.iter().filter(|(m, _)| *m == self.view.id).map(|(_, c)| *c)),
                    None => state.suspensions.push(*rule),
                },
            }
        }
        rates.retain(|r| self.clause_of(*r).is_some_and(|c| !set_aside.contains(&c)));
        state.standing = self.standing(stretch, &rates);
        state.covering = rates;
        state
    }

    fn stage(&self, phaseout: PhaseoutId, moment: Instant) -> u32 {
        let starts = self.view.interpreter.edition.stages.get(phaseout.0).map_or(&[][..], Vec::as_slice);
        u32::try_from(starts.partition_point(|s| *s <= moment)).unwrap_or(u32::MAX)
    }

    /// The rate clause of a rule, by number.
    pub fn clause_of(&self, rule: usize) -> Option<usize> {
        match self.view.rules.get(rule)?.kind {
            RuleKind::Rate(clause) => Some(clause),
            _ => None,
        }
    }

    fn charge(&self, rule: usize) -> Option<&'p Charge> {
        match &self.view.measure.clauses.get(self.clause_of(rule)?)?.kind {
            ClauseKind::Rate(charge) => Some(charge),
            _ => None,
        }
    }

    /// Whether two rate clauses say the same, whatever the goods.
    pub fn say_the_same(&self, a: usize, b: usize) -> bool {
        match (self.charge(a), self.charge(b)) {
            (Some(Charge::Rate(x)), Some(Charge::Rate(y))) => x == y,
            (Some(Charge::None), Some(Charge::None)) => true,
            _ => false,
        }
    }

    fn standing(&self, stretch: usize, covering: &[usize]) -> Standing {
        if covering.is_empty() {
            return Standing::None;
        }
        let beats = |a: usize, b: usize| self.say_the_same(a, b) || self.over(stretch, a, b);
        // Later clauses tend to prevail over earlier ones, so asking them first is quick.
        let stand: Vec<usize> = covering.iter().copied().filter(|c| covering.iter().rev().all(|o| o == c || beats(*c, *o))).collect();
        if !stand.is_empty() {
            return Standing::Stands(stand);
        }
        let beaten = |c: &usize| covering.iter().any(|o| o != c && !self.say_the_same(*o, *c) && self.over(stretch, *o, *c));
        let parties: Vec<usize> = covering.iter().copied().filter(|c| !beaten(c)).collect();
        Standing::Conflict(if parties.len() < 2 { covering.to_vec() } else { parties })
    }

    /// Whether one rate clause prevails over another in a stretch.
    pub fn over(&self, stretch: usize, a: usize, b: usize) -> bool {
        if let Some(known) = self.ranks.borrow().get(&(stretch, a, b)) {
            return *known;
        }
        let (Some(first), Some(second)) = (self.clause_of(a), self.clause_of(b)) else { return false };
        let areas = (self.is_within(stretch, a, b), self.is_within(stretch, b, a));
        let moment = self.moment(stretch);
        let view = &self.view;
        let found = ranks_over(view.program(), &view.interpreter.edition, view.id, first, second, areas, &|c| view.at_entry(c, moment));
        self.ranks.borrow_mut().insert((stretch, a, b), found);
        found
    }

    /// Whether one rule's goods and origins are within another's, in a stretch.
    pub fn is_within(&self, stretch: usize, a: usize, b: usize) -> bool {
        let groups = self.present.get(stretch).map_or(&[][..], Vec::as_slice);
        groups.iter().all(|present| present.binary_search(&a).is_err() || present.binary_search(&b).is_ok())
    }

    // ── Effects ──

    /// What is charged in a state.
    pub fn effect(&self, state: &State) -> Effect {
        let winner = match &state.standing {
            Standing::None => return Effect::None,
            // What takes everything takes what is in conflict too.
            Standing::Conflict(_) if self.points(state) == Some(None) => return Effect::Suspended,
            Standing::Conflict(_) if self.relieves_wholly(state) => return Effect::Exempt,
            Standing::Conflict(_) => return Effect::Conflict,
            Standing::Stands(rules) => rules.first().copied(),
        };
        let Some(winner) = winner else { return Effect::None };
        let charge = self.charge(winner);
        if matches!(charge, Some(Charge::None)) {
            return Effect::NotSubject;
        }
        let points = self.points(state);
        if points == Some(None) {
            return Effect::Suspended;
        }
        if self.relieves_wholly(state) {
            return Effect::Exempt;
        }
        let percent = match charge {
            Some(Charge::Rate(rate)) => rate.as_percent(),
            _ => None,
        };
        match percent {
            Some(p) if state.exemptions.is_empty() && state.phaseouts.is_empty() => match points.flatten() {
                None => Effect::Percent(p),
                Some(taken) if taken >= p && !p.is_zero() => Effect::Suspended,
                Some(taken) => Effect::Percent(p.checked_sub(taken).unwrap_or_default().not_below_zero()),
            },
            _ => {
                let acting: Vec<String> = state.exemptions.iter().chain(&state.suspensions).map(|r| self.name(*r)).collect();
                let stages: Vec<String> = state.phaseouts.iter().map(|(r, s)| format!("{} {s}", self.name(*r))).collect();
                Effect::Other(format!("{winner:?} {acting:?} {stages:?}"))
            }
        }
    }

    /// Whether an exemption of a state relieves of everything.
    fn relieves_wholly(&self, state: &State) -> bool {
        let exemption = |r: &usize| match self.view.rules.get(*r).map(|r| r.kind) {
            Some(RuleKind::Exemption(e)) => self.view.program().exemptions.get(e.0),
            _ => None,
        };
        state.exemptions.iter().filter_map(exemption).any(|e| e.quota.is_none() && matches!(e.relief, crate::program::Relief::Full))
    }

    /// The points that suspensions take: nothing where none holds, all of the rate where one says no points.
    fn points(&self, state: &State) -> Option<Option<Exact>> {
        let by = state.suspensions.iter().filter_map(|r| match self.view.rules.get(*r)?.kind {
            RuleKind::Suspension(s) => self.view.program().suspensions.get(s.0).map(|s| s.by),
            _ => None,
        });
        let all: Vec<Option<Exact>> = by.collect();
        if all.is_empty() {
            None
        } else if all.contains(&None) {
            Some(None)
        } else {
            Some(all.into_iter().flatten().max())
        }
    }

    /// The percentage that a rate clause says, where it says nothing else.
    pub fn percent(&self, rule: usize) -> Option<Exact> {
        match self.charge(rule) {
            Some(Charge::Rate(rate)) => rate.as_percent(),
            _ => None,
        }
    }

    /// The points that a suspension takes, where it says points.
    pub fn suspended_points(&self, rule: usize) -> Option<Exact> {
        match self.view.rules.get(rule)?.kind {
            RuleKind::Suspension(s) => self.view.program().suspensions.get(s.0)?.by,
            _ => None,
        }
    }

    /// How a rule is called: its name, or the author's clause by number.
    pub fn name(&self, rule: usize) -> String {
        let program = self.view.program();
        match self.view.rules.get(rule).map(|r| r.kind) {
            Some(RuleKind::Suspension(s)) => program.suspensions.get(s.0).map_or_else(String::new, |s| s.name.clone()),
            Some(RuleKind::Exemption(e)) => program.exemptions.get(e.0).map_or_else(String::new, |e| e.name.clone()),
            Some(RuleKind::Phaseout(p)) => program.phaseouts.get(p.0).map_or_else(String::new, |p| p.name.clone()),
            Some(RuleKind::Edge(_, _, MeasureId(m))) => program.measures.get(m).map_or_else(String::new, |m| m.name.clone()),
            Some(RuleKind::Rate(c) | RuleKind::Base(c) | RuleKind::Covers(c)) => format!("{}#{c}", self.view.measure.name),
            None => String::new(),
        }
    }
}

/// A moment within a stretch: its first, or the last before the first date.
pub fn moment_of(view: &View<'_>, stretch: usize) -> Instant {
    match (stretch, view.end_of(0)) {
        (0, Some(end)) => Instant(end.0.saturating_sub(1)),
        // Where no date is written any moment will do.
        (0, None) => view.program().clock.start_of(jiff::civil::date(2025, 1, 1)).unwrap_or_default(),
        _ => view.start_of(stretch),
    }
}

/// A point as facts that can be kept.
pub fn facts(point: &Point<'_>) -> Facts {
    point.iter().map(|(a, c)| ((*a).clone(), (*c).clone())).collect()
}
