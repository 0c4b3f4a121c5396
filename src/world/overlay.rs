//! A world with some texts of its own laid over it: what would be, before anything is written.

use super::{World, normal};
use crate::value::Instant;
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

/// Another world, some of whose texts are replaced.
pub struct Overlay<'w> {
    under: &'w dyn World,
    texts: BTreeMap<PathBuf, String>,
}

impl<'w> Overlay<'w> {
    /// The world as it is.
    pub fn over(under: &'w dyn World) -> Self {
        Overlay { under, texts: BTreeMap::new() }
    }

    /// Replaces the text of a file.
    pub fn lay(&mut self, path: &Path, text: String) {
        self.texts.insert(normal(path), text);
    }

    /// The texts that were replaced.
    pub fn texts(&self) -> &BTreeMap<PathBuf, String> {
        &self.texts
    }
}

impl World for Overlay<'_> {
    fn read(&self, path: &Path) -> Result<String, String> {
        self.texts.get(&normal(path)).map_or_else(|| self.under.read(path), |text| Ok(text.clone()))
    }

    fn books(&self, dir: &Path) -> Option<Vec<PathBuf>> {
        self.under.books(dir)
    }

    fn now(&self) -> Option<Instant> {
        self.under.now()
    }
}
