//! Quotas: how much of a shipment is relieved, and what that draws.

use super::amounts::Stuck;
use super::interpret::Case;
use super::{Missing, MissingFact};
use crate::facts::Value;
use crate::program::{FactId, QuotaId, QuotaRow};
use crate::value::Exact;
use std::collections::BTreeMap;

/// What a shipment draws from one row of a quota, in the unit of its column.
#[derive(Clone, Debug, PartialEq)]
pub struct Draw {
    pub quota: QuotaId,
    /// The row of the file; nothing where the balance was stated with the shipment.
    pub row: Option<usize>,
    pub quantity: Exact,
}

/// What has been drawn so far.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Balances {
    drawn: BTreeMap<(QuotaId, usize), Exact>,
}

impl Balances {
    /// What has been drawn from a row.
    pub fn drawn(&self, quota: QuotaId, row: usize) -> Exact {
        self.drawn.get(&(quota, row)).copied().unwrap_or_default()
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

/// How far a quota reaches for one shipment.
#[derive(Clone, Debug, PartialEq)]
pub struct Within {
    /// The part of the shipment that is relieved.
    pub share: Exact,
    /// What was left before the shipment.
    pub balance: Exact,
    pub draws: Vec<Draw>,
}

impl Case<'_> {
    /// What a shipment can draw from a quota.
    pub fn within_quota(&self, id: QuotaId) -> Result<Within, Stuck> {
        let Some(quota) = self.program().quotas.get(id.0) else { return Err(Stuck::TooLarge) };
        let wanted = self.quantity(quota.fact)?.checked_div(quota.factor).ok_or(Stuck::TooLarge)?;
        if let Some(Value::Number(stated)) = self.value(quota.balance) {
            return within(wanted, &[(None, stated)], id);
        }
        let importer = match (quota.per_importer, self.value(FactId::IMPORTER)) {
            (true, Some(Value::Text(name))) => Some(name),
            (true, _) => return Err(Stuck::Missing(vec![Missing { fact: MissingFact::Fact(FactId::IMPORTER), span: Some(quota.span) }])),
            (false, _) => None,
        };
        let open = |row: &QuotaRow| row.from.is_none_or(|f| f <= self.entered) && row.until.is_none_or(|u| self.entered < u);
        let mut rows: Vec<(usize, &QuotaRow)> = quota.rows.iter().enumerate().filter(|(_, r)| r.importer == importer && open(r)).collect();
        // What ends first is drawn first, so that nothing lapses that could have been used.
        rows.sort_by_key(|(i, r)| (r.until.is_none(), r.until, *i));
        let mut left = Vec::new();
        for (i, row) in rows {
            let balance = row.quantity.checked_sub(self.balances.drawn(id, i)).ok_or(Stuck::TooLarge)?;
            left.push((Some(i), balance.not_below_zero()));
        }
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
    let share = if wanted.is_zero() { Exact::ONE } else { wanted.checked_sub(need).and_then(|got| got.checked_div(wanted)).ok_or(Stuck::TooLarge)? };
    Ok(Within { share, balance, draws })
}
