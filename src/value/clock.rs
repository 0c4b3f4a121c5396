//! Instants, and the clock on which a book writes them.
//!
//! Dates of law are moments on a clock: 12:01 in Beijing is 00:01 in Washington. Instants of books with different clocks are compared as moments.

use super::{Duration, DurationUnit};
use jiff::civil::{Date, Time};
use jiff::tz::TimeZone;
use jiff::{Span, Timestamp};
use std::fmt;

/// A moment, in whole seconds of universal time.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Instant(pub i64);

/// Why a local time names no single moment.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum OddTime {
    /// The clock was put forward over it.
    Skipped,
    /// The clock was put back over it.
    Repeated,
    /// It lies outside the years that can be reckoned with.
    OutOfRange,
}

impl fmt::Display for OddTime {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            OddTime::Skipped => "does not exist: the clock was put forward over it",
            OddTime::Repeated => "exists twice: the clock was put back over it",
            OddTime::OutOfRange => "is outside the years 1 to 9998",
        })
    }
}

/// A time zone of the IANA database.
#[derive(Clone, Debug, PartialEq)]
pub struct Clock {
    zone: TimeZone,
    name: String,
}

impl Clock {
    /// The clock of a zone, such as `Asia/Shanghai`. The database is the bundled one, the same on every machine.
    pub fn from_name(name: &str) -> Option<Self> {
        let zone = jiff::tz::TimeZoneDatabase::bundled().get(name).ok()?;
        Some(Clock { name: zone.iana_name().unwrap_or(name).to_owned(), zone })
    }

    /// The clock of Greenwich, which never changes.
    pub fn utc() -> Self {
        Clock { zone: TimeZone::UTC, name: "UTC".to_owned() }
    }

    /// The zone, as the IANA database has it.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// The first moment of a day.
    pub fn start_of(&self, day: Date) -> Result<Instant, OddTime> {
        let zoned = self.zone.to_zoned_datetime(day.at(0, 0, 0, 0)).map_err(|_| OddTime::OutOfRange)?;
        zoned.start_of_day().map(|z| Instant(z.timestamp().as_second())).map_err(|_| OddTime::OutOfRange)
    }

    /// The first moment of the next day, which is `24:00` of this one.
    pub fn end_of(&self, day: Date) -> Result<Instant, OddTime> {
        self.start_of(day.tomorrow().map_err(|_| OddTime::OutOfRange)?)
    }

    /// The moment at which the clock shows a time, which must be one moment.
    pub fn at(&self, day: Date, time: Time) -> Result<Instant, OddTime> {
        let ambiguous = self.zone.to_ambiguous_zoned_datetime(day.to_datetime(time));
        match ambiguous.offset() {
            jiff::tz::AmbiguousOffset::Gap { .. } => Err(OddTime::Skipped),
            jiff::tz::AmbiguousOffset::Fold { .. } => Err(OddTime::Repeated),
            jiff::tz::AmbiguousOffset::Unambiguous { .. } => {
                ambiguous.unambiguous().map(|z| Instant(z.timestamp().as_second())).map_err(|_| OddTime::OutOfRange)
            }
        }
    }

    /// A moment later by a duration. The flag says that the reckoning had another reading: a month that lacks the day.
    pub fn after(&self, start: Instant, duration: Duration) -> Result<(Instant, bool), OddTime> {
        let zoned = self.zoned(start).ok_or(OddTime::OutOfRange)?;
        let later = zoned.checked_add(span(duration)?).map_err(|_| OddTime::OutOfRange)?;
        let by_month = matches!(duration.unit, DurationUnit::Months | DurationUnit::Years);
        let moved = by_month && later.day() != zoned.day();
        Ok((Instant(later.timestamp().as_second()), moved))
    }

    /// A moment earlier by a duration.
    pub fn before(&self, end: Instant, duration: Duration) -> Result<Instant, OddTime> {
        let zoned = self.zoned(end).ok_or(OddTime::OutOfRange)?;
        let earlier = zoned.checked_sub(span(duration)?).map_err(|_| OddTime::OutOfRange)?;
        Ok(Instant(earlier.timestamp().as_second()))
    }

    /// The day on which a moment falls.
    pub fn day_of(&self, instant: Instant) -> Option<Date> {
        self.zoned(instant).map(|z| z.date())
    }

    fn zoned(&self, instant: Instant) -> Option<jiff::ZonedDateTime> {
        Timestamp::from_second(instant.0).ok().map(|t| t.to_zoned_datetime(self.zone.clone()))
    }

    /// A moment as the book writes it: `2025-05-14 12:01`; midnight is shown as the bare date.
    pub fn show(&self, instant: Instant) -> String {
        let Some(z) = self.zoned(instant) else { return format!("second {}", instant.0) };
        let (date, time) = (z.date(), z.time());
        if time == Time::midnight() {
            date.to_string()
        } else if time.second() == 0 {
            format!("{date} {:02}:{:02}", time.hour(), time.minute())
        } else {
            format!("{date} {:02}:{:02}:{:02}", time.hour(), time.minute(), time.second())
        }
    }

    /// A moment with its time, also at midnight.
    pub fn show_full(&self, instant: Instant) -> String {
        let shown = self.show(instant);
        if shown.contains(' ') { shown } else { format!("{shown} 00:00") }
    }

    /// Reads `2025-04-10`, `2025-04-10 12:01`, `2025-04-10T12:01:30`, `2025-05-13 24:00`, or a time with an offset: a day
    /// without a time gives both its ends, anything else one moment. Parts of a second are let fall: no law begins within one.
    pub fn read(&self, text: &str) -> Result<(Instant, Option<Instant>), String> {
        let text = text.trim();
        let odd = |o: OddTime| format!("in {} `{text}` {o}", self.name);
        let (date_text, time_text) = match text.split_once(['T', ' ']) {
            Some((d, t)) => (d, Some(t.trim())),
            None => (text, None),
        };
        let date = parse_date(date_text).ok_or_else(|| format!("`{text}` is not a date: write it as `2025-04-10` or `2025-04-10 12:01`"))?;
        let Some(time_text) = time_text else {
            return Ok((self.start_of(date).map_err(odd)?, Some(self.end_of(date).map_err(odd)?)));
        };
        if matches!(time_text, "24:00" | "24:00:00") {
            return Ok((self.end_of(date).map_err(odd)?, None));
        }
        if let Some(time) = parse_time(time_text) {
            return Ok((self.at(date, time).map_err(odd)?, None));
        }
        // A record may state its own offset: `2025-04-10T12:01+08:00`, `…Z`.
        let normal = text.replacen(' ', "T", 1);
        let with_offset: Result<Timestamp, _> = normal.parse();
        with_offset.map(|t| (Instant(t.as_second()), None)).map_err(|_| format!("`{time_text}` is not a time of day: write it as `12:01` or `12:01:30`"))
    }
}

fn span(duration: Duration) -> Result<Span, OddTime> {
    let count = i64::from(duration.count);
    let span = match duration.unit {
        DurationUnit::Hours => Span::new().try_hours(count),
        DurationUnit::Days => Span::new().try_days(count),
        DurationUnit::Months => Span::new().try_months(count),
        DurationUnit::Years => Span::new().try_years(count),
    };
    span.map_err(|_| OddTime::OutOfRange)
}

/// Reads `2025-04-10`; nothing where there is no such day.
pub fn parse_date(text: &str) -> Option<Date> {
    let well_formed = text.len() == 10 && text.bytes().enumerate().all(|(i, b)| if i == 4 || i == 7 { b == b'-' } else { b.is_ascii_digit() });
    if !well_formed {
        return None;
    }
    let year: i16 = text.get(0..4)?.parse().ok()?;
    Date::new(year, text.get(5..7)?.parse().ok()?, text.get(8..10)?.parse().ok()?).ok()
}

fn parse_time(text: &str) -> Option<Time> {
    let parts: Vec<&str> = text.split(':').collect();
    let number = |s: &&str| -> Option<i8> { if s.len() == 2 && s.bytes().all(|b| b.is_ascii_digit()) { s.parse().ok() } else { None } };
    match parts.as_slice() {
        [h, m] => Time::new(number(h)?, number(m)?, 0, 0).ok(),
        [h, m, s] => {
            let (s, part) = s.split_once('.').unwrap_or((*s, "0"));
            let digits = !part.is_empty() && part.len() <= 9 && part.bytes().all(|b| b.is_ascii_digit());
            Time::new(number(h)?, number(m)?, number(&s)?, 0).ok().filter(|_| digits)
        }
        _ => None,
    }
}
