//! The books of a test: checked, their tests run, every problem claimed.

use super::bless;
use super::claims;
use super::document::{Document, Kind, TestFile};
use carveout::analysis::check;
use carveout::facts::{Shipment, write_row};
use carveout::outcome::{Explanation, Interpreter, row, run_tests};
use carveout::plan::{Given, Plan, Runner};
use carveout::problem::{Problem, Problems, render_all};
use carveout::program::Checked;
use carveout::source::Sources;
use carveout::syntax;
use carveout::value::Instant;
use carveout::world::Memory;
use std::path::{Path, PathBuf};
use std::sync::Arc;

pub fn run(document: &Arc<Document>, section: usize, complaints: &mut Vec<String>) {
    if document.is_step_by_step() {
        return fragments(document, section, complaints);
    }
    let files = document.files(section);
    let mut world = Memory::default().on(Instant(super::TODAY));
    for file in &files {
        world.insert(&file.path, file.text());
    }
    let mut claims = claims::claims(document, section, &files);
    let mut rendered = String::new();
    let folders = book_folders(&files);
    for folder in &folders {
        let checked = match check(&world, folder, None) {
            Ok(checked) => checked,
            Err(why) => {
                complaints.push(why);
                continue;
            }
        };
        let problems = all_problems(&checked);
        // What a book says of the books it uses is claimed where those are checked themselves.
        let of_others = |p: &Problem| folders.iter().any(|f| f != folder && in_folder(p, &checked.sources, f));
        let own: Vec<&Problem> = problems.sorted().into_iter().filter(|p| !of_others(p)).collect();
        claims::compare(&own, &checked.sources, &files, &mut claims, complaints);
        let mut shown = Problems::default();
        shown.extend(own.into_iter().cloned());
        rendered.push_str(&render_all(&shown, &checked.sources, false));
        agree(&checked, complaints);
        super::witnesses::hold(&world, folder, &checked, complaints);
    }
    claims::unmet(document, &claims, complaints);
    fragments(document, section, complaints);
    for block in document.blocks(section, Kind::Problem) {
        bless::compare(document, block, tidy(&rendered), complaints);
    }
}

/// The folders that hold policies.
fn book_folders(files: &[TestFile<'_>]) -> Vec<PathBuf> {
    let policies = files.iter().filter(|f| f.is_policy());
    let mut folders: Vec<PathBuf> = policies.map(|f| f.path.parent().unwrap_or(Path::new("")).to_owned()).collect();
    folders.sort();
    folders.dedup();
    folders
}

fn in_folder(problem: &Problem, sources: &Sources, folder: &Path) -> bool {
    let file = sources.place(problem.span()).file;
    file.extension().is_some_and(|e| e == "tariff") && file.parent() == Some(folder)
}

/// What the checker finds, and the tests that fail.
fn all_problems(checked: &Checked) -> Problems {
    let mut problems = checked.problems.clone();
    if let Some(program) = checked.runnable() {
        for result in run_tests(program, &checked.sources) {
            problems.extend(result.failures.iter().map(|f| f.problem(&result.title)));
        }
    }
    problems
}

/// The plan says of every shipment of the book's tests what the interpreter says, or leaves it to the interpreter.
fn agree(checked: &Checked, complaints: &mut Vec<String>) {
    let Some(program) = checked.runnable() else { return };
    for program in std::iter::once(program).chain(program.scenarios.values()) {
        for test in &program.tests {
            let Ok(shipment) = Shipment::from_stated(program, &test.facts, None) else { continue };
            let Some(given) = Given::of(program, &shipment) else { continue };
            let interpreter = Interpreter::new(program, test.facts.known_at);
            let plan = Plan::new(&interpreter);
            let mut planned = Vec::new();
            if !Runner::new(&plan).write_row(&given, "", &mut planned) {
                continue;
            }
            let assessment = interpreter.assess(&shipment);
            let explanation = Explanation { program, sources: &checked.sources, shipment: &shipment, assessment: &assessment };
            let mut interpreted = Vec::new();
            write_row(&mut interpreted, row(&explanation, "").iter().map(String::as_str));
            let (planned, interpreted) = (String::from_utf8_lossy(&planned).into_owned(), String::from_utf8_lossy(&interpreted).trim_end().to_owned());
            if planned != interpreted {
                complaints.push(format!("test `{}`: the plan says\n{planned}\nand the interpreter\n{interpreted}", test.title));
            }
        }
    }
}

/// Fragments are only parsed.
fn fragments(document: &Document, section: usize, complaints: &mut Vec<String>) {
    for block in document.blocks(section, Kind::Fragment) {
        let mut sources = Sources::default();
        sources.add("fragment.tariff", block.text.clone());
        let mut problems = Problems::default();
        syntax::parse(&block.text, 0, &mut problems);
        if !problems.is_empty() {
            let shown = render_all(&problems, &sources, false);
            complaints.push(format!("{}:{}: a fragment that cannot be read\n{shown}", document.path.display(), block.line));
        }
    }
}

/// Without blanks at the ends of lines and empty lines at the end.
pub fn tidy(text: &str) -> String {
    let lines: Vec<&str> = text.lines().map(str::trim_end).collect();
    let mut out = lines.join("\n").trim_end().to_owned();
    if !out.is_empty() {
        out.push('\n');
    }
    out
}
