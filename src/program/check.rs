//! What can be found wrong without comparing regions: periods, sources, waivers.

use super::from_syntax::Builder;
use super::rules::{Cite, ClauseKind, Waiver};
use super::types::Program;
use crate::problem::{Problem, Problems, periods, regions, typing};
use crate::region::{GoodsSet, Origins, goods_words, origins_words};
use crate::source::Span;
use crate::value::{CountrySet, Instant};

pub fn check(builder: &mut Builder<'_>) {
    let found = Finder { program: &builder.program, citation_lost: builder.citation_lost, problems: Problems::default() }.run();
    builder.problems.extend(found);
}

struct Finder<'p> {
    program: &'p Program,
    citation_lost: bool,
    problems: Problems,
}

impl Finder<'_> {
    fn run(mut self) -> Problems {
        let cited = |c: &Option<Cite>| c.is_some();
        let clauses = self.program.measures.iter().flat_map(|m| &m.clauses);
        let any_cites = clauses.map(|c| &c.cite).any(cited) || self.program.exemptions.iter().map(|e| &e.head.cite).any(cited);
        let any_cites = any_cites && !self.citation_lost;
        for measure in &self.program.measures {
            for clause in &measure.clauses {
                let what = format!("a clause of `{}`", measure.name);
                // A promise is the author's own.
                if !matches!(clause.kind, ClauseKind::Covers(_)) {
                    self.source(&what, clause.cite.as_ref(), clause.span, any_cites);
                }
                self.retroactive(clause.period.from, clause.cite.as_ref(), clause.period.span.unwrap_or(clause.span));
            }
            self.retroactive(measure.head.period.from, measure.head.cite.as_ref(), measure.head.period.span.unwrap_or(measure.span));
        }
        let reliefs = self.program.exemptions.iter().map(|e| ("exemption", &e.name, &e.head, e.span));
        let suspensions = self.program.suspensions.iter().map(|s| ("suspension", &s.name, &s.head, s.span));
        for (kind, name, head, span) in reliefs.chain(suspensions) {
            self.source(&format!("{kind} `{name}`"), head.cite.as_ref(), span, any_cites);
            self.retroactive(head.period.from, head.cite.as_ref(), head.period.span.unwrap_or(span));
        }
        for ending in &self.program.endings {
            let word = if ending.void { "void" } else { "repeal" };
            self.source(&format!("{word} `{}`", ending.name), ending.cite.as_ref(), ending.span, any_cites);
            self.retroactive(ending.from, ending.cite.as_ref(), ending.span);
        }
        self.periods();
        self.promises();
        self.problems
    }

    /// T500: no source, or one that is not official.
    fn source(&mut self, what: &str, cite: Option<&Cite>, span: Span, any_cites: bool) {
        match cite {
            None if any_cites => self.problems.add(typing::without_citation(what, span)),
            None => {}
            Some(cite) => {
                if let Some(i) = self.program.instrument(cite.instrument).filter(|i| i.unofficial) {
                    self.problems.add(typing::unofficial(what, &i.name, cite.span, i.span));
                }
            }
        }
    }

    /// T203: in force before it was published.
    fn retroactive(&mut self, from: Option<Instant>, cite: Option<&Cite>, span: Span) {
        let (Some(from), Some(cite)) = (from, cite) else { return };
        let Some(instrument) = self.program.instrument(cite.instrument) else { return };
        let Some(published) = instrument.published else { return };
        if self.program.clock.start_of(published).is_ok_and(|p| from < p) {
            let shown = self.program.show(from);
            self.problems.add(periods::retroactive(&shown, &instrument.name, &published.to_string(), span, instrument.span));
        }
    }

    /// T202: clauses outside the period of their measure or of their instrument.
    fn periods(&mut self) {
        for measure in &self.program.measures {
            for clause in &measure.clauses {
                let (from, until) = (clause.period.from, clause.period.until);
                let outer = &measure.head.period;
                let after = from.zip(outer.until).is_some_and(|(f, u)| f >= u);
                let before = until.zip(outer.from).is_some_and(|(u, f)| u <= f);
                if after || before {
                    let shown = self.shown(outer.from, outer.until);
                    let of = format!("{} `{}`", measure.kind.word(), measure.name);
                    self.problems.add(periods::outside("this clause", &of, &shown, clause.span, outer.span.unwrap_or(measure.span)));
                }
                let Some(cite) = &clause.cite else { continue };
                let Some(instrument) = self.program.instrument(cite.instrument) else { continue };
                if from.zip(instrument.expires).is_some_and(|(f, e)| f >= e) {
                    let shown = self.shown(None, instrument.expires);
                    let of = format!("instrument `{}`", instrument.name);
                    self.problems.add(periods::outside("this clause", &of, &shown, clause.span, instrument.span));
                }
            }
        }
    }

    /// T110: a promise of goods or origins that the measure does not reach. `all goods` and `any origin` are all that it reaches.
    fn promises(&mut self) {
        let program = self.program;
        let existing = &program.nomenclature.existing;
        for measure in &program.measures {
            for clause in &measure.clauses {
                let ClauseKind::Covers(goods) = &clause.kind else { continue };
                let beyond = if *goods == GoodsSet::all() { GoodsSet::empty() } else { goods.difference(&measure.goods).intersection(existing) };
                let origins = clause.scopes.iter().filter_map(|s| s.origins.as_ref()).map(Origins::ever).fold(CountrySet::all(), CountrySet::intersection);
                let others = if origins == CountrySet::all() { CountrySet::default() } else { origins.difference(measure.origins.ever()) };
                let mut words = Vec::new();
                if !beyond.is_empty() {
                    words.push(goods_words(&beyond, existing, &program.goods_names));
                }
                if !others.is_empty() {
                    words.push(format!("goods of {}", origins_words(others, &[])));
                }
                if !words.is_empty() {
                    self.problems.add(regions::out_of_reach(&measure.name, &words.join(" and "), clause.span, measure.span));
                }
            }
        }
    }

    fn shown(&self, from: Option<Instant>, until: Option<Instant>) -> String {
        let from = from.map(|f| format!("from {}", self.program.show(f)));
        let until = until.map(|u| format!("until {}", self.program.show(u)));
        from.into_iter().chain(until).collect::<Vec<_>>().join(" ")
    }
}

/// Marks what is waived, and reports waivers that are unused, have expired, or waive what cannot be waived.
pub fn waive(program: &Program, now: Option<Instant>, problems: &mut Problems) {
    // A book that has no meaning yet may hide what a waiver is for.
    let broken = problems.iter().any(|p| !p.can_be_waived());
    let mut notes = Problems::default();
    for waiver in &program.waivers {
        if let Some((_, shown)) = waiver.until.as_ref().filter(|(until, _)| now.is_some_and(|n| *until <= n)) {
            notes.add(typing::expired_waiver(&waiver.code, shown, waiver.span));
            continue;
        }
        let (mut used, mut refused) = (false, None);
        for problem in problems.iter_mut().filter(|p| waiver.reaches(p)) {
            if !problem.can_be_waived() {
                refused = Some(problem.span());
                continue;
            }
            used = true;
            problem.waived = Some(waiver.as_said());
        }
        match refused {
            Some(at) => notes.add(typing::cannot_be_waived(&waiver.code, waiver.span, at)),
            None if !used && !broken => notes.add(typing::unused_waiver(&waiver.code, &waiver.name, waiver.span)),
            None => {}
        }
    }
    problems.extend(notes);
    for (_, used) in &program.uses {
        waive_used(used, now, problems);
    }
}

/// What a used book waives is waived here too; whether its waivers are in order is said where it is checked itself.
fn waive_used(program: &Program, now: Option<Instant>, problems: &mut Problems) {
    let runs = |w: &&Waiver| w.until.as_ref().is_none_or(|(until, _)| now.is_none_or(|n| *until > n));
    for waiver in program.waivers.iter().filter(runs) {
        for problem in problems.iter_mut().filter(|p| waiver.reaches(p) && p.can_be_waived()) {
            problem.waived = Some(waiver.as_said());
        }
    }
    for (_, used) in &program.uses {
        waive_used(used, now, problems);
    }
}

impl Waiver {
    /// Whether a finding is of its code and lies in its rule; what is waived already is left to the other waiver.
    fn reaches(&self, problem: &Problem) -> bool {
        let within = |label: Span| self.within.iter().any(|w| w.start <= label.start && label.end <= w.end);
        problem.code == self.code && problem.waived.is_none() && problem.labels.iter().any(|l| within(l.span))
    }

    fn as_said(&self) -> crate::problem::Waiver {
        crate::problem::Waiver { because: self.because.clone(), until: self.until.as_ref().map(|(_, d)| d.clone()) }
    }
}
