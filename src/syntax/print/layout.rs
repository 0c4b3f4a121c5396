//! Where lines end: on one line what fits, the rest by the shape of each line; body clauses in columns.

use super::super::tree::Comment;
use super::columns;
use super::phrase::{Atom, Block, Line, Part, Phrase, Shape, Slot};

/// How many characters a line has at most. Comments don't count, and words that stay together may exceed it.
pub const WIDTH: usize = 140;

/// The blanks of one step of indentation.
const STEP: usize = 4;

/// Where the author left empty lines.
pub trait Gaps {
    /// Whether an empty line stands above a position.
    fn above(&self, position: usize) -> bool;
}

/// A printed item.
#[derive(Debug, Default)]
pub struct Laid {
    pub text: String,
    /// Whether it is one line, comments above it aside.
    pub one_line: bool,
    /// Whether it is kept as it is, and what is around it.
    pub kept: bool,
    /// Where its first words or the comments above them began.
    pub start: usize,
}

pub fn indent(depth: usize) -> String {
    " ".repeat(depth.saturating_mul(STEP))
}

/// Prints an item; every line ends with a line break.
pub fn lay(block: &Block, gaps: &impl Gaps) -> Laid {
    let mut out = Out { text: String::new(), gaps };
    let rows = columns::align(&block.lines, gaps);
    let mut laid = Laid::default();
    for (index, (line, row)) in block.lines.iter().zip(&rows).enumerate() {
        let above = comments_above(line);
        // A head is read as one; where the author grouped the clauses of a body, the groups stay.
        let free = index > 1 && line.shape != Shape::Head;
        out.comments(above, line.depth, free);
        if (free || !above.is_empty()) && gaps.above(line.start) {
            out.text.push('\n');
        }
        if index == 0 {
            laid.start = start(line);
        }
        let begin = out.text.len();
        out.line(line, row.as_deref());
        if index == 0 {
            laid.one_line = out.text.get(begin..).is_some_and(|t| t.trim_end_matches('\n').lines().count() <= 1);
        }
    }
    laid.one_line = laid.one_line && block.lines.len() <= 1 && block.closing.is_empty();
    let inner: Vec<Laid> = block.inner.iter().map(|b| lay(b, gaps)).collect();
    out.text.push_str(&stack(inner, gaps));
    out.comments(&block.closing, block.depth.saturating_add(1), true);
    laid.text = out.text;
    laid
}

/// Comments that no item follows.
pub fn lay_comments(comments: &[Comment], gaps: &impl Gaps) -> Laid {
    let mut out = Out { text: String::new(), gaps };
    out.comments(comments, 0, true);
    Laid { text: out.text, one_line: true, kept: false, start: comments.first().map_or(0, |c| c.span.start) }
}

/// Items one below the other: an empty line between any two, but as the author has it between two of one line each and around
/// what is kept as it is.
pub fn stack(items: Vec<Laid>, gaps: &impl Gaps) -> String {
    let mut text = String::new();
    let mut before: Option<&Laid> = None;
    for item in items.iter().filter(|i| !i.text.is_empty()) {
        if let Some(b) = before {
            let free = b.one_line && item.one_line || b.kept || item.kept;
            if !free || gaps.above(item.start) {
                text.push('\n');
            }
        }
        text.push_str(&item.text);
        before = Some(item);
    }
    text
}

pub fn comments_above(line: &Line) -> &[Comment] {
    line.atoms().next().map_or(&[], |a| a.before.as_slice())
}

/// Where a line or the comments above it began.
fn start(line: &Line) -> usize {
    comments_above(line).first().map_or(line.start, |c| c.span.start)
}

/// The line on one line; nothing where a comment stands in the way. A comment after what came last in the text closes the line.
pub fn flat(line: &Line) -> Option<(String, Option<&Comment>)> {
    let parts: Vec<&Phrase> = line.parts.iter().map(|p| &p.phrase).collect();
    let last = last_written(line.atoms())?;
    let mut text = String::new();
    let mut closing = None;
    for (index, atom) in parts.iter().flat_map(|p| p.atoms.iter()).enumerate() {
        if index > 0 && !atom.before.is_empty() {
            return None;
        }
        if let Some(comment) = atom.after.first() {
            if index != last {
                return None;
            }
            closing = Some(comment);
        }
        if index > 0 {
            text.push(' ');
        }
        text.push_str(&atom.text);
    }
    Some((text, closing))
}

/// Which of the words stood last in the text; of those that nobody knows, the last.
fn last_written<'a>(atoms: impl Iterator<Item = &'a Atom>) -> Option<usize> {
    atoms.enumerate().max_by_key(|(i, a)| (a.at, *i)).map(|(i, _)| i)
}

/// The width of a text up to its first line break, in characters.
pub fn width(text: &str) -> usize {
    text.split('\n').next().unwrap_or("").chars().count()
}

struct Out<'g, G: Gaps> {
    text: String,
    gaps: &'g G,
}

impl<G: Gaps> Out<'_, G> {
    /// Comments on lines of their own; `free` says whether an empty line may stand above the first.
    fn comments(&mut self, comments: &[Comment], depth: usize, free: bool) {
        for (index, c) in comments.iter().enumerate() {
            if (free || index > 0) && !self.text.is_empty() && self.gaps.above(c.span.start) {
                self.text.push('\n');
            }
            self.text.push_str(&indent(depth));
            self.text.push_str(&c.text);
            self.text.push('\n');
        }
    }

    fn line(&mut self, line: &Line, aligned: Option<&str>) {
        if let Some((text, closing)) = flat(line) {
            let text = aligned.unwrap_or(&text);
            if aligned.is_some() || fits(line.depth, text) {
                self.text.push_str(&indent(line.depth));
                self.text.push_str(text);
                self.close(closing);
                self.text.push('\n');
                return;
            }
        }
        match line.shape {
            Shape::Header => self.fill(line.atoms(), line.depth, line.depth.saturating_add(2)),
            Shape::Fill => self.fill(line.atoms(), line.depth, line.depth.saturating_add(1)),
            Shape::Head => self.rows(&line.parts, line.depth, line.depth, line.depth.saturating_add(1)),
            Shape::Stack | Shape::Body(_) => self.rows(&line.parts, line.depth, line.depth.saturating_add(1), line.depth.saturating_add(2)),
            // What is in a set begins on a line of its own, and goes on as deep.
            Shape::Set => self.rows(&line.parts, line.depth, line.depth.saturating_add(1), line.depth.saturating_add(1)),
        }
    }

    /// The rows of a clause, one a line: the first at one depth, further ones at another, and what does not fit at a third.
    fn rows(&mut self, parts: &[Part], first: usize, further: usize, rest: usize) {
        let mut rows: Vec<(Slot, Vec<&Atom>)> = Vec::new();
        for part in parts {
            match rows.last_mut() {
                // Goods and origins of a head have a line each; of a clause they share the line below it.
                Some((slot, atoms)) if slot.row() == part.slot.row() && (first < further || part.slot != Slot::Of) => atoms.extend(&part.phrase.atoms),
                _ => rows.push((part.slot, part.phrase.atoms.iter().collect())),
            }
        }
        for (index, (_, atoms)) in rows.into_iter().enumerate() {
            let depth = if index == 0 { first } else { further };
            if let Some(atom) = atoms.first().filter(|_| index > 0) {
                self.comments(&atom.before, depth, false);
            }
            self.fill(atoms.into_iter(), depth, rest);
        }
    }

    /// Words as many as fit a line, then the next line, which is indented to `further`. Comments above the first are printed already.
    fn fill<'a>(&mut self, atoms: impl Iterator<Item = &'a Atom>, first: usize, further: usize) {
        self.text.push_str(&indent(first));
        let mut column = first.saturating_mul(STEP);
        let mut broken = false;
        for (index, atom) in atoms.enumerate() {
            let full = column.saturating_add(1).saturating_add(width(&atom.text)) > WIDTH;
            if index > 0 {
                if broken || full || !atom.before.is_empty() {
                    self.text.push('\n');
                    self.comments(&atom.before, further, false);
                    self.text.push_str(&indent(further));
                    column = further.saturating_mul(STEP);
                } else {
                    self.text.push(' ');
                    column = column.saturating_add(1);
                }
            }
            self.text.push_str(&atom.text);
            self.close(atom.after.first());
            broken = !atom.after.is_empty() || atom.text.contains('\n');
            column = column.saturating_add(atom.text.chars().count());
        }
        self.text.push('\n');
    }

    fn close(&mut self, comment: Option<&Comment>) {
        if let Some(c) = comment {
            self.text.push_str("  ");
            self.text.push_str(&c.text);
        }
    }
}

pub fn fits(depth: usize, text: &str) -> bool {
    depth.saturating_mul(STEP).saturating_add(width(text)) <= WIDTH
}
