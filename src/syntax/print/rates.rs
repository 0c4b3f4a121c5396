//! Rates and bases.

use super::super::tree::*;
use super::goods::names;
use super::literals::{money, percent_of, quoted, specific};
use super::phrase::Phrase;

pub fn rate(rate: &Rate) -> Phrase {
    let mut phrase = sum(&rate.first);
    for (bound, next) in &rate.bounds {
        let word = match bound {
            Bound::AtLeast => "at least",
            Bound::AtMost => "at most",
        };
        phrase.append(sum(next).lead(word));
    }
    phrase
}

fn sum(sum: &RateSum) -> Phrase {
    let mut phrase = Phrase::default();
    for (sign, next) in &sum.terms {
        let next = term(next);
        phrase.append(if phrase.atoms.is_empty() { next } else { next.lead(mark(*sign)) });
    }
    phrase
}

pub fn mark(sign: Sign) -> &'static str {
    match sign {
        Sign::Plus => "+",
        Sign::Minus => "-",
    }
}

fn term(term: &RateTerm) -> Phrase {
    match term {
        RateTerm::Free(span) => Phrase::of("free", span.start),
        RateTerm::None(span) => Phrase::of("none", span.start),
        RateTerm::Table(path) => Phrase::of(format!("table {}", quoted(path)), path.span.start),
        RateTerm::Matching { measure, origin, after, span } => {
            let after = after.as_ref().map(|d| format!(" after {}", d.duration)).unwrap_or_default();
            Phrase::of(format!("matching {} of origin {}{after}", measure.text, origin.text), span.start)
        }
        RateTerm::Inclusive(percent, of, _) => names(of).lead(&format!("{} inclusive of", percent.text)),
        RateTerm::PercentOf(percent, name, span) => Phrase::of(percent_of(percent, name), span.start),
        RateTerm::Percent(percent) => Phrase::of(percent.text.as_str(), percent.span.start),
        RateTerm::RateOf(name, span) => Phrase::of(format!("rate of {}", name.text), span.start),
        RateTerm::Specific(s) => Phrase::of(specific(s), s.span.start),
        RateTerm::Product(factors, span) => {
            let words: Vec<String> = factors.iter().map(factor).collect();
            Phrase::of(words.join(" * "), span.start)
        }
    }
}

fn factor(factor: &Factor) -> String {
    match factor {
        Factor::Money(m) => money(m),
        Factor::Number(n) => n.text.clone(),
        Factor::Named(n) => n.text.clone(),
    }
}

pub fn base(base: &Base) -> Phrase {
    let mut phrase = Phrase::default();
    for (sign, term) in &base.terms {
        let next = match term {
            BaseTerm::Named(name) => Phrase::of(name.text.as_str(), name.span.start),
            BaseTerm::BaseOf(name, span) => Phrase::of(format!("base of {}", name.text), span.start),
        };
        let word = match sign {
            Sign::Plus => "plus",
            Sign::Minus => "less",
        };
        phrase.append(if phrase.atoms.is_empty() { next } else { next.lead(word) });
    }
    if base.grossed_up {
        phrase.join("grossed up");
    }
    phrase
}
