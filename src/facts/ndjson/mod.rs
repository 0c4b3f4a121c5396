//! NDJSON: an object on each line. Names are columns; which there are is settled by the first lines.
//!
//! A line that is no object spoils nothing after it, and numbers are taken from their text.

mod keys;
mod scan;

pub use keys::Keys;

#[cfg(feature = "parquet")]
pub(super) use keys::joined_claims;

use super::lines::{Block, LONGEST, Lines};
use super::{Fault, Row};
use indexmap::IndexSet;
use scan::Scanner;
use std::io::{self, BufRead};

/// Lines of a file.
pub struct NdjsonReader<R> {
    lines: Lines<R>,
    /// What has been read and not yet been given.
    first: Option<Block>,
    /// For reading line by line: what is left of a block.
    block: Option<(usize, Vec<u8>, usize)>,
}

impl<R: BufRead> NdjsonReader<R> {
    pub fn new(input: R) -> Self {
        NdjsonReader { lines: Lines::new(input), first: None, block: None }
    }

    /// The names that the objects of the first lines have, in the order in which they are met; in words why there are none.
    pub fn names(&mut self) -> io::Result<Result<Vec<String>, String>> {
        let Some(mut block) = self.lines.block()? else {
            return Ok(Err("the file is empty: write one object a line, such as `{\"id\": \"A-1\", \"hs\": \"3901.20\", \"origin\": \"US\"}`".to_owned()));
        };
        if block.bytes.starts_with(b"\xef\xbb\xbf") {
            block.bytes.drain(..3);
        }
        let mut names = IndexSet::new();
        let mut wrong = None;
        for (line, text) in lines(&block) {
            let Ok(text) = text else { continue };
            let mut scanner = Scanner::new(text);
            loop {
                match scanner.entry() {
                    Ok(Some(((name, escaped), ..))) => {
                        let name = if escaped { scan::unescaped(name) } else { Some(name.to_owned()) };
                        names.extend(name.map(|n| n.trim().to_owned()));
                    }
                    Ok(None) => break,
                    Err(bad) => {
                        let _ = wrong.get_or_insert((line, bad.words));
                        break;
                    }
                }
            }
        }
        self.first = Some(block);
        if names.is_empty() {
            let why = wrong.map_or_else(String::new, |(line, words)| format!("; line {line}: {words}"));
            return Ok(Err(format!("no line is an object of JSON that names anything{why}")));
        }
        Ok(Ok(names.into_iter().collect()))
    }

    /// The next lines; nothing at the end of the file.
    pub fn block(&mut self) -> io::Result<Option<Block>> {
        match self.first.take() {
            Some(block) => Ok(Some(block)),
            None => self.lines.block(),
        }
    }

    /// The next line as a row; `false` at the end of the file. Empty lines are skipped.
    pub fn read(&mut self, keys: &Keys, row: &mut Row, mut late: impl FnMut(&str, usize)) -> io::Result<bool> {
        loop {
            let (line, bytes, from) = match self.block.take() {
                Some(block) => block,
                None => match self.block()? {
                    Some(block) => (block.first, block.bytes, 0),
                    None => return Ok(false),
                },
            };
            let rest = bytes.get(from..).unwrap_or(&[]);
            if rest.is_empty() {
                continue;
            }
            let end = rest.iter().position(|b| *b == b'\n').map_or(rest.len(), |n| n.saturating_add(1));
            let whole = rest.get(..end).unwrap_or(&[]);
            let read = if without_end(whole).iter().all(u8::is_ascii_whitespace) {
                None
            } else {
                Some(match text(whole) {
                    Ok(text) => keys.row(line, text, |name| late(name, line)),
                    Err(fault) => keys.spoilt(line, fault),
                })
            };
            self.block = Some((line.saturating_add(1), bytes, from.saturating_add(end)));
            if let Some(read) = read {
                *row = read;
                return Ok(true);
            }
        }
    }
}

/// The lines of a block that are not empty, with their numbers.
pub fn lines(block: &Block) -> impl Iterator<Item = (usize, Result<&str, Fault>)> {
    let numbered = block.bytes.split_inclusive(|b| *b == b'\n').enumerate();
    numbered.filter(|(_, line)| !without_end(line).iter().all(u8::is_ascii_whitespace)).map(|(i, line)| (block.first.saturating_add(i), text(line)))
}

fn text(line: &[u8]) -> Result<&str, Fault> {
    if line.len() >= LONGEST {
        return Err(Fault::TooLong);
    }
    std::str::from_utf8(without_end(line)).map_err(|_| Fault::Json(Fault::NotUtf8(0).words().into_owned()))
}

fn without_end(line: &[u8]) -> &[u8] {
    let line = line.strip_suffix(b"\n").unwrap_or(line);
    line.strip_suffix(b"\r").unwrap_or(line)
}
