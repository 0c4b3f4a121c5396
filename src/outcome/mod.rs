//! What a shipment owes, and why: amounts with the clause, file, line and instrument that each came from.

mod amounts;
mod axes;
mod cases;
mod causes;
mod claims;
mod covering;
mod doubt;
mod drawing;
mod explain;
mod interpret;
mod json;
mod limits;
mod mirror;
mod order;
mod precedence;
mod prevail;
mod quotas;
mod refund;
mod refunds;
mod reliefs;
mod row;
mod sketch;
mod staging;
mod standing;
mod summary;
mod tally;
mod trial;
mod truth;
mod words;

pub use axes::{Axes, Axis, Coordinate, Point};
pub use claims::Claims;
pub use drawing::{Drawing, Refused};
pub use explain::Explanation;
pub use interpret::Interpreter;
pub use json::to_json;
pub use prevail::{conditions, ranks_over};
pub use quotas::{Balances, Draw, Reached};
pub use refund::{Change, Comparison, REFUND, Refund, as_known, rejected_refund};
pub use refunds::Refunds;
pub use row::{DETAIL, ROW, detail_rows, rejected_detail, rejected_row, row};
pub use sketch::{Answer, Charge, Lowered, Nothing, Question, Sketched, Verdict};
pub use standing::Standing;
pub use summary::{Summary, SummaryError};
pub use tally::{Tally, reason};
pub use trial::{Failure, TrialResult, any_test_fails, run_tests};
pub use words::{base_text, rate_text};

use crate::program::{Cite, Cond, EndingId, ExemptionId, FactId, InstrumentId, LimitId, MeasureId, PhaseoutId, QuotaId, Rate, SuspensionId};
use crate::source::Span;
use crate::syntax::OutcomeWord;
use crate::value::{Currency, Exact, GoodsCode, Instant};
use jiff::civil::Date;
use rust_decimal::Decimal;
use std::sync::Arc;

/// The outcome of a shipment. The later, the graver.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Status {
    /// Every amount is certain.
    Assessed,
    /// A fact is missing that matters.
    NeedsInput,
    /// The record is too coarse: a date without its time, a code with too few digits.
    Undetermined,
    /// Two rates stand, and the law does not say which.
    Conflict,
    /// The book promises a rate and has none, or does not speak for this time.
    Unrated,
    /// The record cannot be read.
    Rejected,
}

impl Status {
    /// From the best to the gravest.
    pub const ALL: [Status; 6] = [Status::Assessed, Status::NeedsInput, Status::Undetermined, Status::Conflict, Status::Unrated, Status::Rejected];

    /// As it stands in results.
    pub fn words(self) -> &'static str {
        match self {
            Status::Assessed => "assessed",
            Status::NeedsInput => "needs input",
            Status::Undetermined => "undetermined",
            Status::Conflict => "conflict",
            Status::Unrated => "unrated",
            Status::Rejected => "rejected",
        }
    }
}

/// A shipment assessed.
#[derive(Clone, Debug)]
pub struct Assessment {
    /// The gravest outcome of any measure.
    pub status: Status,
    /// Only where the status is `assessed`.
    pub totals: Option<Totals>,
    /// One for each measure of the book, in order of declaration.
    pub results: Vec<MeasureResult>,
    /// The day whose knowledge counts; nothing where everything is known.
    pub known_at: Option<Date>,
    /// Declared values that stood in for facts that were not given.
    pub defaults: Vec<FactId>,
    /// What the shipment draws from quotas; nothing where it is not assessed.
    pub draws: Vec<Draw>,
}

/// Printed amounts, in the book's currency.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Totals {
    /// All measures and retaliations.
    pub duty: Decimal,
    /// All taxes.
    pub tax: Decimal,
    /// All fees.
    pub fee: Decimal,
    /// Everything that is owed.
    pub total: Decimal,
}

/// What one measure comes to.
#[derive(Clone, Debug)]
pub struct MeasureResult {
    /// The measure.
    pub measure: MeasureId,
    /// What became of it.
    pub outcome: OutcomeWord,
    /// The rate that was applied, after suspensions and reliefs.
    pub rate: Option<Arc<Rate>>,
    /// The rate that prevails before them.
    pub headline: Option<Arc<Rate>>,
    /// What percentages were taken of, in the book's currency.
    pub base: Option<Exact>,
    /// Carried into what refers to it: rounded, or exact where the policy rounds at the end.
    pub amount: Option<Exact>,
    /// As printed.
    pub printed: Option<Decimal>,
    /// What the exemption that acted took off: the charge at the rate after suspensions, less what is charged. Rounded as `amount` is;
    /// nothing where no exemption acted, or where the charge without it cannot be reckoned.
    pub saved: Option<Exact>,
    /// The clause whose rate it is, and the row of its table.
    pub clause: Option<ClauseRef>,
    /// The clause that says what they are taken of, by number.
    pub base_clause: Option<usize>,
    /// The rules that acted on it, in the order in which they did.
    pub by: Vec<By>,
    /// The sources of the rate and of what acted on it.
    pub cites: Vec<Cite>,
    /// Why it does not apply, or stays open.
    pub cause: Option<Cause>,
    /// Declared values that it used for facts that were not given.
    pub defaults: Vec<FactId>,
    /// What the relief that counted draws from its quota.
    pub draws: Vec<Draw>,
}

/// A clause of a measure, by number, with the place to show.
#[derive(Clone, Debug, PartialEq)]
pub struct ClauseRef {
    /// The number of the clause within its measure.
    pub index: usize,
    /// The clause, or the row of its table.
    pub span: Span,
}

/// A rule that acted on a measure.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum By {
    /// An exemption that relieved.
    Exemption(ExemptionId),
    /// With the points it took, as a fraction of one; nothing where it took all.
    Suspension(SuspensionId, Option<Exact>),
    /// A repeal or void.
    Ending(EndingId),
    /// With the stage, counted from 1.
    Phaseout(PhaseoutId, u32),
    /// With what it took off, in the book's currency.
    Limit(LimitId, Exact),
    /// How far the quota reached, also where that is not at all.
    Quota(QuotaId, Reached),
    /// The measure that displaces this one, and the clause that says so: its measure and its number.
    Measure(MeasureId, MeasureId, usize),
}

/// The first thing that failed, or that is open.
#[derive(Clone, Debug, PartialEq)]
pub enum Cause {
    /// The goods are not among the measure's.
    Goods,
    /// Its origins do not include that of the shipment.
    Origin,
    /// This condition does not hold.
    Condition(Box<Cond>),
    /// These goods are not subject to the measure: `none`.
    NotSubject,
    /// The act that declares it was published after the knowledge date.
    Unpublished(InstrumentId),
    /// The scenario leaves it out.
    Absent,
    /// Its first later start.
    NotYet(Instant),
    /// Its last end.
    NoMore(Instant),
    /// No clause runs, for another reason (`only` of a suspension).
    NoClause,
    /// It is void from its beginning.
    Void(EndingId),
    /// It was repealed from a moment on.
    Repealed(EndingId, Instant),
    /// Facts that are asked for, and by which rule.
    Needs(Vec<Missing>),
    /// Clauses of which none prevails.
    Conflict(Vec<ClauseRef>),
    /// The author promised a rate and gave none for these goods.
    NoRate,
    /// A cell of a table that cannot be read.
    Unread(Span, String),
    /// The book does not speak for this time.
    OutsideTime,
    /// The answer depends on the moment within a day, or on further digits.
    Depends(Vec<Turn>),
    /// Another measure on which this one depends is open.
    Follows(MeasureId),
    /// Measures of which each needs the next, and the last the first, as the law is known on the day.
    Circle(Vec<MeasureId>),
    /// Numbers beyond what can be reckoned with exactly.
    TooLarge,
    /// A rate on the customs value, which is zero.
    ZeroValue,
    /// A mirrored rate that is more than a percentage.
    NotAdValorem,
    /// A price can be grossed up for a percentage alone.
    GrossedUpByAmount,
    /// A price that includes a tax of all of it, or more.
    GrossedUpByAll,
    /// A phase-out has no rate to fall from before its first stage.
    NoRateBefore(PhaseoutId, Instant),
    /// Contents that the shipment states come to more than its value.
    MoreThanValue(Vec<FactId>, Exact, Exact),
    /// The mirrored measure has several rates for the six digits that nomenclatures share.
    MirrorDiffers(GoodsCode),
    /// The mirrored measure of a used book is itself open.
    MirrorOpen(usize, MeasureId),
}

/// A fact that is missing.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Missing {
    /// What is not known.
    pub fact: MissingFact,
    /// The rule that asks for it.
    pub span: Option<Span>,
}

/// A fact that would decide.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum MissingFact {
    /// The country of origin.
    Origin,
    /// A fact of the book.
    Fact(FactId),
    /// The rate at which a fact's currency is converted.
    Exchange(FactId),
    /// The rate at which a currency that the law names is converted.
    Currency(Currency),
}

/// A place at which the answer changes.
#[derive(Clone, Debug, PartialEq)]
pub enum Turn {
    /// At a moment of this fact.
    At(FactId, Instant),
    /// At goods under this code.
    Code(GoodsCode),
    /// At more places than can be tried.
    TooMany,
}

impl MeasureResult {
    /// Whether a fact, a conflict or a missing rate leaves it open.
    pub fn is_open(&self) -> bool {
        self.open_status().is_some()
    }

    /// The outcome of a shipment of which this part is open; nothing where it is not.
    pub fn open_status(&self) -> Option<Status> {
        match self.outcome {
            OutcomeWord::NeedsInput => Some(Status::NeedsInput),
            OutcomeWord::Undetermined => Some(Status::Undetermined),
            OutcomeWord::Conflict => Some(Status::Conflict),
            OutcomeWord::Unrated => Some(Status::Unrated),
            _ => None,
        }
    }
}
