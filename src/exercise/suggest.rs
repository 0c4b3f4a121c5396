//! Which rules and dates no test has looked at, for tests to be suggested.

use super::coverage;
use crate::analysis::{Suggestion, Tested, suggestions};
use crate::facts::{Shipment, Value};
use crate::outcome::{Cause, Interpreter};
use crate::program::{FactId, MeasureId, Program};
use crate::source::{Sources, Span};
use crate::syntax::OutcomeWord;
use crate::value::Instant;
use std::collections::{BTreeMap, BTreeSet};

const DAY: i64 = 24 * 60 * 60;

/// Tests that a book lacks, in the order of the rules that they look at.
pub fn suggest(program: &Program, sources: &Sources) -> Vec<Suggestion> {
    let exercised: BTreeSet<Span> = coverage(program, sources).rules.into_iter().filter(|r| r.tested).map(|r| r.span).collect();
    let entries = entries(program);
    let between =
        |measure: MeasureId, from: i64, until: i64| entries.get(&measure).is_some_and(|all| all.range(Instant(from)..Instant(until)).next().is_some());
    let date = |measure: MeasureId, at: Instant| between(measure, at.0.saturating_sub(DAY), at.0) && between(measure, at.0, at.0.saturating_add(DAY));
    let tested = Tested { rule: &|span| exercised.contains(&span), date: &date };
    suggestions(&Interpreter::new(program, None), sources, &tested)
}

/// The moments at which tests of the law as it is known now enter, by the measures whose scope they are in.
fn entries(program: &Program) -> BTreeMap<MeasureId, BTreeSet<Instant>> {
    let interpreter = Interpreter::new(program, None);
    let mut out: BTreeMap<MeasureId, BTreeSet<Instant>> = BTreeMap::new();
    for test in program.tests.iter().filter(|t| t.facts.known_at.is_none()) {
        let Ok(shipment) = Shipment::from_stated(program, &test.facts, None) else { continue };
        let Some(Value::At(entered)) = shipment.get(FactId::ENTERED) else { continue };
        for result in &interpreter.assess(&shipment).results {
            let outside = result.outcome == OutcomeWord::OutOfScope && matches!(result.cause, Some(Cause::Goods | Cause::Origin));
            if !outside {
                out.entry(result.measure).or_default().insert(*entered);
            }
        }
    }
    out
}
