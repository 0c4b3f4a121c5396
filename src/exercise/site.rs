//! The places of a book at which one thing can be changed: a date, a code, a rate, or that a rule is there at all.
//!
//! Scenarios are programs of their own, in which rules may have other numbers. What is the same in all of them is where a rule is written.

use crate::program::{
    Change, ChangeKind, Charge, ClauseKind, Cond, CondKind, EventId, ExemptionId, ExprKind, Head, LimitId, MeasureId, Named, PhaseoutId, Program, Rate, Relief,
    RowRate, Steps, SuspensionId,
};
use crate::region::GoodsSet;
use crate::source::Span;
use crate::value::{Exact, GoodsCode, Instant};
use std::sync::{Arc, OnceLock};

/// One thing that can be changed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Site {
    /// Where its rule is written.
    pub span: Span,
    pub owner: Owner,
    pub slot: Slot,
}

/// What kind of rule it is part of.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Owner {
    Measure,
    Clause,
    Exemption,
    Suspension,
    Phaseout,
    Limit,
    Event,
    Ending,
}

/// Which part of its rule it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Slot {
    /// The rule is there.
    Present,
    From,
    Until,
    /// A later end of an event, by number.
    Extension(usize),
    /// The moment of an amendment, by number.
    Amendment(usize),
    /// A moment in a condition, by number.
    Bound(usize),
    /// Goods, by the number of the scope that names them.
    Goods(usize),
    Rate,
    /// The rate of a table's row.
    RowRate(usize),
    RowCode(usize),
    /// Points or a share.
    Points,
}

/// What stands at a site.
#[derive(Clone, Debug, PartialEq)]
pub enum Held {
    Present(bool),
    Instant(Instant),
    Goods(GoodsSet),
    Rate(Arc<Rate>),
    Code(GoodsCode),
    Points(Exact),
    /// Of a duty.
    Share(Exact),
}

/// More rows of a table than these are not changed one by one: its first, its middle and its last stand for them.
const FEW_ROWS: usize = 3;

/// Every site of a program, in the order of its text.
pub fn sites(program: &Program) -> Vec<Site> {
    let mut out = Vec::new();
    for measure in &program.measures {
        let mut all = Gather { out: &mut out, span: measure.span, owner: Owner::Measure };
        all.head(&measure.head, &measure.changes);
        for clause in &measure.clauses {
            let mut own = Gather { out: &mut out, span: clause.span, owner: Owner::Clause };
            own.period(clause.period.from, clause.period.until);
            own.bounds(&clause.conditions);
            (0..clause.scopes.len()).for_each(|n| own.add(Slot::Goods(n)));
            match &clause.kind {
                ClauseKind::Rate(Charge::Rate(_)) => own.add(Slot::Rate),
                ClauseKind::Rate(Charge::Table(table)) => {
                    for row in chosen(table.rows.len()) {
                        own.add(Slot::RowRate(row));
                        own.add(Slot::RowCode(row));
                    }
                }
                _ => {}
            }
        }
    }
    for x in &program.exemptions {
        let mut own = Gather { out: &mut out, span: x.span, owner: Owner::Exemption };
        own.relief(&x.head, &x.changes);
        match x.relief {
            Relief::To(_) => own.add(Slot::Rate),
            Relief::ByPoints(_) | Relief::ByShare(_) => own.add(Slot::Points),
            Relief::Full | Relief::ByInput(_) => {}
        }
    }
    for x in &program.suspensions {
        let mut own = Gather { out: &mut out, span: x.span, owner: Owner::Suspension };
        own.relief(&x.head, &x.changes);
        x.by.iter().for_each(|_| own.add(Slot::Points));
    }
    for x in &program.phaseouts {
        let mut own = Gather { out: &mut out, span: x.span, owner: Owner::Phaseout };
        own.relief(&x.head, &x.changes);
        if matches!(x.steps, Steps::Equal { .. }) {
            own.add(Slot::Rate);
        }
    }
    for x in &program.limits {
        let mut own = Gather { out: &mut out, span: x.span, owner: Owner::Limit };
        own.relief(&x.head, &x.changes);
        own.add(Slot::Rate);
    }
    for x in &program.events {
        let mut own = Gather { out: &mut out, span: x.span, owner: Owner::Event };
        own.period(x.period.from, x.period.until);
        (0..x.extensions.len()).for_each(|n| own.add(Slot::Extension(n)));
    }
    for x in &program.endings {
        let mut own = Gather { out: &mut out, span: x.span, owner: Owner::Ending };
        own.add(Slot::Present);
        own.period(x.from, None);
    }
    out.retain(|s| get(program, s).is_some());
    out.sort_unstable();
    out.dedup();
    out
}

fn chosen(rows: usize) -> Vec<usize> {
    if rows <= FEW_ROWS {
        return (0..rows).collect();
    }
    vec![0, rows.checked_div(2).unwrap_or(0), rows.saturating_sub(1)]
}

struct Gather<'o> {
    out: &'o mut Vec<Site>,
    span: Span,
    owner: Owner,
}

impl Gather<'_> {
    fn add(&mut self, slot: Slot) {
        self.out.push(Site { span: self.span, owner: self.owner, slot });
    }

    fn period(&mut self, from: Option<Instant>, until: Option<Instant>) {
        from.iter().for_each(|_| self.add(Slot::From));
        until.iter().for_each(|_| self.add(Slot::Until));
    }

    fn bounds(&mut self, conditions: &[Cond]) {
        let count: usize = conditions.iter().map(count_bounds).fold(0, usize::saturating_add);
        (0..count).for_each(|n| self.add(Slot::Bound(n)));
    }

    fn head(&mut self, head: &Head, changes: &[Change]) {
        self.period(head.period.from, head.period.until);
        self.bounds(head.condition.as_slice());
        head.scope.iter().for_each(|_| self.add(Slot::Goods(0)));
        (0..changes.len()).for_each(|n| self.add(Slot::Amendment(n)));
    }

    fn relief(&mut self, head: &Head, changes: &[Change]) {
        self.add(Slot::Present);
        self.head(head, changes);
    }
}

// ── Where it is in a program ──

/// A rule by number.
#[derive(Clone, Copy, Debug)]
enum At {
    Measure(usize),
    Clause(usize, usize),
    Exemption(usize),
    Suspension(usize),
    Phaseout(usize),
    Limit(usize),
    Event(usize),
    Ending(usize),
}

fn at(program: &Program, site: &Site) -> Option<At> {
    let span = site.span;
    Some(match site.owner {
        Owner::Measure => At::Measure(program.measures.iter().position(|x| x.span == span)?),
        Owner::Clause => {
            let of = |m: &crate::program::Measure| m.clauses.iter().position(|c| c.span == span);
            program.measures.iter().enumerate().find_map(|(m, x)| of(x).map(|c| At::Clause(m, c)))?
        }
        Owner::Exemption => At::Exemption(program.exemptions.iter().position(|x| x.span == span)?),
        Owner::Suspension => At::Suspension(program.suspensions.iter().position(|x| x.span == span)?),
        Owner::Phaseout => At::Phaseout(program.phaseouts.iter().position(|x| x.span == span)?),
        Owner::Limit => At::Limit(program.limits.iter().position(|x| x.span == span)?),
        Owner::Event => At::Event(program.events.iter().position(|x| x.span == span)?),
        Owner::Ending => At::Ending(program.endings.iter().position(|x| x.span == span)?),
    })
}

/// The name of the rule, by which a scenario may leave it out; clauses have none.
pub fn named(program: &Program, site: &Site) -> Option<Named> {
    Some(match at(program, site)? {
        At::Measure(i) => Named::Measure(MeasureId(i)),
        At::Clause(..) => return None,
        At::Exemption(i) => Named::Exemption(ExemptionId(i)),
        At::Suspension(i) => Named::Suspension(SuspensionId(i)),
        At::Phaseout(i) => Named::Phaseout(PhaseoutId(i)),
        At::Limit(i) => Named::Limit(LimitId(i)),
        At::Event(i) => Named::Event(EventId(i)),
        At::Ending(i) => Named::Ending(crate::program::EndingId(i)),
    })
}

/// The measures that a rule is part of or acts on; nothing where it may concern any.
pub fn measures(program: &Program, site: &Site) -> Option<Vec<MeasureId>> {
    Some(match at(program, site)? {
        At::Measure(i) => vec![MeasureId(i)],
        At::Clause(m, c) => {
            let mut all = vec![MeasureId(m)];
            if let ClauseKind::InLieuOf(others) = &program.measures.get(m)?.clauses.get(c)?.kind {
                all.extend(others);
            }
            all
        }
        At::Exemption(i) => program.exemptions.get(i)?.from.clone(),
        At::Suspension(i) => program.suspensions.get(i)?.of.clone(),
        At::Phaseout(i) => program.phaseouts.get(i)?.of.clone(),
        At::Limit(i) => program.limits.get(i)?.of.clone(),
        At::Event(_) | At::Ending(_) => return None,
    })
}

// ── What stands there ──

/// What stands at a site of a program; nothing where the program has not got it.
pub fn get(program: &Program, site: &Site) -> Option<Held> {
    let place = at(program, site)?;
    match site.slot {
        Slot::Present => named(program, site).map(|n| Held::Present(!program.absent.contains(&n))),
        Slot::Goods(n) => Some(match place {
            At::Measure(i) => Held::Goods(program.measures.get(i)?.goods.clone()),
            At::Clause(m, c) => Held::Goods(program.measures.get(m)?.clauses.get(c)?.scopes.get(n)?.goods.clone()?),
            other => Held::Goods(head(program, other)?.scope.as_ref()?.goods.clone()),
        }),
        Slot::Rate => Some(Held::Rate(match place {
            At::Clause(m, c) => match &program.measures.get(m)?.clauses.get(c)?.kind {
                ClauseKind::Rate(Charge::Rate(rate)) => rate.clone(),
                _ => return None,
            },
            At::Exemption(i) => match &program.exemptions.get(i)?.relief {
                Relief::To(rate) => rate.clone(),
                _ => return None,
            },
            At::Phaseout(i) => match &program.phaseouts.get(i)?.steps {
                Steps::Equal { to, .. } => to.clone(),
                Steps::Cutting(_) => return None,
            },
            At::Limit(i) => program.limits.get(i)?.at_most.clone(),
            _ => return None,
        })),
        Slot::RowRate(row) => match &table(program, place)?.rows.get(row)?.rate {
            RowRate::Rate(rate) => Some(Held::Rate(rate.clone())),
            _ => None,
        },
        Slot::RowCode(row) => table(program, place)?.rows.get(row)?.code.map(Held::Code),
        Slot::Points => match place {
            At::Exemption(i) => match program.exemptions.get(i)?.relief {
                Relief::ByPoints(points) => Some(Held::Points(points)),
                Relief::ByShare(share) => Some(Held::Share(share)),
                _ => None,
            },
            At::Suspension(i) => program.suspensions.get(i)?.by.map(Held::Points),
            _ => None,
        },
        Slot::From | Slot::Until => {
            let period = match place {
                At::Clause(m, c) => &program.measures.get(m)?.clauses.get(c)?.period,
                At::Event(i) => &program.events.get(i)?.period,
                At::Ending(i) => return program.endings.get(i)?.from.map(Held::Instant),
                other => &head(program, other)?.period,
            };
            if site.slot == Slot::From { period.from } else { period.until }.map(Held::Instant)
        }
        Slot::Extension(n) => match place {
            At::Event(i) => program.events.get(i)?.extensions.get(n).map(|x| Held::Instant(x.until)),
            _ => None,
        },
        Slot::Amendment(n) => match changes(program, place)?.get(n)?.kind {
            ChangeKind::Postpone(at) | ChangeKind::End(at) | ChangeKind::Extend(at) => Some(Held::Instant(at)),
        },
        Slot::Bound(n) => {
            let mut left = n;
            let conditions: &[Cond] = match place {
                At::Clause(m, c) => &program.measures.get(m)?.clauses.get(c)?.conditions,
                other => head(program, other)?.condition.as_slice(),
            };
            conditions.iter().find_map(|c| nth_bound(c, &mut left)).map(Held::Instant)
        }
    }
}

fn head(program: &Program, place: At) -> Option<&Head> {
    match place {
        At::Measure(i) => program.measures.get(i).map(|x| &x.head),
        At::Exemption(i) => program.exemptions.get(i).map(|x| &x.head),
        At::Suspension(i) => program.suspensions.get(i).map(|x| &x.head),
        At::Phaseout(i) => program.phaseouts.get(i).map(|x| &x.head),
        At::Limit(i) => program.limits.get(i).map(|x| &x.head),
        At::Clause(..) | At::Event(_) | At::Ending(_) => None,
    }
}

fn changes(program: &Program, place: At) -> Option<&Vec<Change>> {
    match place {
        At::Measure(i) => program.measures.get(i).map(|x| &x.changes),
        At::Exemption(i) => program.exemptions.get(i).map(|x| &x.changes),
        At::Suspension(i) => program.suspensions.get(i).map(|x| &x.changes),
        At::Phaseout(i) => program.phaseouts.get(i).map(|x| &x.changes),
        At::Limit(i) => program.limits.get(i).map(|x| &x.changes),
        At::Clause(..) | At::Event(_) | At::Ending(_) => None,
    }
}

fn table(program: &Program, place: At) -> Option<&crate::program::Table> {
    let At::Clause(m, c) = place else { return None };
    match &program.measures.get(m)?.clauses.get(c)?.kind {
        ClauseKind::Rate(Charge::Table(table)) => Some(table),
        _ => None,
    }
}

fn count_bounds(cond: &Cond) -> usize {
    match &cond.kind {
        CondKind::All(parts) | CondKind::Any(parts) => parts.iter().map(count_bounds).fold(0, usize::saturating_add),
        CondKind::Not(inner) => count_bounds(inner),
        CondKind::Before(..) => 1,
        CondKind::Compare(left, _, right) => [left, right].into_iter().filter(|e| matches!(e.kind, ExprKind::Instant(_))).count(),
        _ => 0,
    }
}

fn nth_bound(cond: &Cond, left: &mut usize) -> Option<Instant> {
    let mut one = |at: Instant| {
        let found = *left == 0;
        *left = left.saturating_sub(1);
        found.then_some(at)
    };
    match &cond.kind {
        CondKind::All(parts) | CondKind::Any(parts) => parts.iter().find_map(|p| nth_bound(p, left)),
        CondKind::Not(inner) => nth_bound(inner, left),
        CondKind::Before(_, at) => one(*at),
        CondKind::Compare(a, _, b) => [a, b].into_iter().find_map(|e| if let ExprKind::Instant(at) = e.kind { one(at) } else { None }),
        _ => None,
    }
}

// ── What is put there ──

/// Puts something at a site of a program; does nothing where the program has not got it.
pub fn set(program: &mut Program, site: &Site, held: Held) {
    // There is nothing to be said where the site is not there: `get` has found nothing then either.
    let _ = put(program, site, held);
}

fn put(program: &mut Program, site: &Site, held: Held) -> Option<()> {
    let place = at(program, site)?;
    match (site.slot, held) {
        (Slot::Present, Held::Present(present)) => {
            let named = named(program, site)?;
            if present {
                program.absent.remove(&named)
            } else {
                program.absent.insert(named)
            };
        }
        (Slot::Goods(n), Held::Goods(goods)) => match place {
            At::Measure(i) => program.measures.get_mut(i)?.goods = goods,
            At::Clause(m, c) => {
                let clause = program.measures.get_mut(m)?.clauses.get_mut(c)?;
                clause.scopes.get_mut(n)?.goods = Some(goods);
                clause.area = OnceLock::new();
            }
            other => head_mut(program, other)?.scope.as_mut()?.goods = goods,
        },
        (Slot::Rate, Held::Rate(rate)) => match place {
            At::Clause(m, c) => program.measures.get_mut(m)?.clauses.get_mut(c)?.kind = ClauseKind::Rate(Charge::Rate(rate)),
            At::Exemption(i) => program.exemptions.get_mut(i)?.relief = Relief::To(rate),
            At::Phaseout(i) => {
                if let Steps::Equal { to, .. } = &mut program.phaseouts.get_mut(i)?.steps {
                    *to = rate;
                }
            }
            At::Limit(i) => program.limits.get_mut(i)?.at_most = rate,
            _ => return None,
        },
        (Slot::RowRate(row), Held::Rate(rate)) => table_mut(program, place)?.rows.get_mut(row)?.rate = RowRate::Rate(rate),
        (Slot::RowCode(row), Held::Code(code)) => {
            let table = table_mut(program, place)?;
            let old = table.rows.get_mut(row)?.code.replace(code);
            let key = |c: GoodsCode| (c.len(), c.first());
            if let Some(rows) = old.and_then(|c| table.by_code.get_mut(&key(c))) {
                rows.retain(|r| *r != row);
            }
            let rows = table.by_code.entry(key(code)).or_default();
            rows.push(row);
            rows.sort_unstable();
            if let At::Clause(m, c) = place {
                program.measures.get_mut(m)?.clauses.get_mut(c)?.area = OnceLock::new();
            }
        }
        (Slot::Points, Held::Points(points)) => match place {
            At::Exemption(i) => program.exemptions.get_mut(i)?.relief = Relief::ByPoints(points),
            At::Suspension(i) => program.suspensions.get_mut(i)?.by = Some(points),
            _ => return None,
        },
        (Slot::Points, Held::Share(share)) => {
            if let At::Exemption(i) = place {
                program.exemptions.get_mut(i)?.relief = Relief::ByShare(share);
            }
        }
        (Slot::From | Slot::Until, Held::Instant(moment)) => {
            let period = match place {
                At::Clause(m, c) => &mut program.measures.get_mut(m)?.clauses.get_mut(c)?.period,
                At::Event(i) => &mut program.events.get_mut(i)?.period,
                At::Ending(i) => {
                    program.endings.get_mut(i)?.from = Some(moment);
                    return Some(());
                }
                other => &mut head_mut(program, other)?.period,
            };
            *(if site.slot == Slot::From { &mut period.from } else { &mut period.until }) = Some(moment);
        }
        (Slot::Extension(n), Held::Instant(moment)) => {
            if let At::Event(i) = place {
                program.events.get_mut(i)?.extensions.get_mut(n)?.until = moment;
            }
        }
        (Slot::Amendment(n), Held::Instant(moment)) => {
            let kind = &mut changes_mut(program, place)?.get_mut(n)?.kind;
            *kind = match kind {
                ChangeKind::Postpone(_) => ChangeKind::Postpone(moment),
                ChangeKind::End(_) => ChangeKind::End(moment),
                ChangeKind::Extend(_) => ChangeKind::Extend(moment),
            };
        }
        (Slot::Bound(n), Held::Instant(moment)) => {
            let mut left = n;
            match place {
                At::Clause(m, c) => {
                    let conditions = &mut program.measures.get_mut(m)?.clauses.get_mut(c)?.conditions;
                    conditions.iter_mut().any(|c| put_bound(c, &mut left, moment));
                }
                other => {
                    head_mut(program, other)?.condition.iter_mut().any(|c| put_bound(c, &mut left, moment));
                }
            }
        }
        _ => return None,
    }
    Some(())
}

fn head_mut(program: &mut Program, place: At) -> Option<&mut Head> {
    match place {
        At::Measure(i) => program.measures.get_mut(i).map(|x| &mut x.head),
        At::Exemption(i) => program.exemptions.get_mut(i).map(|x| &mut x.head),
        At::Suspension(i) => program.suspensions.get_mut(i).map(|x| &mut x.head),
        At::Phaseout(i) => program.phaseouts.get_mut(i).map(|x| &mut x.head),
        At::Limit(i) => program.limits.get_mut(i).map(|x| &mut x.head),
        At::Clause(..) | At::Event(_) | At::Ending(_) => None,
    }
}

fn changes_mut(program: &mut Program, place: At) -> Option<&mut Vec<Change>> {
    match place {
        At::Measure(i) => program.measures.get_mut(i).map(|x| &mut x.changes),
        At::Exemption(i) => program.exemptions.get_mut(i).map(|x| &mut x.changes),
        At::Suspension(i) => program.suspensions.get_mut(i).map(|x| &mut x.changes),
        At::Phaseout(i) => program.phaseouts.get_mut(i).map(|x| &mut x.changes),
        At::Limit(i) => program.limits.get_mut(i).map(|x| &mut x.changes),
        At::Clause(..) | At::Event(_) | At::Ending(_) => None,
    }
}

fn table_mut(program: &mut Program, place: At) -> Option<&mut crate::program::Table> {
    let At::Clause(m, c) = place else { return None };
    match &mut program.measures.get_mut(m)?.clauses.get_mut(c)?.kind {
        ClauseKind::Rate(Charge::Table(table)) => Some(table),
        _ => None,
    }
}

fn put_bound(cond: &mut Cond, left: &mut usize, moment: Instant) -> bool {
    let mut one = |at: &mut Instant| {
        let found = *left == 0;
        *left = left.saturating_sub(1);
        if found {
            *at = moment;
        }
        found
    };
    match &mut cond.kind {
        CondKind::All(parts) | CondKind::Any(parts) => parts.iter_mut().any(|p| put_bound(p, left, moment)),
        CondKind::Not(inner) => put_bound(inner, left, moment),
        CondKind::Before(_, at) => one(at),
        CondKind::Compare(a, _, b) => [a, b].into_iter().any(|e| if let ExprKind::Instant(at) = &mut e.kind { one(at) } else { false }),
        _ => false,
    }
}
