//! Names and literals, in the author's spelling.

use crate::source::Span;
use crate::value::{Duration, Exact, GoodsCode, Unit};
use jiff::civil::Date;
use rust_decimal::Decimal;

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

/// A number without a unit.
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

/// An amount of money: `CNY 2.50`.
#[derive(Clone, Debug)]
pub struct Money {
    /// The three letters as written; whether they are a currency is settled later.
    pub currency: Name,
    pub number: Number,
    pub span: Span,
}

/// Money for each so many units: `EUR 12.50 per 100 kg`.
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

/// A length of time: `90 days`.
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

/// A goods code: `3901.20.00`.
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
