//! What all kinds of run share: how rows are read, what they are called by, and where results go.

use super::book::Book;
use super::files::{GATHER, Rows};
use super::run::cannot_read;
use super::terminal::Terminal;
use super::{End, Failure, Outcome};
use carveout::facts::{Columns, Input, Late, Rejection, Row, Sheet, Shipment};
use carveout::outcome::{Status, Tally};
use std::cell::RefCell;
use std::collections::BTreeSet;
use std::path::Path;

/// What is done with each row.
pub trait Work {
    /// Reads the next row. Where it cannot be read, what came before is passed on.
    fn next(&mut self, input: &mut Input, row: &mut Row, path: &Path, terminal: &mut Terminal) -> Result<bool, Failure>;
    /// Takes notice of names that came after the columns were settled.
    fn late(&mut self, late: &Late);
    fn row(&mut self, row: &Row, terminal: &mut Terminal) -> Result<(), Failure>;
    fn finish(&mut self, terminal: &mut Terminal) -> Outcome;
}

pub struct Frame<'b> {
    pub book: &'b Book,
    pub columns: &'b Columns,
    /// The rows to be explained, as columns and what they hold; no column stands for what a row is called by.
    pub chosen: Vec<(Option<usize>, String)>,
    /// Which of these were met.
    pub met: RefCell<BTreeSet<usize>>,
    pub bare_start: Option<bool>,
    pub tally: Tally,
    /// Rows that are done, and not yet passed on.
    pub sheet: Sheet,
    pub out: Rows,
}

impl Frame<'_> {
    pub fn next(&mut self, input: &mut Input, row: &mut Row, path: &Path, terminal: &mut Terminal) -> Result<bool, Failure> {
        match input.read(row) {
            Ok(more) => Ok(more),
            Err(e) => {
                self.pass_all(terminal)?;
                self.out.write(terminal)?;
                Err(cannot_read(path, &e))
            }
        }
    }

    pub fn shipment(&self, row: &Row) -> Result<Shipment, Rejection> {
        self.columns.shipment(&self.book.program, row, self.bare_start)
    }

    /// What can be read of a row that is rejected.
    pub fn readable(&self, row: &Row) -> Option<Shipment> {
        self.columns.readable(&self.book.program, row, self.bare_start)
    }

    /// Writes a row, with the cells that are carried through.
    pub fn write(&mut self, row: &Row, cells: &[String]) {
        self.sheet.row(cells.iter().map(String::as_str), Some(row));
    }

    /// Writes a row without what is carried through.
    pub fn write_alone(&mut self, cells: &[String]) {
        self.sheet.row(cells.iter().map(String::as_str), None);
    }

    /// Writes sums: a row for each group.
    pub fn sums(&mut self, rows: Vec<Vec<String>>) {
        rows.iter().for_each(|cells| self.write_alone(cells));
    }

    /// Passes on what has been gathered, when it is enough.
    pub fn pass_on(&mut self, terminal: &mut Terminal) -> Result<(), Failure> {
        if self.sheet.len() < GATHER { Ok(()) } else { self.pass_all(terminal) }
    }

    /// Passes on what has been gathered.
    pub fn pass_all(&mut self, terminal: &mut Terminal) -> Result<(), Failure> {
        if self.sheet.is_empty() {
            return Ok(());
        }
        let mut chunk = self.sheet.take();
        self.out.put(&mut chunk, terminal)
    }

    /// How the run ends: well where every row could be reckoned. Rows that were to be explained and never came are named.
    pub fn end(&self, terminal: &mut Terminal) -> End {
        let met = self.met.borrow();
        for (column, value) in self.chosen.iter().enumerate().filter(|(n, _)| !met.contains(n)).map(|(_, chosen)| chosen) {
            let name = column.and_then(|at| self.columns.header().get(at)).map_or("id", String::as_str);
            terminal.message(&format!("warning: no row has {name}={value}, so that there is nothing to explain"));
        }
        if self.tally.count_not_assessed() > 0 { End::Found } else { End::Good }
    }

    /// Counts what could not be read, and tells it where the row was chosen.
    pub fn rejected(&mut self, row: &Row, id: &str, rejection: &Rejection, terminal: &mut Terminal) {
        self.tally.not_assessed(Status::Rejected, rejection.reason());
        if self.is_chosen(row, id) {
            terminal.message(&format!("{id}: rejected: {rejection}\n"));
        }
    }

    pub fn is_chosen(&self, row: &Row, id: &str) -> bool {
        let is_it = |(column, value): &(Option<usize>, String)| match column {
            Some(at) => row.cell(*at).is_some_and(|c| c.trim() == value),
            None => id == value,
        };
        let here: Vec<usize> = self.chosen.iter().enumerate().filter(|(_, c)| is_it(c)).map(|(n, _)| n).collect();
        self.met.borrow_mut().extend(&here);
        !here.is_empty()
    }
}
