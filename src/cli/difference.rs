//! What changes in a file, line by line.

use super::Failure;
use super::terminal::Terminal;
use similar::TextDiff;
use std::io::Write;
use std::path::Path;

/// Writes a unified difference of a file, as `patch` reads it, and what its newer state is called.
pub fn write(path: &Path, what: &str, old: &str, new: &str, terminal: &mut Terminal) -> Result<(), Failure> {
    let (red, green, off) = if terminal.colour() { ("\u{1b}[31m", "\u{1b}[32m", "\u{1b}[0m") } else { ("", "", "") };
    let name = path.display().to_string();
    let shown = TextDiff::from_lines(old, new).unified_diff().context_radius(3).header(&name, &format!("{name} ({what})")).to_string();
    for line in shown.split_inclusive('\n') {
        let (on, off) = match line.as_bytes().first() {
            Some(b'-') => (red, off),
            Some(b'+') => (green, off),
            _ => ("", ""),
        };
        let end = if line.ends_with('\n') { "\n" } else { "" };
        write!(terminal.out(), "{on}{}{off}{end}", line.trim_end_matches('\n'))?;
    }
    Ok(())
}
