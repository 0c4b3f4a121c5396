//! From text to tree and back.
//!
//! A file is cut into items in column 0, so that one mistake spoils one item; each is read with the grammar of `grammar/carveout.pest`.

mod attach;
mod from_source;
mod grammar;
mod items;
mod mend;
mod print;
mod slips;
mod split;
mod terms;
pub mod tree;
mod words;

pub use from_source::{parse, parse_rate, parse_session_line};
pub use print::{Formatted, format, print};
pub use split::is_complete;
pub use tree::*;
pub use words::{ITEMS, is_reserved, keywords};
