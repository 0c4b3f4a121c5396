//! The kinds of value that tariff law reckons with, one kind a file.
//!
//! They are kept apart so that a rate is never added to money, nor points taken from a code.

mod clock;
mod code;
mod country;
mod currency;
mod duration;
mod exact;
mod rate;
mod rounding;
mod unit;

pub use clock::{Clock, Instant, OddTime, parse_date};
pub use code::{CodeError, GoodsCode};
pub use country::{Country, CountrySet};
pub use currency::Currency;
pub use duration::{Duration, DurationUnit};
pub use exact::Exact;
pub use rate::{percent_text, percent_value};
pub use rounding::{Rounding, RoundingMode};
pub use unit::Unit;
