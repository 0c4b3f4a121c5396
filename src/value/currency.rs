//! Currencies of ISO 4217.

use std::fmt;

/// A currency, by its three letters.
#[derive(Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Currency([u8; 3]);

impl Currency {
    /// `XXX`, which ISO 4217 keeps for "no currency": that of a policy until it says its own.
    pub const NONE: Currency = Currency(*b"XXX");

    /// The currency of a code, where ISO 4217 knows it.
    pub fn from_code(code: &str) -> Option<Self> {
        iso_currency::Currency::from_code(code)?;
        <[u8; 3]>::try_from(code.as_bytes()).ok().map(Currency)
    }

    /// Its three letters.
    pub fn code(&self) -> &str {
        std::str::from_utf8(&self.0).unwrap_or("???")
    }
}

impl fmt::Display for Currency {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.code())
    }
}

impl fmt::Debug for Currency {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.code())
    }
}
