//! Shipments that two versions of the law really charge differently, among those of a difference that was found by comparing rules.
//!
//! Rules may differ in what they rest on alone: another base, or another measure that displaces. Then it takes goods that have such
//! contents, or that the other measure charges, to show it.

use super::boxes::of_clause;
use super::difference::{Pair, numbering};
use super::study::Facts;
use super::view::RuleKind;
use super::witness;
use crate::facts::{Shipment, Value};
use crate::outcome::{Axes, Axis, Interpreter, MeasureResult};
use crate::problem::Witness;
use crate::program::{BaseTerm, Clause, ClauseKind, Cond, FactId, Life, Measure, MeasureId, Program};
use crate::region::GoodsSet;
use crate::syntax::OutcomeWord;
use crate::value::{CountrySet, Instant};
use std::collections::BTreeSet;

/// So many shipments are tried for one difference.
const MOST_TRIED: usize = 96;
/// More parts of a region, and more moments of it, than this are not tried.
const MOST_PARTS: usize = 6;
/// So many values of what another measure tests are looked through for some at which it is charged.
const MOST_POINTS: usize = 256;

/// A difference of one measure, for which a shipment is sought.
pub(super) struct Contrast<'c, 'a, 'p> {
    pub pair: &'c Pair<'a, 'p>,
    pub parts: &'c [(CountrySet, GoodsSet)],
    /// The end of the last stretch.
    pub until: Option<Instant>,
}

/// Goods, origins and facts to make a shipment of.
struct Candidate {
    countries: CountrySet,
    goods: GoodsSet,
    facts: Facts,
}

impl Contrast<'_, '_, '_> {
    /// A shipment with what it really comes to in both versions, entered at one of some moments with the facts of a point of each.
    pub fn witness<'f>(&self, times: impl Iterator<Item = ([Instant; 2], &'f Facts)>) -> Option<Witness> {
        let times: Vec<([Instant; 2], &Facts)> = times.collect();
        let late = self.openings(&times);
        let plain: Vec<([Instant; 2], &Facts)> = times.into_iter().take(MOST_PARTS).chain(late).collect();
        let contents = self.contents();
        let mut left = MOST_TRIED;
        // What lies at hand first, then goods with contents, then goods that another measure charges.
        for further in [false, true] {
            for (moments, facts) in &plain {
                let candidates = if further { self.charged_elsewhere(*moments, facts) } else { self.at_hand(facts) };
                for (candidate, with_contents) in candidates.iter().flat_map(|c| [(c, false), (c, true)]) {
                    if with_contents && contents.is_empty() {
                        continue;
                    }
                    left = left.checked_sub(1)?;
                    let stated = if with_contents { contents.as_slice() } else { &[] };
                    if let Some(found) = self.tried(*moments, candidate, stated) {
                        return Some(found);
                    }
                }
            }
        }
        None
    }

    fn at_hand(&self, facts: &Facts) -> Vec<Candidate> {
        let parts = self.parts.iter().take(MOST_PARTS);
        parts.map(|(countries, goods)| Candidate { countries: *countries, goods: goods.clone(), facts: facts.clone() }).collect()
    }

    /// The moments at which quotas open on which reliefs of the measure draw, where these are later.
    fn openings<'f>(&self, times: &[([Instant; 2], &'f Facts)]) -> Vec<([Instant; 2], &'f Facts)> {
        if self.pair.sides.iter().any(|s| s.at.is_some()) {
            return Vec::new();
        }
        let within = |t: &Instant| times.first().is_some_and(|([first, _], _)| first < t) && self.until.is_none_or(|u| *t < u);
        let opens: BTreeSet<Instant> = self.quotas().flat_map(|q| q.rows.iter().filter_map(|r| r.from)).filter(within).collect();
        let facts = |t: Instant| times.iter().rev().find(|([at, _], _)| *at <= t).map(|(_, facts)| *facts);
        opens.into_iter().take(MOST_PARTS).filter_map(|t| Some(([t, t], facts(t)?))).collect()
    }

    fn quotas(&self) -> impl Iterator<Item = &crate::program::Quota> {
        self.pair.studies.iter().flatten().flat_map(|study| {
            let program = study.view.program();
            let exemptions = study.view.rules.iter().filter_map(|r| if let RuleKind::Exemption(e) = r.kind { program.exemptions.get(e.0) } else { None });
            exemptions.filter_map(|e| program.quotas.get(e.quota?.0))
        })
    }

    /// What may be part of a base, or is drawn from a quota, by name.
    fn contents(&self) -> Vec<String> {
        let mut names: Vec<String> = Vec::new();
        for study in self.pair.studies.iter().flatten() {
            let program = study.view.program();
            let mut measures: Vec<&Measure> = vec![study.view.measure];
            measures.extend(self.others(study.view.interpreter, study.view.id).into_iter().filter_map(|m| program.measure(m)));
            for base in measures.iter().flat_map(|m| &m.clauses).filter_map(|c| if let ClauseKind::Base(base) = &c.kind { Some(base) } else { None }) {
                let facts = base.terms.iter().filter_map(|(_, t)| if let BaseTerm::Fact(f) = t { Some(*f) } else { None });
                names.extend(facts.filter(|f| *f != FactId::VALUE).map(|f| program.fact_name(f).to_owned()));
            }
            names.extend(self.quotas().map(|q| program.fact_name(q.fact).to_owned()));
        }
        names.sort();
        names.dedup();
        names
    }

    /// The measures to which this one gives way, or whose bases and amounts its own is reckoned from.
    fn others(&self, interpreter: &Interpreter<'_>, id: MeasureId) -> Vec<MeasureId> {
        let program = interpreter.program;
        let mut out = Vec::new();
        for study in self.pair.studies.iter().flatten().filter(|s| std::ptr::eq(s.view.program(), program)) {
            for rule in &study.view.rules {
                match rule.kind {
                    RuleKind::Edge(_, _, other) => out.push(other),
                    RuleKind::Base(clause) => {
                        let Some(ClauseKind::Base(base)) = study.view.measure.clauses.get(clause).map(|c| &c.kind) else { continue };
                        for (_, term) in &base.terms {
                            if let BaseTerm::Amounts(m) | BaseTerm::BasesOf(m) = term {
                                out.extend(m);
                            }
                        }
                    }
                    _ => {}
                }
            }
        }
        out.sort_unstable();
        out.dedup();
        out.retain(|m| *m != id);
        out
    }

    /// Goods of the region that another measure charges in one of the versions, those first that are not another in both.
    fn charged_elsewhere(&self, moments: [Instant; 2], facts: &Facts) -> Vec<Candidate> {
        let named = [0usize, 1].map(|side| -> Vec<(String, MeasureId)> {
            let Some(study) = self.pair.studies.get(side).and_then(Option::as_ref) else { return Vec::new() };
            let others = self.others(study.view.interpreter, study.view.id);
            others.into_iter().map(|m| (study.view.program().measure_name(m).to_owned(), m)).collect()
        });
        let in_both = |name: &str| named.iter().all(|of| of.iter().any(|(n, _)| n == name));
        let mut out = Vec::new();
        for both in [false, true] {
            for ((others, side), moment) in named.iter().zip(self.pair.sides).zip(moments) {
                for (_, other) in others.iter().filter(|(name, _)| in_both(name) == both) {
                    let Some(measure) = side.interpreter.program.measure(*other) else { continue };
                    for (index, clause) in measure.clauses.iter().enumerate() {
                        let runs =
                            matches!(side.interpreter.edition.clauses.get(other.0).and_then(|c| c.get(index)), Some(Life::Known(w)) if w.contains(moment));
                        if runs && matches!(clause.kind, ClauseKind::Rate(_)) {
                            out.extend(self.met(side.interpreter, measure, clause, moment, facts));
                        }
                    }
                }
            }
        }
        out
    }

    /// Goods of the region that a clause of another measure reaches, with facts for which it holds.
    fn met(&self, interpreter: &Interpreter<'_>, measure: &Measure, clause: &Clause, moment: Instant, facts: &Facts) -> Option<Candidate> {
        let now = |r: &super::boxes::Reached| r.from.is_none_or(|f| f <= moment) && r.until.is_none_or(|u| moment < u);
        let reached = of_clause(measure, None, clause);
        let existing = &interpreter.program.nomenclature.existing;
        let (countries, goods) = reached.iter().filter(|r| now(r)).find_map(|r| {
            self.parts.iter().find_map(|(countries, goods)| {
                let (c, g) = (countries.intersection(r.countries), goods.intersection(&r.goods).intersection(existing));
                (!c.is_empty() && !g.is_empty()).then_some((c, g))
            })
        })?;
        let conditions = crate::outcome::conditions(measure, clause);
        let mut axes = Axes::new(false);
        conditions.iter().for_each(|c| axes.collect(c));
        axes.size(MOST_POINTS)?;
        let back = self.back(interpreter.program);
        // What tests the moment of entry alone is asked of a shipment of which nothing else matters.
        let code = witness::code_in(&goods, existing)?;
        let mut only_entered = Shipment::of(interpreter.program, code, witness::familiar(countries)?);
        only_entered.set(FactId::ENTERED, Value::At(moment));
        let at_entry = |c: &Cond| interpreter.decides(&only_entered, c) == Some(true);
        let mut found: Option<Facts> = None;
        axes.each(&mut |point| {
            let agrees = |axis: &Axis, value| facts.iter().all(|(a, v)| a != axis || v == value);
            let holds = || conditions.iter().all(|c| axes.holds(c, point, &at_entry));
            let theirs: Facts = point.iter().map(|(a, v)| (renumbered(a, &back), (*v).clone())).collect();
            if found.is_none() && theirs.iter().all(|(a, v)| agrees(a, v)) && holds() {
                let own = facts.iter().filter(|(a, _)| !theirs.iter().any(|(b, _)| a == b)).cloned();
                found = Some(own.chain(theirs.clone()).collect());
            }
        });
        Some(Candidate { countries, goods, facts: found? })
    }

    /// Facts are numbered as in the older version: the older numbers of those of a program.
    fn back(&self, program: &Program) -> Vec<FactId> {
        let [old, _] = self.pair.sides.map(|s| s.interpreter.program);
        numbering(old, program)
    }

    /// The two shipments that a candidate makes, one for each version, and what they come to, if that is not the same.
    fn tried(&self, moments: [Instant; 2], candidate: &Candidate, contents: &[String]) -> Option<Witness> {
        let origin = witness::familiar(candidate.countries)?;
        let [old, new] = self.pair.sides;
        let existing = old.interpreter.program.nomenclature.existing.intersection(&new.interpreter.program.nomenclature.existing);
        let code = witness::code_in(&candidate.goods, &existing)?;
        let mut shipments: Vec<Option<Shipment>> = Vec::new();
        for ((side, study), moment) in self.pair.sides.iter().zip(&self.pair.studies).zip(moments) {
            let program = side.interpreter.program;
            let numbers = self.back(program);
            let own = |f: FactId| numbers.iter().position(|n| *n == f).map_or(FactId(usize::MAX), FactId);
            let own: Facts = candidate.facts.iter().map(|(a, v)| (mapped(a, &own), v.clone())).collect();
            let Some(study) = study else {
                shipments.push(None);
                continue;
            };
            let mut shipment = witness::of_facts(program, study.view.id, code, origin, moment, &own)?;
            for name in contents {
                if let Some(fact) = program.find_fact(name).filter(|f| shipment.get(*f).is_none()) {
                    witness::make_up(program, &mut shipment, fact);
                }
            }
            shipments.push(Some(shipment));
        }
        let results = self.completed(&mut shipments)?;
        let [before, after] = results.as_slice() else { return None };
        if before.0 == after.0 {
            return None;
        }
        let given = |n: usize| shipments.get(n).and_then(Option::as_ref).map_or(0, |s| s.given().count());
        let shown = usize::from(given(1) > given(0));
        let program = self.pair.sides.get(shown)?.interpreter.program;
        let words = [("old", before), ("new", after)].map(|(word, (_, said))| (word.to_owned(), said.clone()));
        Some(witness::witness(program, shipments.get(shown)?.as_ref()?, words.to_vec()))
    }

    /// What each version makes of the shipments, after what is asked for was made up in both: what tells outcomes apart, and in words.
    fn completed(&self, shipments: &mut [Option<Shipment>]) -> Option<Vec<(String, String)>> {
        for _ in 0..16 {
            let mut results = Vec::new();
            let mut asked: BTreeSet<String> = BTreeSet::new();
            for ((side, study), shipment) in self.pair.sides.iter().zip(&self.pair.studies).zip(shipments.iter()) {
                let (Some(study), Some(shipment)) = (study, shipment) else {
                    results.push(("not charged".to_owned(), "no such measure".to_owned()));
                    continue;
                };
                let assessment = side.interpreter.assess(shipment);
                let program = side.interpreter.program;
                asked.extend(witness::missing(&assessment, study.view.id).into_iter().map(|f| program.fact_name(f).to_owned()));
                let said = witness::outcome_words(side.interpreter, &assessment, study.view.id);
                results.push((assessment.results.get(study.view.id.0).map_or_else(String::new, |r| apart(r, &said)), said));
            }
            let mut more = false;
            for (side, shipment) in self.pair.sides.iter().zip(shipments.iter_mut()) {
                let program = side.interpreter.program;
                let Some(shipment) = shipment else { continue };
                for fact in asked.iter().filter_map(|name| program.find_fact(name)) {
                    if shipment.get(fact).is_none() {
                        witness::make_up(program, shipment, fact);
                        more = true;
                    }
                }
            }
            if !more {
                return Some(results);
            }
        }
        None
    }
}

/// What tells one outcome from another: there are several ways of not being charged.
fn apart(result: &MeasureResult, said: &str) -> String {
    use OutcomeWord::{ConditionNotMet, NotInForce, OutOfScope, Repealed, Void};
    let none = matches!(result.outcome, NotInForce | OutOfScope | ConditionNotMet | Repealed | Void);
    if none { "not charged".to_owned() } else { said.to_owned() }
}

fn renumbered(axis: &Axis, numbers: &[FactId]) -> Axis {
    mapped(axis, &|f| numbers.get(f.0).copied().unwrap_or(f))
}

fn mapped(axis: &Axis, number: &dyn Fn(FactId) -> FactId) -> Axis {
    match axis {
        Axis::Fact(f) => Axis::Fact(number(*f)),
        Axis::Per(f, u) => Axis::Per(number(*f), number(*u)),
        Axis::Ratio(f, of) => Axis::Ratio(number(*f), number(*of)),
        Axis::Flag(f) => Axis::Flag(number(*f)),
        Axis::Member(f) => Axis::Member(number(*f)),
        other => other.clone(),
    }
}
