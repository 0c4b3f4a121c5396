//! What rules reach, as boxes of goods, origins and time, and the groups into which boxes cut goods and origins.

use super::view::{Group, Rule};
use crate::program::{Charge, Clause, ClauseKind, Measure, ScopePart};
use crate::region::{GoodsSet, Origins};
use crate::value::{CountrySet, Instant};
use std::collections::{BTreeMap, HashMap};

/// Goods of some origins, for a time.
#[derive(Clone, Debug)]
pub struct Reached {
    pub countries: CountrySet,
    pub goods: GoodsSet,
    pub from: Option<Instant>,
    pub until: Option<Instant>,
}

/// The origins of a measure and of some scopes, stretch by stretch in which none of them changes.
fn origins_over_time(all: &[&Origins]) -> Vec<(CountrySet, Option<Instant>, Option<Instant>)> {
    let mut cuts = Vec::new();
    all.iter().for_each(|o| o.cuts(&mut cuts));
    cuts.sort_unstable();
    cuts.dedup();
    let starts = std::iter::once(None).chain(cuts.iter().copied().map(Some));
    let mut out: Vec<(CountrySet, Option<Instant>, Option<Instant>)> = Vec::new();
    for (i, from) in starts.enumerate() {
        let until = cuts.get(i).copied();
        // Membership before the first change is that of any moment before it.
        let moment = from.unwrap_or_else(|| Instant(cuts.first().map_or(0, |c| c.0.saturating_sub(1))));
        let countries = all.iter().fold(CountrySet::all(), |s, o| s.intersection(o.at(moment)));
        if !countries.is_empty() {
            out.push((countries, from, until));
        }
    }
    out
}

/// What scopes reach of a measure.
pub fn of_scopes(measure: &Measure, scopes: &[ScopePart]) -> Vec<Reached> {
    let goods = scopes.iter().filter_map(|s| s.goods.as_ref()).fold(measure.goods.clone(), |g, s| g.intersection(s));
    let origins: Vec<&Origins> = std::iter::once(&measure.origins).chain(scopes.iter().filter_map(|s| s.origins.as_ref())).collect();
    if goods.is_empty() {
        return Vec::new();
    }
    origins_over_time(&origins).into_iter().map(|(countries, from, until)| Reached { countries, goods: goods.clone(), from, until }).collect()
}

/// What a clause reaches of a measure; `owner` is the measure whose clause it is, where that is another.
pub fn of_clause(measure: &Measure, owner: Option<&Measure>, clause: &Clause) -> Vec<Reached> {
    let mut scopes = clause.scopes.clone();
    if let Some(owner) = owner {
        scopes.push(ScopePart { goods: Some(owner.goods.clone()), origins: Some(owner.origins.clone()) });
    }
    if let ClauseKind::Covers(goods) = &clause.kind {
        scopes.push(ScopePart { goods: Some(goods.clone()), origins: None });
    }
    let whole = of_scopes(measure, &scopes);
    let ClauseKind::Rate(Charge::Table(table)) = &clause.kind else { return whole };
    // Rows of the same origins and time are one box.
    let mut rows: Vec<(Option<&Origins>, Option<Instant>, Option<Instant>, Vec<(u64, u64)>)> = Vec::new();
    for row in &table.rows {
        let range = row.code.map_or((0, u64::MAX), |c| (c.first(), c.after()));
        let origins = row.origins.as_ref();
        // Rows that follow each other are mostly alike.
        match rows.iter_mut().rev().find(|(o, f, u, _)| *o == origins && *f == row.from && *u == row.until) {
            Some((.., ranges)) => ranges.push(range),
            None => rows.push((origins, row.from, row.until, vec![range])),
        }
    }
    let mut out = Vec::new();
    for (origins, from, until, ranges) in rows {
        let goods = GoodsSet::of_ranges(ranges);
        for one in &whole {
            let reached = one.goods.intersection(&goods);
            if reached.is_empty() {
                continue;
            }
            let later = |a: Option<Instant>, b: Option<Instant>| a.max(b);
            let earlier = |a: Option<Instant>, b: Option<Instant>| match (a, b) {
                (Some(a), Some(b)) => Some(a.min(b)),
                (a, b) => a.or(b),
            };
            let parts = match origins {
                None => vec![(CountrySet::all(), None, None)],
                Some(o) => origins_over_time(&[o]),
            };
            for (countries, start, end) in parts {
                let countries = countries.intersection(one.countries);
                if !countries.is_empty() {
                    let (from, until) = (later(later(one.from, from), start), earlier(earlier(one.until, until), end));
                    out.push(Reached { countries, goods: reached.clone(), from, until });
                }
            }
        }
    }
    out
}

/// All boxes of a measure's rules.
#[derive(Debug, Default)]
pub struct Boxes {
    list: Vec<OneBox>,
    goods: Vec<GoodsSet>,
    countries: Vec<CountrySet>,
}

#[derive(Debug)]
struct OneBox {
    rule: usize,
    goods: usize,
    countries: usize,
    from: Option<Instant>,
    until: Option<Instant>,
}

impl Boxes {
    pub fn of(measure: &Measure, rules: &[Rule<'_>]) -> Boxes {
        let mut boxes = Boxes::default();
        let (mut goods, mut countries): (HashMap<GoodsSet, usize>, HashMap<CountrySet, usize>) = (HashMap::new(), HashMap::new());
        // What the measure reaches and no rule does is a group too.
        goods.insert(measure.goods.clone(), 0);
        boxes.goods.push(measure.goods.clone());
        for (rule, r) in rules.iter().enumerate() {
            for reached in &r.reached {
                let g = *goods.entry(reached.goods.clone()).or_insert_with(|| {
                    boxes.goods.push(reached.goods.clone());
                    boxes.goods.len().saturating_sub(1)
                });
                let c = *countries.entry(reached.countries).or_insert_with(|| {
                    boxes.countries.push(reached.countries);
                    boxes.countries.len().saturating_sub(1)
                });
                boxes.list.push(OneBox { rule, goods: g, countries: c, from: reached.from, until: reached.until });
            }
        }
        boxes
    }

    /// The sets of goods and of countries that the boxes are made of.
    pub fn sets(&self) -> (&[GoodsSet], &[CountrySet]) {
        (&self.goods, &self.countries)
    }

    pub fn rule_of(&self, index: usize) -> Option<usize> {
        self.list.get(index).map(|b| b.rule)
    }

    pub fn contains(&self, index: usize, moment: Instant) -> bool {
        self.list.get(index).is_some_and(|b| b.from.is_none_or(|f| f <= moment) && b.until.is_none_or(|u| moment < u))
    }

    /// The groups of goods and origins that the boxes tell apart, in a fixed order.
    pub fn groups(&self, measure: &Measure, existing: &GoodsSet) -> Vec<Group> {
        let goods = goods_atoms(&self.goods, existing);
        let countries = country_atoms(&self.countries, measure.origins.ever());
        let mut groups: BTreeMap<Vec<usize>, BTreeMap<CountrySet, Vec<(u64, u64)>>> = BTreeMap::new();
        for (members, ranges) in &goods {
            let reaching: Vec<(usize, &OneBox)> = self.list.iter().enumerate().filter(|(_, b)| members.binary_search(&b.goods).is_ok()).collect();
            for (sets, atom) in &countries {
                let boxes: Vec<usize> = reaching.iter().filter(|(_, b)| sets.binary_search(&b.countries).is_ok()).map(|(i, _)| *i).collect();
                groups.entry(boxes).or_default().entry(*atom).or_default().extend_from_slice(ranges);
            }
        }
        groups
            .into_iter()
            .map(|(boxes, parts)| {
                // Origins with the same goods are shown together.
                let mut merged: Vec<(CountrySet, GoodsSet)> = Vec::new();
                for (atom, ranges) in parts {
                    let set = GoodsSet::of_ranges(ranges);
                    match merged.iter_mut().find(|(_, g)| *g == set) {
                        Some((c, _)) => *c = c.union(atom),
                        None => merged.push((atom, set)),
                    }
                }
                Group { parts: merged, boxes }
            })
            .collect()
    }
}

/// Goods cut by two families of sets at once: the parts of the first set, each with the sets that hold it.
pub fn joint_goods(first: &GoodsSet, others: &[&GoodsSet], existing: &GoodsSet) -> Vec<GoodsSet> {
    let sets: Vec<GoodsSet> = std::iter::once(first).chain(others.iter().copied()).cloned().collect();
    goods_atoms(&sets, existing).into_iter().map(|(_, ranges)| GoodsSet::of_ranges(ranges)).collect()
}

/// Countries cut by a family of sets.
pub fn joint_countries(sets: &[CountrySet], within: CountrySet) -> Vec<CountrySet> {
    country_atoms(sets, within).into_iter().map(|(_, set)| set).collect()
}

/// Goods by the sets that hold them: the first set must hold them. What does not exist is left out.
fn goods_atoms(sets: &[GoodsSet], existing: &GoodsSet) -> Vec<(Vec<usize>, Vec<(u64, u64)>)> {
    let mut edges: Vec<(u64, bool, usize)> = Vec::new();
    for (i, set) in sets.iter().enumerate() {
        for (a, b) in set.ranges() {
            edges.push((*a, true, i));
            edges.push((*b, false, i));
        }
    }
    edges.sort_unstable();
    let mut atoms: BTreeMap<Vec<usize>, Vec<(u64, u64)>> = BTreeMap::new();
    let mut inside: Vec<usize> = Vec::new();
    let mut edges = edges.into_iter().peekable();
    while let Some((at, ..)) = edges.peek().copied() {
        while let Some((_, begins, set)) = edges.next_if(|(p, ..)| *p == at) {
            match (begins, inside.binary_search(&set)) {
                (true, Err(place)) => inside.insert(place, set),
                (false, Ok(place)) => {
                    inside.remove(place);
                }
                _ => {}
            }
        }
        if let Some((next, ..)) = edges.peek()
            && inside.first() == Some(&0)
        {
            let here = GoodsSet::of_range(at, *next).intersection(existing);
            if !here.is_empty() {
                atoms.entry(inside.clone()).or_default().extend_from_slice(here.ranges());
            }
        }
    }
    atoms.into_iter().collect()
}

fn country_atoms(sets: &[CountrySet], within: CountrySet) -> Vec<(Vec<usize>, CountrySet)> {
    let mut atoms: BTreeMap<Vec<usize>, CountrySet> = BTreeMap::new();
    for country in within.iter() {
        let key: Vec<usize> = sets.iter().enumerate().filter(|(_, s)| s.contains(country)).map(|(i, _)| i).collect();
        atoms.entry(key).or_default().insert(country);
    }
    atoms.into_iter().collect()
}
