//! Which rules some test exercises: a clause where it prevails for a test's shipment, a relief, an edge of precedence or an ending where it acts.

use super::clause_words;
use crate::facts::{Shipment, Value};
use crate::outcome::{By, Interpreter, MeasureResult};
use crate::program::{ClauseKind, FactId, Head, MeasureId, Named, Program, SuspensionId};
use crate::source::{Sources, Span};
use jiff::civil::Date;
use std::collections::{BTreeMap, BTreeSet};

/// A rule, and whether a test exercises it.
#[derive(Clone, Debug, PartialEq)]
pub struct RuleTested {
    /// What it is, in the plural: `rates`, `exemptions`.
    pub kind: &'static str,
    /// The rule in words: its clause and measure, or its name.
    pub words: String,
    /// Where it is written.
    pub span: Span,
    /// Whether some test exercises it.
    pub tested: bool,
}

/// Every rule of a book and of its scenarios, in the order of their places.
#[derive(Clone, Debug, Default)]
pub struct Coverage {
    /// The rules.
    pub rules: Vec<RuleTested>,
}

/// The kinds of rules, in the order in which they are told.
const KINDS: [&str; 8] = ["rates", "bases", "precedence", "exemptions", "suspensions", "phase-outs", "limits", "endings"];

impl Coverage {
    /// For each kind of rule that the book has: how many a test exercises, and how many there are.
    pub fn counts(&self) -> Vec<(&'static str, usize, usize)> {
        let of = |kind: &'static str| self.rules.iter().filter(move |r| r.kind == kind);
        KINDS.into_iter().map(|k| (k, of(k).filter(|r| r.tested).count(), of(k).count())).filter(|(.., all)| *all > 0).collect()
    }

    /// The rules that no test exercises.
    pub fn missing(&self) -> impl Iterator<Item = &RuleTested> {
        self.rules.iter().filter(|r| !r.tested)
    }
}

/// Assesses the shipment of every test and looks at which rules had a part in it.
pub fn coverage(program: &Program, sources: &Sources) -> Coverage {
    let mut rules: BTreeMap<(usize, Span), RuleTested> = BTreeMap::new();
    let mut tested: BTreeSet<Span> = BTreeSet::new();
    for one in std::iter::once(program).chain(program.scenarios.values().map(|s| &**s)) {
        all(one, sources, &mut rules);
        exercised(one, &mut tested);
    }
    let mut rules: Vec<RuleTested> = rules.into_values().map(|r| RuleTested { tested: tested.contains(&r.span), ..r }).collect();
    rules.sort_by_key(|r| r.span);
    Coverage { rules }
}

fn all(program: &Program, sources: &Sources, rules: &mut BTreeMap<(usize, Span), RuleTested>) {
    let mut add = |kind: usize, words: String, span: Span| {
        let kind_words = KINDS.get(kind).copied().unwrap_or_default();
        rules.entry((kind, span)).or_insert(RuleTested { kind: kind_words, words, span, tested: false });
    };
    for measure in &program.measures {
        for clause in &measure.clauses {
            let kind = match clause.kind {
                ClauseKind::Rate(_) => 0,
                ClauseKind::Base(_) => 1,
                ClauseKind::YieldsTo(_) | ClauseKind::InLieuOf(_) => 2,
                ClauseKind::Covers(_) => continue,
            };
            add(kind, format!("`{}` of `{}`", clause_words(sources, clause.span), measure.name), clause.span);
        }
    }
    program.exemptions.iter().for_each(|x| add(3, format!("exemption `{}`", x.name), x.span));
    program.suspensions.iter().for_each(|x| add(4, format!("suspension `{}`", x.name), x.span));
    program.phaseouts.iter().for_each(|x| add(5, format!("phase-out `{}`", x.name), x.span));
    program.limits.iter().for_each(|x| add(6, format!("limit `{}`", x.name), x.span));
    program.endings.iter().for_each(|x| add(7, format!("{} `{}`", if x.void { "void" } else { "repeal" }, x.name), x.span));
}

fn exercised(program: &Program, tested: &mut BTreeSet<Span>) {
    let mut by_day: BTreeMap<Option<Date>, Interpreter<'_>> = BTreeMap::new();
    for test in &program.tests {
        let day = test.facts.known_at;
        let interpreter = by_day.entry(day).or_insert_with(|| Interpreter::new(program, day));
        // A test that expects its record to be refused exercises nothing.
        let Ok(shipment) = Shipment::from_stated(program, &test.facts, None) else { continue };
        for result in &interpreter.assess(&shipment).results {
            of_result(program, result, tested);
            tested.extend(setting_aside(interpreter, &shipment, result));
        }
    }
}

fn of_result(program: &Program, result: &MeasureResult, tested: &mut BTreeSet<Span>) {
    let clause = |m: MeasureId, i: usize| program.measure(m).and_then(|m| m.clauses.get(i)).map(|c| c.span);
    let numbers = result.clause.as_ref().map(|c| c.index).into_iter().chain(result.base_clause);
    tested.extend(numbers.filter_map(|i| clause(result.measure, i)));
    for by in &result.by {
        tested.extend(match by {
            By::Exemption(i) => program.exemptions.get(i.0).map(|x| x.span),
            By::Suspension(i, _) => program.suspensions.get(i.0).map(|x| x.span),
            By::Phaseout(i, _) => program.phaseouts.get(i.0).map(|x| x.span),
            By::Limit(i, _) => program.limits.get(i.0).map(|x| x.span),
            By::Ending(i) => program.endings.get(i.0).map(|x| x.span),
            By::Measure(_, owner, index) => clause(*owner, *index),
            By::Quota(..) => None,
        });
    }
}

/// The suspensions that keep a clause of the measure from covering the shipment; they are not named among what acted on the rate.
fn setting_aside(interpreter: &Interpreter<'_>, shipment: &Shipment, result: &MeasureResult) -> Vec<Span> {
    let program = interpreter.program;
    let Some(Value::At(entered) | Value::SomeTime(entered, _)) = shipment.get(FactId::ENTERED) else { return Vec::new() };
    let reaches = |goods: bool, origins: &crate::region::Origins| goods && shipment.origin.is_none_or(|o| origins.contains(o, *entered));
    let head_holds = |head: &Head| {
        let scope = head.scope.as_ref().is_none_or(|s| reaches(s.goods.contains(shipment.hs.first()), &s.origins));
        scope && head.condition.as_ref().is_none_or(|c| interpreter.decides(shipment, c) == Some(true))
    };
    let clause_reaches = |(measure, index): &(MeasureId, usize)| {
        let clause = program.measure(*measure).and_then(|m| m.clauses.get(*index));
        let lives = interpreter.edition.clauses.get(measure.0).and_then(|c| c.get(*index)).is_some_and(|l| l.runs(*entered));
        *measure == result.measure
            && lives
            && clause.is_some_and(|c| {
                let goods = c.scopes.iter().all(|s| s.goods.as_ref().is_none_or(|g| g.contains(shipment.hs.first())));
                let origins = c.scopes.iter().all(|s| s.origins.as_ref().is_none_or(|o| reaches(true, o)));
                goods && origins && c.conditions.iter().all(|c| interpreter.decides(shipment, c) == Some(true))
            })
    };
    let in_scope = program.measure(result.measure).is_some_and(|m| reaches(m.goods.contains(shipment.hs.first()), &m.origins));
    let suspensions = program.suspensions.iter().enumerate().filter(|(i, s)| {
        let runs = interpreter.edition.in_force(program, Named::Suspension(SuspensionId(*i)), *entered);
        in_scope && runs && s.only.as_ref().is_some_and(|only| only.iter().any(clause_reaches)) && head_holds(&s.head)
    });
    suspensions.map(|(_, s)| s.span).collect()
}
