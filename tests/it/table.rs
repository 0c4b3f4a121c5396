//! CSV as people and their programs write it.

use crate::tool::Folder;
use proptest::prelude::*;

/// Status and problem of each row.
fn statuses(csv: impl AsRef<[u8]>) -> Vec<(String, String)> {
    let ran = Folder::new().assess(csv, "");
    let mut reader = csv::Reader::from_reader(ran.out.as_bytes());
    reader.records().map(|r| r.unwrap()).map(|r| (r[1].to_owned(), r[9].to_owned())).collect()
}

const ASSESSED: (&str, &str) = ("assessed", "");

fn all_assessed(csv: impl AsRef<[u8]>) {
    let found = statuses(csv);
    assert!(!found.is_empty());
    for (status, problem) in &found {
        assert_eq!((status.as_str(), problem.as_str()), ASSESSED);
    }
}

#[test]
fn byte_order_marks_line_ends_and_quotes() {
    all_assessed("\u{feff}hs,origin,value,entered\r\n3901.20,DE,100,2025-05-01\r\n");
    all_assessed("\u{feff}\"hs\",\"origin\",\"value\",\"entered\"\n\"3901.20\",\"DE\",\"100\",\"2025-05-01 12:00\"");
    all_assessed("hs,origin,value,entered,note\n3901.20,DE,100,2025-05-01,\"two\r\nlines, and \"\"quotes\"\"\"\n\n3901.20,DE,100,2025-05-01,5\" pipe\n");
    all_assessed(" hs , origin,value,entered\n 3901.20 , DE ,100, 2025-05-01 \n");
}

#[test]
fn carried_cells_come_back_as_they_were() {
    let csv = "note,hs,origin,value,entered,status\n\"a, \"\"b\"\"\nc\",3901.20,DE,100,2025-05-01, kept \n";
    let out = Folder::new().assess(csv, "--quiet").good();
    let expected = "id,status,duty,tax,fee,total,rate_percent,applied,relieved,problem,note,input.status\n\
                    2,assessed,6.00,13.78,0.00,19.78,6,mfn=6.00;vat=13.78,,,\"a, \"\"b\"\"\nc\", kept \n";
    assert_eq!(out, expected);
}

#[test]
fn a_row_that_cannot_be_read_names_line_and_column() {
    let csv = b"id,hs,origin,value,entered,note\n\
                a,39012,DE,100,2025-05-01,\n\
                b,3901.20,DE,1O0,2025-05-01,\"a\nb\"\n\
                c,3901.20,DE\n\
                d,3901.20,DE,100,2025-05-01,caf\xe9\n\
                e,3901.20,DE,100,2025-05-01,\"x\" y\n\
                ,3901.20,DE,100,2025-05-01,good\n\
                g,3901.20,DE,100,2025-02-30,\n\
                h,3901.20,DE,100,2025-05-01,\"open\n\
                i,3901.20,DE,100,2025-05-01,good\n";
    let found = statuses(csv);
    let expected = [
        ("rejected", "line 2, column `hs`: `39012` has an odd number of digits"),
        ("rejected", "line 3, column `value`: `1O0` is no number"),
        ("rejected", "line 5: the row has 3 cells, but the first line names 6"),
        ("rejected", "line 6, column `note`: the text is not UTF-8: save the file with the encoding UTF-8"),
        ("rejected", "line 7, column `note`: something stands after the closing quote; a quote within a quoted cell is written twice"),
        ASSESSED,
        ("rejected", "line 9, column `entered`: `2025-02-30` is not a date: write it as `2025-04-10` or `2025-04-10 12:01`"),
        ("rejected", "line 10, column `note`: a quote is opened and never closed; a quote within a quoted cell is written twice"),
        ASSESSED,
    ];
    assert_eq!(found.iter().map(|(a, b)| (a.as_str(), b.as_str())).collect::<Vec<_>>(), expected);
}

#[test]
fn what_a_spreadsheet_does_to_codes_and_amounts_is_told() {
    // 0101.20 as a number is 101.2, and 0101210010 is 101210010, which a program may write with a decimal.
    let csv = "hs,origin,value,entered\n\
               101.2,DE,100,2025-05-01\n\
               101210010.0,DE,100,2025-05-01\n\
               0101.21,DE,\"1,000.50\",2025-05-01\n\
               0101.21,DE,\"1,000\",2025-05-01\n\
               0101.21,DE,12345678901234567890123456789.01,2025-05-01\n\
               0101.21,DE,0.12345678901234567890123456789,2025-05-01\n";
    let found: Vec<String> = statuses(csv.as_bytes()).into_iter().map(|(_, problem)| problem).collect();
    let expected = [
        "line 2, column `hs`: `101.2` has a point after an odd number of digits, as if a zero in front were lost",
        "line 3, column `hs`: `101210010.0` has a point after an odd number of digits, as if a zero in front were lost",
        "line 4, column `value`: `1,000.50` has a comma: write `1000.50`",
        "line 5, column `value`: `1,000` has a comma: write `1000` or `1.000`",
        "line 6, column `value`: `12345678901234567890123456789.01` has more than 28 digits",
        "line 7, column `value`: `0.12345678901234567890123456789` has more than 28 digits",
    ];
    assert_eq!(found, expected);
}

#[test]
fn ids_are_lines_where_there_is_none() {
    let ran = Folder::new().assess("id,hs,origin,value,entered\nA,3901.20,DE,1,2025-05-01\n\n,3901.20,DE,1,2025-05-01\n  ,39,DE,x,2025-05-01\n", "");
    let ids: Vec<&str> = ran.rows().iter().skip(1).map(|r| r[0]).collect();
    assert_eq!(ids, ["A", "4", "5"]);
}

#[test]
fn files_that_are_no_table_are_refused() {
    let folder = Folder::new();
    let said = |csv: &str| folder.assess(csv, "").refused();
    assert_eq!(said(""), "`shipments.csv`: the file is empty: its first line names the columns, such as `id,hs,origin,value,entered`");
    assert_eq!(said("hs;origin\n1;2\n"), "`shipments.csv`: the cells seem to be separated by `;`: separate them by commas");
    assert_eq!(
        said("HTS,origin\n"),
        "`shipments.csv`: no column `hs` holds the goods code; the columns are `HTS` and `origin`: is it `HTS`? then add `--map HTS=hs`"
    );
    assert_eq!(
        said("item,origin\n"),
        "`shipments.csv`: no column `hs` holds the goods code; the columns are `item` and `origin`: name the one that is meant with `--map COLUMN=hs`"
    );
    assert_eq!(
        said("hs,origin,origin\n"),
        "`shipments.csv`: the columns `origin` and `origin` both hold `origin`: leave one of them out, or give it another name in the file"
    );
}

#[test]
fn a_header_alone_is_no_error() {
    let ran = Folder::new().assess("hs,origin,value,entered,licence\n", "");
    assert_eq!((ran.status, ran.out.lines().count(), ran.err.as_str()), (0, 1, "0 shipments, all assessed\n"));
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 48, ..ProptestConfig::default() })]

    #[test]
    fn no_bytes_make_it_fail(header in prop::sample::select(vec!["hs,origin,value,entered\n", "", "hs\n", "\u{feff}id,hs,value,entered,note\n"]),
                             rows in prop::collection::vec(row(), 0..12)) {
        let mut csv = header.as_bytes().to_vec();
        csv.extend(rows.into_iter().flatten());
        let ran = Folder::new().assess(&csv, "--explain id=2");
        prop_assert!(ran.status <= 2, "{}", ran.err);
        prop_assert!(!ran.err.contains("panicked"), "{}", ran.err);
        if ran.status < 2 {
            // What is written can be read, every row in full.
            let mut reader = csv::Reader::from_reader(ran.out.as_bytes());
            for record in reader.records() {
                prop_assert!(record.is_ok());
            }
        }
    }
}

/// A row of bytes: anything, or something like a shipment with an odd cell.
fn row() -> impl Strategy<Value = Vec<u8>> {
    let cell = prop_oneof![
        prop::collection::vec(any::<u8>(), 0..12),
        prop::sample::select(vec![
            "3901.20",
            "US",
            "1000",
            "2025-04-10",
            "\"",
            "\"a,b\"",
            "",
            "\r",
            "99999999999999999999999999999",
            "2025-04-10T12:01Z",
            "-1",
            "1e9"
        ])
        .prop_map(|s| s.as_bytes().to_vec()),
    ];
    prop::collection::vec(cell, 0..7).prop_map(|cells| [cells.join(&b','), b"\n".to_vec()].concat())
}
