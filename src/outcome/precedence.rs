//! Which measure gives way to which: the edges that run at the moment, and whether the other side is applied.

use super::interpret::{Case, joined};
use super::truth::Truth;
use super::{By, Missing};
use crate::program::{ClauseKind, MeasureId};
use crate::syntax::OutcomeWord;

/// Whether a measure is displaced.
#[derive(Clone, Debug, PartialEq)]
pub enum Displacement {
    No,
    By(By),
    /// Facts decide whether it gives way.
    Open(Vec<Missing>),
    /// It gives way to a measure of which it is open whether it applies.
    Follows(MeasureId, OutcomeWord),
}

impl Case<'_> {
    /// Whether some measure to which this one yields is applied; the first declared is named.
    pub fn displacement(&self, id: MeasureId) -> Displacement {
        let mut waits: Vec<Missing> = Vec::new();
        let mut follows = None;
        for (owner, index, other) in self.edges(id) {
            let Some(clause) = self.program().measure(owner).and_then(|m| m.clauses.get(index)) else { continue };
            let Some(truth) = self.covers(owner, index, clause) else { continue };
            let displacing = self.before_limits(other);
            let open = displacing.is_open();
            if displacing.outcome != OutcomeWord::Applied && !open {
                continue;
            }
            match truth {
                Truth::Yes if !open => return Displacement::By(By::Measure(other, owner, index)),
                Truth::Yes => follows = follows.or(Some((other, displacing.outcome))),
                Truth::Unknown(missing) => waits = joined(waits, missing),
                Truth::No => {}
            }
        }
        match follows {
            Some((other, outcome)) => Displacement::Follows(other, outcome),
            None if waits.is_empty() => Displacement::No,
            None => Displacement::Open(waits),
        }
    }

    /// The edges that end at a measure, at whatever time: the measure whose clause says so, the clause, and the measure that displaces.
    fn edges(&self, id: MeasureId) -> Vec<(MeasureId, usize, MeasureId)> {
        let mut out = Vec::new();
        for (m, measure) in self.program().measures.iter().enumerate() {
            for (index, clause) in measure.clauses.iter().enumerate() {
                match &clause.kind {
                    ClauseKind::YieldsTo(others) if m == id.0 => out.extend(others.iter().map(|o| (id, index, *o))),
                    ClauseKind::InLieuOf(others) if others.contains(&id) => out.push((MeasureId(m), index, MeasureId(m))),
                    _ => {}
                }
            }
        }
        out
    }
}
