//! Where two versions of the law differ: goods, origins and times, with what each charges there.
//!
//! Measures are compared by name, each at every place that the rules of either version tell apart, so that finding nothing is a proof.

use super::boxes::{joint_countries, joint_goods};
use super::contrast::Contrast;
use super::study::{Effect, Facts, Standing, State, Study, facts};
use super::view::{RuleKind, View};
use crate::outcome::{Axes, Interpreter, rate_text};
use crate::problem::Witness;
use crate::program::{BaseTerm, Charge, ClauseKind, FactId, MeasureId, Program, Relief};
use crate::region::GoodsSet;
use crate::syntax::Sign;
use crate::value::{CountrySet, Exact, Instant, percent_text};
use std::collections::{BTreeMap, BTreeSet, HashMap};

/// One version of the law: a book, perhaps under a scenario, as known on a day, perhaps at one moment of entry.
pub struct Side<'p> {
    /// The book, as known on a day.
    pub interpreter: &'p Interpreter<'p>,
    /// The moment of entry; nothing for every moment.
    pub at: Option<Instant>,
}

/// A difference in what one measure charges.
#[derive(Clone, Debug)]
pub struct Difference {
    /// The measure.
    pub measure: String,
    /// What the older version charges, in words.
    pub old: String,
    /// What the newer one does.
    pub new: String,
    /// Disjoint goods by origins.
    pub parts: Vec<(CountrySet, GoodsSet)>,
    /// From when, included.
    pub from: Option<Instant>,
    /// Until when, excluded.
    pub until: Option<Instant>,
    /// A shipment that the two charge differently; nothing where none was found, since only what it rests on differs.
    pub witness: Option<Witness>,
}

/// What a comparison found; equivalent where both are empty.
#[derive(Clone, Debug, Default)]
pub struct Comparison {
    /// What differs for every shipment: currency, rounding, limits, quotas, defaults.
    pub general: Vec<String>,
    /// Where the two differ, in order of declaration and time.
    pub differences: Vec<Difference>,
}

impl Comparison {
    /// Whether they charge every shipment alike.
    pub fn is_empty(&self) -> bool {
        self.general.is_empty() && self.differences.is_empty()
    }
}

/// Compares two versions of the law.
pub fn compare(old: &Side<'_>, new: &Side<'_>) -> Comparison {
    let mut found = Comparison { general: super::general::compare(old.interpreter, new.interpreter), differences: Vec::new() };
    let (before, after) = (old.interpreter.program, new.interpreter.program);
    let mut names: Vec<&str> = before.measures.iter().map(|m| m.name.as_str()).collect();
    for measure in &after.measures {
        if !names.contains(&measure.name.as_str()) {
            names.push(&measure.name);
        }
    }
    for name in names {
        let study = |side: &Side<'_>| side.interpreter.program.find_measure(name);
        let pair = Pair::new(old, new, study(old), study(new));
        found.differences.extend(pair.differences(name));
    }
    found
}

/// Whether two versions that have the same measures, by number, charge some of these differently.
pub fn charge_differently(old: &Interpreter<'_>, new: &Interpreter<'_>, measures: &[MeasureId]) -> bool {
    let (old, new) = (Side { interpreter: old, at: None }, Side { interpreter: new, at: None });
    measures.iter().any(|id| Pair::new(&old, &new, Some(*id), Some(*id)).found().is_some_and(|(_, found)| !found.is_empty()))
}

/// One measure in both versions; in one of them it may be missing.
pub(super) struct Pair<'a, 'p> {
    pub(super) sides: [&'a Side<'p>; 2],
    pub(super) studies: [Option<Study<'p>>; 2],
    /// What makes each rule what it is, by its number, in either version.
    prints: [Vec<String>; 2],
}

/// Where the same rules are present, the same is found.
type Known = HashMap<(usize, [Option<Vec<usize>>; 2]), Vec<(String, String, Facts)>>;

/// More points than this are not compared one by one.
const MOST_POINTS: usize = 4096;

/// What is said where more is tested than can be looked through.
const TOO_MUCH: &str = "tests more facts than can be compared";

/// Where and with which facts two versions differ in one way.
type Found = BTreeMap<(String, String), BTreeMap<(usize, Vec<(CountrySet, GoodsSet)>), Facts>>;

impl<'a, 'p> Pair<'a, 'p> {
    fn new(old: &'a Side<'p>, new: &'a Side<'p>, before: Option<MeasureId>, after: Option<MeasureId>) -> Self {
        let first = before.and_then(|id| View::new(old.interpreter, id)).map(Study::new);
        let numbering = numbering(old.interpreter.program, new.interpreter.program);
        let number = |fact: FactId| numbering.get(fact.0).copied().unwrap_or(fact);
        let second = after.and_then(|id| View::new(new.interpreter, id)).map(|v| Study::new(v.renumbered(&number)));
        let prints = [&first, &second].map(|s| s.as_ref().map_or_else(Vec::new, prints));
        Pair { sides: [old, new], studies: [first, second], prints }
    }

    fn differences(&self, name: &str) -> Vec<Difference> {
        self.found().map_or_else(Vec::new, |(moments, found)| self.gather(name, &moments, found))
    }

    /// Where the two differ, and the moments that were compared; nothing where they are plainly the same.
    fn found(&self) -> Option<(Vec<[Instant; 2]>, Found)> {
        let [first, second] = &self.studies;
        let at_moments = self.sides.iter().any(|s| s.at.is_some());
        if let (Some(a), Some(b), false) = (first, second, at_moments)
            && self.fingerprint(0, a) == self.fingerprint(1, b)
        {
            return None;
        }
        let moments = self.moments();
        let mut found = Found::new();
        let mut known = Known::new();
        for ((before, after), parts) in self.joint_groups() {
            for (index, moment) in moments.iter().enumerate() {
                self.look(index, *moment, [before, after], &parts, &mut known, &mut found);
            }
        }
        Some((moments, found))
    }

    /// The moments that are compared, of the old and of the new version.
    fn moments(&self) -> Vec<[Instant; 2]> {
        let [old, new] = self.sides;
        if let (Some(a), Some(b)) = (old.at.or(new.at), new.at.or(old.at)) {
            return vec![[a, b]];
        }
        let starts = self.studies.iter().flatten().flat_map(|s| s.view.stretches.iter().copied());
        let all: BTreeSet<Instant> = starts.collect();
        // Where no date is written any moment will do.
        let any = self.sides[0].interpreter.program.clock.start_of(jiff::civil::date(2025, 1, 1)).unwrap_or_default();
        let first = all.iter().find(|t| t.0 != i64::MIN).map_or(any, |t| Instant(t.0.saturating_sub(1)));
        all.into_iter().map(|t| if t.0 == i64::MIN { first } else { t }).map(|t| [t, t]).collect()
    }

    /// Goods and origins by the groups they are in, of the old and of the new version.
    fn joint_groups(&self) -> Vec<((Option<usize>, Option<usize>), Vec<(CountrySet, GoodsSet)>)> {
        let views: Vec<&View<'_>> = self.studies.iter().flatten().map(|s| &s.view).collect();
        let existing = views.iter().fold(GoodsSet::empty(), |g, v| g.union(&v.program().nomenclature.existing));
        let goods = views.iter().fold(GoodsSet::empty(), |g, v| g.union(&v.measure.goods));
        let origins = views.iter().fold(CountrySet::EMPTY, |c, v| c.union(v.measure.origins.ever()));
        let sets: Vec<&GoodsSet> = views.iter().flat_map(|v| v.boxes.sets().0).collect();
        let mut countries: Vec<CountrySet> = views.iter().flat_map(|v| v.boxes.sets().1.iter().copied()).collect();
        countries.extend(views.iter().map(|v| v.measure.origins.ever()));
        let countries = joint_countries(&countries, origins);
        let mut groups: BTreeMap<(Option<usize>, Option<usize>), Vec<(CountrySet, GoodsSet)>> = BTreeMap::new();
        for part in joint_goods(&goods, &sets, &existing) {
            let Some((point, _)) = part.ranges().first().copied() else { continue };
            let at = self.studies.each_ref().map(|s| s.as_ref().map_or_else(Vec::new, |s| s.view.groups_at(point)));
            for set in &countries {
                let Some(country) = set.iter().next() else { continue };
                let [before, after] = at.each_ref().map(|at| at.iter().find(|(_, c)| c.contains(country)).map(|(n, _)| *n));
                groups.entry((before, after)).or_default().push((*set, part.clone()));
            }
        }
        groups.into_iter().map(|(key, parts)| (key, merged(parts))).collect()
    }

    fn look(&self, index: usize, moments: [Instant; 2], groups: [Option<usize>; 2], parts: &[(CountrySet, GoodsSet)], known: &mut Known, found: &mut Found) {
        let [first, second] = &self.studies;
        let places = [place(first.as_ref(), moments[0], groups[0]), place(second.as_ref(), moments[1], groups[1])];
        if moments[0] == moments[1] && self.are_alike(&places) {
            return;
        }
        let key = (index, places.clone().map(|p| p.map(|(_, present)| present)));
        let mut note = |old: &str, new: &str, parts: Vec<(CountrySet, GoodsSet)>, facts: &Facts| {
            if old != new {
                found.entry((old.to_owned(), new.to_owned())).or_default().entry((index, parts)).or_insert_with(|| facts.clone());
            }
        };
        if let Some(differences) = known.get(&key) {
            differences.iter().for_each(|(old, new, facts)| note(old, new, parts.to_vec(), facts));
            return;
        }
        let mut axes = Axes::new(false);
        for (study, place) in self.studies.iter().zip(&places) {
            if let (Some(study), Some((_, present))) = (study, place) {
                study.collect(present.iter().copied(), &mut axes);
            }
        }
        if axes.size(MOST_POINTS).is_none() {
            // Nothing is claimed to be equal that was not compared.
            note(TOO_MUCH, "and differs in its rules", parts.to_vec(), &Facts::new());
            return;
        }
        let mut tables = false;
        let mut differences: BTreeMap<(String, String), Facts> = BTreeMap::new();
        axes.each(&mut |point| {
            let states = [0usize, 1].map(|i| {
                let study = self.studies.get(i)?.as_ref()?;
                let (stretch, present) = places.get(i)?.as_ref()?;
                Some((study, study.state(*stretch, present, &axes, point)))
            });
            let same_table = moments[0] == moments[1] && self.speak_from_one_table(&states);
            if !same_table && states.iter().flatten().any(|(study, state)| table_of(study, state).is_some()) {
                tables = true;
                for (part, old, new) in rows(&states, moments, parts) {
                    note(&old, &new, vec![part], &facts(point));
                }
                return;
            }
            let [old, new] = &states;
            let row = same_table.then_some("the rate of its row");
            let (old, new) = (words(old.as_ref(), row), words(new.as_ref(), row));
            if old != new {
                differences.entry(old.apart(&new)).or_insert_with(|| facts(point));
            }
        });
        let differences: Vec<(String, String, Facts)> = differences.into_iter().map(|((old, new), facts)| (old, new, facts)).collect();
        differences.iter().for_each(|(old, new, facts)| note(old, new, parts.to_vec(), facts));
        if !tables {
            known.insert(key, differences);
        }
    }

    /// Whether the same table speaks in both versions, so that its rows need not be compared.
    fn speak_from_one_table(&self, states: &[Option<(&Study<'_>, State)>; 2]) -> bool {
        let [Some((first, old)), Some((second, new))] = states else { return false };
        if table_of(first, old).is_none() || table_of(second, new).is_none() {
            return false;
        }
        let print = |side: usize, study: &Study<'_>, state: &State| self.prints.get(side).and_then(|p| p.get(winner(study, state)?));
        print(0, first, old) == print(1, second, new)
    }

    /// Whether the rules present in both versions are the same, so that nothing can differ.
    fn are_alike(&self, places: &[Option<(usize, Vec<usize>)>; 2]) -> bool {
        let [Some((_, before)), Some((_, after))] = places else { return places.iter().all(Option::is_none) };
        let of = |side: usize, present: &[usize]| {
            let mut prints: Vec<&str> = present.iter().filter_map(|r| self.prints.get(side)?.get(*r)).map(String::as_str).collect();
            prints.sort_unstable();
            prints.join("\n")
        };
        of(0, before) == of(1, after)
    }

    /// What makes a measure what it is, whatever the order in which it is written; the same in two versions only if they charge the same.
    fn fingerprint(&self, side: usize, study: &Study<'_>) -> Vec<String> {
        let view = &study.view;
        let mut out = self.prints.get(side).cloned().unwrap_or_default();
        out.sort();
        let alive: Vec<bool> = view.stretches.iter().map(|t| view.is_alive(*t)).collect();
        out.push(format!("{:?} {:?} {:?} {alive:?} {:?}", view.measure.kind, view.measure.goods, view.measure.origins, view.stretches));
        out
    }

    /// Differences of one kind, joined over goods, origins and times that follow each other.
    fn gather(&self, name: &str, moments: &[[Instant; 2]], found: Found) -> Vec<Difference> {
        let mut out: Vec<Difference> = Vec::new();
        for ((old, new), places) in found {
            let mut by_moment: BTreeMap<usize, (Vec<(CountrySet, GoodsSet)>, Facts)> = BTreeMap::new();
            for ((index, parts), facts) in places {
                by_moment.entry(index).or_insert_with(|| (Vec::new(), facts)).0.extend(parts);
            }
            // Each run of stretches with the same goods and origins, and the facts of a point in each.
            let mut runs: Vec<(Vec<(CountrySet, GoodsSet)>, Vec<(usize, Facts)>)> = Vec::new();
            for (index, (parts, facts)) in by_moment {
                let parts = merged(parts);
                match runs.last_mut() {
                    Some((known, run)) if *known == parts && run.last().is_some_and(|(l, _)| l.saturating_add(1) == index) => run.push((index, facts)),
                    _ => runs.push((parts, vec![(index, facts)])),
                }
            }
            for (parts, run) in runs {
                let (Some((first, _)), Some((last, _))) = (run.first(), run.last()) else { continue };
                let dated = self.sides.iter().all(|s| s.at.is_none());
                let start = |index: usize| moments.get(index).filter(|_| dated).map(|[t, _]| *t);
                let (from, until) = (start(*first).filter(|_| *first > 0), start(last.saturating_add(1)));
                let times = run.iter().filter_map(|(index, facts)| Some((*moments.get(*index)?, facts)));
                let witness = Contrast { pair: self, parts: &parts, until }.witness(times);
                out.push(Difference { measure: name.to_owned(), old: old.clone(), new: new.clone(), parts, from, until, witness });
            }
        }
        out.sort_by(|a, b| (a.from, &a.old, &a.new).cmp(&(b.from, &b.old, &b.new)));
        out
    }
}

/// The number in the old book of each fact of the new one; those that only the new one has come after.
pub(super) fn numbering(old: &Program, new: &Program) -> Vec<FactId> {
    let mut next = old.facts.len();
    let number = |fact: &crate::program::Fact, next: &mut usize| {
        old.find_fact(&fact.name).unwrap_or_else(|| {
            let own = FactId(*next);
            *next = next.saturating_add(1);
            own
        })
    };
    new.facts.iter().map(|f| number(f, &mut next)).collect()
}

/// The stretch and the rules present in a group at a moment; nothing where the measure is not charged then.
fn place(study: Option<&Study<'_>>, moment: Instant, group: Option<usize>) -> Option<(usize, Vec<usize>)> {
    let (study, group) = (study?, group?);
    if !study.view.is_alive(moment) {
        return None;
    }
    let stretch = study.view.stretches.partition_point(|s| *s <= moment).saturating_sub(1);
    Some((stretch, study.present(stretch, group).to_vec()))
}

/// Boxes with the same goods are one, and so are those with the same origins.
fn merged(parts: Vec<(CountrySet, GoodsSet)>) -> Vec<(CountrySet, GoodsSet)> {
    let mut by_countries: BTreeMap<CountrySet, Vec<(u64, u64)>> = BTreeMap::new();
    for (countries, goods) in parts {
        by_countries.entry(countries).or_default().extend_from_slice(goods.ranges());
    }
    let mut by_goods: BTreeMap<GoodsSet, CountrySet> = BTreeMap::new();
    for (countries, ranges) in by_countries {
        let set = by_goods.entry(GoodsSet::of_ranges(ranges)).or_default();
        *set = set.union(countries);
    }
    by_goods.into_iter().map(|(g, c)| (c, g)).collect()
}

// ── What a state says ──

fn winner(study: &Study<'_>, state: &State) -> Option<usize> {
    match &state.standing {
        Standing::Stands(rules) => rules.first().copied().filter(|r| study.clause_of(*r).is_some()),
        _ => None,
    }
}

fn charge_of<'s>(study: &'s Study<'_>, rule: usize) -> Option<&'s Charge> {
    match &study.view.measure.clauses.get(study.clause_of(rule)?)?.kind {
        ClauseKind::Rate(charge) => Some(charge),
        _ => None,
    }
}

fn table_of<'s>(study: &'s Study<'_>, state: &State) -> Option<&'s crate::program::Table> {
    match study.effect(state) {
        Effect::Other(_) => {}
        _ => return None,
    }
    match charge_of(study, winner(study, state)?) {
        Some(Charge::Table(table)) => Some(table),
        _ => None,
    }
}

/// What is charged in a state, part by part; the same in both versions exactly where it is the same.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
struct Said {
    rate: String,
    base: String,
    yields: String,
}

impl Said {
    fn of(rate: &str) -> Said {
        Said { rate: rate.to_owned(), ..Said::default() }
    }

    /// Both in words, as far as they differ.
    fn apart(&self, other: &Said) -> (String, String) {
        let show = |said: &Said| {
            let mut out = if self.rate != other.rate { said.rate.clone() } else { String::new() };
            if self.base != other.base && !said.base.is_empty() {
                out.push_str(&format!(" of {}", said.base));
            }
            if self.yields != other.yields && !said.yields.is_empty() {
                out.push_str(&format!(" yielding to {}", said.yields));
            }
            let out = out.trim().to_owned();
            // What differs by its absence is said with the rate.
            if out.is_empty() { said.rate.clone() } else { out }
        };
        (show(self), show(other))
    }
}

/// What a state says. `row` is what a table says in it.
fn words(state: Option<&(&Study<'_>, State)>, row: Option<&str>) -> Said {
    let Some((study, state)) = state else { return Said::of("not charged") };
    let program = study.view.program();
    let rate = match study.effect(state) {
        Effect::None | Effect::NotSubject => return Said::of("not charged"),
        Effect::Conflict => return Said::of("in conflict"),
        Effect::Exempt => return Said::of("exempted"),
        Effect::Suspended => return Said::of("suspended"),
        Effect::Percent(p) => percent_text(p),
        Effect::Other(_) => {
            let rate = winner(study, state).and_then(|r| charge_of(study, r)).map_or_else(String::new, |c| match (c, row) {
                (_, Some(row)) => row.to_owned(),
                (Charge::Rate(rate), None) => rate_text(rate, program),
                _ => String::new(),
            });
            // A row that says that the goods are not subject.
            if rate == "not charged" {
                return Said::of("not charged");
            }
            let acting: Vec<String> = state.suspensions.iter().chain(&state.exemptions).map(|r| relief_words(study, *r)).collect();
            let stages = state.phaseouts.iter().map(|(r, stage)| format!("stage {stage} of {}", relief_words(study, *r)));
            let all: BTreeSet<String> = acting.into_iter().chain(stages).collect();
            all.into_iter().fold(rate, |text, relief| format!("{text}, {relief}"))
        }
    };
    let bases: BTreeSet<String> = state.bases.iter().filter_map(|r| base_words(study, *r)).collect();
    let other = |rule: &usize| if let Some(RuleKind::Edge(_, _, other)) = study.view.rules.get(*rule).map(|r| r.kind) { Some(other) } else { None };
    let mut others: Vec<MeasureId> = state.edges.iter().filter_map(other).collect();
    others.sort_by_key(|m| program.measure_name(*m).to_owned());
    others.dedup();
    Said { rate, base: bases.into_iter().collect::<Vec<_>>().join(" or "), yields: program.measures_words(&others) }
}

fn relief_words(study: &Study<'_>, rule: usize) -> String {
    let program = study.view.program();
    let points = |p: Exact| p.checked_mul(Exact::whole(100)).unwrap_or_default();
    match study.view.rules.get(rule).map(|r| r.kind) {
        Some(RuleKind::Suspension(s)) => match program.suspensions.get(s.0).and_then(|s| s.by) {
            Some(by) => format!("less {} points", points(by)),
            None => "suspended".to_owned(),
        },
        Some(RuleKind::Exemption(e)) => {
            let Some(exemption) = program.exemptions.get(e.0) else { return String::new() };
            let relief = match &exemption.relief {
                Relief::Full => "relieved".to_owned(),
                Relief::To(rate) => format!("relieved to {}", rate_text(rate, program)),
                Relief::ByPoints(p) => format!("relieved by {} points", points(*p)),
                Relief::ByShare(share) => format!("relieved by {} of the duty", percent_text(*share)),
                Relief::ByInput(fact) => format!("relieved by {} of the duty", program.fact_name(*fact)),
            };
            match exemption.quota.and_then(|q| program.quotas.get(q.0)) {
                Some(quota) => format!("{relief} up to quota {}", quota.name),
                None => relief,
            }
        }
        Some(RuleKind::Phaseout(p)) => match program.phaseouts.get(p.0) {
            Some(p) => {
                let from = p.starting_at.as_ref().map_or_else(String::new, |r| format!(" from {}", rate_text(r, program)));
                let rounded = format!("{:?} {:?}", p.rounded_points, p.rounded_money);
                match &p.steps {
                    crate::program::Steps::Equal { count, to } => format!("{count}{from} to {} {rounded}", rate_text(to, program)),
                    crate::program::Steps::Cutting(cuts) => format!("{:?}{from} {rounded}", cuts),
                }
            }
            None => String::new(),
        },
        _ => String::new(),
    }
}

fn base_words(study: &Study<'_>, rule: usize) -> Option<String> {
    let RuleKind::Base(clause) = study.view.rules.get(rule)?.kind else { return None };
    let ClauseKind::Base(base) = &study.view.measure.clauses.get(clause)?.kind else { return None };
    let program = study.view.program();
    let names = |ids: &[MeasureId]| program.measures_words(ids);
    let mut out = String::new();
    for (i, (sign, term)) in base.terms.iter().enumerate() {
        let word = match (i, sign) {
            (0, _) => "",
            (_, Sign::Plus) => " plus ",
            (_, Sign::Minus) => " less ",
        };
        let term = match term {
            BaseTerm::Fact(f) => program.fact_name(*f).to_owned(),
            BaseTerm::Duties => "duties".to_owned(),
            BaseTerm::Amounts(m) => names(m),
            BaseTerm::BasesOf(m) => format!("base of {}", names(m)),
        };
        out.push_str(word);
        out.push_str(&term);
    }
    if base.grossed_up {
        out.push_str(" grossed up");
    }
    // The customs value is what a percentage is taken of where nothing is said.
    (out != "value").then_some(out)
}

/// What each version says row by row, where a table speaks in one of them.
fn rows(states: &[Option<(&Study<'_>, State)>; 2], moments: [Instant; 2], parts: &[(CountrySet, GoodsSet)]) -> Vec<((CountrySet, GoodsSet), String, String)> {
    let tables: Vec<&crate::program::Table> = states.iter().flatten().filter_map(|(study, state)| table_of(study, state)).collect();
    let mut out: Vec<((CountrySet, GoodsSet), String, String)> = Vec::new();
    for (countries, goods) in parts {
        let Some(origin) = countries.iter().next() else { continue };
        // Only the codes of the tables tell goods apart here.
        let mut cuts: Vec<u64> = vec![0, u64::MAX];
        cuts.extend(tables.iter().flat_map(|t| t.rows.iter()).filter_map(|r| r.code).flat_map(|c| [c.first(), c.after()]));
        cuts.sort_unstable();
        cuts.dedup();
        let mut said: BTreeMap<(String, String), Vec<(u64, u64)>> = BTreeMap::new();
        for (from, until) in cuts.iter().zip(cuts.iter().skip(1)) {
            let piece = GoodsSet::of_range(*from, *until).intersection(goods);
            let Some((point, _)) = piece.ranges().first() else { continue };
            let text = |i: usize| {
                let state = states.get(i).and_then(Option::as_ref);
                let row =
                    state.and_then(|(study, s)| table_of(study, s).map(|t| row_words(study, t, *point, origin, moments.get(i).copied().unwrap_or_default())));
                words(state, row.as_deref())
            };
            let (old, new) = (text(0), text(1));
            let pair = if old == new { (String::new(), String::new()) } else { old.apart(&new) };
            said.entry(pair).or_default().extend_from_slice(piece.ranges());
        }
        out.extend(said.into_iter().map(|((old, new), ranges)| ((*countries, GoodsSet::of_ranges(ranges)), old, new)));
    }
    out
}

fn row_words(study: &Study<'_>, table: &crate::program::Table, point: u64, origin: crate::value::Country, moment: Instant) -> String {
    study.view.interpreter.row_text(table, point, origin, moment).unwrap_or_else(|| "not charged".to_owned())
}

/// What makes each rule what it is, by its number.
fn prints(study: &Study<'_>) -> Vec<String> {
    let view = &study.view;
    view.rules
        .iter()
        .enumerate()
        .map(|(i, r)| {
            let says = match r.kind {
                RuleKind::Rate(clause) => match view.measure.clauses.get(clause).map(|c| &c.kind) {
                    Some(ClauseKind::Rate(Charge::Table(table))) => table
                        .rows
                        .iter()
                        .map(|row| format!("{:?} {:?} {:?} {:?} {:?}", row.code, row.origins, row.from, row.until, row.rate.words(view.program())))
                        .collect::<Vec<_>>()
                        .join(";"),
                    Some(ClauseKind::Rate(Charge::Rate(rate))) => rate_text(rate, view.program()),
                    _ => "none".to_owned(),
                },
                RuleKind::Base(_) => base_words(study, i).unwrap_or_default(),
                RuleKind::Edge(..) => study.name(i),
                RuleKind::Covers(_) => return String::new(),
                _ => format!("{:?} {}", std::mem::discriminant(&r.kind), relief_words(study, i)),
            };
            let words = (view.measure.clauses.get(study.clause_of(i).unwrap_or(usize::MAX))).map(|c| {
                let published = c.cite.as_ref().and_then(|c| view.program().instrument(c.instrument)).and_then(|i| i.published);
                let over: Vec<usize> = c.prevails.clone();
                format!("{published:?} {over:?}")
            });
            let reached: Vec<String> = r.reached.iter().map(|b| format!("{:?} {:?} {:?} {:?}", b.countries, b.goods, b.from, b.until)).collect();
            let only = match r.kind {
                RuleKind::Suspension(s) => view.program().suspensions.get(s.0).map(|s| format!("{:?}", s.only)),
                _ => None,
            };
            let runs: Vec<bool> = view.stretches.iter().map(|t| view.runs(r, *t)).collect();
            format!("{says} {:?} {:?} {words:?} {only:?} {runs:?} {reached:?}", r.conditions, r.life)
        })
        .collect()
}
