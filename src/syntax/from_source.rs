//! Reads a file: cut in column 0, then item by item, and never gives up.

use super::grammar::{Grammar, Rule};
use super::mend::mistakes;
use super::slips;
use super::split::{Piece, split};
use super::terms::Reader;
use super::tree::*;
use crate::problem::{Problem, Problems, syntax};
use crate::source::Span;
use pest::Parser;

/// Parentheses within parentheses, more than anybody can follow; what reads them has to come back from each.
const MOST_NESTED: usize = 64;

/// Reads a text that begins at `start` in the joined space. What cannot be read becomes a `Broken` item and a problem.
pub fn parse(text: &str, start: usize, problems: &mut Problems) -> Syntax {
    let cut = split(text, start);
    if let Some(at) = cut.open_quotation {
        problems.add(syntax::open_quotation(Span::new(start.saturating_add(at), start.saturating_add(at).saturating_add(3))));
    }
    for comment in &cut.comments {
        problems.extend(slips::misleading(&comment.text, comment.span.start, "a comment"));
    }
    let mut items = Vec::new();
    for piece in cut.pieces {
        items.push(item(text, piece, start, cut.open_quotation.is_some(), problems));
    }
    Syntax { items, comments: cut.comments, span: Span::new(start, start.saturating_add(text.len())) }
}

fn item(text: &str, piece: Piece, start: usize, open_quotation: bool, problems: &mut Problems) -> Item {
    let words = text.get(piece.start..piece.end).unwrap_or("");
    let base = start.saturating_add(piece.start);
    let span = Span::new(base, base.saturating_add(words.len()));
    let broken = Item { kind: ItemKind::Broken, span };
    let indented = text.get(..piece.start).is_some_and(|t| !t.is_empty() && !t.ends_with('\n'));
    if indented {
        problems.add(syntax::before_any_item(span));
        return broken;
    }
    if !slips::pasted_characters(words, base).is_empty() {
        mistakes(words, base, problems);
        return broken;
    }
    if let Some(at) = too_deep(words) {
        let at = base.saturating_add(at);
        problems.add(syntax::nested_too_deeply(MOST_NESTED, Span::new(at, at.saturating_add(1))));
        return broken;
    }
    match Grammar::parse(Rule::item, words) {
        Ok(mut pairs) => {
            let mut reader = Reader::new(base);
            let read = pairs.next().and_then(|p| reader.item(p, words));
            let failed = !reader.problems.is_empty();
            problems.extend(reader.problems);
            match read {
                Some(item) if !failed => Item { span, ..item },
                _ => broken,
            }
        }
        Err(_) if open_quotation && words.contains("\"\"\"") => broken,
        Err(_) => {
            mistakes(words, base, problems);
            broken
        }
    }
}

/// The place of the first parenthesis that is within more others than can be read, quoted words and comments aside.
fn too_deep(text: &str) -> Option<usize> {
    let (mut depth, mut quoted, mut comment) = (0usize, false, false);
    for (at, c) in text.char_indices() {
        match c {
            '\n' => comment = false,
            '"' if !comment => quoted = !quoted,
            '#' if !quoted => comment = true,
            _ if quoted || comment => {}
            '(' if depth == MOST_NESTED => return Some(at),
            '(' => depth = depth.saturating_add(1),
            ')' => depth = depth.saturating_sub(1),
            _ => {}
        }
    }
    None
}

/// Reads a line typed in a session: a shipment, a change of facts, or an expression.
pub fn parse_session_line(text: &str, start: usize) -> Result<SessionLine, Box<Problem>> {
    if let Some(at) = too_deep(text) {
        let at = start.saturating_add(at);
        return Err(Box::new(syntax::nested_too_deeply(MOST_NESTED, Span::new(at, at.saturating_add(1)))));
    }
    let parsed = Grammar::parse(Rule::session_line, text).map_err(|e| Box::new(slips::explain(text, start, &e)))?;
    let mut reader = Reader::new(start);
    let mut line = None;
    for pair in parsed {
        let span = reader.span(&pair);
        line = match pair.as_rule() {
            Rule::shipment_line => reader.shipment(pair.into_inner(), span).map(SessionLine::Shipment),
            Rule::fact_change => reader.shipment(pair.into_inner(), span).map(SessionLine::Change),
            Rule::expression_line => pair.into_inner().next().and_then(|p| match p.as_rule() {
                Rule::comparison => reader.comparison(p).map(|(left, comparator, right)| SessionLine::Comparison { left, comparator, right }),
                _ => reader.expression(p).map(SessionLine::Expression),
            }),
            _ => continue,
        };
        break;
    }
    if let Some(problem) = reader.problems.pop() {
        return Err(Box::new(problem));
    }
    line.ok_or_else(|| Box::new(syntax::unexpected("", &[], text, None, Span::new(start, start.saturating_add(text.len())))))
}

/// Reads a rate alone, as in the cell of a table. All of its parts have the place of the cell.
pub fn parse_rate(text: &str, cell: Span) -> Option<Rate> {
    let mut pairs = Grammar::parse(Rule::rate, text).ok()?;
    let mut reader = Reader::new(cell.start);
    let pair = pairs.next().filter(|p| p.as_str().trim() == text.trim())?;
    let rate = reader.rate(pair)?;
    reader.problems.is_empty().then_some(rate)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(text: &str) -> Syntax {
        let mut problems = Problems::default();
        let syntax = parse(text, 0, &mut problems);
        assert!(problems.is_empty(), "{problems:?}");
        syntax
    }

    #[test]
    fn parentheses_without_end_are_told() {
        for depth in [64, 65, 100_000] {
            let mut problems = Problems::default();
            let text = format!("measure a \"a (\"\n    on all goods of any origin # ((\n    rate 1% when {}f{}\n", "(".repeat(depth), ")".repeat(depth));
            parse(&text, 0, &mut problems);
            let found: Vec<&str> = problems.iter().map(|p| p.message.as_str()).collect();
            let expected: &[&str] = if depth == 64 { &[] } else { &["more than 64 parentheses stand within each other"] };
            assert_eq!(found, expected);
        }
        assert!(parse_session_line(&"(".repeat(100_000), 0).is_err());
    }

    #[test]
    fn a_period_after_countries_is_that_of_the_clause() {
        let syntax = read("measure a\n    on all goods of origin CN, HK from 2025-01-01 until 2025-02-01\n    rate 5% of origin MO from 2025-01-15\n");
        let Some(ItemKind::Charge(charge)) = syntax.items.first().map(|i| &i.kind) else { panic!("a measure was written") };
        assert!(charge.head.period.from.is_some() && charge.head.period.until.is_some());
        assert!(charge.body[0].modifiers.period.from.is_some());
        let Some(Origins::Of(countries)) = &charge.head.of else { panic!("origins were written") };
        assert!(countries.included.iter().all(|c| c.from.is_none() && c.until.is_none()));
    }

    #[test]
    fn a_country_of_a_set_carries_its_own_period() {
        let syntax = read("countries eu = DE, HR from 2013-07-01, GB until 2021-01-01\n");
        let Some(ItemKind::Countries(set)) = syntax.items.first().map(|i| &i.kind) else { panic!("a set was written") };
        assert!(set.countries.included[1].from.is_some() && set.countries.included[2].until.is_some());
    }
}
