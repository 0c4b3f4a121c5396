//! Tests that a book lacks: shipments on both sides of a date, for rules and dates that no test has looked at.
//!
//! What is expected of them is what the book says, so that each has to be held against the law before it is worth anything. It says so.

use super::study::{Facts, Standing, State, Study, facts};
use super::view::{RuleKind, View};
use super::witness;
use crate::exercise::clause_words;
use crate::facts::{Shipment, Value};
use crate::outcome::{By, Cause, Interpreter, MeasureResult, MissingFact};
use crate::program::{Cite, FactId, FactKind, MeasureId, Program};
use crate::source::{Sources, Span};
use crate::syntax::OutcomeWord;
use crate::value::{Exact, GoodsCode, Instant, percent_text};
use std::collections::{BTreeMap, BTreeSet};

/// A test that could be added.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Suggestion {
    /// The item, in canonical layout, with a comment above that names the act to read.
    pub text: String,
    /// The rule that it looks at.
    pub span: Span,
}

/// What the tests of a book have looked at.
pub struct Tested<'t> {
    /// Whether some test exercises the rule that is written there.
    pub rule: &'t dyn Fn(Span) -> bool,
    /// Whether tests of a measure enter on both sides of a moment, less than a day away.
    pub date: &'t dyn Fn(MeasureId, Instant) -> bool,
}

/// Tests for every rule that none exercises, and for every beginning and end that none has looked at from both sides.
pub fn suggestions(interpreter: &Interpreter<'_>, sources: &Sources, tested: &Tested<'_>) -> Vec<Suggestion> {
    let mut out = Vec::new();
    for id in (0..interpreter.program.measures.len()).map(MeasureId) {
        let Some(study) = View::new(interpreter, id).map(Study::new) else { continue };
        let mut asked: BTreeSet<Instant> = BTreeSet::new();
        let mut of_measure: Vec<Written> = Vec::new();
        for (rule, life) in lives(&study) {
            of_measure.extend(Writer { study: &study, sources, rule, life: &life }.suggest(tested, &mut asked));
        }
        // Where one rule ends another begins; the same shipments are asked about once, for the rule that needs it more.
        of_measure.sort_by_key(|w| w.known);
        let mut bodies = BTreeSet::new();
        of_measure.retain(|w| bodies.insert(w.body.clone()));
        out.extend(of_measure.into_iter().map(|w| Suggestion { text: crate::syntax::format(&format!("{}{}", w.head, w.body)).text, span: w.span }));
    }
    out.sort_by(|a, b| (a.span, &a.text).cmp(&(b.span, &b.text)));
    out.dedup();
    out
}

/// A test as it was written.
struct Written {
    /// The comment and the title.
    head: String,
    /// The shipments and what is expected of them.
    body: String,
    span: Span,
    /// Whether a test exercises the rule already.
    known: bool,
}

/// Where a rule first counts and where it last does.
struct Life {
    first: Sample,
    last: Sample,
}

/// A place at which a rule counts: a stretch, a group, and the facts of a point.
#[derive(Clone)]
struct Sample {
    stretch: usize,
    group: usize,
    facts: Facts,
    /// Nothing relieves there, so that the rule itself shows.
    plain: bool,
}

fn lives(study: &Study<'_>) -> BTreeMap<usize, Life> {
    let mut out: BTreeMap<usize, Life> = BTreeMap::new();
    for place in study.places() {
        let Some(group) = place.groups.first().copied() else { continue };
        study.each_state(&place, &mut |state, point| {
            let plain = state.exemptions.is_empty() && state.suspensions.is_empty();
            for rule in counting(study, state) {
                let here = || Sample { stretch: place.stretch, group, facts: facts(point), plain };
                let life = out.entry(rule).or_insert_with(|| Life { first: here(), last: here() });
                let plainer = |known: &Sample| known.stretch == place.stretch && plain && !known.plain;
                if plainer(&life.first) {
                    life.first = here();
                }
                if place.stretch > life.last.stretch || plainer(&life.last) {
                    life.last = here();
                }
            }
        });
    }
    out
}

/// The rates that stand and the reliefs that have one to act on.
fn counting(study: &Study<'_>, state: &State) -> Vec<usize> {
    let Standing::Stands(rules) = &state.standing else { return Vec::new() };
    // Of several that say the same the first is cited; and of several reliefs of a kind, only one acts.
    let mut all: Vec<usize> = rules.iter().take(1).copied().filter(|r| study.clause_of(*r).is_some()).collect();
    let one = |rules: &[usize]| if let [one] = rules { Some(*one) } else { None };
    all.extend(one(&state.suspensions).filter(|_| state.exemptions.is_empty()));
    all.extend(one(&state.exemptions));
    all.extend(state.phaseouts.iter().map(|(r, _)| *r).filter(|_| state.phaseouts.len() == 1));
    all.extend(&state.edges);
    all
}

struct Writer<'s, 'p> {
    study: &'s Study<'p>,
    sources: &'s Sources,
    rule: usize,
    life: &'s Life,
}

impl Writer<'_, '_> {
    fn suggest(&self, tested: &Tested<'_>, asked: &mut BTreeSet<Instant>) -> Vec<Written> {
        let view = &self.study.view;
        let Some(span) = view.rules.get(self.rule).map(|r| r.span) else { return Vec::new() };
        let known = (tested.rule)(span);
        let begins = Some(view.start_of(self.life.first.stretch)).filter(|_| self.life.first.stretch > 0);
        let ends = view.end_of(self.life.last.stretch);
        let mut out = Vec::new();
        for (moment, place, verb) in [(begins, &self.life.first, "begins"), (ends, &self.life.last, "ends")] {
            let Some(moment) = moment else { continue };
            let asked_before = !asked.insert(moment);
            if known && (asked_before || (tested.date)(view.id, moment)) {
                continue;
            }
            let before = Instant(moment.0.saturating_sub(60));
            out.extend(self.item(&format!("{verb} {}", view.program().show(moment)), place, &[before, moment], known));
        }
        if out.is_empty() && !known {
            out.extend(self.item("applies", &self.life.first, &[self.study.moment(self.life.first.stretch)], false));
        }
        out.into_iter().map(|(head, body)| Written { head, body, span, known }).collect()
    }

    /// One test with a shipment for each moment, as its head and its body; nothing where what it comes to cannot be said, or where it must differ and does not.
    fn item(&self, what: &str, sample: &Sample, moments: &[Instant], must_differ: bool) -> Option<(String, String)> {
        let (view, program) = (&self.study.view, self.study.view.program());
        let measure = program.measure_name(view.id);
        let title = format!("{measure}: {} {what}", self.called()).replace('"', "'");
        let check = match self.cite().and_then(|c| Some((program.instrument(c.instrument)?, c.section.clone()))) {
            Some((act, section)) => format!("{}{}", act.title, section.map_or_else(String::new, |s| format!(", {s}"))),
            None => "the law".to_owned(),
        };
        let head = format!("# reckoned by the book, not read in the law: check it against {}\ntest \"{title}\"\n", check.replace('\n', " "));
        let (mut body, mut acted, mut seen) = (String::new(), false, BTreeSet::new());
        for moment in moments {
            let made = witness::shipment(self.study, sample.group, *moment, &sample.facts)?;
            let (shipment, result) = self.filled(made)?;
            acted |= self.displaces(&result);
            let scenario = program.scenario.as_ref().map_or_else(String::new, |s| format!(" scenario {s}"));
            body.push_str(&format!("    shipment {}{scenario}\n", witness::told(program, &shipment).0));
            let expected = expectations(program, &shipment, &result);
            seen.insert(expected.clone());
            for line in expected {
                body.push_str(&format!("    expect {measure} {line}\n"));
            }
        }
        // Whether one measure displaces another rests on more than these two.
        let edge = matches!(view.rules.get(self.rule)?.kind, RuleKind::Edge(..));
        // A test that expects the same on both sides of a date does not hold anybody to the date.
        ((acted || !edge) && (seen.len() > 1 || !must_differ)).then_some((head, body))
    }

    /// Whether the rule is an edge by which the measure gave way.
    fn displaces(&self, result: &MeasureResult) -> bool {
        let Some(RuleKind::Edge(owner, index, _)) = self.study.view.rules.get(self.rule).map(|r| r.kind) else { return false };
        let owner_of = |m: MeasureId, i: usize| (m, i) == (owner, index);
        result.by.iter().any(|by| matches!(by, By::Measure(_, m, i) if owner_of(*m, *i)))
    }

    /// The shipment with a value for each further fact that is asked for, and what it comes to.
    fn filled(&self, mut shipment: Shipment) -> Option<(Shipment, MeasureResult)> {
        let program = self.study.view.program();
        for _ in 0..program.facts.len().saturating_add(2) {
            let results = self.study.view.interpreter.assess(&shipment).results;
            let result = results.get(self.study.view.id.0)?.clone();
            if !result.is_open() {
                return Some((shipment, result));
            }
            // Other rules may tell longer codes apart.
            if result.outcome == OutcomeWord::Undetermined && shipment.hs.len() < 10 {
                shipment.hs = GoodsCode::of_point(shipment.hs.first(), 10);
                continue;
            }
            // What rests on other measures waits for what they ask.
            let asks = |r: &MeasureResult| if let Some(Cause::Needs(missing)) = &r.cause { missing.clone() } else { Vec::new() };
            let own = asks(&result);
            let missing = if own.is_empty() { results.iter().flat_map(asks).collect() } else { own };
            let entered = shipment.get(FactId::ENTERED).cloned();
            for one in &missing {
                let MissingFact::Fact(fact) = one.fact else { return None };
                let value = match program.fact(fact)?.kind {
                    FactKind::Money => Value::Money(Exact::whole(1_000), program.currency),
                    FactKind::Rate => Value::Number(Exact::fraction(5, 100)?),
                    FactKind::Number | FactKind::Quantity(_) | FactKind::Balance(_) => Value::Number(Exact::whole(1_000)),
                    FactKind::Flag => Value::Flag(false),
                    FactKind::Text => Value::Text("nobody listed".to_owned()),
                    FactKind::Country => Value::Country(shipment.origin?),
                    FactKind::Instant => entered.clone()?,
                    FactKind::Claims => Value::Claims(Vec::new()),
                };
                shipment.set(fact, value);
            }
            if missing.is_empty() {
                return None;
            }
        }
        None
    }

    fn called(&self) -> String {
        let Some(rule) = self.study.view.rules.get(self.rule) else { return String::new() };
        match rule.kind {
            RuleKind::Rate(_) | RuleKind::Edge(..) => clause_words(self.sources, rule.span),
            RuleKind::Exemption(_) => format!("exemption {}", self.study.name(self.rule)),
            RuleKind::Suspension(_) => format!("suspension {}", self.study.name(self.rule)),
            _ => self.study.name(self.rule),
        }
    }

    fn cite(&self) -> Option<&Cite> {
        self.study.view.rules.get(self.rule)?.cite
    }
}

/// What a measure comes to, as a test expects it.
fn expectations(program: &Program, shipment: &Shipment, result: &MeasureResult) -> Vec<String> {
    let names = result.by.iter().filter_map(|by| match by {
        By::Exemption(i) => program.exemptions.get(i.0).map(|x| format!("relieved by {}", x.name)),
        By::Measure(m, ..) => Some(format!("displaced by {}", program.measure_name(*m))),
        _ => None,
    });
    if result.outcome != OutcomeWord::Applied {
        return std::iter::once(result.outcome.words().to_owned()).chain(names).collect();
    }
    let Some(printed) = result.printed else { return vec![result.outcome.words().to_owned()] };
    // A rate that comes to just this amount says more than the amount.
    let over_value = match shipment.get(FactId::VALUE) {
        Some(Value::Money(v, currency)) if *currency == program.currency => Exact::from(printed).checked_div(*v),
        _ => None,
    };
    let plain = over_value.map(percent_text).filter(|t| t.chars().all(|c| c.is_ascii_digit() || c == '.' || c == '%') && t.len() <= 8);
    let amount = plain.unwrap_or_else(|| format!("{} {printed}", program.currency));
    std::iter::once(format!("= {amount}")).chain(names).collect()
}
