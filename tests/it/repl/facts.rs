//! Facts that are open, flags, claims, thresholds and scenarios.

use super::{SMALL, over, small};
use carveout::repl::{Options, Session};
use carveout::world::Memory;

#[test]
fn flags_claims_and_thresholds_are_among_the_changes() {
    // 0805 needs both the flag and the loading; 0806 the claim; 0807 a lower value.
    let input = "0805.10 of origin US value CNY 1_000 entered 2025-04-20 12:00
organic no
:why-not grown
0806.10 of origin US value CNY 1_000 entered 2025-04-20 12:00 claims \"PRUNES\"
:why-not claimed
0807.11 of origin US value CNY 1_000 entered 2025-04-20 12:00
:why-not cheap
7208.10 of origin CA value CNY 1_000 entered 2025-04-20 12:00 content CNY 200
:why-not steel";
    insta::assert_snapshot!(over(&small(), input));
}

#[test]
fn a_bare_date_on_a_day_of_change_is_undetermined_in_a_session_too() {
    let out = over(&small(), "0101 of origin US value CNY 1_000 entered 2025-04-10\nentered 2025-04-10 12:01");
    // 20% of 1000 from 12:01, nothing before.
    assert!(out.contains("undetermined") && out.contains("the answer changes at 2025-04-10 12:01"), "{out}");
    assert!(out.contains("general  20%  CNY 200.00"), "{out}");
}

/// The suspension takes the second clause away, so that the first is paid.
#[test]
fn a_suspension_of_clauses_is_explained_by_what_it_sets_aside() {
    let book = SMALL.replace("rate 40% from 2025-06-01 cites later_act", "rate 40% from 2025-06-01 as june cites later_act")
        + "\nsuspension pause of general only june\n    from 2025-06-20 until 2025-07-01\n    cites later_act\n";
    let world = Memory::default().with("small.tariff", book);
    let out = over(
        &world,
        "0101 of origin US value CNY 100 entered 2025-06-15\n:why-not pause\nentered 2025-06-20 00:00\nrate of general\n:why pause\n:why-not pause",
    );
    let answers: Vec<&str> = out.lines().filter(|l| !l.contains("total") && !l.contains("CNY") && *l != "assessed").collect();
    assert_eq!(
        answers,
        [
            "`pause` does not act: not before 2025-06-20 00:00",
            "it would apply with",
            "  entered 2025-06-20 00:00  5 days later",
            "20%",
            "pause  runs, and while it does these clauses do not cover:",
            "    rate 40% from 2025-06-01 as june cites later_act (small.tariff:20)",
            "pause applies; `:why pause` says why",
        ]
    );
}

/// 40% from June; without the later act the 20% of April stand.
#[test]
fn a_scenario_is_chosen_and_left() {
    let world = small();
    let mut session = Session::new(&world, Options::default());
    session.open("small.tariff".as_ref()).unwrap();
    session.line("0101 of origin US value CNY 1_000 entered 2025-06-15");
    let chosen = session.line(":scenario calm").text;
    assert_eq!(chosen, "shipments are assessed under `calm`\n  general  40% CNY 400.00 → 20% CNY 200.00\n  total    CNY 400.00 → CNY 200.00\n");
    assert_eq!(session.prompt(), "small 2025-06-15 calm> ");
    assert_eq!(session.line(":scenario clam").text, "error: there is no scenario `clam`: did you mean `calm`?\n");
    session.line(":scenario");
    assert_eq!(session.line("rate of general").text, "40%\n");
    session.line("scenario calm");
    assert_eq!(session.line("rate of general").text, "20%\n");
    session.line(":undo");
    assert_eq!(session.prompt(), "small 2025-06-15> ");
}

/// 20% of 100.21 is 20.042, of which a cent's rounding takes 0.002: the rate is still 20%.
#[test]
fn a_cent_of_rounding_decides_nothing() {
    let out = over(
        &small(),
        "0101 of origin US value CNY 100.21 entered 2025-05-01\nrate of general\nrate of general = 20%\nrate of general < 20%\n20% > rate of general\nrate of general > 19.99%\ngeneral",
    );
    let answers: Vec<&str> = out.lines().skip(3).collect();
    assert_eq!(
        answers,
        [
            "20%, rounded to CNY 20.04 of 100.21",
            "yes: 20%, rounded to CNY 20.04 of 100.21 = 20%",
            "no: not 20%, rounded to CNY 20.04 of 100.21 < 20%",
            "no: not 20% > 20%, rounded to CNY 20.04 of 100.21",
            // 19.99% come to 20.03.
            "yes: 20%, rounded to CNY 20.04 of 100.21 > 19.99%",
            "CNY 20.04",
        ]
    );
}
