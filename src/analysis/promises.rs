//! T600: assertions, proved over every shipment of which they speak, or refuted with one.
//!
//! The measures that a claim rests on are looked at together: one shipment is really assessed for every combination of goods, origin,
//! moment and facts that their rules tell apart. Where that is too much, or something rests on amounts that no axis holds, it is said.

use super::boxes::{joint_countries, joint_goods};
use super::study::{Study, facts};
use super::view::View;
use super::witness;
use crate::facts::Shipment;
use crate::outcome::{Axes, Claims, Explanation, Interpreter};
use crate::problem::{Problem, Problems, regions};
use crate::program::{
    Assertion, BaseTerm, Charge, Claim, ClaimKind, ClaimTerm, Clause, ClauseKind, Exemption, MeasureId, Program, Rate, Relief, RowRate, Steps, Term,
};
use crate::region::GoodsSet;
use crate::source::Sources;
use crate::value::{CountrySet, GoodsCode, Instant};
use std::collections::{BTreeMap, BTreeSet};

/// More shipments than this are not assessed for one claim.
const MOST_SHIPMENTS: usize = 20_000;
/// More combinations of facts than this are not looked through at one place.
const MOST_POINTS: usize = 1_024;

/// Proves or refutes every assertion of a book.
pub fn check<'p>(interpreter: &'p Interpreter<'p>, known: &BTreeMap<MeasureId, &Study<'p>>, sources: &Sources, problems: &mut Problems) {
    // What is known of a measure as it was before it was annulled says nothing of it now.
    let mut others: BTreeMap<MeasureId, Study<'p>> = BTreeMap::new();
    let now = |id: &MeasureId| known.get(id).copied().filter(|s| std::ptr::eq(s.view.interpreter, interpreter));
    let program = interpreter.program;
    let all = |assertion: &Assertion| relevant(program, claimed(program, &assertion.claim));
    for id in program.assertions.iter().flat_map(all).filter(|id| now(id).is_none()) {
        if !others.contains_key(&id)
            && let Some(view) = View::new(interpreter, id)
        {
            others.insert(id, Study::new(view));
        }
    }
    for assertion in &program.assertions {
        let studies: Vec<&Study<'p>> = all(assertion).iter().filter_map(|id| now(id).or_else(|| others.get(id))).collect();
        problems.extend(Prover { interpreter, sources, assertion }.run(&studies));
    }
}

struct Prover<'a, 'p> {
    interpreter: &'p Interpreter<'p>,
    sources: &'a Sources,
    assertion: &'a Assertion,
}

/// What became of one shipment.
enum Found {
    Holds,
    /// The claim rests on what is open for it.
    Open(String),
    Refuted(Box<Problem>),
}

impl<'p> Prover<'_, 'p> {
    fn run(&self, studies: &[&Study<'p>]) -> Option<Problem> {
        let program = self.interpreter.program;
        let claimed = claimed(program, &self.assertion.claim);
        let mut open = self.rests_on_quantities(&claimed);
        let places = self.places(studies);
        let moments = self.moments(studies);
        if places.len().saturating_mul(moments.len()) > MOST_SHIPMENTS {
            return Some(self.undecided(format!("there are {} places and {} moments to look at", places.len(), moments.len())));
        }
        let mut assessed = 0usize;
        let existing = &program.nomenclature.existing;
        for (goods, countries) in &places {
            let Some(shown) = witness::code_in(goods, existing) else { continue };
            let point = shown.first();
            // What a reader is shown is as short as can be; ten digits leave nothing to be looked through.
            let code = GoodsCode::of_point(point, 10);
            for moment in &moments {
                let axes = self.axes(studies, point, *countries, *moment);
                if axes.size(MOST_POINTS).is_none() {
                    return Some(self.undecided("its rules test more facts at once than can be looked through".to_owned()));
                }
                if axes.is_opaque() {
                    open = open.or(Some("some condition compares amounts in a way that cannot be looked through".to_owned()));
                }
                let mut refuted = None;
                axes.each(&mut |p| {
                    assessed = assessed.saturating_add(1);
                    if refuted.is_some() || assessed > MOST_SHIPMENTS {
                        return;
                    }
                    let found = match self.try_one(&claimed, code, *countries, *moment, &facts(p)) {
                        Found::Holds => Found::Holds,
                        found => match self.try_one(&claimed, shown, *countries, *moment, &facts(p)) {
                            Found::Holds => found,
                            shown => shown,
                        },
                    };
                    match found {
                        Found::Holds => {}
                        Found::Open(why) => open = open.take().or(Some(why)),
                        Found::Refuted(problem) => refuted = Some(problem),
                    }
                });
                if let Some(problem) = refuted {
                    return Some(*problem);
                }
                if assessed > MOST_SHIPMENTS {
                    return Some(self.undecided(format!("more than {MOST_SHIPMENTS} shipments would have to be assessed")));
                }
            }
        }
        open.map(|why| self.undecided(why))
    }

    fn undecided(&self, why: String) -> Problem {
        regions::not_decidable(&self.assertion.name, &self.assertion.title, &why, self.assertion.claim.span)
    }

    /// One code and one set of origins for each place that the rules tell apart.
    fn places(&self, studies: &[&Study<'p>]) -> Vec<(GoodsSet, CountrySet)> {
        let existing = &self.interpreter.program.nomenclature.existing;
        let scope = self.assertion.head.scope.as_ref();
        let goods = scope.map_or_else(GoodsSet::all, |s| s.goods.clone());
        let origins = scope.map_or_else(CountrySet::all, |s| s.origins.ever());
        let sets: Vec<&GoodsSet> = studies.iter().flat_map(|s| s.view.boxes.sets().0).collect();
        let mut countries: Vec<CountrySet> = studies.iter().flat_map(|s| s.view.boxes.sets().1.iter().copied()).collect();
        countries.extend(studies.iter().map(|s| s.view.measure.origins.ever()));
        let countries = joint_countries(&countries, origins);
        // Rows of tables are told apart by nothing but their codes, so each rate of a table is looked at.
        let rows: Vec<GoodsSet> = studies.iter().flat_map(|s| table_sets(&s.view)).collect();
        let sets: Vec<&GoodsSet> = sets.into_iter().chain(&rows).collect();
        let mut places: BTreeMap<(Vec<Option<usize>>, Vec<bool>), (GoodsSet, CountrySet)> = BTreeMap::new();
        for part in joint_goods(&goods, &sets, existing) {
            let Some((point, _)) = part.ranges().first().copied() else { continue };
            let in_rows: Vec<bool> = rows.iter().map(|r| r.contains(point)).collect();
            let at: Vec<Vec<(usize, CountrySet)>> = studies.iter().map(|s| s.view.groups_at(point)).collect();
            for set in &countries {
                let Some(country) = set.iter().next() else { continue };
                let groups = at.iter().map(|at| at.iter().find(|(_, c)| c.contains(country)).map(|(n, _)| *n)).collect();
                places.entry((groups, in_rows.clone())).or_insert_with(|| (part.clone(), *set));
            }
        }
        places.into_values().collect()
    }

    fn moments(&self, studies: &[&Study<'p>]) -> Vec<Instant> {
        let program = self.interpreter.program;
        let period = &self.assertion.head.period;
        let from = [period.from, program.speaks_from].into_iter().flatten().max();
        let until = [period.until, program.speaks_until].into_iter().flatten().min();
        let mut all: BTreeSet<Instant> = studies.iter().flat_map(|s| s.view.stretches.iter().copied()).collect();
        if period.during.is_some() {
            all.extend(self.interpreter.edition.entry_cuts.iter().copied());
        }
        let before = all
            .iter()
            .find(|t| t.0 != i64::MIN)
            .map_or_else(|| program.clock.start_of(jiff::civil::date(2025, 1, 1)).unwrap_or_default(), |t| Instant(t.0.saturating_sub(1)));
        let mut moments: BTreeSet<Instant> = all.into_iter().map(|t| if t.0 == i64::MIN { before } else { t }).collect();
        moments.extend(from);
        let within = |t: &Instant| from.is_none_or(|f| f <= *t) && until.is_none_or(|u| *t < u);
        let runs = |t: &Instant| period.during.is_none_or(|e| self.interpreter.edition.event_runs(e, *t));
        moments.into_iter().filter(|t| within(t) && runs(t)).collect()
    }

    fn axes(&self, studies: &[&Study<'p>], point: u64, countries: CountrySet, moment: Instant) -> Axes {
        let mut axes = Axes::new(false);
        let Some(country) = countries.iter().next() else { return axes };
        for study in studies {
            if let Some(group) = study.view.group_of(point, country) {
                let stretch = study.view.stretches.partition_point(|s| *s <= moment).saturating_sub(1);
                study.collect(study.present(stretch, group).iter().copied(), &mut axes);
            }
            study.view.measure.head.condition.iter().for_each(|c| axes.collect(c));
        }
        self.assertion.head.condition.iter().for_each(|c| axes.collect(c));
        axes
    }

    fn try_one(&self, claimed: &BTreeSet<MeasureId>, code: GoodsCode, countries: CountrySet, moment: Instant, facts: &super::study::Facts) -> Found {
        let program = self.interpreter.program;
        let measure = claimed.first().copied().unwrap_or(MeasureId(0));
        let Some(shipment) = witness::familiar(countries).and_then(|c| witness::of_facts(program, measure, code, c, moment, facts)) else {
            return Found::Holds;
        };
        match self.assertion.head.condition.as_ref().map(|c| self.interpreter.decides(&shipment, c)) {
            Some(Some(false)) => return Found::Holds,
            Some(None) => return Found::Open("its condition rests on facts that cannot be made up".to_owned()),
            _ => {}
        }
        let assessment = self.interpreter.assess(&shipment);
        let explanation = Explanation { program, sources: self.sources, shipment: &shipment, assessment: &assessment };
        let claims = Claims { explanation };
        match claims.holds(&self.assertion.claim) {
            Some(true) => Found::Holds,
            None => Found::Open(format!(
                "for {} {}",
                witness::told(program, &shipment).0,
                explanation.problem().unwrap_or_else(|| "the claim stays open".to_owned())
            )),
            Some(false) => Found::Refuted(Box::new(self.refuted(claimed, &shipment, &claims))),
        }
    }

    fn refuted(&self, claimed: &BTreeSet<MeasureId>, shipment: &Shipment, claims: &Claims<'_>) -> Problem {
        let program = self.interpreter.program;
        let assessment = claims.explanation.assessment;
        let results = claimed
            .iter()
            .filter(|m| assessment.results.get(m.0).is_some_and(|r| r.outcome != crate::syntax::OutcomeWord::OutOfScope))
            .map(|m| (program.measure_name(*m).to_owned(), witness::outcome_words(self.interpreter, assessment, *m)))
            .collect();
        let found = format!("found {}", claims.found(&self.assertion.claim));
        regions::refuted(&self.assertion.name, &self.assertion.title, &found, self.assertion.claim.span)
            .witness(Some(witness::witness(program, shipment, results)))
    }

    /// A claim about rates of measures that charge by quantity, or an amount of money, holds or not with the value of each unit.
    fn rests_on_quantities(&self, claimed: &BTreeSet<MeasureId>) -> Option<String> {
        if !compares(&self.assertion.claim) {
            return None;
        }
        let program = self.interpreter.program;
        let by_quantity = |id: &MeasureId| rates_of(program, *id).into_iter().any(|r| r.terms().any(is_amount));
        let measure = relevant(program, claimed.clone()).into_iter().find(by_quantity)?;
        Some(format!("`{}` charges amounts and not only percentages, so that it depends on what each unit is worth", program.measure_name(measure)))
    }
}

/// Goods by the rate that a table says of them.
fn table_sets(view: &View<'_>) -> Vec<GoodsSet> {
    let mut by_rate: BTreeMap<String, Vec<(u64, u64)>> = BTreeMap::new();
    for clause in &view.measure.clauses {
        if let ClauseKind::Rate(Charge::Table(table)) = &clause.kind {
            for row in &table.rows {
                let range = row.code.map_or((0, u64::MAX), |c| (c.first(), c.after()));
                by_rate.entry(row.rate.words(view.program())).or_default().push(range);
            }
        }
    }
    by_rate.into_values().map(GoodsSet::of_ranges).collect()
}

fn is_amount(term: &Term) -> bool {
    matches!(term.innermost(), Term::Specific { .. } | Term::Money(_) | Term::Product { .. } | Term::PercentOfFact(..))
}

fn compares(claim: &Claim) -> bool {
    match &claim.kind {
        ClaimKind::All(parts) | ClaimKind::Any(parts) => parts.iter().any(compares),
        ClaimKind::Not(inner) => compares(inner),
        ClaimKind::Compare(..) => true,
        ClaimKind::Outcome(..) => false,
    }
}

/// The measures that a claim names, or all of those whose sum it names.
fn claimed(program: &Program, claim: &Claim) -> BTreeSet<MeasureId> {
    let mut out = BTreeSet::new();
    let mut term = |term: &ClaimTerm| match term {
        ClaimTerm::RateOf(measures) => out.extend(measures.iter().copied()),
        ClaimTerm::Duties | ClaimTerm::Taxes | ClaimTerm::Fees | ClaimTerm::Total => out.extend((0..program.measures.len()).map(MeasureId)),
        ClaimTerm::Value(_) => {}
    };
    match &claim.kind {
        ClaimKind::All(parts) | ClaimKind::Any(parts) => parts.iter().for_each(|p| out.extend(claimed(program, p))),
        ClaimKind::Not(inner) => out.extend(claimed(program, inner)),
        ClaimKind::Outcome(measure, _) => out.extend([*measure]),
        ClaimKind::Compare(left, _, right) => {
            term(left);
            term(right);
        }
    }
    out
}

/// The measures from which what some measures come to is reckoned, at whatever time.
fn relevant(program: &Program, start: BTreeSet<MeasureId>) -> BTreeSet<MeasureId> {
    let mut all = start.clone();
    let mut next: Vec<MeasureId> = start.into_iter().collect();
    while let Some(id) = next.pop() {
        for other in needed_by(program, id) {
            if all.insert(other) {
                next.push(other);
            }
        }
    }
    all
}

fn needed_by(program: &Program, id: MeasureId) -> Vec<MeasureId> {
    let mut out: Vec<MeasureId> = rates_of(program, id).into_iter().flat_map(Rate::measures).collect();
    for (m, measure) in program.measures.iter().enumerate() {
        for clause in &measure.clauses {
            match &clause.kind {
                ClauseKind::YieldsTo(others) if m == id.0 => out.extend(others),
                ClauseKind::InLieuOf(others) if others.contains(&id) => out.push(MeasureId(m)),
                ClauseKind::Base(base) if m == id.0 => {
                    for (_, term) in &base.terms {
                        match term {
                            BaseTerm::Amounts(others) | BaseTerm::BasesOf(others) => out.extend(others),
                            BaseTerm::Duties => out.extend(program.measures.iter().enumerate().filter(|(_, m)| m.kind.is_duty()).map(|(i, _)| MeasureId(i))),
                            BaseTerm::Fact(_) => {}
                        }
                    }
                }
                _ => {}
            }
        }
    }
    for limit in program.limits.iter().filter(|l| l.of.contains(&id)) {
        out.extend(limit.of.iter().copied().chain(limit.at_most.measures()));
    }
    out
}

/// Every rate that a measure may be charged at.
fn rates_of(program: &Program, id: MeasureId) -> Vec<&Rate> {
    let Some(measure) = program.measure(id) else { return Vec::new() };
    let mut out: Vec<&Rate> = Vec::new();
    for clause in &measure.clauses {
        out.extend(of_clause(clause));
    }
    out.extend(program.exemptions.iter().filter(|e| e.from.contains(&id)).filter_map(to_rate));
    for phaseout in program.phaseouts.iter().filter(|p| p.of.contains(&id)) {
        out.extend(phaseout.starting_at.as_deref());
        if let Steps::Equal { to, .. } = &phaseout.steps {
            out.push(to);
        }
    }
    out
}

fn of_clause(clause: &Clause) -> Vec<&Rate> {
    match &clause.kind {
        ClauseKind::Rate(Charge::Rate(rate)) => vec![&**rate],
        ClauseKind::Rate(Charge::Table(table)) => {
            table.rows.iter().filter_map(|r| if let RowRate::Rate(rate) = &r.rate { Some(&**rate) } else { None }).collect()
        }
        _ => Vec::new(),
    }
}

fn to_rate(exemption: &Exemption) -> Option<&Rate> {
    if let Relief::To(rate) = &exemption.relief { Some(&**rate) } else { None }
}
