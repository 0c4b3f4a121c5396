//! `test`: runs the tests of a book.

use super::book::{self, Book, Unread, Version};
use super::progress::Progress;
use super::terminal::Terminal;
use super::{End, Failure, Outcome, testing};
use carveout::exercise::{Coverage, Mutants, coverage, mutate, suggest};
use carveout::outcome::{TrialResult, run_tests};
use carveout::problem;
use clap::{Args, ValueEnum};
use serde_json::{Value, json};
use std::collections::BTreeMap;
use std::io::Write;
use std::path::PathBuf;
use std::sync::Arc;

/// Run the tests of a book
#[derive(Args)]
pub struct Test {
    /// A folder with `.tariff` files, or one such file
    #[arg(required = true, value_name = "BOOK")]
    books: Vec<PathBuf>,
    #[arg(long, default_value = "human")]
    format: Format,
    /// Only the tests that name a scenario
    #[arg(long, value_name = "NAME")]
    scenario: Option<String>,
    /// Say which rules no test exercises, too
    #[arg(long, conflicts_with = "suggest")]
    coverage: bool,
    /// Change the law in small ways and say which changes no test notices, too; the exit status is 1 if there are any
    #[arg(long, conflicts_with = "suggest")]
    mutate: bool,
    /// At most so many changes, evenly over the book
    #[arg(long, value_name = "COUNT", default_value_t = 500, requires = "mutate")]
    most: usize,
    /// Print tests at the dates and for the rules that none exercises, to be checked against the law
    #[arg(long)]
    suggest: bool,
}

#[derive(Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Format {
    /// A line for each file, and the failures with their excerpts
    Human,
    /// One object with all tests
    Json,
    /// The XML that continuous integration reads
    Junit,
}

/// What came of the tests of one file.
struct OfFile<'r> {
    file: String,
    trials: Vec<&'r TrialResult>,
}

impl OfFile<'_> {
    fn failed(&self) -> usize {
        self.trials.iter().filter(|t| !t.failures.is_empty()).count()
    }
}

impl Test {
    pub fn run(&self, terminal: &mut Terminal) -> Outcome {
        let version = Version { scenario: self.scenario.clone() };
        if self.format == Format::Junit && (self.coverage || self.mutate || self.suggest) {
            return Err(Failure::Said("`--format junit` tells of tests alone: use `human` or `json`".to_owned()));
        }
        if self.suggest {
            return self.suggestions(&version, terminal);
        }
        let mut ran = Vec::new();
        let mut end = End::Good;
        let mut unread = Unread::default();
        for path in &self.books {
            let opened = book::testable(path, &version, terminal);
            match unread.note(opened, terminal)? {
                Some(Some(book)) => {
                    let trials = run_tests(&book.program, &book.sources);
                    ran.push((book, trials));
                }
                Some(None) | None => end = End::Found,
            }
        }
        unread.end_if(ran.is_empty())?;
        let all = || ran.iter().flat_map(|(_, trials)| trials);
        let failed = all().filter(|t| !t.failures.is_empty()).count();
        let passed = all().count().saturating_sub(failed);
        let mut json = to_json(&ran, &version, passed, failed);
        match self.format {
            Format::Human => human(&ran, &version, passed, failed, end, terminal)?,
            Format::Json => {}
            Format::Junit => terminal.out().write_all(junit(&ran).as_bytes())?,
        }
        if self.coverage {
            let told: Vec<Coverage> = ran.iter().map(|(book, _)| coverage(&book.program, &book.sources)).collect();
            match self.format {
                Format::Human => testing::coverage(&ran, &told, terminal)?,
                _ => testing::insert(&mut json, "coverage", testing::coverage_json(&ran, &told)),
            }
        }
        if self.mutate && failed == 0 && end == End::Good {
            let told = self.mutants(&mut ran, &version, terminal)?;
            match self.format {
                Format::Human => testing::mutants(&ran, &told, terminal)?,
                _ => testing::insert(&mut json, "mutants", testing::mutants_json(&ran, &told)),
            }
            if told.iter().any(|m| !m.unnoticed.is_empty()) {
                end = End::Found;
            }
        } else if self.mutate {
            terminal.error("changes can be tried only where all tests pass; mend those first");
        }
        if self.format == Format::Json {
            super::terminal::json(terminal.out(), &json)?;
        }
        unread.end_if(true)?;
        Ok(if failed > 0 { End::Found } else { end })
    }

    /// Tests to be pasted into a book once they have been checked against the law.
    fn suggestions(&self, version: &Version, terminal: &mut Terminal) -> Outcome {
        let mut all = Vec::new();
        for path in &self.books {
            let Some(book) = book::testable(path, version, terminal)? else { return Ok(End::Found) };
            all.extend(suggest(&book.program, &book.sources).into_iter().map(|s| (s.text, book.sources.place(s.span))));
        }
        if self.format == Format::Json {
            let list: Vec<Value> = all.iter().map(|(text, place)| json!({"test": text, "file": place.file, "line": place.line})).collect();
            super::terminal::json(terminal.out(), &json!({"suggestions": list}))?;
            return Ok(End::Good);
        }
        let texts: Vec<&str> = all.iter().map(|(text, _)| text.trim_end()).collect();
        if !texts.is_empty() {
            writeln!(terminal.out(), "{}", texts.join("\n\n"))?;
        }
        terminal.say(&format!("{} suggested; check each against the law before you keep it", problem::counted(all.len(), "test")));
        Ok(End::Good)
    }

    /// Each book is read twice: one copy is changed, the other stays for comparison.
    fn mutants(&self, ran: &mut [(Book, Vec<TrialResult>)], version: &Version, terminal: &mut Terminal) -> Result<Vec<Mutants>, Failure> {
        let mut told = Vec::new();
        for ((book, _), path) in ran.iter_mut().zip(&self.books) {
            let Some(original) = book::testable(path, version, terminal)? else { continue };
            let Some(program) = Arc::get_mut(&mut book.program) else { continue };
            let mut progress = Progress::new(terminal, false);
            told.push(mutate(program, &original.program, &book.sources, self.most, &mut |done, all| progress.part(done, all, "changes tried")));
            progress.end();
        }
        Ok(told)
    }
}

/// The tests by the files that hold them, in order of declaration.
fn by_file<'r>(book: &Book, trials: &'r [TrialResult]) -> Vec<OfFile<'r>> {
    let mut places: BTreeMap<String, usize> = BTreeMap::new();
    let mut files: Vec<OfFile<'r>> = Vec::new();
    for trial in trials {
        let file = book.sources.place(trial.span).file.display().to_string();
        let at = *places.entry(file.clone()).or_insert(files.len());
        match files.get_mut(at) {
            Some(known) => known.trials.push(trial),
            None => files.push(OfFile { file, trials: vec![trial] }),
        }
    }
    files
}

fn human(ran: &[(Book, Vec<TrialResult>)], version: &Version, passed: usize, failed: usize, end: End, terminal: &mut Terminal) -> Result<(), Failure> {
    let colour = terminal.colour();
    let (red, green, off) = if colour { ("\u{1b}[31m", "\u{1b}[32m", "\u{1b}[0m") } else { ("", "", "") };
    let quiet = terminal.is_quiet();
    for (book, trials) in ran {
        for file in by_file(book, trials) {
            let failed = file.failed();
            let passed = file.trials.len().saturating_sub(failed);
            if !quiet || failed > 0 {
                let word = if failed == 0 { format!("{green}ok{off}") } else { format!("{red}FAILED{off}") };
                writeln!(terminal.out(), "{} … {word}: {passed} passed, {failed} failed", file.file)?;
            }
        }
    }
    for (book, trials) in ran {
        for trial in trials {
            for failure in &trial.failures {
                writeln!(terminal.out(), "\n{}", problem::render(&failure.problem(&trial.title), &book.sources, colour).trim_end_matches('\n'))?;
            }
        }
    }
    let word = if failed == 0 && end == End::Good { format!("{green}ok{off}") } else { format!("{red}FAILED{off}") };
    let gap = if failed > 0 { "\n" } else { "" };
    writeln!(terminal.out(), "{gap}test result: {word}. {passed} passed, {failed} failed{}", version.said())?;
    Ok(())
}

fn to_json(ran: &[(Book, Vec<TrialResult>)], version: &Version, passed: usize, failed: usize) -> Value {
    let mut tests = Vec::new();
    for (book, trials) in ran {
        for trial in trials {
            let place = book.sources.place(trial.span);
            let failures: Vec<Value> = trial
                .failures
                .iter()
                .map(|f| {
                    let place = book.sources.place(f.span);
                    json!({"expected": f.expected, "found": f.found, "why": f.why, "file": place.file, "line": place.line, "column": place.column})
                })
                .collect();
            tests.push(json!({
                "title": trial.title,
                "file": place.file,
                "line": place.line,
                "passed": failures.is_empty(),
                "failures": failures,
            }));
        }
    }
    json!({"tests": tests, "scenario": version.scenario, "summary": {"passed": passed, "failed": failed}})
}

/// Without times, so that the same book gives the same bytes.
fn junit(ran: &[(Book, Vec<TrialResult>)]) -> String {
    let mut out = String::from("<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<testsuites name=\"carveout\">\n");
    for (book, trials) in ran {
        for file in by_file(book, trials) {
            let name = xml(&file.file);
            out.push_str(&format!("  <testsuite name=\"{name}\" tests=\"{}\" failures=\"{}\" errors=\"0\">\n", file.trials.len(), file.failed()));
            for trial in &file.trials {
                let line = book.sources.place(trial.span).line;
                let head = format!("    <testcase name=\"{}\" classname=\"{}\" file=\"{name}\" line=\"{line}\"", xml(&trial.title), xml(&book.program.name));
                if trial.failures.is_empty() {
                    out.push_str(&format!("{head}/>\n"));
                    continue;
                }
                out.push_str(&format!("{head}>\n"));
                for failure in &trial.failures {
                    let place = book.sources.place(failure.span);
                    let message = xml(&format!("expected {}, found {}", failure.expected, failure.found));
                    let text = xml(&format!("{}:{}: {}", place.file.display(), place.line, failure.why));
                    out.push_str(&format!("      <failure message=\"{message}\" type=\"T610\">{text}</failure>\n"));
                }
                out.push_str("    </testcase>\n");
            }
            out.push_str("  </testsuite>\n");
        }
    }
    out.push_str("</testsuites>\n");
    out
}

/// Text of XML: markup escaped, and without the characters that XML cannot hold.
fn xml(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '"' => out.push_str("&quot;"),
            '\n' => out.push_str("&#10;"),
            '\t' => out.push(c),
            c if c.is_control() || matches!(c, '\u{fffe}' | '\u{ffff}') => out.push('\u{fffd}'),
            c => out.push(c),
        }
    }
    out
}
