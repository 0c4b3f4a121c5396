//! Refunds: what was assessed as the law was known on one day, beside what is owed as it is known on another.
//!
//! A duty that falls away gives money back, and one that had yielded to it may be owed after all: both are shown, and their net.

use super::{Assessment, Explanation};
use crate::program::{MeasureId, Program};
use crate::value::Exact;
use jiff::civil::Date;
use rust_decimal::Decimal;

/// The columns of a row for each shipment.
pub const REFUND: [&str; 11] = ["id", "status_assessed", "status_owed", "assessed", "owed", "refund", "owed_more", "net", "refund_by", "owed_by", "problem"];

/// What is to be paid back for a shipment and what is still owed, in the book's currency. Taxes and fees are among it.
#[derive(Clone, Debug, PartialEq)]
pub struct Refund {
    /// The total as assessed, and as owed.
    pub assessed: Decimal,
    /// What is owed as the law is known later.
    pub owed: Decimal,
    /// The sum over measures of which less is owed than was assessed.
    pub refund: Decimal,
    /// The sum over measures of which more is owed.
    pub owed_more: Decimal,
    /// The refund less what is owed more, which is also the total as assessed less that as owed; below zero something is owed.
    pub net: Decimal,
    /// The measures of which something else is owed than was assessed, in order of declaration.
    pub changes: Vec<Change>,
}

/// One measure of which something else is owed than was assessed.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Change {
    /// The measure.
    pub measure: MeasureId,
    /// What was assessed.
    pub assessed: Exact,
    /// What is owed.
    pub owed: Exact,
}

impl Change {
    /// What is to be paid back; nothing where more is owed.
    pub fn refund(&self) -> Option<Exact> {
        self.assessed.checked_sub(self.owed).map(Exact::not_below_zero)
    }

    /// What is owed beyond what was assessed.
    pub fn owed_more(&self) -> Option<Exact> {
        self.owed.checked_sub(self.assessed).map(Exact::not_below_zero)
    }
}

/// A shipment as it was assessed and as it is owed, with the book as known on two days.
#[derive(Clone, Copy)]
pub struct Comparison<'a> {
    /// As assessed with what was known first.
    pub assessed: Explanation<'a>,
    /// As owed with what was known later.
    pub owed: Explanation<'a>,
}

impl<'a> Comparison<'a> {
    fn program(&self) -> &'a Program {
        self.assessed.program
    }

    /// What the two come to; nothing where the shipment is open on either day.
    pub fn refund(&self) -> Option<Refund> {
        let rounding = self.program().rounding;
        let (before, after) = (self.assessed.assessment, self.owed.assessment);
        let (assessed, owed) = (before.totals?.total, after.totals?.total);
        let changes = changes(before, after)?;
        let sum = |part: fn(&Change) -> Option<Exact>| changes.iter().try_fold(Exact::ZERO, |sum, c| sum.checked_add(part(c)?));
        let (back, more) = (sum(Change::refund)?, sum(Change::owed_more)?);
        let (net, zero) = (assessed.checked_sub(owed)?, rounding.round(Exact::ZERO)?);
        let owing = zero.checked_sub(net)?;
        // Where the policy rounds at the end, totals are rounded, and both sums must come to their difference.
        let (refund, owed_more) = match (back.is_zero(), more.is_zero()) {
            (true, _) => (zero, owing),
            (_, true) => (net, zero),
            _ => {
                let more = rounding.round(more)?.max(owing);
                (net.checked_add(more)?, more)
            }
        };
        Some(Refund { assessed, owed, refund, owed_more, net, changes })
    }

    /// Why the shipment is not compared: the day on which it is open, and what is open then.
    pub fn problem(&self) -> Option<String> {
        let open = self.open()?;
        let problem = open.problem().unwrap_or_else(|| "the amounts are too large to be reckoned exactly".to_owned());
        Some(format!("{}: {problem}", as_known(open.assessment.known_at)))
    }

    /// The first of the two that is open.
    pub fn open(&self) -> Option<&Explanation<'a>> {
        [&self.assessed, &self.owed].into_iter().find(|e| e.assessment.totals.is_none())
    }

    /// The row of a shipment. Amounts are empty where it is open on either day.
    pub fn row(&self, id: &str) -> [String; 11] {
        let status = |e: &Explanation<'_>| e.assessment.status.words().to_owned();
        let (was, is) = (status(&self.assessed), status(&self.owed));
        let Some(refund) = self.refund() else {
            let problem = self.problem().unwrap_or_else(|| "the amounts are too large to be reckoned exactly".to_owned());
            let [a, b, c, d, e, f, g] = [const { String::new() }; 7];
            return [id.to_owned(), was, is, a, b, c, d, e, f, g, problem];
        };
        let by = |part: fn(&Change) -> Option<Exact>| {
            let parts = refund.changes.iter().filter_map(|c| part(c).filter(|n| !n.is_zero()).map(|n| (c.measure, n)));
            parts.map(|(m, n)| format!("{}={}", self.assessed.name(m), self.assessed.amount_text(n))).collect::<Vec<_>>().join(";")
        };
        let amounts = [refund.assessed, refund.owed, refund.refund, refund.owed_more, refund.net].map(|n| n.to_string());
        let [assessed, owed, back, more, net] = amounts;
        [id.to_owned(), was, is, assessed, owed, back, more, net, by(Change::refund), by(Change::owed_more), String::new()]
    }
}

/// The row of what could not be read.
pub fn rejected_refund(id: &str, problem: &str) -> [String; 11] {
    let mut cells = [const { String::new() }; 11];
    let [first, was, is, .., last] = &mut cells;
    id.clone_into(first);
    super::Status::Rejected.words().clone_into(was);
    super::Status::Rejected.words().clone_into(is);
    problem.clone_into(last);
    cells
}

/// A knowledge date, in words.
pub fn as_known(known_at: Option<Date>) -> String {
    known_at.map_or_else(|| "as known now".to_owned(), |day| format!("as known on {day}"))
}

fn changes(before: &Assessment, after: &Assessment) -> Option<Vec<Change>> {
    let mut changes = Vec::new();
    for (was, is) in before.results.iter().zip(&after.results) {
        let change = Change { measure: was.measure, assessed: was.owed()?, owed: is.owed()? };
        if change.assessed != change.owed {
            changes.push(change);
        }
    }
    Some(changes)
}
