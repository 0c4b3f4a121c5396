//! Shipments in a CSV file: which column holds which fact, and each row as stated facts.

use crate::program::{Program, StatedFacts};

/// Which fact each column of a file holds.
#[derive(Clone, Debug)]
pub struct Columns {
    pub header: Vec<String>,
    roles: Vec<Role>,
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

/// What is wrong with the columns of a file, before any row is read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ColumnError {
    Missing {
        column: &'static str,
        found: Vec<String>,
    },
    Twice(String),
    /// `--map` names a column that the file has not.
    UnknownMap {
        column: String,
        found: Vec<String>,
    },
    /// `--map` names a fact that the book has not.
    UnknownFact {
        fact: String,
        close: Option<String>,
    },
}

impl std::fmt::Display for ColumnError {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let listed = |found: &[String]| found.iter().map(|c| format!("`{c}`")).collect::<Vec<_>>().join(", ");
        match self {
            ColumnError::Missing { column, found } => {
                write!(
                    f,
                    "the shipments have no column `{column}`; their columns are {}. Name the one that is meant with `--map {column}=COLUMN`",
                    listed(found)
                )
            }
            ColumnError::Twice(column) => write!(f, "two columns hold `{column}`"),
            ColumnError::UnknownMap { column, found } => write!(f, "`--map` names the column `{column}`, but the columns are {}", listed(found)),
            ColumnError::UnknownFact { fact, close: Some(close) } => write!(f, "`--map` names `{fact}`, which is no fact of the book; did you mean `{close}`?"),
            ColumnError::UnknownFact { fact, close: None } => write!(f, "`--map` names `{fact}`, which is no fact of the book"),
        }
    }
}

/// One row.
#[derive(Clone, Debug, Default)]
pub struct Record {
    pub id: Option<String>,
    pub facts: StatedFacts,
    /// The cells that no fact takes, in order of their columns.
    pub carried: Vec<String>,
}

impl Columns {
    /// Reads a header. `map` pairs facts with the columns that hold them under another name.
    pub fn new(program: &Program, header: Vec<String>, map: &[(String, String)]) -> Result<Columns, ColumnError> {
        for (fact, column) in map {
            if !header.contains(column) {
                return Err(ColumnError::UnknownMap { column: column.clone(), found: header });
            }
            let built_in = matches!(fact.as_str(), "id" | "hs" | "origin" | "currency");
            if !built_in && program.find_fact(fact).is_none() {
                let names: Vec<&str> = program.facts.iter().map(|f| f.name.as_str()).chain(["id", "hs", "origin", "currency"]).collect();
                let close = crate::problem::did_you_mean(fact, names).map(str::to_owned);
                return Err(ColumnError::UnknownFact { fact: fact.clone(), close });
            }
        }
        let mut roles = Vec::with_capacity(header.len());
        for column in &header {
            let mapped = map.iter().find(|(_, c)| c == column).map(|(f, _)| f.as_str());
            // A column whose fact is held by another is only carried.
            let taken = map.iter().any(|(f, c)| f == column && c != column);
            roles.push(match mapped.or((!taken).then_some(column.as_str())) {
                Some("id") => Role::Id,
                Some("hs") => Role::Hs,
                Some("origin") => Role::Origin,
                Some("currency") => Role::Fact("currency".to_owned()),
                Some(name) if program.find_fact(name).is_some() => Role::Fact(name.to_owned()),
                _ => Role::Other,
            });
        }
        for (i, role) in roles.iter().enumerate() {
            if *role != Role::Other && roles.iter().skip(i.saturating_add(1)).any(|r| r == role) {
                return Err(ColumnError::Twice(header.get(i).cloned().unwrap_or_default()));
            }
        }
        for needed in ["hs"] {
            if !roles.contains(&Role::Hs) {
                return Err(ColumnError::Missing { column: needed, found: header });
            }
        }
        Ok(Columns { header, roles })
    }

    /// Whether a fact has a column.
    pub fn holds(&self, fact: &str) -> bool {
        match fact {
            "origin" => self.roles.contains(&Role::Origin),
            "id" => self.roles.contains(&Role::Id),
            _ => self.roles.iter().any(|r| matches!(r, Role::Fact(f) if f == fact)),
        }
    }

    /// The columns that are carried through, in order.
    pub fn carried(&self) -> impl Iterator<Item = &str> {
        self.header.iter().zip(&self.roles).filter(|(_, r)| **r == Role::Other).map(|(h, _)| h.as_str())
    }

    /// A row as stated facts. An empty cell states nothing.
    pub fn record<'r>(&self, cells: impl IntoIterator<Item = &'r str>) -> Record {
        let mut record = Record::default();
        for (role, cell) in self.roles.iter().zip(cells) {
            let cell = cell.trim();
            match role {
                Role::Other => record.carried.push(cell.to_owned()),
                _ if cell.is_empty() => {}
                Role::Id => record.id = Some(cell.to_owned()),
                Role::Hs => record.facts.hs = Some(cell.to_owned()),
                Role::Origin => record.facts.origin = Some(cell.to_owned()),
                Role::Fact(name) => record.facts.values.push((name.clone(), cell.to_owned())),
            }
        }
        record
    }
}
