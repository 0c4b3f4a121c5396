//! Text that is compressed with gzip or Zstandard, on its way in and out.

use super::format::Compression;
use flate2::read::MultiGzDecoder;
use flate2::write::GzEncoder;
use std::io::{self, BufRead, BufReader, ErrorKind, Read, Write};

/// So much is unpacked at a time.
const GATHER: usize = 1 << 16;

/// Rows of text as they come.
pub type Source = Box<dyn BufRead + Send>;

/// What the first bytes of an input say.
fn magic(bytes: &[u8]) -> Compression {
    match bytes {
        [0x1f, 0x8b, ..] => Compression::Gzip,
        [0x28, 0xb5, 0x2f, 0xfd, ..] => Compression::Zstd,
        _ => Compression::None,
    }
}

/// Unpacks an input whose first bytes say that it is compressed; `named` is what its name says, where it has one.
pub fn unpacked(mut input: Source, named: Option<Compression>) -> io::Result<Source> {
    let found = loop {
        match input.fill_buf() {
            Ok(bytes) => break if bytes.is_empty() { named.unwrap_or_default() } else { magic(bytes) },
            Err(e) if e.kind() == ErrorKind::Interrupted => {}
            Err(e) => return Err(e),
        }
    };
    let (unpacking, how): (Box<dyn Read + Send>, _) = match (found, named) {
        (Compression::Gzip, _) => (Box::new(MultiGzDecoder::new(input)), "gzip"),
        (Compression::Zstd, _) => (Box::new(zstd::Decoder::with_buffer(input)?), "Zstandard"),
        (Compression::None, None | Some(Compression::None)) => return Ok(input),
        (Compression::None, Some(_)) => return Err(io::Error::new(ErrorKind::InvalidData, "it is not compressed, though its name says so: rename it")),
    };
    Ok(Box::new(BufReader::with_capacity(GATHER, Unpacking { unpacking, how })))
}

/// Says in words what is wrong with a compressed input.
struct Unpacking {
    unpacking: Box<dyn Read + Send>,
    how: &'static str,
}

impl Read for Unpacking {
    fn read(&mut self, bytes: &mut [u8]) -> io::Result<usize> {
        self.unpacking.read(bytes).map_err(|e| {
            let how = self.how;
            match e.kind() {
                ErrorKind::Interrupted => e,
                ErrorKind::UnexpectedEof => io::Error::new(e.kind(), format!("the file ends in the middle of what is compressed with {how}: it was cut short")),
                _ => io::Error::new(e.kind(), format!("what is compressed with {how} is damaged ({e})")),
            }
        })
    }
}

/// Packs what is written.
pub enum Packing<W: Write> {
    Plain(W),
    Gzip(GzEncoder<W>),
    Zstd(zstd::Encoder<'static, W>),
}

impl<W: Write> Packing<W> {
    pub fn new(out: W, compression: Compression) -> io::Result<Self> {
        Ok(match compression {
            Compression::None => Packing::Plain(out),
            Compression::Gzip => Packing::Gzip(GzEncoder::new(out, flate2::Compression::default())),
            Compression::Zstd => {
                let mut encoder = zstd::Encoder::new(out, 0)?;
                // So that damage is noticed.
                encoder.include_checksum(true)?;
                Packing::Zstd(encoder)
            }
        })
    }

    /// Writes what is held back, and the end.
    pub fn finish(self) -> io::Result<()> {
        match self {
            Packing::Plain(mut out) => out.flush(),
            Packing::Gzip(encoder) => encoder.finish().map(drop),
            Packing::Zstd(encoder) => encoder.finish().map(drop),
        }
    }
}

impl<W: Write> Write for Packing<W> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        match self {
            Packing::Plain(out) => out.write(bytes),
            Packing::Gzip(encoder) => encoder.write(bytes),
            Packing::Zstd(encoder) => encoder.write(bytes),
        }
    }

    fn flush(&mut self) -> io::Result<()> {
        match self {
            Packing::Plain(out) => out.flush(),
            Packing::Gzip(encoder) => encoder.flush(),
            Packing::Zstd(encoder) => encoder.flush(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn packed(text: &[u8], compression: Compression) -> Vec<u8> {
        let mut out = Vec::new();
        let mut packing = Packing::new(&mut out, compression).unwrap();
        packing.write_all(text).unwrap();
        packing.finish().unwrap();
        out
    }

    fn read(bytes: Vec<u8>, named: Option<Compression>) -> (Vec<u8>, Option<String>) {
        let mut out = Vec::new();
        let result = unpacked(Box::new(io::Cursor::new(bytes)), named).and_then(|mut input| input.read_to_end(&mut out));
        (out, result.err().map(|e| e.to_string()))
    }

    #[test]
    fn what_is_packed_is_unpacked_and_damage_is_told() {
        let text: Vec<u8> = (0..200_000u32).flat_map(|i| format!("{}\n", i.wrapping_mul(2_654_435_761)).into_bytes()).collect();
        for compression in [Compression::Gzip, Compression::Zstd] {
            let whole = packed(&text, compression);
            assert_eq!(read(whole.clone(), Some(compression)), (text.clone(), None));
            assert_eq!(read(whole.clone(), None), (text.clone(), None));
            // One after another, as `cat` joins them.
            let joined = [whole.clone(), packed(b"end", compression)].concat();
            assert_eq!(read(joined, None).0.len(), text.len() + 3);
            let (before, error) = read(whole[..whole.len() / 2].to_vec(), None);
            assert!(!before.is_empty() && text.starts_with(&before));
            assert!(error.unwrap().contains("it was cut short"));
            let mut spoilt = whole.clone();
            let middle = spoilt.len() / 2;
            spoilt[middle..middle + 50].fill(0x55);
            assert!(read(spoilt, None).1.is_some());
        }
        assert_eq!(read(b"id,hs\n".to_vec(), Some(Compression::Gzip)).1.unwrap(), "it is not compressed, though its name says so: rename it");
        assert_eq!(read(b"id,hs\n".to_vec(), None), (b"id,hs\n".to_vec(), None));
        assert!(read(Vec::new(), Some(Compression::Zstd)).1.unwrap().contains("it was cut short"));
    }
}
