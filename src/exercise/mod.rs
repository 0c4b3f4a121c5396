//! How well the tests of a book test it: which rules no test exercises, and which changes of the law no test would notice.

mod change;
mod coverage;
mod mutants;
mod site;
mod suggest;

pub use coverage::{Coverage, RuleTested, coverage};
pub use mutants::{Mutant, Mutants, mutate};
pub use suggest::suggest;

use crate::source::{Sources, Span};

/// A clause in the author's words, up to where it says when and whence.
pub fn clause_words(sources: &Sources, span: Span) -> String {
    let stops = |word: &str| matches!(word, "from" | "until" | "through" | "during" | "for" | "cites" | "as" | "prevails");
    let words: Vec<&str> = sources.text(span).split_whitespace().enumerate().take_while(|(i, w)| *i == 0 || !stops(w)).map(|(_, w)| w).collect();
    words.join(" ")
}
