//! How fast shipments are assessed: by the plan and by the interpreter, warm, on one thread. `cargo bench` runs it.

#![allow(clippy::unwrap_used, clippy::indexing_slicing, clippy::string_slice, clippy::arithmetic_side_effects)]

mod workload;

use carveout::facts::{Columns, CsvReader, Row, Shipment};
use carveout::outcome::Interpreter;
use carveout::plan::{Layout, Plan, Reader, Runner};
use carveout::program::{Checked, check};
use divan::counter::ItemsCount;
use divan::{Bencher, black_box};
use std::path::Path;

const COUNT: usize = 20_000;

fn main() {
    divan::main();
}

struct Work {
    checked: Checked,
    text: String,
}

impl Work {
    fn new() -> Work {
        let lines = workload::lines();
        let checked = check(&workload::rules(&lines).world(), Path::new("work.tariff")).unwrap();
        assert!(checked.runnable().is_some(), "{}", carveout::problem::render_all(&checked.problems, &checked.sources, false));
        let mut dice = workload::Dice::new(7);
        let text = (0..COUNT).map(|i| workload::shipment(&mut dice, &lines, i)).collect();
        Work { checked, text }
    }

    fn columns(&self) -> Columns {
        let (mut header, mut row) = (CsvReader::new(workload::HEADER.as_bytes()), Row::default());
        header.read(&mut row).unwrap();
        Columns::new(self.checked.runnable().unwrap(), &row, &[]).unwrap()
    }

    fn shipments(&self) -> Vec<Shipment> {
        let (program, columns) = (self.checked.runnable().unwrap(), self.columns());
        let (mut rows, mut row, mut out) = (CsvReader::new(self.text.as_bytes()), Row::default(), Vec::new());
        while rows.read(&mut row).unwrap() {
            out.push(columns.shipment(program, &row, None).unwrap());
        }
        out
    }
}

/// From a line of text to a line of text.
#[divan::bench]
fn rows_by_the_plan(bencher: Bencher) {
    let work = Work::new();
    let program = work.checked.runnable().unwrap();
    let interpreter = Interpreter::new(program, None);
    let plan = Plan::new(&interpreter);
    let mut runner = Runner::new(&plan);
    let mut reader = Reader::new(program, Layout::new(program, &work.columns(), None));
    let mut out = Vec::new();
    bencher.counter(ItemsCount::new(COUNT)).bench_local(|| {
        out.clear();
        let mut given = reader.empty().unwrap();
        for line in work.text.lines() {
            let id = reader.read(line, &mut given).unwrap();
            assert!(runner.write_row(&given, id, &mut out));
        }
        black_box(out.len())
    });
}

/// From facts to totals.
#[divan::bench]
fn totals_by_the_plan(bencher: Bencher) {
    let work = Work::new();
    let interpreter = Interpreter::new(work.checked.runnable().unwrap(), None);
    let plan = Plan::new(&interpreter);
    let mut runner = Runner::new(&plan);
    let shipments = work.shipments();
    bencher.counter(ItemsCount::new(COUNT)).bench_local(|| shipments.iter().filter(|s| runner.totals(black_box(s)).is_some()).count());
}

/// The same by the interpreter, which the plan must equal.
#[divan::bench(sample_count = 5)]
fn totals_by_the_interpreter(bencher: Bencher) {
    let work = Work::new();
    let interpreter = Interpreter::new(work.checked.runnable().unwrap(), None);
    let shipments = work.shipments();
    let few = &shipments[..1000];
    bencher.counter(ItemsCount::new(few.len())).bench_local(|| few.iter().filter(|s| interpreter.assess(black_box(s)).totals.is_some()).count());
}

/// What comes before the first row: a book of 8,000 lines is read, checked and compiled.
#[divan::bench(sample_count = 10)]
fn from_text_to_plan(bencher: Bencher) {
    let lines = workload::lines();
    let world = workload::rules(&lines).world();
    bencher.bench_local(|| {
        let checked = check(&world, Path::new("work.tariff")).unwrap();
        let interpreter = Interpreter::new(checked.runnable().unwrap(), None);
        Plan::new(&interpreter).listing().len()
    });
}
