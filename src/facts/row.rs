//! A row of text cells, with its place in the file: what every format comes to where a row must be looked at closely.

use super::Fault;
use super::cell::{Cell, Record};

/// One row: its cells as text.
#[derive(Clone, Debug, Default)]
pub struct Row {
    /// The line on which it begins, or its number where the file has no lines, counted from 1.
    pub line: usize,
    /// What is wrong with it.
    pub fault: Option<Fault>,
    pub(super) text: String,
    pub(super) bytes: Vec<u8>,
    pub(super) ends: Vec<usize>,
    pub(super) kept: Kept,
}

/// What a row keeps of its file besides texts.
#[derive(Clone, Debug, Default)]
pub(super) enum Kept {
    #[default]
    Texts,
    /// Which cells are missing, texts, or something else of JSON.
    Json(Vec<Shape>),
    /// The rows in memory that it is one of, and which.
    #[cfg(feature = "parquet")]
    Batch(std::sync::Arc<super::arrow::Batch>, usize),
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Shape {
    Missing,
    Text,
    Literal,
}

impl Row {
    /// What its number counts: lines, or rows where the file has no lines.
    pub fn counted(&self) -> &'static str {
        match &self.kept {
            #[cfg(feature = "parquet")]
            Kept::Batch(..) => "row",
            _ => "line",
        }
    }

    /// How many cells it has.
    pub fn len(&self) -> usize {
        self.ends.len()
    }

    /// Whether it has none.
    pub fn is_empty(&self) -> bool {
        self.ends.is_empty()
    }

    /// The cells, as far as they could be read.
    pub fn cells(&self) -> impl Iterator<Item = &str> {
        let starts = std::iter::once(0).chain(self.ends.iter().copied());
        starts.zip(self.ends.iter().copied()).map(|(from, to)| self.text.get(from..to).unwrap_or(""))
    }

    /// A cell by its place.
    pub fn cell(&self, at: usize) -> Option<&str> {
        let to = self.ends.get(at)?;
        let from = at.checked_sub(1).map_or(Some(&0), |before| self.ends.get(before))?;
        self.text.get(*from..*to)
    }

    /// A row of cells that are given.
    pub fn of_cells<'c>(line: usize, cells: impl IntoIterator<Item = Cell<'c>>) -> Row {
        let mut row = Row { line, ..Row::default() };
        for cell in cells {
            row.push(&cell.text());
        }
        row
    }

    /// A row of texts, such as the names of columns.
    pub fn of_texts<'c>(cells: impl IntoIterator<Item = &'c str>) -> Row {
        let mut row = Row { line: 1, ..Row::default() };
        cells.into_iter().for_each(|cell| row.push(cell));
        row
    }

    pub(super) fn push(&mut self, cell: &str) {
        self.text.push_str(cell);
        self.ends.push(self.text.len());
    }

    pub(super) fn clear(&mut self, line: usize) {
        self.line = line;
        self.fault = None;
        self.text.clear();
        self.bytes.clear();
        self.ends.clear();
        self.kept = Kept::Texts;
    }

    pub(super) fn end_cell(&mut self) {
        self.ends.push(self.bytes.len());
    }

    /// Makes text of the bytes; cells that are not UTF-8 are shown as far as they can be.
    pub(super) fn finish(&mut self) {
        let taken = std::mem::take(&mut self.bytes);
        match String::from_utf8(taken) {
            Ok(text) => {
                // The room of the old text serves the next row.
                self.bytes = std::mem::replace(&mut self.text, text).into_bytes();
                self.bytes.clear();
            }
            Err(error) => {
                let bytes = error.into_bytes();
                let mut ends = Vec::with_capacity(self.ends.len());
                let mut from = 0;
                for (cell, end) in self.ends.iter().enumerate() {
                    let shown = String::from_utf8_lossy(bytes.get(from..*end).unwrap_or(&[]));
                    if matches!(shown, std::borrow::Cow::Owned(_)) && self.fault.is_none() {
                        self.fault = Some(Fault::NotUtf8(cell));
                    }
                    self.text.push_str(&shown);
                    ends.push(self.text.len());
                    from = *end;
                }
                self.ends = ends;
            }
        }
    }
}

impl Record for Row {
    fn line(&self) -> usize {
        self.line
    }

    fn cell(&self, at: usize) -> Cell<'_> {
        let Some(text) = self.cell(at) else { return Cell::Missing };
        match &self.kept {
            // An empty cell of text says nothing.
            Kept::Texts if text.is_empty() => Cell::Missing,
            Kept::Texts => Cell::Text(text),
            #[cfg(feature = "parquet")]
            Kept::Batch(batch, row) => batch.cell(*row, at),
            Kept::Json(shapes) => match shapes.get(at) {
                Some(Shape::Text) => Cell::Text(text),
                Some(Shape::Literal) => Cell::Literal(text),
                Some(Shape::Missing) | None => Cell::Missing,
            },
        }
    }

    fn to_row(&self) -> Row {
        self.clone()
    }

    #[cfg(feature = "parquet")]
    fn batch(&self) -> Option<(&std::sync::Arc<super::arrow::Batch>, usize)> {
        if let Kept::Batch(batch, at) = &self.kept { Some((batch, *at)) } else { None }
    }
}
