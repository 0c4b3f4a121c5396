//! `completions` and `man`: the program described to shells and to `man`.

use super::terminal::Terminal;
use super::{Arguments, End, Failure, Outcome};
use clap::{Args, CommandFactory};
use clap_complete::Shell;
use std::io::Write;

/// Print the completions of a shell
#[derive(Args)]
pub struct Completions {
    shell: Shell,
}

impl Completions {
    pub fn run(&self, terminal: &mut Terminal) -> Outcome {
        // Generated whole first: the generator panics where its output is closed.
        let mut text = Vec::new();
        clap_complete::generate(self.shell, &mut Arguments::command(), "carveout", &mut text);
        terminal.out().write_all(&text)?;
        Ok(End::Good)
    }
}

/// Print the man page of the program or of a command
#[derive(Args)]
pub struct Man {
    command: Option<String>,
}

impl Man {
    pub fn run(&self, terminal: &mut Terminal) -> Outcome {
        let mut program = Arguments::command();
        program.build();
        let described = match &self.command {
            None => program,
            Some(name) => match program.find_subcommand(name) {
                Some(command) => command.clone(),
                None => return Err(Failure::Said(format!("there is no command `{name}`; `carveout --help` lists them"))),
            },
        };
        let mut text = Vec::new();
        clap_mangen::Man::new(described).render(&mut text)?;
        terminal.out().write_all(&text)?;
        Ok(End::Good)
    }
}
