//! Countries of ISO 3166, and sets of them.

use std::fmt;
use std::sync::LazyLock;

/// A country, as its place in the table of all countries.
#[derive(Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Country(u8);

/// Customs statistics use `XK` for Kosovo, which has no code of ISO 3166.
const BESIDES: [(&str, &str); 1] = [("XK", "Kosovo")];

static TABLE: LazyLock<Vec<(&'static str, &'static str)>> = LazyLock::new(|| {
    let mut all: Vec<(&str, &str)> = celes::Country::get_countries().iter().map(|c| (c.alpha2, c.long_name)).collect();
    all.extend(BESIDES);
    all.sort_unstable();
    all.truncate(256);
    all
});

impl Country {
    /// The country of a two-letter code.
    pub fn from_code(code: &str) -> Option<Self> {
        TABLE.binary_search_by(|(c, _)| (*c).cmp(code)).ok().and_then(|i| u8::try_from(i).ok()).map(Country)
    }

    /// The country of a three-letter code or of a name in English, as people write them: `USA`, `China`, `Great Britain`.
    pub fn called(words: &str) -> Option<Self> {
        let joined: String = words.split_whitespace().collect();
        let found = celes::Country::from_alpha3(words).or_else(|_| celes::Country::from_name(words)).or_else(|_| celes::Country::from_alias(&joined));
        found.ok().and_then(|c| Self::from_code(c.alpha2))
    }

    /// Its place among all countries.
    pub fn number(self) -> u8 {
        self.0
    }

    /// Its two letters.
    pub fn code(self) -> &'static str {
        TABLE.get(usize::from(self.0)).map_or("??", |c| c.0)
    }

    /// Its English name.
    pub fn name(self) -> &'static str {
        TABLE.get(usize::from(self.0)).map_or("an unknown country", |c| c.1)
    }

    /// All there are, by their letters.
    pub fn all() -> impl Iterator<Item = Country> {
        (0..TABLE.len()).filter_map(|i| u8::try_from(i).ok()).map(Country)
    }
}

impl fmt::Display for Country {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.code())
    }
}

impl fmt::Debug for Country {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.code())
    }
}

/// A set of countries.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Default, PartialOrd, Ord)]
pub struct CountrySet([u128; 2]);

impl CountrySet {
    /// No country.
    pub const EMPTY: CountrySet = CountrySet([0, 0]);

    /// Every country there is.
    pub fn all() -> Self {
        Country::all().collect()
    }

    /// Puts a country in.
    pub fn insert(&mut self, country: Country) {
        let [low, high] = &mut self.0;
        let bit = 1u128 << (country.0 % 128);
        if country.0 < 128 { *low |= bit } else { *high |= bit }
    }

    /// Whether a country is in it.
    pub fn contains(self, country: Country) -> bool {
        let [low, high] = self.0;
        let bit = 1u128 << (country.0 % 128);
        (if country.0 < 128 { low } else { high }) & bit != 0
    }

    fn zip(self, other: Self, f: impl Fn(u128, u128) -> u128) -> Self {
        let ([a, b], [c, d]) = (self.0, other.0);
        CountrySet([f(a, c), f(b, d)])
    }

    /// The countries of either.
    pub fn union(self, other: Self) -> Self {
        self.zip(other, |a, b| a | b)
    }

    /// The countries of both.
    pub fn intersection(self, other: Self) -> Self {
        self.zip(other, |a, b| a & b)
    }

    /// The countries of this and not of the other.
    pub fn difference(self, other: Self) -> Self {
        self.zip(other, |a, b| a & !b)
    }

    /// Whether there are none.
    pub fn is_empty(self) -> bool {
        self == Self::EMPTY
    }

    /// Whether all of them are in the other.
    pub fn is_subset(self, other: Self) -> bool {
        self.difference(other).is_empty()
    }

    /// How many there are.
    pub fn len(self) -> u32 {
        let [a, b] = self.0;
        a.count_ones().saturating_add(b.count_ones())
    }

    /// The countries, in the order of their letters.
    pub fn iter(self) -> impl Iterator<Item = Country> {
        Country::all().filter(move |c| self.contains(*c))
    }
}

impl FromIterator<Country> for CountrySet {
    fn from_iter<I: IntoIterator<Item = Country>>(iter: I) -> Self {
        let mut set = CountrySet::EMPTY;
        for country in iter {
            set.insert(country);
        }
        set
    }
}

impl fmt::Debug for CountrySet {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_set().entries(self.iter()).finish()
    }
}
