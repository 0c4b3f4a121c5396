//! `why`: one shipment, with the whole reasoning.

use super::book::{self, Reading};
use super::stating::Stating;
use super::terminal::Terminal;
use super::{End, Failure, Outcome};
use carveout::facts::Shipment;
use carveout::outcome::{Balances, Explanation, Interpreter, Status, to_json};
use clap::{Args, ValueEnum};
use std::io::Write;
use std::path::PathBuf;

/// Assess one shipment and give every reason
#[derive(Args)]
#[command(after_help = "A fact that is not given is unknown; it is never taken to be zero, no, or now.")]
pub struct Why {
    /// A folder with `.tariff` files, or one such file
    book: PathBuf,
    #[command(flatten)]
    shipment: Stating,
    /// Moment of entry, as in "2025-05-14 12:01"
    #[arg(long, value_name = "MOMENT")]
    entered: Option<String>,
    /// Quotas as the runs with this ledger have left them; without it they are full, or as `--set QUOTA=BALANCE` says
    #[arg(long, value_name = "FILE")]
    ledger: Option<PathBuf>,
    #[arg(long, default_value = "human")]
    format: Format,
    #[command(flatten)]
    reading: Reading,
}

#[derive(Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Format {
    Human,
    Json,
}

impl Why {
    pub fn run(&self, terminal: &mut Terminal) -> Outcome {
        let Some(book) = book::runnable(&self.book, &self.reading.version, terminal)? else {
            return Ok(End::Found);
        };
        let stated = self.shipment.stated(&book.program, self.entered.as_ref())?;
        let shipment = Shipment::from_stated(&book.program, &stated, self.reading.bare_start()).map_err(|e| Failure::Said(e.to_string()))?;
        let balances = match &self.ledger {
            Some(path) => super::ledger::balances(path, &book)?,
            None => Balances::default(),
        };
        let assessment = Interpreter::new(&book.program, self.reading.known_at).assess_with(&shipment, &balances);
        let explanation = Explanation { program: &book.program, sources: &book.sources, shipment: &shipment, assessment: &assessment };
        match self.format {
            Format::Human => terminal.out().write_all(explanation.to_text().as_bytes())?,
            Format::Json => super::terminal::json(terminal.out(), &to_json(&explanation))?,
        }
        Ok(if assessment.status == Status::Assessed { End::Good } else { End::Found })
    }
}
