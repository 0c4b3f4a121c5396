//! The syntax tree: what an author wrote, with the place of each piece, and nothing yet of what it means.
//!
//! Literals keep the author's spelling, so that the formatter changes layout and never a number.

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
    pub items: Vec<Item>,
    pub comments: Vec<Comment>,
    pub span: Span,
}

/// A comment, from its `#` to the end of its line.
#[derive(Clone, Debug)]
pub struct Comment {
    pub text: String,
    pub span: Span,
    /// Whether something of the policy stands before it on its line.
    pub trailing: bool,
}

/// An item of a file, or one under the `with` of a scenario.
#[derive(Clone, Debug)]
pub struct Item {
    pub kind: ItemKind,
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
