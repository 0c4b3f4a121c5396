//! Characters that word processors put in place of plain ones.

use crate::problem::{Problem, syntax};
use crate::source::Span;

/// What was pasted outside texts, quotations and comments, where almost anything may stand. Each problem carries its fix.
pub fn pasted_characters(text: &str, base: usize) -> Vec<Problem> {
    let mut found = Vec::new();
    let mut rest = text;
    let mut at = 0usize;
    while let Some(c) = rest.chars().next() {
        let skipped = if rest.starts_with("\"\"\"") {
            rest.get(3..).and_then(|t| t.find("\"\"\"")).map_or(rest.len(), |n| n.saturating_add(6))
        } else if c == '"' {
            rest.get(1..).and_then(|t| t.find(['"', '\n'])).map_or(rest.len(), |n| n.saturating_add(2))
        } else if c == '#' {
            rest.find('\n').unwrap_or(rest.len())
        } else {
            c.len_utf8()
        };
        let here = |len: usize| Span::new(base.saturating_add(at), base.saturating_add(at).saturating_add(len));
        if c == '"' {
            found.extend(misleading(rest.get(..skipped).unwrap_or(""), base.saturating_add(at), "a text"));
        } else if breaks_line(c) && !rest.starts_with("\r\n") {
            found.push(
                syntax::slip("", "a line ends with a character that is no line break", "end lines with LF or CR LF", here(c.len_utf8()))
                    .fix(here(c.len_utf8()), "\n"),
            );
        } else if let Some((message, help, plain)) = pasted(c) {
            found.push(syntax::slip("", message, help, here(c.len_utf8())).fix(here(c.len_utf8()), plain));
        }
        at = at.saturating_add(skipped);
        rest = text.get(at..).unwrap_or("");
    }
    found
}

/// Characters by which some editors end a line, where this language does not.
fn breaks_line(c: char) -> bool {
    matches!(c, '\r' | '\u{b}' | '\u{c}' | '\u{85}' | '\u{2028}' | '\u{2029}')
}

/// What in a text or a comment would show a reader other policy than is there: text that changes its direction, and, where a line is
/// all there is, what looks like the end of it.
pub fn misleading(text: &str, base: usize, what: &str) -> Option<Problem> {
    let paragraph = text.starts_with("\"\"\"");
    let mut chars = text.char_indices().peekable();
    while let Some((at, c)) = chars.next() {
        let span = Span::new(base.saturating_add(at), base.saturating_add(at).saturating_add(c.len_utf8()));
        if matches!(c, '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}') {
            let message = format!("{what} holds an invisible character that turns the direction of writing, so that editors show another order than is read");
            return Some(syntax::slip("", message, "delete it", span).fix(span, ""));
        }
        let ends = c == '\r' && chars.peek().is_none_or(|(_, next)| *next == '\n');
        if breaks_line(c) && !paragraph && !ends {
            let message = format!("{what} holds a character that some editors show as the end of a line, so that what follows looks like policy");
            return Some(syntax::slip("", message, "delete it, or end the line there", span));
        }
    }
    None
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
        '\u{200b}' | '\u{feff}' | '\u{200e}' | '\u{200f}' | '\u{2060}' | '\u{ad}' => {
            ("an invisible character, as word processors put it".to_owned(), "delete it", "")
        }
        '\u{2010}'..='\u{2015}' | '\u{2212}' => (format!("`{c}` is a dash, not a minus sign"), "use the plain `-`", "-"),
        '\u{2264}' => ("`≤` is written `<=`".to_owned(), "use `<=`", "<="),
        '\u{2265}' => ("`≥` is written `>=`".to_owned(), "use `>=`", ">="),
        '\u{2260}' => ("`≠` is written `!=`".to_owned(), "use `!=`", "!="),
        '\u{d7}' => ("`×` is written `*`".to_owned(), "use `*`", "*"),
        '\u{ff0c}' | '\u{3001}' => (format!("`{c}` is a wide comma"), "use `,`", ","),
        '\u{ff05}' => ("`％` is a wide per cent sign".to_owned(), "use `%`", "%"),
        '\u{ff1a}' => ("`：` is a wide colon".to_owned(), "use `:`", ":"),
        '\u{ff08}' => ("`（` is a wide parenthesis".to_owned(), "use `(`", "("),
        '\u{ff09}' => ("`）` is a wide parenthesis".to_owned(), "use `)`", ")"),
        _ => return None,
    })
}
