//! Files of shipments: what is read, and what is written whole or not at all.

use super::Failure;
use super::terminal::Terminal;
use std::fs::File;
use std::io::{self, BufRead, BufReader, ErrorKind, Write};
use std::path::{Path, PathBuf};

/// So much is gathered before it is written; rows are never cut in two.
const GATHER: usize = 1 << 16;

/// Opens shipments, or standard input for `-`.
pub fn open(path: &Path) -> Result<Box<dyn BufRead + Send>, Failure> {
    if path == Path::new("-") {
        return Ok(Box::new(BufReader::with_capacity(GATHER, io::stdin())));
    }
    let shown = path.display();
    let cannot = |why: &str| Failure::Said(format!("`{shown}` cannot be read: {why}"));
    if path.is_dir() {
        return Err(cannot("it is a folder; name a CSV file, or `-` for standard input"));
    }
    let file = File::open(path).map_err(|e| match e.kind() {
        ErrorKind::NotFound => cannot("there is no such file; name a CSV file, or `-` for standard input"),
        ErrorKind::PermissionDenied => cannot("it may not be read"),
        _ => cannot(&e.to_string()),
    })?;
    if file.metadata().is_ok_and(|m| m.is_file()) {
        is_csv(path)?;
    }
    Ok(Box::new(BufReader::with_capacity(GATHER, file)))
}

/// Refuses what this version does not read or write.
fn is_csv(path: &Path) -> Result<(), Failure> {
    let shown = path.display();
    let extension = path.extension().map(|e| e.to_string_lossy().to_lowercase());
    let format = match extension.as_deref() {
        Some("csv") => return Ok(()),
        Some("ndjson" | "jsonl") => "NDJSON",
        Some("parquet") => "Parquet",
        Some("json") => "JSON",
        Some("xlsx" | "xls" | "ods") => "a spreadsheet",
        Some("tsv") => "separated by tabs",
        _ => return Err(Failure::Said(format!("`{shown}`: its name does not say what it is; shipments are CSV, in a file that ends in `.csv`"))),
    };
    Err(Failure::Said(format!("`{shown}` is {format}, and this version knows CSV alone: convert it, and name a file that ends in `.csv`")))
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
            return Err(Failure::Said(format!("`{shown}` cannot be written: it is a folder; name a file that ends in `.csv`")));
        }
        if path.exists() && !path.is_file() {
            return Ok(Target::Direct(path.to_owned(), File::options().write(true).open(path).map_err(cannot)?));
        }
        is_csv(path)?;
        // A link stays a link: what it points to is replaced.
        let path = path.canonicalize().unwrap_or_else(|_| path.to_owned());
        let mut partial = path.clone().into_os_string();
        partial.push(".partial");
        let partial = PathBuf::from(partial);
        let file = File::create(&partial).map_err(cannot)?;
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
    gathered: Vec<u8>,
    whole: bool,
}

impl Rows {
    pub fn new(target: Target) -> Self {
        Rows { target, gathered: Vec::with_capacity(GATHER.saturating_mul(2)), whole: false }
    }

    pub fn is_stdout(&self) -> bool {
        matches!(self.target, Target::Stdout)
    }

    /// Whole rows are put here.
    pub fn buffer(&mut self) -> &mut Vec<u8> {
        &mut self.gathered
    }

    /// Writes what has been gathered, when it is enough.
    pub fn pass_on(&mut self, terminal: &mut Terminal) -> Result<(), Failure> {
        if self.gathered.len() < GATHER { Ok(()) } else { self.write(terminal) }
    }

    /// Takes many whole rows, without gathering them first where they are enough by themselves.
    pub fn rows(&mut self, rows: &[u8], terminal: &mut Terminal) -> Result<(), Failure> {
        if rows.len() < GATHER {
            self.gathered.extend_from_slice(rows);
            return self.pass_on(terminal);
        }
        self.write(terminal)?;
        self.target.write(rows, terminal)
    }

    fn write(&mut self, terminal: &mut Terminal) -> Result<(), Failure> {
        let result = self.target.write(&self.gathered, terminal);
        self.gathered.clear();
        result
    }

    /// Writes the rest, so that nothing of it can be lost, whatever becomes of the machine: something is about to be recorded that
    /// rests on it.
    pub fn secure(&mut self, terminal: &mut Terminal) -> Result<(), Failure> {
        self.write(terminal)?;
        if let Target::Beside { path, file, .. } = &mut self.target {
            file.sync_all().map_err(|e| Failure::Said(format!("`{}` cannot be written: {e}", path.display())))?;
        }
        Ok(())
    }

    /// Writes the rest and puts the file in place.
    pub fn finish(&mut self, terminal: &mut Terminal) -> Result<(), Failure> {
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
