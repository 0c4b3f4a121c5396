//! The one rounding of an amount.

use super::Exact;
use rust_decimal::Decimal;

/// Which of the two nearest amounts is taken.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum RoundingMode {
    /// To the nearest; halves away from zero.
    HalfUp,
    /// To the nearest; halves to the even neighbour.
    HalfEven,
    /// Towards zero.
    Down,
}

/// How a policy rounds: the mode, the step (0.01, 1, …), and whether each amount is rounded or only what is printed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Rounding {
    /// Which way.
    pub mode: RoundingMode,
    /// To multiples of this, in the book's currency.
    pub step: Decimal,
    /// Each amount before it is used further; otherwise once, at the end.
    pub each_amount: bool,
}

impl Default for Rounding {
    fn default() -> Self {
        Rounding { mode: RoundingMode::HalfUp, step: Decimal::new(1, 2), each_amount: true }
    }
}

impl Rounding {
    /// The amount rounded to the step; nothing where it does not fit a decimal.
    pub fn round(&self, amount: Exact) -> Option<Decimal> {
        let steps = amount.checked_div(Exact::from(self.step))?;
        let (n, d) = steps.parts();
        let floor = n.checked_div_euclid(d)?;
        let rest = n.checked_rem_euclid(d)?;
        let twice = rest.checked_mul(2)?;
        let up = match self.mode {
            RoundingMode::Down => n < 0 && rest != 0,
            RoundingMode::HalfUp => twice > d || (twice == d && n >= 0),
            RoundingMode::HalfEven => twice > d || (twice == d && floor.checked_rem(2)? != 0),
        };
        let count = if up { floor.checked_add(1)? } else { floor };
        let mut rounded = Decimal::try_from_i128_with_scale(count, 0).ok()?.checked_mul(self.step)?;
        // Trailing zeros are kept to the places of the step: 5 is printed 5.00 where cents are reckoned.
        rounded.rescale(self.step.scale());
        Some(rounded)
    }
}
