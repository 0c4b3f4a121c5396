//! Cuts a file into items, and finds its comments.
//!
//! An item starts at any text in column 0 outside `"""`, whatever that text is: a misspelt keyword stays one broken item
//! and does not spoil its neighbour. This cannot fail.

use super::tree::Comment;
use crate::source::Span;

/// A piece of a file that should be one item; positions are within the file.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Piece {
    pub start: usize,
    /// After the last text that is neither blank nor comment, so that messages about its end point at it.
    pub end: usize,
}

/// What the scan finds.
#[derive(Debug, Default)]
pub struct Split {
    pub pieces: Vec<Piece>,
    pub comments: Vec<Comment>,
    /// Where a `"""` begins that is never closed.
    pub open_quotation: Option<usize>,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum State {
    Plain,
    Text,
    Quotation,
}

/// Cuts a text; `base` is where it begins in the joined space.
pub fn split(text: &str, base: usize) -> Split {
    let mut out = Split::default();
    let mut state = State::Plain;
    let mut opened = 0usize;
    let mut line_start = 0usize;
    let mut line_has_text = false;
    let mut rest = text.char_indices().peekable();
    while let Some((at, c)) = rest.next() {
        match state {
            State::Plain if c == '#' => {
                let end = text.get(at..).and_then(|t| t.find('\n')).map_or(text.len(), |n| at.saturating_add(n));
                let words = text.get(at..end).unwrap_or("").trim_end();
                let span = Span::new(base.saturating_add(at), base.saturating_add(at).saturating_add(words.len()));
                out.comments.push(Comment { text: words.to_owned(), span, trailing: line_has_text });
                while rest.peek().is_some_and(|(i, _)| *i < end) {
                    rest.next();
                }
                continue;
            }
            _ => {}
        }
        let quotation = text.get(at..).is_some_and(|t| t.starts_with("\"\"\""));
        if !c.is_whitespace() {
            if state == State::Plain && at == line_start {
                out.pieces.push(Piece { start: at, end: at });
            }
            line_has_text = true;
            extend(&mut out.pieces, at, c);
        }
        match (state, c) {
            (State::Plain, '"') if quotation => {
                state = State::Quotation;
                opened = at;
                skip_two(&mut rest, &mut out.pieces);
            }
            (State::Quotation, '"') if quotation => {
                state = State::Plain;
                skip_two(&mut rest, &mut out.pieces);
            }
            (State::Plain, '"') => state = State::Text,
            // A text ends with its line, closed or not, so that a missing mark spoils one line.
            (State::Text, '"' | '\n') => state = State::Plain,
            _ => {}
        }
        if c == '\n' {
            line_start = at.saturating_add(1);
            line_has_text = false;
        }
    }
    if state == State::Quotation {
        out.open_quotation = Some(opened);
    }
    out
}

fn extend(pieces: &mut Vec<Piece>, at: usize, c: char) {
    match pieces.last_mut() {
        Some(piece) => piece.end = at.saturating_add(c.len_utf8()),
        // Indented text before any item is a piece of its own, which will be reported.
        None => pieces.push(Piece { start: at, end: at.saturating_add(c.len_utf8()) }),
    }
}

fn skip_two(rest: &mut std::iter::Peekable<std::str::CharIndices<'_>>, pieces: &mut Vec<Piece>) {
    for _ in 0..2 {
        if let Some((at, c)) = rest.next() {
            extend(pieces, at, c);
        }
    }
}

/// Whether a text typed so far can be read, or waits for the end of a quotation.
pub fn is_complete(text: &str) -> bool {
    split(text, 0).open_quotation.is_none()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn pieces(text: &str) -> Vec<&str> {
        split(text, 0).pieces.iter().filter_map(|p| text.get(p.start..p.end)).collect()
    }

    #[test]
    fn text_in_column_0_starts_an_item() {
        assert_eq!(pieces("policy a\n    currency CNY\n\nmesure b\n    rate 5% # five\n"), ["policy a\n    currency CNY", "mesure b\n    rate 5%"]);
    }

    #[test]
    fn a_quotation_may_hold_anything() {
        let text = "instrument a\n    text \"\"\"\ntax is # due\n\"\"\"\ntax b\n";
        assert_eq!(pieces(text), ["instrument a\n    text \"\"\"\ntax is # due\n\"\"\"", "tax b"]);
        assert!(split(text, 0).comments.is_empty());
        assert!(!is_complete("instrument a text \"\"\"x"));
    }

    #[test]
    fn a_hash_within_a_text_is_no_comment() {
        assert!(split("use a from \"x#y\"", 0).comments.is_empty());
        assert_eq!(split("goods a = 01 # horses", 0).comments.len(), 1);
    }
}
