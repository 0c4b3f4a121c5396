//! Some rows in memory, column by column.

use super::column::{Column, is_shown, is_text};
use crate::facts::cell::{Cell, Record};
use crate::facts::row::Kept;
use crate::facts::{Columns, Fault, Row};
use crate::program::{FactKind, Program};
use arrow_array::cast::AsArray;
use arrow_array::{Array, ArrayRef, RecordBatch};
use arrow_schema::{DataType, SchemaRef};
use arrow_select::take::take;
use std::sync::Arc;

/// Which columns are read, and as what.
#[derive(Debug)]
pub struct Wanted {
    pub schema: SchemaRef,
    /// By the column of the file.
    pub read: Vec<bool>,
    claims: Vec<bool>,
}

/// Some rows, and the number of the first, counted from 1.
#[derive(Debug)]
pub struct Batch {
    pub first: usize,
    pub rows: usize,
    columns: Vec<Column>,
    arrays: Vec<Option<ArrayRef>>,
}

/// One of them.
pub struct BatchRow<'b> {
    pub batch: &'b Arc<Batch>,
    pub at: usize,
}

impl Wanted {
    /// Everything that holds a fact, and what else is to be kept; in words which column has a type that no fact can be read from.
    pub fn new(program: &Program, columns: &Columns, schema: &SchemaRef, keep: &dyn Fn(usize) -> bool) -> Result<Wanted, String> {
        let (mut read, mut claims) = (Vec::new(), Vec::new());
        for (at, field) in schema.fields().iter().enumerate() {
            let fact = columns.fact_of(at);
            let kind = fact.and_then(|name| program.find_fact(name)).and_then(|id| program.fact(id)).map(|f| f.kind);
            if let Some(fact) = fact {
                suits(field.name(), fact, kind, field.data_type())?;
            }
            claims.push(kind == Some(FactKind::Claims));
            read.push(fact.is_some() || keep(at));
        }
        Ok(Wanted { schema: Arc::clone(schema), read, claims })
    }

    /// Rows as they come, whose columns are those that are read, or all.
    pub fn batch(&self, first: usize, batch: &RecordBatch) -> Batch {
        let all = batch.num_columns() == self.read.len();
        let mut from = batch.columns().iter();
        let mut arrays = Vec::with_capacity(self.read.len());
        for read in &self.read {
            let array = if all || *read { from.next() } else { None };
            arrays.push(array.filter(|_| *read).cloned());
        }
        let column = |(array, claims): (&Option<ArrayRef>, &bool)| array.as_ref().map_or(Column::Absent, |a| Column::of(a, *claims));
        let columns = arrays.iter().zip(&self.claims).map(column).collect();
        Batch { first, rows: batch.num_rows(), columns, arrays }
    }

    /// Columns whose cells have no form in a text.
    pub fn unshown(schema: &SchemaRef) -> Vec<usize> {
        schema.fields().iter().enumerate().filter(|(_, f)| !is_shown(f.data_type())).map(|(i, _)| i).collect()
    }
}

/// Refuses a type from which a fact cannot be read exactly.
fn suits(column: &str, fact: &str, kind: Option<FactKind>, of: &DataType) -> Result<(), String> {
    let inner = if let DataType::Dictionary(_, value) = of { value } else { of };
    match inner {
        DataType::Float16 | DataType::Float32 | DataType::Float64 => Err(match kind {
            Some(FactKind::Money | FactKind::Number | FactKind::Quantity(_) | FactKind::Balance(_)) => {
                format!("the column `{column}` holds floating-point numbers, which are not exact: make it a decimal, as in `CAST({column} AS DECIMAL(18, 2))`")
            }
            Some(FactKind::Rate) => format!("the column `{column}` holds floating-point numbers, which are not exact: make it a text, as in `6.5%`"),
            _ => format!("the column `{column}` holds floating-point numbers, and so cannot hold `{fact}`: make it a text"),
        }),
        DataType::List(field) | DataType::LargeList(field) if kind == Some(FactKind::Claims) && is_text(field.data_type()) => Ok(()),
        DataType::List(_) | DataType::LargeList(_) => Err(format!("the column `{column}` holds lists, and `{fact}` is one value: give it one in each row")),
        other if is_shown(other) => Ok(()),
        other => Err(format!("the column `{column}` is of the type {other}, from which `{fact}` cannot be read: make it a text")),
    }
}

impl Batch {
    /// A cell by its row and column.
    pub fn cell(&self, row: usize, column: usize) -> Cell<'_> {
        self.columns.get(column).filter(|_| row < self.rows).map_or(Cell::Missing, |c| c.cell(row))
    }

    /// A column as it came.
    pub fn array(&self, column: usize) -> Option<&ArrayRef> {
        self.arrays.get(column).and_then(Option::as_ref)
    }

    /// A part of a column, or nothings where the column was not read. A dictionary is unpacked where one is not wanted.
    pub fn part(&self, column: usize, from: usize, rows: usize, of: &DataType) -> ArrayRef {
        let part = self.slice(column, from, rows, of);
        match part.as_any_dictionary_opt().filter(|_| part.data_type() != of) {
            Some(dictionary) => take(dictionary.values(), dictionary.keys(), None).unwrap_or(part),
            None => part,
        }
    }

    fn slice(&self, column: usize, from: usize, rows: usize, of: &DataType) -> ArrayRef {
        self.array(column).filter(|a| from.saturating_add(rows) <= a.len()).map_or_else(|| arrow_array::new_null_array(of, rows), |a| a.slice(from, rows))
    }
}

impl Record for BatchRow<'_> {
    fn line(&self) -> usize {
        self.batch.first.saturating_add(self.at)
    }

    fn cell(&self, at: usize) -> Cell<'_> {
        self.batch.cell(self.at, at)
    }

    fn to_row(&self) -> Row {
        let mut row = Row::of_cells(self.line(), (0..self.batch.columns.len()).map(|at| self.cell(at)));
        let fault = |(column, c): (usize, &Column)| c.fault(self.at).map(|words| Fault::Shape(column, words.to_owned()));
        row.fault = self.batch.columns.iter().enumerate().find_map(fault);
        row.kept = Kept::Batch(Arc::clone(self.batch), self.at);
        row
    }

    fn batch(&self) -> Option<(&Arc<Batch>, usize)> {
        Some((self.batch, self.at))
    }
}
