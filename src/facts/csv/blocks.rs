//! Rows read ahead in blocks, so that several threads can take them apart: whole lines where no quote stands in them, single rows
//! where one does.

use super::{CsvReader, Row};
use memchr::{memchr, memchr_iter, memrchr};
use std::io::{self, BufRead};

/// So much is read at a time.
const BLOCK: usize = 1 << 18;

/// So many used blocks are kept for others.
const MOST_SPARE: usize = 8;

/// So many rows with quotes are given at a time.
const ROWS: usize = 1024;

/// Some rows of a file, in order.
#[derive(Debug)]
pub enum Block {
    /// Whole lines without quotes; the number of the first counts from 1.
    Lines(usize, Vec<u8>),
    Rows(Vec<Row>),
}

impl<R: BufRead> CsvReader<R> {
    /// The rows of lines whose first has the given number.
    pub fn from_line(input: R, line: usize) -> Self {
        CsvReader { next_line: line, ..CsvReader::new(input) }
    }

    /// Takes back the lines of a block that has been used.
    pub fn reuse(&mut self, lines: Vec<u8>) {
        // Where rows are read one by one, less room is taken than given back.
        if self.spare.len() < MOST_SPARE {
            self.spare.push(lines);
        }
    }

    /// The next rows; nothing at the end of the file. After the first block, rows are read in blocks only.
    pub fn block(&mut self) -> io::Result<Option<Block>> {
        if self.again_from < self.again.len() {
            return self.rows();
        }
        let mut bytes = std::mem::take(&mut self.ahead);
        let mut ended = false;
        match self.failed.take().map_or_else(|| self.fill(&mut bytes), Err) {
            Ok(all) => ended = all,
            Err(e) => {
                // The whole lines before it are given first.
                bytes.truncate(memrchr(b'\n', &bytes).map_or(0, |n| n.saturating_add(1)));
                if bytes.is_empty() {
                    return Err(e);
                }
                self.failed = Some(e);
            }
        }
        if bytes.is_empty() {
            return Ok(None);
        }
        let after_last = |part: &[u8]| memrchr(b'\n', part).map_or(0, |n| n.saturating_add(1));
        let mut end = if ended { bytes.len() } else { after_last(&bytes) };
        let whole = bytes.get(..end).unwrap_or(&[]);
        if let Some(quote) = memchr(b'"', whole) {
            // What comes from the line of the first quote on is read row by row.
            end = after_last(whole.get(..quote).unwrap_or(&[]));
            self.again = bytes.split_off(end.min(bytes.len()));
            self.again_from = 0;
        } else if end == 0 {
            // A line longer than a block.
            self.again = std::mem::take(&mut bytes);
            self.again_from = 0;
        } else {
            self.ahead = self.spare.pop().unwrap_or_default();
            self.ahead.clear();
            self.ahead.extend_from_slice(bytes.get(end..).unwrap_or(&[]));
            bytes.truncate(end);
        }
        if bytes.is_empty() {
            return self.rows();
        }
        let first = self.next_line;
        let unended = usize::from(!bytes.ends_with(b"\n"));
        let lines = memchr_iter(b'\n', &bytes).count().saturating_add(unended);
        self.next_line = first.saturating_add(lines);
        Ok(Some(Block::Lines(first, bytes)))
    }

    /// Reads up to a block; whether the file has ended.
    fn fill(&mut self, bytes: &mut Vec<u8>) -> io::Result<bool> {
        let mut filled = bytes.len();
        bytes.resize(filled.max(BLOCK), 0);
        while let Some(room) = bytes.get_mut(filled..).filter(|room| !room.is_empty()) {
            // A large room is filled from the file itself, past the reader's own buffer.
            match self.input.read(room) {
                Ok(0) => {
                    bytes.truncate(filled);
                    return Ok(true);
                }
                Ok(read) => filled = filled.saturating_add(read),
                Err(e) if e.kind() == io::ErrorKind::Interrupted => {}
                Err(e) => {
                    bytes.truncate(filled);
                    return Err(e);
                }
            }
        }
        Ok(false)
    }

    /// Rows, until what was read ahead is used up.
    fn rows(&mut self) -> io::Result<Option<Block>> {
        let mut rows = Vec::new();
        while rows.len() < ROWS && (rows.is_empty() || self.again_from < self.again.len()) {
            let mut row = Row::default();
            match self.read(&mut row) {
                Ok(true) => rows.push(row),
                Ok(false) => break,
                Err(e) if rows.is_empty() => return Err(e),
                Err(e) => {
                    self.failed = Some(e);
                    break;
                }
            }
        }
        Ok(if rows.is_empty() { None } else { Some(Block::Rows(rows)) })
    }
}

impl Row {
    /// A line without quotes, and without its end.
    pub fn of_line(line: usize, text: &str) -> Row {
        let mut row = Row { line, ..Row::default() };
        for cell in text.split(',') {
            row.text.push_str(cell);
            row.ends.push(row.text.len());
        }
        row
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    type Seen = (usize, Vec<String>, Option<super::super::Fault>);

    fn seen(row: &Row) -> Seen {
        (row.line, row.cells().map(str::to_owned).collect(), row.fault.clone())
    }

    fn by_rows(text: &[u8]) -> Vec<Seen> {
        let (mut reader, mut row, mut out) = (CsvReader::new(text), Row::default(), Vec::new());
        while reader.read(&mut row).unwrap() {
            out.push(seen(&row));
        }
        out
    }

    fn by_blocks(text: &[u8]) -> Vec<Seen> {
        let (mut reader, mut header, mut out) = (CsvReader::new(text), Row::default(), Vec::new());
        if reader.read(&mut header).unwrap() {
            out.push(seen(&header));
        }
        while let Some(block) = reader.block().unwrap() {
            match block {
                Block::Rows(rows) => out.extend(rows.iter().map(seen)),
                Block::Lines(first, bytes) => match std::str::from_utf8(&bytes) {
                    Ok(text) => {
                        for (i, line) in text.split_inclusive('\n').enumerate() {
                            let line = line.strip_suffix('\n').unwrap_or(line);
                            let line = line.strip_suffix('\r').unwrap_or(line);
                            if !line.is_empty() {
                                out.push(seen(&Row::of_line(first.saturating_add(i), line)));
                            }
                        }
                    }
                    Err(_) => {
                        let (mut reader, mut row) = (CsvReader::from_line(bytes.as_slice(), first), Row::default());
                        while reader.read(&mut row).unwrap() {
                            out.push(seen(&row));
                        }
                    }
                },
            }
        }
        out
    }

    #[test]
    fn blocks_longer_than_one_are_joined_to_the_same_rows() {
        let mut text = b"h,i\n".to_vec();
        for i in 0..60_000 {
            text.extend_from_slice(if i % 20_011 == 7 { b"\"x\ny\",2\n" } else { b"1234,56\r\n" });
        }
        text.extend(std::iter::repeat_n(b'z', 2 * BLOCK));
        text.extend_from_slice(b"\nlast");
        assert_eq!(by_blocks(&text), by_rows(&text));
    }

    proptest! {
        /// Rows are the same however they are read.
        #[test]
        fn blocks_hold_the_rows(parts in prop::collection::vec(prop::sample::select(vec!["a", ",", "\n", "\"", "\r\n", "é", "\"\"", " "]), 0..40)) {
            let text: String = parts.concat();
            prop_assert_eq!(by_blocks(text.as_bytes()), by_rows(text.as_bytes()));
        }
    }
}
