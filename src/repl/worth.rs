//! What an expression is worth: a value with its kind, how two of them are added and compared, and how one is shown.

use crate::problem::{Problem, typing};
use crate::source::Span;
use crate::syntax::{Comparator, Name, Sign};
use crate::value::{Clock, Country, Currency, Exact, Instant, Rounding, RoundingMode, Unit, percent_text};
use rust_decimal::Decimal;
use std::cmp::Ordering;

/// A value with its kind.
#[derive(Clone, Debug, PartialEq)]
pub enum Worth {
    Money(Exact, Currency),
    Rate(Exact),
    /// What is paid on the customs value, and the rate that was said where it came to that.
    Paid {
        owed: Exact,
        value: Exact,
        currency: Currency,
        said: Option<Exact>,
    },
    Points(Exact),
    Number(Exact),
    Quantity(Exact, Unit),
    /// Money for each unit.
    Specific(Exact, Currency, Unit),
    Flag(bool),
    Text(String),
    Country(Country),
    At(Instant),
    /// Some moment of a day.
    Day(Instant, Instant),
    Claims(Vec<String>),
}

/// Why an expression has no value.
pub enum Stop {
    /// It cannot be asked.
    Wrong(Box<Problem>),
    /// It is open, in words.
    Open(String),
}

impl From<Problem> for Stop {
    fn from(problem: Problem) -> Self {
        Stop::Wrong(Box::new(problem))
    }
}

pub type Found = Result<Worth, Stop>;

pub fn added(a: Worth, sign: Sign, b: Worth, at: Span, span: Span) -> Found {
    let join = |x: Exact, y: Exact| {
        fits(match sign {
            Sign::Plus => x.checked_add(y),
            Sign::Minus => x.checked_sub(y),
        })
    };
    Ok(match (&a, &b) {
        (Worth::Money(x, c), Worth::Money(y, d)) if c == d => Worth::Money(join(*x, *y)?, *c),
        (Worth::Number(x), Worth::Number(y)) => Worth::Number(join(*x, *y)?),
        (Worth::Rate(x), Worth::Rate(y) | Worth::Points(y)) => Worth::Rate(join(*x, *y)?),
        (Worth::Points(x), Worth::Points(y)) => Worth::Points(join(*x, *y)?),
        (Worth::Quantity(x, u), Worth::Quantity(y, v)) if u == v => Worth::Quantity(join(*x, *y)?, *u),
        (Worth::Specific(x, c, u), Worth::Specific(y, d, v)) if (c, u) == (d, v) => Worth::Specific(join(*x, *y)?, *c, *u),
        _ => {
            let message = format!("{} and {} cannot be added", a.kind(), b.kind());
            return Err(typing::mismatch(message, at, &a.kind(), span, &b.kind()).into());
        }
    })
}

pub fn scaled(worth: Worth, share: Exact, name: &Name) -> Found {
    Ok(match worth {
        Worth::Money(n, c) => Worth::Money(fits(n.checked_mul(share))?, c),
        Worth::Number(n) => Worth::Number(fits(n.checked_mul(share))?),
        Worth::Quantity(n, u) => Worth::Quantity(fits(n.checked_mul(share))?, u),
        other => return Err(typing::wrong_type(&name.text, &other.kind(), "an amount", "a share is taken of money or of a quantity", name.span).into()),
    })
}

/// Whether a comparison holds; nothing where it depends on the time of a day.
pub fn compare(a: &Worth, comparator: Comparator, b: &Worth, left: Span, right: Span) -> Result<Option<bool>, Stop> {
    use Comparator::{Equal, Greater, GreaterOrEqual, Less, LessOrEqual, Unequal};
    let mismatch = || {
        let message = format!("{} is compared with {}", a.kind(), b.kind());
        Stop::from(typing::mismatch(message, left, &a.kind(), right, &b.kind()))
    };
    if let Some(((a, b), (c, d))) = a.range().zip(b.range()) {
        // Both sides are stretches of time, each from its first second to its last.
        let (same, apart) = (a == b && c == d && a == c, b < c || a > d);
        let (certain, refuted) = match comparator {
            Less => (b < c, a >= d),
            LessOrEqual => (b <= c, a > d),
            Greater => (a > d, b <= c),
            GreaterOrEqual => (a >= d, b < c),
            Equal => (same, apart),
            Unequal => (apart, same),
        };
        return Ok(if certain { Some(true) } else { refuted.then_some(false) });
    }
    let ordered = match (a, b) {
        (Worth::Money(x, c), Worth::Money(y, d)) if c == d => Some(x.cmp(y)),
        (Worth::Rate(x), Worth::Rate(y)) | (Worth::Points(x), Worth::Points(y)) | (Worth::Number(x), Worth::Number(y)) => Some(x.cmp(y)),
        (Worth::Quantity(x, u), Worth::Quantity(y, v)) if u == v => Some(x.cmp(y)),
        (Worth::Quantity(x, _), Worth::Number(y)) | (Worth::Number(x), Worth::Quantity(y, _)) => Some(x.cmp(y)),
        (Worth::Specific(x, c, u), Worth::Specific(y, d, v)) if (c, u) == (d, v) => Some(x.cmp(y)),
        _ => None,
    };
    if let Some(ordering) = ordered {
        return Ok(Some(match comparator {
            Equal => ordering == Ordering::Equal,
            Unequal => ordering != Ordering::Equal,
            Less => ordering == Ordering::Less,
            LessOrEqual => ordering != Ordering::Greater,
            Greater => ordering == Ordering::Greater,
            GreaterOrEqual => ordering != Ordering::Less,
        }));
    }
    let same_kind = matches!((a, b), (Worth::Flag(_), Worth::Flag(_)) | (Worth::Text(_), Worth::Text(_)) | (Worth::Country(_), Worth::Country(_)));
    match comparator {
        Equal if same_kind => Ok(Some(a == b)),
        Unequal if same_kind => Ok(Some(a != b)),
        _ if same_kind => Err(typing::wrong_type("this", &a.kind(), "something that has an order", "use `=` or `!=`", left).into()),
        _ => Err(mismatch()),
    }
}

impl Worth {
    /// What kind of thing it is, with its article.
    pub fn kind(&self) -> String {
        match self {
            Worth::Money(_, c) => format!("an amount in {c}"),
            Worth::Rate(_) | Worth::Paid { .. } => "a rate".to_owned(),
            Worth::Points(_) => "a difference of rates".to_owned(),
            Worth::Number(_) => "a number".to_owned(),
            Worth::Quantity(_, u) => format!("a quantity in {u}"),
            Worth::Specific(_, _, u) => format!("an amount per {u}"),
            Worth::Flag(_) => "a flag".to_owned(),
            Worth::Text(_) => "a text".to_owned(),
            Worth::Country(_) => "a country".to_owned(),
            Worth::At(_) => "an instant".to_owned(),
            Worth::Day(..) => "a day".to_owned(),
            Worth::Claims(_) => "the claims".to_owned(),
        }
    }

    /// A rate that was paid, as a rate like others.
    pub fn plain(self) -> Found {
        match self {
            Worth::Paid { owed, value, .. } => Ok(Worth::Rate(fits(owed.checked_div(value))?)),
            other => Ok(other),
        }
    }

    /// The first and the last second that may be meant, of an instant.
    pub fn range(&self) -> Option<(Instant, Instant)> {
        match self {
            Worth::At(at) => Some((*at, *at)),
            Worth::Day(first, after) => Some((*first, Instant(after.0.saturating_sub(1)))),
            _ => None,
        }
    }

    pub fn show(&self, clock: &Clock) -> String {
        match self {
            Worth::Money(n, c) => format!("{c} {}", number(*n)),
            Worth::Rate(r) => rate(*r),
            Worth::Paid { owed, value, currency, said } => {
                let paid = owed.checked_div(*value);
                match (paid, said) {
                    (Some(paid), Some(said)) if paid != *said => format!("{}, rounded to {currency} {} of {}", rate(*said), number(*owed), number(*value)),
                    (Some(paid), _) => rate(paid),
                    (None, _) => format!("{currency} {} of {}", number(*owed), number(*value)),
                }
            }
            Worth::Points(p) => p.checked_mul(Exact::whole(100)).map_or_else(|| "points".to_owned(), |p| format!("{} points", number(p))),
            Worth::Number(n) => number(*n),
            Worth::Quantity(n, u) => format!("{} {u}", number(*n)),
            Worth::Specific(n, c, u) => format!("{c} {} per {u}", number(*n)),
            Worth::Flag(f) => if *f { "yes" } else { "no" }.to_owned(),
            Worth::Text(t) => format!("\"{t}\""),
            Worth::Country(c) => format!("{c} ({})", c.name()),
            Worth::At(at) => clock.show_full(*at),
            Worth::Day(first, _) => format!("{} (some time that day)", clock.show(*first)),
            Worth::Claims(c) if c.is_empty() => "none".to_owned(),
            Worth::Claims(c) => c.join("; "),
        }
    }
}

/// A number; one without a short decimal form is shown rounded, and marked so.
fn number(n: Exact) -> String {
    match short(n) {
        Some(exact) => exact.to_string(),
        None => rounded(n).map_or_else(|| n.to_string(), |d| format!("about {d}")),
    }
}

fn rate(r: Exact) -> String {
    match r.checked_mul(Exact::whole(100)) {
        Some(percent) if short(percent).is_none() => rounded(percent).map_or_else(|| percent_text(r), |d| format!("about {d}%")),
        _ => percent_text(r),
    }
}

/// The most places that are shown of a number that has more.
const PLACES: u32 = 6;

fn short(n: Exact) -> Option<Decimal> {
    n.to_decimal().filter(|d| d.scale() <= PLACES)
}

fn rounded(n: Exact) -> Option<Decimal> {
    Rounding { mode: RoundingMode::HalfUp, step: Decimal::new(1, PLACES), each_amount: true }.round(n).map(|d| d.normalize())
}

pub fn open<T>(words: impl Into<String>) -> Result<T, Stop> {
    Err(Stop::Open(words.into()))
}

pub fn fits(n: Option<Exact>) -> Result<Exact, Stop> {
    n.map_or_else(|| open("the numbers are too large to be reckoned exactly"), Ok)
}
