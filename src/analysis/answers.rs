//! Retaliations: whether what they answer is charged while they are, and whether they answer each other.

use crate::outcome::Interpreter;
use crate::problem::{Problems, regions};
use crate::program::{Ended, MeasureId, Named, Program};
use crate::value::Instant;

/// T400.
pub fn check(interpreter: &Interpreter<'_>, problems: &mut Problems) {
    let program = interpreter.program;
    for (m, measure) in program.measures.iter().enumerate() {
        let Some((book, others)) = &measure.against else { continue };
        let Some(other) = book.map_or(Some(interpreter), |b| interpreter.used.get(b)) else { continue };
        // What was annulled later was there to be answered.
        let void = |id: &MeasureId| matches!(other.edition.ended(other.program, Named::Measure(*id), Instant(i64::MAX)), Some(Ended::Void(_)));
        if others.is_empty() || others.iter().any(void) {
            continue;
        }
        let mut moments: Vec<Instant> = vec![Instant(0)];
        moments.extend(interpreter.edition.entry_cuts.iter().chain(&other.edition.entry_cuts).copied());
        let own = |t: Instant| interpreter.in_force(None, Named::Measure(MeasureId(m)), t);
        let answered = |t: Instant| others.iter().any(|o| other.in_force(None, Named::Measure(*o), t));
        if moments.iter().any(|t| own(*t)) && !moments.iter().any(|t| own(*t) && answered(*t)) {
            let names: Vec<String> = others.iter().map(|o| other.program.measure_name(*o).to_owned()).collect();
            let prefix = book.and_then(|b| program.uses.get(b)).map_or_else(String::new, |(n, _)| format!("{n}."));
            problems.add(regions::answers_nothing(&measure.name, &format!("{prefix}{}", names.join(", ")), measure.span));
        }
        if book.is_none() {
            circle(program, m, problems);
        }
    }
}

/// Reports a circle of answers once, at the first declared of its members.
fn circle(program: &Program, start: usize, problems: &mut Problems) {
    let (mut path, mut at) = (vec![start], start);
    while let Some((None, others)) = program.measures.get(at).and_then(|m| m.against.as_ref()) {
        let Some(next) = others.first().map(|o| o.0) else { return };
        if next == start {
            if path.iter().min() == Some(&start) {
                let names: Vec<String> = path.iter().chain([&start]).map(|m| format!("`{}`", program.measure_name(MeasureId(*m)))).collect();
                problems.add(regions::answers_itself(&names, program.measures.get(start).map_or_else(Default::default, |m| m.span)));
            }
            return;
        }
        if path.contains(&next) {
            return;
        }
        path.push(next);
        at = next;
    }
}
