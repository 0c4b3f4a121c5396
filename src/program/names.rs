//! Who is called what: one namespace a book.

use super::facts::FactId;
use super::types::{Named, Program};
use crate::problem::{Problems, naming};
use crate::source::Span;
use crate::syntax::Name;
use std::collections::HashMap;

/// Names that every shipment and every result already bears.
const BUILT_IN: [&str; 12] = ["hs", "origin", "currency", "id", "duty", "duties", "tax", "taxes", "fee", "fees", "total", "period"];

/// The names of a book while it is built, with the places of their declarations.
#[derive(Debug, Default)]
pub struct Names {
    pub places: HashMap<String, Span>,
}

impl Names {
    /// Declares a name; a second declaration is a problem and has no effect.
    pub fn declare(&mut self, program: &mut Program, problems: &mut Problems, name: &Name, named: Named) {
        if BUILT_IN.contains(&name.text.as_str()) || program.find_fact(&name.text).is_some_and(|f| program.fact(f).is_some_and(|f| f.span.is_none())) {
            problems.add(naming::built_in(&name.text, name.span));
            return;
        }
        if let Some(first) = self.places.get(&name.text) {
            problems.add(naming::declared_twice(&name.text, *first, name.span));
            return;
        }
        self.places.insert(name.text.clone(), name.span);
        program.names.insert(name.text.clone(), named);
    }

    pub fn place(&self, name: &str) -> Option<Span> {
        self.places.get(name).copied()
    }
}

/// Looks up a name, also `book.name`; gives the used book's place among the uses with it.
pub fn look_up(program: &Program, name: &str) -> Option<(Option<usize>, Named)> {
    match name.split_once('.') {
        None => program.names.get(name).copied().or_else(|| program.find_fact(name).map(Named::Fact)).map(|n| (None, n)),
        Some((book, name)) => {
            let at = program.uses.iter().position(|(n, _)| n == book)?;
            let used = &program.uses.get(at)?.1;
            used.names.get(name).copied().map(|n| (Some(at), n))
        }
    }
}

/// Every name that could be meant, those of used books with their book's.
pub fn all_names(program: &Program) -> Vec<String> {
    let mut all: Vec<String> = program.names.keys().cloned().collect();
    all.extend(program.facts.iter().map(|f| f.name.clone()));
    for (book, used) in &program.uses {
        all.extend(used.names.keys().map(|n| format!("{book}.{n}")));
    }
    all
}

/// Resolves a name to one kind of thing, or says what it is instead.
pub fn resolve<T>(program: &Program, names: &Names, problems: &mut Problems, name: &Name, what: &str, pick: impl Fn(Named) -> Option<T>) -> Option<T> {
    match look_up(program, &name.text) {
        Some((None, named)) => {
            let found = pick(named);
            if found.is_none() {
                let article = if what.starts_with(['a', 'e', 'i', 'o', 'u']) { "an" } else { "a" };
                problems.add(naming::wrong_kind(&name.text, named.kind(), &format!("{article} {what}"), names.place(&name.text), name.span));
            }
            found
        }
        Some((Some(_), _)) => {
            problems.add(naming::of_another_book(&name.text, name.span));
            None
        }
        None => {
            let known = all_names(program);
            let fitting: Vec<&str> = known.iter().filter(|n| look_up(program, n).is_some_and(|(_, named)| pick(named).is_some())).map(String::as_str).collect();
            problems.add(naming::unknown(what, &name.text, fitting, name.span));
            None
        }
    }
}

/// A fact of the shipment.
pub fn fact(program: &Program, names: &Names, problems: &mut Problems, name: &Name) -> Option<FactId> {
    resolve(program, names, problems, name, "fact of the shipment", |n| match n {
        Named::Fact(f) => Some(f),
        _ => None,
    })
}
