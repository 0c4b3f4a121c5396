//! The program: items by kind, referring to each other by number.

use crate::region::{GoodsSet, Origins};
use crate::source::Span;
use crate::syntax::{Bound, ChargeKind, Comparator, OutcomeWord, Sign};
use crate::value::{Clock, Country, Currency, Duration, Exact, GoodsCode, Instant, Rounding, Unit};
use indexmap::IndexMap;
use jiff::civil::Date;
use std::collections::{BTreeMap, BTreeSet};
use std::sync::{Arc, OnceLock};

macro_rules! ids {
    ($($(#[$doc:meta])* $name:ident),* $(,)?) => {
        $($(#[$doc])* #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)] pub struct $name(pub usize);)*
    };
}

ids! {
    /// A fact of a shipment, built in or declared.
    FactId,
    InstrumentId,
    EventId,
    MeasureId,
    ExemptionId,
    SuspensionId,
    /// A `repeal` or a `void`.
    EndingId,
}

/// A book, ready to be evaluated.
#[derive(Debug)]
pub struct Program {
    pub name: String,
    pub title: String,
    pub territory: Option<Country>,
    pub currency: Currency,
    pub clock: Clock,
    pub rounding: Rounding,
    /// How the records of bare dates are kept, where the policy says it: `true` for the start of the day.
    pub bare_dates_start: Option<bool>,
    /// The time the book speaks for; the end is excluded.
    pub speaks_from: Option<Instant>,
    pub speaks_until: Option<Instant>,
    pub nomenclature: Nomenclature,
    pub instruments: Vec<Instrument>,
    pub facts: Vec<Fact>,
    pub events: Vec<Event>,
    pub measures: Vec<Measure>,
    pub exemptions: Vec<Exemption>,
    pub suspensions: Vec<Suspension>,
    pub endings: Vec<Ending>,
    pub tests: Vec<Test>,
    pub waivers: Vec<Waiver>,
    /// Everything that has a name.
    pub names: IndexMap<String, Named>,
    pub groups: Vec<Vec<MeasureId>>,
    pub uses: Vec<(String, Arc<Program>)>,
}

/// What a name stands for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Named {
    Instrument(InstrumentId),
    Goods(usize),
    Countries(usize),
    Group(usize),
    Fact(FactId),
    Event(EventId),
    Measure(MeasureId),
    Exemption(ExemptionId),
    Suspension(SuspensionId),
    Ending(EndingId),
    /// Declared, and not yet run by this version.
    Later(&'static str),
    Book(usize),
}

impl Named {
    /// What kind of thing it is, with its article.
    pub fn kind(self) -> &'static str {
        match self {
            Named::Instrument(_) => "an instrument",
            Named::Goods(_) => "a set of goods",
            Named::Countries(_) => "a set of countries",
            Named::Group(_) => "a group",
            Named::Fact(_) => "a fact of the shipment",
            Named::Event(_) => "an event",
            Named::Measure(_) => "a measure",
            Named::Exemption(_) => "an exemption",
            Named::Suspension(_) => "a suspension",
            Named::Ending(_) => "a repeal or void",
            Named::Later(kind) => kind,
            Named::Book(_) => "a book",
        }
    }
}

/// The six-digit codes that exist.
#[derive(Clone, Debug)]
pub struct Nomenclature {
    /// All goods, where the book names no nomenclature.
    pub existing: GoodsSet,
    pub six_digits: Option<Arc<BTreeMap<u64, String>>>,
    pub path: String,
}

#[derive(Debug)]
pub struct Instrument {
    pub name: String,
    pub title: String,
    pub published: Option<Date>,
    pub expires: Option<Instant>,
    pub url: Option<String>,
    pub unofficial: bool,
    pub span: Span,
}

// ── Facts ──

#[derive(Debug)]
pub struct Fact {
    pub name: String,
    pub kind: FactKind,
    pub what: String,
    pub default: Option<Expr>,
    pub span: Option<Span>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum FactKind {
    Money,
    Rate,
    Number,
    Flag,
    Text,
    Country,
    Instant,
    Quantity(Unit),
    Claims,
}

impl FactKind {
    pub fn words(self) -> String {
        match self {
            FactKind::Money => "an amount of money".to_owned(),
            FactKind::Rate => "a rate".to_owned(),
            FactKind::Number => "a number".to_owned(),
            FactKind::Flag => "a flag".to_owned(),
            FactKind::Text => "a text".to_owned(),
            FactKind::Country => "a country".to_owned(),
            FactKind::Instant => "an instant".to_owned(),
            FactKind::Quantity(u) => format!("a quantity in {u}"),
            FactKind::Claims => "the claims".to_owned(),
        }
    }
}

impl FactId {
    pub const VALUE: FactId = FactId(0);
    pub const ENTERED: FactId = FactId(1);
    pub const LOADED: FactId = FactId(2);
    pub const EXPORTED: FactId = FactId(3);
    pub const IMPORTER: FactId = FactId(4);
    pub const CLAIMS: FactId = FactId(5);
    /// The first of the quantities, in the order of [`Unit::ALL`].
    pub const FIRST_UNIT: usize = 6;

    pub fn of_unit(unit: Unit) -> FactId {
        let at = Unit::ALL.iter().position(|u| *u == unit).unwrap_or(0);
        FactId(Self::FIRST_UNIT.saturating_add(at))
    }
}

// ── Scope and period ──

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

// ── Items ──

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

// ── Conditions ──

#[derive(Clone, Debug, PartialEq)]
pub struct Cond {
    pub kind: CondKind,
    pub span: Span,
}

#[derive(Clone, Debug, PartialEq)]
pub enum CondKind {
    All(Vec<Cond>),
    Any(Vec<Cond>),
    Not(Box<Cond>),
    /// The fact's moment is before the instant.
    Before(FactId, Instant),
    During(EventId),
    /// Of the book's own rules, or of a used book's (by its place among the uses).
    InForce(Option<usize>, Named),
    Claims(String),
    InFile(FactId, Arc<BTreeSet<String>>, String),
    Compare(Expr, Comparator, Expr),
    Flag(FactId),
}

/// A typed expression.
#[derive(Clone, Debug, PartialEq)]
pub struct Expr {
    pub kind: ExprKind,
    pub ty: Type,
    pub span: Span,
}

/// The types of values. Money carries its currency where it is known.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Type {
    Money(Option<Currency>),
    Rate,
    Points,
    Number,
    Flag,
    Text,
    Country,
    Instant,
    Quantity(Unit),
    /// Money for each unit.
    Specific(Option<Currency>, Unit),
    Claims,
}

impl Type {
    pub fn words(self) -> String {
        match self {
            Type::Money(Some(c)) => format!("an amount in {c}"),
            Type::Money(None) => "an amount of money".to_owned(),
            Type::Rate => "a rate".to_owned(),
            Type::Points => "a difference of rates".to_owned(),
            Type::Number => "a number".to_owned(),
            Type::Flag => "a flag".to_owned(),
            Type::Text => "a text".to_owned(),
            Type::Country => "a country".to_owned(),
            Type::Instant => "an instant".to_owned(),
            Type::Quantity(u) => format!("a quantity in {u}"),
            Type::Specific(_, u) => format!("an amount per {u}"),
            Type::Claims => "the claims".to_owned(),
        }
    }
}

#[derive(Clone, Debug, PartialEq)]
pub enum ExprKind {
    /// A number, money in its currency, a rate or points as fractions of one.
    Number(Exact),
    Text(String),
    Country(Country),
    Flag(bool),
    Instant(Instant),
    Fact(FactId),
    /// A share of a fact.
    Share(Exact, FactId),
    /// A fact divided by a quantity.
    Per(FactId, FactId),
    Sum(Vec<(Sign, Expr)>),
    Product(Vec<Expr>),
    RateOf(Vec<MeasureId>),
}

// ── Rates ──

/// Sums bounded from left to right. Equal rates say the same.
#[derive(Clone, Debug, PartialEq)]
pub struct Rate {
    pub first: Vec<(Sign, Term)>,
    pub bounds: Vec<(Bound, Vec<(Sign, Term)>)>,
}

#[derive(Clone, Debug, PartialEq)]
pub enum Term {
    /// A share of the base.
    Percent(Exact),
    /// Money for each so many of a unit.
    Specific { money: Exact, per: Exact, unit: Unit },
    /// Money a shipment.
    Money(Exact),
    /// A rate that the shipment states.
    Input(FactId),
    /// Money or a number times numbers and quantities.
    Product { constant: Exact, facts: Vec<FactId> },
    /// A share of a money fact.
    PercentOfFact(Exact, FactId),
    /// A share of what measures come to.
    PercentOfMeasures(Exact, Vec<MeasureId>),
    /// What measures come to, as a rate on the customs value.
    RateOf(Vec<MeasureId>),
    /// The top-up to a rate that includes what measures come to.
    Inclusive(Exact, Vec<MeasureId>),
}

#[derive(Clone, Debug, PartialEq)]
pub struct Base {
    pub terms: Vec<(Sign, BaseTerm)>,
}

#[derive(Clone, Debug, PartialEq)]
pub enum BaseTerm {
    Fact(FactId),
    /// All measures and retaliations.
    Duties,
    Amounts(Vec<MeasureId>),
}

/// The rates of a file: one clause, whose reach is the union of its rows.
#[derive(Debug)]
pub struct Table {
    pub path: String,
    pub rows: Vec<TableRow>,
    /// Rows by code: length and digits, nothing for rows without a code.
    pub by_code: std::collections::HashMap<(u8, u64), Vec<usize>>,
    pub dated: bool,
}

#[derive(Debug)]
pub struct TableRow {
    pub code: Option<GoodsCode>,
    pub origins: Option<Origins>,
    pub from: Option<Instant>,
    pub until: Option<Instant>,
    pub rate: RowRate,
    pub span: Span,
}

#[derive(Clone, Debug, PartialEq)]
pub enum RowRate {
    Rate(Arc<Rate>),
    /// These goods are not subject to the measure.
    None,
    /// It could not be read or reckoned with, and why.
    Unread(String),
}

// ── Tests ──

#[derive(Debug)]
pub struct Test {
    pub title: String,
    pub facts: StatedFacts,
    pub expectations: Vec<(Expectation, Span)>,
    pub span: Span,
}

/// Facts as they were stated, not yet checked against the book.
#[derive(Clone, Debug, Default)]
pub struct StatedFacts {
    pub hs: Option<String>,
    pub origin: Option<String>,
    /// Name and value, as written in a record.
    pub values: Vec<(String, String)>,
    pub known_at: Option<Date>,
}

#[derive(Clone, Debug)]
pub enum Expectation {
    Needs(String),
    /// A rate over the customs value.
    Rate(Target, Exact),
    Amount(Target, Exact),
    Relieved(MeasureId, Vec<String>),
    Displaced(MeasureId, Vec<String>),
    Outcome(MeasureId, OutcomeWord),
    Status(String),
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Target {
    Measure(MeasureId),
    Total,
    Duty,
    Tax,
    Fee,
}

// ── Access by number ──

impl Program {
    pub fn fact(&self, id: FactId) -> Option<&Fact> {
        self.facts.get(id.0)
    }

    pub fn fact_name(&self, id: FactId) -> &str {
        self.facts.get(id.0).map_or("?", |f| f.name.as_str())
    }

    pub fn find_fact(&self, name: &str) -> Option<FactId> {
        self.facts.iter().position(|f| f.name == name).map(FactId)
    }

    pub fn measure(&self, id: MeasureId) -> Option<&Measure> {
        self.measures.get(id.0)
    }

    pub fn measure_name(&self, id: MeasureId) -> &str {
        self.measures.get(id.0).map_or("?", |m| m.name.as_str())
    }

    pub fn find_measure(&self, name: &str) -> Option<MeasureId> {
        match self.names.get(name) {
            Some(Named::Measure(id)) => Some(*id),
            _ => None,
        }
    }

    pub fn instrument(&self, id: InstrumentId) -> Option<&Instrument> {
        self.instruments.get(id.0)
    }

    /// Where a named thing is declared.
    pub fn span_of(&self, named: Named) -> Option<Span> {
        match named {
            Named::Instrument(i) => self.instruments.get(i.0).map(|x| x.span),
            Named::Fact(i) => self.facts.get(i.0).and_then(|x| x.span),
            Named::Event(i) => self.events.get(i.0).map(|x| x.span),
            Named::Measure(i) => self.measures.get(i.0).map(|x| x.span),
            Named::Exemption(i) => self.exemptions.get(i.0).map(|x| x.span),
            Named::Suspension(i) => self.suspensions.get(i.0).map(|x| x.span),
            Named::Ending(i) => self.endings.get(i.0).map(|x| x.span),
            _ => None,
        }
    }

    /// A moment, on the book's clock.
    pub fn show(&self, instant: Instant) -> String {
        self.clock.show(instant)
    }

    /// Whether a published day is known at a knowledge date.
    pub fn knows(&self, cite: &Cite, known_at: Option<Date>) -> bool {
        let published = self.instrument(cite.instrument).and_then(|i| i.published);
        match (published, known_at) {
            (Some(p), Some(k)) => p <= k,
            _ => true,
        }
    }
}
