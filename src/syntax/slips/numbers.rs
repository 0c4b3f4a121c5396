//! Slips in numbers: money, rates, points and codes.

use super::{Place, Slip};
use crate::problem::Problem;
use crate::syntax::grammar::Rule;

pub const SLIPS: &[Slip] = &[
    money_sign,
    money_sign_behind,
    currency_behind,
    decimal_comma,
    grouped_by_blanks,
    letter_in_code,
    short_chapter,
    points_for_rate,
    points_unsaid,
    rate_for_points,
    rate_apart,
    blank_after_rate,
    tight_minus,
    range_by_hyphen,
];

fn currency_of(sign: char) -> Option<&'static str> {
    Some(match sign {
        '$' => "USD",
        '€' => "EUR",
        '£' => "GBP",
        '¥' | '￥' => "CNY",
        _ => return None,
    })
}

fn is_number(word: &str) -> bool {
    word.starts_with(|c: char| c.is_ascii_digit()) && word.chars().all(|c| c.is_ascii_digit() || c == '_' || c == '.')
}

/// `$5`, `€ 5`. The sign tells a currency only to those who know the country, so there is no fix.
fn money_sign(place: &Place<'_>) -> Option<Problem> {
    let sign = place.found.chars().next()?;
    let currency = currency_of(sign)?;
    let number = place.found.get(sign.len_utf8()..)?;
    if number.is_empty() && !is_number(place.next()) && is_number(place.before) {
        return None;
    }
    let (found, number) = match number {
        "" if is_number(place.next()) => (format!("{sign} {}", place.next()), place.next()),
        "" => (sign.to_string(), "5"),
        n => (place.found.to_owned(), n),
    };
    let span = place.span_of(place.at, found.len());
    Some(place.slip_at(
        span,
        format!("`{found}` does not say which currency"),
        format!("money is written with the letters of its currency: `{currency} {number}`"),
    ))
}

/// `5$`, `5 €`.
fn money_sign_behind(place: &Place<'_>) -> Option<Problem> {
    let sign = place.found.chars().next()?;
    let currency = currency_of(sign)?;
    let written = place.text.get(place.before_at..place.at.saturating_add(sign.len_utf8()))?;
    let message = format!("`{written}` does not say which currency");
    Some(place.slip_at(
        place.span_of(place.before_at, written.len()),
        message,
        format!("money is written with the letters of its currency before the amount: `{currency} {}`", place.before),
    ))
}

/// `5 USD`, `5USD`.
fn currency_behind(place: &Place<'_>) -> Option<Problem> {
    let is_currency = |w: &str| w.len() == 3 && w.bytes().all(|b| b.is_ascii_uppercase());
    let (number, currency, span) = if is_number(place.before) && is_currency(place.found) {
        (place.before, place.found, place.both_span())
    } else if is_number(place.found) && is_currency(place.next()) && place.expects(&[Rule::currency]) {
        let len = place.rest().find(place.next())?.saturating_add(3);
        (place.found, place.next(), place.span_of(place.at, len))
    } else {
        let split = place.found.find(|c: char| c.is_ascii_uppercase())?;
        let (number, currency) = (place.found.get(..split)?, place.found.get(split..)?);
        if !is_number(number) || !is_currency(currency) {
            return None;
        }
        (number, currency, place.span())
    };
    let right = format!("{currency} {number}");
    Some(place.slip_at(span, format!("`{number} {currency}` has its currency behind the amount"), format!("write `{right}`")).fix(span, right))
}

/// `12,5%`, `1,000`. The place may be before the comma (nothing was read) or at it (the digits were).
fn decimal_comma(place: &Place<'_>) -> Option<Problem> {
    let start = place.until().rfind(|c: char| !(c.is_ascii_digit() || c == '.' || c == '_')).map_or(0, |n| n.saturating_add(1));
    let whole = place.text.get(start..)?;
    let len = whole.find(|c: char| !(c.is_ascii_digit() || c == ',' || c == '.' || c == '_')).unwrap_or(whole.len());
    let number = whole.get(..len)?.trim_end_matches([',', '.']);
    let (left, right) = number.split_once(',')?;
    if !left.ends_with(|c: char| c.is_ascii_digit()) || !right.starts_with(|c: char| c.is_ascii_digit()) {
        return None;
    }
    let span = place.span_of(start, number.len());
    let groups = right.split(',').all(|g| g.split('.').next().is_some_and(|d| d.len() == 3));
    let percent = whole.get(number.len()..).is_some_and(|t| t.starts_with('%'));
    let (message, meant) = if groups && !percent {
        (format!("`{number}` has a comma among its digits"), number.replace(',', "_"))
    } else if right.contains(',') {
        return None;
    } else {
        (format!("`{number}` has a comma where a decimal point is meant"), number.replace(',', "."))
    };
    let help = if groups && !percent { format!("digits are grouped with `_`: `{meant}`") } else { format!("write `{meant}`") };
    let problem = place.slip_at(span, message, help);
    // `1,000` is a thousand to some and one to others.
    Some(if groups && !percent && !right.contains([',', '.']) && left.len() == 1 && left == "0" { problem } else { problem.fix(span, meant) })
}

/// `1 000 000`.
fn grouped_by_blanks(place: &Place<'_>) -> Option<Problem> {
    let group = |w: &str| w.len() == 3 && w.bytes().all(|b| b.is_ascii_digit());
    let leading = place.before.len() <= 3 && place.before.bytes().all(|b| b.is_ascii_digit()) && !place.before.is_empty();
    if !leading || !group(place.found.split('.').next().unwrap_or("")) || !is_number(place.found) || !place.same_line() {
        return None;
    }
    let line = place.text.get(place.before_at..)?.lines().next()?;
    let mut len = 0usize;
    let mut meant = String::new();
    for word in line.split(' ') {
        let more = !meant.is_empty();
        if more && !group(word.split('.').next().unwrap_or("")) || !is_number(word) {
            break;
        }
        len = len.saturating_add(word.len()).saturating_add(usize::from(more));
        meant = if more { format!("{meant}_{word}") } else { word.to_owned() };
    }
    let span = place.span_of(place.before_at, len);
    let written = line.get(..len)?;
    Some(place.slip_at(span, format!("`{written}` has blanks among its digits"), format!("digits are grouped with `_`: `{meant}`")).fix(span, meant))
}

fn letter_in_code(place: &Place<'_>) -> Option<Problem> {
    let begin = place.until().rfind(|c: char| !(c.is_ascii_alphanumeric() || c == '.')).map_or(0, |n| n.saturating_add(1));
    let rest = place.text.get(begin..)?;
    let word = rest.get(..rest.find(|c: char| !(c.is_ascii_alphanumeric() || c == '.')).unwrap_or(rest.len()))?.trim_end_matches('.');
    let alike = |c: char| match c {
        'O' | 'o' => Some('0'),
        'l' | 'I' => Some('1'),
        _ => None,
    };
    let digits = word.chars().filter(char::is_ascii_digit).count();
    let letters = word.chars().filter(|c| alike(*c).is_some()).count();
    let others = word.chars().any(|c| !c.is_ascii_digit() && alike(c).is_none() && c != '.');
    if digits < 3 || letters == 0 || others {
        return None;
    }
    let meant: String = word.chars().map(|c| alike(c).unwrap_or(c)).collect();
    let span = place.span_of(begin, word.len());
    Some(place.slip_at(span, format!("`{word}` has a letter among its digits"), format!("a goods code has digits only: `{meant}`")).fix(span, meant))
}

/// `chapter 4`.
fn short_chapter(place: &Place<'_>) -> Option<Problem> {
    if place.before != "chapter" || place.found.len() != 1 || !place.found.bytes().all(|b| b.is_ascii_digit()) {
        return None;
    }
    let (found, meant) = (place.found, format!("0{}", place.found));
    Some(place.slip_at(place.span(), format!("`{found}` is no chapter"), format!("a chapter has two digits: `chapter {meant}`")).fix(place.span(), meant))
}

/// Whether what is written so far asks for a step of rounding.
fn asks_a_step(text: &str) -> bool {
    let text = text.trim_end();
    text.ends_with("rounded to") || text.ends_with("rounded down to")
}

/// `by 24%`, `rounded to 0.1%`.
fn points_for_rate(place: &Place<'_>) -> Option<Problem> {
    let asks = place.expects(&[Rule::points]) || place.before == "by" || asks_a_step(place.until());
    let (percent, span) = if asks && place.found.ends_with('%') && place.found.len() > 1 {
        (place.found, place.span())
    } else if place.before.ends_with('%') && place.expects(&[Rule::OF]) && place.until().get(..place.before_at)?.trim_end().ends_with("by") {
        (place.before, place.before_span())
    } else {
        return None;
    };
    let number = percent.trim_end_matches('%');
    let help = if place.item.starts_with("exemption") {
        format!("a difference of rates is said in points: `{number} points`; a share of what is due is `{percent} of the duty`")
    } else {
        format!("a difference of rates is said in points: `{number} points`")
    };
    Some(place.slip_at(span, format!("`{percent}` is a rate, where points are meant"), help).fix(span, format!("{number} points")))
}

/// `by 24`, `rounded to 0.1`.
fn points_unsaid(place: &Place<'_>) -> Option<Problem> {
    if !place.expects(&[Rule::POINTS]) || !is_number(place.before) {
        return None;
    }
    let asks = place.until().get(..place.before_at)?.trim_end();
    if !asks.ends_with("by") && !asks_a_step(asks) {
        return None;
    }
    let span = place.before_span();
    let right = format!("{} points", place.before);
    Some(
        place.slip_at(span, format!("`{}` does not say of what", place.before), format!("a difference of rates is said in points: `{right}`")).fix(span, right),
    )
}

/// `rate 24 points`, `rate 34 %`, `rate 34 percent`.
fn rate_for_points(place: &Place<'_>) -> Option<Problem> {
    let (number, word) = if is_number(place.before) { (place.before, place.found) } else { return None };
    let span = place.both_span();
    match word {
        "%" | "percent" | "per" | "pct" | "pc" if word != "per" || place.next() == "cent" => {
            let (written, len) = if word == "per" {
                let len = place.rest().find("cent")?.saturating_add(4);
                (format!("{number} per cent"), len)
            } else {
                (format!("{number} {word}"), word.len())
            };
            let span = place.before_span().to(place.span_of(place.at, len));
            Some(place.slip_at(span, format!("`{written}` is no rate"), format!("write `{number}%`")).fix(span, format!("{number}%")))
        }
        "points" | "point" | "pp" => Some(
            place
                .slip_at(span, format!("`{number} {word}` is a difference of rates, where a rate is meant"), format!("a rate is written `{number}%`"))
                .fix(span, format!("{number}%")),
        ),
        _ => None,
    }
}

/// `expect mfn = 10 %`, where nothing but a rate could begin with a number.
fn rate_apart(place: &Place<'_>) -> Option<Problem> {
    if !is_number(place.found) || !matches!(place.next(), "%" | "percent" | "pct") || !place.expects(&[Rule::percent]) {
        return None;
    }
    let len = place.rest().find(place.next())?.saturating_add(place.next().len());
    let span = place.span_of(place.at, len);
    let written = place.rest().get(..len)?;
    Some(place.slip_at(span, format!("`{written}` is no rate"), format!("write `{}%`", place.found)).fix(span, format!("{}%", place.found)))
}

/// `34%from 2025-01-01`.
fn blank_after_rate(place: &Place<'_>) -> Option<Problem> {
    let (rate, rest) = place.found.split_once('%')?;
    if !is_number(rate) || !rest.starts_with(|c: char| c.is_ascii_alphabetic()) {
        return None;
    }
    Some(place.slip(format!("`{}` wants a blank after its rate", place.found), format!("write `{rate}% {rest}`")).fix(place.span(), format!("{rate}% {rest}")))
}

/// `5%-2%`, `a -b`.
fn tight_minus(place: &Place<'_>) -> Option<Problem> {
    let rest = place.found.strip_prefix('-')?;
    if rest.is_empty() || !place.expects(&[Rule::MINUS_SIGN]) {
        return None;
    }
    let tight = place.text.get(..place.at).is_some_and(|t| !t.ends_with(char::is_whitespace));
    let (span, left) = if tight { (place.both_span(), format!("{} ", place.before)) } else { (place.span(), String::new()) };
    let right = format!("{left}- {rest}");
    Some(place.slip_at(span, "a minus between terms stands between blanks", format!("write `{right}`")).fix(span, right))
}

/// `01-05`, `8703.21..8703.24`.
fn range_by_hyphen(place: &Place<'_>) -> Option<Problem> {
    let code = |w: &str| w.len() >= 2 && w.chars().all(|c| c.is_ascii_digit() || c == '.');
    let (first, last, span) = match place.found {
        "-" | ".." if code(place.before) && code(place.next()) => {
            let len = place.rest().find(place.next())?.saturating_add(place.next().len());
            (place.before, place.next(), place.before_span().to(place.span_of(place.at, len)))
        }
        word => {
            let (first, last) = word.split_once("..").or_else(|| word.split_once('-'))?;
            (first, last, place.span())
        }
    };
    if !place.expects(&[Rule::goods_code, Rule::goods, Rule::goods_list, Rule::TO]) || !code(first) || !code(last) {
        return None;
    }
    let right = format!("{first} to {last}");
    let written = place.text.get(span.start.saturating_sub(place.base)..span.end.saturating_sub(place.base))?;
    Some(place.slip_at(span, format!("`{written}` is no range of codes"), format!("write `{right}`; both ends are in it")).fix(span, right))
}
