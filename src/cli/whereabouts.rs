//! `where`: the goods, origins and times that a rule reaches.

use super::book::{self, Version, date};
use super::terminal::Terminal;
use super::{End, Failure, Outcome};
use carveout::analysis::{Region, Whereabouts, goods_of, origins_of, whereabouts};
use carveout::outcome::Interpreter;
use carveout::program::Program;
use carveout::region::{prefixes, time_words};
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
            Format::Human => terminal.out().write_all(telling.text(&found).as_bytes())?,
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
    // ── People ──

    fn text(&self, found: &Whereabouts) -> String {
        let mut out = String::new();
        self.one(found, "", &mut out);
        let part_of_rule = found.parts.iter().any(|p| p.of.is_some());
        // The clauses of what is void reach nothing, each for the same reason.
        for part in found.parts.iter().filter(|_| found.note.is_none()) {
            if !part_of_rule {
                out.push('\n');
            }
            self.one(part, "  ", &mut out);
        }
        out
    }

    fn one(&self, found: &Whereabouts, indent: &str, out: &mut String) {
        out.push_str(&format!("{indent}{}\n", self.head(found, !indent.is_empty())));
        let word = match found.kind {
            "exemption" | "suspension" | "phaseout" => "acts on",
            "rate" => "prevails on",
            _ => "has a rate on",
        };
        let mut line = |label: &str, text: &str| out.push_str(&format!("{indent}  {label:<15}{text}\n"));
        // What is said of a relief is said once, beside each of its measures.
        let told = found.parts.is_empty() || found.parts.iter().all(Whereabouts::is_clause);
        if let (Some(note), true) = (&found.note, told) {
            line("is", note);
        } else if told {
            self.regions(&found.reaches, found.kind).iter().enumerate().for_each(|(i, text)| line(if i == 0 { "reaches" } else { "" }, text));
        }
        for condition in &found.conditions {
            line("when", &self.words(*condition));
        }
        match &found.counts {
            Some(counts) if told && *counts != found.reaches => {
                self.regions(counts, found.kind).iter().enumerate().for_each(|(i, text)| line(if i == 0 { word } else { "" }, text));
            }
            _ => {}
        }
    }

    fn head(&self, found: &Whereabouts, inner: bool) -> String {
        let place = found.span.map_or_else(String::new, |s| format!(" ({})", self.place(s)));
        let cite = found.cite.as_ref().and_then(|c| Some((self.program.instrument(c.instrument)?, c.section.as_ref())));
        let cite = cite.map_or_else(String::new, |(act, section)| format!(", cites {}{}", act.name, section.map_or_else(String::new, |s| format!(" \"{s}\""))));
        match (&found.of, found.is_clause()) {
            (Some(of), _) if inner => format!("of {of}"),
            (Some(of), _) => format!("{} {} of {of}{place}{cite}", found.kind, found.name),
            (None, true) => {
                let label = if found.name.is_empty() { String::new() } else { format!(" as {}", found.name) };
                format!("{}{label}{place}{cite}", found.span.map_or_else(String::new, |s| self.clause(s)))
            }
            (None, false) => format!("{} {}{place}{cite}", found.kind, found.name),
        }
    }

    fn regions(&self, regions: &[Region], kind: &str) -> Vec<String> {
        if regions.is_empty() {
            return vec!["nothing".to_owned()];
        }
        let mut lines = Vec::new();
        for region in regions {
            let time = time_words(region.from, region.until, &self.program.clock);
            for (countries, goods) in &region.parts {
                let what = match kind {
                    "goods" => goods_of_other_names(self.program, goods),
                    "countries" => countries_text(*countries),
                    "event" => String::new(),
                    _ => format!("{} of {}", goods_of(self.program, goods), origins_of(self.program, *countries)),
                };
                lines.push(format!("{what} {time}").trim().to_owned());
            }
        }
        lines
    }

    fn words(&self, span: Span) -> String {
        self.sources.text(span).split_whitespace().collect::<Vec<_>>().join(" ")
    }

    /// A clause up to where it says when and whence, which is told otherwise.
    fn clause(&self, span: Span) -> String {
        let text = self.words(span);
        let stops = |w: &&str| !matches!(*w, "from" | "until" | "through" | "during" | "for" | "cites" | "when" | "unless" | "as" | "on" | "prevails");
        let words: Vec<&str> = text.split(' ').enumerate().take_while(|(i, w)| *i == 0 || stops(w)).map(|(_, w)| w).collect();
        words.join(" ")
    }

    fn place(&self, span: Span) -> String {
        let place = self.sources.place(span);
        format!("{}:{}", place.file.display(), place.line)
    }

    // ── Programs ──

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

/// A set of goods by its codes, and not by its own name.
fn goods_of_other_names(program: &Program, goods: &carveout::region::GoodsSet) -> String {
    let codes: Vec<String> = prefixes(goods, &program.nomenclature.existing).iter().map(ToString::to_string).collect();
    if codes.is_empty() { "no goods that exist".to_owned() } else { codes.join(", ") }
}

fn countries_text(countries: CountrySet) -> String {
    countries.iter().map(|c| c.code()).collect::<Vec<_>>().join(", ")
}
