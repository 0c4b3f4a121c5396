//! Shipments: the facts of each, checked against what the book declares, and files of them in every format.
//!
//! Whatever its format, a row is a [`Record`] of [`Cell`]s; what is not plain in it is looked at as a [`Row`] of texts.

#[cfg(feature = "parquet")]
mod arrow;
mod cell;
mod columns;
mod compressed;
mod csv;
mod fault;
mod format;
mod input;
mod ledger;
mod lines;
mod mapping;
mod ndjson;
mod row;
mod sheet;
mod shipment;
mod writer;

#[cfg(feature = "parquet")]
pub use arrow::{Batch, BatchRow};
pub use cell::{Cell, Record, write_json_text};
pub use columns::{ColumnError, Columns, Rejection, lookalike};
pub use compressed::{Source, unpacked};
pub use csv::{CsvReader, write_cell, write_row};
pub use fault::Fault;
pub use format::{Compression, ENDINGS, Format, Named};
pub use input::{Block, Input, Late};
pub use ledger::{Drawn, Entry, Grant, Ledger, LedgerError, Making, Met};
pub use mapping::MapError;
pub use ndjson::{Keys, lines as json_lines};
pub use row::Row;
pub use sheet::{Chunk, Kind, Shape, Sheet};
pub use shipment::{FactError, Shipment, Value};
pub use writer::Writer;
