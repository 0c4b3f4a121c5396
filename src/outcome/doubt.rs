//! What is left of a quota after a shipment that could not be assessed: it may have drawn, nobody knows how much, and unknown is not nothing.

use super::quotas::Balances;
use super::{Assessment, Cause, Interpreter, Missing, MissingFact};
use crate::facts::{Shipment, Value};
use crate::program::{Edition, Exemption, FactId, FactKind, Life, MeasureId, Program, Quota, QuotaId, QuotaRow};
use crate::region::GoodsSet;
use crate::value::Instant;

/// A row of a quota's file.
type Drawable = (QuotaId, usize);

impl Balances {
    /// Notes what a shipment that is not assessed might yet draw. Gives the quotas of which no more is known for sure what is left.
    pub fn doubt(&mut self, rows: impl IntoIterator<Item = Drawable>) -> Vec<QuotaId> {
        let mut quotas: Vec<QuotaId> = Vec::new();
        for (quota, row) in rows {
            self.doubtful.insert((quota, row));
            if !quotas.contains(&quota) {
                quotas.push(quota);
            }
        }
        quotas
    }
}

/// Every row that somebody might draw on: of a shipment of which not even the goods are known, nothing can be ruled out.
pub fn any(program: &Program) -> Vec<Drawable> {
    let rows = |(i, quota): (usize, &Quota)| (0..quota.rows.len()).map(move |row| (QuotaId(i), row)).collect::<Vec<_>>();
    program.quotas.iter().enumerate().flat_map(rows).collect()
}

/// The rows that a shipment which is not assessed might draw on once it is. What is certain of a measure is kept; where the measure is
/// open, each of its reliefs may hold whose goods, origins and time have room for the shipment.
pub fn might_draw(interpreter: &Interpreter<'_>, shipment: &Shipment, assessment: &Assessment) -> Vec<Drawable> {
    let program = interpreter.program;
    let mut rows: Vec<Drawable> = assessment.results.iter().flat_map(|r| &r.draws).filter_map(|d| Some((d.quota, d.row?))).collect();
    let open: Vec<MeasureId> = assessment.results.iter().filter(|r| r.is_open()).map(|r| r.measure).collect();
    for (i, exemption) in program.exemptions.iter().enumerate() {
        let Some((id, quota)) = exemption.quota.and_then(|id| Some((id, program.quotas.get(id.0)?))) else { continue };
        let stated = shipment.get(quota.balance).is_some();
        if stated || !exemption.from.iter().any(|m| open.contains(m)) || !has_room(exemption, i, &interpreter.edition, shipment) {
            continue;
        }
        let drawable = quota.rows.iter().enumerate().filter(|(_, row)| may_be_drawn(quota, row, shipment));
        rows.extend(drawable.map(|(row, _)| (id, row)));
    }
    rows
}

/// Whether a shipment waits for nothing but what is left of quotas: mending an earlier one mends it too.
pub fn follows(program: &Program, assessment: &Assessment) -> bool {
    let mut waits = assessment.results.iter().filter(|r| r.is_open()).filter_map(|r| r.cause.as_ref());
    let balance = |m: &Missing| matches!(m.fact, MissingFact::Fact(f) if program.fact(f).is_some_and(|f| matches!(f.kind, FactKind::Balance(_))));
    waits.all(|cause| match cause {
        Cause::Needs(missing) => missing.iter().all(balance),
        Cause::Follows(_) => true,
        _ => false,
    })
}

/// Whether a relief may reach a shipment, as far as its goods, its origin and the day of its entry tell.
fn has_room(exemption: &Exemption, at: usize, edition: &Edition, shipment: &Shipment) -> bool {
    let scope = exemption.head.scope.as_ref();
    let goods = scope.is_none_or(|s| s.goods.meets(&GoodsSet::of_code(shipment.hs)));
    let origin = scope.is_none_or(|s| shipment.origin.is_none_or(|o| s.origins.ever().contains(o)));
    let Some(Life::Known(window)) = edition.exemptions.get(at) else { return false };
    let runs = stretch(shipment).is_none_or(|day| overlap(window.from, window.until, day));
    goods && origin && runs
}

fn may_be_drawn(quota: &Quota, row: &QuotaRow, shipment: &Shipment) -> bool {
    let whose = match (quota.per_importer, shipment.get(FactId::IMPORTER)) {
        (true, Some(Value::Text(name))) => row.importer.as_ref() == Some(name),
        _ => true,
    };
    whose && stretch(shipment).is_none_or(|day| overlap(row.from, row.until, day))
}

fn overlap(from: Option<Instant>, until: Option<Instant>, (first, last): (Instant, Instant)) -> bool {
    from.is_none_or(|f| f <= last) && until.is_none_or(|u| first < u)
}

/// The first and the last moment at which a shipment may have been entered; nothing where no day is known.
fn stretch(shipment: &Shipment) -> Option<(Instant, Instant)> {
    match shipment.get(FactId::ENTERED)? {
        Value::At(at) => Some((*at, *at)),
        Value::SomeTime(first, after) => Some((*first, Instant(after.0.saturating_sub(1)))),
        _ => None,
    }
}
