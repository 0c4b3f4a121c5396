//! Words that are misspelt, written with capitals, or borrowed from another language.

use super::{Place, Slip};
use crate::problem::{Problem, did_you_mean};
use crate::syntax::grammar::Rule;
use crate::syntax::tree::OutcomeWord;
use crate::syntax::words::{CLAUSES, ITEMS, expectations, is_reserved, said, word};

pub const SLIPS: &[Slip] = &[at_item, list_word, exception, other_word, bound_word, misspelt_before, misspelt, connective];

/// What others call the items of this language.
const OTHER_ITEMS: [(&str, &str); 12] = [
    ("import", "use"),
    ("include", "use"),
    ("duty", "measure"),
    ("tariff", "measure"),
    ("law", "instrument"),
    ("act", "instrument"),
    ("order", "instrument"),
    ("set", "goods"),
    ("exempt", "exemption"),
    ("suspend", "suspension"),
    ("cap", "limit"),
    ("check", "assert"),
];

/// The first word of an item.
fn at_item(place: &Place<'_>) -> Option<Problem> {
    if place.at != 0 || place.found.is_empty() || !place.expects(&[Rule::POLICY, Rule::policy]) {
        return None;
    }
    let small = place.found.to_lowercase();
    if ITEMS.contains(&small.as_str()) {
        return Some(
            place
                .slip(format!("`{}` has capitals", place.found), format!("words of the language are written in small letters: `{small}`"))
                .fix(place.span(), small),
        );
    }
    let message = format!("`{}` begins no item", place.found);
    if CLAUSES.contains(&small.trim_end_matches(':')) {
        return Some(
            place.slip(message, format!("`{small}` begins a clause; clauses are indented under the item that they belong to")).fix(place.span_of(0, 0), "    "),
        );
    }
    if let Some(meant) = did_you_mean(&small, ITEMS) {
        return Some(place.slip(message, format!("did you mean `{meant}`?")).fix(place.span(), meant));
    }
    if let Some((_, meant)) = OTHER_ITEMS.into_iter().find(|(other, _)| *other == small) {
        return Some(place.slip(message, format!("what you mean is probably said with `{meant}`")));
    }
    Some(place.slip(message, format!("an item begins with one of {}", ITEMS.map(|i| format!("`{i}`")).join(", "))))
}

/// `US and CA`, `01 or 02`.
fn list_word(place: &Place<'_>) -> Option<Problem> {
    if !matches!(place.found, "and" | "or") || !place.expects(&[Rule::COMMA]) {
        return None;
    }
    let problem = place.slip(format!("a list is joined with `,`, not with `{}`", place.found), "write `,`");
    let left = place.until().trim_end().len();
    let span = place.span_of(left, place.at.saturating_sub(left).saturating_add(place.found.len()));
    Some(problem.fix(span, ","))
}

/// `all goods not of origin US`, `of any origin but CA`.
fn exception(place: &Place<'_>) -> Option<Problem> {
    let origin = place.found == "not" && place.rest().split_whitespace().nth(1) == Some("of");
    if origin {
        return Some(place.slip("an origin is not negated", "write `of any origin except …`"));
    }
    if !matches!(place.found, "but" | "excluding" | "without" | "excepting" | "not") || !place.expects(&[Rule::EXCEPT]) {
        return None;
    }
    Some(place.slip(format!("`{}` is written `except`", place.found), "write `except`").fix(place.span(), "except"))
}

/// Words of other languages, and of everyday speech.
fn other_word(place: &Place<'_>) -> Option<Problem> {
    let (right, rule) = match place.found {
        "if" | "where" | "whenever" | "provided" => ("when", Rule::condition),
        "since" | "after" | "effective" | "starting" => ("from", Rule::FROM),
        "till" => ("until", Rule::UNTIL),
        "thru" => ("through", Rule::THROUGH),
        "is" | "equals" => ("=", Rule::EQUALS),
        "cite" | "source" | "see" | "under" => ("cites", Rule::CITES),
        "true" => ("yes", Rule::YES),
        "false" => ("no", Rule::NO),
        "years" | "year" => ("yearly stages", Rule::YEARLY),
        _ => return None,
    };
    if !place.expects(&[rule]) {
        return None;
    }
    Some(place.slip(format!("`{}` is written `{right}`", place.found), format!("write `{right}`")).fix(place.span(), right))
}

/// `at lest 5%`, `5% max 10%`.
fn bound_word(place: &Place<'_>) -> Option<Problem> {
    let bounds = place.expects(&[Rule::AT_LEAST, Rule::AT_MOST]);
    let (span, right) = match place.found {
        "at" if bounds => {
            let right = did_you_mean(place.next(), ["least", "most"])?;
            let len = place.rest().find(place.next())?.saturating_add(place.next().len());
            (place.span_of(place.at, len), right)
        }
        "max" | "maximum" | "cap" if bounds => (place.span(), "most"),
        "min" | "minimum" | "floor" if bounds => (place.span(), "least"),
        _ => return None,
    };
    let written = place.text.get(span.start.saturating_sub(place.base)..span.end.saturating_sub(place.base))?;
    Some(place.slip_at(span, format!("`{written}` is not a word that can stand here"), format!("did you mean `at {right}`?")).fix(span, format!("at {right}")))
}

/// `expects general applied`: what was read as the name of a fact is a word misspelt.
fn misspelt_before(place: &Place<'_>) -> Option<Problem> {
    if !place.expects(&[Rule::YES]) || !place.expects(&[Rule::percent]) {
        return None;
    }
    let meant = did_you_mean(place.before, ["expect", "shipment", "claims", "known", "scenario", "loaded", "exported", "entered"])?;
    let span = place.before_span();
    Some(place.slip_at(span, format!("`{}` is not a word that can stand here", place.before), format!("did you mean `{meant}`?")).fix(span, meant))
}

fn misspelt(place: &Place<'_>) -> Option<Problem> {
    let found = place.found.trim_end_matches([':', '.']);
    if found.len() < 3 || !found.chars().all(|c| c.is_ascii_alphabetic() || c == '_') || is_reserved(found) {
        return None;
    }
    let words: Vec<String> = place.expected.iter().filter_map(|r| word(*r).or_else(|| said(*r).map(|s| s.trim_matches('`').to_owned()))).collect();
    let firsts: Vec<&str> = words.iter().filter_map(|w| w.split(' ').next()).filter(|w| w.len() > 1 && w.bytes().all(|b| b.is_ascii_lowercase())).collect();
    let small = found.to_lowercase();
    let span = place.span_of(place.at, found.len());
    if found != small && firsts.contains(&small.as_str()) {
        return Some(
            place.slip_at(span, format!("`{found}` has capitals"), format!("words of the language are written in small letters: `{small}`")).fix(span, small),
        );
    }
    let mut candidates: Vec<&str> = firsts.iter().copied().filter(|w| is_reserved(w) || w.len() > 3).collect();
    if place.expects(&[Rule::outcome]) {
        candidates.extend(OutcomeWord::ALL.map(OutcomeWord::words));
    }
    let meant = did_you_mean(&small, candidates)?;
    let expected = expectations(&place.expected);
    // Where a name could stand as well, the author may mean another name, or have forgotten a comma.
    let sure = !expected.iter().any(|e| e == "a name");
    let problem = place.slip_at(span, format!("`{found}` is not a word that can stand here"), format!("did you mean `{meant}`?"));
    Some(if sure { problem.fix(span, meant) } else { problem })
}

/// `imports to CN`, `use us "../us"`: one word alone can stand here, and another does, or none.
fn connective(place: &Place<'_>) -> Option<Problem> {
    let [expected] = place.expected.as_slice() else { return None };
    let right = word(*expected).filter(|w| is_reserved(w) || w == "column" || w == "stages")?;
    if place.found.is_empty() || !place.same_line() {
        return None;
    }
    if matches!(place.found, "to" | "into" | "until" | "at" | "by" | "of" | "from" | "for" | "in" | "on" | "through") {
        let message = format!("`{right}` is meant after `{}`, not `{}`", place.before, place.found);
        return Some(place.slip(message, format!("write `{right}`")).fix(place.span(), right));
    }
    if is_reserved(place.found) {
        return None;
    }
    let problem = place
        .slip(format!("`{right}` is missing between `{}` and `{}`", place.before, place.found), format!("write `{} {right} {}`", place.before, place.found));
    Some(problem.fix(place.span_of(place.at, 0), format!("{right} ")))
}
