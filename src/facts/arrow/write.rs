//! Files of columns, put together from what the threads have gathered.

use super::table::{Form, Group, told, writer};
use crate::facts::{Format, Named};
use arrow_array::RecordBatch;
use arrow_ipc::writer::{FileWriter, StreamWriter};
use parquet::file::writer::SerializedFileWriter;
use std::io::{self, Write};
use std::sync::Arc;

/// So many rows make a group.
pub const GROUP: usize = 1 << 17;

/// Writes one file.
pub struct ColumnWriter<W: Write + Send> {
    form: Arc<Form>,
    into: Into<W>,
    /// Rows that are too few for a group of their own.
    waiting: Vec<RecordBatch>,
    rows: usize,
}

enum Into<W: Write + Send> {
    Parquet(SerializedFileWriter<W>),
    File(FileWriter<W>),
    Stream(StreamWriter<W>),
}

impl<W: Write + Send> ColumnWriter<W> {
    pub fn new(out: W, named: Named, form: &Arc<Form>) -> io::Result<Self> {
        let into = match (named.format, named.indexed) {
            (Format::Parquet, _) => Into::Parquet(writer(out, &form.schema)?.into_serialized_writer().map_err(told)?.0),
            (_, true) => Into::File(FileWriter::try_new(out, &form.schema).map_err(io::Error::other)?),
            (_, false) => Into::Stream(StreamWriter::try_new(out, &form.schema).map_err(io::Error::other)?),
        };
        Ok(ColumnWriter { form: Arc::clone(form), into, waiting: Vec::new(), rows: 0 })
    }

    /// Adds rows.
    pub fn put(&mut self, batch: &RecordBatch) -> io::Result<()> {
        match &mut self.into {
            Into::Parquet(_) => {
                self.rows = self.rows.saturating_add(batch.num_rows());
                self.waiting.push(batch.clone());
                if self.rows < GROUP { Ok(()) } else { self.pack() }
            }
            Into::File(w) => w.write(batch).map_err(io::Error::other),
            Into::Stream(w) => w.write(batch).map_err(io::Error::other),
        }
    }

    /// Adds a group that is packed already.
    pub fn group(&mut self, group: Group) -> io::Result<()> {
        self.pack()?;
        self.append(group)
    }

    fn pack(&mut self) -> io::Result<()> {
        if self.rows == 0 {
            return Ok(());
        }
        self.rows = 0;
        let waiting = std::mem::take(&mut self.waiting);
        let group = self.form.pack(&waiting)?;
        self.append(group)
    }

    fn append(&mut self, group: Group) -> io::Result<()> {
        let Into::Parquet(writer) = &mut self.into else { return Ok(()) };
        let mut row_group = writer.next_row_group().map_err(told)?;
        for chunk in group.chunks {
            chunk.append_to_row_group(&mut row_group).map_err(told)?;
        }
        row_group.close().map(drop).map_err(told)
    }

    /// Writes the rest and the index.
    pub fn finish(mut self) -> io::Result<()> {
        self.pack()?;
        match self.into {
            Into::Parquet(w) => w.close().map(drop).map_err(told),
            Into::File(mut w) => w.finish().map_err(io::Error::other),
            Into::Stream(mut w) => w.finish().map_err(io::Error::other),
        }
    }
}
