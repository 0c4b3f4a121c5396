//! Slips in names, countries and texts.

use super::{Place, Slip};
use crate::problem::{Problem, naming};
use crate::syntax::grammar::Rule;
use crate::syntax::words::is_reserved;
use crate::value::Country;

pub const SLIPS: &[Slip] = &[name_missing, name_form, origin_unsaid, country_form, origin_as_fact, quotation_marks];

fn only_name(place: &Place<'_>) -> bool {
    !place.expected.is_empty() && place.expected.iter().all(|r| matches!(r, Rule::name))
}

/// `measure`, and the name forgotten.
fn name_missing(place: &Place<'_>) -> Option<Problem> {
    if !only_name(place) || place.same_line() && !place.found.is_empty() && !place.found.starts_with('"') {
        return None;
    }
    Some(place.slip_at(
        place.before_span(),
        format!("a name is missing after `{}`", place.before),
        "names are written in small letters and joined with `_`, as in `in_transit`",
    ))
}

fn name_form(place: &Place<'_>) -> Option<Problem> {
    let tight = place.until().ends_with(|c: char| c.is_ascii_alphanumeric() || c == '_');
    if place.found.starts_with('-') && tight && place.before.starts_with(|c: char| c.is_ascii_alphabetic()) {
        let whole = format!("{}{}", place.before, place.found);
        return Some(hyphen(place, &whole).fix(place.both_span(), whole.replace('-', "_").to_lowercase()));
    }
    if !place.expects(&[Rule::name, Rule::path, Rule::names]) {
        return None;
    }
    let name_like =
        place.found.chars().all(|c| c.is_ascii_alphanumeric() || matches!(c, '_' | '-')) && place.found.starts_with(|c: char| c.is_ascii_alphanumeric());
    let joined = place.found.trim_matches('-').contains('-');
    let begins_with_letter = place.found.starts_with(|c: char| c.is_ascii_alphabetic());
    if name_like && joined && begins_with_letter {
        return Some(hyphen(place, place.found).fix(place.span(), place.found.replace('-', "_").to_lowercase()));
    }
    if !only_name(place) {
        return None;
    }
    if is_reserved(place.found) {
        return Some(naming::reserved(place.found, place.span()));
    }
    if name_like && !begins_with_letter {
        return Some(place.slip(
            format!("`{}` begins with a digit", place.found),
            format!("names begin with a small letter: `list_{}`", place.found.to_lowercase().replace('-', "_")),
        ));
    }
    if name_like && place.found.chars().any(|c| c.is_ascii_uppercase()) {
        let right = place.found.to_lowercase();
        return Some(place.slip(format!("`{}` has capitals", place.found), format!("names are written in small letters: `{right}`")).fix(place.span(), right));
    }
    None
}

fn hyphen(place: &Place<'_>, whole: &str) -> Problem {
    place.slip(format!("`{whole}` has a hyphen"), format!("names are joined with `_`: `{}`", whole.replace('-', "_").to_lowercase()))
}

/// `of US`.
fn origin_unsaid(place: &Place<'_>) -> Option<Problem> {
    let country = Country::from_code(place.found).is_some() || Country::called(place.found).is_some();
    if place.before != "of" || !place.expects(&[Rule::ORIGIN]) || !country {
        return None;
    }
    let right = format!("origin {}", place.found);
    Some(place.slip(format!("`of {}` does not say that it is an origin", place.found), format!("write `of {right}`")).fix(place.span(), right))
}

/// `of origin China`, `imports into USA`.
fn country_form(place: &Place<'_>) -> Option<Problem> {
    let word = place.found;
    let asked = place.expects(&[Rule::country, Rule::countries, Rule::country_list, Rule::one_country, Rule::dated_country]);
    if !asked || !word.starts_with(|c: char| c.is_ascii_uppercase()) || is_reserved(word) {
        return None;
    }
    let help = "countries have the two letters of ISO 3166, as in `US`";
    let problem = |help: String| place.slip(format!("`{word}` is no country"), help);
    // A name of several words, such as `United States`, is on the rest of the line.
    let line = place.rest().lines().next().unwrap_or("");
    let longest = (1..=4).rev().find_map(|n| {
        let words = line.split_whitespace().take(n).collect::<Vec<_>>().join(" ");
        Country::called(words.trim_end_matches(',')).map(|c| (c, words.trim_end_matches(',').len()))
    });
    Some(match longest {
        Some((country, len)) => {
            let span = place.span_of(place.at, len);
            let written = line.get(..len).unwrap_or(word);
            place.slip_at(span, format!("`{written}` is no country"), format!("{help}: write `{country}`")).fix(span, country.code())
        }
        None => problem(help.to_owned()),
    })
}

/// `when origin = US`.
fn origin_as_fact(place: &Place<'_>) -> Option<Problem> {
    if place.found != "origin" || !matches!(place.before, "when" | "unless" | "and" | "or" | "not" | "(" | "that") {
        return None;
    }
    Some(place.slip("`origin` is said by the scope, not by a condition", "write `of origin …` as a clause of its own, outside the condition"))
}

/// `list quiet-list.csv`, `cites no4 sec. 1`, `measure general Additional duty`.
fn quotation_marks(place: &Place<'_>) -> Option<Problem> {
    let text = place.expects(&[Rule::text]);
    let title = text && place.until().split_whitespace().count() == 2;
    let words = title || place.expects(&[Rule::title, Rule::section, Rule::long_text]);
    if !text && !words || place.found.is_empty() || place.found.starts_with('"') || !place.same_line() {
        return None;
    }
    let file = place.found.contains(['.', '/']) && place.found.chars().all(|c| c.is_alphanumeric() || matches!(c, '.' | '/' | '-' | '_'));
    if text && !words && place.expected.len() == 1 && file {
        let right = format!("\"{}\"", place.found);
        return Some(place.slip(format!("`{}` wants quotation marks", place.found), format!("write `{right}`")).fix(place.span(), right));
    }
    if !words && place.expected.len() > 3 {
        return None;
    }
    // Words that are not of the language go to the end of the line, or to the next word that is.
    let line = place.rest().lines().next().unwrap_or("").split('#').next().unwrap_or("");
    let mut len = 0usize;
    for word in line.split_whitespace() {
        if is_reserved(word) {
            break;
        }
        len = line.get(len..)?.find(word)?.saturating_add(len).saturating_add(word.len());
    }
    let written = line.get(..len)?;
    // One short word is more likely misspelt than a title.
    let section = place.expects(&[Rule::section, Rule::long_text]);
    if written.is_empty() || !section && !written.contains(' ') || !(section || written.starts_with(|c: char| c.is_alphabetic())) || written.contains('"') {
        return None;
    }
    let what = if section { "a place within an instrument" } else { "a title" };
    let span = place.span_of(place.at, len);
    Some(place.slip_at(span, format!("`{written}` wants quotation marks"), format!("{what} is a text: `\"{written}\"`")).fix(span, format!("\"{written}\"")))
}
