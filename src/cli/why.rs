//! `why`: one shipment, with the whole reasoning.

use super::book::{self, Reading};
use super::terminal::Terminal;
use super::{End, Failure, Outcome};
use carveout::facts::Shipment;
use carveout::outcome::{Balances, Explanation, Interpreter, Status, to_json};
use carveout::problem;
use carveout::program::{FactKind, Program, StatedFacts};
use clap::{Args, ValueEnum};
use std::io::Write;
use std::path::PathBuf;

/// Assess one shipment and give every reason
#[derive(Args)]
#[command(after_help = "A fact that is not given is unknown; it is never taken to be zero, no, or now.")]
pub struct Why {
    /// A folder with `.tariff` files, or one such file
    book: PathBuf,
    /// Goods code, as in 3901.20.00
    #[arg(long, value_name = "CODE")]
    hs: Option<String>,
    /// Country of origin, as in US
    #[arg(long, value_name = "COUNTRY")]
    origin: Option<String>,
    /// Customs value, with or without its currency
    #[arg(long, value_name = "AMOUNT")]
    value: Option<String>,
    /// Currency of amounts that name none; otherwise the book's
    #[arg(long, value_name = "CODE")]
    currency: Option<String>,
    /// Moment of entry, as in "2025-05-14 12:01"
    #[arg(long, value_name = "MOMENT")]
    entered: Option<String>,
    /// Moment of loading
    #[arg(long, value_name = "MOMENT")]
    loaded: Option<String>,
    /// Moment of export
    #[arg(long, value_name = "MOMENT")]
    exported: Option<String>,
    /// Name of the importer
    #[arg(long, value_name = "TEXT")]
    importer: Option<String>,
    /// What is claimed, separated by `;`
    #[arg(long, value_name = "TEXTS")]
    claims: Option<String>,
    /// Any other fact, built in or declared; `claims=` says that none is made
    #[arg(long, value_name = "NAME=VALUE", value_parser = pair)]
    set: Vec<(String, String)>,
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

fn pair(text: &str) -> Result<(String, String), String> {
    match text.split_once('=') {
        Some((name, value)) if !name.trim().is_empty() => Ok((name.trim().to_owned(), value.trim().to_owned())),
        _ => Err("write it as NAME=VALUE".to_owned()),
    }
}

impl Why {
    pub fn run(&self, terminal: &mut Terminal) -> Outcome {
        let Some(book) = book::runnable(&self.book, &self.reading.version, terminal)? else {
            return Ok(End::Found);
        };
        let stated = self.stated(&book.program)?;
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

    /// The facts as they were stated, each once and each known to the book.
    fn stated(&self, program: &Program) -> Result<StatedFacts, Failure> {
        let flags = [
            ("hs", &self.hs),
            ("origin", &self.origin),
            ("value", &self.value),
            ("currency", &self.currency),
            ("entered", &self.entered),
            ("loaded", &self.loaded),
            ("exported", &self.exported),
            ("importer", &self.importer),
            ("claims", &self.claims),
        ];
        let given = flags.into_iter().filter_map(|(n, v)| v.as_ref().map(|v| (n.to_owned(), v.clone()))).chain(self.set.iter().cloned());
        let mut stated = StatedFacts::default();
        let mut seen: Vec<String> = Vec::new();
        for (name, value) in given {
            if seen.contains(&name) {
                return Err(Failure::Said(format!("`{name}` is given twice; give it once")));
            }
            known(program, &name, &value)?;
            match name.as_str() {
                "hs" => stated.hs = Some(value),
                "origin" => stated.origin = Some(value),
                _ => stated.values.push((name.clone(), value)),
            }
            seen.push(name);
        }
        if stated.hs.is_none() {
            return Err(Failure::Said("no goods are named: give their code, as in `--hs 3901.20.00`".to_owned()));
        }
        Ok(stated)
    }
}

/// Refuses a fact that the book has not, and an empty value where nothing but claims can be empty.
fn known(program: &Program, name: &str, value: &str) -> Result<(), Failure> {
    let kind = match name {
        "hs" | "origin" | "currency" => None,
        _ => match program.find_fact(name).and_then(|f| program.fact(f)) {
            Some(fact) => Some(fact.kind),
            None => {
                let names = program.facts.iter().map(|f| f.name.as_str()).chain(["hs", "origin", "currency"]);
                let help = match problem::did_you_mean(name, names) {
                    Some(close) => format!("did you mean `{close}`?"),
                    None => "a book has the built-in facts and its own `input` items".to_owned(),
                };
                return Err(Failure::Said(format!("the book has no fact `{name}`: {help}")));
            }
        },
    };
    if value.trim().is_empty() && kind != Some(FactKind::Claims) {
        return Err(Failure::Said(format!("`{name}` is empty: leave it out where it is not known")));
    }
    Ok(())
}
