//! Gives each comment to the words it was written beside, so that it goes where they go.
//!
//! A comment on a line of its own belongs to what follows it, one at the end of a line to what stands before it.

use super::super::tree::{Comment, Syntax};
use super::phrase::{Atom, Block, Line};

/// Which comments belong to which item of a file: `leading[i]` stand before item `i`, `inside[i]` within it, at the end of its lines,
/// or indented after it; `last` are what remains at the end of the file.
#[derive(Debug, Default)]
pub struct Shared {
    pub leading: Vec<Vec<Comment>>,
    pub inside: Vec<Vec<Comment>>,
    pub last: Vec<Comment>,
}

/// Shares out the comments of a file; `indented` says whether a comment starts after blanks.
pub fn share(syntax: &Syntax, indented: impl Fn(&Comment) -> bool) -> Shared {
    let mut shared = Shared::default();
    let mut comments = syntax.comments.iter().peekable();
    let mut waiting = Vec::new();
    for (index, item) in syntax.items.iter().enumerate() {
        while let Some(c) = comments.next_if(|c| c.span.start < item.span.start) {
            waiting.push(c.clone());
        }
        shared.leading.push(std::mem::take(&mut waiting));
        let next = syntax.items.get(index.saturating_add(1)).map_or(usize::MAX, |i| i.span.start);
        let mut inside = Vec::new();
        while let Some(c) = comments.next_if(|c| c.span.start < next && (c.span.start < item.span.end || c.trailing || indented(c))) {
            inside.push(c.clone());
        }
        shared.inside.push(inside);
    }
    shared.last = waiting;
    shared.last.extend(comments.cloned());
    shared
}

/// Gives the comments of one item to its words.
pub fn attach(block: &mut Block, comments: Vec<Comment>) {
    if comments.is_empty() {
        return;
    }
    let mut closing = Vec::new();
    {
        let mut atoms = block.atoms_mut();
        atoms.sort_by_key(|a| a.at);
        for comment in comments {
            let after = atoms.partition_point(|a| a.at <= comment.span.start);
            if comment.trailing {
                // The last words before it; an item has some, since the comment is within it.
                match after.checked_sub(1).and_then(|i| atoms.get_mut(i)) {
                    Some(atom) => atom.after.push(comment),
                    None => closing.push(comment),
                }
            } else {
                match atoms.get_mut(after) {
                    Some(atom) => atom.before.push(comment),
                    None => closing.push(comment),
                }
            }
        }
    }
    block.closing.extend(closing);
    settle(block);
}

/// Words change places on their way to canonical order; what was above a clause stays above all of it.
fn settle(block: &mut Block) {
    for line in &mut block.lines {
        settle_line(line);
    }
    for inner in &mut block.inner {
        settle(inner);
    }
}

fn settle_line(line: &mut Line) {
    // Where several comments stood after the same words, on lines that are now one, all but the last go above the clause.
    let spare: Vec<Comment> = line.atoms_mut().flat_map(|a| a.after.drain(..a.after.len().saturating_sub(1)).collect::<Vec<_>>()).collect();
    if let Some(first) = line.atoms_mut().min_by_key(|a| a.at) {
        first.before.extend(spare);
    }
    hoist(line.atoms_mut().collect());
    for part in &mut line.parts {
        hoist(part.phrase.atoms.iter_mut().collect());
    }
}

/// Moves the comments above the words that came first to the words that come first now.
fn hoist(mut atoms: Vec<&mut Atom>) {
    let Some(earliest) = atoms.iter().enumerate().min_by_key(|(_, a)| a.at).map(|(i, _)| i) else { return };
    if earliest == 0 {
        return;
    }
    let above = atoms.get_mut(earliest).map(|a| std::mem::take(&mut a.before)).unwrap_or_default();
    if let Some(first) = atoms.first_mut() {
        first.before.splice(0..0, above);
    }
}
