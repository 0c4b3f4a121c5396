//! From what was seen to problems: places, region, and one shipment that was really assessed.

use super::changes::Blip;
use super::known::Found;
use super::seen::{Seen, of_kind};
use super::spots::Spots;
use super::study::{Effect, Facts, Standing, State, Study};
use super::view::RuleKind;
use super::witness;
use crate::facts::{Shipment, Value};
use crate::outcome::{Axis, Interpreter, rate_text};
use crate::problem::{Problem, Problems, Witness, regions};
use crate::program::{Charge, ClauseKind, FactId, MeasureId, Named};
use crate::region::time_words;
use crate::source::{Sources, Span};
use crate::syntax::OutcomeWord;
use crate::value::{Exact, GoodsCode, Instant, percent_text};
use std::collections::BTreeSet;

/// How many codes of a table are tried for one at which its rate conflicts with another.
const MOST_CODES: usize = 500;

/// The findings on one measure.
pub struct Reporter<'a, 'p> {
    pub study: &'a Study<'p>,
    pub sources: &'a Sources,
    pub problems: Problems,
}

impl Reporter<'_, '_> {
    /// Reports what was found of a measure. `lives` says of a clause that is never charged as the law is
    /// known now whether it was at an earlier date of knowledge.
    pub fn run(&mut self, found: &Found, lives: &dyn Fn(usize) -> bool) {
        self.conflicts(&found.seen);
        self.repetitions(&found.seen);
        self.dead(&found.seen, lives);
        self.gaps(&found.seen);
        self.suspensions(&found.seen);
        self.changes(found);
        self.not_everywhere(&found.seen);
    }

    fn name(&self) -> &str {
        &self.study.view.measure.name
    }

    fn interpreter(&self) -> &Interpreter<'_> {
        self.study.view.interpreter
    }

    fn span(&self, rule: usize) -> Span {
        self.study.view.rules.get(rule).map_or(Span::default(), |r| r.span)
    }

    /// What a clause says, in a few words.
    fn rate(&self, rule: usize) -> String {
        let clause = self.study.clause_of(rule).and_then(|c| self.study.view.measure.clauses.get(c));
        match clause.map(|c| &c.kind) {
            Some(ClauseKind::Rate(Charge::Rate(rate))) => rate_text(rate, self.study.view.program()),
            Some(ClauseKind::Rate(Charge::None)) => "not subject".to_owned(),
            Some(ClauseKind::Rate(Charge::Table(table))) => format!("table `{}`", table.path),
            _ => String::new(),
        }
    }

    fn place(&self, rule: usize) -> String {
        let place = self.sources.place(self.span(rule));
        format!("{}:{}", place.file.display(), place.line)
    }

    fn sample(&self, spots: &Spots) -> Option<Shipment> {
        spots.samples().find_map(|(stretch, group, facts)| witness::shipment(self.study, group, self.study.moment(stretch), facts))
    }

    /// A shipment of some places with the rates of some rules beside it.
    fn shown(&self, spots: &Spots, rules: &[usize]) -> Option<Witness> {
        let shipment = self.sample(spots)?;
        let results = rules.iter().map(|r| (self.place(*r), self.rate(*r))).collect();
        Some(witness::witness(self.study.view.program(), &shipment, results))
    }

    // ── Rates ──

    fn conflicts(&mut self, seen: &Seen) {
        for (parties, spots) in &seen.conflicts {
            if said_in_pairs(seen, parties, spots) {
                continue;
            }
            let opaque = is_opaque(spots);
            let found = spots.samples().find_map(|(stretch, group, facts)| self.conflicting(stretch, group, facts, parties));
            if found.is_none() && !opaque {
                // Every shipment that was tried has one answer: the tables agree where they meet.
                continue;
            }
            let places: Vec<(Span, String)> = parties.iter().map(|r| (self.span(*r), self.rate(*r))).collect();
            let may = found.is_none().then_some("a condition holds that compares more than the checker can");
            let results = parties.iter().map(|r| (self.place(*r), self.rate(*r))).collect();
            let witness = found.or_else(|| self.sample(spots)).map(|s| witness::witness(self.study.view.program(), &s, results));
            self.problems.add(regions::conflict(self.name(), &places, may).region(spots.words(self.study)).witness(witness));
        }
    }

    /// A shipment of a place that really comes out as a conflict.
    fn conflicting(&self, stretch: usize, group: usize, facts: &Facts, parties: &[usize]) -> Option<Shipment> {
        let (program, id, moment) = (self.study.view.program(), self.study.view.id, self.study.moment(stretch));
        let conflicts = |s: &Shipment| self.interpreter().assess(s).results.get(id.0).is_some_and(|r| r.outcome == OutcomeWord::Conflict);
        let first = witness::shipment(self.study, group, moment, facts)?;
        if conflicts(&first) {
            return Some(first);
        }
        // Tables may agree for one code and not for the next.
        let (countries, goods) = self.study.group(group)?.parts.first()?;
        let origin = witness::familiar(*countries)?;
        let tables = parties.iter().filter_map(|r| match &self.study.view.measure.clauses.get(self.study.clause_of(*r)?)?.kind {
            ClauseKind::Rate(Charge::Table(table)) => Some(table),
            _ => None,
        });
        let codes = tables.flat_map(|t| t.rows.iter()).filter_map(|r| r.code).filter(|c| goods.contains(c.first()));
        codes.take(MOST_CODES).find_map(|code: GoodsCode| witness::of_facts(program, id, code, origin, moment, facts).filter(|s| conflicts(s)))
    }

    fn repetitions(&mut self, seen: &Seen) {
        for ((a, b), spots) in &seen.same {
            let problem = regions::said_twice(self.name(), self.span(*a), self.span(*b));
            self.problems.add(problem.region(spots.words(self.study)).witness(self.shown(spots, &[*a, *b])));
        }
        for ((winner, loser), (spots, by_goods)) in &seen.older {
            let problem = regions::older_special(self.name(), self.span(*winner), self.span(*loser), !by_goods);
            self.problems.add(problem.region(spots.words(self.study)).witness(self.shown(spots, &[*winner, *loser])));
        }
    }

    fn dead(&mut self, seen: &Seen, lives: &dyn Fn(usize) -> bool) {
        let measure = self.study.view.measure;
        for rule in of_kind(self.study, |k| matches!(k, RuleKind::Rate(_))) {
            let reaches = self.study.view.rules.get(rule).is_some_and(|r| !r.reached.is_empty());
            let Some(clause) = self.study.clause_of(rule) else { continue };
            if !reaches {
                let what = format!("a clause of `{}`", measure.name);
                self.problems.add(regions::reaches_nothing(&what, self.span(rule), Some(measure.span)));
            } else if seen.present.contains(&rule) && !seen.alive.contains(&rule) && !seen.partly.contains_key(&rule) && !lives(clause) {
                let by: Vec<Span> = seen.buried.get(&rule).into_iter().flatten().map(|r| self.span(*r)).collect();
                self.problems.add(regions::dead(&measure.name, self.span(rule), &by));
            }
        }
    }

    fn gaps(&mut self, seen: &Seen) {
        for (promise, spots) in &seen.gaps {
            let has_none = |s: &Shipment| {
                let results = self.interpreter().assess(s).results;
                results.get(self.study.view.id.0).is_some_and(|r| {
                    matches!(r.outcome, OutcomeWord::NotInForce | OutcomeWord::ConditionNotMet | OutcomeWord::OutOfScope | OutcomeWord::Unrated)
                })
            };
            let found = spots
                .samples()
                .find_map(|(stretch, group, facts)| witness::shipment(self.study, group, self.study.moment(stretch), facts).filter(|s| has_none(s)));
            let may = (found.is_none() && is_opaque(spots)).then_some("a condition holds that compares more than the checker can");
            let shipment = if may.is_some() { found } else { found.or_else(|| self.sample(spots)) };
            let witness = shipment.map(|s| {
                let outcome = witness::outcome_words(self.interpreter(), &self.interpreter().assess(&s), self.study.view.id);
                witness::witness(self.study.view.program(), &s, vec![(self.name().to_owned(), outcome)])
            });
            self.problems.add(regions::gap(self.name(), self.span(*promise), may).region(spots.words(self.study)).witness(witness));
        }
    }

    // ── Suspensions ──

    fn suspensions(&mut self, seen: &Seen) {
        for ((a, b), spots) in &seen.overlapping {
            let problem = regions::overlapping(self.name(), self.span(*a), self.span(*b));
            self.problems.add(problem.region(spots.words(self.study)).witness(self.assessed(spots)));
        }
        for ((suspension, clause), (spots, points, rate)) in &seen.excess {
            let points = points.checked_mul(Exact::whole(100)).unwrap_or_default().to_string();
            let name = self.study.name(*suspension);
            let problem = regions::too_many_points(&name, &points, &percent_text(*rate), self.span(*suspension), self.span(*clause));
            self.problems.add(problem.region(spots.words(self.study)).witness(self.assessed(spots)));
        }
    }

    /// A shipment of some places with what it really comes to.
    fn assessed(&self, spots: &Spots) -> Option<Witness> {
        let shipment = witness::completed(self.interpreter(), self.sample(spots)?, self.study.view.id);
        let outcome = witness::outcome_words(self.interpreter(), &self.interpreter().assess(&shipment), self.study.view.id);
        Some(witness::witness(self.study.view.program(), &shipment, vec![(self.name().to_owned(), outcome)]))
    }

    // ── What was not looked at ──

    fn not_everywhere(&mut self, seen: &Seen) {
        let mut places = Spots::default();
        seen.partly.values().for_each(|spots| places.extend(spots));
        if !seen.partly.is_empty() {
            let problem = regions::not_everywhere(self.name(), self.study.view.measure.span);
            self.problems.add(problem.region(places.words(self.study)));
        }
    }

    // ── Changes ──

    fn changes(&mut self, found: &Found) {
        for ((ended, revived), spots) in &found.revivals {
            let (ended, revived) = (*ended, *revived);
            let Some((stretch, ..)) = spots.samples().next() else { continue };
            let when = self.study.view.program().show(self.study.view.start_of(stretch));
            let problem = regions::revives(self.name(), &when, self.span(ended), self.span(revived));
            self.problems.add(problem.region(spots.words(self.study)).witness(self.before_and_after(spots)));
        }
        for blip in &found.blips {
            let problem = self.blip(blip);
            self.problems.add(problem);
        }
    }

    /// The same goods a second before and at the change.
    fn before_and_after(&self, spots: &Spots) -> Option<Witness> {
        let (stretch, group, facts) = spots.samples().next()?;
        let at = self.study.view.start_of(stretch);
        self.at_moments(group, facts, &[Instant(at.0.saturating_sub(1)), at], at)
    }

    /// What the same goods come to at several moments; what is asked for at any of them is stated at all.
    fn at_moments(&self, group: usize, facts: &Facts, moments: &[Instant], shown: Instant) -> Option<Witness> {
        let (program, id) = (self.study.view.program(), self.study.view.id);
        let mut shipment = witness::shipment(self.study, group, shown, facts)?;
        for moment in moments {
            shipment.set(FactId::ENTERED, Value::At(*moment));
            shipment = witness::completed(self.interpreter(), shipment, id);
        }
        let mut results = Vec::new();
        for moment in moments {
            shipment.set(FactId::ENTERED, Value::At(*moment));
            let outcome = witness::outcome_words(self.interpreter(), &self.interpreter().assess(&shipment), id);
            results.push((format!("entered {}", program.clock.show_full(*moment)), outcome));
        }
        shipment.set(FactId::ENTERED, Value::At(shown));
        Some(witness::witness(program, &shipment, results))
    }

    fn blip(&self, blip: &Blip) -> Problem {
        let view = &self.study.view;
        let (from, until) = (view.start_of(blip.first), view.end_of(blip.last));
        let [before, within, after] = &blip.states;
        let words = [before, within, after].map(|s| self.effect_words(s));
        let during = time_words(Some(from), until, &view.program().clock);
        let show = |at: Option<Instant>| at.map_or_else(String::new, |t| view.program().clock.show_full(t));
        let mut places: Vec<(Span, String)> = Vec::new();
        let (then, now, later) = (acting(before), acting(within), acting(after));
        places.extend(then.difference(&now).map(|r| (self.span(*r), format!("ends {}", show(Some(from))))));
        places.extend(now.difference(&then).map(|r| (self.span(*r), format!("begins {}", show(Some(from))))));
        places.extend(now.difference(&later).filter(|r| then.contains(r)).map(|r| (self.span(*r), format!("ends {}", show(until)))));
        places.extend(later.difference(&now).map(|r| (self.span(*r), format!("begins {}", show(until)))));
        if places.is_empty() {
            places.push((view.measure.span, "here".to_owned()));
        }
        let region = format!("{} {during}", self.study.what(&blip.groups));
        let moments = [Some(Instant(from.0.saturating_sub(1))), Some(from), until];
        let moments: Vec<Instant> = moments.into_iter().flatten().collect();
        let witness = blip.groups.first().and_then(|g| self.at_moments(*g, &blip.facts, &moments, from));
        regions::blip(&view.measure.name, &during, &words, &places).region(region).witness(witness)
    }

    fn effect_words(&self, state: &State) -> String {
        match self.study.effect(state) {
            Effect::Percent(p) => percent_text(p),
            Effect::Exempt => "exempted".to_owned(),
            Effect::Suspended => "suspended".to_owned(),
            Effect::None => "not charged".to_owned(),
            Effect::NotSubject => "not subject".to_owned(),
            Effect::Conflict => "in conflict".to_owned(),
            Effect::Other(_) => {
                let mut words = match &state.standing {
                    Standing::Stands(rules) => rules.first().map_or_else(String::new, |r| self.rate(*r)),
                    _ => "another rate".to_owned(),
                };
                let stages = state.phaseouts.iter().filter(|(_, stage)| *stage > 0).map(|(r, stage)| format!("at stage {stage} of `{}`", self.study.name(*r)));
                let reliefs = state.exemptions.iter().map(|r| format!("with `{}`", self.study.name(*r)));
                for more in stages.chain(reliefs) {
                    words.push_str(&format!(" {more}"));
                }
                words
            }
        }
    }
}

/// Whether a conflict of several is said already, there or more widely, by conflicts of each two of them.
fn said_in_pairs(seen: &Seen, parties: &[usize], spots: &Spots) -> bool {
    let said = |a: &usize, b: &usize| seen.conflicts.get([*a, *b].as_slice()).is_some_and(|wider| wider.hold(spots));
    parties.len() > 2 && parties.iter().enumerate().all(|(n, a)| parties.iter().skip(n.saturating_add(1)).all(|b| said(a, b)))
}

/// Whether some place rests on a condition of which nobody can say whether a shipment fulfils it without reckoning it through.
fn is_opaque(spots: &Spots) -> bool {
    spots.samples().flat_map(|(_, _, f)| f.iter()).any(|(a, _)| matches!(a, Axis::Opaque(_) | Axis::Rates(_)))
}

/// The rules that make a state what it is.
fn acting(state: &State) -> BTreeSet<usize> {
    let standing = match &state.standing {
        Standing::Stands(rules) => rules.first().copied(),
        _ => None,
    };
    standing
        .into_iter()
        .chain(state.suspensions.iter().copied())
        .chain(state.exemptions.iter().copied())
        .chain(state.phaseouts.iter().map(|(r, _)| *r))
        .collect()
}

/// Reports on reliefs over all the measures on which they act.
pub fn reliefs(program: &crate::program::Program, studies: &[(MeasureId, &Study<'_>, &Seen)], problems: &mut Problems) {
    let mut kinds: Vec<(RuleKind, String, Span)> = Vec::new();
    kinds.extend(
        program
            .suspensions
            .iter()
            .enumerate()
            .map(|(i, s)| (RuleKind::Suspension(crate::program::SuspensionId(i)), format!("suspension `{}`", s.name), s.span)),
    );
    kinds.extend(
        program.exemptions.iter().enumerate().map(|(i, e)| (RuleKind::Exemption(crate::program::ExemptionId(i)), format!("exemption `{}`", e.name), e.span)),
    );
    kinds.extend(
        program.phaseouts.iter().enumerate().map(|(i, p)| (RuleKind::Phaseout(crate::program::PhaseoutId(i)), format!("phase-out `{}`", p.name), p.span)),
    );
    for (kind, what, span) in kinds {
        let mut of = None;
        let (mut reaches, mut acts, mut studied) = (false, false, false);
        for (_, study, seen) in studies {
            for rule in of_kind(study, |k| k == kind) {
                studied = true;
                of = of.or(Some(study.view.measure));
                reaches |= study.view.rules.get(rule).is_some_and(|r| !r.reached.is_empty());
                acts |= seen.acting.contains(&rule)
                    || seen.partly.contains_key(&rule)
                    || !study.view.rules.get(rule).is_some_and(|r| matches!(r.life, crate::program::Life::Known(_)));
                // Those confined to labels act by keeping clauses away.
                if let RuleKind::Suspension(s) = kind {
                    acts |= program.suspensions.get(s.0).is_some_and(|s| s.only.is_some());
                }
            }
        }
        // What was annulled acted until that was known.
        let named = match kind {
            RuleKind::Suspension(s) => Some(Named::Suspension(s)),
            RuleKind::Exemption(e) => Some(Named::Exemption(e)),
            RuleKind::Phaseout(p) => Some(Named::Phaseout(p)),
            _ => None,
        };
        acts |= named.is_some_and(|n| program.endings.iter().any(|e| e.void && e.of.contains(&n)));
        let Some(measure) = of.filter(|_| studied) else { continue };
        if !reaches {
            problems.add(regions::reaches_nothing(&what, span, Some(measure.span)));
        } else if !acts {
            problems.add(regions::never_together(&what, span, &measure.name, measure.span));
        }
    }
}
