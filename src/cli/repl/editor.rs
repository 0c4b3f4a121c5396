//! The session at a terminal: a line editor with history, completion, colours and hints, and nothing that decides anything.

use super::super::terminal::Terminal;
use super::super::{End, Failure, Outcome};
use carveout::repl::{self, Kind, Session};
use rustyline::completion::{Completer, FilenameCompleter, Pair};
use rustyline::config::Configurer;
use rustyline::error::ReadlineError;
use rustyline::highlight::{CmdKind, Highlighter};
use rustyline::hint::Hinter;
use rustyline::history::FileHistory;
use rustyline::validate::{ValidationContext, ValidationResult, Validator};
use rustyline::{ColorMode, CompletionType, Config, Context, Editor, Helper};
use std::borrow::Cow;
use std::cell::RefCell;
use std::io::Write;
use std::path::PathBuf;
use std::rc::Rc;

/// Descriptions beside completions are cut to this.
const ABOUT: usize = 70;
const HISTORY: usize = 2_000;

/// Runs a session until its end is typed.
pub fn run(session: Session<'_>, opened: &str, terminal: &mut Terminal) -> Outcome {
    let session = Rc::new(RefCell::new(session));
    let mut editor = editor(&session, terminal.colour())?;
    let history = history_file();
    if let Some(file) = &history {
        // The first session has no history yet.
        let _ = editor.load_history(file);
    }
    writeln!(terminal.out(), "{opened}:help lists what can be typed, :quit leaves")?;
    loop {
        if let Some(told) = session.borrow_mut().refresh() {
            write!(terminal.out(), "{told}")?;
        }
        terminal.flush()?;
        let prompt = session.borrow().prompt();
        let text = match editor.readline(&prompt) {
            Ok(text) => text,
            Err(ReadlineError::Interrupted | ReadlineError::Signal(_)) => {
                session.borrow_mut().interrupt();
                continue;
            }
            Err(ReadlineError::Eof) => break,
            Err(e) => return Err(Failure::Said(format!("the terminal cannot be read: {e}"))),
        };
        for entry in repl::entries(&text) {
            // A history that cannot be kept is no reason to stop.
            let _ = editor.add_history_entry(entry.text());
        }
        if answer(&session, &text, terminal)? {
            break;
        }
    }
    if let Some(file) = &history {
        let _ = file.parent().map(std::fs::create_dir_all);
        let _ = editor.save_history(file);
    }
    Ok(End::Good)
}

/// Answers what was typed, which may be several lines; tells whether the session is over.
fn answer(session: &Rc<RefCell<Session<'_>>>, text: &str, terminal: &mut Terminal) -> Result<bool, Failure> {
    let mut session = session.borrow_mut();
    for line in text.lines() {
        let reply = session.line(line);
        write!(terminal.out(), "{}", reply.text)?;
        terminal.flush()?;
        if reply.quit {
            return Ok(true);
        }
    }
    let reply = session.finish();
    write!(terminal.out(), "{}", reply.text)?;
    Ok(reply.quit)
}

fn editor<'w>(session: &Rc<RefCell<Session<'w>>>, colour: bool) -> Result<Editor<Front<'w>, FileHistory>, Failure> {
    let said = |e: ReadlineError| Failure::Said(format!("the terminal cannot be used: {e}"));
    let config = Config::builder().completion_type(CompletionType::List).completion_show_all_if_ambiguous(true).bracketed_paste(true).auto_add_history(false);
    let config = config.max_history_size(HISTORY).and_then(|c| c.history_ignore_dups(true)).map_err(said)?.build();
    let mut editor = Editor::with_config(config).map_err(said)?;
    if !colour {
        editor.set_color_mode(ColorMode::Disabled);
    }
    editor.set_helper(Some(Front { session: session.clone(), files: FilenameCompleter::new(), colour }));
    Ok(editor)
}

/// Where what was typed is kept from one session to the next.
fn history_file() -> Option<PathBuf> {
    let folder = |name: &str| std::env::var_os(name).map(PathBuf::from).filter(|p| p.is_absolute());
    let state = folder("XDG_STATE_HOME").or_else(|| folder("LOCALAPPDATA")).or_else(|| folder("HOME").map(|h| h.join(".local").join("state")))?;
    Some(state.join("carveout").join("history"))
}

/// What the editor asks while a line is typed, passed on to the library.
struct Front<'w> {
    session: Rc<RefCell<Session<'w>>>,
    files: FilenameCompleter,
    colour: bool,
}

impl Helper for Front<'_> {}

impl Completer for Front<'_> {
    type Candidate = Pair;

    fn complete(&self, line: &str, pos: usize, context: &Context<'_>) -> rustyline::Result<(usize, Vec<Pair>)> {
        if repl::file_begins(line).is_some_and(|begin| begin <= pos) {
            return self.files.complete(line, pos, context);
        }
        let (start, candidates) = repl::complete(&self.session.borrow(), line, pos);
        let width = candidates.iter().map(|c| c.text.chars().count()).max().unwrap_or(0);
        let pairs = candidates.into_iter().map(|c| {
            let about: String = c.about.chars().take(ABOUT).collect();
            Pair { display: format!("{:width$}  {about}", c.text).trim_end().to_owned(), replacement: c.text }
        });
        Ok((start, pairs.collect()))
    }
}

struct Suggestion(repl::Hint);

impl rustyline::hint::Hint for Suggestion {
    fn display(&self) -> &str {
        &self.0.shown
    }

    fn completion(&self) -> Option<&str> {
        self.0.taken.as_deref()
    }
}

impl Hinter for Front<'_> {
    type Hint = Suggestion;

    fn hint(&self, line: &str, pos: usize, _: &Context<'_>) -> Option<Suggestion> {
        if pos < line.len() {
            return None;
        }
        repl::hint(&self.session.borrow(), line).map(|mut hint| {
            hint.shown = hint.shown.chars().take(ABOUT).collect();
            Suggestion(hint)
        })
    }
}

impl Highlighter for Front<'_> {
    fn highlight<'l>(&self, line: &'l str, _: usize) -> Cow<'l, str> {
        if !self.colour {
            return Cow::Borrowed(line);
        }
        let mut out = String::with_capacity(line.len().saturating_mul(2));
        let mut at = 0;
        for (range, kind) in repl::highlight(&self.session.borrow(), line) {
            out.push_str(line.get(at..range.start).unwrap_or(""));
            out.push_str(&format!("\u{1b}[{}m{}\u{1b}[0m", style(kind), line.get(range.clone()).unwrap_or("")));
            at = range.end;
        }
        out.push_str(line.get(at..).unwrap_or(""));
        Cow::Owned(out)
    }

    fn highlight_prompt<'b, 's: 'b, 'p: 'b>(&'s self, prompt: &'p str, _: bool) -> Cow<'b, str> {
        if self.colour { Cow::Owned(format!("\u{1b}[1m{prompt}\u{1b}[0m")) } else { Cow::Borrowed(prompt) }
    }

    fn highlight_hint<'h>(&self, hint: &'h str) -> Cow<'h, str> {
        if self.colour { Cow::Owned(format!("\u{1b}[2m{hint}\u{1b}[0m")) } else { Cow::Borrowed(hint) }
    }

    fn highlight_char(&self, _: &str, _: usize, kind: CmdKind) -> bool {
        self.colour && kind != CmdKind::MoveCursor
    }
}

fn style(kind: Kind) -> &'static str {
    match kind {
        Kind::Keyword => "34",
        Kind::Name => "36",
        Kind::Number => "35",
        Kind::Text => "32",
        Kind::Remark => "2",
        Kind::Command => "1;34",
        Kind::Unknown => "31",
        Kind::Country => "33",
    }
}

impl Validator for Front<'_> {
    /// The line ends where an item does.
    fn validate(&self, context: &mut ValidationContext<'_>) -> rustyline::Result<ValidationResult> {
        Ok(if repl::is_open(context.input()) { ValidationResult::Incomplete } else { ValidationResult::Valid(None) })
    }
}
