//! Which column of a file holds which fact, and each row as a shipment or as a rejection that names its line and column.

use super::mapping::{self, MapError};
use super::{FactError, Fault, Row, Shipment};
use crate::problem::{did_you_mean, listed};
use crate::program::{Program, StatedFacts};
use std::fmt;

/// Which fact each column of a file holds.
#[derive(Clone, Debug)]
pub struct Columns {
    header: Vec<String>,
    roles: Vec<Role>,
    /// How many of them the file is known to have; others are there in case that a later row has them.
    known: usize,
}

#[derive(Clone, Debug, PartialEq, Eq)]
enum Role {
    Id,
    Hs,
    Origin,
    Fact(String),
    /// Carried through.
    Other,
}

impl Role {
    fn fact(&self) -> Option<&str> {
        match self {
            Role::Id => Some("id"),
            Role::Hs => Some("hs"),
            Role::Origin => Some("origin"),
            Role::Fact(name) => Some(name),
            Role::Other => None,
        }
    }
}

/// What is wrong with the columns of a file, before any row is read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ColumnError {
    /// There is not even a header.
    Empty,
    /// The header cannot be read.
    Malformed(Fault),
    /// One column, in which another separator stands.
    Separator(char),
    /// Lines end in a carriage return alone, so that the first line would be the whole file.
    Returns,
    /// No goods code: nothing could be assessed.
    NoCode {
        /// The columns that there are.
        found: Vec<String>,
    },
    /// Two columns hold the same fact.
    Twice {
        /// The fact.
        fact: String,
        /// The columns.
        columns: [String; 2],
    },
    /// `--map` cannot be followed.
    Map(MapError),
}

impl fmt::Display for ColumnError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            ColumnError::Empty => f.write_str("the file is empty: its first line names the columns, such as `id,hs,origin,value,entered`"),
            ColumnError::Malformed(fault) => write!(f, "the first line, which names the columns, cannot be read: {}", fault.words()),
            ColumnError::Separator(c) => write!(f, "the cells seem to be separated by {}: separate them by commas", separator_name(*c)),
            ColumnError::Returns => f.write_str("the lines end in a carriage return alone: save the file with line feeds, or with both"),
            ColumnError::NoCode { found } => {
                write!(f, "no column `hs` holds the goods code; the columns are {}: ", back_ticked(found))?;
                match lookalike("hs", found) {
                    Some(column) => write!(f, "is it `{column}`? then add `--map {column}=hs`"),
                    None => f.write_str("name the one that is meant with `--map COLUMN=hs`"),
                }
            }
            ColumnError::Twice { fact, columns: [a, b] } => {
                write!(f, "the columns `{a}` and `{b}` both hold `{fact}`: leave one of them out, or give it another name in the file")
            }
            ColumnError::Map(error) => error.fmt(f),
        }
    }
}

fn separator_name(c: char) -> &'static str {
    match c {
        '\t' => "tabs",
        '|' => "`|`",
        _ => "`;`",
    }
}

pub fn back_ticked(words: &[String]) -> String {
    listed(&words.iter().map(|w| format!("`{w}`")).collect::<Vec<_>>(), "and")
}

/// A column that may hold a fact under a name that is nearly the fact's.
pub fn lookalike<'c>(fact: &str, columns: &'c [String]) -> Option<&'c str> {
    let plain = |text: &str| text.trim().to_lowercase();
    let same = columns.iter().find(|c| plain(c) == fact);
    let common: &[&str] = match fact {
        "hs" => &["hts", "hs_code", "hscode", "hts_code", "goods_code", "commodity_code", "code", "hs6", "hs8", "hs10", "hts8", "hts10"],
        "origin" => &["country", "country_of_origin", "origin_country"],
        "entered" => &["entry_date", "date", "entry", "entered_at"],
        "value" => &["customs_value", "amount", "value_usd"],
        "loaded" => &["loaded_at", "loading_date", "departed"],
        "exported" => &["export_date", "exported_at"],
        _ => &[],
    };
    let known = || common.iter().find_map(|w| columns.iter().find(|c| plain(c) == *w));
    let near = || did_you_mean(fact, columns.iter().map(String::as_str).filter(|_| fact.len() > 3));
    same.or_else(known).map(String::as_str).or_else(near)
}

/// Why a row is no shipment.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Rejection {
    /// The line on which the row begins, or its number.
    pub line: usize,
    /// Which of the two, in words.
    pub counted: &'static str,
    /// The column, where it is one cell that is wrong.
    pub column: Option<String>,
    /// What is wrong, in words.
    pub words: String,
}

impl Rejection {
    /// What was wrong, without the row: rejections of one kind have the same.
    pub fn reason(&self) -> String {
        self.column.as_ref().map_or_else(|| "malformed row".to_owned(), |c| format!("`{c}`"))
    }
}

impl fmt::Display for Rejection {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.column {
            Some(column) => write!(f, "{} {}, column `{column}`: {}", self.counted, self.line, self.words),
            None => write!(f, "{} {}: {}", self.counted, self.line, self.words),
        }
    }
}

impl Columns {
    /// Reads a header. Each pair names a column and the fact that it holds, in either order.
    pub fn new(program: &Program, header: &Row, pairs: &[(String, String)]) -> Result<Columns, ColumnError> {
        if let Some(fault) = &header.fault {
            return Err(ColumnError::Malformed(fault.clone()));
        }
        if header.is_empty() {
            return Err(ColumnError::Empty);
        }
        if header.cells().any(|c| c.trim().contains('\r')) {
            return Err(ColumnError::Returns);
        }
        let header: Vec<String> = header.cells().map(|c| c.trim().to_owned()).collect();
        if let [one] = header.as_slice()
            && let Some(c) = one.chars().find(|c| matches!(c, ';' | '\t' | '|'))
        {
            return Err(ColumnError::Separator(c));
        }
        let mapped = mapping::resolve(program, &header, pairs).map_err(ColumnError::Map)?;
        let mut roles = Vec::with_capacity(header.len());
        for (at, column) in header.iter().enumerate() {
            let fact = mapped.iter().find(|m| m.column == at).map(|m| m.fact.as_str());
            // A column whose fact is held by another is only carried.
            let taken = mapped.iter().any(|m| m.fact == *column);
            roles.push(match fact.or((!taken).then_some(column.as_str())) {
                Some("id") => Role::Id,
                Some("hs") => Role::Hs,
                Some("origin") => Role::Origin,
                Some(name) if mapping::is_fact(program, name) => Role::Fact(name.to_owned()),
                _ => Role::Other,
            });
        }
        let columns = Columns { known: header.len(), header, roles };
        for (i, role) in columns.roles.iter().enumerate() {
            let Some(fact) = role.fact() else { continue };
            if let Some(again) = columns.roles.iter().skip(i.saturating_add(1)).position(|r| r == role) {
                let again = i.saturating_add(1).saturating_add(again);
                return Err(ColumnError::Twice { fact: fact.to_owned(), columns: [columns.name(i).to_owned(), columns.name(again).to_owned()] });
            }
        }
        if !columns.holds("hs") {
            return Err(ColumnError::NoCode { found: columns.header });
        }
        Ok(columns)
    }

    /// The names of the columns, as the file has them.
    pub fn header(&self) -> &[String] {
        &self.header
    }

    /// The name of a column; empty where there is none.
    pub fn name(&self, at: usize) -> &str {
        self.header.get(at).map_or("", String::as_str)
    }

    /// The fact that a column holds, or `id`; nothing for what is carried through.
    pub fn fact_of(&self, at: usize) -> Option<&str> {
        self.roles.get(at).and_then(Role::fact)
    }

    /// The column that holds a fact.
    pub fn column_of(&self, fact: &str) -> Option<usize> {
        self.roles.iter().position(|r| r.fact() == Some(fact))
    }

    /// Whether a fact is known to have a column.
    pub fn holds(&self, fact: &str) -> bool {
        self.column_of(fact).is_some_and(|at| at < self.known)
    }

    /// Gives every other fact of the book a column too, since a later row may state it.
    pub fn add_late(&mut self, program: &Program) {
        let built_in = ["id", "hs", "origin", "currency"].into_iter();
        for fact in built_in.chain(program.facts.iter().map(|f| f.name.as_str())) {
            if self.column_of(fact).is_some() || self.header.iter().any(|c| c == fact) {
                continue;
            }
            self.header.push(fact.to_owned());
            self.roles.push(match fact {
                "id" => Role::Id,
                "hs" => Role::Hs,
                "origin" => Role::Origin,
                _ => Role::Fact(fact.to_owned()),
            });
        }
    }

    /// The columns that no fact takes, and that are carried through.
    pub fn carried(&self) -> impl Iterator<Item = usize> {
        self.roles.iter().enumerate().filter(|(_, r)| **r == Role::Other).map(|(i, _)| i)
    }

    /// What a row is called by: its id, or its line where it has none.
    pub fn id(&self, row: &Row) -> String {
        self.own_id(row).map_or_else(|| row.line.to_string(), str::to_owned)
    }

    /// The id of a row, where it has one.
    pub fn own_id<'r>(&self, row: &'r Row) -> Option<&'r str> {
        self.column_of("id").and_then(|c| row.cell(c)).map(str::trim).filter(|c| !c.is_empty())
    }

    /// A row as stated facts. An empty cell states nothing.
    fn stated(&self, row: &Row) -> StatedFacts {
        let mut facts = StatedFacts::default();
        for (role, cell) in self.roles.iter().zip(row.cells()) {
            let cell = cell.trim();
            match role {
                _ if cell.is_empty() => {}
                Role::Id | Role::Other => {}
                Role::Hs => facts.hs = Some(cell.to_owned()),
                Role::Origin => facts.origin = Some(cell.to_owned()),
                Role::Fact(name) => facts.values.push((name.clone(), cell.to_owned())),
            }
        }
        facts
    }

    /// A row as a shipment. `bare_start` says how bare dates are kept in the file, where that is known.
    pub fn shipment(&self, program: &Program, row: &Row, bare_start: Option<bool>) -> Result<Shipment, Rejection> {
        if let Some(fault) = &row.fault {
            let column = fault.cell().and_then(|c| self.header.get(c)).cloned();
            return Err(Rejection { line: row.line, counted: row.counted(), column, words: fault.words().into_owned() });
        }
        if row.len() != self.header.len() {
            let words = format!("the row has {}, but the first line names {}", crate::problem::counted(row.len(), "cell"), self.header.len());
            return Err(Rejection { line: row.line, counted: row.counted(), column: None, words });
        }
        Shipment::from_stated(program, &self.stated(row), bare_start).map_err(|e| self.rejected(row, e))
    }

    /// What can be read of a row that is rejected; nothing where it is malformed, or not even the goods can be read.
    pub fn readable(&self, program: &Program, row: &Row, bare_start: Option<bool>) -> Option<Shipment> {
        if row.fault.is_some() || row.len() != self.header.len() {
            return None;
        }
        let mut stated = self.stated(row);
        loop {
            let fault = match Shipment::from_stated(program, &stated, bare_start) {
                Ok(shipment) => return Some(shipment),
                Err(error) => error.fact,
            };
            let before = stated.values.len();
            stated.values.retain(|(name, _)| *name != fault);
            match fault.as_str() {
                "origin" if stated.origin.is_some() => stated.origin = None,
                _ if stated.values.len() < before => {}
                _ => return None,
            }
        }
    }

    fn rejected(&self, row: &Row, error: FactError) -> Rejection {
        let column = self.column_of(&error.fact).map(|c| self.name(c).to_owned());
        Rejection { line: row.line, counted: row.counted(), column: Some(column.unwrap_or(error.fact)), words: error.words }
    }
}
