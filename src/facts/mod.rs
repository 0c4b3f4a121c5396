//! Shipments: the facts of each, checked against what the book declares.

mod columns;
mod csv;
mod ledger;
mod mapping;
mod shipment;

pub use columns::{ColumnError, Columns, Rejection, lookalike};
pub use csv::{Block, CsvFault, CsvReader, CsvRow, write_cell, write_row};
pub use ledger::{Drawn, Entry, Grant, Ledger, LedgerError, Making, Met};
pub use mapping::MapError;
pub use shipment::{FactError, Shipment, Value};
