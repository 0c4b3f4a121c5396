//! What differs between two versions for every shipment alike: how amounts are reckoned, what is limited, what stands in.

use crate::outcome::{Interpreter, rate_text};
use crate::program::{FactId, Life, Program, Quota, QuotaRow};
use crate::value::{Instant, RoundingMode};
use std::collections::BTreeMap;

/// The general differences, each as a sentence.
pub fn compare(old: &Interpreter<'_>, new: &Interpreter<'_>) -> Vec<String> {
    let (a, b) = (old.program, new.program);
    let mut out = Vec::new();
    let mut differs = |what: &str, before: String, after: String| {
        if before != after {
            out.push(format!("{what}: {before} → {after}"));
        }
    };
    differs("currency", a.currency.to_string(), b.currency.to_string());
    differs("clock", a.clock.name().to_owned(), b.clock.name().to_owned());
    differs("rounding", rounding(a), rounding(b));
    differs("time of the book", time(a), time(b));
    differs("bare dates", bare_dates(a), bare_dates(b));
    if a.nomenclature.existing != b.nomenclature.existing {
        differs("nomenclature", a.nomenclature.path.clone(), format!("{} (other codes)", b.nomenclature.path));
    }
    if format!("{:?}", a.exchange) != format!("{:?}", b.exchange) {
        differs("rates of exchange", "as they were".to_owned(), "others".to_owned());
    }
    let numbering = super::difference::numbering(a, b);
    let number = |fact: FactId| numbering.get(fact.0).copied().unwrap_or(fact);
    each(&mut differs, "limit", limits(old, &|f| f), limits(new, &number));
    // Each limit acts on what the earlier ones left.
    let order = |p: &Program, other: &Program| {
        let both = p.limits.iter().filter(|l| other.limits.iter().any(|o| o.name == l.name));
        both.map(|l| format!("`{}`", l.name)).collect::<Vec<_>>().join(", ")
    };
    differs("order of limits", order(a, b), order(b, a));
    each(&mut differs, "quota", quotas(a), quotas(b));
    each(&mut differs, "default of", defaults(a), defaults(b));
    each(&mut differs, "kind of", kinds(a), kinds(b));
    out
}

/// By name: what is said of it to a reader, and what it is in every detail, to be compared.
type Said = BTreeMap<String, (String, String)>;

fn each(differs: &mut dyn FnMut(&str, String, String), what: &str, old: Said, new: Said) {
    let mut names: Vec<&String> = old.keys().chain(new.keys()).collect();
    names.sort();
    names.dedup();
    for name in names {
        let (before, after) = (old.get(name), new.get(name));
        if before.map(|b| &b.1) == after.map(|a| &a.1) {
            continue;
        }
        let shown = |said: Option<&(String, String)>| said.map_or_else(|| "none".to_owned(), |s| s.0.clone());
        let (before, mut after) = (shown(before), shown(after));
        if before == after {
            after.push_str(", applied or reckoned otherwise");
        }
        differs(&format!("{what} `{name}`"), before, after);
    }
}

fn bare_dates(p: &Program) -> String {
    match p.bare_dates_start {
        Some(true) => "start",
        Some(false) => "end",
        None => "not said",
    }
    .to_owned()
}

fn rounding(p: &Program) -> String {
    let mode = match p.rounding.mode {
        RoundingMode::HalfUp => "half up",
        RoundingMode::HalfEven => "half even",
        RoundingMode::Down => "down",
    };
    format!("{mode} to {} {}", p.rounding.step, if p.rounding.each_amount { "each amount" } else { "at the end" })
}

fn time(p: &Program) -> String {
    let show = |t: Option<crate::value::Instant>| t.map_or_else(|| "always".to_owned(), |t| p.show(t));
    format!("{} to {}", show(p.speaks_from), show(p.speaks_until))
}

/// ` from … until …`, as far as there are such moments.
fn during(p: &Program, from: Option<Instant>, until: Option<Instant>) -> String {
    let from = from.map_or_else(String::new, |t| format!(" from {}", p.show(t)));
    let until = until.map_or_else(String::new, |t| format!(" until {}", p.show(t)));
    format!("{from}{until}")
}

fn limits(i: &Interpreter<'_>, number: &dyn Fn(FactId) -> FactId) -> Said {
    let p = i.program;
    let named = |l: &crate::program::Limit| l.of.iter().map(|m| p.measure_name(*m)).collect::<Vec<_>>().join(", ");
    let said = |(n, l): (usize, &crate::program::Limit)| {
        let when = match i.edition.limits.get(n) {
            Some(Life::Known(w)) => during(p, w.from, w.until),
            _ => ", not known".to_owned(),
        };
        let shown = format!("{} at most {}{when}", named(l), rate_text(&l.at_most, p));
        let whole = format!("{shown} {:?} {:?}", l.head.scope, l.head.condition.as_ref().map(|c| c.renumbered(number)));
        (l.name.clone(), (shown, whole))
    };
    p.limits.iter().enumerate().map(said).collect()
}

fn quotas(p: &Program) -> Said {
    let row = |q: &Quota, r: &QuotaRow| {
        let whose = r.importer.as_ref().map_or_else(String::new, |i| format!(" for `{i}`"));
        format!("{} {}{whose}{}", r.quantity, q.column, during(p, r.from, r.until))
    };
    let said = |q: &Quota| {
        let rows: Vec<String> = q.rows.iter().map(|r| row(q, r)).collect();
        let shown = if rows.is_empty() { "no rows".to_owned() } else { rows.join("; ") };
        (q.name.clone(), (shown.clone(), format!("{} {} {} {shown}", p.fact_name(q.fact), q.factor, q.per_importer)))
    };
    p.quotas.iter().map(said).collect()
}

fn defaults(p: &Program) -> Said {
    let named = |f: &crate::program::Fact| f.default.as_ref().map(|d| (f.name.clone(), ("stated".to_owned(), format!("{:?}", d.kind))));
    p.facts.iter().filter_map(named).collect()
}

fn kinds(p: &Program) -> Said {
    p.measures.iter().map(|m| (m.name.clone(), (m.kind.word().to_owned(), m.kind.word().to_owned()))).collect()
}
