//! Files of shipments: what is read, and what is written whole or not at all.

use super::Failure;
use super::terminal::Terminal;
use carveout::facts::{Chunk, Compression, Format, Input, Named, Shape, Source, Writer, unpacked};
use clap::ValueEnum;
use std::fs::{File, TryLockError};
use std::io::{self, BufReader, ErrorKind, IsTerminal, Write};
use std::path::{Path, PathBuf};

/// So much is gathered before it is written; rows are never cut in two.
pub const GATHER: usize = 1 << 16;

/// A format, as a flag has it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum FormatWord {
    /// Cells separated by commas
    Csv,
    /// An object of JSON on each line
    #[value(alias = "jsonl")]
    Ndjson,
    Parquet,
    /// Arrow's own stream or file
    Arrow,
}

impl From<FormatWord> for Format {
    fn from(word: FormatWord) -> Format {
        match word {
            FormatWord::Csv => Format::Csv,
            FormatWord::Ndjson => Format::Ndjson,
            FormatWord::Parquet => Format::Parquet,
            FormatWord::Arrow => Format::Arrow,
        }
    }
}

/// Opens shipments, or standard input for `-`; the format is that which is said, or that of the name.
pub fn open(path: &Path, said: Option<Format>) -> Result<Input, Failure> {
    let shown = path.display();
    let cannot = |why: &str| Failure::Said(format!("`{shown}` cannot be read: {why}"));
    let input = |format: Format, source: Source, compression| {
        let opened = match format {
            Format::Parquet => Input::parquet(path),
            Format::Arrow => Input::arrow(source, Some(path).filter(|p| p.is_file())),
            Format::Csv | Format::Ndjson => unpacked(source, compression).map(|source| Input::text(format, source)),
        };
        opened.map_err(|e| cannot(&e.to_string()))
    };
    let needs_index = |format| match format {
        Some(Format::Parquet) => {
            Err(cannot("a Parquet file has its index at its end, and cannot be read through a pipe: name the file, or use `--input-format arrow`"))
        }
        _ => Ok(()),
    };
    if path == Path::new("-") {
        needs_index(said)?;
        return input(said.unwrap_or(Format::Csv), Box::new(BufReader::with_capacity(GATHER, io::stdin())), None);
    }
    if path.is_dir() {
        return Err(cannot("it is a folder; name a file of shipments, or `-` for standard input"));
    }
    let file = File::open(path).map_err(|e| match e.kind() {
        ErrorKind::NotFound => cannot("there is no such file; name a file of shipments, or `-` for standard input"),
        ErrorKind::PermissionDenied => cannot("it may not be read"),
        _ => cannot(&e.to_string()),
    })?;
    let is_file = file.metadata().is_ok_and(|m| m.is_file());
    let (format, compression) = match (said, Named::of(path)) {
        (Some(format), named) => (format, named.ok().map(|n| n.compression)),
        (None, Ok(named)) => (named.format, Some(named.compression)),
        // What comes through a pipe has no name of its own.
        (None, Err(_)) if !is_file => (Format::Csv, None),
        (None, Err(words)) => return Err(Failure::Said(words)),
    };
    if !is_file {
        needs_index(Some(format))?;
    }
    input(format, Box::new(BufReader::with_capacity(GATHER, file)), compression.filter(|_| is_file))
}

/// What is written: in the format that is said, that of the name, or that of the input.
pub fn output(path: Option<&Path>, said: Option<Format>, input: Format) -> Result<Named, Failure> {
    let path = path.filter(|p| *p != Path::new("-"));
    let named = named(path, said, input)?;
    let title = named.format.title();
    if !named.format.is_text() && !cfg!(feature = "parquet") {
        return Err(Failure::Said(format!("this build of carveout writes no {title}: build it with the feature `parquet`, or write `--output-format csv`")));
    }
    if !named.format.is_text() && path.is_none() && io::stdout().is_terminal() {
        return Err(Failure::Said(format!("{title} is not for a terminal: name a file with `-o FILE`, or write `--output-format csv`")));
    }
    Ok(named)
}

fn named(path: Option<&Path>, said: Option<Format>, input: Format) -> Result<Named, Failure> {
    let Some(path) = path else { return Ok(Named::plain(said.unwrap_or(input))) };
    let is_device = path.exists() && !path.is_file();
    match (Named::of(path), said) {
        (Ok(named), said) => Ok(Named { format: said.unwrap_or(named.format), ..named }),
        (Err(_), Some(format)) => Ok(Named::plain(format)),
        (Err(_), None) if is_device => Ok(Named::plain(input)),
        (Err(words), None) => Err(Failure::Said(words)),
    }
}

/// Where results go.
pub enum Target {
    Stdout,
    /// A device or pipe, written as it is.
    Direct(PathBuf, File),
    /// A file that is put in place when it is whole.
    Beside {
        partial: PathBuf,
        path: PathBuf,
        file: File,
    },
}

impl Target {
    pub fn open(path: Option<&Path>) -> Result<Target, Failure> {
        let Some(path) = path.filter(|p| *p != Path::new("-")) else { return Ok(Target::Stdout) };
        let shown = path.display();
        let cannot = |e: io::Error| match e.kind() {
            ErrorKind::NotFound => Failure::Said(format!("`{shown}` cannot be written: there is no such folder")),
            ErrorKind::PermissionDenied => Failure::Said(format!("`{shown}` cannot be written: it may not be")),
            _ => Failure::Said(format!("`{shown}` cannot be written: {e}")),
        };
        if path.is_dir() {
            return Err(Failure::Said(format!("`{shown}` cannot be written: it is a folder; name a file")));
        }
        if path.exists() && !path.is_file() {
            return Ok(Target::Direct(path.to_owned(), File::options().write(true).open(path).map_err(cannot)?));
        }
        // A link stays a link: what it points to is replaced.
        let path = path.canonicalize().unwrap_or_else(|_| path.to_owned());
        let mut partial = path.clone().into_os_string();
        partial.push(".partial");
        let partial = PathBuf::from(partial);
        let file = File::options().write(true).create(true).truncate(false).open(&partial).map_err(cannot)?;
        // Two runs that write one file would mix their rows.
        if let Err(TryLockError::WouldBlock) = file.try_lock() {
            return Err(Failure::Said(format!("`{shown}` is being written by another run: wait for it, or name another file")));
        }
        file.set_len(0).map_err(cannot)?;
        Ok(Target::Beside { partial, path, file })
    }
}

impl Target {
    fn write(&mut self, rows: &[u8], terminal: &mut Terminal) -> Result<(), Failure> {
        let (path, file) = match self {
            Target::Stdout => {
                terminal.out().write_all(rows)?;
                terminal.flush()?;
                return Ok(());
            }
            Target::Direct(path, file) | Target::Beside { path, file, .. } => (path, file),
        };
        file.write_all(rows).map_err(|e| match e.kind() {
            ErrorKind::BrokenPipe => Failure::Closed,
            _ => Failure::Said(format!("`{}` cannot be written: {e}", path.display())),
        })
    }
}

/// Rows on their way out.
pub struct Rows {
    target: Target,
    /// What puts rows together, where that is more than to write one after another.
    writer: Option<Writer>,
    gathered: Vec<u8>,
    whole: bool,
}

impl Rows {
    pub fn new(target: Target, named: Named, shape: &Shape) -> Result<Self, Failure> {
        let plain = named.format.is_text() && named.compression == Compression::None;
        let writer = if plain { None } else { Some(Writer::new(named, shape)?) };
        Ok(Rows { target, writer, gathered: Vec::with_capacity(GATHER.saturating_mul(2)), whole: false })
    }

    pub fn is_stdout(&self) -> bool {
        matches!(self.target, Target::Stdout)
    }

    /// Takes whole rows, and writes what has been gathered when it is enough.
    pub fn put(&mut self, rows: &mut Chunk, terminal: &mut Terminal) -> Result<(), Failure> {
        match (rows, &mut self.writer) {
            // What is enough by itself is not gathered first.
            (Chunk::Bytes(rows), None) if rows.len() >= GATHER => {
                self.write(terminal)?;
                return self.target.write(rows, terminal);
            }
            (Chunk::Bytes(rows), None) => self.gathered.extend_from_slice(rows),
            (_, None) => return Err(Failure::Said("rows of another format".to_owned())),
            (rows, Some(writer)) => {
                writer.put(rows)?;
                self.gathered.extend_from_slice(&writer.drain());
            }
        }
        if self.gathered.len() < GATHER { Ok(()) } else { self.write(terminal) }
    }

    /// Adds whatever stands at the end.
    fn close(&mut self) -> Result<(), Failure> {
        if let Some(writer) = &mut self.writer {
            writer.finish()?;
            self.gathered.extend_from_slice(&writer.drain());
        }
        Ok(())
    }

    /// Writes what has been gathered.
    pub fn write(&mut self, terminal: &mut Terminal) -> Result<(), Failure> {
        let result = self.target.write(&self.gathered, terminal);
        self.gathered.clear();
        result
    }

    /// Writes the rest, so that nothing of it can be lost, whatever becomes of the machine: something is about to be recorded that
    /// rests on it.
    pub fn secure(&mut self, terminal: &mut Terminal) -> Result<(), Failure> {
        self.close()?;
        self.write(terminal)?;
        if let Target::Beside { path, file, .. } = &mut self.target {
            file.sync_all().map_err(|e| Failure::Said(format!("`{}` cannot be written: {e}", path.display())))?;
        }
        Ok(())
    }

    /// Writes the rest and puts the file in place.
    pub fn finish(&mut self, terminal: &mut Terminal) -> Result<(), Failure> {
        self.close()?;
        self.write(terminal)?;
        if let Target::Beside { partial, path, .. } = &mut self.target {
            std::fs::rename(partial, &path).map_err(|e| Failure::Said(format!("`{}` cannot be written: {e}", path.display())))?;
        }
        self.whole = true;
        Ok(())
    }
}

/// A run that fails leaves nothing behind; one that is interrupted leaves the rows so far.
impl Drop for Rows {
    fn drop(&mut self) {
        if let (Target::Beside { partial, .. }, false) = (&self.target, self.whole) {
            let _ = std::fs::remove_file(partial);
        }
    }
}
