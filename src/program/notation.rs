//! Rates in the notations of customs tariffs: the HTS of the United States and TARIC's duty sentences.
//!
//! A sentence is read for what it says; whether this program can reckon with it is a second question, so that nothing unknown becomes zero.

use super::terms::{Rate, Term};
use crate::syntax::{Bound, Sign};
use crate::value::{Currency, Exact, Unit, percent_value};
use rust_decimal::Decimal;
use std::str::FromStr;

/// A rate as a tariff prints it.
#[derive(Clone, Debug, PartialEq)]
pub struct Sentence {
    /// The first part stands alone (its joint is `Plus`).
    pub parts: Vec<(Joint, Part)>,
}

/// How a part is joined to what comes before it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Joint {
    Plus,
    Minus,
    Min,
    Max,
}

#[derive(Clone, Debug, PartialEq)]
pub enum Part {
    /// A share of the value.
    Percent(Exact),
    /// An amount, perhaps for each so many units, perhaps qualified (`lactic.`).
    Amount { money: Exact, currency: String, per: Option<(Exact, String)>, qualifier: Option<String> },
    /// A unit that must be declared, without a charge.
    Unit(Exact, String),
    /// An additional or agricultural component that stands in another table: `AC`, `ADSZ`, `ADFM`.
    Component(String),
}

impl Sentence {
    fn free() -> Self {
        Sentence { parts: vec![(Joint::Plus, Part::Percent(Exact::ZERO))] }
    }

    /// The rate it says in a book of one currency, or why it cannot be reckoned with.
    pub fn to_rate(&self, book: Currency) -> Result<Rate, String> {
        let mut sums: Vec<(Option<Bound>, Vec<(Sign, Term)>)> = Vec::new();
        for (joint, part) in &self.parts {
            let term = part.to_term(book)?;
            let sign = if *joint == Joint::Minus { Sign::Minus } else { Sign::Plus };
            match (joint, sums.last_mut()) {
                (Joint::Min, _) => sums.push((Some(Bound::AtLeast), vec![(Sign::Plus, term)])),
                (Joint::Max, _) => sums.push((Some(Bound::AtMost), vec![(Sign::Plus, term)])),
                (_, Some((_, sum))) => sum.push((sign, term)),
                (_, None) => sums.push((None, vec![(sign, term)])),
            }
        }
        let mut sums = sums.into_iter();
        let first = sums.next().map(|(_, s)| s).ok_or("it says nothing")?;
        Ok(Rate { first, bounds: sums.filter_map(|(b, s)| b.map(|b| (b, s))).collect() })
    }
}

impl Part {
    fn to_term(&self, book: Currency) -> Result<Term, String> {
        match self {
            Part::Percent(p) => Ok(Term::Percent(*p)),
            Part::Unit(_, unit) => Err(format!("it names a unit (`{unit}`) and no amount")),
            Part::Component(c) => Err(format!("the component `{c}` stands in another table")),
            Part::Amount { qualifier: Some(q), .. } => Err(format!("the qualifier `{q}` is not a fact that can be stated")),
            Part::Amount { money, currency, per, .. } => {
                if currency != book.code() {
                    return Err(format!("it is in {currency}, while the book reckons in {book}"));
                }
                match per {
                    None => Ok(Term::Money(*money)),
                    Some((count, word)) => {
                        let (factor, unit) = unit(word).ok_or_else(|| format!("the unit `{word}` is not known"))?;
                        let per = count.checked_mul(Exact::whole(factor)).ok_or("its numbers are too large")?;
                        Ok(Term::Specific { money: *money, per, unit })
                    }
                }
            }
        }
    }
}

/// The units of both notations, as so many of the language's own.
fn unit(word: &str) -> Option<(i64, Unit)> {
    let word = word.trim_end_matches('.').to_lowercase();
    Some(match word.as_str() {
        "kg" => (1, Unit::Kilogram),
        "t" | "tonne" | "ton" => (1000, Unit::Kilogram),
        "l" | "liter" | "litre" | "liters" => (1, Unit::Litre),
        "hl" => (100, Unit::Litre),
        "m" => (1, Unit::Metre),
        "m2" | "m²" => (1, Unit::SquareMetre),
        "m3" | "m³" => (1, Unit::CubicMetre),
        "w" => (1, Unit::Watt),
        "kwh" => (1, Unit::KilowattHour),
        "mwh" => (1000, Unit::KilowattHour),
        "p/st" | "each" | "no" | "item" | "head" => (1, Unit::Item),
        "doz" => (12, Unit::Item),
        "gross" => (144, Unit::Item),
        "pa" | "pr" | "prs" | "pair" => (1, Unit::Pair),
        "doz.pr" | "doz pr" => (12, Unit::Pair),
        "carat" | "ct" => (1, Unit::Carat),
        _ => return None,
    })
}

// ── TARIC ──

/// Reads a duty sentence of TARIC: `9.10% MAX 1.00% + 0.90 GBP / 100 kg`.
pub fn read_taric(text: &str) -> Result<Sentence, String> {
    let text = text.trim();
    if text.eq_ignore_ascii_case("nihil") {
        return Ok(Sentence::free());
    }
    let mut rest = Words { text };
    let mut parts = Vec::new();
    let mut joint = Joint::Plus;
    loop {
        parts.push((joint, rest.part()?));
        joint = match rest.word().as_deref() {
            None => return Ok(Sentence { parts }),
            Some("+") => Joint::Plus,
            Some("-") => Joint::Minus,
            Some("MIN") => Joint::Min,
            Some("MAX") => Joint::Max,
            Some(other) => return Err(format!("`{other}` is no part of a duty sentence")),
        };
    }
}

/// The words of a sentence: numbers, letters, marks.
struct Words<'t> {
    text: &'t str,
}

impl Words<'_> {
    fn peek(&self) -> Option<&str> {
        let text = self.text.trim_start();
        let first = text.chars().next()?;
        let len = if first.is_ascii_digit() {
            text.find(|c: char| !(c.is_ascii_digit() || c == '.')).unwrap_or(text.len())
        } else if text.starts_with("p/st") {
            4
        } else if first.is_alphabetic() {
            text.find(|c: char| !(c.is_alphanumeric() || c == '.' || c == '²' || c == '³')).unwrap_or(text.len())
        } else {
            first.len_utf8()
        };
        text.get(..len)
    }

    fn word(&mut self) -> Option<String> {
        let word = self.peek()?.to_owned();
        self.text = self.text.trim_start().get(word.len()..).unwrap_or("");
        Some(word)
    }

    fn take(&mut self, wanted: &str) -> bool {
        let found = self.peek() == Some(wanted);
        if found {
            self.word();
        }
        found
    }

    fn number(&mut self) -> Option<Exact> {
        let word = self.peek()?;
        let number = Decimal::from_str(word).ok().filter(|_| word.starts_with(|c: char| c.is_ascii_digit()))?;
        self.word();
        Some(number.into())
    }

    fn part(&mut self) -> Result<Part, String> {
        let Some(number) = self.number() else {
            let word = self.word().ok_or("it ends where an amount should follow")?;
            return match word.as_str() {
                "AC" | "ADSZ" | "ADFM" => {
                    if self.take("(") {
                        self.word();
                        self.take(")");
                    } else if self.peek().is_some_and(|w| w.eq_ignore_ascii_case("reduced")) {
                        self.word();
                    }
                    Ok(Part::Component(word))
                }
                _ if unit(&word).is_some() => Ok(Part::Unit(Exact::ONE, word)),
                _ => Err(format!("`{word}` is no amount")),
            };
        };
        if self.take("%") {
            return number.checked_div(Exact::whole(100)).map(Part::Percent).ok_or_else(|| "its numbers are too large".to_owned());
        }
        let word = self.word().ok_or("a number stands alone, without `%` or a currency")?;
        let is_currency = word.len() == 3 && word.bytes().all(|b| b.is_ascii_uppercase());
        if !is_currency {
            return if unit(&word).is_some() { Ok(Part::Unit(number, word)) } else { Err(format!("`{word}` is neither a currency nor a unit")) };
        }
        let (mut per, mut qualifier) = (None, None);
        if self.take("/") {
            let count = self.number().unwrap_or(Exact::ONE);
            let unit = self.word().ok_or("a unit is missing after `/`")?;
            per = Some((count, unit));
            if self.take("/") {
                qualifier = Some(self.word().ok_or("a qualifier is missing after `/`")?);
            }
        }
        Ok(Part::Amount { money: number, currency: word, per, qualifier })
    }
}

// ── HTS ──

/// Reads a rate of the Harmonized Tariff Schedule of the United States: `Free`, `6.5%`, `4.4¢/kg + 8.5%`, `$1.035/kg`.
pub fn read_hts(text: &str) -> Result<Sentence, String> {
    let text = text.trim();
    if text.eq_ignore_ascii_case("free") {
        return Ok(Sentence::free());
    }
    let mut parts = Vec::new();
    for part in text.split(" + ") {
        parts.push((Joint::Plus, hts_part(part.trim())?));
    }
    Ok(Sentence { parts })
}

fn hts_part(text: &str) -> Result<Part, String> {
    if let Some(percent) = percent_value(text) {
        return Ok(Part::Percent(percent));
    }
    let no_amount = || format!("`{text}` is no amount of the schedule");
    let (amount, unit_word) = match text.split_once('/') {
        Some((a, u)) => (a.trim(), Some(u.trim())),
        None => match text.strip_suffix(" each") {
            Some(a) => (a.trim(), Some("each")),
            None => (text, None),
        },
    };
    let (digits, cents) = if let Some(d) = amount.strip_suffix('¢') {
        (d, true)
    } else if let Some(d) = amount.strip_suffix(" cents").or_else(|| amount.strip_suffix("cents")) {
        (d, true)
    } else {
        (amount.strip_prefix('$').ok_or_else(no_amount)?, false)
    };
    let number = Decimal::from_str(digits.trim()).map_err(|_| no_amount())?;
    let money = if cents { Exact::from(number).checked_div(Exact::whole(100)).ok_or_else(no_amount)? } else { number.into() };
    let per = match unit_word {
        Some(word) => {
            unit(word).ok_or_else(|| format!("the unit `{word}` is not known"))?;
            Some((Exact::ONE, word.to_owned()))
        }
        None => None,
    };
    Ok(Part::Amount { money, currency: "USD".to_owned(), per, qualifier: None })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn rate(text: &str) -> Rate {
        read_hts(text).and_then(|s| s.to_rate(Currency::from_code("USD").unwrap())).unwrap()
    }

    #[test]
    fn the_schedule_of_the_united_states() {
        let hundredth = |n| Exact::fraction(n, 10_000).unwrap();
        assert_eq!(rate("Free").first, [(Sign::Plus, Term::Percent(Exact::ZERO))]);
        assert_eq!(rate("6.5%").first, [(Sign::Plus, Term::Percent(hundredth(650)))]);
        assert_eq!(rate("33 1/3%").first, [(Sign::Plus, Term::Percent(Exact::fraction(1, 3).unwrap()))]);
        let kg = Term::Specific { money: Exact::fraction(44, 1000).unwrap(), per: Exact::ONE, unit: Unit::Kilogram };
        assert_eq!(rate("4.4¢/kg + 8.5%").first, [(Sign::Plus, kg), (Sign::Plus, Term::Percent(hundredth(850)))]);
        assert!(read_hts("The rate applicable to the article").is_err());
        assert!(read_hts("5").is_err(), "a number alone is no rate");
    }

    #[test]
    fn duty_sentences_of_taric() {
        let gbp = Currency::from_code("GBP").unwrap();
        let read = read_taric("9.10% MAX 1.00% + 0.90 GBP / 100 kg").unwrap().to_rate(gbp).unwrap();
        let specific = Term::Specific { money: Exact::fraction(9, 10).unwrap(), per: Exact::whole(100), unit: Unit::Kilogram };
        assert_eq!(read.first, [(Sign::Plus, Term::Percent(Exact::fraction(91, 1000).unwrap()))]);
        assert_eq!(read.bounds, [(Bound::AtMost, vec![(Sign::Plus, Term::Percent(Exact::fraction(1, 100).unwrap())), (Sign::Plus, specific)])]);
    }

    /// Case TAM-01: every one of these sentences is well formed.
    #[test]
    fn sentences_that_must_be_read() {
        for text in [
            "4.000%",
            "1.230 EUR / kg",
            "9.10% MAX 1.00% + 0.90 GBP / 100 kg",
            "0.300 XEM / 100 kg / lactic.",
            "12.900% + 20.000 EUR / kg",
            "kg",
            "100 kg",
            "1.000 EUR",
            "0.000% + AC",
            "20%+10EUR/100kg",
            "20.0 EUR/100kg",
            "1.0 EUR/1000 p/st",
        ] {
            assert!(read_taric(text).is_ok(), "{text}: {:?}", read_taric(text));
        }
        // What is read but cannot be reckoned with says so; it is never zero.
        let eur = Currency::from_code("EUR").unwrap();
        for text in ["kg", "0.000% + AC", "0.300 XEM / 100 kg / lactic."] {
            assert!(read_taric(text).unwrap().to_rate(eur).is_err(), "{text}");
        }
        for text in ["", "5", "5% +", "5% 3%", "EUR 5", "5% OR 3%"] {
            assert!(read_taric(text).is_err(), "{text}");
        }
    }
}
