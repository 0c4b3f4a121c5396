//! Checking the same book again and again: what was found of a measure is known as long as nothing changes on which it rests.
//!
//! What a measure does everywhere is most of the work, and rests on its own rules alone: what they reach, test, charge and cite, and when they
//! run. All of that is kept, and compared with what it is now; only where the two are equal, to the last code of a list, is what was found
//! used again. Places in the text, words and shipments are made anew each time.

use super::boxes::Reached;
use super::changes::{Blip, Revivals, blips, revivals};
use super::seen::{Seen, look};
use super::study::{Present, Study};
use super::view::{Group, RuleKind, View};
use crate::problem::Problems;
use crate::program::{self, Charge, Checked, ClauseKind, Cond, CondKind, Named, Program, Relief};
use crate::region::{GoodsSet, Origins};
use crate::source::Sources;
use crate::value::{CountrySet, Instant};
use crate::world::World;
use std::collections::HashMap;
use std::path::Path;
use std::sync::{Arc, Mutex, PoisonError};

/// Checks a book that changes, faster than from the beginning and with the same findings.
#[derive(Default)]
pub struct Checker {
    known: Known,
}

impl Checker {
    /// One that knows nothing yet.
    pub fn new() -> Self {
        Checker::default()
    }

    /// Everything that is found wrong with a book, as [`check`](super::check) says it.
    ///
    /// # Errors
    /// In words, where there is no book at the path or a file of it cannot be read.
    pub fn check(&self, world: &dyn World, path: &Path, scenario: Option<&str>) -> Result<Checked, String> {
        self.check_sources(world, path, &[], scenario)
    }

    /// The same for a book with further items that a session has added.
    ///
    /// # Errors
    /// As [`Checker::check`].
    pub fn check_sources(&self, world: &dyn World, path: &Path, added: &[String], scenario: Option<&str>) -> Result<Checked, String> {
        program::check_then(world, path, added, scenario, &|program: &Program, sources: &Sources| -> Problems {
            super::look(program, sources, None, &self.known)
        })
    }

    /// How many measures were looked at anew, and of how many it was known what they do, since the last time this was asked.
    pub fn reckoned(&self) -> (usize, usize) {
        std::mem::take(&mut *self.known.counts.lock().unwrap_or_else(PoisonError::into_inner))
    }
}

/// What is known of measures, by name.
#[derive(Default)]
pub struct Known {
    looks: Mutex<HashMap<String, Arc<Look>>>,
    counts: Mutex<(usize, usize)>,
}

/// What looking at a measure has given, and on what it rests.
struct Look {
    basis: Basis,
    groups: Arc<Vec<Group>>,
    present: Arc<Present>,
    found: Arc<Found>,
}

/// What a measure was found to do, by the numbers of its rules, stretches and groups.
pub struct Found {
    pub seen: Seen,
    pub revivals: Revivals,
    pub blips: Vec<Blip>,
}

impl Known {
    /// What a measure does; the view has no groups yet.
    pub fn look<'p>(&self, mut view: View<'p>) -> (Study<'p>, Arc<Found>) {
        let basis = Basis::of(&view);
        let name = view.measure.name.clone();
        let earlier = self.looks.lock().unwrap_or_else(PoisonError::into_inner).get(&name).cloned();
        let is_known = earlier.as_ref().is_some_and(|l| l.basis == basis);
        {
            let mut counts = self.counts.lock().unwrap_or_else(PoisonError::into_inner);
            let count = if is_known { &mut counts.1 } else { &mut counts.0 };
            *count = count.saturating_add(1);
        }
        if let Some(known) = earlier.filter(|_| is_known) {
            view.groups = known.groups.clone();
            return (Study::known(view, known.present.clone()), known.found.clone());
        }
        view.groups = Arc::new(view.boxes.groups(view.measure, &view.program().nomenclature.existing));
        let study = Study::new(view);
        let found = Arc::new(Found { seen: look(&study), revivals: revivals(&study), blips: blips(&study) });
        let kept = Look { basis, groups: study.view.groups.clone(), present: study.all_present(), found: found.clone() };
        self.looks.lock().unwrap_or_else(PoisonError::into_inner).insert(name, Arc::new(kept));
        (study, found)
    }
}

/// Everything on which it rests what a measure does. Places in texts play no part: they are not printed for debugging.
#[derive(PartialEq)]
struct Basis {
    existing: GoodsSet,
    goods: GoodsSet,
    origins: Origins,
    rules: Vec<RuleBasis>,
    stretches: Vec<Instant>,
    /// Whether the measure is charged at the start of each stretch and at the moment that stands for it.
    alive: Vec<[bool; 2]>,
    any_moment: Instant,
}

#[derive(PartialEq)]
struct RuleBasis {
    /// What it is, what it says, on which conditions, by which act.
    words: String,
    reached: Vec<(CountrySet, GoodsSet, Option<Instant>, Option<Instant>)>,
    /// Whether it runs at the start of each stretch.
    runs: Vec<bool>,
    /// Whether what its conditions test of other rules and events is so, at the moment of each stretch.
    elsewhere: Vec<bool>,
}

impl Basis {
    fn of(view: &View<'_>) -> Basis {
        let moment = |stretch: usize| super::study::moment_of(view, stretch);
        let rules = (0..view.rules.len()).filter_map(|n| rule(view, n)).collect();
        Basis {
            existing: view.program().nomenclature.existing.clone(),
            goods: view.measure.goods.clone(),
            origins: view.measure.origins.clone(),
            rules,
            stretches: view.stretches.clone(),
            alive: view.stretches.iter().enumerate().map(|(n, start)| [view.is_alive(*start), view.is_alive(moment(n))]).collect(),
            any_moment: moment(0),
        }
    }
}

fn rule(view: &View<'_>, n: usize) -> Option<RuleBasis> {
    let rule = view.rules.get(n)?;
    let program = view.program();
    let own = |m: program::MeasureId| program.measure_name(m);
    let says = match rule.kind {
        RuleKind::Rate(c) | RuleKind::Base(c) | RuleKind::Covers(c) => {
            let clause = view.measure.clauses.get(c)?;
            let charge = match &clause.kind {
                ClauseKind::Rate(Charge::Rate(rate)) => format!("{rate:?}"),
                // What its rows say is looked up for shipments alone.
                ClauseKind::Rate(Charge::Table(_)) => "table".to_owned(),
                ClauseKind::Rate(Charge::None) => "none".to_owned(),
                _ => String::new(),
            };
            format!("{:?} {charge} {:?}", rule.kind, clause.prevails)
        }
        RuleKind::Edge(owner, c, other) => format!("edge {} {c} {}", own(owner), own(other)),
        RuleKind::Suspension(s) => {
            let suspension = program.suspensions.get(s.0)?;
            let only = suspension.only.as_ref().map(|only| only.iter().filter(|(m, _)| *m == view.id).map(|(_, c)| *c).collect::<Vec<_>>());
            format!("suspension {} {:?} {only:?}", suspension.name, suspension.by)
        }
        RuleKind::Exemption(e) => {
            let exemption = program.exemptions.get(e.0)?;
            format!("exemption {} {} {}", exemption.name, exemption.quota.is_some(), matches!(exemption.relief, Relief::Full))
        }
        RuleKind::Phaseout(p) => format!("phaseout {} {:?}", program.phaseouts.get(p.0)?.name, view.interpreter.edition.stages.get(p.0)),
    };
    let published = rule.cite.map(|c| program.instrument(c.instrument).map(|i| i.published));
    let conditions: Vec<&Cond> = rule.conditions.iter().map(|c| &**c).collect();
    let mut tested = Vec::new();
    conditions.iter().for_each(|c| elsewhere(c, &mut tested));
    let moments = (0..view.stretches.len()).map(|s| super::study::moment_of(view, s));
    Some(RuleBasis {
        words: format!("{says} {conditions:?} {:?} {published:?} {}", rule.life, rule.named.is_some_and(|n| n != Named::Measure(view.id))),
        reached: rule.reached.iter().map(|r: &Reached| (r.countries, r.goods.clone(), r.from, r.until)).collect(),
        runs: view.stretches.iter().map(|t| view.runs(rule, *t)).collect(),
        elsewhere: moments.flat_map(|m| tested.iter().map(move |c| view.at_entry(c, m))).collect(),
    })
}

/// What a condition tests of other rules and of events.
fn elsewhere<'c>(cond: &'c Cond, out: &mut Vec<&'c Cond>) {
    match &cond.kind {
        CondKind::All(parts) | CondKind::Any(parts) => parts.iter().for_each(|p| elsewhere(p, out)),
        CondKind::Not(inner) => elsewhere(inner, out),
        CondKind::During(_) | CondKind::InForce(..) => out.push(cond),
        _ => {}
    }
}
