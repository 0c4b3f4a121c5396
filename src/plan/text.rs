//! Rows of text as shipments in the plan's own form, read where they stand.
//!
//! Only what is plainly well-formed is read here; everything else goes through [`crate::facts::Columns::shipment`], which says what
//! is wrong with it.

use super::given::{Claims, Fact, Given};
use super::hash::Map;
use crate::facts::Columns;
use crate::program::{FactId, FactKind, Program};
use crate::value::{Country, GoodsCode, Instant};

/// What each column holds.
#[derive(Clone, Debug)]
pub struct Layout {
    pub(super) cells: Vec<Part>,
    bare_start: Option<bool>,
}

#[derive(Clone, Copy, Debug)]
pub(super) enum Part {
    Id,
    Hs,
    Origin,
    Currency,
    Fact(FactId, FactKind),
    Other,
}

impl Layout {
    /// `bare_start` says how bare dates are kept in the file, where that is known.
    pub fn new(program: &Program, columns: &Columns, bare_start: Option<bool>) -> Layout {
        let cell = |at: usize| match columns.fact_of(at) {
            Some("id") => Part::Id,
            Some("hs") => Part::Hs,
            Some("origin") => Part::Origin,
            Some("currency") => Part::Currency,
            Some(name) => match program.find_fact(name).and_then(|id| program.fact(id).map(|f| (id, f.kind))) {
                Some((id, kind)) => Part::Fact(id, kind),
                None => Part::Other,
            },
            None => Part::Other,
        };
        Layout { cells: (0..columns.header().len()).map(cell).collect(), bare_start: bare_start.or(program.bare_dates_start) }
    }
}

/// Reads rows; it remembers the dates that it has met.
pub struct Reader<'p> {
    pub(super) program: &'p Program,
    pub(super) layout: Layout,
    countries: Vec<Option<Country>>,
    dates: Map<u64, Option<(Instant, Instant)>>,
}

/// More dates than this are not remembered.
const MOST_DATES: usize = 1 << 16;

impl<'p> Reader<'p> {
    pub fn new(program: &'p Program, layout: Layout) -> Reader<'p> {
        let letters = || b'A'..=b'Z';
        let codes = letters().flat_map(|a| letters().map(move |b| [a, b]));
        let countries = codes.map(|c| std::str::from_utf8(&c).ok().and_then(Country::from_code)).collect();
        Reader { program, layout, countries, dates: Map::default() }
    }

    /// A shipment of which nothing is read yet.
    pub fn empty<'a>(&self) -> Option<Given<'a>> {
        let (hs, origin) = (GoodsCode::parse("00").ok()?, Country::all().next()?);
        Some(Given { hs, origin, facts: Vec::with_capacity(self.program.facts.len()) })
    }

    /// Reads the cells of a line into a shipment and returns its id, empty where it has none; nothing where it is not plainly
    /// well-formed. `given` is overwritten.
    pub fn read<'a>(&mut self, line: &'a str, given: &mut Given<'a>) -> Option<&'a str> {
        given.facts.clear();
        given.facts.resize(self.program.facts.len(), Fact::Absent);
        let (mut id, mut hs, mut origin) = ("", None, None);
        let mut rest = Some(line);
        for at in 0..self.layout.cells.len() {
            let text = rest?;
            let comma = text.bytes().position(|b| b == b',');
            let (cell, after) = match comma {
                Some(at) => (text.get(..at)?, text.get(at.wrapping_add(1)..)),
                None => (text, None),
            };
            rest = after;
            let cell = cell.trim();
            if cell.is_empty() {
                continue;
            }
            match self.layout.cells.get(at)? {
                Part::Other => {}
                Part::Id => id = cell,
                Part::Hs => hs = Some(GoodsCode::parse(cell).ok()?),
                Part::Origin => origin = Some(self.country(cell)?),
                Part::Currency => {
                    if cell != self.program.currency.code() {
                        return None;
                    }
                }
                Part::Fact(fact, kind) => {
                    let (fact, kind) = (*fact, *kind);
                    let value = self.value(kind, cell)?;
                    *given.facts.get_mut(fact.0)? = value;
                }
            }
        }
        if rest.is_some() {
            return None;
        }
        (given.hs, given.origin) = (hs?, origin?);
        Some(id)
    }

    pub(super) fn country(&self, cell: &str) -> Option<Country> {
        let [a, b] = cell.as_bytes() else { return None };
        let (a, b) = (usize::from(a.checked_sub(b'A')?), usize::from(b.checked_sub(b'A')?));
        if b >= 26 {
            return None;
        }
        self.countries.get(a.checked_mul(26)?.checked_add(b)?).copied().flatten()
    }

    pub(super) fn value<'a>(&mut self, kind: FactKind, cell: &'a str) -> Option<Fact<'a>> {
        Some(match kind {
            FactKind::Money => {
                let digits = cell.strip_prefix(self.program.currency.code()).and_then(|c| c.strip_prefix(' ')).unwrap_or(cell);
                Fact::Number(decimal(digits)?)
            }
            FactKind::Quantity(_) | FactKind::Balance(_) => Fact::Number(decimal(cell)?),
            FactKind::Number => Fact::Number(decimal(cell)?),
            FactKind::Rate => {
                let percent = decimal(cell.strip_suffix('%')?)?;
                if percent % 100 != 0 {
                    return None;
                }
                Fact::Number(percent / 100)
            }
            FactKind::Flag => match cell {
                "yes" | "true" => Fact::Flag(true),
                "no" | "false" => Fact::Flag(false),
                _ => return None,
            },
            FactKind::Text => Fact::Text(cell),
            FactKind::Country => Fact::Country(self.country(cell)?),
            FactKind::Claims => Fact::Claims(Claims::Joined(if cell == "none" { "" } else { cell })),
            FactKind::Instant => self.moment(cell)?,
        })
    }

    fn moment<'a>(&mut self, cell: &str) -> Option<Fact<'a>> {
        let day = self.day(cell)?;
        Some(match (day, self.layout.bare_start) {
            (None, _) => Fact::At(self.program.clock.read(cell).ok()?.0),
            (Some((first, _)), Some(true)) => Fact::At(first),
            (Some((_, after)), Some(false)) => Fact::At(Instant(after.0.checked_sub(1)?)),
            (Some((first, after)), None) => Fact::SomeTime(first, after),
        })
    }

    /// Both ends of a day; nothing within for what is no bare date.
    fn day(&mut self, cell: &str) -> Option<Option<(Instant, Instant)>> {
        let [y1, y2, y3, y4, b'-', m1, m2, b'-', d1, d2] = cell.as_bytes() else { return Some(None) };
        let key = u64::from_be_bytes([*y1, *y2, *y3, *y4, *m1, *m2, *d1, *d2]);
        if let Some(known) = self.dates.get(&key) {
            return known.map(Some);
        }
        let found = self.program.clock.read(cell).ok().and_then(|(first, after)| after.map(|after| (first, after)));
        if self.dates.len() < MOST_DATES {
            self.dates.insert(key, found);
        }
        found.map(Some)
    }
}

/// Millionths of a plain number: digits, and at most six of them after a point.
pub(super) fn decimal(text: &str) -> Option<i64> {
    let (mut n, mut places) = (0i64, None::<u32>);
    let (first, last) = (text.bytes().next()?, text.bytes().next_back()?);
    if !first.is_ascii_digit() || !last.is_ascii_digit() {
        return None;
    }
    for byte in text.bytes() {
        match byte {
            b'0'..=b'9' => {
                n = n.checked_mul(10)?.checked_add(i64::from(byte.wrapping_sub(b'0')))?;
                places = places.map(|p| p.wrapping_add(1));
            }
            b'.' if places.is_none() => places = Some(0),
            _ => return None,
        }
    }
    n.checked_mul(10i64.checked_pow(6u32.checked_sub(places.unwrap_or(0))?)?)
}

#[cfg(test)]
mod tests {
    #[test]
    fn only_plain_numbers_are_read() {
        let read = super::decimal;
        assert_eq!((read("0"), read("12.5"), read("0.000001"), read("007")), (Some(0), Some(12_500_000), Some(1), Some(7_000_000)));
        for odd in ["", ".5", "5.", "1.2.3", "-1", "1_000", "1e3", "0.0000001", "99999999999999", "१"] {
            assert_eq!(read(odd), None, "{odd}");
        }
    }
}
