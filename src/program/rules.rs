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
    /// The goods.
    pub goods: GoodsSet,
    /// The origins.
    pub origins: Origins,
}

/// From a moment (included) to another (excluded), and during an event.
#[derive(Clone, Debug, Default)]
pub struct Period {
    /// The first moment; nothing where it has always run.
    pub from: Option<Instant>,
    /// The moment at which it has ended; nothing where no end is said.
    pub until: Option<Instant>,
    /// Said with `for`: moves with the start that it was said of when that is postponed.
    pub lasting: Option<Duration>,
    /// The end that stands though the start be postponed: an `until`, or the end of what the period lies within.
    pub bound: Option<Instant>,
    /// The event whose time it is cut with.
    pub during: Option<EventId>,
    /// Where it is written, where it is.
    pub span: Option<Span>,
}

/// A citation.
#[derive(Clone, Debug, PartialEq)]
pub struct Cite {
    /// The act.
    pub instrument: InstrumentId,
    /// The place within the act.
    pub section: Option<String>,
    /// Where it is written.
    pub span: Span,
}

/// What a head says: it holds for the whole item.
#[derive(Clone, Debug, Default)]
pub struct Head {
    /// Goods and origins; nothing where it says neither.
    pub scope: Option<Scope>,
    /// What must hold of the shipment.
    pub condition: Option<Cond>,
    /// When it runs.
    pub period: Period,
    /// The source of all that cites none of its own.
    pub cite: Option<Cite>,
    /// Where it is written.
    pub span: Span,
}

/// A dated state of affairs.
#[derive(Debug)]
pub struct Event {
    /// Its name in the book.
    pub name: String,
    /// When it runs, as first said.
    pub period: Period,
    /// Its source.
    pub cite: Option<Cite>,
    /// Later ends, in order of declaration.
    pub extensions: Vec<Extension>,
    /// Where it is written.
    pub span: Span,
}

/// A later end of an event, known when its act is.
#[derive(Clone, Debug)]
pub struct Extension {
    /// The moment at which it then ends, excluded.
    pub until: Instant,
    /// Its source.
    pub cite: Option<Cite>,
}

/// A measure, retaliation, tax or fee.
#[derive(Debug)]
pub struct Measure {
    /// What it is called in law.
    pub kind: ChargeKind,
    /// Its name in the book.
    pub name: String,
    /// Its title in the author's words; empty where there is none.
    pub title: String,
    /// The goods that it reaches.
    pub goods: GoodsSet,
    /// The origins that it reaches.
    pub origins: Origins,
    /// What holds for the whole item.
    pub head: Head,
    /// What a retaliation answers: the used book's place among the uses, where it is of another, and the measures.
    pub against: Option<(Option<usize>, Vec<MeasureId>)>,
    /// Its clauses, those of amendments after its own.
    pub clauses: Vec<Clause>,
    /// What amendments change of the time of its clauses.
    pub changes: Vec<Change>,
    /// Place in the order of declaration among all items.
    pub span: Span,
}

/// A dated clause of a measure.
#[derive(Debug)]
pub struct Clause {
    /// What it says.
    pub kind: ClauseKind,
    /// Narrower than the measure's own, where the clause or its `amend` says so.
    pub scopes: Vec<ScopePart>,
    /// What must hold of the shipment, besides the head's condition.
    pub conditions: Vec<Cond>,
    /// When it runs.
    pub period: Period,
    /// What amendments call it by.
    pub label: Option<String>,
    /// The clauses of the same measure that this one sets aside, by number.
    pub prevails: Vec<usize>,
    /// Its own source; nothing where it has that of its item.
    pub cite: Option<Cite>,
    /// The citations of the item and of the `amend` that hold it: it is unknown while one of them is.
    pub holders: Vec<Cite>,
    /// Where it is written.
    pub span: Span,
    /// Filled on first need where nothing in the reach depends on the moment.
    pub area: OnceLock<crate::region::Area>,
}

/// What one modifier or head says of goods and of origins.
#[derive(Clone, Debug)]
pub struct ScopePart {
    /// The goods, where it names any.
    pub goods: Option<GoodsSet>,
    /// The origins, where it names any.
    pub origins: Option<Origins>,
}

/// What a clause says.
#[derive(Debug)]
pub enum ClauseKind {
    /// What is charged.
    Rate(Charge),
    /// What percentages are taken of.
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
    /// A rate.
    Rate(Arc<Rate>),
    /// These goods are not subject to the measure.
    None,
    /// The rates of a file.
    Table(Table),
}

/// A change of a clause's or an item's time by an `amend`.
#[derive(Clone, Debug)]
pub struct Change {
    /// Whose time is changed.
    pub target: ChangeTarget,
    /// How.
    pub kind: ChangeKind,
    /// Its sources: it is unknown while one of them is.
    pub cites: Vec<Cite>,
    /// Where it is written.
    pub span: Span,
}

/// Whose time an amendment changes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ChangeTarget {
    /// The item's own period.
    Period,
    /// A clause, by number.
    Clause(usize),
}

/// How an amendment changes a time.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ChangeKind {
    /// A later start; a length of time moves with it, an end does not.
    Postpone(Instant),
    /// An end where there was none, or an earlier one.
    End(Instant),
    /// A later end.
    Extend(Instant),
}

/// Relief from measures.
#[derive(Debug)]
pub struct Exemption {
    /// Its name in the book.
    pub name: String,
    /// Its title in the author's words; empty where there is none.
    pub title: String,
    /// The measures that it relieves from.
    pub from: Vec<MeasureId>,
    /// How much it relieves.
    pub relief: Relief,
    /// The quantity within which it relieves.
    pub quota: Option<QuotaId>,
    /// What holds for the whole item.
    pub head: Head,
    /// What amendments change of its time.
    pub changes: Vec<Change>,
    /// Where it is written.
    pub span: Span,
}

/// How much an exemption relieves.
#[derive(Clone, Debug)]
pub enum Relief {
    /// All of it.
    Full,
    /// Down to a rate.
    To(Arc<Rate>),
    /// Points as a fraction of one.
    ByPoints(Exact),
    /// By a share of the duty, as a fraction of one.
    ByShare(Exact),
    /// By a share of the duty that the shipment states.
    ByInput(FactId),
}

/// Measures put out of action for a time, wholly or by points.
#[derive(Debug)]
pub struct Suspension {
    /// Its name in the book.
    pub name: String,
    /// Its title in the author's words; empty where there is none.
    pub title: String,
    /// The measures that it suspends.
    pub of: Vec<MeasureId>,
    /// Clauses to which it is confined, by measure and number.
    pub only: Option<BTreeSet<(MeasureId, usize)>>,
    /// Points as a fraction of one; nothing where all of the rate is suspended.
    pub by: Option<Exact>,
    /// What holds for the whole item.
    pub head: Head,
    /// What amendments change of its time.
    pub changes: Vec<Change>,
    /// Where it is written.
    pub span: Span,
}

/// A rate that falls by stages.
#[derive(Debug)]
pub struct Phaseout {
    /// Its name in the book.
    pub name: String,
    /// Its title in the author's words; empty where there is none.
    pub title: String,
    /// The measures whose rate falls.
    pub of: Vec<MeasureId>,
    /// How it falls.
    pub steps: Steps,
    /// The rate from which stages are reckoned, where it is stated.
    pub starting_at: Option<Arc<Rate>>,
    /// The moment from which stages are counted, where it is not that from which they apply.
    pub counted_from: Option<Instant>,
    /// How the percentages of staged rates are rounded, as fractions of one.
    pub rounded_points: Option<StageRounding>,
    /// How their amounts are rounded, in the book's currency.
    pub rounded_money: Option<StageRounding>,
    /// Month and day on which the stages after the first begin; on anniversaries of the first where nothing is said.
    pub every: Option<(i8, i8)>,
    /// What holds for the whole item.
    pub head: Head,
    /// What amendments change of its time.
    pub changes: Vec<Change>,
    /// Where it is written.
    pub span: Span,
}

/// The step to which a staged rate is rounded.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct StageRounding {
    /// Down, or half up.
    pub down: bool,
    /// A fraction of one for percentages, an amount in the book's currency for money.
    pub step: Exact,
}

impl StageRounding {
    /// The value rounded; nothing where it grows too large.
    pub fn round(&self, value: Exact) -> Option<Exact> {
        let half = if self.down { Exact::ZERO } else { Exact::fraction(1, 2)? };
        value.checked_div(self.step)?.checked_add(half)?.floor().checked_mul(self.step)
    }
}

/// The stages of a phase-out.
#[derive(Clone, Debug)]
pub enum Steps {
    /// So many equal stages to a target.
    Equal {
        /// How many.
        count: u32,
        /// The rate of the last.
        to: Arc<Rate>,
    },
    /// What is cut at each stage, as shares of the rate from which they are reckoned.
    Cutting(Vec<Exact>),
}

impl Steps {
    /// How many stages there are.
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
    /// Its name in the book.
    pub name: String,
    /// Its title in the author's words; empty where there is none.
    pub title: String,
    /// In the order written: what is taken off comes off the last first.
    pub of: Vec<MeasureId>,
    /// The ceiling, as a rate on the customs value.
    pub at_most: Arc<Rate>,
    /// What holds for the whole item.
    pub head: Head,
    /// What amendments change of its time.
    pub changes: Vec<Change>,
    /// Where it is written.
    pub span: Span,
}

/// A quantity that reliefs draw on.
#[derive(Debug)]
pub struct Quota {
    /// Its name in the book.
    pub name: String,
    /// The column that holds the quantities, named after their unit.
    pub column: String,
    /// The fact that is drawn, and how many of its unit one of the column is: 1000 where kilograms are drawn from tonnes.
    pub fact: FactId,
    /// How many of the fact's unit one of the column is.
    pub factor: Exact,
    /// Whether each importer has a quantity of its own.
    pub per_importer: bool,
    /// The fact that states the balance in `why` and `test`.
    pub balance: FactId,
    /// As they are drawn: what ends first comes first, so that nothing lapses that could have been used.
    pub rows: Vec<QuotaRow>,
    /// Its source.
    pub cite: Option<Cite>,
    /// Where it is written.
    pub span: Span,
}

/// One approved quantity.
#[derive(Debug)]
pub struct QuotaRow {
    /// Whose it is; nothing where it is everybody's.
    pub importer: Option<String>,
    /// With the tolerance, in the unit of the column.
    pub quantity: Exact,
    /// From when it can be drawn, included.
    pub from: Option<Instant>,
    /// Until when, excluded.
    pub until: Option<Instant>,
    /// Where it is written.
    pub span: Span,
}

/// What one unit of another currency is worth in that of the book, for a time.
#[derive(Clone, Debug)]
pub struct ExchangeRate {
    /// The other currency.
    pub currency: Currency,
    /// From when it holds, included.
    pub from: Option<Instant>,
    /// Until when, excluded.
    pub until: Option<Instant>,
    /// Units of the book's currency for one of the other.
    pub rate: Exact,
}

/// The end of other rules.
#[derive(Debug)]
pub struct Ending {
    /// Its name in the book.
    pub name: String,
    /// Its title in the author's words; empty where there is none.
    pub title: String,
    /// From the beginning; otherwise for later moments only.
    pub void: bool,
    /// What it ends.
    pub of: Vec<Named>,
    /// From when, where it is a repeal.
    pub from: Option<Instant>,
    /// Its source.
    pub cite: Option<Cite>,
    /// Where it is written.
    pub span: Span,
}

/// A finding that is accepted.
#[derive(Debug)]
pub struct Waiver {
    /// The code of the finding.
    pub code: String,
    /// The texts of the rule and of its amendments.
    pub within: Vec<Span>,
    /// The rule in which it is accepted, as written.
    pub name: String,
    /// The reason.
    pub because: String,
    /// The day from which it counts again, as an instant and as written.
    pub until: Option<(Instant, String)>,
    /// Where it is written.
    pub span: Span,
}
