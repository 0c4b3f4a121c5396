//! `run --summary`: sums of many shipments.

use crate::tool::Folder;

const SHIPMENTS: &str = "id,hs,origin,value,entered,licence,lane\n\
                         a,3901.20,US,1000,2025-05-01,,sea\n\
                         b,3902.10,US,3000,2025-05-01,yes,sea\n\
                         c,8703.21,US,4000,2025-05-01,,air\n\
                         d,8703.21,DE,2000,2025-05-01,,air\n\
                         e,8703.21,US,5000,2025-04-10,,air\n\
                         f,x,US,5000,2025-04-10,,air\n";

fn summary(columns: &str) -> Vec<String> {
    Folder::new().assess(SHIPMENTS, &format!("--summary {columns} -q")).out.lines().map(str::to_owned).collect()
}

const SUMS: &str = "shipments,assessed,value,value_percent,duty,tax,fee,total,relieved_value,relieved_percent,saved";

// a: duty 60, tax 137.80; without the exemption 1250 more.
// b: duty 180 + 150, tax 13% of 3330 = 432.90; without the exemption 3750, so 3600 more.
// c: duty 240 + 5000, tax 13% of 9240 = 1201.20. d: duty 120, tax 13% of 2120 = 275.60.
// e is undetermined, f rejected: they are counted and add to no sum. The value of a to d is 10000.

#[test]
fn by_columns_of_the_input() {
    let expected = [
        format!("lane,origin,{SUMS}"),
        "air,DE,1,1,2000.00,20,120.00,275.60,0.00,395.60,0.00,0,0.00".to_owned(),
        "air,US,3,1,4000.00,40,5240.00,1201.20,0.00,6441.20,0.00,0,0.00".to_owned(),
        "sea,US,2,2,4000.00,40,390.00,570.70,0.00,960.70,4000.00,100,4850.00".to_owned(),
    ];
    assert_eq!(summary("lane,origin"), expected);
}

#[test]
fn by_status_and_chapter() {
    let expected = [
        format!("status,chapter,{SUMS}"),
        "assessed,39,2,2,4000.00,40,390.00,570.70,0.00,960.70,4000.00,100,4850.00".to_owned(),
        "assessed,87,2,2,6000.00,60,5360.00,1476.80,0.00,6836.80,0.00,0,0.00".to_owned(),
        "undetermined,87,1,0,0.00,0,0.00,0.00,0.00,0.00,0.00,,0.00".to_owned(),
        "rejected,,1,0,0.00,0,0.00,0.00,0.00,0.00,0.00,,0.00".to_owned(),
    ];
    assert_eq!(summary("status,chapter"), expected);
}

#[test]
fn by_measure() {
    let expected = [
        format!("measure,{SUMS}"),
        ",1,0,0.00,0,0.00,0.00,0.00,0.00,0.00,,0.00".to_owned(),
        "mfn,5,4,10000.00,100,600.00,0.00,0.00,600.00,0.00,0,0.00".to_owned(),
        "general,4,3,8000.00,80,5150.00,0.00,0.00,5150.00,4000.00,50,4850.00".to_owned(),
        "vat,5,4,10000.00,100,0.00,2047.50,0.00,2047.50,0.00,0,0.00".to_owned(),
    ];
    assert_eq!(summary("measure"), expected);
}

#[test]
fn by_the_exemption_that_acted() {
    let expected = [
        format!("relief,{SUMS}"),
        ",4,2,6000.00,60,5360.00,1476.80,0.00,6836.80,0.00,0,0.00".to_owned(),
        "quiet_list,1,1,1000.00,10,60.00,137.80,0.00,197.80,1000.00,100,1250.00".to_owned(),
        "licensed,1,1,3000.00,30,330.00,432.90,0.00,762.90,3000.00,100,3600.00".to_owned(),
    ];
    assert_eq!(summary("relief"), expected);
}

#[test]
fn one_command_says_what_an_exemption_is_worth() {
    // 40 billion dollars of 166.667 at CNY 7.12, relieved of 125%: README of the book.
    let book = concat!(env!("CARGO_MANIFEST_DIR"), "/policies/china");
    let csv = format!("{book}/portfolio-2024.csv");
    let out = Folder::new().run_with(&["run", book, &csv, "--summary", "relief", "-q"], b"").good();
    let row = out.lines().find(|l| l.starts_with("quiet_list,")).unwrap();
    let cells: Vec<&str> = row.split(',').collect();
    assert_eq!((cells[3], cells[4], cells[11]), ("284800000000.00", "24", "356000000000.00"));
}

#[test]
fn what_cannot_be_grouped_by_is_refused() {
    let said = |columns: &str| Folder::new().assess(SHIPMENTS, &format!("--summary {columns}")).refused();
    assert_eq!(
        said("lanes"),
        "`--summary` names `lanes`, which is neither a column of the input nor `chapter`, `measure`, `relief` or `status`; did you mean `lane`?"
    );
    assert_eq!(said("lane,lane"), "`--summary` names `lane` twice: name it once");
}

#[test]
fn what_is_not_known_is_told_and_not_taken_for_zero() {
    // Nothing in this book but the relieved duty asks for a value, and the relief needs none.
    let folder = Folder::new();
    let book = crate::tool::BOOK.split("measure mfn").next().unwrap().to_owned()
        + "measure general \"Duty\"\n    on all goods of origin US\n    rate 34% from 2025-04-10\n\nexemption all_of_it from general\n    on all goods\n";
    folder.write("small.tariff", book);
    let ran = folder.assess("hs,origin,entered\n3901.20,US,2025-05-01\n", "--summary relief");
    let notes: Vec<&str> = ran.err.lines().filter(|l| l.starts_with("note: ") && !l.contains("no column")).collect();
    let expected = [
        "note: 1 assessed without a known `value` in CNY: the sums of `value` leave them out",
        "note: what was saved cannot be reckoned in 1 cases, for want of a fact: `saved` leaves them out",
    ];
    assert_eq!(notes, expected);
}
