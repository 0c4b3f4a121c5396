//! Where the answers of a book can change: every date, code, origin, literal and day of publication by which its rules tell
//! shipments apart, as changes of one shipment, nearest first.
//!
//! Nothing else can make a rule apply that does not, so that a search need not look elsewhere.

use crate::facts::{Shipment, Value};
use crate::program::{Charge, ClauseKind, Cond, CondKind, Edition, ExprKind, FactId, FactKind, Head, MeasureId, Named, Program, Type};
use crate::region::{GoodsSet, Origins};
use crate::value::{Country, Exact, GoodsCode, Instant, percent_text};
use jiff::civil::Date;
use std::collections::BTreeSet;

/// A change of one thing, and how it is typed.
#[derive(Clone, Debug)]
pub struct Change {
    pub line: String,
    /// How far it is from what is, where that can be said.
    pub remark: String,
    pub to: To,
}

#[derive(Clone, Debug)]
pub enum To {
    Fact(FactId, Value),
    Code(GoodsCode),
    Origin(Country),
    KnownAt(Option<Date>),
}

/// The changes of one thing, nearest first.
#[derive(Clone, Debug)]
pub struct Axis {
    pub changes: Vec<Change>,
}

/// How many codes of a rule's goods are tried, those nearest to the shipment's.
const MOST_CODES: usize = 300;

/// The axes along which a rule may come to apply.
pub fn axes(program: &Program, edition: &Edition, shipment: &Shipment, named: Named) -> Vec<Axis> {
    let mut all = vec![entry(program, edition, shipment)];
    all.push(codes(program, shipment, named));
    all.push(origins(program, shipment, named));
    all.extend(edition.other_cuts.iter().map(|(fact, cuts)| moments(program, shipment, *fact, cuts)));
    all.extend(facts(program, shipment));
    all.push(knowledge(program, edition.known_at));
    all.retain(|axis| !axis.changes.is_empty());
    all
}

// ── Moments ──

/// The first and the last moment that a value may mean.
pub fn span_of(value: Option<&Value>) -> Option<(Instant, Instant)> {
    match value? {
        Value::At(at) => Some((*at, *at)),
        Value::SomeTime(first, after) => Some((*first, Instant(after.0.saturating_sub(1)))),
        _ => None,
    }
}

/// How far a moment lies outside a stretch of time, in seconds.
fn distance(at: Instant, (first, last): (Instant, Instant)) -> u64 {
    if at < first {
        first.0.abs_diff(at.0)
    } else if at > last {
        at.0.abs_diff(last.0)
    } else {
        0
    }
}

fn entry(program: &Program, edition: &Edition, shipment: &Shipment) -> Axis {
    moments(program, shipment, FactId::ENTERED, &edition.entry_cuts)
}

/// The two seconds at each cut, the last before it and the first after.
fn moments(program: &Program, shipment: &Shipment, fact: FactId, cuts: &[Instant]) -> Axis {
    let now = span_of(shipment.get(fact));
    let entered = span_of(shipment.get(FactId::ENTERED));
    let mut tries: Vec<Instant> = cuts.iter().flat_map(|c| [Instant(c.0.saturating_sub(1)), *c]).collect();
    // Goods are not loaded after they have entered; the moment of entry stands for what lies before a later cut.
    if let (true, Some((first, last))) = (matches!(fact, FactId::LOADED | FactId::EXPORTED), entered) {
        tries.retain(|at| *at <= last);
        tries.push(first);
    }
    let from = now.or(entered);
    tries.sort_by_key(|at| (from.map_or(0, |span| distance(*at, span)), std::cmp::Reverse(*at)));
    tries.dedup();
    let name = program.fact_name(fact);
    let changes = tries.into_iter().filter(|at| now != Some((*at, *at))).map(|at| {
        let remark = now.map_or_else(String::new, |span| apart(program, at, span));
        Change { line: format!("{name} {}", program.clock.show_full(at)), remark, to: To::Fact(fact, Value::At(at)) }
    });
    Axis { changes: changes.collect() }
}

/// How many days a moment is away, by the calendar.
fn apart(program: &Program, at: Instant, (first, last): (Instant, Instant)) -> String {
    let (earlier, from) = if at < first { (true, first) } else { (false, last) };
    let days = program.clock.day_of(at).zip(program.clock.day_of(from)).and_then(|(a, b)| a.since(b).ok()).map(|s| s.get_days().unsigned_abs());
    match days {
        Some(0) => "the same day".to_owned(),
        Some(n) => format!("{n} day{} {}", if n == 1 { "" } else { "s" }, if earlier { "earlier" } else { "later" }),
        None => String::new(),
    }
}

// ── Goods and origins ──

/// The rules that have to do with a rule: itself, what it relieves, and what relieves that.
struct Around<'p> {
    measures: Vec<MeasureId>,
    heads: Vec<&'p Head>,
}

/// The measures that a rule is, or acts on.
pub fn measures_of(program: &Program, named: Named) -> Vec<MeasureId> {
    match named {
        Named::Measure(m) => vec![m],
        Named::Group(g) => program.groups.get(g).cloned().unwrap_or_default(),
        Named::Exemption(e) => program.exemptions.get(e.0).map_or_else(Vec::new, |e| e.from.clone()),
        Named::Suspension(s) => program.suspensions.get(s.0).map_or_else(Vec::new, |s| s.of.clone()),
        Named::Phaseout(p) => program.phaseouts.get(p.0).map_or_else(Vec::new, |p| p.of.clone()),
        Named::Limit(l) => program.limits.get(l.0).map_or_else(Vec::new, |l| l.of.clone()),
        Named::Quota(q) => {
            let drawn: BTreeSet<MeasureId> = program.exemptions.iter().filter(|e| e.quota == Some(q)).flat_map(|e| e.from.iter().copied()).collect();
            drawn.into_iter().collect()
        }
        Named::Ending(e) => {
            let of = program.endings.get(e.0).map_or(&[][..], |e| &e.of);
            of.iter().filter_map(|n| if let Named::Measure(m) = n { Some(*m) } else { None }).collect()
        }
        _ => Vec::new(),
    }
}

fn around(program: &Program, named: Named) -> Around<'_> {
    let measures = measures_of(program, named);
    let head = |named: Named| match named {
        Named::Exemption(e) => program.exemptions.get(e.0).map(|e| &e.head),
        Named::Suspension(s) => program.suspensions.get(s.0).map(|s| &s.head),
        Named::Phaseout(p) => program.phaseouts.get(p.0).map(|p| &p.head),
        Named::Limit(l) => program.limits.get(l.0).map(|l| &l.head),
        _ => None,
    };
    let heads = program.reliefs_of(&measures).into_iter().filter_map(head).collect();
    Around { measures, heads }
}

fn codes(program: &Program, shipment: &Shipment, named: Named) -> Axis {
    let around = around(program, named);
    let mut edges: Vec<u64> = Vec::new();
    let mut visit = |set: &GoodsSet| edges.extend(set.ranges().iter().flat_map(|(a, b)| [a.saturating_sub(1), *a, b.saturating_sub(1), *b]));
    for measure in around.measures.iter().filter_map(|m| program.measure(*m)) {
        visit(&measure.goods);
        for clause in &measure.clauses {
            clause.scopes.iter().filter_map(|s| s.goods.as_ref()).for_each(&mut visit);
            if let ClauseKind::Rate(Charge::Table(table)) = &clause.kind {
                table.rows.iter().filter_map(|r| r.code).for_each(|c| visit(&GoodsSet::of_code(c)));
            }
        }
    }
    around.heads.iter().filter_map(|h| h.scope.as_ref()).for_each(|s| visit(&s.goods));
    let (own, digits) = (shipment.hs, shipment.hs.len());
    // Each edge as the shortest code that lies on it and has no fewer digits than the shipment's.
    let mut tries: Vec<GoodsCode> = edges.iter().flat_map(|e| [6u8, 8, 10].into_iter().filter(|n| *n >= digits).map(|n| GoodsCode::of_point(*e, n))).collect();
    tries.sort_by_key(|c| (std::cmp::Reverse(shared(*c, own)), c.len(), c.first().abs_diff(own.first())));
    let mut seen = BTreeSet::new();
    tries.retain(|c| *c != own && seen.insert(*c) && !GoodsSet::of_code(*c).intersection(&program.nomenclature.existing).is_empty());
    tries.truncate(MOST_CODES);
    let named = |c: &GoodsCode| program.nomenclature.six_digits.as_ref().and_then(|s| s.get(&c.cut(6).first()).cloned()).unwrap_or_default();
    Axis { changes: tries.into_iter().map(|c| Change { line: c.to_string(), remark: named(&c), to: To::Code(c) }).collect() }
}

/// How many digits two codes share from the front.
fn shared(a: GoodsCode, b: GoodsCode) -> usize {
    a.digits().bytes().zip(b.digits().bytes()).take_while(|(x, y)| x == y).count()
}

fn origins(program: &Program, shipment: &Shipment, named: Named) -> Axis {
    let around = around(program, named);
    let mut sets: Vec<&Origins> = Vec::new();
    for measure in around.measures.iter().filter_map(|m| program.measure(*m)) {
        sets.push(&measure.origins);
        for clause in &measure.clauses {
            sets.extend(clause.scopes.iter().filter_map(|s| s.origins.as_ref()));
            if let ClauseKind::Rate(Charge::Table(table)) = &clause.kind {
                sets.extend(table.rows.iter().filter_map(|r| r.origins.as_ref()));
            }
        }
    }
    sets.extend(around.heads.iter().filter_map(|h| h.scope.as_ref()).map(|s| &s.origins));
    let at = span_of(shipment.get(FactId::ENTERED)).map(|(first, _)| first);
    let members: Vec<_> = sets.iter().map(|o| at.map_or_else(|| o.ever(), |t| o.at(t))).collect();
    // Countries that no rule tells apart are one try; the first by the alphabet stands for them.
    let mut kinds: Vec<(Vec<bool>, Country, usize)> = Vec::new();
    for country in Country::all().filter(|c| Some(*c) != shipment.origin) {
        let kind: Vec<bool> = members.iter().map(|m| m.contains(country)).collect();
        match kinds.iter_mut().find(|(k, _, _)| *k == kind) {
            Some((_, _, count)) => *count = count.saturating_add(1),
            None => kinds.push((kind, country, 0)),
        }
    }
    // The most particular first: a rule that names a country means it.
    kinds.sort_by_key(|(_, country, others)| (*others, *country));
    let changes = kinds.into_iter().map(|(_, country, others)| {
        let others = if others == 0 { String::new() } else { format!(", or another of {others}") };
        Change { line: format!("origin {country}"), remark: format!("{}{others}", country.name()), to: To::Origin(country) }
    });
    Axis { changes: changes.collect() }
}

// ── Further facts ──

fn facts(program: &Program, shipment: &Shipment) -> Vec<Axis> {
    let mut by_fact: Vec<(FactId, Axis)> = Vec::new();
    for condition in conditions(program) {
        each(condition, &mut |kind| {
            for (fact, change) in changes_of(program, shipment, kind) {
                let differs = match &change.to {
                    To::Fact(f, value) => shipment.get(*f) != Some(value),
                    _ => true,
                };
                if !differs {
                    continue;
                }
                match by_fact.iter_mut().find(|(f, _)| *f == fact) {
                    Some((_, axis)) if axis.changes.iter().any(|c| c.line == change.line) => {}
                    Some((_, axis)) => axis.changes.push(change),
                    None => by_fact.push((fact, Axis { changes: vec![change] })),
                }
            }
        });
    }
    by_fact.into_iter().map(|(_, axis)| axis).collect()
}

fn conditions(program: &Program) -> Vec<&Cond> {
    let mut all: Vec<&Cond> = Vec::new();
    for measure in &program.measures {
        all.extend(&measure.head.condition);
        all.extend(measure.clauses.iter().flat_map(|c| &c.conditions));
    }
    all.extend(program.relief_heads().filter_map(|h| h.condition.as_ref()));
    all
}

fn each<'c>(condition: &'c Cond, visit: &mut dyn FnMut(&'c CondKind)) {
    match &condition.kind {
        CondKind::All(parts) | CondKind::Any(parts) => parts.iter().for_each(|p| each(p, visit)),
        CondKind::Not(inner) => each(inner, visit),
        other => visit(other),
    }
}

/// The values of facts at which a condition may turn.
fn changes_of(program: &Program, shipment: &Shipment, condition: &CondKind) -> Vec<(FactId, Change)> {
    let to = |fact: FactId, value: Value, shown: String| {
        let line = format!("{} {shown}", program.fact_name(fact));
        (fact, Change { line, remark: String::new(), to: To::Fact(fact, value) })
    };
    match condition {
        CondKind::Flag(fact) => [(true, "yes"), (false, "no")].map(|(f, word)| to(*fact, Value::Flag(f), word.to_owned())).to_vec(),
        CondKind::Claims(text) => {
            let held = match shipment.get(FactId::CLAIMS) {
                Some(Value::Claims(held)) => held.clone(),
                _ => Vec::new(),
            };
            let claims: Vec<String> =
                if held.contains(text) { held.into_iter().filter(|c| c != text).collect() } else { held.into_iter().chain([text.clone()]).collect() };
            let quoted: Vec<String> = claims.iter().map(|c| format!("\"{c}\"")).collect();
            let shown = if quoted.is_empty() { "\"\"".to_owned() } else { quoted.join(", ") };
            vec![to(FactId::CLAIMS, Value::Claims(claims), shown)]
        }
        CondKind::InFile(fact, set, _) => set.first().map(|t| to(*fact, Value::Text(t.clone()), format!("\"{t}\""))).into_iter().collect(),
        CondKind::Compare(left, _, right) => {
            let mut out = Vec::new();
            for (fact, other) in [(left, right), (right, left)] {
                let ExprKind::Fact(fact) = fact.kind else { continue };
                match &other.kind {
                    ExprKind::Text(t) => out.push(to(fact, Value::Text(t.clone()), format!("\"{t}\""))),
                    ExprKind::Country(c) => out.push(to(fact, Value::Country(*c), c.to_string())),
                    ExprKind::Flag(f) => out.push(to(fact, Value::Flag(*f), if *f { "yes" } else { "no" }.to_owned())),
                    _ => {
                        let Some(edge) = literal(&other.kind, shipment) else { continue };
                        let Some((kind, step)) = program.fact(fact).and_then(|f| step(f.kind).map(|s| (f.kind, s))) else { continue };
                        let around = [Some(edge), edge.checked_add(step), edge.checked_sub(step)];
                        for n in around.into_iter().flatten().filter(|n| !n.is_negative() && n.to_decimal().is_some()) {
                            let value = match (kind, other.ty) {
                                (FactKind::Money, Type::Money(Some(c))) => Value::Money(n, c),
                                (FactKind::Money, _) => Value::Money(n, program.currency),
                                _ => Value::Number(n),
                            };
                            let shown = match &value {
                                Value::Money(n, c) => format!("{c} {n}"),
                                _ if kind == FactKind::Rate => percent_text(n),
                                _ => n.to_string(),
                            };
                            out.push(to(fact, value, shown));
                        }
                    }
                }
            }
            out
        }
        _ => Vec::new(),
    }
}

/// The number that a fact is compared with: a literal, or a share of a fact that is given.
fn literal(kind: &ExprKind, shipment: &Shipment) -> Option<Exact> {
    match kind {
        ExprKind::Number(n) | ExprKind::Foreign(_, n) => Some(*n),
        ExprKind::Share(share, fact) => match shipment.get(*fact)? {
            Value::Money(n, _) | Value::Number(n) => n.checked_mul(*share),
            _ => None,
        },
        _ => None,
    }
}

/// The smallest difference that counts for a kind of fact.
fn step(kind: FactKind) -> Option<Exact> {
    match kind {
        FactKind::Money | FactKind::Number | FactKind::Quantity(_) => Exact::fraction(1, 100),
        FactKind::Rate => Exact::fraction(1, 10_000),
        _ => None,
    }
}

// ── Knowledge ──

/// The day of each publication and the day before, then all that is known.
fn knowledge(program: &Program, known_at: Option<Date>) -> Axis {
    let mut published: Vec<Date> = program.instruments.iter().filter_map(|i| i.published).collect();
    published.sort_unstable();
    published.dedup();
    let days = |d: Date| d.since(known_at.unwrap_or(d)).map_or(0, |s| s.get_days().unsigned_abs());
    let mut tries: Vec<Option<Date>> = Vec::new();
    match known_at {
        Some(known) => {
            let mut near: Vec<Date> =
                published.iter().filter(|p| **p > known).copied().chain(published.iter().filter(|p| **p <= known).filter_map(|p| p.yesterday().ok())).collect();
            near.sort_by_key(|d| (days(*d), *d));
            tries.extend(near.into_iter().map(Some));
            tries.push(None);
        }
        None => tries.extend(published.iter().rev().filter_map(|p| p.yesterday().ok()).map(Some)),
    }
    let changes = tries.into_iter().map(|day| match day {
        Some(day) => Change { line: format!("known at {day}"), remark: String::new(), to: To::KnownAt(Some(day)) },
        None => Change { line: ":known-at".to_owned(), remark: "by all that is known".to_owned(), to: To::KnownAt(None) },
    });
    Axis { changes: changes.collect() }
}
