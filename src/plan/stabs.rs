//! Which of many sets of goods hold a code, found without asking each: their ranges are kept by the heading in which they lie.

use super::hash::Map;
use crate::region::GoodsSet;

/// Ten-digit codes of one heading.
const HEADING: u64 = 1_000_000;

/// The ranges of some sets.
#[derive(Debug, Default)]
pub struct Stabs {
    count: usize,
    by_heading: Map<u64, Vec<(u64, u64, u32)>>,
    /// Ranges over more than one heading.
    wide: Vec<(u64, u64, u32)>,
}

/// The sets that hold one code.
pub struct Found(Vec<bool>);

impl Found {
    pub fn contains(&self, set: usize) -> bool {
        self.0.get(set).copied().unwrap_or(false)
    }
}

impl Stabs {
    pub fn new(sets: &[GoodsSet]) -> Stabs {
        let mut stabs = Stabs { count: sets.len(), ..Stabs::default() };
        for (set, i) in sets.iter().zip(0u32..) {
            for (first, after) in set.ranges() {
                let heading = first / HEADING;
                match after.saturating_sub(1) / HEADING == heading {
                    true => stabs.by_heading.entry(heading).or_default().push((*first, *after, i)),
                    false => stabs.wide.push((*first, *after, i)),
                }
            }
        }
        stabs
    }

    /// The sets that hold a ten-digit code.
    pub fn at(&self, point: u64) -> Found {
        let mut found = vec![false; self.count];
        let of_heading = self.by_heading.get(&(point / HEADING)).map_or(&[][..], Vec::as_slice);
        for (first, after, set) in self.wide.iter().chain(of_heading) {
            if (*first..*after).contains(&point)
                && let Some(found) = found.get_mut(*set as usize)
            {
                *found = true;
            }
        }
        Found(found)
    }
}
