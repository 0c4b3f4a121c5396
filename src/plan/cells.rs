//! Records of any format as shipments in the plan's own form.
//!
//! As with lines of text, only what is plainly well-formed is read here.

use super::given::{Fact, Given, MILLION};
use super::text::{MOST_DATES, Part, Reader, decimal};
use crate::facts::{Cell, Record};
use crate::program::FactKind;
use crate::value::{GoodsCode, Instant};
use std::io::Write;

/// Moments farther than this from 1970, in seconds, lie outside the years that can be reckoned with.
const FAR: u64 = 250_000_000_000;

impl Reader<'_> {
    /// Reads a record into a shipment and returns its id, missing where it has none; nothing where it is not plainly well-formed.
    /// `given` is overwritten.
    pub fn read_record<'a>(&mut self, record: &'a impl Record, given: &mut Given<'a>) -> Option<Cell<'a>> {
        given.facts.clear();
        given.facts.resize(self.program.facts.len(), Fact::Absent);
        let (mut id, mut hs, mut origin) = (Cell::Missing, None, None);
        for at in 0..self.layout.cells.len() {
            let cell = match (self.layout.cells.get(at)?, record.cell(at)) {
                (Part::Other, _) | (_, Cell::Missing) => continue,
                (_, Cell::Text(text)) if text.trim().is_empty() => continue,
                (_, Cell::Text(text)) => Cell::Text(text.trim()),
                (_, cell) => cell,
            };
            match (self.layout.cells.get(at)?, cell) {
                (Part::Other, _) => {}
                (Part::Id, cell) => id = cell,
                (Part::Hs, Cell::Text(text) | Cell::Literal(text)) => hs = Some(GoodsCode::parse(text).ok()?),
                (Part::Hs, Cell::Whole(n)) => hs = Some(whole_code(n)?),
                (Part::Origin, Cell::Text(text)) => origin = Some(self.country(text)?),
                (Part::Currency, Cell::Text(text)) if text == self.program.currency.code() => {}
                (Part::Hs | Part::Origin | Part::Currency, _) => return None,
                (Part::Fact(fact, kind), cell) => {
                    let (fact, kind) = (*fact, *kind);
                    let value = self.of_cell(kind, cell)?;
                    *given.facts.get_mut(fact.0)? = value;
                }
            }
        }
        (given.hs, given.origin) = (hs?, origin?);
        Some(id)
    }

    fn of_cell<'a>(&mut self, kind: FactKind, cell: Cell<'a>) -> Option<Fact<'a>> {
        let is_number = matches!(kind, FactKind::Money | FactKind::Quantity(_) | FactKind::Balance(_) | FactKind::Number);
        match cell {
            Cell::Text(text) => self.value(kind, text),
            Cell::Literal(text) if is_number => decimal(text).map(Fact::Number),
            Cell::Literal("true") if kind == FactKind::Flag => Some(Fact::Flag(true)),
            Cell::Literal("false") if kind == FactKind::Flag => Some(Fact::Flag(false)),
            Cell::Flag(flag) if kind == FactKind::Flag => Some(Fact::Flag(flag)),
            Cell::Whole(n) if is_number && n >= 0 => n.checked_mul(MILLION).map(Fact::Number),
            Cell::Decimal(n, places) if is_number && n >= 0 => {
                let places = u32::from(places);
                let Some(more) = 6u32.checked_sub(places) else {
                    // More places than the plan has, perhaps of nothing but zeros.
                    let less = 10i128.checked_pow(places.checked_sub(6)?)?;
                    let whole = n.checked_div(less).filter(|w| w.checked_mul(less) == Some(n))?;
                    return i64::try_from(whole).ok().map(Fact::Number);
                };
                i64::try_from(n).ok()?.checked_mul(10i64.checked_pow(more)?).map(Fact::Number)
            }
            Cell::Day(day) if kind == FactKind::Instant => self.of_day(day),
            Cell::Moment { seconds, zoned: true, .. } if kind == FactKind::Instant && seconds.unsigned_abs() < FAR => Some(Fact::At(Instant(seconds))),
            Cell::Moment { .. } if kind == FactKind::Instant => self.value(kind, &cell.text()).map(Fact::without_text),
            _ => None,
        }
    }
}

impl Reader<'_> {
    /// A day by its number.
    fn of_day<'a>(&mut self, day: i32) -> Option<Fact<'a>> {
        if let Some(known) = self.numbered.get(&day) {
            return Some(*known);
        }
        let found = self.value(FactKind::Instant, &Cell::Day(day).text()).map(Fact::without_text)?;
        if self.numbered.len() < MOST_DATES {
            self.numbered.insert(day, found);
        }
        Some(found)
    }
}

/// A goods code that is kept as a number; one whose first zero is lost has an odd number of digits.
fn whole_code(n: i64) -> Option<GoodsCode> {
    let mut digits = [0u8; 20];
    let mut rest = digits.as_mut_slice();
    write!(rest, "{n}").ok()?;
    let left = rest.len();
    let written = digits.get(..20usize.checked_sub(left)?)?;
    GoodsCode::parse(std::str::from_utf8(written).ok()?).ok()
}

impl<'a> Fact<'a> {
    /// The same, where it borrows no text: a moment.
    fn without_text<'b>(self) -> Fact<'b> {
        match self {
            Fact::At(at) => Fact::At(at),
            Fact::SomeTime(first, after) => Fact::SomeTime(first, after),
            _ => Fact::Absent,
        }
    }
}
