//! What a record leaves open about time and goods: a bare date is some moment of its day, a short code is one of the longer ones.
//!
//! The shipment is assessed at one moment of each stretch in which nothing changes, and for one code of each group that no rule
//! tells apart; where all agree the answer is certain, otherwise it is undetermined, and the place of the change is named.

use super::interpret::{Case, Interpreter, without_entry};
use super::quotas::{Balances, Draw};
use super::{Assessment, Cause, MeasureResult, Status, Totals, Turn};
use crate::facts::{Shipment, Value};
use crate::program::{FactId, Program};
use crate::region::GoodsSet;
use crate::syntax::{ChargeKind, OutcomeWord};
use crate::value::{Exact, GoodsCode, Instant};

/// More cases than this are not looked through.
const MOST_CASES: usize = 20_000;

/// One thing that is open, and what it may be.
struct Axis {
    what: Open,
    /// Starts of stretches, or ten-digit codes.
    choices: Vec<u64>,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Open {
    Moment(FactId),
    Code,
}

pub fn assess(interpreter: &Interpreter<'_>, shipment: &Shipment, balances: &Balances) -> Assessment {
    let Some(entered) = shipment.get(FactId::ENTERED) else {
        return without_entry(interpreter, shipment);
    };
    let first_entry = match entered {
        Value::At(at) | Value::SomeTime(at, _) => *at,
        _ => return without_entry(interpreter, shipment),
    };
    let axes = axes(interpreter, shipment);
    let count = axes.iter().try_fold(1usize, |n, a| n.checked_mul(a.choices.len()).filter(|n| *n <= MOST_CASES));
    let results = match count {
        Some(1) => Case::new(interpreter, shipment, balances, first_entry, shipment.hs.first()).run(),
        Some(_) => merged(interpreter, shipment, balances, first_entry, &axes),
        None => {
            let results = Case::new(interpreter, shipment, balances, first_entry, shipment.hs.first()).run();
            results.into_iter().map(|r| r.open(OutcomeWord::Undetermined, Cause::Depends(vec![Turn::TooMany]))).collect()
        }
    };
    finish(interpreter, results)
}

fn axes(interpreter: &Interpreter<'_>, shipment: &Shipment) -> Vec<Axis> {
    let edition = &interpreter.edition;
    let mut axes = Vec::new();
    for (fact, value) in shipment.given() {
        let Value::SomeTime(first, after) = value else { continue };
        let cuts: &[Instant] = if fact == FactId::ENTERED { &edition.entry_cuts } else { edition.other_cuts.get(&fact).map_or(&[], Vec::as_slice) };
        let begin = cuts.partition_point(|c| c <= first);
        let inside = cuts.iter().skip(begin).take_while(|c| *c < after);
        let choices = std::iter::once(first).chain(inside).map(|i| key(*i)).collect();
        axes.push(Axis { what: Open::Moment(fact), choices });
    }
    axes.push(Axis { what: Open::Code, choices: codes(interpreter, shipment.hs) });
    axes
}

/// Moments keep their order as unsigned numbers, so that one kind of choice serves moments and codes.
fn key(instant: Instant) -> u64 {
    instant.0.cast_unsigned() ^ (1 << 63)
}

fn moment(key: u64) -> Instant {
    Instant((key ^ (1 << 63)).cast_signed())
}

/// One ten-digit code of each group, within the shipment's, that the book's rules tell apart.
pub fn codes(interpreter: &Interpreter<'_>, code: GoodsCode) -> Vec<u64> {
    let program = interpreter.program;
    let (first, after) = (code.first(), code.after());
    let all = interpreter.code_cuts();
    let begin = all.partition_point(|c| *c <= first);
    let cuts: Vec<u64> = std::iter::once(first).chain(all.iter().skip(begin).copied().take_while(|c| *c < after)).collect();
    let existing = &program.nomenclature.existing;
    let mut points = Vec::new();
    for (i, start) in cuts.iter().enumerate() {
        let end = cuts.get(i.saturating_add(1)).copied().unwrap_or(after);
        // A stretch without any goods needs no answer; otherwise its first existing code stands for it.
        if let Some((a, _)) = GoodsSet::of_range(*start, end).intersection(existing).ranges().first() {
            points.push(*a);
        }
    }
    if points.is_empty() {
        points.push(first);
    }
    points
}

impl Program {
    /// Every range of goods by which some rule tells goods apart.
    pub fn each_range(&self, visit: &mut dyn FnMut(u64, u64)) {
        use crate::program::{Charge, ClauseKind, Term};
        let set = |set: &GoodsSet, visit: &mut dyn FnMut(u64, u64)| set.ranges().iter().for_each(|(a, b)| visit(*a, *b));
        for measure in &self.measures {
            set(&measure.goods, visit);
            for clause in &measure.clauses {
                clause.scopes.iter().filter_map(|s| s.goods.as_ref()).for_each(|g| set(g, visit));
                if let ClauseKind::Rate(Charge::Table(table)) = &clause.kind {
                    table.rows.iter().filter_map(|r| r.code).for_each(|c| visit(c.first(), c.after()));
                }
                if let ClauseKind::Rate(Charge::Rate(rate)) = &clause.kind {
                    let mirrored = rate.terms().filter_map(|t| if let Term::Matching(m) = t.innermost() { self.uses.get(m.book) } else { None });
                    mirrored.for_each(|(_, used)| used.each_range(visit));
                }
            }
        }
        for scope in self.relief_heads().filter_map(|h| h.scope.as_ref()) {
            set(&scope.goods, visit);
        }
    }
}

fn merged(interpreter: &Interpreter<'_>, shipment: &Shipment, balances: &Balances, entered: Instant, axes: &[Axis]) -> Vec<MeasureResult> {
    let mut chosen = vec![0usize; axes.len()];
    let mut cases: Vec<(Vec<usize>, Vec<MeasureResult>)> = Vec::new();
    loop {
        let mut one = shipment.clone();
        let (mut at, mut point) = (entered, shipment.hs.first());
        for (axis, choice) in axes.iter().zip(&chosen) {
            let Some(value) = axis.choices.get(*choice).copied() else { continue };
            match axis.what {
                Open::Moment(FactId::ENTERED) => at = moment(value),
                Open::Moment(fact) => one.set(fact, Value::At(moment(value))),
                Open::Code => point = value,
            }
        }
        cases.push((chosen.clone(), Case::new(interpreter, &one, balances, at, point).run()));
        if !next(&mut chosen, axes) {
            break;
        }
    }
    let Some((_, first)) = cases.first() else { return Vec::new() };
    first.iter().enumerate().map(|(i, result)| agreed(i, result, &cases, axes, shipment)).collect()
}

/// Counts through the choices, the last axis fastest.
fn next(chosen: &mut [usize], axes: &[Axis]) -> bool {
    for (choice, axis) in chosen.iter_mut().zip(axes).rev() {
        *choice = choice.saturating_add(1);
        if *choice < axis.choices.len() {
            return true;
        }
        *choice = 0;
    }
    false
}

/// The result of one measure over all cases.
fn agreed(at: usize, first: &MeasureResult, cases: &[(Vec<usize>, Vec<MeasureResult>)], axes: &[Axis], shipment: &Shipment) -> MeasureResult {
    let same = |other: &MeasureResult| match (first.owed(), other.owed()) {
        // What is drawn from a quota is part of the answer: later shipments depend on it.
        (Some(a), Some(b)) => a == b && first.draws == other.draws,
        (None, None) => first.outcome == other.outcome,
        _ => false,
    };
    let differing: Vec<&Vec<usize>> = cases.iter().filter(|(_, r)| r.get(at).is_some_and(|o| !same(o))).map(|(c, _)| c).collect();
    if differing.is_empty() {
        // Where one case names its cause with certainty and another leaves it open, all are open alike; the first serves.
        let mut result = first.clone();
        if cases.iter().any(|(_, r)| r.get(at).is_some_and(|o| o.saved != first.saved)) {
            // What is owed is certain, but not what would have been owed.
            result.saved = None;
        }
        return result;
    }
    // The places of change: on each axis, the first choice that differs while the others stay as they are.
    let mut turns = Vec::new();
    for (n, axis) in axes.iter().enumerate() {
        let alone = differing.iter().filter(|c| c.iter().enumerate().all(|(i, v)| i == n || *v == 0)).filter_map(|c| c.get(n)).min();
        if let Some(value) = alone.and_then(|v| axis.choices.get(*v)) {
            turns.push(turn(axis, *value, shipment));
        }
    }
    if turns.is_empty()
        && let Some(other) = differing.first()
    {
        for (axis, choice) in axes.iter().zip(other.iter()).filter(|(_, c)| **c > 0) {
            turns.extend(axis.choices.get(*choice).map(|v| turn(axis, *v, shipment)));
        }
    }
    let mut result = first.clone().open(OutcomeWord::Undetermined, Cause::Depends(turns));
    result.rate = None;
    // The clause is named where it is the same in all cases; otherwise one of several would be shown as if it were the one.
    if cases.iter().any(|(_, r)| r.get(at).is_some_and(|o| o.clause != first.clause || o.headline != first.headline)) {
        result.clause = None;
        result.headline = None;
    }
    result.by.clear();
    result.cites.clear();
    result.base = None;
    result
}

fn turn(axis: &Axis, value: u64, shipment: &Shipment) -> Turn {
    match axis.what {
        Open::Moment(fact) => Turn::At(fact, moment(value)),
        Open::Code => {
            // The shortest longer code that tells the goods apart is enough to ask for.
            let longer = [4u8, 6, 8, 10].into_iter().filter(|n| *n > shipment.hs.len()).map(|n| GoodsCode::of_point(value, n));
            let mut fitting = longer.filter(|c| c.first() == value);
            Turn::Code(fitting.next().unwrap_or_else(|| GoodsCode::of_point(value, 10)))
        }
    }
}

fn finish(interpreter: &Interpreter<'_>, results: Vec<MeasureResult>) -> Assessment {
    let mut status = results.iter().filter_map(MeasureResult::open_status).max().unwrap_or(Status::Assessed);
    let totals = if status == Status::Assessed { totals(interpreter.program, &results) } else { None };
    if status == Status::Assessed && totals.is_none() {
        status = Status::Undetermined;
    }
    if results.iter().any(|r| matches!(r.cause, Some(Cause::MoreThanValue(..)))) {
        status = Status::Rejected;
    }
    // A relief of several measures draws once for the shipment.
    let mut draws: Vec<Draw> = Vec::new();
    for draw in results.iter().filter(|_| totals.is_some()).flat_map(|r| &r.draws) {
        if !draws.contains(draw) {
            draws.push(draw.clone());
        }
    }
    let mut defaults: Vec<FactId> = results.iter().flat_map(|r| r.defaults.iter().copied()).collect();
    defaults.sort_unstable();
    defaults.dedup();
    Assessment { status, totals, results, known_at: interpreter.edition.known_at, defaults, draws }
}

fn totals(program: &Program, results: &[MeasureResult]) -> Option<Totals> {
    let mut sums = [Exact::ZERO; 3];
    for result in results {
        let slot = match program.measure(result.measure)?.kind {
            ChargeKind::Measure | ChargeKind::Retaliation => 0,
            ChargeKind::Tax => 1,
            ChargeKind::Fee => 2,
        };
        let sum = sums.get_mut(slot)?;
        *sum = sum.checked_add(result.owed()?)?;
    }
    let [duty, tax, fee] = sums;
    let total = duty.checked_add(tax)?.checked_add(fee)?;
    let print = |n| program.rounding.round(n);
    Some(Totals { duty: print(duty)?, tax: print(tax)?, fee: print(fee)?, total: print(total)? })
}
