//! The facts of one shipment on the command line, for every command that asks about one.

use super::Failure;
use carveout::problem;
use carveout::program::{FactKind, Program, StatedFacts};
use clap::Args;

/// A shipment, as its facts are stated.
#[derive(Args)]
pub struct Stating {
    /// Goods code, as in 3901.20.00
    #[arg(long, value_name = "CODE")]
    hs: Option<String>,
    /// Country of origin, as in US
    #[arg(long, value_name = "COUNTRY")]
    origin: Option<String>,
    /// Customs value, with or without its currency
    #[arg(long, value_name = "AMOUNT", allow_hyphen_values = true)]
    value: Option<String>,
    /// Currency of amounts that name none; otherwise the book's
    #[arg(long, value_name = "CODE")]
    currency: Option<String>,
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
}

fn pair(text: &str) -> Result<(String, String), String> {
    match text.split_once('=') {
        Some((name, value)) if !name.trim().is_empty() => Ok((name.trim().to_owned(), value.trim().to_owned())),
        _ => Err("write it as NAME=VALUE".to_owned()),
    }
}

impl Stating {
    /// Whether a goods code is given.
    pub fn names_goods(&self) -> bool {
        self.hs.is_some()
    }

    /// The facts as they were stated, each once and each known to the book, with the moment of entry where the command takes one.
    pub fn stated(&self, program: &Program, entered: Option<&String>) -> Result<StatedFacts, Failure> {
        let flags = [
            ("hs", self.hs.as_ref()),
            ("origin", self.origin.as_ref()),
            ("value", self.value.as_ref()),
            ("currency", self.currency.as_ref()),
            ("entered", entered),
            ("loaded", self.loaded.as_ref()),
            ("exported", self.exported.as_ref()),
            ("importer", self.importer.as_ref()),
            ("claims", self.claims.as_ref()),
        ];
        let given = flags.into_iter().filter_map(|(n, v)| v.map(|v| (n.to_owned(), v.clone()))).chain(self.set.iter().cloned());
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
