//! Every book of the repository: it has no errors, its tests pass, it stands in canonical layout, and its shipments can be read.

use crate::tool::{Folder, Ran};
use std::path::{Path, PathBuf};

const ROOT: &str = env!("CARGO_MANIFEST_DIR");

/// Runs the program where the repository is, so that messages name files as a reader would.
fn run(arguments: &[&str]) -> Ran {
    crate::tool::ran(&mut crate::tool::command(Path::new(ROOT), arguments), b"")
}

fn entries(folder: &Path) -> Vec<PathBuf> {
    let Ok(entries) = std::fs::read_dir(folder) else { return Vec::new() };
    let mut paths: Vec<PathBuf> = entries.map(|e| e.unwrap().path()).collect();
    paths.sort();
    paths
}

fn is_policy(path: &Path) -> bool {
    path.extension().is_some_and(|e| e == "tariff")
}

/// The folders that hold policy files, at any depth.
fn folders(folder: &Path, found: &mut Vec<PathBuf>) {
    let inside = entries(folder);
    if inside.iter().any(|p| is_policy(p)) {
        found.push(folder.to_owned());
    }
    for path in inside.iter().filter(|p| p.is_dir()) {
        folders(path, found);
    }
}

/// Books are the folders below `policies`, and each file for itself in the folders of small cases below `tests`. What stands in
/// `grammar` is read and printed, and means nothing.
pub fn books() -> Vec<PathBuf> {
    let mut found = Vec::new();
    folders(&Path::new(ROOT).join("policies"), &mut found);
    let cases = entries(&Path::new(ROOT).join("tests")).into_iter().filter(|p| p.is_dir() && !p.ends_with("grammar")).flat_map(|p| entries(&p));
    found.extend(cases.filter(|p| is_policy(p)));
    found
}

fn name(path: &Path) -> String {
    path.strip_prefix(ROOT).unwrap().display().to_string()
}

#[test]
fn every_book_passes_its_tests() {
    let books = books();
    assert!(books.len() >= 10, "{books:?}");
    for book in books {
        let book = name(&book);
        // A book with errors is not tested but refused.
        let tested = run(&["test", &book]);
        assert_eq!(tested.status, 0, "{book}\n{}{}", tested.out, tested.err);
        // Who adds a book adds tests.
        assert!(tested.out.contains("test result: ok") && !tested.out.contains("ok. 0 passed"), "{book}\n{}", tested.out);
    }
}

#[test]
fn every_book_is_in_canonical_layout() {
    for book in books() {
        let book = name(&book);
        let laid_out = run(&["fmt", "--check", &book]);
        assert_eq!(laid_out.status, 0, "{book}\n{}{}", laid_out.out, laid_out.err);
    }
}

/// Shipments that a book cannot assess are part of many examples; a file that cannot be read is not.
#[test]
fn every_file_of_shipments_is_assessed_to_its_end() {
    for book in books().iter().filter(|b| b.join("shipments.csv").is_file()) {
        let file = book.join("shipments.csv");
        let ran = run(&["run", &name(book), &name(&file)]);
        assert!(ran.status <= 1, "{}\n{}", name(book), ran.err);
        let rows = std::fs::read_to_string(&file).unwrap().lines().filter(|l| !l.trim().is_empty()).count();
        assert_eq!(ran.out.lines().count(), rows, "{}\n{}", name(book), ran.err);
    }
}

/// A test that could not fail would be none: one figure changed, and the book says so.
#[test]
fn a_book_with_a_wrong_figure_fails() {
    let folder = Folder::new();
    let book = Path::new(ROOT).join("policies/phaseouts/korea_china");
    for file in ["korea_china.tariff", "tests.tariff"] {
        let text = std::fs::read_to_string(book.join(file)).unwrap();
        let text = text.replace("    nomenclature \"../../nomenclature/hs2022.csv\"\n", "").replace("in 10 yearly stages to 0%", "in 9 yearly stages to 0%");
        folder.write(&format!("book/{file}"), text);
    }
    let tested = folder.run("test book");
    assert_eq!(tested.status, 1, "{}{}", tested.out, tested.err);
    assert!(tested.out.contains("20-A"), "{}", tested.out);
}
