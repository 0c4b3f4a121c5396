//! What a rule reaches, and where it really counts: goods, origins and times, measure by measure and clause by clause.

use super::boxes::joint_countries;
use super::spots;
use super::study::{Place, Standing, State, Study};
use super::view::{RuleKind, View};
use crate::outcome::Interpreter;
use crate::program::{Cite, Ended, EventId, Head, Life, MeasureId, Named, Window};
use crate::region::{GoodsSet, Origins};
use crate::source::Span;
use crate::value::{CountrySet, Instant};
use std::collections::{BTreeMap, BTreeSet};

/// Goods of origins, for a time.
#[derive(Clone, Debug, PartialEq)]
pub struct Region {
    /// Disjoint goods by origins.
    pub parts: Vec<(CountrySet, GoodsSet)>,
    /// From when, included.
    pub from: Option<Instant>,
    /// Until when, excluded.
    pub until: Option<Instant>,
}

/// A rule, or part of one, with what it reaches.
#[derive(Clone, Debug)]
pub struct Whereabouts {
    /// What kind of rule it is: `measure`, `rate`, `exemption`.
    pub kind: &'static str,
    /// Its name, or the label of a clause; empty where it has none.
    pub name: String,
    /// The measure on which a relief acts, where it is not the rule itself.
    pub of: Option<String>,
    /// Where it is written.
    pub span: Option<Span>,
    /// Its source.
    pub cite: Option<Cite>,
    /// What must hold of the shipment besides.
    pub conditions: Vec<Span>,
    /// What it is said of, in order of time.
    pub reaches: Vec<Region>,
    /// Where it counts for some shipment: a clause that prevails, a relief with a rate to act on. Nothing where that is not asked.
    pub counts: Option<Vec<Region>>,
    /// Why it reaches nothing, where an act has ended it from its beginning.
    pub note: Option<String>,
    /// The clauses of a measure, the measures of a group, and what a relief reaches of each measure.
    pub parts: Vec<Whereabouts>,
}

/// Where a name reaches; a label is named with its measure, as `general.first`, and a name of a used book with that book's.
///
/// # Errors
/// In words, where nothing bears the name or what does reaches nothing.
pub fn whereabouts(interpreter: &Interpreter<'_>, name: &str) -> Result<Whereabouts, String> {
    let program = interpreter.program;
    if let Some(named) = program.names.get(name) {
        return of_named(interpreter, name, *named);
    }
    if let Some((head, rest)) = name.split_once('.') {
        match program.names.get(head) {
            Some(Named::Book(book)) => {
                let used = interpreter.used.get(*book).ok_or_else(|| format!("the book `{head}` cannot be read"))?;
                return whereabouts(used, rest);
            }
            Some(Named::Measure(id)) => {
                let clauses = measure(interpreter, *id).map_or_else(Vec::new, |m| m.parts);
                let labels: Vec<String> = clauses.iter().map(|c| c.name.clone()).filter(|n| !n.is_empty()).collect();
                let help = match crate::problem::did_you_mean(rest, labels.iter().map(String::as_str)) {
                    Some(close) => format!("did you mean `{head}.{close}`?"),
                    None if labels.is_empty() => "none of its clauses has a label".to_owned(),
                    None => format!("it has {}", crate::problem::listed(&labels.iter().map(|l| format!("`{l}`")).collect::<Vec<_>>(), "and")),
                };
                return clauses.into_iter().find(|c| c.name == rest).ok_or_else(|| format!("`{head}` has no clause `{rest}`: {help}"));
            }
            _ => {}
        }
    }
    let known = program.names.keys().map(String::as_str);
    let help = crate::problem::did_you_mean(name, known)
        .map_or_else(|| "name a rule, a label as `MEASURE.LABEL`, or a set".to_owned(), |c| format!("did you mean `{c}`?"));
    Err(format!("the book declares no `{name}`: {help}"))
}

fn of_named(interpreter: &Interpreter<'_>, name: &str, named: Named) -> Result<Whereabouts, String> {
    let (program, edition) = (interpreter.program, &interpreter.edition);
    let nothing = |kind: &'static str| Whereabouts {
        kind,
        name: name.to_owned(),
        of: None,
        span: program.span_of(named),
        cite: None,
        conditions: Vec::new(),
        reaches: Vec::new(),
        counts: None,
        note: void(interpreter, named),
        parts: Vec::new(),
    };
    match named {
        Named::Measure(id) => measure(interpreter, id).ok_or_else(|| format!("`{name}` cannot be looked at")),
        Named::Group(g) => {
            let parts = program.groups.get(g).into_iter().flatten().filter_map(|m| measure(interpreter, *m)).map(|m| Whereabouts { parts: Vec::new(), ..m });
            Ok(Whereabouts { parts: parts.collect(), ..nothing("group") })
        }
        Named::Exemption(i) => {
            let rule = program.exemptions.get(i.0).ok_or_else(|| format!("`{name}` cannot be looked at"))?;
            Ok(relief(interpreter, nothing("exemption"), &rule.from, RuleKind::Exemption(i), &rule.head))
        }
        Named::Suspension(i) => {
            let rule = program.suspensions.get(i.0).ok_or_else(|| format!("`{name}` cannot be looked at"))?;
            Ok(relief(interpreter, nothing("suspension"), &rule.of, RuleKind::Suspension(i), &rule.head))
        }
        Named::Phaseout(i) => {
            let rule = program.phaseouts.get(i.0).ok_or_else(|| format!("`{name}` cannot be looked at"))?;
            Ok(relief(interpreter, nothing("phaseout"), &rule.of, RuleKind::Phaseout(i), &rule.head))
        }
        Named::Limit(i) => {
            let rule = program.limits.get(i.0).ok_or_else(|| format!("`{name}` cannot be looked at"))?;
            let reaches = match edition.limits.get(i.0) {
                Some(Life::Known(window)) => of_head(&rule.head, *window),
                _ => Vec::new(),
            };
            Ok(Whereabouts { reaches, cite: rule.head.cite.clone(), conditions: rule.head.condition.iter().map(|c| c.span).collect(), ..nothing("limit") })
        }
        Named::Goods(_) => {
            let goods = program.goods_names.iter().find(|(n, _)| n.trim_matches('`') == name).map(|(_, g)| g.clone()).unwrap_or_else(GoodsSet::empty);
            Ok(Whereabouts { reaches: vec![Region { parts: vec![(CountrySet::all(), goods)], from: None, until: None }], ..nothing("goods") })
        }
        Named::Countries(_) => {
            let origins = program.country_names.iter().find(|(n, _)| n.trim_matches('`') == name).map(|(_, o)| o.clone()).unwrap_or_default();
            let reaches = over_time(&origins).into_iter().map(|(c, from, until)| Region { parts: vec![(c, GoodsSet::all())], from, until });
            Ok(Whereabouts { reaches: reaches.collect(), ..nothing("countries") })
        }
        Named::Event(id) => Ok(Whereabouts { reaches: event(interpreter, id), ..nothing("event") }),
        other => Err(format!("`{name}` is {}, which reaches no goods by itself", other.kind())),
    }
}

// ── Measures ──

fn measure(interpreter: &Interpreter<'_>, id: MeasureId) -> Option<Whereabouts> {
    let program = interpreter.program;
    let item = program.measure(id)?;
    let study = Study::new(View::new(interpreter, id)?);
    let mut found = Gathered::default();
    for place in study.places() {
        found.whole.extend(place.groups.iter().map(|g| (place.stretch, *g)));
        found.look(&study, &place, &|_, _| false);
    }
    let mut parts = Vec::new();
    for (rule, one) in study.view.rules.iter().enumerate() {
        let (kind, index) = match one.kind {
            RuleKind::Rate(i) => ("rate", i),
            RuleKind::Base(i) => ("base", i),
            RuleKind::Edge(owner, i, _) if owner == id => ("precedence", i),
            _ => continue,
        };
        let clause = item.clauses.get(index)?;
        let counts = (kind == "rate").then(|| regions(&study, found.counts.get(&rule)));
        parts.push(Whereabouts {
            kind,
            name: clause.label.clone().unwrap_or_default(),
            of: None,
            span: Some(clause.span),
            cite: clause.cite.clone(),
            conditions: clause.conditions.iter().map(|c| c.span).collect(),
            reaches: regions(&study, found.reached.get(&rule)),
            counts,
            note: None,
            parts: Vec::new(),
        });
    }
    parts.dedup_by(|a, b| a.span == b.span);
    let kind = item.kind.word();
    Some(Whereabouts {
        kind,
        name: item.name.clone(),
        of: None,
        span: Some(item.span),
        cite: item.head.cite.clone(),
        conditions: item.head.condition.iter().map(|c| c.span).collect(),
        reaches: regions(&study, Some(&found.whole)),
        counts: Some(regions(&study, Some(&found.charged))),
        note: void(interpreter, Named::Measure(id)),
        parts,
    })
}

/// What is said of a rule that is void.
fn void(interpreter: &Interpreter<'_>, named: Named) -> Option<String> {
    let program = interpreter.program;
    let Some(Ended::Void(id)) = interpreter.edition.ended(program, named, Instant(i64::MAX)) else { return None };
    let ending = program.endings.get(id.0)?;
    let before = ending.cite.as_ref().and_then(|c| program.instrument(c.instrument)?.published?.yesterday().ok());
    let help = before.map_or_else(String::new, |day| format!("; `--known-at {day}` shows what was thought before"));
    Some(format!("void from its beginning under `{}`{help}", ending.name))
}

/// What a relief reaches of each measure on which it acts.
fn relief(interpreter: &Interpreter<'_>, rule: Whereabouts, measures: &[MeasureId], kind: RuleKind, head: &Head) -> Whereabouts {
    let mut parts = Vec::new();
    for id in measures {
        let Some(study) = View::new(interpreter, *id).map(Study::new) else { continue };
        let Some(number) = study.view.rules.iter().position(|r| r.kind == kind) else { continue };
        let mut found = Gathered::default();
        for place in study.places() {
            found.look(&study, &place, &|state, rule| rule == number && acts(&study, state, rule, &place));
        }
        parts.push(Whereabouts {
            of: Some(interpreter.program.measure_name(*id).to_owned()),
            reaches: regions(&study, found.reached.get(&number)),
            counts: Some(regions(&study, found.counts.get(&number))),
            note: void(interpreter, Named::Measure(*id)).or_else(|| rule.note.clone()),
            parts: Vec::new(),
            ..rule.clone()
        });
    }
    let conditions = head.condition.iter().map(|c| c.span).collect();
    let of_all = Whereabouts { cite: head.cite.clone(), conditions, ..rule };
    let mut parts: Vec<Whereabouts> = parts.into_iter().map(|p| Whereabouts { cite: None, conditions: Vec::new(), ..p }).collect();
    match parts.as_mut_slice() {
        [one] => Whereabouts { of: one.of.take(), note: one.note.take(), reaches: std::mem::take(&mut one.reaches), counts: one.counts.take(), ..of_all },
        _ => Whereabouts { parts, ..of_all },
    }
}

/// Whether a relief has something to act on: a rate that stands, or for `only`, a clause that it keeps from covering.
fn acts(study: &Study<'_>, state: &State, rule: usize, place: &Place) -> bool {
    let listed = state.suspensions.contains(&rule) || state.exemptions.contains(&rule) || state.phaseouts.iter().any(|(r, _)| *r == rule);
    if listed {
        return matches!(state.standing, Standing::Stands(_));
    }
    let only = match study.view.rules.get(rule).map(|r| r.kind) {
        Some(RuleKind::Suspension(s)) => study.view.program().suspensions.get(s.0).and_then(|s| s.only.as_ref()),
        _ => None,
    };
    only.is_some_and(|only| place.present.iter().any(|r| study.clause_of(*r).is_some_and(|c| only.contains(&(study.view.id, c)))))
}

/// Places by stretch and group.
type Spots = BTreeSet<(usize, usize)>;

#[derive(Default)]
struct Gathered {
    whole: Spots,
    /// Where some rate stands.
    charged: Spots,
    /// By rule: where it is said.
    reached: BTreeMap<usize, Spots>,
    /// By rule: where it counts.
    counts: BTreeMap<usize, Spots>,
}

impl Gathered {
    fn look(&mut self, study: &Study<'_>, place: &Place, acts: &dyn Fn(&State, usize) -> bool) {
        let spots: Vec<(usize, usize)> = place.groups.iter().map(|g| (place.stretch, *g)).collect();
        for rule in &place.present {
            self.reached.entry(*rule).or_default().extend(spots.iter().copied());
        }
        study.each_state(place, &mut |state, _| {
            if let Standing::Stands(rules) = &state.standing {
                self.charged.extend(spots.iter().copied());
                for rule in rules {
                    self.counts.entry(*rule).or_default().extend(spots.iter().copied());
                }
            }
            for rule in place.present.iter().filter(|r| acts(state, **r)) {
                self.counts.entry(*rule).or_default().extend(spots.iter().copied());
            }
        });
    }
}

/// Spots as regions: stretches that follow each other with the same goods and origins are one.
fn regions(study: &Study<'_>, spots: Option<&Spots>) -> Vec<Region> {
    let mut by_stretch: BTreeMap<usize, Vec<usize>> = BTreeMap::new();
    for (stretch, group) in spots.into_iter().flatten() {
        by_stretch.entry(*stretch).or_default().push(*group);
    }
    let mut out: Vec<Region> = Vec::new();
    for (stretch, groups) in by_stretch {
        let parts = by_goods(&spots::parts(study, &groups));
        let from = (stretch > 0).then(|| study.view.start_of(stretch));
        let until = study.view.end_of(stretch);
        match out.last_mut() {
            Some(last) if last.until == from && from.is_some() && last.parts == parts => last.until = until,
            _ => out.push(Region { parts, from, until }),
        }
    }
    out
}

/// The same region with each country once, together with all others of the same goods: equal regions are equal then.
fn by_goods(parts: &[(CountrySet, GoodsSet)]) -> Vec<(CountrySet, GoodsSet)> {
    let sets: Vec<CountrySet> = parts.iter().map(|(c, _)| *c).collect();
    let all = sets.iter().fold(CountrySet::EMPTY, |all, set| all.union(*set));
    let mut out: BTreeMap<GoodsSet, CountrySet> = BTreeMap::new();
    for countries in joint_countries(&sets, all) {
        let here = parts.iter().filter(|(c, _)| countries.is_subset(*c));
        let ranges = here.flat_map(|(_, goods)| goods.ranges().iter().copied()).collect();
        let held = out.entry(GoodsSet::of_ranges(ranges)).or_default();
        *held = held.union(countries);
    }
    out.into_iter().map(|(goods, countries)| (countries, goods)).collect()
}

// ── What is no rule of a measure ──

fn of_head(head: &Head, window: Window) -> Vec<Region> {
    let goods = head.scope.as_ref().map_or_else(GoodsSet::all, |s| s.goods.clone());
    let origins = head.scope.as_ref().map_or_else(Origins::all, |s| s.origins.clone());
    let within = |(countries, from, until): (CountrySet, Option<Instant>, Option<Instant>)| {
        let until = match (until, window.until) {
            (Some(a), Some(b)) => Some(a.min(b)),
            (a, b) => a.or(b),
        };
        let from = from.max(window.from);
        let some = from.zip(until).is_none_or(|(f, u)| f < u);
        some.then(|| Region { parts: vec![(countries, goods.clone())], from, until })
    };
    over_time(&origins).into_iter().filter_map(within).collect()
}

/// Countries, stretch by stretch in which they do not change.
fn over_time(origins: &Origins) -> Vec<(CountrySet, Option<Instant>, Option<Instant>)> {
    let mut cuts = Vec::new();
    origins.cuts(&mut cuts);
    cuts.sort_unstable();
    cuts.dedup();
    let first = Instant(cuts.first().map_or(0, |c| c.0.saturating_sub(1)));
    let starts = std::iter::once(None).chain(cuts.iter().copied().map(Some));
    let stretches = starts.enumerate().map(|(i, from)| (origins.at(from.unwrap_or(first)), from, cuts.get(i).copied()));
    stretches.filter(|(c, ..)| !c.is_empty()).collect()
}

fn event(interpreter: &Interpreter<'_>, id: EventId) -> Vec<Region> {
    let cuts = &interpreter.edition.entry_cuts;
    let mut out: Vec<Region> = Vec::new();
    for (i, from) in cuts.iter().enumerate().filter(|(_, c)| interpreter.edition.event_runs(id, **c)) {
        let until = cuts.get(i.saturating_add(1)).copied();
        match out.last_mut() {
            Some(last) if last.until == Some(*from) => last.until = until,
            _ => out.push(Region { parts: vec![(CountrySet::all(), GoodsSet::all())], from: Some(*from), until }),
        }
    }
    out
}

impl Whereabouts {
    /// Whether it is a clause of a measure, which is told by its words rather than by a name.
    pub fn is_clause(&self) -> bool {
        matches!(self.kind, "rate" | "base" | "precedence")
    }
}
