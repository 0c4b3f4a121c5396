//! A shipment that was assessed, shown briefly: what applies with its rate and amount, what was relieved, and the total.

use crate::facts::{FactError, Shipment};
use crate::outcome::{Assessment, Cause, Explanation, Interpreter, MeasureResult, rate_text};
use crate::problem::listed;
use crate::program::{Checked, Program, StatedFacts};
use crate::syntax::{ChargeKind, OutcomeWord};
use jiff::civil::Date;
use std::sync::Arc;

/// A shipment with its assessment and the book it was assessed by.
#[derive(Clone, Debug)]
pub struct Assessed {
    pub checked: Arc<Checked>,
    pub program: Arc<Program>,
    pub shipment: Shipment,
    pub assessment: Assessment,
}

/// What a measure came to, in cells.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Row {
    pub name: String,
    pub outcome: OutcomeWord,
    pub rate: String,
    pub amount: String,
    /// What acted on it, or why nothing can be said.
    pub remark: String,
    /// The same in few words, where it is long.
    pub short: Option<String>,
    /// Names of what acted on it.
    pub by: Vec<String>,
}

impl Row {
    /// Whether a change from one to the other is worth a line: that a rate which is not there yet starts later is not.
    pub fn differs(&self, other: &Row) -> bool {
        (self.outcome, &self.rate, &self.amount, &self.by) != (other.outcome, &other.rate, &other.amount, &other.by)
    }

    /// The rate with what acted on it, or why there is none; an idle measure says only that it is.
    pub fn rate_line(&self) -> String {
        match (self.rate.is_empty(), self.remark.is_empty()) {
            (false, true) => self.rate.clone(),
            (false, false) => format!("{} ({})", self.rate, self.remark),
            _ if is_shown(self.outcome) => self.short.as_ref().unwrap_or(&self.remark).clone(),
            _ => self.outcome.words().to_owned(),
        }
    }

    /// The row on one line, without its name.
    pub fn line(&self) -> String {
        let cells = [&self.rate, &self.amount].into_iter().filter(|c| !c.is_empty()).cloned().collect::<Vec<_>>().join(" ");
        match (cells.is_empty(), self.remark.is_empty()) {
            (true, _) => self.short.as_ref().unwrap_or(&self.remark).clone(),
            (false, true) => cells,
            (false, false) => format!("{cells} ({})", self.remark),
        }
    }
}

impl Assessed {
    /// Assesses by a book that can be run.
    pub fn new(
        checked: &Arc<Checked>,
        program: &Arc<Program>,
        stated: &StatedFacts,
        known_at: Option<Date>,
        bare_start: Option<bool>,
    ) -> Result<Self, FactError> {
        let shipment = Shipment::from_stated(program, stated, bare_start)?;
        let assessment = Interpreter::new(program, known_at).assess(&shipment);
        Ok(Assessed { checked: checked.clone(), program: program.clone(), shipment, assessment })
    }

    pub fn explanation(&self) -> Explanation<'_> {
        Explanation { program: &self.program, sources: &self.checked.sources, shipment: &self.shipment, assessment: &self.assessment }
    }

    /// What each measure comes to, in order of declaration.
    pub fn rows(&self) -> Vec<Row> {
        self.assessment.results.iter().map(|r| self.row(r)).collect()
    }

    pub fn row(&self, result: &MeasureResult) -> Row {
        let explanation = self.explanation();
        let by: Vec<String> = explanation.by_names(result).into_iter().map(str::to_owned).collect();
        let cause = result.cause.as_ref().map(|c| explanation.cause(c));
        let headline = result.headline.as_ref().map(|r| rate_text(r, &self.program));
        let mut row = Row {
            name: self.program.measure_name(result.measure).to_owned(),
            outcome: result.outcome,
            rate: String::new(),
            amount: String::new(),
            remark: String::new(),
            short: None,
            by,
        };
        if let (OutcomeWord::Applied, Some(amount)) = (result.outcome, result.printed) {
            row.rate = result.rate.as_ref().map_or_else(String::new, |r| rate_text(r, &self.program));
            row.amount = format!("{} {amount}", self.program.currency);
            if let (false, Some(headline)) = (row.by.is_empty(), headline) {
                row.remark = format!("{headline} before {}", row.by.join(", "));
            }
            return row;
        }
        if let (OutcomeWord::NeedsInput, Some(Cause::Needs(missing))) = (result.outcome, &result.cause) {
            let facts: Vec<String> = missing.iter().map(|m| format!("`{}`", explanation.missing_name(m.fact))).collect();
            row.short = Some(format!("needs {}", listed(&facts, "and")));
        }
        // "needs input: needs …" would say it twice.
        let cause = cause.map(|c| c.strip_prefix("needs ").map_or(c.clone(), str::to_owned));
        let acted = if row.by.is_empty() { cause.map_or_else(String::new, |c| format!(": {c}")) } else { format!(" by {}", row.by.join(", ")) };
        let before = headline.filter(|_| !row.by.is_empty()).map_or_else(String::new, |h| format!(", {h} before"));
        row.remark = format!("{}{acted}{before}", result.outcome.words());
        row
    }

    /// Status and, where there is one, the total.
    pub fn total(&self) -> String {
        match &self.assessment.totals {
            Some(totals) => format!("{} {}", self.program.currency, totals.total),
            None => self.assessment.status.words().to_owned(),
        }
    }

    /// The brief answer to a shipment.
    pub fn brief(&self) -> String {
        let known = self.assessment.known_at.map_or_else(String::new, |k| format!(", as known on {k}"));
        let mut out = format!("{}{known}\n", self.assessment.status.words());
        let mut rows: Vec<[String; 4]> = self.rows().into_iter().filter(|r| is_shown(r.outcome)).map(|r| [r.name, r.rate, r.amount, r.remark]).collect();
        let nothing = rows.is_empty();
        if let Some(totals) = &self.assessment.totals {
            let parts = [(ChargeKind::Measure, "duty", totals.duty), (ChargeKind::Tax, "tax", totals.tax), (ChargeKind::Fee, "fee", totals.fee)];
            let has = |kind: ChargeKind| self.program.measures.iter().any(|m| m.kind == kind);
            let said: Vec<String> = parts.iter().filter(|(k, _, _)| *k == ChargeKind::Measure || has(*k)).map(|(_, w, n)| format!("{w} {n}")).collect();
            rows.push(["total".to_owned(), String::new(), format!("{} {}", self.program.currency, totals.total), said.join(", ")]);
        }
        if nothing {
            out.push_str("  no measure applies\n");
        }
        out.push_str(&columns(&rows));
        for fact in &self.assessment.defaults {
            out.push_str(&format!("  `{}` was not given; its declared default was used\n", self.program.fact_name(*fact)));
        }
        out
    }
}

/// What applies, what is relieved, and what is open; the rest is for `:why`.
fn is_shown(outcome: OutcomeWord) -> bool {
    !matches!(outcome, OutcomeWord::NotInForce | OutcomeWord::OutOfScope | OutcomeWord::ConditionNotMet)
}

/// Rows with their cells below each other, indented; amounts are flush right. The last cell may be as long as it likes.
pub fn columns(rows: &[[String; 4]]) -> String {
    let width = |at: usize| rows.iter().filter_map(|r| r.get(at)).map(|c| c.chars().count()).max().unwrap_or(0);
    let (name, rate, amount) = (width(0), width(1), width(2));
    let mut out = String::new();
    for [a, b, c, d] in rows {
        // What has neither rate nor amount says its remark where they would stand.
        let line = if b.is_empty() && c.is_empty() { format!("  {a:name$}  {d}") } else { format!("  {a:name$}  {b:rate$}  {c:>amount$}  {d}") };
        out.push_str(line.trim_end());
        out.push('\n');
    }
    out
}
