//! Which of the clauses that cover a shipment prevails: what the law says in words, else the special rule, else the later act,
//! else the later start. Reaches are compared as sets at the moment of entry.

use super::ClauseRef;
use super::interpret::Case;
use super::truth::Truth;
use crate::program::{Charge, Clause, ClauseKind, Cond, CondKind, Expr, ExprKind, FactId, Measure, MeasureId};
use crate::region::{Area, GoodsSet};
use crate::source::Span;
use crate::syntax::Comparator;
use crate::value::Exact;
use std::collections::{BTreeMap, BTreeSet};

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
        let stands = |c: &Covering<S>| certain.iter().all(|o| o.clause == c.clause || o.says == c.says || over(c.clause, o.clause));
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
        let (Some(first), Some(second)) = (measure.clauses.get(a), measure.clauses.get(b)) else { return false };
        // (i) in words
        match (first.prevails.contains(&b), second.prevails.contains(&a)) {
            (true, false) => return true,
            (false, true) | (true, true) => return false,
            (false, false) => {}
        }
        // (ii) the special rule
        let (inside, outside) = (self.is_within(measure, a, b), self.is_within(measure, b, a));
        match (inside, outside) {
            (Within::Strictly, _) => return true,
            (_, Within::Strictly) => return false,
            _ => {}
        }
        // (iii) the later act
        let published = |c: &Clause| c.cite.as_ref().and_then(|c| self.program().instrument(c.instrument)).and_then(|i| i.published);
        if let (Some(x), Some(y)) = (published(first), published(second))
            && x != y
        {
            return x > y;
        }
        // (iv) the same reach, a later start
        let start = |i: usize| match self.edition().clauses.get(id.0).and_then(|c| c.get(i)) {
            Some(crate::program::Life::Known(w)) => w.from,
            _ => None,
        };
        inside == Within::Equally && outside == Within::Equally && start(a) > start(b)
    }

    fn is_within(&self, measure: &Measure, a: usize, b: usize) -> Within {
        let (Some(first), Some(second)) = (measure.clauses.get(a), measure.clauses.get(b)) else { return Within::Not };
        let existing = &self.program().nomenclature.existing;
        let (area_a, area_b) = (self.area(measure, a), self.area(measure, b));
        if !area_a.is_within(&area_b, existing) {
            return Within::Not;
        }
        let facts = |moments| Implication { case: self, moments, left: conditions(measure, first), right: conditions(measure, second) }.decide();
        match facts(false) {
            Within::Equally if !area_b.is_within(&area_a, existing) => Within::Strictly,
            // Both apply to the same at this moment. One that says so only of certain moments is still the special rule.
            Within::Equally if facts(true) == Within::Strictly => Within::Strictly,
            // Inclusion must be proper wherever both can cover, so narrower facts alone suffice.
            other => other,
        }
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
fn conditions<'m>(measure: &'m Measure, clause: &'m Clause) -> Vec<&'m Cond> {
    measure.head.condition.iter().chain(&clause.conditions).collect()
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Within {
    Not,
    Equally,
    Strictly,
}

/// Whether one set of conditions implies another, over every combination of what they test.
///
/// What is compared on an axis (a moment, a fact beside literals, a claim, a flag) takes one value from each interval that its
/// literals cut; what cannot be put on an axis is opaque: it may hold or not, and proves nothing by itself.
struct Implication<'c, 'p> {
    case: &'c Case<'p>,
    /// Whether the moment of entry is taken for any moment, rather than for that of the shipment.
    moments: bool,
    left: Vec<&'c Cond>,
    right: Vec<&'c Cond>,
}

/// Something that conditions test.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Axis {
    /// A moment, or a quantity beside literals, by the text of what is compared.
    Ordered(String),
    Claim(String),
    Flag(FactId),
    Member(FactId),
    /// An event, or another rule, that runs at the moment of entry.
    Runs(String),
    Opaque(String),
}

/// A value on an axis.
#[derive(Clone, Debug, PartialEq)]
enum Coordinate {
    Number(Exact),
    Holds(bool),
    Text(Option<String>),
}

type Point<'a> = BTreeMap<&'a Axis, Coordinate>;

impl Implication<'_, '_> {
    fn decide(&self) -> Within {
        let mut axes: BTreeMap<Axis, Vec<Coordinate>> = BTreeMap::new();
        for cond in self.left.iter().chain(&self.right) {
            self.collect(cond, &mut axes);
        }
        let size = axes.values().try_fold(1usize, |n, v| n.checked_mul(v.len().max(1)).filter(|n| *n <= MOST_POINTS));
        if size.is_none() {
            return Within::Not;
        }
        // For each way in which the opaque conditions may fall: is there a point of both, and one of the right alone?
        let mut opaque: BTreeMap<Vec<bool>, (bool, bool)> = BTreeMap::new();
        let mut valid = true;
        self.each_point(&axes, &mut |point| {
            let (l, r) = (self.hold(&self.left, point), self.hold(&self.right, point));
            valid &= !l || r;
            let key: Vec<bool> = point.iter().filter(|(a, _)| matches!(a, Axis::Opaque(_))).map(|(_, c)| *c == Coordinate::Holds(true)).collect();
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

    fn each_point(&self, axes: &BTreeMap<Axis, Vec<Coordinate>>, visit: &mut dyn FnMut(&Point<'_>)) {
        let list: Vec<(&Axis, &Vec<Coordinate>)> = axes.iter().collect();
        let mut point = Point::new();
        walk(&list, &mut point, visit);
    }

    fn hold(&self, conditions: &[&Cond], point: &Point<'_>) -> bool {
        conditions.iter().all(|c| self.holds(c, point))
    }

    fn holds(&self, cond: &Cond, point: &Point<'_>) -> bool {
        match &cond.kind {
            CondKind::All(parts) => parts.iter().all(|p| self.holds(p, point)),
            CondKind::Any(parts) => parts.iter().any(|p| self.holds(p, point)),
            CondKind::Not(inner) => !self.holds(inner, point),
            // The moment of entry is the shipment's: what tests nothing else is simply true or false.
            CondKind::Before(FactId::ENTERED, _) | CondKind::During(_) | CondKind::InForce(..) if !self.moments => self.case.truth(cond) == Truth::Yes,
            CondKind::During(_) | CondKind::InForce(..) => point.get(&runs(cond)) == Some(&Coordinate::Holds(true)),
            CondKind::Before(fact, at) => match point.get(&Axis::Ordered(format!("{fact:?}"))) {
                Some(Coordinate::Number(n)) => *n < Exact::whole(at.0),
                _ => false,
            },
            CondKind::Claims(text) => point.get(&Axis::Claim(text.clone())) == Some(&Coordinate::Holds(true)),
            CondKind::Flag(fact) => point.get(&Axis::Flag(*fact)) == Some(&Coordinate::Holds(true)),
            CondKind::InFile(fact, set, _) => match point.get(&Axis::Member(*fact)) {
                Some(Coordinate::Text(Some(text))) => set.contains(text),
                _ => false,
            },
            CondKind::Compare(left, comparator, right) => match ordered(left, *comparator, right) {
                Some((axis, comparator, literal)) => match point.get(&Axis::Ordered(axis)) {
                    Some(Coordinate::Number(n)) => compare(*n, comparator, literal),
                    _ => false,
                },
                None => match equality(left, right) {
                    Some((axis, value)) => (point.get(&axis) == Some(&value)) == (*comparator == Comparator::Equal),
                    None => point.get(&opaque(cond)) == Some(&Coordinate::Holds(true)),
                },
            },
        }
    }

    fn collect(&self, cond: &Cond, axes: &mut BTreeMap<Axis, Vec<Coordinate>>) {
        let yes_no = || vec![Coordinate::Holds(true), Coordinate::Holds(false)];
        match &cond.kind {
            CondKind::All(parts) | CondKind::Any(parts) => parts.iter().for_each(|p| self.collect(p, axes)),
            CondKind::Not(inner) => self.collect(inner, axes),
            CondKind::Before(FactId::ENTERED, _) | CondKind::During(_) | CondKind::InForce(..) if !self.moments => {}
            CondKind::During(_) | CondKind::InForce(..) => {
                axes.entry(runs(cond)).or_insert_with(yes_no);
            }
            CondKind::Before(fact, at) => cut(axes, Axis::Ordered(format!("{fact:?}")), Exact::whole(at.0)),
            CondKind::Claims(text) => {
                axes.entry(Axis::Claim(text.clone())).or_insert_with(yes_no);
            }
            CondKind::Flag(fact) => {
                axes.entry(Axis::Flag(*fact)).or_insert_with(yes_no);
            }
            CondKind::InFile(fact, set, _) => {
                let places = axes.entry(Axis::Member(*fact)).or_insert_with(|| vec![Coordinate::Text(None)]);
                members(places, set);
            }
            CondKind::Compare(left, comparator, right) => match ordered(left, *comparator, right) {
                Some((axis, _, literal)) => cut(axes, Axis::Ordered(axis), literal),
                None => match equality(left, right) {
                    Some((axis, Coordinate::Text(Some(text)))) => {
                        let places = axes.entry(axis).or_insert_with(|| vec![Coordinate::Text(None)]);
                        members(places, &BTreeSet::from([text]));
                    }
                    Some((axis, _)) => {
                        axes.entry(axis).or_insert_with(yes_no);
                    }
                    None => {
                        axes.entry(opaque(cond)).or_insert_with(yes_no);
                    }
                },
            },
        }
    }
}

fn walk<'a>(axes: &[(&'a Axis, &Vec<Coordinate>)], point: &mut Point<'a>, visit: &mut dyn FnMut(&Point<'_>)) {
    match axes.split_first() {
        None => visit(point),
        Some(((axis, values), rest)) => {
            for value in values.iter() {
                point.insert(axis, value.clone());
                walk(rest, point, visit);
            }
        }
    }
}

/// Adds a literal to an axis: itself, and a value on either side of every literal.
fn cut(axes: &mut BTreeMap<Axis, Vec<Coordinate>>, axis: Axis, literal: Exact) {
    let values = axes.entry(axis).or_default();
    let mut literals: BTreeSet<Exact> = values.iter().filter_map(|c| if let Coordinate::Number(n) = c { Some(*n) } else { None }).collect();
    literals.insert(literal);
    let half = Exact::fraction(1, 2).unwrap_or(Exact::ONE);
    let sorted: Vec<Exact> = literals.iter().copied().collect();
    for (a, b) in sorted.iter().zip(sorted.iter().skip(1)) {
        literals.extend(a.checked_add(*b).and_then(|s| s.checked_mul(half)));
    }
    literals.extend(sorted.first().and_then(|n| n.checked_sub(Exact::ONE)));
    literals.extend(sorted.last().and_then(|n| n.checked_add(Exact::ONE)));
    *values = literals.into_iter().map(Coordinate::Number).collect();
}

/// One text for each way of being in some files and not in others would do; the texts themselves are few enough.
fn members(places: &mut Vec<Coordinate>, set: &BTreeSet<String>) {
    for text in set {
        let place = Coordinate::Text(Some(text.clone()));
        if !places.contains(&place) && places.len() < MOST_POINTS {
            places.push(place);
        }
    }
}

/// A comparison of something with a literal, as an axis: `value`, `us_content / value`, `value / kg`.
fn ordered(left: &Expr, comparator: Comparator, right: &Expr) -> Option<(String, Comparator, Exact)> {
    let axis = |e: &Expr| match &e.kind {
        ExprKind::Fact(f) => Some(format!("{f:?}")),
        ExprKind::Per(f, u) => Some(format!("{f:?}/{u:?}")),
        _ => None,
    };
    let literal = |e: &Expr| match &e.kind {
        ExprKind::Number(n) => Some(*n),
        ExprKind::Instant(at) => Some(Exact::whole(at.0)),
        _ => None,
    };
    if let (Some(a), Some(n)) = (axis(left), literal(right)) {
        return Some((a, comparator, n));
    }
    if let (Some(n), Some(a)) = (literal(left), axis(right)) {
        return Some((a, mirrored(comparator), n));
    }
    // `us_content >= 20% of value` is an axis of the quotient.
    match (&left.kind, &right.kind) {
        (ExprKind::Fact(a), ExprKind::Share(n, b)) => Some((format!("{a:?}:{b:?}"), comparator, *n)),
        (ExprKind::Share(n, b), ExprKind::Fact(a)) => Some((format!("{a:?}:{b:?}"), mirrored(comparator), *n)),
        _ => None,
    }
}

/// A text, a country or a flag beside a literal, as an axis and the value on it. These have no order: only `=` and `!=` compare them.
fn equality(left: &Expr, right: &Expr) -> Option<(Axis, Coordinate)> {
    let one = |fact: &Expr, literal: &Expr| match (&fact.kind, &literal.kind) {
        (ExprKind::Fact(f), ExprKind::Text(t)) => Some((Axis::Member(*f), Coordinate::Text(Some(t.clone())))),
        (ExprKind::Fact(f), ExprKind::Country(c)) => Some((Axis::Member(*f), Coordinate::Text(Some(c.to_string())))),
        (ExprKind::Fact(f), ExprKind::Flag(b)) => Some((Axis::Flag(*f), Coordinate::Holds(*b))),
        _ => None,
    };
    one(left, right).or_else(|| one(right, left))
}

fn mirrored(comparator: Comparator) -> Comparator {
    match comparator {
        Comparator::Less => Comparator::Greater,
        Comparator::LessOrEqual => Comparator::GreaterOrEqual,
        Comparator::Greater => Comparator::Less,
        Comparator::GreaterOrEqual => Comparator::LessOrEqual,
        same => same,
    }
}

fn compare(n: Exact, comparator: Comparator, literal: Exact) -> bool {
    match comparator {
        Comparator::Equal => n == literal,
        Comparator::Unequal => n != literal,
        Comparator::Less => n < literal,
        Comparator::LessOrEqual => n <= literal,
        Comparator::Greater => n > literal,
        Comparator::GreaterOrEqual => n >= literal,
    }
}

fn runs(cond: &Cond) -> Axis {
    Axis::Runs(format!("{:?}", cond.kind))
}

/// Conditions that say the same in the same form are one opaque condition.
fn opaque(cond: &Cond) -> Axis {
    Axis::Opaque(format!("{:?}", cond.kind))
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
