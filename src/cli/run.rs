//! `run`: assesses a file of shipments.

use super::book::{self, Book, Reading};
use super::files::{self, Target};
use super::ledger::{self, Held};
use super::table;
use super::terminal::Terminal;
use super::{End, Failure, Outcome};
use carveout::facts::{Columns, CsvReader, CsvRow, Rejection, Shipment, lookalike, write_row};
use carveout::outcome::{self, Drawing, Explanation, Refused, Status, Summary, SummaryError, Tally};
use clap::Args;
use std::io::BufRead;
use std::path::PathBuf;

const HELP: &str = "\
Columns of the input are facts by name: id, hs, origin, value, currency, entered, loaded, exported, importer, claims (separated by `;`),
units such as kg, and every `input` of the book. Other columns are carried through. Rows without an id are called by their line.
Columns of the output, in the order of the input:
  id,status,duty,tax,fee,total,rate_percent,applied,relieved,problem
followed by the carried columns; one whose name is taken above is called input.NAME. `rate_percent` is the duty over the customs value, rounded
half up to four places; `applied` and `relieved` are separated by `;`, as in `mfn=65.00;general=100.00` and `general:quiet_list`.
With --detail, a row for each shipment and measure that reaches it:
  id,measure,outcome,rate,base,amount,by,cites,clause
With --summary, a row for each group:
  shipments,assessed,value,value_percent,duty,tax,fee,total,relieved_value,relieved_percent,saved
Sums are of assessed shipments. `value_percent` is the share of the value of all of them; `relieved_value` is the value on which an exemption
acted, and `relieved_percent` its share of the group's; `saved` is what measures would have charged at the rate after suspensions, had the
exemption not acted, less what they charged. Grouped by measure or relief, a shipment counts in each group that it belongs to.
Quotas are drawn in the order of the rows: from full balances, or with --ledger from what earlier runs left. A ledger knows shipments by their
id. One that it has keeps what it drew, so that a file may be run again; one that it has with other facts is rejected. The draws of a run are
recorded when its output is complete: a run that fails or is interrupted leaves the ledger as it was.
Results go to standard output; what was not assessed, and why, to standard error.
Exit status: 0 all assessed, 1 some shipment was not, 2 wrong usage or unreadable input.";

/// Assess a file of shipments
#[derive(Args)]
#[command(after_help = HELP)]
pub struct Run {
    /// A folder with `.tariff` files, or one such file
    book: PathBuf,
    /// A CSV file, or `-` for standard input
    shipments: PathBuf,
    /// Columns that hold a fact under another name, as in hts=hs,country=origin; either side may be the column
    #[arg(long, value_name = "COLUMN=FACT", value_delimiter = ',', value_parser = pair)]
    map: Vec<(String, String)>,
    /// Write there instead of to standard output; a file is put in place when it is whole, until then it is called FILE.partial
    #[arg(long, short, value_name = "FILE")]
    output: Option<PathBuf>,
    /// A row for each shipment and measure
    #[arg(long, conflicts_with = "summary")]
    detail: bool,
    /// Sums by columns of the input, `chapter`, `measure`, `relief` (the exemption that acted) or `status`
    #[arg(long, value_name = "COLUMNS", value_delimiter = ',')]
    summary: Vec<String>,
    /// Give the whole reasoning of chosen rows on standard error, as in id=A-17
    #[arg(long, value_name = "COLUMN=VALUE", value_parser = pair)]
    explain: Vec<(String, String)>,
    /// Draw on quotas where earlier runs left them, and record it there; the file is made where there is none
    #[arg(long, value_name = "FILE")]
    ledger: Option<PathBuf>,
    #[command(flatten)]
    reading: Reading,
}

fn pair(text: &str) -> Result<(String, String), String> {
    match text.split_once('=') {
        Some((left, right)) if !left.trim().is_empty() && !right.trim().is_empty() => Ok((left.trim().to_owned(), right.trim().to_owned())),
        _ => Err("write it as NAME=NAME".to_owned()),
    }
}

impl From<SummaryError> for Failure {
    fn from(error: SummaryError) -> Self {
        Failure::Said(error.to_string())
    }
}

impl Run {
    pub fn run(&self, terminal: &mut Terminal) -> Outcome {
        if self.ledger.is_some() && self.reading.version.scenario.is_some() {
            return Err(Failure::Said("`--ledger` records what is drawn, and a scenario is only supposed: leave one of them out".to_owned()));
        }
        let input = files::open(&self.shipments)?;
        let Some(book) = book::runnable(&self.book, &self.reading.version, terminal)? else {
            return Ok(End::Found);
        };
        let mut reader = CsvReader::new(input);
        let mut row = CsvRow::default();
        read(&mut reader, &mut row, &self.shipments)?;
        let columns = Columns::new(&book.program, &row, &self.map).map_err(|e| Failure::Said(format!("`{}`: {e}", self.shipments.display())))?;
        let carried = carried(&columns);
        let chosen = self.chosen(&columns)?;
        let summary = match self.summary.is_empty() {
            true => None,
            false => Some(Summary::new(&book.program, &columns, &carried, &self.summary)?),
        };
        if let Some(scenario) = &book.program.scenario {
            terminal.say(&format!("note: under scenario `{scenario}`"));
        }
        if self.ledger.is_some() {
            ledger::suits(&book, &columns)?;
        }
        absent(&book, &columns, terminal);
        let (drawing, held) = ledger::drawing(self.ledger.as_deref(), &book, self.reading.known_at, terminal)?;
        let target = Target::open(self.output.as_deref())?;
        let mut batch = Batch {
            book: &book,
            drawing,
            held: &held,
            columns: &columns,
            carried,
            chosen,
            bare_start: self.reading.bare_start(),
            detail: self.detail,
            summary,
            // The table of totals is for people; nobody waits for it where nobody looks.
            totals: terminal.is_watched().then(|| Summary::by_measure(&book.program)),
            tally: Tally::default(),
            out: files::Rows::new(target),
        };
        batch.header();
        let mut progress = super::progress::Progress::new(terminal, batch.out.is_stdout());
        let mut all = || {
            while read(&mut reader, &mut row, &self.shipments)? {
                batch.row(&row, terminal)?;
                progress.row();
            }
            progress.end();
            batch.finish(terminal)
        };
        all().map_err(|failure| held.failed(failure))
    }

    /// The rows to be explained, as columns and what they hold; no column stands for what a row is called by.
    fn chosen(&self, columns: &Columns) -> Result<Vec<(Option<usize>, String)>, Failure> {
        let find = |(name, value): &(String, String)| {
            if name == "id" {
                return Ok((None, value.clone()));
            }
            let column = columns.column_of(name).or_else(|| columns.header().iter().position(|c| c == name));
            if column.is_none() {
                let close = carveout::problem::did_you_mean(name, columns.header().iter().map(String::as_str).chain(["id"]));
                let help = close.map_or_else(|| "name a column, or `id`".to_owned(), |c| format!("did you mean `{c}`?"));
                return Err(Failure::Said(format!("`--explain {name}={value}`: the shipments have no column `{name}`; {help}")));
            }
            Ok((column, value.clone()))
        };
        self.explain.iter().map(find).collect()
    }
}

fn read<R: BufRead>(reader: &mut CsvReader<R>, row: &mut CsvRow, path: &std::path::Path) -> Result<bool, Failure> {
    reader.read(row).map_err(|e| Failure::Said(format!("`{}` cannot be read: {e}", path.display())))
}

/// The columns that are carried through, under names that no column of the output has.
fn carried(columns: &Columns) -> Vec<(usize, String)> {
    let name = |at: usize| {
        let name = columns.name(at);
        if outcome::ROW.contains(&name) { format!("input.{name}") } else { name.to_owned() }
    };
    columns.carried().map(|at| (at, name(at))).collect()
}

/// Tells which facts the book asks for that the file has no column for.
fn absent(book: &Book, columns: &Columns, terminal: &mut Terminal) {
    let free: Vec<String> = columns.carried().map(|at| columns.name(at).to_owned()).collect();
    for need in book.program.needs() {
        if columns.holds(&need.fact) {
            continue;
        }
        let place = book.sources.place(need.span);
        let fact = &need.fact;
        let help = lookalike(fact, &free).map_or_else(String::new, |c| format!("; is it `{c}`? then add `--map {c}={fact}`"));
        terminal.say(&format!("note: no column holds `{fact}`, which {} asks for ({}:{}){help}", need.rule, place.file.display(), place.line));
    }
}

struct Batch<'b> {
    book: &'b Book,
    /// Rows draw on quotas in the order of the input.
    drawing: Drawing<'b>,
    held: &'b Held,
    columns: &'b Columns,
    carried: Vec<(usize, String)>,
    chosen: Vec<(Option<usize>, String)>,
    bare_start: Option<bool>,
    detail: bool,
    summary: Option<Summary<'b>>,
    totals: Option<Summary<'b>>,
    tally: Tally,
    out: files::Rows,
}

impl Batch<'_> {
    fn header(&mut self) {
        if self.summary.is_some() {
            return;
        }
        if self.detail {
            write_row(self.out.buffer(), outcome::DETAIL);
        } else {
            write_row(self.out.buffer(), outcome::ROW.into_iter().chain(self.carried.iter().map(|(_, n)| n.as_str())));
        }
    }

    fn row(&mut self, row: &CsvRow, terminal: &mut Terminal) -> Result<(), Failure> {
        let id = self.columns.id(row);
        match self.columns.shipment(&self.book.program, row, self.bare_start) {
            Ok(shipment) => self.assessed(row, &id, &shipment, terminal)?,
            Err(rejection) => self.rejected(row, &id, &rejection, terminal)?,
        }
        self.out.pass_on(terminal)
    }

    fn rejected(&mut self, row: &CsvRow, id: &str, rejection: &Rejection, terminal: &mut Terminal) -> Result<(), Failure> {
        let words = rejection.to_string();
        self.tally.not_assessed(Status::Rejected, rejection.reason());
        if self.is_chosen(row, id) {
            terminal.message(&format!("{id}: rejected: {words}\n"));
        }
        for summary in self.summary.iter_mut().chain(&mut self.totals) {
            summary.add_rejected(row)?;
        }
        if self.summary.is_none() && self.detail {
            write_row(self.out.buffer(), outcome::rejected_detail(id).iter().map(String::as_str));
        } else if self.summary.is_none() {
            self.write(row, &outcome::rejected_row(id, &words));
        }
        Ok(())
    }

    fn assessed(&mut self, row: &CsvRow, id: &str, shipment: &Shipment, terminal: &mut Terminal) -> Result<(), Failure> {
        let assessment = match self.drawing.assess(self.columns.own_id(row), shipment) {
            Ok(assessment) => assessment,
            Err(Refused::Shipment(words)) => {
                let column = self.columns.column_of("id").map(|c| self.columns.name(c).to_owned());
                return self.rejected(row, id, &Rejection { line: row.line, column, words }, terminal);
            }
            Err(Refused::Ledger(error)) => return Err(error.into()),
        };
        let explanation = Explanation { program: &self.book.program, sources: &self.book.sources, shipment, assessment: &assessment };
        match assessment.status {
            Status::Assessed => self.tally.assessed(),
            status => self.tally.not_assessed(status, outcome::reason(&explanation)),
        }
        if self.is_chosen(row, id) {
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
                write_row(self.out.buffer(), cells.iter().map(String::as_str));
            }
        } else {
            self.write(row, &outcome::row(&explanation, id));
        }
        Ok(())
    }

    fn write(&mut self, row: &CsvRow, cells: &[String; 10]) {
        let carried = self.carried.iter().map(|(at, _)| row.cell(*at).unwrap_or(""));
        write_row(self.out.buffer(), cells.iter().map(String::as_str).chain(carried));
    }

    fn is_chosen(&self, row: &CsvRow, id: &str) -> bool {
        self.chosen.iter().any(|(column, value)| match column {
            Some(at) => row.cell(*at).is_some_and(|c| c.trim() == value),
            None => id == value,
        })
    }

    fn finish(&mut self, terminal: &mut Terminal) -> Outcome {
        if let Some(summary) = &self.summary {
            write_row(self.out.buffer(), summary.header());
            for cells in summary.rows()? {
                write_row(self.out.buffer(), cells.iter().map(String::as_str));
            }
            for note in summary.notes() {
                terminal.say(&format!("note: {note}"));
            }
        }
        self.out.complete(terminal)?;
        self.held.commit(&self.drawing)?;
        self.out.finish(terminal)?;
        if let Some(totals) = self.totals.as_ref().filter(|_| self.summary.is_none()) {
            terminal.say(&table::totals(totals)?);
        }
        for line in self.tally.lines().into_iter().chain(self.drawing.notes()) {
            terminal.say(&line);
        }
        Ok(if self.tally.count_not_assessed() > 0 { End::Found } else { End::Good })
    }
}
