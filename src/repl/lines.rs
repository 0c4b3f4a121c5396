//! From lines to entries: a command, a line of facts, or an item, which may take several lines.
//!
//! An item goes on while the lines that follow are indented, or while a quotation in it is open; a blank line or the next
//! line in column 0 ends it. A file of a book can thus be pasted as it is.

use crate::problem::did_you_mean;
use crate::syntax::{ITEMS, is_complete, keywords, parse_session_line};

/// What is run as one, and kept as one in the history.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Entry {
    /// `:why general`, without the colon and the blanks around it.
    Command(String),
    /// A shipment, a change of facts, or an expression.
    Line(String),
    /// An item of the language, whole.
    Item(String),
    /// An indented line that no item is there for.
    Stray(String),
}

impl Entry {
    /// The entry as it was typed.
    pub fn text(&self) -> String {
        match self {
            Entry::Command(text) => format!(":{text}"),
            Entry::Line(text) | Entry::Item(text) | Entry::Stray(text) => text.clone(),
        }
    }
}

/// The lines of an item that is not yet at its end.
#[derive(Clone, Debug, Default)]
pub struct Pending {
    item: Option<String>,
}

impl Pending {
    /// Whether further lines may belong to what was typed.
    pub fn is_open(&self) -> bool {
        self.item.is_some()
    }

    /// Takes a line; gives what is complete with it.
    pub fn push(&mut self, line: &str) -> Vec<Entry> {
        let line = line.trim_end();
        let mut done = Vec::new();
        if let Some(item) = &mut self.item {
            let quoted = !is_complete(item);
            let indented = line.starts_with([' ', '\t']);
            // A remark in column 0 stands between the lines of an item as it may in a file.
            if quoted || indented || line.starts_with('#') {
                item.push('\n');
                item.push_str(line);
                return done;
            }
            done.extend(self.finish());
        }
        match kind(line) {
            Kind::Nothing => {}
            Kind::Command => done.push(Entry::Command(line.trim_start_matches(':').trim().to_owned())),
            Kind::Line => done.push(Entry::Line(line.to_owned())),
            Kind::Stray => done.push(Entry::Stray(line.to_owned())),
            Kind::Item => self.item = Some(line.to_owned()),
        }
        done
    }

    /// Ends an item for which no further line comes.
    pub fn finish(&mut self) -> Option<Entry> {
        self.item.take().map(Entry::Item)
    }
}

enum Kind {
    Nothing,
    Command,
    Line,
    Stray,
    Item,
}

fn kind(line: &str) -> Kind {
    if line.is_empty() || line.starts_with('#') {
        return Kind::Nothing;
    }
    if line.starts_with(':') {
        return Kind::Command;
    }
    if line.starts_with([' ', '\t']) {
        return Kind::Stray;
    }
    let word = first_word(line);
    // `scenario collapse` changes a fact, though `scenario` also begins an item.
    if parse_session_line(line, 0).is_ok() || !begins_item(word) { Kind::Line } else { Kind::Item }
}

/// Whether a word begins an item, or is so close to one that does that the checker will ask whether it was meant.
fn begins_item(word: &str) -> bool {
    let known = || ITEMS.into_iter().filter(|i| *i != "with");
    let misspelt = || word.chars().count() > 3 && !keywords().iter().any(|k| k == word) && did_you_mean(word, known()).is_some();
    known().any(|i| i == word) || misspelt()
}

fn first_word(line: &str) -> &str {
    line.split(|c: char| !(c.is_ascii_lowercase() || c == '_')).next().unwrap_or("")
}

/// A text of several lines as entries.
pub fn entries(text: &str) -> Vec<Entry> {
    let mut pending = Pending::default();
    let mut all: Vec<Entry> = text.lines().flat_map(|l| pending.push(l)).collect();
    all.extend(pending.finish());
    all
}

/// Whether a text ends within an item, so that a further line may belong to it.
pub fn is_open(text: &str) -> bool {
    let mut pending = Pending::default();
    for line in text.split('\n') {
        pending.push(line);
    }
    pending.is_open()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_item_goes_on_while_lines_are_indented() {
        let text = "measure a\n    on all goods of any origin\n    rate 5%\nvalue * 2\n:why a\n";
        let item = Entry::Item("measure a\n    on all goods of any origin\n    rate 5%".to_owned());
        assert_eq!(entries(text), [item, Entry::Line("value * 2".to_owned()), Entry::Command("why a".to_owned())]);
    }

    #[test]
    fn a_blank_line_ends_an_item_unless_a_quotation_is_open() {
        assert!(is_open("measure a"));
        assert!(is_open("measure a\n    rate 5%"));
        assert!(!is_open("measure a\n    rate 5%\n"));
        assert!(is_open("instrument a\n    text \"\"\"\nof the law\n"));
        assert!(!is_open("instrument a\n    text \"\"\"\nof the law\n\"\"\"\n"));
        assert_eq!(entries("    rate 5%"), [Entry::Stray("    rate 5%".to_owned())]);
    }

    #[test]
    fn a_misspelt_item_is_still_an_item_and_a_fact_is_none() {
        assert!(is_open("suspention try of general"));
        assert!(!is_open("scenario collapse"));
        assert!(!is_open("rate of general"));
        assert!(!is_open("value"));
        assert!(!is_open("weight 5"));
        assert!(!is_open("entered < 2025-05-02"));
    }
}
