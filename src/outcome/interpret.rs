//! Assesses one shipment measure by measure, keeping the whole reasoning: the definition of what the language means.

use super::covering::{Says, Scope};
use super::precedence::Displacement;
use super::prevail::Prevailing;
use super::quotas::Balances;
use super::sketch::Sketch;
use super::truth::Truth;
use super::{Assessment, By, Cause, ClauseRef, MeasureResult, Missing, MissingFact, Status};
use crate::facts::Shipment;
use crate::program::{ClauseKind, FactId, Measure, MeasureId, Named, Program, Relief};
use crate::program::{Edition, Ended, Life};
use crate::syntax::OutcomeWord;
use crate::value::{Exact, Instant};
use jiff::civil::Date;
use std::cell::{Cell, RefCell};
use std::collections::HashMap;
use std::sync::{Arc, OnceLock, RwLock};

/// A book as known on a day, ready to assess shipments.
pub struct Interpreter<'p> {
    /// The book.
    pub program: &'p Program,
    /// What of it is known.
    pub edition: Edition,
    /// The used books, as known on the same day.
    pub used: Vec<Interpreter<'p>>,
    /// Every code at which some rule tells goods apart, in order; gathered when the first short code asks.
    code_cuts: OnceLock<Vec<u64>>,
    /// The measures, each after what it needs.
    order: OnceLock<Vec<MeasureId>>,
    /// Whether the reach of one clause of a measure lies within that of another, and the other way round, in a stretch of time in which
    /// nothing changes: asked again and again of the same few.
    pub(super) reaches: RwLock<HashMap<(MeasureId, usize, usize, usize), (bool, bool)>>,
}

impl<'p> Interpreter<'p> {
    /// For a book as known at the end of a day, or all of it.
    pub fn new(program: &'p Program, known_at: Option<Date>) -> Self {
        let used = program.uses.iter().map(|(_, p)| Interpreter::new(p, known_at)).collect();
        Interpreter { program, edition: Edition::new(program, known_at), used, code_cuts: OnceLock::new(), order: OnceLock::new(), reaches: RwLock::default() }
    }

    /// What a shipment owes, with the reasoning; quotas are full, or as the shipment states their balance.
    pub fn assess(&self, shipment: &Shipment) -> Assessment {
        self.assess_with(shipment, &Balances::default())
    }

    /// The same, with quotas as far as they have been drawn.
    pub fn assess_with(&self, shipment: &Shipment, balances: &Balances) -> Assessment {
        super::cases::assess(self, shipment, balances)
    }

    /// The measures in the order in which they are reckoned.
    fn order(&self) -> &[MeasureId] {
        self.order.get_or_init(|| super::order::order(self.program))
    }

    /// Every code at which some rule tells goods apart, in order.
    pub fn code_cuts(&self) -> &[u64] {
        self.code_cuts.get_or_init(|| {
            let mut cuts = Vec::new();
            self.program.each_range(&mut |first, after| cuts.extend([first, after]));
            cuts.sort_unstable();
            cuts.dedup();
            cuts
        })
    }

    /// Whether a condition holds for a shipment whose moment of entry is known; nothing where a fact is missing.
    pub fn decides(&self, shipment: &Shipment, condition: &crate::program::Cond) -> Option<bool> {
        let Some(crate::facts::Value::At(entered)) = shipment.get(FactId::ENTERED) else { return None };
        let balances = Balances::default();
        match Case::new(self, shipment, &balances, *entered, shipment.hs.first()).truth(condition) {
            Truth::Yes => Some(true),
            Truth::No => Some(false),
            Truth::Unknown(_) => None,
        }
    }

    /// What a table says of goods of an origin at a moment, in words; nothing where no row does.
    pub fn row_text(&self, table: &crate::program::Table, point: u64, origin: crate::value::Country, moment: Instant) -> Option<String> {
        let code = crate::value::GoodsCode::of_point(point, 10);
        let (shipment, balances) = (Shipment::of(self.program, code, origin), Balances::default());
        let (says, _) = Case::new(self, &shipment, &balances, moment, point).row(table)?;
        Some(match says {
            Says::Rate(rate) => super::words::rate_text(&rate, self.program),
            Says::NotSubject => "not charged".to_owned(),
            Says::Unread(..) => "unrated".to_owned(),
            Says::Contradiction => "in conflict".to_owned(),
        })
    }

    /// Whether some clause of a rule runs at a moment, of this book or of one that it uses, by its place among the uses.
    pub fn in_force(&self, book: Option<usize>, named: Named, moment: Instant) -> bool {
        match book {
            None => self.edition.in_force(self.program, named, moment),
            Some(at) => self.used.get(at).is_some_and(|used| used.in_force(None, named, moment)),
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
    pub balances: &'i Balances,
    /// What each measure comes to before limits, and after them.
    before_limits: RefCell<Vec<Option<Box<MeasureResult>>>>,
    results: RefCell<Vec<Option<Box<MeasureResult>>>>,
    /// How many limits, in order of declaration, have acted on the amounts that are referred to; all where nothing is said.
    pub limits_acted: Cell<Option<usize>>,
    /// Measures being reckoned: one that comes again is reckoned from itself.
    open: RefCell<Vec<MeasureId>>,
    /// The circle in which the measure that is being reckoned was found to need itself.
    circle: RefCell<Vec<MeasureId>>,
    defaults: RefCell<Vec<FactId>>,
    /// Where this is given, what is decided is noted there and nothing is reckoned.
    pub sketch: Option<&'i Sketch>,
}

impl<'i> Case<'i> {
    pub fn new(interpreter: &'i Interpreter<'i>, shipment: &'i Shipment, balances: &'i Balances, entered: Instant, point: u64) -> Self {
        let none = || RefCell::new(vec![None; interpreter.program.measures.len()]);
        Case {
            interpreter,
            shipment,
            entered,
            point,
            balances,
            before_limits: none(),
            results: none(),
            limits_acted: Cell::new(None),
            open: RefCell::default(),
            circle: RefCell::default(),
            defaults: RefCell::default(),
            sketch: None,
        }
    }

    /// The same shipment, entered at another moment.
    pub fn at(&self, entered: Instant) -> Case<'i> {
        Case { sketch: self.sketch, ..Case::new(self.interpreter, self.shipment, self.balances, entered, self.point) }
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
        for id in self.interpreter.order() {
            self.result(*id);
        }
        (0..self.program().measures.len()).map(|i| self.result(MeasureId(i))).collect()
    }

    /// What one measure comes to after all steps, reckoned once.
    pub fn result(&self, id: MeasureId) -> MeasureResult {
        if let Some(Some(known)) = self.results.borrow().get(id.0) {
            return (**known).clone();
        }
        let result = self.limited(self.before_limits(id));
        if let Some(slot) = self.results.borrow_mut().get_mut(id.0) {
            *slot = Some(Box::new(result.clone()));
        }
        result
    }

    /// What one measure comes to before limits, reckoned once.
    pub fn before_limits(&self, id: MeasureId) -> MeasureResult {
        if let Some(Some(known)) = self.before_limits.borrow().get(id.0) {
            return (**known).clone();
        }
        let again = self.open.borrow().iter().position(|m| *m == id);
        if let Some(at) = again {
            *self.circle.borrow_mut() = self.open.borrow().iter().skip(at).copied().collect();
            return blank(id).open(OutcomeWord::Conflict, Cause::Follows(id));
        }
        self.open.borrow_mut().push(id);
        let outer = std::mem::take(&mut *self.defaults.borrow_mut());
        // Limits that are being reckoned concern the amounts they hold down, not those behind them.
        let acted = self.limits_acted.replace(None);
        let mut result = match self.program().measure(id) {
            Some(measure) => self.measure(id, measure),
            None => blank(id),
        };
        self.limits_acted.set(acted);
        result.defaults = std::mem::replace(&mut *self.defaults.borrow_mut(), outer);
        self.open.borrow_mut().pop();
        let mut circle = self.circle.borrow_mut();
        if circle.contains(&id) {
            if matches!(result.cause, Some(Cause::Follows(_))) {
                // Told from the first declared on, wherever it was entered.
                let first = circle.iter().enumerate().min_by_key(|(_, m)| m.0).map_or(0, |(i, _)| i);
                let mut told = circle.clone();
                told.rotate_left(first);
                result.cause = Some(Cause::Circle(told));
            }
            if circle.first() == Some(&id) {
                circle.clear();
            }
        }
        drop(circle);
        if let Some(slot) = self.before_limits.borrow_mut().get_mut(id.0) {
            *slot = Some(Box::new(result.clone()));
        }
        result
    }

    fn measure(&self, id: MeasureId, measure: &Measure) -> MeasureResult {
        let result = blank(id);
        let life = self.edition().measures.get(id.0).copied();
        match life {
            Some(Life::Unpublished(i)) => return result.closed(OutcomeWord::NotInForce, Cause::Unpublished(i)),
            Some(Life::Absent) => return result.closed(OutcomeWord::NotInForce, Cause::Absent),
            _ => {}
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

    /// Steps 3 to 7 for a measure that reaches the shipment, unless a fact is missing that `waits` names.
    fn rated(&self, id: MeasureId, measure: &Measure, mut result: MeasureResult, waits: Vec<Missing>) -> MeasureResult {
        let prevailing = match self.prevailing(id, self.covering(id, measure)) {
            Prevailing::None => return self.uncovered(id, measure, result),
            Prevailing::Open(missing) => return self.unless_nothing(id, result, OutcomeWord::NeedsInput, Cause::Needs(joined(waits, missing))),
            Prevailing::Conflict(clauses) => return self.unless_nothing(id, result, OutcomeWord::Conflict, Cause::Conflict(clauses)),
            Prevailing::One(c) => c,
        };
        result.clause = Some(ClauseRef { index: prevailing.clause, span: prevailing.span });
        if let Some(clause) = measure.clauses.get(prevailing.clause) {
            result.cites.extend(clause.cite.clone());
        }
        let rate = match prevailing.says {
            Says::Rate(rate) => rate,
            Says::NotSubject => return result.closed(OutcomeWord::OutOfScope, Cause::NotSubject),
            Says::Unread(span, why) => return self.unless_nothing(id, result, OutcomeWord::Unrated, Cause::Unread(span, why)),
            Says::Contradiction => {
                let clause = result.clause.clone().into_iter().collect();
                return self.unless_nothing(id, result, OutcomeWord::Conflict, Cause::Conflict(clause));
            }
        };
        result.headline = Some(rate.clone());
        let rate = match self.resolved(&rate) {
            Ok(rate) => Arc::new(rate),
            Err(stuck) => return self.unless_stuck(id, result, stuck),
        };
        let (rate, waits) = match self.staged(id, measure, rate, waits, &mut result) {
            Ok(staged) => staged,
            Err(stuck) => return self.unless_stuck(id, result, stuck),
        };
        let (rate, waits) = match self.suspended(id, &rate, waits, &mut result) {
            Ok(Some(r)) => r,
            Ok(None) => return result.suspended(),
            Err(stuck) => return self.unless_stuck(id, result, stuck),
        };
        result.rate = Some(rate.clone());
        let (certain, open) = self.exemptions(id);
        if let Some(full) = certain.iter().find(|r| r.quota.is_none() && matches!(r.relief, Relief::Full)) {
            // Where it is open whether the measure reaches the shipment at all, so is what it would have charged.
            result.saved = match (waits.is_empty(), self.sketch) {
                (false, _) => None,
                (true, None) => self.charge_without_relief(id, measure, &rate),
                (true, Some(sketch)) => sketch.relieved(self, id, measure, &rate),
            };
            return self.exempted(full.id, result);
        }
        let displacement = self.displacement(id);
        if let Displacement::By(by) = displacement {
            return self.displaced(result, by);
        }
        if rate.is_zero()
            && let Some(sketch) = self.sketch
        {
            return sketch.free(self, id, measure, result, &rate);
        }
        if rate.is_zero() {
            (result.base_clause, result.base) = self.aside(|| self.base_of(id, measure, &rate)).map_or((None, None), |(c, b)| (c, Some(b)));
            result.amount = Some(Exact::ZERO);
            result.printed = self.program().rounding.round(Exact::ZERO);
            result.outcome = OutcomeWord::Applied;
            return result;
        }
        let mut waits = open.into_iter().fold(waits, joined);
        match displacement {
            Displacement::Open(missing) => waits = joined(waits, missing),
            Displacement::Follows(other, outcome) if waits.is_empty() => return result.open(outcome, Cause::Follows(other)),
            _ => {}
        }
        if !waits.is_empty() {
            return result.open(OutcomeWord::NeedsInput, Cause::Needs(waits));
        }
        self.charged(id, measure, result, &rate, &certain)
    }

    /// An open outcome, unless nothing is owed whatever fills it: then the certain cause is reported.
    fn unless_nothing(&self, id: MeasureId, mut result: MeasureResult, outcome: OutcomeWord, cause: Cause) -> MeasureResult {
        if let Some(by) = self.wholly_suspended(id) {
            result.by.push(by);
            return result.suspended();
        }
        let (certain, _) = self.exemptions(id);
        if let Some(full) = certain.iter().find(|r| r.quota.is_none() && matches!(r.relief, Relief::Full)) {
            return self.exempted(full.id, result);
        }
        match self.displacement(id) {
            Displacement::By(by) => self.displaced(result, by),
            _ => result.open(outcome, cause),
        }
    }

    /// A result displaced by another measure, which is charged in its stead.
    fn displaced(&self, mut result: MeasureResult, by: By) -> MeasureResult {
        if let By::Measure(_, owner, index) = by {
            let clause = self.program().measure(owner).and_then(|m| m.clauses.get(index));
            result.cites.extend(clause.and_then(|c| c.cite.clone()));
        }
        result.by.push(by);
        result.saved = None;
        result.amount = Some(Exact::ZERO);
        result.outcome = OutcomeWord::Displaced;
        result
    }

    fn unless_stuck(&self, id: MeasureId, result: MeasureResult, stuck: super::amounts::Stuck) -> MeasureResult {
        let stopped = stuck.stop(result.clone());
        match stopped.cause.clone() {
            Some(cause) => self.unless_nothing(id, result, stopped.outcome, cause),
            None => stopped,
        }
    }

    /// Why no clause covers: nothing was ever said of these goods, or not for this moment, or not for these facts.
    pub fn uncovered(&self, id: MeasureId, measure: &Measure, result: MeasureResult) -> MeasureResult {
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
}

pub fn joined(mut a: Vec<Missing>, b: Vec<Missing>) -> Vec<Missing> {
    for missing in b {
        if !a.iter().any(|m| m.fact == missing.fact) {
            a.push(missing);
        }
    }
    a
}

fn outside(window: crate::program::Window, moment: Instant) -> Cause {
    match (window.from, window.until) {
        (Some(f), _) if moment < f => Cause::NotYet(f),
        (_, Some(u)) => Cause::NoMore(u),
        _ => Cause::NoClause,
    }
}

pub fn blank(measure: MeasureId) -> MeasureResult {
    MeasureResult {
        measure,
        outcome: OutcomeWord::NotInForce,
        rate: None,
        headline: None,
        base: None,
        amount: None,
        printed: None,
        saved: None,
        draws: Vec::new(),
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
    Assessment { status: Status::NeedsInput, totals: None, results, known_at: interpreter.edition.known_at, defaults: Vec::new(), draws: Vec::new() }
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
