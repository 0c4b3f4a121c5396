//! The only door to files: the disk, or texts held in memory for tests, sessions and embedding.

mod git;
mod overlay;

pub use git::Revision;
pub use overlay::Overlay;

use crate::value::Instant;
use std::collections::BTreeMap;
use std::io::Write as _;
use std::path::{Component, Path, PathBuf};
use std::sync::{PoisonError, RwLock, RwLockReadGuard};

/// What the library needs of the outside.
pub trait World {
    /// The text of a file, or why it cannot be had, in words.
    fn read(&self, path: &Path) -> Result<String, String>;
    /// The `.tariff` files directly in a directory, by name; `None` where the path is no directory.
    fn books(&self, dir: &Path) -> Option<Vec<PathBuf>>;
    /// The present moment, against which dated waivers are held; nothing where none counts.
    fn now(&self) -> Option<Instant> {
        None
    }
    /// Writes a file, or says why not, in words. A file that exists is replaced only where that is asked for.
    fn write(&self, path: &Path, _text: &str, _replace: bool) -> Result<(), String> {
        Err(format!("`{}` cannot be written: nothing can be written here", path.display()))
    }
}

/// What is said of a file that exists and was not to be replaced.
fn exists(path: &Path) -> String {
    format!("`{}` exists already", path.display())
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
        // `normal` leaves nothing of `.`.
        let here = if dir.as_os_str().is_empty() { Path::new(".") } else { dir };
        let entries = std::fs::read_dir(here).ok()?;
        let mut found: Vec<PathBuf> = entries.flatten().map(|e| dir.join(e.file_name())).filter(|p| is_book(p) && p.is_file()).collect();
        found.sort();
        Some(found)
    }

    /// `SOURCE_DATE_EPOCH`, where it is set, so that a check can be repeated later; else the system's clock.
    fn now(&self) -> Option<Instant> {
        let stated = std::env::var("SOURCE_DATE_EPOCH").ok().and_then(|t| t.parse().ok());
        Some(Instant(stated.unwrap_or_else(|| jiff::Timestamp::now().as_second())))
    }

    fn write(&self, path: &Path, text: &str, replace: bool) -> Result<(), String> {
        let mut options = std::fs::OpenOptions::new();
        options.write(true);
        if replace {
            options.create(true).truncate(true)
        } else {
            options.create_new(true)
        };
        let written = options.open(path).and_then(|mut file| file.write_all(text.as_bytes()));
        written.map_err(|e| match e.kind() {
            std::io::ErrorKind::AlreadyExists => exists(path),
            std::io::ErrorKind::NotFound => format!("`{}` cannot be written: there is no such folder", path.display()),
            std::io::ErrorKind::PermissionDenied => format!("`{}` cannot be written: that is not permitted", path.display()),
            _ => format!("`{}` cannot be written: {e}", path.display()),
        })
    }
}

/// Texts in memory, by path.
#[derive(Debug, Default)]
pub struct Memory {
    files: RwLock<BTreeMap<PathBuf, String>>,
    now: Option<Instant>,
}

impl Clone for Memory {
    fn clone(&self) -> Self {
        Memory { files: RwLock::new(self.files().clone()), now: self.now }
    }
}

impl Memory {
    /// The same with a text at a path.
    pub fn with(mut self, path: impl AsRef<Path>, text: impl Into<String>) -> Self {
        self.insert(path, text);
        self
    }

    /// The same texts, looked at on a day.
    pub fn on(mut self, now: Instant) -> Self {
        self.now = Some(now);
        self
    }

    /// Puts a text at a path.
    pub fn insert(&mut self, path: impl AsRef<Path>, text: impl Into<String>) {
        self.files.get_mut().unwrap_or_else(PoisonError::into_inner).insert(normal(path.as_ref()), text.into());
    }

    fn files(&self) -> RwLockReadGuard<'_, BTreeMap<PathBuf, String>> {
        self.files.read().unwrap_or_else(PoisonError::into_inner)
    }
}

impl World for Memory {
    fn read(&self, path: &Path) -> Result<String, String> {
        self.files().get(&normal(path)).cloned().ok_or_else(|| "there is no such file".to_owned())
    }

    fn books(&self, dir: &Path) -> Option<Vec<PathBuf>> {
        let dir = normal(dir);
        let found: Vec<PathBuf> = self.files().keys().filter(|p| is_book(p) && p.parent() == Some(&dir)).cloned().collect();
        (!found.is_empty()).then_some(found)
    }

    fn now(&self) -> Option<Instant> {
        self.now
    }

    fn write(&self, path: &Path, text: &str, replace: bool) -> Result<(), String> {
        let mut files = self.files.write().unwrap_or_else(PoisonError::into_inner);
        let key = normal(path);
        if files.contains_key(&key) && !replace {
            return Err(exists(path));
        }
        files.insert(key, text.to_owned());
        Ok(())
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_that_exists_is_replaced_only_when_asked() {
        let dir = tempfile::tempdir().unwrap();
        let (memory, disk) = (Memory::default(), Disk);
        let worlds: [(&dyn World, PathBuf); 2] = [(&memory, PathBuf::from("a.tariff")), (&disk, dir.path().join("a.tariff"))];
        for (world, path) in worlds {
            assert_eq!(world.write(&path, "one, longer", false), Ok(()));
            assert!(world.write(&path, "two", false).is_err_and(|why| why.ends_with("exists already")));
            assert_eq!(world.read(&path).as_deref(), Ok("one, longer"));
            assert_eq!(world.write(&path, "two", true), Ok(()));
            assert_eq!(world.read(&path).as_deref(), Ok("two"));
        }
        assert!(disk.write(&dir.path().join("none/a.tariff"), "", false).is_err_and(|why| why.contains("no such folder")));
    }
}
