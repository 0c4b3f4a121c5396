//! Claims of assertions, tried on one shipment.

use super::words::rate_text;
use super::{Assessment, Explanation, MeasureResult};
use crate::facts::Value;
use crate::program::{Assertion, Claim, ClaimKind, ClaimTerm, FactId, MeasureId, Rate};
use crate::syntax::Comparator;
use crate::value::{Exact, percent_text};

/// What a side of a comparison comes to: in money, and as a rate on the customs value where that can be said.
struct Amount {
    money: Option<Exact>,
    rate: Option<Exact>,
}

/// A claim on an assessed shipment.
pub struct Claims<'a> {
    /// The shipment and what came of it.
    pub explanation: Explanation<'a>,
}

impl Claims<'_> {
    /// Whether a shipment is one of which the assertion speaks; nothing where that is open.
    pub fn concerns(&self, assertion: &Assertion, holds: impl Fn(&crate::program::Cond) -> Option<bool>) -> Option<bool> {
        let shipment = self.explanation.shipment;
        let Some(Value::At(entered)) = shipment.get(FactId::ENTERED) else { return None };
        let head = &assertion.head;
        let within = head.period.from.is_none_or(|f| f <= *entered) && head.period.until.is_none_or(|u| *entered < u);
        if !within {
            return Some(false);
        }
        if let Some(scope) = &head.scope {
            let goods = crate::region::GoodsSet::of_code(shipment.hs);
            if goods.intersection(&scope.goods).is_empty() {
                return Some(false);
            }
            if !goods.difference(&scope.goods).is_empty() {
                return None;
            }
            match shipment.origin {
                Some(c) if scope.origins.contains(c, *entered) => {}
                Some(_) => return Some(false),
                None => return None,
            }
        }
        head.condition.as_ref().map_or(Some(true), holds)
    }

    /// Whether a claim holds; nothing where it rests on what is open.
    pub fn holds(&self, claim: &Claim) -> Option<bool> {
        match &claim.kind {
            ClaimKind::All(parts) => {
                let found: Vec<Option<bool>> = parts.iter().map(|p| self.holds(p)).collect();
                if found.contains(&Some(false)) { Some(false) } else { found.into_iter().collect::<Option<Vec<bool>>>().map(|_| true) }
            }
            ClaimKind::Any(parts) => {
                let found: Vec<Option<bool>> = parts.iter().map(|p| self.holds(p)).collect();
                if found.contains(&Some(true)) { Some(true) } else { found.into_iter().collect::<Option<Vec<bool>>>().map(|_| false) }
            }
            ClaimKind::Not(inner) => self.holds(inner).map(|h| !h),
            ClaimKind::Outcome(measure, word) => self.result(*measure).map(|r| r.outcome == *word),
            ClaimKind::Compare(left, comparator, right) => self.compare(left, *comparator, right),
        }
    }

    fn assessment(&self) -> &Assessment {
        self.explanation.assessment
    }

    fn result(&self, id: MeasureId) -> Option<&MeasureResult> {
        self.assessment().results.get(id.0)
    }

    fn value(&self) -> Option<Exact> {
        match self.explanation.shipment.get(FactId::VALUE) {
            Some(Value::Money(v, c)) if *c == self.explanation.program.currency => Some(*v),
            _ => None,
        }
    }

    fn compare(&self, left: &ClaimTerm, comparator: Comparator, right: &ClaimTerm) -> Option<bool> {
        let (l, r) = (self.amount(left)?, self.amount(right)?);
        let ordering = match (l.money.zip(r.money), l.rate.zip(r.rate)) {
            (Some((a, b)), _) | (None, Some((a, b))) => a.cmp(&b),
            (None, None) => return None,
        };
        Some(comparator.holds(ordering))
    }

    fn amount(&self, term: &ClaimTerm) -> Option<Amount> {
        let of_money = |money: Exact| Amount { money: Some(money), rate: self.value().and_then(|v| money.checked_div(v)) };
        let totals = self.assessment().totals;
        match term {
            ClaimTerm::RateOf(measures) => {
                let mut sum = Exact::ZERO;
                for id in measures {
                    sum = sum.checked_add(self.result(*id)?.owed()?)?;
                }
                Some(of_money(sum))
            }
            ClaimTerm::Duties => totals.map(|t| of_money(t.duty.into())),
            ClaimTerm::Taxes => totals.map(|t| of_money(t.tax.into())),
            ClaimTerm::Fees => totals.map(|t| of_money(t.fee.into())),
            ClaimTerm::Total => totals.map(|t| of_money(t.total.into())),
            ClaimTerm::Value(expr) => match expr.kind {
                // A rate is compared as what it comes to, rounded as an amount is, so that a cent decides nothing.
                crate::program::ExprKind::Number(n) if expr.ty == crate::program::Type::Rate => {
                    let money = self.value().and_then(|v| v.checked_mul(n));
                    let rounded = money.and_then(|m| self.explanation.program.rounding.round(m)).map(Exact::from);
                    Some(Amount { money: rounded, rate: Some(n) })
                }
                crate::program::ExprKind::Number(n) => Some(of_money(n)),
                _ => None,
            },
        }
    }

    /// What was found on one side of the claim, for the message.
    pub fn found(&self, claim: &Claim) -> String {
        match &claim.kind {
            ClaimKind::Compare(left, ..) => match self.amount(left) {
                Some(Amount { rate: Some(rate), .. }) => format!("{} of the value", percent_text(rate)),
                Some(Amount { money: Some(money), .. }) => format!("{} {money}", self.explanation.program.currency),
                _ => self.assessment().status.words().to_owned(),
            },
            ClaimKind::Outcome(measure, _) => match self.result(*measure) {
                Some(r) => match &r.rate {
                    Some(rate) => format!("{} at {}", r.outcome.words(), rate_text(rate as &Rate, self.explanation.program)),
                    None => r.outcome.words().to_owned(),
                },
                None => String::new(),
            },
            ClaimKind::Not(inner) => self.found(inner),
            ClaimKind::All(parts) | ClaimKind::Any(parts) => {
                let found: Vec<String> = parts.iter().map(|p| self.found(p)).collect();
                crate::problem::listed(&found, "and")
            }
        }
    }
}
