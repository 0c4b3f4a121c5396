//! `run`: assesses a file of shipments.

use super::assessing::Assessing;
use super::book::{self, Book, Reading};
use super::files::{self, FormatWord, Target};
use super::frame::{Frame, Work};
use super::ledger;
use super::refunding::Refunding;
use super::terminal::Terminal;
use super::{End, Failure, Outcome};
use carveout::facts::{Columns, Kind, Late, Row, Shape, Sheet, lookalike};
use carveout::outcome::{self, Drawing, Refunds, Summary, SummaryError, Tally};
use clap::Args;
use jiff::civil::Date;
use std::cell::RefCell;
use std::path::{Path, PathBuf};
use std::sync::Arc;

const HELP: &str = "\
Files are CSV (.csv), NDJSON (.ndjson, .jsonl), Parquet (.parquet) or Arrow (.arrow, or .arrows for a stream); text may be compressed, as in
.csv.gz and .ndjson.zst. In NDJSON amounts are texts, or numbers taken from their text; in Parquet and Arrow they are decimals or whole numbers.
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
With --owed-at, a comparison of two states of knowledge, for refunds: each shipment as assessed with what was known at --known-at, and as owed with
what is known at --owed-at.
  id,status_assessed,status_owed,assessed,owed,refund,owed_more,net,refund_by,owed_by,problem
`assessed` and `owed` are totals, taxes and fees included. `refund` is the sum over measures of which less is owed than was assessed, `owed_more`
over those of which more is owed, since what they had yielded to has fallen away; `net` is `refund` less `owed_more`. `refund_by` and `owed_by` say
of which measures, as in `ieepa=30.00;vat=3.90`. A shipment that is open on either day is not compared. Totals by measure and importer follow on
standard error; with --summary, by `measure`, `importer`, `chapter` or any column, they are the output:
  shipments,compared,assessed,owed,refund,owed_more,net
Quotas are drawn in the order of the rows: from full balances, or with --ledger from what earlier runs left. A ledger knows shipments by their
id. One that it has keeps what it drew, so that a file may be run again; one that it has with other facts is rejected. The draws of a run are
recorded when its output is complete: a run that fails or is interrupted leaves the ledger as it was.
Results go to standard output; what was not assessed, and why, to standard error.
Exit status: 0 all assessed (or compared), 1 some shipment was not, 2 wrong usage or unreadable input.";

/// Assess a file of shipments
#[derive(Args)]
#[command(after_help = HELP)]
pub struct Run {
    /// A folder with `.tariff` files, or one such file
    book: PathBuf,
    /// A file in CSV, NDJSON, Parquet or Arrow, or `-` for standard input
    shipments: PathBuf,
    /// Columns that hold a fact under another name, as in hts=hs,country=origin; either side may be the column
    #[arg(long, value_name = "COLUMN=FACT", value_delimiter = ',', value_parser = pair)]
    map: Vec<(String, String)>,
    /// Write there instead of to standard output; a file is put in place when it is whole, until then it is called FILE.partial
    #[arg(long, short, value_name = "FILE")]
    output: Option<PathBuf>,
    /// The format of the input, where its name does not say it: CSV on standard input
    #[arg(long, value_name = "FORMAT")]
    input_format: Option<FormatWord>,
    /// The format of the output, where its name does not say it: that of the input
    #[arg(long, value_name = "FORMAT")]
    output_format: Option<FormatWord>,
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
    /// Compare with what is owed as the law is known at the end of this day: refunds, and what is owed after all
    #[arg(long, value_name = "DATE", value_parser = book::date)]
    owed_at: Option<Date>,
    #[command(flatten)]
    reading: Reading,
}

fn pair(text: &str) -> Result<(String, String), String> {
    match text.split_once('=') {
        Some((left, right)) if !left.trim().is_empty() && !right.trim().is_empty() => Ok((left.trim().to_owned(), right.trim().to_owned())),
        _ => Err("write it as COLUMN=NAME, as in hts=hs".to_owned()),
    }
}

impl From<SummaryError> for Failure {
    fn from(error: SummaryError) -> Self {
        Failure::Said(error.to_string())
    }
}

impl Run {
    pub fn run(&self, terminal: &mut Terminal) -> Outcome {
        self.agrees()?;
        self.apart()?;
        let mut input = files::open(&self.shipments, self.input_format.map(Into::into))?;
        let named = files::output(self.output.as_deref(), self.output_format.map(Into::into), input.format())?;
        let Some(book) = book::runnable(&self.book, &self.reading.version, terminal)? else {
            return Ok(End::Found);
        };
        let unusable = |why: String| Failure::Said(format!("`{}`: {why}", self.shipments.display()));
        let header = input.header().map_err(|e| cannot_read(&self.shipments, &e))?.map_err(unusable)?;
        let mut columns = Columns::new(&book.program, &header, &self.map).map_err(|e| unusable(e.to_string()))?;
        let names = columns.header().to_vec();
        let keep = |at: usize| self.keeps(names.get(at).map_or("", String::as_str));
        input.settle(&book.program, &mut columns, &keep).map_err(unusable)?;
        let columns = columns;
        let carried = carried(&columns, if self.owed_at.is_some() { &outcome::REFUND } else { &outcome::ROW });
        let unshown = if named.format.is_text() { input.unshown() } else { Vec::new() };
        if let Some((_, name)) = carried.iter().find(|(at, _)| unshown.contains(at)) {
            let format = named.format.title();
            return Err(unusable(format!(
                "the column `{name}` has a type that {format} cannot show: write Parquet or Arrow with `-o FILE`, or leave the column out"
            )));
        }
        let chosen = self.chosen(&columns)?;
        let (mut summary, mut refunds) = (None, None);
        match self.owed_at {
            _ if self.summary.is_empty() => {}
            None => summary = Some(Summary::new(&book.program, &columns, &carried, &self.summary)?),
            Some(_) => refunds = Some(Refunds::new(&book.program, &columns, &carried, &self.summary)?),
        }
        if let Some(scenario) = &book.program.scenario {
            terminal.say(&format!("note: under scenario `{scenario}`"));
        }
        if self.ledger.is_some() {
            ledger::suits(&book, &columns)?;
        }
        absent(&book, &columns, terminal);
        let (drawing, held) = ledger::drawing(self.ledger.as_deref(), &book, self.reading.known_at, terminal)?;
        let fields = match (&summary, &refunds) {
            (Some(summary), _) => typed(summary.header(), &TOTALS, &["shipments", "assessed"]),
            (None, Some(refunds)) => typed(refunds.header(), &REFUNDED, &["shipments", "compared"]),
            (None, None) if self.detail => typed(outcome::DETAIL.to_vec(), &["amount"], &[]),
            (None, None) if self.owed_at.is_some() => typed(outcome::REFUND.to_vec(), &REFUNDED, &[]),
            (None, None) => typed(outcome::ROW.to_vec(), &TOTALS, &[]),
        };
        let places = book.program.rounding.step.scale();
        let carries = summary.is_none() && refunds.is_none() && !self.detail;
        let shape = Arc::new(Shape::new(named.format, fields, if carries { &carried } else { &[] }, places, &input)?);
        let mut sheet = Sheet::new(Arc::clone(&shape));
        sheet.header();
        let out = files::Rows::new(Target::open(self.output.as_deref())?, named, &shape)?;
        let mut progress = super::progress::Progress::new(terminal, out.is_stdout());
        let bare_start = self.reading.bare_start();
        let frame = Frame { book: &book, columns: &columns, chosen, met: RefCell::default(), bare_start, tally: Tally::default(), sheet, out };
        // The table of totals is for people; nobody waits for it where nobody looks.
        let totals = terminal.is_watched().then(|| Summary::by_measure(&book.program));
        let by_plan = self.owed_at.is_none() && self.ledger.is_none() && !self.detail && summary.as_ref().is_none_or(Summary::is_by_measure);
        if by_plan {
            let mut work = Assessing { frame, drawing, held: &held, detail: false, summary, totals, late: Late::default() };
            work.by_plan(input, shape, &self.shipments, self.reading.known_at, &mut progress, terminal)?;
            progress.end();
            return work.finish(terminal);
        }
        let mut work: Box<dyn Work + '_> = match self.owed_at {
            Some(owed_at) => {
                let closing = if self.summary.is_empty() && !terminal.is_quiet() { closing(&book, &columns)? } else { Vec::new() };
                let owed = Drawing::new(&book.program, Some(owed_at));
                Box::new(Refunding { frame, assessed: drawing, owed, summary: refunds, closing, late: Late::default() })
            }
            None => Box::new(Assessing { frame, drawing, held: &held, detail: self.detail, summary, totals, late: Late::default() }),
        };
        let mut row = Row::default();
        let mut all = || {
            while work.next(&mut input, &mut row, &self.shipments, terminal)? {
                work.row(&row, terminal)?;
                progress.row();
            }
            progress.end();
            work.late(&input.late());
            work.finish(terminal)
        };
        all().map_err(|failure| held.failed(failure))
    }

    /// Whether a column is wanted that holds no fact: rows carry all of them, and other tables what is asked for.
    fn keeps(&self, name: &str) -> bool {
        let rows = !self.detail && self.summary.is_empty();
        rows || self.summary.iter().any(|n| n.strip_prefix("input.").unwrap_or(n) == name) || self.explain.iter().any(|(n, _)| n == name)
    }

    /// Refuses an output that would replace what is read or recorded.
    fn apart(&self) -> Result<(), Failure> {
        let Some(output) = self.output.as_deref().filter(|o| *o != Path::new("-")) else { return Ok(()) };
        // A ledger may not be there yet; then its folder is.
        let place = |path: &Path| path.canonicalize().ok().or_else(|| Some(path.parent()?.join(".").canonicalize().ok()?.join(path.file_name()?)));
        // A device is nobody's place.
        let taken = place(output).filter(|o| o.is_file() || !o.exists());
        let same = |other: &Path| taken.is_some() && taken == place(other);
        let shown = output.display();
        if same(&self.shipments) {
            return Err(Failure::Said(format!("`-o {shown}` would replace the shipments that are read: name another file")));
        }
        if self.ledger.as_deref().is_some_and(same) {
            return Err(Failure::Said(format!("`-o {shown}` would replace the ledger: name another file")));
        }
        Ok(())
    }

    /// Refuses what cannot be asked for together.
    fn agrees(&self) -> Result<(), Failure> {
        let refuse = |words: String| Err(Failure::Said(words));
        let known_at = self.reading.known_at;
        match (&self.ledger, self.owed_at) {
            (Some(_), _) if self.reading.version.scenario.is_some() => {
                refuse("`--ledger` records what is drawn, and a scenario is only supposed: leave one of them out".to_owned())
            }
            (Some(_), Some(_)) => refuse("`--ledger` records what is drawn, and `--owed-at` only compares: leave one of them out".to_owned()),
            (_, Some(_)) if self.detail => {
                refuse("`--detail` has no comparison: leave out `--owed-at`, or give it with each of the two days in turn as `--known-at`".to_owned())
            }
            (_, Some(owed)) => match known_at {
                None => refuse(format!("`--owed-at {owed}` needs `--known-at DATE`, the day with whose knowledge the duty was assessed")),
                Some(known) if owed < known => {
                    refuse(format!("`--owed-at {owed}` is before `--known-at {known}`: the day of the assessment is `--known-at`, the later one `--owed-at`"))
                }
                Some(_) => Ok(()),
            },
            (_, None) => Ok(()),
        }
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

/// Amounts of a row for each shipment, and of sums.
const TOTALS: [&str; 4] = ["duty", "tax", "fee", "total"];

/// Amounts of a comparison.
const REFUNDED: [&str; 5] = ["assessed", "owed", "refund", "owed_more", "net"];

/// What each column of the output holds.
fn typed(names: Vec<&str>, money: &[&str], counts: &[&str]) -> Vec<(String, Kind)> {
    let kind = |name: &str| match name {
        _ if counts.contains(&name) => Kind::Count,
        _ if money.contains(&name) => Kind::Money,
        _ => Kind::Text,
    };
    names.into_iter().map(|name| (name.to_owned(), kind(name))).collect()
}

pub fn cannot_read(path: &std::path::Path, error: &std::io::Error) -> Failure {
    Failure::Said(format!("`{}` cannot be read: {error}", path.display()))
}

/// The columns that are carried through, under names that no column of the output has.
fn carried(columns: &Columns, taken: &[&str]) -> Vec<(usize, String)> {
    let name = |at: usize| {
        let name = columns.name(at);
        if taken.contains(&name) { format!("input.{name}") } else { name.to_owned() }
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

/// The tables at the end of a comparison: by measure, and by importer where the shipments name them.
fn closing<'p>(book: &'p Book, columns: &Columns) -> Result<Vec<Refunds<'p>>, Failure> {
    let by = |name: &str| Refunds::new(&book.program, columns, &[], &[name.to_owned()]);
    let mut tables = vec![by("measure")?];
    if columns.holds("importer") {
        tables.push(by("importer")?);
    }
    Ok(tables)
}
