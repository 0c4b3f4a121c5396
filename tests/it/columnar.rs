//! Shipments by columns: Parquet and Arrow come to what CSV comes to, exactly, and are written with their types.

use crate::formats::{BOOKS, same};
use crate::tool::Folder;
use arrow_array::builder::{ListBuilder, StringBuilder, StringDictionaryBuilder};
use arrow_array::cast::AsArray;
use arrow_array::types::{Date32Type, Decimal128Type, Int32Type};
use arrow_array::{
    Array, ArrayRef, BooleanArray, Date32Array, Decimal128Array, Float64Array, Int32Array, Int64Array, LargeStringArray, RecordBatch, StringArray,
    StringViewArray, TimestampMicrosecondArray, TimestampMillisecondArray, UInt64Array,
};
use arrow_ipc::reader::{FileReader, StreamReader};
use arrow_ipc::writer::{FileWriter, StreamWriter};
use arrow_schema::DataType;
use parquet::arrow::ArrowWriter;
use parquet::arrow::arrow_reader::ParquetRecordBatchReaderBuilder;
use parquet::file::properties::WriterProperties;
use std::fs::File;
use std::sync::Arc;

fn batch(columns: Vec<(&str, ArrayRef)>) -> RecordBatch {
    RecordBatch::try_from_iter_with_nullable(columns.into_iter().map(|(n, a)| (n, a, true))).unwrap()
}

fn parquet(rows: &RecordBatch, group: usize) -> Vec<u8> {
    let mut out = Vec::new();
    let properties = WriterProperties::builder().set_max_row_group_row_count(Some(group)).build();
    let mut writer = ArrowWriter::try_new(&mut out, rows.schema(), Some(properties)).unwrap();
    writer.write(rows).unwrap();
    writer.close().unwrap();
    out
}

fn stream(rows: &RecordBatch, each: usize) -> Vec<u8> {
    let mut out = Vec::new();
    let mut writer = StreamWriter::try_new(&mut out, &rows.schema()).unwrap();
    for from in (0..rows.num_rows()).step_by(each) {
        writer.write(&rows.slice(from, each.min(rows.num_rows() - from))).unwrap();
    }
    writer.finish().unwrap();
    out
}

fn file(rows: &RecordBatch) -> Vec<u8> {
    let mut out = Vec::new();
    let mut writer = FileWriter::try_new(&mut out, &rows.schema()).unwrap();
    writer.write(rows).unwrap();
    writer.finish().unwrap();
    out
}

fn read_parquet(folder: &Folder, name: &str) -> (arrow_schema::SchemaRef, Vec<RecordBatch>) {
    let builder = ParquetRecordBatchReaderBuilder::try_new(File::open(folder.path().join(name)).unwrap()).unwrap();
    (Arc::clone(builder.schema()), builder.build().unwrap().map(Result::unwrap).collect())
}

/// Cells of CSV as columns: amounts as decimals where all can be, claims as lists, origins as a dictionary.
fn typed(csv: &str) -> RecordBatch {
    let mut reader = csv::Reader::from_reader(csv.as_bytes());
    let header: Vec<String> = reader.headers().unwrap().iter().map(str::to_owned).collect();
    let records: Vec<csv::StringRecord> = reader.records().map(Result::unwrap).collect();
    let columns = header.iter().enumerate().map(|(at, name)| {
        let cells: Vec<Option<&str>> = records.iter().map(|r| r.get(at).filter(|c| !c.is_empty())).collect();
        let decimals: Option<Vec<Option<i128>>> = cells.iter().map(|c| c.map_or(Some(None), |c| decimal(c).map(Some))).collect();
        let array: ArrayRef = match (name.as_str(), decimals) {
            ("hs" | "id", _) => Arc::new(StringViewArray::from_iter(cells)),
            ("claims", _) => {
                let mut lists = ListBuilder::new(StringBuilder::new());
                for cell in cells {
                    if let Some(cell) = cell {
                        cell.split(';').map(str::trim).filter(|c| !c.is_empty() && *c != "none").for_each(|c| lists.values().append_value(c));
                    }
                    lists.append(cell.is_some());
                }
                Arc::new(lists.finish())
            }
            ("origin", _) => {
                let mut dictionary = StringDictionaryBuilder::<Int32Type>::new();
                cells.iter().for_each(|c| dictionary.append_option(*c));
                Arc::new(dictionary.finish())
            }
            (_, Some(all)) => Arc::new(Decimal128Array::from(all).with_precision_and_scale(30, 8).unwrap()),
            (_, None) => Arc::new(LargeStringArray::from_iter(cells)),
        };
        (name.as_str(), array)
    });
    batch(columns.collect())
}

/// A number in hundred-millionths, where it is plainly one.
fn decimal(text: &str) -> Option<i128> {
    let (whole, part) = text.split_once('.').unwrap_or((text, ""));
    let plain = !whole.is_empty() && part.len() <= 8 && text.bytes().all(|b| b.is_ascii_digit() || b == b'.');
    plain.then(|| format!("{whole}{part:0<8}").parse().unwrap())
}

#[test]
fn shipments_of_the_books_come_to_the_same_by_columns() {
    let folder = Folder::new();
    for (book, csv) in BOOKS {
        let book = format!("{}/policies/{book}", env!("CARGO_MANIFEST_DIR"));
        let csv = std::fs::read_to_string(format!("{book}/{csv}")).unwrap();
        let rows = typed(&csv);
        folder.write("s.csv", &csv);
        folder.write("s.parquet", parquet(&rows, 100));
        folder.write("s.arrow", file(&rows));
        folder.write("s.arrows", stream(&rows, 70));
        let run = |file: &str, flags: &[&str]| folder.run_with(&[&["run", &book, file, "-q", "--output-format", "csv"], flags].concat(), b"");
        // What is carried through may be a decimal in one file and a text in the other, so that only results are compared.
        let results = |file: &str, flags: &[&str]| -> String {
            let ran = run(file, flags);
            assert!(ran.status < 2, "{file}: {}", ran.err);
            let mut reader = csv::Reader::from_reader(ran.out.as_bytes());
            reader.records().map(|r| format!("{:?}\n", r.unwrap().iter().take(10).collect::<Vec<_>>())).collect()
        };
        let expected = results("s.csv", &[]);
        assert!(expected.lines().count() > 5);
        for file in ["s.parquet", "s.arrow", "s.arrows"] {
            same(&results(file, &[]), &expected);
        }
        // Row by row, past the plan.
        same(&results("s.parquet", &["--explain", "id=nobody"]), &expected);
        same(&run("s.parquet", &["--summary", "measure,chapter,status"]).out, &run("s.csv", &["--summary", "measure,chapter,status"]).out);
    }
    let detail = |file: &str| {
        folder.run_with(&["run", &format!("{}/policies/united_kingdom", env!("CARGO_MANIFEST_DIR")), file, "--detail", "--output-format", "csv"], b"")
    };
    same(&detail("s.arrow").out, &detail("s.csv").out);
}

#[test]
fn every_type_that_a_fact_may_have() {
    let folder = Folder::new();
    // 2025-05-01 is day 20 209; 12:30 in Shanghai is 04:30 of universal time.
    let day = 20_209i64 * 86_400;
    let rows = batch(vec![
        ("id", Arc::new(Int64Array::from(vec![1, 2, 3, 4, 5]))),
        ("hs", Arc::new(Int32Array::from(vec![390_311, 390_311, 390_311, 390_311, 39_031]))),
        ("origin", Arc::new(StringArray::from(vec![Some("US"), Some("US"), Some("DE"), None, Some("US")]))),
        (
            "value",
            Arc::new(
                Decimal128Array::from(vec![Some(100_050_000_000_000), Some(10_000_000_000_000_000_000_000_000_000), Some(33_333_000_000_000), None, Some(1)])
                    .with_precision_and_scale(38, 11)
                    .unwrap(),
            ),
        ),
        (
            "entered",
            Arc::new(
                TimestampMillisecondArray::from(vec![(day + 16_200) * 1000, (day + 16_200) * 1000 + 999, day * 1000, day * 1000, day * 1000])
                    .with_timezone("America/New_York"),
            ),
        ),
        ("loaded", Arc::new(TimestampMicrosecondArray::from(vec![day * 1_000_000, day * 1_000_000 + 1, 0, 0, 0]))),
        ("exported", Arc::new(Date32Array::from(vec![20_208, 20_208, 20_208, 20_208, 20_208]))),
        ("licence", Arc::new(BooleanArray::from(vec![Some(true), Some(false), None, None, None]))),
        ("batch", Arc::new(UInt64Array::from(vec![u64::MAX, 1, 2, 3, 4]))),
    ]);
    folder.write("s.parquet", parquet(&rows, 2));
    let ran = folder.run("run small.tariff s.parquet -q -o out.csv --explain id=1");
    // 1000.50: 6% is 60.03, 125% is 1250.625; 13% of 2311.155 rounded: of 1000.50 + 60.03 + 1250.63 = 2311.16 is 300.4508.
    // 10^17: 6% and 125%; 13% of 2.31 × 10^17. 333.33: 6% is 19.9998; 13% of 353.33 is 45.9329.
    let expected = [
        "id,status,duty,tax,fee,total,rate_percent,applied,relieved,problem,batch",
        "1,assessed,1310.66,300.45,0.00,1611.11,131.0005,mfn=60.03;general=1250.63;vat=300.45,,,18446744073709551615",
        "2,assessed,131000000000000000.00,30030000000000000.00,0.00,161030000000000000.00,131,mfn=6000000000000000.00;general=125000000000000000.00;vat=30030000000000000.00,,,1",
        "3,assessed,20.00,45.93,0.00,65.93,6.0001,mfn=20.00;vat=45.93,,,2",
        "4,needs input,,,,,,,,mfn: needs `value` (the customs value),3",
        "5,rejected,,,,,,,,\"row 5, column `hs`: `39031` has an odd number of digits\",4",
    ];
    assert_eq!(folder.read("out.csv").lines().collect::<Vec<_>>(), expected);
    // The reasoning shows the moments, on the clock of the book: with a zone as it is, without one as it stands, a date as a day.
    assert!(ran.err.contains("entered 2025-05-01 12:30, loaded 2025-05-01 00:00, exported 2025-04-30 (some time that day), licence yes"), "{}", ran.err);
}

#[test]
fn what_is_not_exact_is_refused_before_the_first_row() {
    let folder = Folder::new();
    let refused = |name: &str, array: ArrayRef| {
        let mut columns: Vec<(&str, ArrayRef)> =
            vec![("hs", Arc::new(StringArray::from(vec!["3903.11"]))), ("origin", Arc::new(StringArray::from(vec!["DE"])))];
        columns.retain(|(n, _)| *n != name);
        columns.push((name, array));
        folder.write("s.parquet", parquet(&batch(columns), 10));
        folder.run("run small.tariff s.parquet").refused()
    };
    let float = || Arc::new(Float64Array::from(vec![0.1]));
    assert_eq!(
        refused("value", float()),
        "`s.parquet`: the column `value` holds floating-point numbers, which are not exact: make it a decimal, as in `CAST(value AS DECIMAL(18, 2))`"
    );
    assert_eq!(refused("hs", float()), "`s.parquet`: the column `hs` holds floating-point numbers, and so cannot hold `hs`: make it a text");
    let mut lists = ListBuilder::new(StringBuilder::new());
    lists.append_value([Some("a")]);
    assert_eq!(
        refused("importer", Arc::new(lists.finish())),
        "`s.parquet`: the column `importer` holds lists, and `importer` is one value: give it one in each row"
    );
    // Carried through, a floating-point number is nobody's amount.
    folder.write("s.parquet", parquet(&batch(vec![("hs", Arc::new(StringArray::from(vec!["3903.11"]))), ("weight", float())]), 10));
    assert!(folder.run("run small.tariff s.parquet --output-format csv").out.ends_with(",0.1\n"));
}

#[test]
fn claims_are_lists_of_texts() {
    let folder = Folder::new();
    folder.write("small.tariff", crate::tool::BOOK.replace("when licence", "when claims \"licensed\""));
    let mut lists = ListBuilder::new(StringBuilder::new());
    lists.append_value([Some("other"), Some("licensed")]);
    lists.append_value([] as [Option<&str>; 0]);
    lists.append_null();
    lists.append_value([Some("a"), None]);
    lists.append_value([Some("a;b")]);
    let five = |text: &str| -> ArrayRef { Arc::new(StringArray::from(vec![text; 5])) };
    let value: ArrayRef = Arc::new(Decimal128Array::from(vec![1000; 5]).with_precision_and_scale(9, 0).unwrap());
    let rows =
        batch(vec![("hs", five("3902.10")), ("origin", five("US")), ("value", value), ("entered", five("2025-05-01")), ("claims", Arc::new(lists.finish()))]);
    folder.write("s.arrows", stream(&rows, 2));
    let ran = folder.run("run small.tariff s.arrows -q --output-format ndjson");
    let seen: Vec<String> = ran
        .out
        .lines()
        .map(|l| serde_json::from_str::<serde_json::Value>(l).unwrap())
        .map(|r| r["duty"].as_str().or(r["problem"].as_str()).unwrap().split(" (").next().unwrap().to_owned())
        .collect();
    let expected = [
        "110.00",
        "1310.00",
        "general: needs `claims`",
        "row 4, column `claims`: a claim is null: leave it out of the list",
        "row 5, column `claims`: the claim `a;b` has a `;`, which separates claims: give them one by one",
    ];
    assert_eq!(seen, expected);
}

/// Rows that are assessed, open and rejected in turn.
fn many(count: usize) -> RecordBatch {
    let texts = |of: &dyn Fn(usize) -> Option<String>| -> ArrayRef { Arc::new(StringArray::from_iter((0..count).map(of))) };
    batch(vec![
        ("id", texts(&|i| Some(format!("s{i}")))),
        ("hs", texts(&|i| Some(if i % 97 == 0 { "39".repeat(7) } else { "3903.11".to_owned() }))),
        ("origin", texts(&|i| (i % 89 != 0).then(|| "US".to_owned()))),
        (
            "value",
            Arc::new(
                Decimal128Array::from_iter((0..count).map(|i| (i % 83 != 0).then(|| i128::try_from(i).unwrap()))).with_precision_and_scale(18, 2).unwrap(),
            ),
        ),
        ("entered", Arc::new(Date32Array::from_iter((0..count).map(|_| Some(20_209))))),
        ("when", Arc::new(Date32Array::from_iter((0..count).map(|i| (i % 3 != 0).then(|| i32::try_from(i).unwrap()))))),
        ("batch", Arc::new(Int32Array::from_iter_values((0..count).map(|i| i32::try_from(i).unwrap())))),
    ])
}

#[test]
fn results_have_types_and_what_is_carried_keeps_its_own() {
    let folder = Folder::new();
    let count = 5000;
    let rows = many(count);
    folder.write("s.parquet", parquet(&rows, 700));
    assert_eq!(folder.run("run small.tariff s.parquet -q -o out.parquet").status, 1);
    let (schema, found) = read_parquet(&folder, "out.parquet");
    let types: Vec<(&str, &DataType)> = schema.fields().iter().map(|f| (f.name().as_str(), f.data_type())).collect();
    let (text, money) = (&DataType::Utf8, &DataType::Decimal128(38, 2));
    let names = ["id", "status", "duty", "tax", "fee", "total", "rate_percent", "applied", "relieved", "problem", "when", "batch"];
    let of = [text, text, money, money, money, money, text, text, text, text, &DataType::Date32, &DataType::Int32];
    assert_eq!(types, names.into_iter().zip(of).collect::<Vec<_>>());
    let mut at = 0;
    for batch in &found {
        let duty = batch.column(2).as_primitive::<Decimal128Type>();
        for i in 0..batch.num_rows() {
            assert_eq!(batch.column(0).as_string::<i32>().value(i), format!("s{at}"));
            assert_eq!(batch.column(11).as_primitive::<Int32Type>().value(i), i32::try_from(at).unwrap());
            let when = batch.column(10).as_primitive::<Date32Type>();
            assert_eq!(when.is_valid(i).then(|| when.value(i)), (at % 3 != 0).then(|| i32::try_from(at).unwrap()));
            let assessed = at % 97 != 0 && at % 89 != 0 && at % 83 != 0;
            assert_eq!(duty.is_valid(i), assessed, "row {at}");
            // 6% and 125% of so many hundredths, each rounded half up.
            let n = i128::try_from(at).unwrap();
            assert!(!assessed || duty.value(i) == (n * 6 + 50) / 100 + (n * 125 + 50) / 100, "row {at}");
            at += 1;
        }
    }
    assert_eq!(at, count);

    // The same however it is written and read.
    let expected = folder.run("run small.tariff s.parquet -q --output-format csv").out;
    for flags in ["-o slow.parquet --explain id=nobody", "-o out.arrow", "-o out.arrows"] {
        folder.run(&format!("run small.tariff s.parquet -q {flags}"));
    }
    assert_eq!(read_parquet(&folder, "slow.parquet").1, found);
    let all = |batches: Vec<RecordBatch>| arrow_select::concat::concat_batches(&schema, &batches).unwrap().columns().to_vec();
    let open = |name: &str| File::open(folder.path().join(name)).unwrap();
    assert_eq!(all(FileReader::try_new(open("out.arrow"), None).unwrap().map(Result::unwrap).collect()), all(found.clone()));
    assert_eq!(all(StreamReader::try_new(open("out.arrows"), None).unwrap().map(Result::unwrap).collect()), all(found));
    folder.write("s.csv", folder.run("run small.tariff s.parquet -q --output-format csv").out);
    assert_eq!(folder.read("s.csv"), expected);
    let piped = folder.run_with(&["run", "small.tariff", "-", "-q", "--input-format", "arrow", "--output-format", "csv"], &stream(&rows, 999));
    assert_eq!(piped.out, expected);
}

#[test]
fn sums_and_comparisons_have_types_too() {
    let folder = Folder::new();
    folder.write("s.parquet", parquet(&many(500), 100));
    for (flags, name, of) in [
        ("--summary origin,batch", "shipments", DataType::Int64),
        ("--summary origin", "duty", DataType::Decimal128(38, 2)),
        ("--detail", "amount", DataType::Decimal128(38, 2)),
        ("--known-at 2025-05-01 --owed-at 2025-06-01", "net", DataType::Decimal128(38, 2)),
        ("--known-at 2025-05-01 --owed-at 2025-06-01 --summary batch", "compared", DataType::Int64),
    ] {
        folder.run(&format!("run small.tariff s.parquet -q -o out.parquet {flags}"));
        let (schema, rows) = read_parquet(&folder, "out.parquet");
        assert_eq!(schema.field_with_name(name).unwrap().data_type(), &of, "{flags}");
        assert!(!rows.is_empty());
    }
}

#[test]
fn other_formats_become_columns_of_text() {
    let folder = Folder::new();
    folder.write("s.csv", "hs,origin,value,entered,note,batch\n3903.11,DE,100,2025-05-01,\"x, y\",007\n3903.11,DE,100,2025-05-01,,\n");
    folder.write("s.ndjson", "{\"hs\":\"3903.11\",\"origin\":\"DE\",\"value\":100,\"entered\":\"2025-05-01\",\"note\":\"x, y\",\"batch\":1.50}\n");
    for file in ["s.csv", "s.ndjson"] {
        assert_eq!(folder.run(&format!("run small.tariff {file} -q -o out.parquet")).status, 0);
        let (schema, rows) = read_parquet(&folder, "out.parquet");
        assert_eq!(schema.field_with_name("batch").unwrap().data_type(), &DataType::Utf8);
        assert_eq!(rows[0].column_by_name("note").unwrap().as_string::<i32>().value(0), "x, y");
        let batch = rows[0].column_by_name("batch").unwrap().as_string::<i32>();
        assert_eq!(batch.value(0), if file == "s.csv" { "007" } else { "1.50" });
        assert_eq!(batch.is_null(rows[0].num_rows() - 1), file == "s.csv");
    }
}

#[test]
fn damaged_files_are_told() {
    let folder = Folder::new();
    let rows = many(3000);
    let whole = parquet(&rows, 500);
    let refused = |name: &str, bytes: &[u8]| {
        folder.write(name, bytes);
        folder.run(&format!("run small.tariff {name} -q -o out.csv")).refused()
    };
    let cut = "the Parquet file ends before its index: it was cut short, or is not yet written to its end";
    assert_eq!(refused("s.parquet", &whole[..whole.len() / 2]), format!("`s.parquet` cannot be read: {cut}"));
    assert_eq!(refused("s.parquet", b"id,hs\n"), "`s.parquet` cannot be read: it is no Parquet file, though its name says so");
    let mut spoilt = whole.clone();
    spoilt[4..60].fill(0xff);
    assert!(refused("s.parquet", &spoilt).starts_with("`s.parquet` cannot be read: the Parquet file is damaged"));
    assert!(!folder.has("out.csv") && !folder.has("out.csv.partial"));

    let (file, stream) = (file(&rows), stream(&rows, 500));
    assert_eq!(refused("s.arrow", &file[..file.len() / 2]), "`s.arrow` cannot be read: Arrow's data end in the middle: they were cut short");
    assert!(refused("s.arrow", b"ARR").starts_with("`s.arrow` cannot be read: it is damaged, or no Arrow at all"));
    // Of a stream, what came before is written.
    folder.write("s.arrows", &stream[..stream.len() / 2]);
    let ran = folder.run("run small.tariff s.arrows -q --output-format csv");
    assert_eq!((ran.status, ran.err.as_str()), (2, "error: `s.arrows` cannot be read: Arrow's data end in the middle: they were cut short\n"));
    let rows = ran.out.lines().count();
    assert!(rows > 500 && rows < 3000, "{rows} rows");

    let piped = folder.run_with(&["run", "small.tariff", "-", "--input-format", "parquet"], &whole);
    assert_eq!(
        piped.refused(),
        "`-` cannot be read: a Parquet file has its index at its end, and cannot be read through a pipe: name the file, or use `--input-format arrow`"
    );
    let piped = folder.run_with(&["run", "small.tariff", "-", "--input-format", "arrow"], &file);
    assert_eq!(
        piped.refused(),
        "`-` cannot be read: an Arrow file has its index at its end, and cannot be read through a pipe: name the file, or write Arrow's stream"
    );
}

#[test]
fn what_is_carried_by_dictionary_may_have_one_in_each_part() {
    let folder = Folder::new();
    let part = |note: &str| {
        let mut notes = StringDictionaryBuilder::<Int32Type>::new();
        notes.append_value(note);
        notes.append_null();
        let text = |of: &str| -> ArrayRef { Arc::new(StringArray::from(vec![of, of])) };
        let far: ArrayRef = Arc::new(TimestampMicrosecondArray::from(vec![20_209 * 86_400_000_000, i64::MAX]).with_timezone("UTC"));
        let value: ArrayRef = Arc::new(Int64Array::from(vec![100, 100]));
        batch(vec![("hs", text("3903.11")), ("origin", text("DE")), ("value", value), ("entered", far), ("note", Arc::new(notes.finish()))])
    };
    let parts = [part("one"), part("two")];
    let mut bytes = Vec::new();
    let mut writer = StreamWriter::try_new(&mut bytes, &parts[0].schema()).unwrap();
    parts.iter().for_each(|p| writer.write(p).unwrap());
    writer.finish().unwrap();
    folder.write("s.arrows", bytes);
    let notes = |batches: Vec<RecordBatch>| -> Vec<Option<String>> {
        let cells = |b: &RecordBatch| {
            let column = b.column_by_name("note").unwrap();
            let plain = column.as_any_dictionary_opt().map_or(Arc::clone(column), |d| arrow_select::take::take(d.values(), d.keys(), None).unwrap());
            plain.as_string::<i32>().iter().map(|c| c.map(str::to_owned)).collect::<Vec<_>>()
        };
        batches.iter().flat_map(cells).collect()
    };
    let expected = [Some("one".to_owned()), None, Some("two".to_owned()), None];
    for flags in ["", " --explain id=nobody"] {
        assert_eq!(folder.run(&format!("run small.tariff s.arrows -q -o out.arrow{flags}")).status, 1);
        let file = File::open(folder.path().join("out.arrow")).unwrap();
        assert_eq!(notes(FileReader::try_new(file, None).unwrap().map(Result::unwrap).collect()), expected);
        folder.run(&format!("run small.tariff s.arrows -q -o out.parquet{flags}"));
        let (schema, rows) = read_parquet(&folder, "out.parquet");
        assert!(matches!(schema.field_with_name("note").unwrap().data_type(), DataType::Dictionary(..)));
        assert_eq!(notes(rows), expected);
    }
    // A moment that no calendar has is told.
    let out = folder.run("run small.tariff s.arrows -q --output-format csv").out;
    assert!(out.contains("\n2,rejected,,,,,,,,\"row 2, column `entered`: `second 9223372036854` is not a date"), "{out}");
}
