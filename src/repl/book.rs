//! The book of a session: as its files say it, and with the items that were added.

use super::items;
use crate::problem::{Problem, Severity, counted};
use crate::program::{Checked, Program, check_sources};
use crate::world::World;
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::sync::Arc;

/// How many errors are named when a book is opened.
const ERRORS_SHOWN: usize = 5;

/// A book, opened.
#[derive(Clone, Debug)]
pub struct Book {
    pub path: PathBuf,
    /// As its files say it.
    pub files: Arc<Checked>,
    /// With the items that were added; the same as `files` where none were.
    pub now: Arc<Checked>,
    pub added: Vec<String>,
}

impl Book {
    /// Opens the book at a path: a folder, or a single file.
    pub fn open(world: &dyn World, path: &Path) -> Result<Book, String> {
        let shown = path.display();
        let what = "a book is a folder with `.tariff` files, or one such file";
        if world.books(path).is_none() {
            world.read(path).map_err(|why| format!("`{shown}` cannot be opened: {why}; {what}"))?;
            if path.extension().is_none_or(|e| e != "tariff") {
                return Err(format!("`{shown}` is no book: {what}"));
            }
        }
        let files = Arc::new(check_sources(world, path, &[])?);
        Ok(Book { path: path.to_owned(), now: files.clone(), files, added: Vec::new() })
    }

    /// The same files with other items added.
    pub fn with(&self, world: &dyn World, added: Vec<String>) -> Result<Book, String> {
        let now = if added.is_empty() { self.files.clone() } else { Arc::new(check_sources(world, &self.path, &added)?) };
        Ok(Book { path: self.path.clone(), files: self.files.clone(), now, added })
    }

    /// The files as they now are, with the same items added.
    pub fn reread(&self, world: &dyn World) -> Result<Book, String> {
        Book::open(world, &self.path)?.with(world, self.added.clone())
    }

    /// Whether some text that the book was read from is no longer the same, or a file of its folder is new or gone.
    pub fn has_changed(&self, world: &dyn World) -> bool {
        let files = self.files.sources.files();
        let own = world.books(&self.path).unwrap_or_default();
        own.iter().any(|p| self.files.sources.find(p).is_none()) || files.iter().any(|f| world.read(&f.path).as_ref() != Ok(&f.text))
    }

    /// The program, if nothing forbids running it.
    pub fn runnable(&self) -> Option<&Arc<Program>> {
        self.now.runnable()
    }

    /// The program as far as it was understood, so that names can be looked up.
    pub fn program(&self) -> Option<&Arc<Program>> {
        self.now.program.as_ref()
    }

    /// The name of its policy, or of its path where it has none that can be read.
    pub fn name(&self) -> String {
        let named = self.program().map(|p| p.name.clone()).filter(|n| !n.is_empty());
        named.unwrap_or_else(|| self.path.file_stem().map_or_else(|| self.path.display().to_string(), |n| n.to_string_lossy().into_owned()))
    }

    /// What the book is and holds, in two lines.
    pub fn about(&self) -> String {
        let mut out = String::new();
        if let Some(program) = self.program() {
            out.push_str(&format!("{}: {}\n", program.name, program.title));
            let parts = [
                (program.measures.len(), "measure"),
                (program.exemptions.len(), "exemption"),
                (program.suspensions.len(), "suspension"),
                (program.instruments.len(), "instrument"),
                (program.tests.len(), "test"),
            ];
            let parts: Vec<String> = parts.into_iter().filter(|(n, _)| *n > 0).map(|(n, word)| counted(n, word)).collect();
            if !parts.is_empty() {
                out.push_str(&format!("{}\n", parts.join(", ")));
            }
        }
        out
    }

    /// What was found, where something was: the first errors in a line each, since they stand in the way, and the counts.
    pub fn findings(&self) -> String {
        let problems = &self.now.problems;
        let mut out = String::new();
        for problem in problems.sorted().into_iter().filter(|p| p.severity == Severity::Error && p.waived.is_none()).take(ERRORS_SHOWN) {
            let place = self.now.sources.place(problem.span());
            out.push_str(&format!("error: [{}] {} ({}:{})\n", problem.code, problem.message, place.file.display(), place.line));
        }
        let counts: Vec<String> = [Severity::Error, Severity::Warning, Severity::Hint]
            .into_iter()
            .map(|s| (problems.count(s), s))
            .filter(|(n, _)| *n > 0)
            .map(|(n, s)| counted(n, s.word()))
            .collect();
        if !counts.is_empty() {
            out.push_str(&format!("{}: `:check` shows them\n", counts.join(", ")));
        }
        out
    }

    /// Why the book cannot be run.
    pub fn broken(&self) -> String {
        let errors = counted(self.now.problems.count(Severity::Error), "error");
        if self.now.problems.has_errors() {
            format!("the book has {errors} and cannot be run: `:check` shows them, and `:reload` reads the files again")
        } else {
            "the book says no policy and cannot be run".to_owned()
        }
    }

    /// How each added item is called, in the order of their adding.
    pub fn added_names(&self) -> Vec<String> {
        self.added.iter().map(|t| items::only(t).map_or_else(|| "an item".to_owned(), |i| items::called(&i.kind))).collect()
    }
}

/// What the later check finds that the earlier did not; found is told by what is said, since places may have moved.
pub fn fresh<'p>(before: &Checked, after: &'p Checked) -> Vec<&'p Problem> {
    let mut known: BTreeMap<(&str, &str), usize> = BTreeMap::new();
    for problem in before.problems.iter().filter(|p| p.waived.is_none()) {
        let count = known.entry((problem.code, &problem.message)).or_default();
        *count = count.saturating_add(1);
    }
    let mut fresh = Vec::new();
    for problem in after.problems.sorted().into_iter().filter(|p| p.waived.is_none()) {
        match known.get_mut(&(problem.code, problem.message.as_str())) {
            Some(count) if *count > 0 => *count = count.saturating_sub(1),
            _ => fresh.push(problem),
        }
    }
    fresh
}
