//! Time from left to right: each stretch as wide as the root of its length, and none too narrow to be seen.
//!
//! Law changes within hours and rests for years. On a true scale an hour without a rate would be thinner than a hair.

use super::draw::Tenths;
use crate::value::Instant;

/// Moments with their places.
pub struct Axis {
    places: Vec<(Instant, Tenths)>,
    pub left: Tenths,
    pub right: Tenths,
}

impl Axis {
    /// Moments of change, in order, laid between two places; a margin stands before the first unless the time begins with it, and another
    /// after the last unless it ends with it.
    pub fn new(changes: &[Instant], begins: Option<Instant>, ends: Option<Instant>, (left, right): (Tenths, Tenths), narrowest: Tenths) -> Axis {
        let inner: Vec<i64> = changes.windows(2).filter_map(|w| Some(root(w.last()?.0.saturating_sub(w.first()?.0)))).collect();
        let (first, last) = (changes.first().copied(), changes.last().copied());
        // What has no bound is drawn as if it lasted a while.
        let sum = inner.iter().copied().fold(0, i64::saturating_add);
        let margin = sum.checked_div(8).unwrap_or(0).max(root(90 * 24 * 60 * 60));
        let before = if begins.is_some() && begins == first { 0 } else { margin };
        let after = if ends.is_some() && ends == last { 0 } else { margin };
        let weights: Vec<i64> = std::iter::once(before).chain(inner).chain([after]).collect();
        let stretches = i64::try_from(weights.iter().filter(|w| **w > 0).count()).unwrap_or(i64::MAX).max(1);
        let room = right.saturating_sub(left);
        let least = narrowest.min(room.checked_div(stretches).unwrap_or(0));
        let free = room.saturating_sub(least.saturating_mul(stretches)).max(0);
        let whole = weights.iter().copied().fold(0, i64::saturating_add).max(1);
        // Places are reckoned from the sum so far, so that no rounding adds up.
        let mut places = Vec::new();
        let (mut weight, mut count) = (0i64, 0i64);
        for (change, before) in changes.iter().zip(&weights) {
            weight = weight.saturating_add(*before);
            count = count.saturating_add(i64::from(*before > 0));
            let share = i128::from(free).saturating_mul(i128::from(weight)).checked_div(i128::from(whole)).unwrap_or(0);
            places.push((*change, left.saturating_add(least.saturating_mul(count)).saturating_add(i64::try_from(share).unwrap_or(free))));
        }
        Axis { places, left, right }
    }

    /// Where a moment of change is; the edge for one that is none.
    pub fn at(&self, moment: Option<Instant>, edge: Tenths) -> Tenths {
        moment.and_then(|m| self.places.iter().find(|(t, _)| *t == m)).map_or(edge, |(_, x)| *x)
    }

    pub fn places(&self) -> &[(Instant, Tenths)] {
        &self.places
    }
}

/// The whole root of a length of time in seconds.
fn root(seconds: i64) -> i64 {
    seconds.max(0).isqrt()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn places_keep_the_order_of_time_and_no_stretch_is_too_narrow() {
        let hour = 3600;
        let changes: Vec<Instant> = [0, 400 * 24 * hour, 400 * 24 * hour + hour, 4000 * 24 * hour].map(Instant).to_vec();
        let axis = Axis::new(&changes, Some(Instant(0)), None, (0, 8000), 140);
        let xs: Vec<Tenths> = axis.places().iter().map(|(_, x)| *x).collect();
        assert_eq!(xs.first(), Some(&0));
        assert!(xs.windows(2).all(|w| w[1] - w[0] >= 140), "{xs:?}");
        // Nine times as long is three times as wide, less what all have alike.
        let (short, long) = (xs[1] - xs[0] - 140, xs[3] - xs[2] - 140);
        assert!((short * 3 - long).abs() < 4, "{short} {long}");
        assert!(xs[3] < 8000);
    }

    #[test]
    fn more_changes_than_there_is_room_for_still_fit() {
        let changes: Vec<Instant> = (0..500).map(|n| Instant(n * 86_400)).collect();
        let axis = Axis::new(&changes, None, None, (100, 900), 140);
        assert!(axis.places().iter().all(|(_, x)| (100..=900).contains(x)));
    }
}
