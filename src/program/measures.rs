//! Measures, retaliations, taxes and fees: their heads, then their clauses.

use super::from_syntax::Builder;
use super::rules::*;
use super::terms::Cond;
use super::types::{MeasureId, Named};
use crate::problem::{Problem, naming, syntax as syntax_problems};
use crate::region::{GoodsSet, Origins};
use crate::source::Span;
use crate::syntax::{self, BodyClause, BodyKind, Item, ItemKind, Modifiers};
use std::sync::OnceLock;

impl Builder<'_> {
    pub fn cite(&mut self, cites: Option<&syntax::Cites>) -> Option<Cite> {
        let cites = cites?;
        let instrument = super::names::resolve(&self.program, &self.names, &mut self.problems, &cites.instrument, "instrument", |n| match n {
            Named::Instrument(i) => Some(i),
            _ => None,
        });
        self.citation_lost |= instrument.is_none();
        let instrument = instrument?;
        Some(Cite { instrument, section: cites.section.as_ref().map(|s| s.text.clone()), span: cites.span })
    }

    pub fn head(&mut self, head: &Modifiers, span: Span) -> Head {
        if let Some(label) = &head.label {
            self.problems.add(syntax_problems::misplaced(
                "as",
                "a head",
                "a label names one clause: put it on the line of a `rate` or of another clause of the body",
                label.span,
            ));
        }
        if let Some(name) = head.prevails.first() {
            self.problems.add(syntax_problems::misplaced("prevails over", "a head", "it is said of one clause: put it on the line of a `rate`", name.span));
        }
        Head {
            scope: self.scope(head),
            condition: head.when.as_ref().and_then(|w| self.when(w)),
            period: self.period(&head.period),
            cite: self.cite(head.cites.as_ref()),
            span,
        }
    }

    /// The shells of all rules, in order of declaration, then the clauses of measures.
    pub fn rules(&mut self, items: &[&Item]) {
        for item in items {
            match &item.kind {
                ItemKind::Charge(charge) => self.measure_shell(charge),
                ItemKind::Group(group) => {
                    let members = self.members(group);
                    self.program.groups.push(members);
                }
                _ => {}
            }
        }
        let mut at = 0usize;
        for item in items {
            let ItemKind::Charge(charge) = &item.kind else { continue };
            let head = self.head(&charge.head, charge.name.span);
            let against = charge.against.as_ref().and_then(|a| self.against(a));
            let cite = head.cite.clone();
            if let Some(measure) = self.program.measures.get_mut(at) {
                if let Some(scope) = &head.scope {
                    measure.goods = scope.goods.clone();
                    measure.origins = scope.origins.clone();
                }
                measure.head = head;
                measure.against = against;
            }
            for clause in &charge.body {
                self.body_clause(at, clause, None, cite.as_ref());
            }
            at = at.saturating_add(1);
        }
        for item in items {
            match &item.kind {
                ItemKind::Exemption(e) => self.exemption(e),
                ItemKind::Suspension(s) => self.suspension(s),
                ItemKind::Phaseout(p) => self.phaseout(p),
                ItemKind::Limit(l) => self.limit(l),
                _ => {}
            }
        }
    }

    fn members(&mut self, group: &syntax::Group) -> Vec<MeasureId> {
        let mut members = Vec::new();
        for name in &group.members {
            let found = super::names::resolve(&self.program, &self.names, &mut self.problems, name, "measure", |n| match n {
                Named::Measure(m) => Some(m),
                _ => None,
            });
            members.extend(found);
        }
        members
    }

    fn measure_shell(&mut self, charge: &syntax::Charge) {
        let name = &charge.name;
        let first = charge.body.first();
        if charge.head.on.is_none() {
            let said = charge.body.iter().find_map(|c| c.modifiers.on.as_ref()).map(|g| g.span);
            self.problems.add(syntax_problems::without_scope(charge.kind.word(), &name.text, "on …", said, name.span));
        }
        if charge.head.of.is_none() {
            let said = charge.body.iter().find_map(|c| c.modifiers.of.as_ref()).map(syntax::Origins::span);
            self.problems.add(syntax_problems::without_scope(charge.kind.word(), &name.text, "of …", said, name.span));
        }
        if charge.kind == syntax::ChargeKind::Retaliation && charge.against.is_none() {
            self.problems.add(
                Problem::error("T016", format!("retaliation `{}` does not say what it answers", name.text))
                    .help("say `against OTHER` in its head, or call it a `measure`")
                    .at(name.span, "answers nothing"),
            );
        }
        if first.is_none() {
            self.problems.add(
                Problem::error("T016", format!("{} `{}` charges nothing: it has no `rate`", charge.kind.word(), name.text))
                    .help("say `rate free` or `rate none` if that is meant")
                    .at(name.span, "no rate"),
            );
        }
        self.program.measures.push(Measure {
            kind: charge.kind,
            name: name.text.clone(),
            title: charge.title.as_ref().map_or_else(|| name.text.clone(), |t| t.text.clone()),
            goods: GoodsSet::empty(),
            origins: Origins::default(),
            head: Head::default(),
            against: None,
            clauses: Vec::new(),
            changes: Vec::new(),
            span: name.span,
        });
    }

    /// A retaliation answers a measure, of this book or of another.
    fn against(&mut self, name: &syntax::Name) -> Option<(Option<usize>, Vec<MeasureId>)> {
        match super::names::look_up(&self.program, &name.text) {
            Some((book, Named::Measure(m))) => Some((book, vec![m])),
            Some((book, Named::Group(g))) => {
                let groups = book.map_or(&self.program.groups, |b| self.program.uses.get(b).map_or(&self.program.groups, |(_, used)| &used.groups));
                Some((book, groups.get(g).cloned().unwrap_or_default()))
            }
            Some((_, other)) => {
                let place = self.names.place(&name.text);
                self.problems.add(naming::wrong_kind(&name.text, other.kind(), "a measure", place, name.span));
                None
            }
            None => {
                let known = super::names::all_names(&self.program);
                self.problems.add(naming::unknown("measure", &name.text, known.iter().map(String::as_str), name.span));
                None
            }
        }
    }

    /// A clause of a measure, from its own body or from an `amend` whose head it shares.
    pub fn body_clause(&mut self, at: usize, clause: &BodyClause, amend: Option<&AmendHead>, item_cite: Option<&Cite>) {
        let modifiers = &clause.modifiers;
        let kind = match &clause.kind {
            BodyKind::Rate(rate) => self.charge(rate).map(ClauseKind::Rate),
            BodyKind::Base(base) => self.base(base).map(ClauseKind::Base),
            BodyKind::YieldsTo(names) => Some(ClauseKind::YieldsTo(self.others(at, names, clause))),
            BodyKind::InLieuOf(names) => Some(ClauseKind::InLieuOf(self.others(at, names, clause))),
            BodyKind::Covers(goods) => Some(ClauseKind::Covers(self.goods(goods))),
            BodyKind::Postpone { .. } | BodyKind::End { .. } | BodyKind::Extend { .. } => {
                if amend.is_none() {
                    let why = "times are changed in an `amend`, with the act that changed them";
                    self.problems.add(syntax_problems::misplaced(clause.kind.word(), "a declaration", why, clause.span));
                }
                None
            }
        };
        let mut scopes = Vec::new();
        let mut conditions = Vec::new();
        let mut period = self.period(&modifiers.period);
        let own_cite = self.cite(modifiers.cites.as_ref());
        let mut holders: Vec<Cite> = item_cite.into_iter().cloned().collect();
        if let Some(amend) = amend {
            scopes.extend(amend.scope.iter().cloned());
            conditions.extend(amend.condition.iter().cloned());
            if let (Some(_), Some(_), Some(both)) = (period.during, amend.period.during, &clause.modifiers.period.during) {
                let why = "a clause runs during one event: leave out one of the two, or say the other as a condition: `when during …`";
                self.problems.add(syntax_problems::misplaced("during", "a clause of an `amend` that says it already", why, both.span));
            }
            period = period.within(&amend.period);
            holders.extend(amend.cite.iter().cloned());
        }
        let own = self.scope_part(modifiers);
        if own.goods.is_some() || own.origins.is_some() {
            scopes.push(own);
        }
        conditions.extend(modifiers.when.as_ref().and_then(|w| self.when(w)));
        let Some(kind) = kind else { return };
        let index = self.program.measures.get(at).map_or(0, |m| m.clauses.len());
        if let Some(label) = &modifiers.label {
            self.label(at, index, label);
        }
        if !modifiers.prevails.is_empty() {
            self.prevailing.push((at, index, modifiers.prevails.clone()));
        }
        let inherited = amend.and_then(|a| a.cite.as_ref()).or(item_cite);
        let made = Clause {
            kind,
            scopes,
            conditions,
            period,
            label: modifiers.label.as_ref().map(|l| l.text.clone()),
            prevails: Vec::new(),
            cite: own_cite.or_else(|| inherited.cloned()),
            holders,
            span: clause.span,
            area: OnceLock::new(),
        };
        if let Some(measure) = self.program.measures.get_mut(at) {
            measure.clauses.push(made);
        }
    }

    /// The other measures of an edge of precedence; a measure neither yields to itself nor stands in lieu of itself.
    fn others(&mut self, at: usize, names: &[syntax::Name], clause: &BodyClause) -> Vec<MeasureId> {
        let mut others = self.measure_list(names);
        if others.contains(&MeasureId(at)) {
            // A group that holds the measure itself means the others of the group.
            others.retain(|m| m.0 != at);
            let own = self.program.measure_name(MeasureId(at)).to_owned();
            if let Some(name) = names.iter().find(|n| n.text == own) {
                self.problems.add(naming::itself(clause.kind.word(), &own, name.span));
            }
        }
        others
    }

    fn label(&mut self, at: usize, index: usize, label: &syntax::Name) {
        if label.text == "period" {
            self.problems.add(naming::built_in("period", label.span));
            return;
        }
        if let Some((_, first)) = self.labels.get(&(at, label.text.clone())) {
            self.problems.add(naming::declared_twice(&label.text, *first, label.span));
            return;
        }
        self.labels.insert((at, label.text.clone()), (index, label.span));
    }
}

/// What the head of an `amend` says of each clause in it.
#[derive(Default)]
pub struct AmendHead {
    pub scope: Option<ScopePart>,
    pub condition: Option<Cond>,
    pub period: Period,
    pub cite: Option<Cite>,
}
