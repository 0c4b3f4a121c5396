//! A run that compares what was assessed with what is owed: refunds, and what is owed after all.

use super::frame::{Frame, Work};
use super::terminal::Terminal;
use super::{Failure, Outcome, table};
use carveout::facts::{Input, Late, Row, Shipment};
use carveout::outcome::{self, Comparison, Drawing, Explanation, Refunds, Refused};
use std::path::Path;

pub struct Refunding<'b> {
    pub frame: Frame<'b>,
    /// As the law was known when shipments were assessed, and as it is known now; quotas are drawn on either side.
    pub assessed: Drawing<'b>,
    pub owed: Drawing<'b>,
    /// What is asked for instead of a row for each shipment.
    pub summary: Option<Refunds<'b>>,
    /// The closing tables, where somebody wants them.
    pub closing: Vec<Refunds<'b>>,
    pub late: Late,
}

impl Work for Refunding<'_> {
    fn next(&mut self, input: &mut Input, row: &mut Row, path: &Path, terminal: &mut Terminal) -> Result<bool, Failure> {
        self.frame.next(input, row, path, terminal)
    }

    fn late(&mut self, late: &Late) {
        self.late.merge(late);
    }

    fn row(&mut self, row: &Row, terminal: &mut Terminal) -> Result<(), Failure> {
        let id = self.frame.columns.id(row);
        match self.frame.shipment(row) {
            Ok(shipment) => self.compared(row, &id, &shipment, terminal)?,
            Err(rejection) => {
                let readable = self.frame.readable(row);
                self.assessed.pass_over(&id, readable.as_ref());
                self.owed.pass_over(&id, readable.as_ref());
                self.frame.rejected(row, &id, &rejection, terminal);
                for sums in self.summary.iter_mut().chain(&mut self.closing) {
                    sums.add(row, None)?;
                }
                if self.summary.is_none() {
                    self.frame.write(row, &outcome::rejected_refund(&id, &rejection.to_string()));
                }
            }
        }
        self.frame.pass_on(terminal)
    }

    fn finish(&mut self, terminal: &mut Terminal) -> Outcome {
        if let Some(summary) = &self.summary {
            self.frame.sums(summary.rows()?);
        }
        self.frame.pass_all(terminal)?;
        self.frame.out.finish(terminal)?;
        for note in self.late.notes() {
            terminal.say(&note);
        }
        for closing in &self.closing {
            terminal.say(&format!("{}\n", table::refunds(closing)?));
        }
        // What is in doubt is so on both days.
        for line in self.frame.tally.lines_as("compared").into_iter().chain(self.owed.in_doubt()) {
            terminal.say(&line);
        }
        Ok(self.frame.end(terminal))
    }
}

impl Refunding<'_> {
    fn compared(&mut self, row: &Row, id: &str, shipment: &Shipment, terminal: &mut Terminal) -> Result<(), Failure> {
        let of = |drawing: &mut Drawing<'_>| {
            drawing.assess(None, id, shipment).map_err(|refused| match refused {
                Refused::Shipment(words) => Failure::Said(format!("{id}: {words}")),
                Refused::Ledger(error) => error.into(),
            })
        };
        let (was, is) = (of(&mut self.assessed)?, of(&mut self.owed)?);
        let book = self.frame.book;
        let explain = |assessment| Explanation { program: &book.program, sources: &book.sources, shipment, assessment };
        let comparison = Comparison { assessed: explain(&was), owed: explain(&is) };
        match comparison.open() {
            None => self.frame.tally.assessed(),
            Some(open) => {
                let reason = format!("{} {}", outcome::reason(open), outcome::as_known(open.assessment.known_at));
                self.frame.tally.not_assessed(open.assessment.status, reason);
            }
        }
        if self.frame.is_chosen(row, id) {
            terminal.message(&format!("{id}: {}\n{id}: {}", comparison.assessed.to_text(), comparison.owed.to_text()));
        }
        for sums in self.summary.iter_mut().chain(&mut self.closing) {
            sums.add(row, Some((shipment, &comparison)))?;
        }
        if self.summary.is_none() {
            self.frame.write(row, &comparison.row(id));
        }
        Ok(())
    }
}
