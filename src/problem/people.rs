//! Problems as people read them, with excerpts of every file involved.
//!
//! miette draws them; it asks for texts through one `SourceCode` over the joined space, so that one message shows several files.

use super::{Problem, Problems, Severity};
use crate::source::{Sources, Span};
use miette::{Diagnostic, GraphicalReportHandler, GraphicalTheme, LabeledSpan, MietteError, MietteSpanContents, SourceCode, SourceSpan, SpanContents};
use std::fmt;

/// Messages are drawn for this width, whatever the terminal, so that they look the same everywhere.
const WIDTH: usize = 110;

/// The texts, as miette asks for them: the file of the problem first, the others behind it in their own order.
///
/// miette shows excerpts in order of their positions, and what the reader needs first is the place that the message speaks of.
#[derive(Clone, Copy)]
struct Texts<'s> {
    sources: &'s Sources,
    /// Start of the first file in the joined space, and the room it takes there.
    first: usize,
    room: usize,
}

impl<'s> Texts<'s> {
    fn of(problem: &Problem, sources: &'s Sources) -> Self {
        let file = sources.file_of(problem.span());
        Texts { sources, first: file.map_or(0, |f| f.start), room: file.map_or(0, |f| f.text.len().saturating_add(1)) }
    }

    /// From a position in the joined space to one as miette sees it.
    fn seen(&self, position: usize) -> usize {
        match position.checked_sub(self.first) {
            Some(within) if within < self.room => within,
            _ => position.saturating_add(self.room),
        }
    }

    /// And back.
    fn joined(&self, seen: usize) -> usize {
        if seen < self.room { self.first.saturating_add(seen) } else { seen.saturating_sub(self.room) }
    }
}

impl SourceCode for Texts<'_> {
    /// Whole lines, whatever part of them is asked for; nothing where two files would be shown as one.
    fn read_span<'a>(&'a self, span: &SourceSpan, before: usize, after: usize) -> Result<Box<dyn SpanContents<'a> + 'a>, MietteError> {
        let position = self.joined(span.offset());
        let file = self.sources.file_of(Span::new(position, position)).ok_or(MietteError::OutOfBounds)?;
        let from = position.saturating_sub(file.start).min(file.text.len());
        let to = from.saturating_add(span.len());
        if to > file.text.len() {
            return Err(MietteError::OutOfBounds);
        }
        let line_start = file.text.get(..from).and_then(|t| t.rfind('\n')).map_or(0, |n| n.saturating_add(1));
        let line_end = file.text.get(to..).and_then(|t| t.find('\n')).map_or(file.text.len(), |n| to.saturating_add(n));
        let inner = file.text.read_span(&(line_start, line_end.saturating_sub(line_start)).into(), before, after)?;
        let column = file.text.get(line_start..from).map_or(0, |t| t.chars().count());
        let start = self.seen(inner.span().offset().saturating_add(file.start));
        Ok(Box::new(MietteSpanContents::new_named(
            file.path.display().to_string(),
            inner.data(),
            (start, inner.span().len()).into(),
            inner.line(),
            column,
            inner.line_count(),
        )))
    }
}

/// A problem, as miette asks for its parts.
struct Shown<'p> {
    texts: Texts<'p>,
    problem: &'p Problem,
}

impl fmt::Debug for Shown<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("problem")
    }
}

impl fmt::Display for Shown<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&wrapped(&self.problem.message, WIDTH.saturating_sub(4)))
    }
}

impl std::error::Error for Shown<'_> {}

impl Diagnostic for Shown<'_> {
    fn code<'a>(&'a self) -> Option<Box<dyn fmt::Display + 'a>> {
        Some(Box::new(format!("{} {}", self.problem.severity.word(), self.problem.code)))
    }

    fn severity(&self) -> Option<miette::Severity> {
        Some(match self.problem.severity {
            Severity::Error => miette::Severity::Error,
            Severity::Warning => miette::Severity::Warning,
            Severity::Hint => miette::Severity::Advice,
        })
    }

    fn help<'a>(&'a self) -> Option<Box<dyn fmt::Display + 'a>> {
        let room = WIDTH.saturating_sub("  help: ".len());
        self.problem.help.as_ref().map(|h| Box::new(wrapped(h, room)) as Box<dyn fmt::Display>)
    }

    fn source_code(&self) -> Option<&dyn SourceCode> {
        Some(&self.texts)
    }

    fn labels(&self) -> Option<Box<dyn Iterator<Item = LabeledSpan> + '_>> {
        Some(Box::new(self.problem.labels.iter().enumerate().map(|(n, label)| {
            let span = SourceSpan::from((self.texts.seen(label.span.start), label.span.end.saturating_sub(label.span.start)));
            let words = Some(label.words.clone());
            if n == 0 { LabeledSpan::new_primary_with_span(words, span) } else { LabeledSpan::new_with_span(words, span) }
        })))
    }
}

/// A sentence in lines of a width. What stands in back-ticks is the author's text, or text to be written, and stays on one line.
/// A text that has lines already keeps them.
fn wrapped(text: &str, width: usize) -> String {
    if text.contains('\n') {
        return text.to_owned();
    }
    let mut out = String::new();
    let mut column = 0usize;
    let (mut word, mut quoted) = (String::new(), false);
    for c in text.chars().chain([' ']) {
        quoted ^= c == '`';
        if c != ' ' || quoted {
            word.push(c);
            continue;
        }
        let len = word.chars().count();
        let after = column.saturating_add(len).saturating_add(usize::from(column > 0));
        if column > 0 && after > width {
            out.push('\n');
            column = len;
        } else {
            if column > 0 {
                out.push(' ');
            }
            column = after;
        }
        out.push_str(&word);
        word.clear();
    }
    // A back-tick that is never closed takes the rest with it.
    if !word.is_empty() {
        out.push(' ');
        out.push_str(word.trim_end());
    }
    out
}

/// A line beside the help, with what follows indented alike.
fn beside(word: &str, text: &str) -> String {
    let indent = word.len().saturating_add("  : ".len());
    let lines = wrapped(text, WIDTH.saturating_sub(indent));
    format!("  {word}: {}\n", lines.replace('\n', &format!("\n{}", " ".repeat(indent))))
}

/// One problem with its excerpts.
pub fn render(problem: &Problem, sources: &Sources, colour: bool) -> String {
    let theme = if colour { GraphicalTheme::unicode() } else { GraphicalTheme::unicode_nocolor() };
    let handler = GraphicalReportHandler::new_themed(theme).with_width(WIDTH).with_wrap_lines(false).with_links(false).with_context_lines(0);
    let mut out = String::new();
    if handler.render_report(&mut out, &Shown { texts: Texts::of(problem, sources), problem }).is_err() {
        out = format!("{}: [{}] {}\n", problem.severity.word(), problem.code, problem.message);
    }
    if let Some(region) = &problem.region {
        out.push_str(&beside("where", region));
    }
    if let Some(witness) = &problem.witness {
        out.push_str(&beside("shipment", &witness.shipment));
        for (rule, rate) in &witness.results {
            out.push_str(&format!("    {rule}: {rate}\n"));
        }
    }
    if let Some(waiver) = &problem.waived {
        out.push_str(&format!("  waived: {}\n", waiver.because));
    }
    out
}

/// All problems in order, each followed by an empty line.
pub fn render_all(problems: &Problems, sources: &Sources, colour: bool) -> String {
    problems.sorted().into_iter().filter(|p| p.waived.is_none()).map(|p| render(p, sources, colour)).collect::<Vec<_>>().join("\n")
}

#[cfg(test)]
mod tests {
    use super::wrapped;

    #[test]
    fn a_sentence_is_broken_between_words_and_never_within_back_ticks() {
        assert_eq!(wrapped("one two three", 7), "one two\nthree");
        assert_eq!(wrapped("write `2025-04-10 12:01` here", 12), "write\n`2025-04-10 12:01`\nhere");
        assert_eq!(wrapped("an odd ` mark", 6), "an odd ` mark");
    }
}
