//! Questions on whose answers a decision rests, put to shipments in the plan's own form.

use super::from_program::Plan;
use super::given::{Fact, Given, MILLION, millionths};
use super::leaf::{Rates, Taken};
use crate::outcome::{Answer, Question};
use crate::program::{Cond, CondKind, ExprKind, FactId, FactKind};
use crate::syntax::Comparator;
use crate::value::{Exact, Instant};
use std::cmp::Ordering;
use std::collections::BTreeSet;
use std::sync::Arc;

/// A question, ready to be put to many shipments.
#[derive(Debug)]
pub enum Asked {
    Before(FactId, Instant),
    InFile(FactId, Arc<BTreeSet<String>>),
    Claims(String),
    Flag(FactId),
    /// A number beside a literal.
    Compare(FactId, Comparator, Exact),
    /// Anything else is asked of the interpreter.
    General(Box<Cond>),
    Number(FactId),
    IsLower {
        base: Taken,
        rates: Box<Rates>,
    },
}

/// An answer, in millionths where it is a number.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Answered {
    No,
    Yes,
    Unknown,
    Number(i64),
}

impl Answered {
    pub fn of(answer: Answer) -> Option<Answered> {
        Some(match answer {
            Answer::No => Answered::No,
            Answer::Yes => Answered::Yes,
            Answer::Unknown => Answered::Unknown,
            Answer::Number(n) => Answered::Number(millionths(n)?),
        })
    }

    fn of_truth(holds: bool) -> Answered {
        if holds { Answered::Yes } else { Answered::No }
    }
}

impl Asked {
    /// Nothing where the plan cannot put the question.
    pub fn new(plan: &Plan<'_>, question: &Question) -> Option<Asked> {
        Some(match question {
            Question::Number(fact) => Asked::Number(*fact),
            Question::IsLower(one, other, base) => {
                Asked::IsLower { base: Taken::of(base.as_ref())?, rates: Box::new(Rates::of_two(one, other, base.as_ref())?) }
            }
            Question::Holds(condition) => match &condition.kind {
                CondKind::Before(fact, at) => Asked::Before(*fact, *at),
                CondKind::InFile(fact, set, _) => Asked::InFile(*fact, set.clone()),
                CondKind::Claims(text) => Asked::Claims(text.clone()),
                CondKind::Flag(fact) => Asked::Flag(*fact),
                CondKind::Compare(left, comparator, right) => match (&left.kind, &right.kind) {
                    (ExprKind::Fact(fact), ExprKind::Number(n)) if is_number(plan, *fact) => Asked::Compare(*fact, *comparator, *n),
                    (ExprKind::Number(n), ExprKind::Fact(fact)) if is_number(plan, *fact) => Asked::Compare(*fact, comparator.mirrored(), *n),
                    _ => Asked::General(Box::new(condition.clone())),
                },
                _ => Asked::General(Box::new(condition.clone())),
            },
        })
    }

    /// The answer for a shipment; nothing where the interpreter must look at the whole of it.
    pub fn answer(&self, plan: &Plan<'_>, given: &Given<'_>, entered: Instant, point: u64) -> Option<Answered> {
        Some(match self {
            Asked::Before(FactId::ENTERED, at) => Answered::of_truth(entered < *at),
            Asked::Before(fact, at) => plan.fact(given, *fact)?.moment().map_or(Answered::Unknown, |m| Answered::of_truth(m < *at)),
            Asked::InFile(fact, set) => match plan.fact(given, *fact)? {
                Fact::Text(text) => Answered::of_truth(set.contains(text)),
                _ => Answered::Unknown,
            },
            Asked::Claims(text) => match plan.fact(given, FactId::CLAIMS)? {
                Fact::Claims(claims) => Answered::of_truth(claims.contains(text)),
                _ => Answered::Unknown,
            },
            Asked::Flag(fact) => match plan.fact(given, *fact)? {
                Fact::Flag(f) => Answered::of_truth(f),
                _ => Answered::Unknown,
            },
            Asked::Compare(fact, comparator, literal) => match plan.fact(given, *fact)? {
                Fact::Number(n) => {
                    let (numerator, denominator) = literal.parts();
                    let one = i128::from(n).checked_mul(denominator)?;
                    let other = numerator.checked_mul(i128::from(MILLION))?;
                    Answered::of_truth(comparator.holds(one.cmp(&other)))
                }
                _ => Answered::Unknown,
            },
            Asked::Number(fact) => match plan.fact(given, *fact)? {
                Fact::Number(n) => Answered::Number(n),
                _ => Answered::Unknown,
            },
            Asked::General(condition) => Answered::of(plan.interpreter.answer(&given.shipment(plan.interpreter.program), entered, point, condition))?,
            Asked::IsLower { base, rates } => match rates.compared(plan, given, base)? {
                Some(Ordering::Less) => Answered::Yes,
                Some(_) => Answered::No,
                None => Answered::Unknown,
            },
        })
    }
}

fn is_number(plan: &Plan<'_>, fact: FactId) -> bool {
    let kind = plan.interpreter.program.fact(fact).map(|f| f.kind);
    matches!(kind, Some(FactKind::Money | FactKind::Rate | FactKind::Number | FactKind::Quantity(_)))
}
