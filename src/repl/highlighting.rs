//! What each piece of a line is, for a front that shows it.

use super::commands::find;
use super::session::Session;
use crate::syntax::keywords;
use crate::value::{Country, Currency};
use std::ops::Range;

/// A kind of piece.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// A word of the language.
    Keyword,
    /// A name that the book declares, or a fact.
    Name,
    /// A number, a rate, a date, a goods code.
    Number,
    /// A text in quotation marks.
    Text,
    /// A comment.
    Remark,
    /// A command of the session.
    Command,
    /// A command that there is none of.
    Unknown,
    /// A country.
    Country,
}

/// The pieces of a text that are something, in order; positions are in bytes.
pub fn highlight(session: &Session<'_>, text: &str) -> Vec<(Range<usize>, Kind)> {
    let mut pieces = Vec::new();
    let words = keywords();
    let mut at = 0usize;
    while let Some(rest) = text.get(at..).filter(|r| !r.is_empty()) {
        let line_start = at == 0 || text.get(..at).is_some_and(|t| t.ends_with('\n'));
        let (length, kind) = piece(session, rest, line_start, &words);
        let end = at.saturating_add(length.max(1));
        if let Some(kind) = kind {
            pieces.push((at..end, kind));
        }
        at = end;
    }
    pieces
}

/// The piece at the beginning of a text: its length in bytes, and what it is.
fn piece(session: &Session<'_>, rest: &str, line_start: bool, keywords: &[String]) -> (usize, Option<Kind>) {
    let Some(first) = rest.chars().next() else { return (0, None) };
    let while_of = |of: fn(char) -> bool| rest.find(|c: char| !of(c)).unwrap_or(rest.len());
    let line_end = rest.find('\n').unwrap_or(rest.len());
    match first {
        '#' => (line_end, Some(Kind::Remark)),
        '"' if rest.starts_with("\"\"\"") => {
            let end = rest.get(3..).and_then(|r| r.find("\"\"\"")).map_or(rest.len(), |n| n.saturating_add(6));
            (end, Some(Kind::Text))
        }
        '"' => {
            let end = rest.get(1..).and_then(|r| r.find(['"', '\n'])).map_or(rest.len(), |n| n.saturating_add(2));
            (end.min(line_end), Some(Kind::Text))
        }
        ':' if line_start => {
            let end = rest.find(char::is_whitespace).unwrap_or(rest.len());
            let name = rest.get(1..end).unwrap_or("").trim_end_matches('!');
            (end, Some(if find(name).is_ok() { Kind::Command } else { Kind::Unknown }))
        }
        c if c.is_ascii_digit() => (while_of(|c| c.is_ascii_alphanumeric() || matches!(c, '.' | '-' | ':' | '%' | '_' | '/')), Some(Kind::Number)),
        c if c.is_ascii_alphabetic() || c == '_' => {
            let end = while_of(|c| c.is_ascii_alphanumeric() || matches!(c, '_' | '.'));
            (end, word(session, rest.get(..end).unwrap_or(""), keywords))
        }
        c => (c.len_utf8(), None),
    }
}

fn word(session: &Session<'_>, word: &str, keywords: &[String]) -> Option<Kind> {
    if keywords.iter().any(|k| k == word) {
        return Some(Kind::Keyword);
    }
    if Country::from_code(word).is_some() || Currency::from_code(word).is_some() {
        return Some(Kind::Country);
    }
    let program = session.state.book.as_ref()?.program()?;
    let (book, name) = word.split_once('.').map_or((None, word), |(b, n)| (Some(b), n));
    let of = match book {
        None => program,
        Some(book) => &program.uses.iter().find(|(n, _)| n == book)?.1,
    };
    (of.names.contains_key(name) || (book.is_none() && program.find_fact(name).is_some())).then_some(Kind::Name)
}
