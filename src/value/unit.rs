//! Units of quantity.

use std::fmt;

/// A unit in which a shipment states a quantity and a specific rate charges one.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Unit {
    /// `kg`
    Kilogram,
    /// `l`
    Litre,
    /// `m`
    Metre,
    /// `m2`
    SquareMetre,
    /// `m3`
    CubicMetre,
    /// `w`
    Watt,
    /// `kwh`
    KilowattHour,
    /// `item`: pieces.
    Item,
    /// `pair`
    Pair,
    /// `carat`
    Carat,
}

impl Unit {
    /// All units, in the order of the facts that hold them.
    pub const ALL: [Unit; 10] =
        [Unit::Kilogram, Unit::Litre, Unit::Metre, Unit::SquareMetre, Unit::CubicMetre, Unit::Watt, Unit::KilowattHour, Unit::Item, Unit::Pair, Unit::Carat];

    /// The word of the language, which is also the name of the fact.
    pub fn word(self) -> &'static str {
        match self {
            Unit::Kilogram => "kg",
            Unit::Litre => "l",
            Unit::Metre => "m",
            Unit::SquareMetre => "m2",
            Unit::CubicMetre => "m3",
            Unit::Watt => "w",
            Unit::KilowattHour => "kwh",
            Unit::Item => "item",
            Unit::Pair => "pair",
            Unit::Carat => "carat",
        }
    }

    /// A unit by the word of the language.
    pub fn from_word(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|u| u.word() == word)
    }
}

impl fmt::Display for Unit {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.word())
    }
}
