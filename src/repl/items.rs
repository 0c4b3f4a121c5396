//! Items as texts: what an item declares or changes, and how it is called.

use crate::problem::Problems;
use crate::syntax::{self, Item, ItemKind};

/// The name that an item declares.
pub fn declared(kind: &ItemKind) -> Option<&str> {
    Some(match kind {
        ItemKind::Policy(x) => &x.name.text,
        ItemKind::Use(x) => &x.name.text,
        ItemKind::Instrument(x) => &x.name.text,
        ItemKind::Goods(x) => &x.name.text,
        ItemKind::Countries(x) => &x.name.text,
        ItemKind::Group(x) => &x.name.text,
        ItemKind::Input(x) => &x.name.text,
        ItemKind::Event(x) => &x.name.text,
        ItemKind::Charge(x) => &x.name.text,
        ItemKind::Exemption(x) => &x.name.text,
        ItemKind::Suspension(x) => &x.name.text,
        ItemKind::Phaseout(x) => &x.name.text,
        ItemKind::Limit(x) => &x.name.text,
        ItemKind::Quota(x) => &x.name.text,
        ItemKind::Ending(x) => &x.name.text,
        ItemKind::Scenario(x) => &x.name.text,
        ItemKind::Assert(x) => &x.name.text,
        _ => return None,
    })
}

/// The names of what an item acts on: measures that it relieves, limits or ends, a rule that it amends, an event that it extends.
pub fn acts_on(kind: &ItemKind) -> Vec<&str> {
    let names = match kind {
        ItemKind::Amend(x) => std::slice::from_ref(&x.target),
        ItemKind::Extension(x) => std::slice::from_ref(&x.event),
        ItemKind::Exemption(x) => &x.from,
        ItemKind::Suspension(x) => &x.of,
        ItemKind::Phaseout(x) => &x.of,
        ItemKind::Limit(x) => &x.of,
        ItemKind::Ending(x) => &x.of,
        ItemKind::Group(x) => &x.members,
        _ => &[],
    };
    names.iter().map(|n| n.text.as_str()).collect()
}

/// The word that an item begins with.
fn word(kind: &ItemKind) -> &'static str {
    match kind {
        ItemKind::Policy(_) => "policy",
        ItemKind::Use(_) => "use",
        ItemKind::Instrument(_) => "instrument",
        ItemKind::Goods(_) => "goods",
        ItemKind::Countries(_) => "countries",
        ItemKind::Group(_) => "group",
        ItemKind::Input(_) => "input",
        ItemKind::Event(_) => "event",
        ItemKind::Extension(_) => "extension of",
        ItemKind::Charge(x) => x.kind.word(),
        ItemKind::Amend(_) => "amendment of",
        ItemKind::Exemption(_) => "exemption",
        ItemKind::Suspension(_) => "suspension",
        ItemKind::Phaseout(_) => "phase-out",
        ItemKind::Limit(_) => "limit",
        ItemKind::Quota(_) => "quota",
        ItemKind::Ending(x) if x.void => "void",
        ItemKind::Ending(_) => "repeal",
        ItemKind::Scenario(_) => "scenario",
        ItemKind::Assert(_) => "assertion",
        ItemKind::Test(_) | ItemKind::TestTable(_) => "test",
        ItemKind::Waiver(_) => "waiver of",
        ItemKind::Broken => "item",
    }
}

/// How an item is called: "suspension `try`", "amendment of `general`".
pub fn called(kind: &ItemKind) -> String {
    let named = match kind {
        ItemKind::Amend(x) => Some(x.target.text.as_str()),
        ItemKind::Extension(x) => Some(x.event.text.as_str()),
        ItemKind::Test(x) => Some(x.title.text.as_str()),
        ItemKind::TestTable(x) => Some(x.text.as_str()),
        ItemKind::Waiver(x) => Some(x.code.text.as_str()),
        other => declared(other),
    };
    match named {
        Some(name) => format!("{} `{name}`", word(kind)),
        None => word(kind).to_owned(),
    }
}

/// The one item of a text, as far as it can be read.
pub fn only(text: &str) -> Option<Item> {
    syntax::parse(text, 0, &mut Problems::default()).items.into_iter().next()
}
