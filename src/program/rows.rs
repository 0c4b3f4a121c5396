//! The rows of a CSV file that a book names, each with its place.
//!
//! A tariff has thousands of them, so their cells lie in one text and are looked at where they are.

use crate::source::Span;

/// A CSV file: its header and rows.
#[derive(Clone, Debug)]
pub struct Rows {
    pub path: String,
    pub header: Vec<String>,
    pub header_span: Span,
    /// What is wrong with the file as CSV, with its place.
    pub faults: Vec<(String, Span)>,
    /// All cells, one after another, without the blanks around them.
    text: String,
    /// Where each cell ends in the text; every row has as many as the header.
    ends: Vec<usize>,
    spans: Vec<Span>,
}

/// The cells of one row.
#[derive(Clone, Copy)]
pub struct Cells<'r> {
    rows: &'r Rows,
    first: usize,
}

impl<'r> Cells<'r> {
    /// A cell, empty where nothing stands; nothing where there is no such column.
    pub fn get(self, column: usize) -> Option<&'r str> {
        if column >= self.rows.header.len() {
            return None;
        }
        let at = self.first.saturating_add(column);
        let start = at.checked_sub(1).map_or(Some(0), |before| self.rows.ends.get(before).copied())?;
        self.rows.text.get(start..*self.rows.ends.get(at)?)
    }

    /// The cells with their columns.
    pub fn named(self) -> impl Iterator<Item = (&'r str, &'r str)> {
        self.rows.header.iter().enumerate().filter_map(move |(i, name)| Some((name.as_str(), self.get(i)?)))
    }
}

impl Rows {
    /// Reads a text that begins at `start` in the joined space.
    pub fn read(path: &str, text: &str, start: usize) -> Rows {
        let end = start.saturating_add(text.len());
        let place = |from: u64, len: usize| {
            let from = start.saturating_add(usize::try_from(from).unwrap_or(0)).min(end);
            Span::new(from, from.saturating_add(len).min(end))
        };
        let mut reader = csv::ReaderBuilder::new().flexible(true).has_headers(false).from_reader(text.as_bytes());
        let mut rows = Rows {
            path: path.to_owned(),
            header: Vec::new(),
            header_span: place(0, 0),
            faults: Vec::new(),
            text: String::with_capacity(text.len()),
            ends: Vec::new(),
            spans: Vec::new(),
        };
        let mut record = csv::ByteRecord::new();
        loop {
            let before = reader.position().byte();
            match reader.read_byte_record(&mut record) {
                Ok(false) => break,
                Ok(true) => {
                    let at = record.position().map_or(before, csv::Position::byte);
                    let line = text.get(usize::try_from(at).unwrap_or(0)..).map_or(0, |t| memchr::memchr(b'\n', t.as_bytes()).unwrap_or(t.len()));
                    rows.take(&record, place(at, line));
                }
                Err(e) => {
                    rows.faults.push((format!("is no proper CSV: {e}"), place(before, 1)));
                    break;
                }
            }
        }
        rows
    }

    fn take(&mut self, record: &csv::ByteRecord, span: Span) {
        // What is cut out of a text at commas and quotation marks is text.
        let cells = record.iter().map(|c| std::str::from_utf8(c).unwrap_or("").trim());
        if self.header.is_empty() {
            self.header = cells.map(str::to_owned).collect();
            self.header_span = span;
        } else if record.len() != self.header.len() {
            let why = format!("has {} where its header has {}", crate::problem::counted(record.len(), "field"), self.header.len());
            self.faults.push((why, span));
        } else {
            for cell in cells {
                self.text.push_str(cell);
                self.ends.push(self.text.len());
            }
            self.spans.push(span);
        }
    }

    pub fn column(&self, name: &str) -> Option<usize> {
        self.header.iter().position(|h| h == name)
    }

    pub fn is_empty(&self) -> bool {
        self.spans.is_empty()
    }

    pub fn iter(&self) -> impl Iterator<Item = (Cells<'_>, Span)> {
        let width = self.header.len();
        self.spans.iter().enumerate().map(move |(i, span)| (Cells { rows: self, first: i.saturating_mul(width) }, *span))
    }
}
