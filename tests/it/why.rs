//! `why`: how facts are given, and its JSON.

use crate::tool::Folder;
use serde_json::{Value, json};

const FACTS: &str = "--hs 3902.10 --origin US --value 1000 --entered 2025-05-01 --set licence=yes";

#[test]
fn json_follows_its_schema() {
    let folder = Folder::new();
    let why = folder.run(&format!("why small.tariff {FACTS} --format json")).good();
    let found: Value = serde_json::from_str(&why).unwrap();
    // 6% and, by licence, 5% of 1000; 13% of 1110.
    let totals = json!({"status": "assessed", "total": "254.30", "duty": "110.00", "tax": "144.30", "fee": "0.00", "currency": "CNY", "known_at": null});
    for (key, value) in totals.as_object().unwrap() {
        assert_eq!(&found[key], value, "{key}");
    }
    let general = &found["measures"][1];
    let line = crate::tool::BOOK.lines().position(|l| l.contains("rate 125%")).unwrap() + 1;
    let expected = json!({
        "name": "general", "kind": "retaliation", "outcome": "applied", "rate": "5%", "base": "1000", "amount": "50.00", "by": ["licensed"], "quotas": [], "cites": [],
        "clause": {"file": "small.tariff", "line": line}, "failed": null
    });
    assert_eq!(general, &expected);
    assert_eq!(found["measures"].as_array().unwrap().len(), 3);
}

#[test]
fn the_reasoning_names_clause_and_relief() {
    let why = Folder::new().run(&format!("why small.tariff {FACTS}")).good();
    for part in ["assessed: duty CNY 110.00, tax CNY 144.30, total CNY 254.30", "relieved by `licensed`", "small.tariff:17"] {
        assert!(why.contains(part), "{part} in {why}");
    }
}

#[test]
fn facts_that_are_not_there_are_asked_for() {
    let ran = Folder::new().run("why small.tariff --hs 3902.10 --origin US --value 1000 --entered 2025-05-01");
    assert_eq!(ran.status, 1);
    assert!(ran.out.contains("needs input: general: needs `licence` (an import licence)"), "{}", ran.out);
}

#[test]
fn facts_that_cannot_be_read_are_refused() {
    let folder = Folder::new();
    let said = |facts: &str| folder.run(&format!("why small.tariff {facts}")).refused();
    assert_eq!(said("--origin US"), "no goods are named: give their code, as in `--hs 3901.20.00`");
    assert_eq!(said("--hs 39012"), "hs: `39012` has an odd number of digits");
    assert_eq!(said("--hs 3901.20 --value 1,000"), "value: `1,000` has a comma: write `1000` or `1.000`");
    assert_eq!(said("--hs 3901.20 --origin us"), "origin: `us` is no country: write `US`");
    assert_eq!(said("--hs 3901.20 --set licens=yes"), "the book has no fact `licens`: did you mean `licence`?");
    assert_eq!(said("--hs 3901.20 --set licence=maybe"), "licence: `maybe` is neither `yes` nor `no`");
    assert_eq!(said("--hs 3901.20 --set value=5 --value 6"), "`value` is given twice; give it once");
    assert_eq!(said("--hs 3901.20 --set importer="), "`importer` is empty: leave it out where it is not known");
}

#[test]
fn claims_may_be_none() {
    let folder = Folder::new();
    folder.write("claimed.tariff", crate::tool::BOOK.replace("when licence", "when claims \"A1\""));
    let ran = |claims: &str| folder.run(&format!("why claimed.tariff --hs 3902.10 --origin US --value 1000 --entered 2025-05-01 {claims}"));
    assert_eq!(ran("").status, 1);
    // 125%, and 5% for what is claimed.
    assert!(ran("--set claims=").good().contains("CNY 1250.00"));
    assert!(ran("--claims A1").good().contains("CNY 50.00"));
}

#[test]
fn bare_dates_and_knowledge_are_flags() {
    let folder = Folder::new();
    let facts = "why small.tariff --hs 9999 --origin US --value 1000 --entered 2025-04-10";
    assert!(folder.run(facts).out.starts_with("9999 of origin US"));
    assert_eq!(folder.run(facts).status, 1);
    assert!(!folder.run(&format!("{facts} --bare-dates start")).good().contains("340.00"));
    assert!(folder.run(&format!("{facts} --bare-dates end")).good().contains("340.00"));
    assert!(folder.run(&format!("{facts} --bare-dates end --known-at 2025-04-01")).good().contains("as known on 2025-04-01"));
}
