//! Which of the clauses that cover a shipment prevails: what the law says in words, else the special rule, else the later act,
//! else the later start. Reaches are compared as sets at the moment of entry.

use super::ClauseRef;
use super::axes::{Axes, Axis, Coordinate, Point};
use super::interpret::Case;
use super::truth::Truth;
use crate::program::{Charge, Clause, ClauseKind, Cond, Edition, Life, Measure, MeasureId, Program};
use crate::region::{Area, GoodsSet};
use crate::source::Span;
use std::collections::BTreeMap;
use std::sync::PoisonError;

/// A clause that covers the shipment, certainly or perhaps, and what it says.
#[derive(Clone, Debug)]
pub struct Covering<S> {
    pub clause: usize,
    pub span: Span,
    pub truth: Truth,
    pub says: S,
}

/// What comes of several covering clauses.
pub enum Prevailing<S> {
    /// None covers.
    None,
    One(Covering<S>),
    /// Facts that decide which.
    Open(Vec<super::Missing>),
    Conflict(Vec<ClauseRef>),
}

/// How many combinations of conditions are compared before inclusion counts as not shown.
const MOST_POINTS: usize = 65_536;

impl Case<'_> {
    pub fn prevailing<S: PartialEq + Clone>(&self, measure: MeasureId, covering: Vec<Covering<S>>) -> Prevailing<S> {
        let Some(item) = self.program().measure(measure) else { return Prevailing::None };
        let (certain, maybe): (Vec<_>, Vec<_>) = covering.into_iter().partition(|c| c.truth == Truth::Yes);
        let over = |a: usize, b: usize| self.prevails_over(item, measure, a, b);
        // Later clauses tend to prevail over earlier ones, so asking them first is quick.
        let stands = |c: &Covering<S>| certain.iter().rev().all(|o| o.clause == c.clause || o.says == c.says || over(c.clause, o.clause));
        let standing = certain.iter().find(|c| stands(c));
        // A clause that may cover matters unless it would lose to one that certainly does, or says the same.
        let mut missing: Vec<super::Missing> = Vec::new();
        for open in &maybe {
            let loses = certain.iter().any(|c| over(c.clause, open.clause));
            let same = standing.is_some_and(|s| s.says == open.says);
            if let (false, false, Truth::Unknown(facts)) = (loses, same, &open.truth) {
                missing.extend(facts.iter().cloned());
            }
        }
        if !missing.is_empty() || (certain.is_empty() && !maybe.is_empty()) {
            return Prevailing::Open(missing);
        }
        match standing {
            Some(c) => Prevailing::One(c.clone()),
            None if certain.is_empty() => Prevailing::None,
            None => {
                // Those that another sets aside are no party to the conflict, unless all are, in a circle.
                let beaten = |c: &&Covering<S>| certain.iter().any(|o| o.clause != c.clause && o.says != c.says && over(o.clause, c.clause));
                let mut parties: Vec<&Covering<S>> = certain.iter().filter(|c| !beaten(c)).collect();
                if parties.len() < 2 {
                    parties = certain.iter().collect();
                }
                Prevailing::Conflict(parties.into_iter().map(|c| ClauseRef { index: c.clause, span: c.span }).collect())
            }
        }
    }

    /// Whether clause A prevails over clause B of one measure.
    fn prevails_over(&self, measure: &Measure, id: MeasureId, a: usize, b: usize) -> bool {
        ranks_over(self.program(), self.edition(), id, a, b, self.reaches(measure, id, a, b), &|c| self.truth(c) == Truth::Yes)
    }

    /// Whether what clause A reaches lies within what clause B does, and the other way round.
    fn reaches(&self, measure: &Measure, id: MeasureId, a: usize, b: usize) -> (bool, bool) {
        let known = &self.interpreter.reaches;
        let stretch = self.edition().entry_cuts.partition_point(|c| *c <= self.entered);
        let key = (id, a, b, stretch);
        if let Some(reaches) = known.read().unwrap_or_else(PoisonError::into_inner).get(&key) {
            return *reaches;
        }
        let existing = &self.program().nomenclature.existing;
        let (first, second) = (self.area(measure, a), self.area(measure, b));
        let reaches = (first.is_within(&second, existing), second.is_within(&first, existing));
        known.write().unwrap_or_else(PoisonError::into_inner).insert(key, reaches);
        reaches
    }

    /// The goods and origins that a clause applies to, cut with the measure's own, at the moment of entry.
    fn area(&self, measure: &Measure, index: usize) -> Area {
        let Some(clause) = measure.clauses.get(index) else { return Area::default() };
        let moment = self.entered;
        let undated = clause.is_undated() && measure.origins.is_undated();
        if undated && let Some(area) = clause.area.get() {
            return area.clone();
        }
        let mut goods = measure.goods.clone();
        let mut origins = measure.origins.at(moment);
        for scope in &clause.scopes {
            if let Some(g) = &scope.goods {
                goods = goods.intersection(g);
            }
            if let Some(o) = &scope.origins {
                origins = origins.intersection(o.at(moment));
            }
        }
        let area = match &clause.kind {
            ClauseKind::Rate(Charge::Table(table)) => {
                let rows = table.rows.iter().filter(|r| r.from.is_none_or(|f| f <= moment) && r.until.is_none_or(|u| moment < u));
                let boxes = rows.map(|r| {
                    let row_goods = r.code.map_or_else(GoodsSet::all, GoodsSet::of_code);
                    (r.origins.as_ref().map_or(origins, |o| o.at(moment).intersection(origins)), row_goods)
                });
                Area::of_boxes(boxes).intersection(origins, &goods)
            }
            _ => Area::of_boxes([(origins, goods)]),
        };
        if undated { clause.area.get_or_init(|| area).clone() } else { area }
    }
}

/// Every condition on which a clause depends, the measure's own first.
pub fn conditions<'m>(measure: &'m Measure, clause: &'m Clause) -> Vec<&'m Cond> {
    measure.head.condition.iter().chain(&clause.conditions).collect()
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Within {
    Not,
    Equally,
    Strictly,
}

/// Whether clause A of a measure prevails over clause B at a moment. `areas` says whether the goods and origins of A are within those of
/// B, and the other way round; `at_entry` decides what tests the moment of entry alone.
pub fn ranks_over(program: &Program, edition: &Edition, id: MeasureId, a: usize, b: usize, areas: (bool, bool), at_entry: &dyn Fn(&Cond) -> bool) -> bool {
    let Some(measure) = program.measure(id) else { return false };
    let (Some(first), Some(second)) = (measure.clauses.get(a), measure.clauses.get(b)) else { return false };
    // (i) in words
    match (first.prevails.contains(&b), second.prevails.contains(&a)) {
        (true, false) => return true,
        (false, true) | (true, true) => return false,
        (false, false) => {}
    }
    // (ii) the special rule
    let within = |x: &Clause, y: &Clause, areas: (bool, bool)| {
        let facts = |moments| Implication { at_entry, moments, left: conditions(measure, x), right: conditions(measure, y) }.decide();
        match areas {
            (false, _) => Within::Not,
            (true, back) => match facts(false) {
                Within::Equally if !back => Within::Strictly,
                // Both apply to the same at this moment. One that says so only of certain moments is still the special rule.
                Within::Equally if facts(true) == Within::Strictly => Within::Strictly,
                // Inclusion must be proper wherever both can cover, so narrower facts alone suffice.
                other => other,
            },
        }
    };
    let (inside, outside) = (within(first, second, areas), within(second, first, (areas.1, areas.0)));
    match (inside, outside) {
        (Within::Strictly, _) => return true,
        (_, Within::Strictly) => return false,
        _ => {}
    }
    // (iii) the later act
    let published = |c: &Clause| c.cite.as_ref().and_then(|c| program.instrument(c.instrument)).and_then(|i| i.published);
    if let (Some(x), Some(y)) = (published(first), published(second))
        && x != y
    {
        return x > y;
    }
    // (iv) the same reach, a later start
    let start = |i: usize| match edition.clauses.get(id.0).and_then(|c| c.get(i)) {
        Some(Life::Known(w)) => w.from,
        _ => None,
    };
    inside == Within::Equally && outside == Within::Equally && start(a) > start(b)
}

/// Whether one set of conditions implies another, over every combination of what they test.
///
/// What is compared on an axis (a moment, a fact beside literals, a claim, a flag) takes one value from each interval that its
/// literals cut; what cannot be put on an axis is opaque: it may hold or not, and proves nothing by itself.
struct Implication<'c> {
    at_entry: &'c dyn Fn(&Cond) -> bool,
    /// Whether the moment of entry is taken for any moment, rather than for that of the shipment.
    moments: bool,
    left: Vec<&'c Cond>,
    right: Vec<&'c Cond>,
}

impl Implication<'_> {
    fn decide(&self) -> Within {
        if self.left.is_empty() && self.right.is_empty() {
            return Within::Equally;
        }
        let mut axes = Axes::new(self.moments);
        self.left.iter().chain(&self.right).for_each(|c| axes.collect(c));
        let hold = |conditions: &[&Cond], point: &Point<'_>| conditions.iter().all(|c| axes.holds(c, point, self.at_entry));
        if axes.size(MOST_POINTS).is_none() {
            // What says all that the other says and more is within it, and strictly so if it fails somewhere alone.
            let says_it_all = self.right.iter().all(|c| self.left.iter().any(|l| l.kind == c.kind));
            let fails = |point: &Point<'_>| hold(&self.right, point) && !hold(&self.left, point);
            let fails = fails(&axes.plainest()) || fails(&axes.fullest());
            return if says_it_all && fails && !axes.is_opaque() { Within::Strictly } else { Within::Not };
        }
        // For each way in which the opaque conditions may fall: is there a point of both, and one of the right alone?
        let mut opaque: BTreeMap<Vec<bool>, (bool, bool)> = BTreeMap::new();
        let mut valid = true;
        axes.each(&mut |point| {
            let (l, r) = (hold(&self.left, point), hold(&self.right, point));
            valid &= !l || r;
            let key: Vec<bool> = point.iter().filter(|(a, _)| matches!(a, Axis::Opaque(_))).map(|(_, c)| **c == Coordinate::Holds(true)).collect();
            let seen = opaque.entry(key).or_insert((false, false));
            seen.0 |= l && r;
            seen.1 |= r && !l;
        });
        if !valid {
            return Within::Not;
        }
        let possible: Vec<bool> = opaque.values().filter(|(both, _)| *both).map(|(_, more)| *more).collect();
        if possible.iter().all(|more| *more) && !possible.is_empty() {
            Within::Strictly
        } else if opaque.values().any(|(_, more)| *more) {
            // Narrower only if an opaque condition fails somewhere: that is not inclusion.
            Within::Not
        } else {
            Within::Equally
        }
    }
}

impl Clause {
    /// Whether nothing in its goods and origins depends on the moment.
    fn is_undated(&self) -> bool {
        let scopes = self.scopes.iter().filter_map(|s| s.origins.as_ref()).all(crate::region::Origins::is_undated);
        let table = match &self.kind {
            ClauseKind::Rate(Charge::Table(t)) => !t.dated && t.rows.iter().filter_map(|r| r.origins.as_ref()).all(crate::region::Origins::is_undated),
            _ => true,
        };
        scopes && table
    }
}
