//! What is written of an output: rows put together in their format, packed where that is wanted.

use super::compressed::Packing;
use super::format::Named;
use super::sheet::Chunk;
use std::io::{self, Write};
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
    encoder: Option<Packing<Pipe>>,
    pipe: Pipe,
}

impl Writer {
    pub fn new(named: Named) -> io::Result<Writer> {
        let pipe = Pipe::default();
        Ok(Writer { encoder: Some(Packing::new(pipe.clone(), named.compression)?), pipe })
    }

    /// Adds rows.
    pub fn put(&mut self, chunk: &Chunk) -> io::Result<()> {
        match (chunk, &mut self.encoder) {
            (Chunk::Bytes(bytes), Some(encoder)) => encoder.write_all(bytes),
            (_, None) => Ok(()),
        }
    }

    /// Adds whatever stands at the end; nothing can be added after it.
    pub fn finish(&mut self) -> io::Result<()> {
        self.encoder.take().map_or(Ok(()), Packing::finish)
    }

    /// The bytes since this was last asked.
    pub fn drain(&mut self) -> Vec<u8> {
        self.pipe.drain()
    }
}
