//! The rule of head and body: which scope, condition, period, label and citation belongs to what.
//!
//! What comes before the first body clause holds for the whole item; afterwards it belongs to the body clause before it.
//! A layout that tells a reader otherwise is an error, so that nobody writes a duty on all goods by accident.

use super::grammar::{Pair, Rule};
use super::terms::Reader;
use super::tree::*;
use crate::problem::syntax;
use crate::source::Span;

/// Gathers the clauses of one item.
pub struct Attach<'t> {
    /// The text of the piece, to see what stands on which line.
    text: &'t str,
    pub head: Modifiers,
    pub body: Vec<BodyClause>,
    /// The condition that was read last, while nothing came after it.
    last_condition: Option<OpenCondition>,
}

/// A condition whose last words are a moment and one bound, outside parentheses.
struct OpenCondition {
    end: usize,
    bound: Span,
    fact: String,
}

impl<'t> Attach<'t> {
    pub fn new(text: &'t str) -> Self {
        Attach { text, head: Modifiers::default(), body: Vec::new(), last_condition: None }
    }

    /// Takes a clause that is a modifier; says whether it was one.
    pub fn modifier(&mut self, reader: &mut Reader, pair: Pair<'_>) -> bool {
        let rule = pair.as_rule();
        if !is_modifier(rule) {
            self.last_condition = None;
            return false;
        }
        let span = reader.span(&pair);
        let start = pair.as_span().start();
        self.check_layout(reader, rule, span, start);
        self.check_second_bound(reader, rule, span, start);
        self.last_condition = (rule == Rule::condition).then(|| open_condition(reader, &pair)).flatten();
        let (target, of) = match self.body.last_mut() {
            Some(clause) => {
                clause.span = clause.span.to(span);
                (&mut clause.modifiers, clause.kind.word())
            }
            None => (&mut self.head, "item"),
        };
        if let Some(first) = set(target, reader, pair) {
            reader.problems.push(syntax::said_twice(said(rule), of, first, span));
        }
        true
    }

    /// Begins a body clause.
    pub fn begin(&mut self, kind: BodyKind, span: Span) {
        self.last_condition = None;
        self.body.push(BodyClause { kind, modifiers: Modifiers::default(), span });
    }

    /// T012: a line of its own, indented no deeper than the body clause it belongs to.
    fn check_layout(&self, reader: &mut Reader, rule: Rule, span: Span, start: usize) {
        let Some(clause) = self.body.last() else { return };
        let indent = self.line_before(start);
        if !indent.chars().all(char::is_whitespace) {
            return;
        }
        let before_clause = self.line_before(clause.span.start.saturating_sub(reader.base));
        let clause_indent = before_clause.get(..before_clause.len().saturating_sub(before_clause.trim_start().len())).unwrap_or("");
        // How wide a tab is, every editor decides for itself: deeper is only what begins with the same blanks and goes on.
        let deeper = indent.starts_with(clause_indent) && indent.chars().count() > before_clause.chars().count();
        if !deeper {
            reader.problems.push(syntax::misleading_layout(said(rule), clause.kind.word(), clause.span, span));
        }
    }

    /// T012: `loaded before A from B` on one line reads like two bounds of `loaded`, and means a period.
    fn check_second_bound(&self, reader: &mut Reader, rule: Rule, span: Span, start: usize) {
        if !matches!(rule, Rule::from | Rule::until | Rule::through | Rule::lasting | Rule::during) {
            return;
        }
        let Some(open) = &self.last_condition else { return };
        let between = self.text.get(open.end..start).unwrap_or("");
        if !between.contains('\n') {
            reader.problems.push(syntax::two_bounds(&open.fact, open.bound, span));
        }
    }

    /// What stands before a position on its line.
    fn line_before(&self, position: usize) -> &'t str {
        let before = self.text.get(..position).unwrap_or("");
        before.rsplit('\n').next().unwrap_or("")
    }
}

fn open_condition(reader: &Reader, pair: &Pair<'_>) -> Option<OpenCondition> {
    let last = pair.clone().into_inner().flatten().filter(|p| matches!(p.as_rule(), Rule::moment | Rule::comparison | Rule::flag | Rule::CLOSE)).last()?;
    let whole = reader.span(pair);
    let bound = reader.span(&last);
    (last.as_rule() == Rule::moment && bound.end == whole.end).then(|| OpenCondition {
        end: whole.end.saturating_sub(reader.base),
        bound,
        fact: last.as_str().split_whitespace().next().unwrap_or("").to_owned(),
    })
}

fn is_modifier(rule: Rule) -> bool {
    matches!(
        rule,
        Rule::on_goods
            | Rule::of_origin
            | Rule::condition
            | Rule::from
            | Rule::until
            | Rule::through
            | Rule::lasting
            | Rule::during
            | Rule::label
            | Rule::prevails
            | Rule::cites
    )
}

/// The words that begin a modifier.
fn said(rule: Rule) -> &'static str {
    match rule {
        Rule::on_goods => "on",
        Rule::of_origin => "of origin",
        Rule::condition => "when",
        Rule::from => "from",
        Rule::until => "until",
        Rule::through => "through",
        Rule::lasting => "for",
        Rule::during => "during",
        Rule::label => "as",
        Rule::prevails => "prevails over",
        _ => "cites",
    }
}

/// Puts a modifier in its place; gives the place of an earlier one of the same kind.
fn set(target: &mut Modifiers, reader: &mut Reader, pair: Pair<'_>) -> Option<Span> {
    let span = reader.span(&pair);
    let rule = pair.as_rule();
    let mut inner = pair.into_inner();
    match rule {
        Rule::on_goods => {
            let earlier = target.on.as_ref().map(|g| g.span);
            target.on = inner.find(|p| p.as_rule() == Rule::goods).and_then(|p| reader.goods(p));
            earlier
        }
        Rule::of_origin => {
            let earlier = target.of.as_ref().map(Origins::span);
            target.of = origins(reader, inner, span);
            earlier
        }
        Rule::condition => {
            let earlier = target.when.as_ref().map(|w| w.span);
            let negated = inner.next().is_some_and(|w| w.as_rule() == Rule::UNLESS);
            let condition = inner.next().and_then(|p| reader.condition(p))?;
            target.when = Some(When { negated, condition, span });
            earlier
        }
        Rule::from | Rule::until | Rule::through => {
            let slot = match rule {
                Rule::from => &mut target.period.from,
                Rule::until => &mut target.period.until,
                _ => &mut target.period.through,
            };
            let earlier = slot.as_ref().map(|m| m.span);
            *slot = inner.find(|p| p.as_rule() == Rule::instant).and_then(|p| reader.moment(p));
            earlier
        }
        Rule::lasting => {
            let earlier = target.period.lasting.as_ref().map(|l| l.span);
            target.period.lasting = inner.find(|p| p.as_rule() == Rule::duration).and_then(|p| reader.lasting(p));
            earlier
        }
        Rule::during => {
            let earlier = target.period.during.as_ref().map(|n| n.span);
            target.period.during = inner.find(|p| p.as_rule() == Rule::path).map(|p| reader.name(&p));
            earlier
        }
        Rule::label => {
            let earlier = target.label.as_ref().map(|n| n.span);
            target.label = inner.find(|p| p.as_rule() == Rule::name).map(|p| reader.name(&p));
            earlier
        }
        Rule::prevails => {
            let earlier = target.prevails.first().map(|n| n.span);
            target.prevails = inner.find(|p| p.as_rule() == Rule::names).map(|p| reader.names(p)).unwrap_or_default();
            earlier
        }
        _ => {
            let earlier = target.cites.as_ref().map(|c| c.span);
            target.cites = cites(reader, inner, span);
            earlier
        }
    }
}

fn origins(reader: &mut Reader, inner: super::grammar::Pairs<'_>, span: Span) -> Option<Origins> {
    let mut excepted = Vec::new();
    for p in inner {
        match p.as_rule() {
            Rule::countries => return reader.countries(p).map(Origins::Of),
            Rule::country_list => excepted = reader.country_list(p)?,
            _ => {}
        }
    }
    Some(Origins::Any { excepted, span })
}

/// A citation, from the pairs within it.
pub fn cites(reader: &Reader, inner: super::grammar::Pairs<'_>, span: Span) -> Option<Cites> {
    let (mut instrument, mut section, mut quotation) = (None, None, None);
    for p in inner {
        match p.as_rule() {
            Rule::path => instrument = Some(reader.name(&p)),
            Rule::section => section = p.into_inner().next().map(|t| reader.text(&t)),
            Rule::long_text => quotation = Some(reader.text(&p)),
            _ => {}
        }
    }
    Some(Cites { instrument: instrument?, section, quotation, span })
}

impl BodyKind {
    /// The word that begins the clause.
    pub fn word(&self) -> &'static str {
        match self {
            BodyKind::Rate(_) => "rate",
            BodyKind::Base(_) => "base",
            BodyKind::YieldsTo(_) => "yields to",
            BodyKind::InLieuOf(_) => "in lieu of",
            BodyKind::Covers(_) => "covers",
            BodyKind::Postpone { .. } => "postpone",
            BodyKind::End { .. } => "end",
            BodyKind::Extend { .. } => "extend",
        }
    }
}

#[cfg(test)]
mod tests;
