//! Rows taken apart, assessed and written by several threads; what they make is put together in the order of the input.

use carveout::facts::{Block, Cell, Chunk, Columns, CsvReader, Fault, Input, Keys, Late, Record, Row, Shape, Sheet, json_lines};
use carveout::outcome::{self, Explanation, Status};
use carveout::plan::{ByMeasure, Fact, Given, Layout, Plan, Reader, Runner};
use carveout::source::Sources;
use carveout::value::{Country, GoodsCode};
use std::collections::BTreeMap;
use std::io;
use std::sync::mpsc::{Receiver, SyncSender, sync_channel};
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};

/// So many blocks for each thread are under way at once, so that memory is bounded however long one of them takes.
const AHEAD: usize = 4;

/// What the threads share.
pub struct Crew<'b> {
    pub plan: &'b Plan<'b>,
    pub sources: &'b Sources,
    pub columns: &'b Columns,
    /// What the output looks like.
    pub shape: Arc<Shape>,
    /// How lines of JSON are taken apart, where the input is of them.
    pub keys: Option<Keys>,
    pub bare_start: Option<bool>,
    /// Whether rows that the plan leaves to the interpreter are handed back: they draw on quotas, in order, or are summed.
    pub in_order: bool,
    /// Whether shipments are summed by measure.
    pub sums: bool,
    /// Whether rows are written.
    pub writes: bool,
    /// Whether the caller wants to see a row before it is assessed.
    pub looks: bool,
}

/// What comes of a block, in order.
#[derive(Default)]
pub struct Done {
    pub parts: Vec<Part>,
    pub rows: u64,
    pub assessed: u64,
    pub others: Vec<(Status, String)>,
    pub summed: ByMeasure,
    pub late: Late,
}

pub enum Part {
    /// Rows of the output.
    Written(Chunk),
    /// A row that the caller assesses.
    Row(Row),
}

/// The input, and how many blocks have been taken from it and given back.
struct Shared {
    reader: Mutex<(Input, usize)>,
    /// Room for rows of the output that has been used, and serves again.
    spare: Mutex<Vec<Chunk>>,
    given_back: Mutex<usize>,
    more: Condvar,
}

impl Crew<'_> {
    /// Puts all rows through. `each` takes what comes of the blocks, in order; its first failure ends the run.
    pub fn run<E>(&self, reader: Input, mut each: impl FnMut(io::Result<&mut Done>) -> Result<(), E>) -> Result<(), E> {
        let threads = std::thread::available_parallelism().map_or(1, usize::from);
        let window = threads.saturating_mul(AHEAD);
        let shared = Shared { reader: Mutex::new((reader, 0)), spare: Mutex::default(), given_back: Mutex::new(0), more: Condvar::new() };
        let (sender, receiver) = sync_channel(window);
        std::thread::scope(|scope| {
            for _ in 0..threads {
                let (sender, shared) = (sender.clone(), &shared);
                scope.spawn(move || self.work(shared, window, &sender));
            }
            drop(sender);
            let result = put_together(&receiver, &shared, &mut each);
            // Threads that wait for room, or for someone to take what they have, must not wait for ever.
            drop(receiver);
            *lock(&shared.given_back) = usize::MAX;
            shared.more.notify_all();
            result
        })
    }

    fn work(&self, shared: &Shared, window: usize, sender: &SyncSender<(usize, io::Result<Done>)>) {
        let mut hand = Hand::new(self);
        let mut used = None;
        loop {
            let (number, block) = {
                let mut reader = lock(&shared.reader);
                if let Some(used) = used.take() {
                    reader.0.reuse(used);
                }
                let number = reader.1;
                let mut given_back = lock(&shared.given_back);
                while number >= given_back.saturating_add(window) {
                    given_back = shared.more.wait(given_back).unwrap_or_else(PoisonError::into_inner);
                }
                drop(given_back);
                reader.1 = number.saturating_add(1);
                (number, reader.0.block())
            };
            let done = match block {
                Ok(Some(block)) => {
                    if let Some(used) = lock(&shared.spare).pop() {
                        hand.sheet.reuse(used);
                    }
                    hand.block(block, &mut used)
                }
                Ok(None) => return,
                Err(e) => Err(e),
            };
            let failed = done.is_err();
            if sender.send((number, done)).is_err() || failed {
                return;
            }
        }
    }
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

fn put_together<E>(
    receiver: &Receiver<(usize, io::Result<Done>)>,
    shared: &Shared,
    each: &mut impl FnMut(io::Result<&mut Done>) -> Result<(), E>,
) -> Result<(), E> {
    let (mut waiting, mut next) = (BTreeMap::new(), 0usize);
    for (number, done) in receiver {
        waiting.insert(number, done);
        while let Some(mut done) = waiting.remove(&next) {
            each(done.as_mut().map_err(|e| std::mem::replace(e, io::ErrorKind::Other.into())))?;
            let parts = done.map_or_else(|_| Vec::new(), |d| d.parts);
            for part in parts {
                if let Part::Written(rows) = part {
                    let mut spare = lock(&shared.spare);
                    if spare.len() < AHEAD {
                        spare.push(rows);
                    }
                }
            }
            next = next.saturating_add(1);
            *lock(&shared.given_back) = next;
            shared.more.notify_all();
        }
    }
    Ok(())
}

/// One thread with what it has learnt.
struct Hand<'b> {
    crew: &'b Crew<'b>,
    runner: Runner<'b>,
    reader: Reader<'b>,
    done: Done,
    sheet: Sheet,
    /// A row of the plan's, before it is put on the sheet.
    scratch: Vec<u8>,
    /// What stands for goods and origin until they are read.
    blank: Option<(GoodsCode, Country)>,
}

impl<'b> Hand<'b> {
    fn new(crew: &'b Crew<'b>) -> Self {
        let program = crew.plan.interpreter.program;
        let reader = Reader::new(program, Layout::new(program, crew.columns, crew.bare_start));
        let blank = reader.empty().map(|given| (given.hs, given.origin));
        Hand { blank, crew, runner: Runner::new(crew.plan), reader, done: Done::default(), sheet: Sheet::new(Arc::clone(&crew.shape)), scratch: Vec::new() }
    }

    fn block(&mut self, block: Block, used: &mut Option<Vec<u8>>) -> io::Result<Done> {
        match block {
            #[cfg(feature = "parquet")]
            Block::Columns(work) => {
                let mut room = Vec::new();
                work.each(|batch| (0..batch.rows).for_each(|at| self.record(&carveout::facts::BatchRow { batch, at }, &mut room)))?;
            }
            Block::Json(lines) => self.json(&json_lines(&lines).collect::<Vec<_>>()),
            Block::Rows(rows) => rows.into_iter().for_each(|row| self.row(row)),
            Block::Lines(first, bytes) => {
                match std::str::from_utf8(&bytes) {
                    Ok(text) => self.lines(first, text),
                    Err(_) => {
                        let mut rows = CsvReader::from_line(bytes.as_slice(), first);
                        let mut row = Row::default();
                        while rows.read(&mut row).is_ok_and(|more| more) {
                            self.row(std::mem::take(&mut row));
                        }
                    }
                }
                *used = Some(bytes);
            }
        }
        self.cut();
        Ok(std::mem::take(&mut self.done))
    }

    fn lines(&mut self, first: usize, text: &str) {
        let Some(mut given) = self.reader.empty() else { return };
        if let Some(out) = self.sheet.csv() {
            out.reserve(text.len().saturating_mul(2));
        }
        let (mut number, mut rest) = (first.saturating_sub(1), text);
        while !rest.is_empty() {
            let end = memchr::memchr(b'\n', rest.as_bytes()).unwrap_or(rest.len());
            let Some((line, after)) = rest.split_at_checked(end) else { return };
            rest = after.get(1..).unwrap_or("");
            number = number.saturating_add(1);
            let line = line.strip_suffix('\r').unwrap_or(line);
            if line.is_empty() {
                continue;
            }
            if self.crew.looks || !self.line(number, line, &mut given) {
                self.row(Row::of_line(number, line));
            }
        }
    }

    /// Assesses a plain line by the plan; `false` where it must be looked at more closely.
    fn line<'a>(&mut self, number: usize, line: &'a str, given: &mut Given<'a>) -> bool {
        let Some(id) = self.reader.read(line, given) else { return false };
        let record = Line { number, text: line };
        match id.is_empty() {
            true => self.planned(given, &number.to_string(), &record),
            false => self.planned(given, id, &record),
        }
    }

    /// Assesses lines of JSON, by the plan where they are plain.
    fn json(&mut self, lines: &[(usize, Result<&str, Fault>)]) {
        let Some(keys) = &self.crew.keys else { return };
        let (mut cells, mut room) = (Vec::new(), Vec::new());
        for (number, text) in lines {
            let row = match text {
                Ok(text) => match keys.plain(*number, text, &mut cells) {
                    Some(line) => {
                        self.record(&line, &mut room);
                        continue;
                    }
                    None => keys.row(*number, text, |name| self.done.late.add(name, *number)),
                },
                Err(fault) => keys.spoilt(*number, fault.clone()),
            };
            self.row(row);
        }
    }

    /// Assesses a record, by the plan where it can be. `room` serves one record after another.
    fn record(&mut self, record: &impl Record, room: &mut Vec<Fact<'static>>) {
        let done = !self.crew.looks
            && self.blank.is_some_and(|(hs, origin)| {
                let mut given = Given { hs, origin, facts: std::mem::take(room) };
                let done = match self.reader.read_record(record, &mut given) {
                    Some(Cell::Missing) => self.planned(&given, &record.line().to_string(), record),
                    Some(id) => self.planned(&given, &id.text(), record),
                    None => false,
                };
                given.facts.clear();
                // Nothing is left in it, so that it can hold what borrows from another record.
                *room = given.facts.into_iter().map(|_| Fact::Absent).collect();
                done
            });
        if !done {
            self.row(record.to_row());
        }
    }

    /// Assesses a shipment by the plan, and writes its row with what is carried through.
    fn planned(&mut self, given: &Given<'_>, id: &str, record: &impl Record) -> bool {
        self.scratch.clear();
        let out = self.sheet.csv().unwrap_or(&mut self.scratch);
        let start = out.len();
        if !self.runner.write_row(given, id, out) || (self.crew.sums && self.runner.add_to(&mut self.done.summed, given).is_none()) {
            out.truncate(start);
            return false;
        }
        if !self.crew.writes {
            out.truncate(start);
        } else if let Some(out) = self.sheet.csv() {
            for at in self.crew.shape.carried() {
                out.push(b',');
                carveout::facts::write_cell(out, &record.cell(*at).text());
            }
            out.push(b'\n');
        } else {
            self.sheet.written(&self.scratch, id, record);
        }
        self.counted();
        true
    }

    fn counted(&mut self) {
        self.done.rows = self.done.rows.saturating_add(1);
        self.done.assessed = self.done.assessed.saturating_add(1);
    }

    /// Puts what has been written among the parts.
    fn cut(&mut self) {
        if !self.sheet.is_empty() {
            self.done.parts.push(Part::Written(self.sheet.take()));
        }
    }

    fn row(&mut self, row: Row) {
        let (crew, program) = (self.crew, self.crew.plan.interpreter.program);
        if crew.looks {
            return self.hand_back(row);
        }
        let id = crew.columns.id(&row);
        let shipment = match crew.columns.shipment(program, &row, crew.bare_start) {
            Ok(shipment) => shipment,
            Err(_) if crew.in_order => return self.hand_back(row),
            Err(rejection) => {
                self.write(&row, &outcome::rejected_row(&id, &rejection.to_string()));
                return self.not_assessed(Status::Rejected, rejection.reason());
            }
        };
        if let Some(given) = Given::of(program, &shipment)
            && self.planned(&given, &id, &row)
        {
            return;
        }
        if crew.in_order {
            return self.hand_back(row);
        }
        let assessment = crew.plan.interpreter.assess(&shipment);
        let explanation = Explanation { program, sources: crew.sources, shipment: &shipment, assessment: &assessment };
        self.write(&row, &outcome::row(&explanation, &id));
        match assessment.status {
            Status::Assessed => self.counted(),
            status => self.not_assessed(status, outcome::reason(&explanation)),
        }
    }

    fn not_assessed(&mut self, status: Status, reason: String) {
        self.done.rows = self.done.rows.saturating_add(1);
        self.done.others.push((status, reason));
    }

    fn hand_back(&mut self, row: Row) {
        self.cut();
        self.done.rows = self.done.rows.saturating_add(1);
        self.done.parts.push(Part::Row(row));
    }

    fn write(&mut self, row: &Row, cells: &[String; 10]) {
        self.sheet.row(cells.iter().map(String::as_str), Some(row));
    }
}

/// A line of CSV without quotes.
struct Line<'a> {
    number: usize,
    text: &'a str,
}

impl Record for Line<'_> {
    fn line(&self) -> usize {
        self.number
    }

    fn cell(&self, at: usize) -> Cell<'_> {
        self.text.split(',').nth(at).filter(|cell| !cell.is_empty()).map_or(Cell::Missing, Cell::Text)
    }

    fn to_row(&self) -> Row {
        Row::of_line(self.number, self.text)
    }
}
