//! Coverage, changes and suggestions: held against books whose tests are known to lack something.

use crate::tool::{BOOK, Folder};
use carveout::exercise::{coverage, mutate};
use carveout::program;
use carveout::world::Memory;
use serde_json::Value;
use std::path::Path;
use std::sync::Arc;

const SCENARIO: &str = r#"
scenario stricter "What if there were another"
    with
        exemption more from general
            on 3903
            from 2025-04-25

test "more"
    shipment 3903.11 of origin US value CNY 1_000 entered 2025-05-01 scenario stricter
    expect general relieved by more
"#;

#[test]
fn coverage_names_what_no_test_exercises() {
    let world = Memory::default().with("p.tariff", format!("{BOOK}{SCENARIO}"));
    let checked = program::check(&world, Path::new("p.tariff")).unwrap();
    let found = coverage(checked.runnable().unwrap(), &checked.sources);
    let missing: Vec<&str> = found.missing().map(|r| r.words.as_str()).collect();
    // The one test of the book enters on 1 May with goods of the list; the one of the scenario with goods that only it relieves.
    assert_eq!(missing, ["`rate 34%` of `general`", "exemption `licensed`"]);
    assert_eq!(found.counts(), [("rates", 3, 4), ("bases", 1, 1), ("exemptions", 2, 3)]);
}

/// A suspension of some clauses alone is not named among what acted on the rate, and yet it acts.
#[test]
fn what_keeps_a_clause_from_covering_is_exercised() {
    let book = BOOK.replace("rate 125% from 2025-04-12", "rate 125% from 2025-04-12 as high")
        + "\nsuspension pause of general only high\n    from 2025-06-01 until 2025-07-01\n\ntest \"pause\"\n    shipment 3905.12 of origin US value CNY 1_000 entered WHEN\n    expect general = SO_MUCH\n";
    for (at, rate, exercised) in [("2025-06-10", "34%", true), ("2025-07-10", "125%", false)] {
        let world = Memory::default().with("p.tariff", book.replace("WHEN", at).replace("SO_MUCH", rate));
        let checked = program::check(&world, Path::new("p.tariff")).unwrap();
        let found = coverage(checked.runnable().unwrap(), &checked.sources);
        assert_eq!(found.missing().any(|r| r.words == "suspension `pause`"), !exercised, "{at}");
    }
}

/// Whatever was changed is taken back, in the book and in its scenarios, and the same changes are found again.
#[test]
fn changes_are_taken_back() {
    let world = Memory::default().with("p.tariff", format!("{BOOK}{SCENARIO}"));
    let read = || program::check(&world, Path::new("p.tariff")).unwrap();
    let (original, mut changed) = (read(), read());
    let printed = format!("{:?}", changed.program);
    let program = Arc::get_mut(changed.program.as_mut().unwrap()).unwrap();
    let mut told = Vec::new();
    let one = mutate(program, original.runnable().unwrap(), &original.sources, usize::MAX, &mut |done, all| told.push((done, all)));
    let two = mutate(program, original.runnable().unwrap(), &original.sources, usize::MAX, &mut |_, _| {});
    assert_eq!(one.unnoticed, two.unnoticed);
    assert_eq!(told.len(), one.tried);
    assert_eq!(one.tried, one.noticed + one.idle + one.unnoticed.len());
    // What was reckoned once about a clause is filled in by then; nothing else differs.
    let plain = |text: String| text.split("area: OnceLock").map(|part| part.split_once(" }").map_or(part, |(_, rest)| rest).to_owned()).collect::<Vec<_>>();
    assert_eq!(plain(format!("{:?}", changed.program)), plain(printed));
}

/// Each change is really made: a test that expects the law as it is notices it, one that does not look there does not.
#[test]
fn a_change_is_noticed_by_the_test_that_looks_there() {
    let unnoticed = |tests: &str| {
        let book = format!("{}{SCENARIO}{tests}", BOOK.split("\ntest ").next().unwrap());
        let folder = Folder::new();
        folder.write("p.tariff", book);
        let ran = folder.run("test p.tariff --mutate --format json");
        assert_eq!(ran.status, 1, "{}", ran.err);
        let report: Value = serde_json::from_str(&ran.out).unwrap();
        let list = report["mutants"][0]["unnoticed"].as_array().unwrap().clone();
        list.iter().map(|m| m["change"].as_str().unwrap().to_owned()).collect::<Vec<_>>()
    };
    let without = unnoticed("");
    let shipment = |hs: &str, rest: &str| format!("\ntest \"{hs} {}\"\n    shipment {hs} of origin US value CNY 1_000 {rest}\n", rest.replace('\n', ";"));
    for (change, test) in [
        ("exemption `quiet_list` is left out", shipment("3901.20", "entered 2025-05-01 00:00\n    expect general exempted")),
        ("exemption `quiet_list`: 3901 becomes 3902", shipment("3901.20", "entered 2025-05-01 00:00\n    expect general exempted")),
        ("exemption `quiet_list`: its start on 2025-04-25 comes a day later", shipment("3901.20", "entered 2025-04-25 00:00\n    expect general exempted")),
        ("exemption `quiet_list`: its start on 2025-04-25 comes a day earlier", shipment("3901.20", "entered 2025-04-24 23:59\n    expect general = 125%")),
        ("exemption `licensed`: 5% becomes 6%", shipment("3902.10", "entered 2025-05-01 00:00 licence yes\n    expect general = 5%")),
        ("`rate 125%` of `general`: 125% becomes 126%", shipment("3905.12", "entered 2025-05-01 00:00\n    expect general = 125%")),
        ("`rate 6%` of `mfn`: 6% becomes 7%", shipment("3905.12", "entered 2025-05-01 00:00\n    expect duty = 131%")),
    ] {
        assert!(without.iter().any(|m| m == change), "{change} in {without:#?}");
        assert!(!unnoticed(&test).iter().any(|m| m == change), "{change} with {test}");
    }
    // The scenario's own test looks at its exemption, and at neither of its sides in time.
    assert!(!without.iter().any(|m| m.contains("`more` is left out")), "{without:#?}");
    assert!(without.iter().any(|m| m.contains("`more`: its start on 2025-04-25 comes a day later")), "{without:#?}");
}

#[test]
fn changes_are_tried_only_where_tests_pass() {
    let folder = Folder::new();
    folder.write("failing.tariff", BOOK.replace("general = 0%", "general = 125%"));
    let ran = folder.run("test failing.tariff --mutate");
    assert_eq!(ran.status, 1);
    assert!(ran.err.contains("mend those first") && !ran.out.contains("tried"), "{}{}", ran.out, ran.err);
    assert!(folder.run("test small.tariff --coverage --format junit").refused().contains("use `human` or `json`"));
}

/// What is suggested can be pasted: it passes as it stands, and afterwards nothing is left to suggest.
#[test]
fn suggested_tests_pass_and_leave_nothing_to_suggest() {
    for (book, file) in [("china", "tests.tariff"), ("united_kingdom", "tests.tariff")] {
        let folder = Folder::new();
        for policy in [book, "nomenclature"] {
            copy(&Path::new(env!("CARGO_MANIFEST_DIR")).join("policies").join(policy), &folder.path().join(policy));
        }
        std::fs::remove_file(folder.path().join(book).join(file)).unwrap();
        let suggested = folder.run(&format!("test {book} --suggest"));
        assert!(suggested.status == 0 && suggested.out.matches("\ntest ").count() > 5, "{}", suggested.out);
        folder.write(&format!("{book}/{file}"), &suggested.out);
        assert_eq!(folder.run(&format!("fmt {book} --check")).status, 0);
        let ran = folder.run(&format!("test {book}"));
        assert_eq!(ran.status, 0, "{}", ran.out);
        assert_eq!(folder.run(&format!("test {book} --suggest")).out, "");
    }
}

fn copy(from: &Path, to: &Path) {
    std::fs::create_dir_all(to).unwrap();
    for entry in std::fs::read_dir(from).unwrap() {
        let path = entry.unwrap().path();
        let target = to.join(path.file_name().unwrap());
        if path.is_dir() {
            copy(&path, &target);
        } else {
            std::fs::copy(&path, &target).unwrap();
        }
    }
}
