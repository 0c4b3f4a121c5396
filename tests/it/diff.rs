//! Differences between versions of the law: none between a book and itself, and a witness for each that is found.

use assert_cmd::Command;
use carveout::analysis::{Side, compare};
use carveout::outcome::Interpreter;
use carveout::program;
use carveout::world::{Disk, Memory};
use std::path::Path;

fn books() -> Vec<&'static str> {
    vec!["policies/china", "policies/united_kingdom"]
}

#[test]
fn a_book_is_equivalent_to_itself() {
    for path in books() {
        let checked = program::check(&Disk, Path::new(path)).unwrap();
        let program = checked.runnable().unwrap();
        let (old, new) = (Interpreter::new(program, None), Interpreter::new(program, None));
        assert!(compare(&Side { interpreter: &old, at: None }, &Side { interpreter: &new, at: None }).is_empty(), "{path}");
    }
}

/// The same law in other words: items in another order, sets named and split, a list written out.
#[test]
fn a_refactored_copy_is_equivalent_and_a_changed_one_is_not() {
    let policy = "policy p\n    imports into CN\n    currency CNY\n    clock Asia/Shanghai\n\ninput scrap : flag default no\ninput coated : flag\n";
    let one = format!(
        "{policy}\nmeasure steel\n    on chapter 72 of any origin\n    rate 10% from 2025-01-01\n    rate 5% on 7213 to 7215 from 2025-03-01\n    rate 2% on 7217 when coated\n\n\
         exemption e from steel\n    on 7204 of origin KR, JP\n    when scrap\n    from 2025-02-01 for 90 days\n"
    );
    let two = "goods bars = 7213, 7214, 7215\n\ncountries east = JP, KR\n\nexemption e from steel\n    on 7204 of origin east\n    when scrap\n    from 2025-02-01 until 2025-05-02\n\n\
               input coated : flag\n\ninput scrap : flag default no\n\npolicy p\n    imports into CN\n    currency CNY\n    clock Asia/Shanghai\n\n\
               measure steel\n    on 72 of any origin\n    rate 2% on 7217 when coated\n    rate 5% on bars from 2025-03-01\n    rate 10% from 2025-01-01\n";
    let differences = |a: &str, b: &str| {
        let world = Memory::default().with("a.tariff", a).with("b.tariff", b);
        let (first, second) = (program::check(&world, Path::new("a.tariff")).unwrap(), program::check(&world, Path::new("b.tariff")).unwrap());
        for checked in [&first, &second] {
            assert!(checked.runnable().is_some(), "{}", carveout::problem::render_all(&checked.problems, &checked.sources, false));
        }
        let (old, new) = (Interpreter::new(first.runnable().unwrap(), None), Interpreter::new(second.runnable().unwrap(), None));
        compare(&Side { interpreter: &old, at: None }, &Side { interpreter: &new, at: None })
    };
    let same = differences(&one, two);
    assert!(same.is_empty(), "{same:?}");
    // Every planted change is found, with a shipment for which the two versions really differ.
    for (from, to) in [
        ("rate 5% on bars", "rate 6% on bars"),
        ("from 2025-03-01", "from 2025-03-02"),
        ("7213, 7214, 7215", "7213, 7214"),
        ("JP, KR", "JP"),
        ("until 2025-05-02", "until 2025-05-03"),
        ("when coated", "unless coated"),
        ("when scrap", "when not scrap"),
        ("exemption e from steel", "suspension e of steel"),
        ("default no", "default yes"),
        ("currency CNY", "currency USD"),
    ] {
        let found = differences(&one, &two.replace(from, to));
        assert!(!found.is_empty(), "`{to}` for `{from}` is not noticed");
        for difference in &found.differences {
            let witness = difference.witness.as_ref().unwrap();
            let outcomes: Vec<&String> = witness.results.iter().map(|(_, outcome)| outcome).collect();
            assert_ne!(outcomes[0], outcomes[1], "{from} → {to}: {witness:?}");
        }
    }
}

/// What differs for every shipment is said in the words of the book.
#[test]
fn quotas_and_rounding_are_told_in_words() {
    let policy =
        |step: &str| format!("policy p\n    imports into US\n    currency USD\n    clock America/New_York\n    round half up to {step} each amount\n\n");
    let book = "measure cars\n    on 8703 of origin GB\n    rate 25% from 2025-01-01\n\nquota few \"q.csv\" column item\n\n\
                exemption within from cars\n    on 8703 of origin GB\n    to 10%\n    up to quota few\n";
    let world = Memory::default()
        .with("old/a.tariff", policy("0.01") + book)
        .with("old/q.csv", "item,from,until\n100,2026-01-01,2027-01-01\n")
        .with("new/a.tariff", policy("1") + book)
        .with("new/q.csv", "item,from,until\n65,2025-06-30,2026-01-01\n100,2026-01-01,2027-01-01\n");
    let (first, second) = (program::check(&world, Path::new("old")).unwrap(), program::check(&world, Path::new("new")).unwrap());
    let told = |c: &program::Checked| carveout::problem::render_all(&c.problems, &c.sources, false);
    let (old, new) = (first.runnable().unwrap_or_else(|| panic!("{}", told(&first))), second.runnable().unwrap_or_else(|| panic!("{}", told(&second))));
    let (old, new) = (Interpreter::new(old, None), Interpreter::new(new, None));
    let found = compare(&Side { interpreter: &old, at: None }, &Side { interpreter: &new, at: None });
    assert_eq!(
        found.general,
        [
            "rounding: half up to 0.01 each amount → half up to 1 each amount",
            "quota `few`: 100 item from 2026-01-01 until 2027-01-01 → 65 item from 2025-06-30 until 2026-01-01; \
             100 item from 2026-01-01 until 2027-01-01",
        ]
    );
}

/// Limits act one after the other, so their order counts; where inputs are declared does not.
#[test]
fn the_order_of_limits_counts_and_that_of_inputs_does_not() {
    let policy = "policy p\n    imports into CN\n    currency CNY\n    clock Asia/Shanghai\n\nmeasure a\n    on all goods of any origin\n    rate 30%\n\n\
                  measure b\n    on all goods of any origin\n    rate 20%\n";
    let (coated, scrap) = ("\ninput coated : flag\n", "\ninput scrap : flag\n");
    // Of 50%, `first` leaves 30% and 0%, or `second` leaves 5% and 20%.
    let (first, second) = ("\nlimit first of a, b at most 30% when scrap\n", "\nlimit second of b, a at most 25% when scrap\n");
    let general = |a: &[&str], b: &[&str]| {
        let world = Memory::default().with("a.tariff", format!("{policy}{}", a.concat())).with("b.tariff", format!("{policy}{}", b.concat()));
        let checked = ["a.tariff", "b.tariff"].map(|path| program::check(&world, Path::new(path)).unwrap());
        let [old, new] = checked.each_ref().map(|c| Interpreter::new(c.runnable().unwrap(), None));
        compare(&Side { interpreter: &old, at: None }, &Side { interpreter: &new, at: None }).general
    };
    assert_eq!(general(&[coated, scrap, first, second], &[scrap, coated, first, second]), Vec::<String>::new());
    let swapped = general(&[coated, scrap, first, second], &[coated, scrap, second, first]);
    assert_eq!(swapped, ["order of limits: `first`, `second` → `second`, `first`"]);
}

fn carveout() -> Command {
    Command::cargo_bin("carveout").unwrap()
}

#[test]
fn the_exit_status_says_whether_they_are_equivalent() {
    carveout().args(["diff", "policies/china"]).assert().code(0).stdout("equivalent: every shipment is charged alike\n");
    carveout().args(["diff", "policies/china", "--old-known-at", "2025-04-04", "--new-known-at", "2025-04-09"]).assert().code(1);
    carveout().args(["diff", "policies/nowhere"]).assert().code(2);
    carveout().args(["diff", "no-such-revision:policies/china", "policies/china"]).assert().code(2);
}
