//! What the added items change: for the shipment, and for the shipments of the book's own tests.

use super::assessed::Assessed;
use super::effect::effect;
use super::session::{Answer, Session};
use crate::program::Program;
use std::sync::Arc;

/// How many tests that come out otherwise are shown.
const SHOWN: usize = 10;

impl Session<'_> {
    pub(super) fn difference(&self) -> Answer {
        let book = self.book()?;
        if book.added.is_empty() {
            return Ok("nothing was added in this session\n".to_owned());
        }
        let mut out = format!("added: {}\n", book.added_names().join(", "));
        let (Some(whole), Some(new)) = (book.files.runnable(), book.runnable()) else {
            return Ok(format!("{out}what it changes cannot be told: {}\n", book.broken()));
        };
        let (known_at, bare_start) = (self.state.known_at, self.options.bare_start);
        // A scenario that was added is compared with the book as it is.
        let named = |program: &Arc<Program>| self.state.scenario.as_ref().and_then(|s| program.scenarios.get(s).cloned());
        if let Some(facts) = &self.state.shipment {
            let was = Assessed::new(&book.files, &named(whole).unwrap_or_else(|| whole.clone()), facts, known_at, bare_start);
            let is = Assessed::new(&book.now, &named(new).unwrap_or_else(|| new.clone()), facts, known_at, bare_start);
            out.push_str("the shipment:\n");
            match (was, is) {
                (Ok(was), Ok(is)) => out.push_str(&effect(&was, &is).unwrap_or_else(|| "  nothing changes\n".to_owned())),
                (Err(_), Ok(is)) => out.push_str(&is.brief()),
                (_, Err(e)) => out.push_str(&format!("  it cannot be read: {e}\n")),
            }
        }
        out.push_str(&self.in_tests(whole, new)?);
        Ok(out)
    }

    /// The shipments of the tests that are in the files, assessed by both.
    fn in_tests(&self, old: &Arc<Program>, new: &Arc<Program>) -> Answer {
        let book = self.book()?;
        let sources = &book.files.sources;
        let (mut tried, mut changed, mut out) = (0usize, 0usize, String::new());
        let under = |program: &Arc<Program>, scenario: Option<&String>| match scenario {
            Some(name) => program.scenarios.get(name).cloned(),
            None => Some(program.clone()),
        };
        for test in &old.tests {
            let (known_at, scenario) = (test.facts.known_at, test.facts.scenario.as_ref());
            let Some((was, is)) = under(old, scenario).zip(under(new, scenario)) else { continue };
            let was = Assessed::new(&book.files, &was, &test.facts, known_at, None);
            let is = Assessed::new(&book.now, &is, &test.facts, known_at, None);
            let (Ok(was), Ok(is)) = (was, is) else { continue };
            tried = tried.saturating_add(1);
            let Some(effect) = effect(&was, &is) else { continue };
            changed = changed.saturating_add(1);
            if changed <= SHOWN {
                let place = sources.place(test.span);
                out.push_str(&format!("test `{}` ({}:{}):\n{effect}", test.title, place.file.display(), place.line));
            }
        }
        if tried == 0 {
            return Ok(String::new());
        }
        if changed > SHOWN {
            out.push_str(&format!("and {} more\n", changed.saturating_sub(SHOWN)));
        }
        let said = match changed {
            0 => format!("none of the {tried} shipments of the book's tests comes out otherwise"),
            1 => format!("1 of the {tried} shipments of the book's tests comes out otherwise:"),
            n => format!("{n} of the {tried} shipments of the book's tests come out otherwise:"),
        };
        Ok(format!("{said}\n{out}"))
    }
}
