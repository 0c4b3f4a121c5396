//! Body clauses that begin with the same word stand in columns: each kind of modifier begins at the same place in all of them, as far
//! to the left as what stands before it allows. A clause that lacks the modifier may reach over its column.

use super::layout::{Gaps, comments_above, fits, flat, width};
use super::phrase::{Line, Shape, Slot};
use std::collections::BTreeSet;

/// The widest gap that a column may tear into a line. A clause that would tear a wider one leaves the columns from there on.
const WIDEST_GAP: usize = 40;

/// How far a column gives way to clauses that lack its modifier and go on behind it, so that `rate 125% from …` and `rate 5% of origin US`
/// do not collide.
const WIDENING: usize = 8;

/// The text of each line that stands in columns.
pub fn align(lines: &[Line], gaps: &impl Gaps) -> Vec<Option<String>> {
    let mut out: Vec<Option<String>> = lines.iter().map(|_| None).collect();
    let mut run: Vec<Row> = Vec::new();
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
            run.push(Row::of(index, line));
        }
    }
    set(run, &mut out);
    out
}

/// A clause of a run: its words by slot, and how far its line is set.
struct Row {
    index: usize,
    depth: usize,
    cells: Vec<(Slot, String)>,
    text: String,
    /// What was set last.
    last: Option<Slot>,
    /// Whether it still keeps to the columns.
    keeps: bool,
}

impl Row {
    fn of(index: usize, line: &Line) -> Self {
        let cells = line.parts.iter().map(|p| (p.slot, p.phrase.atoms.iter().map(|a| a.text.as_str()).collect::<Vec<_>>().join(" "))).collect();
        Row { index, depth: line.depth, cells, text: String::new(), last: None, keeps: true }
    }

    fn has(&self, slot: Slot) -> bool {
        self.cells.iter().any(|(s, _)| *s == slot)
    }

    /// Whether it lacks a slot and goes on behind it.
    fn skips(&self, slot: Slot) -> bool {
        !self.has(slot) && self.cells.iter().any(|(s, _)| *s > slot)
    }

    /// Adds the words of a slot, where it has some, at a column at the earliest.
    fn put(&mut self, slot: Slot, column: usize) {
        let Some((_, words)) = self.cells.iter().find(|(s, _)| *s == slot) else { return };
        if !self.text.is_empty() {
            let gap = if self.keeps { column.saturating_sub(width(&self.text)) } else { 0 };
            self.text.push_str(&" ".repeat(gap.saturating_add(1)));
        }
        self.text.push_str(words);
        self.last = Some(slot);
    }
}

/// Sets a run of clauses in columns. Those that grow too long for a line are set without, and the others once more.
fn set(mut run: Vec<Row>, out: &mut [Option<String>]) {
    while run.len() > 1 {
        columns(&mut run);
        if run.iter().all(|r| fits(r.depth, &r.text)) {
            for row in run {
                if let Some(place) = out.get_mut(row.index) {
                    *place = Some(row.text);
                }
            }
            return;
        }
        run.retain(|r| fits(r.depth, &r.text));
    }
}

fn columns(run: &mut [Row]) {
    for row in run.iter_mut() {
        row.text.clear();
        row.last = None;
        row.keeps = true;
    }
    let slots: BTreeSet<Slot> = run.iter().flat_map(|r| r.cells.iter().map(|(slot, _)| *slot)).collect();
    for slot in slots {
        let column = column(run, slot);
        run.iter_mut().for_each(|r| r.put(slot, column));
    }
}

/// Where the words of a slot begin, at the earliest. Clauses that would be torn apart leave the columns.
fn column(run: &mut [Row], slot: Slot) -> usize {
    loop {
        let of_slot = run.iter().filter(|r| r.keeps && r.has(slot));
        let widths: BTreeSet<usize> = of_slot.clone().map(|r| width(&r.text)).collect();
        let (Some(least), Some(most)) = (widths.first().copied(), widths.last().copied()) else { return 0 };
        if most.saturating_sub(least) <= WIDEST_GAP {
            let after: BTreeSet<Option<Slot>> = of_slot.map(|r| r.last).collect();
            let others = run.iter().filter(|r| r.keeps && r.skips(slot) && after.contains(&r.last)).map(|r| width(&r.text));
            return others.filter(|w| *w <= most.saturating_add(WIDENING)).fold(most, usize::max);
        }
        run.iter_mut().filter(|r| r.has(slot) && width(&r.text) == most).for_each(|r| r.keeps = false);
    }
}
