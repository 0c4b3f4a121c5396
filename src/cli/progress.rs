//! How far a long run has come, for those who watch it.

use super::terminal::Terminal;
use std::io::{self, IsTerminal, Write};
use std::time::{Duration, Instant};

/// A line on standard error that is rewritten a few times a second.
pub struct Progress {
    shown: bool,
    rows: u64,
    begun: Instant,
    next: Duration,
}

/// The clock is looked at once in so many rows.
const EVERY: u64 = 256;

impl Progress {
    /// Shown only where a terminal is watched that rows do not fill themselves.
    pub fn new(terminal: &Terminal, to_stdout: bool) -> Self {
        let shown = terminal.is_watched() && !(to_stdout && io::stdout().is_terminal());
        Progress { shown, rows: 0, begun: Instant::now(), next: Duration::from_millis(500) }
    }

    pub fn row(&mut self) {
        self.rows = self.rows.saturating_add(1);
        if self.rows.is_multiple_of(EVERY) {
            self.show();
        }
    }

    /// So many rows at once.
    pub fn rows(&mut self, count: u64) {
        self.rows = self.rows.saturating_add(count);
        self.show();
    }

    /// So many of so many.
    pub fn part(&mut self, done: usize, all: usize, what: &str) {
        if self.is_due().is_some() {
            let _ = write!(io::stderr(), "\r{done} of {all} {what} ");
        }
    }

    /// The time passed, where the line is to be written again.
    fn is_due(&mut self) -> Option<Duration> {
        let passed = self.begun.elapsed();
        if !self.shown || passed < self.next {
            return None;
        }
        self.next = passed.saturating_add(Duration::from_millis(200));
        Some(passed)
    }

    fn show(&mut self) {
        let Some(passed) = self.is_due() else { return };
        let rate = u128::from(self.rows).saturating_mul(1000).checked_div(passed.as_millis()).unwrap_or(0);
        let _ = write!(io::stderr(), "\r{} rows, {rate} a second ", self.rows);
    }

    /// Takes the line away.
    pub fn end(&self) {
        if self.shown && self.begun.elapsed() >= Duration::from_millis(500) {
            let _ = write!(io::stderr(), "\r\u{1b}[K");
        }
    }
}
