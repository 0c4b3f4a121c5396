//! The interactive session: a state machine over the library, which takes a line and gives a text.
//!
//! It neither prints nor reads a terminal and reaches files only through a [`World`](crate::world::World), so that what
//! happens in a session can be written down and tested; the terminal is in the command line.

mod answers;
mod assessed;
mod batch;
mod book;
mod commands;
mod completion;
mod cuts;
mod difference;
mod effect;
mod entry;
mod expression;
mod facts;
mod highlighting;
mod info;
mod items;
mod lines;
mod save;
mod session;
mod transcript;
mod when;
mod why;
mod why_not;
mod worth;

pub use commands::{COMMANDS, Command, Takes};
pub use completion::{Candidate, Hint, complete, file_begins, hint};
pub use highlighting::{Kind, highlight};
pub use lines::{Entry, Pending, entries, is_open};
pub use session::{Options, Reply, Session};
pub use transcript::{dialogue, transcript};
