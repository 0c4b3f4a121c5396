//! All texts of a book, laid end to end in one address space.
//!
//! A span is two positions in that space, so that one number finds file, line and column, and one message can point into several files.

use std::path::{Path, PathBuf};
use std::sync::OnceLock;

/// A piece of text: from `start` (included) to `end` (excluded), in bytes of the joined space.
#[derive(Clone, Copy, Default, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Span {
    /// The first byte.
    pub start: usize,
    /// The byte after the last.
    pub end: usize,
}

/// Positions are left out of what is printed for debugging, so that two trees of the same meaning print the same.
impl std::fmt::Debug for Span {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("_")
    }
}

impl Span {
    /// From one position to another; never backwards.
    pub fn new(start: usize, end: usize) -> Self {
        Span { start, end: end.max(start) }
    }

    /// The smallest span that holds both.
    pub fn to(self, other: Span) -> Span {
        Span { start: self.start.min(other.start), end: self.end.max(other.end) }
    }
}

/// One text with its path as the user wrote it.
#[derive(Clone, Debug)]
pub struct SourceFile {
    /// As the user wrote it.
    pub path: PathBuf,
    /// UTF-8, without a byte order mark.
    pub text: String,
    /// Where the text begins in the joined space.
    pub start: usize,
    /// Counted when the first place is asked for: most texts are never pointed into.
    line_starts: OnceLock<Vec<usize>>,
}

impl SourceFile {
    fn new(path: PathBuf, text: String, start: usize) -> Self {
        SourceFile { path, text, start, line_starts: OnceLock::new() }
    }

    fn line_starts(&self) -> &[usize] {
        self.line_starts.get_or_init(|| std::iter::once(0).chain(memchr::memchr_iter(b'\n', self.text.as_bytes()).map(|i| i.saturating_add(1))).collect())
    }

    /// All of it, in the joined space.
    pub fn span(&self) -> Span {
        Span::new(self.start, self.start.saturating_add(self.text.len()))
    }

    /// The text of a line, counted from 1, without its end.
    pub fn line(&self, line: usize) -> &str {
        self.text.lines().nth(line.saturating_sub(1)).unwrap_or("")
    }
}

/// A place as people name it; lines and columns count from 1, columns in characters.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Place {
    /// The path.
    pub file: PathBuf,
    /// Counted from 1.
    pub line: usize,
    /// Counted from 1, in characters.
    pub column: usize,
}

/// The texts of a book and of the books and lists that it uses.
#[derive(Clone, Debug, Default)]
pub struct Sources {
    files: Vec<SourceFile>,
}

impl Sources {
    /// Adds a text; a position between two files belongs to neither, since each file is followed by one empty place.
    pub fn add(&mut self, path: impl Into<PathBuf>, text: impl Into<String>) -> usize {
        let start = self.files.last().map_or(0, |f| f.span().end.saturating_add(1));
        self.files.push(SourceFile::new(path.into(), text.into(), start));
        self.files.len().saturating_sub(1)
    }

    /// In the order in which they were read.
    pub fn files(&self) -> &[SourceFile] {
        &self.files
    }

    /// A text by its number.
    pub fn get(&self, index: usize) -> Option<&SourceFile> {
        self.files.get(index)
    }

    /// A text by its path.
    pub fn find(&self, path: &Path) -> Option<&SourceFile> {
        self.files.iter().find(|f| f.path == path)
    }

    /// The file that holds a span.
    pub fn file_of(&self, span: Span) -> Option<&SourceFile> {
        let after = self.files.partition_point(|f| f.start <= span.start);
        self.files.get(after.checked_sub(1)?)
    }

    /// The words of a span.
    pub fn text(&self, span: Span) -> &str {
        let Some(file) = self.file_of(span) else { return "" };
        let (from, to) = (span.start.saturating_sub(file.start), span.end.saturating_sub(file.start));
        file.text.get(from..to.min(file.text.len())).unwrap_or("")
    }

    /// File, line and column of a span's beginning.
    pub fn place(&self, span: Span) -> Place {
        self.place_at(span.start)
    }

    /// File, line and column of a span's end.
    pub fn place_of_end(&self, span: Span) -> Place {
        self.place_at(span.end)
    }

    fn place_at(&self, position: usize) -> Place {
        let Some(file) = self.file_of(Span::new(position, position)) else {
            return Place { file: PathBuf::new(), line: 1, column: 1 };
        };
        let offset = position.saturating_sub(file.start).min(file.text.len());
        let line = file.line_starts().partition_point(|s| *s <= offset).max(1);
        let line_start = file.line_starts().get(line.saturating_sub(1)).copied().unwrap_or(0);
        let column = file.text.get(line_start..offset).map_or(1, |t| t.chars().count().saturating_add(1));
        Place { file: file.path.clone(), line, column }
    }
}
