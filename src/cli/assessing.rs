//! A run that assesses: a row for each shipment, or for each of its measures, or sums.

use super::crew::{Crew, Part};
use super::frame::{Frame, Work};
use super::ledger::Held;
use super::progress::Progress;
use super::run::cannot_read;
use super::terminal::Terminal;
use super::{Failure, Outcome, table};
use carveout::facts::{Input, Late, Rejection, Row, Shape, Shipment};
use carveout::outcome::{self, Drawing, Explanation, Interpreter, Refused, Status, Summary};
use carveout::plan::Plan;
use jiff::civil::Date;
use std::path::Path;
use std::sync::Arc;

pub struct Assessing<'b> {
    pub frame: Frame<'b>,
    /// Rows draw on quotas in the order of the input.
    pub drawing: Drawing<'b>,
    pub held: &'b Held,
    pub detail: bool,
    pub summary: Option<Summary<'b>>,
    pub totals: Option<Summary<'b>>,
    pub late: Late,
}

impl Work for Assessing<'_> {
    fn next(&mut self, input: &mut Input, row: &mut Row, path: &Path, terminal: &mut Terminal) -> Result<bool, Failure> {
        self.frame.next(input, row, path, terminal)
    }

    fn late(&mut self, late: &Late) {
        self.late.merge(late);
    }

    fn row(&mut self, row: &Row, terminal: &mut Terminal) -> Result<(), Failure> {
        let id = self.frame.columns.id(row);
        match self.frame.shipment(row) {
            Ok(shipment) => self.assessed(row, &id, &shipment, terminal)?,
            Err(rejection) => {
                self.drawing.pass_over(&id, self.frame.readable(row).as_ref());
                self.rejected(row, &id, &rejection, terminal)?;
            }
        }
        self.frame.pass_on(terminal)
    }

    fn finish(&mut self, terminal: &mut Terminal) -> Outcome {
        if let Some(summary) = &self.summary {
            self.frame.sums(summary.rows()?);
            for note in summary.notes() {
                terminal.say(&format!("note: {note}"));
            }
        }
        self.frame.pass_all(terminal)?;
        if self.held.records() {
            self.frame.out.secure(terminal)?;
        }
        self.held.commit(&self.drawing)?;
        self.frame.out.finish(terminal)?;
        for note in self.late.notes() {
            terminal.say(&note);
        }
        if let Some(totals) = self.totals.as_ref().filter(|_| self.summary.is_none()) {
            terminal.say(&table::totals(totals)?);
        }
        for line in self.frame.tally.lines().into_iter().chain(self.drawing.notes()) {
            terminal.say(&line);
        }
        Ok(self.frame.end(terminal))
    }
}

impl Assessing<'_> {
    /// Puts all rows through the plan of the book; those that it leaves to the interpreter and that draw on quotas come in order.
    pub fn by_plan(
        &mut self,
        input: Input,
        shape: Arc<Shape>,
        path: &Path,
        known_at: Option<Date>,
        progress: &mut Progress,
        terminal: &mut Terminal,
    ) -> Result<(), Failure> {
        let program = &self.frame.book.program;
        let interpreter = Interpreter::new(program, known_at);
        let plan = Plan::new(&interpreter);
        let crew = Crew {
            plan: &plan,
            sources: &self.frame.book.sources,
            columns: self.frame.columns,
            shape,
            keys: input.keys(),
            bare_start: self.frame.bare_start,
            in_order: !program.quotas.is_empty() || self.summary.is_some() || self.totals.is_some(),
            sums: self.summary.is_some() || self.totals.is_some(),
            writes: self.summary.is_none(),
            looks: !self.frame.chosen.is_empty(),
        };
        crew.run(input, |done| {
            let done = match done {
                Ok(done) => done,
                Err(e) => {
                    // What came before is whole.
                    self.frame.pass_all(terminal)?;
                    self.frame.out.write(terminal)?;
                    return Err(cannot_read(path, &e));
                }
            };
            self.late.merge(&done.late);
            for part in &mut done.parts {
                match part {
                    Part::Written(rows) => {
                        self.frame.pass_all(terminal)?;
                        self.frame.out.put(rows, terminal)?;
                    }
                    Part::Row(row) => self.row(row, terminal)?,
                }
            }
            self.frame.tally.assessed_more(done.assessed);
            for summary in self.summary.iter_mut().chain(&mut self.totals) {
                summary.add_summed(&done.summed)?;
            }
            for (status, reason) in done.others.drain(..) {
                self.frame.tally.not_assessed(status, reason);
            }
            progress.rows(done.rows);
            self.frame.pass_on(terminal)
        })
    }

    fn assessed(&mut self, row: &Row, id: &str, shipment: &Shipment, terminal: &mut Terminal) -> Result<(), Failure> {
        let columns = self.frame.columns;
        let assessment = match self.drawing.assess(columns.own_id(row), id, shipment) {
            Ok(assessment) => assessment,
            Err(Refused::Shipment(words)) => {
                let column = columns.column_of("id").map(|c| columns.name(c).to_owned());
                return self.rejected(row, id, &Rejection { line: row.line, counted: row.counted(), column, words }, terminal);
            }
            Err(Refused::Ledger(error)) => return Err(error.into()),
        };
        let book = self.frame.book;
        let explanation = Explanation { program: &book.program, sources: &book.sources, shipment, assessment: &assessment };
        match assessment.status {
            Status::Assessed => self.frame.tally.assessed(),
            status => self.frame.tally.not_assessed(status, outcome::reason(&explanation)),
        }
        if self.frame.is_chosen(row, id) {
            terminal.message(&format!("{id}: {}", explanation.to_text()));
        }
        for summary in self.summary.iter_mut().chain(&mut self.totals) {
            summary.add(row, shipment, &assessment)?;
        }
        if self.summary.is_some() {
            return Ok(());
        }
        if self.detail {
            for cells in outcome::detail_rows(&explanation, id) {
                self.frame.write_alone(&cells);
            }
        } else {
            self.frame.write(row, &outcome::row(&explanation, id));
        }
        Ok(())
    }

    fn rejected(&mut self, row: &Row, id: &str, rejection: &Rejection, terminal: &mut Terminal) -> Result<(), Failure> {
        self.frame.rejected(row, id, rejection, terminal);
        for summary in self.summary.iter_mut().chain(&mut self.totals) {
            summary.add_rejected(row)?;
        }
        if self.summary.is_none() && self.detail {
            self.frame.write_alone(&outcome::rejected_detail(id));
        } else if self.summary.is_none() {
            self.frame.write(row, &outcome::rejected_row(id, &rejection.to_string()));
        }
        Ok(())
    }
}
