//! The commands of a session: their names, what each does, and which one a misspelt word meant.

use crate::problem::did_you_mean;

/// One command.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Command {
    /// Without its colon.
    pub name: &'static str,
    /// What follows it, as help shows it.
    pub argument: &'static str,
    /// One line.
    pub summary: &'static str,
    /// What a single command's help adds.
    pub details: &'static str,
    /// What its argument is, so that it can be completed.
    pub takes: Takes,
}

/// What the argument of a command is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Takes {
    /// Nothing.
    Nothing,
    /// A name of the book.
    Name,
    /// A file.
    File,
    /// The code of a finding.
    Code,
    /// A command.
    Command,
    /// A date.
    Date,
    /// A scenario of the book.
    Scenario,
}

macro_rules! commands {
    ($($name:literal $argument:literal $takes:ident $summary:literal $details:literal),* $(,)?) => {
        /// Every command, in the order of the help.
        pub const COMMANDS: &[Command] = &[$(Command { name: $name, argument: $argument, summary: $summary, details: $details, takes: Takes::$takes }),*];
    };
}

commands! {
    "load" "PATH" File "open a book: a folder with `.tariff` files, or one such file"
        "The shipment and the knowledge date stay; items that were added to the book before do not.",
    "reload" "" Nothing "read the files again"
        "Items that were added in the session stay added. At a terminal this is done by itself when a file has changed.",
    "check" "" Nothing "all findings of the book and of the added items" "",
    "info" "NAME" Name "a declaration with its place, text and citations, and what acts on it"
        "NAME is anything that is declared, a fact of a shipment, a country, or a goods code.",
    "where" "NAME" Name "the goods, origins and times that a rule reaches, and where it counts"
        "NAME is a measure, a relief, a limit, a group, an event or a set; a labelled clause is `MEASURE.LABEL`. It is asked of the book as known \
         on the day and under the scenario of the session.",
    "explain" "CODE" Code "the page of a finding, such as T100" "Without a code it lists all.",
    "why" "[NAME]" Name "the whole reasoning for the shipment, or that for one measure or relief" "",
    "why-not" "NAME" Name "why a measure or relief does not apply, and the nearest change that would make it"
        "The places where the rules of the book change are tried: dates, codes, origins, facts and days of knowledge, first one at a time, then two. \
         What is shown can be typed as a line.",
    "when" "[NAME]" Name "the shipment through time: every change of rate, with what it cites"
        "NAME is a measure, a group, or a relief, which shows what it relieves.",
    "known-at" "[DATE]" Date "assess by what was published up to a day; without a day, by all that is known" "",
    "scenario" "[NAME]" Scenario "assess under a scenario of the book; without a name, under none" "",
    "test" "" Nothing "run the tests of the book" "",
    "batch" "FILE" File "assess the shipments of a CSV file, and sum up" "",
    "diff" "" Nothing "what the added items change, against the files"
        "Shown for the shipment, and for each shipment of the book's tests that comes out otherwise.",
    "undo" "" Nothing "take back the last thing that changed anything" "",
    "save" "FILE" File "write the added items to a file"
        "A file that exists is left alone; `:save! FILE` replaces it. In the folder of the book the items become part of it.",
    "help" "[COMMAND]" Command "this, or more about one command" "",
    "quit" "" Nothing "leave; so does the end of the input" "",
}

/// The command of a name, or what to say of a name that is none.
pub fn find(name: &str) -> Result<&'static Command, String> {
    if let Some(known) = COMMANDS.iter().find(|c| c.name == name) {
        return Ok(known);
    }
    // What is typed short is meant where it can be only one.
    let mut begun = COMMANDS.iter().filter(|c| !name.is_empty() && c.name.starts_with(name));
    if let (Some(only), None) = (begun.next(), begun.next()) {
        return Ok(only);
    }
    let help = match did_you_mean(name, COMMANDS.iter().map(|c| c.name)) {
        Some(close) => format!("did you mean `:{close}`?"),
        None => "`:help` lists the commands".to_owned(),
    };
    Err(format!("there is no command `:{name}`: {help}"))
}

/// What can be typed, or more about one command.
pub fn help(name: &str) -> Result<String, String> {
    if !name.is_empty() {
        let command = find(name.trim_start_matches(':'))?;
        let usage = format!(":{} {}", command.name, command.argument);
        let details = if command.details.is_empty() { String::new() } else { format!("\n  {}", command.details) };
        return Ok(format!("{}\n  {}{details}\n", usage.trim_end(), command.summary));
    }
    let mut out = String::from(LINES);
    let shown = |c: &Command| format!(":{} {}", c.name, c.argument).trim_end().to_owned();
    let width = COMMANDS.iter().map(|c| shown(c).chars().count()).max().unwrap_or(0);
    for command in COMMANDS {
        out.push_str(&format!("  {:width$}  {}\n", shown(command), command.summary));
    }
    Ok(out)
}

const LINES: &str = "\
a shipment   3901.20.00 of origin US value CNY 1_000_000 entered 2025-05-01
a change     entered 2025-05-14 13:00 · origin CN · value CNY 5 · known at 2025-04-10 · 3901.10.00
an item      suspension try of general by 10 points from 2025-06-01
             (goes on while lines are indented; a blank line ends it)
a question   rate of general · value * 2 · rate of general <= 10%

";

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_misspelt_command_is_asked_about_and_a_short_one_understood() {
        assert_eq!(find("why-nto").unwrap_err(), "there is no command `:why-nto`: did you mean `:why-not`?");
        assert_eq!(find("frobnicate").unwrap_err(), "there is no command `:frobnicate`: `:help` lists the commands");
        assert_eq!(find("q").unwrap().name, "quit");
        assert_eq!(find("why").unwrap().name, "why");
        assert!(find("s").is_err(), "`save` or `scenario`");
        assert!(find("").is_err());
    }

    #[test]
    fn every_command_is_listed_and_has_its_own_help() {
        let all = help("").unwrap();
        for command in COMMANDS {
            assert!(all.contains(&format!(":{}", command.name)));
            assert!(help(command.name).unwrap().contains(command.summary));
        }
    }
}
