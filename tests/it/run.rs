//! `run`: what goes in and what comes out.

use crate::tool::{BOOK, Folder, Ran};

const SHIPMENTS: &str = "id,hs,origin,value,entered,licence,note\n\
                         a,3901.20,US,1000,2025-05-01,,relieved\n\
                         b,3902.10,US,1000,2025-05-01,yes,lowered\n\
                         c,3903.11,US,1000,2025-05-01,,charged\n\
                         d,3903.11,DE,333.33,2025-05-01,,ordinary\n\
                         e,3903.11,US,1000,2025-04-10,,which time?\n\
                         f,3902.10,US,1000,2025-05-01,,which licence?\n";

#[test]
fn a_row_for_each_shipment_in_order() {
    let ran = Folder::new().assess(SHIPMENTS, "");
    // a: 6% of 1000, 13% of 1060. b: 6% and 5%, 13% of 1110. c: 6% and 125%, 13% of 2310.
    // d: 6% of 333.33 is 19.9998, rounded 20.00, which is 6.0001 800…% of 333.33; 13% of 353.33 is 45.9329.
    let expected = [
        "id,status,duty,tax,fee,total,rate_percent,applied,relieved,problem,note",
        "a,assessed,60.00,137.80,0.00,197.80,6,mfn=60.00;vat=137.80,general:quiet_list,,relieved",
        "b,assessed,110.00,144.30,0.00,254.30,11,mfn=60.00;general=50.00;vat=144.30,general:licensed,,lowered",
        "c,assessed,1310.00,300.30,0.00,1610.30,131,mfn=60.00;general=1250.00;vat=300.30,,,charged",
        "d,assessed,20.00,45.93,0.00,65.93,6.0001,mfn=20.00;vat=45.93,,,ordinary",
        "e,undetermined,,,,,,,,general: the answer changes at 2025-04-10 12:01: give `entered` with its time,which time?",
        "f,needs input,,,,,,,,\"general: needs `licence` (an import licence), for `licence` (small.tariff:25)\",which licence?",
    ];
    assert_eq!(ran.out.lines().collect::<Vec<_>>(), expected);
    let said = "6 shipments: 4 assessed, 2 not assessed\n  1 needs input: `licence` (1)\n  1 undetermined: `entered` without its time (1)\n";
    assert_eq!((ran.err.as_str(), ran.status), (said, 1));
}

/// Many blocks of input, taken apart by several threads in room that is used again.
#[test]
fn every_row_of_a_large_file_once_and_in_order() {
    let note = "n".repeat(300);
    let all: String = (0..20_000).map(|i| format!("{i},3903.11,DE,333.33,2025-05-01,,{note}\n")).collect();
    let ran = Folder::new().assess(format!("id,hs,origin,value,entered,licence,note\n{all}"), "--quiet");
    assert_eq!(ran.out.lines().count(), 20_001);
    for (i, line) in ran.out.lines().skip(1).enumerate() {
        assert_eq!(line, format!("{i},assessed,20.00,45.93,0.00,65.93,6.0001,mfn=20.00;vat=45.93,,,{note}"));
    }
}

#[test]
fn detail_has_a_row_for_each_measure_that_reaches() {
    let out = Folder::new().assess(SHIPMENTS, "--detail --quiet").out;
    let of_b: Vec<&str> = out.lines().filter(|l| l.starts_with("b,")).collect();
    let expected = [
        "b,mfn,applied,6%,1000,60.00,,,small.tariff:11",
        "b,general,applied,5%,1000,50.00,licensed,,small.tariff:17",
        "b,vat,applied,13%,1110,144.30,,,small.tariff:32",
    ];
    assert_eq!(out.lines().next(), Some("id,measure,outcome,rate,base,amount,by,cites,clause"));
    assert_eq!(of_b, expected);
    assert!(out.contains("\na,general,exempted,,,0.00,quiet_list,,small.tariff:17\n"), "{out}");
    // Out of scope: not reached.
    assert!(!out.contains("d,general"), "{out}");
    let rejected = Folder::new().assess("id,hs\nx,3\n", "--detail").out;
    assert_eq!(rejected.lines().nth(1), Some("x,,rejected,,,,,,"));
}

#[test]
fn chosen_rows_are_explained_on_standard_error() {
    let ran = Folder::new().assess(SHIPMENTS, "--explain id=b --explain note=charged");
    assert!(ran.err.contains("b: 3902.10 of origin US"), "{}", ran.err);
    assert!(ran.err.contains("relieved by `licensed` (small.tariff:23)"), "{}", ran.err);
    assert!(ran.err.contains("c: 3903.11 of origin US"), "{}", ran.err);
    assert!(!ran.err.contains("a: 3901.20"), "{}", ran.err);
    let said = Folder::new().assess(SHIPMENTS, "--explain nota=b").refused();
    assert_eq!(said, "`--explain nota=b`: the shipments have no column `nota`; did you mean `note`?");
}

#[test]
fn flags_change_what_is_meant() {
    let row = |flags: &str| -> String { Folder::new().assess(SHIPMENTS, &format!("{flags} --quiet")).out.lines().nth(5).unwrap().to_owned() };
    assert!(row("--bare-dates start").starts_with("e,assessed,60.00,"));
    assert!(row("--bare-dates end").starts_with("e,assessed,400.00,"));
    assert!(row("").starts_with("e,undetermined,"));
}

#[test]
fn knowledge_dates_choose_the_law() {
    let folder = Folder::new();
    let book = BOOK.replace("input licence", "instrument no6 \"No. 6\"\n    published 2025-04-11\n\ninput licence");
    folder.write("small.tariff", book.replace("rate 125% from 2025-04-12", "rate 125% from 2025-04-12 cites no6"));
    let duty = |flags: &str| -> String {
        let ran = folder.assess("hs,origin,value,entered,licence\n3903.11,US,1000,2025-05-01,no\n", flags);
        ran.rows()[1][2].to_owned()
    };
    assert_eq!((duty("").as_str(), duty("--known-at 2025-04-10").as_str(), duty("--known-at 2025-04-11").as_str()), ("1310.00", "400.00", "1310.00"));
}

// ── Columns ──

const RENAMED: &str = "ref,hts,country,amount,date\nr1,3901.20,DE,100,2025-05-01\n";

#[test]
fn columns_are_mapped_from_either_side() {
    let folder = Folder::new();
    let forwards = folder.assess(RENAMED, "--map ref=id,hts=hs,country=origin --map amount=value,date=entered --quiet").good();
    let backwards = folder.assess(RENAMED, "--map id=ref,hs=hts,origin=country,value=amount,entered=date --quiet").good();
    assert_eq!(forwards.lines().nth(1), Some("r1,assessed,6.00,13.78,0.00,19.78,6,mfn=6.00;vat=13.78,,"));
    assert_eq!(forwards, backwards);
}

#[test]
fn a_column_whose_fact_is_held_by_another_is_carried() {
    let out = Folder::new().assess("hs,hts,origin,value,entered\nx,3901.20,DE,100,2025-05-01\n", "--map hts=hs --quiet").good();
    assert_eq!(out.lines().next().unwrap().split(',').next_back(), Some("hs"));
    assert_eq!(out.lines().nth(1).unwrap().split(',').next_back(), Some("x"));
}

#[test]
fn mappings_that_cannot_be_understood_are_refused() {
    let folder = Folder::new();
    let said = |map: &str| folder.assess("hs,hts,loaded,exported,note\n", &format!("--map {map}")).refused();
    assert_eq!(
        said("htss=hs"),
        "`shipments.csv`: `--map htss=hs`: the file has no column `htss`; did you mean `hts`? its columns are `hs`, `hts`, `loaded`, `exported` and `note`"
    );
    assert_eq!(
        said("hs=htss"),
        "`shipments.csv`: `--map hs=htss`: the file has no column `htss`; did you mean `hts`? its columns are `hs`, `hts`, `loaded`, `exported` and `note`"
    );
    assert_eq!(said("note=licens"), "`shipments.csv`: `--map note=licens`: the book has no fact `licens`; did you mean `licence`?");
    assert_eq!(
        said("loaded=exported"),
        "`shipments.csv`: `--map loaded=exported` can be read both ways, since both are columns and both are facts: give one of the columns another name in the file"
    );
    assert_eq!(said("hts=hs,note=hs"), "`shipments.csv`: `--map` names the fact `hs` twice: name it once");
    assert_eq!(said("hts=hs,hts=importer"), "`shipments.csv`: `--map` names the column `hts` twice: name it once");
}

#[test]
fn facts_without_a_column_are_told_before_the_first_row() {
    let ran = Folder::new().assess("hs,Country,value,entered\n3901.20,DE,100,2025-05-01\n", "");
    let notes: Vec<&str> = ran.err.lines().filter(|l| l.starts_with("note: ")).collect();
    let expected = [
        "note: no column holds `origin`, which retaliation `general` asks for (small.tariff:13); is it `Country`? then add `--map Country=origin`",
        "note: no column holds `licence`, which exemption `licensed` asks for (small.tariff:25)",
    ];
    assert_eq!(notes, expected);
    assert!(ran.err.starts_with(expected[0]), "{}", ran.err);
}

// ── Files ──

#[test]
fn a_file_is_put_in_place_when_it_is_whole() {
    let folder = Folder::new();
    let plain = folder.assess(SHIPMENTS, "--quiet").out;
    let ran = folder.assess(SHIPMENTS, "-o out.csv");
    assert_eq!((ran.out.as_str(), folder.read("out.csv")), ("", plain.clone()));
    assert!(!folder.has("out.csv.partial"));
    // What is read, or recorded, is not replaced by what comes of it.
    let said = folder.run("run small.tariff shipments.csv -o ./shipments.csv").refused();
    assert_eq!(said, "`-o ./shipments.csv` would replace the shipments that are read: name another file");
    assert_eq!(folder.read("shipments.csv"), SHIPMENTS);
    let said = folder.run("run small.tariff shipments.csv --ledger new.db -o new.db --output-format csv").refused();
    assert_eq!(said, "`-o new.db` would replace the ledger: name another file");
    // Nor do two runs write one file.
    let other = std::fs::File::create(folder.path().join("out.csv.partial")).unwrap();
    other.lock().unwrap();
    let said = folder.run("run small.tariff shipments.csv -o out.csv").refused();
    assert_eq!(said, "`out.csv` is being written by another run: wait for it, or name another file");
    drop(other);
    // What an earlier run left is in nobody's way.
    folder.write("out.csv.partial", "rows of a run that was cut off, more of them than there are in the next run".repeat(99));
    folder.run("run small.tariff shipments.csv -o out.csv");
    assert_eq!(folder.read("out.csv"), plain);
    assert_eq!(folder.run("run small.tariff shipments.csv -o none/out.csv").refused(), "`none/out.csv` cannot be written: there is no such folder");
    let said = folder.run("run small.tariff shipments.csv -o out.xlsx").refused();
    assert_eq!(said, "`out.xlsx` is a spreadsheet: save it as CSV, and name a file that ends in `.csv`");
    assert!(!folder.has("out.xlsx"));
}

#[test]
fn lines_that_end_in_a_carriage_return_alone_are_refused() {
    let folder = Folder::new();
    for text in [SHIPMENTS.replace('\n', "\r"), SHIPMENTS.replacen('\n', "\r", 1)] {
        let said = folder.assess(text, "").refused();
        assert_eq!(said, "`shipments.csv`: the lines end in a carriage return alone: save the file with line feeds, or with both");
    }
}

#[test]
fn a_dash_is_standard_input_and_output() {
    let folder = Folder::new();
    let plain = folder.assess(SHIPMENTS, "--quiet").out;
    let piped = folder.run_with(&["run", "small.tariff", "-", "-o", "-", "-q"], SHIPMENTS.as_bytes());
    assert_eq!(piped.out, plain);
}

#[test]
fn the_same_input_gives_the_same_bytes() {
    let folder = Folder::new();
    let book = concat!(env!("CARGO_MANIFEST_DIR"), "/policies/china");
    let all = |flags: &[&str]| -> Vec<Ran> {
        let csv = format!("{book}/shipments.csv");
        (0..2).map(|_| folder.run_with(&[&["run", book, &csv], flags].concat(), b"")).collect()
    };
    for flags in [&[][..], &["--detail"], &["--summary", "measure,relief,status"], &["--explain", "origin=US"]] {
        let ran = all(flags);
        assert_eq!((&ran[0].out, &ran[0].err), (&ran[1].out, &ran[1].err));
        assert!(ran[0].out.lines().count() > 5);
    }
}

/// A row that was to be explained and never came is named, so that nobody waits for its reasoning.
#[test]
fn rows_to_be_explained_that_are_not_there_are_named() {
    let folder = Folder::new();
    let ran = folder.assess("id,hs,origin,value,entered\nA-1,3901.20.00,US,1000,2025-04-11 09:00\n", "--explain id=NOBODY --explain id=A-1");
    assert!(ran.err.contains("warning: no row has id=NOBODY"), "{}", ran.err);
    assert!(!ran.err.contains("no row has id=A-1"), "{}", ran.err);
}
