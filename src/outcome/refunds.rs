//! Refunds of many shipments, added up by measure, importer, chapter or any column of the input.

use super::summary::{SummaryError, keys};
use super::{Comparison, Refund};
use crate::facts::{Columns, Row, Shipment};
use crate::program::Program;
use crate::value::Exact;
use std::collections::BTreeMap;

/// What refunds may be grouped by, besides the columns of the input.
const BUILT_IN: [(&str, Key); 2] = [("chapter", Key::Chapter), ("measure", Key::Measure)];

const SUMS: [&str; 7] = ["shipments", "compared", "assessed", "owed", "refund", "owed_more", "net"];

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Key {
    Column(usize),
    Chapter,
    Measure,
}

/// One coordinate of a group. Measures come in order of declaration.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Part {
    Text(String),
    /// The number of a measure; nothing for a shipment of which no measure charges anything, or that is not compared.
    Measure(Option<usize>),
}

/// Sums of refunds by group. What is open on either day is counted and adds to no sum.
pub struct Refunds<'p> {
    program: &'p Program,
    names: Vec<String>,
    keys: Vec<Key>,
    groups: BTreeMap<Vec<Part>, Sums>,
    whole: Sums,
}

#[derive(Clone, Copy, Debug, Default)]
struct Sums {
    shipments: u64,
    compared: u64,
    assessed: Exact,
    owed: Exact,
    refund: Exact,
    owed_more: Exact,
}

impl<'p> Refunds<'p> {
    /// `carried` are the columns that no fact takes, under the names that they bear in the output.
    pub fn new(program: &'p Program, columns: &Columns, carried: &[(usize, String)], names: &[String]) -> Result<Self, SummaryError> {
        let in_words = "`chapter` or `measure`, which are all that refunds are added up by";
        let keys = keys(&BUILT_IN, Key::Column, in_words, columns, carried, names)?;
        Ok(Refunds { program, names: names.to_vec(), keys, groups: BTreeMap::new(), whole: Sums::default() })
    }

    /// Adds a shipment; nothing for one that could not be read.
    pub fn add(&mut self, row: &Row, compared: Option<(&Shipment, &Comparison<'_>)>) -> Result<(), SummaryError> {
        let refund = compared.and_then(|(_, c)| c.refund());
        let shipment = compared.map(|(s, _)| s);
        let sums = refund.as_ref().map(Sums::of);
        self.whole.add(sums).ok_or(SummaryError::TooLarge)?;
        let shares = match (&refund, compared) {
            (Some(refund), Some((_, comparison))) if self.keys.contains(&Key::Measure) => by_measures(comparison, refund).ok_or(SummaryError::TooLarge)?,
            _ => vec![(None, sums)],
        };
        for (measure, share) in shares {
            let parts = self.keys.iter().map(|key| match key {
                Key::Column(at) => Part::Text(row.cell(*at).unwrap_or("").trim().to_owned()),
                Key::Chapter => Part::Text(shipment.map_or_else(String::new, |s| s.hs.cut(2).to_string())),
                Key::Measure => Part::Measure(measure),
            });
            self.groups.entry(parts.collect()).or_default().add(share).ok_or(SummaryError::TooLarge)?;
        }
        Ok(())
    }

    /// The names of the columns.
    pub fn header(&self) -> Vec<&str> {
        self.names.iter().map(String::as_str).chain(SUMS).collect()
    }

    /// The groups, in the order of their keys.
    pub fn rows(&self) -> Result<Vec<Vec<String>>, SummaryError> {
        self.groups
            .iter()
            .map(|(parts, sums)| {
                let mut cells: Vec<String> = parts
                    .iter()
                    .map(|part| match part {
                        Part::Text(text) => text.clone(),
                        Part::Measure(at) => at.and_then(|at| self.program.measures.get(at)).map_or_else(String::new, |m| m.name.clone()),
                    })
                    .collect();
                cells.extend(self.cells(sums)?);
                Ok(cells)
            })
            .collect()
    }

    /// The sums of all shipments, each counted once.
    pub fn whole(&self) -> Result<Vec<String>, SummaryError> {
        self.cells(&self.whole)
    }

    fn cells(&self, sums: &Sums) -> Result<Vec<String>, SummaryError> {
        let net = sums.refund.checked_sub(sums.owed_more).ok_or(SummaryError::TooLarge)?;
        let mut cells = vec![sums.shipments.to_string(), sums.compared.to_string()];
        for amount in [sums.assessed, sums.owed, sums.refund, sums.owed_more, net] {
            cells.push(self.program.rounding.round(amount).map(|d| d.to_string()).ok_or(SummaryError::TooLarge)?);
        }
        Ok(cells)
    }
}

impl Sums {
    /// What one shipment adds.
    fn of(refund: &Refund) -> Sums {
        let [assessed, owed, back, more] = [refund.assessed, refund.owed, refund.refund, refund.owed_more].map(Exact::from);
        Sums { shipments: 1, compared: 1, assessed, owed, refund: back, owed_more: more }
    }

    fn add(&mut self, share: Option<Sums>) -> Option<()> {
        self.shipments = self.shipments.saturating_add(1);
        let Some(share) = share else { return Some(()) };
        self.compared = self.compared.saturating_add(1);
        self.assessed = self.assessed.checked_add(share.assessed)?;
        self.owed = self.owed.checked_add(share.owed)?;
        self.refund = self.refund.checked_add(share.refund)?;
        self.owed_more = self.owed_more.checked_add(share.owed_more)?;
        Some(())
    }
}

/// A share for each measure that charges something on either day.
fn by_measures(comparison: &Comparison<'_>, refund: &Refund) -> Option<Vec<(Option<usize>, Option<Sums>)>> {
    let mut shares = Vec::new();
    let results = comparison.assessed.assessment.results.iter().zip(&comparison.owed.assessment.results);
    for (was, is) in results {
        let (assessed, owed) = (was.owed()?, is.owed()?);
        if assessed.is_zero() && owed.is_zero() {
            continue;
        }
        let change = refund.changes.iter().find(|c| c.measure == was.measure);
        let (back, more) = change.map_or(Some((Exact::ZERO, Exact::ZERO)), |c| c.refund().zip(c.owed_more()))?;
        shares.push((Some(was.measure.0), Some(Sums { shipments: 1, compared: 1, assessed, owed, refund: back, owed_more: more })));
    }
    if shares.is_empty() {
        shares.push((None, Some(Sums::of(refund))));
    }
    Some(shares)
}
