//! Runs the program on files of a folder of its own.

use assert_cmd::Command;
use std::path::{Path, PathBuf};
use tempfile::TempDir;

/// A small book: ordinary duty from a table, a retaliation with two exemptions, a tax.
pub const BOOK: &str = r#"policy small "A small book"
    imports into CN
    currency CNY
    clock Asia/Shanghai
    round half up to 0.01 each amount

input licence : flag "an import licence"

measure mfn "Ordinary duty"
    on all goods of any origin
    rate 6%

retaliation general "Additional duty"
    against mfn
    on all goods of origin US
    rate 34%  from 2025-04-10 12:01
    rate 125% from 2025-04-12

exemption quiet_list from general
    on 3901
    from 2025-04-25

exemption licensed from general
    on 3902
    when licence
    from 2025-04-25
    to 5%

tax vat "Value-added tax"
    on all goods of any origin
    base value plus duties
    rate 13%

test "polyethylene is relieved"
    shipment 3901.20.00 of origin US value CNY 1_000 entered 2025-05-01
    expect general = 0%
"#;

/// A folder with files, in which the program is run.
pub struct Folder {
    folder: TempDir,
}

/// What came of a run.
pub struct Ran {
    pub out: String,
    pub err: String,
    pub status: i32,
}

impl Folder {
    /// With the small book as `small.tariff`.
    pub fn new() -> Self {
        let folder = Folder { folder: tempfile::tempdir().unwrap() };
        folder.write("small.tariff", BOOK);
        folder
    }

    pub fn path(&self) -> &Path {
        self.folder.path()
    }

    pub fn write(&self, name: &str, text: impl AsRef<[u8]>) {
        let path = self.path().join(name);
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        std::fs::write(path, text).unwrap();
    }

    pub fn read(&self, name: &str) -> String {
        std::fs::read_to_string(self.path().join(name)).unwrap()
    }

    pub fn has(&self, name: &str) -> bool {
        self.path().join(name).exists()
    }

    /// Runs a command line, split at blanks.
    pub fn run(&self, line: &str) -> Ran {
        self.run_with(&line.split_whitespace().collect::<Vec<_>>(), b"")
    }

    pub fn run_with(&self, arguments: &[&str], input: &[u8]) -> Ran {
        ran(&mut command(self.path(), arguments), input)
    }

    /// Assesses shipments given as CSV.
    pub fn assess(&self, csv: impl AsRef<[u8]>, flags: &str) -> Ran {
        self.write("shipments.csv", csv);
        self.run(&format!("run small.tariff shipments.csv {flags}"))
    }
}

pub fn program() -> PathBuf {
    env!("CARGO_BIN_EXE_carveout").into()
}

/// The program, with nothing of the surroundings that could colour its output.
pub fn command(folder: &Path, arguments: &[&str]) -> Command {
    let mut command = Command::new(program());
    command.current_dir(folder).args(arguments).env_remove("NO_COLOR").env_remove("CLICOLOR_FORCE").env("TERM", "xterm");
    command
}

pub fn ran(command: &mut Command, input: &[u8]) -> Ran {
    let output = command.write_stdin(input).output().unwrap();
    Ran {
        out: String::from_utf8(output.stdout).unwrap(),
        err: String::from_utf8(output.stderr).unwrap(),
        status: output.status.code().expect("the program was ended by a signal"),
    }
}

impl Ran {
    /// Standard output, of a run that ended well and had nothing to say.
    #[track_caller]
    pub fn good(self) -> String {
        assert_eq!((self.status, self.err.as_str()), (0, ""), "{}", self.out);
        self.out
    }

    /// The message of a run that was refused: one line, in the style of all messages.
    #[track_caller]
    pub fn refused(self) -> String {
        assert_eq!((self.status, self.out.as_str()), (2, ""), "{}", self.err);
        let message = self.err.strip_prefix("error: ").expect("an error").trim_end().to_owned();
        assert!(!message.contains('\n') && !message.ends_with('.'), "{message}");
        assert!(message.starts_with(|c: char| c.is_lowercase() || c == '`'), "{message}");
        message
    }

    /// Rows of standard output, split at commas; for cells without quotes.
    pub fn rows(&self) -> Vec<Vec<&str>> {
        self.out.lines().map(|l| l.split(',').collect()).collect()
    }
}
