//! Arrow's own format, as a stream, or as a file with an index at its end.

use super::batch::{Batch, Wanted};
use crate::facts::Source;
use arrow_array::RecordBatch;
use arrow_ipc::reader::{FileReader, StreamReader};
use arrow_schema::{ArrowError, SchemaRef};
use std::fs::File;
use std::io::{self, BufRead, BufReader, ErrorKind, Read, Seek, SeekFrom};
use std::path::Path;
use std::sync::Arc;

/// What a file begins and ends with.
const MARK: &[u8] = b"ARROW1";

/// So many rows are given at a time.
const ROWS: usize = 1 << 15;

/// Rows as they come.
pub struct Stream {
    reader: Reader,
    batch: Option<(RecordBatch, usize)>,
    next: usize,
}

enum Reader {
    Stream(Box<StreamReader<Source>>),
    File(Box<FileReader<BufReader<File>>>),
}

fn told(error: ArrowError) -> io::Error {
    match error {
        ArrowError::IoError(_, e) if e.kind() != ErrorKind::UnexpectedEof => e,
        ArrowError::IoError(..) => cut_short(),
        ArrowError::ParseError(words) if words.contains("end of stream") => cut_short(),
        other => io::Error::new(ErrorKind::InvalidData, format!("it is damaged, or no Arrow at all ({other})")),
    }
}

fn cut_short() -> io::Error {
    io::Error::new(ErrorKind::UnexpectedEof, "Arrow's data end in the middle: they were cut short")
}

impl Stream {
    /// Opens a stream; a file, whose index is needed, is opened by its name.
    pub fn open(mut source: Source, path: Option<&Path>) -> io::Result<Stream> {
        let indexed = source.fill_buf()?.starts_with(MARK);
        let reader = match (indexed, path) {
            (true, None) => {
                let words = "an Arrow file has its index at its end, and cannot be read through a pipe: name the file, or write Arrow's stream";
                return Err(io::Error::new(ErrorKind::InvalidInput, words));
            }
            (true, Some(path)) => {
                let mut file = File::open(path)?;
                let mut mark = [0u8; 6];
                let ended = file.seek(SeekFrom::End(-6)).and_then(|_| file.read_exact(&mut mark));
                if ended.is_err() || mark != MARK {
                    return Err(cut_short());
                }
                file.rewind()?;
                Reader::File(Box::new(FileReader::try_new(BufReader::new(file), None).map_err(told)?))
            }
            (false, _) if source.fill_buf()?.is_empty() => return Err(io::Error::new(ErrorKind::UnexpectedEof, "it is empty")),
            (false, _) => Reader::Stream(Box::new(StreamReader::try_new(source, None).map_err(told)?)),
        };
        Ok(Stream { reader, batch: None, next: 1 })
    }

    pub fn schema(&self) -> SchemaRef {
        match &self.reader {
            Reader::Stream(reader) => reader.schema(),
            Reader::File(reader) => reader.schema(),
        }
    }

    /// The next rows; nothing at the end.
    pub fn next(&mut self, wanted: &Wanted) -> io::Result<Option<Arc<Batch>>> {
        loop {
            if let Some((batch, from)) = self.batch.take().filter(|(batch, from)| *from < batch.num_rows()) {
                let rows = ROWS.min(batch.num_rows().saturating_sub(from));
                let part = wanted.batch(self.next, &batch.slice(from, rows));
                self.next = self.next.saturating_add(rows);
                self.batch = Some((batch, from.saturating_add(rows)));
                return Ok(Some(Arc::new(part)));
            }
            let next = match &mut self.reader {
                Reader::Stream(reader) => reader.next(),
                Reader::File(reader) => reader.next(),
            };
            match next {
                Some(batch) => self.batch = Some((batch.map_err(told)?, 0)),
                None => return Ok(None),
            }
        }
    }
}
