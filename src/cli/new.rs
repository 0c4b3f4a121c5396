//! `new`: a small book to begin with.

use super::terminal::Terminal;
use super::{End, Failure, Outcome};
use carveout::world::{Disk, World};
use clap::Args;
use std::path::{Path, PathBuf};

/// Begin a book: a policy with a list, shipments and tests, that checks and runs
#[derive(Args)]
pub struct New {
    /// A folder that does not exist, or is empty
    #[arg(value_name = "DIR")]
    folder: PathBuf,
}

const FILES: [(&str, &str); 4] = [
    ("policy.tariff", include_str!("new/policy.tariff")),
    ("tests.tariff", include_str!("new/tests.tariff")),
    ("lists/listed-goods.csv", include_str!("new/lists/listed-goods.csv")),
    ("shipments.csv", include_str!("new/shipments.csv")),
];

/// The name of the policy in the files.
const NAME: &str = "my_policy";

impl New {
    pub fn run(&self, terminal: &mut Terminal) -> Outcome {
        let shown = self.folder.display();
        let cannot = |why: String| Failure::Said(format!("`{shown}` cannot be made: {why}"));
        let occupied = match std::fs::read_dir(&self.folder) {
            Ok(mut entries) => entries.next().is_some(),
            Err(_) => self.folder.exists(),
        };
        if occupied {
            return Err(cannot("something is there already; name a folder that does not exist, or is empty".to_owned()));
        }
        let name = policy_name(&self.folder);
        for (file, text) in FILES {
            let path = self.folder.join(file);
            if let Some(parent) = path.parent() {
                std::fs::create_dir_all(parent).map_err(|e| cannot(e.to_string()))?;
            }
            Disk.write(&path, &text.replace(NAME, &name), false).map_err(Failure::Said)?;
        }
        terminal.say(&format!("made `{shown}`: a policy, its tests, a list of goods and shipments; try"));
        let (book, shipments) = (quoted(&self.folder), quoted(&self.folder.join("shipments.csv")));
        for next in [format!("check {book}"), format!("test {book}"), format!("run {book} {shipments}")] {
            terminal.say(&format!("    carveout {next}"));
        }
        Ok(End::Good)
    }
}

/// A path as it is typed into a shell.
fn quoted(path: &Path) -> String {
    let text = path.display().to_string();
    let plain = text.chars().all(|c| c.is_alphanumeric() || matches!(c, '/' | '.' | '-' | '_' | '\\' | ':'));
    if plain { text } else { format!("'{text}'") }
}

/// The name of the folder as the language writes names, where it can be one.
fn policy_name(folder: &Path) -> String {
    let folder = folder.canonicalize().unwrap_or_else(|_| folder.to_owned());
    let text = folder.file_name().map_or_else(String::new, |n| n.to_string_lossy().to_lowercase());
    let plain: String = text.chars().map(|c| if c.is_ascii_alphanumeric() { c } else { '_' }).collect();
    let name = plain.trim_matches('_').to_owned();
    let usable = name.starts_with(|c: char| c.is_ascii_alphabetic()) && !carveout::syntax::is_reserved(&name);
    if usable { name } else { NAME.to_owned() }
}
