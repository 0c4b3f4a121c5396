//! A book that is checked again after an edit is found as if it were checked for the first time.

#[path = "../../benches/growth/book.rs"]
mod large;

use crate::plan::workload::Dice;
use carveout::analysis::{Checker, check};
use carveout::world::{Disk, Memory, World};
use std::path::{Path, PathBuf};

/// Changes a digit, a name or a whole line somewhere, as a person at work does; some of it breaks the book.
fn edited(text: &str, dice: &mut Dice) -> String {
    let lines: Vec<&str> = text.lines().collect();
    let at = dice.roll(lines.len() as u64) as usize;
    let digits: Vec<usize> = text.match_indices(|c: char| c.is_ascii_digit()).map(|(i, _)| i).collect();
    match dice.roll(6) {
        0 => [&lines[..at], &lines[at + 1..]].concat().join("\n") + "\n",
        1 => [&lines[..at], &["# A remark."], &lines[at..]].concat().join("\n") + "\n",
        2 => [&lines[..at], &lines[at..=at], &lines[at..]].concat().join("\n") + "\n",
        _ if digits.is_empty() => format!("\n{text}"),
        _ => {
            let digit = digits[dice.roll(digits.len() as u64) as usize];
            format!("{}{}{}", &text[..digit], dice.roll(10), &text[digit + 1..])
        }
    }
}

/// Edits a book time after time, now and then taking an edit back, and compares what is found; how often the book could be looked at.
fn holds(mut world: Memory, book: &Path, files: &[PathBuf], edits: usize, seed: u64) -> usize {
    let (checker, mut dice, mut looked_at) = (Checker::new(), Dice::new(seed), 0);
    let mut last: Option<(PathBuf, String)> = None;
    for n in 0..edits {
        let found = checker.check(&world, book, None).unwrap();
        let expected = check(&world, book, None).unwrap();
        let list = |problems: &carveout::problem::Problems| problems.iter().cloned().collect::<Vec<_>>();
        assert_eq!(list(&found.problems), list(&expected.problems), "after {n} edits, the last of {last:?}");
        let (anew, known) = checker.reckoned();
        looked_at += usize::from(known > anew);
        // A broken book says nothing of its rules, so it is soon mended.
        let broken = expected.problems.has_errors();
        if let Some((path, text)) = last.take().filter(|_| broken || dice.roll(3) == 0) {
            world.insert(path, text);
            continue;
        }
        let path = &files[dice.roll(files.len() as u64) as usize];
        let text = world.read(path).unwrap();
        world.insert(path, edited(&text, &mut dice));
        last = Some((path.clone(), text));
    }
    looked_at
}

fn read(paths: &[&str]) -> (Memory, Vec<PathBuf>) {
    let mut world = Memory::default();
    let mut files = Vec::new();
    for folder in paths {
        for entry in std::fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            if path.extension().is_some_and(|e| e == "tariff" || e == "csv") {
                world.insert(&path, Disk.read(&path).unwrap());
                files.push(path);
            }
        }
    }
    files.sort();
    world.insert("policies/nomenclature/hs2022.csv", Disk.read(Path::new("policies/nomenclature/hs2022.csv")).unwrap());
    (world, files)
}

#[test]
fn a_real_book_is_found_the_same_again() {
    let (world, mut files) = read(&["policies/china", "policies/china/lists"]);
    files.retain(|f| !f.ends_with("cases.csv") && !f.ends_with("portfolio-2024.csv") && !f.ends_with("shipments.csv"));
    let known = holds(world, Path::new("policies/china"), &files, 36, 0x5eed_0001);
    assert!(known > 10, "only {known} of 36 were looked at with something known");
}

/// Precedence, suspensions and reliefs of many measures at once.
#[test]
fn a_large_book_is_found_the_same_again() {
    let made = large::book(40, 600, 0);
    let world = made.iter().fold(Memory::default(), |world, (path, text)| world.with(format!("large/{path}"), text.clone()));
    let files: Vec<PathBuf> = made.iter().filter(|(path, _)| path != "nomenclature.csv").map(|(path, _)| Path::new("large").join(path)).collect();
    let known = holds(world, Path::new("large"), &files, 24, 0x5eed_0002);
    assert!(known > 6, "only {known} of 24 were looked at with something known");
}

/// What is looked at again after an edit is the measure that was edited.
#[test]
fn one_edit_concerns_one_measure() {
    let (mut world, _) = read(&["policies/china", "policies/china/lists"]);
    let (checker, book, path) = (Checker::new(), Path::new("policies/china"), Path::new("policies/china/duties-2025.tariff"));
    checker.check(&world, book, None).unwrap();
    let (all, none) = checker.reckoned();
    assert!(all == 9 && none == 0, "{all} {none}");
    let text = world.read(path).unwrap();
    world.insert(path, format!("# A remark.\n{}", text.replacen("rate 15% from 2025-03-10", "rate 14% from 2025-03-10", 1)));
    checker.check(&world, book, None).unwrap();
    assert_eq!(checker.reckoned(), (1, all - 1));
}
