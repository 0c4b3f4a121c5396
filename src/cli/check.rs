//! `check`: everything that is found wrong with a book.

use super::book::{self, Unread, Version};
use super::terminal::Terminal;
use super::{End, Failure, Outcome, fixing};
use carveout::problem::{self, Problem, Problems, Severity};
use carveout::program::Checked;
use carveout::source::Sources;
use clap::{Args, ValueEnum};
use serde_json::{Value, json};
use std::collections::BTreeSet;
use std::io::Write;
use std::path::{Path, PathBuf};

/// Report all findings of a book
#[derive(Args)]
pub struct Check {
    /// A folder with `.tariff` files, or one such file
    #[arg(required = true, value_name = "BOOK")]
    books: Vec<PathBuf>,
    #[arg(long, default_value = "human")]
    format: Format,
    /// Exit with status 1 for these too
    #[arg(long, value_name = "WHAT")]
    deny: Option<Deny>,
    /// Mend what is nearly certain, write the files, and say what was changed
    #[arg(long)]
    fix: bool,
    /// Show what `--fix` would change, and write nothing
    #[arg(long, conflicts_with_all = ["fix", "format"])]
    diff: bool,
    #[command(flatten)]
    version: Version,
}

#[derive(Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Format {
    /// With excerpts
    Human,
    /// One object with all findings and their places
    Json,
    /// The log that code scanners read, in version 2.1.0
    Sarif,
    /// Annotations of GitHub, one a line
    Github,
}

#[derive(Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Deny {
    Warnings,
}

impl Check {
    pub fn run(&self, terminal: &mut Terminal) -> Outcome {
        let mut seen = BTreeSet::new();
        let mut reports = Vec::new();
        let mut unread = Unread::default();
        if self.diff {
            return self.differences(terminal);
        }
        let mut fixed = 0usize;
        for path in &self.books {
            let Some(checked) = unread.note(self.checked(path, &mut fixed, terminal), terminal)? else { continue };
            let fresh = fresh(checked.problems, &checked.sources, &mut seen);
            reports.push((fresh, checked.sources));
        }
        unread.end_if(reports.is_empty())?;
        match self.format {
            Format::Human => human(&reports, &self.version, terminal)?,
            Format::Sarif => super::terminal::json(terminal.out(), &problem::sarif(reports.iter().map(|(p, s)| (p, s))))?,
            Format::Json => super::terminal::json(terminal.out(), &merged(&reports, &self.version))?,
            Format::Github => {
                for (problems, sources) in &reports {
                    terminal.out().write_all(problem::github(problems, sources).as_bytes())?;
                }
            }
        }
        let count = |severity| reports.iter().map(|(p, _)| p.count(severity)).fold(0, usize::saturating_add);
        let warnings = count(Severity::Warning);
        unread.end_if(true)?;
        if self.fix {
            terminal.say(&format!("{fixed} fixed"));
        }
        if count(Severity::Error) > 0 {
            return Ok(End::Found);
        }
        if self.deny == Some(Deny::Warnings) && warnings > 0 {
            terminal.say(&format!("{} denied by `--deny warnings`", problem::counted(warnings, "warning")));
            return Ok(End::Found);
        }
        Ok(End::Good)
    }

    /// A book with all that is found in it, after mending it where that is asked for.
    fn checked(&self, path: &Path, fixed: &mut usize, terminal: &mut Terminal) -> Result<Checked, Failure> {
        if !self.fix {
            return book::checked(path, &self.version);
        }
        let mended = fixing::mend(path, &self.version)?;
        mended.write(terminal)?;
        *fixed = fixed.saturating_add(mended.applied.len());
        Ok(mended.checked)
    }

    /// What mending would change; that it would change something is found.
    fn differences(&self, terminal: &mut Terminal) -> Outcome {
        let mut fixed = 0usize;
        for path in &self.books {
            let mended = fixing::mend(path, &self.version)?;
            mended.show(terminal)?;
            fixed = fixed.saturating_add(mended.applied.len());
        }
        terminal.say(&format!("{fixed} would be fixed"));
        Ok(if fixed > 0 { End::Found } else { End::Good })
    }
}

/// What no book before has reported: books share the books that they use.
fn fresh(problems: Problems, sources: &Sources, seen: &mut BTreeSet<String>) -> Problems {
    let key = |p: &Problem| {
        let places: Vec<_> = p.labels.iter().map(|l| (sources.place(l.span), sources.place_of_end(l.span))).collect();
        format!("{} {} {places:?}", p.code, p.message)
    };
    let mut fresh = Problems::default();
    // Within one book nothing is left out.
    let here: BTreeSet<String> = problems.iter().map(key).collect();
    fresh.extend(problems.into_iter().filter(|p| !seen.contains(&key(p))));
    seen.extend(here);
    fresh
}

fn human(reports: &[(Problems, Sources)], version: &Version, terminal: &mut Terminal) -> Result<(), Failure> {
    let (colour, quiet) = (terminal.colour(), terminal.is_quiet());
    for (problems, sources) in reports {
        let shown = problem::render_all(problems, sources, colour);
        terminal.out().write_all(shown.as_bytes())?;
        if !shown.is_empty() {
            writeln!(terminal.out())?;
        }
        if !quiet {
            writeln!(terminal.out(), "{}{}", problem::summary(problems, sources), version.said())?;
        }
    }
    Ok(())
}

/// One report for all books.
fn merged(reports: &[(Problems, Sources)], version: &Version) -> Value {
    let mut list = Vec::new();
    for (problems, sources) in reports {
        if let Some(Value::Array(of_book)) = problem::json(problems, sources).get_mut("problems").map(Value::take) {
            list.extend(of_book);
        }
    }
    let count = |severity| reports.iter().map(|(p, _)| p.count(severity)).fold(0, usize::saturating_add);
    json!({
        "problems": list,
        "scenario": version.scenario,
        "summary": {
            "errors": count(Severity::Error),
            "warnings": count(Severity::Warning),
            "hints": count(Severity::Hint),
            "waived": reports.iter().map(|(p, _)| p.waived()).fold(0, usize::saturating_add),
        },
    })
}
