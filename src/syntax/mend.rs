//! Finds every mistake of an item, not only the first: after each the text is mended as far as it is known how, and read once more.
//!
//! Nobody sees the mended text. It is there so that the second mistake is not hidden behind the first, nor reported because of it.

use super::grammar::{Grammar, Rule};
use super::slips;
use super::terms::Reader;
use crate::problem::{Problem, Problems};
use crate::source::Span;
use pest::Parser;

/// How many mistakes of one item are reported; more would be echoes.
const MISTAKES_AN_ITEM: usize = 25;

/// How often an item is read again at most.
const ATTEMPTS: usize = 60;

/// A text that is being mended, and where each of its bytes comes from.
struct Mended {
    text: String,
    /// For each byte, and for the end, the byte of the text as it was written.
    from: Vec<usize>,
    /// Before this place nothing more is to be found.
    done: usize,
    /// Whether whole lines had to be left out.
    lines_out: bool,
}

impl Mended {
    fn new(words: &str) -> Self {
        Mended { text: words.to_owned(), from: (0..=words.len()).collect(), done: 0, lines_out: false }
    }

    fn original(&self, at: usize) -> usize {
        self.from.get(at).or(self.from.last()).copied().unwrap_or(0)
    }

    /// A problem of the mended text as one of the written text.
    fn restore(&self, mut problem: Problem, base: usize) -> Problem {
        let place = |span: Span| Span::new(base.saturating_add(self.original(span.start)), base.saturating_add(self.original(span.end)));
        for label in &mut problem.labels {
            label.span = place(label.span);
        }
        if let Some(fix) = &mut problem.fix {
            fix.span = place(fix.span);
        }
        problem
    }

    fn replace(&mut self, start: usize, end: usize, new: &str) {
        let (start, end) = (start.min(self.text.len()), end.min(self.text.len()).max(start));
        if !self.text.is_char_boundary(start) || !self.text.is_char_boundary(end) {
            return;
        }
        let origin = self.original(start);
        self.text.replace_range(start..end, new);
        self.from.splice(start..end, std::iter::repeat_n(origin, new.len()));
    }

    /// Leaves out what is between two places, and keeps the length.
    fn blank(&mut self, start: usize, end: usize) {
        let Some(piece) = self.text.get(start..end) else { return };
        let blanks: String = piece.chars().map(|c| if c == '\n' { "\n".to_owned() } else { " ".repeat(c.len_utf8()) }).collect();
        self.text.replace_range(start..end, &blanks);
    }

    fn line_start(&self, at: usize) -> usize {
        self.text.get(..at).and_then(|t| t.rfind('\n')).map_or(0, |n| n.saturating_add(1))
    }

    fn line_end(&self, at: usize) -> usize {
        self.text.get(at..).and_then(|t| t.find('\n')).map_or(self.text.len(), |n| at.saturating_add(n))
    }

    /// Whether the text up to a place is an item that could end there.
    fn complete(&self, at: usize) -> bool {
        self.text.get(..at).is_some_and(|t| Grammar::parse(Rule::item, t).is_ok())
    }

    /// Leaves out the line that holds a place; the first line of an item is not left out.
    fn leave_out(&mut self, at: usize) -> bool {
        let (start, end) = (self.line_start(at), self.line_end(at));
        if start == 0 {
            return false;
        }
        self.blank(start, end);
        self.lines_out = true;
        self.done = end;
        true
    }
}

/// Reports the mistakes of an item that cannot be read.
pub fn mistakes(words: &str, base: usize, problems: &mut Problems) {
    let mut mended = Mended::new(words);
    let mut count = pasted(&mut mended, words, base, problems);
    let mut last = None;
    for _ in 0..ATTEMPTS {
        if mended.done == usize::MAX {
            return;
        }
        let error = match Grammar::parse(Rule::item, &mended.text) {
            Ok(mut pairs) => {
                // The item can be read now; what is wrong with its values is found as in any other.
                let mut reader = Reader::new(0);
                pairs.next().and_then(|p| reader.item(p, &mended.text));
                let found = reader.problems.into_iter().filter(|p| !(mended.lines_out && p.code == "T012"));
                problems.extend(found.map(|p| mended.restore(p, base)).collect::<Vec<_>>());
                return;
            }
            Err(error) => error,
        };
        let problem = slips::explain(&mended.text, 0, &error);
        let found = slips::place(&mended.text, &error);
        let last_word = mended.text.get(..found).map_or(0, |t| t.trim_end().len());
        if mended.done > 0 && (found < mended.done || last_word <= mended.done && !mended.complete(mended.done)) {
            // What was left out is missed; then what misses it is left out too.
            if mended.text.get(found..).is_none_or(|t| t.trim().is_empty()) || !mended.leave_out(found) {
                return;
            }
            continue;
        }
        // The words to blame may stand before the place where the grammar gave up.
        let at = problem.span().start.min(mended.text.len());
        let place = mended.original(at);
        if last.is_some_and(|l| place <= l) {
            // What was to mend it did not.
            mend(&mut mended, at, None);
            continue;
        }
        last = Some(place);
        let fix = problem.fix.clone();
        problems.add(mended.restore(problem, base));
        count = count.saturating_add(1);
        if count >= MISTAKES_AN_ITEM {
            return;
        }
        mend(&mut mended, at, fix.map(|f| (f.span.start, f.span.end, f.text)));
    }
}

/// Mends one mistake: by its fix, or else by leaving out the rest of its line, or all of the line where the rest is not enough.
fn mend(mended: &mut Mended, at: usize, fix: Option<(usize, usize, String)>) {
    if let Some((start, end, text)) = fix {
        let before = mended.text.clone();
        mended.replace(start, end, &text);
        if mended.text != before {
            // Behind the fix whatever is found is news.
            mended.done = start.min(at);
            return;
        }
    }
    let end = mended.line_end(at);
    if mended.complete(at) {
        mended.blank(at, end);
        mended.done = at;
    } else if !mended.leave_out(at) {
        // An item whose first line cannot be read says nothing of what its clauses may be.
        mended.done = usize::MAX;
    }
}

/// Reports what was pasted from a word processor, puts plain characters in its place, and says how many there were.
fn pasted(mended: &mut Mended, words: &str, base: usize, problems: &mut Problems) -> usize {
    let found = slips::pasted_characters(words, 0);
    for problem in found.iter().rev() {
        if let Some(fix) = &problem.fix {
            mended.replace(fix.span.start, fix.span.end, &fix.text);
        }
    }
    let identity = Mended::new(words);
    let count = found.len();
    problems.extend(found.into_iter().map(|p| identity.restore(p, base)).collect::<Vec<_>>());
    count
}
