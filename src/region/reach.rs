//! Areas: goods by origin, the part of a rule's reach that is compared exactly whatever its form.

use super::GoodsSet;
use crate::value::CountrySet;

/// Pairs of goods and origin, as disjoint sets of countries each with its goods.
#[derive(Clone, Debug, Default)]
pub struct Area(Vec<(CountrySet, GoodsSet)>);

impl Area {
    /// The union of boxes, each all pairs of its countries and goods.
    pub fn of_boxes(boxes: impl IntoIterator<Item = (CountrySet, GoodsSet)>) -> Self {
        let mut boxes = boxes.into_iter().peekable();
        // Most areas are one box, whose goods are those of other areas too.
        let first = boxes.next();
        if boxes.peek().is_none() {
            return Area(first.into_iter().filter(|(c, g)| !c.is_empty() && !g.is_empty()).collect());
        }
        // Ranges are gathered by set of countries first: a table has thousands of rows and few such sets.
        let mut by_countries: Vec<(CountrySet, Vec<(u64, u64)>)> = Vec::new();
        let mut index = std::collections::HashMap::new();
        for (countries, goods) in first.into_iter().chain(boxes) {
            let at = *index.entry(countries).or_insert_with(|| {
                by_countries.push((countries, Vec::new()));
                by_countries.len().saturating_sub(1)
            });
            if let Some((_, ranges)) = by_countries.get_mut(at) {
                ranges.extend_from_slice(goods.ranges());
            }
        }
        let mut parts: Vec<(CountrySet, GoodsSet)> = Vec::new();
        for (countries, ranges) in by_countries {
            parts = add(parts, countries, GoodsSet::of_ranges(ranges));
        }
        parts.retain(|(c, g)| !c.is_empty() && !g.is_empty());
        Area(parts)
    }

    /// Whether it holds nothing.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// What of it lies in these countries and goods.
    pub fn intersection(&self, countries: CountrySet, goods: &GoodsSet) -> Area {
        Area(self.0.iter().map(|(c, g)| (c.intersection(countries), g.intersection(goods))).filter(|(c, g)| !c.is_empty() && !g.is_empty()).collect())
    }

    /// Whether every pair of this area is in the other.
    pub fn is_within(&self, other: &Area, existing: &GoodsSet) -> bool {
        self.0.iter().all(|(countries, goods)| {
            let mut left = *countries;
            for (c, g) in &other.0 {
                let both = left.intersection(*c);
                if both.is_empty() {
                    continue;
                }
                if !goods.is_within(g, existing) {
                    return false;
                }
                left = left.difference(both);
            }
            left.is_empty() || goods.is_within(&GoodsSet::empty(), existing)
        })
    }
}

/// Adds a box to disjoint parts, splitting those that share countries with it.
fn add(parts: Vec<(CountrySet, GoodsSet)>, countries: CountrySet, goods: GoodsSet) -> Vec<(CountrySet, GoodsSet)> {
    let mut out = Vec::with_capacity(parts.len().saturating_add(1));
    let mut left = countries;
    for (c, g) in parts {
        let both = c.intersection(left);
        if both.is_empty() {
            out.push((c, g));
            continue;
        }
        let rest = c.difference(both);
        if !rest.is_empty() {
            out.push((rest, g.clone()));
        }
        out.push((both, g.union(&goods)));
        left = left.difference(both);
    }
    if !left.is_empty() {
        out.push((left, goods));
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::value::Country;

    fn set(codes: &[&str]) -> CountrySet {
        codes.iter().filter_map(|c| Country::from_code(c)).collect()
    }

    fn goods(a: u64, b: u64) -> GoodsSet {
        GoodsSet::of_range(a, b)
    }

    #[test]
    fn areas_are_compared_as_sets_not_as_words() {
        let all = GoodsSet::all();
        let one = Area::of_boxes([(set(&["CN", "US"]), goods(0, 10))]);
        let split = Area::of_boxes([(set(&["US"]), goods(5, 10)), (set(&["CN"]), goods(0, 10)), (set(&["US"]), goods(0, 5))]);
        assert!(one.is_within(&split, &all) && split.is_within(&one, &all));
        let less = Area::of_boxes([(set(&["US"]), goods(0, 9)), (set(&["CN"]), goods(0, 10))]);
        assert!(less.is_within(&one, &all) && !one.is_within(&less, &all));
        // Where the nomenclature has nothing, nothing is missing.
        assert!(one.is_within(&less, &goods(0, 9)));
    }
}
