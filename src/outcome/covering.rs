//! Which clauses cover a shipment, and what they say.

use super::interpret::Case;
use super::prevail::{Covering, Prevailing};
use super::truth::Truth;
use super::{Cause, Missing, MissingFact};
use crate::program::{Base, Charge, Clause, ClauseKind, Measure, MeasureId, Named, Rate, RowRate, SuspensionId, Table};
use crate::source::Span;
use std::sync::Arc;

/// What the clauses of a measure say of a shipment.
#[derive(Clone, Debug, PartialEq)]
pub enum Says {
    Rate(Arc<Rate>),
    NotSubject,
    Unread(Span, String),
    /// Rows of one table that contradict each other.
    Contradiction,
}

/// Whether goods and origin are a rule's.
pub enum Scope {
    In,
    Out(Cause),
    Unknown(Vec<Missing>),
}

impl Case<'_> {
    pub fn scope(&self, measure: &Measure) -> Scope {
        if !measure.goods.contains(self.point) {
            return Scope::Out(Cause::Goods);
        }
        self.origin(&measure.origins)
    }

    pub fn origin(&self, origins: &crate::region::Origins) -> Scope {
        let at = origins.at(self.entered);
        match self.shipment.origin {
            Some(c) if at.contains(c) => Scope::In,
            Some(_) => Scope::Out(Cause::Origin),
            None if at == crate::value::CountrySet::all() => Scope::In,
            None if at.is_empty() => Scope::Out(Cause::Origin),
            None => Scope::Unknown(vec![Missing { fact: MissingFact::Origin, span: None }]),
        }
    }

    /// The rate clauses that cover the shipment, with what they say.
    pub fn covering(&self, id: MeasureId, measure: &Measure) -> Vec<Covering<Says>> {
        let mut out = Vec::new();
        for (index, clause) in measure.clauses.iter().enumerate() {
            let ClauseKind::Rate(charge) = &clause.kind else { continue };
            let Some(truth) = self.covers(id, index, clause) else { continue };
            let (says, span) = match charge {
                Charge::Rate(rate) => (Says::Rate(rate.clone()), clause.span),
                Charge::None => (Says::NotSubject, clause.span),
                Charge::Table(table) => match self.row(table) {
                    Some(found) => found,
                    None => continue,
                },
            };
            out.push(Covering { clause: index, span, truth, says });
        }
        out
    }

    /// Whether a clause covers the shipment now: nothing where it certainly does not.
    pub fn covers(&self, id: MeasureId, index: usize, clause: &Clause) -> Option<Truth> {
        let runs = self.edition().clauses.get(id.0).and_then(|c| c.get(index)).is_some_and(|l| l.runs(self.entered));
        if !runs || self.set_aside(id, index) {
            return None;
        }
        let mut truth = Truth::Yes;
        for scope in &clause.scopes {
            if scope.goods.as_ref().is_some_and(|g| !g.contains(self.point)) {
                return None;
            }
            match scope.origins.as_ref().map(|o| self.origin(o)) {
                Some(Scope::Out(_)) => return None,
                Some(Scope::Unknown(missing)) => truth = truth.and(Truth::Unknown(missing)),
                _ => {}
            }
        }
        truth = clause.conditions.iter().fold(truth, |t, c| t.and(self.truth(c)));
        (truth != Truth::No).then_some(truth)
    }

    /// Whether a suspension keeps this clause from covering.
    pub fn set_aside(&self, id: MeasureId, index: usize) -> bool {
        self.program().suspensions.iter().enumerate().any(|(i, s)| {
            s.only.as_ref().is_some_and(|o| o.contains(&(id, index))) && self.relief_holds(&s.head, Named::Suspension(SuspensionId(i))) == Truth::Yes
        })
    }

    pub fn reaches_now(&self, clause: &Clause) -> bool {
        clause
            .scopes
            .iter()
            .all(|s| s.goods.as_ref().is_none_or(|g| g.contains(self.point)) && s.origins.as_ref().is_none_or(|o| !matches!(self.origin(o), Scope::Out(_))))
    }

    /// Whether a clause reaches these goods and this origin at whatever date.
    pub fn ever_reaches(&self, clause: &Clause) -> bool {
        let origin_in = |o: &crate::region::Origins| self.shipment.origin.is_none_or(|c| o.ever().contains(c));
        let scopes = clause.scopes.iter().all(|s| s.goods.as_ref().is_none_or(|g| g.contains(self.point)) && s.origins.as_ref().is_none_or(origin_in));
        scopes
            && match &clause.kind {
                ClauseKind::Rate(Charge::Table(table)) => table.rows_at(self.point).any(|r| r.origins.as_ref().is_none_or(origin_in)),
                _ => true,
            }
    }

    /// The row of a table that speaks: the longest code, then the narrower origin, then the later start.
    pub fn row(&self, table: &Table) -> Option<(Says, Span)> {
        let mut best: Option<&crate::program::TableRow> = None;
        let mut tie = false;
        for row in table.rows_at(self.point) {
            let now = row.from.is_none_or(|f| f <= self.entered) && row.until.is_none_or(|u| self.entered < u);
            let here = match &row.origins {
                None => true,
                Some(o) => self.shipment.origin.is_some_and(|c| o.contains(c, self.entered)),
            };
            if !now || !here {
                continue;
            }
            let Some(held) = best else {
                best = Some(row);
                continue;
            };
            match self.narrower(row, held) {
                Some(true) => {
                    best = Some(row);
                    tie = false;
                }
                Some(false) => {}
                None => tie |= row.rate != held.rate,
            }
        }
        let row = best?;
        let says = match &row.rate {
            _ if tie => Says::Contradiction,
            RowRate::Rate(rate) => Says::Rate(rate.clone()),
            RowRate::None => Says::NotSubject,
            RowRate::Unread(why) => Says::Unread(row.span, why.clone()),
        };
        Some((says, row.span))
    }

    /// Whether row A speaks before row B; nothing where neither does.
    pub fn narrower(&self, a: &crate::program::TableRow, b: &crate::program::TableRow) -> Option<bool> {
        let len = |r: &crate::program::TableRow| r.code.map_or(0, |c| c.len());
        if len(a) != len(b) {
            return Some(len(a) > len(b));
        }
        let all = crate::value::CountrySet::all();
        let set = |r: &crate::program::TableRow| r.origins.as_ref().map_or(all, |o| o.at(self.entered));
        let (x, y) = (set(a), set(b));
        if x != y {
            if x.is_subset(y) {
                return Some(true);
            }
            if y.is_subset(x) {
                return Some(false);
            }
            return None;
        }
        if a.from != b.from { Some(a.from > b.from) } else { None }
    }

    /// The base clause that prevails.
    pub fn base_clause(&self, id: MeasureId, measure: &Measure) -> Prevailing<Base> {
        let mut covering = Vec::new();
        for (index, clause) in measure.clauses.iter().enumerate() {
            let ClauseKind::Base(base) = &clause.kind else { continue };
            if let Some(truth) = self.covers(id, index, clause) {
                covering.push(Covering { clause: index, span: clause.span, truth, says: base.clone() });
            }
        }
        // The customs value is the base where no clause covers, so that one which may say so again does not matter.
        if covering.iter().all(|c| c.truth != Truth::Yes && c.says.is_value()) {
            return Prevailing::None;
        }
        self.prevailing(id, covering)
    }
}

impl Table {
    /// The rows whose code a ten-digit code begins with, at whatever date and origin.
    pub fn rows_at(&self, point: u64) -> impl Iterator<Item = &crate::program::TableRow> {
        let keys = [10u8, 8, 6, 4, 2].into_iter().map(move |len| (len, crate::value::GoodsCode::of_point(point, len).first())).chain([(0, 0)]);
        keys.filter_map(|k| self.by_code.get(&k)).flatten().filter_map(|i| self.rows.get(*i))
    }
}
