//! Amounts for a shipment that states none: a rate that no amount decides can be told without one.

use crate::facts::{Shipment, Value};
use crate::program::{Cond, CondKind, Expr, ExprKind, FactId, FactKind, Program, Rate, Term};
use crate::value::{Exact, Unit};
use std::collections::BTreeSet;

/// Round, so that what comes of a rate can be reckoned in the head.
const VALUE: i64 = 100_000;
const QUANTITY: i64 = 1_000;

/// The value and the quantities that the shipment does not state, that some rule asks for and that none tests.
pub fn wanted(program: &Program, shipment: &Shipment) -> Vec<FactId> {
    let tested = tested(program);
    let needs: Vec<String> = program.needs().into_iter().map(|n| n.fact).collect();
    let wanted = |fact: &FactId| needs.iter().any(|n| n == program.fact_name(*fact)) && !tested.contains(fact) && shipment.get(*fact).is_none();
    let quantities = Unit::ALL.iter().map(|u| FactId::of_unit(*u));
    std::iter::once(FactId::VALUE).chain(quantities).filter(wanted).collect()
}

/// The shipment with an example for each of some facts.
pub fn filled(program: &Program, shipment: &Shipment, examples: &[FactId]) -> Shipment {
    let mut filled = shipment.clone();
    for fact in examples {
        let value = match program.fact(*fact).map(|f| f.kind) {
            Some(FactKind::Money) => Value::Money(Exact::whole(VALUE), program.currency),
            _ => Value::Number(Exact::whole(QUANTITY)),
        };
        filled.set(*fact, value);
    }
    filled
}

/// The amounts on which what a rate comes to rests.
pub fn used(rate: &Rate, out: &mut BTreeSet<FactId>) {
    for term in rate.terms() {
        match term.innermost() {
            Term::Specific { unit, .. } => out.extend([FactId::of_unit(*unit)]),
            Term::Product { facts, .. } => out.extend(facts),
            _ => out.extend([FactId::VALUE]),
        }
    }
}

/// The facts that conditions compare, and those that quotas measure.
fn tested(program: &Program) -> BTreeSet<FactId> {
    let mut out: BTreeSet<FactId> = program.quotas.iter().map(|q| q.fact).collect();
    program.measures.iter().flat_map(|m| &m.clauses).flat_map(|c| &c.conditions).for_each(|c| facts_of(c, &mut out));
    program.measures.iter().filter_map(|m| m.head.condition.as_ref()).for_each(|c| facts_of(c, &mut out));
    program.relief_heads().filter_map(|h| h.condition.as_ref()).for_each(|c| facts_of(c, &mut out));
    out
}

fn facts_of(cond: &Cond, out: &mut BTreeSet<FactId>) {
    match &cond.kind {
        CondKind::All(parts) | CondKind::Any(parts) => parts.iter().for_each(|p| facts_of(p, out)),
        CondKind::Not(inner) => facts_of(inner, out),
        CondKind::Compare(left, _, right) => {
            of_expression(left, out);
            of_expression(right, out);
        }
        _ => {}
    }
}

fn of_expression(expr: &Expr, out: &mut BTreeSet<FactId>) {
    match &expr.kind {
        ExprKind::Fact(f) | ExprKind::Share(_, f) => out.extend([*f]),
        ExprKind::Per(a, b) => out.extend([*a, *b]),
        ExprKind::Sum(terms) => terms.iter().for_each(|(_, t)| of_expression(t, out)),
        ExprKind::Product(factors) => factors.iter().for_each(|f| of_expression(f, out)),
        _ => {}
    }
}
