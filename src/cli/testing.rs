//! What `test` says of the tests themselves: what they exercise, and which changes they do not notice.

use super::Failure;
use super::book::Book;
use super::terminal::Terminal;
use carveout::exercise::{Coverage, Mutants};
use carveout::outcome::TrialResult;
use carveout::problem::counted;
use carveout::source::{Sources, Span};
use serde_json::{Value, json};
use std::io::Write;

type Ran = (Book, Vec<TrialResult>);

/// Adds what was asked for besides to the report.
pub fn insert(report: &mut Value, key: &str, value: Value) {
    if let Some(object) = report.as_object_mut() {
        object.insert(key.to_owned(), value);
    }
}

// ── Coverage ──

pub fn coverage(ran: &[Ran], told: &[Coverage], terminal: &mut Terminal) -> Result<(), Failure> {
    for ((book, _), coverage) in ran.iter().zip(told) {
        writeln!(terminal.out(), "\nexercised by tests, in `{}`:", book.program.name)?;
        let counts = coverage.counts();
        let width = counts.iter().map(|(.., all)| all.to_string().len()).max().unwrap_or(0);
        for (kind, tested, all) in counts {
            writeln!(terminal.out(), "  {kind:<12}{tested:>width$} of {all}")?;
        }
        list("no test exercises", coverage.missing().map(|r| (r.span, r.words.as_str())), &book.sources, terminal)?;
    }
    Ok(())
}

pub fn coverage_json(ran: &[Ran], told: &[Coverage]) -> Value {
    let of = |((book, _), coverage): (&Ran, &Coverage)| {
        let rules: Vec<Value> = coverage
            .rules
            .iter()
            .map(|r| {
                let place = book.sources.place(r.span);
                json!({"kind": r.kind, "rule": r.words, "file": place.file, "line": place.line, "exercised": r.tested})
            })
            .collect();
        json!({"policy": book.program.name, "rules": rules})
    };
    Value::Array(ran.iter().zip(told).map(of).collect())
}

// ── Changes ──

pub fn mutants(ran: &[Ran], told: &[Mutants], terminal: &mut Terminal) -> Result<(), Failure> {
    for ((book, _), mutants) in ran.iter().zip(told) {
        let left = if mutants.left_out == 0 { String::new() } else { format!(" ({} more were not)", mutants.left_out) };
        writeln!(
            terminal.out(),
            "\nchanges of `{}`: {} tried{left}, {} noticed by a test, {} without effect on what is charged, {} not noticed",
            book.program.name,
            mutants.tried,
            mutants.noticed,
            mutants.idle,
            mutants.unnoticed.len()
        )?;
        list("no test would notice", mutants.unnoticed.iter().map(|m| (m.span, m.words.as_str())), &book.sources, terminal)?;
    }
    Ok(())
}

pub fn mutants_json(ran: &[Ran], told: &[Mutants]) -> Value {
    let of = |((book, _), mutants): (&Ran, &Mutants)| {
        let unnoticed: Vec<Value> = mutants
            .unnoticed
            .iter()
            .map(|m| {
                let place = book.sources.place(m.span);
                json!({"change": m.words, "file": place.file, "line": place.line})
            })
            .collect();
        json!({
            "policy": book.program.name,
            "tried": mutants.tried,
            "left_out": mutants.left_out,
            "noticed": mutants.noticed,
            "without_effect": mutants.idle,
            "unnoticed": unnoticed,
        })
    };
    Value::Array(ran.iter().zip(told).map(of).collect())
}

/// Places and what is said of them, below each other.
fn list<'l>(title: &str, lines: impl Iterator<Item = (Span, &'l str)>, sources: &Sources, terminal: &mut Terminal) -> Result<(), Failure> {
    let lines: Vec<(String, &str)> = lines
        .map(|(span, words)| {
            let place = sources.place(span);
            (format!("{}:{}", place.file.display(), place.line), words)
        })
        .collect();
    if lines.is_empty() {
        return Ok(());
    }
    writeln!(terminal.out(), "\n{title} ({}):", counted(lines.len(), "place"))?;
    let width = lines.iter().map(|(place, _)| place.chars().count()).max().unwrap_or(0);
    for (place, words) in lines {
        writeln!(terminal.out(), "  {place:<width$}  {words}")?;
    }
    Ok(())
}
