//! What differs between two versions for every shipment alike: how amounts are reckoned, what is limited, what stands in.

use crate::outcome::{Interpreter, rate_text};
use crate::program::{Life, Program};
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
    differs("bare dates", format!("{:?}", a.bare_dates_start), format!("{:?}", b.bare_dates_start));
    if a.nomenclature.existing != b.nomenclature.existing {
        differs("nomenclature", a.nomenclature.path.clone(), format!("{} (other codes)", b.nomenclature.path));
    }
    if format!("{:?}", a.exchange) != format!("{:?}", b.exchange) {
        differs("rates of exchange", "as they were".to_owned(), "others".to_owned());
    }
    each(&mut differs, "limit", limits(old), limits(new));
    each(&mut differs, "quota", quotas(a), quotas(b));
    each(&mut differs, "default of", defaults(a), defaults(b));
    each(&mut differs, "kind of", kinds(a), kinds(b));
    out
}

type Said = BTreeMap<String, String>;

fn each(differs: &mut dyn FnMut(&str, String, String), what: &str, old: Said, new: Said) {
    let mut names: Vec<&String> = old.keys().chain(new.keys()).collect();
    names.sort();
    names.dedup();
    let none = || "none".to_owned();
    for name in names {
        differs(&format!("{what} `{name}`"), old.get(name).cloned().unwrap_or_else(none), new.get(name).cloned().unwrap_or_else(none));
    }
}

fn rounding(p: &Program) -> String {
    format!("{:?} to {} {}", p.rounding.mode, p.rounding.step, if p.rounding.each_amount { "each amount" } else { "at the end" })
}

fn time(p: &Program) -> String {
    let show = |t: Option<crate::value::Instant>| t.map_or_else(|| "always".to_owned(), |t| p.show(t));
    format!("{} to {}", show(p.speaks_from), show(p.speaks_until))
}

fn limits(i: &Interpreter<'_>) -> Said {
    let p = i.program;
    let named = |l: &crate::program::Limit| l.of.iter().map(|m| p.measure_name(*m)).collect::<Vec<_>>().join(", ");
    let life = |n: usize| match i.edition.limits.get(n) {
        Some(Life::Known(w)) => format!("{:?}", w),
        _ => "not known".to_owned(),
    };
    let reach = |l: &crate::program::Limit| format!("{:?} {:?}", l.head.scope, l.head.condition);
    p.limits.iter().enumerate().map(|(n, l)| (l.name.clone(), format!("{} at most {} {} {}", named(l), rate_text(&l.at_most, p), reach(l), life(n)))).collect()
}

fn quotas(p: &Program) -> Said {
    let rows = |q: &crate::program::Quota| q.rows.iter().map(|r| format!("{:?} {} {:?} {:?}", r.importer, r.quantity, r.from, r.until)).collect::<Vec<_>>();
    p.quotas.iter().map(|q| (q.name.clone(), format!("{} {:?}", p.fact_name(q.fact), rows(q)))).collect()
}

fn defaults(p: &Program) -> Said {
    let named = |f: &crate::program::Fact| f.default.as_ref().map(|d| (f.name.clone(), format!("{:?}", d.kind)));
    p.facts.iter().filter_map(named).collect()
}

fn kinds(p: &Program) -> Said {
    p.measures.iter().map(|m| (m.name.clone(), m.kind.word().to_owned())).collect()
}
