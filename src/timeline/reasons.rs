//! What began or ended where an outcome changes, with the acts that say so.

use super::Reason;
use crate::facts::Shipment;
use crate::outcome::{By, Interpreter, MeasureResult, rate_text};
use crate::program::{
    Change as Amendment, ChangeKind, ChangeTarget, Cite, Clause, ClauseKind, Cond, CondKind, EventId, ExemptionId, FactId, Head, LimitId, MeasureId, Named,
    PhaseoutId, ScopePart, SuspensionId,
};
use crate::source::{Sources, Span};
use crate::value::Instant;

/// The step from one stretch to the next.
pub struct Change<'c, 'p> {
    pub interpreter: &'c Interpreter<'p>,
    pub sources: &'c Sources,
    pub shipment: &'c Shipment,
    pub at: Instant,
    /// What all measures came to just before.
    pub before: &'c [MeasureResult],
    /// And from then on.
    pub after: &'c [MeasureResult],
}

/// A rule that can begin and end.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
enum Rule {
    Clause(MeasureId, usize),
    Named(Named),
}

/// How a rule changed.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Turn {
    Begins,
    Ends,
}

impl Change<'_, '_> {
    /// Why a measure comes to something else.
    pub fn of(&self, id: MeasureId) -> Vec<Reason> {
        let (Some(before), Some(after)) = (self.before.get(id.0), self.after.get(id.0)) else { return Vec::new() };
        let mut reasons = self.own(id, before, after);
        if reasons.is_empty() {
            reasons = self.elsewhere(id);
        }
        let mut seen: Vec<Reason> = Vec::new();
        for reason in reasons {
            if !seen.iter().any(|s| s.words == reason.words && instruments(s) == instruments(&reason)) {
                seen.push(reason);
            }
        }
        seen
    }

    /// What of the measure itself changes, and of its reliefs and precedence.
    fn own(&self, id: MeasureId, before: &MeasureResult, after: &MeasureResult) -> Vec<Reason> {
        let turned = self.turned(id);
        // What is open may rest on any relief, and on any clause where none is known to prevail.
        let open = before.is_open() || after.is_open();
        let plays = |rule: &Rule| [before, after].iter().any(|r| self.plays_part(id, *rule, r));
        let may = |rule: &Rule| open && (matches!(rule, Rule::Named(_)) || (before.clause.is_none() && after.clause.is_none()));
        let relevant: Vec<(Rule, Turn)> = turned.iter().filter(|(r, _)| plays(r) || may(r)).copied().collect();
        let is_new = |rule: &Rule| relevant.iter().all(|(r, _)| r != rule);
        let relief = |rule: &Rule| matches!(rule, Rule::Named(_)) && is_new(rule);
        let clause = |r: &MeasureResult| r.clause.as_ref().map(|c| Rule::Clause(id, c.index));
        let whole = Rule::Named(Named::Measure(id));
        let begun = relevant.contains(&(whole, Turn::Begins)) && clause(after).as_ref().is_some_and(is_new);
        let follows = |rule: &Rule| {
            matches!(rule, Rule::Clause(..)) && clause(before) == Some(*rule) && clause(after).is_some_and(|c| relevant.contains(&(c, Turn::Begins)))
        };
        // What ends comes before what takes its place; a rate that another of the same act follows has not to be told.
        let successor = clause(after).map(|c| self.reason(c, Turn::Begins, id));
        let mut reasons: Vec<Reason> = Vec::new();
        for (rule, turn) in relevant.iter().filter(|(_, t)| *t == Turn::Ends) {
            let reason = self.reason(*rule, *turn, id);
            if !follows(rule) || successor.as_ref().is_none_or(|s| instruments(s) != instruments(&reason)) {
                reasons.push(reason);
            }
        }
        for rule in acting(before).into_iter().filter(|r| !acting(after).contains(r)).filter(relief) {
            reasons.push(self.said(rule, format!("{} acts no more", self.called(rule)), id));
        }
        if let (Some(rule), true) = (clause(after), clause(after) != clause(before))
            && is_new(&rule)
        {
            let again = if begun {
                "begins"
            } else if reasons.is_empty() {
                "now applies"
            } else {
                "applies again"
            };
            reasons.push(self.said(rule, format!("{} {again}", self.called(rule)), id));
        }
        // A measure begins with its rate.
        let begins = relevant.iter().filter(|(rule, turn)| *turn == Turn::Begins && !(begun && *rule == whole));
        reasons.extend(begins.map(|(rule, turn)| self.reason(*rule, *turn, id)));
        for rule in acting(after).into_iter().filter(|r| !acting(before).contains(r)).filter(relief) {
            reasons.push(self.said(rule, format!("{} now acts", self.called(rule)), id));
        }
        reasons.extend(self.displaced(before, after));
        reasons.extend(self.staged(before, after));
        if reasons.is_empty() {
            reasons = turned.iter().map(|(rule, turn)| self.reason(*rule, *turn, id)).collect();
        }
        if reasons.is_empty() {
            let rules = self.rules(id).into_iter().filter(|r| self.bounds_entry(*r));
            reasons = rules.map(|r| self.said(r, format!("the moment of entry decides in {}", self.called(r)), id)).collect();
        }
        reasons
    }

    // ── Which rules ──

    /// The rules of a measure that begin or end now and reach the shipment.
    fn turned(&self, id: MeasureId) -> Vec<(Rule, Turn)> {
        self.rules(id).into_iter().filter_map(|r| self.turn(r).map(|t| (r, t))).collect()
    }

    /// The rules of a measure that reach the shipment, now or just before.
    fn rules(&self, id: MeasureId) -> Vec<Rule> {
        let program = self.interpreter.program;
        let mut rules = vec![Rule::Named(Named::Measure(id))];
        for (m, owner) in program.measures.iter().enumerate() {
            for (index, clause) in owner.clauses.iter().enumerate() {
                let concerns = match &clause.kind {
                    ClauseKind::InLieuOf(others) => others.contains(&id),
                    ClauseKind::Covers(_) => false,
                    _ => m == id.0,
                };
                if concerns && self.reaches(&clause.scopes) {
                    rules.push(Rule::Clause(MeasureId(m), index));
                }
            }
        }
        let reaches = |n: &Named| {
            let part = self.head(*n).and_then(|h| h.scope.as_ref()).map(|s| ScopePart { goods: Some(s.goods.clone()), origins: Some(s.origins.clone()) });
            self.reaches(part.as_slice())
        };
        rules.extend(self.reliefs(id).into_iter().filter(reaches).map(Rule::Named));
        rules
    }

    fn head(&self, named: Named) -> Option<&Head> {
        let program = self.interpreter.program;
        match named {
            Named::Measure(m) => program.measures.get(m.0).map(|m| &m.head),
            Named::Exemption(e) => program.exemptions.get(e.0).map(|e| &e.head),
            Named::Suspension(s) => program.suspensions.get(s.0).map(|s| &s.head),
            Named::Phaseout(p) => program.phaseouts.get(p.0).map(|p| &p.head),
            Named::Limit(l) => program.limits.get(l.0).map(|l| &l.head),
            _ => None,
        }
    }

    /// Whether a rule has a condition that compares the moment of entry with this one.
    fn bounds_entry(&self, rule: Rule) -> bool {
        let conditions: Vec<&Cond> = match rule {
            Rule::Clause(m, i) => self.interpreter.program.measure(m).and_then(|m| m.clauses.get(i)).map_or_else(Vec::new, |c| c.conditions.iter().collect()),
            Rule::Named(n) => self.head(n).and_then(|h| h.condition.as_ref()).into_iter().collect(),
        };
        conditions.into_iter().any(|c| self.bounds(c))
    }

    fn bounds(&self, cond: &Cond) -> bool {
        match &cond.kind {
            CondKind::All(parts) | CondKind::Any(parts) => parts.iter().any(|p| self.bounds(p)),
            CondKind::Not(inner) => self.bounds(inner),
            CondKind::Before(FactId::ENTERED, at) => *at == self.at,
            _ => false,
        }
    }

    fn reliefs(&self, id: MeasureId) -> Vec<Named> {
        let program = self.interpreter.program;
        let exemptions = program.exemptions.iter().enumerate().filter(|(_, e)| e.from.contains(&id)).map(|(i, _)| Named::Exemption(ExemptionId(i)));
        let suspensions = program.suspensions.iter().enumerate().filter(|(_, s)| s.of.contains(&id)).map(|(i, _)| Named::Suspension(SuspensionId(i)));
        let phaseouts = program.phaseouts.iter().enumerate().filter(|(_, p)| p.of.contains(&id)).map(|(i, _)| Named::Phaseout(PhaseoutId(i)));
        let limits = program.limits.iter().enumerate().filter(|(_, l)| l.of.contains(&id)).map(|(i, _)| Named::Limit(LimitId(i)));
        exemptions.chain(suspensions).chain(phaseouts).chain(limits).collect()
    }

    fn reaches(&self, scopes: &[ScopePart]) -> bool {
        let (first, after) = (self.shipment.hs.first(), self.shipment.hs.after());
        let just_before = Instant(self.at.0.saturating_sub(1));
        scopes.iter().all(|s| {
            let goods = s.goods.as_ref().is_none_or(|g| g.contains(first) || g.meets(&crate::region::GoodsSet::of_range(first, after)));
            let of = |o: &crate::region::Origins| self.shipment.origin.is_none_or(|c| o.contains(c, self.at) || o.contains(c, just_before));
            goods && s.origins.as_ref().is_none_or(of)
        })
    }

    /// Whether a rule has a part in a result: it is its clause, or acted on it, or keeps its clause from covering.
    fn plays_part(&self, id: MeasureId, rule: Rule, result: &MeasureResult) -> bool {
        let sets_aside =
            |n: Named| match n {
                Named::Suspension(s) => {
                    self.interpreter.program.suspensions.get(s.0).and_then(|s| s.only.as_ref()).is_some_and(|only| {
                        [self.before, self.after].iter().filter_map(|r| r.get(id.0)?.clause.as_ref()).any(|c| only.contains(&(id, c.index)))
                    })
                }
                _ => false,
            };
        match rule {
            Rule::Named(Named::Measure(_)) => true,
            Rule::Clause(m, i) if m == id && result.clause.as_ref().is_some_and(|c| c.index == i) => true,
            Rule::Clause(m, i) if m == id && result.base_clause == Some(i) => true,
            Rule::Named(n) if sets_aside(n) => true,
            _ => acting(result).contains(&rule),
        }
    }

    fn turn(&self, rule: Rule) -> Option<Turn> {
        let just_before = Instant(self.at.0.saturating_sub(1));
        match (self.runs(rule, just_before), self.runs(rule, self.at)) {
            (false, true) => Some(Turn::Begins),
            (true, false) => Some(Turn::Ends),
            _ => None,
        }
    }

    fn runs(&self, rule: Rule, moment: Instant) -> bool {
        let (program, edition) = (self.interpreter.program, &self.interpreter.edition);
        match rule {
            Rule::Clause(m, i) => edition.clauses.get(m.0).and_then(|c| c.get(i)).is_some_and(|l| l.runs(moment)),
            Rule::Named(Named::Measure(m)) => {
                edition.measures.get(m.0).is_some_and(|l| l.runs(moment)) && edition.ended(program, Named::Measure(m), moment).is_none()
            }
            Rule::Named(n) => edition.in_force(program, n, moment),
        }
    }

    // ── What to say of them ──

    fn reason(&self, rule: Rule, turn: Turn, id: MeasureId) -> Reason {
        let (verb, amended) = match turn {
            Turn::Begins => ("begins", self.amended(rule, |k| matches!(k, ChangeKind::Postpone(to) if to == self.at))),
            Turn::Ends => ("ends", self.ended_by(rule)),
        };
        let mut reason = self.said(rule, format!("{} {verb}", self.called(rule)), id);
        match turn {
            // Who ends a rule is another act than the one that made it.
            Turn::Ends if !amended.is_empty() => reason.cites = amended,
            _ => reason.cites.extend(amended),
        }
        reason
    }

    fn said(&self, rule: Rule, words: String, id: MeasureId) -> Reason {
        let program = self.interpreter.program;
        let (cite, span, name) = match rule {
            Rule::Clause(m, i) => {
                let clause = program.measure(m).and_then(|x| x.clauses.get(i));
                // A table speaks with one of its rows.
                let row = [self.after, self.before].iter().find_map(|r| r.get(id.0)?.clause.as_ref().filter(|c| m == id && c.index == i)).map(|c| c.span);
                (clause.and_then(|c| c.cite.clone()), row.or(clause.map(|c| c.span)), clause.and_then(|c| c.label.clone()))
            }
            Rule::Named(n) => (self.cite_of(n), program.span_of(n), self.name_of(n)),
        };
        Reason { words, rule: name, place: span.map(|s| self.place(s)), cites: cite.into_iter().collect() }
    }

    fn place(&self, span: Span) -> String {
        let place = self.sources.place(span);
        format!("{}:{}", place.file.display(), place.line)
    }

    /// A rule as a sentence begins with it.
    fn called(&self, rule: Rule) -> String {
        let program = self.interpreter.program;
        match rule {
            Rule::Clause(m, i) => program.measure(m).and_then(|x| x.clauses.get(i)).map_or_else(String::new, |c| self.clause_words(m, i, c)),
            Rule::Named(n) => format!("{} `{}`", kind(n), self.name_of(n).unwrap_or_default()),
        }
    }

    fn clause_words(&self, m: MeasureId, index: usize, clause: &Clause) -> String {
        let headline = [self.after, self.before].iter().find_map(|results| {
            let result = results.get(m.0)?;
            result.headline.as_ref().filter(|_| result.clause.as_ref().is_some_and(|c| c.index == index))
        });
        match (&clause.kind, headline) {
            (ClauseKind::Rate(_), Some(rate)) => format!("rate {}", rate_text(rate, self.interpreter.program)),
            _ => {
                // The author's words up to where the modifiers begin would need the syntax; the first line says enough.
                let text = self.sources.text(clause.span);
                let words: Vec<&str> = text
                    .split_whitespace()
                    .take_while(|w| !matches!(*w, "from" | "until" | "through" | "during" | "cites" | "when" | "unless" | "as"))
                    .collect();
                format!("`{}`", words.join(" "))
            }
        }
    }

    fn name_of(&self, named: Named) -> Option<String> {
        let program = self.interpreter.program;
        program.names.iter().find(|(_, n)| **n == named).map(|(name, _)| name.clone())
    }

    fn cite_of(&self, named: Named) -> Option<Cite> {
        let program = self.interpreter.program;
        match named {
            Named::Measure(i) => program.measures.get(i.0)?.head.cite.clone(),
            Named::Exemption(i) => program.exemptions.get(i.0)?.head.cite.clone(),
            Named::Suspension(i) => program.suspensions.get(i.0)?.head.cite.clone(),
            Named::Phaseout(i) => program.phaseouts.get(i.0)?.head.cite.clone(),
            Named::Limit(i) => program.limits.get(i.0)?.head.cite.clone(),
            Named::Event(i) => program.events.get(i.0)?.cite.clone(),
            Named::Ending(i) => program.endings.get(i.0)?.cite.clone(),
            _ => None,
        }
    }

    /// The acts that changed the time of a rule in a way.
    fn amended(&self, rule: Rule, wanted: impl Fn(ChangeKind) -> bool) -> Vec<Cite> {
        let program = self.interpreter.program;
        let (changes, target): (&[Amendment], ChangeTarget) = match rule {
            Rule::Clause(m, i) => (program.measure(m).map_or(&[], |m| &m.changes), ChangeTarget::Clause(i)),
            Rule::Named(n) => {
                let changes = match n {
                    Named::Measure(i) => program.measures.get(i.0).map(|x| &x.changes),
                    Named::Exemption(i) => program.exemptions.get(i.0).map(|x| &x.changes),
                    Named::Suspension(i) => program.suspensions.get(i.0).map(|x| &x.changes),
                    Named::Phaseout(i) => program.phaseouts.get(i.0).map(|x| &x.changes),
                    Named::Limit(i) => program.limits.get(i.0).map(|x| &x.changes),
                    _ => None,
                };
                (changes.map_or(&[], Vec::as_slice), ChangeTarget::Period)
            }
        };
        let known = |c: &&Amendment| c.target == target && wanted(c.kind) && c.cites.iter().all(|c| program.knows(c, self.interpreter.edition.known_at));
        changes.iter().filter(known).filter_map(|c| c.cites.last().cloned()).collect()
    }

    /// The acts that ended a rule, where others than its own did.
    fn ended_by(&self, rule: Rule) -> Vec<Cite> {
        let program = self.interpreter.program;
        let cites = self.amended(rule, |k| matches!(k, ChangeKind::End(at) | ChangeKind::Extend(at) if at == self.at));
        if !cites.is_empty() {
            return cites;
        }
        let Rule::Named(named) = rule else { return Vec::new() };
        if let Named::Event(id) = named {
            let extensions = program.events.get(id.0).map_or(&[][..], |e| &e.extensions);
            return extensions.iter().filter(|x| x.until == self.at).filter_map(|x| x.cite.clone()).collect();
        }
        match self.interpreter.edition.ended(program, named, self.at) {
            Some(crate::program::Ended::Repealed(id, at)) if at == self.at => self.cite_of(Named::Ending(id)).into_iter().collect(),
            _ => Vec::new(),
        }
    }

    // ── What is not a rule of the measure ──

    /// The measure to which it gives way, where that changes without the clause that says so.
    fn displaced(&self, before: &MeasureResult, after: &MeasureResult) -> Vec<Reason> {
        let program = self.interpreter.program;
        let by = |r: &MeasureResult| r.by.iter().find_map(|b| if let By::Measure(m, owner, index) = b { Some((*m, *owner, *index)) } else { None });
        let (was, is) = (by(before), by(after));
        if was.map(|w| w.0) == is.map(|i| i.0) {
            return Vec::new();
        }
        let mut out = Vec::new();
        for (edge, verb) in [(was, "applies no more"), (is, "applies, and this gives way to it")] {
            let Some((other, owner, index)) = edge else { continue };
            let clause = Rule::Clause(owner, index);
            if self.turn(clause).is_some() {
                continue;
            }
            let mut reason = self.said(clause, format!("`{}` {verb}", program.measure_name(other)), owner);
            reason.rule = Some(program.measure_name(other).to_owned());
            out.push(reason);
        }
        out
    }

    fn staged(&self, before: &MeasureResult, after: &MeasureResult) -> Vec<Reason> {
        let stage = |r: &MeasureResult| r.by.iter().find_map(|b| if let By::Phaseout(p, stage) = b { Some((*p, *stage)) } else { None });
        match (stage(before), stage(after)) {
            (Some((was, from)), Some((is, to))) if was == is && from != to => {
                let rule = Rule::Named(Named::Phaseout(is));
                vec![self.said(rule, format!("stage {to} of `{}` begins", self.name_of(Named::Phaseout(is)).unwrap_or_default()), after.measure)]
            }
            _ => Vec::new(),
        }
    }

    /// What changes at the moment outside the measure: events, and other measures from which it is reckoned.
    fn elsewhere(&self, id: MeasureId) -> Vec<Reason> {
        let program = self.interpreter.program;
        let events = (0..program.events.len()).map(|i| Rule::Named(Named::Event(EventId(i))));
        let mut reasons: Vec<Reason> = events.filter_map(|r| self.turn(r).map(|t| self.reason(r, t, id))).collect();
        if !reasons.is_empty() {
            return reasons;
        }
        for (other, (before, after)) in self.before.iter().zip(self.after).enumerate().filter(|(m, _)| *m != id.0) {
            if (before.outcome, &before.rate, before.amount) != (after.outcome, &after.rate, after.amount) {
                let other = MeasureId(other);
                for reason in self.own(other, before, after) {
                    reasons.push(Reason { words: format!("`{}`: {}", program.measure_name(other), reason.words), ..reason });
                }
            }
        }
        if reasons.is_empty() {
            reasons.push(Reason { words: "a condition on the moment of entry turns".to_owned(), rule: None, place: None, cites: Vec::new() });
        }
        reasons
    }
}

/// The rules that acted on a result.
fn acting(result: &MeasureResult) -> Vec<Rule> {
    let of = |by: &By| match by {
        By::Exemption(i) => Some(Rule::Named(Named::Exemption(*i))),
        By::Suspension(i, _) => Some(Rule::Named(Named::Suspension(*i))),
        By::Phaseout(i, _) => Some(Rule::Named(Named::Phaseout(*i))),
        By::Limit(i, _) => Some(Rule::Named(Named::Limit(*i))),
        By::Ending(_) | By::Quota(..) => None,
        By::Measure(_, owner, index) => Some(Rule::Clause(*owner, *index)),
    };
    result.by.iter().filter_map(of).collect()
}

fn instruments(reason: &Reason) -> Vec<crate::program::InstrumentId> {
    reason.cites.iter().map(|c| c.instrument).collect()
}

fn kind(named: Named) -> &'static str {
    named.kind().trim_start_matches("an ").trim_start_matches("a ")
}
