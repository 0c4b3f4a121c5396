//! The nearest change that would make a rule apply, found by trying: what is shown has been assessed and does.

use super::assessed::Assessed;
use super::cuts::{Axis, Change, To, axes, measures_of, span_of};
use super::session::{Answer, Session, said};
use super::why::{idle, rule, sets_aside};
use crate::facts::Shipment;
use crate::outcome::{Explanation, Interpreter, Standing};
use crate::program::{Edition, FactId, Named, Program};
use crate::source::Sources;
use crate::syntax::OutcomeWord;
use jiff::civil::Date;
use std::collections::BTreeMap;

/// How many shipments with two or three changes are assessed at most, so that an answer comes while one waits for it.
const MOST_TRIES: usize = 300;
/// How many changes of each kind are tried together with those of others.
const MOST_KINDS: usize = 16;

impl Session<'_> {
    pub(super) fn why_not(&self, name: &str) -> Answer {
        let assessed = self.assessed()?;
        let named = rule(&assessed.program, name)?;
        if let Named::Group(_) = named {
            return said(format!("`{name}` is a group: ask for one of its measures"));
        }
        let mut search = Search::new(&assessed, name, named, self.state.known_at);
        if search.holds_now() {
            return Ok(format!("{name} applies; `:why {name}` says why\n"));
        }
        let mut out = match named {
            Named::Measure(id) => {
                let row = assessed.assessment.results.get(id.0).map(|r| assessed.row(r).line()).unwrap_or_default();
                format!("{name}: {row}\n")
            }
            _ => format!("{}\n", idle(&assessed, name, named, self.state.known_at)),
        };
        out.push_str(&search.answer());
        Ok(out)
    }
}

struct Search<'a> {
    assessed: &'a Assessed,
    name: &'a str,
    named: Named,
    known_at: Option<Date>,
    interpreters: BTreeMap<Option<Date>, Interpreter<'a>>,
    tries: usize,
}

impl<'a> Search<'a> {
    fn new(assessed: &'a Assessed, name: &'a str, named: Named, known_at: Option<Date>) -> Self {
        Search { assessed, name, named, known_at, interpreters: BTreeMap::new(), tries: 0 }
    }

    fn holds_now(&mut self) -> bool {
        self.holds(&[])
    }

    fn answer(&mut self) -> String {
        let program: &'a Program = &self.assessed.program;
        let edition = Edition::new(program, self.known_at);
        let axes = axes(program, &edition, &self.assessed.shipment, self.named);
        let single: Vec<&Change> = axes.iter().filter_map(|axis| axis.changes.iter().find(|c| self.holds(&[c]))).collect();
        if !single.is_empty() {
            return shown(if single.len() == 1 { "it would apply with" } else { "it would apply with one of" }, &single);
        }
        let kinds: Vec<Vec<&Change>> = axes.iter().map(|axis| self.kinds(axis)).filter(|k| !k.is_empty()).collect();
        self.tries = 0;
        for (size, words) in [(2, "no single change is enough; it would apply with both of"), (3, "no two changes are enough; it would apply with all of")] {
            if let Some(changes) = self.together(&kinds, size) {
                return shown(words, &changes);
            }
        }
        "no change was found that would make it apply, of one thing or of two or three together, at the places where the rules of the book change\n".to_owned()
    }

    /// The changes of an axis of which the rules can tell the effects apart, the nearest of each kind.
    fn kinds<'x>(&mut self, axis: &'x Axis) -> Vec<&'x Change> {
        let measures = measures_of(&self.assessed.program, self.named);
        let assessed: &'a Assessed = self.assessed;
        let mut seen: Vec<Standing> = vec![self.interpreter(self.known_at).standing(&assessed.shipment, &measures)];
        let mut kinds = Vec::new();
        for change in &axis.changes {
            let (shipment, known_at) = self.changed(&[change]);
            let standing = self.interpreter(known_at).standing(&shipment, &measures);
            if !seen.contains(&standing) {
                seen.push(standing);
                kinds.push(change);
            }
            if kinds.len() == MOST_KINDS {
                break;
            }
        }
        kinds
    }

    /// So many changes of different kinds, the nearest together.
    fn together<'x>(&mut self, kinds: &[Vec<&'x Change>], size: usize) -> Option<Vec<&'x Change>> {
        let mut chosen: Vec<(usize, Vec<&'x Change>)> = vec![(0, Vec::new())];
        for axis in kinds {
            let more: Vec<(usize, Vec<&'x Change>)> = chosen
                .iter()
                .filter(|(_, c)| c.len() < size)
                .flat_map(|(far, c)| axis.iter().enumerate().map(|(n, change)| (far.saturating_add(n), c.iter().copied().chain([*change]).collect())))
                .collect();
            chosen.extend(more);
        }
        chosen.retain(|(_, c)| c.len() == size);
        chosen.sort_by_key(|(far, _)| *far);
        for (_, changes) in chosen {
            let (shipment, known_at) = self.changed(&changes);
            let named = self.named;
            if !self.interpreter(known_at).fits(&shipment, named) {
                continue;
            }
            self.tries = self.tries.saturating_add(1);
            if self.tries > MOST_TRIES {
                return None;
            }
            if self.holds(&changes) {
                return Some(changes);
            }
        }
        None
    }

    fn interpreter(&mut self, known_at: Option<Date>) -> &Interpreter<'a> {
        let program: &'a Program = &self.assessed.program;
        self.interpreters.entry(known_at).or_insert_with(|| Interpreter::new(program, known_at))
    }

    /// The shipment, and the day of knowledge, after changes.
    fn changed(&self, changes: &[&Change]) -> (Shipment, Option<Date>) {
        let mut shipment = self.assessed.shipment.clone();
        let mut known_at = self.known_at;
        for change in changes {
            match &change.to {
                To::Fact(fact, value) => shipment.set(*fact, value.clone()),
                To::Code(code) => shipment.hs = *code,
                To::Origin(country) => shipment.origin = Some(*country),
                To::KnownAt(day) => known_at = *day,
            }
        }
        (shipment, known_at)
    }

    /// Whether the rule applies after the changes.
    fn holds(&mut self, changes: &[&Change]) -> bool {
        let program: &'a Program = &self.assessed.program;
        let sources: &'a Sources = &self.assessed.checked.sources;
        let (shipment, known_at) = self.changed(changes);
        if !is_possible(&shipment) && is_possible(&self.assessed.shipment) {
            return false;
        }
        if sets_aside(program, self.named) {
            let named = self.named;
            return self.interpreter(known_at).fits(&shipment, named);
        }
        let assessment = self.interpreter(known_at).assess(&shipment);
        applies(&Explanation { program, sources, shipment: &shipment, assessment: &assessment }, self.name, self.named)
    }
}

/// Goods leave before they arrive.
fn is_possible(shipment: &Shipment) -> bool {
    let Some((_, entered)) = span_of(shipment.get(FactId::ENTERED)) else { return true };
    [FactId::LOADED, FactId::EXPORTED].into_iter().filter_map(|f| span_of(shipment.get(f))).all(|(first, _)| first <= entered)
}

/// A measure applies where it charges; any other rule where it acted on a measure.
fn applies(explanation: &Explanation<'_>, name: &str, named: Named) -> bool {
    let results = &explanation.assessment.results;
    match named {
        Named::Measure(id) => results.get(id.0).is_some_and(|r| r.outcome == OutcomeWord::Applied),
        _ => results.iter().any(|r| explanation.by_names(r).contains(&name)),
    }
}

fn shown(with: &str, changes: &[&Change]) -> String {
    let width = changes.iter().map(|c| c.line.chars().count()).max().unwrap_or(0);
    let mut out = format!("{with}\n");
    for change in changes {
        out.push_str(format!("  {:width$}  {}", change.line, change.remark).trim_end());
        out.push('\n');
    }
    out
}
