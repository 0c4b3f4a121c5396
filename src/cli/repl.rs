//! `repl`: the interactive session, at a terminal or from a pipe.

mod editor;

use super::book::Reading;
use super::terminal::Terminal;
use super::{End, Failure, Outcome};
use carveout::repl::{Options, Session};
use carveout::world::Disk;
use clap::Args;
use std::io::{self, BufRead, IsTerminal, Write};
use std::path::PathBuf;

/// Ask a book questions, and try changes of it, line by line
#[derive(Args)]
#[command(after_help = "From a pipe the results alone are printed, errors in their place. `:help` lists what can be typed.")]
pub struct Repl {
    /// A folder with `.tariff` files, or one such file; `:load` opens one later
    book: Option<PathBuf>,
    #[command(flatten)]
    reading: Reading,
}

impl Repl {
    pub fn run(&self, terminal: &mut Terminal) -> Outcome {
        let scenario = self.reading.version.scenario.clone();
        let options = Options { bare_start: self.reading.bare_start(), known_at: self.reading.known_at, scenario, colour: terminal.colour() };
        let mut session = Session::new(&Disk, options);
        let opened = match &self.book {
            Some(path) => session.open(path).map_err(Failure::Said)?,
            None => String::new(),
        };
        if io::stdin().is_terminal() && io::stdout().is_terminal() {
            return editor::run(session, &opened, terminal);
        }
        plain(&mut session, &opened, terminal)
    }
}

/// Results alone, each as soon as its line is there.
fn plain(session: &mut Session<'_>, opened: &str, terminal: &mut Terminal) -> Outcome {
    // A book that is in order has nothing to say; one that cannot be run explains what follows.
    if !session.can_assess() {
        terminal.out().write_all(opened.as_bytes())?;
    }
    let mut input = io::stdin().lock();
    let mut bytes = Vec::new();
    loop {
        bytes.clear();
        let read = input.read_until(b'\n', &mut bytes).map_err(|e| Failure::Said(format!("the input cannot be read: {e}")))?;
        let reply = if read == 0 { session.finish() } else { session.line(String::from_utf8_lossy(&bytes).trim_end_matches(['\n', '\r'])) };
        terminal.out().write_all(reply.text.as_bytes())?;
        terminal.flush()?;
        if reply.quit || read == 0 {
            return Ok(End::Good);
        }
    }
}
