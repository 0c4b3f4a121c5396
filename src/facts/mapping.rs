//! `--map`: which column holds a fact under another name, said in either order where only one order makes sense.

use super::columns::{back_ticked, lookalike};
use crate::problem::did_you_mean;
use crate::program::Program;
use std::fmt;

/// A column, by number, and the fact that it holds.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Mapped {
    pub column: usize,
    pub fact: String,
}

/// A pair that cannot be understood.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum MapError {
    /// Neither side is a column.
    NoColumn {
        /// The pair, as written.
        pair: String,
        /// The side that names no column.
        missing: String,
        /// A column of nearly that name.
        close: Option<String>,
        /// The columns that there are.
        found: Vec<String>,
    },
    /// Neither side is a fact.
    NoFact {
        /// The pair, as written.
        pair: String,
        /// The side that names no fact.
        missing: String,
        /// A fact of nearly that name.
        close: Option<String>,
    },
    /// Either side could be the column.
    BothWays {
        /// The pair, as written.
        pair: String,
    },
    /// Something is mapped twice.
    Twice {
        /// The column or the fact.
        what: String,
    },
}

impl fmt::Display for MapError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let meant = |close: &Option<String>| close.as_ref().map_or_else(String::new, |c| format!("did you mean `{c}`? "));
        match self {
            MapError::NoColumn { pair, missing, close, found } => {
                write!(f, "`--map {pair}`: the file has no column `{missing}`; {}its columns are {}", meant(close), back_ticked(found))
            }
            MapError::NoFact { pair, missing, close: Some(close) } => write!(f, "`--map {pair}`: the book has no fact `{missing}`; did you mean `{close}`?"),
            MapError::NoFact { pair, missing, close: None } => {
                write!(f, "`--map {pair}`: the book has no fact `{missing}`; a fact is built in, such as `hs` and `origin`, or declared with `input`")
            }
            MapError::BothWays { pair } => {
                write!(f, "`--map {pair}` can be read both ways, since both are columns and both are facts: give one of the columns another name in the file")
            }
            MapError::Twice { what } => write!(f, "`--map` names {what} twice: name it once"),
        }
    }
}

/// Whether a column of this name is more than carried through.
pub fn is_fact(program: &Program, name: &str) -> bool {
    matches!(name, "id" | "hs" | "origin" | "currency") || program.find_fact(name).is_some()
}

/// Finds the column and the fact of each pair.
pub fn resolve(program: &Program, header: &[String], pairs: &[(String, String)]) -> Result<Vec<Mapped>, MapError> {
    let mut out: Vec<Mapped> = Vec::new();
    for (left, right) in pairs {
        let mapped = one(program, header, left, right)?;
        if out.iter().any(|m| m.column == mapped.column) {
            let name = header.get(mapped.column).map_or("", String::as_str);
            return Err(MapError::Twice { what: format!("the column `{name}`") });
        }
        if out.iter().any(|m| m.fact == mapped.fact) {
            return Err(MapError::Twice { what: format!("the fact `{}`", mapped.fact) });
        }
        out.push(mapped);
    }
    Ok(out)
}

fn one(program: &Program, header: &[String], left: &str, right: &str) -> Result<Mapped, MapError> {
    let pair = format!("{left}={right}");
    let column = |name: &str| header.iter().position(|c| c == name);
    let (left_column, right_column) = (column(left), column(right));
    let (left_fact, right_fact) = (is_fact(program, left), is_fact(program, right));
    let forwards = left_column.filter(|_| right_fact).map(|column| Mapped { column, fact: right.to_owned() });
    let backwards = right_column.filter(|_| left_fact).map(|column| Mapped { column, fact: left.to_owned() });
    match (forwards, backwards) {
        (Some(_), Some(_)) if left != right => Err(MapError::BothWays { pair }),
        (Some(mapped), _) | (None, Some(mapped)) => Ok(mapped),
        (None, None) => {
            // One side is a fact, so the other was meant to be a column; or one is a column, so the other was meant to be a fact.
            let missing_column = match (left_fact, right_fact) {
                (_, true) => Some(left),
                (true, false) => Some(right),
                (false, false) if left_column.is_none() && right_column.is_none() => Some(left),
                (false, false) => None,
            };
            Err(match missing_column {
                Some(missing) => {
                    let close = did_you_mean(missing, header.iter().map(String::as_str)).or_else(|| lookalike(missing, header));
                    MapError::NoColumn { pair, missing: missing.to_owned(), close: close.map(str::to_owned), found: header.to_vec() }
                }
                None => {
                    let missing = if left_column.is_some() { right } else { left };
                    let names = program.facts.iter().map(|f| f.name.as_str()).chain(["id", "hs", "origin", "currency"]);
                    let close = did_you_mean(missing, names).map(str::to_owned);
                    MapError::NoFact { pair, missing: missing.to_owned(), close }
                }
            })
        }
    }
}
