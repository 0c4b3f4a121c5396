//! Sets of countries that may change with time: a union that a country left, a group with dated members.

use crate::value::{Country, CountrySet, Instant};
use std::sync::Arc;

/// Countries at a moment: some parts included, some excepted.
#[derive(Clone, Debug, PartialEq, Default)]
pub struct Origins {
    /// What is in it.
    pub included: Vec<OriginPart>,
    /// What is taken out again.
    pub excepted: Vec<OriginPart>,
}

/// Countries, or a named set of them, for a time.
#[derive(Clone, Debug, PartialEq)]
pub struct OriginPart {
    /// The countries.
    pub countries: CountrySet,
    /// A named set, in place of countries.
    pub named: Option<Arc<Origins>>,
    /// From when, included.
    pub from: Option<Instant>,
    /// Until when, excluded.
    pub until: Option<Instant>,
}

impl OriginPart {
    /// Countries at every moment.
    pub fn always(countries: CountrySet) -> Self {
        OriginPart { countries, named: None, from: None, until: None }
    }

    fn at(&self, moment: Option<Instant>) -> CountrySet {
        let outside = moment.is_some_and(|m| self.from.is_some_and(|f| m < f) || self.until.is_some_and(|u| m >= u));
        if outside {
            return CountrySet::EMPTY;
        }
        self.named.as_ref().map_or(self.countries, |n| n.collect(moment).union(self.countries))
    }

    fn cuts(&self, out: &mut Vec<Instant>) {
        out.extend(self.from.into_iter().chain(self.until));
        if let Some(named) = &self.named {
            named.cuts(out);
        }
    }
}

/// The countries of some of these parts at every moment. A member of a named set that joined or left it is none.
fn always(parts: &[OriginPart]) -> CountrySet {
    let undated = parts.iter().filter(|p| p.from.is_none() && p.until.is_none());
    undated.fold(CountrySet::EMPTY, |s, p| s.union(p.countries).union(p.named.as_ref().map_or(CountrySet::EMPTY, |n| n.always())))
}

impl Origins {
    /// All countries, always.
    pub fn all() -> Self {
        Origins { included: vec![OriginPart::always(CountrySet::all())], excepted: Vec::new() }
    }

    /// These countries, always.
    pub fn of(countries: CountrySet) -> Self {
        Origins { included: vec![OriginPart::always(countries)], excepted: Vec::new() }
    }

    fn collect(&self, moment: Option<Instant>) -> CountrySet {
        let of = |parts: &[OriginPart]| parts.iter().fold(CountrySet::EMPTY, |s, p| s.union(p.at(moment)));
        // Without a moment, what is excepted for a time is not excepted for good.
        let excepted: CountrySet = match moment {
            Some(_) => of(&self.excepted),
            None => always(&self.excepted),
        };
        of(&self.included).difference(excepted)
    }

    /// The countries that are in it at every moment, as far as its parts say so one by one.
    fn always(&self) -> CountrySet {
        let excepted = self.excepted.iter().fold(CountrySet::EMPTY, |s, p| s.union(p.at(None)));
        always(&self.included).difference(excepted)
    }

    /// The countries at a moment.
    pub fn at(&self, moment: Instant) -> CountrySet {
        self.collect(Some(moment))
    }

    /// The countries at whatever moment.
    pub fn ever(&self) -> CountrySet {
        self.collect(None)
    }

    /// Whether a country is in it at a moment.
    pub fn contains(&self, country: Country, moment: Instant) -> bool {
        self.at(moment).contains(country)
    }

    /// Whether membership never changes.
    pub fn is_undated(&self) -> bool {
        let mut cuts = Vec::new();
        self.cuts(&mut cuts);
        cuts.is_empty()
    }

    /// The moments at which membership changes.
    pub fn cuts(&self, out: &mut Vec<Instant>) {
        for part in self.included.iter().chain(&self.excepted) {
            part.cuts(out);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_member_that_left_is_not_excepted_for_good() {
        let set = |code: &str| -> CountrySet { Country::from_code(code).into_iter().collect() };
        let left = OriginPart { until: Some(Instant(100)), ..OriginPart::always(set("GB")) };
        let union = Arc::new(Origins { included: vec![OriginPart::always(set("DE")), left], excepted: Vec::new() });
        let but = OriginPart { named: Some(union), ..OriginPart::always(CountrySet::EMPTY) };
        let others = Origins { excepted: vec![but], ..Origins::all() };
        let (de, gb) = (Country::from_code("DE").unwrap(), Country::from_code("GB").unwrap());
        assert!(!others.contains(gb, Instant(99)) && others.contains(gb, Instant(100)) && !others.contains(de, Instant(100)));
        assert!(others.ever().contains(gb) && !others.ever().contains(de));
    }
}
