//! Says what is wrong where the grammar gives up: the common slips by name, the rest by what was expected there.

use super::grammar::Rule;
use super::words::{ITEMS, is_reserved, said, word};
use crate::problem::{Problem, did_you_mean, naming, syntax};
use crate::source::Span;
use pest::error::{Error, ErrorVariant, InputLocation};

/// Where an error is, in bytes of the text that was read.
fn position(error: &Error<Rule>) -> usize {
    match error.location {
        InputLocation::Pos(p) => p,
        InputLocation::Span((p, _)) => p,
    }
}

/// Characters that word processors put in place of plain ones, outside texts, quotations and comments.
pub fn pasted_characters(text: &str, base: usize) -> Vec<Problem> {
    let mut found = Vec::new();
    let mut rest = text;
    let mut at = 0usize;
    while let Some(c) = rest.chars().next() {
        // What stands in quotation marks or in a comment may hold anything.
        let skipped = if rest.starts_with("\"\"\"") {
            rest.get(3..).and_then(|t| t.find("\"\"\"")).map_or(rest.len(), |n| n.saturating_add(6))
        } else if c == '"' {
            rest.get(1..).and_then(|t| t.find(['"', '\n'])).map_or(rest.len(), |n| n.saturating_add(2))
        } else if c == '#' {
            rest.find('\n').unwrap_or(rest.len())
        } else {
            c.len_utf8()
        };
        if let Some((message, help, plain)) = pasted(c) {
            let from = base.saturating_add(at);
            let span = Span::new(from, from.saturating_add(c.len_utf8()));
            found.push(syntax::slip("", message, help, span).fix(span, plain));
        }
        at = at.saturating_add(skipped);
        rest = text.get(at..).unwrap_or("");
    }
    found
}

fn pasted(c: char) -> Option<(String, &'static str, &'static str)> {
    Some(match c {
        '\u{201c}' | '\u{201d}' | '\u{201e}' | '\u{ab}' | '\u{bb}' | '\u{ff02}' => {
            (format!("`{c}` is a curly quotation mark"), "use the plain mark `\"`", "\"")
        }
        '\u{2018}' | '\u{2019}' => (format!("`{c}` is a curly apostrophe"), "texts stand between plain marks `\"`", "\""),
        '\u{a0}' | '\u{202f}' | '\u{2007}' | '\u{2009}' | '\u{3000}' => {
            ("a non-breaking or special blank, as word processors put it".to_owned(), "use a plain blank", " ")
        }
        '\u{200b}' | '\u{feff}' | '\u{200e}' | '\u{200f}' | '\u{2060}' => ("an invisible character, as word processors put it".to_owned(), "delete it", ""),
        '\u{2010}'..='\u{2015}' | '\u{2212}' => (format!("`{c}` is a dash, not a minus sign"), "use the plain `-`", "-"),
        '\u{2264}' => ("`≤` is written `<=`".to_owned(), "use `<=`", "<="),
        '\u{2265}' => ("`≥` is written `>=`".to_owned(), "use `>=`", ">="),
        '\u{2260}' => ("`≠` is written `!=`".to_owned(), "use `!=`", "!="),
        '\u{d7}' => ("`×` is written `*`".to_owned(), "use `*`", "*"),
        '\u{ff0c}' => ("`，` is a wide comma".to_owned(), "use `,`", ","),
        _ => return None,
    })
}

/// Everything known about the place where the grammar gave up.
struct Place<'t> {
    text: &'t str,
    base: usize,
    /// First byte of what was found.
    at: usize,
    found: &'t str,
    /// The word before.
    before: &'t str,
    item: String,
    expected: Vec<Rule>,
}

impl Place<'_> {
    fn span(&self) -> Span {
        self.span_of(self.at, self.found.len().max(1))
    }

    fn span_of(&self, at: usize, len: usize) -> Span {
        let from = self.base.saturating_add(at);
        Span::new(from, from.saturating_add(len))
    }

    fn expects(&self, rules: &[Rule]) -> bool {
        self.expected.iter().any(|r| rules.contains(r))
    }

    fn slip(&self, message: impl Into<String>, help: impl Into<String>) -> Option<Problem> {
        Some(syntax::slip(&self.item, message, help, self.span()))
    }
}

/// The problem that an error of the grammar is.
pub fn explain(text: &str, base: usize, error: &Error<Rule>) -> Problem {
    let place = look(text, base, error);
    let named =
        [money_sign, decimal_comma, comparison_sign, letter_in_code, points_for_rate, rate_for_points, date_form, unclosed_text, name_form, second_bound];
    if let Some(problem) = named.iter().find_map(|slip| slip(&place)) {
        return problem;
    }
    if let Some(problem) = misspelt(&place) {
        return problem;
    }
    let mut words: Vec<String> = Vec::new();
    for rule in &place.expected {
        if let Some(w) = said(*rule).filter(|w| !words.contains(w)) {
            words.push(w);
        }
    }
    let after = Some(place.before).filter(|b| !b.is_empty());
    syntax::unexpected(&place.item, &words, place.found, after, place.span())
}

fn look<'t>(text: &'t str, base: usize, error: &Error<Rule>) -> Place<'t> {
    let mut at = position(error).min(text.len());
    // White space and comments before the place belong to nothing.
    loop {
        let rest = text.get(at..).unwrap_or("");
        let blank = rest.len().saturating_sub(rest.trim_start().len());
        at = at.saturating_add(blank);
        let rest = text.get(at..).unwrap_or("");
        if !rest.starts_with('#') {
            break;
        }
        at = at.saturating_add(rest.find('\n').unwrap_or(rest.len()));
    }
    let rest = text.get(at..).unwrap_or("");
    let len = if rest.starts_with('"') {
        rest.get(1..).and_then(|t| t.find(['"', '\n'])).map_or(rest.len(), |n| n.saturating_add(2)).min(rest.len())
    } else {
        let stop = |c: char| c.is_whitespace() || matches!(c, ',' | '(' | ')' | '"' | '#');
        rest.find(stop).filter(|n| *n > 0).unwrap_or_else(|| rest.chars().next().map_or(0, |c| if stop(c) { c.len_utf8() } else { rest.len() }))
    };
    let found = rest.get(..len).unwrap_or(rest).trim_end();
    let before = text.get(..at).unwrap_or("").trim_end().rsplit(char::is_whitespace).next().unwrap_or("");
    let expected = match &error.variant {
        ErrorVariant::ParsingError { positives, .. } => positives.clone(),
        ErrorVariant::CustomError { .. } => Vec::new(),
    };
    Place { text, base, at, found, before, item: item_name(text), expected }
}

/// `measure `general``, as messages name an item.
fn item_name(text: &str) -> String {
    let mut words = text.split_whitespace();
    match (words.next(), words.next()) {
        (Some(kind), Some(name)) if ITEMS.contains(&kind) => format!("{kind} `{}`", name.trim_matches('"')),
        (Some(kind), None) if ITEMS.contains(&kind) => format!("this {kind}"),
        _ => String::new(),
    }
}

fn money_sign(place: &Place<'_>) -> Option<Problem> {
    let sign = place.found.chars().next()?;
    let currency = match sign {
        '$' => "USD",
        '€' => "EUR",
        '£' => "GBP",
        '¥' | '￥' => "CNY",
        _ => return None,
    };
    let number = place.found.get(sign.len_utf8()..)?;
    let number = if number.is_empty() { "5" } else { number };
    place.slip(format!("`{}` does not say which currency", place.found), format!("money is written with the letters of its currency: `{currency} {number}`"))
}

fn decimal_comma(place: &Place<'_>) -> Option<Problem> {
    // The place may be before the comma (nothing was read) or at it (the digits were).
    let start = place.text.get(..place.at)?.rfind(|c: char| !(c.is_ascii_digit() || c == '.' || c == '_')).map_or(0, |n| n.saturating_add(1));
    let whole = place.text.get(start..)?;
    let len = whole.find(|c: char| !(c.is_ascii_digit() || c == ',' || c == '.' || c == '_')).unwrap_or(whole.len());
    let number = whole.get(..len)?.trim_end_matches(',');
    let (left, right) = number.split_once(',')?;
    if left.is_empty() || right.is_empty() || !left.ends_with(|c: char| c.is_ascii_digit()) || !right.starts_with(|c: char| c.is_ascii_digit()) {
        return None;
    }
    let span = place.span_of(start, number.len());
    let thousands = right.split([',', '.']).next().is_some_and(|g| g.len() == 3);
    let (message, help) = if thousands {
        (format!("`{number}` has a comma among its digits"), format!("digits are grouped with `_`: `{}`", number.replace(',', "_")))
    } else {
        (format!("`{number}` has a comma where a decimal point is meant"), format!("write `{}`", number.replace(',', ".")))
    };
    Some(syntax::slip(&place.item, message, help, span))
}

fn comparison_sign(place: &Place<'_>) -> Option<Problem> {
    let from = place.at.saturating_sub(1);
    for (wrong, right) in [("=<", "<="), ("=>", ">="), ("==", "="), ("<>", "!=")] {
        for start in [from, place.at] {
            if place.text.get(start..).is_some_and(|t| t.starts_with(wrong)) {
                let span = place.span_of(start, wrong.len());
                return Some(syntax::slip(&place.item, format!("`{wrong}` is no comparison"), format!("write `{right}`"), span).fix(span, right));
            }
        }
    }
    None
}

fn letter_in_code(place: &Place<'_>) -> Option<Problem> {
    let begin = place.text.get(..place.at)?.rfind(|c: char| !(c.is_ascii_alphanumeric() || c == '.')).map_or(0, |n| n.saturating_add(1));
    let rest = place.text.get(begin..)?;
    let word = rest.get(..rest.find(|c: char| !(c.is_ascii_alphanumeric() || c == '.')).unwrap_or(rest.len()))?;
    let digits = word.chars().filter(char::is_ascii_digit).count();
    let letters = word.chars().filter(|c| matches!(c, 'O' | 'o' | 'l' | 'I')).count();
    let others = word.chars().filter(|c| !c.is_ascii_digit() && !matches!(c, 'O' | 'o' | 'l' | 'I' | '.')).count();
    if digits < 3 || letters == 0 || others > 0 {
        return None;
    }
    let meant: String = word
        .chars()
        .map(|c| {
            if matches!(c, 'O' | 'o') {
                '0'
            } else if matches!(c, 'l' | 'I') {
                '1'
            } else {
                c
            }
        })
        .collect();
    let span = place.span_of(begin, word.len());
    Some(
        syntax::slip(&place.item, format!("`{word}` has a letter among its digits"), format!("a goods code has digits only: `{meant}`"), span).fix(span, meant),
    )
}

/// `by 24%`, `rounded to 0.1%`.
fn points_for_rate(place: &Place<'_>) -> Option<Problem> {
    let mut words = place.text.get(..place.at)?.split_whitespace().rev();
    let (last, before) = (words.next().unwrap_or(""), words.next().unwrap_or(""));
    let asks_points = place.expects(&[Rule::points])
        || matches!(place.before, "by")
        || (place.before == "to" && place.text.get(..place.at)?.trim_end().ends_with("rounded to"));
    let (percent, start) = if asks_points && place.found.ends_with('%') {
        (place.found, place.at)
    } else if before == "by" && last.ends_with('%') && place.expects(&[Rule::OF]) {
        (last, place.text.get(..place.at)?.rfind(last)?)
    } else {
        return None;
    };
    let number = percent.trim_end_matches('%');
    let span = place.span_of(start, percent.len());
    let help = format!("a difference of rates is said in points: `{number} points`; a share of what is due is `{percent} of the duty`");
    Some(syntax::slip(&place.item, format!("`{percent}` is a rate, where points are meant"), help, span).fix(span, format!("{number} points")))
}

/// `rate 24 points`, `rate 34 %`, `rate 34 percent`.
fn rate_for_points(place: &Place<'_>) -> Option<Problem> {
    let number = place.before;
    if !number.starts_with(|c: char| c.is_ascii_digit()) || !number.ends_with(|c: char| c.is_ascii_digit()) {
        return None;
    }
    match place.found {
        "%" | "percent" | "per cent" | "pct" => place.slip(format!("`{number} {}` is no rate", place.found), format!("write `{number}%`")),
        "points" | "point" | "pp" => {
            place.slip(format!("`{number} {}` is a difference of rates, where a rate is meant", place.found), format!("a rate is written `{number}%`"))
        }
        _ => None,
    }
}

fn date_form(place: &Place<'_>) -> Option<Problem> {
    if !place.expects(&[Rule::instant, Rule::date]) {
        return None;
    }
    let date_like = place.found.starts_with(|c: char| c.is_ascii_digit()) && place.found.chars().filter(char::is_ascii_digit).count() >= 4;
    if date_like {
        return place.slip(
            format!("`{}` is no date", place.found),
            "dates are written year-month-day, two digits for month and day: `2025-04-10`, with a time `2025-04-10 12:01`",
        );
    }
    if matches!(place.before, "from" | "until" | "through" | "before" | "to" | "at" | "published" | "expires") && !place.expects(&[Rule::path, Rule::names]) {
        // What was found may be lines away; the word that asks for a date is what to look at.
        let word = place.text.get(..place.at)?.trim_end().len().saturating_sub(place.before.len());
        let span = place.span_of(word, place.before.len());
        return Some(syntax::slip(&place.item, format!("a date is missing after `{}`", place.before), "write it as `2025-04-10` or `2025-04-10 12:01`", span));
    }
    None
}

fn unclosed_text(place: &Place<'_>) -> Option<Problem> {
    let opened = place.found.starts_with('"') && !place.found.get(1..).is_some_and(|t| t.ends_with('"'));
    if !opened {
        return None;
    }
    place.slip("a text is not closed on its line", "put `\"` where it ends; longer quotations stand between `\"\"\"`")
}

fn name_form(place: &Place<'_>) -> Option<Problem> {
    let previous = place.text.get(..place.at)?.chars().next_back();
    if place.found.starts_with('-')
        && previous.is_some_and(|c| c.is_ascii_alphanumeric() || c == '_')
        && !place.before.starts_with(|c: char| c.is_ascii_digit())
    {
        let whole = format!("{}{}", place.before, place.found);
        return place.slip(format!("`{whole}` has a hyphen"), format!("names are joined with `_`: `{}`", whole.replace('-', "_")));
    }
    if !place.expects(&[Rule::name, Rule::path, Rule::names]) {
        return None;
    }
    let only_name = place.expected.iter().all(|r| matches!(r, Rule::name));
    if only_name && is_reserved(place.found) {
        return Some(naming::reserved(place.found, place.span()));
    }
    let name_like = place.found.chars().all(|c| c.is_ascii_alphanumeric() || c == '_' || c == '-');
    if only_name && name_like && place.found.chars().any(|c| c.is_ascii_uppercase()) {
        return place.slip(
            format!("`{}` has capitals", place.found),
            format!("names are written in small letters: `{}`", place.found.to_lowercase().replace('-', "_")),
        );
    }
    None
}

/// `loaded from A before B`: one word, two bounds.
fn second_bound(place: &Place<'_>) -> Option<Problem> {
    if !matches!(place.found, "before" | "from" | "through" | "until") || !place.before.starts_with(|c: char| c.is_ascii_digit()) {
        return None;
    }
    let line = place.text.get(..place.at)?;
    let fact = ["loaded", "exported", "entered"].into_iter().filter_map(|f| line.rfind(f).map(|n| (n, f))).max()?;
    let between = line.get(fact.0..)?;
    if between.split_whitespace().count() > 4 {
        return None;
    }
    let bound = place.span_of(fact.0, between.trim_end().len());
    Some(syntax::two_bounds(fact.1, bound, place.span()))
}

fn misspelt(place: &Place<'_>) -> Option<Problem> {
    let found = place.found;
    if !found.starts_with(|c: char| c.is_ascii_alphabetic()) {
        return None;
    }
    if place.at == 0 {
        let help = match did_you_mean(&found.to_lowercase(), ITEMS) {
            Some(w) => format!("did you mean `{w}`?"),
            None => format!("an item begins with one of {}", ITEMS.map(|i| format!("`{i}`")).join(", ")),
        };
        return Some(syntax::slip("", format!("`{found}` begins no item"), help, place.span()));
    }
    let words: Vec<String> = place.expected.iter().filter_map(|r| word(*r).or_else(|| said(*r).map(|s| s.trim_matches('`').to_owned()))).collect();
    let firsts: Vec<&str> = words.iter().filter_map(|w| w.split(' ').next()).filter(|w| w.len() > 1 && w.bytes().all(|b| b.is_ascii_lowercase())).collect();
    let meant = did_you_mean(&found.to_lowercase(), firsts.iter().copied().filter(|w| is_reserved(w) || w.len() > 3))?;
    place.slip(format!("`{found}` is not a word that can stand here"), format!("did you mean `{meant}`?"))
}
