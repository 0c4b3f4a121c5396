//! From tree to text: the canonical layout of policy files.
//!
//! Whoever reads a change of law should see what changed and not how it was spaced, so there is one layout and nothing to configure.
//!
//! - Four blanks a step, lines of at most 140 characters, an empty line between items; between items of one line each as the author has it.
//! - Clauses of a head one a line: `against`, scope, condition, what is relieved, period, `as`, `prevails over`, `cites`.
//! - Clauses of a body one a line in the author's order, with their modifiers in that same order. Neighbours that begin with the same
//!   word stand in columns. What does not fit puts its modifiers on lines of their own, deeper than the clause.
//! - An empty line between clauses of a body, cases of a test or comments stays; several become one.
//! - Every comment stays with what it was written beside. Literals keep the author's spelling, `"""` its bytes.
//! - Lines end with LF.
//!
//! An item that cannot be read stays as it is, byte for byte, and so do the empty lines around it: nothing is known of what it means.

mod cases;
mod clauses;
mod columns;
mod comments;
mod conditions;
mod goods;
mod items;
mod layout;
mod literals;
mod phrase;
mod rates;

use super::from_source::parse;
use super::tree::*;
use crate::problem::Problems;
use layout::{Gaps, Laid, lay, lay_comments, stack};

/// A file in canonical layout.
#[derive(Clone, Debug)]
pub struct Formatted {
    /// The whole file. Items that cannot be read are in it as they were.
    pub text: String,
    /// Why items could not be read; places are those of the text that was given. Empty if all of the text is in canonical layout.
    pub problems: Problems,
}

/// Puts a file into canonical layout.
///
/// Where an item cannot be read, it is kept as it is and reported, and all others are formatted: one slip in a long file does not stop
/// a formatter, as it does not stop a check. The meaning of the file never changes, nor does a second run change anything.
pub fn format(text: &str) -> Formatted {
    let mut problems = Problems::default();
    let syntax = parse(text, 0, &mut problems);
    Formatted { text: printed(&syntax, text), problems }
}

/// The canonical text of a tree that was made or changed, rather than read. Broken items are not in it, since a tree does not hold their text.
pub fn print(syntax: &Syntax) -> String {
    printed(syntax, "")
}

fn printed(syntax: &Syntax, text: &str) -> String {
    let source = Source { text, start: syntax.span.start };
    let shared = comments::share(syntax, |c| source.indented(c.span.start));
    let mut laid: Vec<Laid> = Vec::new();
    for ((item, leading), inside) in syntax.items.iter().zip(shared.leading).zip(shared.inside) {
        if matches!(item.kind, ItemKind::Broken) {
            laid.push(lay_comments(&leading, &source));
            laid.push(source.verbatim(item, &inside));
            continue;
        }
        let mut block = items::block(item, 0);
        comments::attach(&mut block, inside);
        if let Some(first) = block.lines.first_mut().and_then(|l| l.atoms_mut().next()) {
            first.before.splice(0..0, leading);
        }
        laid.push(lay(&block, &source));
    }
    laid.push(lay_comments(&shared.last, &source));
    stack(laid, &source)
}

/// The text that a tree was read from.
struct Source<'t> {
    text: &'t str,
    /// Where it begins in the joined space.
    start: usize,
}

impl Source<'_> {
    fn before(&self, position: usize) -> &str {
        position.checked_sub(self.start).and_then(|at| self.text.get(..at)).unwrap_or("")
    }

    /// An item as it stands, with the comments after it; the author's empty lines are left around it.
    fn verbatim(&self, item: &Item, comments: &[Comment]) -> Laid {
        let from = item.span.start.saturating_sub(self.start);
        let line = self.text.get(..from).map_or(from, |t| t.rfind('\n').map_or(0, |n| n.saturating_add(1)));
        let end = comments.iter().map(|c| c.span.end).fold(item.span.end, usize::max).saturating_sub(self.start);
        let mut text = self.text.get(line..end).unwrap_or("").replace("\r\n", "\n");
        if !text.is_empty() {
            text.push('\n');
        }
        Laid { text, one_line: false, kept: true, start: self.start.saturating_add(line) }
    }

    fn indented(&self, position: usize) -> bool {
        self.before(position).ends_with([' ', '\t'])
    }
}

impl Gaps for Source<'_> {
    fn above(&self, position: usize) -> bool {
        let before = self.before(position);
        let blank = before.get(before.trim_end().len()..).unwrap_or("");
        blank.matches('\n').count() > 1
    }
}

#[cfg(test)]
mod tests;
