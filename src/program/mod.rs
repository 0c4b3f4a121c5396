//! What a book means: names are resolved, expressions typed, units agreed, files read.
//!
//! Everything later (evaluation, analysis) reads this and never the syntax.

mod check;
mod conditions;
mod endings;
mod from_syntax;
mod lists;
mod load;
mod names;
mod needs;
mod notation;
mod periods;
mod rates;
mod scopes;
mod tables;
mod tests;
mod types;

pub use from_syntax::{Checked, check, check_sources};
pub use needs::Need;
pub use notation::{Sentence, read_hts, read_taric};
pub use tests::stated_facts;
pub use types::*;
