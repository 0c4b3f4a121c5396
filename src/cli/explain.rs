//! `explain`: the page of a finding.

use super::terminal::Terminal;
use super::{End, Failure, Outcome};
use carveout::problem;
use clap::Args;
use std::io::Write;

/// Print the page of a finding: what it means, an example, how to mend it
#[derive(Args)]
pub struct Explain {
    /// Such as T100; without one, all codes are listed
    code: Option<String>,
}

impl Explain {
    pub fn run(&self, terminal: &mut Terminal) -> Outcome {
        let Some(code) = &self.code else {
            for (_, text) in problem::pages() {
                writeln!(terminal.out(), "{}", text.lines().next().unwrap_or("").trim_start_matches(['#', ' ']))?;
            }
            return Ok(End::Good);
        };
        let Some(text) = problem::page(code) else {
            let upper = code.to_uppercase();
            let close = problem::did_you_mean(&upper, problem::pages().iter().map(|(c, _)| *c));
            let help =
                close.map_or_else(|| "`carveout explain` lists all codes".to_owned(), |c| format!("did you mean `{c}`? `carveout explain` lists all codes"));
            return Err(Failure::Said(format!("there is no code `{code}`: {help}")));
        };
        writeln!(terminal.out(), "{}", text.trim_end())?;
        Ok(End::Good)
    }
}
