//! T130: measures that give way to each other, or are reckoned from each other, in a circle at one moment.
//!
//! A circle is one only where all of its links run at the same moment and share goods and origins; conditions are taken to hold.

use super::dependencies::{Dependency, How, Node, Rule, dependencies};
use super::edition::{Edition, Life};
use super::types::{MeasureId, Named, Program};
use crate::problem::{Problem, Problems, naming};
use crate::region::GoodsSet;
use crate::source::Span;
use crate::value::{CountrySet, Instant};
use std::collections::BTreeSet;

/// A dependency at one moment.
struct Link<'p> {
    needs: Dependency<'p>,
    /// Goods and origins for which there is one.
    goods: GoodsSet,
    origins: CountrySet,
}

/// Adds the first circle of each kind that is found.
pub fn check(program: &Program, problems: &mut Problems) {
    let closing = closing(dependencies(program));
    if closing.is_empty() {
        return;
    }
    let edition = Edition::new(program, None);
    let mut moments = vec![Instant(i64::MIN)];
    moments.extend(edition.entry_cuts.iter().copied());
    let mut seen: Vec<Vec<MeasureId>> = Vec::new();
    for moment in moments {
        let finder = Finder { program, edition: &edition, moment };
        let links: Vec<Link<'_>> = closing.iter().filter_map(|d| finder.link(d)).collect();
        let Some(circle) = circle(&links, program.measures.len()) else { continue };
        let mut members: Vec<MeasureId> = circle.iter().map(|l| l.needs.from.measure).collect();
        members.sort_unstable();
        members.dedup();
        if seen.contains(&members) {
            continue;
        }
        seen.push(members);
        problems.add(report(program, moment, &circle));
    }
}

/// The dependencies that may close a circle at some moment, for some goods: most books have few or none. What nothing leads to, or what
/// leads nowhere, is in no circle.
fn closing(mut found: Vec<Dependency<'_>>) -> Vec<Dependency<'_>> {
    loop {
        let before = found.len();
        let from: BTreeSet<Node> = found.iter().map(|d| d.from).collect();
        let to: BTreeSet<Node> = found.iter().map(|d| d.to).collect();
        found.retain(|d| to.contains(&d.from) && from.contains(&d.to));
        if found.len() == before {
            return found;
        }
    }
}

fn report(program: &Program, moment: Instant, circle: &[&Link<'_>]) -> Problem {
    let name = |m: MeasureId| format!("`{}`", program.measure_name(m));
    let mut names: Vec<String> = Vec::new();
    for link in circle {
        let from = name(link.needs.from.measure);
        if names.last() != Some(&from) {
            names.push(from);
        }
    }
    names.extend(circle.first().map(|l| name(l.needs.from.measure)));
    names.dedup();
    let when = if moment.0 == i64::MIN { String::new() } else { format!(" from {}", program.show(moment)) };
    let links: Vec<(Span, String)> = circle.iter().filter_map(|l| Some((l.needs.span, says(program, &l.needs)?))).collect();
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
    /// A dependency where and while its rule runs; nothing where it never does.
    fn link<'d>(&self, needs: &Dependency<'d>) -> Option<Link<'d>> {
        if !self.runs(needs.rule) {
            return None;
        }
        let (a, b) = (self.program.measure(needs.from.measure)?, self.program.measure(needs.to.measure)?);
        let mut goods = a.goods.intersection(&b.goods);
        let mut origins = a.origins.at(self.moment).intersection(b.origins.at(self.moment));
        for scope in needs.scopes {
            goods = scope.goods.as_ref().map_or(goods.clone(), |g| goods.intersection(g));
            origins = scope.origins.as_ref().map_or(origins, |o| origins.intersection(o.at(self.moment)));
        }
        (!goods.is_empty() && !origins.is_empty()).then_some(Link { needs: *needs, goods, origins })
    }

    fn runs(&self, rule: Rule) -> bool {
        let runs = |life: Option<&Life>| life.is_some_and(|l| l.runs(self.moment));
        let edition = self.edition;
        match rule {
            Rule::None => true,
            Rule::Measure(m) => runs(edition.measures.get(m.0)) && edition.ended(self.program, Named::Measure(m), self.moment).is_none(),
            Rule::Clause(m, index) => self.runs(Rule::Measure(m)) && runs(edition.clauses.get(m.0).and_then(|c| c.get(index))),
            Rule::Exemption(e) => runs(edition.exemptions.get(e.0)),
            Rule::Suspension(s) => runs(edition.suspensions.get(s.0)),
            Rule::Phaseout(p) => runs(edition.phaseouts.get(p.0)),
            Rule::Limit(l) => runs(edition.limits.get(l.0)),
        }
    }
}

/// What is said at a link; nothing where no author wrote it.
fn says(program: &Program, link: &Dependency<'_>) -> Option<String> {
    let name = program.measure_name(link.from.measure);
    match link.how {
        How::Unwritten => None,
        How::GivesWay => Some(format!("`{name}` gives way here")),
        How::Reckoned => Some(format!("`{name}` is reckoned from it here")),
        How::HeldDown => Some(format!("`{name}` is held down here")),
    }
}

/// A circle of links that share goods and origins; nothing where there is none.
fn circle<'l>(links: &'l [Link<'l>], measures: usize) -> Option<Vec<&'l Link<'l>>> {
    let all = CountrySet::all();
    for start in (0..measures).flat_map(|m| [false, true].map(|limited| Node { measure: MeasureId(m), limited })) {
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
fn reaches_itself(links: &[Link<'_>], start: Node) -> bool {
    let mut reached: Vec<Node> = Vec::new();
    let mut next = vec![start];
    while let Some(node) = next.pop() {
        for link in links.iter().filter(|l| l.needs.from == node) {
            if link.needs.to == start {
                return true;
            }
            if !reached.contains(&link.needs.to) {
                reached.push(link.needs.to);
                next.push(link.needs.to);
            }
        }
    }
    false
}

/// More steps than this are not taken: what is not found by then is left to the outcome, which is a conflict and never a number.
const MOST_STEPS: usize = 20_000;

fn walk<'l>(links: &'l [Link<'l>], start: Node, at: Node, goods: &GoodsSet, origins: CountrySet, path: &mut Vec<&'l Link<'l>>, steps: &mut usize) -> bool {
    *steps = steps.saturating_add(1);
    if *steps > MOST_STEPS {
        return false;
    }
    for link in links.iter().filter(|l| l.needs.from == at) {
        if path.iter().any(|p| p.needs.from == link.needs.to && link.needs.to != start) {
            continue;
        }
        let (g, o) = (goods.intersection(&link.goods), origins.intersection(link.origins));
        if g.is_empty() || o.is_empty() {
            continue;
        }
        path.push(link);
        if link.needs.to == start || walk(links, start, link.needs.to, &g, o, path, steps) {
            return true;
        }
        path.pop();
    }
    false
}
