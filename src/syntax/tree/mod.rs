//! The syntax tree: what an author wrote, with the place of each piece, and nothing yet of what it means.
//!
//! Literals keep the author's spelling, so that the formatter changes layout and never a number. Variants and fields are named after the
//! rules of `grammar/carveout.pest`, which says of each what it is.

// What the grammar says of a rule would otherwise stand here a second time.
#![allow(missing_docs)]

mod cases;
mod clauses;
mod conditions;
mod items;
mod literals;
mod rates;
mod rules;
mod scope;

pub use cases::*;
pub use clauses::*;
pub use conditions::*;
pub use items::*;
pub use literals::*;
pub use rates::*;
pub use rules::*;
pub use scope::*;

use crate::source::Span;

/// One file, item by item. Comments are kept aside, in order of place.
#[derive(Clone, Debug, Default)]
pub struct Syntax {
    /// In the order of the text.
    pub items: Vec<Item>,
    /// Likewise; they belong to no item.
    pub comments: Vec<Comment>,
    /// The whole text.
    pub span: Span,
}

/// A comment, from its `#` to the end of its line.
#[derive(Clone, Debug)]
pub struct Comment {
    /// With its `#`.
    pub text: String,
    /// Where it stands.
    pub span: Span,
    /// Whether something of the policy stands before it on its line.
    pub trailing: bool,
}

/// An item of a file, or one under the `with` of a scenario.
#[derive(Clone, Debug)]
pub struct Item {
    /// What it is.
    pub kind: ItemKind,
    /// From its first word to the end of its last clause.
    pub span: Span,
}

/// What an item is.
#[derive(Clone, Debug)]
pub enum ItemKind {
    Policy(Policy),
    Use(Use),
    Instrument(Instrument),
    Goods(GoodsSet),
    Countries(CountrySetItem),
    Group(Group),
    Input(Input),
    Event(Event),
    Extension(Extension),
    Charge(Charge),
    Amend(Amend),
    Exemption(Exemption),
    Suspension(Suspension),
    Phaseout(Phaseout),
    Limit(Limit),
    Quota(Quota),
    Ending(Ending),
    Scenario(Scenario),
    Assert(Assert),
    Test(Test),
    TestTable(Text),
    Waiver(Waiver),
    /// Text that could not be read; its problem has been reported.
    Broken,
}
