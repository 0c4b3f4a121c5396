//! Standard output and error: what is coloured, what is said, and a buffer in between.

use super::{Failure, When};
use std::ffi::OsStr;
use std::io::{self, BufWriter, IsTerminal, Stdout, Write};

/// Where results and messages go.
pub struct Terminal {
    out: BufWriter<Stdout>,
    when: When,
    quiet: bool,
}

impl Terminal {
    pub fn new(when: When, quiet: bool) -> Self {
        Terminal { out: BufWriter::with_capacity(1 << 16, io::stdout()), when, quiet }
    }

    /// Results.
    pub fn out(&mut self) -> &mut impl Write {
        &mut self.out
    }

    /// Whether results are coloured.
    pub fn colour(&self) -> bool {
        self.coloured(io::stdout().is_terminal())
    }

    /// Whether messages are coloured.
    fn colour_messages(&self) -> bool {
        self.coloured(io::stderr().is_terminal())
    }

    fn coloured(&self, terminal: bool) -> bool {
        wants_colour(self.when, terminal, std::env::var_os("NO_COLOR").as_deref(), std::env::var_os("TERM").as_deref())
    }

    /// A message that goes without saying when `--quiet` is given. Nothing can be done where standard error is closed.
    pub fn say(&mut self, words: &str) {
        if !self.quiet {
            self.message(words);
        }
    }

    /// A line on standard error, after all results so far.
    pub fn message(&mut self, words: &str) {
        let _ = self.out.flush();
        let _ = writeln!(io::stderr(), "{words}");
    }

    /// What is wrong with the usage or the input.
    pub fn error(&mut self, words: &str) {
        let (on, off) = if self.colour_messages() { ("\u{1b}[1;31m", "\u{1b}[0m") } else { ("", "") };
        self.message(&format!("{on}error{off}: {words}"));
    }

    /// Findings of a book that stand in the way of another command.
    pub fn problems(&mut self, problems: &carveout::problem::Problems, sources: &carveout::source::Sources) {
        let colour = self.colour_messages();
        let shown = carveout::problem::render_all(problems, sources, colour);
        self.message(shown.trim_end_matches('\n'));
    }

    /// Whether somebody reads messages as they come, and wants them.
    pub fn is_watched(&self) -> bool {
        !self.quiet && io::stderr().is_terminal()
    }

    pub fn is_quiet(&self) -> bool {
        self.quiet
    }

    pub fn flush(&mut self) -> Result<(), Failure> {
        Ok(self.out.flush()?)
    }
}

/// One JSON value, laid out to be read.
pub fn json(out: &mut impl Write, value: &serde_json::Value) -> Result<(), Failure> {
    serde_json::to_writer_pretty(&mut *out, value).map_err(io::Error::from)?;
    Ok(writeln!(out)?)
}

/// What is asked for on the command line comes before what the surroundings say. An empty `NO_COLOR` counts as none.
fn wants_colour(when: When, terminal: bool, no_color: Option<&OsStr>, term: Option<&OsStr>) -> bool {
    match when {
        When::Always => true,
        When::Never => false,
        When::Auto => terminal && no_color.is_none_or(OsStr::is_empty) && term.is_none_or(|t| t != "dumb"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn colour_is_for_terminals_that_do_not_refuse_it() {
        let auto = |terminal, no_color: Option<&str>, term: &str| wants_colour(When::Auto, terminal, no_color.map(OsStr::new), Some(OsStr::new(term)));
        assert!(auto(true, None, "xterm") && auto(true, Some(""), "xterm"));
        assert!(!auto(true, Some("1"), "xterm") && !auto(true, None, "dumb") && !auto(false, None, "xterm"));
        assert!(wants_colour(When::Always, false, Some(OsStr::new("1")), None));
        assert!(!wants_colour(When::Never, true, None, None));
    }
}
