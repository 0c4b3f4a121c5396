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
    /// By the last digits of a date: where it may stand among `days`, counted from 1.
    days_at: Vec<u16>,
    days: Vec<Day>,
    /// What dates come to that are numbers.
    pub(super) numbered: Map<i32, Fact<'static>>,
}

/// A date, as its digits, with both its ends.
#[derive(Clone, Copy)]
struct Day {
    digits: u64,
    first: Instant,
    after: Instant,
}

/// More dates than this are not remembered.
pub(super) const MOST_DATES: usize = 1 << 16;

impl<'p> Reader<'p> {
    pub fn new(program: &'p Program, layout: Layout) -> Reader<'p> {
        let letters = || b'A'..=b'Z';
        let codes = letters().flat_map(|a| letters().map(move |b| [a, b]));
        let countries = codes.map(|c| std::str::from_utf8(&c).ok().and_then(Country::from_code)).collect();
        Reader { program, layout, countries, dates: Map::default(), days_at: vec![0; 1 << 15], days: Vec::new(), numbered: Map::default() }
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
        let mut from = 0;
        for at in 0..self.layout.cells.len() {
            let comma = comma_from(line.as_bytes(), from);
            // Past the last cell there is nothing, not even an empty cell.
            let cell = trimmed(line.get(from..comma)?);
            from = comma.wrapping_add(1);
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
        if from <= line.len() {
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
                // Most amounts are bare numbers.
                let bare = cell.as_bytes().first().is_some_and(u8::is_ascii_digit);
                let code = if bare { None } else { cell.strip_prefix(self.program.currency.code()) };
                Fact::Number(decimal(code.and_then(|c| c.strip_prefix(' ')).unwrap_or(cell))?)
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
        let two = |a: u8, b: u8, mask: u8| usize::from(a.wrapping_sub(b'0').wrapping_mul(10).wrapping_add(b.wrapping_sub(b'0')) & mask);
        let place = (two(*y3, *y4, 63) << 9) | (two(*m1, *m2, 15) << 5) | two(*d1, *d2, 31);
        if let Some(at) = self.days_at.get(place)
            && let Some(day) = self.days.get(usize::from(*at).wrapping_sub(1))
            && day.digits == key
        {
            return Some(Some((day.first, day.after)));
        }
        let found = self.unmet_day(cell, key);
        if let Some(Some((first, after))) = found
            && let Ok(at) = u16::try_from(self.days.len().saturating_add(1))
            && let Some(slot) = self.days_at.get_mut(place)
        {
            self.days.push(Day { digits: key, first, after });
            *slot = at;
        }
        found
    }

    fn unmet_day(&mut self, cell: &str, key: u64) -> Option<Option<(Instant, Instant)>> {
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
    let bytes = text.as_bytes();
    let (first, last) = (bytes.first()?, bytes.last()?);
    if !first.is_ascii_digit() || !last.is_ascii_digit() || bytes.len() > MOST_DIGITS {
        return None;
    }
    let (mut n, mut point) = (0u64, None);
    for (at, byte) in bytes.iter().enumerate() {
        match byte.wrapping_sub(b'0') {
            digit @ 0..=9 => n = n.wrapping_mul(10).wrapping_add(u64::from(digit)),
            _ if *byte == b'.' && point.is_none() => point = Some(at),
            _ => return None,
        }
    }
    let places = point.map_or(0, |at| bytes.len().wrapping_sub(at).wrapping_sub(1));
    i64::try_from(n).ok()?.checked_mul(*SCALE.get(places)?)
}

/// So many digits and a point stay within 64 bits.
const MOST_DIGITS: usize = 18;

/// What millionths a digit stands for that is the last of so many after the point.
const SCALE: [i64; 7] = [1_000_000, 100_000, 10_000, 1_000, 100, 10, 1];

/// A cell without the blanks around it.
fn trimmed(cell: &str) -> &str {
    let plain = |b: Option<&u8>| b.is_some_and(u8::is_ascii_graphic);
    if plain(cell.as_bytes().first()) && plain(cell.as_bytes().last()) { cell } else { cell.trim() }
}

/// Where the next comma stands, from a place on, or the end.
fn comma_from(bytes: &[u8], from: usize) -> usize {
    const ONES: u64 = 0x0101_0101_0101_0101;
    let mut at = from;
    while let Some(word) = bytes.get(at..).and_then(|rest| rest.first_chunk::<8>()) {
        // A byte that is a comma becomes zero; the lowest zero is where the lowest high bit comes out set.
        let zeroed = u64::from_le_bytes(*word) ^ ONES.wrapping_mul(0x2c);
        let found = zeroed.wrapping_sub(ONES) & !zeroed & ONES.wrapping_mul(0x80);
        if found != 0 {
            return at.wrapping_add((found.trailing_zeros() / 8) as usize);
        }
        at = at.wrapping_add(8);
    }
    let rest = bytes.get(at..).unwrap_or(&[]);
    at.wrapping_add(rest.iter().position(|b| *b == b',').unwrap_or(rest.len()))
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

    #[test]
    fn commas_are_found_wherever_they_stand() {
        for text in ["", ",", "a", "a,b", "12345678", "12345678,", "1234567,,x", "é,ü,,日本語,\u{80}", "-+--,,++,.,/,-,\u{ac}\u{2c}"] {
            let (mut from, mut cells) = (0, Vec::new());
            while from <= text.len() {
                let comma = super::comma_from(text.as_bytes(), from);
                cells.push(text.get(from..comma).unwrap());
                from = comma + 1;
            }
            assert_eq!(cells, text.split(',').collect::<Vec<_>>(), "{text}");
        }
    }
}
