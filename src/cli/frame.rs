//! What all kinds of run share: how rows are read, what they are called by, and where results go.

use super::book::Book;
use super::files::Rows;
use super::terminal::Terminal;
use super::{End, Failure, Outcome};
use carveout::facts::{Columns, CsvRow, Rejection, Shipment, write_row};
use carveout::outcome::{Status, Tally};

/// What is done with each row.
pub trait Work {
    fn header(&mut self);
    fn row(&mut self, row: &CsvRow, terminal: &mut Terminal) -> Result<(), Failure>;
    fn finish(&mut self, terminal: &mut Terminal) -> Outcome;
}

pub struct Frame<'b> {
    pub book: &'b Book,
    pub columns: &'b Columns,
    /// The columns that are carried through, with their names in the output.
    pub carried: Vec<(usize, String)>,
    /// The rows to be explained, as columns and what they hold; no column stands for what a row is called by.
    pub chosen: Vec<(Option<usize>, String)>,
    pub bare_start: Option<bool>,
    pub tally: Tally,
    pub out: Rows,
}

impl Frame<'_> {
    pub fn shipment(&self, row: &CsvRow) -> Result<Shipment, Rejection> {
        self.columns.shipment(&self.book.program, row, self.bare_start)
    }

    /// What can be read of a row that is rejected.
    pub fn readable(&self, row: &CsvRow) -> Option<Shipment> {
        self.columns.readable(&self.book.program, row, self.bare_start)
    }

    /// Writes the names of the columns, with those that are carried through.
    pub fn header(&mut self, names: &[&str]) {
        write_row(self.out.buffer(), names.iter().copied().chain(self.carried.iter().map(|(_, n)| n.as_str())));
    }

    /// Writes a row, with the cells that are carried through.
    pub fn write(&mut self, row: &CsvRow, cells: &[String]) {
        let carried = self.carried.iter().map(|(at, _)| row.cell(*at).unwrap_or(""));
        write_row(self.out.buffer(), cells.iter().map(String::as_str).chain(carried));
    }

    /// Writes sums: the names of their columns, and a row for each group.
    pub fn sums(&mut self, names: Vec<&str>, rows: Vec<Vec<String>>) {
        write_row(self.out.buffer(), names);
        for cells in rows {
            write_row(self.out.buffer(), cells.iter().map(String::as_str));
        }
    }

    /// How the run ends: well where every row could be reckoned.
    pub fn end(&self) -> End {
        if self.tally.count_not_assessed() > 0 { End::Found } else { End::Good }
    }

    /// Counts what could not be read, and tells it where the row was chosen.
    pub fn rejected(&mut self, row: &CsvRow, id: &str, rejection: &Rejection, terminal: &mut Terminal) {
        self.tally.not_assessed(Status::Rejected, rejection.reason());
        if self.is_chosen(row, id) {
            terminal.message(&format!("{id}: rejected: {rejection}\n"));
        }
    }

    pub fn is_chosen(&self, row: &CsvRow, id: &str) -> bool {
        self.chosen.iter().any(|(column, value)| match column {
            Some(at) => row.cell(*at).is_some_and(|c| c.trim() == value),
            None => id == value,
        })
    }
}
