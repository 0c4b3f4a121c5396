//! Sums by measure over many shipments, gathered by each thread for itself.

use crate::program::MeasureId;

/// What many shipments come to, by measure. Numbers are millionths.
#[derive(Clone, Debug, Default)]
pub struct ByMeasure {
    measures: Vec<Summed>,
    /// Shipments that no measure charges, or would have charged.
    pub uncharged: Summed,
    /// The value of all shipments, each counted once.
    pub value: i128,
    /// Shipments whose value is not known in the book's currency.
    pub value_unknown: u64,
    /// Cases in which what was saved cannot be reckoned.
    pub saved_unknown: u64,
}

/// Sums of one measure.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Summed {
    /// Shipments that it charges, or would have charged.
    pub shipments: u64,
    /// Their value.
    pub value: i128,
    /// What it charges.
    pub amount: i128,
    /// The value of those that an exemption relieves.
    pub relieved_value: i128,
    /// What exemptions took off.
    pub saved: i128,
}

/// What one shipment adds to a measure.
#[derive(Clone, Copy, Debug)]
pub struct Share {
    /// The measure.
    pub measure: MeasureId,
    /// What it charges, in millionths.
    pub amount: i64,
    /// Whether an exemption took something off.
    pub relieved: bool,
    /// How much; nothing where it cannot be reckoned.
    pub saved: Option<i64>,
}

impl ByMeasure {
    /// Adds a shipment. A sum of 64-bit numbers does not leave 128 bits.
    pub fn add(&mut self, value: Option<i64>, shares: &[Share]) {
        self.value_unknown = self.value_unknown.saturating_add(u64::from(value.is_none()));
        let value = i128::from(value.unwrap_or(0));
        self.value = self.value.saturating_add(value);
        if shares.is_empty() {
            self.uncharged.shipments = self.uncharged.shipments.saturating_add(1);
            self.uncharged.value = self.uncharged.value.saturating_add(value);
        }
        for share in shares {
            self.saved_unknown = self.saved_unknown.saturating_add(u64::from(share.relieved && share.saved.is_none()));
            if self.measures.len() <= share.measure.0 {
                self.measures.resize(share.measure.0.saturating_add(1), Summed::default());
            }
            if let Some(sums) = self.measures.get_mut(share.measure.0) {
                sums.shipments = sums.shipments.saturating_add(1);
                sums.value = sums.value.saturating_add(value);
                sums.amount = sums.amount.saturating_add(i128::from(share.amount));
                if share.relieved {
                    sums.relieved_value = sums.relieved_value.saturating_add(value);
                    sums.saved = sums.saved.saturating_add(i128::from(share.saved.unwrap_or(0)));
                }
            }
        }
    }

    /// The measures that charge some shipment, or would have, in order of declaration.
    pub fn measures(&self) -> impl Iterator<Item = (MeasureId, Summed)> {
        self.measures.iter().enumerate().filter(|(_, s)| s.shipments > 0).map(|(i, s)| (MeasureId(i), *s))
    }
}
