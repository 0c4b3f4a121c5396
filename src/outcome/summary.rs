//! Aggregates of many shipments: what was charged and what exemptions saved, by columns of the input, chapter, measure, relief or status.

use super::row::{customs_value, percent_of};
use super::{Assessment, By, MeasureResult, Status};
use crate::facts::{Columns, Row, Shipment};
use crate::problem::did_you_mean;
use crate::program::Program;
use crate::syntax::{ChargeKind, OutcomeWord};
use crate::value::Exact;
use rust_decimal::Decimal;
use std::collections::BTreeMap;
use std::fmt;

/// What shipments may be grouped by, besides the columns of the input.
const BUILT_IN: [(&str, Key); 4] = [("chapter", Key::Chapter), ("measure", Key::Measure), ("relief", Key::Relief), ("status", Key::Status)];

const SUMS: [&str; 11] = ["shipments", "assessed", "value", "value_percent", "duty", "tax", "fee", "total", "relieved_value", "relieved_percent", "saved"];

/// Sums by group. Amounts and values are of assessed shipments; what is not known is counted apart and never taken for zero.
pub struct Summary<'p> {
    program: &'p Program,
    names: Vec<String>,
    keys: Vec<Key>,
    groups: BTreeMap<Vec<Part>, Sums>,
    /// The value of all assessed shipments, each counted once.
    whole: Exact,
    value_unknown: u64,
    saved_unknown: u64,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Key {
    Column(usize),
    Chapter,
    Measure,
    /// The exemption that acted.
    Relief,
    Status,
}

/// One coordinate of a group. Measures and exemptions come in order of declaration.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Part {
    Text(String),
    Status(Status),
    /// No measure, or no exemption.
    None,
    Number(usize),
}

#[derive(Clone, Debug, Default)]
struct Sums {
    shipments: u64,
    assessed: u64,
    value: Exact,
    duty: Decimal,
    tax: Decimal,
    fee: Decimal,
    total: Decimal,
    relieved_value: Exact,
    saved: Exact,
}

/// Why there is no summary.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum SummaryError {
    /// There is no such column.
    Unknown {
        /// What was asked for.
        name: String,
        /// A column of nearly that name.
        close: Option<String>,
        /// What can be grouped by besides columns, in words.
        built_in: &'static str,
    },
    /// A column is named twice.
    Twice(String),
    /// A sum is too large to be reckoned.
    TooLarge,
}

impl fmt::Display for SummaryError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            SummaryError::Unknown { name, close, built_in } => {
                write!(f, "`--summary` names `{name}`, which is neither a column of the input nor {built_in}")?;
                close.as_ref().map_or(Ok(()), |c| write!(f, "; did you mean `{c}`?"))
            }
            SummaryError::Twice(name) => write!(f, "`--summary` names `{name}` twice: name it once"),
            SummaryError::TooLarge => f.write_str("the sums are too large to be reckoned exactly: summarise fewer shipments at a time"),
        }
    }
}

/// What one shipment, or one measure of it, adds to a group.
#[derive(Clone, Default)]
struct Share {
    duty: Decimal,
    tax: Decimal,
    fee: Decimal,
    total: Decimal,
    relieved: bool,
    saved: Exact,
}

/// What each name groups by: something built in, or a column of the input under either of its names.
pub(super) fn keys<K: Copy>(
    built_in: &[(&str, K)],
    of_column: impl Fn(usize) -> K,
    in_words: &'static str,
    columns: &Columns,
    carried: &[(usize, String)],
    names: &[String],
) -> Result<Vec<K>, SummaryError> {
    let mut keys = Vec::new();
    for (i, name) in names.iter().enumerate() {
        let found = built_in.iter().find(|(n, _)| n == name).map(|(_, k)| *k);
        let column = || carried.iter().find(|(_, n)| n == name).map(|(c, _)| *c).or_else(|| columns.column_of(name));
        let by_header = || columns.header().iter().position(|c| c == name);
        let Some(key) = found.or_else(|| column().or_else(by_header).map(&of_column)) else {
            let known = built_in.iter().map(|(n, _)| *n).chain(columns.header().iter().map(String::as_str));
            let close = did_you_mean(name, known).map(str::to_owned);
            return Err(SummaryError::Unknown { name: name.clone(), close, built_in: in_words });
        };
        if names.iter().take(i).any(|n| n == name) {
            return Err(SummaryError::Twice(name.clone()));
        }
        keys.push(key);
    }
    Ok(keys)
}

impl<'p> Summary<'p> {
    /// `carried` are the columns that no fact takes, under the names that they bear in the output.
    pub fn new(program: &'p Program, columns: &Columns, carried: &[(usize, String)], names: &[String]) -> Result<Self, SummaryError> {
        let keys = keys(&BUILT_IN, Key::Column, "`chapter`, `measure`, `relief` or `status`", columns, carried, names)?;
        Ok(Summary { program, names: names.to_vec(), keys, groups: BTreeMap::new(), whole: Exact::ZERO, value_unknown: 0, saved_unknown: 0 })
    }

    /// A summary by measure alone.
    pub fn by_measure(program: &'p Program) -> Self {
        let names = vec!["measure".to_owned()];
        Summary { program, names, keys: vec![Key::Measure], groups: BTreeMap::new(), whole: Exact::ZERO, value_unknown: 0, saved_unknown: 0 }
    }

    /// Adds what could not be read.
    pub fn add_rejected(&mut self, row: &Row) -> Result<(), SummaryError> {
        let parts = self.parts(row, None, Status::Rejected, Part::None, Part::None);
        self.add_to(parts, None, &Share::default())
    }

    /// Adds a shipment.
    pub fn add(&mut self, row: &Row, shipment: &Shipment, assessment: &Assessment) -> Result<(), SummaryError> {
        let status = assessment.status;
        let value = if assessment.totals.is_some() {
            let value = customs_value(self.program, shipment);
            match value {
                Some(v) => self.whole = self.whole.checked_add(v).ok_or(SummaryError::TooLarge)?,
                None => self.value_unknown = self.value_unknown.saturating_add(1),
            }
            Some(value.unwrap_or(Exact::ZERO))
        } else {
            None
        };
        if value.is_some() {
            let unknown = assessment.results.iter().filter(|r| r.relieved() && r.saved.is_none()).count();
            self.saved_unknown = self.saved_unknown.saturating_add(u64::try_from(unknown).unwrap_or(0));
        }
        let shares = if self.keys.contains(&Key::Measure) { self.by_measures(assessment)? } else { self.by_reliefs(assessment)? };
        for (measure, relief, share) in shares {
            let parts = self.parts(row, Some(shipment), status, measure, relief);
            self.add_to(parts, value, &share)?;
        }
        Ok(())
    }

    /// Whether shipments are grouped by measure and nothing else.
    pub fn is_by_measure(&self) -> bool {
        self.keys == [Key::Measure]
    }

    /// Adds assessed shipments that were summed by measure: to a summary by measure alone.
    pub fn add_summed(&mut self, summed: &crate::plan::ByMeasure) -> Result<(), SummaryError> {
        let exact = |n: i128| Exact::fraction(n, i128::from(crate::plan::MILLION)).ok_or(SummaryError::TooLarge);
        self.whole = self.whole.checked_add(exact(summed.value)?).ok_or(SummaryError::TooLarge)?;
        self.value_unknown = self.value_unknown.saturating_add(summed.value_unknown);
        self.saved_unknown = self.saved_unknown.saturating_add(summed.saved_unknown);
        let uncharged = Some((Part::None, None, summed.uncharged)).filter(|(.., s)| s.shipments > 0);
        let charged = summed.measures().map(|(id, s)| (Part::Number(id.0), self.program.measure(id).map(|m| m.kind), s));
        let all: Vec<_> = uncharged.into_iter().chain(charged).collect();
        for (part, kind, s) in all {
            let (amount, saved) = (exact(s.amount)?.to_decimal().ok_or(SummaryError::TooLarge)?, exact(s.saved)?);
            let mut share = Share { total: amount, relieved: true, saved, ..Share::default() };
            match kind {
                Some(ChargeKind::Tax) => share.tax = amount,
                Some(ChargeKind::Fee) => share.fee = amount,
                _ => share.duty = amount,
            }
            let sums = self.groups.entry(vec![part]).or_default();
            sums.shipments = sums.shipments.saturating_add(s.shipments);
            sums.assessed = sums.assessed.saturating_add(s.shipments);
            // The value on which an exemption acted is summed by itself.
            let relieved = sums.relieved_value.checked_add(exact(s.relieved_value)?).ok_or(SummaryError::TooLarge)?;
            sums.add(exact(s.value)?, &share).ok_or(SummaryError::TooLarge)?;
            sums.relieved_value = relieved;
        }
        Ok(())
    }

    /// One share for each measure that charged the shipment or would have.
    fn by_measures(&self, assessment: &Assessment) -> Result<Vec<(Part, Part, Share)>, SummaryError> {
        let mut shares = Vec::new();
        for result in &assessment.results {
            let charged = matches!(result.outcome, OutcomeWord::Applied | OutcomeWord::Exempted | OutcomeWord::Suspended | OutcomeWord::Displaced);
            if !charged && !result.is_open() {
                continue;
            }
            let mut share = Share { relieved: result.relieved(), saved: result.saved.unwrap_or_default(), ..Share::default() };
            if assessment.totals.is_some() {
                let amount = result.printed.unwrap_or_default();
                share.total = amount;
                match self.program.measure(result.measure).map(|m| m.kind) {
                    Some(ChargeKind::Tax) => share.tax = amount,
                    Some(ChargeKind::Fee) => share.fee = amount,
                    _ => share.duty = amount,
                }
            }
            shares.push((Part::Number(result.measure.0), relief_of(result), share));
        }
        if shares.is_empty() {
            shares.push((Part::None, Part::None, Share::default()));
        }
        Ok(shares)
    }

    /// One share for each exemption that acted, or one for the shipment where reliefs are not told apart.
    fn by_reliefs(&self, assessment: &Assessment) -> Result<Vec<(Part, Part, Share)>, SummaryError> {
        let mut share = Share { relieved: assessment.results.iter().any(MeasureResult::relieved), ..Share::default() };
        if let Some(totals) = assessment.totals {
            (share.duty, share.tax, share.fee, share.total) = (totals.duty, totals.tax, totals.fee, totals.total);
        }
        let mut saved: BTreeMap<Part, Exact> = BTreeMap::new();
        for result in assessment.results.iter().filter(|r| r.relieved()) {
            let part = if self.keys.contains(&Key::Relief) { relief_of(result) } else { Part::None };
            let sum = saved.entry(part).or_default();
            *sum = sum.checked_add(result.saved.unwrap_or_default()).ok_or(SummaryError::TooLarge)?;
        }
        if saved.is_empty() {
            saved.insert(Part::None, Exact::ZERO);
        }
        Ok(saved.into_iter().map(|(part, saved)| (Part::None, part, Share { saved, ..share.clone() })).collect())
    }

    fn parts(&self, row: &Row, shipment: Option<&Shipment>, status: Status, measure: Part, relief: Part) -> Vec<Part> {
        self.keys
            .iter()
            .map(|key| match key {
                Key::Column(at) => Part::Text(row.cell(*at).unwrap_or("").trim().to_owned()),
                Key::Chapter => Part::Text(shipment.map_or_else(String::new, |s| s.hs.cut(2).to_string())),
                Key::Measure => measure.clone(),
                Key::Relief => relief.clone(),
                Key::Status => Part::Status(status),
            })
            .collect()
    }

    fn add_to(&mut self, parts: Vec<Part>, value: Option<Exact>, share: &Share) -> Result<(), SummaryError> {
        let sums = self.groups.entry(parts).or_default();
        sums.shipments = sums.shipments.saturating_add(1);
        let Some(value) = value else { return Ok(()) };
        sums.assessed = sums.assessed.saturating_add(1);
        sums.add(value, share).ok_or(SummaryError::TooLarge)
    }

    /// The names of the columns.
    pub fn header(&self) -> Vec<&str> {
        self.names.iter().map(String::as_str).chain(SUMS).collect()
    }

    /// The groups, in the order of their keys.
    pub fn rows(&self) -> Result<Vec<Vec<String>>, SummaryError> {
        let money = |n: Exact| self.program.rounding.round(n).map(|d| d.to_string()).ok_or(SummaryError::TooLarge);
        let percent = |part, whole| percent_of(part, whole).map_or_else(String::new, |p: Decimal| p.to_string());
        let mut rows = Vec::with_capacity(self.groups.len());
        for (parts, sums) in &self.groups {
            let mut cells: Vec<String> = self.keys.iter().zip(parts).map(|(k, p)| self.shown(*k, p)).collect();
            cells.extend([sums.shipments.to_string(), sums.assessed.to_string(), money(sums.value)?, percent(sums.value, self.whole)]);
            for amount in [sums.duty, sums.tax, sums.fee, sums.total] {
                cells.push(money(Exact::from(amount))?);
            }
            cells.extend([money(sums.relieved_value)?, percent(sums.relieved_value, sums.value), money(sums.saved)?]);
            rows.push(cells);
        }
        Ok(rows)
    }

    fn shown(&self, key: Key, part: &Part) -> String {
        match (key, part) {
            (_, Part::Text(text)) => text.clone(),
            (_, Part::Status(status)) => status.words().to_owned(),
            (Key::Relief, Part::Number(n)) => self.program.exemptions.get(*n).map_or_else(String::new, |e| e.name.clone()),
            (_, Part::Number(n)) => self.program.measures.get(*n).map_or_else(String::new, |m| m.name.clone()),
            (_, Part::None) => String::new(),
        }
    }

    /// What the sums leave out, in words.
    pub fn notes(&self) -> Vec<String> {
        let mut notes = Vec::new();
        if self.value_unknown > 0 {
            let count = self.value_unknown;
            notes.push(format!("{count} assessed without a known `value` in {}: the sums of `value` leave them out", self.program.currency));
        }
        if self.saved_unknown > 0 {
            let count = self.saved_unknown;
            notes.push(format!("what was saved cannot be reckoned in {count} cases, for want of a fact: `saved` leaves them out"));
        }
        notes
    }
}

impl Sums {
    fn add(&mut self, value: Exact, share: &Share) -> Option<()> {
        self.value = self.value.checked_add(value)?;
        self.duty = self.duty.checked_add(share.duty)?;
        self.tax = self.tax.checked_add(share.tax)?;
        self.fee = self.fee.checked_add(share.fee)?;
        self.total = self.total.checked_add(share.total)?;
        if share.relieved {
            self.relieved_value = self.relieved_value.checked_add(value)?;
            self.saved = self.saved.checked_add(share.saved)?;
        }
        Some(())
    }
}

fn relief_of(result: &MeasureResult) -> Part {
    result.by.iter().find_map(|by| if let By::Exemption(id) = by { Some(Part::Number(id.0)) } else { None }).unwrap_or(Part::None)
}
