//! Blocks of whole lines, read ahead so that several threads can take them apart.

use std::io::{self, BufRead};

/// So much is read at a time.
pub const BLOCK: usize = 1 << 18;

/// Lines longer than this are given up, in bytes.
pub const LONGEST: usize = 1 << 20;

/// The lines of a file, many at once.
pub struct Lines<R> {
    input: R,
    /// The start of the next block.
    ahead: Vec<u8>,
    next_line: usize,
    /// What ended the input before its end: told once the whole lines before it have been given.
    failed: Option<io::Error>,
}

/// Whole lines; the number of the first counts from 1.
#[derive(Debug)]
pub struct Block {
    pub first: usize,
    pub bytes: Vec<u8>,
}

impl<R: BufRead> Lines<R> {
    pub fn new(input: R) -> Self {
        Lines { input, ahead: Vec::new(), next_line: 1, failed: None }
    }

    /// The next lines; nothing at the end of the file. A line that is too long comes alone, and cut short.
    pub fn block(&mut self) -> io::Result<Option<Block>> {
        let mut bytes = std::mem::take(&mut self.ahead);
        let mut ended = self.fill(&mut bytes, BLOCK);
        let mut cut = end_of_lines(&bytes);
        if cut == 0 && !ended {
            ended = self.fill(&mut bytes, LONGEST);
            cut = end_of_lines(&bytes);
            if cut == 0 && !ended {
                self.skip_line();
                cut = bytes.len();
            }
        }
        if ended && self.failed.is_none() {
            cut = bytes.len();
        }
        self.ahead = bytes.split_off(cut.min(bytes.len()));
        if bytes.is_empty() {
            return self.failed.take().map_or(Ok(None), Err);
        }
        let first = self.next_line;
        let unended = usize::from(!bytes.ends_with(b"\n"));
        self.next_line = first.saturating_add(bytes.iter().filter(|b| **b == b'\n').count()).saturating_add(unended);
        Ok(Some(Block { first, bytes }))
    }

    /// Reads up to so much; whether nothing more comes.
    fn fill(&mut self, bytes: &mut Vec<u8>, most: usize) -> bool {
        bytes.reserve(most.saturating_sub(bytes.len()));
        while bytes.len() < most {
            let read = match self.input.fill_buf() {
                Ok(read) => read,
                Err(e) if e.kind() == io::ErrorKind::Interrupted => continue,
                Err(e) => {
                    self.failed = Some(e);
                    return true;
                }
            };
            if read.is_empty() || self.failed.is_some() {
                return true;
            }
            let taken = read.len().min(most.saturating_sub(bytes.len()));
            bytes.extend_from_slice(read.get(..taken).unwrap_or(&[]));
            self.input.consume(taken);
        }
        false
    }

    /// Passes over the rest of a line that is too long to be kept.
    fn skip_line(&mut self) {
        let mut passed = Vec::new();
        loop {
            passed.clear();
            let ended = self.fill(&mut passed, BLOCK);
            if let Some(at) = passed.iter().position(|b| *b == b'\n') {
                self.ahead = passed.split_off(at.saturating_add(1));
                return;
            }
            if ended {
                return;
            }
        }
    }
}

fn end_of_lines(bytes: &[u8]) -> usize {
    bytes.iter().rposition(|b| *b == b'\n').map_or(0, |n| n.saturating_add(1))
}
