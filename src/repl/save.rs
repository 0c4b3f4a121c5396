//! Writes the added items to a file, and takes them into the book where the file is part of it.

use super::answers::unquoted;
use super::book::Book;
use super::session::{Answer, Session, State, said};
use crate::problem::counted;
use crate::syntax;
use crate::world::normal;
use std::path::Path;

impl Session<'_> {
    pub(super) fn save(&mut self, path: &str, force: bool) -> Answer {
        let book = self.book()?.clone();
        if book.added.is_empty() {
            return said("nothing was added in this session, so there is nothing to save");
        }
        let (path, force) = path.strip_suffix('!').map_or((path, force), |p| (p.trim_end(), true));
        let path = Path::new(unquoted(path));
        if path.extension().is_none_or(|e| e != "tariff") {
            return said(format!("`{}` is no policy file: its name must end in `.tariff`", path.display()));
        }
        if force && book.files.sources.find(&normal(path)).is_some() {
            return said(format!("`{}` is a file of the book, and what it says would be lost: choose another name", path.display()));
        }
        let text = laid_out(&book.added);
        let written = self.world.write(path, &text, force);
        if let Err(why) = written {
            let help = if why.ends_with("exists already") { "; `:save! FILE` replaces it" } else { "" };
            return said(format!("{why}{help}"));
        }
        let count = counted(book.added.len(), "item");
        let mut out = format!("{count} written to `{}`\n", path.display());
        let in_book = self.world.books(&book.path).is_some_and(|files| files.iter().any(|f| normal(f) == normal(path)));
        if in_book && let Ok(reread) = Book::open(self.world, &book.path) {
            self.change("the saving of the added items; their file stays", State { book: Some(reread), ..self.state.clone() });
            out.push_str("the file is part of the book, so the items are no longer additions of this session\n");
        }
        Ok(out)
    }
}

/// The items one after another, in canonical layout.
fn laid_out(added: &[String]) -> String {
    let text = format!("{}\n", added.iter().map(|t| t.trim_end()).collect::<Vec<_>>().join("\n\n"));
    syntax::format(&text).text
}
