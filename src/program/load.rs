//! Finds the texts of a book and of the books it uses.

use crate::problem::{Problem, Problems, codes, naming};
use crate::side_by_side::side_by_side;
use crate::source::{SourceFile, Sources, Span};
use crate::syntax::{self, Item, ItemKind, Syntax};
use crate::world::{World, normal};
use std::path::{Path, PathBuf};

/// The texts of one book.
#[derive(Clone, Debug, Default)]
pub struct BookTexts {
    /// The folder that the paths in the book are relative to.
    pub folder: PathBuf,
    pub files: Vec<Syntax>,
    pub uses: Vec<(Item, BookTexts)>,
}

impl BookTexts {
    /// All items, in order of declaration: files by name, then place.
    pub fn items(&self) -> impl Iterator<Item = &Item> {
        self.files.iter().flat_map(|f| f.items.iter())
    }
}

/// Why there is no book at a path.
pub fn load(world: &dyn World, path: &Path, sources: &mut Sources, problems: &mut Problems) -> Result<BookTexts, String> {
    read(world, &normal(path), sources, problems, &mut Vec::new())
}

fn read(world: &dyn World, path: &Path, sources: &mut Sources, problems: &mut Problems, above: &mut Vec<PathBuf>) -> Result<BookTexts, String> {
    let (folder, paths) = match world.books(path) {
        Some(paths) if paths.is_empty() => return Err(format!("`{}` holds no `.tariff` file", path.display())),
        Some(paths) => (path.to_owned(), paths),
        None => (path.parent().unwrap_or(Path::new("")).to_owned(), vec![path.to_owned()]),
    };
    let mut book = BookTexts { folder, files: Vec::new(), uses: Vec::new() };
    let mut indices = Vec::new();
    for file in paths {
        let text = world.read(&file).map_err(|why| format!("`{}` cannot be read: {why}", file.display()))?;
        indices.push(sources.add(&file, text));
    }
    let files: Vec<&SourceFile> = indices.into_iter().filter_map(|index| sources.get(index)).collect();
    for (syntax, found) in parsed(&files) {
        book.files.push(syntax);
        problems.extend(found);
    }
    above.push(path.to_owned());
    let uses: Vec<(Item, String, Span)> = book
        .items()
        .filter_map(|i| match &i.kind {
            ItemKind::Use(u) => Some((i.clone(), u.path.text.clone(), u.path.span)),
            _ => None,
        })
        .collect();
    for (item, used, span) in uses {
        let used_path = normal(&book.folder.join(&used));
        if above.contains(&used_path) {
            let names: Vec<String> = above.iter().chain([&used_path]).map(|p| format!("`{}`", shown(p))).collect();
            problems.add(naming::cycle("books use each other", &names, span));
            continue;
        }
        match read(world, &used_path, sources, problems, above) {
            Ok(texts) => book.uses.push((item, texts)),
            Err(_) => problems.add(codes::unreadable_file(&used, "there is no book there", span)),
        }
    }
    above.pop();
    Ok(book)
}

/// Less text than this is read sooner than a thread begins.
const MUCH_TEXT: usize = 1 << 15;

/// Reads files, several at once where there is much to read. What is found comes in their order, whoever was done first.
fn parsed(files: &[&SourceFile]) -> Vec<(Syntax, Problems)> {
    let parse = |file: &SourceFile| {
        let mut problems = Problems::default();
        (syntax::parse(&file.text, file.start, &mut problems), problems)
    };
    if files.iter().fold(0usize, |sum, f| sum.saturating_add(f.text.len())) < MUCH_TEXT {
        return files.iter().map(|f| parse(f)).collect();
    }
    let mut largest_first: Vec<(usize, &SourceFile)> = files.iter().copied().enumerate().collect();
    largest_first.sort_by_key(|(_, f)| std::cmp::Reverse(f.text.len()));
    let mut read = side_by_side(&largest_first, &|(at, file)| (*at, parse(file)));
    read.sort_by_key(|(at, _)| *at);
    read.into_iter().map(|(_, parsed)| parsed).collect()
}

/// A path as it is shown; the folder in which everything is looked up has no name of its own.
fn shown(path: &Path) -> String {
    if path.as_os_str().is_empty() { ".".to_owned() } else { path.display().to_string() }
}

/// The names that an item would have declared if it could be read: its own, and those after `as`. That they are missing elsewhere is no
/// further mistake.
pub fn names_lost(item: &Item, sources: &Sources) -> Vec<String> {
    if !matches!(item.kind, ItemKind::Broken) {
        return Vec::new();
    }
    let words: Vec<&str> = sources.text(item.span).split(|c: char| c.is_whitespace() || c == '"').filter(|w| !w.is_empty()).collect();
    let labels = words.iter().zip(words.iter().skip(1)).filter(|(before, _)| **before == "as").map(|(_, label)| *label);
    let declares = words.first().is_some_and(|w| !matches!(*w, "test" | "allow" | "amend" | "extend"));
    words.get(1).copied().into_iter().filter(|_| declares).chain(labels).map(str::to_owned).collect()
}

/// A policy file names exactly one policy.
pub fn one_policy(book: &BookTexts, problems: &mut Problems) {
    let policies: Vec<Span> = book.items().filter_map(|i| if let ItemKind::Policy(p) = &i.kind { Some(p.name.span) } else { None }).collect();
    let broken = book.items().any(|i| matches!(i.kind, ItemKind::Broken));
    match policies.as_slice() {
        [_] => {}
        [] if broken => {}
        [] => {
            let span = book.files.first().map_or(Span::default(), |f| Span::new(f.span.start, f.span.start));
            problems.add(
                Problem::error("T015", "this book has no `policy`")
                    .help("a book says once whose imports it charges: `policy NAME \"title\"` with `imports into`, `currency` and `clock`")
                    .at(span, "no file of the book has one"),
            );
        }
        [first, rest @ ..] => {
            for second in rest {
                problems.add(
                    Problem::error("T015", "this book has two policies")
                        .help("the files of one folder are one book; put another policy in a folder of its own")
                        .at(*second, "a second policy")
                        .at(*first, "the first"),
                );
            }
        }
    }
}
