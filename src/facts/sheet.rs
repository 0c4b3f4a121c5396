//! Rows on their way out, in whichever format they are wanted.
//!
//! Each thread fills a sheet of its own; what is on it goes to the [`super::Writer`] in the order of the input.

use super::cell::{Cell, Record, write_json_text};
use super::{Format, write_cell, write_row};
use std::sync::Arc;

/// What a column of the output holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    Text,
    /// An amount in the book's currency.
    Money,
    /// How many there are.
    Count,
}

/// The columns of the output.
#[derive(Clone, Debug)]
pub struct Shape {
    format: Format,
    fields: Vec<(String, Kind)>,
    /// What is carried through: where it stands in the input.
    carried: Vec<usize>,
    /// What stands before each value of an object of JSON.
    before: Vec<Vec<u8>>,
}

impl Shape {
    /// The columns of a result, then those that are carried through, with their places in the input and their names.
    pub fn new(format: Format, fields: Vec<(String, Kind)>, carried: &[(usize, String)]) -> Shape {
        let names = fields.iter().map(|(name, _)| name).chain(carried.iter().map(|(_, name)| name));
        let before = names.enumerate().map(|(i, name)| {
            let mut bytes = vec![if i == 0 { b'{' } else { b',' }];
            write_json_text(&mut bytes, name);
            bytes.push(b':');
            bytes
        });
        let before = before.collect();
        let mut all = fields;
        all.extend(carried.iter().map(|(_, name)| (name.clone(), Kind::Text)));
        Shape { format, fields: all, carried: carried.iter().map(|(at, _)| *at).collect(), before }
    }

    /// The places in the input of what is carried through.
    pub fn carried(&self) -> &[usize] {
        &self.carried
    }

    fn names(&self) -> impl Iterator<Item = &str> {
        self.fields.iter().map(|(name, _)| name.as_str())
    }
}

/// Some rows.
pub struct Sheet {
    shape: Arc<Shape>,
    bytes: Vec<u8>,
}

/// Rows that are done.
pub enum Chunk {
    /// Whole lines.
    Bytes(Vec<u8>),
}

impl Sheet {
    pub fn new(shape: Arc<Shape>) -> Sheet {
        Sheet { shape, bytes: Vec::new() }
    }

    /// Takes back room that has been used.
    pub fn reuse(&mut self, used: Chunk) {
        let Chunk::Bytes(mut bytes) = used;
        if self.bytes.is_empty() {
            bytes.clear();
            self.bytes = bytes;
        }
    }

    /// Where rows are CSV, the rows so far, to which others may be appended.
    pub fn csv(&mut self) -> Option<&mut Vec<u8>> {
        if self.shape.format == Format::Csv { Some(&mut self.bytes) } else { None }
    }

    /// The names of the columns, where the format has them in front.
    pub fn header(&mut self) {
        if self.shape.format == Format::Csv {
            write_row(&mut self.bytes, self.shape.names());
        }
    }

    /// A row: its cells, of which an empty one is unknown, and what is carried through of its record.
    pub fn row<'c>(&mut self, cells: impl Iterator<Item = &'c str>, record: Option<&dyn Record>) {
        match self.shape.format {
            Format::Ndjson => {
                let missing = |text: &'c str| if text.is_empty() { Cell::Missing } else { Cell::Text(text) };
                let mut before = self.shape.before.iter();
                for cell in cells {
                    self.bytes.extend_from_slice(before.next().map_or(b"", Vec::as_slice));
                    missing(cell).write_json(&mut self.bytes);
                }
                if let Some(record) = record {
                    for at in &self.shape.carried {
                        self.bytes.extend_from_slice(before.next().map_or(b"", Vec::as_slice));
                        record.cell(*at).write_json(&mut self.bytes);
                    }
                }
                self.bytes.extend_from_slice(b"}\n");
            }
            _ => {
                let start = self.bytes.len();
                for (i, cell) in cells.enumerate() {
                    if i > 0 {
                        self.bytes.push(b',');
                    }
                    write_cell(&mut self.bytes, cell);
                }
                if let Some(record) = record {
                    for at in &self.shape.carried {
                        self.bytes.push(b',');
                        write_cell(&mut self.bytes, &record.cell(*at).text());
                    }
                }
                // A lone empty cell would be an empty line, which is no row.
                if self.bytes.len() == start {
                    self.bytes.extend_from_slice(b"\"\"");
                }
                self.bytes.push(b'\n');
            }
        }
    }

    /// A row that the plan has written as CSV under its id; nothing but the id is ever quoted in it.
    pub fn written(&mut self, row: &[u8], id: &str, record: &dyn Record) {
        let mut quoted = Vec::new();
        write_cell(&mut quoted, id);
        let rest = row.get(quoted.len().saturating_add(1)..).and_then(|rest| std::str::from_utf8(rest).ok()).unwrap_or("");
        self.row(std::iter::once(id).chain(rest.split(',')), Some(record));
    }

    /// How much there is, in bytes.
    pub fn len(&self) -> usize {
        self.bytes.len()
    }

    pub fn is_empty(&self) -> bool {
        self.bytes.is_empty()
    }

    /// Takes what there is.
    pub fn take(&mut self) -> Chunk {
        Chunk::Bytes(std::mem::take(&mut self.bytes))
    }
}
