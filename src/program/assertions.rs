//! Assertions: claims about every shipment, typed.

use super::from_syntax::Builder;
use super::names::resolve;
use super::terms::Type;
use super::trials::{Assertion, Claim, ClaimKind, ClaimTerm};
use super::types::Named;
use crate::problem::typing;
use crate::syntax::{self, Expression, Item, ItemKind};

/// What the two sides of a comparison may be.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Side {
    /// A rate, or the sum of duties, which is read as a rate on the customs value beside one.
    Rate,
    Money,
    Sum,
}

impl Builder<'_> {
    pub fn assertions(&mut self, items: &[&Item]) {
        for item in items {
            let ItemKind::Assert(assert) = &item.kind else { continue };
            let head = self.head(&assert.head, assert.name.span);
            let Some(claim) = self.claim(&assert.claim) else { continue };
            self.program.assertions.push(Assertion {
                name: assert.name.text.clone(),
                title: assert.title.as_ref().map_or_else(|| assert.name.text.clone(), |t| t.text.clone()),
                head,
                claim,
                span: assert.name.span,
            });
        }
    }

    fn claim(&mut self, claim: &syntax::Claim) -> Option<Claim> {
        let (kind, span) = match claim {
            syntax::Claim::Any(parts, span) => (ClaimKind::Any(self.claims(parts)?), *span),
            syntax::Claim::All(parts, span) => (ClaimKind::All(self.claims(parts)?), *span),
            syntax::Claim::Not(inner, span) => (ClaimKind::Not(Box::new(self.claim(inner)?)), *span),
            syntax::Claim::Outcome(name, word, span) => {
                let measure = resolve(&self.program, &self.names, &mut self.problems, name, "measure", |n| match n {
                    Named::Measure(m) => Some(m),
                    _ => None,
                })?;
                (ClaimKind::Outcome(measure, *word), *span)
            }
            syntax::Claim::Compare(comparison) => {
                let (left, right) = (self.claim_term(&comparison.left), self.claim_term(&comparison.right));
                let ((left, l), (right, r)) = (left?, right?);
                if l != r && l != Side::Sum && r != Side::Sum {
                    let words = |s: Side| if s == Side::Rate { "a rate" } else { "an amount of money" };
                    let message = format!("{} is compared with {}", words(l), words(r));
                    self.problems.add(typing::mismatch(message, comparison.left.span(), words(l), comparison.right.span(), words(r)));
                    return None;
                }
                (ClaimKind::Compare(left, comparison.comparator, right), comparison.span)
            }
        };
        Some(Claim { kind, span })
    }

    fn claims(&mut self, parts: &[syntax::Claim]) -> Option<Vec<Claim>> {
        let read: Vec<Option<Claim>> = parts.iter().map(|p| self.claim(p)).collect();
        read.into_iter().collect()
    }

    fn claim_term(&mut self, expression: &Expression) -> Option<(ClaimTerm, Side)> {
        if let Expression::Named(name) = expression {
            let sum = match name.text.as_str() {
                "duties" | "duty" => Some(ClaimTerm::Duties),
                "taxes" | "tax" => Some(ClaimTerm::Taxes),
                "fees" | "fee" => Some(ClaimTerm::Fees),
                "total" => Some(ClaimTerm::Total),
                _ => None,
            };
            if let Some(sum) = sum {
                return Some((sum, Side::Sum));
            }
        }
        if let Expression::RateOf(name, _) = expression {
            return Some((ClaimTerm::RateOf(self.measures(name)?), Side::Rate));
        }
        let value = self.expression(expression)?;
        match value.ty {
            Type::Rate => Some((ClaimTerm::Value(value), Side::Rate)),
            Type::Money(_) => Some((ClaimTerm::Value(value), Side::Money)),
            other => {
                let help = "a claim compares `rate of NAME`, `duties`, `taxes`, `total`, rates and amounts of money";
                self.problems.add(typing::wrong_type(self.sources.text(expression.span()), &other.words(), "a rate or an amount", help, expression.span()));
                None
            }
        }
    }
}
