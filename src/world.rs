//! The only door to files: the disk, or texts held in memory for tests, sessions and embedding.

use std::collections::BTreeMap;
use std::path::{Component, Path, PathBuf};

/// What the library needs of the outside.
pub trait World {
    /// The text of a file, or why it cannot be had, in words.
    fn read(&self, path: &Path) -> Result<String, String>;
    /// The `.tariff` files directly in a directory, by name; `None` where the path is no directory.
    fn books(&self, dir: &Path) -> Option<Vec<PathBuf>>;
}

/// The file system.
#[derive(Clone, Copy, Debug, Default)]
pub struct Disk;

impl World for Disk {
    fn read(&self, path: &Path) -> Result<String, String> {
        let bytes = std::fs::read(path).map_err(|e| match e.kind() {
            std::io::ErrorKind::NotFound => "there is no such file".to_owned(),
            std::io::ErrorKind::PermissionDenied => "it may not be read".to_owned(),
            _ => e.to_string(),
        })?;
        decode(bytes)
    }

    fn books(&self, dir: &Path) -> Option<Vec<PathBuf>> {
        let entries = std::fs::read_dir(dir).ok()?;
        let mut found: Vec<PathBuf> = entries.flatten().map(|e| e.path()).filter(|p| is_book(p) && p.is_file()).collect();
        found.sort();
        Some(found)
    }
}

/// Texts in memory, by path.
#[derive(Clone, Debug, Default)]
pub struct Memory {
    files: BTreeMap<PathBuf, String>,
}

impl Memory {
    pub fn with(mut self, path: impl AsRef<Path>, text: impl Into<String>) -> Self {
        self.insert(path, text);
        self
    }

    pub fn insert(&mut self, path: impl AsRef<Path>, text: impl Into<String>) {
        self.files.insert(normal(path.as_ref()), text.into());
    }
}

impl World for Memory {
    fn read(&self, path: &Path) -> Result<String, String> {
        self.files.get(&normal(path)).cloned().ok_or_else(|| "there is no such file".to_owned())
    }

    fn books(&self, dir: &Path) -> Option<Vec<PathBuf>> {
        let dir = normal(dir);
        let found: Vec<PathBuf> = self.files.keys().filter(|p| is_book(p) && p.parent() == Some(&dir)).cloned().collect();
        (!found.is_empty()).then_some(found)
    }
}

fn is_book(path: &Path) -> bool {
    path.extension().is_some_and(|e| e == "tariff")
}

/// UTF-8 without a byte order mark.
fn decode(bytes: Vec<u8>) -> Result<String, String> {
    let text = String::from_utf8(bytes).map_err(|e| {
        let valid = e.utf8_error().valid_up_to();
        let line = e.as_bytes().get(..valid).map_or(1, |b| b.iter().filter(|c| **c == b'\n').count().saturating_add(1));
        format!("line {line} is not UTF-8: save the file with the encoding UTF-8")
    })?;
    Ok(text.strip_prefix('\u{feff}').map_or(text.clone(), str::to_owned))
}

/// A path without `.` and without `..` where a name comes before it, so that one file has one name.
pub fn normal(path: &Path) -> PathBuf {
    let mut out = PathBuf::new();
    for part in path.components() {
        match part {
            Component::CurDir => {}
            Component::ParentDir if matches!(out.components().next_back(), Some(Component::Normal(_))) => {
                out.pop();
            }
            other => out.push(other),
        }
    }
    out
}
