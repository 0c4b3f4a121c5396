//! What is decided about one measure, without reckoning: which rate and base, which reliefs and limits, and every question about
//! the shipment's further facts that was asked on the way.
//!
//! The plan decides by this for many shipments at once, so that the meaning of rules is written in one place. Shipments of the
//! same goods, origin and moment that answer the same questions alike are decided alike; only their amounts differ.

use super::amounts::Stuck;
use super::interpret::{Case, Interpreter};
use super::prevail::Prevailing;
use super::quotas::Balances;
use super::reliefs::Certain;
use super::truth::Truth;
use super::{By, Cause, MeasureResult};
use crate::facts::Shipment;
use crate::program::{Base, BaseTerm, Cond, CondKind, ExemptionId, Expr, ExprKind, FactId, LimitId, Measure, MeasureId, Named, Rate, Relief};
use crate::syntax::OutcomeWord;
use crate::value::{Exact, Instant};
use std::cell::{Cell, RefCell};
use std::sync::Arc;

/// A question about a shipment whose answer decides something.
#[derive(Clone, Debug, PartialEq)]
pub enum Question {
    /// Whether a condition holds.
    Holds(Cond),
    /// Which number a fact is.
    Number(FactId),
    /// Whether the first rate comes to less than the second, on a base of facts.
    IsLower(Rate, Rate, Option<Base>),
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Answer {
    No,
    Yes,
    /// The fact that decides is not known.
    Unknown,
    Number(Exact),
}

/// What a measure charges.
#[derive(Clone, Debug)]
pub struct Charge {
    pub rate: Arc<Rate>,
    /// What percentages are taken of; the customs value where nothing is said.
    pub base: Option<Base>,
    /// Whether it is open which base prevails, which matters only to what refers to it.
    pub base_is_open: bool,
    /// Whether the charge takes a share of the base.
    pub needs_base: bool,
    /// Of several the one that leaves least counts, of equals the first; with whether it is full relief where it counts.
    pub reliefs: Vec<(ExemptionId, Lowered, bool)>,
    /// In order of declaration, with the rate of the customs value that is not exceeded.
    pub limits: Vec<(LimitId, Rate)>,
}

/// What a partial relief leaves.
#[derive(Clone, Debug)]
pub enum Lowered {
    To(Rate),
    /// A share of the charge.
    Share(Exact),
}

/// How a measure stands to a class of shipments.
#[derive(Clone, Debug)]
pub enum Verdict {
    /// Open, or decided by what no question states: each shipment is looked at by itself.
    Each,
    /// Nothing is owed.
    Nothing(Nothing),
    Charged(Box<Charge>),
}

/// Why nothing is owed.
#[derive(Clone, Debug)]
pub struct Nothing {
    /// The exemption that takes all.
    pub by: Option<ExemptionId>,
    /// Whether the measure would have charged: it is exempted, suspended or displaced.
    pub spared: bool,
    /// What an exemption took off, where that can be reckoned.
    pub without: Option<Box<Charge>>,
}

/// A verdict, and the questions on whose answers it rests, in the order in which they were asked.
#[derive(Clone, Debug)]
pub struct Sketched {
    pub asked: Vec<(Question, Answer)>,
    pub verdict: Verdict,
}

/// Where decisions are noted.
pub struct Sketch {
    /// The measure that is sketched.
    of: MeasureId,
    asked: RefCell<Vec<(Question, Answer)>>,
    charges: RefCell<Vec<(MeasureId, Charge)>>,
    /// Something was decided by what no question states.
    opaque: Cell<bool>,
}

impl Interpreter<'_> {
    /// How a measure stands to a shipment at a moment of entry and for a ten-digit code.
    pub fn sketch(&self, shipment: &Shipment, entered: Instant, point: u64, id: MeasureId) -> Sketched {
        let sketch = Sketch { of: id, asked: RefCell::default(), charges: RefCell::default(), opaque: Cell::new(false) };
        let balances = Balances::default();
        let result = {
            let mut case = Case::new(self, shipment, &balances, entered, point);
            case.sketch = Some(&sketch);
            let result = case.before_limits(id);
            if result.outcome == OutcomeWord::Applied {
                sketch.limits(&case, id);
            }
            result
        };
        let charge = sketch.charges.into_inner().into_iter().rev().find(|(m, _)| *m == id).map(|(_, c)| c);
        let verdict = match (result.outcome, charge) {
            _ if sketch.opaque.get() || result.is_open() => Verdict::Each,
            (OutcomeWord::Applied, Some(charge)) => Verdict::Charged(Box::new(charge)),
            (OutcomeWord::Applied, None) => Verdict::Each,
            (outcome, charge) => Verdict::Nothing(Nothing {
                by: result.by.iter().find_map(|by| if let By::Exemption(e) = by { Some(*e) } else { None }),
                spared: matches!(outcome, OutcomeWord::Exempted | OutcomeWord::Suspended | OutcomeWord::Displaced),
                without: charge.filter(|_| outcome == OutcomeWord::Exempted).map(Box::new),
            }),
        };
        Sketched { asked: sketch.asked.into_inner(), verdict }
    }

    /// The answer to a question, as an assessment of the shipment would find it.
    pub fn answer(&self, shipment: &Shipment, entered: Instant, point: u64, condition: &Cond) -> Answer {
        let balances = Balances::default();
        of_truth(&Case::new(self, shipment, &balances, entered, point).test(condition))
    }
}

fn of_truth(truth: &Truth) -> Answer {
    match truth {
        Truth::Yes => Answer::Yes,
        Truth::No => Answer::No,
        Truth::Unknown(_) => Answer::Unknown,
    }
}

impl Sketch {
    fn note(&self, question: Question, answer: Answer) {
        let mut asked = self.asked.borrow_mut();
        if !asked.iter().any(|(q, _)| *q == question) {
            asked.push((question, answer));
        }
    }

    pub fn holds(&self, condition: &Cond, test: impl FnOnce() -> Truth) -> Truth {
        if refers(condition) {
            self.obscure();
            return Truth::Unknown(Vec::new());
        }
        let truth = test();
        self.note(Question::Holds(condition.clone()), of_truth(&truth));
        truth
    }

    pub fn number(&self, fact: FactId, number: Option<Exact>) {
        self.note(Question::Number(fact), number.map_or(Answer::Unknown, Answer::Number));
    }

    pub fn is_lower(&self, case: &Case<'_>, id: MeasureId, measure: &Measure, one: &Rate, other: &Rate) -> Result<bool, Stuck> {
        let base = match case.base_clause(id, measure) {
            Prevailing::None => None,
            Prevailing::One(c) => Some(c.says),
            Prevailing::Open(missing) => return Err(Stuck::Missing(missing)),
            Prevailing::Conflict(clauses) => return Err(Stuck::Open(OutcomeWord::Conflict, Cause::Conflict(clauses))),
        };
        let of_facts = base.iter().flat_map(|b| &b.terms).all(|(_, t)| matches!(t, BaseTerm::Fact(_)));
        if !of_facts || !one.measures().is_empty() || !other.measures().is_empty() {
            self.obscure();
            return Ok(false);
        }
        let lower = case.comes_to_less(id, measure, one, other);
        let answer = match &lower {
            Ok(true) => Answer::Yes,
            Ok(false) => Answer::No,
            Err(_) => Answer::Unknown,
        };
        self.note(Question::IsLower(one.clone(), other.clone(), base), answer);
        lower
    }

    /// A measure whose rate is zero.
    pub fn free(&self, case: &Case<'_>, id: MeasureId, measure: &Measure, result: MeasureResult, rate: &Arc<Rate>) -> MeasureResult {
        let (base, base_is_open) = match case.base_clause(id, measure) {
            Prevailing::None => (None, false),
            Prevailing::One(c) => (Some(c.says), false),
            Prevailing::Open(_) | Prevailing::Conflict(_) => (None, true),
        };
        self.charge(id, Charge { rate: rate.clone(), base, base_is_open, needs_base: false, reliefs: Vec::new(), limits: Vec::new() }, result)
    }

    /// A measure that is exempted in full, and what it would have charged.
    pub fn relieved(&self, case: &Case<'_>, id: MeasureId, measure: &Measure, rate: &Arc<Rate>) -> Option<Exact> {
        let base = match case.aside(|| case.base_clause(id, measure)) {
            Prevailing::None => None,
            Prevailing::One(c) => Some(c.says),
            Prevailing::Open(_) | Prevailing::Conflict(_) => return None,
        };
        let charge = Charge { rate: rate.clone(), base, base_is_open: false, needs_base: true, reliefs: Vec::new(), limits: Vec::new() };
        self.charges.borrow_mut().push((id, charge));
        None
    }

    /// A measure that is charged, with the certain reliefs that are not simply full.
    pub fn charged(
        &self,
        case: &Case<'_>,
        result: MeasureResult,
        rate: &Arc<Rate>,
        (base, needs_base): (Option<Base>, bool),
        certain: &[Certain<'_>],
    ) -> MeasureResult {
        let mut reliefs = Vec::new();
        let id = result.measure;
        for relief in certain {
            match relief.quota.is_none().then(|| lowered(case, rate, relief.relief)).flatten() {
                Some((lowered, whole)) => {
                    // What others make of a measure that is relieved in full, or is not since nothing is owed, rests on the amount.
                    if whole && id != self.of {
                        self.obscure();
                    }
                    reliefs.push((relief.id, lowered, whole));
                }
                None => self.obscure(),
            }
        }
        self.charge(id, Charge { rate: rate.clone(), base, base_is_open: false, needs_base, reliefs, limits: Vec::new() }, result)
    }

    /// Something is decided by what no question states.
    pub fn obscure(&self) {
        self.opaque.set(true);
    }

    fn charge(&self, id: MeasureId, charge: Charge, mut result: MeasureResult) -> MeasureResult {
        self.charges.borrow_mut().push((id, charge));
        result.outcome = OutcomeWord::Applied;
        result
    }

    /// The limits that hold for a measure that is charged.
    fn limits(&self, case: &Case<'_>, id: MeasureId) {
        let mut limits = Vec::new();
        for (i, limit) in case.program().limits.iter().enumerate().filter(|(_, l)| l.of.contains(&id)) {
            match case.relief_holds(&limit.head, Named::Limit(LimitId(i))) {
                Truth::No => {}
                Truth::Yes => match case.resolved(&limit.at_most) {
                    Ok(rate) => limits.push((LimitId(i), rate)),
                    Err(_) => self.obscure(),
                },
                Truth::Unknown(_) => self.obscure(),
            }
        }
        if let Some((_, charge)) = self.charges.borrow_mut().iter_mut().rev().find(|(m, _)| *m == id) {
            charge.limits = limits;
        }
    }
}

/// What a relief leaves of a rate, and whether that is full relief; nothing where it cannot be said.
fn lowered(case: &Case<'_>, rate: &Rate, relief: &Relief) -> Option<(Lowered, bool)> {
    let left = |share: Exact| {
        let left = Exact::ONE.checked_sub(share)?.not_below_zero();
        Some((Lowered::Share(left), left.is_zero()))
    };
    match relief {
        Relief::Full => left(Exact::ONE),
        Relief::To(to) => case.resolved(to).ok().map(|to| (Lowered::To(to), false)),
        Relief::ByPoints(points) => case.lowered(rate, *points).ok().map(|rate| (rate.is_zero(), rate)).map(|(whole, rate)| (Lowered::To(rate), whole)),
        Relief::ByShare(share) => left(*share),
        Relief::ByInput(fact) => left(case.number(*fact)?),
    }
}

/// Whether a condition rests on what measures come to.
fn refers(condition: &Cond) -> bool {
    fn in_expression(expression: &Expr) -> bool {
        match &expression.kind {
            ExprKind::RateOf(_) => true,
            ExprKind::Sum(terms) => terms.iter().any(|(_, t)| in_expression(t)),
            ExprKind::Product(factors) => factors.iter().any(in_expression),
            _ => false,
        }
    }
    match &condition.kind {
        CondKind::Compare(left, _, right) => in_expression(left) || in_expression(right),
        CondKind::All(parts) | CondKind::Any(parts) => parts.iter().any(refers),
        CondKind::Not(inner) => refers(inner),
        _ => false,
    }
}
