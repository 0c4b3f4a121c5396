//! The rules of a book: what is charged, and what relieves, lowers, limits and ends it.

use super::facts::FactId;
use super::terms::{Base, Cond, Rate, Table};
use super::types::{EventId, InstrumentId, MeasureId, Named, QuotaId};
use crate::region::{GoodsSet, Origins};
use crate::source::Span;
use crate::syntax::ChargeKind;
use crate::value::{Currency, Duration, Exact, Instant};
use std::collections::BTreeSet;
use std::sync::{Arc, OnceLock};

/// The goods and origins that something is said of.
#[derive(Clone, Debug)]
pub struct Scope {
    pub goods: GoodsSet,
    pub origins: Origins,
}

/// From a moment (included) to another (excluded), and during an event.
#[derive(Clone, Debug, Default)]
pub struct Period {
    pub from: Option<Instant>,
    pub until: Option<Instant>,
    /// Said with `for`: moves with the start when it is postponed.
    pub lasting: Option<Duration>,
    pub during: Option<EventId>,
    pub span: Option<Span>,
}

/// A citation.
#[derive(Clone, Debug, PartialEq)]
pub struct Cite {
    pub instrument: InstrumentId,
    pub section: Option<String>,
    pub span: Span,
}

/// What a head says: it holds for the whole item.
#[derive(Clone, Debug, Default)]
pub struct Head {
    pub scope: Option<Scope>,
    pub condition: Option<Cond>,
    pub period: Period,
    pub cite: Option<Cite>,
    pub span: Span,
}

/// A dated state of affairs.
#[derive(Debug)]
pub struct Event {
    pub name: String,
    pub period: Period,
    pub cite: Option<Cite>,
    pub extensions: Vec<Extension>,
    pub span: Span,
}

#[derive(Clone, Debug)]
pub struct Extension {
    pub until: Instant,
    pub cite: Option<Cite>,
}

/// A measure, retaliation, tax or fee.
#[derive(Debug)]
pub struct Measure {
    pub kind: ChargeKind,
    pub name: String,
    pub title: String,
    pub goods: GoodsSet,
    pub origins: Origins,
    pub head: Head,
    /// What a retaliation answers: the used book's place among the uses, where it is of another, and the measures.
    pub against: Option<(Option<usize>, Vec<MeasureId>)>,
    pub clauses: Vec<Clause>,
    pub changes: Vec<Change>,
    /// Place in the order of declaration among all items.
    pub span: Span,
}

/// A dated clause of a measure.
#[derive(Debug)]
pub struct Clause {
    pub kind: ClauseKind,
    /// Narrower than the measure's own, where the clause or its `amend` says so.
    pub scopes: Vec<ScopePart>,
    pub conditions: Vec<Cond>,
    pub period: Period,
    pub label: Option<String>,
    /// The clauses of the same measure that this one sets aside, by number.
    pub prevails: Vec<usize>,
    pub cite: Option<Cite>,
    /// The citations of the item and of the `amend` that hold it: it is unknown while one of them is.
    pub holders: Vec<Cite>,
    pub span: Span,
    /// Filled on first need where nothing in the reach depends on the moment.
    pub area: OnceLock<crate::region::Area>,
}

/// What one modifier or head says of goods and of origins.
#[derive(Clone, Debug)]
pub struct ScopePart {
    pub goods: Option<GoodsSet>,
    pub origins: Option<Origins>,
}

#[derive(Debug)]
pub enum ClauseKind {
    Rate(Charge),
    Base(Base),
    /// The measures that displace this one.
    YieldsTo(Vec<MeasureId>),
    /// The measures that this one displaces: the same edge, said from the other side.
    InLieuOf(Vec<MeasureId>),
    /// A promise that these goods have a rate; its origins and period are those of the clause.
    Covers(GoodsSet),
}

/// What a rate clause says.
#[derive(Debug)]
pub enum Charge {
    Rate(Arc<Rate>),
    /// These goods are not subject to the measure.
    None,
    Table(Table),
}

/// A change of a clause's or an item's time by an `amend`.
#[derive(Clone, Debug)]
pub struct Change {
    pub target: ChangeTarget,
    pub kind: ChangeKind,
    pub cites: Vec<Cite>,
    pub span: Span,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ChangeTarget {
    /// The item's own period.
    Period,
    Clause(usize),
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ChangeKind {
    Postpone(Instant),
    End(Instant),
    Extend(Instant),
}

#[derive(Debug)]
pub struct Exemption {
    pub name: String,
    pub title: String,
    pub from: Vec<MeasureId>,
    pub relief: Relief,
    /// The quantity within which it relieves.
    pub quota: Option<QuotaId>,
    pub head: Head,
    pub changes: Vec<Change>,
    pub span: Span,
}

#[derive(Clone, Debug)]
pub enum Relief {
    Full,
    To(Arc<Rate>),
    /// Points as a fraction of one.
    ByPoints(Exact),
    ByShare(Exact),
    ByInput(FactId),
}

#[derive(Debug)]
pub struct Suspension {
    pub name: String,
    pub title: String,
    pub of: Vec<MeasureId>,
    /// Clauses to which it is confined, by measure and number.
    pub only: Option<BTreeSet<(MeasureId, usize)>>,
    /// Points as a fraction of one; nothing where all of the rate is suspended.
    pub by: Option<Exact>,
    pub head: Head,
    pub changes: Vec<Change>,
    pub span: Span,
}

/// A rate that falls by stages.
#[derive(Debug)]
pub struct Phaseout {
    pub name: String,
    pub title: String,
    pub of: Vec<MeasureId>,
    pub steps: Steps,
    pub starting_at: Option<Arc<Rate>>,
    /// The moment from which stages are counted, where it is not that from which they apply.
    pub counted_from: Option<Instant>,
    /// How the percentages of staged rates are rounded, as fractions of one.
    pub rounded_points: Option<StageRounding>,
    /// How their amounts are rounded, in the book's currency.
    pub rounded_money: Option<StageRounding>,
    /// Month and day on which the stages after the first begin; on anniversaries of the first where nothing is said.
    pub every: Option<(i8, i8)>,
    pub head: Head,
    pub changes: Vec<Change>,
    pub span: Span,
}

/// The step to which a staged rate is rounded.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct StageRounding {
    /// Down, or half up.
    pub down: bool,
    pub step: Exact,
}

impl StageRounding {
    /// The value rounded; nothing where it grows too large.
    pub fn round(&self, value: Exact) -> Option<Exact> {
        let half = if self.down { Exact::ZERO } else { Exact::fraction(1, 2)? };
        value.checked_div(self.step)?.checked_add(half)?.floor().checked_mul(self.step)
    }
}

#[derive(Clone, Debug)]
pub enum Steps {
    /// So many equal stages to a target.
    Equal { count: u32, to: Arc<Rate> },
    /// What is cut at each stage, as shares of the rate from which they are reckoned.
    Cutting(Vec<Exact>),
}

impl Steps {
    pub fn count(&self) -> u32 {
        match self {
            Steps::Equal { count, .. } => *count,
            Steps::Cutting(cuts) => u32::try_from(cuts.len()).unwrap_or(u32::MAX),
        }
    }
}

/// A ceiling over the sum of several duties, as a rate of the customs value.
#[derive(Debug)]
pub struct Limit {
    pub name: String,
    pub title: String,
    /// In the order written: what is taken off comes off the last first.
    pub of: Vec<MeasureId>,
    pub at_most: Arc<Rate>,
    pub head: Head,
    pub changes: Vec<Change>,
    pub span: Span,
}

/// A quantity that reliefs draw on.
#[derive(Debug)]
pub struct Quota {
    pub name: String,
    /// The column that holds the quantities, named after their unit.
    pub column: String,
    /// The fact that is drawn, and how many of its unit one of the column is: 1000 where kilograms are drawn from tonnes.
    pub fact: FactId,
    pub factor: Exact,
    pub per_importer: bool,
    /// The fact that states the balance in `why` and `test`.
    pub balance: FactId,
    /// As they are drawn: what ends first comes first, so that nothing lapses that could have been used.
    pub rows: Vec<QuotaRow>,
    pub cite: Option<Cite>,
    pub span: Span,
}

/// One approved quantity.
#[derive(Debug)]
pub struct QuotaRow {
    pub importer: Option<String>,
    /// With the tolerance, in the unit of the column.
    pub quantity: Exact,
    pub from: Option<Instant>,
    pub until: Option<Instant>,
    pub span: Span,
}

/// What one unit of another currency is worth in that of the book, for a time.
#[derive(Clone, Debug)]
pub struct ExchangeRate {
    pub currency: Currency,
    pub from: Option<Instant>,
    pub until: Option<Instant>,
    pub rate: Exact,
}

/// The end of other rules.
#[derive(Debug)]
pub struct Ending {
    pub name: String,
    pub title: String,
    pub void: bool,
    pub of: Vec<Named>,
    pub from: Option<Instant>,
    pub cite: Option<Cite>,
    pub span: Span,
}

#[derive(Debug)]
pub struct Waiver {
    pub code: String,
    /// The texts of the rule and of its amendments.
    pub within: Vec<Span>,
    pub name: String,
    pub because: String,
    pub until: Option<(Instant, String)>,
    pub span: Span,
}
