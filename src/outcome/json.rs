//! The reasoning as programs read it.

use super::explain::Explanation;
use super::words::rate_text;
use super::{By, MeasureResult};
use crate::value::Exact;
use rust_decimal::Decimal;
use serde_json::{Value as Json, json};

/// The object of `why --format json`.
pub fn to_json(e: &Explanation<'_>) -> Json {
    let print = |d: Option<Decimal>| d.map(|d| d.to_string());
    let totals = e.assessment.totals;
    let measures: Vec<Json> = e
        .assessment
        .results
        .iter()
        .map(|r| {
            let clause = r.clause.as_ref().map(|c| {
                let place = e.sources.place(c.span);
                json!({"file": place.file, "line": place.line})
            });
            json!({
                "name": e.program.measure_name(r.measure),
                "kind": e.program.measure(r.measure).map(|m| m.kind.word()),
                "outcome": r.outcome.words(),
                "rate": r.rate.as_ref().map(|x| rate_text(x, e.program)),
                "base": r.base.map(|b| b.to_string()),
                "amount": if r.is_open() { None } else { print(r.printed.or_else(|| e.program.rounding.round(Exact::ZERO))) },
                "by": e.by_names(r),
                "quotas": quotas(e, r),
                "cites": e.cite_names(r),
                "clause": clause,
                "failed": r.cause.as_ref().map(|c| e.cause(c)),
            })
        })
        .collect();
    json!({
        "status": e.assessment.status.words(),
        "total": print(totals.map(|t| t.total)),
        "duty": print(totals.map(|t| t.duty)),
        "tax": print(totals.map(|t| t.tax)),
        "fee": print(totals.map(|t| t.fee)),
        "currency": e.program.currency.code(),
        "scenario": e.program.scenario,
        "known_at": e.assessment.known_at.map(|d| d.to_string()),
        "problem": if totals.is_none() { e.problem() } else { None },
        "defaults": e.assessment.defaults.iter().map(|f| e.program.fact_name(*f)).collect::<Vec<_>>(),
        "measures": measures,
    })
}

/// How far quotas reached for a measure, in the units of their columns.
fn quotas(e: &Explanation<'_>, result: &MeasureResult) -> Vec<Json> {
    let reached = result.by.iter().filter_map(|by| if let By::Quota(id, reached) = by { e.program.quotas.get(id.0).zip(Some(reached)) } else { None });
    reached
        .map(|(quota, r)| json!({"name": quota.name, "unit": quota.column, "quantity": r.wanted.to_string(), "within": r.got.to_string(), "left": r.balance.to_string()}))
        .collect()
}
