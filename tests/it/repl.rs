//! Sessions: what is typed and what is answered. The amounts are worked out beside each test, not taken from the program.

use carveout::repl::{Kind, Options, Session, complete, dialogue, highlight, hint, transcript};
use carveout::world::{Disk, Memory, World};
use proptest::prelude::*;

/// A session over the book of China's duties.
fn china() -> Session<'static> {
    let mut session = Session::new(&Disk, Options::default());
    session.open("policies/china".as_ref()).unwrap();
    session
}

const SMALL: &str = r#"
policy small "A small book"
    imports into CN
    currency CNY
    clock Asia/Shanghai
    round half up to 0.01 each amount

instrument act "An act"
    published 2025-04-04
instrument later_act "A later act"
    published 2025-05-30

input organic : flag "grown without chemicals"
input content : money "value of the steel"

measure general "Additional duty"
    on all goods of origin US
    cites act
    rate 20% from 2025-04-10 12:01
    rate 40% from 2025-06-01 cites later_act

measure steel "Duty on steel"
    on chapter 72 of any origin except CA
    cites act
    base content
    rate 25%

exemption grown from general
    on 0805
    when organic and loaded before 2025-05-01
    cites act

exemption claimed from general
    on 0806
    when claims "GRAPES"
    cites act

exemption cheap from general
    on 0807
    when value < CNY 1_000
    cites act

suspension half of general
    by 10 points
    from 2025-05-10 for 30 days
    cites act

scenario calm "Nothing further is published"
    without later_act
"#;

fn small() -> Memory {
    Memory::default().with("small.tariff", SMALL)
}

fn over(world: &dyn World, input: &str) -> String {
    let mut session = Session::new(world, Options::default());
    session.open("small.tariff".as_ref()).unwrap();
    transcript(&mut session, input)
}

// ── China ──

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

// ── Errors ──

#[test]
fn what_cannot_be_followed_is_said_and_changes_nothing() {
    let mut session = china();
    session.line("3901.20.00 of origin US value CNY 1_000_000 entered 2025-05-01");
    let before = session.line(":why").text;
    let out = dialogue(
        &mut session,
        "weight 5
mfn_rat 5%
origin XX
3901.20.00.11.22
3902.99
value 5%
value EUR 5
entered 2025-02-30
rate of genral
general + 5%
value < 5
value per kg
suspention try of general
    by 10 points

suspension try of genral
    by 10 points

measure general \"Again\"
    on all goods of any origin
    rate 5%

use us from \"../us\"

    rate 5%
:wy
:why-not
:why x
:test now
:quit!
:known-at yesterday
:load nowhere
:load policies/china/mfn.csv
:explain T9
:scenario collapse
scenario collapse
:save added.tariff
:batch nowhere.csv
:undo",
    );
    insta::assert_snapshot!(out);
    // `value EUR 5` is a fact, though there is no rate of exchange for it; it was taken back at the end.
    assert_eq!(session.line(":why").text, before);
}

#[test]
fn a_session_without_a_book_says_so_and_may_open_one() {
    let world = small();
    let mut session = Session::new(&world, Options::default());
    insta::assert_snapshot!(dialogue(
        &mut session,
        "3901.20.00 of origin US value CNY 1000 entered 2025-05-01
value
measure x \"X\"
    rate 5%

:check
:undo
:why
:load small.tariff
value
0805 of origin US value CNY 1000 entered 2025-05-01 12:00
:quit
value"
    ));
}

#[test]
fn a_book_with_errors_can_still_be_asked_about() {
    let world = small().with("small.tariff", SMALL.replace("base content", "base contents"));
    let mut session = Session::new(&world, Options::default());
    let opened = session.open("small.tariff".as_ref()).unwrap();
    let out = dialogue(&mut session, ":check\n:info general\n0805 of origin US value CNY 1000 entered 2025-05-01 12:00\nvalue CNY 5\n:why\nweight 5\n:test");
    insta::assert_snapshot!(format!("{opened}{out}"));
}

// ── Facts that are open, flags, claims and thresholds ──

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

// ── Files ──

#[test]
fn added_items_are_saved_in_canonical_layout_and_never_over_a_file() {
    let world = small().with("kept.tariff", "# kept\n");
    let mut session = Session::new(&world, Options::default());
    session.open("small.tariff".as_ref()).unwrap();
    session.line("exemption  third   from general on 0901 by 50% of the duty cites act");
    session.line("");
    session.line("test \"half\" shipment 0901.11 of origin US value CNY 100 entered 2025-05-01 expect general = 10%");
    assert!(session.line("").text.ends_with("it passes\n"));
    let refused = session.line(":save kept.tariff").text;
    assert_eq!(refused, "error: `kept.tariff` exists already; `:save! FILE` replaces it\n");
    assert_eq!(world.read("kept.tariff".as_ref()).unwrap(), "# kept\n");
    assert_eq!(session.line(":save! kept.tariff").text, "2 items written to `kept.tariff`\n");
    assert_eq!(
        world.read("kept.tariff".as_ref()).unwrap(),
        "exemption third from general\n    on 0901\n    by 50% of the duty\n    cites act\n\ntest \"half\"\n    shipment 0901.11 of origin US value CNY 100 entered 2025-05-01\n    expect general = 10%\n"
    );
    assert!(session.line(":save! small.tariff").text.starts_with("error: `small.tariff` is a file of the book"));
    assert!(session.line(":save notes.txt").text.starts_with("error: `notes.txt` is no policy file"));
}

#[test]
fn items_saved_into_the_book_become_part_of_it() {
    let dir = tempfile::tempdir().unwrap();
    std::fs::write(dir.path().join("small.tariff"), SMALL).unwrap();
    let mut session = Session::new(&Disk, Options::default());
    session.open(dir.path()).unwrap();
    session.line("0901.11 of origin US value CNY 100 entered 2025-05-01");
    session.line("exemption third from general on 0901 by 50% of the duty cites act");
    session.line("");
    let path = dir.path().join("third.tariff");
    let said = session.line(&format!(":save {}", path.display())).text;
    assert!(said.ends_with("the file is part of the book, so the items are no longer additions of this session\n"), "{said}");
    assert_eq!(session.line(":diff").text, "nothing was added in this session\n");
    // 20% of 100, halved.
    assert_eq!(session.line("general").text, "CNY 10\n");
    // The files are read again when one changes, and only then.
    assert_eq!(session.refresh(), None);
    std::fs::write(&path, "exemption third from general on 0901 by 25% of the duty cites act\n").unwrap();
    let told = session.refresh().unwrap();
    assert!(told.starts_with("the files have changed\n") && told.contains("CNY 10.00") && told.contains("CNY 15.00"), "{told}");
    std::fs::remove_file(&path).unwrap();
    assert!(session.refresh().unwrap().contains("→ 20% CNY 20.00"));
}

/// Whoever adds a rule is told what the checker finds of the measures it has to do with, and of nothing else.
#[test]
fn an_added_item_is_compared_with_the_rules_there_are() {
    let mut session = china();
    session.line("suspension second of general by 10 points from 2025-06-01 until 2025-07-01 cites no7");
    let added = session.line("").text;
    assert_eq!(added, "added suspension `second`\nhint: [T212] two suspensions of `general` overlap: they do not add up, the larger counts\n");
    session.line("exemption lamb from agri_10 on 0204 cites no2");
    assert_eq!(session.line("").text, "added exemption `lamb`\n");
    let checked = session.line(":check").text;
    assert!(checked.contains("T212") && checked.contains("T211"), "{checked}");
}

#[test]
fn an_item_under_way_can_be_interrupted() {
    let world = small();
    let mut session = Session::new(&world, Options::default());
    session.open("small.tariff".as_ref()).unwrap();
    assert_eq!(session.line("measure extra \"Extra\"").text, "");
    assert!(session.is_waiting());
    session.interrupt();
    assert!(!session.is_waiting());
    assert_eq!(session.finish().text, "");
    assert!(session.line(":info extra").text.starts_with("error: nothing is called `extra`"));
}

// ── The program ──

#[test]
fn from_a_pipe_results_alone_are_printed_in_order() {
    let folder = crate::tool::Folder::new();
    let run = |arguments: &[&str], input: &[u8]| {
        let ran = folder.run_with(arguments, input);
        (ran.out, ran.err, ran.status)
    };
    // 6% and 125% on 1000; the tax is 13% of 2310.
    let (out, err, status) =
        run(&["repl", "small.tariff"], b"3902.10 of origin US value CNY 1_000 entered 2025-04-20\r\n:wy\nrate of general\nsuspension s of general by 5 points");
    assert_eq!((err.as_str(), status), ("", 0));
    assert!(out.starts_with("assessed\n  mfn      6%      CNY 60.00\n  general  125%  CNY 1250.00\n  vat      13%    CNY 300.30\n"), "{out}");
    assert!(out.contains("\nerror: there is no command `:wy`: did you mean `:why`?\n125%\nadded suspension `s`\n"), "{out}");
    assert!(out.ends_with("  total    CNY 1610.30 → CNY 1553.80\n"), "an item is complete where the input ends: {out}");
    assert_eq!(run(&["repl", "small.tariff"], b":quit\nvalue\n"), (String::new(), String::new(), 0));
    assert_eq!(run(&["repl"], b"value\n"), ("error: no book is open: `:load PATH` opens one\n".to_owned(), String::new(), 0));
    assert_eq!(run(&["repl", "small.tariff"], b"\xff\n").2, 0, "what is no text is no reason to stop");
    let (out, err, status) = run(&["repl", "nowhere"], b"value\n");
    assert_eq!((out.as_str(), status), ("", 2));
    assert!(err.contains("`nowhere` cannot be opened: there is no such file"), "{err}");
    assert_eq!(run(&["repl", "small.tariff", "--scenario", "none"], b"").2, 2);
    // A book with errors is opened, and says so.
    folder.write("broken.tariff", crate::tool::BOOK.replace("rate 6%", "rate six"));
    let (out, _, status) = run(&["repl", "broken.tariff"], b":test\n");
    assert_eq!(status, 0);
    assert!(
        out.contains("error: [T010]")
            && out.ends_with("error: the book has 1 error and cannot be run: `:check` shows them, and `:reload` reads the files again\n"),
        "{out}"
    );
}

// ── While a line is typed ──

/// What the word at the end of a text can become.
fn becomes(session: &Session<'_>, text: &str) -> Vec<String> {
    complete(session, text, text.len()).1.into_iter().map(|c| if c.about.is_empty() { c.text } else { format!("{}: {}", c.text, c.about) }).collect()
}

#[test]
fn words_that_are_begun_are_completed() {
    let session = china();
    assert_eq!(becomes(&session, ":why-"), [":why-not: why a measure or relief does not apply, and the nearest change that would make it"]);
    assert_eq!(
        becomes(&session, ":why gen"),
        ["general: measure: Additional duty on all goods of United States origin", "geneva: suspension: 24 points suspended after the talks in Geneva"]
    );
    assert_eq!(becomes(&session, ":explain t"), Vec::<String>::new());
    assert_eq!(becomes(&session, ":explain T01")[0].split(':').next(), Some("T010"));
    assert_eq!(becomes(&session, ":known-at 2025-05"), ["2025-05-13: no7 was published"]);
    assert_eq!(becomes(&session, "sus"), ["suspension: begins an item"]);
    assert_eq!(becomes(&session, "3901.20.00 of origin U")[0], "UA: Ukraine");
    assert_eq!(becomes(&session, "3901.20.00 of origin US val"), ["value: the customs value"]);
    assert_eq!(becomes(&session, "3901.20.00 of origin US value C").last().unwrap(), "CZ: Czechia");
    assert!(becomes(&session, "3901.20.00 of origin US value CN").contains(&"CNY: the currency of the book".to_owned()));
    assert_eq!(becomes(&session, "rate 5% cites no1"), ["no10: instrument: Tariff Commission Announcement [2025] No. 10"]);
    // The nomenclature knows six digits, the lists of the book eight.
    let polyethylene = "Ethylene polymers; in primary forms, polyethylene having a specific gravity of less than 0.94";
    assert_eq!(becomes(&session, "3901.1"), [format!("3901.10: {polyethylene}"), format!("3901.10.00: {polyethylene}")]);
    assert_eq!(becomes(&session, "390110"), [format!("39011000: {polyethylene}")]);
    // Within an item the next line is indented.
    assert_eq!(becomes(&session, "suspension try of general\n"), ["    : a clause of the item"]);
    assert_eq!(becomes(&session, "suspension try of general\n    from 2025-05-01 cites no5"), Vec::<String>::new());
    assert_eq!(complete(&session, "rate of gener <= 5%", 13), (8, complete(&session, "rate of gener", 13).1));
}

#[test]
fn the_end_of_a_line_says_what_it_stands_for() {
    let session = china();
    let shown = |line: &str| hint(&session, line).map(|h| (h.shown, h.taken.is_some()));
    let own = |text: &str, taken| Some((text.to_owned(), taken));
    assert_eq!(shown(":why-n"), own("ot", true));
    assert_eq!(shown(":why "), own("[NAME]", false));
    assert_eq!(shown("rate of quiet"), own("_list", true));
    assert_eq!(shown("rate of general"), own("  measure: Additional duty on all goods of United States origin", false));
    assert_eq!(shown("2709.00.00"), own("  Oils; petroleum oils and oils obtained from bituminous minerals, crude", false));
    assert_eq!(shown(""), None);
}

#[test]
fn each_piece_of_a_line_is_told_apart() {
    let session = china();
    let pieces = |text: &str| highlight(&session, text).into_iter().map(|(range, kind)| (text[range].to_owned(), kind)).collect::<Vec<_>>();
    let own = |all: &[(&str, Kind)]| all.iter().map(|(t, k)| ((*t).to_owned(), *k)).collect::<Vec<_>>();
    assert_eq!(
        pieces("3901.20.00 of origin US value CNY 1_000 # a remark"),
        own(&[
            ("3901.20.00", Kind::Number),
            ("of", Kind::Keyword),
            ("origin", Kind::Keyword),
            ("US", Kind::Country),
            ("value", Kind::Name),
            ("CNY", Kind::Country),
            ("1_000", Kind::Number),
            ("# a remark", Kind::Remark)
        ])
    );
    assert_eq!(pieces(":why general"), own(&[(":why", Kind::Command), ("general", Kind::Name)]));
    assert_eq!(pieces(":wy genral"), own(&[(":wy", Kind::Unknown)]));
    assert_eq!(pieces("test \"a – b"), own(&[("test", Kind::Keyword), ("\"a – b", Kind::Text)]));
    assert_eq!(pieces("    rate 33 1/3%"), own(&[("rate", Kind::Keyword), ("33", Kind::Number), ("1/3%", Kind::Number)]));
}

// ── Whatever is typed ──

/// All that a session shows of what it knows.
fn known(session: &mut Session<'_>) -> String {
    let shown = [":why", ":diff"].map(|c| session.line(c).text).concat();
    format!("{}{shown}", session.prompt())
}

fn any_line() -> impl Strategy<Value = String> {
    let words = vec![
        "0805.10",
        "0806",
        "7208.10.00",
        "01",
        "of",
        "origin",
        "US",
        "CA",
        "CNY",
        "1_000",
        "value",
        "entered",
        "2025-05-01",
        "12:01",
        "loaded",
        "organic",
        "yes",
        "no",
        "claims",
        "\"GRAPES\"",
        "known",
        "at",
        "rate",
        "general",
        "steel",
        "grown",
        "half",
        "<=",
        "*",
        "+",
        "-",
        "10%",
        "5",
        "kg",
        "per",
        "content",
        ":why",
        ":why-not",
        ":undo",
        ":known-at",
        ":info",
        ":diff",
        ":check",
        ":test",
        ":save",
        ":reload",
        ":load",
        "small.tariff",
        ":help",
        ":batch",
        ":scenario",
        ":explain",
        "T010",
        "suspension",
        "try",
        "exemption",
        "measure",
        "amend",
        "from",
        "by",
        "points",
        "until",
        "test",
        "\"x\"",
        "shipment",
        "expect",
        "applied",
        "    ",
        "on",
        "all",
        "goods",
        "any",
        "instrument",
        "published",
        "input",
        "flag",
        "\"\"\"",
        "#",
        "scenario",
        "hs",
        "total",
        "duties",
    ];
    prop_oneof![
        3 => prop::collection::vec(prop::sample::select(words), 1..9).prop_map(|w| w.join(" ")),
        1 => any::<String>(),
        1 => Just(String::new()),
        1 => Just("0805.10 of origin US value CNY 1_000 entered 2025-05-20 12:00 organic yes loaded 2025-04-01".to_owned()),
        1 => Just("suspension try of general by 5 points cites act".to_owned()),
        1 => Just("    from 2025-05-01".to_owned()),
    ]
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    /// No line stops a session; what goes wrong changes nothing, and what changes something can be taken back.
    #[test]
    fn no_line_loses_what_is_known(lines in prop::collection::vec(any_line(), 1..12)) {
        let world = small();
        let mut session = Session::new(&world, Options::default());
        session.open("small.tariff".as_ref()).unwrap();
        for line in &lines {
            // An item under way ends with the next question, so each line is looked at with its own end.
            let before = known(&mut session);
            let mut reply = session.line(line);
            reply.text.push_str(&session.finish().text);
            let after = known(&mut session);
            if reply.text.starts_with("error:") || reply.text.contains("\n  × ") {
                prop_assert_eq!(&before, &after, "{}\n{}", line, reply.text);
            }
            if before != after && !line.trim_start().starts_with(":u") {
                session.line(":undo");
                prop_assert_eq!(&before, &known(&mut session), "{}", line);
                session.line(line);
                session.finish();
            }
        }
    }

    /// A front may ask about any text, at any place of it.
    #[test]
    fn any_text_can_be_completed_and_coloured(lines in prop::collection::vec(any_line(), 1..4), at in 0usize..200) {
        let world = small();
        let mut session = Session::new(&world, Options::default());
        session.open("small.tariff".as_ref()).unwrap();
        let text = lines.join("\n");
        let mut end = 0;
        for (range, _) in highlight(&session, &text) {
            prop_assert!(end <= range.start && text.get(range.clone()).is_some(), "{:?} of {:?}", range, text);
            end = range.end;
        }
        hint(&session, &text);
        let at = text.floor_char_boundary(at.min(text.len()));
        let (start, candidates) = complete(&session, &text, at);
        prop_assert!(start <= at && candidates.iter().all(|c| c.text.starts_with(text.get(start..at).unwrap()) || c.text == "    "));
    }

    /// A text comes out the same whether it is typed line by line or pasted as a whole.
    #[test]
    fn entries_are_what_the_lines_make(lines in prop::collection::vec(any_line(), 1..12)) {
        let text = lines.iter().map(|l| l.replace(['\n', '\r'], " ")).collect::<Vec<_>>().join("\n");
        let mut pending = carveout::repl::Pending::default();
        let mut one_by_one: Vec<_> = text.lines().flat_map(|l| pending.push(l)).collect();
        one_by_one.extend(pending.finish());
        prop_assert_eq!(one_by_one, carveout::repl::entries(&text));
    }
}
