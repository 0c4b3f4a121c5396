//! Slips in dates, times and periods.

use super::{Place, Slip};
use crate::problem::{Problem, syntax};
use crate::syntax::grammar::Rule;

pub const SLIPS: &[Slip] = &[origin_for_date, date_form, time_form, second_bound, until_for_before];

const FORM: &str = "dates are written year-month-day, two digits for month and day: `2025-04-10`, with a time `2025-04-10 12:01`";

const MONTHS: [&str; 12] = ["jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"];

fn asks_for_date(place: &Place<'_>) -> bool {
    place.expects(&[Rule::instant, Rule::date])
}

/// `from US`, where `of origin US` is meant.
fn origin_for_date(place: &Place<'_>) -> Option<Problem> {
    let country = |w: &str| w.len() == 2 && w.bytes().all(|b| b.is_ascii_uppercase());
    let (span, code) = if place.before == "from" && country(place.found) && asks_for_date(place) {
        (place.both_span(), place.found)
    } else if place.found == "from" && country(place.next()) && place.expects(&[Rule::OF, Rule::of_origin]) {
        let len = place.rest().find(place.next())?.saturating_add(2);
        (place.span_of(place.at, len), place.next())
    } else {
        return None;
    };
    let right = format!("of origin {code}");
    Some(place.slip_at(span, format!("`from {code}` is no origin: `from` begins a period"), format!("write `{right}`")).fix(span, right))
}

fn date_form(place: &Place<'_>) -> Option<Problem> {
    if !asks_for_date(place) {
        return None;
    }
    let month = place.found.get(..3).is_some_and(|m| MONTHS.contains(&m.to_lowercase().as_str()));
    let digits = place.found.chars().filter(char::is_ascii_digit).count();
    let day_first = place.found.len() <= 4 && place.next().get(..3).is_some_and(|m| MONTHS.contains(&m.to_lowercase().as_str()));
    if place.found.starts_with(|c: char| c.is_ascii_digit()) && digits >= 4 {
        let problem = place.slip(format!("`{}` is no date", place.found), FORM);
        return Some(match year_first(place.found) {
            Some(right) => problem.fix(place.span(), right),
            None => problem,
        });
    }
    if month && place.same_line() || digits > 0 && day_first {
        let line = place.rest().lines().next().unwrap_or("");
        let words = line.split_whitespace().take_while(|w| w.starts_with(|c: char| c.is_ascii_digit()) || month_name(w)).collect::<Vec<_>>().join(" ");
        return Some(place.slip_at(place.span_of(place.at, words.len()), format!("`{}` is no date", words.trim_end_matches(',')), FORM));
    }
    let asks = ["from", "until", "through", "before", "to", "at", "published", "expires"];
    if asks.contains(&place.before) && !place.expects(&[Rule::path, Rule::names]) {
        // What was found may be lines away; the word that asks for a date is what to look at.
        let message = format!("a date is missing after `{}`", place.before);
        return Some(place.slip_at(place.before_span(), message, "write it as `2025-04-10` or `2025-04-10 12:01`"));
    }
    None
}

fn month_name(word: &str) -> bool {
    word.get(..3).is_some_and(|m| MONTHS.contains(&m.to_lowercase().as_str()))
}

/// The date meant by `2025-4-1`, `2025/04/01` or `2025-04-01T12:01`; which of two small numbers is the month nobody can tell otherwise.
fn year_first(word: &str) -> Option<String> {
    let (date, time) = match word.split_once('T') {
        Some((date, time)) => (date, Some(time)),
        None => (word, None),
    };
    let parts: Vec<&str> = date.split(['-', '/', '.']).collect();
    let [year, month, day] = parts.as_slice() else { return None };
    let number = |w: &str| w.bytes().all(|b| b.is_ascii_digit());
    if year.len() != 4 || !(1..=2).contains(&month.len()) || !(1..=2).contains(&day.len()) || !parts.iter().all(|p| number(p)) {
        return None;
    }
    let date = format!("{year}-{month:0>2}-{day:0>2}");
    match time {
        Some(t) => {
            let t = t.trim_end_matches('Z');
            let plain = t.len() == 5 || t.len() == 8;
            (plain && t.bytes().all(|b| b.is_ascii_digit() || b == b':')).then(|| format!("{date} {t}"))
        }
        None => Some(date),
    }
}

/// `2025-04-10 9:00`, `2025-04-10 12.01`, `2025-04-10 12:01pm`.
fn time_form(place: &Place<'_>) -> Option<Problem> {
    if !place.expects(&[Rule::time]) || !place.same_line() || !place.found.starts_with(|c: char| c.is_ascii_digit()) {
        return None;
    }
    let (hour, rest) = place.found.split_once([':', '.', 'h'])?;
    let help = "times have two digits for hour and minute, and run from `00:00` to `24:00`";
    let problem = place.slip(format!("`{}` is no time", place.found), help);
    let plain = (1..=2).contains(&hour.len()) && rest.len() == 2 && format!("{hour}{rest}").bytes().all(|b| b.is_ascii_digit());
    Some(if plain { problem.fix(place.span(), format!("{hour:0>2}:{rest}")) } else { problem })
}

/// `loaded from A before B`: one word, two bounds.
fn second_bound(place: &Place<'_>) -> Option<Problem> {
    if !matches!(place.found, "before" | "from" | "through" | "until") || !place.before.starts_with(|c: char| c.is_ascii_digit()) {
        return None;
    }
    let (at, fact) = ["loaded", "exported", "entered"].into_iter().filter_map(|f| place.until().rfind(f).map(|n| (n, f))).max()?;
    let between = place.until().get(at..)?.trim_end();
    if between.split_whitespace().count() > 4 {
        return None;
    }
    Some(syntax::second_bound(fact, place.span_of(at, between.len()), place.span()))
}

/// `loaded until T`.
fn until_for_before(place: &Place<'_>) -> Option<Problem> {
    if !matches!(place.before, "loaded" | "exported" | "entered") || !matches!(place.found, "until" | "by" | "on" | "after" | "since") {
        return None;
    }
    let (right, why) = match place.found {
        "until" => ("before", "`before T` leaves the moment T out, `through D` takes all of the day D in"),
        "by" => ("through", "`through D` takes all of the day D in, `before T` leaves the moment T out"),
        "after" | "since" => ("from", "`from T` takes the moment T in"),
        _ => return Some(place.slip(format!("`{} on` is no condition", place.before), format!("write `{0} from D and {0} through D`", place.before))),
    };
    let problem = place.slip(format!("`{}` takes `from`, `before` or `through`, not `{}`", place.before, place.found), why);
    Some(if place.found == "until" { problem.fix(place.span(), right) } else { problem })
}
