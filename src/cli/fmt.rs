//! `fmt`: canonical layout.

use super::book;
use super::terminal::Terminal;
use super::{End, Failure, Outcome, difference};
use carveout::problem::counted;
use carveout::source::Sources;
use carveout::syntax::format;
use carveout::world::{Disk, World};
use clap::Args;
use std::io::{Read, Write};
use std::path::{Path, PathBuf};

/// Put policy files into canonical layout
#[derive(Args)]
#[command(after_help = "An item that cannot be read stays as it is and is reported; the exit status is then 1.")]
pub struct Fmt {
    /// A folder with `.tariff` files, or one such file; `-` formats standard input to standard output
    #[arg(required = true, value_name = "BOOK")]
    books: Vec<PathBuf>,
    /// Change nothing: print the difference, and exit with status 1 where there is one
    #[arg(long)]
    check: bool,
}

impl Fmt {
    pub fn run(&self, terminal: &mut Terminal) -> Outcome {
        let (mut changed, mut same, mut end) = (0usize, 0usize, End::Good);
        for path in self.files()? {
            let standard = path == Path::new("-");
            let text = if standard { read_standard()? } else { read(&path)? };
            let formatted = format(&text);
            if !formatted.problems.is_empty() {
                let mut sources = Sources::default();
                sources.add(&path, text.clone());
                terminal.problems(&formatted.problems, &sources);
                end = End::Found;
            }
            let differs = formatted.text != text;
            match (differs, self.check, standard) {
                (_, false, true) => terminal.out().write_all(formatted.text.as_bytes())?,
                (true, true, _) => difference::write(&path, "formatted", &text, &formatted.text, terminal)?,
                (true, false, false) => Disk.write(&path, &formatted.text, true).map_err(Failure::Said)?,
                (false, ..) => {}
            }
            let count = if differs { &mut changed } else { &mut same };
            *count = count.saturating_add(1);
        }
        if self.check && changed > 0 {
            terminal.say(&format!("{} in another layout: `carveout fmt` without `--check` changes {}", are(changed), if changed == 1 { "it" } else { "them" }));
            return Ok(End::Found);
        }
        if self.books.iter().all(|b| b != Path::new("-")) {
            terminal.say(&format!("{} changed, {same} unchanged", counted(changed, "file")));
        }
        Ok(end)
    }

    /// The files of all books, each once; books that these use are not among them.
    fn files(&self) -> Result<Vec<PathBuf>, Failure> {
        let mut files: Vec<PathBuf> = Vec::new();
        for path in &self.books {
            let of_book = match Disk.books(path) {
                Some(of_book) if of_book.is_empty() => {
                    return Err(book::no_book(&format!("`{}` holds no `.tariff` file", path.display())));
                }
                Some(of_book) => of_book,
                None => {
                    book::is_policy_file(path)?;
                    vec![path.clone()]
                }
            };
            for file in of_book {
                if !files.contains(&file) {
                    files.push(file);
                }
            }
        }
        Ok(files)
    }
}

fn are(count: usize) -> String {
    format!("{} {}", counted(count, "file"), if count == 1 { "is" } else { "are" })
}

fn read(path: &Path) -> Result<String, Failure> {
    Disk.read(path).map_err(|why| book::no_book(&format!("`{}` cannot be read: {why}", path.display())))
}

fn read_standard() -> Result<String, Failure> {
    let mut bytes = Vec::new();
    std::io::stdin().read_to_end(&mut bytes).map_err(|e| Failure::Said(format!("standard input cannot be read: {e}")))?;
    String::from_utf8(bytes).map_err(|_| Failure::Said("standard input is not UTF-8: save the file with the encoding UTF-8".to_owned()))
}
