//! The facts of a line: unknown names, countries and codes are said as the checker says them.

use crate::facts::Shipment;
use crate::problem::{Problems, codes, naming};
use crate::program::{FactKind, Program, StatedFacts, stated_facts};
use crate::region::GoodsSet;
use crate::syntax::{FactValue, ShipmentFacts};
use crate::value::{Country, GoodsCode};

/// What a line states; what it names and the book has not is added to the problems.
pub fn stated(program: &Program, facts: &ShipmentFacts, problems: &mut Problems) -> StatedFacts {
    for (name, value) in &facts.facts {
        let kind = program.find_fact(&name.text).and_then(|f| program.fact(f)).map(|f| f.kind);
        match (kind, value) {
            (None, _) => {
                let known = program.facts.iter().map(|f| f.name.as_str()).chain(["hs", "origin"]);
                problems.add(naming::unknown("fact of the shipment", &name.text, known, name.span));
            }
            (Some(FactKind::Country), FactValue::Country(c)) if Country::from_code(&c.text).is_none() => problems.add(codes::unknown_country(&c.text, c.span)),
            _ => {}
        }
    }
    if let Some(origin) = facts.origin.as_ref().filter(|o| Country::from_code(&o.text).is_none()) {
        problems.add(codes::unknown_country(&origin.text, origin.span));
    }
    if let Some(code) = facts.code.as_ref().filter(|c| !exists(program, c.code)) {
        problems.add(codes::unknown_code(code.code, nearest(program, code.code), &program.nomenclature.path, code.span));
    }
    stated_facts(facts)
}

fn exists(program: &Program, code: GoodsCode) -> bool {
    !GoodsSet::of_code(code).intersection(&program.nomenclature.existing).is_empty()
}

/// The six-digit code of the nomenclature that is nearest by number.
fn nearest(program: &Program, code: GoodsCode) -> Option<GoodsCode> {
    let six = program.nomenclature.six_digits.as_ref()?;
    let first = code.cut(6).first();
    let before = six.range(..first).next_back().map(|(c, _)| *c);
    let after = six.range(first..).next().map(|(c, _)| *c);
    [before, after].into_iter().flatten().min_by_key(|c| c.abs_diff(first)).map(|c| GoodsCode::of_point(c, 6))
}

/// The facts with those of a change in their place.
pub fn changed(facts: &StatedFacts, change: StatedFacts) -> StatedFacts {
    let mut facts = facts.clone();
    facts.hs = change.hs.or(facts.hs);
    facts.origin = change.origin.or(facts.origin);
    for (name, value) in change.values {
        match facts.values.iter_mut().find(|(n, _)| *n == name) {
            Some((_, held)) => *held = value,
            None => facts.values.push((name, value)),
        }
    }
    facts
}

/// Whether the facts can be read by a book, and why not.
pub fn readable(program: &Program, facts: &StatedFacts, bare_start: Option<bool>) -> Result<(), String> {
    Shipment::from_stated(program, facts, bare_start).map(|_| ()).map_err(|e| e.to_string())
}

/// Whether nothing but goods is stated.
pub fn is_code_alone(facts: &ShipmentFacts) -> bool {
    facts.code.is_some() && facts.origin.is_none() && facts.facts.is_empty() && facts.claims.is_empty() && facts.known_at.is_none() && facts.scenario.is_none()
}
