//! Assesses one shipment measure by measure, keeping the whole reasoning: the definition of what the language means.

use super::edition::{Edition, Ended, Life};
use super::prevail::{Covering, Prevailing};
use super::truth::Truth;
use super::{Assessment, By, Cause, ClauseRef, MeasureResult, Missing, MissingFact, Status};
use crate::facts::Shipment;
use crate::program::{
    Base, Charge, Clause, ClauseKind, ExemptionId, FactId, Head, Measure, MeasureId, Named, Program, Rate, Relief, RowRate, SuspensionId, Table,
};
use crate::source::Span;
use crate::syntax::OutcomeWord;
use crate::value::{Exact, Instant};
use jiff::civil::Date;
use std::cell::RefCell;
use std::sync::Arc;

/// A book as known on a day, ready to assess shipments.
pub struct Interpreter<'p> {
    pub program: &'p Program,
    pub edition: Edition,
    /// The used books, as known on the same day.
    used: Vec<(&'p Program, Edition)>,
}

impl<'p> Interpreter<'p> {
    pub fn new(program: &'p Program, known_at: Option<Date>) -> Self {
        let used = program.uses.iter().map(|(_, p)| (&**p, Edition::new(p, known_at))).collect();
        Interpreter { program, edition: Edition::new(program, known_at), used }
    }

    /// What a shipment owes, with the reasoning.
    pub fn assess(&self, shipment: &Shipment) -> Assessment {
        super::cases::assess(self, shipment)
    }

    pub fn in_force(&self, book: Option<usize>, named: Named, moment: Instant) -> bool {
        match book {
            None => self.edition.in_force(self.program, named, moment),
            Some(at) => self.used.get(at).is_some_and(|(program, edition)| edition.in_force(program, named, moment)),
        }
    }
}

/// A shipment at one moment of entry and one ten-digit code, so that nothing about time or goods is open.
pub struct Case<'i> {
    pub interpreter: &'i Interpreter<'i>,
    pub shipment: &'i Shipment,
    pub entered: Instant,
    /// A ten-digit code within the shipment's.
    pub point: u64,
    results: RefCell<Vec<Option<MeasureResult>>>,
    /// Measures being reckoned: one that comes again is reckoned from itself.
    open: RefCell<Vec<MeasureId>>,
    defaults: RefCell<Vec<FactId>>,
}

/// What the clauses of a measure say of a shipment.
#[derive(Clone, Debug, PartialEq)]
enum Says {
    Rate(Arc<Rate>),
    NotSubject,
    Unread(Span, String),
    /// Rows of one table that contradict each other.
    Contradiction,
}

impl<'i> Case<'i> {
    pub fn new(interpreter: &'i Interpreter<'i>, shipment: &'i Shipment, entered: Instant, point: u64) -> Self {
        let results = RefCell::new(vec![None; interpreter.program.measures.len()]);
        Case { interpreter, shipment, entered, point, results, open: RefCell::default(), defaults: RefCell::default() }
    }

    pub fn program(&self) -> &'i Program {
        self.interpreter.program
    }

    pub fn edition(&self) -> &'i Edition {
        &self.interpreter.edition
    }

    /// Looks at what plays no part in the outcome: the defaults it uses are not named.
    pub fn aside<T>(&self, look: impl FnOnce() -> T) -> T {
        let before = self.defaults.borrow().clone();
        let seen = look();
        *self.defaults.borrow_mut() = before;
        seen
    }

    pub fn defaulted(&self, fact: FactId) {
        let mut defaults = self.defaults.borrow_mut();
        if !defaults.contains(&fact) {
            defaults.push(fact);
        }
    }

    /// Every measure, in order of declaration.
    pub fn run(&self) -> Vec<MeasureResult> {
        (0..self.program().measures.len()).map(|i| self.result(MeasureId(i))).collect()
    }

    /// One measure, reckoned once.
    pub fn result(&self, id: MeasureId) -> MeasureResult {
        if let Some(Some(known)) = self.results.borrow().get(id.0) {
            return known.clone();
        }
        if self.open.borrow().contains(&id) {
            return blank(id).open(OutcomeWord::Conflict, Cause::Follows(id));
        }
        self.open.borrow_mut().push(id);
        let outer = std::mem::take(&mut *self.defaults.borrow_mut());
        let mut result = match self.program().measure(id) {
            Some(measure) => self.measure(id, measure),
            None => blank(id),
        };
        result.defaults = std::mem::replace(&mut *self.defaults.borrow_mut(), outer);
        self.open.borrow_mut().pop();
        if let Some(slot) = self.results.borrow_mut().get_mut(id.0) {
            *slot = Some(result.clone());
        }
        result
    }

    fn measure(&self, id: MeasureId, measure: &Measure) -> MeasureResult {
        let result = blank(id);
        let life = self.edition().measures.get(id.0).copied();
        if let Some(Life::Unpublished(i)) = life {
            return result.closed(OutcomeWord::NotInForce, Cause::Unpublished(i));
        }
        let scope = match self.scope(measure) {
            Scope::Out(cause) => return result.closed(OutcomeWord::OutOfScope, cause),
            Scope::In => Vec::new(),
            Scope::Unknown(missing) => missing,
        };
        match self.edition().ended(self.program(), Named::Measure(id), self.entered) {
            Some(Ended::Void(e)) => return result.closed(OutcomeWord::Void, Cause::Void(e)).by(By::Ending(e)),
            Some(Ended::Repealed(e, from)) => return result.closed(OutcomeWord::Repealed, Cause::Repealed(e, from)).by(By::Ending(e)),
            None => {}
        }
        let condition = measure.head.condition.as_ref().map_or(Truth::Yes, |c| self.truth(c));
        if let (Truth::No, Some(c)) = (&condition, &measure.head.condition) {
            return result.closed(OutcomeWord::ConditionNotMet, Cause::Condition(Box::new(c.clone())));
        }
        if !self.speaks() {
            return result.open(OutcomeWord::Unrated, Cause::OutsideTime);
        }
        if let Some(Life::Known(w)) = life
            && !w.contains(self.entered)
        {
            return result.closed(OutcomeWord::NotInForce, outside(w, self.entered));
        }
        let waits = match condition {
            Truth::Unknown(missing) => scope.into_iter().chain(missing).collect(),
            _ => scope,
        };
        self.rated(id, measure, result, waits)
    }

    fn speaks(&self) -> bool {
        let program = self.program();
        program.speaks_from.is_none_or(|f| f <= self.entered) && program.speaks_until.is_none_or(|u| self.entered < u)
    }

    fn scope(&self, measure: &Measure) -> Scope {
        if !measure.goods.contains(self.point) {
            return Scope::Out(Cause::Goods);
        }
        self.origin(&measure.origins)
    }

    fn origin(&self, origins: &crate::region::Origins) -> Scope {
        let at = origins.at(self.entered);
        match self.shipment.origin {
            Some(c) if at.contains(c) => Scope::In,
            Some(_) => Scope::Out(Cause::Origin),
            None if at == crate::value::CountrySet::all() => Scope::In,
            None if at.is_empty() => Scope::Out(Cause::Origin),
            None => Scope::Unknown(vec![Missing { fact: MissingFact::Origin, span: None }]),
        }
    }

    /// Steps 3 to 7 for a measure that reaches the shipment, unless a fact is missing that `waits` names.
    fn rated(&self, id: MeasureId, measure: &Measure, mut result: MeasureResult, waits: Vec<Missing>) -> MeasureResult {
        let covering = self.covering(id, measure);
        let prevailing = match self.prevailing(id, covering) {
            Prevailing::None => return self.uncovered(id, measure, result),
            Prevailing::Open(missing) => return result.open(OutcomeWord::NeedsInput, Cause::Needs(joined(waits, missing))),
            Prevailing::Conflict(clauses) => return result.open(OutcomeWord::Conflict, Cause::Conflict(clauses)),
            Prevailing::One(c) => c,
        };
        result.clause = Some(ClauseRef { index: prevailing.clause, span: prevailing.span });
        if let Some(clause) = measure.clauses.get(prevailing.clause) {
            result.cites.extend(clause.cite.clone());
        }
        let rate = match prevailing.says {
            Says::Rate(rate) => rate,
            Says::NotSubject => return result.closed(OutcomeWord::OutOfScope, Cause::NotSubject),
            Says::Unread(span, why) => return result.open(OutcomeWord::Unrated, Cause::Unread(span, why)),
            Says::Contradiction => {
                let clause = result.clause.clone().into_iter().collect();
                return result.open(OutcomeWord::Conflict, Cause::Conflict(clause));
            }
        };
        result.headline = Some(rate.clone());
        let (rate, waits) = match self.suspended(id, &rate, waits, &mut result) {
            Some(r) => r,
            None => return result.suspended(),
        };
        result.rate = Some(rate.clone());
        let zero = rate.is_zero();
        let (certain, open) = self.exemptions(id);
        if let Some((e, _)) = certain.iter().find(|(_, r)| matches!(r, Relief::Full)) {
            // Where it is open whether the measure reaches the shipment at all, so is what it would have charged.
            result.saved = if waits.is_empty() { self.charge_without_relief(id, measure, &rate) } else { None };
            return self.exempted(*e, result);
        }
        if zero {
            result.amount = Some(Exact::ZERO);
            result.printed = self.program().rounding.round(Exact::ZERO);
            result.outcome = OutcomeWord::Applied;
            return result;
        }
        let waits = open.into_iter().fold(waits, joined);
        if !waits.is_empty() {
            return result.open(OutcomeWord::NeedsInput, Cause::Needs(waits));
        }
        self.charged(id, measure, result, &rate, &certain)
    }

    /// Why no clause covers: nothing was ever said of these goods, or not for this moment, or not for these facts.
    fn uncovered(&self, id: MeasureId, measure: &Measure, result: MeasureResult) -> MeasureResult {
        let lives = self.edition().clauses.get(id.0);
        let rate_clauses = || measure.clauses.iter().enumerate().filter(|(_, c)| matches!(c.kind, ClauseKind::Rate(_)));
        let reaching: Vec<usize> = rate_clauses().filter(|(_, c)| self.ever_reaches(c)).map(|(i, _)| i).collect();
        if reaching.is_empty() {
            return result.open(OutcomeWord::Unrated, Cause::NoRate);
        }
        let life = |i: &usize| lives.and_then(|l| l.get(*i)).copied();
        let running = reaching.iter().find(|i| {
            let Some(clause) = measure.clauses.get(**i) else { return false };
            life(i).is_some_and(|l| l.runs(self.entered)) && self.reaches_now(clause) && !self.set_aside(id, **i)
        });
        if let Some(failing) = running.and_then(|i| measure.clauses.get(*i)).and_then(|c| c.conditions.iter().find(|c| self.truth(c) == Truth::No)) {
            return result.closed(OutcomeWord::ConditionNotMet, Cause::Condition(Box::new(failing.clone())));
        }
        let windows: Vec<_> = reaching.iter().filter_map(life).filter_map(|l| if let Life::Known(w) = l { Some(w) } else { None }).collect();
        let next = windows.iter().filter_map(|w| w.from).filter(|f| *f > self.entered).min();
        let last = windows.iter().filter_map(|w| w.until).filter(|u| *u <= self.entered).max();
        let cause = match (next, last) {
            (_, Some(last)) => Cause::NoMore(last),
            (Some(next), None) => Cause::NotYet(next),
            (None, None) => match reaching.iter().filter_map(life).find_map(|l| if let Life::Unpublished(i) = l { Some(i) } else { None }) {
                Some(i) => Cause::Unpublished(i),
                None => Cause::NoClause,
            },
        };
        result.closed(OutcomeWord::NotInForce, cause)
    }

    // ── Clauses ──

    /// The rate clauses that cover the shipment, with what they say.
    fn covering(&self, id: MeasureId, measure: &Measure) -> Vec<Covering<Says>> {
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
    fn covers(&self, id: MeasureId, index: usize, clause: &Clause) -> Option<Truth> {
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
    fn set_aside(&self, id: MeasureId, index: usize) -> bool {
        self.program().suspensions.iter().enumerate().any(|(i, s)| {
            s.only.as_ref().is_some_and(|o| o.contains(&(id, index))) && self.relief_holds(&s.head, Named::Suspension(SuspensionId(i))) == Truth::Yes
        })
    }

    fn reaches_now(&self, clause: &Clause) -> bool {
        clause
            .scopes
            .iter()
            .all(|s| s.goods.as_ref().is_none_or(|g| g.contains(self.point)) && s.origins.as_ref().is_none_or(|o| !matches!(self.origin(o), Scope::Out(_))))
    }

    /// Whether a clause reaches these goods and this origin at whatever date.
    fn ever_reaches(&self, clause: &Clause) -> bool {
        let origin_in = |o: &crate::region::Origins| self.shipment.origin.is_none_or(|c| o.ever().contains(c));
        let scopes = clause.scopes.iter().all(|s| s.goods.as_ref().is_none_or(|g| g.contains(self.point)) && s.origins.as_ref().is_none_or(origin_in));
        scopes
            && match &clause.kind {
                ClauseKind::Rate(Charge::Table(table)) => table.rows_at(self.point).any(|r| r.origins.as_ref().is_none_or(origin_in)),
                _ => true,
            }
    }

    /// The row of a table that speaks: the longest code, then the narrower origin, then the later start.
    fn row(&self, table: &Table) -> Option<(Says, Span)> {
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
    fn narrower(&self, a: &crate::program::TableRow, b: &crate::program::TableRow) -> Option<bool> {
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
        self.prevailing(id, covering)
    }

    // ── Suspensions and exemptions ──

    /// Whether a relief reaches the shipment now.
    fn relief_holds(&self, head: &Head, named: Named) -> Truth {
        let life = match named {
            Named::Exemption(e) => self.edition().exemptions.get(e.0),
            Named::Suspension(s) => self.edition().suspensions.get(s.0),
            _ => None,
        };
        if !life.is_some_and(|l| l.runs(self.entered)) || self.edition().ended(self.program(), named, self.entered).is_some() {
            return Truth::No;
        }
        let mut truth = Truth::Yes;
        if let Some(scope) = &head.scope {
            if !scope.goods.contains(self.point) {
                return Truth::No;
            }
            match self.origin(&scope.origins) {
                Scope::Out(_) => return Truth::No,
                Scope::Unknown(missing) => truth = Truth::Unknown(missing),
                Scope::In => {}
            }
        }
        match &head.condition {
            Some(c) => truth.and(self.truth(c)),
            None => truth,
        }
    }

    /// The rate after suspensions, and what is still waited for; nothing where a suspension takes all.
    fn suspended(&self, id: MeasureId, rate: &Arc<Rate>, waits: Vec<Missing>, result: &mut MeasureResult) -> Option<(Arc<Rate>, Vec<Missing>)> {
        let mut largest: Option<(SuspensionId, Exact)> = None;
        let mut waits = waits;
        for (i, suspension) in self.program().suspensions.iter().enumerate() {
            let sid = SuspensionId(i);
            if !suspension.of.contains(&id) || suspension.only.is_some() {
                continue;
            }
            match (self.relief_holds(&suspension.head, Named::Suspension(sid)), suspension.by) {
                (Truth::No, _) => {}
                (Truth::Yes, None) => {
                    result.by = vec![By::Suspension(sid, None)];
                    result.cites.extend(suspension.head.cite.clone());
                    return None;
                }
                (Truth::Yes, Some(points)) => {
                    if largest.is_none_or(|(_, p)| points > p) {
                        largest = Some((sid, points));
                    }
                }
                (Truth::Unknown(missing), _) => waits = joined(waits, missing),
            }
        }
        let Some((sid, points)) = largest else { return Some((rate.clone(), waits)) };
        let lowered = rate.lowered(points).map(Arc::new)?;
        result.by.push(By::Suspension(sid, Some(points)));
        if let Some(s) = self.program().suspensions.get(sid.0) {
            result.cites.extend(s.head.cite.clone());
        }
        if lowered.is_zero() && !rate.is_zero() {
            return None;
        }
        Some((lowered, waits))
    }

    /// The exemptions that certainly hold, and what the others wait for.
    fn exemptions(&self, id: MeasureId) -> (Vec<(ExemptionId, &'i Relief)>, Vec<Vec<Missing>>) {
        let (mut certain, mut open) = (Vec::new(), Vec::new());
        for (i, exemption) in self.program().exemptions.iter().enumerate() {
            if !exemption.from.contains(&id) {
                continue;
            }
            let eid = ExemptionId(i);
            match self.relief_holds(&exemption.head, Named::Exemption(eid)) {
                Truth::Yes => certain.push((eid, &exemption.relief)),
                Truth::Unknown(missing) => open.push(missing),
                Truth::No => {}
            }
        }
        (certain, open)
    }

    fn exempted(&self, id: ExemptionId, mut result: MeasureResult) -> MeasureResult {
        if let Some(e) = self.program().exemptions.get(id.0) {
            result.cites.extend(e.head.cite.clone());
        }
        result.by.push(By::Exemption(id));
        result.rate = None;
        result.amount = Some(Exact::ZERO);
        result.printed = self.program().rounding.round(Exact::ZERO);
        result.outcome = OutcomeWord::Exempted;
        result
    }
}

enum Scope {
    In,
    Out(Cause),
    Unknown(Vec<Missing>),
}

pub fn joined(mut a: Vec<Missing>, b: Vec<Missing>) -> Vec<Missing> {
    for missing in b {
        if !a.iter().any(|m| m.fact == missing.fact) {
            a.push(missing);
        }
    }
    a
}

fn outside(window: super::Window, moment: Instant) -> Cause {
    match (window.from, window.until) {
        (Some(f), _) if moment < f => Cause::NotYet(f),
        (_, Some(u)) => Cause::NoMore(u),
        _ => Cause::NoClause,
    }
}

fn blank(measure: MeasureId) -> MeasureResult {
    MeasureResult {
        measure,
        outcome: OutcomeWord::NotInForce,
        rate: None,
        headline: None,
        base: None,
        amount: None,
        printed: None,
        saved: None,
        clause: None,
        base_clause: None,
        by: Vec::new(),
        cites: Vec::new(),
        cause: None,
        defaults: Vec::new(),
    }
}

/// An assessment of a shipment whose moment of entry is not known: every measure that reaches its goods waits for it.
pub fn without_entry(interpreter: &Interpreter<'_>, shipment: &Shipment) -> Assessment {
    let missing = || vec![Missing { fact: MissingFact::Fact(FactId::ENTERED), span: None }];
    let mut results = Vec::new();
    for (i, measure) in interpreter.program.measures.iter().enumerate() {
        let result = blank(MeasureId(i));
        let reaches_goods = measure.goods.contains(shipment.hs.first());
        let reaches_origin = shipment.origin.is_none_or(|c| measure.origins.ever().contains(c));
        results.push(match (reaches_goods, reaches_origin) {
            (false, _) => result.closed(OutcomeWord::OutOfScope, Cause::Goods),
            (_, false) => result.closed(OutcomeWord::OutOfScope, Cause::Origin),
            _ => result.open(OutcomeWord::NeedsInput, Cause::Needs(missing())),
        });
    }
    Assessment { status: Status::NeedsInput, totals: None, results, known_at: interpreter.edition.known_at, defaults: Vec::new() }
}

impl MeasureResult {
    /// An outcome in which nothing is owed.
    pub fn closed(mut self, outcome: OutcomeWord, cause: Cause) -> Self {
        self.outcome = outcome;
        self.cause = Some(cause);
        self
    }

    /// An outcome that leaves open what is owed.
    pub fn open(mut self, outcome: OutcomeWord, cause: Cause) -> Self {
        self.amount = None;
        self.printed = None;
        self.saved = None;
        self.outcome = outcome;
        self.cause = Some(cause);
        self
    }

    fn by(mut self, by: By) -> Self {
        self.by.push(by);
        self
    }

    fn suspended(mut self) -> Self {
        self.rate = None;
        self.outcome = OutcomeWord::Suspended;
        self
    }

    /// What the measure charges; nothing owed is zero, what is open is not known.
    pub fn owed(&self) -> Option<Exact> {
        if self.is_open() { None } else { Some(self.amount.unwrap_or(Exact::ZERO)) }
    }
}

impl Table {
    /// The rows whose code a ten-digit code begins with, at whatever date and origin.
    pub fn rows_at(&self, point: u64) -> impl Iterator<Item = &crate::program::TableRow> {
        let keys = [10u8, 8, 6, 4, 2].into_iter().map(move |len| (len, crate::value::GoodsCode::of_point(point, len).first())).chain([(0, 0)]);
        keys.filter_map(|k| self.by_code.get(&k)).flatten().filter_map(|i| self.rows.get(*i))
    }
}
