//! The parser that pest makes of `grammar/carveout.pest`; its `Rule` stays inside `syntax`.

#![allow(missing_docs)]

#[derive(pest_derive::Parser)]
#[grammar = "../grammar/carveout.pest"]
pub struct Grammar;

pub type Pair<'i> = pest::iterators::Pair<'i, Rule>;
pub type Pairs<'i> = pest::iterators::Pairs<'i, Rule>;
