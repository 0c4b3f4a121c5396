//! What the decision about one measure rests on: sets of goods and origins, and moments. Shipments that these do not tell apart
//! are decided alike, but for what the interpreter asks of their further facts.

use crate::program::{Charge, Clause, ClauseKind, Cond, CondKind, Edition, ExprKind, FactId, Head, Life, LimitId, Measure, MeasureId, Program, Term};
use crate::region::{GoodsSet, Origins};
use crate::value::{Instant, Rounding};
use std::collections::{BTreeSet, HashMap};

/// What tells shipments apart for one measure.
#[derive(Debug, Default)]
pub struct Concern {
    /// Sets of goods, by their place among those of the plan.
    pub sets: Vec<usize>,
    /// Tables, by measure and clause.
    pub tables: Vec<(usize, usize)>,
    /// Origins, by their place among those of the plan.
    pub origins: Vec<usize>,
    /// Whether another book is asked about the six digits that nomenclatures share.
    pub by_six_digits: bool,
    /// Where something may change, in order.
    pub cuts: Vec<Instant>,
    /// The same by the parts that bring it in.
    pub parts: Vec<Part>,
    /// Moments that count for all goods and origins.
    pub always: Vec<Instant>,
    /// Sets of origins among these that change with time.
    pub dated: Vec<usize>,
}

/// Part of a rule, which counts for nothing outside its goods and origins: there nothing is even asked of it.
#[derive(Debug, Default)]
pub struct Part {
    /// Goods, all of which a shipment must be among.
    pub sets: Vec<usize>,
    /// Origins, likewise, at whatever time.
    pub origins: Vec<usize>,
    /// Where it may change what is decided.
    pub moments: Vec<Instant>,
    /// Whether any moment of the book may do so.
    pub any_moment: bool,
}

/// The concerns of every measure, over shared sets.
#[derive(Debug, Default)]
pub struct Concerns {
    pub measures: Vec<Concern>,
    pub sets: Vec<GoodsSet>,
    pub origins: Vec<Origins>,
    set_places: HashMap<GoodsSet, usize>,
    origin_places: HashMap<String, usize>,
}

impl Concerns {
    pub fn new(program: &Program, edition: &Edition) -> Self {
        let mut all = Concerns::default();
        for i in 0..program.measures.len() {
            let found = Finder { program, edition, all: &mut all, found: Concern::default(), part: Part::default() }.find(MeasureId(i));
            all.measures.push(found);
        }
        all
    }

    /// Where something may change for shipments for which these parts of a measure's rules count.
    pub fn cuts(&self, measure: usize, edition: &Edition, counts: impl Fn(usize) -> bool, others: &[Instant]) -> Vec<Instant> {
        let Some(concern) = self.measures.get(measure) else { return Vec::new() };
        let mut cuts = concern.always.clone();
        cuts.extend_from_slice(others);
        let mut any_moment = false;
        for (_, part) in concern.parts.iter().enumerate().filter(|(i, _)| counts(*i)) {
            cuts.extend_from_slice(&part.moments);
            any_moment |= part.any_moment;
        }
        if any_moment {
            cuts.extend_from_slice(&edition.entry_cuts);
        }
        cuts.sort_unstable();
        cuts.dedup();
        cuts
    }

    fn set(&mut self, set: &GoodsSet) -> usize {
        if let Some(at) = self.set_places.get(set) {
            return *at;
        }
        let at = self.sets.len();
        self.sets.push(set.clone());
        self.set_places.insert(set.clone(), at);
        at
    }

    fn origin(&mut self, origins: &Origins) -> usize {
        let key = format!("{origins:?}");
        if let Some(at) = self.origin_places.get(&key) {
            return *at;
        }
        let at = self.origins.len();
        self.origins.push(origins.clone());
        self.origin_places.insert(key, at);
        at
    }
}

struct Finder<'f> {
    program: &'f Program,
    edition: &'f Edition,
    all: &'f mut Concerns,
    found: Concern,
    /// The part that is being looked through.
    part: Part,
}

impl Finder<'_> {
    fn find(mut self, id: MeasureId) -> Concern {
        let measures = self.program.decided_with(id);
        for m in &measures {
            if let Some(measure) = self.program.measure(*m) {
                self.measure(*m, measure);
            }
        }
        let touched = |of: &[MeasureId]| of.iter().any(|m| measures.contains(m));
        let program = self.program;
        for (i, e) in program.exemptions.iter().enumerate().filter(|(_, e)| touched(&e.from)) {
            self.head(&e.head, self.edition.exemptions.get(i).copied());
            self.end_part();
        }
        for (i, s) in program.suspensions.iter().enumerate() {
            if touched(&s.of) || s.only.iter().flatten().any(|(m, _)| measures.contains(m)) {
                self.head(&s.head, self.edition.suspensions.get(i).copied());
                self.end_part();
            }
        }
        for (i, p) in program.phaseouts.iter().enumerate().filter(|(_, p)| touched(&p.of)) {
            self.head(&p.head, self.edition.phaseouts.get(i).copied());
            self.part.moments.extend(self.edition.stages.get(i).into_iter().flatten());
            self.end_part();
        }
        for (i, l) in program.limits.iter().enumerate().filter(|(_, l)| l.of.contains(&id)) {
            self.head(&l.head, self.edition.limits.get(LimitId(i).0).copied());
            self.terms(l.at_most.terms());
            self.end_part();
        }
        self.found.always.extend(program.endings.iter().filter_map(|e| e.from));
        self.found.always.extend(program.speaks_from.into_iter().chain(program.speaks_until));
        let Finder { mut found, all, edition, .. } = self;
        let mut any_moment = false;
        found.cuts.extend_from_slice(&found.always);
        for part in &found.parts {
            found.sets.extend_from_slice(&part.sets);
            found.origins.extend_from_slice(&part.origins);
            found.cuts.extend_from_slice(&part.moments);
            any_moment |= part.any_moment;
        }
        if any_moment {
            found.cuts.extend_from_slice(&edition.entry_cuts);
        }
        for list in [&mut found.sets, &mut found.origins] {
            list.sort_unstable();
            list.dedup();
        }
        found.cuts.sort_unstable();
        found.cuts.dedup();
        found.dated = found.origins.iter().copied().filter(|o| all.origins.get(*o).is_some_and(|o| !o.is_undated())).collect();
        found
    }

    fn end_part(&mut self) {
        self.found.parts.push(std::mem::take(&mut self.part));
    }

    fn measure(&mut self, id: MeasureId, measure: &Measure) {
        self.goods(&measure.goods);
        self.origins(&measure.origins);
        self.head(&measure.head, self.edition.measures.get(id.0).copied());
        self.end_part();
        let lives = self.edition.clauses.get(id.0);
        for (index, clause) in measure.clauses.iter().enumerate() {
            let life = lives.and_then(|l| l.get(index)).copied();
            if self.program.suspensions.iter().flat_map(|s| s.only.iter().flatten()).any(|only| *only == (id, index)) {
                // Whether it is set aside is asked wherever it would run, before its scope.
                self.life(life);
                self.end_part();
            }
            // What is charged in lieu of others is asked for whatever goods those reach; the others are asked within their own.
            if !matches!(clause.kind, ClauseKind::InLieuOf(_)) {
                self.goods(&measure.goods);
                self.origins(&measure.origins);
            }
            self.life(life);
            self.clause(id, index, clause);
        }
    }

    fn clause(&mut self, id: MeasureId, index: usize, clause: &Clause) {
        for scope in &clause.scopes {
            scope.goods.iter().for_each(|g| self.goods(g));
            scope.origins.iter().for_each(|o| self.origins(o));
        }
        clause.conditions.iter().for_each(|c| self.condition(c));
        match &clause.kind {
            ClauseKind::Rate(Charge::Rate(rate)) => self.terms(rate.terms()),
            ClauseKind::Rate(Charge::Table(table)) => {
                self.found.tables.push((id.0, index));
                let mut seen: BTreeSet<String> = BTreeSet::new();
                let mut of_rows = Vec::new();
                for row in &table.rows {
                    // When each row speaks counts for its goods alone.
                    self.found.cuts.extend(row.from.into_iter().chain(row.until));
                    if let Some(origins) = &row.origins
                        && seen.insert(format!("{origins:?}"))
                    {
                        of_rows.push(origins);
                    }
                    if let crate::program::RowRate::Rate(rate) = &row.rate {
                        self.terms(rate.terms());
                    }
                }
                self.end_part();
                for origins in of_rows {
                    self.origins(origins);
                    self.end_part();
                }
                return;
            }
            _ => {}
        }
        self.end_part();
    }

    fn head(&mut self, head: &Head, life: Option<Life>) {
        self.life(life);
        if let Some(scope) = &head.scope {
            self.goods(&scope.goods);
            self.origins(&scope.origins);
        }
        head.condition.iter().for_each(|c| self.condition(c));
    }

    fn life(&mut self, life: Option<Life>) {
        if let Some(Life::Known(w)) = life {
            self.part.moments.extend(w.from.into_iter().chain(w.until));
        }
    }

    fn goods(&mut self, set: &GoodsSet) {
        let at = self.all.set(set);
        self.part.sets.push(at);
    }

    fn origins(&mut self, origins: &Origins) {
        origins.cuts(&mut self.part.moments);
        let at = self.all.origin(origins);
        self.part.origins.push(at);
    }

    fn terms<'t>(&mut self, terms: impl Iterator<Item = &'t Term>) {
        for term in terms {
            if matches!(term.innermost(), Term::Matching(_)) {
                self.found.by_six_digits = true;
                self.part.any_moment = true;
            }
        }
    }

    fn condition(&mut self, condition: &Cond) {
        match &condition.kind {
            CondKind::All(parts) | CondKind::Any(parts) => parts.iter().for_each(|p| self.condition(p)),
            CondKind::Not(inner) => self.condition(inner),
            CondKind::Before(FactId::ENTERED, at) => self.part.moments.push(*at),
            CondKind::During(_) | CondKind::InForce(..) => self.part.any_moment = true,
            CondKind::Compare(left, _, right) => {
                let on_entry = |e: &crate::program::Expr| matches!(e.kind, ExprKind::Fact(FactId::ENTERED));
                self.part.any_moment |= on_entry(left) || on_entry(right);
            }
            _ => {}
        }
    }
}

impl Program {
    /// A measure and those on whose outcomes its own rests: to which it yields, directly or not.
    fn decided_with(&self, id: MeasureId) -> Vec<MeasureId> {
        let mut found = vec![id];
        let mut next = 0;
        while let Some(m) = found.get(next).copied() {
            next = next.saturating_add(1);
            let mut add = |other: MeasureId| {
                if !found.contains(&other) {
                    found.push(other);
                }
            };
            for (i, measure) in self.measures.iter().enumerate() {
                for clause in &measure.clauses {
                    match &clause.kind {
                        ClauseKind::YieldsTo(others) if i == m.0 => others.iter().for_each(|o| add(*o)),
                        ClauseKind::InLieuOf(others) if others.contains(&m) => add(MeasureId(i)),
                        _ => {}
                    }
                }
            }
        }
        found
    }
}

/// The step of the rounding in millionths; nothing where amounts are carried unrounded or in finer steps.
pub fn step(rounding: Rounding) -> Option<i64> {
    let places = rounding.step.scale();
    let factor = 10i128.checked_pow(6u32.checked_sub(places)?)?;
    let step = rounding.step.mantissa().checked_mul(factor)?;
    i64::try_from(step).ok().filter(|s| rounding.each_amount && *s > 0)
}
