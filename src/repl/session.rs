//! The session: what it knows, and what each entry does to it. Whatever goes wrong, it knows afterwards what it knew before.

use super::assessed::Assessed;
use super::book::Book;
use super::lines::{Entry, Pending};
use crate::analysis::Checker;
use crate::problem::{Problem, Problems, did_you_mean, listed, render, render_all};
use crate::program::{Named, Program, StatedFacts};
use crate::source::Sources;
use crate::world::World;
use jiff::civil::Date;
use std::path::Path;
use std::sync::Arc;

/// How many changes can be taken back.
const MOST_UNDONE: usize = 100;

/// What is settled for a whole session.
#[derive(Clone, Debug, Default)]
pub struct Options {
    /// How bare dates are kept in what is typed, where that is known: `true` for the start of the day.
    pub bare_start: Option<bool>,
    /// The day whose knowledge counts; nothing where everything is known.
    pub known_at: Option<Date>,
    /// The scenario of the book to begin with.
    pub scenario: Option<String>,
    /// Whether findings are shown in colour.
    pub colour: bool,
}

/// What a line is answered with.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Reply {
    /// Nothing, or lines that each have their end.
    pub text: String,
    /// Whether the session is over.
    pub quit: bool,
}

/// Why an entry could not be followed.
#[derive(Debug)]
pub enum Fault {
    /// A sentence.
    Said(String),
    /// Findings, as they are shown.
    Shown(String),
}

impl From<String> for Fault {
    fn from(words: String) -> Self {
        Fault::Said(words)
    }
}

pub type Answer = Result<String, Fault>;

pub fn said<T>(words: impl Into<String>) -> Result<T, Fault> {
    Err(Fault::Said(words.into()))
}

/// What a session knows.
#[derive(Clone, Debug, Default)]
pub struct State {
    pub book: Option<Book>,
    pub shipment: Option<StatedFacts>,
    pub known_at: Option<Date>,
    pub scenario: Option<String>,
}

impl State {
    /// The program to reckon with: that of the book, or of its scenario.
    pub fn runnable(&self) -> Result<&Arc<Program>, Fault> {
        let book = self.book.as_ref().ok_or_else(|| Fault::Said(NO_BOOK.to_owned()))?;
        let program = book.runnable().ok_or_else(|| Fault::Said(book.broken()))?;
        match &self.scenario {
            None => Ok(program),
            Some(name) => program.scenarios.get(name).ok_or_else(|| Fault::Said(format!("the book has no scenario `{name}` any more: `:scenario` leaves it"))),
        }
    }
}

const NO_BOOK: &str = "no book is open: `:load PATH` opens one";

/// An interactive session over a world.
pub struct Session<'w> {
    pub(super) world: &'w dyn World,
    pub(super) options: Options,
    pub(super) state: State,
    /// Earlier states, each with the change that ended it.
    past: Vec<(String, State)>,
    pending: Pending,
    /// What comparing rules has found, for as long as it holds.
    pub(super) checker: Checker,
}

impl<'w> Session<'w> {
    /// A session without a book.
    pub fn new(world: &'w dyn World, options: Options) -> Self {
        let state = State { known_at: options.known_at, scenario: options.scenario.clone(), ..State::default() };
        Session { world, options, state, past: Vec::new(), pending: Pending::default(), checker: Checker::new() }
    }

    /// Opens a book before the first line; tells what it holds, or why there is none.
    pub fn open(&mut self, path: &Path) -> Result<String, String> {
        let book = Book::open(self.world, path)?;
        let text = format!("{}{}", book.about(), book.findings());
        if let (Some(name), Some(program)) = (&self.state.scenario, book.program()) {
            chosen(program, name)?;
        }
        self.state.book = Some(book);
        Ok(text)
    }

    /// Takes a line and answers. A line that may be continued is answered when its item is complete.
    pub fn line(&mut self, line: &str) -> Reply {
        let entries = self.pending.push(line);
        self.run_all(entries)
    }

    /// Ends an item for which no further line comes.
    pub fn finish(&mut self) -> Reply {
        let entry = self.pending.finish();
        self.run_all(entry)
    }

    /// Whether further lines may belong to what was typed.
    pub fn is_waiting(&self) -> bool {
        self.pending.is_open()
    }

    /// Forgets an item that was begun, as when its typing is interrupted.
    pub fn interrupt(&mut self) {
        self.pending = Pending::default();
    }

    fn run_all(&mut self, entries: impl IntoIterator<Item = Entry>) -> Reply {
        let mut reply = Reply::default();
        for entry in entries {
            match self.run(&entry) {
                Ok(text) => reply.text.push_str(&text),
                Err(Fault::Shown(text)) => reply.text.push_str(&text),
                Err(Fault::Said(words)) => {
                    let (on, off) = if self.options.colour { ("\u{1b}[1;31m", "\u{1b}[0m") } else { ("", "") };
                    reply.text.push_str(&format!("{on}error{off}: {words}\n"));
                }
            }
            if let Entry::Command(text) = &entry
                && is_quit(text)
            {
                reply.quit = true;
                break;
            }
        }
        reply
    }

    fn run(&mut self, entry: &Entry) -> Answer {
        match entry {
            Entry::Command(text) => self.command(text),
            Entry::Line(text) => self.facts_or_expression(text),
            Entry::Item(text) => self.item(text),
            Entry::Stray(_) => said("this line is indented, so it would belong to an item above it; an item starts in the first column"),
        }
    }

    /// What stands before the line that is typed: the book, the day of the shipment, and what narrows the answers.
    pub fn prompt(&self) -> String {
        let Some(book) = &self.state.book else { return "carveout> ".to_owned() };
        let entered = self.state.shipment.iter().flat_map(|s| &s.values).find(|(n, _)| n == "entered").map(|(_, v)| v.as_str());
        let day = entered.and_then(|e| e.split([' ', 'T']).next()).map_or_else(String::new, |d| format!(" {d}"));
        let known = self.state.known_at.map_or_else(String::new, |k| format!(" known {k}"));
        let scenario = self.state.scenario.as_ref().map_or_else(String::new, |s| format!(" {s}"));
        format!("{}{day}{known}{scenario}> ", book.name())
    }

    /// Whether there is a book that shipments can be assessed by.
    pub fn can_assess(&self) -> bool {
        self.runnable().is_ok()
    }

    // ── What commands share ──

    pub(super) fn book(&self) -> Result<&Book, Fault> {
        self.state.book.as_ref().ok_or_else(|| Fault::Said(NO_BOOK.to_owned()))
    }

    /// The program to look names up in, also where the book has errors.
    pub(super) fn program(&self) -> Result<&Arc<Program>, Fault> {
        let book = self.book()?;
        book.program().ok_or_else(|| Fault::Said(book.broken()))
    }

    /// The program to reckon with.
    pub(super) fn runnable(&self) -> Result<&Arc<Program>, Fault> {
        self.state.runnable()
    }

    /// The current shipment, assessed.
    pub(super) fn assessed(&self) -> Result<Assessed, Fault> {
        self.assess(&self.state)
    }

    pub(super) fn assess(&self, state: &State) -> Result<Assessed, Fault> {
        let program = state.runnable()?;
        let book = state.book.as_ref().ok_or_else(|| Fault::Said(NO_BOOK.to_owned()))?;
        let Some(facts) = &state.shipment else { return said(no_shipment(program)) };
        Assessed::new(&book.now, program, facts, state.known_at, self.options.bare_start).map_err(|e| Fault::Said(e.to_string()))
    }

    /// Takes a new state; the old one can be had back.
    pub(super) fn change(&mut self, what: impl Into<String>, state: State) {
        let old = std::mem::replace(&mut self.state, state);
        self.past.push((what.into(), old));
        if self.past.len() > MOST_UNDONE {
            self.past.remove(0);
        }
    }

    /// Goes back one state; tells what was taken back.
    pub(super) fn back(&mut self) -> Option<String> {
        let (what, state) = self.past.pop()?;
        self.state = state;
        Some(what)
    }

    /// Findings of the book, as they are shown.
    pub(super) fn show(&self, problems: &[&Problem], sources: &Sources) -> String {
        problems.iter().map(|p| render(p, sources, self.options.colour)).collect::<Vec<_>>().join("\n")
    }

    /// Findings in a line that was typed, whose positions begin after all texts of the book.
    pub(super) fn show_in_line(&self, problems: Problems, line: &str) -> Fault {
        let mut sources = self.state.book.as_ref().map_or_else(Sources::default, |b| b.now.sources.clone());
        sources.add("line", line);
        Fault::Shown(render_all(&problems, &sources, self.options.colour))
    }

    /// Where the positions of a line begin.
    pub(super) fn line_start(&self) -> usize {
        let last = self.state.book.as_ref().and_then(|b| b.now.sources.files().last());
        last.map_or(0, |f| f.span().end.saturating_add(1))
    }
}

/// Whether a book has a scenario, and what to say where it has not.
pub fn chosen(program: &Program, name: &str) -> Result<(), String> {
    if matches!(program.names.get(name), Some(Named::Scenario)) {
        return Ok(());
    }
    let known: Vec<&str> = program.names.iter().filter(|(_, n)| matches!(n, Named::Scenario)).map(|(name, _)| name.as_str()).collect();
    let help = match did_you_mean(name, known.iter().copied()) {
        Some(close) => format!("did you mean `{close}`?"),
        None if known.is_empty() => "the book declares none".to_owned(),
        None => format!("the book declares {}", listed(&known.iter().map(|k| format!("`{k}`")).collect::<Vec<_>>(), "and")),
    };
    Err(format!("there is no scenario `{name}`: {help}"))
}

pub fn no_shipment(program: &Program) -> String {
    format!("there is no shipment yet: begin with its goods, as in `3901.20.00 of origin US value {} 1000 entered 2025-05-01`", program.currency)
}

fn is_quit(command: &str) -> bool {
    let name = command.split_whitespace().next().unwrap_or("");
    super::commands::find(name).is_ok_and(|c| c.name == "quit")
}
