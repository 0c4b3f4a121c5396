//! What a book means: names are resolved, expressions typed, units agreed, files read.
//!
//! Everything later (evaluation, analysis) reads this and never the syntax.

mod assertions;
mod check;
mod conditions;
mod cycles;
mod dependencies;
mod edition;
mod endings;
mod facts;
mod from_syntax;
mod inputs;
mod lists;
mod load;
mod measures;
mod names;
mod needs;
mod notation;
mod periods;
mod policy;
mod quotas;
mod rates;
mod reliefs;
mod rows;
mod rules;
mod scenarios;
mod scopes;
mod sets;
mod tables;
mod terms;
mod tests;
mod trials;
mod types;

pub use dependencies::{Dependency, How, Node, Rule, dependencies};
pub use edition::{Edition, Ended, Life, Window};
pub use facts::*;
pub use from_syntax::{Checked, check, check_sources, check_then, open};
pub use needs::Need;
pub use notation::{Sentence, read_hts, read_taric};
pub use rules::*;
pub use terms::*;
pub use tests::stated_facts;
pub use trials::*;
pub use types::*;
