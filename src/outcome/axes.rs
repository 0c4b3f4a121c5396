//! What conditions test, as axes: each takes one value from every interval that its literals cut, so that whatever conditions can
//! tell apart is a point.

use crate::program::{Cond, CondKind, Expr, ExprKind, FactId, MeasureId};
use crate::syntax::Comparator;
use crate::value::Exact;
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

/// Something that conditions test.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Axis {
    /// A moment, an amount or a quantity beside literals.
    Fact(FactId),
    /// A fact for each unit of another, beside literals.
    Per(FactId, FactId),
    /// A fact beside shares of another.
    Ratio(FactId, FactId),
    /// What measures come to, as a rate, beside literals: any rate, for what these measures come to is not looked into.
    Rates(Vec<MeasureId>),
    /// Whether something is claimed.
    Claim(String),
    /// Whether a fact holds.
    Flag(FactId),
    /// A text or a country: in which files it is, or which it is.
    Member(FactId),
    /// An event, or another rule, that runs at the moment of entry.
    Runs(String),
    /// What cannot be put on an axis: it may hold or not.
    Opaque(String),
}

/// A value on an axis.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Coordinate {
    /// A value between two literals, or one of them.
    Number(Exact),
    /// Yes or no.
    Holds(bool),
    /// A text that stands for all that are in the same files; nothing for those in none.
    Text(Option<String>),
}

/// One value on each axis.
pub type Point<'a> = BTreeMap<&'a Axis, &'a Coordinate>;

/// The axes of some conditions.
#[derive(Clone, Debug, Default)]
pub struct Axes {
    /// Whether the moment of entry is an axis too, rather than given.
    moments: bool,
    values: BTreeMap<Axis, Vec<Coordinate>>,
    /// The literals by which each number is told apart. What lies between them are samples, and no literals.
    literals: BTreeMap<Axis, BTreeSet<Exact>>,
    /// The files and texts by which each text or country is told apart.
    sets: BTreeMap<Axis, Vec<Arc<BTreeSet<String>>>>,
}

impl Axes {
    /// Without any axis yet; `moments` says whether facts that are moments are to be among them.
    pub fn new(moments: bool) -> Self {
        Axes { moments, ..Axes::default() }
    }

    /// How many points there are, if not more than so many.
    pub fn size(&self, most: usize) -> Option<usize> {
        self.values.values().try_fold(1usize, |n, v| n.checked_mul(v.len().max(1)).filter(|n| *n <= most))
    }

    /// Whether some condition is neither true nor false at a point.
    pub fn is_opaque(&self) -> bool {
        self.values.keys().any(|a| matches!(a, Axis::Opaque(_)))
    }

    /// Visits every point.
    pub fn each<'a>(&'a self, visit: &mut dyn FnMut(&Point<'a>)) {
        let list: Vec<(&Axis, &Vec<Coordinate>)> = self.values.iter().collect();
        walk(&list, &mut Point::new(), visit);
    }

    /// Visits every point of these axes, each beside the values that `base` has on others.
    pub fn each_beside<'a>(&'a self, base: &Point<'a>, visit: &mut dyn FnMut(&Point<'a>)) {
        let list: Vec<(&Axis, &Vec<Coordinate>)> = self.values.iter().collect();
        walk(&list, &mut base.clone(), visit);
    }

    /// The point at which everything is claimed and every flag set; each number is below all its literals.
    pub fn fullest(&self) -> Point<'_> {
        self.values.iter().filter_map(|(axis, values)| Some((axis, values.first()?))).collect()
    }

    /// The point at which nothing is claimed, no flag is set, no text is in a file, and each number is below all its literals.
    pub fn plainest(&self) -> Point<'_> {
        let no = Coordinate::Holds(false);
        let value = |values: &'_ Vec<Coordinate>| values.iter().position(|v| *v == no).unwrap_or_default();
        self.values.iter().filter_map(|(axis, values)| Some((axis, values.get(value(values))?))).collect()
    }

    /// Whether a condition holds at a point; `at_entry` decides what tests the moment of entry alone.
    pub fn holds(&self, cond: &Cond, point: &Point<'_>, at_entry: &dyn Fn(&Cond) -> bool) -> bool {
        let is_true = |axis: &Axis| point.get(axis) == Some(&&Coordinate::Holds(true));
        match &cond.kind {
            CondKind::All(parts) => parts.iter().all(|p| self.holds(p, point, at_entry)),
            CondKind::Any(parts) => parts.iter().any(|p| self.holds(p, point, at_entry)),
            CondKind::Not(inner) => !self.holds(inner, point, at_entry),
            CondKind::Before(FactId::ENTERED, _) | CondKind::During(_) | CondKind::InForce(..) if !self.moments => at_entry(cond),
            CondKind::During(_) | CondKind::InForce(..) => is_true(&runs(cond)),
            CondKind::Before(fact, at) => match point.get(&Axis::Fact(*fact)) {
                Some(Coordinate::Number(n)) => *n < Exact::whole(at.0),
                _ => false,
            },
            CondKind::Claims(text) => is_true(&Axis::Claim(text.clone())),
            CondKind::Flag(fact) => is_true(&Axis::Flag(*fact)),
            CondKind::InFile(fact, set, _) => match point.get(&Axis::Member(*fact)) {
                Some(Coordinate::Text(Some(text))) => set.contains(text),
                _ => false,
            },
            CondKind::Compare(left, comparator, right) => match ordered(left, *comparator, right) {
                Some((axis, comparator, literal)) => match point.get(&axis) {
                    Some(Coordinate::Number(n)) => comparator.holds((*n).cmp(&literal)),
                    _ => false,
                },
                None => match equality(left, right) {
                    Some((axis, value)) => (point.get(&axis) == Some(&&value)) == (*comparator == Comparator::Equal),
                    None => is_true(&opaque(cond)),
                },
            },
        }
    }

    /// Adds the axes of a condition.
    pub fn collect(&mut self, cond: &Cond) {
        let yes_no = || vec![Coordinate::Holds(true), Coordinate::Holds(false)];
        match &cond.kind {
            CondKind::All(parts) | CondKind::Any(parts) => parts.iter().for_each(|p| self.collect(p)),
            CondKind::Not(inner) => self.collect(inner),
            CondKind::Before(FactId::ENTERED, _) | CondKind::During(_) | CondKind::InForce(..) if !self.moments => {}
            CondKind::During(_) | CondKind::InForce(..) => {
                self.values.entry(runs(cond)).or_insert_with(yes_no);
            }
            CondKind::Before(fact, at) => self.cut(Axis::Fact(*fact), Exact::whole(at.0)),
            CondKind::Claims(text) => {
                self.values.entry(Axis::Claim(text.clone())).or_insert_with(yes_no);
            }
            CondKind::Flag(fact) => {
                self.values.entry(Axis::Flag(*fact)).or_insert_with(yes_no);
            }
            CondKind::InFile(fact, set, _) => self.member(Axis::Member(*fact), set.clone()),
            CondKind::Compare(left, comparator, right) => match ordered(left, *comparator, right) {
                Some((axis, _, literal)) => self.cut(axis, literal),
                None => match equality(left, right) {
                    Some((axis, Coordinate::Text(Some(text)))) => self.member(axis, Arc::new(BTreeSet::from([text]))),
                    Some((axis, _)) => {
                        self.values.entry(axis).or_insert_with(yes_no);
                    }
                    None => {
                        self.values.entry(opaque(cond)).or_insert_with(yes_no);
                    }
                },
            },
        }
    }

    /// Adds a literal to an axis: itself, and a value on either side of every literal.
    fn cut(&mut self, axis: Axis, literal: Exact) {
        let literals = self.literals.entry(axis.clone()).or_default();
        if !literals.insert(literal) {
            return;
        }
        let half = Exact::fraction(1, 2).unwrap_or(Exact::ONE);
        let mut samples = literals.clone();
        for (a, b) in literals.iter().zip(literals.iter().skip(1)) {
            samples.extend(a.checked_add(*b).and_then(|s| s.checked_mul(half)));
        }
        samples.extend(literals.first().and_then(|n| n.checked_sub(Exact::ONE)));
        samples.extend(literals.last().and_then(|n| n.checked_add(Exact::ONE)));
        self.values.insert(axis, samples.into_iter().map(Coordinate::Number).collect());
    }

    /// Adds a file of texts: one text stands for all that are in the same files.
    fn member(&mut self, axis: Axis, set: Arc<BTreeSet<String>>) {
        let sets = self.sets.entry(axis.clone()).or_default();
        if sets.contains(&set) {
            return;
        }
        sets.push(set);
        let mut places: BTreeMap<Vec<bool>, &String> = BTreeMap::new();
        for text in sets.iter().flat_map(|s| s.iter()) {
            places.entry(sets.iter().map(|s| s.contains(text)).collect()).or_insert(text);
        }
        let texts = places.into_values().map(|t| Coordinate::Text(Some(t.clone())));
        self.values.insert(axis, std::iter::once(Coordinate::Text(None)).chain(texts).collect());
    }
}

fn walk<'a>(axes: &[(&'a Axis, &'a Vec<Coordinate>)], point: &mut Point<'a>, visit: &mut dyn FnMut(&Point<'a>)) {
    match axes.split_first() {
        None => visit(point),
        Some(((axis, values), rest)) => {
            for value in values.iter() {
                point.insert(axis, value);
                walk(rest, point, visit);
            }
        }
    }
}

/// A comparison of something with a literal, as an axis: `value`, `us_content / value`, `value / kg`, `rate of mfn`.
fn ordered(left: &Expr, comparator: Comparator, right: &Expr) -> Option<(Axis, Comparator, Exact)> {
    let axis = |e: &Expr| match &e.kind {
        ExprKind::Fact(f) => Some(Axis::Fact(*f)),
        ExprKind::Per(f, u) => Some(Axis::Per(*f, *u)),
        ExprKind::RateOf(measures) => Some(Axis::Rates(measures.clone())),
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
        return Some((a, comparator.mirrored(), n));
    }
    // `us_content >= 20% of value` is an axis of the quotient.
    match (&left.kind, &right.kind) {
        (ExprKind::Fact(a), ExprKind::Share(n, b)) => Some((Axis::Ratio(*a, *b), comparator, *n)),
        (ExprKind::Share(n, b), ExprKind::Fact(a)) => Some((Axis::Ratio(*a, *b), comparator.mirrored(), *n)),
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

fn runs(cond: &Cond) -> Axis {
    Axis::Runs(format!("{:?}", cond.kind))
}

/// Conditions that say the same in the same form are one opaque condition.
fn opaque(cond: &Cond) -> Axis {
    Axis::Opaque(format!("{:?}", cond.kind))
}
