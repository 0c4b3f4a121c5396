//! The same words, laid out otherwise: what the formatter is there to undo.

use crate::trees::Tape;

/// Takes a text apart into words; texts, quotations and rates such as `33 1/3%` are one word each.
pub fn words(text: &str) -> Vec<&str> {
    let mut words = Vec::new();
    let mut rest = text.trim_start();
    while !rest.is_empty() {
        let len = if let Some(inner) = rest.strip_prefix("\"\"\"") {
            inner.find("\"\"\"").map_or(rest.len(), |n| n + 6)
        } else if let Some(inner) = rest.strip_prefix('"') {
            inner.find('"').map_or(rest.len(), |n| n + 2)
        } else {
            rest.find(|c: char| c.is_whitespace() || c == '"').unwrap_or(rest.len())
        };
        let len = if rest[len..].starts_with(" 1/3%") { len + " 1/3%".len() } else { len };
        words.push(&rest[..len]);
        rest = rest[len..].trim_start();
    }
    words
}

/// The same text with other blanks and line breaks; with comments, if asked for, between its words.
pub fn relaid(text: &str, tape: &mut Tape<'_>, comments: bool) -> String {
    let mut out = String::new();
    let mut count = 0;
    for item in items(text) {
        // Every line is indented deeper than the one before, as a modifier is deeper than its clause.
        let mut indent = 1;
        let mut before = "";
        for word in words(&item) {
            if !before.is_empty() {
                let comment = comments && tape.chance(6) && !(before.contains('-') && word.contains(':'));
                if comment {
                    count += 1;
                    let above = if tape.chance(2) { format!("\n{}", " ".repeat(indent)) } else { "  ".to_owned() };
                    out.push_str(&format!("{above}# comment {count}\n"));
                    out.push_str(&" ".repeat(indent));
                    indent += 1;
                } else if tape.chance(4) {
                    out.push_str(tape.pick(&["\n", "\r\n"]));
                    out.push_str(&" ".repeat(indent));
                    indent += 1;
                } else {
                    out.push_str(tape.pick(&[" ", "  ", "\t "]));
                }
            }
            out.push_str(word);
            before = word;
        }
        if comments && tape.chance(3) {
            count += 1;
            let place = tape.pick(&[" ", "\n", "\n  ", "\n\n", "\n\n  "]);
            out.push_str(&format!("{place}# comment {count}"));
        }
        out.push('\n');
    }
    out
}

/// The items of a printed text.
fn items(text: &str) -> Vec<String> {
    let mut items: Vec<String> = Vec::new();
    let mut quoted = false;
    for line in text.lines() {
        if !quoted && line.starts_with(|c: char| !c.is_whitespace()) || items.is_empty() {
            items.push(String::new());
        }
        let last = items.last_mut().unwrap();
        last.push_str(line);
        last.push('\n');
        quoted ^= line.matches("\"\"\"").count() % 2 == 1;
    }
    items
}
