//! Changes of the law that no test would notice.
//!
//! Each change is made in the program itself, the tests that it can concern are run until one fails, and it is taken back. What is not
//! noticed is compared with the law as it is, for a change that changes nothing cannot be noticed.

use super::change::{Change, apply, changes, words};
use super::clause_words;
use super::site::{Owner, Site, Slot, get, measures, named, set, sites};
use crate::analysis::charge_differently;
use crate::facts::Shipment;
use crate::outcome::{Cause, Interpreter, any_test_fails};
use crate::program::{Cond, CondKind, MeasureId, Program};
use crate::source::{Sources, Span};
use crate::syntax::OutcomeWord;
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

/// A change that no test notices.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Mutant {
    /// The change in words: "rate 125% of `general`: 2025-04-12 comes a day later".
    pub words: String,
    /// The rule that is changed.
    pub span: Span,
}

/// What came of changing the law.
#[derive(Clone, Debug, Default)]
pub struct Mutants {
    /// How many changes were tried.
    pub tried: usize,
    /// How many of them some test notices.
    pub noticed: usize,
    /// How many change nothing of what is charged as the law is known now.
    pub idle: usize,
    /// How many more there would have been.
    pub left_out: usize,
    /// Those that no test notices, in the order of their places.
    pub unnoticed: Vec<Mutant>,
}

/// Changes the law in one place after the other, at most so many times, evenly chosen, and runs the tests each time. `original` is the same
/// book, which stays as it is. The tests of the book must pass. `progress` is told how many changes were tried, and of how many.
pub fn mutate(program: &mut Program, original: &Program, sources: &Sources, most: usize, progress: &mut dyn FnMut(usize, usize)) -> Mutants {
    let all: Vec<(Site, Change)> = every_site(original).into_iter().flat_map(|(site, changes)| changes.into_iter().map(move |c| (site, c))).collect();
    let tried = all.len().min(most);
    let mut report = Mutants { tried, left_out: all.len().saturating_sub(tried), ..Mutants::default() };
    let concerned = Concerned::new(original);
    for n in 0..tried {
        progress(n, tried);
        // Evenly over the book, so that no part of it goes untried.
        let index = n.saturating_mul(all.len()).checked_div(tried).unwrap_or(0);
        let Some((site, change)) = all.get(index) else { continue };
        let undo = exchange(program, site, *change);
        if concerned.any_fails(program, site, sources) {
            report.noticed = report.noticed.saturating_add(1);
        } else if is_idle(program, original, site) {
            report.idle = report.idle.saturating_add(1);
        } else {
            report.unnoticed.push(Mutant { words: told(original, sources, site, *change), span: site.span });
        }
        take_back(program, site, undo);
    }
    report
}

/// The sites of the book and those that only a scenario has, each with what can be changed there.
fn every_site(program: &Program) -> BTreeMap<Site, Vec<Change>> {
    let mut all = BTreeMap::new();
    for one in std::iter::once(program).chain(program.scenarios.values().map(|s| &**s)) {
        for site in sites(one) {
            if let Some(held) = get(one, &site) {
                all.entry(site).or_insert_with(|| changes(&held));
            }
        }
    }
    all.retain(|site, _| site.slot != Slot::Present || site.owner != Owner::Measure);
    all
}

// ── Changing and taking back ──

/// What stood at a site, in the book and in each of its scenarios.
type Undo = Vec<Option<super::site::Held>>;

fn exchange(program: &mut Program, site: &Site, change: Change) -> Undo {
    let mut undo = Vec::new();
    each(program, &mut |one| {
        let before = get(one, site);
        if let Some(after) = before.as_ref().and_then(|h| apply(h, change)) {
            set(one, site, after);
            undo.push(before);
        } else {
            undo.push(None);
        }
    });
    undo
}

fn take_back(program: &mut Program, site: &Site, undo: Undo) {
    let mut undo = undo.into_iter();
    each(program, &mut |one| {
        if let Some(Some(held)) = undo.next() {
            set(one, site, held);
        }
    });
}

/// The book and its scenarios, to be changed. A program that somebody else holds too is left as it is.
fn each(program: &mut Program, visit: &mut dyn FnMut(&mut Program)) {
    visit(program);
    for scenario in program.scenarios.values_mut() {
        if let Some(scenario) = Arc::get_mut(scenario) {
            visit(scenario);
        }
    }
}

// ── Which tests can notice ──

/// For each test of the book and of its scenarios, the measures whose scope it is in.
struct Concerned {
    by_program: Vec<Vec<BTreeSet<MeasureId>>>,
    /// Whether some condition asks which rules are in force, so that a rule may matter far from what it reaches.
    far: bool,
}

impl Concerned {
    fn new(program: &Program) -> Concerned {
        let all = || std::iter::once(program).chain(program.scenarios.values().map(|s| &**s));
        Concerned { by_program: all().map(scopes).collect(), far: all().any(asks_what_is_in_force) }
    }

    /// Whether some test that the change of a site can concern fails now.
    fn any_fails(&self, program: &Program, site: &Site, sources: &Sources) -> bool {
        // Where a scope grows, tests come into it that were not.
        let scope = site.owner == Owner::Measure && matches!(site.slot, Slot::Goods(_));
        let by_program = &self.by_program;
        let measures = std::iter::once(program).chain(program.scenarios.values().map(|s| &**s)).map(|p| measures(p, site)).collect::<Vec<_>>();
        any_test_fails(program, sources, &|which, test| {
            let Some(Some(changed)) = measures.get(which) else { return true };
            let held = by_program.get(which).and_then(|tests| tests.get(test));
            self.far || scope || held.is_none_or(|held| changed.iter().any(|m| held.contains(m)))
        })
    }
}

fn scopes(program: &Program) -> Vec<BTreeSet<MeasureId>> {
    let mut by_day = BTreeMap::new();
    let mut out = Vec::new();
    for test in &program.tests {
        let interpreter = by_day.entry(test.facts.known_at).or_insert_with(|| Interpreter::new(program, test.facts.known_at));
        let Ok(shipment) = Shipment::from_stated(program, &test.facts, None) else {
            out.push(BTreeSet::new());
            continue;
        };
        let results = interpreter.assess(&shipment).results;
        let outside = |r: &crate::outcome::MeasureResult| r.outcome == OutcomeWord::OutOfScope && matches!(r.cause, Some(Cause::Goods | Cause::Origin));
        out.push(results.iter().filter(|r| !outside(r)).map(|r| r.measure).collect());
    }
    out
}

fn asks_what_is_in_force(program: &Program) -> bool {
    fn asks(cond: &Cond) -> bool {
        match &cond.kind {
            CondKind::All(parts) | CondKind::Any(parts) => parts.iter().any(asks),
            CondKind::Not(inner) => asks(inner),
            CondKind::InForce(None, _) => true,
            _ => false,
        }
    }
    let heads = program.measures.iter().map(|m| &m.head).chain(program.relief_heads());
    let clauses = program.measures.iter().flat_map(|m| &m.clauses).flat_map(|c| &c.conditions);
    heads.filter_map(|h| h.condition.as_ref()).chain(clauses).any(asks)
}

/// Whether a change changes nothing that is charged as the law is known now.
fn is_idle(program: &Program, original: &Program, site: &Site) -> bool {
    // What a limit, an event or an ending does shows in more than the measures it names.
    if matches!(site.owner, Owner::Limit | Owner::Event | Owner::Ending) {
        return false;
    }
    // A rule that only a scenario has is compared there.
    let holds = |p: &Program| get(p, site).is_some();
    let scenarios = original.scenarios.iter().find(|(_, s)| holds(s)).and_then(|(name, s)| Some((&**program.scenarios.get(name)?, &**s)));
    let Some((changed, original)) = (if holds(original) { Some((program, original)) } else { scenarios }) else { return false };
    let Some(measures) = measures(original, site) else { return false };
    let (old, new) = (Interpreter::new(original, None), Interpreter::new(changed, None));
    !charge_differently(&old, &new, &measures)
}

// ── In words ──

fn told(program: &Program, sources: &Sources, site: &Site, change: Change) -> String {
    let holder = std::iter::once(program).chain(program.scenarios.values().map(|s| &**s)).find(|p| get(p, site).is_some());
    let Some(program) = holder else { return String::new() };
    let rule = match named(program, site) {
        Some(named) => {
            let name = program.names.iter().find(|(_, n)| **n == named).map_or("", |(name, _)| name.as_str());
            format!("{} `{name}`", named.kind().trim_start_matches("an ").trim_start_matches("a "))
        }
        None => {
            let owner = measures(program, site).and_then(|m| m.first().copied());
            format!("`{}` of `{}`", clause_words(sources, site.span), owner.map_or("", |m| program.measure_name(m)))
        }
    };
    let what = match site.slot {
        Slot::From => ": its start on ",
        Slot::Until => ": its end on ",
        Slot::Extension(_) => ": its later end on ",
        Slot::Amendment(_) => ": the amended date ",
        Slot::Bound(_) => ": in its condition, ",
        Slot::RowRate(_) | Slot::RowCode(_) => ": in a row, ",
        Slot::Present => " ",
        Slot::Goods(_) | Slot::Rate | Slot::Points => ": ",
    };
    let said = get(program, site).map_or_else(String::new, |held| words(program, &held, change));
    format!("{rule}{what}{said}")
}
