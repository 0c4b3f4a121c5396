//! One shipment: typed facts, of which any may be missing. What is missing is unknown; it is never zero, no, or now.

use crate::program::{FactId, FactKind, Program, StatedFacts};
use crate::value::{Country, Currency, Exact, GoodsCode, Instant, percent_text, percent_value};
use rust_decimal::Decimal;
use std::fmt;

/// A fact's value.
#[derive(Clone, Debug, PartialEq)]
pub enum Value {
    /// An amount and its currency.
    Money(Exact, Currency),
    /// A rate as a fraction of one, a number, or a quantity in the unit of its fact.
    Number(Exact),
    /// Yes or no.
    Flag(bool),
    /// A text.
    Text(String),
    /// A country.
    Country(Country),
    /// One moment.
    At(Instant),
    /// Some moment of a day: from the first (included) to the second (excluded).
    SomeTime(Instant, Instant),
    /// What is claimed; nothing in it says that none is made.
    Claims(Vec<String>),
}

impl Value {
    /// In words, as the language writes it.
    pub fn text(&self, program: &Program, kind: Option<FactKind>) -> String {
        match self {
            Value::Money(n, c) => format!("{c} {n}"),
            Value::Number(n) if kind == Some(FactKind::Rate) => percent_text(*n),
            Value::Number(n) => n.to_string(),
            Value::Flag(f) => if *f { "yes" } else { "no" }.to_owned(),
            Value::Text(t) => format!("\"{t}\""),
            Value::Country(c) => c.to_string(),
            Value::At(at) => program.clock.show_full(*at),
            Value::SomeTime(first, _) => format!("{} (some time that day)", program.show(*first)),
            Value::Claims(c) if c.is_empty() => "none".to_owned(),
            Value::Claims(c) => c.join("; "),
        }
    }
}

/// A fact that cannot be read, in words.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FactError {
    /// The fact, by its name.
    pub fact: String,
    /// What is wrong, in words.
    pub words: String,
}

impl fmt::Display for FactError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}", self.fact, self.words)
    }
}

/// A shipment to be assessed.
#[derive(Clone, Debug, PartialEq)]
pub struct Shipment {
    /// The goods code, perhaps shorter than a rule needs.
    pub hs: GoodsCode,
    /// The country of origin, where it is known.
    pub origin: Option<Country>,
    /// By the number of the fact.
    values: Vec<Option<Value>>,
}

impl Shipment {
    /// Checks stated facts against the book. `bare_start` says how bare dates are kept in these records, where that is known.
    pub fn from_stated(program: &Program, stated: &StatedFacts, bare_start: Option<bool>) -> Result<Shipment, FactError> {
        let hs = code(program, stated.hs.as_deref().unwrap_or(""))?;
        let origin = match stated.origin.as_deref().map(str::trim).filter(|o| !o.is_empty()) {
            Some(text) => Some(country("origin", text)?),
            None => None,
        };
        let mut shipment = Shipment { hs, origin, values: vec![None; program.facts.len()] };
        let currency = match stated.values.iter().find(|(n, _)| n == "currency") {
            Some((_, text)) => own_currency(text)?,
            None => program.currency,
        };
        let bare_start = bare_start.or(program.bare_dates_start);
        for (name, text) in stated.values.iter().filter(|(n, _)| n != "currency") {
            let Some(id) = program.find_fact(name) else {
                return Err(FactError { fact: name.clone(), words: "the book declares no such fact".to_owned() });
            };
            let kind = program.fact(id).map_or(FactKind::Text, |f| f.kind);
            let words = |words: String| FactError { fact: name.clone(), words };
            let value = read(program, kind, text.trim(), currency, bare_start).map_err(words)?;
            shipment.set(id, value);
        }
        Ok(shipment)
    }

    /// A shipment of which nothing is known but its goods and origin.
    pub fn of(program: &Program, hs: GoodsCode, origin: Country) -> Shipment {
        Shipment { hs, origin: Some(origin), values: vec![None; program.facts.len()] }
    }

    /// States a fact, in place of what was stated.
    pub fn set(&mut self, id: FactId, value: Value) {
        if let Some(slot) = self.values.get_mut(id.0) {
            *slot = Some(value);
        }
    }

    /// A fact, where it is known.
    pub fn get(&self, id: FactId) -> Option<&Value> {
        self.values.get(id.0).and_then(Option::as_ref)
    }

    /// The shipment in words, fact by fact: two shipments have the same where, and only where, they are assessed alike.
    pub fn in_words(&self, program: &Program) -> Vec<(String, String)> {
        let mut words = vec![("hs".to_owned(), self.hs.to_string())];
        words.extend(self.origin.map(|o| ("origin".to_owned(), o.to_string())));
        for (id, value) in self.given() {
            let text = match value {
                // A set, in whatever order it was given.
                Value::Claims(claims) => {
                    let mut sorted = claims.clone();
                    sorted.sort();
                    sorted.dedup();
                    Value::Claims(sorted).text(program, None)
                }
                value => value.text(program, program.fact(id).map(|f| f.kind)),
            };
            words.push((program.fact_name(id).to_owned(), text));
        }
        words
    }

    /// The facts that are given, in order of declaration.
    pub fn given(&self) -> impl Iterator<Item = (FactId, &Value)> {
        self.values.iter().enumerate().filter_map(|(i, v)| v.as_ref().map(|v| (FactId(i), v)))
    }
}

fn own_currency(text: &str) -> Result<Currency, FactError> {
    Currency::from_code(text.trim()).ok_or_else(|| FactError { fact: "currency".to_owned(), words: format!("`{text}` is no currency of ISO 4217") })
}

fn country(fact: &str, text: &str) -> Result<Country, FactError> {
    Country::from_code(text).ok_or_else(|| {
        let words = if Country::from_code(&text.to_uppercase()).is_some() {
            format!("`{text}` is no country: write `{}`", text.to_uppercase())
        } else {
            format!("`{text}` is no country of ISO 3166")
        };
        FactError { fact: fact.to_owned(), words }
    })
}

fn code(program: &Program, text: &str) -> Result<GoodsCode, FactError> {
    let error = |words: String| FactError { fact: "hs".to_owned(), words };
    let code = GoodsCode::parse(text).map_err(|e| {
        let shown = if text.is_empty() { "the goods code".to_owned() } else { format!("`{text}`") };
        error(format!("{shown} {}", e.words()))
    })?;
    if !program.nomenclature.existing.meets(&crate::region::GoodsSet::of_code(code)) {
        let cut = code.cut(6);
        return Err(error(format!("`{code}` is unknown: the nomenclature has nothing under `{cut}`")));
    }
    Ok(code)
}

fn number(text: &str, signed: bool) -> Result<Exact, String> {
    let plain = text.replace('_', "");
    if plain.contains(',') {
        // One comma alone may be either; beside a point, or with others, commas group digits.
        let grouped = text.replace(',', "");
        return Err(match text.contains('.') || text.matches(',').count() > 1 {
            true => format!("`{text}` has a comma: write `{grouped}`"),
            false => format!("`{text}` has a comma: write `{grouped}` or `{}`", text.replace(',', ".")),
        });
    }
    let unsigned = plain.strip_prefix('-').unwrap_or(&plain);
    let digits = unsigned.bytes().all(|b| b.is_ascii_digit() || b == b'.') && unsigned.bytes().any(|b| b.is_ascii_digit());
    let value = Decimal::from_str_exact(&plain).ok().filter(|_| digits).ok_or_else(|| {
        let long = digits && unsigned.bytes().filter(u8::is_ascii_digit).count() > 28;
        if long { format!("`{text}` has more than 28 digits") } else { format!("`{text}` is no number") }
    })?;
    if value.is_sign_negative() && !value.is_zero() && !signed {
        return Err(format!("`{text}` is below zero"));
    }
    Ok(value.into())
}

fn read(program: &Program, kind: FactKind, text: &str, currency: Currency, bare_start: Option<bool>) -> Result<Value, String> {
    match kind {
        FactKind::Money => {
            let (own, digits) = match text.split_once(' ') {
                Some((code, rest)) if code.len() == 3 && code.bytes().all(|b| b.is_ascii_uppercase()) => {
                    (Currency::from_code(code).ok_or_else(|| format!("`{code}` is no currency of ISO 4217"))?, rest.trim())
                }
                _ => (currency, text),
            };
            Ok(Value::Money(number(digits, false)?, own))
        }
        FactKind::Rate => percent_value(text)
            .filter(|r| !r.is_negative())
            .map(Value::Number)
            .ok_or_else(|| format!("`{text}` is no rate: write it with its sign, as in `6.5%`")),
        FactKind::Number => number(text, true).map(Value::Number),
        FactKind::Balance(_) => number(text, false).map(Value::Number),
        FactKind::Quantity(unit) => {
            let digits = text.strip_suffix(unit.word()).map_or(text, str::trim_end);
            number(digits, false).map(Value::Number)
        }
        FactKind::Flag => match text {
            "yes" | "true" => Ok(Value::Flag(true)),
            "no" | "false" => Ok(Value::Flag(false)),
            _ => Err(format!("`{text}` is neither `yes` nor `no`")),
        },
        FactKind::Text => Ok(Value::Text(text.to_owned())),
        FactKind::Country => country("", text).map(Value::Country).map_err(|e| e.words),
        FactKind::Instant => {
            let (first, after) = program.clock.read(text)?;
            Ok(match (after, bare_start) {
                (None, _) | (Some(_), Some(true)) => Value::At(first),
                (Some(after), Some(false)) => Value::At(Instant(after.0.saturating_sub(1))),
                (Some(after), None) => Value::SomeTime(first, after),
            })
        }
        FactKind::Claims => {
            let claims = if text == "none" { Vec::new() } else { text.split(';').map(str::trim).filter(|t| !t.is_empty()).map(str::to_owned).collect() };
            Ok(Value::Claims(claims))
        }
    }
}
