//! Lines and items: facts change the shipment, items change the book, expressions change nothing.

use super::book::{Book, fresh};
use super::cuts::measures_of;
use super::effect::effect;
use super::facts;
use super::items;
use super::session::{Answer, Fault, Session, State, chosen, no_shipment, said};
use crate::analysis;
use crate::outcome::run_tests;
use crate::problem::{Problem, Problems, Severity};
use crate::program::MeasureId;
use crate::syntax::{self, ItemKind, SessionLine, ShipmentFacts};

/// The facts whose names are words of the language.
const GIVEN: [&str; 6] = ["hs", "origin", "claims", "entered", "loaded", "exported"];

/// How many findings on an added item are named.
const FINDINGS_SHOWN: usize = 5;

/// What comparing the rules finds of the measures that an item has to do with, and did not find before.
fn compared(old: &Book, new: &Book, kind: &ItemKind) -> Vec<Problem> {
    let names: Vec<&str> = items::declared(kind).into_iter().chain(items::acts_on(kind)).collect();
    let find = |book: &Book| {
        let Some(program) = book.runnable() else { return Problems::default() };
        let named = names.iter().filter_map(|n| program.names.get(*n));
        let measures: Vec<MeasureId> = named.flat_map(|n| measures_of(program, *n)).collect();
        analysis::findings_on(program, &book.now.sources, &measures)
    };
    let known = find(old);
    let is_known = |p: &Problem| known.iter().any(|k| (k.code, &k.message) == (p.code, &p.message));
    find(new).into_iter().filter(|p| !is_known(p)).collect()
}

impl Session<'_> {
    // ── Lines ──

    pub(super) fn facts_or_expression(&mut self, text: &str) -> Answer {
        if let Some(fact) = GIVEN.into_iter().find(|g| *g == text.trim()) {
            return self.given(fact);
        }
        // `hs` is a fact like others, though its value is not read like theirs.
        let (line, only_goods) = match text.strip_prefix("hs ") {
            Some(code) => (format!("   {code}"), true),
            None => (text.to_owned(), false),
        };
        match syntax::parse_session_line(&line, self.line_start()) {
            Ok(SessionLine::Shipment(facts)) => {
                let change = only_goods || (facts::is_code_alone(&facts) && self.state.shipment.is_some());
                self.facts(&facts, text, !change)
            }
            Ok(SessionLine::Change(facts)) => self.facts(&facts, text, false),
            Ok(SessionLine::Expression(e)) => self.expression(&e, text),
            Ok(SessionLine::Comparison { left, comparator, right }) => self.comparison(&left, comparator, &right, text),
            Err(problem) => {
                let mut problems = Problems::default();
                problems.add(*problem);
                Err(self.show_in_line(problems, text))
            }
        }
    }

    /// A new shipment, or a change of the one there is.
    fn facts(&mut self, facts: &ShipmentFacts, text: &str, new: bool) -> Answer {
        let program = self.program()?.clone();
        let mut problems = Problems::default();
        let stated = facts::stated(&program, facts, &mut problems);
        if !problems.is_empty() {
            return Err(self.show_in_line(problems, text));
        }
        let mut state = self.state.clone();
        if let Some(name) = &facts.scenario {
            chosen(&program, &name.text)?;
            state.scenario = Some(name.text.clone());
        }
        state.known_at = stated.known_at.or(state.known_at);
        let says_facts = stated.hs.is_some() || stated.origin.is_some() || !stated.values.is_empty();
        if says_facts {
            state.shipment = Some(match &self.state.shipment {
                Some(held) if !new => facts::changed(held, stated),
                None if !new && stated.hs.is_none() => return said(no_shipment(&program)),
                _ => stated,
            });
        }
        if let Some(shipment) = &state.shipment {
            facts::readable(&program, shipment, self.options.bare_start)?;
        }
        self.change(format!("`{}`", text.trim()), state);
        if self.state.shipment.is_none() {
            let under = self.state.scenario.as_ref().map_or_else(String::new, |s| format!("shipments are assessed under `{s}`\n"));
            return Ok(format!("{under}{}", self.known()));
        }
        match self.assessed() {
            Ok(assessed) => Ok(assessed.brief()),
            Err(Fault::Said(why)) => Ok(format!("noted, and not assessed: {why}\n")),
            Err(shown) => Err(shown),
        }
    }

    /// By what is known that shipments are assessed.
    pub(super) fn known(&self) -> String {
        match self.state.known_at {
            Some(day) => format!("shipments are assessed by what was published up to {day}\n"),
            None => "shipments are assessed by all that is known\n".to_owned(),
        }
    }

    // ── Items ──

    pub(super) fn item(&mut self, text: &str) -> Answer {
        let book = self.book()?.clone();
        let item = items::only(text);
        let kind = item.as_ref().map_or(&ItemKind::Broken, |i| &i.kind);
        if matches!(kind, ItemKind::Use(_)) {
            return said("`use` cannot be added in a session, since another book is read with the files: write it into one of them, then `:reload`");
        }
        // A name that was added before is meant to be improved, not declared twice.
        let name = items::declared(kind).map(str::to_owned);
        let same = |t: &String| name.is_some() && items::only(t).as_ref().and_then(|i| items::declared(&i.kind)) == name.as_deref();
        let mut added = book.added.clone();
        let replaced = added.iter_mut().find(|t| same(t));
        let word = match replaced {
            Some(slot) => {
                *slot = text.to_owned();
                "replaced"
            }
            None => {
                added.push(text.to_owned());
                "added"
            }
        };
        let new = book.with(self.world, added)?;
        let found = fresh(&book.now, &new.now);
        let errors: Vec<_> = found.iter().filter(|p| p.severity == Severity::Error).copied().collect();
        if !errors.is_empty() {
            return Err(Fault::Shown(format!("{}not added\n", self.show(&errors, &new.now.sources))));
        }
        let called = items::called(kind);
        let mut out = format!("{word} {called}\n");
        let compared = compared(&book, &new, kind);
        let mut said: Vec<String> = Vec::new();
        for problem in found.into_iter().chain(&compared) {
            let line = format!("{}: [{}] {}\n", problem.severity.word(), problem.code, problem.message);
            if !said.contains(&line) {
                said.push(line);
            }
        }
        let more = said.len().saturating_sub(FINDINGS_SHOWN);
        out.extend(said.into_iter().take(FINDINGS_SHOWN));
        if more > 0 {
            out.push_str(&format!("and {more} more: `:check` shows them\n"));
        }
        let before = self.state.clone();
        self.change(called, State { book: Some(new), ..self.state.clone() });
        out.push_str(&match kind {
            ItemKind::Test(_) => self.run_added_test(text),
            _ => self.effect_since(&before),
        });
        Ok(out)
    }

    /// What a change did to the shipment, where there is one that both states can assess.
    pub(super) fn effect_since(&self, before: &State) -> String {
        let (was, is) = (self.assess(before), self.assess(&self.state));
        match (was, is) {
            (Ok(was), Ok(is)) => effect(&was, &is).unwrap_or_else(|| "nothing changes for the shipment\n".to_owned()),
            (Err(_), Ok(is)) => is.brief(),
            (_, Err(Fault::Said(why))) if self.state.shipment.is_some() => format!("the shipment is not assessed: {why}\n"),
            _ => String::new(),
        }
    }

    /// A test that is typed is run at once.
    fn run_added_test(&self, text: &str) -> String {
        let Some((book, program)) = self.state.book.as_ref().and_then(|b| b.runnable().map(|p| (b, p))) else { return String::new() };
        let sources = &book.now.sources;
        let Some(file) = sources.files().iter().rev().find(|f| f.text == text) else { return String::new() };
        let span = file.span();
        let trials = run_tests(program, sources);
        let own: Vec<_> = trials.iter().filter(|t| t.span.start >= span.start && t.span.end <= span.end).collect();
        let problems: Vec<_> = own.iter().flat_map(|t| t.failures.iter().map(|f| f.problem(&t.title))).collect();
        if problems.is_empty() { "it passes\n".to_owned() } else { self.show(&problems.iter().collect::<Vec<_>>(), sources) }
    }
}
