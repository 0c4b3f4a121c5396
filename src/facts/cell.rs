//! One cell of a row, in the form in which its file has it.
//!
//! Every format gives its rows as cells, and every format is written from cells, so that any can be turned into any other.

use super::Row;
use jiff::Timestamp;
use jiff::civil::DateTime;
use jiff::tz::Offset;
use std::borrow::Cow;
use std::io::Write;

/// What stands in a cell.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Cell<'a> {
    /// Nothing: the fact is not known.
    Missing,
    Text(&'a str),
    /// A number, a truth, a list or an object, as JSON writes it.
    Literal(&'a str),
    Whole(i64),
    /// A number without its point, and how many of its digits stand after it.
    Decimal(i128, u8),
    /// A number that is carried through and reckoned with by nobody.
    Float(f64),
    Flag(bool),
    /// A day, counted from the first of 1970.
    Day(i32),
    /// Seconds and billionths since the beginning of 1970: of universal time where `zoned`, else as a clock on the wall shows them.
    Moment {
        seconds: i64,
        nanos: u32,
        zoned: bool,
    },
}

/// A row, whatever its file is.
pub trait Record {
    /// The line of the file, or the row where it has no lines, counted from 1.
    fn line(&self) -> usize;

    /// A cell by its place.
    fn cell(&self, at: usize) -> Cell<'_>;

    /// The same, to be kept.
    fn to_row(&self) -> Row;

    /// The rows in memory that it is one of, and which.
    #[cfg(feature = "parquet")]
    fn batch(&self) -> Option<(&std::sync::Arc<super::arrow::Batch>, usize)> {
        None
    }
}

impl<'a> Cell<'a> {
    /// As CSV has it; what is missing is empty.
    pub fn text(self) -> Cow<'a, str> {
        match self {
            Cell::Missing => Cow::Borrowed(""),
            Cell::Text(text) | Cell::Literal(text) => Cow::Borrowed(text),
            Cell::Flag(true) => Cow::Borrowed("true"),
            Cell::Flag(false) => Cow::Borrowed("false"),
            Cell::Whole(n) => Cow::Owned(n.to_string()),
            Cell::Float(n) => Cow::Owned(n.to_string()),
            Cell::Decimal(n, places) => Cow::Owned(decimal(n, places)),
            Cell::Day(day) => Cow::Owned(day_text(day)),
            Cell::Moment { seconds, nanos, zoned } => Cow::Owned(moment_text(seconds, nanos, zoned)),
        }
    }

    /// Appends it as JSON: texts quoted, numbers and truths plain, what is missing `null`.
    pub fn write_json(self, out: &mut Vec<u8>) {
        match self {
            Cell::Missing => out.extend_from_slice(b"null"),
            Cell::Text(text) => write_json_text(out, text),
            // JSON has no word for these.
            Cell::Float(n) if !n.is_finite() => out.extend_from_slice(b"null"),
            Cell::Day(_) | Cell::Moment { .. } => write_json_text(out, &self.text()),
            Cell::Literal(_) | Cell::Whole(_) | Cell::Float(_) | Cell::Decimal(..) | Cell::Flag(_) => out.extend_from_slice(self.text().as_bytes()),
        }
    }
}

/// Appends a text as JSON quotes it.
pub fn write_json_text(out: &mut Vec<u8>, text: &str) {
    out.push(b'"');
    let mut rest = text;
    while let Some(at) = rest.bytes().position(|b| matches!(b, b'"' | b'\\' | 0..=0x1f)) {
        let (before, from) = rest.split_at_checked(at).unwrap_or((rest, ""));
        out.extend_from_slice(before.as_bytes());
        match from.bytes().next() {
            Some(b'\n') => out.extend_from_slice(b"\\n"),
            Some(b'\r') => out.extend_from_slice(b"\\r"),
            Some(b'\t') => out.extend_from_slice(b"\\t"),
            Some(other @ (b'"' | b'\\')) => out.extend_from_slice(&[b'\\', other]),
            Some(other) => {
                let _ = write!(out, "\\u{other:04x}");
            }
            None => {}
        }
        rest = from.get(1..).unwrap_or("");
    }
    out.extend_from_slice(rest.as_bytes());
    out.push(b'"');
}

fn decimal(n: i128, places: u8) -> String {
    let places = usize::from(places);
    let digits = format!("{:0>1$}", n.unsigned_abs(), places.saturating_add(1));
    let (whole, part) = digits.split_at_checked(digits.len().saturating_sub(places)).unwrap_or((&digits, ""));
    let (sign, point) = (if n < 0 { "-" } else { "" }, if part.is_empty() { "" } else { "." });
    format!("{sign}{whole}{point}{part}")
}

/// A time of universal time, as a clock there shows it.
fn civil(seconds: i64) -> Option<DateTime> {
    Timestamp::from_second(seconds).ok().map(|t| Offset::UTC.to_datetime(t))
}

fn day_text(day: i32) -> String {
    civil(i64::from(day).saturating_mul(86_400)).map_or_else(|| format!("day {day}"), |c| c.date().to_string())
}

fn moment_text(seconds: i64, nanos: u32, zoned: bool) -> String {
    let Some(at) = civil(seconds) else { return format!("second {seconds}") };
    let (date, time) = (at.date(), at.time());
    let mut text = format!("{date} {:02}:{:02}", time.hour(), time.minute());
    if time.second() != 0 || nanos != 0 {
        text.push_str(&format!(":{:02}", time.second()));
    }
    if nanos != 0 {
        text.push_str(format!(".{nanos:09}").trim_end_matches('0'));
    }
    if zoned {
        // With its seconds, as RFC 3339 wants it before a `Z`.
        if time.second() == 0 && nanos == 0 {
            text.push_str(":00");
        }
        text.push('Z');
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn cells_as_text() {
        let text = |cell: Cell<'_>| cell.text().into_owned();
        assert_eq!((text(Cell::Decimal(123_456, 2)), text(Cell::Decimal(-5, 3)), text(Cell::Decimal(7, 0))), ("1234.56".into(), "-0.005".into(), "7".into()));
        assert_eq!((text(Cell::Day(0)), text(Cell::Day(20_209)), text(Cell::Day(-1))), ("1970-01-01".into(), "2025-05-01".into(), "1969-12-31".into()));
        let moment = |seconds, nanos, zoned| text(Cell::Moment { seconds, nanos, zoned });
        // 20 209 days are 1 746 057 600 seconds.
        assert_eq!(moment(1_746_057_600 + 36_060, 0, false), "2025-05-01 10:01");
        assert_eq!(moment(1_746_057_600 + 36_061, 500_000_000, false), "2025-05-01 10:01:01.5");
        assert_eq!(moment(1_746_057_600, 0, true), "2025-05-01 00:00:00Z");
        assert_eq!(text(Cell::Day(i32::MAX)), "day 2147483647");
    }

    #[test]
    fn cells_as_json() {
        let json = |cell: Cell<'_>| {
            let mut out = Vec::new();
            cell.write_json(&mut out);
            String::from_utf8(out).unwrap()
        };
        assert_eq!(json(Cell::Text("a \"b\"\\\n\u{1}é")), r#""a \"b\"\\\n\u0001é""#);
        assert_eq!((json(Cell::Missing), json(Cell::Literal("1e3")), json(Cell::Decimal(150, 2))), ("null".into(), "1e3".into(), "1.50".into()));
        assert_eq!((json(Cell::Float(0.1)), json(Cell::Float(f64::NAN)), json(Cell::Day(0))), ("0.1".into(), "null".into(), "\"1970-01-01\"".into()));
    }

    proptest::proptest! {
        #[test]
        fn what_is_quoted_is_read_back(text in ".*") {
            let mut out = Vec::new();
            write_json_text(&mut out, &text);
            proptest::prop_assert_eq!(serde_json::from_slice::<String>(&out).unwrap(), text);
        }
    }
}
