//! Rates: percentages, held as fractions of one.

use super::Exact;
use rust_decimal::Decimal;
use std::str::FromStr;

const HUNDRED: i64 = 100;

/// Reads `34%`, `12.5%` or `33 1/3%` as a fraction of one.
pub fn percent_value(text: &str) -> Option<Exact> {
    let digits = text.strip_suffix('%')?.trim_end().replace('_', "");
    let mut parts = digits.split_whitespace();
    let whole = Exact::from(Decimal::from_str(parts.next()?).ok()?);
    let share = match parts.next() {
        Some(fraction) => {
            let (n, d) = fraction.split_once('/')?;
            Exact::fraction(n.parse().ok()?, d.parse().ok()?)?
        }
        None => Exact::ZERO,
    };
    if parts.next().is_some() {
        return None;
    }
    whole.checked_add(share)?.checked_div(Exact::whole(HUNDRED))
}

/// A fraction of one as a percentage: `34%`, `33 1/3%`.
pub fn percent_text(rate: Exact) -> String {
    let Some(percent) = rate.checked_mul(Exact::whole(HUNDRED)) else { return format!("{rate} of the whole") };
    if let Some(d) = percent.to_decimal() {
        return format!("{d}%");
    }
    let (n, d) = percent.parts();
    match (n.checked_div(d), n.checked_rem(d)) {
        (Some(0), _) | (None, _) | (_, None) => format!("{n}/{d}%"),
        (Some(whole), Some(rest)) => format!("{whole} {}/{d}%", rest.unsigned_abs()),
    }
}
