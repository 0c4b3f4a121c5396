//! Slips in signs and punctuation.

use super::{Place, Slip};
use crate::problem::Problem;
use crate::syntax::grammar::Rule;

pub const SLIPS: &[Slip] = &[
    comparison_sign,
    logic_sign,
    comment_sign,
    semicolon,
    colon,
    brackets,
    unclosed_text,
    trailing_comma,
    comma_missing,
    unclosed_parenthesis,
    equals_missing,
    base_sign,
];

fn comparison_sign(place: &Place<'_>) -> Option<Problem> {
    for (wrong, right) in [("!==", "!="), ("=<", "<="), ("=>", ">="), ("==", "="), ("<>", "!="), (":=", "=")] {
        for start in place.at.saturating_sub(wrong.len().saturating_sub(1))..=place.at {
            if place.text.get(start..).is_some_and(|t| t.starts_with(wrong)) {
                let span = place.span_of(start, wrong.len());
                let message = if right == "=" { format!("`{wrong}` is written `=` here") } else { format!("`{wrong}` is no comparison") };
                return Some(place.slip_at(span, message, format!("write `{right}`")).fix(span, right));
            }
        }
    }
    None
}

/// `&&`, `||`, `!`, `&`.
fn logic_sign(place: &Place<'_>) -> Option<Problem> {
    let (sign, right) = [("&&", "and"), ("||", "or"), ("&", "and"), ("|", "or"), ("!", "not")].into_iter().find(|(s, _)| place.found.starts_with(s))?;
    if place.found.starts_with("!=") {
        return None;
    }
    let right = match sign {
        "&" if place.expects(&[Rule::COMMA]) && !place.expects(&[Rule::AND]) => ",",
        _ => right,
    };
    let span = place.span_of(place.at, sign.len());
    let apart = if place.found.len() > sign.len() { " " } else { "" };
    Some(place.slip_at(span, format!("`{sign}` is written `{right}`"), format!("write `{right}`")).fix(span, format!("{right}{apart}")))
}

/// `// comment`, `-- comment`, `/* comment */`.
fn comment_sign(place: &Place<'_>) -> Option<Problem> {
    let sign = ["//", "--", "/*"].into_iter().find(|s| place.found.starts_with(s))?;
    let span = place.span_of(place.at, sign.len());
    Some(place.slip_at(span, format!("`{sign}` starts no comment"), "comments start with `#`, and end with their line").fix(span, "#"))
}

fn semicolon(place: &Place<'_>) -> Option<Problem> {
    if !place.found.starts_with(';') {
        return None;
    }
    let list = place.expects(&[Rule::COMMA]) && !place.next().is_empty();
    let right = if list { "," } else { "" };
    let help = if list { "lists are joined with `,`" } else { "no mark stands at the end of a clause" };
    let span = place.span_of(place.at, 1);
    Some(place.slip_at(span, "`;` has no meaning here", help).fix(span, right))
}

/// `rate: 5%`, `goods x: 01`.
fn colon(place: &Place<'_>) -> Option<Problem> {
    if !place.found.starts_with(':') || place.found.starts_with(":=") {
        return None;
    }
    let span = place.span_of(place.at, 1);
    if place.expects(&[Rule::EQUALS]) {
        return Some(place.slip_at(span, "`:` is written `=` here", "write `=`").fix(span, " ="));
    }
    Some(place.slip_at(span, format!("no `:` stands after `{}`", place.before.trim_end_matches(':')), "delete it").fix(span, ""))
}

/// `[no4]`, `{US, CA}`.
fn brackets(place: &Place<'_>) -> Option<Problem> {
    let sign = place.found.chars().next().filter(|c| matches!(c, '[' | ']' | '{' | '}'))?;
    Some(
        place
            .slip_at(
                place.span_of(place.at, 1),
                format!("`{sign}` has no meaning here"),
                "lists are joined with `,` and have no brackets; conditions are grouped with `(` and `)`",
            )
            .fix(place.span_of(place.at, 1), ""),
    )
}

fn unclosed_text(place: &Place<'_>) -> Option<Problem> {
    if !place.found.starts_with('"') || place.found.len() > 1 && place.found.ends_with('"') {
        return None;
    }
    let curly = place.found.chars().find(|c| matches!(c, '\u{201c}' | '\u{201d}' | '\u{201e}'));
    let help = match curly {
        Some(c) => format!("`{c}` is a curly quotation mark and closes nothing; use the plain mark `\"`"),
        None => "put `\"` where it ends; longer quotations stand between `\"\"\"`".to_owned(),
    };
    Some(place.slip("a text is not closed on its line", help))
}

/// `01, 02,` at the end of a list.
fn trailing_comma(place: &Place<'_>) -> Option<Problem> {
    if !place.before.ends_with(',') || place.same_line() && !place.found.is_empty() {
        return None;
    }
    // What follows on the next line may well be the rest of the list; only a word of the language, or nothing, is not.
    if !place.found.is_empty() && !crate::syntax::words::is_reserved(place.found) {
        return None;
    }
    let at = place.before_at.saturating_add(place.before.len()).saturating_sub(1);
    let span = place.span_of(at, 1);
    Some(place.slip_at(span, "nothing follows this `,`", "delete it, or go on with the list").fix(span, ""))
}

/// `0101 0102`, `US CA`.
fn comma_missing(place: &Place<'_>) -> Option<Problem> {
    let code = |w: &str| w.len() >= 2 && w.chars().all(|c| c.is_ascii_digit() || c == '.');
    let country = |w: &str| w.len() == 2 && w.bytes().all(|b| b.is_ascii_uppercase());
    let alike = code(place.before) && code(place.found) || country(place.before) && country(place.found);
    if !alike || !place.expects(&[Rule::COMMA]) {
        return None;
    }
    let end = place.before_at.saturating_add(place.before.len());
    let problem = place.slip_at(
        place.both_span(),
        format!("a comma is missing between `{}` and `{}`", place.before, place.found),
        format!("write `{}, {}`", place.before, place.found),
    );
    Some(problem.fix(place.span_of(end, 0), ","))
}

/// `(a and b`, and no more to come.
fn unclosed_parenthesis(place: &Place<'_>) -> Option<Problem> {
    if !place.expects(&[Rule::CLOSE]) || place.same_line() && !crate::syntax::words::is_reserved(place.found) && !place.found.is_empty() {
        return None;
    }
    let mut open = Vec::new();
    let mut quoted = false;
    for (at, c) in place.until().char_indices() {
        match c {
            '"' => quoted = !quoted,
            '(' if !quoted => open.push(at),
            ')' if !quoted => drop(open.pop()),
            _ => {}
        }
    }
    let at = open.pop()?;
    Some(place.slip_at(place.span_of(at, 1), "`(` is not closed", "put `)` where the group ends"))
}

/// `expect general 10%`.
fn equals_missing(place: &Place<'_>) -> Option<Problem> {
    let value = place.found.starts_with(|c: char| c.is_ascii_digit()) || place.found.len() == 3 && place.found.bytes().all(|b| b.is_ascii_uppercase());
    if !value || !place.expects(&[Rule::EQUALS]) || !place.expects(&[Rule::RELIEVED]) {
        return None;
    }
    let written = format!("{} {}", place.before, place.found);
    let right = format!("{} = {}", place.before, place.found);
    Some(place.slip(format!("`=` is missing in `{written}`"), format!("write `{right}`")).fix(place.both_span(), right))
}

/// `base value + duties`.
fn base_sign(place: &Place<'_>) -> Option<Problem> {
    let sign = place.found.chars().next().filter(|c| matches!(c, '+' | '-'))?;
    if !place.expects(&[Rule::PLUS, Rule::LESS]) {
        return None;
    }
    let right = if sign == '+' { "plus" } else { "less" };
    let span = place.span_of(place.at, 1);
    let apart = if place.found.len() > 1 { " " } else { "" };
    Some(
        place
            .slip_at(span, format!("parts of a base are joined with `{right}`, not `{sign}`"), format!("write `{right}`"))
            .fix(span, format!("{right}{apart}")),
    )
}
