//! Quotas over several shipments, in one run and in several with a ledger.

use crate::tool::{Folder, command, program, ran};
use rusqlite::Connection;
use std::io::{BufRead, BufReader, Read, Write};
use std::process::{Child, Stdio};

/// Soya beans bought under an exclusion that is granted to an importer, for a quantity and a year.
const BOOK: &str = r#"policy china "Duties of China on goods of United States origin"
    imports into CN
    currency CNY
    clock Asia/Shanghai
    round half up to 0.01 each amount

retaliation general "Additional duty"
    against general_of_them
    on all goods of origin US
    rate 25%

measure general_of_them "What it answers"
    on all goods of origin CN
    rate 0%

exemption purchases "Purchases approved for an importer" from general
    on 1201
    up to quota approved

quota approved "approved.csv" column tonnes per importer tolerance 10% for 1 year from column approved_on

scenario calm "Without the exclusion"
    without purchases
"#;

const APPROVED: &str = "importer,tonnes,approved_on\nA,1000,2020-03-02\n";

/// A tonne is worth 1000, so that a tonne beyond the quota pays 250.
const SHIPMENTS: &str = "id,hs,origin,importer,value,entered,kg\n\
                         first,1201.90,US,A,600000,2020-04-01,600000\n\
                         second,1201.90,US,A,480000,2020-05-01,480000\n\
                         third,1201.90,US,A,100000,2020-06-01,100000\n";

fn folder() -> Folder {
    let folder = Folder::new();
    folder.write("small.tariff", BOOK);
    folder.write("approved.csv", APPROVED);
    folder
}

fn row(id: &str, tonnes: u32) -> String {
    format!("{id},1201.90,US,A,{},2020-04-01,{}\n", tonnes * 1000, tonnes * 1000)
}

fn shipments(rows: &[String]) -> String {
    format!("{}\n{}", SHIPMENTS.lines().next().unwrap(), rows.concat())
}

/// Duty of each row.
fn duties(out: &str) -> Vec<String> {
    out.lines().skip(1).map(|l| l.split(',').nth(2).unwrap().to_owned()).collect()
}

/// What the ledger has: importer, term, shipment, quantity and unit, in the order of recording.
fn drawn(folder: &Folder) -> Vec<String> {
    let ledger = Connection::open(folder.path().join("ledger.db")).unwrap();
    let mut query =
        ledger.prepare("SELECT importer, term, shipment, quantity, unit FROM drawn WHERE book = 'china' AND quota = 'approved' ORDER BY shipment").unwrap();
    let text = |row: &rusqlite::Row<'_>| {
        let cell = |at: usize| row.get::<_, String>(at).unwrap();
        Ok([cell(0), cell(1), cell(2), cell(3), cell(4)].join(" "))
    };
    query.query_map([], text).unwrap().map(Result::unwrap).collect()
}

const LEDGER: &str = "run small.tariff shipments.csv --ledger ledger.db";

// ── One run ──

#[test]
fn a_tolerance_is_a_ceiling_over_all_shipments() {
    // CN-23: approved 1000 t with 10% over, 1100 t in all. 600, 480 and 100 t: exempt 600, 480, 20, dutiable 0, 0, 80.
    let ran = folder().assess(SHIPMENTS, "--explain id=third");
    assert_eq!(duties(&ran.out), ["0.00", "0.00", "20000.00"]);
    let expected = "general  CNY 20000.00 = 25% of CNY 100000 less CNY 5000.00\n\
                    \x20          rate 25% (small.tariff:10)\n\
                    \x20          relieved by `purchases` (small.tariff:16)\n\
                    \x20          20 of 100 tonnes within quota `approved`, of which 20 tonnes were left (small.tariff:20)\n";
    assert!(ran.err.contains(expected), "{}", ran.err);
    assert!(
        ran.err.ends_with("3 shipments, all assessed\nnote: quotas were drawn from full balances, in the order of the rows; `--ledger FILE` carries them on\n"),
        "{}",
        ran.err
    );
    let detail = folder().assess(SHIPMENTS, "--detail -q").out;
    assert!(detail.ends_with("third,general,applied,25%,100000,20000.00,purchases;approved,,small.tariff:10\n"), "{detail}");
}

#[test]
fn what_is_drawn_must_not_depend_on_the_hour() {
    let folder = folder();
    // Two grants, for the morning and for the afternoon of a day: either would relieve, but which is drawn on is open.
    folder.write("small.tariff", BOOK.replace("per importer tolerance 10% for 1 year from column approved_on", ""));
    folder.write("approved.csv", "tonnes,from,until\n100,2020-01-01,2020-04-01 12:00\n100,2020-04-01 12:00,2021-01-01\n");
    let ran = folder.assess(shipments(&[row("b", 7).replace("04-01", "04-01 09:00"), row("a", 7), row("c", 7)]), "");
    assert!(ran.out.contains("a,undetermined,,,,,,,,general: the answer changes at 2020-04-01 12:00: give `entered` with its time\n"), "{}", ran.out);
    assert!(ran.out.contains("\nb,assessed,0.00,"), "{}", ran.out);
    // Whichever of the two is drawn on, what is left of it for the next is open.
    assert!(ran.out.contains("\nc,needs input,,,,,,,,\"general: needs `approved` (what is left of the quota, on which an earlier"), "{}", ran.out);
}

#[test]
fn a_quota_that_is_used_up_is_named() {
    let ran = folder().assess(shipments(&[row("a", 1100), row("b", 7)]), "--explain id=b");
    assert_eq!(duties(&ran.out), ["0.00", "1750.00"]);
    assert!(ran.err.contains("CNY 1750.00 = 25% of CNY 7000\n"), "{}", ran.err);
    assert!(ran.err.contains("none of 7 tonnes within quota `approved`, of which nothing was left (small.tariff:20)"), "{}", ran.err);
}

#[test]
fn who_was_granted_nothing_draws_nothing() {
    let ran = folder().assess(shipments(&[row("b", 7).replace(",A,", ",B,"), row("c", 0).replace(",A,0,", ",B,5000,")]), "--explain id=b");
    assert_eq!(duties(&ran.out), ["1750.00", "1250.00"]);
    assert!(!ran.err.contains("quota"), "{}", ran.err);
}

// ── Several runs ──

#[test]
fn a_ledger_carries_balances_from_run_to_run() {
    let folder = folder();
    let one = |id: &str, tonnes| duties(&folder.assess(shipments(&[row(id, tonnes)]), "--ledger ledger.db").out);
    assert_eq!((one("first", 600), one("second", 480), one("third", 100)), (vec!["0.00".into()], vec!["0.00".into()], vec!["20000.00".into()]));
    assert_eq!(drawn(&folder), ["A 2020-03-02 first 600000 kg", "A 2020-03-02 second 480000 kg", "A 2020-03-02 third 20000 kg"]);
}

#[test]
fn the_same_file_twice_draws_once_and_says_the_same() {
    let folder = folder();
    let ran = |_| folder.assess(SHIPMENTS, "--ledger ledger.db --explain origin=US --detail");
    let (first, second) = (ran(1), ran(2));
    assert_eq!(first.out, second.out);
    assert!(first.err.ends_with("3 shipments, all assessed\nledger `ledger.db`: 3 shipments recorded, 0 kept from earlier runs\n"), "{}", first.err);
    let kept = first.err.replace("3 shipments recorded, 0 kept", "0 shipments recorded, 3 kept");
    assert_eq!((kept, first.status, second.status), (second.err, 0, 0));
    assert_eq!(drawn(&folder).len(), 3);
    // Whatever the order, and beside new ones.
    let mixed = shipments(&[row("fourth", 1), row("third", 100).replace("2020-04", "2020-06"), row("first", 600)]);
    let ran = folder.assess(mixed, "--ledger ledger.db");
    assert_eq!(duties(&ran.out), ["250.00", "20000.00", "0.00"]);
    assert!(ran.err.ends_with("ledger `ledger.db`: 1 shipment recorded, 2 kept from earlier runs\n"), "{}", ran.err);
}

#[test]
fn one_that_found_nothing_left_finds_nothing_later() {
    let folder = folder();
    folder.assess(shipments(&[row("a", 1100), row("b", 7)]), "--ledger ledger.db");
    folder.write("approved.csv", APPROVED.replace("1000", "2000"));
    // `b` was assessed when the quota was used up. `c` comes after the quantity was raised.
    let ran = folder.assess(shipments(&[row("b", 7), row("c", 7)]), "--ledger ledger.db");
    assert_eq!(duties(&ran.out), ["1750.00", "0.00"]);
    assert_eq!(drawn(&folder), ["A 2020-03-02 a 1100000 kg", "A 2020-03-02 c 7000 kg"]);
}

#[test]
fn approved_quantities_may_change_and_rows_may_move() {
    let folder = folder();
    folder.assess(shipments(&[row("a", 1000)]), "--ledger ledger.db");
    // Another importer before, another year after, and half as much again: 1650 less 1000 are left.
    folder.write("approved.csv", "importer,note,approved_on,tonnes\nB,new,2020-03-02,5\nA,raised,2020-03-02,1500\nA,next,2021-03-02,10\n");
    assert_eq!(duties(&folder.assess(shipments(&[row("b", 700)]), "--ledger ledger.db").out), ["12500.00"]);
    // Lowered below what was drawn: nothing is left, and what was drawn stays.
    folder.write("approved.csv", APPROVED.replace("1000", "10"));
    let ran = folder.assess(shipments(&[row("a", 1000), row("b", 700), row("c", 1)]), "--ledger ledger.db");
    assert_eq!(duties(&ran.out), ["0.00", "12500.00", "250.00"]);
    // Counted in kilograms instead of tonnes, the same was drawn.
    folder.write("small.tariff", BOOK.replace("column tonnes", "column kg"));
    folder.write("approved.csv", "importer,kg,approved_on\nA,2000000,2020-03-02\n");
    // 2200 t less 1650 t.
    assert_eq!(duties(&folder.assess(shipments(&[row("b", 700), row("d", 551)]), "--ledger ledger.db").out), ["12500.00", "250.00"]);
}

#[test]
fn quantities_without_a_decimal_form_are_kept_exactly() {
    let folder = folder();
    folder.write("small.tariff", BOOK.replace("tolerance 10%", "tolerance 33 1/3%"));
    folder.write("approved.csv", APPROVED.replace("1000", "100"));
    // 133 1/3 t: of the second 100 t a third is free, and 25% of 66 666.67 is 16 666.67; then nothing is left.
    for (id, tonnes, duty) in [("a", 100, "0.00"), ("b", 100, "16666.67"), ("c", 1, "250.00")] {
        for _ in 0..2 {
            assert_eq!(duties(&folder.assess(shipments(&[row(id, tonnes)]), "--ledger ledger.db").out), [duty], "{id}");
        }
    }
    assert_eq!(drawn(&folder), ["A 2020-03-02 a 100000 kg", "A 2020-03-02 b 100000/3 kg"]);
}

#[test]
fn a_row_that_was_drawn_on_must_stay() {
    let folder = folder();
    folder.assess(SHIPMENTS, "--ledger ledger.db");
    let refused = |book: &str, approved: &str| {
        folder.write("small.tariff", book);
        folder.write("approved.csv", approved);
        folder.run(LEDGER).refused()
    };
    let head = "the ledger `ledger.db` has 1100000 kg drawn from quota `approved`";
    let row = " by `A` for the time from 2020-03-02, and the quota has no such row any more: put the row back, with a quantity of 0 if need be";
    assert_eq!(refused(BOOK, &APPROVED.replace("A,", "B,")), format!("{head}{row}"));
    assert_eq!(refused(BOOK, &APPROVED.replace("03-02", "03-03")), format!("{head}{row}"));
    let other = BOOK.replace("quota approved", "quota granted");
    assert_eq!(refused(&other, APPROVED), format!("{head}, which the book no longer has: put the quota back, or begin another ledger"));
    let counted = ", which the book now counts in value: count it as before, or begin another ledger";
    assert_eq!(refused(&BOOK.replace("column tonnes", "column value"), &APPROVED.replace("tonnes", "value")), format!("{head}{counted}"));
}

#[test]
fn what_the_book_no_longer_relieves_stays_drawn() {
    let folder = folder();
    folder.assess(SHIPMENTS, "--ledger ledger.db");
    folder.write("small.tariff", BOOK.replace("    on 1201\n", "    on 1202\n"));
    let ran = folder.run(LEDGER);
    assert_eq!(duties(&ran.out), ["150000.00", "120000.00", "25000.00"]);
    let note =
        "note: 3 shipments (`first`, `second`, `third`), as the book now stands, would draw otherwise than the ledger has; the ledger keeps what was drawn\n";
    assert!(ran.err.ends_with(note), "{}", ran.err);
    assert_eq!(drawn(&folder).len(), 3);
}

// ── Ids ──

#[test]
fn other_facts_under_the_same_id_are_rejected() {
    let folder = folder();
    folder.assess(SHIPMENTS, "--ledger ledger.db");
    let changed = SHIPMENTS.replace("480000,2020-05-01,480000", "480000,2020-05-02,470000") + &row("fourth", 1);
    let ran = folder.assess(changed, "--ledger ledger.db");
    let said = "`second` is in the ledger with other facts: `entered` is 2020-05-01 (some time that day) there and 2020-05-02 (some time that day) here \
                and `kg` is 480000 there and 470000 here; put the facts back, or give another shipment another id";
    assert_eq!(ran.out.lines().nth(2).unwrap(), format!("second,rejected,,,,,,,,\"line 3, column `id`: {said}\""));
    assert_eq!((duties(&ran.out), ran.status), (vec!["0.00".into(), String::new(), "20000.00".into(), "250.00".into()], 1));
    assert!(ran.err.contains("  1 rejected: `id` (1)\n"), "{}", ran.err);
    // The same facts in other words are the same.
    let same = SHIPMENTS.replace("A,480000,", "A,CNY 480_000.00,").replace("2020-05-01,480000", "2020-05-01,480000.0 kg");
    assert_eq!(folder.assess(same, "--ledger ledger.db").status, 0);
    // What was not given and now is, is another fact.
    let more =
        SHIPMENTS.replace("kg\n", "kg,loaded\n").replace("600000\n", "600000,2020-03-01\n").replace("480000\n", "480000,\n").replace("100000\n", "100000,\n");
    let ran = folder.assess(more, "--ledger ledger.db");
    assert!(ran.out.contains("`loaded` is not given there and 2020-03-01 (some time that day) here"), "{}", ran.out);
}

#[test]
fn an_id_stands_once_in_a_run() {
    let folder = folder();
    let twice = shipments(&[row("a", 600), row("a", 600), row("a", 1)]);
    let said = "line 3, column `id`: `a` stands in an earlier row already, and a ledger knows a shipment by its id: give each row an id of its own";
    for _ in 0..2 {
        let ran = folder.assess(&twice, "--ledger ledger.db");
        assert_eq!(duties(&ran.out), ["0.00", "", ""]);
        assert!(ran.out.contains(said), "{}", ran.out);
    }
    assert_eq!(drawn(&folder), ["A 2020-03-02 a 600000 kg"]);
}

#[test]
fn what_draws_must_have_an_id() {
    let folder = folder();
    let rows = shipments(&[row("", 600), row("", 600).replace("1201.90", "0302.11"), row("", 600).replace(",A,", ",B,"), row("d", 1100)]);
    let ran = folder.assess(rows, "--ledger ledger.db");
    // Fish come under no quota, and B was granted none. What is left for the last depends on the first.
    assert_eq!(duties(&ran.out), ["", "150000.00", "150000.00", ""]);
    assert!(ran.err.contains("note: `2` is not assessed and may draw on quota `approved`, so that what later rows have of it is not known: "), "{}", ran.err);
    let said = "line 2, column `id`: the shipment comes under quota `approved` and has no id, and a ledger knows a shipment by its id: give the row one";
    assert!(ran.out.contains(said), "{}", ran.out);
    let refused = folder.assess(SHIPMENTS.replace("id,", "Id,"), "--ledger ledger.db").refused();
    assert_eq!(refused, "no column holds `id`, by which the ledger knows a shipment again: is it `Id`? then add `--map Id=id`");
}

#[test]
fn a_ledger_is_for_the_law_and_for_its_own_balances() {
    let folder = folder();
    folder.write("shipments.csv", SHIPMENTS);
    let said = "`--ledger` records what is drawn, and a scenario is only supposed: leave one of them out";
    assert_eq!(folder.run(&format!("{LEDGER} --scenario calm")).refused(), said);
    let stated = folder.assess(SHIPMENTS.replace("kg\n", "kg,approved\n").replace("00000\n", "00000,5\n"), "--ledger ledger.db").refused();
    assert_eq!(stated, "the column `approved` states what is left of the quota, and so does the ledger: leave one of them out");
    assert!(!folder.has("ledger.db"));
}

// ── `why` ──

#[test]
fn why_reads_the_ledger() {
    let folder = folder();
    let why =
        |flags: &str| folder.run(&format!("why small.tariff --hs 1201 --origin US --importer A --value 400000 --entered 2020-05-01 --set kg=400000 {flags}"));
    assert!(why("").good().contains("all 400 tonnes within quota `approved`, of which 1100 tonnes were left"));
    assert_eq!(why("--ledger ledger.db").refused(), "the ledger `ledger.db` cannot be read: there is no such file; `run --ledger` makes one");
    folder.assess(shipments(&[row("a", 800)]), "--ledger ledger.db");
    let out = why("--ledger ledger.db").good();
    assert!(out.contains("\ngeneral  CNY 25000.00 = 25% of CNY 400000 less CNY 75000.00\n"), "{out}");
    assert!(out.contains("300 of 400 tonnes within quota `approved`, of which 300 tonnes were left"), "{out}");
    // What is stated for this one shipment counts before the ledger.
    assert!(why("--ledger ledger.db --set approved=100").good().contains("100 of 400 tonnes within quota `approved`, of which 100 tonnes were left"));
    let json: serde_json::Value = serde_json::from_str(&why("--ledger ledger.db --format json").good()).unwrap();
    let expected = serde_json::json!([{"name": "approved", "unit": "tonnes", "quantity": "400", "within": "300", "left": "300"}]);
    assert_eq!(json["measures"][0]["quotas"], expected);
    // Looking draws nothing.
    assert_eq!(drawn(&folder).len(), 1);
}

// ── Whole or not at all ──

#[test]
fn what_is_no_ledger_is_left_alone() {
    let folder = folder();
    folder.write("shipments.csv", SHIPMENTS);
    folder.write("text.db", "id,hs\n".repeat(500));
    Connection::open(folder.path().join("other.db")).unwrap().execute_batch("CREATE TABLE t (a)").unwrap();
    Connection::open(folder.path().join("later.db"))
        .unwrap()
        .execute_batch("PRAGMA application_id = 0x43415256; PRAGMA user_version = 9; CREATE TABLE t (a)")
        .unwrap();
    let refused = |name: &str| {
        let before = std::fs::read(folder.path().join(name)).ok();
        let said = folder.run(&format!("run small.tariff shipments.csv --ledger {name}")).refused();
        assert_eq!(before, std::fs::read(folder.path().join(name)).ok());
        said
    };
    assert_eq!(refused("text.db"), "`text.db` is no ledger: it is not an SQLite file");
    assert_eq!(refused("other.db"), "`other.db` is no ledger: it is an SQLite file that holds something else");
    assert_eq!(refused("later.db"), "the ledger `later.db` was made by another version of this program, which alone can use it");
    assert_eq!(refused("none/ledger.db"), "the ledger `none/ledger.db` cannot be opened: there is no such folder");
    assert_eq!(refused("."), "the ledger `.` cannot be opened: it is a folder; name a file");
    // Names that mean something to SQLite are names of files here.
    folder.run("run small.tariff shipments.csv --ledger :memory:");
    assert!(folder.has(":memory:"));
}

#[test]
fn output_that_cannot_be_written_leaves_the_ledger_as_it_was() {
    if !std::path::Path::new("/dev/full").exists() {
        return;
    }
    let folder = folder();
    folder.assess(shipments(&[row("a", 1)]), "--ledger ledger.db");
    let many: Vec<String> = (0..3000).map(|n| row(&format!("s{n}"), 1)).collect();
    folder.write("many.csv", shipments(&many));
    let ran = folder.run("run small.tariff many.csv --ledger ledger.db -o /dev/full");
    assert!(ran.err.contains("error: `/dev/full` cannot be written: No space left on device"), "{}", ran.err);
    assert!(ran.err.ends_with("; the ledger `ledger.db` is as it was before this run\n"), "{}", ran.err);
    assert_eq!((ran.status, drawn(&folder).len()), (2, 1));
    // Also where the last rows alone do not fit, and through standard output.
    let full = std::fs::File::options().write(true).open("/dev/full").unwrap();
    folder.write("one.csv", shipments(&[row("b", 1)]));
    let mut child = std::process::Command::new(program());
    let output = child.current_dir(folder.path()).args(["run", "small.tariff", "one.csv", "--ledger", "ledger.db"]).stdout(full).output().unwrap();
    let said = String::from_utf8(output.stderr).unwrap();
    assert!(said.ends_with("; the ledger `ledger.db` is as it was before this run\n"), "{said}");
    assert_eq!((output.status.code(), drawn(&folder).len()), (Some(2), 1));
}

#[test]
fn output_that_nobody_reads_to_its_end_is_not_recorded() {
    let folder = folder();
    let many: Vec<String> = (0..20_000).map(|n| row(&format!("s{n}"), 0)).collect();
    folder.write("many.csv", shipments(&many));
    let mut child = spawn(&folder, &["run", "small.tariff", "many.csv", "--ledger", "ledger.db"]);
    let mut first = String::new();
    BufReader::with_capacity(64, child.stdout.take().unwrap()).read_line(&mut first).unwrap();
    let output = child.wait_with_output().unwrap();
    let said = String::from_utf8(output.stderr).unwrap();
    assert_eq!(said, "error: the output was closed before its end; the ledger `ledger.db` is as it was before this run\n");
    assert_eq!(output.status.code(), Some(2));
}

#[test]
fn files_and_ledger_are_written_together() {
    let folder = folder();
    let ran = folder.assess(SHIPMENTS, "--ledger ledger.db -o out.csv");
    assert_eq!((ran.status, ran.out.as_str(), folder.has("out.csv.partial")), (0, "", false));
    assert_eq!(duties(&folder.read("out.csv")), ["0.00", "0.00", "20000.00"]);
    assert_eq!(drawn(&folder).len(), 3);
    let summed = folder.assess(shipments(&[row("e", 1)]), "--ledger ledger.db --summary measure -q").out;
    assert!(summed.contains("\ngeneral,1,1,1000.00,100,250.00,"), "{summed}");
}

fn spawn(folder: &Folder, arguments: &[&str]) -> Child {
    let mut command = std::process::Command::new(program());
    command.current_dir(folder.path()).args(arguments);
    command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap()
}

/// A run that has begun and waits for further rows.
fn half_way(folder: &Folder, rows: u32) -> (Child, std::process::ChildStdin) {
    folder.assess(shipments(&[row("a", 1)]), "--ledger ledger.db");
    let mut child = spawn(folder, &["run", "small.tariff", "-", "--ledger", "ledger.db"]);
    let mut input = child.stdin.take().unwrap();
    let mut out = BufReader::new(child.stdout.take().unwrap());
    let many: Vec<String> = (0..rows).map(|n| row(&format!("s{n}"), 1)).collect();
    let writing = std::thread::spawn(move || {
        input.write_all(shipments(&many).as_bytes()).unwrap();
        input.flush().unwrap();
        input
    });
    // What comes out has been drawn; the last rows are held back until there are more of them.
    for _ in 0..rows - 1000 {
        out.read_line(&mut String::new()).unwrap();
    }
    std::thread::spawn(move || out.read_to_end(&mut Vec::new()));
    let input = writing.join().unwrap();
    (child, input)
}

#[test]
fn a_run_that_is_killed_leaves_the_ledger_as_it_was() {
    let folder = folder();
    // So much that the file itself has been written to already.
    let before = std::fs::metadata(folder.path().join("ledger.db")).map_or(0, |m| m.len());
    let (mut child, _input) = half_way(&folder, 9000);
    child.kill().unwrap();
    child.wait().unwrap();
    assert!(std::fs::metadata(folder.path().join("ledger.db")).unwrap().len() > before + 100_000 && folder.has("ledger.db-journal"));
    assert_eq!(drawn(&folder), ["A 2020-03-02 a 1000 kg"]);
    // The next run goes on from there: 1100 less 1.
    assert_eq!(duties(&folder.assess(shipments(&[row("b", 1100)]), "--ledger ledger.db").out), ["250.00"]);
}

#[test]
#[cfg(unix)]
fn a_run_that_is_interrupted_says_what_it_leaves() {
    let folder = folder();
    let (child, _input) = half_way(&folder, 2000);
    let id = child.id().to_string();
    assert!(std::process::Command::new("kill").args(["-INT", &id]).status().unwrap().success());
    let output = child.wait_with_output().unwrap();
    assert_eq!(String::from_utf8(output.stderr).unwrap(), "interrupted; the ledger `ledger.db` is as it was before this run\n");
    assert_eq!((output.status.code(), drawn(&folder).len()), (Some(130), 1));
}

#[test]
fn a_second_run_waits_for_the_first() {
    let folder = folder();
    let (first, input) = half_way(&folder, 2000);
    folder.write("late.csv", shipments(&[row("late", 1)]));
    let mut second = spawn(&folder, &["run", "small.tariff", "late.csv", "--ledger", "ledger.db"]);
    let mut said = BufReader::new(second.stderr.take().unwrap());
    let mut line = String::new();
    said.read_line(&mut line).unwrap();
    assert_eq!(line, "waiting for another run, which holds the ledger `ledger.db`\n");
    drop(input);
    assert_eq!(first.wait_with_output().unwrap().status.code(), Some(0));
    let output = second.wait_with_output().unwrap();
    // 1 and 1099 of the 2000 have drawn all; nothing is left for the second.
    assert_eq!(duties(&String::from_utf8(output.stdout).unwrap()), ["250.00"]);
    assert_eq!((output.status.code(), drawn(&folder).len()), (Some(0), 1100));
}

#[test]
fn a_run_that_waits_too_long_is_refused() {
    let folder = folder();
    let (mut first, _input) = half_way(&folder, 2000);
    folder.write("late.csv", shipments(&[row("late", 1)]));
    let ran = folder.run("run small.tariff late.csv --ledger ledger.db -o late-out.csv -q");
    let said = "error: the ledger `ledger.db` is held by another run, which has not ended within 10 seconds: wait for it, and run again\n";
    assert_eq!((ran.err.as_str(), ran.status, ran.out.as_str()), (said, 2, ""));
    assert!(!folder.has("late-out.csv") && !folder.has("late-out.csv.partial"));
    // Who only looks need not wait.
    let mut why =
        command(folder.path(), &["why", "small.tariff", "--hs", "1201", "--origin", "US", "--importer", "A", "--value", "1", "--entered", "2020-05-01"]);
    let out = self::ran(why.args(["--set", "kg=1000", "--ledger", "ledger.db"]), b"").good();
    assert!(out.contains("of which 1099 tonnes were left"), "{out}");
    first.kill().unwrap();
    first.wait().unwrap();
}

#[test]
fn many_runs_at_once_draw_what_there_is() {
    let folder = folder();
    let files: Vec<String> = (0..4).map(|n| format!("at-once-{n}.csv")).collect();
    for (n, file) in files.iter().enumerate() {
        let rows: Vec<String> = (0..30).map(|m| row(&format!("s{n}-{m}"), 10)).collect();
        folder.write(file, shipments(&rows));
    }
    let children: Vec<Child> = files.iter().map(|f| spawn(&folder, &["run", "small.tariff", f, "--ledger", "ledger.db"])).collect();
    let outputs: Vec<_> = children.into_iter().map(|c| c.wait_with_output().unwrap()).collect();
    // 120 shipments of 10 t, 1100 t: 110 are free, and 10 pay 2500 each.
    let paid: Vec<String> = outputs.iter().flat_map(|o| duties(&String::from_utf8(o.stdout.clone()).unwrap())).filter(|d| d != "0.00").collect();
    assert!(outputs.iter().all(|o| o.status.code() == Some(0)));
    assert_eq!((paid.len(), paid.iter().all(|d| d == "2500.00"), drawn(&folder).len()), (10, true, 110));
}

#[test]
fn ten_thousand_shipments() {
    let folder = folder();
    let rows: Vec<String> = (0..10_000).map(|n| row(&format!("s{n:05}"), 1)).collect();
    folder.write("shipments.csv", shipments(&rows));
    let first = folder.run(LEDGER);
    let second = folder.run(LEDGER);
    assert_eq!((first.status, second.status), (0, 0));
    assert!(first.out == second.out);
    let paid = duties(&first.out);
    assert!(paid.iter().take(1100).all(|d| d == "0.00") && paid.iter().skip(1100).all(|d| d == "250.00"));
    assert_eq!((paid.len(), drawn(&folder).len()), (10_000, 1100));
    assert!(second.err.ends_with("ledger `ledger.db`: 0 shipments recorded, 10000 kept from earlier runs\n"), "{}", second.err);
}
