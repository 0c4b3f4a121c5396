//! T130: measures that give way to each other, or are reckoned from each other, in a circle at one moment.
//!
//! A circle is one only where all of its links run at the same moment and share goods and origins; conditions are taken to hold.

use super::edition::{Edition, Life};
use super::rules::{Charge, ClauseKind, Head, Relief, Steps};
use super::terms::{BaseTerm, Cond, CondKind, Expr, ExprKind, Rate, RowRate};
use super::types::{LimitId, MeasureId, Named, PhaseoutId, Program};
use crate::problem::{Problems, naming};
use crate::region::GoodsSet;
use crate::source::Span;
use crate::syntax::ChargeKind;
use crate::value::{CountrySet, Instant};

/// What a measure comes to before limits, or after them.
#[derive(Clone, Copy, PartialEq, Eq)]
struct Node {
    measure: usize,
    limited: bool,
}

/// The first needs the second.
struct Link {
    from: Node,
    to: Node,
    /// Goods and origins for which it does.
    goods: GoodsSet,
    origins: CountrySet,
    span: Span,
    says: String,
}

/// Adds the first circle of each kind that is found.
pub fn check(program: &Program, problems: &mut Problems) {
    // Most books have no link that could close a circle at any moment, and need no more than one look.
    let edition = Edition::new(program, None);
    let mut moments = vec![Instant(i64::MIN)];
    moments.extend(edition.entry_cuts.iter().copied());
    let mut seen: Vec<Vec<usize>> = Vec::new();
    for moment in moments {
        let finder = Finder { program, edition: &edition, moment };
        let links = finder.links();
        let Some(circle) = circle(&links, program.measures.len()) else { continue };
        let mut members: Vec<usize> = circle.iter().map(|l| l.from.measure).collect();
        members.sort_unstable();
        members.dedup();
        if seen.contains(&members) {
            continue;
        }
        seen.push(members);
        problems.add(report(program, moment, &circle));
    }
}

fn report(program: &Program, moment: Instant, circle: &[&Link]) -> crate::problem::Problem {
    let name = |m: usize| format!("`{}`", program.measure_name(MeasureId(m)));
    let mut names: Vec<String> = Vec::new();
    for link in circle {
        let from = name(link.from.measure);
        if names.last() != Some(&from) {
            names.push(from);
        }
    }
    names.extend(circle.first().map(|l| name(l.from.measure)));
    names.dedup();
    let when = if moment.0 == i64::MIN { String::new() } else { format!(" from {}", program.show(moment)) };
    // What a measure comes to after limits needs what it comes to before them: no link that an author wrote.
    let links: Vec<(Span, String)> = circle.iter().filter(|l| !l.says.is_empty()).map(|l| (l.span, l.says.clone())).collect();
    match (names.as_slice(), links.as_slice()) {
        ([name], [(span, _)]) => naming::from_itself(name, &when, *span),
        _ => naming::circle(&names, &when, &links),
    }
}

struct Finder<'p> {
    program: &'p Program,
    edition: &'p Edition,
    moment: Instant,
}

impl Finder<'_> {
    fn links(&self) -> Vec<Link> {
        let mut links = Vec::new();
        for (m, measure) in self.program.measures.iter().enumerate() {
            let id = MeasureId(m);
            let runs = self.edition.measures.get(m).is_some_and(|l| l.runs(self.moment));
            if !runs || self.edition.ended(self.program, Named::Measure(id), self.moment).is_some() {
                continue;
            }
            self.conditions(&mut links, m, measure.head.condition.iter());
            let lives = self.edition.clauses.get(m);
            for (index, clause) in measure.clauses.iter().enumerate() {
                if !lives.and_then(|l| l.get(index)).is_some_and(|l: &Life| l.runs(self.moment)) {
                    continue;
                }
                let (mut goods, mut origins) = (GoodsSet::all(), CountrySet::all());
                for scope in &clause.scopes {
                    goods = scope.goods.as_ref().map_or(goods.clone(), |g| goods.intersection(g));
                    origins = scope.origins.as_ref().map_or(origins, |o| origins.intersection(o.at(self.moment)));
                }
                let mut link = |from: MeasureId, to: MeasureId, limited: bool, says: String| {
                    links.extend(self.link((from, false), (to, limited), (&goods, origins), clause.span, says));
                };
                match &clause.kind {
                    ClauseKind::YieldsTo(others) => others.iter().for_each(|o| link(id, *o, false, format!("`{}` gives way here", measure.name))),
                    ClauseKind::InLieuOf(others) => {
                        others.iter().for_each(|o| link(*o, id, false, format!("`{}` gives way here", self.program.measure_name(*o))));
                    }
                    ClauseKind::Rate(Charge::Rate(rate)) => rate.measures().iter().for_each(|o| link(id, *o, true, reckoned(&measure.name))),
                    ClauseKind::Rate(Charge::Table(table)) => {
                        for row in &table.rows {
                            if let RowRate::Rate(rate) = &row.rate {
                                rate.measures().iter().for_each(|o| link(id, *o, true, reckoned(&measure.name)));
                            }
                        }
                    }
                    ClauseKind::Base(base) => {
                        for (_, term) in &base.terms {
                            match term {
                                BaseTerm::Amounts(others) => others.iter().for_each(|o| link(id, *o, true, reckoned(&measure.name))),
                                BaseTerm::BasesOf(others) => others.iter().for_each(|o| link(id, *o, false, reckoned(&measure.name))),
                                BaseTerm::Duties => self.duties().for_each(|o| link(id, o, true, reckoned(&measure.name))),
                                BaseTerm::Fact(_) => {}
                            }
                        }
                    }
                    ClauseKind::Rate(Charge::None) | ClauseKind::Covers(_) => {}
                }
                self.conditions(&mut links, m, clause.conditions.iter());
            }
        }
        self.reliefs(&mut links);
        links
    }

    fn duties(&self) -> impl Iterator<Item = MeasureId> {
        let kinds = self.program.measures.iter().enumerate();
        kinds.filter(|(_, m)| matches!(m.kind, ChargeKind::Measure | ChargeKind::Retaliation)).map(|(i, _)| MeasureId(i))
    }

    fn link(&self, from: (MeasureId, bool), to: (MeasureId, bool), within: (&GoodsSet, CountrySet), span: Span, says: String) -> Option<Link> {
        let (a, b) = (self.program.measure(from.0)?, self.program.measure(to.0)?);
        let goods = within.0.intersection(&a.goods).intersection(&b.goods);
        let origins = within.1.intersection(a.origins.at(self.moment)).intersection(b.origins.at(self.moment));
        (!goods.is_empty() && !origins.is_empty()).then_some(Link {
            from: Node { measure: from.0.0, limited: from.1 },
            to: Node { measure: to.0.0, limited: to.1 },
            goods,
            origins,
            span,
            says,
        })
    }

    fn whole(&self, from: (MeasureId, bool), to: (MeasureId, bool), span: Span, says: String) -> Option<Link> {
        self.link(from, to, (&GoodsSet::all(), CountrySet::all()), span, says)
    }

    /// What the condition of a relief, a suspension or a phase-out compares with `rate of`: each of its measures needs that.
    fn head(&self, links: &mut Vec<Link>, of: &[MeasureId], head: &Head) {
        for m in of {
            self.conditions(links, m.0, head.condition.iter());
        }
    }

    /// What conditions compare with `rate of`.
    fn conditions<'c>(&self, links: &mut Vec<Link>, measure: usize, conditions: impl Iterator<Item = &'c Cond>) {
        let mut found = Vec::new();
        conditions.for_each(|c| rates_of(c, &mut found));
        for (other, span) in found {
            let says = reckoned(self.program.measure_name(MeasureId(measure)));
            links.extend(self.whole((MeasureId(measure), false), (other, true), span, says));
        }
    }

    /// What reliefs, phase-outs and limits refer to.
    fn reliefs(&self, links: &mut Vec<Link>) {
        let program = self.program;
        let mut refer = |of: &[MeasureId], rate: &Rate, span: Span, limited: bool| {
            for m in of {
                for other in rate.measures() {
                    links.extend(self.whole((*m, false), (other, limited), span, reckoned(program.measure_name(*m))));
                }
            }
        };
        for (i, exemption) in program.exemptions.iter().enumerate() {
            if let Relief::To(rate) = &exemption.relief
                && self.edition.exemptions.get(i).is_some_and(|l| l.runs(self.moment))
            {
                refer(&exemption.from, rate, exemption.span, true);
            }
        }
        for (i, phaseout) in program.phaseouts.iter().enumerate() {
            if !self.edition.phaseouts.get(PhaseoutId(i).0).is_some_and(|l| l.runs(self.moment)) {
                continue;
            }
            if let Steps::Equal { to, .. } = &phaseout.steps {
                refer(&phaseout.of, to, phaseout.span, true);
            }
            if let Some(rate) = &phaseout.starting_at {
                refer(&phaseout.of, rate, phaseout.span, true);
            }
        }
        let exemptions = program.exemptions.iter().zip(&self.edition.exemptions).map(|(e, l)| (&e.from, &e.head, l));
        let suspensions = program.suspensions.iter().zip(&self.edition.suspensions).map(|(s, l)| (&s.of, &s.head, l));
        let phaseouts = program.phaseouts.iter().zip(&self.edition.phaseouts).map(|(p, l)| (&p.of, &p.head, l));
        for (of, head, life) in exemptions.chain(suspensions).chain(phaseouts) {
            if life.runs(self.moment) {
                self.head(links, of, head);
            }
        }
        for m in 0..program.measures.len() {
            links.extend(self.whole((MeasureId(m), true), (MeasureId(m), false), Span::default(), String::new()));
        }
        for (i, limit) in program.limits.iter().enumerate() {
            if !self.edition.limits.get(LimitId(i).0).is_some_and(|l| l.runs(self.moment)) {
                continue;
            }
            for (n, m) in limit.of.iter().enumerate() {
                let says = format!("`{}` is held down here", program.measure_name(*m));
                let mut asked = Vec::new();
                limit.head.condition.iter().for_each(|c| rates_of(c, &mut asked));
                let asked = asked.into_iter().map(|(o, _)| o);
                let others = limit.of.iter().take(n).copied().chain(limit.at_most.measures()).chain(asked);
                for other in others.filter(|o| o != m) {
                    links.extend(self.whole((*m, true), (other, false), limit.span, says.clone()));
                }
            }
        }
    }
}

fn reckoned(name: &str) -> String {
    format!("`{name}` is reckoned from it here")
}

fn rates_of(condition: &Cond, out: &mut Vec<(MeasureId, Span)>) {
    match &condition.kind {
        CondKind::All(parts) | CondKind::Any(parts) => parts.iter().for_each(|p| rates_of(p, out)),
        CondKind::Not(inner) => rates_of(inner, out),
        CondKind::Compare(left, _, right) => [left, right].into_iter().for_each(|e| in_expression(e, out)),
        _ => {}
    }
}

fn in_expression(expr: &Expr, out: &mut Vec<(MeasureId, Span)>) {
    match &expr.kind {
        ExprKind::RateOf(measures) => out.extend(measures.iter().map(|m| (*m, expr.span))),
        ExprKind::Sum(terms) => terms.iter().for_each(|(_, t)| in_expression(t, out)),
        ExprKind::Product(factors) => factors.iter().for_each(|f| in_expression(f, out)),
        _ => {}
    }
}

/// A circle of links that share goods and origins; nothing where there is none.
fn circle(links: &[Link], measures: usize) -> Option<Vec<&Link>> {
    let all = CountrySet::all();
    for start in (0..measures).flat_map(|m| [false, true].map(|limited| Node { measure: m, limited })) {
        if !reaches_itself(links, start) {
            continue;
        }
        let mut path = Vec::new();
        if walk(links, start, start, &GoodsSet::all(), all, &mut path, &mut 0) {
            return Some(path);
        }
    }
    None
}

/// Whether a node can be reached from itself, goods aside: what cannot is in no circle.
fn reaches_itself(links: &[Link], start: Node) -> bool {
    let mut reached: Vec<Node> = Vec::new();
    let mut next = vec![start];
    while let Some(node) = next.pop() {
        for link in links.iter().filter(|l| l.from == node) {
            if link.to == start {
                return true;
            }
            if !reached.contains(&link.to) {
                reached.push(link.to);
                next.push(link.to);
            }
        }
    }
    false
}

/// More steps than this are not taken: what is not found by then is left to the outcome, which is a conflict and never a number.
const MOST_STEPS: usize = 20_000;

fn walk<'l>(links: &'l [Link], start: Node, at: Node, goods: &GoodsSet, origins: CountrySet, path: &mut Vec<&'l Link>, steps: &mut usize) -> bool {
    *steps = steps.saturating_add(1);
    if *steps > MOST_STEPS {
        return false;
    }
    for link in links.iter().filter(|l| l.from == at) {
        if path.iter().any(|p| p.from == link.to && link.to != start) {
            continue;
        }
        let (g, o) = (goods.intersection(&link.goods), origins.intersection(link.origins));
        if g.is_empty() || o.is_empty() {
            continue;
        }
        path.push(link);
        if link.to == start || walk(links, start, link.to, &g, o, path, steps) {
            return true;
        }
        path.pop();
    }
    false
}
