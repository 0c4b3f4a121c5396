//! An exact number: a fraction of two whole numbers, checked.
//!
//! Amounts are carried as fractions until their one rounding, since a third of a rate has no decimal form.

use num_rational::Ratio;
use num_traits::{CheckedAdd, CheckedDiv, CheckedMul, CheckedSub, Signed, Zero};
use rust_decimal::Decimal;
use std::fmt;

/// An exact fraction. Each operation gives `None` where the result does not fit in 128 bits.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
pub struct Exact(Ratio<i128>);

impl Exact {
    /// Nothing.
    pub const ZERO: Exact = Exact(Ratio::new_raw(0, 1));
    /// One.
    pub const ONE: Exact = Exact(Ratio::new_raw(1, 1));

    /// A whole number.
    pub fn whole(n: i64) -> Self {
        Exact(Ratio::from_integer(i128::from(n)))
    }

    /// `numerator / denominator`; nothing where the denominator is zero.
    pub fn fraction(numerator: i128, denominator: i128) -> Option<Self> {
        if denominator <= 0 {
            return None;
        }
        Ratio::from_integer(numerator).checked_div(&Ratio::from_integer(denominator)).map(Exact)
    }

    /// The sum; nothing where it grows too large.
    pub fn checked_add(self, other: Self) -> Option<Self> {
        self.0.checked_add(&other.0).map(Exact)
    }

    /// The difference; nothing where it grows too large.
    pub fn checked_sub(self, other: Self) -> Option<Self> {
        self.0.checked_sub(&other.0).map(Exact)
    }

    /// The product; nothing where it grows too large.
    pub fn checked_mul(self, other: Self) -> Option<Self> {
        self.0.checked_mul(&other.0).map(Exact)
    }

    /// The quotient; nothing where it grows too large, or for nothing as divisor.
    pub fn checked_div(self, other: Self) -> Option<Self> {
        if other.is_zero() {
            return None;
        }
        self.0.checked_div(&other.0).map(Exact)
    }

    /// Whether it is nothing.
    pub fn is_zero(self) -> bool {
        self.0.is_zero()
    }

    /// Whether it is below zero.
    pub fn is_negative(self) -> bool {
        self.0.is_negative()
    }

    /// The number, or zero where it is below zero.
    pub fn not_below_zero(self) -> Self {
        if self.is_negative() { Exact::ZERO } else { self }
    }

    /// The greatest whole number that is not above it.
    pub fn floor(self) -> Self {
        Exact(self.0.floor())
    }

    /// The number as `(numerator, denominator)`, the latter above zero.
    pub fn parts(self) -> (i128, i128) {
        (*self.0.numer(), *self.0.denom())
    }

    /// The number as a decimal, where it has one of at most 28 places.
    pub fn to_decimal(self) -> Option<Decimal> {
        let (mut numerator, mut denominator) = self.parts();
        let mut scale = 0u32;
        while denominator != 1 {
            let factor = if denominator % 10 == 0 {
                10
            } else if denominator % 2 == 0 {
                2
            } else if denominator % 5 == 0 {
                5
            } else {
                return None;
            };
            denominator = denominator.checked_div(factor)?;
            numerator = numerator.checked_mul(10i128.checked_div(factor)?)?;
            scale = scale.checked_add(1)?;
        }
        Decimal::try_from_i128_with_scale(numerator, scale).ok().map(|d| d.normalize())
    }
}

impl From<Decimal> for Exact {
    fn from(d: Decimal) -> Self {
        let d = d.normalize();
        let denominator = 10i128.checked_pow(d.scale()).unwrap_or(1);
        Exact(Ratio::new(d.mantissa(), denominator))
    }
}

impl fmt::Display for Exact {
    /// The decimal form, or `20000/3` where there is none.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.to_decimal() {
            Some(d) => write!(f, "{d}"),
            None => write!(f, "{}", self.0),
        }
    }
}

impl fmt::Debug for Exact {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{self}")
    }
}
