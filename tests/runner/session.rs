//! Console sessions: the commands that a document shows, run as a reader would run them.

use super::bless;
use super::document::{Document, Kind, TestFile};
use std::io::{Read, Write};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::sync::Arc;

/// One command of a session, with what it is shown to print.
struct Step {
    /// As written, with its `$ `, perhaps over several lines.
    prompt: String,
    command: String,
    expected: String,
    status: i32,
    /// Whether an empty line follows in the document.
    spaced: bool,
}

pub fn run(document: &Arc<Document>, section: usize, complaints: &mut Vec<String>) {
    if document.blocks(section, Kind::Console).next().is_none() {
        return;
    }
    let folder = match folder(document, section) {
        Ok(folder) => folder,
        Err(why) => return complaints.push(why),
    };
    for block in &document.sections[section].blocks {
        match &block.kind {
            Kind::Console => {}
            Kind::File { name: Some(name) } if document.is_step_by_step() => {
                complaints.extend(write(&TestFile { path: PathBuf::from(name), block }, folder.path()).err());
                continue;
            }
            _ => continue,
        }
        let mut text = String::new();
        let mut as_shown = true;
        for step in steps(&block.text) {
            let (found, status) = match execute(&step.command, folder.path()) {
                Ok(done) => done,
                Err(why) => {
                    complaints.push(format!("{}:{}: `{}`: {why}", document.path.display(), block.line, step.command));
                    continue;
                }
            };
            let same = status == step.status && bless::matches(&step.expected, &found);
            as_shown &= same;
            if !same && !bless::is_on() {
                let expected = step.expected.trim_end();
                let place = format!("{}:{}: `{}`", document.path.display(), block.line, step.command);
                complaints.push(format!("{place}\nexpected (status {})\n{expected}\nfound (status {status})\n{}", step.status, found.trim_end()));
            }
            text.push_str(&step.prompt);
            text.push_str(if same { &step.expected } else { &found });
            if status != 0 {
                text.push_str(&format!("? {status}\n"));
            }
            if step.spaced {
                text.push('\n');
            }
        }
        if !as_shown && bless::is_on() {
            bless::replace(document, block, text);
        }
    }
}

fn steps(text: &str) -> Vec<Step> {
    let mut steps: Vec<Step> = Vec::new();
    let mut lines = text.lines();
    while let Some(line) = lines.next() {
        if let Some(command) = line.strip_prefix("$ ") {
            let mut step = Step { prompt: format!("{line}\n"), command: command.to_owned(), expected: String::new(), status: 0, spaced: false };
            while let Some(begun) = step.command.strip_suffix('\\') {
                let next = lines.next().unwrap_or("");
                step.prompt.push_str(&format!("{next}\n"));
                step.command = format!("{}{next}", begun.trim_end_matches('\\'));
            }
            steps.push(step);
        } else if let Some(step) = steps.last_mut() {
            match line.strip_prefix("? ").and_then(|s| s.parse().ok()) {
                Some(status) => step.status = status,
                None => step.expected.push_str(&format!("{line}\n")),
            }
        }
    }
    for step in &mut steps {
        step.spaced = step.expected.ends_with("\n\n") || step.expected == "\n";
        step.expected = super::book::tidy(&step.expected);
    }
    if let Some(last) = steps.last_mut() {
        last.spaced = false;
    }
    steps
}

/// A folder that holds the test's files; documents that speak of the repository see it there too.
pub fn folder(document: &Document, section: usize) -> Result<tempfile::TempDir, String> {
    let folder = tempfile::tempdir().map_err(|e| e.to_string())?;
    if !document.is_step_by_step() {
        document.files(section).iter().try_for_each(|file| write(file, folder.path()))?;
    }
    if document.speaks_of_repository() {
        link_repository(folder.path()).map_err(|e| e.to_string())?;
    }
    Ok(folder)
}

fn write(file: &TestFile<'_>, folder: &Path) -> Result<(), String> {
    let path = folder.join(&file.path);
    if file.path.is_absolute() || file.path.components().any(|c| c == std::path::Component::ParentDir) {
        return Err(format!("`{}` would be written outside the test's folder", file.path.display()));
    }
    std::fs::create_dir_all(path.parent().unwrap_or(folder)).and_then(|()| std::fs::write(&path, file.text())).map_err(|e| e.to_string())
}

/// Commands that write leave the repository as it is, since they run beside it.
fn link_repository(folder: &Path) -> std::io::Result<()> {
    for name in ["policies", "docs", "tests", "editors", "README.md"] {
        let (target, link) = (super::root().join(name), folder.join(name));
        if target.exists() && !link.exists() {
            #[cfg(unix)]
            std::os::unix::fs::symlink(&target, &link)?;
            #[cfg(windows)]
            if target.is_dir() {
                std::os::windows::fs::symlink_dir(&target, &link)?;
            } else {
                std::fs::copy(&target, &link)?;
            }
        }
    }
    Ok(())
}

/// What a command prints, in order of its printing, and its exit status.
fn execute(command: &str, folder: &Path) -> Result<(String, i32), String> {
    let mut words = words(command)?;
    let input = match words.iter().position(|w| w == "<") {
        Some(at) => {
            let name = words.get(at + 1).cloned().ok_or("`<` names no file")?;
            words.drain(at..=at + 1);
            Some(std::fs::read(folder.join(&name)).map_err(|e| format!("{name}: {e}"))?)
        }
        None => None,
    };
    let (program, arguments) = words.split_first().ok_or("no command")?;
    match program.as_str() {
        "carveout" => binary(arguments, input, folder),
        "cat" => {
            let mut out = String::new();
            for name in arguments {
                out.push_str(&std::fs::read_to_string(folder.join(name)).map_err(|e| format!("{name}: {e}"))?);
            }
            Ok((super::book::tidy(&out), 0))
        }
        other => Err(format!("a session runs `carveout` and `cat`, not `{other}`")),
    }
}

pub fn binary(arguments: &[String], input: Option<Vec<u8>>, folder: &Path) -> Result<(String, i32), String> {
    let (mut reader, writer) = std::io::pipe().map_err(|e| e.to_string())?;
    let mut command = Command::new(PathBuf::from(env!("CARGO_BIN_EXE_carveout")));
    command
        .args(arguments)
        .current_dir(folder)
        .env("NO_COLOR", "1")
        .env("COLUMNS", "110")
        .env("SOURCE_DATE_EPOCH", super::TODAY.to_string())
        .env_remove("RUST_BACKTRACE");
    command.stdout(writer.try_clone().map_err(|e| e.to_string())?).stderr(writer);
    command.stdin(if input.is_some() { Stdio::piped() } else { Stdio::null() });
    let mut child = command.spawn().map_err(|e| e.to_string())?;
    // The command keeps the writing end; it must be closed here, or reading never ends.
    drop(command);
    if let (Some(mut stdin), Some(input)) = (child.stdin.take(), input) {
        std::thread::spawn(move || stdin.write_all(&input));
    }
    let mut out = String::new();
    reader.read_to_string(&mut out).map_err(|e| e.to_string())?;
    let status = child.wait().map_err(|e| e.to_string())?;
    Ok((super::book::tidy(&out), status.code().unwrap_or(-1)))
}

/// The words of a command line, with single and double quotation marks.
fn words(command: &str) -> Result<Vec<String>, String> {
    let mut words = Vec::new();
    let mut word: Option<String> = None;
    let mut quoted: Option<char> = None;
    for c in command.chars() {
        match (quoted, c) {
            (Some(q), c) if c == q => quoted = None,
            (Some(_), c) => word.get_or_insert_default().push(c),
            (None, '"' | '\'') => {
                quoted = Some(c);
                word.get_or_insert_default();
            }
            (None, c) if c.is_whitespace() => words.extend(word.take()),
            (None, c) => word.get_or_insert_default().push(c),
        }
    }
    if quoted.is_some() {
        return Err("a quotation mark is not closed".to_owned());
    }
    words.extend(word);
    Ok(words)
}
