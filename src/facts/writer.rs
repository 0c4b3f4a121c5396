//! What is written of an output: rows put together in their format, packed where that is wanted.

#[cfg(feature = "parquet")]
use super::arrow::ColumnWriter;
use super::compressed::Packing;
use super::format::Named;
use super::sheet::{Chunk, Shape};
use std::io::{self, ErrorKind, Write};
use std::sync::{Arc, Mutex, PoisonError};

/// Bytes that wait to be fetched.
#[derive(Clone, Default)]
struct Pipe(Arc<Mutex<Vec<u8>>>);

impl Pipe {
    fn drain(&self) -> Vec<u8> {
        std::mem::take(&mut *self.0.lock().unwrap_or_else(PoisonError::into_inner))
    }
}

impl Write for Pipe {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).extend_from_slice(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

/// Puts rows together; whoever asked for them fetches the bytes and puts these where they belong.
pub struct Writer {
    encoder: Encoder,
    pipe: Pipe,
}

enum Encoder {
    Text(Packing<Pipe>),
    #[cfg(feature = "parquet")]
    Columns(ColumnWriter<Pipe>),
    Finished,
}

impl Writer {
    /// A writer of rows of a shape, in a format and packed as is said.
    pub fn new(named: Named, shape: &Shape) -> io::Result<Writer> {
        let pipe = Pipe::default();
        #[cfg(feature = "parquet")]
        if let Some(form) = shape.form() {
            return Ok(Writer { encoder: Encoder::Columns(ColumnWriter::new(pipe.clone(), named, form)?), pipe });
        }
        #[cfg(not(feature = "parquet"))]
        let _ = shape;
        Ok(Writer { encoder: Encoder::Text(Packing::new(pipe.clone(), named.compression)?), pipe })
    }

    /// Adds rows.
    pub fn put(&mut self, chunk: &mut Chunk) -> io::Result<()> {
        match (chunk, &mut self.encoder) {
            (Chunk::Bytes(bytes), Encoder::Text(encoder)) => encoder.write_all(bytes),
            #[cfg(feature = "parquet")]
            (Chunk::Rows(rows), Encoder::Columns(encoder)) => encoder.put(rows),
            #[cfg(feature = "parquet")]
            (Chunk::Group(group), Encoder::Columns(encoder)) => group.take().map_or(Ok(()), |group| encoder.group(group)),
            (Chunk::Spoilt(words), _) => Err(io::Error::new(ErrorKind::InvalidData, std::mem::take(words))),
            _ => Err(io::Error::new(ErrorKind::InvalidInput, "rows of another format")),
        }
    }

    /// Adds whatever stands at the end; nothing can be added after it.
    pub fn finish(&mut self) -> io::Result<()> {
        match std::mem::replace(&mut self.encoder, Encoder::Finished) {
            Encoder::Text(encoder) => encoder.finish(),
            #[cfg(feature = "parquet")]
            Encoder::Columns(encoder) => encoder.finish(),
            Encoder::Finished => Ok(()),
        }
    }

    /// The bytes since this was last asked.
    pub fn drain(&mut self) -> Vec<u8> {
        self.pipe.drain()
    }
}
