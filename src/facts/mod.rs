//! Shipments: the facts of each, checked against what the book declares.

mod shipment;
mod table;

pub use shipment::{FactError, Shipment, Value};
pub use table::{ColumnError, Columns, Record};
