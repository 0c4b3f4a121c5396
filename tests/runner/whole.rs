//! What must hold of all documents together: every code has its page, every word of the language its example.

use super::document::Document;
use super::{bless, claims, said};
use carveout::problem::page;
use carveout::syntax::{format, keywords};
use libtest_mimic::Trial;
use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};
use std::sync::Arc;

pub fn trials(documents: &[Arc<Document>]) -> Vec<Trial> {
    let all: Arc<Vec<Arc<Document>>> = Arc::new(documents.to_vec());
    let trial = |name: &str, run: fn(&[Arc<Document>]) -> Vec<String>| {
        let all = Arc::clone(&all);
        Trial::test(name, move || said(run(&all)))
    };
    vec![
        trial("every problem has its page and every page its problem", codes),
        trial("every page shows the problem and how it is mended", pages),
        trial("every policy is in canonical layout", layout),
        trial("every word of the language stands in the manual", words),
    ]
}

/// The pages by their codes.
fn page_documents(documents: &[Arc<Document>]) -> BTreeMap<String, &Document> {
    let pages = documents.iter().filter(|d| d.path.starts_with("tests/problems"));
    pages.map(|d| (d.path.file_stem().unwrap_or_default().to_string_lossy().into_owned(), &**d)).collect()
}

fn codes(documents: &[Arc<Document>]) -> Vec<String> {
    let mut complaints = Vec::new();
    let raised = raised();
    let pages = page_documents(documents);
    for code in raised.keys().filter(|c| !pages.contains_key(*c)) {
        complaints.push(format!("{code} is raised in {} and has no page in tests/problems", raised[code].display()));
    }
    for (code, document) in &pages {
        if !raised.contains_key(code) {
            complaints.push(format!("{} explains a code that nothing raises", document.path.display()));
        }
        if page(code) != Some(document.text.as_str()) {
            complaints.push(format!("`explain {code}` does not show {}: add it to src/problem/pages.rs", document.path.display()));
        }
        if !document.text.starts_with(&format!("# {code}: ")) {
            complaints.push(format!("{} does not begin with `# {code}: ` and a title", document.path.display()));
        }
    }
    complaints
}

fn pages(documents: &[Arc<Document>]) -> Vec<String> {
    let mut complaints = Vec::new();
    for (code, document) in page_documents(documents) {
        let claimed = |s: usize| claims::claims(document, s, &document.files(s)).iter().any(|c| c.code() == code);
        let has_book = |s: usize| !document.files(s).is_empty();
        let tests = || (0..document.sections.len()).filter(|s| document.is_test(*s) && has_book(*s));
        if !tests().any(claimed) {
            complaints.push(format!("{} has no example that shows the problem", document.path.display()));
        }
        if !tests().any(|s| !claimed(s)) {
            complaints.push(format!("{} has no example in which it is mended", document.path.display()));
        }
    }
    complaints
}

/// The formatter changes nothing; what cannot be read it leaves alone.
fn layout(documents: &[Arc<Document>]) -> Vec<String> {
    let mut complaints = Vec::new();
    for document in documents {
        for block in document.sections.iter().flat_map(|s| &s.blocks).filter(|b| b.is_policy()) {
            bless::compare(document, block, format(&block.text).text, &mut complaints);
        }
    }
    complaints
}

fn words(documents: &[Arc<Document>]) -> Vec<String> {
    let manual = documents.iter().filter(|d| d.path.starts_with("tests/spec"));
    let mut seen: BTreeSet<String> = BTreeSet::new();
    for block in manual.flat_map(|d| &d.sections).flat_map(|s| &s.blocks) {
        if block.is_policy() {
            let bare = without_texts(&block.text);
            seen.extend(bare.split(|c: char| !c.is_ascii_alphanumeric() && c != '_').map(str::to_owned));
        }
    }
    keywords().into_iter().filter(|k| !seen.contains(k)).map(|k| format!("no example in tests/spec uses the word `{k}`")).collect()
}

/// A policy without its comments and quoted texts.
fn without_texts(text: &str) -> String {
    let mut out = String::new();
    for line in text.lines() {
        let mut quoted = false;
        for c in line.chars() {
            match c {
                '"' => quoted = !quoted,
                '#' if !quoted => break,
                c if !quoted => out.push(c),
                _ => {}
            }
        }
        out.push('\n');
    }
    out
}

/// Every code that stands as a text in the source, with a file that raises it.
fn raised() -> BTreeMap<String, PathBuf> {
    let mut found = BTreeMap::new();
    for path in sources(&super::root().join("src")) {
        if path.ends_with("problem/pages.rs") {
            continue;
        }
        let text = std::fs::read_to_string(&path).expect("a source file is readable");
        for piece in text.split('"') {
            let is_code = piece.len() == 4 && piece.starts_with('T') && piece[1..].bytes().all(|b| b.is_ascii_digit());
            if is_code {
                found.entry(piece.to_owned()).or_insert_with(|| path.strip_prefix(super::root()).unwrap_or(&path).to_owned());
            }
        }
    }
    found
}

fn sources(folder: &Path) -> Vec<PathBuf> {
    let mut paths = Vec::new();
    for entry in std::fs::read_dir(folder).expect("a source folder is readable").flatten() {
        let path = entry.path();
        if path.is_dir() {
            paths.extend(sources(&path));
        } else if path.extension().is_some_and(|e| e == "rs") {
            paths.push(path);
        }
    }
    paths.sort();
    paths
}
