//! Says what is wrong where the grammar gives up: the common slips by name, the rest by what was expected there.
//!
//! A message that only lists what the grammar would have taken teaches nobody; whoever writes `$5` or `12,5%` wants to be told how it
//! is written here.

mod dates;
mod marks;
mod names;
mod numbers;
mod pasted;
mod spelling;
#[cfg(test)]
mod tests;

pub use pasted::{misleading, pasted_characters};

use super::grammar::Rule;
use super::words::{CLAUSES, ITEMS, expectations};
use crate::problem::{Problem, syntax};
use crate::source::Span;
use pest::error::{Error, ErrorVariant, InputLocation};

/// Where an error is, in bytes of the text that was read.
fn position(error: &Error<Rule>) -> usize {
    match error.location {
        InputLocation::Pos(p) => p,
        InputLocation::Span((p, _)) => p,
    }
}

/// Everything known about the place where the grammar gave up.
struct Place<'t> {
    text: &'t str,
    base: usize,
    /// First byte of what was found.
    at: usize,
    /// The word found; empty where the item ends.
    found: &'t str,
    /// The word before, and its first byte.
    before: &'t str,
    before_at: usize,
    item: String,
    expected: Vec<Rule>,
}

impl<'t> Place<'t> {
    fn span(&self) -> Span {
        self.span_of(self.at, self.found.len())
    }

    fn before_span(&self) -> Span {
        self.span_of(self.before_at, self.before.len())
    }

    /// From the first byte of the word before to the end of what was found.
    fn both_span(&self) -> Span {
        self.before_span().to(self.span())
    }

    fn span_of(&self, at: usize, len: usize) -> Span {
        let from = self.base.saturating_add(at);
        Span::new(from, from.saturating_add(len))
    }

    fn expects(&self, rules: &[Rule]) -> bool {
        self.expected.iter().any(|r| rules.contains(r))
    }

    /// The text from the place on.
    fn rest(&self) -> &'t str {
        self.text.get(self.at..).unwrap_or("")
    }

    /// The text before the place.
    fn until(&self) -> &'t str {
        self.text.get(..self.at).unwrap_or("")
    }

    /// The word after what was found, if it is on its line.
    fn next(&self) -> &'t str {
        let line = self.rest().lines().next().unwrap_or("");
        let rest = line.get(self.found.len()..).unwrap_or("").trim_start();
        rest.get(..word_end(rest)).unwrap_or("")
    }

    /// Whether what was found is on the line of the word before.
    fn same_line(&self) -> bool {
        !self.text.get(self.before_at..self.at).unwrap_or("").contains('\n')
    }

    fn slip(&self, message: impl Into<String>, help: impl Into<String>) -> Problem {
        syntax::slip(&self.item, message, help, self.span())
    }

    fn slip_at(&self, span: Span, message: impl Into<String>, help: impl Into<String>) -> Problem {
        syntax::slip(&self.item, message, help, span)
    }
}

/// The problem that an error of the grammar is.
pub fn explain(text: &str, base: usize, error: &Error<Rule>) -> Problem {
    let place = look(text, base, error);
    let named = [marks::SLIPS, numbers::SLIPS, dates::SLIPS, names::SLIPS, spelling::SLIPS];
    if let Some(problem) = named.into_iter().flatten().find_map(|slip| slip(&place)) {
        return problem;
    }
    let after = Some(place.before).filter(|b| !b.is_empty());
    if !place.found.is_empty() && !place.same_line() && CLAUSES.contains(&place.found) && !place.expects(&[Rule::ON, Rule::FROM, Rule::EXPECT, Rule::published])
    {
        // What follows begins a clause of its own; something is missing on the line before.
        return syntax::unfinished(&place.item, &expectations(&place.expected), place.before, place.before_span());
    }
    // Where the item ends too early there is nothing to point at but its last word.
    let span = if place.found.is_empty() { place.before_span() } else { place.span() };
    syntax::unexpected(&place.item, &expectations(&place.expected), place.found, after, span)
}

/// A slip that has a name, if it is one.
type Slip = fn(&Place<'_>) -> Option<Problem>;

/// Where the grammar gave up: the first byte of the word that it could not take.
pub fn place(text: &str, error: &Error<Rule>) -> usize {
    look(text, 0, error).at
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
    let found = rest.get(..word_end(rest)).unwrap_or(rest);
    let (before_at, before) = word_before(text.get(..at).unwrap_or(""));
    let expected = match &error.variant {
        ErrorVariant::ParsingError { positives, .. } => positives.clone(),
        ErrorVariant::CustomError { .. } => Vec::new(),
    };
    Place { text, base, at, found, before, before_at, item: item_name(text), expected }
}

/// The length of the first word: a text in quotation marks, a mark that stands alone, or what goes on to the next blank.
fn word_end(rest: &str) -> usize {
    if rest.starts_with('"') {
        let line = rest.lines().next().unwrap_or("");
        return line.get(1..).and_then(|t| t.find('"')).map_or(line.trim_end().len(), |n| n.saturating_add(2));
    }
    let alone = |c: char| matches!(c, ',' | '(' | ')' | ';');
    match rest.chars().next() {
        Some(c) if alone(c) => c.len_utf8(),
        _ => rest.find(|c: char| c.is_whitespace() || alone(c) || matches!(c, '"' | '#')).unwrap_or(rest.len()),
    }
}

/// The last word of a text, comments aside, and its first byte.
fn word_before(text: &str) -> (usize, &str) {
    let mut end = text.trim_end().len();
    // A comment at the end of a line is no word.
    while let Some(line) = text.get(..end).map(|t| t.rfind('\n').map_or(0, |n| n.saturating_add(1))) {
        let words = text.get(line..end).unwrap_or("");
        let mut quoted = false;
        let comment = words.char_indices().find(|(_, c)| {
            quoted ^= *c == '"';
            *c == '#' && !quoted
        });
        match comment {
            Some((at, _)) => end = text.get(..line.saturating_add(at)).map_or(0, |t| t.trim_end().len()),
            None => break,
        }
    }
    let words = text.get(..end).unwrap_or("");
    let start = match words.strip_suffix('"').and_then(|t| t.rfind('"')) {
        Some(opened) if !words.get(opened..).unwrap_or("").contains('\n') => opened,
        _ => words.rfind(char::is_whitespace).map_or(0, |n| n.saturating_add(words.get(n..).and_then(|t| t.chars().next()).map_or(1, char::len_utf8))),
    };
    (start, words.get(start..).unwrap_or(""))
}

/// `measure `general``, as messages name an item.
fn item_name(text: &str) -> String {
    let mut words = text.split_whitespace();
    let Some(kind) = words.next().filter(|k| ITEMS.contains(k)) else { return String::new() };
    let name = words.next().unwrap_or("").trim_matches(['"', ':', ',', ';', '=']);
    if name.is_empty() || super::words::is_reserved(name) { format!("this {kind}") } else { format!("{kind} `{name}`") }
}
