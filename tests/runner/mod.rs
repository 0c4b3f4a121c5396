//! From documents to trials. `document` reads them, `book` checks what their policies say, `session` and `repl` replay what they show.

mod bless;
mod book;
mod claims;
mod document;
mod repl;
mod session;
mod whole;
mod witnesses;

use document::Document;
use libtest_mimic::{Arguments, Failed, Trial};
use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::sync::Arc;

/// The folder of the repository.
pub fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

/// The day on which all documents are read, 2025-09-01 in seconds, for waivers that have a date.
pub const TODAY: i64 = 1_756_684_800;

pub fn main() -> ExitCode {
    let arguments = Arguments::from_args();
    let documents: Vec<Arc<Document>> = document_paths().into_iter().map(|p| Arc::new(Document::read(&p))).collect();
    let mut trials: Vec<Trial> = documents.iter().flat_map(trials_of).collect();
    trials.extend(whole::trials(&documents));
    let conclusion = libtest_mimic::run(&arguments, trials);
    bless::write(&documents);
    conclusion.exit_code()
}

/// The documents, relative to the repository, in order.
fn document_paths() -> Vec<PathBuf> {
    let mut paths = Vec::new();
    for folder in ["tests/spec", "tests/problems", "docs", "docs/orders"] {
        paths.extend(markdown_in(Path::new(folder)));
    }
    let policies = sorted_entries(Path::new("policies"));
    paths.extend(policies.into_iter().map(|p| p.join("README.md")));
    paths.push(PathBuf::from("README.md"));
    paths.retain(|p| root().join(p).is_file());
    paths
}

fn markdown_in(folder: &Path) -> Vec<PathBuf> {
    let is_markdown = |p: &PathBuf| p.extension().is_some_and(|e| e == "md");
    sorted_entries(folder).into_iter().filter(is_markdown).collect()
}

fn sorted_entries(folder: &Path) -> Vec<PathBuf> {
    let Ok(entries) = std::fs::read_dir(root().join(folder)) else { return Vec::new() };
    let mut paths: Vec<PathBuf> = entries.flatten().map(|e| folder.join(e.file_name())).collect();
    paths.sort();
    paths
}

fn trials_of(document: &Arc<Document>) -> Vec<Trial> {
    let runnable = (0..document.sections.len()).filter(|s| document.is_test(*s));
    runnable
        .map(|section| {
            let document = Arc::clone(document);
            Trial::test(document.name(section), move || run(&document, section))
        })
        .collect()
}

fn run(document: &Arc<Document>, section: usize) -> Result<(), Failed> {
    let mut complaints = Vec::new();
    book::run(document, section, &mut complaints);
    session::run(document, section, &mut complaints);
    repl::run(document, section, &mut complaints);
    said(complaints)
}

/// A trial's result: everything that is wrong with it.
pub fn said(complaints: Vec<String>) -> Result<(), Failed> {
    if complaints.is_empty() { Ok(()) } else { Err(complaints.join("\n\n").into()) }
}
