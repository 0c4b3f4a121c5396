//! Opening a book: the one place through which every command comes to its program.

use super::Failure;
use super::terminal::Terminal;
use carveout::problem::{Problems, Severity};
use carveout::program::{self, Checked, Program};
use carveout::source::Sources;
use carveout::world::Disk;
use clap::{Args, ValueEnum};
use jiff::civil::Date;
use std::path::Path;
use std::sync::Arc;

/// Which version of the law is meant.
#[derive(Args, Clone, Default)]
pub struct Version {
    /// Assess under a scenario of the book
    #[arg(long, value_name = "NAME")]
    pub scenario: Option<String>,
}

/// How shipments are read, and as of which day.
#[derive(Args, Clone, Default)]
pub struct Reading {
    #[command(flatten)]
    pub version: Version,
    /// The law as it was known at the end of a day; without it everything is known
    #[arg(long, value_name = "DATE", value_parser = date)]
    pub known_at: Option<Date>,
    /// What a date without a time means in these records; without it, some moment of that day
    #[arg(long, value_name = "MOMENT")]
    pub bare_dates: Option<BareDates>,
}

#[derive(Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum BareDates {
    /// The first moment of the day
    Start,
    /// The last moment of the day
    End,
}

impl Reading {
    pub fn bare_start(&self) -> Option<bool> {
        self.bare_dates.map(|b| b == BareDates::Start)
    }
}

pub fn date(text: &str) -> Result<Date, String> {
    carveout::value::parse_date(text).ok_or_else(|| "write it as `2025-04-10`".to_owned())
}

/// A book that can be run.
pub struct Book {
    pub program: Arc<Program>,
    pub sources: Sources,
}

/// Refuses a file that is something else, such as a list.
pub fn is_policy_file(path: &Path) -> Result<(), Failure> {
    if path.is_file() && path.extension().is_none_or(|e| e != "tariff") {
        return Err(Failure::Said(format!("`{}` is no book: a book is a folder with `.tariff` files, or one such file", path.display())));
    }
    Ok(())
}

/// What to name instead of what cannot be read.
pub fn no_book(why: &str) -> Failure {
    Failure::Said(format!("{why}; name a folder with `.tariff` files, or one such file"))
}

impl Version {
    /// The scenario, as the end of a sentence.
    pub fn said(&self) -> String {
        self.scenario.as_ref().map_or_else(String::new, |s| format!(", under scenario `{s}`"))
    }

    /// Refuses a scenario that the book has not; one that cannot be read is an error of the book.
    pub fn exists_in(&self, checked: &Checked, path: &Path) -> Result<(), Failure> {
        let (Some(name), Some(program)) = (&self.scenario, &checked.program) else { return Ok(()) };
        if program.scenario_names().any(|n| n == name) || checked.problems.iter().any(|p| p.code == "T001") {
            return Ok(());
        }
        let known: Vec<String> = program.scenario_names().map(|n| format!("`{n}`")).collect();
        let help = match (carveout::problem::did_you_mean(name, program.scenario_names()), known.len()) {
            (Some(close), _) => format!("did you mean `{close}`?"),
            (None, 0) => "the book declares none; leave `--scenario` out".to_owned(),
            (None, _) => format!("the book has {}", carveout::problem::listed(&known, "and")),
        };
        Err(Failure::Said(format!("`{}` has no scenario `{name}`: {help}", path.display())))
    }
}

/// Reads and checks a book with all of its scenarios, or with the one that is asked for.
pub fn open(path: &Path, version: &Version) -> Result<Checked, Failure> {
    let read = match version.scenario.as_deref() {
        Some(scenario) => read(path, |path| program::open(&Disk, path, Some(scenario)))?,
        None => read(path, |path| program::check(&Disk, path))?,
    };
    version.exists_in(&read, path)?;
    Ok(read)
}

/// The same, with all that comparing its rules can find.
pub fn checked(path: &Path, version: &Version) -> Result<Checked, Failure> {
    let read = read(path, |path| carveout::analysis::check(&Disk, path, version.scenario.as_deref()))?;
    version.exists_in(&read, path)?;
    Ok(read)
}

fn read(path: &Path, by: impl Fn(&Path) -> Result<Checked, String>) -> Result<Checked, Failure> {
    is_policy_file(path)?;
    by(path).map_err(|why| no_book(&why))
}

/// Reads a book to be run, under the scenario that is asked for. Its errors are shown, and there is nothing then.
pub fn runnable(path: &Path, version: &Version, terminal: &mut Terminal) -> Result<Option<Book>, Failure> {
    let checked = read(path, |path| program::open(&Disk, path, version.scenario.as_deref()))?;
    version.exists_in(&checked, path)?;
    ready(checked, path, version, terminal)
}

/// The same with all scenarios of the book, where none is asked for: its tests may name them.
pub fn testable(path: &Path, version: &Version, terminal: &mut Terminal) -> Result<Option<Book>, Failure> {
    let checked = open(path, version)?;
    ready(checked, path, version, terminal)
}

fn ready(checked: Checked, path: &Path, version: &Version, terminal: &mut Terminal) -> Result<Option<Book>, Failure> {
    if let Some(program) = checked.runnable_in(version.scenario.as_deref()) {
        return Ok(Some(Book { program: program.clone(), sources: checked.sources }));
    }
    let mut errors = Problems::default();
    errors.extend(checked.problems.into_iter().filter(|p| p.severity == Severity::Error));
    terminal.problems(&errors, &checked.sources);
    let count = carveout::problem::counted(errors.count(Severity::Error), "error");
    terminal.error(&format!("`{}` has {count} and cannot be run; mend them first", path.display()));
    Ok(None)
}

/// Books among several that cannot be read: the others are not kept waiting for them, and the last is said at the end.
#[derive(Default)]
pub struct Unread(Option<String>);

impl Unread {
    /// The book, or nothing after noting why not.
    pub fn note<T>(&mut self, opened: Result<T, Failure>, terminal: &mut Terminal) -> Result<Option<T>, Failure> {
        match opened {
            Ok(book) => Ok(Some(book)),
            Err(Failure::Said(words)) => {
                if let Some(earlier) = self.0.replace(words) {
                    terminal.error(&earlier);
                }
                Ok(None)
            }
            Err(closed) => Err(closed),
        }
    }

    /// Fails where a book could not be read and nothing else is left to be done.
    pub fn end_if(&mut self, done: bool) -> Result<(), Failure> {
        self.0.take_if(|_| done).map_or(Ok(()), |words| Err(Failure::Said(words)))
    }
}
