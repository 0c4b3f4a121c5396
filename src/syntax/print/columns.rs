//! Body clauses that begin with the same word stand in columns: each kind of modifier begins at the same place in all of them, as far
//! to the left as what stands before it allows.

use super::layout::{Gaps, comments_above, fits, flat, width};
use super::phrase::{Line, Shape, Slot};
use std::collections::BTreeMap;

/// The widest gap that a column may tear into a line. A clause that would ask for more is set without columns.
const WIDEST_GAP: usize = 40;

/// The text of each line that stands in columns.
pub fn align(lines: &[Line], gaps: &impl Gaps) -> Vec<Option<String>> {
    let mut out: Vec<Option<String>> = lines.iter().map(|_| None).collect();
    let mut run: Vec<(usize, Cells)> = Vec::new();
    let mut word = None;
    for (index, line) in lines.iter().enumerate() {
        let this = match line.shape {
            Shape::Body(w) => Some(w),
            _ => None,
        };
        let apart = gaps.above(line.start) || comments_above(line).iter().any(|c| gaps.above(c.span.start));
        if this != word || apart {
            set(std::mem::take(&mut run), &mut out);
        }
        word = this;
        if this.is_some() && flat(line).is_some_and(|(text, _)| fits(line.depth, &text)) {
            run.push((index, Cells::of(line)));
        }
    }
    set(run, &mut out);
    out
}

struct Cells {
    depth: usize,
    cells: Vec<(Slot, String)>,
    /// The width of all of them on one line, without columns.
    natural: usize,
}

impl Cells {
    fn of(line: &Line) -> Self {
        let cells: Vec<(Slot, String)> =
            line.parts.iter().map(|p| (p.slot, p.phrase.atoms.iter().map(|a| a.text.as_str()).collect::<Vec<_>>().join(" "))).collect();
        let natural = cells.iter().map(|(_, t)| width(t).saturating_add(1)).sum();
        Cells { depth: line.depth, cells, natural }
    }
}

/// Sets a run of clauses in columns. Where that would tear them apart the longest are left out.
fn set(mut run: Vec<(usize, Cells)>, out: &mut [Option<String>]) {
    while run.len() > 1 {
        if let Some(texts) = columns(&run) {
            for ((index, _), text) in run.iter().zip(texts) {
                if let Some(place) = out.get_mut(*index) {
                    *place = Some(text);
                }
            }
            return;
        }
        let longest = run.iter().map(|(_, c)| c.natural).max().unwrap_or(0);
        run.retain(|(_, c)| c.natural < longest);
    }
}

/// The lines in columns; nothing where one grows too long or is torn apart.
fn columns(run: &[(usize, Cells)]) -> Option<Vec<String>> {
    let mut slots: BTreeMap<Slot, usize> = BTreeMap::new();
    for (_, row) in run {
        slots.extend(row.cells.iter().map(|(slot, _)| (*slot, 0)));
    }
    let mut texts: Vec<String> = run.iter().map(|_| String::new()).collect();
    for slot in slots.keys() {
        let of = |row: &Cells| row.cells.iter().find(|(s, _)| s == slot).map(|(_, t)| t.clone());
        let begin = run.iter().zip(&texts).filter(|((_, row), _)| of(row).is_some()).map(|(_, text)| text.chars().count()).max()?;
        for ((_, row), text) in run.iter().zip(&mut texts) {
            let Some(cell) = of(row) else { continue };
            if !text.is_empty() {
                let gap = begin.saturating_sub(text.chars().count());
                if gap > WIDEST_GAP {
                    return None;
                }
                text.push_str(&" ".repeat(gap.saturating_add(1)));
            }
            text.push_str(&cell);
            if !fits(row.depth, text) {
                return None;
            }
        }
    }
    Some(texts)
}
