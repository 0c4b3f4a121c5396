//! Rows of the output, written as the interpreter's are.

use super::given::{Fact, Given, MILLION};
use super::run::Runner;
use crate::facts::write_cell;
use crate::program::FactId;

impl Runner<'_> {
    /// Appends the row of a shipment, without its line end, to be followed by what is carried through; `false` where the interpreter
    /// must assess it, and nothing is appended. The bytes are those of [`crate::outcome::row`].
    pub fn write_row(&mut self, given: &Given<'_>, id: &str, out: &mut Vec<u8>) -> bool {
        let Some(sums) = self.reckon(given) else { return false };
        let (places, program) = (self.plan().places, self.plan().interpreter.program);
        write_cell(out, id);
        out.extend_from_slice(b",assessed");
        for n in [sums.duty, sums.tax, sums.fee, sums.total] {
            out.push(b',');
            write_money(out, n, places);
        }
        out.push(b',');
        if let Fact::Number(value) = given.fact(FactId::VALUE) {
            write_percent(out, sums.duty, value);
        }
        out.push(b',');
        let start = out.len();
        let mut relieved = false;
        for (id, amount, by) in self.parts() {
            relieved |= by.is_some();
            if let Some(amount) = amount {
                if out.len() > start {
                    out.push(b';');
                }
                if let Some(label) = self.plan().labels.get(id.0) {
                    label.write(out);
                }
                write_money(out, amount, places);
            }
        }
        out.push(b',');
        let start = out.len();
        for (id, _, by) in self.parts().take_while(|_| relieved) {
            if let Some(exemption) = by.and_then(|by| program.exemptions.get(by.0)) {
                if out.len() > start {
                    out.push(b';');
                }
                out.extend_from_slice(program.measure_name(id).as_bytes());
                out.push(b':');
                out.extend_from_slice(exemption.name.as_bytes());
            }
        }
        // No problem.
        out.push(b',');
        true
    }
}

/// Millionths, none below zero, with so many places.
fn write_money(out: &mut Vec<u8>, millionths: i64, places: usize) {
    let n = u64::try_from(millionths).unwrap_or(0);
    match places {
        // A division by a number that is known beforehand is much quicker.
        2 => write_digits(out, n / 10_000, 2),
        _ => {
            let unit = 10u64.saturating_pow(6u32.saturating_sub(u32::try_from(places).unwrap_or(0)));
            write_digits(out, n.checked_div(unit).unwrap_or(0), places);
        }
    }
}

/// A short text, appended as a whole number of bytes of which the last are taken off again: that is quicker than to copy just so many.
#[derive(Clone, Debug)]
pub struct Label {
    text: Box<[u8]>,
    padded: [u8; WIDE],
}

const WIDE: usize = 24;

impl Label {
    pub fn new(text: String) -> Label {
        let text = text.into_bytes();
        let mut padded = [0; WIDE];
        padded.iter_mut().zip(&text).for_each(|(to, from)| *to = *from);
        Label { text: text.into_boxed_slice(), padded }
    }

    pub fn write(&self, out: &mut Vec<u8>) {
        if self.text.len() > WIDE {
            return out.extend_from_slice(&self.text);
        }
        let end = out.len().wrapping_add(self.text.len());
        out.extend_from_slice(&self.padded);
        out.truncate(end);
    }
}

/// The digits of the numbers below a hundred, two each.
const PAIRS: [[u8; 2]; 100] = {
    let mut pairs = [[b'0'; 2]; 100];
    let mut n = 0u8;
    while n < 100 {
        #[allow(clippy::indexing_slicing, clippy::arithmetic_side_effects)] // Reckoned when the program is built.
        {
            pairs[n as usize] = [b'0' + n / 10, b'0' + n % 10];
            n += 1;
        }
    }
    pairs
};

/// A number of units, so many of whose last digits stand after the point.
fn write_digits(out: &mut Vec<u8>, n: u64, places: usize) {
    // Digits end in the middle, so that a fixed number of bytes can be taken from wherever they begin.
    let mut text = [b'0'; WIDE * 2];
    let mut at = WIDE;
    let mut put = |pair: [u8; 2], at: &mut usize| {
        *at = at.wrapping_sub(2);
        if let Some(slot) = text.get_mut(*at..).and_then(|t| t.first_chunk_mut::<2>()) {
            *slot = pair;
        }
    };
    let pair = |n: u64| PAIRS.get(n as usize).copied().unwrap_or([b'0'; 2]);
    let mut rest = n;
    if places == 2 {
        put(pair(rest % 100), &mut at);
        rest /= 100;
        put([b'0', b'.'], &mut at);
        at = at.wrapping_add(1);
    } else if places > 0 {
        let mut left = places;
        while left > 0 {
            let digit = b'0'.wrapping_add((rest % 10) as u8);
            put([b'0', digit], &mut at);
            at = at.wrapping_add(1);
            rest /= 10;
            left = left.wrapping_sub(1);
        }
        put([b'0', b'.'], &mut at);
        at = at.wrapping_add(1);
    }
    // At least one digit stands before the point.
    while rest >= 100 {
        put(pair(rest % 100), &mut at);
        rest /= 100;
    }
    put(pair(rest), &mut at);
    if rest < 10 {
        at = at.wrapping_add(1);
    }
    let end = out.len().wrapping_add(WIDE.wrapping_sub(at));
    if let Some(shown) = text.get(at..).and_then(|t| t.first_chunk::<WIDE>()) {
        out.extend_from_slice(shown);
        out.truncate(end);
    }
}

/// A share in percent, rounded half up to four places, without zeros at the end; nothing of a whole of zero.
fn write_percent(out: &mut Vec<u8>, part: i64, whole: i64) {
    let (part, whole) = (i128::from(part), i128::from(whole));
    if whole <= 0 {
        return;
    }
    let numerator = part.wrapping_mul(i128::from(MILLION));
    let (mut n, rest) = match (u64::try_from(numerator), u64::try_from(whole)) {
        (Ok(n), Ok(d)) => (n.checked_div(d).unwrap_or(0), i128::from(n.checked_rem(d).unwrap_or(0))),
        _ => (u64::try_from(numerator.checked_div(whole).unwrap_or(0)).unwrap_or(0), numerator.checked_rem(whole).unwrap_or(0)),
    };
    if rest.wrapping_mul(2) >= whole {
        n = n.wrapping_add(1);
    }
    let mut places = 4_usize;
    while places > 0 && n % 10 == 0 {
        n /= 10;
        places = places.saturating_sub(1);
    }
    write_digits(out, n, places);
}

#[cfg(test)]
mod tests {
    use super::*;

    fn text(write: impl Fn(&mut Vec<u8>)) -> String {
        let mut out = Vec::new();
        write(&mut out);
        String::from_utf8(out).unwrap()
    }

    #[test]
    fn amounts_have_the_places_of_the_step() {
        let money = |n, places| text(|out| write_money(out, n, places));
        assert_eq!((money(0, 2), money(10_000, 2), money(1_234_560_000, 2)), ("0.00".to_owned(), "0.01".to_owned(), "1234.56".to_owned()));
        assert_eq!((money(7_000_000, 0), money(0, 0), money(1, 6)), ("7".to_owned(), "0".to_owned(), "0.000001".to_owned()));
        assert_eq!(money(i64::MAX, 6), "9223372036854.775807");
    }

    #[test]
    fn shares_are_rounded_half_up() {
        let percent = |part, whole| text(|out| write_percent(out, part, whole));
        // 20 of 333.33 is 6.00006…; 1 of 8 is 12.5; 1 of 1 600 000 is 0.0000625, and of 200 000 exactly half a step.
        assert_eq!((percent(20_000_000, 333_330_000), percent(1, 8), percent(1, 1_600_000)), ("6.0001".to_owned(), "12.5".to_owned(), "0.0001".to_owned()));
        assert_eq!(
            (percent(1, 2_000_000), percent(0, 5), percent(5, 0), percent(30, 10)),
            ("0.0001".to_owned(), "0".to_owned(), String::new(), "300".to_owned())
        );
    }
}
