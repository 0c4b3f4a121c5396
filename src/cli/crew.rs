//! Rows taken apart, assessed and written by several threads; what they make is put together in the order of the input.

use carveout::facts::{Block, Columns, CsvReader, CsvRow};
use carveout::outcome::{self, Explanation, Status};
use carveout::plan::{ByMeasure, Given, Layout, Plan, Reader, Runner};
use carveout::source::Sources;
use std::collections::BTreeMap;
use std::io::{self, BufRead};
use std::sync::mpsc::{Receiver, SyncSender, sync_channel};
use std::sync::{Condvar, Mutex, MutexGuard, PoisonError};

/// So many blocks for each thread are under way at once, so that memory is bounded however long one of them takes.
const AHEAD: usize = 4;

/// What the threads share.
pub struct Crew<'b> {
    pub plan: &'b Plan<'b>,
    pub sources: &'b Sources,
    pub columns: &'b Columns,
    /// The columns that are carried through.
    pub carried: Vec<usize>,
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
}

pub enum Part {
    /// Rows of the output.
    Written(Vec<u8>),
    /// A row that the caller assesses.
    Row(CsvRow),
}

/// The input, and how many blocks have been taken from it and given back.
struct Shared<R> {
    reader: Mutex<(CsvReader<R>, usize)>,
    /// Room for rows of the output that has been used, and serves again.
    spare: Mutex<Vec<Vec<u8>>>,
    given_back: Mutex<usize>,
    more: Condvar,
}

impl Crew<'_> {
    /// Puts all rows through. `each` takes what comes of the blocks, in order; its first failure ends the run.
    pub fn run<R: BufRead + Send, E>(&self, reader: CsvReader<R>, mut each: impl FnMut(io::Result<&mut Done>) -> Result<(), E>) -> Result<(), E> {
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

    fn work<R: BufRead>(&self, shared: &Shared<R>, window: usize, sender: &SyncSender<(usize, io::Result<Done>)>) {
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
                    hand.out = lock(&shared.spare).pop().unwrap_or_default();
                    Ok(hand.block(block, &mut used))
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

fn put_together<R, E>(
    receiver: &Receiver<(usize, io::Result<Done>)>,
    shared: &Shared<R>,
    each: &mut impl FnMut(io::Result<&mut Done>) -> Result<(), E>,
) -> Result<(), E> {
    let (mut waiting, mut next) = (BTreeMap::new(), 0usize);
    for (number, done) in receiver {
        waiting.insert(number, done);
        while let Some(mut done) = waiting.remove(&next) {
            each(done.as_mut().map_err(|e| std::mem::replace(e, io::ErrorKind::Other.into())))?;
            let parts = done.map_or_else(|_| Vec::new(), |d| d.parts);
            lock(&shared.spare).extend(parts.into_iter().filter_map(|part| if let Part::Written(rows) = part { Some(rows) } else { None }));
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
    out: Vec<u8>,
}

impl<'b> Hand<'b> {
    fn new(crew: &'b Crew<'b>) -> Self {
        let program = crew.plan.interpreter.program;
        let reader = Reader::new(program, Layout::new(program, crew.columns, crew.bare_start));
        Hand { crew, runner: Runner::new(crew.plan), reader, done: Done::default(), out: Vec::new() }
    }

    fn block(&mut self, block: Block, used: &mut Option<Vec<u8>>) -> Done {
        match block {
            Block::Rows(rows) => rows.into_iter().for_each(|row| self.row(row)),
            Block::Lines(first, bytes) => {
                match std::str::from_utf8(&bytes) {
                    Ok(text) => self.lines(first, text),
                    Err(_) => {
                        let mut rows = CsvReader::from_line(bytes.as_slice(), first);
                        let mut row = CsvRow::default();
                        while rows.read(&mut row).is_ok_and(|more| more) {
                            self.row(std::mem::take(&mut row));
                        }
                    }
                }
                *used = Some(bytes);
            }
        }
        self.cut();
        std::mem::take(&mut self.done)
    }

    fn lines(&mut self, first: usize, text: &str) {
        let Some(mut given) = self.reader.empty() else { return };
        self.out.reserve(text.len().saturating_mul(2));
        for (i, line) in text.split_inclusive('\n').enumerate() {
            let line = line.strip_suffix('\n').unwrap_or(line);
            let line = line.strip_suffix('\r').unwrap_or(line);
            if line.is_empty() {
                continue;
            }
            let number = first.saturating_add(i);
            if self.crew.looks || !self.line(number, line, &mut given) {
                self.row(CsvRow::of_line(number, line));
            }
        }
    }

    /// Assesses a plain line by the plan; `false` where it must be looked at more closely.
    fn line<'a>(&mut self, number: usize, line: &'a str, given: &mut Given<'a>) -> bool {
        let Some(id) = self.reader.read(line, given) else { return false };
        match id.is_empty() {
            true => self.planned(given, &number.to_string(), |at| line.split(',').nth(at).unwrap_or("")),
            false => self.planned(given, id, |at| line.split(',').nth(at).unwrap_or("")),
        }
    }

    /// Assesses a shipment by the plan, and writes its row with what is carried through.
    fn planned<'c>(&mut self, given: &Given<'_>, id: &str, carried: impl Fn(usize) -> &'c str) -> bool {
        let start = self.out.len();
        let summed = |hand: &mut Self| !hand.crew.sums || hand.runner.add_to(&mut hand.done.summed, given).is_some();
        if !self.runner.write_row(given, id, &mut self.out) || !summed(self) {
            self.out.truncate(start);
            return false;
        }
        if self.crew.writes {
            for at in &self.crew.carried {
                self.out.push(b',');
                carveout::facts::write_cell(&mut self.out, carried(*at));
            }
            self.out.push(b'\n');
        } else {
            self.out.truncate(start);
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
        if !self.out.is_empty() {
            self.done.parts.push(Part::Written(std::mem::take(&mut self.out)));
        }
    }

    fn row(&mut self, row: CsvRow) {
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
            && self.planned(&given, &id, |at| row.cell(at).unwrap_or(""))
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

    fn hand_back(&mut self, row: CsvRow) {
        self.cut();
        self.done.rows = self.done.rows.saturating_add(1);
        self.done.parts.push(Part::Row(row));
    }

    fn write(&mut self, row: &CsvRow, cells: &[String; 10]) {
        let carried = self.crew.carried.iter().map(|at| row.cell(*at).unwrap_or(""));
        carveout::facts::write_row(&mut self.out, cells.iter().map(String::as_str).chain(carried));
    }
}
