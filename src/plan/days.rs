//! Which stretch of time a day lies in, found without a search.

use crate::value::Instant;

const DAY: i64 = 86_400;

/// More days than this are not laid out: every moment is then searched for.
const MOST: i64 = 1 << 16;

/// Of a day within which something changes.
const SPLIT: u16 = u16::MAX;

/// The stretches between some moments, by day of universal time.
#[derive(Debug, Default)]
pub struct Days {
    first: i64,
    stretches: Vec<u16>,
    /// The stretch after the last of them.
    last: u16,
    searched: bool,
}

impl Days {
    /// `cuts` are in order, without repetition.
    pub fn new(cuts: &[Instant]) -> Days {
        let day = |at: &Instant| at.0.div_euclid(DAY);
        let (Some(first), Some(last)) = (cuts.first().map(day), cuts.last().map(day)) else { return Days::default() };
        let count = last.saturating_sub(first).saturating_add(1);
        let (Ok(end), true) = (u16::try_from(cuts.len()), count <= MOST) else { return Days { searched: true, ..Days::default() } };
        let mut stretches = Vec::with_capacity(usize::try_from(count).unwrap_or(0));
        let mut passed = 0usize;
        for d in first..=last {
            let start = Instant(d.saturating_mul(DAY));
            let mut stretch = None;
            while let Some(cut) = cuts.get(passed).filter(|c| day(c) == d) {
                passed = passed.saturating_add(1);
                stretch = if *cut == start { u16::try_from(passed).ok() } else { Some(SPLIT) };
            }
            stretches.push(stretch.unwrap_or_else(|| u16::try_from(passed).unwrap_or(SPLIT)));
        }
        Days { first, stretches, last: end, searched: false }
    }

    /// The stretch of all moments from one to another, the latter excluded; nothing where something may change between them.
    pub fn stretch(&self, first: Instant, after: Instant) -> Option<usize> {
        let (from, to) = (self.of(first)?, self.of(Instant(after.0.saturating_sub(1)))?);
        // Stretches are numbered in order: where two moments have the same, so has all between them.
        (from == to).then_some(usize::from(from))
    }

    fn of(&self, at: Instant) -> Option<u16> {
        if self.searched {
            return None;
        }
        let day = at.0.div_euclid(DAY).wrapping_sub(self.first);
        if day < 0 {
            return Some(0);
        }
        let stretch = usize::try_from(day).ok().and_then(|d| self.stretches.get(d)).copied().unwrap_or(self.last);
        (stretch != SPLIT).then_some(stretch)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn days_lie_in_the_stretches_that_a_search_finds() {
        let cuts: Vec<Instant> = [-100_000, -86_400, 0, 5, 86_400, 864_000, 864_001, 2_000_000].map(Instant).to_vec();
        let days = Days::new(&cuts);
        let searched = |at: i64| cuts.partition_point(|c| c.0 <= at);
        let mut found = 0;
        for first in (-300_000..2_400_000).step_by(7_200) {
            for length in [1, 3_600, 86_400, 90_000, 400_000] {
                if let Some(stretch) = days.stretch(Instant(first), Instant(first + length)) {
                    assert_eq!((searched(first), searched(first + length - 1)), (stretch, stretch), "{first} {length}");
                    found += 1;
                }
            }
        }
        assert!(found > 1_000, "{found}");
        assert_eq!(Days::new(&[]).stretch(Instant(0), Instant(1)), Some(0));
    }
}
