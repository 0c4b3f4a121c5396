//! `check --fix` and `check --diff`: what is nearly certain is mended, as often as mending shows more to mend.

use super::book::{self, Version};
use super::terminal::Terminal;
use super::{Failure, difference};
use carveout::analysis;
use carveout::problem::{Applied, fix};
use carveout::program::Checked;
use carveout::world::{Disk, Overlay, World, normal};
use std::path::{Path, PathBuf};

/// A mistake may hide another; a book that is not mended by so many readings is left as it is then.
const MOST_READINGS: usize = 20;

/// A book that was mended, as it would be read again.
pub struct Mended {
    pub checked: Checked,
    pub applied: Vec<Applied>,
    /// The files that change, with their texts before and after.
    pub changes: Vec<(PathBuf, String, String)>,
}

/// Mends the files of a book, but not those of books that it uses; nothing is written yet.
pub fn mend(path: &Path, version: &Version) -> Result<Mended, Failure> {
    book::is_policy_file(path)?;
    let own: Vec<PathBuf> = Disk.books(path).unwrap_or_else(|| vec![path.to_owned()]).iter().map(|p| normal(p)).collect();
    let mut overlay = Overlay::over(&Disk);
    let mut applied = Vec::new();
    let check = |overlay: &Overlay<'_>| analysis::check(overlay, path, version.scenario.as_deref()).map_err(|why| book::no_book(&why));
    let mut checked = check(&overlay)?;
    for _ in 0..MOST_READINGS {
        let fixed = fix(&checked.problems, &checked.sources, &|file| own.contains(&normal(file)));
        if fixed.applied.is_empty() {
            break;
        }
        applied.extend(fixed.applied);
        for (file, text) in fixed.texts {
            overlay.lay(&file, text);
        }
        checked = check(&overlay)?;
    }
    version.exists_in(&checked, path)?;
    let mut changes = Vec::new();
    for (file, after) in overlay.texts() {
        let before = Disk.read(file).map_err(|why| book::no_book(&format!("`{}` cannot be read: {why}", file.display())))?;
        if before != *after {
            changes.push((file.clone(), before, after.clone()));
        }
    }
    Ok(Mended { checked, applied, changes })
}

impl Mended {
    /// Puts the files in place and says what was changed.
    pub fn write(&self, terminal: &mut Terminal) -> Result<(), Failure> {
        for (file, _, after) in &self.changes {
            Disk.write(file, after, true).map_err(Failure::Said)?;
        }
        for one in &self.applied {
            let place = format!("{}:{}:{}", one.place.file.display(), one.place.line, one.place.column);
            terminal.say(&format!("fixed {} in {place}: {}", one.code, change(one)));
        }
        Ok(())
    }

    /// The changes as a unified difference.
    pub fn show(&self, terminal: &mut Terminal) -> Result<(), Failure> {
        self.changes.iter().try_for_each(|(file, before, after)| difference::write(file, "fixed", before, after, terminal))
    }
}

fn change(one: &Applied) -> String {
    let shown = |text: &str| format!("`{}`", text.escape_debug());
    match (one.before.is_empty(), one.after.is_empty()) {
        (true, _) => format!("{} inserted", shown(&one.after)),
        (_, true) => format!("{} deleted", shown(&one.before)),
        _ => format!("{} → {}", shown(&one.before), shown(&one.after)),
    }
}
