//! The rows of a file of any format, many at once or one by one.

#[cfg(feature = "parquet")]
use super::arrow::{Batch, BatchRow, Batches, Part, Parts, Stream, Wanted};
#[cfg(feature = "parquet")]
use super::cell::Record;
use super::compressed::Source;
use super::csv::{self, CsvReader};
use super::lines;
use super::ndjson::{Keys, NdjsonReader};
use super::{Columns, Format, Row};
use crate::program::Program;
use std::collections::BTreeMap;
use std::io;
use std::path::Path;
#[cfg(feature = "parquet")]
use std::sync::Arc;

/// Shipments that are read.
pub enum Input {
    Csv(Box<CsvReader<Source>>),
    Ndjson {
        reader: Box<NdjsonReader<Source>>,
        /// Settled when the columns are known.
        keys: Option<Keys>,
        late: Late,
    },
    /// Rows in memory, column by column.
    #[cfg(feature = "parquet")]
    Columns {
        from: Columnar,
        /// Settled when the columns are known.
        wanted: Option<Arc<Wanted>>,
        /// For reading row by row: what is left.
        batches: Option<Box<Batches>>,
        batch: Option<(Arc<Batch>, usize)>,
    },
}

/// Where rows come from column by column.
#[cfg(feature = "parquet")]
pub enum Columnar {
    Parquet(Parts),
    Arrow(Box<Stream>),
}

/// Rows that are read at once, in order.
pub enum Block {
    /// Whole lines without quotes; the number of the first counts from 1.
    Lines(usize, Vec<u8>),
    Rows(Vec<Row>),
    /// Whole lines of JSON.
    Json(lines::Block),
    /// Rows column by column, perhaps still to be read.
    #[cfg(feature = "parquet")]
    Columns(Work),
}

/// Rows that a thread fetches for itself.
#[cfg(feature = "parquet")]
pub enum Work {
    Part(Part),
    Batch(Arc<Batch>),
}

#[cfg(feature = "parquet")]
impl Work {
    /// Goes through the rows, some at a time.
    pub fn each(&self, mut visit: impl FnMut(&Arc<Batch>)) -> io::Result<()> {
        match self {
            Work::Batch(batch) => visit(batch),
            Work::Part(part) => {
                for batch in part.batches()? {
                    visit(&batch?);
                }
            }
        }
        Ok(())
    }
}

/// Names that came after the columns were settled, each with the first line that has it.
#[derive(Clone, Debug, Default)]
pub struct Late(BTreeMap<String, usize>);

/// What a build without columns says.
#[cfg(not(feature = "parquet"))]
const WITHOUT: &str = "this build of carveout knows neither Parquet nor Arrow: build it with the feature `parquet`, or convert the file to CSV or NDJSON";

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
            Format::Ndjson => Input::Ndjson { reader: Box::new(NdjsonReader::new(source)), keys: None, late: Late::default() },
            _ => Input::Csv(Box::new(CsvReader::new(source))),
        }
    }

    /// Shipments of a Parquet file, whose index is at its end.
    #[cfg(feature = "parquet")]
    pub fn parquet(path: &Path) -> io::Result<Input> {
        Ok(Input::columns(Columnar::Parquet(Parts::open(path)?)))
    }

    /// Shipments as Arrow has them: a stream, or a file that has a name.
    #[cfg(feature = "parquet")]
    pub fn arrow(source: Source, path: Option<&Path>) -> io::Result<Input> {
        Ok(Input::columns(Columnar::Arrow(Box::new(Stream::open(source, path)?))))
    }

    #[cfg(feature = "parquet")]
    fn columns(from: Columnar) -> Input {
        Input::Columns { from, wanted: None, batches: None, batch: None }
    }

    /// A build without Parquet has none.
    #[cfg(not(feature = "parquet"))]
    pub fn parquet(_: &Path) -> io::Result<Input> {
        Err(io::Error::new(io::ErrorKind::Unsupported, WITHOUT))
    }

    /// A build without Parquet has no Arrow.
    #[cfg(not(feature = "parquet"))]
    pub fn arrow(_: Source, _: Option<&Path>) -> io::Result<Input> {
        Err(io::Error::new(io::ErrorKind::Unsupported, WITHOUT))
    }

    /// The types of the columns, where the file has types.
    #[cfg(feature = "parquet")]
    pub(super) fn schema(&self) -> Option<arrow_schema::SchemaRef> {
        match self {
            Input::Columns { from: Columnar::Parquet(parts), .. } => Some(parts.schema()),
            Input::Columns { from: Columnar::Arrow(stream), .. } => Some(stream.schema()),
            _ => None,
        }
    }

    /// Columns that have no form in a text, by their places.
    pub fn unshown(&self) -> Vec<usize> {
        #[cfg(feature = "parquet")]
        return self.schema().map_or_else(Vec::new, |schema| Wanted::unshown(&schema));
        #[cfg(not(feature = "parquet"))]
        Vec::new()
    }

    pub fn format(&self) -> Format {
        match self {
            #[cfg(feature = "parquet")]
            Input::Columns { from: Columnar::Parquet(_), .. } => Format::Parquet,
            #[cfg(feature = "parquet")]
            Input::Columns { from: Columnar::Arrow(_), .. } => Format::Arrow,
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
            Input::Ndjson { reader, .. } => Ok(reader.names()?.map(|names| Row::of_texts(names.iter().map(String::as_str)))),
            #[cfg(feature = "parquet")]
            Input::Columns { .. } => {
                let schema = self.schema();
                Ok(Ok(Row::of_texts(schema.iter().flat_map(|s| s.fields().iter()).map(|f| f.name().as_str()))))
            }
        }
    }

    /// Settles the columns; `keep` says which are wanted besides those that hold facts. Where a row may hold facts that the first ones
    /// did not, these get columns too. In words which column no fact can be read from.
    pub fn settle(&mut self, program: &Program, columns: &mut Columns, keep: &dyn Fn(usize) -> bool) -> Result<(), String> {
        #[cfg(feature = "parquet")]
        let schema = self.schema();
        #[cfg(not(feature = "parquet"))]
        let _ = keep;
        match self {
            Input::Csv(_) => {}
            Input::Ndjson { keys, .. } => {
                columns.add_late(program);
                *keys = Some(Keys::new(program, columns));
            }
            #[cfg(feature = "parquet")]
            Input::Columns { wanted, .. } => {
                if let Some(schema) = schema {
                    *wanted = Some(Arc::new(Wanted::new(program, columns, &schema, keep)?));
                }
            }
        }
        Ok(())
    }

    /// The next rows; nothing at the end of the file. Rows are read either in blocks or one by one.
    pub fn block(&mut self) -> io::Result<Option<Block>> {
        Ok(match self {
            Input::Csv(reader) => reader.block()?.map(|block| match block {
                csv::Block::Lines(first, bytes) => Block::Lines(first, bytes),
                csv::Block::Rows(rows) => Block::Rows(rows),
            }),
            Input::Ndjson { reader, .. } => reader.block()?.map(Block::Json),
            #[cfg(feature = "parquet")]
            Input::Columns { from, wanted: Some(wanted), .. } => match from {
                Columnar::Parquet(parts) => parts.next(wanted).map(|part| Block::Columns(Work::Part(part))),
                Columnar::Arrow(stream) => stream.next(wanted)?.map(|batch| Block::Columns(Work::Batch(batch))),
            },
            #[cfg(feature = "parquet")]
            Input::Columns { wanted: None, .. } => None,
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
            #[cfg(feature = "parquet")]
            Input::Columns { from, wanted: Some(wanted), batches, batch } => loop {
                if let Some((of, at)) = batch
                    && *at < of.rows
                {
                    *row = BatchRow { batch: of, at: *at }.to_row();
                    *at = at.saturating_add(1);
                    return Ok(true);
                }
                *batch = match (batches.as_mut().and_then(Iterator::next), &mut *from) {
                    (Some(next), _) => Some((next?, 0)),
                    (None, Columnar::Arrow(stream)) => match stream.next(wanted)? {
                        Some(next) => Some((next, 0)),
                        None => return Ok(false),
                    },
                    (None, Columnar::Parquet(parts)) => match parts.next(wanted) {
                        Some(part) => {
                            *batches = Some(Box::new(part.batches()?));
                            None
                        }
                        None => return Ok(false),
                    },
                };
            },
            #[cfg(feature = "parquet")]
            Input::Columns { wanted: None, .. } => Ok(false),
        }
    }

    /// What the threads need to take lines of JSON apart.
    pub fn keys(&self) -> Option<Keys> {
        match self {
            Input::Ndjson { keys, .. } => keys.clone(),
            _ => None,
        }
    }

    /// Names that came too late, where rows were read one by one.
    pub fn late(&self) -> Late {
        match self {
            Input::Ndjson { late, .. } => late.clone(),
            _ => Late::default(),
        }
    }
}
