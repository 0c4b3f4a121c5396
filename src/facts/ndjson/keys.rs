//! Lines of JSON as rows of columns that are settled beforehand.

use super::scan::{Bad, Raw, Scanner, unescaped, without_exponent};
use crate::facts::cell::{Cell, Record};
use crate::facts::row::{Kept, Shape};
use crate::facts::{Columns, Fault, Row};
use crate::problem::did_you_mean;
use crate::program::{FactKind, Program};

/// Which column each name stands for, and what it may hold.
#[derive(Clone, Debug)]
pub struct Keys {
    names: Vec<String>,
    holds: Vec<Holds>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Holds {
    /// Carried through, whatever it is.
    Any,
    Fact,
    Number,
    Claims,
}

/// The cells of one line, where they stand.
pub struct JsonLine<'a, 'c> {
    keys: &'c Keys,
    text: &'a str,
    line: usize,
    cells: &'c [Cell<'a>],
}

impl Keys {
    /// The names of the columns, and the facts that they hold.
    pub fn new(program: &Program, columns: &Columns) -> Keys {
        let holds = |at: usize| match columns.fact_of(at) {
            None => Holds::Any,
            Some(name) => match program.find_fact(name).and_then(|id| program.fact(id)).map(|f| f.kind) {
                Some(FactKind::Claims) => Holds::Claims,
                Some(FactKind::Money | FactKind::Number | FactKind::Balance(_) | FactKind::Quantity(_)) => Holds::Number,
                _ => Holds::Fact,
            },
        };
        Keys { holds: (0..columns.header().len()).map(holds).collect(), names: columns.header().to_vec() }
    }

    /// The column of a name; `near` is where it is most likely found.
    fn find(&self, name: &str, near: usize) -> Option<usize> {
        if self.names.get(near).is_some_and(|n| n == name) {
            return Some(near);
        }
        self.names.iter().position(|n| n == name)
    }

    /// Takes a plain line apart: no backslashes, no name twice or unknown, no lists but of one claim. Nothing is said about any other.
    pub fn plain<'a, 'c>(&'c self, line: usize, text: &'a str, cells: &'c mut Vec<Cell<'a>>) -> Option<JsonLine<'a, 'c>> {
        cells.clear();
        cells.resize(self.names.len(), Cell::Missing);
        let (mut scanner, mut near, mut seen) = (Scanner::new(text), 0usize, 0u128);
        while let Some(((name, escaped), _, value)) = scanner.entry().ok()? {
            let at = self.find(name, near).filter(|_| !escaped)?;
            near = at.saturating_add(1);
            let bit = 1u128.checked_shl(u32::try_from(at).ok()?)?;
            if seen & bit != 0 {
                return None;
            }
            seen |= bit;
            let holds = *self.holds.get(at)?;
            *cells.get_mut(at)? = match value {
                Raw::Null => Cell::Missing,
                Raw::Text(text, false) => Cell::Text(text),
                Raw::Number(text) if holds == Holds::Number && text.contains(['e', 'E']) => return None,
                Raw::Number(text) | Raw::Flag(text) => Cell::Literal(text),
                Raw::List(list) if holds == Holds::Claims => Cell::Text(one_claim(list)?),
                Raw::List(_) | Raw::Object(_) if holds != Holds::Any => return None,
                Raw::List(text) | Raw::Object(text) => Cell::Literal(text),
                Raw::Text(..) => return None,
            };
        }
        Some(JsonLine { keys: self, text, line, cells })
    }

    /// Takes any line apart, and says what is wrong with it. `late` is told names that no column has.
    pub fn row(&self, line: usize, text: &str, mut late: impl FnMut(&str)) -> Row {
        let mut cells: Vec<Option<(Shape, String)>> = vec![None; self.names.len()];
        let (mut scanner, mut near, mut fault) = (Scanner::new(text), 0usize, None);
        loop {
            let ((name, escaped), at, value) = match scanner.entry() {
                Ok(Some(entry)) => entry,
                Ok(None) => break,
                Err(bad) => {
                    fault = Some(told(text, &bad));
                    break;
                }
            };
            let Some(name) = decoded(name, escaped) else {
                fault = Some(told(text, &Bad { at, words: "the name before this has a backslash that means nothing".to_owned() }));
                break;
            };
            let Some(column) = self.find(name.trim(), near) else {
                late(&name);
                continue;
            };
            near = column.saturating_add(1);
            let Some(slot) = cells.get_mut(column) else { continue };
            if slot.is_some() {
                fault = fault.or_else(|| Some(Fault::Shape(column, format!("the object has `{name}` twice: give it once"))));
                continue;
            }
            match self.value(column, value) {
                Ok(cell) => *slot = Some(cell),
                Err(words) => {
                    *slot = Some((Shape::Missing, String::new()));
                    fault = fault.or(Some(Fault::Shape(column, words)));
                }
            }
        }
        let mut row = Row { line, fault, ..Row::default() };
        let mut shapes = Vec::with_capacity(cells.len());
        for cell in cells {
            let (shape, text) = cell.unwrap_or((Shape::Missing, String::new()));
            row.push(&text);
            shapes.push(shape);
        }
        row.kept = Kept::Json(shapes);
        row
    }

    /// A line that could not even be taken for text.
    pub fn spoilt(&self, line: usize, fault: Fault) -> Row {
        let mut row = Row { line, fault: Some(fault), ..Row::default() };
        self.names.iter().for_each(|_| row.push(""));
        row.kept = Kept::Json(vec![Shape::Missing; self.names.len()]);
        row
    }

    fn value(&self, column: usize, value: Raw<'_>) -> Result<(Shape, String), String> {
        let holds = self.holds.get(column).copied().unwrap_or(Holds::Any);
        Ok(match value {
            Raw::Null => (Shape::Missing, String::new()),
            Raw::Text(text, escaped) => (Shape::Text, decoded(text, escaped).ok_or("the text has a backslash that means nothing")?),
            Raw::Number(n) if holds == Holds::Number => (Shape::Literal, without_exponent(n).unwrap_or_else(|| n.to_owned())),
            Raw::Number(text) | Raw::Flag(text) => (Shape::Literal, text.to_owned()),
            Raw::List(text) | Raw::Object(text) if holds == Holds::Any => (Shape::Literal, text.to_owned()),
            Raw::List(list) if holds == Holds::Claims => (Shape::Text, claims(list)?),
            Raw::List(_) => return Err("a list, where one value is expected".to_owned()),
            Raw::Object(_) => return Err("an object, where one value is expected".to_owned()),
        })
    }

    /// A name that nearly is one of the columns.
    pub fn close(&self, name: &str) -> Option<&str> {
        did_you_mean(name, self.names.iter().map(String::as_str))
    }
}

fn decoded(text: &str, escaped: bool) -> Option<String> {
    if escaped { unescaped(text) } else { Some(text.to_owned()) }
}

/// The one claim of a list, or that none is made.
fn one_claim(list: &str) -> Option<&str> {
    let within = list.strip_prefix('[')?.strip_suffix(']')?.trim();
    if within.is_empty() {
        return Some("none");
    }
    let claim = within.strip_prefix('"')?.strip_suffix('"')?;
    if claim.trim().is_empty() || claim.contains(['"', '\\', ';']) { None } else { Some(claim) }
}

fn claims(list: &str) -> Result<String, String> {
    let values: Vec<serde_json::Value> = serde_json::from_str(list).map_err(|_| "this is no list of JSON".to_owned())?;
    let mut names = Vec::new();
    for value in &values {
        let name = value.as_str().ok_or_else(|| format!("`{value}` is no claim: a claim is a text in quotes"))?;
        names.push(name);
    }
    joined_claims(names.into_iter())
}

/// Claims as one text. No claim in a list says that none is made.
pub(in crate::facts) fn joined_claims<'n>(names: impl Iterator<Item = &'n str>) -> Result<String, String> {
    let mut text = String::new();
    for name in names {
        if name.contains(';') {
            return Err(format!("the claim `{name}` has a `;`, which separates claims: give them one by one"));
        }
        if name.trim().is_empty() {
            return Err("a claim is empty: leave it out of the list".to_owned());
        }
        if !text.is_empty() {
            text.push(';');
        }
        text.push_str(name);
    }
    Ok(if text.is_empty() { "none".to_owned() } else { text })
}

fn told(text: &str, bad: &Bad) -> Fault {
    let before = text.as_bytes().get(..bad.at.min(text.len())).unwrap_or(&[]);
    // Characters, not bytes, as an editor counts them.
    let column = before.iter().filter(|b| **b & 0xc0 != 0x80).count().saturating_add(1);
    Fault::Json(format!("no JSON at character {column}: {}", bad.words))
}

impl Record for JsonLine<'_, '_> {
    fn line(&self) -> usize {
        self.line
    }

    fn cell(&self, at: usize) -> Cell<'_> {
        self.cells.get(at).copied().unwrap_or(Cell::Missing)
    }

    fn to_row(&self) -> Row {
        self.keys.row(self.line, self.text, |_| {})
    }
}
