//! Transcripts of interactive sessions: lines that begin with `> ` are typed, what follows them is answered.

use super::bless;
use super::document::{Block, Document, Kind};
use super::session::{binary, folder};
use std::path::Path;
use std::sync::Arc;

pub fn run(document: &Arc<Document>, section: usize, complaints: &mut Vec<String>) {
    let blocks: Vec<&Block> = document.blocks(section, Kind::Repl).collect();
    if blocks.is_empty() {
        return;
    }
    let folder = match folder(document, section) {
        Ok(folder) => folder,
        Err(why) => return complaints.push(why),
    };
    for block in blocks {
        match replay(&block.text, folder.path()) {
            Ok(text) => bless::compare(document, block, text, complaints),
            Err(why) => complaints.push(format!("{}:{}: {why}", document.path.display(), block.line)),
        }
    }
}

/// The transcript as it is now.
///
/// A pipe answers without prompts, so that one session does not tell which line was answered with what. Sessions that end after each of
/// the lines do: what one of them says more than the one before is the answer to its last line. Within an item nothing is answered.
fn replay(shown: &str, folder: &Path) -> Result<String, String> {
    let typed: Vec<&str> = shown.lines().filter_map(|l| l.strip_prefix("> ").or_else(|| (l == ">").then_some(""))).collect();
    let arguments = ["repl".to_owned(), ".".to_owned()];
    let mut answers = Vec::new();
    for count in 1..=typed.len() {
        let input = typed[..count].iter().map(|l| format!("{l}\n")).collect::<String>();
        answers.push(binary(&arguments, Some(input.into_bytes()), folder)?.0);
    }
    let whole = answers.last().cloned().unwrap_or_default();
    let (mut text, mut told) = (String::new(), 0);
    for (n, (line, answer)) in typed.iter().zip(&answers).enumerate() {
        text.push_str(format!("> {line}").trim_end());
        text.push('\n');
        let goes_on = typed.get(n + 1).is_some_and(|next| next.is_empty() || next.starts_with(' '));
        if !goes_on && answer.len() > told && whole.starts_with(answer.as_str()) {
            text.push_str(&whole[told..answer.len()]);
            told = answer.len();
        }
    }
    Ok(text)
}
