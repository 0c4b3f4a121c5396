//! What no reader can find: conflicts, gaps, dead rules and blips, over every shipment there could be.
//!
//! Everything a rule tests is finite once the book is known, so each measure is looked at once for every group of goods and origins, every
//! stretch of time and every point of the further facts that its rules tell apart. No finding is given without a place in the law, and
//! none claims more than was shown: what compares amounts in a way that no axis holds is said to be so.

mod answers;
mod boxes;
mod changes;
mod contrast;
mod difference;
mod general;
mod known;
mod promises;
mod report;
mod seen;
mod spots;
mod study;
mod suggestions;
mod told;
mod view;
mod whereabouts;
mod witness;

pub use difference::{Comparison, Difference, Side, charge_differently, compare};
pub use known::Checker;
pub use spots::{goods_of, origins_of, words_of};
pub use suggestions::{Suggestion, Tested, suggestions};
pub use told::whereabouts_text;
pub use whereabouts::{Region, Whereabouts, whereabouts};

use crate::outcome::Interpreter;
use crate::problem::Problems;
use crate::program::{self, Checked, MeasureId, Named, Program};
use crate::side_by_side::side_by_side;
use crate::source::Sources;
use crate::world::World;
use jiff::civil::Date;
use known::Known;
use report::Reporter;
use std::collections::BTreeMap;
use std::path::Path;
use study::Study;
use view::View;

/// Reads and checks a book at a path, with everything that comparing its rules can find; under one of its scenarios, or with all of them
/// where none is named.
///
/// # Errors
/// In words, where there is no book at the path or a file of it cannot be read.
pub fn check(world: &dyn World, path: &Path, scenario: Option<&str>) -> Result<Checked, String> {
    program::check_then(world, path, &[], scenario, &findings)
}

/// The same for a book with further items that a session has added.
///
/// # Errors
/// As [`check`].
pub fn check_sources(world: &dyn World, path: &Path, added: &[String]) -> Result<Checked, String> {
    program::check_then(world, path, added, None, &findings)
}

/// The findings on a book, measure by measure in order of declaration.
pub fn findings(program: &Program, sources: &Sources) -> Problems {
    look(program, sources, None, &Known::default())
}

/// The findings on some measures alone, for whoever changes them and waits.
pub fn findings_on(program: &Program, sources: &Sources, measures: &[MeasureId]) -> Problems {
    look(program, sources, Some(measures), &Known::default())
}

fn look(program: &Program, sources: &Sources, wanted: Option<&[MeasureId]>, known: &Known) -> Problems {
    let now = Interpreter::new(program, None);
    // What was void from its beginning is looked at as the law stood on the day before.
    let earlier: Vec<(Date, Interpreter<'_>)> = days_before_voids(program).into_iter().map(|day| (day, Interpreter::new(program, Some(day)))).collect();
    let one = |id: MeasureId| {
        let void = |i: &Interpreter<'_>| {
            i.edition.ended(program, Named::Measure(id), crate::value::Instant(i64::MAX)).is_some_and(|e| matches!(e, program::Ended::Void(_)))
        };
        let interpreter = if void(&now) { earlier.iter().rev().map(|(_, i)| i).find(|i| !void(i)) } else { Some(&now) };
        let (study, found) = known.look(View::outline(interpreter?, id)?);
        let mut reporter = Reporter { study: &study, sources, problems: Problems::default() };
        reporter.run(&found, &|clause| lived(program, id, clause));
        let problems = reporter.problems;
        Some((id, study, found, problems))
    };
    let ids: Vec<MeasureId> = (0..program.measures.len()).map(MeasureId).filter(|id| wanted.is_none_or(|w| w.contains(id))).collect();
    let mut problems = Problems::default();
    let mut studied = Vec::new();
    for (id, study, found, of_measure) in side_by_side(&ids, &|id| one(*id)).into_iter().flatten() {
        problems.extend(of_measure);
        studied.push((id, study, found));
    }
    if wanted.is_some() {
        return problems;
    }
    let all: Vec<_> = studied.iter().map(|(id, study, found)| (*id, study, &found.seen)).collect();
    report::reliefs(program, &all, &mut problems);
    answers::check(&now, &mut problems);
    let studies: BTreeMap<MeasureId, &Study<'_>> = studied.iter().map(|(id, study, _)| (*id, study)).collect();
    promises::check(&now, &studies, sources, &mut problems);
    problems
}

/// The days on which the last act before each void was all that was known.
fn days_before_voids(program: &Program) -> Vec<Date> {
    let acts = program.endings.iter().filter(|e| e.void).filter_map(|e| e.cite.as_ref());
    let mut days: Vec<Date> = acts.filter_map(|c| program.instrument(c.instrument)?.published?.yesterday().ok()).collect();
    days.sort_unstable();
    days.dedup();
    days
}

/// Whether a clause that is never charged as the law is known now was to be charged at an earlier date of knowledge: amended before it
/// took effect.
fn lived(program: &Program, id: MeasureId, clause: usize) -> bool {
    let mut days: Vec<Date> = program.instruments.iter().filter_map(|i| i.published).collect();
    days.sort_unstable();
    days.dedup();
    days.into_iter().any(|day| {
        let interpreter = Interpreter::new(program, Some(day));
        let Some(study) = View::new(&interpreter, id).map(Study::new) else { return false };
        let seen = seen::look(&study);
        seen.alive.iter().chain(seen.partly.keys()).any(|r| study.clause_of(*r) == Some(clause))
    })
}
