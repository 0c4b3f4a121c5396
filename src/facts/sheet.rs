//! Rows on their way out, in whichever format they are wanted.
//!
//! Each thread fills a sheet of its own; what is on it goes to the [`super::Writer`] in the order of the input.

#[cfg(feature = "parquet")]
use super::arrow::{Form, Group, Table};
use super::cell::{Cell, Record, write_json_text};
use super::{Format, Input, write_cell, write_row};
use std::io;
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
pub struct Shape {
    format: Format,
    fields: Vec<(String, Kind)>,
    /// What is carried through: where it stands in the input.
    carried: Vec<usize>,
    /// What stands before each value of an object of JSON.
    before: Vec<Vec<u8>>,
    /// The types of the columns, where the format has types, and whether what is carried through has some already.
    #[cfg(feature = "parquet")]
    form: Option<(Arc<Form>, bool)>,
}

impl Shape {
    /// The columns of a result, then those that are carried through, with their places in the input and their names. Amounts have so
    /// many places.
    pub fn new(format: Format, fields: Vec<(String, Kind)>, carried: &[(usize, String)], places: u32, input: &Input) -> io::Result<Shape> {
        #[cfg(feature = "parquet")]
        let own = fields.len();
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
        let carried: Vec<usize> = carried.iter().map(|(at, _)| *at).collect();
        #[cfg(feature = "parquet")]
        let form = if format.is_text() {
            None
        } else {
            let (schema, places) = (input.schema(), u8::try_from(places).unwrap_or(0));
            Some((Arc::new(Form::new(&all, own, &carried, schema.as_ref(), places, format == Format::Parquet)?), schema.is_some()))
        };
        #[cfg(not(feature = "parquet"))]
        let _ = (places, input);
        Ok(Shape {
            format,
            fields: all,
            carried,
            before,
            #[cfg(feature = "parquet")]
            form,
        })
    }

    #[cfg(feature = "parquet")]
    pub(super) fn form(&self) -> Option<&Arc<Form>> {
        self.form.as_ref().map(|(form, _)| form)
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
    #[cfg(feature = "parquet")]
    table: Option<Table>,
}

/// Rows that are done.
pub enum Chunk {
    /// Whole lines.
    Bytes(Vec<u8>),
    /// Rows by columns.
    #[cfg(feature = "parquet")]
    Rows(arrow_array::RecordBatch),
    /// The same, packed; it is taken out where it is written.
    #[cfg(feature = "parquet")]
    Group(Option<Group>),
    /// Rows that cannot be written, and why.
    Spoilt(String),
}

/// So many rows are packed by the thread that has gathered them.
#[cfg(feature = "parquet")]
const MANY: usize = 1 << 15;

impl Sheet {
    pub fn new(shape: Arc<Shape>) -> Sheet {
        #[cfg(feature = "parquet")]
        let table = shape.form.as_ref().map(|(form, typed)| Table::new(form, &shape.carried, *typed));
        Sheet {
            shape,
            bytes: Vec::new(),
            #[cfg(feature = "parquet")]
            table,
        }
    }

    /// Takes back room that has been used.
    pub fn reuse(&mut self, used: Chunk) {
        if let (Chunk::Bytes(mut bytes), true) = (used, self.bytes.is_empty()) {
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
        #[cfg(feature = "parquet")]
        if let Some(table) = &mut self.table {
            return table.row(cells, record);
        }
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
        #[cfg(feature = "parquet")]
        if let Some(table) = &self.table {
            return table.rows().saturating_mul(16);
        }
        self.bytes.len()
    }

    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// Takes what there is.
    pub fn take(&mut self) -> Chunk {
        #[cfg(feature = "parquet")]
        if let Some(table) = &mut self.table {
            let packed = self.shape.format == Format::Parquet && table.rows() >= MANY;
            let chunk = table.take().and_then(|rows| match packed {
                true => Ok(Chunk::Group(Some(table.form().pack(&[rows])?))),
                false => Ok(Chunk::Rows(rows)),
            });
            return chunk.unwrap_or_else(|e| Chunk::Spoilt(e.to_string()));
        }
        Chunk::Bytes(std::mem::take(&mut self.bytes))
    }
}
