//! Shipments that show a finding: made from a place, and really assessed.

use super::study::{Facts, Study};
use crate::facts::{Shipment, Value};
use crate::outcome::{Assessment, Axis, Cause, Coordinate, Interpreter, MissingFact};
use crate::problem::Witness;
use crate::program::{Charge, ClauseKind, FactId, FactKind, MeasureId, Program, RowRate, Term};
use crate::region::GoodsSet;
use crate::value::{Country, CountrySet, Exact, GoodsCode, Instant, Unit, percent_text};

/// Round amounts, so that what comes of a rate can be reckoned in the head.
const VALUE: i64 = 100_000;
const QUANTITY: i64 = 1_000;
/// What is contained, such as metal: a part of the value.
const CONTENT: i64 = 20_000;
const NOBODY: &str = "nobody listed";

/// Origins that a reader expects, where several will do.
const FAMILIAR: [&str; 12] = ["US", "CN", "DE", "JP", "KR", "CA", "MX", "GB", "IN", "VN", "BR", "FR"];

/// Goods that a reader can picture, where several will do: a laptop, polyethylene, sheet steel, a car, a shirt, soya beans.
const FAMILIAR_CODES: [u64; 6] = [8_471_300_000, 3_901_200_000, 7_208_510_000, 8_703_230_000, 6_109_100_000, 1_201_900_000];

/// A shipment of a group, at a moment, with the facts of a point.
pub fn shipment(study: &Study<'_>, group: usize, moment: Instant, facts: &Facts) -> Option<Shipment> {
    let program = study.view.program();
    let (countries, goods) = study.group(group)?.parts.first()?;
    let code = code_in(goods, &program.nomenclature.existing)?;
    of_facts(program, study.view.id, code, familiar(*countries)?, moment, facts)
}

/// A shipment of goods and origin, at a moment, with the facts of a point.
pub fn of_facts(program: &Program, measure: MeasureId, code: GoodsCode, origin: Country, moment: Instant, facts: &Facts) -> Option<Shipment> {
    let mut made = Shipment::of(program, code, origin);
    let money = |n: Exact| Value::Money(n, program.currency);
    let value = |facts: &Facts| facts.iter().find_map(|(a, c)| if let (Axis::Fact(FactId::VALUE), Coordinate::Number(n)) = (a, c) { Some(*n) } else { None });
    let value = match value(facts) {
        Some(value) => not_negative(value)?,
        None => Exact::whole(VALUE),
    };
    made.set(FactId::VALUE, money(value));
    made.set(FactId::ENTERED, Value::At(moment));
    for unit in units(program, measure) {
        made.set(FactId::of_unit(unit), Value::Number(Exact::whole(QUANTITY)));
    }
    let mut claims: Option<Vec<String>> = None;
    for (axis, coordinate) in facts {
        match (axis, coordinate) {
            (Axis::Fact(FactId::VALUE), _) => {}
            (Axis::Fact(fact), Coordinate::Number(n)) => made.set(*fact, of_kind(program, *fact, *n)?),
            (Axis::Per(fact, unit), Coordinate::Number(n)) => {
                let quantity = Exact::whole(QUANTITY);
                made.set(*unit, Value::Number(quantity));
                made.set(*fact, of_kind(program, *fact, not_negative(*n)?.checked_mul(quantity)?)?);
            }
            (Axis::Ratio(fact, of), Coordinate::Number(n)) => {
                let whole = if *of == FactId::VALUE { value } else { Exact::whole(VALUE) };
                made.set(*of, of_kind(program, *of, whole)?);
                made.set(*fact, of_kind(program, *fact, not_negative(*n)?.checked_mul(whole)?)?);
            }
            (Axis::Claim(text), Coordinate::Holds(made_claim)) => {
                let list = claims.get_or_insert_with(Vec::new);
                if *made_claim {
                    list.push(text.clone());
                }
            }
            (Axis::Flag(fact), Coordinate::Holds(holds)) => made.set(*fact, Value::Flag(*holds)),
            (Axis::Member(fact), Coordinate::Text(text)) => {
                let text = text.clone().unwrap_or_else(|| NOBODY.to_owned());
                let value = match program.fact(*fact)?.kind {
                    FactKind::Country => Value::Country(Country::from_code(&text)?),
                    _ => Value::Text(text),
                };
                made.set(*fact, value);
            }
            _ => {}
        }
    }
    if let Some(claims) = claims {
        made.set(FactId::CLAIMS, Value::Claims(claims));
    }
    Some(made)
}

/// States a fact that was not stated: a content that is a part of the value, a familiar country, nothing that would be claimed.
pub fn make_up(program: &Program, shipment: &mut Shipment, fact: FactId) {
    let value = match program.fact(fact).map(|f| f.kind) {
        Some(FactKind::Money) => Value::Money(Exact::whole(CONTENT), program.currency),
        Some(FactKind::Quantity(_) | FactKind::Balance(_)) => Value::Number(Exact::whole(QUANTITY)),
        Some(FactKind::Rate) => Value::Number(Exact::fraction(5, 100).unwrap_or_default()),
        Some(FactKind::Number) => Value::Number(Exact::ONE),
        Some(FactKind::Flag) => Value::Flag(false),
        Some(FactKind::Text) => Value::Text(NOBODY.to_owned()),
        Some(FactKind::Country) => match familiar(CountrySet::all()) {
            Some(country) => Value::Country(country),
            None => return,
        },
        Some(FactKind::Instant) => match shipment.get(FactId::ENTERED) {
            Some(entered) => entered.clone(),
            None => return,
        },
        Some(FactKind::Claims) => Value::Claims(Vec::new()),
        None => return,
    };
    shipment.set(fact, value);
}

/// The facts for want of which a measure is open, or another on which it rests.
pub fn missing(assessment: &Assessment, measure: MeasureId) -> Vec<FactId> {
    let (mut at, mut seen) = (measure, Vec::new());
    while !seen.contains(&at) {
        seen.push(at);
        match assessment.results.get(at.0).and_then(|r| r.cause.as_ref()) {
            Some(Cause::Follows(other)) => at = *other,
            Some(Cause::Needs(missing)) => {
                return missing.iter().filter_map(|m| if let MissingFact::Fact(f) = m.fact { Some(f) } else { None }).collect();
            }
            _ => break,
        }
    }
    Vec::new()
}

/// The same shipment with everything stated that the measure asks for.
pub fn completed(interpreter: &Interpreter<'_>, mut shipment: Shipment, measure: MeasureId) -> Shipment {
    for _ in 0..16 {
        let asked = missing(&interpreter.assess(&shipment), measure);
        let asked: Vec<FactId> = asked.into_iter().filter(|f| shipment.get(*f).is_none()).collect();
        if asked.is_empty() {
            break;
        }
        asked.into_iter().for_each(|f| make_up(interpreter.program, &mut shipment, f));
    }
    shipment
}

fn of_kind(program: &Program, fact: FactId, n: Exact) -> Option<Value> {
    Some(match program.fact(fact)?.kind {
        FactKind::Money => Value::Money(not_negative(n)?, program.currency),
        FactKind::Instant => Value::At(Instant(i64::try_from(n.floor().parts().0).ok()?)),
        FactKind::Quantity(_) | FactKind::Balance(_) | FactKind::Rate => Value::Number(not_negative(n)?),
        FactKind::Number => Value::Number(n),
        _ => return None,
    })
}

/// A sample below all literals, for a fact that is never below zero: zero, unless zero itself is a literal, whose sample is one less.
fn not_negative(n: Exact) -> Option<Exact> {
    let below_zero = Exact::ZERO.checked_sub(Exact::ONE)?;
    (n > below_zero).then(|| n.not_below_zero())
}

/// The units that some rate of the measure charges by.
fn units(program: &Program, measure: MeasureId) -> Vec<Unit> {
    let mut units = Vec::new();
    let mut add = |term: &Term| {
        if let Term::Specific { unit, .. } = term.innermost()
            && !units.contains(unit)
        {
            units.push(*unit);
        }
    };
    for clause in program.measure(measure).into_iter().flat_map(|m| m.clauses.iter()) {
        match &clause.kind {
            ClauseKind::Rate(Charge::Rate(rate)) => rate.terms().for_each(&mut add),
            ClauseKind::Rate(Charge::Table(table)) => {
                for row in &table.rows {
                    if let RowRate::Rate(rate) = &row.rate {
                        rate.terms().for_each(&mut add);
                    }
                }
            }
            _ => {}
        }
    }
    units
}

/// The shortest code of at least six digits that lies wholly within some goods.
pub fn code_in(goods: &GoodsSet, existing: &GoodsSet) -> Option<GoodsCode> {
    let known = FAMILIAR_CODES.into_iter().find(|c| goods.contains(*c) && existing.contains(*c));
    let point = match known {
        Some(point) => point,
        None => goods.intersection(existing).ranges().first()?.0,
    };
    let codes = [6u8, 8, 10].map(|len| GoodsCode::of_point(point, len));
    let within = |code: &GoodsCode| GoodsSet::of_code(*code).intersection(existing).difference(goods).is_empty();
    codes.into_iter().find(within).or_else(|| Some(GoodsCode::of_point(point, 10)))
}

/// The origin a reader expects, or the first.
pub fn familiar(countries: CountrySet) -> Option<Country> {
    let known = FAMILIAR.into_iter().filter_map(Country::from_code).find(|c| countries.contains(*c));
    known.or_else(|| countries.iter().next())
}

/// The facts of a shipment as a test would state them, and one by one as a row of a file would.
pub fn told(program: &Program, shipment: &Shipment) -> (String, Vec<(String, String)>) {
    let mut facts = vec![("hs".to_owned(), shipment.hs.to_string())];
    let mut words = shipment.hs.to_string();
    if let Some(origin) = shipment.origin {
        facts.push(("origin".to_owned(), origin.to_string()));
        words.push_str(&format!(" of origin {origin}"));
    }
    for (id, value) in shipment.given() {
        let name = program.fact_name(id).to_owned();
        let text = match value {
            Value::Money(n, c) => format!("{c} {n}"),
            Value::Number(n) if program.fact(id).is_some_and(|f| f.kind == FactKind::Rate) => percent_text(*n),
            Value::Number(n) => n.to_string(),
            Value::Flag(f) => if *f { "yes" } else { "no" }.to_owned(),
            Value::Text(t) => format!("\"{t}\""),
            Value::Country(c) => c.to_string(),
            Value::At(at) | Value::SomeTime(at, _) => program.clock.show_full(*at),
            Value::Claims(c) if c.is_empty() => "\"\"".to_owned(),
            Value::Claims(c) => c.iter().map(|t| format!("\"{t}\"")).collect::<Vec<_>>().join(", "),
        };
        words.push_str(&format!(" {name} {text}"));
        let cell = match value {
            Value::Text(t) => t.clone(),
            Value::Claims(_) => value.text(program, None),
            _ => text,
        };
        facts.push((name, cell));
    }
    (words, facts)
}

/// A witness of what a shipment comes to.
pub fn witness(program: &Program, shipment: &Shipment, results: Vec<(String, String)>) -> Witness {
    let (words, facts) = told(program, shipment);
    Witness { shipment: words, facts, results }
}

/// What a measure comes to for a shipment, in a few words.
pub fn outcome_words(interpreter: &Interpreter<'_>, assessment: &Assessment, measure: MeasureId) -> String {
    let Some(result) = assessment.results.get(measure.0) else { return String::new() };
    match (&result.rate, result.printed) {
        (Some(rate), Some(amount)) => format!("{}, {} {amount}", crate::outcome::rate_text(rate, interpreter.program), interpreter.program.currency),
        _ => result.outcome.words().to_owned(),
    }
}
