//! T20x, T21x: periods and instants.

use super::Problem;
use crate::source::Span;

/// T200: a period that ends before it starts.
pub fn ends_before_it_starts(from: &str, until: &str, from_span: Span, until_span: Span) -> Problem {
    Problem::error("T200", format!("this period ends ({until}) before it starts ({from})"))
        .help("`from` is included and `until` excluded, so the end must be later")
        .at(until_span, "ends here")
        .at(from_span, "starts here")
        .taric("ME25")
}

/// Two ways of saying where one period ends.
pub fn two_ends(first: Span, second: Span) -> Problem {
    Problem::error("T012", "this period has two ends")
        .help("say one of `until`, `through`, `for` and `during`")
        .at(second, "a second end")
        .at(first, "the first end")
}

/// T201: a length of time without a start.
pub fn no_start(span: Span) -> Problem {
    Problem::error("T201", "this length of time has no start").help("say from when: `from 2025-05-14 12:01 for 90 days`").at(span, "counted from nothing")
}

/// T202: a period outside that of what it depends on.
pub fn outside(what: &str, of: &str, period: &str, span: Span, of_span: Span) -> Problem {
    Problem::warning("T202", format!("{what} lies wholly outside the period of {of}: {period}"))
        .help("it never has effect; correct one of the two periods")
        .at(span, "never in force")
        .at(of_span, "this period")
        .taric("ME8")
}

/// T203: a start before the act was published.
pub fn retroactive(from: &str, instrument: &str, published: &str, span: Span, instrument_span: Span) -> Problem {
    Problem::hint("T203", format!("this begins ({from}) before `{instrument}` was published ({published})"))
        .help("law may reach back, and a run with an earlier `--known-at` will not know of it; if it does not reach back here, correct one of the dates")
        .at(span, "reaches back")
        .at(instrument_span, "published here")
}

/// T207: a time that the clock skips or has twice.
pub fn odd_time(text: &str, why: &str, clock: &str, span: Span) -> Problem {
    Problem::error("T207", format!("in {clock} `{text}` {why}")).help("write a time that the clock shows once on that day").at(span, "no single moment")
}

/// T210: stages whose anniversaries fall on a day that most years lack.
pub fn leap_stages(taken: &str, span: Span) -> Problem {
    Problem::warning("T210", "stages that begin on 29 February have more than one reading: most years lack that day")
        .help(format!("the next one is taken to begin on {taken}; say the day of the year, as in `every 03-01`, to be certain"))
        .at(span, "begins on 29 February")
}

/// T210: a length of time with more than one reading.
pub fn many_readings(start: &str, duration: &str, taken: &str, span: Span) -> Problem {
    Problem::warning("T210", format!("{duration} from {start} has more than one reading: the month it ends in lacks that day"))
        .help(format!("it is taken to end on {taken}; write the end with `until` to be certain"))
        .at(span, "ends in a shorter month")
}
