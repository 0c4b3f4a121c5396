//! Shipments put through the plan, one after another, by one thread.

use super::from_program::Plan;
use super::given::{Fact, Given};
use super::leaf::{Leaf, Without};
use super::linear::Stop;
use super::profile::{Classes, OUT, Relation};
use super::question::{Answered, Asked};
use super::reckon::{Reckoning, Slot};
use super::sums::{ByMeasure, Share};
use crate::facts::Shipment;
use crate::outcome::{Question, Sketched, Totals, Verdict};
use crate::program::{ExemptionId, FactId, MeasureId};
use crate::syntax::ChargeKind;
use crate::value::Instant;
use rust_decimal::Decimal;

/// What has been learnt is forgotten when it fills so many places, so that memory does not grow with the number of shipments.
const MOST_NODES: usize = 1 << 20;

/// The leaf of what the interpreter must look at.
const EACH: u32 = 0;

/// The leaf of what owes nothing and is not relieved.
const NOTHING: u32 = 1;

/// Assesses shipments with what a plan says, and keeps what it learns from the interpreter.
pub struct Runner<'i> {
    plan: &'i Plan<'i>,
    classes: Classes,
    relations: Vec<Relation>,
    /// By relation and stretch of time: the first node.
    roots: Vec<Option<Next>>,
    nodes: Vec<Node>,
    leaves: Vec<Leaf>,
    slots: Vec<Slot>,
    /// The measures that have a part in the present shipment, with their leaves.
    reached: Vec<(u16, u32)>,
    shares: Vec<Share>,
}

/// A question, and what follows each answer that has been met.
#[derive(Debug)]
struct Node {
    question: Question,
    asked: Asked,
    branches: Vec<(Answered, Next)>,
}

/// What follows: a further question, or the leaf.
#[derive(Clone, Copy, Debug)]
enum Next {
    Node(u32),
    Leaf(u32),
}

/// Where a node hangs.
#[derive(Clone, Copy)]
enum Place {
    Root(u32),
    After(u32, Answered),
}

/// What a shipment comes to, in millionths of the book's currency.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Sums {
    pub duty: i64,
    pub tax: i64,
    pub fee: i64,
    pub total: i64,
}

impl<'i> Runner<'i> {
    pub fn new(plan: &'i Plan<'i>) -> Runner<'i> {
        let measures = plan.kinds.len();
        Runner {
            plan,
            classes: Classes::default(),
            relations: Vec::new(),
            roots: Vec::new(),
            nodes: Vec::new(),
            leaves: vec![Leaf::Each, Leaf::Nothing { by: None, without: Without::Unknown }],
            slots: vec![Slot::default(); measures],
            reached: Vec::new(),
            shares: Vec::new(),
        }
    }

    pub fn plan(&self) -> &'i Plan<'i> {
        self.plan
    }

    /// How many nodes and leaves have been learnt.
    pub fn size(&self) -> (usize, usize) {
        (self.nodes.len(), self.leaves.len())
    }

    /// What an assessed shipment comes to, exactly as [`crate::outcome::Interpreter::assess`] says it; nothing where the shipment is
    /// not assessed, draws on a quota, or is otherwise left to the interpreter.
    pub fn totals(&mut self, shipment: &Shipment) -> Option<Totals> {
        let given = Given::of(self.plan.interpreter.program, shipment)?;
        let sums = self.reckon(&given)?;
        let printed = |n: i64| {
            let mut n = Decimal::try_from_i128_with_scale(i128::from(n), 6).ok()?;
            n.rescale(u32::try_from(self.plan.places).ok()?);
            Some(n)
        };
        Some(Totals { duty: printed(sums.duty)?, tax: printed(sums.tax)?, fee: printed(sums.fee)?, total: printed(sums.total)? })
    }

    /// Reckons a shipment; nothing where the interpreter must look at it.
    pub fn reckon(&mut self, given: &Given<'_>) -> Option<Sums> {
        let plan = self.plan;
        let step = plan.step?;
        for (m, _) in &self.reached {
            if let Some(slot) = self.slots.get_mut(usize::from(*m)) {
                *slot = Slot::default();
            }
        }
        self.reached.clear();
        let (entered, stretch) = self.settled(given)?;
        if [self.nodes.len(), self.roots.len(), self.leaves.len(), self.classes.size()].iter().any(|size| *size > MOST_NODES) {
            self.forget();
        }
        let profile = self.classes.profile(plan, given.hs)?;
        let origin = self.classes.origin(plan, given.origin)?;
        self.seek(given, entered, stretch, profile, origin)?;
        for (m, leaf) in &self.reached {
            if let Some(Leaf::Charged(charged)) = self.leaves.get(*leaf as usize)
                && let Some(plain) = &charged.plain
                && let Some(amount) = plain.amount(given, plan.mode, step)
            {
                self.slots.get_mut(usize::from(*m))?.settle(amount);
            }
        }
        let mut reckoning = Reckoning::new(plan, &self.leaves, given, &mut self.slots, &self.reached, step);
        let mut sums = Sums::default();
        for (m, _) in &self.reached {
            let amount = reckoning.after_limits(MeasureId(usize::from(*m))).ok()?;
            let sum = match plan.kinds.get(usize::from(*m))? {
                ChargeKind::Measure | ChargeKind::Retaliation => &mut sums.duty,
                ChargeKind::Tax => &mut sums.tax,
                ChargeKind::Fee => &mut sums.fee,
            };
            *sum = sum.checked_add(amount)?;
        }
        sums.total = sums.duty.checked_add(sums.tax)?.checked_add(sums.fee)?;
        Some(sums)
    }

    /// The moment of entry and its stretch of time, where nothing changes while the bare dates of the shipment last.
    fn settled(&self, given: &Given<'_>) -> Option<(Instant, usize)> {
        let edition = &self.plan.interpreter.edition;
        for (i, fact) in given.facts.iter().enumerate() {
            let Fact::SomeTime(first, after) = fact else { continue };
            let days = if FactId(i) == FactId::ENTERED { Some(&self.plan.days) } else { self.plan.days_of.get(i)?.as_ref() };
            if days.is_none_or(|days| days.stretch(*first, *after).is_some()) {
                continue;
            }
            let cuts = if FactId(i) == FactId::ENTERED { Some(&edition.entry_cuts) } else { edition.other_cuts.get(&FactId(i)) };
            let next = cuts.and_then(|c| c.get(c.partition_point(|c| c <= first)));
            if next.is_some_and(|c| c < after) {
                return None;
            }
        }
        let entered = given.fact(FactId::ENTERED).moment()?;
        let stretch = self.plan.days.stretch(entered, Instant(entered.0.saturating_add(1)));
        Some((entered, stretch.unwrap_or_else(|| self.plan.cuts.partition_point(|c| *c <= entered))))
    }

    fn seek(&mut self, given: &Given<'_>, entered: Instant, stretch: usize, profile: u32, origin: usize) -> Option<()> {
        for place in self.classes.reached(profile)? {
            let (m, class) = self.classes.reached_at(place)?;
            let at = usize::from(m);
            let origin = self.classes.origin_class(origin, at)?;
            if origin == OUT {
                continue;
            }
            let relation = match self.classes.relation(at, class, origin) {
                Some(relation) => relation,
                None => self.relate(at, class, origin)?,
            };
            let relation = *self.relations.get(relation as usize)?;
            let root = relation.places.wrapping_add(u32::from(self.classes.stretch(relation, stretch)?));
            match self.leaf(at, root, given, entered, profile)? {
                EACH => return None,
                NOTHING => {}
                leaf => {
                    self.reached.push((m, leaf));
                    self.slots.get_mut(at)?.leaf = Some(leaf);
                }
            }
        }
        Some(())
    }

    fn relate(&mut self, measure: usize, goods: u32, origin: u16) -> Option<u32> {
        let (roots, relations) = (&mut self.roots, &mut self.relations);
        self.classes.relate(self.plan, measure, goods, origin, |count, stretches| {
            let places = u32::try_from(roots.len()).ok()?;
            roots.resize(roots.len().checked_add(count)?, None);
            relations.push(Relation { places, stretches });
            u32::try_from(relations.len()).ok()?.checked_sub(1)
        })
    }

    /// The leaf of a measure: by what is known, else the interpreter is asked.
    fn leaf(&mut self, measure: usize, root: u32, given: &Given<'_>, entered: Instant, profile: u32) -> Option<u32> {
        let Some(mut next) = *self.roots.get(root as usize)? else {
            return self.learn(measure, root, given, entered, profile);
        };
        loop {
            let node = match next {
                Next::Leaf(leaf) => return Some(leaf),
                Next::Node(at) => self.nodes.get(at as usize)?,
            };
            let answer = node.asked.answer(self.plan, given, entered, self.classes.point(profile)?)?;
            match node.branches.iter().find(|(a, _)| *a == answer) {
                Some((_, follows)) => next = *follows,
                None => return self.learn(measure, root, given, entered, profile),
            }
        }
    }

    fn learn(&mut self, measure: usize, root: u32, given: &Given<'_>, entered: Instant, profile: u32) -> Option<u32> {
        let shipment = given.shipment(self.plan.interpreter.program);
        let point = self.classes.point(profile)?;
        let Sketched { asked, verdict } = self.plan.interpreter.sketch(&shipment, entered, point, MeasureId(measure));
        let mut place = Place::Root(root);
        for (question, answer) in asked {
            let at = match self.at(place) {
                // Another question than was asked there before: the class is too wide for what was asked, and the interpreter looks.
                Some(Next::Node(at)) if self.nodes.get(at as usize)?.question != question => return None,
                Some(Next::Node(at)) => at,
                Some(Next::Leaf(leaf)) => return Some(leaf),
                // A question that cannot be put leaves all that follows to the interpreter.
                None => match Asked::new(self.plan, &question) {
                    Some(asked) => self.ask(place, question, asked)?,
                    None => return self.end(place, &Verdict::Each),
                },
            };
            place = Place::After(at, Answered::of(answer)?);
        }
        self.end(place, &verdict)
    }

    fn at(&self, place: Place) -> Option<Next> {
        match place {
            Place::Root(root) => *self.roots.get(root as usize)?,
            Place::After(node, answer) => self.nodes.get(node as usize)?.branches.iter().find(|(a, _)| *a == answer).map(|(_, n)| *n),
        }
    }

    fn ask(&mut self, place: Place, question: Question, asked: Asked) -> Option<u32> {
        let at = u32::try_from(self.nodes.len()).ok()?;
        self.nodes.push(Node { question, asked, branches: Vec::new() });
        self.hang(place, Next::Node(at))?;
        Some(at)
    }

    fn hang(&mut self, place: Place, next: Next) -> Option<()> {
        match place {
            Place::Root(root) => *self.roots.get_mut(root as usize)? = Some(next),
            Place::After(parent, answer) => self.nodes.get_mut(parent as usize)?.branches.push((answer, next)),
        }
        Some(())
    }

    fn end(&mut self, place: Place, verdict: &Verdict) -> Option<u32> {
        let spared = matches!(verdict, Verdict::Nothing(n) if n.spared);
        let leaf = match Leaf::new(self.plan, verdict) {
            Leaf::Each => EACH,
            Leaf::Nothing { .. } if !spared => NOTHING,
            other => {
                let at = u32::try_from(self.leaves.len()).ok()?;
                self.leaves.push(other);
                at
            }
        };
        self.hang(place, Next::Leaf(leaf))?;
        Some(leaf)
    }

    /// Adds the shipment last reckoned to sums by measure; nothing, and nothing added, where what was saved is the interpreter's to
    /// reckon.
    pub fn add_to(&mut self, by_measure: &mut ByMeasure, given: &Given<'_>) -> Option<()> {
        let step = self.plan.step?;
        let mut reckoning = Reckoning::new(self.plan, &self.leaves, given, &mut self.slots, &self.reached, step);
        self.shares.clear();
        for (m, leaf) in &self.reached {
            let id = MeasureId(usize::from(*m));
            let (amount, relieved, saved) = match self.leaves.get(*leaf as usize)? {
                Leaf::Each => return None,
                Leaf::Nothing { by, without } => {
                    let saved = match without {
                        Without::Unknown => None,
                        Without::Each => return None,
                        Without::Charged(without) => match reckoning.without_relief(without) {
                            Ok(saved) => Some(saved),
                            Err(Stop::Missing) => None,
                            Err(Stop::Exactly) => return None,
                        },
                    };
                    (0, by.is_some(), saved)
                }
                Leaf::Charged(_) => reckoning.owed(id)?,
            };
            self.shares.push(Share { measure: id, amount, relieved, saved });
        }
        let value = if let Fact::Number(n) = given.fact(FactId::VALUE) { Some(n) } else { None };
        by_measure.add(value, &self.shares);
        Some(())
    }

    fn forget(&mut self) {
        self.classes = Classes::default();
        self.relations.clear();
        self.roots.clear();
        self.nodes.clear();
        self.leaves.truncate(2);
    }

    /// What each measure that has a part in the shipment last reckoned comes to, in millionths, and the exemption that took something
    /// off; no amount where it took all, whatever it would have come to.
    pub(super) fn parts(&self) -> impl Iterator<Item = (MeasureId, Option<i64>, Option<ExemptionId>)> {
        self.reached.iter().filter_map(|(m, leaf)| {
            let id = MeasureId(usize::from(*m));
            match self.leaves.get(*leaf as usize)? {
                Leaf::Each => None,
                Leaf::Nothing { by, .. } => Some((id, None, *by)),
                Leaf::Charged(_) => {
                    let slot = self.slots.get(id.0)?;
                    let amount = slot.reckoned()?;
                    Some((id, (!slot.whole).then_some(amount), slot.relieved))
                }
            }
        })
    }
}
