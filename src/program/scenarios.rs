//! Scenarios: a book with something left out and something added. Only here may a used book be amended.

use super::from_syntax::{Build, Builder};
use super::load::BookTexts;
use super::names::look_up;
use super::types::{Named, Program};
use crate::problem::{Problems, naming, syntax as syntax_problems};
use crate::source::Span;
use crate::syntax::{self, Item, ItemKind, Syntax};
use std::collections::BTreeMap;
use std::sync::Arc;

/// The scenarios of a book, in order of declaration.
pub fn of(texts: &BookTexts) -> Vec<&syntax::Scenario> {
    texts.items().filter_map(|i| if let ItemKind::Scenario(s) = &i.kind { Some(s) } else { None }).collect()
}

impl Build<'_> {
    /// The program of a book under one of its scenarios. What is wrong with the book itself has been said.
    pub fn scenario(&mut self, texts: &BookTexts, scenario: &syntax::Scenario, problems: &mut Problems) -> Option<Program> {
        let mut changed = texts.clone();
        let (mut own, mut used): (Vec<Item>, Vec<(String, Item)>) = (Vec::new(), Vec::new());
        for item in &scenario.with {
            match amended_book(item) {
                Some((book, item)) => used.push((book, item)),
                None => own.push(item.clone()),
            }
        }
        changed.files.push(Syntax { items: own, ..Syntax::default() });
        for (book, item) in used {
            let texts = changed.uses.iter_mut().find(|(i, _)| matches!(&i.kind, ItemKind::Use(u) if u.name.text == book));
            // A book that is not used has been reported where the scenario is read.
            if let Some((_, texts)) = texts {
                texts.files.push(Syntax { items: vec![item], ..Syntax::default() });
            }
        }
        let mut found = Problems::default();
        let mut program = self.book(&changed, Some(&scenario.name.text), &mut found)?;
        // What is supposed has no source, and needs none.
        let supposed = |span: Span| scenario.with.iter().any(|i| i.span.start <= span.start && span.end <= i.span.end);
        for problem in found.into_iter().filter(|p| p.code != "T500" || !supposed(p.span())) {
            if !problems.iter().any(|p| *p == problem) {
                problems.add(problem);
            }
        }
        program.scenario = Some(scenario.name.text.clone());
        for name in &scenario.without {
            leave_out(&mut program, &name.text);
        }
        Some(program)
    }
}

/// `amend us.tariffs` as an item of the used book: its name, and the item as that book would have it.
fn amended_book(item: &Item) -> Option<(String, Item)> {
    let mut item = item.clone();
    let target = match &mut item.kind {
        ItemKind::Amend(amend) => &mut amend.target,
        ItemKind::Extension(extension) => &mut extension.event,
        _ => return None,
    };
    let (book, name) = target.text.split_once('.')?;
    let book = book.to_owned();
    target.text = name.to_owned();
    Some((book, item))
}

fn leave_out(program: &mut Program, name: &str) {
    match look_up(program, name) {
        Some((None, Named::Group(g))) => {
            let members = program.groups.get(g).cloned().unwrap_or_default();
            program.absent.extend(members.into_iter().map(Named::Measure));
        }
        Some((None, named)) => {
            program.absent.insert(named);
        }
        Some((Some(book), named)) => {
            // The used book was built for this scenario alone, so nobody else holds it.
            if let Some(used) = program.uses.get_mut(book).and_then(|(_, p)| Arc::get_mut(p)) {
                used.absent.insert(named);
            }
        }
        None => {}
    }
}

impl Builder<'_> {
    /// What scenarios leave out must exist and be something that can be left out.
    pub fn scenarios(&mut self, items: &[&Item]) {
        for item in items {
            let ItemKind::Scenario(scenario) = &item.kind else { continue };
            let mut seen = BTreeMap::new();
            for name in &scenario.without {
                if let Some(first) = seen.insert(&name.text, name.span) {
                    self.problems.add(naming::left_out_twice(&name.text, first, name.span));
                }
                match look_up(&self.program, &name.text) {
                    Some((
                        _,
                        Named::Instrument(_)
                        | Named::Event(_)
                        | Named::Measure(_)
                        | Named::Group(_)
                        | Named::Exemption(_)
                        | Named::Suspension(_)
                        | Named::Phaseout(_)
                        | Named::Limit(_)
                        | Named::Ending(_),
                    )) => {}
                    Some((_, other)) => {
                        let place = self.names.place(&name.text);
                        self.problems.add(naming::wrong_kind(&name.text, other.kind(), "a rule or an instrument", place, name.span));
                    }
                    None => {
                        let known = super::names::all_names(&self.program);
                        self.problems.add(naming::unknown("rule or instrument", &name.text, known.iter().map(String::as_str), name.span));
                    }
                }
            }
            for with in &scenario.with {
                self.added(with);
            }
        }
    }

    fn added(&mut self, item: &Item) {
        match &item.kind {
            ItemKind::Policy(_) | ItemKind::Use(_) | ItemKind::Scenario(_) | ItemKind::Test(_) | ItemKind::TestTable(_) => {
                let word = match item.kind {
                    ItemKind::Policy(_) => "policy",
                    ItemKind::Use(_) => "use",
                    ItemKind::Scenario(_) => "scenario",
                    _ => "test",
                };
                let why = "a scenario adds rules to the book; its policy, its books, its scenarios and its tests stand outside";
                self.problems.add(syntax_problems::misplaced(word, "a scenario", why, item.span));
            }
            ItemKind::Amend(amend) => {
                if let Some((book, _)) = amend.target.text.split_once('.')
                    && !self.program.uses.iter().any(|(n, _)| n == book)
                {
                    let known: Vec<String> = self.program.uses.iter().map(|(n, _)| n.clone()).collect();
                    self.problems.add(naming::unknown("book", book, known.iter().map(String::as_str), amend.target.span));
                }
            }
            _ => {}
        }
    }
}
