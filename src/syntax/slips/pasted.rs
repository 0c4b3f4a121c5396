//! Characters that word processors put in place of plain ones.

use crate::problem::{Problem, syntax};
use crate::source::Span;

/// What was pasted outside texts, quotations and comments, where anything may stand. Each problem carries its fix.
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
