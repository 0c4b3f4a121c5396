//! The shipment through time: what each measure comes to at every moment at which that changes, and by which acts.

use super::assessed::{Assessed, Row};
use super::cuts::span_of;
use super::session::{Answer, Session};
use super::why::named_measures;
use crate::facts::Value;
use crate::outcome::{Explanation, Interpreter};
use crate::program::{FactId, MeasureId};
use crate::syntax::OutcomeWord;
use crate::value::Instant;

/// What a measure came to from a moment on.
struct Stretch {
    from: Instant,
    row: Row,
    cites: Vec<String>,
}

impl Session<'_> {
    pub(super) fn when(&self, name: &str) -> Answer {
        let assessed = self.assessed()?;
        let program = &assessed.program;
        let wanted: Vec<MeasureId> = if name.is_empty() { (0..program.measures.len()).map(MeasureId).collect() } else { named_measures(program, name)? };
        let interpreter = Interpreter::new(program, self.state.known_at);
        let mut lives: Vec<Vec<Stretch>> = wanted.iter().map(|_| Vec::new()).collect();
        for cut in &interpreter.edition.entry_cuts {
            let mut shipment = assessed.shipment.clone();
            shipment.set(FactId::ENTERED, Value::At(*cut));
            let at = Assessed { assessment: interpreter.assess(&shipment), shipment, ..assessed.clone() };
            for (id, life) in wanted.iter().zip(&mut lives) {
                let Some(result) = at.assessment.results.get(id.0) else { continue };
                let row = at.row(result);
                if life.last().is_none_or(|l| l.row.rate_line() != row.rate_line()) {
                    life.push(Stretch { from: *cut, row, cites: cites(&at.explanation(), *id) });
                }
            }
        }
        let entered = span_of(assessed.shipment.get(FactId::ENTERED));
        let mut out = String::new();
        for (id, mut life) in wanted.iter().zip(lives) {
            // What begins with not applying begins later.
            let idle = |s: &Stretch| matches!(s.row.outcome, OutcomeWord::NotInForce | OutcomeWord::OutOfScope | OutcomeWord::ConditionNotMet);
            let before = life.iter().take_while(|s| idle(s)).count();
            let first_idle = life.first().filter(|s| idle(s)).map(|s| s.row.line());
            life.drain(..before);
            match (life.is_empty(), first_idle) {
                // Of one that is asked for by name it is said that it never applies.
                (true, Some(why)) if !name.is_empty() => out.push_str(&format!("{}: at no time: {why}\n", program.measure_name(*id))),
                (true, _) => {}
                (false, _) => out.push_str(&shown(&assessed, program.measure_name(*id), &life, entered)),
            }
        }
        Ok(if out.is_empty() { "no measure has to do with this shipment, whenever it enters\n".to_owned() } else { out })
    }
}

fn cites(explanation: &Explanation<'_>, id: MeasureId) -> Vec<String> {
    let result = explanation.assessment.results.get(id.0);
    result.map_or_else(Vec::new, |r| explanation.cite_names(r).into_iter().map(str::to_owned).collect())
}

fn shown(assessed: &Assessed, name: &str, life: &[Stretch], entered: Option<(Instant, Instant)>) -> String {
    let clock = &assessed.program.clock;
    let now = entered.and_then(|(first, _)| life.iter().rposition(|s| s.from <= first));
    let rows: Vec<(String, String, String)> = life
        .iter()
        .enumerate()
        .map(|(i, s)| {
            let cites = if s.cites.is_empty() { String::new() } else { format!("cites {}", s.cites.join(", ")) };
            let here = if now == Some(i) { "  ← the shipment" } else { "" };
            (clock.show_full(s.from), s.row.rate_line(), format!("{cites}{here}"))
        })
        .collect();
    let width = rows.iter().map(|(_, rate, _)| rate.chars().count()).max().unwrap_or(0);
    let mut out = format!("{name}\n");
    for (from, rate, rest) in rows {
        out.push_str(format!("  from {from}  {rate:width$}  {rest}").trim_end());
        out.push('\n');
    }
    out
}
