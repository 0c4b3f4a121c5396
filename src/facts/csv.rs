//! CSV as RFC 4180 has it, read one row at a time in bounded memory, with the line of each row and what is wrong with it.
//!
//! A malformed row spoils nothing after it: a quote that is never closed would otherwise swallow the rest of the file.

mod blocks;

pub use blocks::Block;

use super::{Fault, Row};
use std::io::{self, BufRead, Read};

/// The longest row that is read, in bytes.
pub const LONGEST_ROW: usize = 1 << 20;

const LIMIT: u64 = 1 << 20;

/// Rows of a CSV file.
pub struct CsvReader<R> {
    input: R,
    /// What was read ahead for a row that turned out malformed, and is read again.
    again: Vec<u8>,
    again_from: usize,
    /// Whether any of the present row comes from the input itself.
    fresh: bool,
    /// The start of the next block.
    ahead: Vec<u8>,
    /// Blocks that have been used, whose room serves others.
    spare: Vec<Vec<u8>>,
    next_line: usize,
    raw: Vec<u8>,
    /// What ended the input before its end: told once the whole rows before it have been given.
    failed: Option<io::Error>,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum State {
    CellStart,
    Plain,
    Quoted,
    /// After a quote within a quoted cell: it closes the cell, or stands for a quote.
    QuoteSeen,
}

impl<R: BufRead> CsvReader<R> {
    /// A byte order mark in front is skipped.
    pub fn new(input: R) -> Self {
        CsvReader { input, again: Vec::new(), again_from: 0, fresh: false, ahead: Vec::new(), spare: Vec::new(), next_line: 1, raw: Vec::new(), failed: None }
    }

    /// Reads the next row; `false` at the end of the file. Empty lines are skipped.
    pub fn read(&mut self, row: &mut Row) -> io::Result<bool> {
        loop {
            row.clear(self.next_line);
            self.raw.clear();
            self.fresh = false;
            if self.again_from >= self.again.len() {
                self.again.clear();
                self.again_from = 0;
            }
            if !self.line()? {
                return Ok(false);
            }
            if row.line == 1 && self.raw.starts_with(b"\xef\xbb\xbf") {
                self.raw.drain(..3);
            }
            if without_end(&self.raw).is_empty() {
                continue;
            }
            self.row(row)?;
            row.finish();
            return Ok(true);
        }
    }

    fn row(&mut self, row: &mut Row) -> io::Result<()> {
        let (mut state, mut from) = (State::CellStart, 0);
        let first_line_end = self.raw.len();
        loop {
            if self.raw.len() >= LONGEST_ROW {
                let fault = if state == State::Quoted { Fault::NeverClosed(row.len()) } else { Fault::TooLong };
                return self.spoilt(row, fault, first_line_end);
            }
            let open = {
                let whole = self.raw.get(from..).unwrap_or(&[]);
                let ended = without_end(whole);
                state = match scan(ended, state, row) {
                    Ok(state) => state,
                    // A quoted cell that reaches into a later line and ends badly there was most likely not meant to reach so far.
                    Err(Fault::AfterQuote(cell)) if from > 0 => return self.spoilt(row, Fault::NeverClosed(cell), first_line_end),
                    Err(fault) => return self.spoilt(row, fault, first_line_end),
                };
                if state == State::Quoted {
                    // The line end belongs to the cell.
                    row.bytes.extend_from_slice(whole.get(ended.len()..).unwrap_or(&[]));
                }
                state == State::Quoted
            };
            if !open {
                row.end_cell();
                return Ok(());
            }
            from = self.raw.len();
            if !self.line()? {
                return self.spoilt(row, Fault::NeverClosed(row.len()), first_line_end);
            }
        }
    }

    /// Gives up a row at its first line; what was read beyond is read again.
    fn spoilt(&mut self, row: &mut Row, fault: Fault, first_line_end: usize) -> io::Result<()> {
        row.fault = Some(fault);
        row.bytes.truncate(row.ends.last().copied().unwrap_or(0));
        if !self.raw.ends_with(b"\n") && self.raw.len() >= LONGEST_ROW && first_line_end == self.raw.len() {
            self.skip_line()?;
        }
        let beyond = self.raw.get(first_line_end..).unwrap_or(&[]);
        if self.fresh {
            // What had been read ahead before is used up.
            self.again = beyond.to_vec();
            self.again_from = 0;
        } else {
            self.again_from = self.again_from.saturating_sub(beyond.len());
        }
        self.next_line = row.line.saturating_add(1);
        Ok(())
    }

    /// Appends one line with its end to `raw`, up to the longest row in all; `false` at the end of the file.
    fn line(&mut self) -> io::Result<bool> {
        let before = self.raw.len();
        let room = LONGEST_ROW.saturating_sub(before);
        if self.again_from < self.again.len() {
            let rest = self.again.get(self.again_from..).unwrap_or(&[]);
            let end = rest.iter().position(|b| *b == b'\n').map_or(rest.len(), |n| n.saturating_add(1));
            self.raw.extend_from_slice(rest.get(..end).unwrap_or(&[]));
            self.again_from = self.again_from.saturating_add(end);
        }
        if !(self.raw.len() > before && self.raw.ends_with(b"\n")) {
            if let Some(failed) = self.failed.take() {
                return Err(failed);
            }
            let room = u64::try_from(room.saturating_sub(self.raw.len().saturating_sub(before))).unwrap_or(LIMIT);
            let read = (&mut self.input).take(room).read_until(b'\n', &mut self.raw)?;
            self.fresh |= read > 0;
        }
        if self.raw.len() > before {
            self.next_line = self.next_line.saturating_add(1);
        }
        Ok(self.raw.len() > before)
    }

    /// Passes over the rest of a line that is too long to be kept.
    fn skip_line(&mut self) -> io::Result<()> {
        let mut passed = Vec::new();
        loop {
            passed.clear();
            let read = (&mut self.input).take(1 << 16).read_until(b'\n', &mut passed)?;
            if read == 0 || passed.ends_with(b"\n") {
                return Ok(());
            }
        }
    }
}

fn without_end(line: &[u8]) -> &[u8] {
    let line = line.strip_suffix(b"\n").unwrap_or(line);
    line.strip_suffix(b"\r").unwrap_or(line)
}

/// Reads the cells of one line.
fn scan(line: &[u8], mut state: State, row: &mut Row) -> Result<State, Fault> {
    for byte in line {
        state = match (state, *byte) {
            (State::CellStart | State::Plain, b',') => {
                row.end_cell();
                State::CellStart
            }
            (State::QuoteSeen, b',') => {
                row.end_cell();
                State::CellStart
            }
            (State::CellStart, b'"') => State::Quoted,
            (State::Quoted, b'"') => State::QuoteSeen,
            (State::QuoteSeen, b'"') | (State::Quoted, _) => {
                row.bytes.push(*byte);
                State::Quoted
            }
            // Blanks between a closing quote and the comma are common and mean nothing.
            (State::QuoteSeen, b' ' | b'\t') => State::QuoteSeen,
            (State::QuoteSeen, _) => return Err(Fault::AfterQuote(row.len())),
            // A quote within a cell that does not begin with one stands for itself, as in `5" pipe`.
            (State::CellStart | State::Plain, other) => {
                row.bytes.push(other);
                State::Plain
            }
        };
    }
    Ok(state)
}

/// Appends a cell, quoted where it must be.
pub fn write_cell(out: &mut Vec<u8>, cell: &str) {
    if cell.bytes().any(|b| matches!(b, b',' | b'"' | b'\n' | b'\r')) {
        out.push(b'"');
        out.extend(cell.bytes().flat_map(|b| std::iter::repeat_n(b, if b == b'"' { 2 } else { 1 })));
        out.push(b'"');
    } else {
        out.extend_from_slice(cell.as_bytes());
    }
}

/// Appends a row with its line end, cells quoted where they must be.
pub fn write_row<'c>(out: &mut Vec<u8>, cells: impl IntoIterator<Item = &'c str>) {
    let start = out.len();
    let mut first = true;
    for cell in cells {
        if !first {
            out.push(b',');
        }
        first = false;
        write_cell(out, cell);
    }
    // A lone empty cell would be an empty line, which is no row.
    if out.len() == start {
        out.extend_from_slice(b"\"\"");
    }
    out.push(b'\n');
}

#[cfg(test)]
mod tests {
    use super::*;

    fn rows(text: &[u8]) -> Vec<(usize, Vec<String>, Option<Fault>)> {
        let mut reader = CsvReader::new(text);
        let (mut row, mut out) = (Row::default(), Vec::new());
        while reader.read(&mut row).unwrap() {
            out.push((row.line, row.cells().map(str::to_owned).collect(), row.fault.clone()));
        }
        out
    }

    fn cells(text: &[u8]) -> Vec<Vec<String>> {
        rows(text).into_iter().map(|(_, cells, fault)| (fault.is_none().then_some(cells)).unwrap()).collect()
    }

    #[test]
    fn plain_and_quoted_cells() {
        assert_eq!(cells(b"a,b\r\n\"x, \"\"y\"\"\",\"two\r\nlines\"\n"), [vec!["a", "b"], vec!["x, \"y\"", "two\r\nlines"]]);
        assert_eq!(cells(b"\xef\xbb\xbf\"id\",b\n1,"), [["id", "b"], ["1", ""]]);
        assert_eq!(cells(b",\n\n\r\n5\" pipe,\"a\" \n"), [["", ""], ["5\" pipe", "a"]]);
    }

    #[test]
    fn lines_are_counted_through_quoted_line_ends_and_empty_lines() {
        let found: Vec<usize> = rows(b"a\n\n\"x\ny\"\nb\n").into_iter().map(|(line, ..)| line).collect();
        assert_eq!(found, [1, 3, 5]);
    }

    #[test]
    fn a_malformed_row_spoils_no_other() {
        let found = rows(b"a,\"b\nc,d\ne,\"f\"g\nh,\"i\"\nj,\"k\n");
        assert_eq!(found[0], (1, vec!["a".to_owned()], Some(Fault::NeverClosed(1))));
        assert_eq!(found[1].1, ["c", "d"]);
        assert_eq!(found[2].2.clone(), Some(Fault::AfterQuote(1)));
        assert_eq!(found[3].1, ["h", "i"]);
        assert_eq!((found[4].0, found[4].2.clone()), (5, Some(Fault::NeverClosed(1))));
        assert_eq!(found.len(), 5);
    }

    #[test]
    fn what_is_not_utf8_is_told() {
        let found = rows(b"a,caf\xe9\nb,c\n");
        assert_eq!((found[0].1.clone(), found[0].2.clone()), (vec!["a".to_owned(), "caf\u{fffd}".to_owned()], Some(Fault::NotUtf8(1))));
        assert_eq!(found[1].1, ["b", "c"]);
    }

    #[test]
    fn a_row_that_never_ends_is_given_up() {
        let mut text = b"a,\"".to_vec();
        text.extend(std::iter::repeat_n(b"xxxxxxx\n".as_slice(), LONGEST_ROW / 4).flatten());
        let found = rows(&text);
        assert_eq!((found[0].0, found[0].2.clone()), (1, Some(Fault::NeverClosed(1))));
        assert_eq!((found[1].0, found[1].1.clone()), (2, vec!["xxxxxxx".to_owned()]));
        assert_eq!(found.len(), LONGEST_ROW / 4);

        let mut text = vec![b'x'; 3 * LONGEST_ROW];
        text.extend(b"\nb\n");
        let found = rows(&text);
        assert_eq!(found[0].2.clone(), Some(Fault::TooLong));
        assert_eq!((found[1].0, found[1].1.clone()), (2, vec!["b".to_owned()]));
    }

    #[test]
    fn rows_after_malformed_rows_are_read_once() {
        // A quote opened in the first line is closed by nothing; what was read ahead for it holds malformed rows of its own.
        let found = rows(b"a,\"\nb,\"\"\nc,\"\"x\nd,\"\"\ne\n");
        let seen: Vec<(usize, usize)> = found.iter().map(|(line, cells, _)| (*line, cells.len())).collect();
        assert_eq!(seen, [(1, 1), (2, 2), (3, 1), (4, 2), (5, 1)]);
        assert_eq!(found[2].2.clone(), Some(Fault::AfterQuote(1)));
    }

    #[test]
    fn what_is_written_is_read_back() {
        let rows = [vec!["", "a b", "x,y"], vec!["\"", "\r", "l\nm"], vec![" ", "é", ""]];
        let mut out = Vec::new();
        rows.iter().for_each(|r| write_row(&mut out, r.iter().copied()));
        assert_eq!(cells(&out), rows);
        let mut empty = Vec::new();
        write_row(&mut empty, [""]);
        assert_eq!(cells(&empty), [[""]]);
    }
}
