//! In which order measures are reckoned: each after those that it needs, so that a long chain of them is reckoned link by link.
//!
//! What a measure needs is taken from the text, whatever the moment, the goods and the origin. Where that closes a circle the order is
//! broken somewhere; the outcome does not depend on it, for whatever is needed and not yet known is reckoned then.

use crate::program::{MeasureId, Program, dependencies};

/// Every measure once, each after what it needs.
pub fn order(program: &Program) -> Vec<MeasureId> {
    let needs = needs(program);
    let mut seen = vec![false; needs.len()];
    let mut order = Vec::with_capacity(needs.len());
    for start in 0..needs.len() {
        // The measures on the way, each with how many of its needs have been looked at.
        let mut way: Vec<(usize, usize)> = vec![(start, 0)];
        while let Some((measure, looked_at)) = way.last_mut() {
            let at = *measure;
            let next = needs.get(at).and_then(|n| n.get(*looked_at)).copied();
            if *looked_at == 0 && std::mem::replace(seen.get_mut(at).unwrap_or(&mut false), true) {
                way.pop();
                continue;
            }
            match next {
                Some(next) => {
                    *looked_at = looked_at.saturating_add(1);
                    if !seen.get(next).copied().unwrap_or(true) {
                        way.push((next, 0));
                    }
                }
                None => {
                    order.push(MeasureId(at));
                    way.pop();
                }
            }
        }
    }
    order
}

/// What each measure needs.
fn needs(program: &Program) -> Vec<Vec<usize>> {
    let mut all = vec![Vec::new(); program.measures.len()];
    for (from, to) in dependencies(program).into_iter().map(|d| (d.from.measure, d.to.measure)).filter(|(from, to)| from != to) {
        all.get_mut(from.0).into_iter().for_each(|n| n.push(to.0));
    }
    all
}
