//! Expected blocks: compared, and with `BLESS=1` rewritten, each file once at the end, since its tests run in parallel.

use super::document::{Block, Document};
use std::collections::BTreeMap;
use std::ops::Range;
use std::path::PathBuf;
use std::sync::{Arc, Mutex, PoisonError};

/// Texts to be written, by file and place.
static BLESSED: Mutex<BTreeMap<PathBuf, Vec<(Range<usize>, String)>>> = Mutex::new(BTreeMap::new());

pub fn is_on() -> bool {
    std::env::var_os("BLESS").is_some_and(|v| v == "1")
}

/// Compares a block with what it should say, or takes it as the new text. A line `…` in the block stands for any lines.
pub fn compare(document: &Document, block: &Block, found: String, complaints: &mut Vec<String>) {
    if matches(&block.text, &found) {
        return;
    }
    if is_on() {
        replace(document, block, found);
        return;
    }
    complaints.push(format!("{}:{}: expected\n{}\nfound\n{}", document.path.display(), block.line, block.text.trim_end(), found.trim_end()));
}

pub fn replace(document: &Document, block: &Block, text: String) {
    let mut blessed = BLESSED.lock().unwrap_or_else(PoisonError::into_inner);
    blessed.entry(document.path.clone()).or_default().push((block.range.clone(), text));
}

/// Whether a text is as expected, blanks at the ends of lines and empty lines at the end aside.
pub fn matches(expected: &str, found: &str) -> bool {
    let lines = |text: &str| text.trim_end().lines().map(|l| l.trim_end().to_owned()).collect::<Vec<_>>();
    lines_match(&lines(expected), &lines(found))
}

fn lines_match(expected: &[String], found: &[String]) -> bool {
    match expected {
        [] => found.is_empty(),
        [any, rest @ ..] if any == "…" => (0..=found.len()).any(|n| lines_match(rest, &found[n..])),
        [line, rest @ ..] => found.split_first().is_some_and(|(first, others)| first == line && lines_match(rest, others)),
    }
}

/// Writes what was taken as new.
pub fn write(documents: &[Arc<Document>]) {
    let blessed = std::mem::take(&mut *BLESSED.lock().unwrap_or_else(PoisonError::into_inner));
    for (path, mut changes) in blessed {
        let Some(document) = documents.iter().find(|d| d.path == path) else { continue };
        let mut text = document.text.clone();
        changes.sort_by_key(|(range, _)| range.start);
        for (range, new) in changes.into_iter().rev() {
            text.replace_range(range, &new);
        }
        std::fs::write(super::root().join(&path), text).expect("a document can be written");
        println!("rewritten: {}", path.display());
    }
}
