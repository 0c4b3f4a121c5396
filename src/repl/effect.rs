//! What a change does to a shipment: before → after, by measure.

use super::assessed::Assessed;

/// The measures that come out otherwise, a line each; nothing where all is as before. Measures are matched by name, since a
/// change of the book may add some.
pub fn effect(before: &Assessed, after: &Assessed) -> Option<String> {
    let (old, new) = (before.rows(), after.rows());
    let mut lines: Vec<(String, String)> = Vec::new();
    for row in &new {
        match old.iter().find(|o| o.name == row.name) {
            Some(was) if was.differs(row) && was.line() != row.line() => lines.push((row.name.clone(), format!("{} → {}", was.line(), row.line()))),
            Some(_) => {}
            None => lines.push((row.name.clone(), format!("new: {}", row.line()))),
        }
    }
    for row in old.iter().filter(|o| !new.iter().any(|n| n.name == o.name)) {
        lines.push((row.name.clone(), format!("gone: {}", row.line())));
    }
    if before.total() != after.total() {
        lines.push(("total".to_owned(), format!("{} → {}", before.total(), after.total())));
    }
    if lines.is_empty() {
        return None;
    }
    let width = lines.iter().map(|(name, _)| name.chars().count()).max().unwrap_or(0);
    Some(lines.iter().map(|(name, text)| format!("  {name:width$}  {text}\n")).collect())
}
