//! Conditions, values and claims.
//!
//! Parentheses that change nothing go, with one exception: `and` under `or` has them always, so that nobody needs to know which binds closer.

use super::super::tree::*;
use super::literals::{file, moment, money, percent_of, points, quoted, specific, yes_or_no};
use super::phrase::Phrase;
use super::rates::mark;

pub fn condition(condition: &Condition) -> Phrase {
    match condition {
        Condition::Any(parts, _) => joined("or", parts.iter().map(|p| nested(p, matches!(p, Condition::Any(..) | Condition::All(..))))),
        Condition::All(parts, _) => joined("and", parts.iter().map(|p| nested(p, matches!(p, Condition::Any(..) | Condition::All(..))))),
        Condition::Not(inner, _) => nested(inner, matches!(**inner, Condition::Any(..) | Condition::All(..) | Condition::Not(..))).lead("not"),
        Condition::Moment { fact, bound, at, span } => {
            let word = match bound {
                MomentBound::Before => "before",
                MomentBound::From => "from",
                MomentBound::Through => "through",
            };
            Phrase::of(format!("{} {word} {}", fact.text, moment(at)), span.start)
        }
        Condition::During(name, span) => Phrase::of(format!("during {}", name.text), span.start),
        Condition::Claims(text, span) => Phrase::of(format!("claims {}", quoted(text)), span.start),
        Condition::InForce(name, span) => Phrase::of(format!("{} in force", name.text), span.start),
        Condition::InFile { fact, file: list, span } => Phrase::of(format!("{} in {}", fact.text, file(list)), span.start),
        Condition::Compare(c) => comparison(c),
        Condition::Flag(name) => Phrase::of(name.text.as_str(), name.span.start),
    }
}

/// Whether the last words are a moment and one bound, so that a period after them would read like a second bound.
pub fn ends_with_bound(condition: &Condition) -> bool {
    let bare = |c: &Condition| !matches!(c, Condition::Any(..) | Condition::All(..)) && ends_with_bound(c);
    match condition {
        Condition::Moment { .. } => true,
        Condition::Any(parts, _) | Condition::All(parts, _) => parts.last().is_some_and(bare),
        Condition::Not(inner, _) => bare(inner),
        _ => false,
    }
}

fn nested(part: &Condition, parentheses: bool) -> Phrase {
    if parentheses { condition(part).nest() } else { condition(part) }
}

fn joined(word: &str, parts: impl Iterator<Item = Phrase>) -> Phrase {
    let mut all = Phrase::default();
    for part in parts {
        all.append(if all.atoms.is_empty() { part } else { part.lead(word) });
    }
    all
}

pub fn comparison(comparison: &Comparison) -> Phrase {
    let mut phrase = expression(&comparison.left);
    phrase.append(expression(&comparison.right).lead(comparison.comparator.mark()));
    phrase
}

pub fn expression(value: &Expression) -> Phrase {
    let at = value.span().start;
    match value {
        Expression::Sum(terms, _) => {
            let mut all = Phrase::default();
            for (sign, term) in terms {
                let next = expression(term);
                all.append(if all.atoms.is_empty() { next } else { next.lead(mark(*sign)) });
            }
            all
        }
        Expression::Product(factors, _) => joined("*", factors.iter().map(expression)),
        Expression::Percent(p) => Phrase::of(p.text.as_str(), at),
        Expression::Points(p) => Phrase::of(points(p), at),
        Expression::Money(m) => Phrase::of(money(m), at),
        Expression::Specific(s) => Phrase::of(specific(s), at),
        Expression::Number(n) => Phrase::of(n.text.as_str(), at),
        Expression::Moment(m) => Phrase::of(moment(m), at),
        Expression::Text(t) => Phrase::of(quoted(t), at),
        Expression::Country(n) | Expression::Named(n) => Phrase::of(n.text.as_str(), at),
        Expression::Flag(flag, _) => Phrase::of(yes_or_no(*flag), at),
        Expression::PercentOf(percent, name, _) => Phrase::of(percent_of(percent, name), at),
        Expression::PerUnit(name, unit, _) => Phrase::of(format!("{} per {unit}", name.text), at),
        Expression::RateOf(name, _) => Phrase::of(format!("rate of {}", name.text), at),
    }
}

pub fn claim(claim_: &Claim) -> Phrase {
    let nested = |c: &Claim, parentheses: bool| if parentheses { claim(c).nest() } else { claim(c) };
    match claim_ {
        Claim::Any(parts, _) => joined("or", parts.iter().map(|p| nested(p, matches!(p, Claim::Any(..) | Claim::All(..))))),
        Claim::All(parts, _) => joined("and", parts.iter().map(|p| nested(p, matches!(p, Claim::Any(..) | Claim::All(..))))),
        Claim::Not(inner, _) => nested(inner, matches!(**inner, Claim::Any(..) | Claim::All(..) | Claim::Not(..))).lead("not"),
        Claim::Compare(c) => comparison(c),
        Claim::Outcome(name, outcome, span) => Phrase::of(format!("{} {}", name.text, outcome.words()), span.start),
    }
}
