//! Where a finding is true: places gathered into one region, with the words for it.

use super::study::{Facts, Study};
use crate::program::Program;
use crate::region::{GoodsSet, goods_words, origins_words, time_words};
use crate::value::{CountrySet, Instant};
use std::collections::BTreeMap;

/// Places of one finding, with the facts of one point of each.
#[derive(Clone, Debug, Default)]
pub struct Spots {
    /// By stretch: groups, and facts of a point.
    list: BTreeMap<usize, (Vec<usize>, Facts)>,
}

impl Spots {
    pub fn add(&mut self, stretch: usize, groups: &[usize], facts: &Facts) {
        let (known, _) = self.list.entry(stretch).or_insert_with(|| (Vec::new(), facts.clone()));
        for group in groups {
            if let Err(place) = known.binary_search(group) {
                known.insert(place, *group);
            }
        }
    }

    /// Adds the places of others.
    pub fn extend(&mut self, others: &Spots) {
        for (stretch, (groups, facts)) in &others.list {
            self.add(*stretch, groups, facts);
        }
    }

    /// Every stretch with one group and the facts of one point, in order of time.
    pub fn samples(&self) -> impl Iterator<Item = (usize, usize, &Facts)> {
        self.list.iter().filter_map(|(stretch, (groups, facts))| groups.first().map(|g| (*stretch, *g, facts)))
    }

    /// Whether every group in every stretch of others is among these.
    pub fn hold(&self, others: &Spots) -> bool {
        let among = |stretch: &usize, groups: &[usize]| self.list.get(stretch).is_some_and(|(known, _)| groups.iter().all(|g| known.binary_search(g).is_ok()));
        others.list.iter().all(|(stretch, (groups, _))| among(stretch, groups))
    }

    /// The region in words: stretches that follow each other with the same goods and origins are one.
    pub fn words(&self, study: &Study<'_>) -> String {
        let mut runs: Vec<(&[usize], Option<Instant>, Option<Instant>)> = Vec::new();
        for (stretch, (groups, _)) in &self.list {
            let from = (*stretch > 0).then(|| study.view.start_of(*stretch));
            let until = study.view.end_of(*stretch);
            match runs.last_mut() {
                Some((last, _, end)) if *last == groups.as_slice() && *end == from && from.is_some() => *end = until,
                _ => runs.push((groups, from, until)),
            }
        }
        let clock = &study.view.program().clock;
        let said = |(groups, from, until): &(&[usize], Option<Instant>, Option<Instant>)| {
            format!("{} {}", study.what(groups), time_words(*from, *until, clock)).trim_end().to_owned()
        };
        match runs.as_slice() {
            [first, second, rest @ ..] if !rest.is_empty() => {
                format!("{}; {}; and {} further stretches of time", said(first), said(second), rest.len())
            }
            all => all.iter().map(said).collect::<Vec<_>>().join("; "),
        }
    }
}

/// Goods and origins of some groups: origins with the same goods together.
pub fn parts(study: &Study<'_>, groups: &[usize]) -> Vec<(CountrySet, GoodsSet)> {
    let mut by_goods: BTreeMap<CountrySet, Vec<(u64, u64)>> = BTreeMap::new();
    for (countries, goods) in groups.iter().filter_map(|g| study.group(*g)).flat_map(|g| g.parts.iter()) {
        by_goods.entry(*countries).or_default().extend_from_slice(goods.ranges());
    }
    let mut parts: Vec<(CountrySet, GoodsSet)> = Vec::new();
    for (countries, ranges) in by_goods {
        let goods = GoodsSet::of_ranges(ranges);
        match parts.iter_mut().find(|(_, g)| *g == goods) {
            Some((c, _)) => *c = c.union(countries),
            None => parts.push((countries, goods)),
        }
    }
    parts
}

/// Goods of origins, in words.
pub fn words_of(program: &Program, parts: &[(CountrySet, GoodsSet)]) -> String {
    let words: Vec<String> =
        parts.iter().take(3).map(|(countries, goods)| format!("{} of {}", goods_of(program, goods), origins_of(program, *countries))).collect();
    match parts.len().checked_sub(3) {
        Some(more) if more > 0 => format!("{}; and {more} further groups", words.join("; ")),
        _ => words.join("; "),
    }
}

/// Goods in words, by the names of the book where they fit.
pub fn goods_of(program: &Program, goods: &GoodsSet) -> String {
    goods_words(goods, &program.nomenclature.existing, &program.goods_names)
}

/// Origins in words, by the names of the book where they fit.
pub fn origins_of(program: &Program, countries: CountrySet) -> String {
    let named: Vec<(String, CountrySet)> = program.country_names.iter().map(|(n, o)| (n.clone(), o.ever())).collect();
    origins_words(countries, &named)
}
