//! `--scenario`: the book with something left out and something added.

use crate::tool::{BOOK, Folder};

/// In the calm, the additional duty is 10% and nothing is relieved.
const CALM: &str = r#"
scenario calm "Additional duty of 10%, without reliefs"
    without quiet_list, licensed
    with
    amend general
        rate 10% from 2025-04-20

test "calm, polyethylene is charged"
    shipment 3901.20.00 of origin US value CNY 1_000 entered 2025-05-01 scenario calm
    expect general = 10%
"#;

fn folder() -> Folder {
    let folder = Folder::new();
    // Acts decide between the clauses: that of the scenario is the later.
    let book = BOOK.replace(
        "input licence",
        "instrument act \"Act\"\n    published 2025-04-01\n\ninstrument idea \"Proposal\"\n    published 2025-04-15\n\ninput licence",
    );
    let book = book.replace("rate 34%  from 2025-04-10 12:01", "rate 34%  from 2025-04-10 12:01 cites act");
    let book = book.replace("rate 125% from 2025-04-12", "rate 125% from 2025-04-12 cites act");
    folder.write("small.tariff", book + &CALM.replace("from 2025-04-20", "from 2025-04-20 cites idea"));
    folder
}

const WHY: &str = "why small.tariff --hs 3901.20 --origin US --value 1000 --entered 2025-05-01";

#[test]
fn why_assesses_under_it_and_says_so() {
    let folder = folder();
    // Relieved: 6% duty, and 13% of 1060.
    let plain = folder.run(WHY).good();
    assert!(plain.contains("\nassessed: duty CNY 60.00, tax CNY 137.80, total CNY 197.80\n"), "{plain}");
    // 6% and 10%, and 13% of 1160.
    let calm = folder.run(&format!("{WHY} --scenario calm")).good();
    assert!(calm.contains("\nassessed, under scenario `calm`: duty CNY 160.00, tax CNY 150.80, total CNY 310.80\n"), "{calm}");
    let both = folder.run(&format!("{WHY} --scenario calm --known-at 2025-04-10")).good();
    assert!(both.contains("\nassessed, as known on 2025-04-10, under scenario `calm`: duty CNY 1310.00,"), "{both}");
    let json = |flags: &str| -> serde_json::Value { serde_json::from_str(&folder.run(&format!("{WHY} --format json {flags}")).good()).unwrap() };
    assert_eq!((json("")["scenario"].clone(), json("--scenario calm")["scenario"].clone()), (serde_json::Value::Null, "calm".into()));
    assert_eq!(json("--scenario calm")["total"], "310.80");
}

#[test]
fn run_assesses_under_it_and_says_so() {
    let folder = folder();
    let ran = folder.assess("hs,origin,value,entered,licence\n3901.20,US,1000,2025-05-01,no\n", "--scenario calm");
    assert_eq!(ran.rows()[1][5], "310.80");
    assert_eq!(ran.err, "note: under scenario `calm`\n1 shipment, all assessed\n");
}

#[test]
fn test_runs_the_tests_that_name_it() {
    let folder = folder();
    let all = folder.run("test small.tariff").good();
    assert!(all.ends_with("test result: ok. 2 passed, 0 failed\n"), "{all}");
    let calm = folder.run("test small.tariff --scenario calm").good();
    assert!(calm.ends_with("test result: ok. 1 passed, 0 failed, under scenario `calm`\n"), "{calm}");
    let json: serde_json::Value = serde_json::from_str(&folder.run("test small.tariff --scenario calm --format json").good()).unwrap();
    assert_eq!((json["scenario"].as_str(), json["tests"].as_array().unwrap().len()), (Some("calm"), 1));
}

#[test]
fn check_reports_what_the_scenario_adds() {
    let folder = folder();
    let said = folder.run("check small.tariff --scenario calm").good();
    assert!(said.ends_with(", under scenario `calm`\n"), "{said}");
    // What is wrong within one scenario is no concern of another.
    folder.write("small.tariff", folder.read("small.tariff") + "\nscenario loud \"Loud\"\n    with\n    amend nothing\n        rate 1%\n");
    assert_eq!((folder.run("check small.tariff --scenario calm").status, folder.run("check small.tariff --scenario loud").status), (0, 1));
    assert_eq!(folder.run("check small.tariff").status, 1);
}

#[test]
fn a_scenario_that_is_not_there_is_refused() {
    let folder = folder();
    for command in ["check small.tariff", "test small.tariff", "run small.tariff one.csv", WHY] {
        folder.write("one.csv", "hs\n");
        assert_eq!(folder.run(&format!("{command} --scenario clam")).refused(), "`small.tariff` has no scenario `clam`: did you mean `calm`?", "{command}");
        assert_eq!(folder.run(&format!("{command} --scenario stormy")).refused(), "`small.tariff` has no scenario `stormy`: the book has `calm`", "{command}");
    }
    folder.write("plain.tariff", BOOK);
    assert_eq!(
        folder.run("check plain.tariff --scenario calm").refused(),
        "`plain.tariff` has no scenario `calm`: the book declares none; leave `--scenario` out"
    );
    // The scenario is there and cannot be read: that is what must be mended.
    folder.write("broken.tariff", BOOK.to_owned() + "\nscenario calm \"Calm\"\n    wihtout quiet_list\n");
    let ran = folder.run("check broken.tariff --scenario calm");
    assert!(ran.status == 1 && ran.out.contains("T001"), "{}{}", ran.out, ran.err);
}
