//! Runs the tests of a book.

use super::claims::Claims;
use super::explain::Explanation;
use super::{Assessment, Cause, Interpreter, MeasureResult, MissingFact};
use crate::facts::Shipment;
use crate::problem::Problem;
use crate::program::{Assertion, Expectation, MeasureId, Program, Target, Test};
use crate::source::{Sources, Span};
use crate::syntax::OutcomeWord;
use crate::value::{Exact, percent_text};
use jiff::civil::Date;
use std::collections::BTreeMap;

/// A test and what came of it.
#[derive(Clone, Debug)]
pub struct TrialResult {
    /// The title of the test.
    pub title: String,
    /// Where its shipment is stated.
    pub span: Span,
    /// Nothing where it passed.
    pub failures: Vec<Failure>,
}

/// An expectation that was not met.
#[derive(Clone, Debug)]
pub struct Failure {
    /// The expectation.
    pub span: Span,
    /// What the test says, in words.
    pub expected: String,
    /// What came instead.
    pub found: String,
    /// The reasoning behind what was found.
    pub why: String,
    /// The claim of an assertion that the shipment refutes.
    pub assertion: Option<Span>,
}

impl Failure {
    /// T610, as the checker reports it.
    pub fn problem(&self, title: &str) -> Problem {
        if let Some(claim) = self.assertion {
            return Problem::error("T600", format!("{} is refuted by a shipment of test `{title}`: {}", self.expected, self.found))
                .at(claim, "claimed here")
                .at(Span::new(self.span.start, self.span.start.saturating_add("shipment".len())), "this shipment")
                .help(self.why.clone());
        }
        Problem::error("T610", format!("test `{title}` expects {}, but found {}", self.expected, self.found))
            .at(self.span, "expected here")
            .help(self.why.clone())
    }
}

/// Runs every test, each as known on its own day and in its scenario, and tries assertions on the shipments of those that are about
/// the law as it is known now: a promise is not about what was once known. What the book promises is not about what is supposed either,
/// but a scenario may add promises of its own.
pub fn run_tests(program: &Program, sources: &Sources) -> Vec<TrialResult> {
    let own: Vec<&Assertion> = program.assertions.iter().collect();
    let mut results = run_own_tests(program, &own, sources);
    for scenario in program.scenarios.values() {
        let added: Vec<&Assertion> = scenario.assertions.iter().filter(|a| own.iter().all(|o| o.span != a.span)).collect();
        results.extend(run_own_tests(scenario, &added, sources));
    }
    results.sort_by_key(|r| r.span.start);
    results
}

fn run_own_tests(program: &Program, promises: &[&Assertion], sources: &Sources) -> Vec<TrialResult> {
    let mut by_day: BTreeMap<Option<Date>, Interpreter<'_>> = BTreeMap::new();
    program
        .tests
        .iter()
        .map(|test| {
            let day = test.facts.known_at;
            let interpreter = by_day.entry(day).or_insert_with(|| Interpreter::new(program, day));
            let promises = if day.is_none() { promises } else { &[] };
            TrialResult { title: test.title.clone(), span: test.span, failures: run(interpreter, promises, sources, test) }
        })
        .collect()
}

/// Whether some of the tests fails, looked at one after the other until one does. `wanted` chooses by the place of the program (the book
/// itself, then its scenarios in order) and that of the test in it.
pub fn any_test_fails(program: &Program, sources: &Sources, wanted: &dyn Fn(usize, usize) -> bool) -> bool {
    let own: Vec<&Assertion> = program.assertions.iter().collect();
    let all = std::iter::once(program).chain(program.scenarios.values().map(|s| &**s));
    all.enumerate().any(|(which, one)| {
        let added = || one.assertions.iter().filter(|a| own.iter().all(|o| o.span != a.span)).collect();
        let promises: Vec<&Assertion> = if which == 0 { own.clone() } else { added() };
        let mut by_day: BTreeMap<Option<Date>, Interpreter<'_>> = BTreeMap::new();
        one.tests.iter().enumerate().filter(|(n, _)| wanted(which, *n)).any(|(_, test)| {
            let day = test.facts.known_at;
            let interpreter = by_day.entry(day).or_insert_with(|| Interpreter::new(one, day));
            !run(interpreter, if day.is_none() { &promises } else { &[] }, sources, test).is_empty()
        })
    })
}

fn run(interpreter: &Interpreter<'_>, promises: &[&Assertion], sources: &Sources, test: &Test) -> Vec<Failure> {
    let program = interpreter.program;
    let shipment = match Shipment::from_stated(program, &test.facts, None) {
        Ok(s) => s,
        Err(e) => {
            let met = |x: &Expectation| matches!(x, Expectation::Status(s) if s == "rejected");
            let unmet = test.expectations.iter().filter(|(x, _)| !met(x));
            return unmet
                .map(|(x, span)| Failure {
                    span: *span,
                    expected: expected_text(program, x),
                    found: "rejected".to_owned(),
                    why: e.to_string(),
                    assertion: None,
                })
                .collect();
        }
    };
    let assessment = interpreter.assess(&shipment);
    let trial = Trial { program, explanation: Explanation { program, sources, shipment: &shipment, assessment: &assessment }, assessment: &assessment };
    let mut failures: Vec<Failure> = test.expectations.iter().filter_map(|(x, span)| trial.failure(x, *span)).collect();
    failures.extend(promises.iter().filter_map(|a| refuted(interpreter, a, &trial, test.span)));
    failures
}

/// What a shipment says against an assertion.
fn refuted(interpreter: &Interpreter<'_>, assertion: &Assertion, trial: &Trial<'_>, span: Span) -> Option<Failure> {
    let claims = Claims { explanation: trial.explanation };
    let concerned = claims.concerns(assertion, |c| interpreter.decides(trial.explanation.shipment, c));
    if concerned != Some(true) || claims.holds(&assertion.claim) != Some(false) {
        return None;
    }
    Some(Failure {
        span,
        expected: format!("`{}` ({})", assertion.name, assertion.title),
        found: format!("found {}", claims.found(&assertion.claim)),
        why: "`why` with the same facts shows the whole reasoning".to_owned(),
        assertion: Some(assertion.claim.span),
    })
}

struct Trial<'a> {
    program: &'a Program,
    explanation: Explanation<'a>,
    assessment: &'a Assessment,
}

impl Trial<'_> {
    fn failure(&self, expectation: &Expectation, span: Span) -> Option<Failure> {
        let (met, found) = self.look(expectation);
        if met {
            return None;
        }
        let why = match expectation {
            Expectation::Rate(Target::Measure(m), _)
            | Expectation::Amount(Target::Measure(m), _)
            | Expectation::Outcome(m, _)
            | Expectation::Relieved(m, _)
            | Expectation::Displaced(m, _) => self.result(*m).map(|r| self.explanation.measure_text(r, 0)),
            _ => self.explanation.problem(),
        };
        let why = why.unwrap_or_else(|| self.explanation.reached_text());
        Some(Failure { span, expected: expected_text(self.program, expectation), found, why, assertion: None })
    }

    fn result(&self, id: MeasureId) -> Option<&MeasureResult> {
        self.assessment.results.get(id.0)
    }

    fn look(&self, expectation: &Expectation) -> (bool, String) {
        match expectation {
            Expectation::Needs(fact) => {
                let asked = self.asked();
                let found = if asked.is_empty() { self.assessment.status.words().to_owned() } else { format!("needs {}", asked.join(", ")) };
                (asked.contains(fact), found)
            }
            Expectation::Rate(target, rate) => self.amount_is(*target, self.on_value(*rate)),
            Expectation::Amount(target, amount) => self.amount_is(*target, Some(*amount)),
            Expectation::Relieved(m, names) => self.acted_by(*m, names),
            Expectation::Displaced(m, names) => self.acted_by(*m, names),
            Expectation::Outcome(m, word) => match self.result(*m) {
                Some(r) => (r.outcome == *word, r.outcome.words().to_owned()),
                None => (false, "nothing".to_owned()),
            },
            Expectation::Status(word) => (self.assessment.status.words() == word, self.assessment.status.words().to_owned()),
        }
    }

    fn asked(&self) -> Vec<String> {
        let mut out: Vec<String> = Vec::new();
        for result in &self.assessment.results {
            if let Some(Cause::Needs(missing)) = &result.cause {
                for m in missing {
                    let name = match m.fact {
                        MissingFact::Exchange(_) => "exchange".to_owned(),
                        other => self.explanation.missing_name(other),
                    };
                    if !out.contains(&name) {
                        out.push(name);
                    }
                }
            }
        }
        out
    }

    /// A rate over the customs value, as the amount it comes to when rounded.
    fn on_value(&self, rate: Exact) -> Option<Exact> {
        use crate::facts::Value;
        if rate.is_zero() {
            return Some(Exact::ZERO);
        }
        match self.explanation.shipment.get(crate::program::FactId::VALUE) {
            Some(Value::Money(v, _)) => self.program.rounding.round(v.checked_mul(rate)?).map(Exact::from),
            _ => None,
        }
    }

    fn amount_is(&self, target: Target, expected: Option<Exact>) -> (bool, String) {
        let totals = self.assessment.totals;
        let found = match target {
            Target::Measure(m) => {
                let Some(result) = self.result(m) else { return (false, "nothing".to_owned()) };
                if result.is_open() {
                    return (false, result.outcome.words().to_owned());
                }
                if result.outcome != OutcomeWord::Applied {
                    return (expected == Some(Exact::ZERO), result.outcome.words().to_owned());
                }
                result.printed.or_else(|| self.program.rounding.round(Exact::ZERO))
            }
            Target::Total => totals.map(|t| t.total),
            Target::Duty => totals.map(|t| t.duty),
            Target::Tax => totals.map(|t| t.tax),
            Target::Fee => totals.map(|t| t.fee),
        };
        match found {
            Some(amount) => {
                let rate = self.as_rate(amount.into()).map_or_else(String::new, |r| format!(" ({r})"));
                (expected == Some(Exact::from(amount)), format!("{} {amount}{rate}", self.program.currency))
            }
            None => (false, self.assessment.status.words().to_owned()),
        }
    }

    fn as_rate(&self, amount: Exact) -> Option<String> {
        match self.explanation.shipment.get(crate::program::FactId::VALUE) {
            Some(crate::facts::Value::Money(v, _)) => amount.checked_div(*v).map(percent_text),
            _ => None,
        }
    }

    fn acted_by(&self, m: MeasureId, names: &[String]) -> (bool, String) {
        let Some(result) = self.result(m) else { return (false, "nothing".to_owned()) };
        let by = self.explanation.by_names(result);
        let met = names.iter().all(|n| by.contains(&n.as_str()));
        let found = if by.is_empty() { result.outcome.words().to_owned() } else { format!("{} by {}", result.outcome.words(), by.join(", ")) };
        (met, found)
    }
}

fn expected_text(program: &Program, expectation: &Expectation) -> String {
    let target = |t: &Target| match t {
        Target::Measure(m) => format!("`{}`", program.measure_name(*m)),
        Target::Total => "`total`".to_owned(),
        Target::Duty => "`duty`".to_owned(),
        Target::Tax => "`tax`".to_owned(),
        Target::Fee => "`fee`".to_owned(),
    };
    match expectation {
        Expectation::Needs(f) => format!("that `{f}` is asked for"),
        Expectation::Rate(t, r) => format!("{} = {}", target(t), percent_text(*r)),
        Expectation::Amount(t, a) => format!("{} = {} {a}", target(t), program.currency),
        Expectation::Relieved(m, by) => format!("`{}` relieved by {}", program.measure_name(*m), by.join(", ")),
        Expectation::Displaced(m, by) => format!("`{}` displaced by {}", program.measure_name(*m), by.join(", ")),
        Expectation::Outcome(m, w) => format!("`{}` {}", program.measure_name(*m), w.words()),
        Expectation::Status(s) => s.clone(),
    }
}
