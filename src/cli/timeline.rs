//! `timeline`: every change of rate for one shipment, whenever it enters.

use super::book::{self, Reading};
use super::stating::Stating;
use super::terminal::Terminal;
use super::{End, Failure, Outcome};
use carveout::facts::Shipment;
use carveout::outcome::Interpreter;
use carveout::program::{MeasureId, Named, Program};
use carveout::world::{Disk, World};
use carveout::{problem, timeline};
use clap::{Args, ValueEnum};
use std::io::Write;
use std::path::PathBuf;

/// Show every change of rate for one shipment, with its cause
#[derive(Args)]
#[command(after_help = "The shipment is assessed at every moment at which anything may change, so that the answer is that of `why`. Where no value is given, \
                        and no rule tests it, an example stands in for it.")]
pub struct Timeline {
    /// A folder with `.tariff` files, or one such file
    book: PathBuf,
    /// Measures or groups; all that have to do with the shipment where none is named
    #[arg(value_name = "MEASURE")]
    measures: Vec<String>,
    #[command(flatten)]
    shipment: Stating,
    #[arg(long, default_value = "human")]
    format: Format,
    /// Write to a file; `.json` and `.svg` choose the format where none is named
    #[arg(long, short, value_name = "FILE")]
    output: Option<PathBuf>,
    #[command(flatten)]
    reading: Reading,
}

#[derive(Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Format {
    /// A table for each measure
    Human,
    /// One object with every stretch of time
    Json,
    /// A chart with steps, 900 pixels wide
    Svg,
}

impl Timeline {
    pub fn run(&self, terminal: &mut Terminal) -> Outcome {
        let Some(book) = book::runnable(&self.book, &self.reading.version, terminal)? else {
            return Ok(End::Found);
        };
        let program = &*book.program;
        let stated = self.shipment.stated(program, None)?;
        if stated.values.iter().any(|(name, _)| name == "entered") {
            return Err(Failure::Said("a timeline is over every moment of entry: leave `entered` out".to_owned()));
        }
        let shipment = Shipment::from_stated(program, &stated, self.reading.bare_start()).map_err(|e| Failure::Said(e.to_string()))?;
        let measures = self.chosen(program)?;
        let interpreter = Interpreter::new(program, self.reading.known_at);
        let timeline = timeline::Timeline::new(&interpreter, &book.sources, &shipment, &measures);
        let text = match self.format() {
            Format::Human => timeline::to_text(&timeline, !self.measures.is_empty()),
            Format::Json => format!("{:#}\n", timeline::to_json(&timeline)),
            Format::Svg => timeline::to_svg(&timeline),
        };
        match &self.output {
            Some(path) => Disk.write(path, &text, true).map_err(Failure::Said)?,
            None => terminal.out().write_all(text.as_bytes())?,
        }
        Ok(End::Good)
    }

    /// What is named decides; otherwise the name of the file does.
    fn format(&self) -> Format {
        let extension = self.output.as_ref().and_then(|p| p.extension()).and_then(|e| e.to_str());
        match (self.format, extension) {
            (Format::Human, Some("json")) => Format::Json,
            (Format::Human, Some("svg")) => Format::Svg,
            (format, _) => format,
        }
    }

    fn chosen(&self, program: &Program) -> Result<Vec<MeasureId>, Failure> {
        if self.measures.is_empty() {
            return Ok((0..program.measures.len()).map(MeasureId).collect());
        }
        let mut all = Vec::new();
        for name in &self.measures {
            let found = match program.names.get(name) {
                Some(Named::Measure(m)) => vec![*m],
                Some(Named::Group(g)) => program.groups.get(*g).cloned().unwrap_or_default(),
                Some(other) => return Err(Failure::Said(format!("`{name}` is {}, and no measure", other.kind()))),
                None => {
                    let known = program.names.iter().filter(|(_, n)| matches!(n, Named::Measure(_) | Named::Group(_))).map(|(n, _)| n.as_str());
                    let help = problem::did_you_mean(name, known).map_or_else(|| "`why` shows all of them".to_owned(), |c| format!("did you mean `{c}`?"));
                    return Err(Failure::Said(format!("the book has no measure `{name}`: {help}")));
                }
            };
            all.extend(found.into_iter().filter(|m| !all.contains(m)).collect::<Vec<_>>());
        }
        Ok(all)
    }
}
