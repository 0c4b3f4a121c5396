//! Rows on their way out, gathered by columns.

use super::batch::Batch;
use crate::facts::cell::Record;
use crate::facts::sheet::Kind;
use arrow_array::builder::{Decimal128Builder, Int64Builder, StringBuilder};
use arrow_array::{Array, ArrayRef, RecordBatch};
use arrow_schema::{DataType, Field, Schema, SchemaRef};
use arrow_select::concat::concat;
use parquet::arrow::ArrowWriter;
use parquet::arrow::arrow_writer::{ArrowColumnChunk, ArrowRowGroupWriterFactory, compute_leaves};
use parquet::basic::Compression;
use parquet::errors::ParquetError;
use parquet::file::properties::WriterProperties;
use parquet::schema::types::ColumnPath;
use std::io::{self, ErrorKind, Write};
use std::sync::Arc;

/// As many digits as a decimal of 128 bits has.
const DIGITS: u8 = 38;

/// The types of the output, and how groups of rows are packed.
pub struct Form {
    pub schema: SchemaRef,
    /// How many columns come before those that are carried through.
    own: usize,
    kinds: Vec<Kind>,
    places: u8,
    /// What packs groups of rows, where the output is Parquet.
    factory: Option<ArrowRowGroupWriterFactory>,
}

/// Rows, gathered.
pub struct Table {
    form: Arc<Form>,
    own: Vec<Build>,
    carried: Vec<Carried>,
    /// The rows of one batch that are carried and not yet cut out of it.
    run: Option<(Arc<Batch>, usize, usize)>,
    rows: usize,
    spoilt: Option<String>,
}

enum Build {
    Text(StringBuilder),
    Money(Decimal128Builder),
    Count(Int64Builder),
}

enum Carried {
    Text(usize, StringBuilder),
    Typed(usize, Vec<ArrayRef>),
}

/// A group of rows that is packed, and how many there are.
pub struct Group {
    pub chunks: Vec<ArrowColumnChunk>,
    pub rows: usize,
}

pub fn told(error: ParquetError) -> io::Error {
    match error {
        ParquetError::External(e) => io::Error::other(e),
        other => io::Error::new(ErrorKind::InvalidData, other.to_string()),
    }
}

impl Form {
    /// The columns of a result, then those that are carried through with the types that the input has for them.
    pub fn new(fields: &[(String, Kind)], own: usize, carried: &[usize], input: Option<&SchemaRef>, places: u8, packed: bool) -> io::Result<Form> {
        let of = |kind: Kind| match kind {
            Kind::Text => DataType::Utf8,
            Kind::Money => DataType::Decimal128(DIGITS, i8::try_from(places).unwrap_or(0)),
            Kind::Count => DataType::Int64,
        };
        let mut all: Vec<Field> = fields.iter().take(own).map(|(name, kind)| Field::new(name, of(*kind), true)).collect();
        for ((name, _), at) in fields.iter().skip(own).zip(carried) {
            let typed = input.and_then(|schema| schema.fields().get(*at).cloned());
            all.push(typed.map_or_else(|| Field::new(name, DataType::Utf8, true), |f| f.as_ref().clone().with_name(name).with_nullable(true)));
            // A file of Arrow has room for one dictionary only, and parts of the input may have one each.
            if let (false, Some(last)) = (packed, all.last_mut())
                && let DataType::Dictionary(_, value) = last.data_type().clone()
            {
                last.set_data_type(*value);
            }
        }
        let schema = Arc::new(Schema::new(all));
        let kinds = fields.iter().take(own).map(|(_, kind)| *kind).collect();
        let factory = if packed { Some(writer(Vec::new(), &schema)?.into_serialized_writer().map_err(told)?.1) } else { None };
        Ok(Form { schema, own, kinds, places, factory })
    }

    /// Packs rows.
    pub fn pack(&self, batches: &[RecordBatch]) -> io::Result<Group> {
        let Some(factory) = &self.factory else { return Err(io::Error::other("these rows are not packed")) };
        let mut writers = factory.create_column_writers(0).map_err(told)?;
        for batch in batches {
            let mut next = writers.iter_mut();
            for (field, column) in self.schema.fields().iter().zip(batch.columns()) {
                for leaf in compute_leaves(field, column).map_err(told)? {
                    if let Some(writer) = next.next() {
                        writer.write(&leaf).map_err(told)?;
                    }
                }
            }
        }
        let rows = batches.iter().map(RecordBatch::num_rows).sum();
        let chunks: Result<Vec<_>, _> = writers.into_iter().map(|w| w.close()).collect();
        Ok(Group { chunks: chunks.map_err(told)?, rows })
    }
}

/// What writes Parquet.
pub fn writer<W: Write + Send>(out: W, schema: &SchemaRef) -> io::Result<ArrowWriter<W>> {
    let made_by = concat!("carveout ", env!("CARGO_PKG_VERSION")).to_owned();
    let mut properties = WriterProperties::builder().set_compression(Compression::SNAPPY).set_created_by(made_by);
    // What hardly ever comes twice is not looked up among what came before.
    let mostly_new = |field: &Field| matches!(field.name().as_str(), "id" | "applied") || matches!(field.data_type(), DataType::Decimal128(..));
    for field in schema.fields().iter().filter(|f| mostly_new(f)) {
        properties = properties.set_column_dictionary_enabled(ColumnPath::from(vec![field.name().clone()]), false);
    }
    ArrowWriter::try_new(out, Arc::clone(schema), Some(properties.build())).map_err(told)
}

impl Table {
    pub fn new(form: &Arc<Form>, carried: &[usize], typed: bool) -> Table {
        let build = |kind: &Kind| match kind {
            Kind::Text => Build::Text(StringBuilder::new()),
            Kind::Count => Build::Count(Int64Builder::new()),
            Kind::Money => {
                let of = DataType::Decimal128(DIGITS, i8::try_from(form.places).unwrap_or(0));
                Build::Money(Decimal128Builder::new().with_data_type(of))
            }
        };
        let carry = |at: &usize| if typed { Carried::Typed(*at, Vec::new()) } else { Carried::Text(*at, StringBuilder::new()) };
        let own = form.kinds.iter().map(build).collect();
        Table { form: Arc::clone(form), own, carried: carried.iter().map(carry).collect(), run: None, rows: 0, spoilt: None }
    }

    pub fn rows(&self) -> usize {
        self.rows
    }

    /// A row: its cells, of which an empty one is unknown, and what is carried through of its record.
    pub fn row<'c>(&mut self, cells: impl Iterator<Item = &'c str>, record: Option<&dyn Record>) {
        for (build, cell) in self.own.iter_mut().zip(cells) {
            match build {
                Build::Text(b) if cell.is_empty() => b.append_null(),
                Build::Money(b) if cell.is_empty() => b.append_null(),
                Build::Count(b) if cell.is_empty() => b.append_null(),
                Build::Text(b) => b.append_value(cell),
                Build::Money(b) => match amount(cell, self.form.places) {
                    Some(n) => b.append_value(n),
                    None => {
                        b.append_null();
                        self.spoilt = Some(format!("`{cell}` is no amount with {} places", self.form.places));
                    }
                },
                Build::Count(b) => match cell.parse() {
                    Ok(n) => b.append_value(n),
                    Err(_) => {
                        b.append_null();
                        self.spoilt = Some(format!("`{cell}` is no count"));
                    }
                },
            }
        }
        self.rows = self.rows.saturating_add(1);
        let Some(record) = record else { return };
        if let Some((batch, at)) = record.batch() {
            match &mut self.run {
                Some((of, from, rows)) if Arc::ptr_eq(of, batch) && from.saturating_add(*rows) == at => *rows = rows.saturating_add(1),
                _ => {
                    self.cut();
                    self.run = Some((Arc::clone(batch), at, 1));
                }
            }
        }
        for carried in &mut self.carried {
            if let Carried::Text(at, build) = carried {
                match record.cell(*at) {
                    super::super::Cell::Missing => build.append_null(),
                    cell => build.append_value(cell.text()),
                }
            }
        }
    }

    /// Cuts what is carried out of its batch.
    fn cut(&mut self) {
        let Some((batch, from, rows)) = self.run.take() else { return };
        for (i, carried) in self.carried.iter_mut().enumerate() {
            if let Carried::Typed(at, parts) = carried
                && let Some(field) = self.form.schema.fields().get(self.form.own.saturating_add(i))
            {
                parts.push(batch.part(*at, from, rows, field.data_type()));
            }
        }
    }

    /// Takes the rows so far.
    pub fn take(&mut self) -> io::Result<RecordBatch> {
        self.cut();
        self.rows = 0;
        if let Some(words) = self.spoilt.take() {
            return Err(io::Error::new(ErrorKind::InvalidData, words));
        }
        let mut arrays: Vec<ArrayRef> = Vec::new();
        for build in &mut self.own {
            arrays.push(match build {
                Build::Text(b) => Arc::new(b.finish()),
                Build::Money(b) => Arc::new(b.finish()),
                Build::Count(b) => Arc::new(b.finish()),
            });
        }
        for carried in &mut self.carried {
            arrays.push(match carried {
                Carried::Text(_, b) => Arc::new(b.finish()),
                Carried::Typed(_, parts) => {
                    let parts = std::mem::take(parts);
                    match parts.as_slice() {
                        [one] => Arc::clone(one),
                        several => concat(&several.iter().map(|a| a.as_ref()).collect::<Vec<&dyn Array>>()).map_err(io::Error::other)?,
                    }
                }
            });
        }
        RecordBatch::try_new(Arc::clone(&self.form.schema), arrays).map_err(io::Error::other)
    }

    pub fn form(&self) -> &Arc<Form> {
        &self.form
    }
}

/// An amount without its point, to so many places; nothing where it has more.
fn amount(text: &str, places: u8) -> Option<i128> {
    let (sign, digits) = text.strip_prefix('-').map_or((1, text), |rest| (-1, rest));
    let (mut n, mut after) = (0i128, None::<u8>);
    for byte in digits.bytes() {
        match byte {
            b'0'..=b'9' => {
                n = n.checked_mul(10)?.checked_add(i128::from(byte.wrapping_sub(b'0')))?;
                after = after.map(|a| a.saturating_add(1));
            }
            b'.' if after.is_none() => after = Some(0),
            _ => return None,
        }
    }
    if digits.is_empty() {
        return None;
    }
    n.checked_mul(10i128.checked_pow(u32::from(places.checked_sub(after.unwrap_or(0))?))?)?.checked_mul(sign)
}

#[cfg(test)]
mod tests {
    #[test]
    fn amounts_have_their_places() {
        let amount = super::amount;
        assert_eq!((amount("12.5", 2), amount("-0.01", 2), amount("7", 0), amount("7", 3)), (Some(1250), Some(-1), Some(7), Some(7000)));
        assert_eq!((amount("0.001", 2), amount("", 2), amount("1e3", 2), amount("-", 2)), (None, None, None, None));
    }
}
