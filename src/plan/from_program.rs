//! The plan of a book as known on a day: everything that shipments share, computed once.

use super::concerns::{Concerns, step};
use super::days::Days;
use super::given::{Fact, millionths};
use super::stabs::Stabs;
use super::write::Label;
use crate::outcome::Interpreter;
use crate::program::{Charge, ClauseKind, Expr, ExprKind, FactId, FactKind, Type};
use crate::syntax::ChargeKind;
use crate::value::{Country, Exact, Instant, RoundingMode};

/// A book, ready to assess many shipments. It is shared between threads; each has a [`super::Runner`] of its own.
pub struct Plan<'i> {
    pub interpreter: &'i Interpreter<'i>,
    pub(super) concerns: Concerns,
    /// Codes at which some rule may begin or end to reach, in order.
    pub(super) goods_cuts: Vec<u64>,
    /// Moments of entry at which something may change, in order.
    pub(super) cuts: Vec<Instant>,
    /// The stretches between them, by day.
    pub(super) days: Days,
    /// By fact that is a moment: the stretches between those at which something hangs on it.
    pub(super) days_of: Vec<Option<Days>>,
    /// The sets of goods that tell shipments apart.
    pub(super) goods: Stabs,
    /// By measure: what its amount is written after.
    pub(super) labels: Vec<Label>,
    pub(super) defaults: Vec<Default>,
    /// The step of amounts in millionths; nothing where the policy carries amounts unrounded, and the interpreter reckons.
    pub(super) step: Option<i64>,
    pub(super) places: usize,
    pub(super) mode: RoundingMode,
    pub(super) kinds: Vec<ChargeKind>,
    /// Whether a rate of some measure rests on the six digits of a code.
    pub(super) mirrors: bool,
}

/// What stands in for a fact that is not given.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Default {
    None,
    Number(i64),
    Flag(bool),
    Text(String),
    Country(Country),
    At(Instant),
    /// Another fact, or what stands in for it.
    Same(FactId),
    /// It must be reckoned: the interpreter does so.
    Reckoned,
}

impl<'i> Plan<'i> {
    pub fn new(interpreter: &'i Interpreter<'i>) -> Plan<'i> {
        let program = interpreter.program;
        let concerns = Concerns::new(program, &interpreter.edition);
        let mut goods_cuts: Vec<u64> = concerns.sets.iter().flat_map(|s| s.ranges()).flat_map(|(a, b)| [*a, *b]).collect();
        for clause in program.measures.iter().flat_map(|m| &m.clauses) {
            if let ClauseKind::Rate(Charge::Table(table)) = &clause.kind {
                goods_cuts.extend(table.rows.iter().filter_map(|r| r.code).flat_map(|c| [c.first(), c.after()]));
            }
        }
        goods_cuts.sort_unstable();
        goods_cuts.dedup();
        let mut cuts: Vec<Instant> =
            concerns.measures.iter().flat_map(|c| c.cuts.iter().copied()).chain(interpreter.edition.entry_cuts.iter().copied()).collect();
        cuts.sort_unstable();
        cuts.dedup();
        let days_of = (0..program.facts.len()).map(|i| interpreter.edition.other_cuts.get(&FactId(i)).map(|cuts| Days::new(cuts))).collect();
        // Places in keys are of 16 bits; a book beyond that is left to the interpreter.
        let fits = program.measures.len() < usize::from(u16::MAX) && cuts.len() < usize::from(u16::MAX);
        Plan {
            mirrors: concerns.measures.iter().any(|c| c.by_six_digits),
            goods_cuts,
            days: Days::new(&cuts),
            days_of,
            goods: Stabs::new(&concerns.sets),
            labels: program.measures.iter().map(|m| Label::new(format!("{}=", m.name))).collect(),
            cuts,
            defaults: (0..program.facts.len()).map(|i| default(interpreter, FactId(i))).collect(),
            step: step(program.rounding).filter(|_| fits),
            places: usize::try_from(program.rounding.step.scale()).unwrap_or(0),
            mode: program.rounding.mode,
            kinds: program.measures.iter().map(|m| m.kind).collect(),
            concerns,
            interpreter,
        }
    }

    /// A fact as given, else what the book declares; nothing where that must be reckoned.
    pub(super) fn fact<'f>(&'f self, given: &super::Given<'f>, id: FactId) -> Option<Fact<'f>> {
        let mut id = id;
        // A default may name another fact with one; a circle is none.
        for _ in 0..=self.defaults.len() {
            let fact = given.fact(id);
            if fact != Fact::Absent {
                return Some(fact);
            }
            return Some(match self.defaults.get(id.0)? {
                Default::None => Fact::Absent,
                Default::Number(n) => Fact::Number(*n),
                Default::Flag(f) => Fact::Flag(*f),
                Default::Text(t) => Fact::Text(t),
                Default::Country(c) => Fact::Country(*c),
                Default::At(at) => Fact::At(*at),
                Default::Same(other) => {
                    id = *other;
                    continue;
                }
                Default::Reckoned => return None,
            });
        }
        None
    }
}

fn default(interpreter: &Interpreter<'_>, id: FactId) -> Default {
    let program = interpreter.program;
    let Some((fact, Expr { kind, ty, .. })) = program.fact(id).and_then(|f| f.default.as_ref().map(|d| (f, d))) else { return Default::None };
    let same_kind = |other: FactId| program.fact(other).is_some_and(|o| o.kind == fact.kind);
    let own_currency = match (fact.kind, ty) {
        (FactKind::Money, Type::Money(Some(currency))) => *currency == program.currency,
        _ => true,
    };
    let number = |n: Exact| millionths(n).filter(|_| own_currency).map_or(Default::Reckoned, Default::Number);
    match kind {
        ExprKind::Number(n) => number(*n),
        ExprKind::Flag(f) => Default::Flag(*f),
        ExprKind::Text(t) => Default::Text(t.clone()),
        ExprKind::Country(c) => Default::Country(*c),
        ExprKind::Instant(at) => Default::At(*at),
        ExprKind::Fact(other) if same_kind(*other) && own_currency => Default::Same(*other),
        _ => Default::Reckoned,
    }
}
