//! Why a shipment pays what it pays, and why a measure or relief has nothing to do with it.

use super::assessed::Assessed;
use super::cuts::measures_of;
use super::session::{Answer, Session};
use crate::outcome::{Cause, Interpreter, MeasureResult};
use crate::problem::{did_you_mean, listed};
use crate::program::{MeasureId, Named, Program};

impl Session<'_> {
    pub(super) fn why(&self, name: &str) -> Answer {
        let assessed = self.assessed()?;
        if name.is_empty() {
            return Ok(assessed.explanation().to_text());
        }
        let explanation = assessed.explanation();
        let of = |id: MeasureId| assessed.assessment.results.get(id.0).map_or_else(String::new, |r| format!("{}\n", explanation.measure_text(r, 0)));
        match rule(&assessed.program, name)? {
            Named::Measure(id) => Ok(of(id)),
            Named::Group(group) => Ok(assessed.program.groups.get(group).into_iter().flatten().map(|m| of(*m)).collect()),
            named => {
                let acted: Vec<&MeasureResult> = acted_on(&assessed, name);
                if acted.is_empty() && sets_aside(&assessed.program, named) && self.fits(&assessed, named) {
                    return Ok(format!("{}\n", set_aside(&assessed, name, named)));
                }
                if acted.is_empty() {
                    return Ok(format!("{}\n`:why-not {name}` looks for a change that would make it act\n", idle(&assessed, name, named, self.state.known_at)));
                }
                Ok(acted.iter().map(|r| format!("{}\n", explanation.measure_text(r, 0))).collect())
            }
        }
    }
}

/// Whether a rule keeps clauses from covering, so that it leaves no trace of its own in what is paid.
pub fn sets_aside(program: &Program, named: Named) -> bool {
    matches!(named, Named::Suspension(s) if program.suspensions.get(s.0).is_some_and(|s| s.only.is_some()))
}

/// The clauses that a suspension keeps from covering.
fn set_aside(assessed: &Assessed, name: &str, named: Named) -> String {
    let (program, sources) = (&assessed.program, &assessed.checked.sources);
    let only = match named {
        Named::Suspension(s) => program.suspensions.get(s.0).and_then(|s| s.only.as_ref()),
        _ => None,
    };
    let clauses = only.into_iter().flatten().filter_map(|(m, at)| program.measure(*m).and_then(|m| m.clauses.get(*at)));
    let shown: Vec<String> = clauses
        .map(|c| {
            let place = sources.place(c.span);
            let words = sources.text(c.span).split_whitespace().collect::<Vec<_>>().join(" ");
            format!("\n    {words} ({}:{})", place.file.display(), place.line)
        })
        .collect();
    format!("{name}  runs, and while it does these clauses do not cover:{}", shown.concat())
}

/// The measures of a name: one, those of a group, or those on which a relief can act.
pub fn named_measures(program: &Program, name: &str) -> Result<Vec<MeasureId>, String> {
    Ok(measures_of(program, rule(program, name)?))
}

impl Session<'_> {
    fn fits(&self, assessed: &Assessed, named: Named) -> bool {
        Interpreter::new(&assessed.program, self.state.known_at).fits(&assessed.shipment, named)
    }
}

/// A rule that can act on a shipment, by name.
pub fn rule(program: &Program, name: &str) -> Result<Named, String> {
    let is_rule = |n: &Named| {
        let acts = matches!(n, Named::Exemption(_) | Named::Suspension(_) | Named::Phaseout(_) | Named::Limit(_) | Named::Quota(_) | Named::Ending(_));
        acts || matches!(n, Named::Measure(_) | Named::Group(_))
    };
    match program.names.get(name) {
        Some(named) if is_rule(named) => Ok(*named),
        Some(other) => Err(format!("`{name}` is {}, where a measure or a relief is meant: `:info {name}` shows it", other.kind())),
        None => {
            let known = program.names.iter().filter(|(_, n)| is_rule(n)).map(|(name, _)| name.as_str());
            let help = did_you_mean(name, known).map_or_else(String::new, |c| format!(": did you mean `{c}`?"));
            Err(format!("there is no measure or relief `{name}`{help}"))
        }
    }
}

/// The measures on which a rule acted.
pub fn acted_on<'a>(assessed: &'a Assessed, name: &str) -> Vec<&'a MeasureResult> {
    let explanation = assessed.explanation();
    assessed.assessment.results.iter().filter(|r| explanation.by_names(r).contains(&name)).collect()
}

/// Why a relief does not act, as a sentence.
pub fn idle(assessed: &Assessed, name: &str, named: Named, known_at: Option<jiff::civil::Date>) -> String {
    let program = &assessed.program;
    let cause = Interpreter::new(program, known_at).relief_cause(&assessed.shipment, named);
    if let Some(cause) = cause {
        return format!("`{name}` does not act: {}", cause_text(assessed, &cause));
    }
    let of = measures_of(program, named);
    let states: Vec<String> =
        of.iter().filter_map(|m| assessed.assessment.results.get(m.0)).map(|r| assessed.row(r)).map(|r| format!("`{}` is {}", r.name, stands(&r))).collect();
    match states.as_slice() {
        [] => format!("`{name}` does not act on this shipment"),
        _ => format!("`{name}` does not act: {}", listed(&states, "and")),
    }
}

fn stands(row: &super::assessed::Row) -> String {
    let line = row.line();
    if row.amount.is_empty() { line } else { format!("applied: {line}") }
}

fn cause_text(assessed: &Assessed, cause: &Cause) -> String {
    assessed.explanation().cause(cause)
}
