//! `where`: the goods, origins and times that a rule reaches.

use super::book::{self, Version, date};
use super::terminal::Terminal;
use super::{End, Failure, Outcome};
use carveout::analysis::{Region, Whereabouts, whereabouts, whereabouts_text};
use carveout::outcome::Interpreter;
use carveout::program::Program;
use carveout::region::prefixes;
use carveout::source::{Sources, Span};
use carveout::value::CountrySet;
use clap::{Args, ValueEnum};
use jiff::civil::Date;
use serde_json::{Value, json};
use std::io::Write;
use std::path::PathBuf;

/// Show which goods, origins and times a rule reaches
#[derive(Args)]
#[command(
    after_help = "A clause counts where it prevails for some shipment, and a relief where there is a rate for it to act on. `--format json` lists every code."
)]
pub struct Where {
    /// A folder with `.tariff` files, or one such file
    book: PathBuf,
    /// A measure, exemption, suspension, phase-out, limit, group, event or set; a labelled clause as `MEASURE.LABEL`
    #[arg(value_name = "NAME")]
    name: String,
    #[arg(long, default_value = "human")]
    format: Format,
    /// The law as it was known at the end of a day; without it everything is known
    #[arg(long, value_name = "DATE", value_parser = date)]
    known_at: Option<Date>,
    #[command(flatten)]
    version: Version,
}

#[derive(Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Format {
    /// In words
    Human,
    /// One object, with every code and country
    Json,
}

impl Where {
    pub fn run(&self, terminal: &mut Terminal) -> Outcome {
        let Some(book) = book::runnable(&self.book, &self.version, terminal)? else {
            return Ok(End::Found);
        };
        let interpreter = Interpreter::new(&book.program, self.known_at);
        let found = whereabouts(&interpreter, &self.name).map_err(Failure::Said)?;
        // What is of a used book is described by the sets of that book.
        let program =
            self.name.split_once('.').and_then(|(head, _)| book.program.uses.iter().find(|(n, _)| n == head)).map_or(&*book.program, |(_, used)| used);
        let telling = Telling { program, sources: &book.sources };
        match self.format {
            Format::Human => terminal.out().write_all(whereabouts_text(program, &book.sources, &found).as_bytes())?,
            Format::Json => super::terminal::json(terminal.out(), &telling.json(&found))?,
        }
        Ok(End::Good)
    }
}

struct Telling<'b> {
    program: &'b Program,
    sources: &'b Sources,
}

impl Telling<'_> {
    fn words(&self, span: Span) -> String {
        self.sources.text(span).split_whitespace().collect::<Vec<_>>().join(" ")
    }

    fn json(&self, found: &Whereabouts) -> Value {
        let place = found.span.map(|s| self.sources.place(s));
        let cite = found.cite.as_ref().and_then(|c| Some(json!({"instrument": self.program.instrument(c.instrument)?.name, "section": c.section})));
        let regions = |all: &[Region]| all.iter().map(|r| self.region(r)).collect::<Vec<_>>();
        json!({
            "kind": found.kind,
            "name": found.name,
            "of": found.of,
            "file": place.as_ref().map(|p| &p.file),
            "line": place.as_ref().map(|p| p.line),
            "cites": cite,
            "when": found.conditions.iter().map(|c| self.words(*c)).collect::<Vec<_>>(),
            "reaches": regions(&found.reaches),
            "counts": found.counts.as_ref().map(|c| regions(c)),
            "note": found.note,
            "parts": found.parts.iter().map(|p| self.json(p)).collect::<Vec<_>>(),
        })
    }

    fn region(&self, region: &Region) -> Value {
        let existing = &self.program.nomenclature.existing;
        let parts: Vec<Value> = region
            .parts
            .iter()
            .map(|(countries, goods)| {
                let all = existing.difference(goods).is_empty();
                let codes: Vec<String> = if all { vec!["all goods".to_owned()] } else { prefixes(goods, existing).iter().map(ToString::to_string).collect() };
                let origins: Vec<&str> = if *countries == CountrySet::all() { vec!["any origin"] } else { countries.iter().map(|c| c.code()).collect() };
                json!({"goods": codes, "origins": origins})
            })
            .collect();
        json!({
            "parts": parts,
            "from": region.from.map(|t| self.program.show(t)),
            "until": region.until.map(|t| self.program.show(t)),
        })
    }
}
