//! Parquet files, read in parts: each thread opens the file itself and reads the rows that are its own.

use super::batch::{Batch, Wanted};
use arrow_schema::SchemaRef;
use parquet::arrow::ProjectionMask;
use parquet::arrow::arrow_reader::{ArrowReaderMetadata, ArrowReaderOptions, ParquetRecordBatchReader, ParquetRecordBatchReaderBuilder};
use parquet::errors::ParquetError;
use std::fs::File;
use std::io::{self, ErrorKind, Read, Seek, SeekFrom};
use std::path::{Path, PathBuf};
use std::sync::Arc;

/// So many rows are a part at most, so that memory is bounded and what comes of them makes a good group of rows again. A part within a
/// group passes over the pages before it without unpacking them.
const PART: usize = 1 << 17;

/// So many rows are taken apart at a time.
const ROWS: usize = 1 << 13;

/// A file of which it is known what is in it.
pub struct ParquetFile {
    path: PathBuf,
    metadata: ArrowReaderMetadata,
    groups: Vec<usize>,
}

/// Some rows of a file.
pub struct Part {
    file: Arc<ParquetFile>,
    wanted: Arc<Wanted>,
    group: usize,
    from: usize,
    rows: usize,
    first: usize,
}

/// The parts of a file, in order.
pub struct Parts {
    file: Arc<ParquetFile>,
    group: usize,
    from: usize,
    first: usize,
}

/// What is wrong with a file, in words.
fn told(error: &ParquetError) -> io::Error {
    io::Error::new(ErrorKind::InvalidData, format!("the Parquet file is damaged, or written in a way that is not known here ({error})"))
}

/// Whether a file begins and ends as it must.
fn whole(path: &Path) -> io::Result<()> {
    let mut file = File::open(path)?;
    let mut mark = [0u8; 4];
    let bad = |words: &str| io::Error::new(ErrorKind::InvalidData, words.to_owned());
    let begun = file.read_exact(&mut mark).map(|()| mark == *b"PAR1");
    if !begun.unwrap_or(false) {
        return Err(bad("it is no Parquet file, though its name says so"));
    }
    file.seek(SeekFrom::End(-4))?;
    file.read_exact(&mut mark)?;
    if mark == *b"PAR1" { Ok(()) } else { Err(bad("the Parquet file ends before its index: it was cut short, or is not yet written to its end")) }
}

impl Parts {
    pub fn open(path: &Path) -> io::Result<Parts> {
        whole(path)?;
        let file = File::open(path)?;
        let metadata = ArrowReaderMetadata::load(&file, ArrowReaderOptions::new()).map_err(|e| told(&e))?;
        let rows = |n: i64| usize::try_from(n).unwrap_or(0);
        let groups = metadata.metadata().row_groups().iter().map(|g| rows(g.num_rows())).collect();
        Ok(Parts { file: Arc::new(ParquetFile { path: path.to_owned(), metadata, groups }), group: 0, from: 0, first: 1 })
    }

    pub fn schema(&self) -> SchemaRef {
        Arc::clone(self.file.metadata.schema())
    }

    /// The next part; nothing at the end of the file.
    pub fn next(&mut self, wanted: &Arc<Wanted>) -> Option<Part> {
        loop {
            let all = *self.file.groups.get(self.group)?;
            if self.from >= all {
                self.group = self.group.saturating_add(1);
                self.from = 0;
                continue;
            }
            let rows = PART.min(all.saturating_sub(self.from));
            let part = Part { file: Arc::clone(&self.file), wanted: Arc::clone(wanted), group: self.group, from: self.from, rows, first: self.first };
            self.from = self.from.saturating_add(rows);
            self.first = self.first.saturating_add(rows);
            return Some(part);
        }
    }
}

/// Rows of a part, some at a time.
pub struct Batches {
    reader: ParquetRecordBatchReader,
    wanted: Arc<Wanted>,
    next: usize,
}

impl Part {
    pub fn batches(&self) -> io::Result<Batches> {
        let file = File::open(&self.file.path)?;
        let builder = ParquetRecordBatchReaderBuilder::new_with_metadata(file, self.file.metadata.clone());
        let roots = self.wanted.read.iter().enumerate().filter(|(_, read)| **read).map(|(i, _)| i);
        let mask = ProjectionMask::roots(builder.parquet_schema(), roots);
        let builder = builder.with_projection(mask).with_row_groups(vec![self.group]).with_batch_size(ROWS);
        let reader = builder.with_offset(self.from).with_limit(self.rows).build().map_err(|e| told(&e))?;
        Ok(Batches { reader, wanted: Arc::clone(&self.wanted), next: self.first })
    }
}

impl Iterator for Batches {
    type Item = io::Result<Arc<Batch>>;

    fn next(&mut self) -> Option<Self::Item> {
        let batch = match self.reader.next()? {
            Ok(batch) => self.wanted.batch(self.next, &batch),
            Err(e) => return Some(Err(told(&ParquetError::from(e)))),
        };
        self.next = self.next.saturating_add(batch.rows);
        Some(Ok(Arc::new(batch)))
    }
}
