//! Tests: shipments and what is expected of them.

use super::super::tree::*;
use super::goods::{names, texts};
use super::literals::{moment, money, quoted, yes_or_no};
use super::phrase::{Line, Phrase, Shape};

pub fn case(case: &TestCase, depth: usize) -> Vec<Line> {
    let mut lines = vec![Line::new(Shape::Fill, depth, shipment(&case.shipment).lead("shipment")).starting(case.span.start)];
    lines.extend(case.expectations.iter().map(|e| Line::new(Shape::Fill, depth, expectation(e)).starting(e.span.start)));
    lines
}

/// A code, an origin and further facts, as they follow the word `shipment`.
pub fn shipment(facts: &ShipmentFacts) -> Phrase {
    let mut phrase = Phrase::default();
    if let Some(code) = &facts.code {
        phrase.add(code.text.as_str(), code.span.start);
    }
    if let Some(origin) = &facts.origin {
        phrase.add(format!("of origin {}", origin.text), origin.span.start);
    }
    for (name, fact) in &facts.facts {
        phrase.add(format!("{} {}", name.text, value(fact)), name.span.start);
    }
    if !facts.claims.is_empty() {
        phrase.append(texts(&facts.claims).lead("claims"));
    }
    if let Some(known) = &facts.known_at {
        phrase.add(format!("known at {}", moment(known)), known.span.start);
    }
    if let Some(scenario) = &facts.scenario {
        phrase.add(format!("scenario {}", scenario.text), scenario.span.start);
    }
    phrase
}

fn value(fact: &FactValue) -> String {
    match fact {
        FactValue::Percent(p) => p.text.clone(),
        FactValue::Moment(m) => moment(m),
        FactValue::Money(m) => money(m),
        FactValue::Flag(f, _) => yes_or_no(*f).to_owned(),
        FactValue::Text(t) => quoted(t),
        FactValue::Country(c) => c.text.clone(),
        FactValue::Number(n) => n.text.clone(),
    }
}

fn expectation(e: &Expectation) -> Phrase {
    let at = e.span.start;
    match &e.kind {
        ExpectationKind::Needs(fact) => Phrase::of(format!("expect needs {}", fact.text), at),
        ExpectationKind::Rate(of, percent) => Phrase::of(format!("expect {} = {}", of.text, percent.text), at),
        ExpectationKind::Amount(of, amount) => Phrase::of(format!("expect {} = {}", of.text, money(amount)), at),
        ExpectationKind::Relieved(of, by) => names(by).lead(&format!("expect {} relieved by", of.text)),
        ExpectationKind::Displaced(of, by) => names(by).lead(&format!("expect {} displaced by", of.text)),
        ExpectationKind::Outcome(of, outcome) => Phrase::of(format!("expect {} {}", of.text, outcome.words()), at),
        ExpectationKind::Status(status) => Phrase::of(format!("expect {}", status.text), at),
    }
}
