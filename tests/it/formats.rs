//! Formats of shipments: the same facts come to the same whatever file they stand in.

use crate::tool::{Folder, Ran};
use serde_json::{Map, Value};
use std::io::{Read, Write};

const SHIPMENTS: &str = "id,hs,origin,value,entered,licence,note\n\
                         a,3901.20,US,1000,2025-05-01,,relieved\n\
                         b,3902.10,US,1000.50,2025-05-01 10:30,yes,\"lowered, and \"\"quoted\"\"\"\n\
                         c,3903.11,US,1000,2025-05-01,,\n\
                         d,3903.11,US,1000,2025-04-10,,which time?\n\
                         e,3903.11,XX,1000,2025-05-01,,no country\n\
                         ,3903.11,DE,333.33,2025-05-01,no,ordinary\n";

/// Rows of CSV as objects, an empty cell as null.
fn as_json(csv: &str) -> String {
    let mut reader = csv::Reader::from_reader(csv.as_bytes());
    let header = reader.headers().unwrap().clone();
    let mut out = String::new();
    for record in reader.records() {
        let record = record.unwrap();
        let object: Map<String, Value> = header
            .iter()
            .zip(record.iter())
            .map(|(name, cell)| (name.to_owned(), if cell.is_empty() { Value::Null } else { Value::String(cell.to_owned()) }))
            .collect();
        out.push_str(&Value::Object(object).to_string());
        out.push('\n');
    }
    out
}

fn objects(out: &str) -> Vec<Map<String, Value>> {
    out.lines().map(|line| serde_json::from_str(line).unwrap()).collect()
}

fn gzip(bytes: &[u8]) -> Vec<u8> {
    let mut encoder = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::fast());
    encoder.write_all(bytes).unwrap();
    encoder.finish().unwrap()
}

/// Rows with the numbers of lines taken out, which differ between formats.
pub fn without_lines(out: &str) -> String {
    let out = out.replace("row ", "line ");
    let mut parts = out.split("line ");
    let mut rows: String = parts.next().unwrap_or("").to_owned();
    for part in parts {
        rows.push_str("line ");
        rows.push_str(part.trim_start_matches(|c: char| c.is_ascii_digit()));
    }
    rows.lines().map(|row| format!("{}\n", row.trim_start_matches(|c: char| c.is_ascii_digit()))).collect()
}

#[track_caller]
pub fn same(found: &str, expected: &str) {
    let (found, expected) = (without_lines(found), without_lines(expected));
    let differs = found.lines().zip(expected.lines()).find(|(f, e)| f != e);
    assert_eq!(differs, None);
    assert_eq!(found.len(), expected.len());
}

#[test]
fn lines_of_json_come_to_what_csv_comes_to() {
    let folder = Folder::new();
    let csv = folder.assess(SHIPMENTS, "-q");
    folder.write("shipments.ndjson", as_json(SHIPMENTS));
    let back = folder.run("run small.tariff shipments.ndjson --output-format csv -q");
    same(&back.out, &csv.out);
    assert_eq!(back.status, csv.status);

    let json = folder.run("run small.tariff shipments.ndjson -q");
    let rows = objects(&json.out);
    assert_eq!(rows.len(), 6);
    let names: Vec<&str> = rows[0].keys().map(String::as_str).collect();
    assert_eq!(names, ["id", "status", "duty", "tax", "fee", "total", "rate_percent", "applied", "relieved", "problem", "note"]);
    // a: 6% of 1000, and 13% of 1060.
    assert_eq!((&rows[0]["duty"], &rows[0]["total"], &rows[0]["problem"]), (&"60.00".into(), &"197.80".into(), &Value::Null));
    assert_eq!((&rows[1]["note"], &rows[2]["note"]), (&"lowered, and \"quoted\"".into(), &Value::Null));
    assert_eq!((&rows[3]["status"], &rows[3]["duty"]), (&"undetermined".into(), &Value::Null));
    assert_eq!((&rows[4]["status"], &rows[4]["problem"]), (&"rejected".into(), &"line 5, column `origin`: `XX` is no country of ISO 3166".into()));
    // What has no id is called by its line.
    assert_eq!(rows[5]["id"], "6");
}

#[test]
fn numbers_are_taken_from_their_text() {
    let folder = Folder::new();
    // A machine's number would make 90071992547409.93 of the first, and 0.1 + 0.2 of none of them what it is.
    folder.write(
        "shipments.ndjson",
        "{\"id\":1,\"hs\":390311,\"origin\":\"DE\",\"value\":90071992547409.925,\"entered\":\"2025-05-01\"}\n\
         {\"id\":2,\"hs\":\"3903.11\",\"origin\":\"DE\",\"value\":1.2345e3,\"entered\":\"2025-05-01\",\"licence\":true}\n\
         {\"id\":3,\"hs\":3903.110,\"origin\":\"DE\",\"value\":0.10,\"entered\":\"2025-05-01\"}\n\
         {\"id\":4,\"hs\":\"3903.11\",\"origin\":\"DE\",\"value\":-1,\"entered\":\"2025-05-01\"}\n",
    );
    let ran = folder.run("run small.tariff shipments.ndjson -q --output-format csv");
    let rows = ran.rows();
    // 6% of 90 071 992 547 409.925 is 5 404 319 552 844.5955.
    assert_eq!((rows[1][2], rows[1][1]), ("5404319552844.60", "assessed"));
    assert_eq!(rows[2][2], "74.07");
    // A code with an odd number of digits is told, not repaired.
    assert!(ran.out.contains("3,rejected,,,,,,,,\"line 3, column `hs`: `3903.110` has an odd number of digits\""), "{}", ran.out);
    assert!(ran.out.contains("line 4, column `value`: `-1` is below zero"), "{}", ran.out);
}

#[test]
fn a_bad_line_is_rejected_and_the_run_goes_on() {
    let folder = Folder::new();
    let good = "\"hs\":\"3903.11\",\"origin\":\"DE\",\"value\":\"100\",\"entered\":\"2025-05-01\"";
    let lines = [
        format!("{{\"id\":\"a\",{good},\"note\":{{\"x\":[1,2.50]}}}}"),
        format!("{{\"id\":\"b\",{good}"),
        "[1]".to_owned(),
        String::new(),
        format!("{{\"id\":\"c\",{good},\"hs\":\"3903.12\"}}"),
        format!("{{\"id\":\"d\",{},\"note\":1}}", good.replace("\"100\"", "[100]")),
        format!("{{\"id\":\"é\",{good},\"note\":nul}}"),
        format!("{{\"id\":\"\\u0066\",{good},\"note\":true}}"),
        format!("{{\"id\":\"g\",{good},\"exported\":\"2025\"}}"),
        format!("{{\"id\":\"h\",{good},\"note\":\"\",\"more\":1}}"),
    ];
    // The names of the first lines settle the columns; a fact may come later all the same.
    let padding: String = (0..4000).map(|i| format!("{{\"id\":\"p{i}\",{good},\"note\":\"{:60}\"}}\n", "")).collect();
    folder.write("shipments.ndjson", format!("{padding}{}\n", lines.join("\n")));
    let ran = folder.run("run small.tariff shipments.ndjson");
    let rows = objects(&ran.out);
    assert_eq!((rows.len(), ran.status), (4009, 1));
    let problems: Vec<String> = rows[4000..].iter().map(|r| format!("{}: {}", r["id"].as_str().unwrap(), r["problem"].as_str().unwrap_or("good"))).collect();
    let told = |line: usize| lines[line - 4001].chars().count() + 1;
    let expected = [
        "a: good".to_owned(),
        format!("b: line 4002: no JSON at character {}: the line ends: expected `,` or `}}`", told(4002)),
        "4003: line 4003: no JSON at character 1: a list begins, but each line is to be one object".to_owned(),
        "c: line 4005, column `hs`: the object has `hs` twice: give it once".to_owned(),
        "d: line 4006, column `value`: a list, where one value is expected".to_owned(),
        "é: line 4007: no JSON at character 84: `nul` is no value: write a text in quotes, a number, `true`, `false` or `null`".to_owned(),
        "f: good".to_owned(),
        "g: line 4009, column `exported`: `2025` is not a date: write it as `2025-04-10` or `2025-04-10 12:01`".to_owned(),
        "h: good".to_owned(),
    ];
    assert_eq!(problems, expected);
    assert_eq!((rows[4000]["note"].to_string(), &rows[4006]["note"]), ("{\"x\":[1,2.50]}".to_owned(), &Value::Bool(true)));
    assert!(ran.err.contains("note: `more` first comes on line 4010, after the first lines settled what is carried through, and is left out"), "{}", ran.err);
    // The same, one row after another.
    let slow = folder.run("run small.tariff shipments.ndjson --explain id=a");
    assert_eq!(slow.out, ran.out);
    let detail = folder.run("run small.tariff shipments.ndjson --detail");
    assert!(detail.err.contains("note: `more` first comes on line 4010"), "{}", detail.err);
    assert_eq!(objects(&detail.out)[0]["amount"], "6.00");
}

#[test]
fn claims_may_be_a_list() {
    let folder = Folder::new();
    let book = crate::tool::BOOK.replace("when licence", "when claims \"licensed\"");
    folder.write("small.tariff", book);
    let line =
        |claims: &str| format!("{{\"hs\":\"3902.10\",\"origin\":\"US\",\"value\":1000,\"entered\":\"2025-05-01\",\"licence\":true,\"claims\":{claims}}}\n");
    let all = ["[\"licensed\"]", "[\"other\", \"licensed\"]", "\"other; licensed\"", "[]", "null", "[1]", "[\"a;b\"]", "{}"];
    folder.write("shipments.ndjson", all.iter().map(|c| line(c)).collect::<String>());
    let ran = folder.run("run small.tariff shipments.ndjson -q");
    let seen: Vec<String> =
        objects(&ran.out).iter().map(|r| r["duty"].as_str().or(r["problem"].as_str()).unwrap().split(" (").next().unwrap().to_owned()).collect();
    // 6% and 5% where it is claimed; 6% and 125% where it is not; unknown where nothing is said.
    let expected = [
        "110.00",
        "110.00",
        "110.00",
        "1310.00",
        "general: needs `claims`",
        "line 6, column `claims`: `1` is no claim: a claim is a text in quotes",
        "line 7, column `claims`: the claim `a;b` has a `;`, which separates claims: give them one by one",
        "line 8, column `claims`: an object, where one value is expected",
    ];
    assert_eq!(seen, expected);
}

#[test]
fn what_names_nothing_is_refused() {
    let folder = Folder::new();
    let refused = |text: &str| {
        folder.write("x.ndjson", text);
        folder.run("run small.tariff x.ndjson").refused()
    };
    assert_eq!(refused(""), "`x.ndjson`: the file is empty: write one object a line, such as `{\"id\": \"A-1\", \"hs\": \"3901.20\", \"origin\": \"US\"}`");
    assert_eq!(
        refused("[{\"hs\":1}]\n"),
        "`x.ndjson`: no line is an object of JSON that names anything; line 1: a list begins, but each line is to be one object"
    );
    assert!(refused("{\"hts\":\"3901.20\"}\n").contains("is it `hts`? then add `--map hts=hs`"));
    assert_eq!(
        folder.run("run small.tariff x.json").refused(),
        "`x.json` cannot be read: there is no such file; name a file of shipments, or `-` for standard input"
    );
}

#[test]
fn text_may_be_compressed() {
    let folder = Folder::new();
    let plain = folder.assess(SHIPMENTS, "-q").out;
    folder.write("shipments.csv.gz", gzip(SHIPMENTS.as_bytes()));
    folder.write("shipments.csv.zst", zstd::encode_all(SHIPMENTS.as_bytes(), 3).unwrap());
    folder.write("shipments.jsonl.gz", gzip(as_json(SHIPMENTS).as_bytes()));
    for file in ["shipments.csv.gz", "shipments.csv.zst"] {
        assert_eq!(folder.run(&format!("run small.tariff {file} -q")).out, plain, "{file}");
    }
    assert_eq!(objects(&folder.run("run small.tariff shipments.jsonl.gz -q").out).len(), 6);
    // Through a pipe, the first bytes say it.
    assert_eq!(folder.run_with(&["run", "small.tariff", "-", "-q"], &gzip(SHIPMENTS.as_bytes())).out, plain);
    assert_eq!(objects(&folder.run_with(&["run", "small.tariff", "-", "-q", "--input-format", "ndjson"], as_json(SHIPMENTS).as_bytes()).out).len(), 6);

    folder.run("run small.tariff shipments.csv -q -o out.csv.gz");
    let mut text = String::new();
    flate2::read::GzDecoder::new(std::fs::File::open(folder.path().join("out.csv.gz")).unwrap()).read_to_string(&mut text).unwrap();
    assert_eq!(text, plain);
    folder.run("run small.tariff shipments.csv.gz -q -o out.ndjson.zst");
    let text = zstd::decode_all(std::fs::File::open(folder.path().join("out.ndjson.zst")).unwrap()).unwrap();
    assert_eq!(objects(std::str::from_utf8(&text).unwrap()).len(), 6);

    folder.write("plain.csv.gz", SHIPMENTS);
    assert_eq!(
        folder.run("run small.tariff plain.csv.gz").refused(),
        "`plain.csv.gz` cannot be read: it is not compressed, though its name says so: rename it"
    );
}

/// Many rows, each like no other.
fn many(count: usize) -> String {
    let rows = (0..count).map(|i| format!("s{i},3903.11,DE,{}.{:02},2025-05-01,no,{:x}\n", i, i % 100, i.wrapping_mul(2_654_435_761)));
    std::iter::once("id,hs,origin,value,entered,licence,note\n".to_owned()).chain(rows).collect()
}

#[test]
fn what_was_cut_short_is_told_after_the_rows_before() {
    let folder = Folder::new();
    let text = many(40_000);
    let whole = folder.assess(&text, "-q").out;
    for (name, bytes) in [
        ("cut.csv.gz", gzip(text.as_bytes())),
        ("cut.csv.zst", zstd::encode_all(text.as_bytes(), 3).unwrap()),
        ("cut.ndjson.gz", gzip(as_json(&text).as_bytes())),
    ] {
        folder.write(name, &bytes[..bytes.len() * 9 / 10]);
        for flags in ["", " --explain id=none"] {
            let ran: Ran = folder.run(&format!("run small.tariff {name} --output-format csv{flags}"));
            assert_eq!(ran.status, 2, "{name}");
            assert!(ran.err.starts_with(&format!("error: `{name}` cannot be read: the file ends in the middle of what is compressed with")), "{}", ran.err);
            let rows = ran.out.lines().count();
            assert!(rows > 10_000 && rows < 40_000, "{name}: {rows} rows");
            assert!(whole.starts_with(&ran.out) && ran.out.ends_with('\n'), "{name}");
        }
        // A file is put in place whole or not at all.
        folder.run(&format!("run small.tariff {name} -o out.csv")).refused();
        assert!(!folder.has("out.csv") && !folder.has("out.csv.partial"));
    }
}

#[test]
fn shipments_of_the_books_come_to_the_same_in_every_text_format() {
    let folder = Folder::new();
    for (book, file) in crate::formats::BOOKS {
        let book = format!("{}/policies/{book}", env!("CARGO_MANIFEST_DIR"));
        let csv = std::fs::read_to_string(format!("{book}/{file}")).unwrap();
        folder.write("shipments.csv", &csv);
        folder.write("shipments.ndjson", as_json(&csv));
        let expected = folder.run_with(&["run", &book, "shipments.csv", "-q"], b"");
        assert!(expected.out.lines().count() > 5, "{file}: {}", expected.err);
        let found = folder.run_with(&["run", &book, "shipments.ndjson", "-q", "--output-format", "csv"], b"");
        same(&found.out, &expected.out);
        let summed = |file: &str| folder.run_with(&["run", &book, file, "-q", "--summary", "measure,origin", "--output-format", "csv"], b"").out;
        assert_eq!(summed("shipments.ndjson"), summed("shipments.csv"));
    }
}

#[test]
fn trade_is_weighed_in_any_format() {
    let folder = Folder::new();
    folder.write("new.tariff", crate::tool::BOOK.replace("rate 6%", "rate 7%").replace("policy small", "policy newer"));
    let csv = "hs,origin,value\n3901.20,DE,100.25\n8703,JP,50\n";
    folder.write("trade.csv", csv);
    folder.write("trade.ndjson", "{\"hs\":\"3901.20\",\"origin\":\"DE\",\"value\":100.25}\n{\"hs\":8703,\"origin\":\"JP\",\"value\":5e1}\n");
    folder.write("trade.csv.gz", gzip(csv.as_bytes()));
    let weighed = |file: &str| folder.run(&format!("diff small.tariff new.tariff --trade {file}")).out;
    // All goods are charged otherwise: 150.25 is what is traded of them.
    assert!(weighed("trade.csv").contains("trade of 150.25"), "{}", weighed("trade.csv"));
    assert_eq!((weighed("trade.ndjson"), weighed("trade.csv.gz")), (weighed("trade.csv"), weighed("trade.csv")));
    folder.write("bad.csv", "hs,origin,value\n3901.20,DE,1e2\n");
    assert_eq!(folder.run("diff small.tariff new.tariff --trade bad.csv").refused(), "`bad.csv`: line 2: `1e2` is no amount");
}

/// The books with their shipments, each with its id.
pub const BOOKS: [(&str, &str); 4] =
    [("china", "shipments.csv"), ("china", "portfolio-2024.csv"), ("united_states", "shipments.csv"), ("united_kingdom", "shipments.csv")];
