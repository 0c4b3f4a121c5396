//! `--ledger`: the file that a run draws on, and what is said where the run does not come to its end.

use super::Failure;
use super::book::Book;
use super::terminal::Terminal;
use carveout::facts::{Columns, Ledger, LedgerError, Making, lookalike};
use carveout::outcome::{Balances, Drawing};
use carveout::world::{Disk, World};
use jiff::civil::Date;
use std::io::Write;
use std::path::Path;
use std::sync::{Mutex, PoisonError};

impl From<LedgerError> for Failure {
    fn from(error: LedgerError) -> Self {
        Failure::Said(error.to_string())
    }
}

/// Whether the run has been recorded. Whoever holds the lock keeps the other from ending the program in the middle of that.
static RECORDED: Mutex<bool> = Mutex::new(false);

/// The ledger of a run.
pub struct Held {
    path: Option<String>,
}

/// What draws on quotas: from a ledger where one is named, otherwise from full balances.
pub fn drawing<'b>(path: Option<&Path>, book: &'b Book, known_at: Option<Date>, terminal: &mut Terminal) -> Result<(Drawing<'b>, Held), Failure> {
    let Some(path) = path else { return Ok((Drawing::new(&book.program, known_at), Held { path: None })) };
    let shown = path.display().to_string();
    let making = Making { book: book.program.name.clone(), now: Disk.now(), known_at: known_at.map(|d| d.to_string()) };
    let waiting = || terminal.say(&format!("waiting for another run, which holds the ledger `{shown}`"));
    let ledger = Ledger::open(path, making, waiting)?;
    let said = shown.clone();
    ctrlc::set_handler(move || interrupted(&said)).map_err(|e| Failure::Said(format!("Ctrl-C cannot be watched for: {e}")))?;
    Ok((Drawing::with_ledger(&book.program, known_at, ledger)?, Held { path: Some(shown) }))
}

/// The program is told to end: what has not been recorded is given up.
fn interrupted(path: &str) {
    let recorded = RECORDED.lock().unwrap_or_else(PoisonError::into_inner);
    let words = if *recorded { kept(path) } else { given_up(path) };
    let _ = writeln!(std::io::stderr(), "interrupted; {words}");
    std::process::exit(130);
}

fn given_up(path: &str) -> String {
    format!("the ledger `{path}` is as it was before this run")
}

fn kept(path: &str) -> String {
    format!("the ledger `{path}` has what this run drew: run the same again for the output, nothing is drawn twice")
}

/// Refuses shipments that a ledger cannot know, or that state a balance which the ledger has.
pub fn suits(book: &Book, columns: &Columns) -> Result<(), Failure> {
    if let Some(quota) = book.program.quotas.iter().find(|q| columns.holds(&q.name)) {
        return Err(Failure::Said(format!("the column `{}` states what is left of the quota, and so does the ledger: leave one of them out", quota.name)));
    }
    if columns.holds("id") {
        return Ok(());
    }
    let free: Vec<String> = columns.carried().map(|at| columns.name(at).to_owned()).collect();
    let help = lookalike("id", &free).map_or_else(|| "name it with `--map COLUMN=id`".to_owned(), |c| format!("is it `{c}`? then add `--map {c}=id`"));
    Err(Failure::Said(format!("no column holds `id`, by which the ledger knows a shipment again: {help}")))
}

/// What is left of quotas after all that a ledger has.
pub fn balances(path: &Path, book: &Book) -> Result<Balances, Failure> {
    let totals = Ledger::read(path, &book.program.name)?;
    Ok(Balances::of_ledger(&book.program, &totals, &path.display().to_string())?)
}

impl Held {
    /// Whether there is a ledger in which the run is recorded.
    pub fn records(&self) -> bool {
        self.path.is_some()
    }

    /// Records what was drawn, now that the output is complete.
    pub fn commit(&self, drawing: &Drawing<'_>) -> Result<(), Failure> {
        let mut recorded = RECORDED.lock().unwrap_or_else(PoisonError::into_inner);
        drawing.commit()?;
        *recorded = self.path.is_some();
        Ok(())
    }

    /// A failure, with what it means for the ledger.
    pub fn failed(&self, failure: Failure) -> Failure {
        let Some(path) = &self.path else { return failure };
        let recorded = *RECORDED.lock().unwrap_or_else(PoisonError::into_inner);
        let words = match failure {
            Failure::Said(words) => words,
            Failure::Closed => "the output was closed before its end".to_owned(),
        };
        Failure::Said(format!("{words}; {}", if recorded { kept(path) } else { given_up(path) }))
    }
}
