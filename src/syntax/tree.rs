//! The syntax tree: what an author wrote, with the place of each piece, and nothing yet of what it means.
//!
//! Literals keep the author's spelling, so that the formatter changes layout and never a number.

use crate::source::Span;
use crate::value::{Duration, Exact, GoodsCode, Unit};
use jiff::civil::Date;
use rust_decimal::Decimal;

/// One file, item by item. Comments are kept aside, in order of place.
#[derive(Clone, Debug, Default)]
pub struct Syntax {
    pub items: Vec<Item>,
    pub comments: Vec<Comment>,
    pub span: Span,
}

/// A comment, from its `#` to the end of its line.
#[derive(Clone, Debug)]
pub struct Comment {
    pub text: String,
    pub span: Span,
    /// Whether something of the policy stands before it on its line.
    pub trailing: bool,
}

#[derive(Clone, Debug)]
pub struct Item {
    pub kind: ItemKind,
    pub span: Span,
}

#[derive(Clone, Debug)]
pub enum ItemKind {
    Policy(Policy),
    Use(Use),
    Instrument(Instrument),
    Goods(GoodsSet),
    Countries(CountrySetItem),
    Group(Group),
    Input(Input),
    Event(Event),
    Extension(Extension),
    Charge(Charge),
    Amend(Amend),
    Exemption(Exemption),
    Suspension(Suspension),
    Phaseout(Phaseout),
    Limit(Limit),
    Quota(Quota),
    Ending(Ending),
    Scenario(Scenario),
    Assert(Assert),
    Test(Test),
    TestTable(Text),
    Waiver(Waiver),
    /// Text that could not be read; its problem has been reported.
    Broken,
}

/// A name, or `book.name`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Name {
    pub text: String,
    pub span: Span,
}

/// Text without its quotation marks.
#[derive(Clone, Debug)]
pub struct Text {
    pub text: String,
    pub span: Span,
}

#[derive(Clone, Debug)]
pub struct Number {
    pub text: String,
    pub value: Decimal,
    pub span: Span,
}

/// A rate as a fraction of one.
#[derive(Clone, Debug)]
pub struct Percent {
    pub text: String,
    pub value: Exact,
    pub span: Span,
}

/// A difference of rates, in points: `24 points`.
#[derive(Clone, Debug)]
pub struct Points {
    pub number: Number,
    pub span: Span,
}

#[derive(Clone, Debug)]
pub struct Money {
    /// The three letters as written; whether they are a currency is settled later.
    pub currency: Name,
    pub number: Number,
    pub span: Span,
}

#[derive(Clone, Debug)]
pub struct Specific {
    pub money: Money,
    pub per: Option<Number>,
    pub unit: Unit,
    pub span: Span,
}

/// A moment on the book's clock, as written.
#[derive(Clone, Debug)]
pub struct Moment {
    pub date: Date,
    /// Hour, minute, second; hour 24 is the end of the day.
    pub time: Option<(i8, i8, i8)>,
    /// Whether seconds were written.
    pub seconds: bool,
    pub span: Span,
}

#[derive(Clone, Debug)]
pub struct Lasting {
    pub duration: Duration,
    pub span: Span,
}

/// Month and day of every year.
#[derive(Clone, Debug)]
pub struct MonthDay {
    pub month: i8,
    pub day: i8,
    pub span: Span,
}

#[derive(Clone, Debug)]
pub struct Code {
    /// With or without points, as written.
    pub text: String,
    pub code: GoodsCode,
    pub span: Span,
}

/// `list "file.csv" column hs8`.
#[derive(Clone, Debug)]
pub struct FileRef {
    pub path: Text,
    pub column: Option<Name>,
    pub span: Span,
}

// ── Scope ──

#[derive(Clone, Debug)]
pub struct Goods {
    pub included: Vec<OneGoods>,
    pub excepted: Vec<OneGoods>,
    pub span: Span,
}

#[derive(Clone, Debug)]
pub enum OneGoods {
    All(Span),
    Chapter(Code),
    Code(Code),
    Range(Code, Code),
    List(FileRef),
    Named(Name),
}

#[derive(Clone, Debug)]
pub struct Countries {
    pub included: Vec<OneCountry>,
    pub excepted: Vec<OneCountry>,
    pub span: Span,
}

#[derive(Clone, Debug)]
pub struct OneCountry {
    /// A two-letter code or the name of a set.
    pub name: Name,
    pub from: Option<Moment>,
    pub until: Option<Moment>,
    pub through: Option<Moment>,
}

#[derive(Clone, Debug)]
pub enum Origins {
    Of(Countries),
    /// `of any origin`, with what is excepted.
    Any {
        excepted: Vec<OneCountry>,
        span: Span,
    },
}

impl Origins {
    pub fn span(&self) -> Span {
        match self {
            Origins::Of(c) => c.span,
            Origins::Any { span, .. } => *span,
        }
    }
}

// ── What holds for an item or for one of its body clauses ──

/// Scope, condition, period, label and citation, each at most once.
#[derive(Clone, Debug, Default)]
pub struct Modifiers {
    pub on: Option<Goods>,
    pub of: Option<Origins>,
    pub when: Option<When>,
    pub period: Period,
    pub label: Option<Name>,
    pub prevails: Vec<Name>,
    pub cites: Option<Cites>,
}

#[derive(Clone, Debug)]
pub struct When {
    /// Said with `unless`.
    pub negated: bool,
    pub condition: Condition,
    pub span: Span,
}

#[derive(Clone, Debug, Default)]
pub struct Period {
    pub from: Option<Moment>,
    pub until: Option<Moment>,
    pub through: Option<Moment>,
    pub lasting: Option<Lasting>,
    pub during: Option<Name>,
}

impl Period {
    pub fn is_empty(&self) -> bool {
        self.from.is_none() && self.until.is_none() && self.through.is_none() && self.lasting.is_none() && self.during.is_none()
    }
}

#[derive(Clone, Debug)]
pub struct Cites {
    pub instrument: Name,
    pub section: Option<Text>,
    pub quotation: Option<Text>,
    pub span: Span,
}

// ── Conditions ──

#[derive(Clone, Debug)]
pub enum Condition {
    Any(Vec<Condition>, Span),
    All(Vec<Condition>, Span),
    Not(Box<Condition>, Span),
    Moment { fact: Name, bound: MomentBound, at: Moment, span: Span },
    During(Name, Span),
    Claims(Text, Span),
    InForce(Name, Span),
    InFile { fact: Name, file: FileRef, span: Span },
    Compare(Box<Comparison>),
    Flag(Name),
}

impl Condition {
    pub fn span(&self) -> Span {
        match self {
            Condition::Any(_, s)
            | Condition::All(_, s)
            | Condition::Not(_, s)
            | Condition::During(_, s)
            | Condition::Claims(_, s)
            | Condition::InForce(_, s)
            | Condition::Moment { span: s, .. }
            | Condition::InFile { span: s, .. } => *s,
            Condition::Compare(c) => c.span,
            Condition::Flag(n) => n.span,
        }
    }
}

/// Two values compared.
#[derive(Clone, Debug)]
pub struct Comparison {
    pub left: Expression,
    pub comparator: Comparator,
    pub right: Expression,
    pub span: Span,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum MomentBound {
    Before,
    From,
    Through,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Comparator {
    Equal,
    Unequal,
    Less,
    LessOrEqual,
    Greater,
    GreaterOrEqual,
}

impl Comparator {
    pub fn mark(self) -> &'static str {
        match self {
            Comparator::Equal => "=",
            Comparator::Unequal => "!=",
            Comparator::Less => "<",
            Comparator::LessOrEqual => "<=",
            Comparator::Greater => ">",
            Comparator::GreaterOrEqual => ">=",
        }
    }
}

#[derive(Clone, Debug)]
pub enum Expression {
    /// First term (its sign is plus) and further terms with their signs.
    Sum(Vec<(Sign, Expression)>, Span),
    Product(Vec<Expression>, Span),
    Percent(Percent),
    Points(Points),
    Money(Money),
    Specific(Specific),
    Number(Number),
    Moment(Moment),
    Text(Text),
    Country(Name),
    Flag(bool, Span),
    Named(Name),
    PercentOf(Percent, Name, Span),
    PerUnit(Name, Unit, Span),
    RateOf(Name, Span),
}

impl Expression {
    pub fn span(&self) -> Span {
        match self {
            Expression::Sum(_, s)
            | Expression::Product(_, s)
            | Expression::Flag(_, s)
            | Expression::PercentOf(_, _, s)
            | Expression::PerUnit(_, _, s)
            | Expression::RateOf(_, s) => *s,
            Expression::Percent(p) => p.span,
            Expression::Points(p) => p.span,
            Expression::Money(m) => m.span,
            Expression::Specific(s) => s.span,
            Expression::Number(n) => n.span,
            Expression::Moment(m) => m.span,
            Expression::Text(t) => t.span,
            Expression::Country(n) | Expression::Named(n) => n.span,
        }
    }
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Sign {
    Plus,
    Minus,
}

// ── Rates and bases ──

/// Sums bounded from left to right: `9.1% at most 1% + GBP 0.90 per 100 kg`.
#[derive(Clone, Debug)]
pub struct Rate {
    pub first: RateSum,
    pub bounds: Vec<(Bound, RateSum)>,
    pub span: Span,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Bound {
    AtLeast,
    AtMost,
}

#[derive(Clone, Debug)]
pub struct RateSum {
    pub terms: Vec<(Sign, RateTerm)>,
    pub span: Span,
}

#[derive(Clone, Debug)]
pub enum RateTerm {
    Free(Span),
    None(Span),
    Table(Text),
    Matching {
        measure: Name,
        origin: Name,
        after: Option<Lasting>,
        span: Span,
    },
    Inclusive(Percent, Vec<Name>, Span),
    PercentOf(Percent, Name, Span),
    Percent(Percent),
    RateOf(Name, Span),
    Specific(Specific),
    /// Money, numbers and facts, multiplied; one factor alone is itself.
    Product(Vec<Factor>, Span),
}

#[derive(Clone, Debug)]
pub enum Factor {
    Money(Money),
    Number(Number),
    Named(Name),
}

#[derive(Clone, Debug)]
pub struct Base {
    /// The first part (its sign is plus) and what is added (`plus`) or taken away (`less`).
    pub terms: Vec<(Sign, BaseTerm)>,
    pub grossed_up: bool,
    pub span: Span,
}

#[derive(Clone, Debug)]
pub enum BaseTerm {
    Named(Name),
    BaseOf(Name, Span),
}

// ── Items ──

#[derive(Clone, Debug)]
pub struct Policy {
    pub name: Name,
    pub title: Option<Text>,
    pub clauses: Vec<PolicyClause>,
}

#[derive(Clone, Debug)]
pub enum PolicyClause {
    ImportsInto(Name, Span),
    Currency(Name, Span),
    Clock(Name, Span),
    Nomenclature(Text, Span),
    Rounding { mode: crate::value::RoundingMode, step: Number, when: Option<RoundingTime>, span: Span },
    BareDates { start: bool, span: Span },
    Exchange(Text, Span),
    Time { from: Moment, through: Option<Moment>, span: Span },
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum RoundingTime {
    EachAmount,
    AtTheEnd,
}

#[derive(Clone, Debug)]
pub struct Use {
    pub name: Name,
    pub path: Text,
}

#[derive(Clone, Debug)]
pub struct Instrument {
    pub name: Name,
    pub title: Option<Text>,
    pub clauses: Vec<InstrumentClause>,
}

#[derive(Clone, Debug)]
pub enum InstrumentClause {
    Published(Moment, Span),
    Expires(Moment, Span),
    Url(Text, Span),
    Unofficial(Span),
    Quotation(Text, Span),
}

#[derive(Clone, Debug)]
pub struct GoodsSet {
    pub name: Name,
    pub goods: Goods,
}

#[derive(Clone, Debug)]
pub struct CountrySetItem {
    pub name: Name,
    pub countries: Countries,
}

#[derive(Clone, Debug)]
pub struct Group {
    pub name: Name,
    pub members: Vec<Name>,
}

#[derive(Clone, Debug)]
pub struct Input {
    pub name: Name,
    pub kind: InputKind,
    pub kind_span: Span,
    pub what: Option<Text>,
    pub default: Option<Expression>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum InputKind {
    Money,
    Rate,
    Number,
    Flag,
    Text,
    Country,
    Instant,
    Quantity(Unit),
}

#[derive(Clone, Debug)]
pub struct Event {
    pub name: Name,
    pub title: Option<Text>,
    pub head: Modifiers,
}

/// `extend NAME until T`.
#[derive(Clone, Debug)]
pub struct Extension {
    pub event: Name,
    pub until: Moment,
    pub cites: Option<Cites>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum ChargeKind {
    Measure,
    Retaliation,
    Tax,
    Fee,
}

impl ChargeKind {
    pub fn word(self) -> &'static str {
        match self {
            ChargeKind::Measure => "measure",
            ChargeKind::Retaliation => "retaliation",
            ChargeKind::Tax => "tax",
            ChargeKind::Fee => "fee",
        }
    }
}

#[derive(Clone, Debug)]
pub struct Charge {
    pub kind: ChargeKind,
    pub name: Name,
    pub title: Option<Text>,
    pub against: Option<Name>,
    pub head: Modifiers,
    pub body: Vec<BodyClause>,
}

#[derive(Clone, Debug)]
pub struct Amend {
    pub target: Name,
    pub head: Modifiers,
    pub body: Vec<BodyClause>,
}

/// A clause of a body, with what belongs to it alone.
#[derive(Clone, Debug)]
pub struct BodyClause {
    pub kind: BodyKind,
    pub modifiers: Modifiers,
    /// The clause with its modifiers.
    pub span: Span,
}

#[derive(Clone, Debug)]
pub enum BodyKind {
    Rate(Rate),
    Base(Base),
    YieldsTo(Vec<Name>),
    InLieuOf(Vec<Name>),
    /// `covers GOODS`: the goods; origins and period are its modifiers.
    Covers(Goods),
    Postpone {
        label: Name,
        to: Moment,
    },
    End {
        label: Name,
        at: Moment,
    },
    Extend {
        label: Name,
        until: Moment,
    },
}

#[derive(Clone, Debug)]
pub struct Exemption {
    pub name: Name,
    pub title: Option<Text>,
    pub from: Vec<Name>,
    pub relief: Option<Relief>,
    pub quota: Option<Name>,
    pub head: Modifiers,
}

#[derive(Clone, Debug)]
pub enum Relief {
    To(Rate, Span),
    ByPoints(Points, Span),
    ByShare(Percent, Span),
    ByInput(Name, Span),
}

#[derive(Clone, Debug)]
pub struct Suspension {
    pub name: Name,
    pub title: Option<Text>,
    pub of: Vec<Name>,
    pub only: Vec<Name>,
    pub by: Option<Points>,
    pub head: Modifiers,
}

#[derive(Clone, Debug)]
pub struct Phaseout {
    pub name: Name,
    pub title: Option<Text>,
    pub of: Vec<Name>,
    pub steps: Option<Steps>,
    pub starting_at: Option<Rate>,
    pub counted_from: Option<Moment>,
    /// At most one for percentages, then at most one for amounts.
    pub rounded: Vec<Rounded>,
    pub head: Modifiers,
}

/// The step to which staged rates are rounded, half up or down.
#[derive(Clone, Debug)]
pub struct Rounded {
    pub down: bool,
    pub to: RoundedTo,
    pub span: Span,
}

#[derive(Clone, Debug)]
pub enum RoundedTo {
    Points(Points),
    Money(Money),
}

#[derive(Clone, Debug)]
pub enum Steps {
    Equal { count: u32, every: Option<MonthDay>, to: Rate, span: Span },
    Cutting { cuts: Vec<Percent>, every: Option<MonthDay>, span: Span },
}

#[derive(Clone, Debug)]
pub struct Limit {
    pub name: Name,
    pub title: Option<Text>,
    pub of: Vec<Name>,
    pub at_most: Option<Rate>,
    pub head: Modifiers,
}

#[derive(Clone, Debug)]
pub struct Quota {
    pub name: Name,
    pub file: Text,
    pub column: Name,
    pub per_importer: bool,
    pub tolerance: Option<Percent>,
    pub term: Option<(Lasting, Name)>,
    pub cites: Option<Cites>,
}

/// A `repeal` or a `void`.
#[derive(Clone, Debug)]
pub struct Ending {
    pub void: bool,
    pub name: Name,
    pub title: Option<Text>,
    pub of: Vec<Name>,
    pub head: Modifiers,
}

#[derive(Clone, Debug)]
pub struct Scenario {
    pub name: Name,
    pub title: Option<Text>,
    pub without: Vec<Name>,
    pub with: Vec<Item>,
    /// From the word `with` to the end of the last item.
    pub with_span: Span,
}

#[derive(Clone, Debug)]
pub struct Assert {
    pub name: Name,
    pub title: Option<Text>,
    pub head: Modifiers,
    pub claim: Claim,
}

#[derive(Clone, Debug)]
pub enum Claim {
    Any(Vec<Claim>, Span),
    All(Vec<Claim>, Span),
    Not(Box<Claim>, Span),
    Compare(Box<Comparison>),
    Outcome(Name, OutcomeWord, Span),
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum OutcomeWord {
    Applied,
    Exempted,
    Suspended,
    Displaced,
    NotInForce,
    OutOfScope,
    ConditionNotMet,
    Repealed,
    Void,
    NeedsInput,
    Undetermined,
    Conflict,
    Unrated,
}

impl OutcomeWord {
    pub const ALL: [OutcomeWord; 13] = [
        OutcomeWord::Applied,
        OutcomeWord::Exempted,
        OutcomeWord::Suspended,
        OutcomeWord::Displaced,
        OutcomeWord::NotInForce,
        OutcomeWord::OutOfScope,
        OutcomeWord::ConditionNotMet,
        OutcomeWord::Repealed,
        OutcomeWord::Void,
        OutcomeWord::NeedsInput,
        OutcomeWord::Undetermined,
        OutcomeWord::Conflict,
        OutcomeWord::Unrated,
    ];

    pub fn words(self) -> &'static str {
        match self {
            OutcomeWord::Applied => "applied",
            OutcomeWord::Exempted => "exempted",
            OutcomeWord::Suspended => "suspended",
            OutcomeWord::Displaced => "displaced",
            OutcomeWord::NotInForce => "not in force",
            OutcomeWord::OutOfScope => "out of scope",
            OutcomeWord::ConditionNotMet => "condition not met",
            OutcomeWord::Repealed => "repealed",
            OutcomeWord::Void => "void",
            OutcomeWord::NeedsInput => "needs input",
            OutcomeWord::Undetermined => "undetermined",
            OutcomeWord::Conflict => "conflict",
            OutcomeWord::Unrated => "unrated",
        }
    }
}

#[derive(Clone, Debug)]
pub struct Test {
    pub title: Text,
    pub cases: Vec<TestCase>,
}

#[derive(Clone, Debug)]
pub struct TestCase {
    pub shipment: ShipmentFacts,
    pub expectations: Vec<Expectation>,
    pub span: Span,
}

/// The facts of a shipment, as a test or a session states them.
#[derive(Clone, Debug, Default)]
pub struct ShipmentFacts {
    pub code: Option<Code>,
    pub origin: Option<Name>,
    pub facts: Vec<(Name, FactValue)>,
    pub claims: Vec<Text>,
    pub known_at: Option<Moment>,
    pub scenario: Option<Name>,
    pub span: Span,
}

#[derive(Clone, Debug)]
pub enum FactValue {
    Percent(Percent),
    Moment(Moment),
    Money(Money),
    Flag(bool, Span),
    Text(Text),
    Country(Name),
    Number(Number),
}

#[derive(Clone, Debug)]
pub struct Expectation {
    pub kind: ExpectationKind,
    pub span: Span,
}

#[derive(Clone, Debug)]
pub enum ExpectationKind {
    Needs(Name),
    /// A measure's name, or `total`, `duty`, `tax`, `fee`.
    Rate(Name, Percent),
    Amount(Name, Money),
    Relieved(Name, Vec<Name>),
    Displaced(Name, Vec<Name>),
    Outcome(Name, OutcomeWord),
    /// `assessed`, `undetermined`, `conflict`, `unrated` or `rejected`.
    Status(Name),
}

#[derive(Clone, Debug)]
pub struct Waiver {
    pub code: Name,
    pub within: Name,
    pub because: Text,
    pub until: Option<Moment>,
}

/// A line typed in a session.
#[derive(Clone, Debug)]
pub enum SessionLine {
    Shipment(ShipmentFacts),
    Change(ShipmentFacts),
    Comparison { left: Expression, comparator: Comparator, right: Expression },
    Expression(Expression),
}
