//! A book as it stands in a revision of its git repository.

use super::World;
use std::path::{Path, PathBuf};
use std::process::Command;

/// The files of a revision, by paths relative to the current folder.
#[derive(Clone, Debug)]
pub struct Revision {
    name: String,
}

impl Revision {
    /// A revision by any name that git knows: a commit, a tag, `HEAD~3`.
    ///
    /// # Errors
    /// In words, where git is not there or knows no such revision.
    pub fn new(name: &str) -> Result<Self, String> {
        // What begins with a hyphen would be read as an option.
        if name.starts_with('-') {
            return Err(format!("`{name}` is no revision"));
        }
        git(&["rev-parse", "--verify", "--quiet", &format!("{name}^{{commit}}")]).map_err(|why| match why {
            Failed::Absent(words) => words,
            Failed::Refused => format!("git knows no revision `{name}` here"),
        })?;
        Ok(Revision { name: name.to_owned() })
    }

    fn object(&self, path: &Path) -> String {
        format!("{}:./{}", self.name, path.display())
    }
}

enum Failed {
    /// There is no git to ask.
    Absent(String),
    Refused,
}

fn git(arguments: &[&str]) -> Result<Vec<u8>, Failed> {
    let output = Command::new("git").args(arguments).output().map_err(|e| Failed::Absent(format!("git cannot be run: {e}")))?;
    if output.status.success() { Ok(output.stdout) } else { Err(Failed::Refused) }
}

impl World for Revision {
    fn read(&self, path: &Path) -> Result<String, String> {
        let bytes = git(&["show", &self.object(path)]).map_err(|why| match why {
            Failed::Absent(words) => words,
            Failed::Refused => format!("there is no such file in `{}`", self.name),
        })?;
        super::decode(bytes)
    }

    fn books(&self, dir: &Path) -> Option<Vec<PathBuf>> {
        let tree = if dir.as_os_str().is_empty() { format!("{}:./", self.name) } else { self.object(dir) };
        let listed = git(&["ls-tree", "-z", "--name-only", &tree]).ok()?;
        let names = String::from_utf8(listed).ok()?;
        let mut found: Vec<PathBuf> = names.split('\0').filter(|n| !n.is_empty()).map(|n| dir.join(n)).filter(|p| super::is_book(p)).collect();
        found.sort();
        Some(found)
    }
}
