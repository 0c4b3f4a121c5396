//! Shipments by columns: Parquet and Arrow, in and out. Nothing of Arrow is seen outside this folder's neighbours.

mod batch;
mod column;
mod parquet;
mod stream;
mod table;
mod write;

pub use batch::{Batch, BatchRow, Wanted};
pub use parquet::{Batches, Part, Parts};
pub use stream::Stream;
pub use table::{Form, Group, Table};
pub use write::ColumnWriter;
