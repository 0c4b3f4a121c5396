//! Quotas: how much of a shipment is relieved, and what that draws.

use super::amounts::Stuck;
use super::interpret::Case;
use super::{Missing, MissingFact};
use crate::facts::Value;
use crate::program::{FactId, QuotaId, QuotaRow};
use crate::value::Exact;
use std::collections::{BTreeMap, BTreeSet};

/// What a shipment draws from one row of a quota, in the unit of its column.
#[derive(Clone, Debug, PartialEq)]
pub struct Draw {
    /// The quota.
    pub quota: QuotaId,
    /// The row of the file; nothing where the balance was stated with the shipment.
    pub row: Option<usize>,
    /// How much, in the unit of its column.
    pub quantity: Exact,
}

/// What is left of quotas: all that was approved less what has been drawn so far, or what is said to be left.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Balances {
    drawn: BTreeMap<(QuotaId, usize), Exact>,
    /// Where this is given it is what is left, and of other rows nothing is.
    left: Option<BTreeMap<(QuotaId, usize), Exact>>,
    /// Rows that an earlier shipment may have drawn on, which could not be assessed: what is left of them is not known.
    pub(super) doubtful: BTreeSet<(QuotaId, usize)>,
}

impl Balances {
    /// So much is left of these rows, and nothing of any other.
    pub fn leaving(left: impl IntoIterator<Item = (QuotaId, usize, Exact)>) -> Self {
        Balances { left: Some(left.into_iter().map(|(quota, row, quantity)| ((quota, row), quantity)).collect()), ..Balances::default() }
    }

    /// What has been drawn from a row.
    pub fn drawn(&self, quota: QuotaId, row: usize) -> Exact {
        self.drawn.get(&(quota, row)).copied().unwrap_or_default()
    }

    /// What is left of a row of which so much was approved; nothing where it cannot be reckoned exactly.
    pub fn left(&self, quota: QuotaId, row: usize, approved: Exact) -> Option<Exact> {
        match &self.left {
            Some(left) => Some(left.get(&(quota, row)).copied().unwrap_or_default()),
            None => approved.checked_sub(self.drawn(quota, row)).map(Exact::not_below_zero),
        }
    }

    /// Notes a draw; false where the sum cannot be held exactly.
    pub fn draw(&mut self, draw: &Draw) -> bool {
        let Some(row) = draw.row else { return true };
        match self.drawn(draw.quota, row).checked_add(draw.quantity) {
            Some(sum) => {
                self.drawn.insert((draw.quota, row), sum);
                true
            }
            None => false,
        }
    }
}

/// How far a quota reached for a shipment, in the unit of its column.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Reached {
    /// What the shipment has of it.
    pub wanted: Exact,
    /// What of that was within the quota.
    pub got: Exact,
    /// What was left before the shipment.
    pub balance: Exact,
}

impl Reached {
    /// Whether some of the shipment was within the quota, and some beyond it.
    pub fn in_part(&self) -> bool {
        !self.got.is_zero() && self.got < self.wanted
    }
}

/// How far a quota reaches for one shipment.
#[derive(Clone, Debug, PartialEq)]
pub struct Within {
    pub reached: Reached,
    /// The part of the shipment that is relieved.
    pub share: Exact,
    /// Whether anything was approved that could have been drawn.
    pub approved: bool,
    pub draws: Vec<Draw>,
}

impl Case<'_> {
    /// What a shipment can draw from a quota.
    pub fn within_quota(&self, id: QuotaId) -> Result<Within, Stuck> {
        let Some(quota) = self.program().quotas.get(id.0) else { return Err(Stuck::TooLarge) };
        let asked = |fact| Stuck::Missing(vec![Missing { fact, span: Some(quota.span) }]);
        let wanted = || -> Result<Exact, Stuck> {
            let quantity = self.quantity(quota.fact).map_err(|stuck| match stuck {
                Stuck::Missing(missing) => missing.first().map_or(Stuck::TooLarge, |m| asked(m.fact)),
                other => other,
            })?;
            quantity.checked_div(quota.factor).ok_or(Stuck::TooLarge)
        };
        if let Some(Value::Number(stated)) = self.value(quota.balance) {
            return within(wanted()?, &[(None, stated)], id);
        }
        let importer = match (quota.per_importer, self.value(FactId::IMPORTER)) {
            (true, Some(Value::Text(name))) => Some(name),
            (true, _) => return Err(asked(MissingFact::Fact(FactId::IMPORTER))),
            (false, _) => None,
        };
        let open = |row: &QuotaRow| row.from.is_none_or(|f| f <= self.entered) && row.until.is_none_or(|u| self.entered < u);
        let mut left = Vec::new();
        for (i, row) in quota.rows.iter().enumerate().filter(|(_, r)| r.importer == importer && open(r)) {
            let of_row = self.balances.left(id, i, row.quantity).ok_or(Stuck::TooLarge)?;
            // Nothing more can have been drawn from a row of which nothing was left.
            if !of_row.is_zero() && self.balances.doubtful.contains(&(id, i)) {
                wanted()?;
                return Err(asked(MissingFact::Fact(quota.balance)));
            }
            left.push((Some(i), of_row));
        }
        // Where nothing was approved for the shipment, nobody need know how much of it there is.
        let wanted = if left.is_empty() { Exact::ZERO } else { wanted()? };
        within(wanted, &left, id)
    }

    fn quantity(&self, fact: FactId) -> Result<Exact, Stuck> {
        match self.value(fact) {
            Some(Value::Number(n)) => Ok(n),
            _ => self.money(fact),
        }
    }
}

fn within(wanted: Exact, rows: &[(Option<usize>, Exact)], quota: QuotaId) -> Result<Within, Stuck> {
    let (mut need, mut balance) = (wanted, Exact::ZERO);
    let mut draws = Vec::new();
    for (row, left) in rows {
        balance = balance.checked_add(*left).ok_or(Stuck::TooLarge)?;
        let quantity = need.min(*left);
        if !quantity.is_zero() {
            need = need.checked_sub(quantity).ok_or(Stuck::TooLarge)?;
            draws.push(Draw { quota, row: *row, quantity });
        }
    }
    let got = wanted.checked_sub(need).ok_or(Stuck::TooLarge)?;
    // What has nothing of what is counted is within a quota of which anything is left.
    let share = match (wanted.is_zero(), balance.is_zero()) {
        (true, true) => Exact::ZERO,
        (true, false) => Exact::ONE,
        (false, _) => got.checked_div(wanted).ok_or(Stuck::TooLarge)?,
    };
    Ok(Within { reached: Reached { wanted, got, balance }, share, approved: !rows.is_empty(), draws })
}
