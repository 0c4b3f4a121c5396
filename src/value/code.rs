//! Goods codes of 2 to 10 digits.

use std::fmt;

/// A goods code: its digits as a number, and how many there are.
#[derive(Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct GoodsCode {
    digits: u64,
    len: u8,
}

/// Why a text is no goods code.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum CodeError {
    /// There is nothing.
    Empty,
    /// There are other characters than digits and points.
    NotDigits,
    /// There are fewer than two digits.
    TooShort,
    /// There are more than ten.
    TooLong,
    /// Spreadsheets drop the zero in front of a code, which leaves an odd number of digits.
    OddLength,
    /// Where a spreadsheet took `0101.20` for a number there is `101.2`, whose four digits are those of another heading.
    PointAmiss,
}

impl CodeError {
    /// What is wrong, as the end of a sentence that begins with the text.
    pub fn words(self) -> &'static str {
        match self {
            CodeError::Empty => "is empty",
            CodeError::NotDigits => "has something in it that is neither a digit nor a point",
            CodeError::TooShort => "has fewer than 2 digits",
            CodeError::TooLong => "has more than 10 digits",
            CodeError::OddLength => "has an odd number of digits",
            CodeError::PointAmiss => "has a point after an odd number of digits, as if a zero in front were lost",
        }
    }

    /// What to write instead.
    pub fn help(self) -> &'static str {
        match self {
            CodeError::OddLength | CodeError::PointAmiss => {
                "a goods code has 2, 4, 6, 8 or 10 digits; if a zero in front was lost, as spreadsheets do, put it back"
            }
            _ => "a goods code has 2, 4, 6, 8 or 10 digits, as in `3901.20.00` or `39012000`",
        }
    }
}

const MAX_LEN: u8 = 10;

impl GoodsCode {
    /// Reads `3901.20.00` or `39012000`; blanks within are skipped, and so are points between pairs of digits.
    pub fn parse(text: &str) -> Result<Self, CodeError> {
        // Most codes are plain digits.
        let bytes = text.as_bytes();
        if matches!(bytes.len(), 4 | 6 | 8 | 10) && bytes.iter().all(u8::is_ascii_digit) {
            let digits = bytes.iter().fold(0u64, |n, b| n.wrapping_mul(10).wrapping_add(u64::from(b.wrapping_sub(b'0'))));
            return Ok(GoodsCode { digits, len: u8::try_from(bytes.len()).unwrap_or(MAX_LEN) });
        }
        let (mut digits, mut len) = (0u64, 0u8);
        let mut amiss = false;
        for c in text.trim().chars() {
            if c == '.' || c == ' ' {
                amiss |= c == '.' && len % 2 == 1;
                continue;
            }
            let digit = c.to_digit(10).ok_or(CodeError::NotDigits)?;
            if len == MAX_LEN {
                return Err(CodeError::TooLong);
            }
            digits = digits.saturating_mul(10).saturating_add(u64::from(digit));
            len = len.saturating_add(1);
        }
        match len {
            0 => Err(CodeError::Empty),
            1 => Err(CodeError::TooShort),
            n if n % 2 == 1 => Err(CodeError::OddLength),
            _ if amiss => Err(CodeError::PointAmiss),
            _ => Ok(GoodsCode { digits, len }),
        }
    }

    /// The code whose digits are the first `len` of a ten-digit number.
    pub fn of_point(point: u64, len: u8) -> Self {
        let len = len.clamp(2, MAX_LEN);
        GoodsCode { digits: point.checked_div(shift(len)).unwrap_or(0), len }
    }

    /// How many digits it has.
    pub fn len(self) -> u8 {
        self.len
    }

    /// The first ten-digit code that begins with this one.
    pub fn first(self) -> u64 {
        self.digits.saturating_mul(shift(self.len))
    }

    /// The first ten-digit code after all that begin with this one.
    pub fn after(self) -> u64 {
        self.digits.saturating_add(1).saturating_mul(shift(self.len))
    }

    /// The digits alone: `39012000`.
    pub fn digits(self) -> String {
        format!("{:0width$}", self.digits, width = usize::from(self.len))
    }

    /// The code cut to at most so many digits.
    pub fn cut(self, len: u8) -> Self {
        if self.len <= len { self } else { Self::of_point(self.first(), len) }
    }
}

fn shift(len: u8) -> u64 {
    10u64.saturating_pow(u32::from(MAX_LEN.saturating_sub(len)))
}

impl fmt::Display for GoodsCode {
    /// As printed in tariffs: `39`, `3901`, `3901.20`, `3901.20.00`.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (i, c) in self.digits().chars().enumerate() {
            if i >= 4 && i % 2 == 0 {
                f.write_str(".")?;
            }
            write!(f, "{c}")?;
        }
        Ok(())
    }
}

impl fmt::Debug for GoodsCode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{self}")
    }
}
