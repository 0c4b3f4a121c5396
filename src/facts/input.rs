//! The rows of a file of any format, many at once or one by one.

use super::compressed::Source;
use super::csv::{self, CsvReader};
use super::lines;
use super::ndjson::{Keys, NdjsonReader};
use super::{Columns, Format, Row};
use crate::program::Program;
use std::collections::BTreeMap;
use std::io;

/// Shipments that are read.
pub enum Input {
    Csv(CsvReader<Source>),
    Ndjson {
        reader: NdjsonReader<Source>,
        /// Settled when the columns are known.
        keys: Option<Keys>,
        late: Late,
    },
}

/// Rows that are read at once, in order.
#[derive(Debug)]
pub enum Block {
    /// Whole lines without quotes; the number of the first counts from 1.
    Lines(usize, Vec<u8>),
    Rows(Vec<Row>),
    /// Whole lines of JSON.
    Json(lines::Block),
}

/// Names that came after the columns were settled, each with the first line that has it.
#[derive(Clone, Debug, Default)]
pub struct Late(BTreeMap<String, usize>);

/// So many late names are told.
const MOST_LATE: usize = 8;

impl Late {
    pub fn add(&mut self, name: &str, line: usize) {
        if let Some(first) = self.0.get_mut(name) {
            *first = line.min(*first);
        } else if self.0.len() < MOST_LATE {
            self.0.insert(name.to_owned(), line);
        }
    }

    pub fn merge(&mut self, other: &Late) {
        other.0.iter().for_each(|(name, line)| self.add(name, *line));
    }

    /// What is to be said of them.
    pub fn notes(&self) -> impl Iterator<Item = String> {
        self.0.iter().map(|(name, line)| {
            format!(
                "note: `{name}` first comes on line {line}, after the first lines settled what is carried through, and is left out; give it in the first line, as `null` where it has no value"
            )
        })
    }
}

impl Input {
    /// Shipments of a text format.
    pub fn text(format: Format, source: Source) -> Input {
        match format {
            Format::Ndjson => Input::Ndjson { reader: NdjsonReader::new(source), keys: None, late: Late::default() },
            _ => Input::Csv(CsvReader::new(source)),
        }
    }

    pub fn format(&self) -> Format {
        match self {
            Input::Csv(_) => Format::Csv,
            Input::Ndjson { .. } => Format::Ndjson,
        }
    }

    /// Reads which columns there are; in words why they cannot be known.
    pub fn header(&mut self) -> io::Result<Result<Row, String>> {
        match self {
            Input::Csv(reader) => {
                let mut row = Row::default();
                reader.read(&mut row)?;
                Ok(Ok(row))
            }
            Input::Ndjson { reader, .. } => Ok(reader.names()?.map(|names| {
                let mut row = Row::default();
                names.iter().for_each(|name| row.push(name));
                row
            })),
        }
    }

    /// Settles the columns. Where a row may hold facts that the first ones did not, these get columns too.
    pub fn settle(&mut self, program: &Program, columns: &mut Columns) {
        if let Input::Ndjson { keys, .. } = self {
            columns.add_late(program);
            *keys = Some(Keys::new(program, columns));
        }
    }

    /// The next rows; nothing at the end of the file. Rows are read either in blocks or one by one.
    pub fn block(&mut self) -> io::Result<Option<Block>> {
        Ok(match self {
            Input::Csv(reader) => reader.block()?.map(|block| match block {
                csv::Block::Lines(first, bytes) => Block::Lines(first, bytes),
                csv::Block::Rows(rows) => Block::Rows(rows),
            }),
            Input::Ndjson { reader, .. } => reader.block()?.map(Block::Json),
        })
    }

    /// Takes back the lines of a block that has been used.
    pub fn reuse(&mut self, lines: Vec<u8>) {
        if let Input::Csv(reader) = self {
            reader.reuse(lines);
        }
    }

    /// The next row; `false` at the end of the file.
    pub fn read(&mut self, row: &mut Row) -> io::Result<bool> {
        match self {
            Input::Csv(reader) => reader.read(row),
            Input::Ndjson { reader, keys: Some(keys), late } => reader.read(keys, row, |name, line| late.add(name, line)),
            Input::Ndjson { keys: None, .. } => Ok(false),
        }
    }

    /// What the threads need to take lines of JSON apart.
    pub fn keys(&self) -> Option<Keys> {
        match self {
            Input::Ndjson { keys, .. } => keys.clone(),
            Input::Csv(_) => None,
        }
    }

    /// Names that came too late, where rows were read one by one.
    pub fn late(&self) -> Late {
        match self {
            Input::Ndjson { late, .. } => late.clone(),
            Input::Csv(_) => Late::default(),
        }
    }
}
