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
mod tests {
    use crate::problem::Problems;
    use crate::syntax::{ItemKind, parse};

    /// The texts that are pointed at as misleading.
    fn misleading(text: &str) -> Vec<String> {
        let mut problems = Problems::default();
        parse(text, 0, &mut problems);
        assert!(problems.iter().all(|p| p.code == "T012"), "{text}\n{problems:#?}");
        problems.iter().map(|p| text.get(p.span().start..p.span().end).unwrap().to_owned()).collect()
    }

    /// A measure whose body is given; its head says all goods of any origin.
    fn measure(body: &str) -> String {
        format!("measure a\n    on all goods of any origin\n{body}\n")
    }

    #[test]
    fn every_modifier_on_a_line_like_the_clauses_is_refused() {
        let modifiers = [
            "on list \"steel.csv\"",
            "of origin CN",
            "of any origin except CA",
            "when steel",
            "unless steel",
            "from 2025-01-01",
            "until 2025-01-01",
            "through 2025-01-01",
            "for 90 days",
            "during truce",
            "as label",
            "prevails over label",
            "cites act \"sec. 1\"",
        ];
        for clause in ["rate 25%", "base value", "yields to b", "in lieu of b", "covers 01"] {
            for modifier in modifiers {
                assert_eq!(misleading(&measure(&format!("    {clause}\n    {modifier}"))), [modifier], "{clause}");
                assert_eq!(misleading(&measure(&format!("    {clause}\n  {modifier}"))), [modifier], "shallower than {clause}");
                assert!(misleading(&measure(&format!("    {clause}\n        {modifier}"))).is_empty(), "deeper than {clause}");
                assert!(misleading(&measure(&format!("    {clause} {modifier}"))).is_empty(), "on the line of {clause}");
            }
        }
        for clause in ["postpone x to 2025-01-01", "end x at 2025-01-01", "extend x until 2025-01-01"] {
            assert_eq!(misleading(&format!("amend a\n    {clause}\n    cites act\n")), ["cites act"]);
        }
    }

    #[test]
    fn neither_comments_nor_empty_lines_nor_line_ends_hide_it() {
        assert_eq!(misleading(&measure("    rate 25%\n\n    # steel only\n\n    on 72")), ["on 72"]);
        assert_eq!(misleading(&measure("    rate 25% # all\n    on 72 # steel only")), ["on 72"]);
        assert_eq!(misleading(&measure("    rate 25%\r\n    on 72\r\n")), ["on 72"]);
        assert_eq!(misleading(&measure("    rate 25% cites act \"\"\"\n    the words\n    of the law\"\"\"\n    on 72")), ["on 72"]);
        // Each that stands so is told, and of two on one line the first.
        assert_eq!(misleading(&measure("    rate 25%\n    on 72 of origin CN\n    cites act")), ["on 72", "cites act"]);
    }

    #[test]
    fn a_clause_in_the_middle_of_a_line_is_no_shallower_than_it_stands() {
        assert_eq!(misleading("measure a on all goods of any origin rate 25%\n    on 72\n"), ["on 72"]);
        assert_eq!(misleading(&measure("    rate 25% rate 10%\n        on 72")), ["on 72"]);
    }

    #[test]
    fn tabs_are_as_wide_as_blanks_or_wider_and_never_trusted() {
        assert_eq!(misleading(&measure("\trate 25%\n    on 72")), ["on 72"]);
        assert_eq!(misleading(&measure("    rate 25%\n\ton 72")), ["on 72"]);
        assert_eq!(misleading(&measure("\trate 25%\n        on 72")), ["on 72"]);
        assert!(misleading(&measure("\trate 25%\n\t\ton 72")).is_empty());
        assert!(misleading(&measure("\trate 25%\n\t  on 72")).is_empty());
    }

    #[test]
    fn what_only_looks_like_a_line_break_is_refused() {
        for end in ["\r", "\u{b}", "\u{c}", "\u{85}", "\u{2028}", "\u{2029}"] {
            for text in [measure(&format!("    rate 25%{end}    on 72")), measure(&format!("    rate 25% # all{end}    on 72"))] {
                let mut problems = Problems::default();
                parse(&text, 0, &mut problems);
                assert_eq!(problems.iter().next().map(|p| p.code), Some("T001"), "{text:?}");
            }
        }
    }

    #[test]
    fn text_that_changes_its_direction_is_refused() {
        for text in
            [measure("    rate 25% # \u{202e}lla"), measure("    rate 25% on list \"\u{2067}a.csv\""), measure("    rate 25% cites a \"\"\"\u{202b}\"\"\"")]
        {
            let mut problems = Problems::default();
            parse(&text, 0, &mut problems);
            assert_eq!(problems.len(), 1, "{text:?} {problems:?}");
            assert!(problems.iter().all(|p| p.message.contains("direction of writing")));
        }
    }

    #[test]
    fn one_word_and_two_bounds() {
        for period in ["from 2025-02-01", "until 2025-02-01", "through 2025-02-01", "for 90 days", "during truce"] {
            assert_eq!(misleading(&format!("exemption x from a\n    when loaded before 2025-01-01 {period}\n")), [period]);
            assert_eq!(misleading(&format!("exemption x from a\n    when b and not exported from 2025-01-01 {period}\n")), [period]);
            assert!(misleading(&format!("exemption x from a\n    when (loaded before 2025-01-01) {period}\n")).is_empty());
            assert!(misleading(&format!("exemption x from a\n    when loaded before 2025-01-01\n    {period}\n")).is_empty());
            assert!(misleading(&format!("exemption x from a\n    when loaded before 2025-01-01 and b {period}\n")).is_empty());
        }
        assert_eq!(misleading("exemption x from a\n    when loaded from 2025-01-01 before 2025-02-01\n"), ["before"]);
    }

    #[test]
    fn nothing_is_said_twice() {
        let twice = |text: &str| assert_eq!(misleading(text).len(), 1, "{text}");
        for modifier in ["on 72", "of origin CN", "when b", "from 2025-01-01", "until 2025-01-01", "for 90 days", "as x", "prevails over x", "cites act"] {
            twice(&measure(&format!("    rate 25% {modifier} {modifier}")));
            twice(&format!("exemption x from a\n    {modifier}\n    {modifier}\n"));
        }
        twice("exemption x from a\n    to 5%\n    by 5 points\n");
        twice("exemption x from a\n    up to quota q\n    up to quota r\n");
        twice("suspension x of a\n    by 5 points\n    by 6 points\n");
        twice("suspension x of a only b only c\n");
        twice("phaseout x of a\n    starting at 5%\n    starting at 6%\n");
        twice("phaseout x of a\n    counted from 2025-01-01\n    counted from 2026-01-01\n");
        twice("phaseout x of a\n    rounded to 1 points\n    rounded to 2 points\n");
        twice("phaseout x of a\n    in 4 yearly stages to 0%\n    cutting 5%\n");
        twice("quota q \"f.csv\" column a per importer per importer\n");
        twice("quota q \"f.csv\" column a tolerance 5% tolerance 6%\n");
        twice("quota q \"f.csv\" column a for 1 year from column b for 2 years from column c\n");
        twice("quota q \"f.csv\" column a cites b cites c\n");
        twice("measure a\n    against b\n    against c\n");
        twice("test \"t\"\n    shipment 01 known at 2025-01-01 known at 2025-01-02\n    expect a applied\n");
        twice("test \"t\"\n    shipment 01 scenario a scenario b\n    expect a applied\n");
    }

    #[test]
    fn a_clause_above_the_first_rate_holds_for_all() {
        let mut problems = Problems::default();
        let syntax = parse("measure a\n    on 72\n    cites act\n    of origin CN\n    rate 25%\n", 0, &mut problems);
        let Some(ItemKind::Charge(charge)) = syntax.items.first().map(|i| &i.kind) else { panic!("a measure was written") };
        assert!(problems.is_empty() && charge.head.on.is_some() && charge.head.of.is_some() && charge.head.cites.is_some());
        assert!(charge.body[0].modifiers.on.is_none());
    }
}
