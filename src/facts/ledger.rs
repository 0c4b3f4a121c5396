//! The ledger: what shipments have drawn from quotas, kept from one run to the next.
//!
//! A run is one transaction of an SQLite file, so that a run which does not come to its end leaves nothing behind, whatever ends
//! it. Rows are named after importer and start of term, never by their place in a file, so that approved quantities can change.

use crate::value::{Exact, Instant};
use rusqlite::{Connection, ErrorCode, OpenFlags, OptionalExtension, params};
use rust_decimal::Decimal;
use std::fmt;
use std::path::{Path, PathBuf};
use std::time::Duration;

/// "CARV" in ASCII: the file says what it is.
const APPLICATION: i32 = 0x4341_5256;
const VERSION: i32 = 1;

/// How long a run waits for another to end.
const PATIENCE: Duration = Duration::from_secs(10);

const TABLES: &str = "
    CREATE TABLE runs (run INTEGER PRIMARY KEY, book TEXT NOT NULL, assessed TEXT NOT NULL, known_at TEXT) STRICT;
    CREATE TABLE shipments (book TEXT NOT NULL, id TEXT NOT NULL, entered TEXT NOT NULL, facts TEXT NOT NULL, run INTEGER NOT NULL,
        PRIMARY KEY (book, id)) STRICT, WITHOUT ROWID;
    CREATE TABLE quotas (book TEXT NOT NULL, shipment TEXT NOT NULL, quota TEXT NOT NULL, left_before TEXT NOT NULL, unit TEXT NOT NULL,
        PRIMARY KEY (book, shipment, quota)) STRICT, WITHOUT ROWID;
    CREATE TABLE draws (book TEXT NOT NULL, quota TEXT NOT NULL, importer TEXT NOT NULL, term TEXT NOT NULL, shipment TEXT NOT NULL,
        quantity TEXT NOT NULL, unit TEXT NOT NULL, PRIMARY KEY (book, quota, importer, term, shipment)) STRICT, WITHOUT ROWID;
    CREATE VIEW drawn AS SELECT d.book, d.quota, d.importer, d.term, d.shipment, d.quantity, d.unit, s.entered, r.assessed
        FROM draws d JOIN shipments s ON s.book = d.book AND s.id = d.shipment JOIN runs r ON r.run = s.run;
";

/// Why the ledger cannot be used, in words.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LedgerError(pub String);

impl fmt::Display for LedgerError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// The row of a quota: its name, the importer to whom it was granted and the day from which it can be drawn, each empty where
/// the quota has none.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Grant {
    /// The quota.
    pub quota: String,
    /// Whose it is; empty where it is everybody's.
    pub importer: String,
    /// From when until when it can be drawn.
    pub term: String,
}

/// A quantity drawn, in the unit of the fact that the quota counts, such as `kg`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Drawn {
    /// From what.
    pub grant: Grant,
    /// How much, in the unit.
    pub quantity: Exact,
    /// The unit of the fact that is drawn.
    pub unit: String,
}

/// A quota that a shipment came to: what was left of it before, and what was drawn, perhaps nothing.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Met {
    /// The quota.
    pub quota: String,
    /// What was left, in the unit.
    pub left_before: Exact,
    /// The unit of the fact that is drawn.
    pub unit: String,
    /// What was drawn; nothing where nothing was left.
    pub draws: Vec<Drawn>,
}

/// A shipment as the ledger has it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Entry {
    /// Facts by name, as they were given.
    pub facts: Vec<(String, String)>,
    /// The moment or day of entry, on the book's clock.
    pub entered: String,
    /// The quotas that it drew on, or would have.
    pub met: Vec<Met>,
}

/// When and of what a run is made.
#[derive(Clone, Debug)]
pub struct Making {
    /// The book.
    pub book: String,
    /// Nothing where no clock counts.
    pub now: Option<Instant>,
    /// The day whose knowledge counted.
    pub known_at: Option<String>,
}

/// A ledger, held by one run until that is committed or given up.
pub struct Ledger {
    connection: Connection,
    path: PathBuf,
    making: Making,
    /// The number of this run, as soon as it records something.
    run: Option<i64>,
}

impl Ledger {
    /// Opens a ledger to be drawn on, and makes it where there is none. Where another run holds it, `waiting` is called, and
    /// the ledger is had as soon as that run has ended.
    pub fn open(path: &Path, making: Making, waiting: impl FnOnce()) -> Result<Ledger, LedgerError> {
        let ledger = Ledger::connect(path, OpenFlags::SQLITE_OPEN_READ_WRITE | OpenFlags::SQLITE_OPEN_CREATE, making)?;
        let begin = |patience| ledger.connection.busy_timeout(patience).and_then(|()| ledger.connection.execute_batch("BEGIN IMMEDIATE"));
        match begin(Duration::ZERO) {
            Err(e) if is_busy(&e) => {
                waiting();
                begin(PATIENCE).map_err(|e| ledger.error(&e))?;
            }
            other => other.map_err(|e| ledger.error(&e))?,
        }
        // At its end the run waits for those who read.
        ledger.connection.busy_timeout(PATIENCE).map_err(|e| ledger.error(&e))?;
        if ledger.is_new()? {
            let tables = format!("PRAGMA application_id = {APPLICATION}; PRAGMA user_version = {VERSION}; {TABLES}");
            ledger.connection.execute_batch(&tables).map_err(|e| ledger.error(&e))?;
        }
        // Which ids this run has had, so that no row is taken for another's repetition.
        let seen = "CREATE TEMP TABLE seen (id TEXT PRIMARY KEY) STRICT, WITHOUT ROWID";
        ledger.connection.execute_batch(seen).map_err(|e| ledger.error(&e))?;
        Ok(ledger)
    }

    /// All that a book's shipments have drawn, of a ledger that is only read.
    pub fn read(path: &Path, book: &str) -> Result<Vec<Drawn>, LedgerError> {
        let making = Making { book: book.to_owned(), now: None, known_at: None };
        // A run that was interrupted is undone by whoever opens the ledger next, and for that it must be written.
        let ledger = Ledger::connect(path, OpenFlags::SQLITE_OPEN_READ_WRITE, making)?;
        ledger.connection.busy_timeout(PATIENCE).and_then(|()| ledger.connection.execute_batch("BEGIN")).map_err(|e| ledger.error(&e))?;
        if ledger.is_new()? { Ok(Vec::new()) } else { ledger.totals() }
    }

    fn connect(path: &Path, flags: OpenFlags, making: Making) -> Result<Ledger, LedgerError> {
        let shown = path.display();
        // An absolute path cannot be taken for one of the names that have a meaning of their own.
        let whole = std::path::absolute(path).map_err(|e| LedgerError(format!("the ledger `{shown}` cannot be opened: {e}")))?;
        if path.is_dir() {
            return Err(LedgerError(format!("the ledger `{shown}` cannot be opened: it is a folder; name a file")));
        }
        if !flags.contains(OpenFlags::SQLITE_OPEN_CREATE) && !path.exists() {
            return Err(LedgerError(format!("the ledger `{shown}` cannot be read: there is no such file; `run --ledger` makes one")));
        }
        if whole.parent().is_some_and(|folder| !folder.is_dir()) {
            return Err(LedgerError(format!("the ledger `{shown}` cannot be opened: there is no such folder")));
        }
        let connection = Connection::open_with_flags(&whole, flags | OpenFlags::SQLITE_OPEN_NO_MUTEX).map_err(|e| LedgerError(opening(path, &e)))?;
        Ok(Ledger { connection, path: path.to_owned(), making, run: None })
    }

    /// Whether nothing has been put in the file yet. What is something else is refused.
    fn is_new(&self) -> Result<bool, LedgerError> {
        let number = |name: &str| self.connection.pragma_query_value(None, name, |row| row.get::<_, i32>(0)).map_err(|e| self.error(&e));
        let shown = self.path.display();
        let tables: i64 = self.connection.query_row("SELECT count(*) FROM sqlite_schema", [], |row| row.get(0)).map_err(|e| self.error(&e))?;
        match (number("application_id")?, number("user_version")?) {
            (APPLICATION, VERSION) => Ok(false),
            (APPLICATION, _) => Err(LedgerError(format!("the ledger `{shown}` was made by another version of this program, which alone can use it"))),
            (0, 0) if tables == 0 => Ok(true),
            _ => Err(LedgerError(format!("`{shown}` is no ledger: it is an SQLite file that holds something else"))),
        }
    }

    /// The file.
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// All that was drawn, added up by grant.
    pub fn totals(&self) -> Result<Vec<Drawn>, LedgerError> {
        let mut totals: Vec<Drawn> = Vec::new();
        self.each_draw(
            "SELECT quota, importer, term, quantity, unit FROM draws WHERE book = ?1 ORDER BY quota, importer, term",
            &[&self.making.book],
            |next| {
                match totals.last_mut().filter(|t| t.grant == next.grant && t.unit == next.unit) {
                    Some(total) => {
                        let sum = total.quantity.checked_add(next.quantity);
                        total.quantity = sum.ok_or_else(|| self.damaged("its quantities are too large to be added exactly"))?;
                    }
                    None => totals.push(next),
                }
                Ok(())
            },
        )?;
        Ok(totals)
    }

    /// Notes that this run has a shipment; false where it had it already.
    pub fn first(&self, id: &str) -> Result<bool, LedgerError> {
        let mut insert = self.connection.prepare_cached("INSERT OR IGNORE INTO temp.seen VALUES (?1)").map_err(|e| self.error(&e))?;
        insert.execute([id]).map(|count| count == 1).map_err(|e| self.error(&e))
    }

    /// A shipment, where the ledger has it.
    pub fn find(&self, id: &str) -> Result<Option<Entry>, LedgerError> {
        let book = &self.making.book;
        let mut select = self.connection.prepare_cached("SELECT facts, entered FROM shipments WHERE book = ?1 AND id = ?2").map_err(|e| self.error(&e))?;
        let found: Option<(String, String)> =
            select.query_row([book.as_str(), id], |row| Ok((row.get(0)?, row.get(1)?))).optional().map_err(|e| self.error(&e))?;
        let Some((facts, entered)) = found else { return Ok(None) };
        let facts = serde_json::from_str(&facts).map_err(|_| self.damaged(&format!("the facts of shipment `{id}` cannot be read")))?;
        let mut entry = Entry { facts, entered, met: Vec::new() };
        let query = "SELECT quota, left_before, unit FROM quotas WHERE book = ?1 AND shipment = ?2";
        let mut select = self.connection.prepare_cached(query).map_err(|e| self.error(&e))?;
        let mut rows = select.query([book.as_str(), id]).map_err(|e| self.error(&e))?;
        while let Some(row) = rows.next().map_err(|e| self.error(&e))? {
            let (quota, left): (String, String) = (row.get(0).map_err(|e| self.error(&e))?, row.get(1).map_err(|e| self.error(&e))?);
            let unit = row.get(2).map_err(|e| self.error(&e))?;
            entry.met.push(Met { quota, left_before: self.quantity(&left)?, unit, draws: Vec::new() });
        }
        let query = "SELECT quota, importer, term, quantity, unit FROM draws WHERE book = ?1 AND shipment = ?2";
        self.each_draw(query, &[book, &id], |drawn| {
            match entry.met.iter_mut().find(|m| m.quota == drawn.grant.quota) {
                Some(met) => met.draws.push(drawn),
                None => return Err(self.damaged(&format!("shipment `{id}` has drawn from a quota that it did not come to"))),
            }
            Ok(())
        })?;
        Ok(Some(entry))
    }

    /// Adds a shipment that the ledger does not have.
    pub fn record(&mut self, id: &str, entry: &Entry) -> Result<(), LedgerError> {
        let run = match self.run {
            Some(run) => run,
            None => *self.run.insert(self.begin_run()?),
        };
        let facts = serde_json::to_string(&entry.facts).map_err(|e| LedgerError(e.to_string()))?;
        let book = &self.making.book;
        let add = |query: &str, values: &[&dyn rusqlite::ToSql]| {
            self.connection.prepare_cached(query).and_then(|mut insert| insert.execute(values)).map_err(|e| self.error(&e))
        };
        add("INSERT INTO shipments VALUES (?1, ?2, ?3, ?4, ?5)", params![book, id, entry.entered, facts, run])?;
        for met in &entry.met {
            add("INSERT INTO quotas VALUES (?1, ?2, ?3, ?4, ?5)", params![book, id, met.quota, met.left_before.to_string(), met.unit])?;
            for Drawn { grant, quantity, unit } in &met.draws {
                let values = params![book, grant.quota, grant.importer, grant.term, id, quantity.to_string(), unit];
                add("INSERT INTO draws VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)", values)?;
            }
        }
        Ok(())
    }

    fn begin_run(&self) -> Result<i64, LedgerError> {
        let now = self.making.now.and_then(|n| jiff::Timestamp::from_second(n.0).ok()).map_or_else(String::new, |t| t.to_string());
        let values = params![self.making.book, now, self.making.known_at];
        let inserted = self.connection.execute("INSERT INTO runs (book, assessed, known_at) VALUES (?1, ?2, ?3)", values);
        inserted.map(|_| self.connection.last_insert_rowid()).map_err(|e| self.error(&e))
    }

    /// Keeps what this run recorded. Where that fails, nothing is kept.
    pub fn commit(&self) -> Result<(), LedgerError> {
        self.connection.execute_batch("COMMIT").map_err(|e| self.error(&e))
    }

    fn each_draw(&self, query: &str, values: &[&dyn rusqlite::ToSql], mut each: impl FnMut(Drawn) -> Result<(), LedgerError>) -> Result<(), LedgerError> {
        let mut select = self.connection.prepare_cached(query).map_err(|e| self.error(&e))?;
        let mut rows = select.query(values).map_err(|e| self.error(&e))?;
        while let Some(row) = rows.next().map_err(|e| self.error(&e))? {
            let read = || -> rusqlite::Result<_> { Ok((row.get(0)?, row.get(1)?, row.get(2)?, row.get::<_, String>(3)?, row.get(4)?)) };
            let (quota, importer, term, quantity, unit) = read().map_err(|e| self.error(&e))?;
            each(Drawn { grant: Grant { quota, importer, term }, quantity: self.quantity(&quantity)?, unit })?;
        }
        Ok(())
    }

    /// Quantities are kept as they are shown, so that none is rounded: a decimal number, or a fraction where it has no such form.
    fn quantity(&self, text: &str) -> Result<Exact, LedgerError> {
        let read = match text.split_once('/') {
            Some((n, d)) => n.parse().ok().zip(d.parse().ok()).and_then(|(n, d)| Exact::fraction(n, d)),
            None => text.parse::<Decimal>().ok().map(Exact::from).or_else(|| Exact::fraction(text.parse().ok()?, 1)),
        };
        read.ok_or_else(|| self.damaged(&format!("`{text}` is no quantity")))
    }

    fn damaged(&self, what: &str) -> LedgerError {
        LedgerError(format!("the ledger `{}` is damaged: {what}", self.path.display()))
    }

    fn error(&self, error: &rusqlite::Error) -> LedgerError {
        let shown = self.path.display();
        LedgerError(match error.sqlite_error_code() {
            Some(ErrorCode::NotADatabase) => format!("`{shown}` is no ledger: it is not an SQLite file"),
            Some(ErrorCode::DatabaseBusy | ErrorCode::DatabaseLocked) => {
                format!("the ledger `{shown}` is held by another run, which has not ended within {} seconds: wait for it, and run again", PATIENCE.as_secs())
            }
            Some(ErrorCode::ReadOnly) => format!("the ledger `{shown}` cannot be written: it may not be"),
            Some(ErrorCode::DiskFull) => format!("the ledger `{shown}` cannot be written: the disk is full"),
            Some(ErrorCode::DatabaseCorrupt) => format!("the ledger `{shown}` is damaged: {error}"),
            _ => format!("the ledger `{shown}` cannot be used: {error}"),
        })
    }
}

fn is_busy(error: &rusqlite::Error) -> bool {
    matches!(error.sqlite_error_code(), Some(ErrorCode::DatabaseBusy | ErrorCode::DatabaseLocked))
}

fn opening(path: &Path, error: &rusqlite::Error) -> String {
    let shown = path.display();
    match error.sqlite_error_code() {
        Some(ErrorCode::CannotOpen) => format!("the ledger `{shown}` cannot be opened: it may not be"),
        _ => format!("the ledger `{shown}` cannot be opened: {error}"),
    }
}
