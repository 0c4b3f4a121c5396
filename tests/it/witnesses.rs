//! No finding is shown with a shipment that does not show it: the witnesses of every book, and of differences between its versions.

#[path = "../runner/witnesses.rs"]
mod held;

use carveout::analysis::{Comparison, Side, check, compare};
use carveout::outcome::Interpreter;
use carveout::problem::Witness;
use carveout::program::{self, FactId};
use carveout::value::Instant;
use carveout::world::{Disk, Memory};
use jiff::civil::Date;
use std::path::Path;

fn none(complaints: &[String]) {
    assert!(complaints.is_empty(), "{} complaints\n{}", complaints.len(), complaints.join("\n\n"));
}

#[test]
fn witnesses_on_every_book_show_what_is_found() {
    let mut complaints = Vec::new();
    let mut codes = std::collections::BTreeSet::new();
    for book in crate::books::books() {
        let checked = check(&Disk, &book, None).unwrap();
        codes.extend(held::hold(&Disk, &book, &checked, &mut complaints).into_keys());
    }
    none(&complaints);
    // What is found today on the books of the repository.
    assert!(["T101", "T102", "T104", "T211"].iter().all(|c| codes.contains(c)), "{codes:?}");
}

/// A book with a slip of every kind that a shipment can show, so that each kind is held.
#[test]
fn every_kind_of_finding_is_held() {
    let book = "policy p\n    imports into CN\n    currency CNY\n    clock Asia/Shanghai\n\n\
                instrument one \"One\"\n    published 2025-01-01\n\ninstrument two \"Two\"\n    published 2025-02-01\n\n\
                input coated : flag\n\n\
                measure steel\n    on chapter 72 of any origin\n    rate 10% from 2025-01-01 cites one\n    rate 12% on 7208 when coated from 2025-01-01 cites one\n    \
                rate 14% on 7208 of origin KR from 2025-01-01 cites one\n    rate 20% from 2025-03-01 cites two\n    rate 20% on 7210 from 2025-04-01 cites two\n    \
                rate 20% of origin JP from 2025-04-01 cites two\n    rate 30% on 7211 from 2025-05-01 until 2025-06-01 cites two\n    covers chapter 72 from 2024-12-01 cites one\n\n\
                suspension first of steel\n    on 7212\n    by 24 points\n    from 2025-07-01 until 2025-09-01\n    cites two\n\n\
                suspension second of steel\n    on 7212\n    by 5 points\n    from 2025-08-01 until 2025-10-01\n    cites two\n\n\
                suspension third of steel\n    on 7213\n    from 2025-07-01 until 2025-07-10\n    cites two\n\n\
                suspension fourth of steel\n    on 7213\n    from 2025-07-11 until 2025-09-01\n    cites two\n\n\
                assert low \"never more than 25%\"\n    on chapter 72 of any origin\n    that rate of steel <= 25%\n";
    let world = Memory::default().with("p.tariff", book);
    let checked = check(&world, Path::new("p.tariff"), None).unwrap();
    let mut complaints = Vec::new();
    let held = held::hold(&world, Path::new("p.tariff"), &checked, &mut complaints);
    none(&complaints);
    let kinds: Vec<&str> = held.into_keys().collect();
    let shown = carveout::problem::render_all(&checked.problems, &checked.sources, false);
    assert_eq!(kinds, ["T100", "T101", "T102", "T104", "T110", "T211", "T212", "T301", "T600"], "{shown}");
}

/// Versions of the real books, as known on two days or entered at two moments.
#[test]
fn both_sides_of_a_difference_come_to_what_is_shown() {
    let mut complaints = Vec::new();
    let known = [
        ("policies/china", "2025-04-04", "2025-05-14"),
        ("policies/united_states", "2025-02-01", "2025-03-03"),
        ("policies/united_states", "2025-09-30", "2025-10-20"),
    ];
    let mut held = 0;
    for (book, before, after) in known {
        let checked = program::open(&Disk, Path::new(book), None).unwrap();
        let program = checked.runnable().unwrap();
        let [old, new] = [before, after].map(|day| Interpreter::new(program, Some(day.parse::<Date>().unwrap())));
        let (old, new) = (Side { interpreter: &old, at: None }, Side { interpreter: &new, at: None });
        held += hold_differences(&old, &new, &compare(&old, &new), &mut complaints);
    }
    let checked = program::open(&Disk, Path::new("policies/united_states"), None).unwrap();
    let interpreter = Interpreter::new(checked.runnable().unwrap(), None);
    for (before, after) in [("2026-04-05", "2026-04-07"), ("2026-07-19", "2026-07-25")] {
        let [old, new] = [before, after].map(|t| Side { interpreter: &interpreter, at: Some(interpreter.program.clock.read(t).unwrap().0) });
        held += hold_differences(&old, &new, &compare(&old, &new), &mut complaints);
    }
    none(&complaints);
    assert!(held > 100, "{held}");
}

/// Holds the differences between two versions of the law: both sides come to what is shown, which is not the same.
fn hold_differences(old: &Side<'_>, new: &Side<'_>, found: &Comparison, complaints: &mut Vec<String>) -> usize {
    let mut held = 0;
    for difference in &found.differences {
        let Some(witness) = &difference.witness else { continue };
        let mut outcomes = Vec::new();
        for (word, side) in [("old", old), ("new", new)] {
            let program = side.interpreter.program;
            let shown = witness.results.iter().find(|(w, _)| w == word).map_or("", |(_, o)| o.as_str());
            let Some(id) = program.find_measure(&difference.measure) else {
                outcomes.push("no such measure".to_owned());
                continue;
            };
            // Each version says only of its own facts.
            let facts = witness.facts.iter().filter(|(n, _)| n == "hs" || n == "origin" || program.find_fact(n).is_some()).cloned().collect();
            let mut shipment = match held::of_facts(program, &Witness { facts, ..witness.clone() }) {
                Ok(shipment) => shipment,
                Err(why) => {
                    complaints.push(format!("`{}`, {}: {why}", difference.measure, witness.shipment));
                    continue;
                }
            };
            if let Some(at) = side.at {
                shipment.set(FactId::ENTERED, carveout::facts::Value::At(at));
            }
            let found = held::outcome(program, &side.interpreter.assess(&shipment), id);
            if found != shown {
                complaints.push(format!(
                    "`{}`: {} → {}, {}: {word} comes to {found}, shown is {shown}",
                    difference.measure, difference.old, difference.new, witness.shipment
                ));
            }
            outcomes.push(found);
        }
        let [before, after] = outcomes.as_slice() else { continue };
        // There are several ways of not being charged.
        let none = ["no such measure", "out of scope", "not in force", "condition not met", "repealed", "void"];
        if before == after || [before, after].iter().all(|o| none.contains(&o.as_str())) {
            complaints.push(format!("`{}`: {} → {}, {}: both come to {before}", difference.measure, difference.old, difference.new, witness.shipment));
        }
        let inside = |at: Instant| difference.from.is_none_or(|f| f <= at) && difference.until.is_none_or(|u| at < u);
        let goods = held::of_facts(old.interpreter.program, &Witness { facts: witness.facts.iter().take(2).cloned().collect(), ..witness.clone() });
        if let Ok(goods) = goods {
            let point = goods.hs.first();
            if !difference.parts.iter().any(|(c, g)| goods.origin.is_some_and(|o| c.contains(o)) && g.contains(point)) {
                complaints.push(format!("{}: outside the region", witness.shipment));
            }
        }
        let entered = witness.facts.iter().find(|(n, _)| n == "entered").and_then(|(_, t)| old.interpreter.program.clock.read(t).ok());
        if old.at.is_none() && !entered.is_some_and(|(at, _)| inside(at)) {
            complaints.push(format!("{}: outside the time", witness.shipment));
        }
        held += 1;
    }
    held
}
