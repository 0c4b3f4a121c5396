//! Literals, in the author's spelling.

use super::super::tree::*;

pub fn quoted(text: &Text) -> String {
    format!("\"{}\"", text.text)
}

/// A quotation of the legal text, byte for byte.
pub fn quotation(text: &Text) -> String {
    format!("\"\"\"{}\"\"\"", text.text)
}

pub fn moment(moment: &Moment) -> String {
    match moment.time {
        None => moment.date.to_string(),
        Some((h, m, s)) if moment.seconds => format!("{} {h:02}:{m:02}:{s:02}", moment.date),
        Some((h, m, _)) => format!("{} {h:02}:{m:02}", moment.date),
    }
}

pub fn month_day(day: &MonthDay) -> String {
    format!("{:02}-{:02}", day.month, day.day)
}

pub fn money(money: &Money) -> String {
    format!("{} {}", money.currency.text, money.number.text)
}

pub fn points(points: &Points) -> String {
    format!("{} points", points.number.text)
}

pub fn specific(specific: &Specific) -> String {
    let per = specific.per.as_ref().map(|n| format!("{} ", n.text)).unwrap_or_default();
    format!("{} per {per}{}", money(&specific.money), specific.unit)
}

pub fn percent_of(percent: &Percent, name: &Name) -> String {
    format!("{} of {}", percent.text, name.text)
}

pub fn yes_or_no(flag: bool) -> &'static str {
    if flag { "yes" } else { "no" }
}

/// `"file.csv" column hs8`.
pub fn file(file: &FileRef) -> String {
    match &file.column {
        Some(column) => format!("{} column {}", quoted(&file.path), column.text),
        None => quoted(&file.path),
    }
}
