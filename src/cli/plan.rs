//! `plan`: how a book is run over many shipments.

use super::book::{self, Reading};
use super::stating::Stating;
use super::terminal::Terminal;
use super::{End, Failure, Outcome};
use carveout::facts::Shipment;
use carveout::outcome::Interpreter;
use carveout::plan::Plan;
use clap::Args;
use std::io::Write;
use std::path::PathBuf;

/// Show the plan by which a book is run over many shipments
#[derive(Args)]
#[command(
    name = "plan",
    after_help = "Lists what tells shipments apart for each measure. With a shipment, each measure's leaf follows: what is asked of the facts \
                  of such shipments, and what they are charged, before anything is reckoned."
)]
pub struct ShowPlan {
    /// A folder with `.tariff` files, or one such file
    book: PathBuf,
    #[command(flatten)]
    shipment: Stating,
    /// Moment of entry, as in "2025-05-14 12:01"
    #[arg(long, value_name = "MOMENT")]
    entered: Option<String>,
    #[command(flatten)]
    reading: Reading,
}

impl ShowPlan {
    pub fn run(&self, terminal: &mut Terminal) -> Outcome {
        let Some(book) = book::runnable(&self.book, &self.reading.version, terminal)? else {
            return Ok(End::Found);
        };
        let interpreter = Interpreter::new(&book.program, self.reading.known_at);
        let plan = Plan::new(&interpreter);
        write!(terminal.out(), "{}", plan.listing())?;
        if !self.shipment.names_goods() {
            return Ok(End::Good);
        }
        let stated = self.shipment.stated(&book.program, self.entered.as_ref())?;
        let shipment = Shipment::from_stated(&book.program, &stated, self.reading.bare_start()).map_err(|e| Failure::Said(e.to_string()))?;
        if self.entered.is_none() {
            return Err(Failure::Said("no moment of entry is named: give it, as in `--entered 2025-05-01`".to_owned()));
        }
        match plan.leaves(&shipment, &book.sources) {
            Some(leaves) => write!(terminal.out(), "{}:\n{leaves}", shipment.hs)?,
            None => writeln!(terminal.out(), "{}: rules tell the goods within this code apart; each shipment is left to the interpreter", shipment.hs)?,
        }
        Ok(End::Good)
    }
}
