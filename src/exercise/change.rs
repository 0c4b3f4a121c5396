//! Small changes of the law, such as a slip of the pen would make: a day, a code, a point.

use super::site::Held;
use crate::outcome::rate_text;
use crate::program::{Program, Rate, Term};
use crate::region::GoodsSet;
use crate::value::{Exact, GoodsCode, Instant, percent_text};
use std::sync::Arc;

/// What is changed of what stands at a site.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Change {
    /// The rule is left out.
    Drop,
    DayLater,
    DayEarlier,
    /// A code, or a range of codes, moves on by one; which of the set, by number.
    NextCode(usize),
    /// A term of a rate, by number, rises: a percentage by a point, an amount by a tenth.
    Raise(usize),
    /// Points or a share rise by a point.
    Point,
}

const DAY: i64 = 24 * 60 * 60;

/// More codes of a set than these are not moved one by one: the first, one in the middle and the last stand for them.
const FEW_CODES: usize = 3;

/// The changes that can be made of what stands at a site.
pub fn changes(held: &Held) -> Vec<Change> {
    match held {
        Held::Present(true) => vec![Change::Drop],
        Held::Present(false) => Vec::new(),
        Held::Instant(_) => vec![Change::DayEarlier, Change::DayLater],
        Held::Goods(goods) if *goods == GoodsSet::all() => Vec::new(),
        Held::Goods(goods) => {
            let count = goods.ranges().len();
            let chosen = if count <= FEW_CODES { (0..count).collect() } else { vec![0, count.checked_div(2).unwrap_or(0), count.saturating_sub(1)] };
            chosen.into_iter().map(Change::NextCode).collect()
        }
        Held::Code(_) => vec![Change::NextCode(0)],
        Held::Rate(rate) => (0..rate.terms().count()).map(Change::Raise).filter(|c| apply(held, *c).is_some()).collect(),
        Held::Points(_) | Held::Share(_) => vec![Change::Point],
    }
}

/// What stands there after the change; nothing where the change cannot be made of it.
pub fn apply(held: &Held, change: Change) -> Option<Held> {
    Some(match (held, change) {
        (Held::Present(true), Change::Drop) => Held::Present(false),
        (Held::Instant(at), Change::DayLater) => Held::Instant(Instant(at.0.checked_add(DAY)?)),
        (Held::Instant(at), Change::DayEarlier) => Held::Instant(Instant(at.0.checked_sub(DAY)?)),
        (Held::Goods(goods), Change::NextCode(n)) => {
            let (old, new) = moved(*goods.ranges().get(n)?)?;
            let of = |(a, b): (u64, u64)| GoodsSet::of_range(a, b);
            Held::Goods(goods.difference(&of(old)).union(&of(new)))
        }
        (Held::Code(code), Change::NextCode(_)) => Held::Code(next(*code)?),
        (Held::Rate(rate), Change::Raise(n)) => Held::Rate(Arc::new(raised(rate, n)?)),
        (Held::Points(points), Change::Point) => Held::Points(points.checked_add(Exact::fraction(1, 100)?)?),
        (Held::Share(share), Change::Point) => Held::Share(share.checked_add(Exact::fraction(1, 100)?)?),
        _ => return None,
    })
}

/// The change in words, as the end of a sentence about its rule or date.
pub fn words(program: &Program, held: &Held, change: Change) -> String {
    let after = apply(held, change);
    match (held, &after) {
        (_, _) if change == Change::Drop => "is left out".to_owned(),
        (Held::Instant(at), _) => {
            let shown = program.show(*at);
            if change == Change::DayLater { format!("{shown} comes a day later") } else { format!("{shown} comes a day earlier") }
        }
        (Held::Goods(goods), _) => {
            let Change::NextCode(n) = change else { return String::new() };
            match goods.ranges().get(n).and_then(|r| moved(*r)) {
                Some((old, new)) => format!("{} becomes {}", range_words(old), range_words(new)),
                None => String::new(),
            }
        }
        (Held::Code(old), Some(Held::Code(new))) => format!("{old} becomes {new}"),
        (Held::Rate(old), Some(Held::Rate(new))) => format!("{} becomes {}", rate_text(old, program), rate_text(new, program)),
        (Held::Points(old), Some(Held::Points(new))) => format!("{} becomes {}", points_words(*old), points_words(*new)),
        (Held::Share(old), Some(Held::Share(new))) => format!("{} of the duty becomes {}", percent_text(*old), percent_text(*new)),
        _ => String::new(),
    }
}

fn points_words(points: Exact) -> String {
    points.checked_mul(Exact::whole(100)).map_or_else(String::new, |p| format!("{p} points"))
}

// ── Codes ──

/// The widths of codes of two to ten digits.
const UNITS: [u64; 5] = [100_000_000, 1_000_000, 10_000, 100, 1];

/// The width of the codes in which a range is written.
fn unit((first, after): (u64, u64)) -> u64 {
    UNITS.into_iter().find(|u| first.is_multiple_of(*u) && after.is_multiple_of(*u)).unwrap_or(1)
}

/// A range and the same one code further.
fn moved(range: (u64, u64)) -> Option<((u64, u64), (u64, u64))> {
    let by = unit(range);
    Some((range, (range.0.checked_add(by)?, range.1.checked_add(by)?)))
}

fn next(code: GoodsCode) -> Option<GoodsCode> {
    (code.after() < 10_000_000_000).then(|| GoodsCode::of_point(code.after(), code.len()))
}

fn range_words(range: (u64, u64)) -> String {
    let by = unit(range);
    let len = UNITS.iter().zip([2u8, 4, 6, 8, 10]).find(|(u, _)| **u == by).map_or(10, |(_, len)| len);
    let (first, last) = (GoodsCode::of_point(range.0, len), GoodsCode::of_point(range.1.saturating_sub(1), len));
    if first == last { first.to_string() } else { format!("{first} to {last}") }
}

// ── Rates ──

/// The rate with one of its terms raised.
fn raised(rate: &Rate, n: usize) -> Option<Rate> {
    let mut rate = rate.clone();
    let sums = std::iter::once(&mut rate.first).chain(rate.bounds.iter_mut().map(|(_, sum)| sum));
    let term = sums.flatten().nth(n).map(|(_, term)| term)?;
    *term = higher(term)?;
    Some(rate)
}

fn higher(term: &Term) -> Option<Term> {
    let point = |p: Exact| p.checked_add(Exact::fraction(1, 100)?);
    let tenth = |m: Exact| m.checked_mul(Exact::fraction(11, 10)?);
    Some(match term {
        Term::Percent(p) => Term::Percent(point(*p)?),
        Term::PercentOfFact(p, fact) => Term::PercentOfFact(point(*p)?, *fact),
        Term::PercentOfMeasures(p, of) => Term::PercentOfMeasures(point(*p)?, of.clone()),
        Term::Inclusive(p, of) => Term::Inclusive(point(*p)?, of.clone()),
        Term::Specific { money, per, unit } => Term::Specific { money: tenth(*money)?, per: *per, unit: *unit },
        Term::Money(money) => Term::Money(tenth(*money)?),
        Term::Product { constant, facts } => Term::Product { constant: tenth(*constant)?, facts: facts.clone() },
        Term::Foreign(currency, inner) => Term::Foreign(*currency, Box::new(higher(inner)?)),
        Term::Scaled(share, inner) => Term::Scaled(*share, Box::new(higher(inner)?)),
        Term::Input(_) | Term::RateOf(_) | Term::Matching(_) => return None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn codes_move_by_one_of_their_own_length() {
        let held = |ranges: &[(u64, u64)]| Held::Goods(GoodsSet::of_ranges(ranges.to_vec()));
        let one = held(&[(3_901_200_000, 3_901_210_000)]);
        assert_eq!(apply(&one, Change::NextCode(0)), Some(held(&[(3_901_210_000, 3_901_220_000)])));
        assert_eq!(range_words((3_901_200_000, 3_901_210_000)), "3901.20");
        assert_eq!(range_words((7_213_000_000, 7_218_000_000)), "7213 to 7217");
        assert_eq!(range_words((3_000_000_000, 3_100_000_000)), "30");
        assert!(changes(&Held::Goods(GoodsSet::all())).is_empty());
        assert_eq!(changes(&held(&[(0, 1), (10, 11), (20, 21), (30, 31)])).len(), 3);
        assert_eq!(next(GoodsCode::of_point(9_999_999_999, 10)), None);
    }
}
