//! What each command does, where that takes but a few lines; the others have files of their own.

use super::book::Book;
use super::commands;
use super::session::{Answer, Session, State, chosen, said};
use crate::analysis::{whereabouts, whereabouts_text};
use crate::outcome::{Interpreter, run_tests};
use crate::problem::{self, counted, did_you_mean, render_all};
use crate::value::parse_date;
use std::path::Path;

impl Session<'_> {
    pub(super) fn command(&mut self, text: &str) -> Answer {
        let (name, rest) = text.split_once(char::is_whitespace).map_or((text, ""), |(n, r)| (n, r.trim()));
        let (name, force) = name.strip_suffix('!').map_or((name, false), |n| (n, true));
        let command = commands::find(name)?;
        if force && command.name != "save" {
            return said(format!("`:{}` has no form with `!`", command.name));
        }
        let needed = !command.argument.is_empty() && !command.argument.starts_with('[') && command.name != "explain";
        if needed && rest.is_empty() {
            return said(format!("`:{0} {1}` lacks its {1}; `:help {0}` says more", command.name, command.argument));
        }
        if command.argument.is_empty() && !rest.is_empty() {
            return said(format!("`:{}` takes nothing after it, but found `{rest}`", command.name));
        }
        match command.name {
            "load" => self.load(rest),
            "reload" => self.reload(),
            "check" => self.check(),
            "info" => self.info(rest),
            "where" => self.whereabouts(rest),
            "explain" => explain(rest),
            "why" => self.why(rest),
            "when" => self.when(rest),
            "why-not" => self.why_not(rest),
            "known-at" => self.know_at(rest),
            "scenario" => self.scenario(rest),
            "test" => self.test(),
            "batch" => self.batch(rest),
            "diff" => self.difference(),
            "undo" => self.undo(),
            "save" => self.save(rest, force),
            "help" => Ok(commands::help(rest)?),
            _ => Ok(String::new()),
        }
    }

    // ── The book ──

    fn load(&mut self, path: &str) -> Answer {
        let book = Book::open(self.world, Path::new(unquoted(path)))?;
        let mut out = format!("{}{}", book.about(), book.findings());
        let mut state = State { book: Some(book), ..self.state.clone() };
        if let (Some(shipment), Some(program)) = (&state.shipment, state.book.as_ref().and_then(Book::program))
            && let Err(why) = super::facts::readable(program, shipment, self.options.bare_start)
        {
            out.push_str(&format!("the shipment is put aside, since this book cannot read it: {why}\n"));
            state.shipment = None;
        }
        if let (Some(name), Some(program)) = (&state.scenario, state.book.as_ref().and_then(Book::program))
            && chosen(program, name).is_err()
        {
            out.push_str(&format!("scenario `{name}` is left, since this book does not declare it\n"));
            state.scenario = None;
        }
        let before = self.state.clone();
        self.change("the opening of a book", state);
        out.push_str(&self.effect_since(&before));
        Ok(out)
    }

    fn reload(&mut self) -> Answer {
        let book = self.book()?.reread(self.world)?;
        let mut out = format!("{}{}", book.about(), book.findings());
        if !book.added.is_empty() {
            out.push_str(&format!("still added: {}\n", book.added_names().join(", ")));
        }
        let before = self.state.clone();
        self.change("the reading of the files again", State { book: Some(book), ..self.state.clone() });
        out.push_str(&self.effect_since(&before));
        Ok(out)
    }

    /// Reads the files again where one has changed; gives nothing where none has.
    pub fn refresh(&mut self) -> Option<String> {
        let changed = self.state.book.as_ref()?.has_changed(self.world);
        // A file that is gone for a moment, as while an editor saves it, is waited for.
        changed.then(|| self.reload().ok()).flatten().map(|text| format!("the files have changed\n{text}"))
    }

    fn check(&self) -> Answer {
        let book = self.book()?;
        // What compares rules takes its time on a large book, so it is done when it is asked for.
        let checked = self.checker.check_sources(self.world, &book.path, &book.added, None)?;
        let shown = render_all(&checked.problems, &checked.sources, self.options.colour);
        let gap = if shown.is_empty() { "" } else { "\n" };
        Ok(format!("{shown}{gap}{}\n", problem::summary(&checked.problems, &checked.sources)))
    }

    fn whereabouts(&self, name: &str) -> Answer {
        let program = self.runnable()?;
        let found = whereabouts(&Interpreter::new(program, self.state.known_at), name)?;
        // What is of a used book is described by the sets of that book.
        let used = name.split_once('.').and_then(|(head, _)| program.uses.iter().find(|(n, _)| n == head));
        Ok(whereabouts_text(used.map_or(&**program, |(_, used)| used), &self.book()?.now.sources, &found))
    }

    fn test(&self) -> Answer {
        let program = self.runnable()?;
        let sources = &self.book()?.now.sources;
        let trials = run_tests(program, sources);
        if trials.is_empty() {
            return Ok("the book has no tests\n".to_owned());
        }
        let mut out = String::new();
        for trial in &trials {
            for failure in &trial.failures {
                out.push_str(&self.show(&[&failure.problem(&trial.title)], sources));
                out.push('\n');
            }
        }
        let failed = trials.iter().filter(|t| !t.failures.is_empty()).count();
        let passed = trials.len().saturating_sub(failed);
        out.push_str(&format!("{}: {passed} passed, {failed} failed\n", counted(trials.len(), "test")));
        Ok(out)
    }

    // ── What the answers rest on ──

    fn know_at(&mut self, text: &str) -> Answer {
        let day = match text {
            "" => None,
            _ => match parse_date(text) {
                Some(day) => Some(day),
                None => return said(format!("`{text}` is no day: write it as `2025-04-10`")),
            },
        };
        let before = self.state.clone();
        if day != before.known_at {
            self.change("a change of the knowledge date", State { known_at: day, ..self.state.clone() });
        }
        Ok(format!("{}{}", self.known(), self.effect_since(&before)))
    }

    /// Assesses under a scenario; without a name, under none.
    pub(super) fn scenario(&mut self, name: &str) -> Answer {
        let program = self.program()?;
        let scenario = (!name.is_empty()).then(|| name.to_owned());
        if scenario.is_some() {
            chosen(program, name)?;
        }
        let before = self.state.clone();
        if scenario != before.scenario {
            self.change("a change of the scenario", State { scenario, ..self.state.clone() });
        }
        let said = if name.is_empty() { "shipments are assessed by the book as it is".to_owned() } else { format!("shipments are assessed under `{name}`") };
        Ok(format!("{said}\n{}", self.effect_since(&before)))
    }

    fn undo(&mut self) -> Answer {
        let before = self.state.clone();
        let Some(what) = self.back() else { return said("there is nothing to take back") };
        let mut out = format!("taken back: {what}\n");
        if self.state.shipment.is_none() && before.shipment.is_some() {
            out.push_str("there is no shipment now\n");
        } else {
            out.push_str(&self.effect_since(&before));
        }
        Ok(out)
    }
}

/// A page, or the titles of all.
fn explain(code: &str) -> Answer {
    if code.is_empty() {
        return Ok(problem::pages().iter().map(|(_, text)| format!("{}\n", text.lines().next().unwrap_or("").trim_start_matches(['#', ' ']))).collect());
    }
    match problem::page(code) {
        Some(text) => Ok(format!("{}\n", text.trim_end())),
        None => {
            let upper = code.to_uppercase();
            let close = did_you_mean(&upper, problem::pages().iter().map(|(c, _)| *c));
            let help = close.map_or_else(|| "`:explain` lists all codes".to_owned(), |c| format!("did you mean `{c}`?"));
            said(format!("there is no code `{code}`: {help}"))
        }
    }
}

/// A path that was typed, with or without quotation marks.
pub fn unquoted(path: &str) -> &str {
    path.strip_prefix('"').and_then(|p| p.strip_suffix('"')).unwrap_or(path)
}
