//! Sessions over the book of China's duties.

use super::china;
use carveout::repl::dialogue;

/// 6.5% is 65 000, list 2 250 000, list 4 25 000; the quiet list takes the 125%. The tax is 13% of 1 340 000.
#[test]
fn a_shipment_is_assessed_and_changed() {
    insta::assert_snapshot!(dialogue(
        &mut china(),
        "3901.20.00 of origin US value CNY 1_000_000 entered 2025-05-01
entered 2025-04-24 13:00 loaded 2025-04-11
rate of general
value * 2
rate of general <= 10%
rate of general > 100%
value CNY 5
origin KR
known at 2025-04-10
entered
hs
origin
loaded
claims
:known-at"
    ));
}

/// Soya beans: 3% is 30 000, No. 2 100 000, and of the 34% of No. 4 the truce leaves 10%; the tax is 9% of 1 230 000.
/// Thirty points suspended leave 4%: suspensions do not add up. The tax is then 9% of 1 170 000.
#[test]
fn an_item_is_added_and_its_effect_shown() {
    let mut session = china();
    let out = dialogue(
        &mut session,
        "1201.90.11 of origin US value CNY 1_000_000 entered 2025-06-10 loaded 2025-05-20
suspension try of general
    by 30 points
    from 2025-06-01 until 2025-07-01
    cites no7

suspension try of general
    by 10 points
    cites no7

:undo
test \"soya beans under the trial\"
    shipment 1201.90.11 of origin US value CNY 1_000_000 entered 2025-06-10 loaded 2025-05-20
    expect general = 4%
    expect vat = CNY 105_300

:undo
:undo
rate of general",
    );
    insta::assert_snapshot!(out);
    session.line("test \"wrong\" shipment 1201.90.11 of origin US value CNY 1 entered 2025-06-10 loaded 2025-05-20 expect general = 4%");
    let failed = session.line("").text;
    assert!(failed.contains("test `wrong` expects `general` = 4%, but found CNY 0.10 (10%)"), "{failed}");
}

/// Published on the 4th, 9th and 11th of April: 34%, then 84%, then 125% from the 12th.
#[test]
fn what_is_known_decides() {
    let mut session = china();
    session.line("1201.90.11 of origin US value CNY 1_000_000 entered 2025-04-13 12:00 loaded 2025-04-11");
    for (day, rate) in [("2025-04-05", "34%"), ("2025-04-10", "84%"), ("2025-04-11", "125%"), ("2025-04-03", "0%")] {
        session.line(&format!(":known-at {day}"));
        assert_eq!(session.line("rate of general").text, format!("{rate}\n"), "as known on {day}");
        assert_eq!(session.prompt(), format!("china 2025-04-13 known {day}> "));
    }
    session.line(":known-at");
    assert_eq!(session.line("rate of general").text, "125%\n");
    assert_eq!(session.prompt(), "china 2025-04-13> ");
}

#[test]
fn reasons_and_the_nearest_change() {
    insta::assert_snapshot!(dialogue(
        &mut china(),
        "3901.20.00 of origin US value CNY 1_000_000 entered 2025-05-01
:why geneva
:why-not geneva
:why-not general
:why-not in_transit_no4
:why-not agri_15
:why-not agri_10_typo
:why-not no4
:why-not vat
origin KR
entered 2024-06-03
:why-not geneva"
    ));
}

#[test]
fn one_measure_is_explained_alone() {
    let mut session = china();
    session.line("3901.20.00 of origin US value CNY 1_000_000 entered 2025-05-01");
    let why = session.line(":why general").text;
    assert!(why.starts_with("general  exempted\n") && why.contains("rate 125% by") && why.contains("relieved by `quiet_list`"), "{why}");
    assert_eq!(session.line(":why quiet_list").text, why, "a relief is explained by what it acted on");
    assert!(session.line(":why").text.contains("\nvat"));
}

/// Each change that is shown is typed, and must do what it says.
#[test]
fn the_changes_that_are_shown_work() {
    let shipments = [
        "1201.90.11 of origin US value CNY 1_000_000 entered 2025-04-13 12:00 loaded 2025-04-11",
        "2709.00.00 of origin SA value CNY 1_000_000 entered 2019-06-03",
        "3901.20.00 of origin US value CNY 1_000_000 entered 2020-01-10 known at 2019-01-01",
    ];
    let rules = ["general", "agri_15", "list_2_2018", "list_4_2019", "geneva", "in_transit_no2", "hdpe_exclusion", "no2_stopped"];
    let mut shown = 0;
    let mut session = china();
    for shipment in shipments {
        for rule in rules {
            session.line(":known-at");
            session.line(shipment);
            let answer = session.line(&format!(":why-not {rule}")).text;
            let changes: Vec<String> = answer.lines().filter_map(|l| l.strip_prefix("  ")).map(|l| l.split("  ").next().unwrap().to_owned()).collect();
            let together = answer.contains("both of") || answer.contains("all of");
            for change in &changes {
                session.line(change);
                if together && Some(change) != changes.last() {
                    continue;
                }
                shown += 1;
                // `:why` of a rule that acts shows what it acted on; of a measure that charges, its amount.
                let why = session.line(&format!(":why {rule}")).text;
                assert!(
                    why.contains(" = ") || why.contains(&format!("by `{rule}`")) || why.contains(&format!("under `{rule}`")),
                    "{shipment}\n{answer}\n{change}\n{why}"
                );
                session.line(":undo");
            }
        }
    }
    assert!(shown > 10, "{shown} changes were tried");
}

#[test]
fn declarations_batches_and_differences() {
    insta::assert_snapshot!(dialogue(
        &mut china(),
        ":info general
:info no7
:info mfn_rate
:info loaded
:info KR
:info 3901
:info genral
:test
:batch policies/china/shipments.csv
:batch policies/china/china.tariff
:diff
1201.90.11 of origin US value CNY 1_000_000 entered 2025-04-13 12:00 loaded 2025-04-11
exemption swap from energy_15
    on 2701.11.00
    from 2025-02-20 until 2025-03-01
    cites no1

:diff"
    ));
}

/// The announcements in order: 84% for a day and a half, 125% until No. 7 stops it, then 34% less 24 points, but for the hour between No. 8
/// and No. 10, and again after the year.
#[test]
fn a_shipment_is_followed_through_time() {
    let mut session = china();
    session.line("1201.90.11 of origin US value CNY 1_000_000 entered 2025-06-10 loaded 2025-04-11");
    assert_eq!(
        session.line(":when general").text,
        "general
  from 2025-04-10 12:01  84%                            cites no5
  from 2025-04-12 00:00  125%                           cites no6
  from 2025-05-14 12:01  10% (34% before geneva)        cites no4, no7  ← the shipment
  from 2025-08-12 12:01  10% (34% before stockholm)     cites no4, no8
  from 2025-11-10 12:01  34%                            cites no4
  from 2025-11-10 13:01  10% (34% before kuala_lumpur)  cites no4, no10
  from 2026-11-10 13:01  34%                            cites no4
"
    );
    assert_eq!(session.line(":when energy_15").text, "energy_15: at no time: out of scope: its goods do not include 1201.90.11\n");
    // As known in the middle of April the 125% have no end.
    session.line(":known-at 2025-04-15");
    assert!(session.line(":when geneva").text.ends_with("  from 2025-04-12 00:00  125%  cites no6  ← the shipment\n"));
}
