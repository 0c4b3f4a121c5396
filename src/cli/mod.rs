//! The command line. Commands are thin: they read arguments, ask the library, and write what it answers.
//!
//! Results go to standard output and messages to standard error, so that either can be kept without the other.

mod assessing;
mod book;
mod check;
mod completions;
mod crew;
mod diff;
mod difference;
mod explain;
mod files;
mod fixing;
mod fmt;
mod frame;
mod ledger;
mod new;
mod plan;
mod progress;
mod refunding;
mod repl;
mod run;
mod stating;
mod table;
mod terminal;
mod test;
mod testing;
mod timeline;
mod whereabouts;
mod why;

use clap::{Parser, Subcommand, ValueEnum};
use std::io;
use std::process::ExitCode;
use terminal::Terminal;

/// Tariff law as text that is checked and run.
#[derive(Parser)]
#[command(name = "carveout", version, about, long_about = None, propagate_version = true, after_help = EXIT_STATUS)]
struct Arguments {
    #[command(subcommand)]
    command: Command,
    /// When to use colour; `auto` is on a terminal, unless `NO_COLOR` is set
    #[arg(long, global = true, value_name = "WHEN", default_value = "auto", help_heading = "Common options")]
    color: When,
    /// Say only what was asked for, and errors
    #[arg(long, short, global = true, help_heading = "Common options")]
    quiet: bool,
}

const EXIT_STATUS: &str = "Exit status: 0 good, 1 found something (errors, failing tests, shipments not assessed), 2 wrong usage or unreadable input.";

#[derive(Clone, Copy, PartialEq, Eq, ValueEnum)]
enum When {
    Auto,
    Always,
    Never,
}

#[derive(Subcommand)]
enum Command {
    New(new::New),
    Check(check::Check),
    Fmt(fmt::Fmt),
    Run(Box<run::Run>),
    Why(Box<why::Why>),
    Test(test::Test),
    Timeline(Box<timeline::Timeline>),
    Where(whereabouts::Where),
    Diff(Box<diff::Diff>),
    Plan(Box<plan::ShowPlan>),
    Explain(explain::Explain),
    Completions(completions::Completions),
    #[command(hide = true)]
    Man(completions::Man),
    Repl(repl::Repl),
}

/// How a command ended that did what it was asked to.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum End {
    Good,
    /// Errors, failing tests, a difference, shipments not assessed.
    Found,
}

/// Why a command could not do what it was asked to.
pub enum Failure {
    /// Wrong usage or unreadable input, in words.
    Said(String),
    /// Whoever read the output has closed it: nothing is wrong.
    Closed,
}

impl From<io::Error> for Failure {
    fn from(error: io::Error) -> Self {
        match error.kind() {
            io::ErrorKind::BrokenPipe => Failure::Closed,
            _ => Failure::Said(format!("the output cannot be written: {error}")),
        }
    }
}

pub type Outcome = Result<End, Failure>;

/// Runs the program.
pub fn main() -> ExitCode {
    let arguments = match Arguments::try_parse() {
        Ok(arguments) => arguments,
        Err(error) => {
            // Help that nobody reads is no failure.
            let _ = error.print();
            return ExitCode::from(u8::try_from(error.exit_code()).unwrap_or(2));
        }
    };
    let mut terminal = Terminal::new(arguments.color, arguments.quiet);
    let outcome = match &arguments.command {
        Command::New(c) => c.run(&mut terminal),
        Command::Check(c) => c.run(&mut terminal),
        Command::Fmt(c) => c.run(&mut terminal),
        Command::Run(c) => c.run(&mut terminal),
        Command::Why(c) => c.run(&mut terminal),
        Command::Test(c) => c.run(&mut terminal),
        Command::Timeline(c) => c.run(&mut terminal),
        Command::Where(c) => c.run(&mut terminal),
        Command::Diff(c) => c.run(&mut terminal),
        Command::Plan(c) => c.run(&mut terminal),
        Command::Explain(c) => c.run(&mut terminal),
        Command::Completions(c) => c.run(&mut terminal),
        Command::Man(c) => c.run(&mut terminal),
        Command::Repl(c) => c.run(&mut terminal),
    };
    let flushed = terminal.flush();
    match outcome.and_then(|end| flushed.map(|()| end)) {
        Ok(End::Good) | Err(Failure::Closed) => ExitCode::SUCCESS,
        Ok(End::Found) => ExitCode::from(1),
        Err(Failure::Said(words)) => {
            terminal.error(&words);
            ExitCode::from(2)
        }
    }
}
