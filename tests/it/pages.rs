//! The pages at the root say what is true: dependencies, commands, links, and which part of the program a library belongs to.

use crate::tool::Folder;
use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

fn page(name: &str) -> String {
    std::fs::read_to_string(root().join(name)).unwrap_or_else(|e| panic!("{name}: {e}"))
}

/// The files of the repository, by path, without what is built or hidden.
fn files(folder: &Path, found: &mut Vec<PathBuf>) {
    let mut entries: Vec<PathBuf> = std::fs::read_dir(root().join(folder)).unwrap().map(|e| folder.join(e.unwrap().file_name())).collect();
    entries.sort();
    for path in entries {
        let name = path.file_name().unwrap().to_string_lossy().into_owned();
        let skipped = path == Path::new("target") || path == Path::new("Cargo.lock") || (name.starts_with('.') && name != ".ci");
        match root().join(&path).is_dir() {
            _ if skipped => {}
            true => files(&path, found),
            false => found.push(path),
        }
    }
}

fn all_files() -> Vec<PathBuf> {
    let mut found = Vec::new();
    files(Path::new(""), &mut found);
    found
}

fn with_extension(extension: &str) -> Vec<PathBuf> {
    all_files().into_iter().filter(|p| p.extension().is_some_and(|e| e == extension)).collect()
}

/// The names in back-ticks that begin the rows of a page's tables.
fn first_cells(page: &str) -> BTreeSet<&str> {
    page.lines().filter_map(|l| l.strip_prefix("| `")).filter_map(|l| l.split_once('`')).map(|(name, _)| name).collect()
}

/// The names that a section of `Cargo.toml` gives a version to.
fn dependencies() -> BTreeSet<String> {
    let manifest = page("Cargo.toml");
    let mut within = false;
    let mut names = BTreeSet::new();
    for line in manifest.lines() {
        if let Some(section) = line.strip_prefix('[') {
            within = section.ends_with("dependencies]");
        } else if let (true, Some((name, _))) = (within, line.split_once(" = ")) {
            names.insert(name.to_owned());
        }
    }
    names
}

#[test]
fn every_dependency_says_what_it_saves() {
    let architecture = page("ARCHITECTURE.md");
    let (_, tables) = architecture.split_once("\n## Dependencies\n").unwrap();
    let (tables, _) = tables.split_once("\n## ").unwrap();
    let told: BTreeSet<String> = first_cells(tables).into_iter().map(str::to_owned).collect();
    assert!(told.len() > 20);
    assert_eq!(dependencies(), told, "Cargo.toml on the left, the tables of ARCHITECTURE.md on the right");
}

#[test]
fn the_places_that_the_architecture_names_are_there() {
    let architecture = page("ARCHITECTURE.md");
    let (_, table) = architecture.split_once("\n## Where things live\n").unwrap();
    let (table, _) = table.split_once("\n## ").unwrap();
    let mut places = 0;
    for cell in table.lines().filter(|l| l.starts_with("| `")).filter_map(|l| l.split(" | ").next()) {
        for place in cell.split('`').skip(1).step_by(2) {
            assert!(root().join(place).exists(), "ARCHITECTURE.md names `{place}`, which is not there");
            places += 1;
        }
    }
    assert!(places > 15);
    // And the other way: no part of the library goes unnamed.
    for part in std::fs::read_dir(root().join("src")).unwrap().map(|e| e.unwrap().file_name().into_string().unwrap()) {
        assert!(table.contains(&format!("`src/{part}")), "ARCHITECTURE.md does not name src/{part}");
    }
}

#[test]
fn the_readme_lists_the_commands_of_the_program() {
    let help = Folder::new().run("help");
    let (_, listed) = help.good().split_once("Commands:\n").map(|(a, b)| (a.to_owned(), b.to_owned())).unwrap();
    let commands: BTreeSet<&str> =
        listed.lines().map_while(|l| l.strip_prefix("  ")).filter_map(|l| l.split_whitespace().next()).filter(|c| *c != "help").collect();
    assert!(commands.contains("check"));
    let readme = page("README.md");
    let (_, table) = readme.split_once("\n## Commands\n").unwrap();
    let (table, _) = table.split_once("\n## ").unwrap();
    let told: BTreeSet<&str> = first_cells(table).into_iter().filter_map(|c| c.split_whitespace().next()).collect();
    assert_eq!(commands, told, "the program on the left, the table of README.md on the right");
}

#[test]
fn every_link_leads_somewhere() {
    let mut links = 0;
    for path in with_extension("md") {
        let text = page(&path.display().to_string());
        for target in text.split("](").skip(1).filter_map(|t| t.split_once(')')).map(|(t, _)| t) {
            if target.contains("://") || target.starts_with('#') || target.contains(char::is_whitespace) {
                continue;
            }
            let file = target.split_once('#').map_or(target, |(f, _)| f);
            let from = root().join(&path);
            assert!(from.parent().unwrap().join(file).exists(), "{}: `{target}` leads nowhere", path.display());
            links += 1;
        }
    }
    assert!(links > 20);
}

/// Whoever looks a word up finds it on the one page.
#[test]
fn the_reference_has_every_word_and_every_chapter() {
    let reference = page("docs/reference.md");
    let words: BTreeSet<&str> = reference.split(|c: char| !c.is_ascii_alphanumeric() && c != '_').collect();
    let missing: Vec<String> = carveout::syntax::keywords().into_iter().filter(|k| !words.contains(k.as_str())).collect();
    assert!(missing.is_empty(), "docs/reference.md lacks {missing:?}");
    for chapter in with_extension("md").into_iter().filter(|p| p.starts_with("tests/spec")) {
        let link = format!("](../{})", chapter.display());
        assert!(reference.contains(&link), "docs/reference.md does not lead to {}", chapter.display());
    }
}

/// Published cases are held by a test under their own number, in the file that the page names.
#[test]
fn every_worked_case_stands_in_its_test() {
    let cases = page("docs/worked-cases.md");
    let rows: Vec<Vec<&str>> = cases.lines().map(|l| l.split(" | ").map(|c| c.trim_matches(['|', ' '])).collect()).collect();
    let is_case = |name: &str| name.contains('-') && name.starts_with(|c: char| c.is_ascii_uppercase());
    let mut seen = BTreeSet::new();
    for row in &rows {
        let [case, _, test] = row.as_slice() else { continue };
        if !is_case(case) {
            continue;
        }
        let (_, link) = test.split_once("](../").unwrap();
        let file = page(link.trim_end_matches(')'));
        assert!(file.contains(case), "{link} does not hold {case}");
        assert!(seen.insert(*case), "{case} stands there twice");
    }
    assert_eq!(seen.len(), 61);
}

/// What a library is for stays in one part of the program, so that it can be exchanged there.
#[test]
fn every_library_stays_in_its_part() {
    let homes = [
        ("pest::", "src/syntax/"),
        ("pest_derive::", "src/syntax/"),
        ("miette::", "src/problem/"),
        ("clap::", "src/cli/"),
        ("clap_complete::", "src/cli/"),
        ("clap_mangen::", "src/cli/"),
        ("rustyline::", "src/cli/"),
        ("similar::", "src/cli/"),
        ("rusqlite::", "src/facts/"),
        ("celes::", "src/value/"),
        ("iso_currency::", "src/value/"),
    ];
    let sources: Vec<PathBuf> = with_extension("rs").into_iter().filter(|p| p.starts_with("src")).collect();
    for (library, home) in homes {
        let users: Vec<&PathBuf> = sources.iter().filter(|p| uses(&page(&p.display().to_string()), library)).collect();
        assert!(!users.is_empty(), "nothing uses {library}");
        let strays: Vec<&&PathBuf> = users.iter().filter(|p| !p.starts_with(home)).collect();
        assert!(strays.is_empty(), "{library} belongs to {home}, and is used in {strays:?}");
    }
}

fn uses(text: &str, path: &str) -> bool {
    text.match_indices(path).any(|(at, _)| !text[..at].ends_with(|c: char| c.is_alphanumeric() || c == '_' || c == ':'))
}

/// Files, the clock and the environment have few doors.
#[test]
fn only_the_edges_touch_the_outside() {
    let doors = [Path::new("src/world.rs"), Path::new("src/world"), Path::new("src/facts"), Path::new("src/cli"), Path::new("src/main.rs")];
    for path in with_extension("rs").into_iter().filter(|p| p.starts_with("src") && !doors.iter().any(|d| p.starts_with(d))) {
        let text = page(&path.display().to_string());
        let code = text.split("#[cfg(test)]").next().unwrap();
        for outside in ["std::fs", "std::env", "std::net", "std::process", "SystemTime", "Timestamp::now", "println!"] {
            assert!(!code.contains(outside), "{} uses {outside}", path.display());
        }
    }
}

/// The project speaks of itself alone, and runs anywhere.
#[test]
fn nothing_speaks_of_one_machine_or_of_how_it_was_made() {
    let anywhere = ["/wo|rk/", "/ro|ot/", "/ho|me/", "/tm|p/"];
    let pages = ["issue |#", "hel|pers", "this ses|sion", "our ses|sion", " age|nts ", " assis|tant", "langu|age model"];
    let plain = |words: &[&str]| words.iter().map(|w| w.replace('|', "")).collect::<Vec<_>>();
    let (anywhere, pages) = (plain(&anywhere), plain(&pages));
    for path in all_files() {
        let Ok(text) = std::fs::read_to_string(root().join(&path)) else { continue };
        let text = text.to_lowercase();
        let is_page = path.extension().is_none_or(|e| e == "md" || e == "toml");
        for word in anywhere.iter().chain(pages.iter().filter(|_| is_page)) {
            let at = text.find(word).map(|at| text[..at].matches('\n').count() + 1);
            assert!(at.is_none(), "{}:{} says `{word}`", path.display(), at.unwrap_or(0));
        }
    }
}

/// A continuous check that runs other tests than the ones people are told to run would be worth nothing.
#[test]
fn the_continuous_check_runs_the_tests_of_the_readme() {
    let readme = page("README.md");
    let (_, block) = readme.split_once("```sh\n").unwrap();
    let (block, _) = block.split_once("```").unwrap();
    let tests = block.lines().last().unwrap();
    assert!(tests.starts_with("cargo test"), "{tests}");
    assert!(page(".ci/run").lines().any(|l| l == tests), ".ci/run does not run `{tests}`");
}
