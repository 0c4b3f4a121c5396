//! How many shipments were assessed, and how many not and why.

use super::{Cause, Explanation, Status, Turn};
use crate::problem::{counted, listed};
use std::collections::BTreeMap;

/// More reasons than these are counted together.
const MOST_REASONS: usize = 6;

/// Counts by status and reason. Reasons name facts and measures, never a row, so that there are few of them.
#[derive(Clone, Debug, Default)]
pub struct Tally {
    assessed: u64,
    others: BTreeMap<Status, BTreeMap<String, u64>>,
}

impl Tally {
    /// Counts a shipment that was assessed.
    pub fn assessed(&mut self) {
        self.assessed = self.assessed.saturating_add(1);
    }

    /// So many more shipments are assessed.
    pub fn assessed_more(&mut self, count: u64) {
        self.assessed = self.assessed.saturating_add(count);
    }

    /// Counts one that was not, and why.
    pub fn not_assessed(&mut self, status: Status, reason: String) {
        let count = self.others.entry(status).or_default().entry(reason).or_default();
        *count = count.saturating_add(1);
    }

    /// How many were not assessed.
    pub fn count_not_assessed(&self) -> u64 {
        self.others.values().flat_map(BTreeMap::values).fold(0, |n, m| n.saturating_add(*m))
    }

    /// The closing lines of a run.
    pub fn lines(&self) -> Vec<String> {
        self.lines_as("assessed")
    }

    /// The same for a run that does something else with shipments: `done` says what.
    pub fn lines_as(&self, done: &str) -> Vec<String> {
        let not = self.count_not_assessed();
        let all = usize::try_from(self.assessed.saturating_add(not)).unwrap_or(usize::MAX);
        let mut out = vec![if not == 0 {
            format!("{}, all {done}", counted(all, "shipment"))
        } else {
            format!("{}: {} {done}, {not} not {done}", counted(all, "shipment"), self.assessed)
        }];
        for (status, reasons) in &self.others {
            let count = reasons.values().fold(0u64, |n, m| n.saturating_add(*m));
            let mut sorted: Vec<(&String, &u64)> = reasons.iter().collect();
            sorted.sort_by(|a, b| b.1.cmp(a.1).then(a.0.cmp(b.0)));
            let mut said: Vec<String> = sorted.iter().take(MOST_REASONS).map(|(reason, n)| format!("{reason} ({n})")).collect();
            let rest = sorted.iter().skip(MOST_REASONS).fold(0u64, |n, (_, m)| n.saturating_add(**m));
            if rest > 0 {
                said.push(format!("other reasons ({rest})"));
            }
            out.push(format!("  {count} {}: {}", status.words(), said.join(", ")));
        }
        out
    }
}

/// Why a shipment is not assessed, in words that shipments with the same trouble share.
pub fn reason(e: &Explanation<'_>) -> String {
    let Some(result) = e.gravest() else { return "amounts too large".to_owned() };
    let measure = format!("`{}`", e.program.measure_name(result.measure));
    match &result.cause {
        Some(Cause::Needs(missing)) if !missing.is_empty() => {
            let names: Vec<String> = missing.iter().map(|m| format!("`{}`", e.missing_name(m.fact))).collect();
            listed(&names, "and")
        }
        Some(Cause::Depends(turns)) => match turns.first() {
            Some(Turn::At(fact, _)) => format!("`{}` without its time", e.program.fact_name(*fact)),
            Some(Turn::Code(_)) => "`hs` with too few digits".to_owned(),
            _ => "too much is open".to_owned(),
        },
        Some(Cause::NoRate) => format!("{measure} says no rate"),
        Some(Cause::Unread(..)) => format!("a rate of {measure} cannot be read"),
        Some(Cause::OutsideTime) => "entered outside the time of the book".to_owned(),
        Some(Cause::TooLarge) => "amounts too large".to_owned(),
        Some(Cause::ZeroValue) => "`value` is zero".to_owned(),
        _ => measure,
    }
}
