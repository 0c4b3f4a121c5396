//! Quotas: approved quantities from a file, and the fact that is drawn from them.

use super::facts::{Fact, FactId, FactKind};
use super::from_syntax::Builder;
use super::rows::Rows;
use super::rules::{Quota, QuotaRow};
use super::types::QuotaId;
use crate::problem::{codes, typing};
use crate::source::Span;
use crate::syntax::{self, Item, ItemKind};
use crate::value::{Exact, Instant, Unit};
use rust_decimal::Decimal;
use std::str::FromStr;

impl Builder<'_> {
    /// Quotas, and for each a fact that states its balance where no ledger does.
    pub fn quotas(&mut self, items: &[&Item]) {
        for item in items {
            let ItemKind::Quota(quota) = &item.kind else { continue };
            let (fact, factor) = self.drawn(quota).unwrap_or((FactId::VALUE, Exact::ONE));
            let rows = self.quota_rows(quota);
            let cite = self.cite(quota.cites.as_ref());
            let balance = FactId(self.program.facts.len());
            self.program.facts.push(Fact {
                name: quota.name.text.clone(),
                kind: FactKind::Balance(QuotaId(self.program.quotas.len())),
                what: format!("what is left of the quota, in {}", quota.column.text),
                default: None,
                span: Some(quota.name.span),
            });
            self.program.quotas.push(Quota {
                name: quota.name.text.clone(),
                column: quota.column.text.clone(),
                fact,
                factor,
                per_importer: quota.per_importer,
                balance,
                rows,
                cite,
                span: quota.name.span,
            });
        }
    }

    /// What the column counts: a unit, `tonnes`, `value`, or an input that is an amount.
    fn drawn(&mut self, quota: &syntax::Quota) -> Option<(FactId, Exact)> {
        let column = quota.column.text.as_str();
        let unit = |u: Unit, factor: i64| Some((FactId::of_unit(u), Exact::whole(factor)));
        match column {
            "tonnes" | "t" => return unit(Unit::Kilogram, 1000),
            "hectolitres" | "hl" => return unit(Unit::Litre, 100),
            "litres" => return unit(Unit::Litre, 1),
            "items" | "pieces" | "units" => return unit(Unit::Item, 1),
            "watts" => return unit(Unit::Watt, 1),
            "pairs" => return unit(Unit::Pair, 1),
            _ => {}
        }
        let found = self.program.find_fact(column);
        match found.and_then(|id| self.program.fact(id).map(|f| (id, f.kind))) {
            Some((id, FactKind::Quantity(_) | FactKind::Number | FactKind::Money)) => Some((id, Exact::ONE)),
            Some((_, kind)) => {
                let help = "a quota counts a quantity or an amount of money";
                self.problems.add(typing::wrong_type(column, &kind.words(), "a quantity", help, quota.column.span));
                None
            }
            None => {
                let help = "name the column after what it counts: a unit such as `kg`, `tonnes`, `value`, or an input of the book that is a quantity";
                self.problems.add(typing::wrong_type(column, "no unit", "a quantity", help, quota.column.span));
                None
            }
        }
    }

    fn quota_rows(&mut self, quota: &syntax::Quota) -> Vec<QuotaRow> {
        let Some(rows) = self.rows(&quota.file) else { return Vec::new() };
        let mut needed = vec![quota.column.text.as_str()];
        needed.extend(quota.per_importer.then_some("importer"));
        needed.extend(quota.term.as_ref().map(|(_, column)| column.text.as_str()));
        for column in needed {
            if rows.column(column).is_none() {
                self.problems.add(codes::missing_column(&rows.path, column, &rows.header, rows.header_span, quota.file.span));
                return Vec::new();
            }
        }
        let tolerance = quota.tolerance.as_ref().map_or(Exact::ZERO, |p| p.value);
        let mut out = Vec::new();
        for (cells, span) in rows.iter() {
            let cell = |column: &str| rows.column(column).and_then(|c| cells.get(c)).filter(|t| !t.is_empty());
            let Some(quantity) = self.quantity(&rows, cell(&quota.column.text), span, quota) else { continue };
            let (from, until) = match &quota.term {
                Some((lasting, column)) => match self.quota_term(&rows, cell(&column.text), lasting, span, quota) {
                    Some(term) => term,
                    None => continue,
                },
                None => (self.quota_instant(&rows, cell("from"), span, quota), self.quota_instant(&rows, cell("until"), span, quota)),
            };
            let whole = Exact::ONE.checked_add(tolerance).and_then(|t| t.checked_mul(quantity)).unwrap_or(quantity);
            let importer = if quota.per_importer { Some(cell("importer").unwrap_or("").to_owned()) } else { None };
            out.push(QuotaRow { importer, quantity: whole, from, until, span });
        }
        out.sort_by_key(|row| (row.until.is_none(), row.until));
        out
    }

    fn quantity(&mut self, rows: &Rows, cell: Option<&str>, span: Span, quota: &syntax::Quota) -> Option<Exact> {
        let text = cell.unwrap_or("");
        let number = Decimal::from_str(&text.replace('_', "")).ok().filter(|n| !n.is_sign_negative());
        if number.is_none() {
            self.problems.add(codes::malformed(&rows.path, &format!("has a quantity that cannot be read: `{text}`"), span, quota.file.span));
        }
        number.map(Exact::from)
    }

    fn quota_term(
        &mut self,
        rows: &Rows,
        cell: Option<&str>,
        lasting: &syntax::Lasting,
        span: Span,
        quota: &syntax::Quota,
    ) -> Option<(Option<Instant>, Option<Instant>)> {
        let Some(from) = self.quota_instant(rows, cell, span, quota) else {
            if cell.is_none() {
                self.problems.add(codes::malformed(&rows.path, "has a row without the day from which its quantity can be drawn", span, quota.file.span));
            }
            return None;
        };
        let until = self.program.clock.after(from, lasting.duration).ok().map(|(end, _)| end);
        Some((Some(from), until))
    }

    fn quota_instant(&mut self, rows: &Rows, cell: Option<&str>, span: Span, quota: &syntax::Quota) -> Option<Instant> {
        match self.program.clock.read(cell?) {
            Ok((at, _)) => Some(at),
            Err(why) => {
                self.problems.add(codes::malformed(&rows.path, &format!("has a date that cannot be read: {why}"), span, quota.file.span));
                None
            }
        }
    }
}
