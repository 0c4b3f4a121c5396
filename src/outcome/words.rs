//! Rates in the words of the language.

use crate::program::{Base, BaseTerm, MeasureId, Program, Rate, Term};
use crate::syntax::{Bound, Sign};
use crate::value::{Exact, percent_text};

/// A rate in the language's own words: `9.1% at most 1% + GBP 0.9 per 100 kg`.
pub fn rate_text(rate: &Rate, program: &Program) -> String {
    let mut out = sum_text(&rate.first, program);
    for (bound, sum) in &rate.bounds {
        let word = match bound {
            Bound::AtLeast => "at least",
            Bound::AtMost => "at most",
        };
        out.push_str(&format!(" {word} {}", sum_text(sum, program)));
    }
    out
}

/// What a percentage is taken of, in the language's own words: `value plus duties`.
pub fn base_text(base: &Base, program: &Program) -> String {
    let names = |ids: &[MeasureId]| ids.iter().map(|m| program.measure_name(*m)).collect::<Vec<_>>().join(", ");
    let mut out = String::new();
    for (i, (sign, term)) in base.terms.iter().enumerate() {
        if i > 0 {
            out.push_str(if *sign == Sign::Plus { " plus " } else { " less " });
        }
        match term {
            BaseTerm::Fact(f) => out.push_str(program.fact_name(*f)),
            BaseTerm::Duties => out.push_str("duties"),
            BaseTerm::Amounts(m) => out.push_str(&names(m)),
            BaseTerm::BasesOf(m) => out.push_str(&format!("base of {}", names(m))),
        }
    }
    if base.grossed_up {
        out.push_str(" grossed up");
    }
    out
}

fn sum_text(terms: &[(Sign, Term)], program: &Program) -> String {
    let mut out = String::new();
    for (i, (sign, term)) in terms.iter().enumerate() {
        match (i, sign) {
            (0, Sign::Plus) => {}
            (_, Sign::Plus) => out.push_str(" + "),
            (0, Sign::Minus) => out.push_str("- "),
            (_, Sign::Minus) => out.push_str(" - "),
        }
        out.push_str(&term_text(term, program));
    }
    out
}

fn term_text(term: &Term, program: &Program) -> String {
    let currency = program.currency;
    let names = |ids: &[MeasureId]| ids.iter().map(|m| program.measure_name(*m)).collect::<Vec<_>>().join(", ");
    match term {
        Term::Percent(p) => percent_text(*p),
        Term::Money(m) => format!("{currency} {m}"),
        Term::Specific { money, per, unit } if *per == Exact::ONE => format!("{currency} {money} per {unit}"),
        Term::Specific { money, per, unit } => format!("{currency} {money} per {per} {unit}"),
        Term::Input(f) => program.fact_name(*f).to_owned(),
        Term::Product { constant, facts } => {
            let facts: Vec<&str> = facts.iter().map(|f| program.fact_name(*f)).collect();
            format!("{currency} {constant} * {}", facts.join(" * "))
        }
        Term::PercentOfFact(p, f) => format!("{} of {}", percent_text(*p), program.fact_name(*f)),
        Term::PercentOfMeasures(p, m) => format!("{} of {}", percent_text(*p), names(m)),
        Term::RateOf(m) => format!("rate of {}", names(m)),
        Term::Matching(m) => {
            let (book, measure) = program.uses.get(m.book).map_or(("?", "?"), |(name, used)| (name.as_str(), used.measure_name(m.measure)));
            let after = m.after.map_or_else(String::new, |d| format!(" after {d}"));
            format!("matching {book}.{measure} of origin {}{after}", m.origin)
        }
        Term::Scaled(share, inner) => format!("{} of {}", percent_text(*share), term_text(inner, program)),
        Term::Foreign(foreign, inner) => term_text(inner, program).replacen(currency.code(), foreign.code(), 1),
        Term::Inclusive(p, m) => format!("{} inclusive of {}", percent_text(*p), names(m)),
    }
}

impl crate::program::RowRate {
    /// What a row of a table says, in words.
    pub fn words(&self, program: &Program) -> String {
        match self {
            crate::program::RowRate::Rate(rate) => rate_text(rate, program),
            crate::program::RowRate::None => "none".to_owned(),
            crate::program::RowRate::Unread(_) => "unread".to_owned(),
        }
    }
}
