//! Sets of goods: ranges of ten-digit codes, sorted and disjoint.

use crate::value::GoodsCode;
use std::fmt;
use std::sync::Arc;

/// How many times more ranges make it worth looking each of the few up.
const FEW_AMONG: usize = 8;

/// One more than the last ten-digit code.
const END: u64 = 10_000_000_000;

/// A set of goods. Two sets of the same goods are equal, however they were written.
#[derive(Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct GoodsSet(Arc<[(u64, u64)]>);

impl GoodsSet {
    /// All goods.
    pub fn all() -> Self {
        GoodsSet(Arc::from([(0, END)]))
    }

    /// No goods.
    pub fn empty() -> Self {
        GoodsSet(Arc::from([]))
    }

    /// The goods under a code.
    pub fn of_code(code: GoodsCode) -> Self {
        Self::of_range(code.first(), code.after())
    }

    /// Ten-digit codes from `first` (included) to `after` (excluded).
    pub fn of_range(first: u64, after: u64) -> Self {
        if first < after { GoodsSet(Arc::from([(first, after)])) } else { Self::empty() }
    }

    /// The goods under any of these codes.
    pub fn of_codes(codes: impl IntoIterator<Item = GoodsCode>) -> Self {
        Self::of_ranges(codes.into_iter().map(|c| (c.first(), c.after())).collect())
    }

    /// Any ranges, in any order.
    pub fn of_ranges(mut ranges: Vec<(u64, u64)>) -> Self {
        ranges.retain(|(a, b)| a < b);
        ranges.sort_unstable();
        let mut merged: Vec<(u64, u64)> = Vec::with_capacity(ranges.len());
        for (a, b) in ranges {
            match merged.last_mut() {
                Some((_, end)) if a <= *end => *end = b.max(*end),
                _ => merged.push((a, b)),
            }
        }
        GoodsSet(Arc::from(merged))
    }

    /// The ranges of ten-digit codes, sorted and disjoint, each from the first (included) to the second (excluded).
    pub fn ranges(&self) -> &[(u64, u64)] {
        &self.0
    }

    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// Whether a ten-digit code is in the set.
    pub fn contains(&self, point: u64) -> bool {
        let after = self.0.partition_point(|(a, _)| *a <= point);
        after.checked_sub(1).and_then(|i| self.0.get(i)).is_some_and(|(_, b)| point < *b)
    }

    /// The goods of either.
    pub fn union(&self, other: &GoodsSet) -> GoodsSet {
        Self::of_ranges(self.0.iter().chain(other.0.iter()).copied().collect())
    }

    /// The goods of both.
    pub fn intersection(&self, other: &GoodsSet) -> GoodsSet {
        // A few ranges among many are looked up, not walked to.
        let (few, many) = if self.0.len() <= other.0.len() { (self, other) } else { (other, self) };
        if few.0.len().saturating_mul(FEW_AMONG) <= many.0.len() {
            let both = few.0.iter().flat_map(|(a, b)| many.within(*a, *b).map(|(c, d)| (*a.max(c), *b.min(d))));
            return Self::of_ranges(both.collect());
        }
        let (mut left, mut right) = (self.0.iter().peekable(), other.0.iter().peekable());
        let mut out = Vec::new();
        while let (Some((a, b)), Some((c, d))) = (left.peek(), right.peek()) {
            out.push((*a.max(c), *b.min(d)));
            if b < d {
                left.next();
            } else {
                right.next();
            }
        }
        Self::of_ranges(out)
    }

    /// Whether the two have anything in common.
    pub fn meets(&self, other: &GoodsSet) -> bool {
        let (few, many) = if self.0.len() <= other.0.len() { (self, other) } else { (other, self) };
        few.0.iter().any(|(a, b)| many.within(*a, *b).next().is_some())
    }

    /// Whether every one of these goods is among the others, whether it exists or not.
    pub fn is_subset(&self, other: &GoodsSet) -> bool {
        self.0.iter().all(|(a, b)| other.within(*a, *b).next().is_some_and(|(c, d)| c <= a && b <= d))
    }

    /// The ranges that share something with one, in order.
    fn within(&self, first: u64, after: u64) -> impl Iterator<Item = &(u64, u64)> {
        let begin = self.0.partition_point(|(_, b)| *b <= first);
        self.0.iter().skip(begin).take_while(move |(a, _)| *a < after)
    }

    /// Whether all that exists within a range is in the set.
    pub fn holds_all_of(&self, first: u64, after: u64, existing: &GoodsSet) -> bool {
        existing.within(first, after).all(|(a, b)| {
            let (a, b) = (*a.max(&first), *b.min(&after));
            self.within(a, b).any(|(c, d)| *c <= a && b <= *d)
        })
    }

    /// The goods of this and not of the other.
    pub fn difference(&self, other: &GoodsSet) -> GoodsSet {
        let mut out = Vec::new();
        let begin = self.0.first().map_or(0, |(a, _)| other.0.partition_point(|(_, d)| d <= a));
        let mut holes = other.0.iter().skip(begin).peekable();
        for &(a, b) in self.0.iter() {
            let mut start = a;
            while let Some(&&(c, d)) = holes.peek() {
                if d <= start {
                    holes.next();
                    continue;
                }
                if c >= b {
                    break;
                }
                out.push((start, c.max(start)));
                start = d.max(start);
                if d > b {
                    break;
                }
                holes.next();
            }
            out.push((start, b.max(start)));
        }
        Self::of_ranges(out)
    }

    /// Whether every one of these goods that exists is among the others. `existing` is what the nomenclature knows.
    pub fn is_within(&self, other: &GoodsSet, existing: &GoodsSet) -> bool {
        Arc::ptr_eq(&self.0, &other.0) || self.0.iter().all(|(a, b)| other.holds_all_of(*a, *b, existing))
    }

    /// The places within a range where membership changes, in order.
    pub fn cuts_within(&self, first: u64, after: u64, out: &mut Vec<u64>) {
        let begin = self.0.partition_point(|(_, b)| *b <= first);
        for (a, b) in self.0.iter().skip(begin).take_while(|(a, _)| *a < after) {
            out.extend([*a, *b].into_iter().filter(|c| *c > first && *c < after));
        }
    }
}

impl fmt::Debug for GoodsSet {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_list().entries(self.0.iter()).finish()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn small() -> impl Strategy<Value = GoodsSet> {
        prop::collection::vec((0u64..24, 0u64..24), 0..5).prop_map(GoodsSet::of_ranges)
    }

    proptest! {
        /// The algebra agrees with looking at every code of a small space.
        #[test]
        fn operations_agree_with_membership(a in small(), b in small()) {
            let (u, i, d) = (a.union(&b), a.intersection(&b), a.difference(&b));
            for p in 0..25 {
                prop_assert_eq!(u.contains(p), a.contains(p) || b.contains(p));
                prop_assert_eq!(i.contains(p), a.contains(p) && b.contains(p));
                prop_assert_eq!(d.contains(p), a.contains(p) && !b.contains(p));
            }
            prop_assert_eq!(a.meets(&b), !i.is_empty());
            prop_assert_eq!(a.is_subset(&b), d.is_empty());
            for (first, after) in [(0, 25), (3, 9), (7, 8)] {
                let all = (first..after).all(|p| !b.contains(p) || a.contains(p));
                // A range of what exists may be held by two that touch, which a set never keeps apart.
                prop_assert_eq!(a.holds_all_of(first, after, &b), all);
            }
            prop_assert_eq!(a.is_within(&b, &GoodsSet::all()), (0..25).all(|p| !a.contains(p) || b.contains(p)));
        }
    }
}
