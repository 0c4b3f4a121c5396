//! Problems as people read them, with excerpts of every file involved.
//!
//! miette draws them; it asks for texts through one `SourceCode` over the joined space, so that one message spans files.

use super::{Problem, Problems, Severity};
use crate::source::{Sources, Span};
use miette::{Diagnostic, GraphicalReportHandler, GraphicalTheme, LabeledSpan, MietteError, MietteSpanContents, SourceCode, SourceSpan, SpanContents};
use std::fmt;

/// Messages are drawn for this width, whatever the terminal, so that they look the same everywhere.
const WIDTH: usize = 110;

/// The texts, as miette asks for them.
#[derive(Clone, Copy)]
struct Texts<'s>(&'s Sources);

impl SourceCode for Texts<'_> {
    /// Whole lines, whatever part of them is asked for.
    fn read_span<'a>(&'a self, span: &SourceSpan, before: usize, after: usize) -> Result<Box<dyn SpanContents<'a> + 'a>, MietteError> {
        let file = self.0.file_of(Span::new(span.offset(), span.offset())).ok_or(MietteError::OutOfBounds)?;
        let from = span.offset().saturating_sub(file.start).min(file.text.len());
        let to = from.saturating_add(span.len()).min(file.text.len());
        let line_start = file.text.get(..from).and_then(|t| t.rfind('\n')).map_or(0, |n| n.saturating_add(1));
        let line_end = file.text.get(to..).and_then(|t| t.find('\n')).map_or(file.text.len(), |n| to.saturating_add(n));
        let inner = file.text.read_span(&(line_start, line_end.saturating_sub(line_start)).into(), before, after)?;
        let start = inner.span().offset().saturating_add(file.start);
        Ok(Box::new(MietteSpanContents::new_named(
            file.path.display().to_string(),
            inner.data(),
            (start, inner.span().len()).into(),
            inner.line(),
            inner.column(),
            inner.line_count(),
        )))
    }
}

/// One group of labels, all in one file; further files follow as related messages.
struct Shown<'p> {
    texts: Texts<'p>,
    head: Option<&'p Problem>,
    labels: Vec<LabeledSpan>,
    related: Vec<Shown<'p>>,
}

impl fmt::Debug for Shown<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("problem")
    }
}

impl fmt::Display for Shown<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.head {
            Some(p) => f.write_str(&p.message),
            None => f.write_str("see also"),
        }
    }
}

impl std::error::Error for Shown<'_> {}

impl Diagnostic for Shown<'_> {
    fn code<'a>(&'a self) -> Option<Box<dyn fmt::Display + 'a>> {
        self.head.map(|p| Box::new(p.code) as Box<dyn fmt::Display>)
    }

    fn severity(&self) -> Option<miette::Severity> {
        Some(match self.head.map(|p| p.severity) {
            Some(Severity::Error) => miette::Severity::Error,
            Some(Severity::Warning) => miette::Severity::Warning,
            _ => miette::Severity::Advice,
        })
    }

    fn help<'a>(&'a self) -> Option<Box<dyn fmt::Display + 'a>> {
        self.head.and_then(|p| p.help.as_ref()).map(|h| Box::new(h) as Box<dyn fmt::Display>)
    }

    fn source_code(&self) -> Option<&dyn SourceCode> {
        Some(&self.texts)
    }

    fn labels(&self) -> Option<Box<dyn Iterator<Item = LabeledSpan> + '_>> {
        Some(Box::new(self.labels.iter().cloned()))
    }

    fn related<'a>(&'a self) -> Option<Box<dyn Iterator<Item = &'a dyn Diagnostic> + 'a>> {
        (!self.related.is_empty()).then(|| Box::new(self.related.iter().map(|r| r as &dyn Diagnostic)) as Box<_>)
    }
}

fn shown<'p>(problem: &'p Problem, sources: &'p Sources) -> Shown<'p> {
    let mut groups: Vec<(usize, Vec<LabeledSpan>)> = Vec::new();
    for label in &problem.labels {
        let file = sources.file_of(label.span).map_or(0, |f| f.start);
        let span = LabeledSpan::new(Some(label.words.clone()), label.span.start, label.span.end.saturating_sub(label.span.start));
        match groups.iter_mut().find(|(f, _)| *f == file) {
            Some((_, labels)) => labels.push(span),
            None => groups.push((file, vec![span])),
        }
    }
    let mut groups = groups.into_iter().map(|(_, labels)| labels);
    let first = groups.next().unwrap_or_default();
    let related = groups.map(|labels| Shown { texts: Texts(sources), head: None, labels, related: Vec::new() }).collect();
    Shown { texts: Texts(sources), head: Some(problem), labels: first, related }
}

/// One problem with its excerpts.
pub fn render(problem: &Problem, sources: &Sources, colour: bool) -> String {
    let theme = if colour { GraphicalTheme::unicode() } else { GraphicalTheme::unicode_nocolor() };
    let handler = GraphicalReportHandler::new_themed(theme).with_width(WIDTH).with_wrap_lines(false).with_links(false).with_context_lines(0);
    let mut out = String::new();
    if handler.render_report(&mut out, &shown(problem, sources)).is_err() {
        out = format!("{}: [{}] {}\n", problem.severity.word(), problem.code, problem.message);
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
