//! Outcomes as rows of a table: one a shipment, or one for each measure that reaches it.

use super::{Assessment, By, Explanation, MeasureResult, Status, rate_text};
use crate::facts::{Shipment, Value};
use crate::program::{FactId, Program};
use crate::syntax::OutcomeWord;
use crate::value::{Exact, Rounding, RoundingMode};
use rust_decimal::Decimal;

/// The columns of a row for each shipment.
pub const ROW: [&str; 10] = ["id", "status", "duty", "tax", "fee", "total", "rate_percent", "applied", "relieved", "problem"];

/// The columns of a row for each shipment and measure.
pub const DETAIL: [&str; 9] = ["id", "measure", "outcome", "rate", "base", "amount", "by", "cites", "clause"];

/// The row of an assessed shipment. Amounts are empty unless all of them are certain.
pub fn row(e: &Explanation<'_>, id: &str) -> [String; 10] {
    let status = e.assessment.status;
    let Some(totals) = e.assessment.totals else {
        let [duty, tax, fee, total, rate, applied, relieved] = [const { String::new() }; 7];
        return [id.to_owned(), status.words().to_owned(), duty, tax, fee, total, rate, applied, relieved, e.problem().unwrap_or_default()];
    };
    let rate = customs_value(e.program, e.shipment).and_then(|v| percent_of(Exact::from(totals.duty), v));
    let name = |r: &MeasureResult| e.program.measure_name(r.measure);
    let mut applied = Vec::new();
    let mut relieved = Vec::new();
    for result in &e.assessment.results {
        if let (OutcomeWord::Applied, Some(amount)) = (result.outcome, result.printed) {
            applied.push(format!("{}={amount}", name(result)));
        }
        relieved.extend(exemptions(e.program, result).map(|by| format!("{}:{by}", name(result))));
    }
    [
        id.to_owned(),
        status.words().to_owned(),
        totals.duty.to_string(),
        totals.tax.to_string(),
        totals.fee.to_string(),
        totals.total.to_string(),
        rate.map_or_else(String::new, |r| r.to_string()),
        applied.join(";"),
        relieved.join(";"),
        String::new(),
    ]
}

/// The row of what could not be read.
pub fn rejected_row(id: &str, problem: &str) -> [String; 10] {
    let mut cells = [const { String::new() }; 10];
    let [first, status, .., last] = &mut cells;
    id.clone_into(first);
    Status::Rejected.words().clone_into(status);
    problem.clone_into(last);
    cells
}

/// A row for each measure that reaches the shipment, in order of declaration.
pub fn detail_rows(e: &Explanation<'_>, id: &str) -> Vec<[String; 9]> {
    let zero = e.program.rounding.round(Exact::ZERO);
    let reached = e.assessment.results.iter().filter(|r| r.outcome != OutcomeWord::OutOfScope);
    reached
        .map(|r| {
            let amount = if r.is_open() { None } else { r.printed.or(zero) };
            [
                id.to_owned(),
                e.program.measure_name(r.measure).to_owned(),
                r.outcome.words().to_owned(),
                r.rate.as_ref().map_or_else(String::new, |rate| rate_text(rate, e.program)),
                r.base.map_or_else(String::new, |b| b.to_string()),
                amount.map_or_else(String::new, |a| a.to_string()),
                e.by_names(r).join(";"),
                e.cite_names(r).join(";"),
                r.clause.as_ref().map_or_else(String::new, |c| e.place(c.span)),
            ]
        })
        .collect()
}

/// The detail of what could not be read: a row without a measure.
pub fn rejected_detail(id: &str) -> [String; 9] {
    let mut cells = [const { String::new() }; 9];
    let [first, _, outcome, ..] = &mut cells;
    id.clone_into(first);
    Status::Rejected.words().clone_into(outcome);
    cells
}

/// The exemptions that took something off a measure.
pub fn exemptions<'p>(program: &'p Program, result: &MeasureResult) -> impl Iterator<Item = &'p str> {
    let ids = result.by.iter().filter_map(|by| if let By::Exemption(id) = by { Some(*id) } else { None }).collect::<Vec<_>>();
    ids.into_iter().filter_map(|id| program.exemptions.get(id.0)).map(|e| e.name.as_str())
}

/// The customs value in the book's currency, where it is known.
pub fn customs_value(program: &Program, shipment: &Shipment) -> Option<Exact> {
    match shipment.get(FactId::VALUE) {
        Some(Value::Money(amount, currency)) if *currency == program.currency => Some(*amount),
        _ => None,
    }
}

/// A share in percent, rounded half up to four places; nothing of a whole of zero.
pub fn percent_of(part: Exact, whole: Exact) -> Option<Decimal> {
    let percent = part.checked_div(whole)?.checked_mul(Exact::whole(100))?;
    let rounding = Rounding { mode: RoundingMode::HalfUp, step: Decimal::new(1, 4), each_amount: true };
    rounding.round(percent).map(|p| p.normalize())
}

impl Assessment {
    /// What exemptions took off, where all of it can be reckoned.
    pub fn saved(&self) -> Option<Exact> {
        self.results.iter().filter(|r| r.relieved()).try_fold(Exact::ZERO, |sum, r| sum.checked_add(r.saved?))
    }
}

impl MeasureResult {
    /// Whether an exemption took something off.
    pub fn relieved(&self) -> bool {
        self.by.iter().any(|by| matches!(by, By::Exemption(_)))
    }
}
