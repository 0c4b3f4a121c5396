//! A timeline as programs read it.

use super::{Reason, Stretch, Timeline};
use crate::facts::Value;
use crate::program::FactId;
use serde_json::{Map, Value as Json, json};

/// The object of `timeline --format json`: rates are texts, and so are moments, on the clock that is named.
pub fn to_json(timeline: &Timeline<'_>) -> Json {
    let program = timeline.program;
    let mut shipment = Map::new();
    shipment.insert("hs".to_owned(), json!(timeline.shipment.hs.to_string()));
    if let Some(origin) = timeline.shipment.origin {
        shipment.insert("origin".to_owned(), json!(origin.code()));
    }
    let text = |fact: FactId, value: &Value| value.text(program, program.fact(fact).map(|f| f.kind));
    for (fact, value) in timeline.shipment.given().filter(|(f, _)| *f != FactId::ENTERED) {
        shipment.insert(program.fact_name(fact).to_owned(), json!(text(fact, value)));
    }
    let examples: Vec<&str> = timeline.examples.iter().map(|f| program.fact_name(*f)).collect();
    let measures: Vec<Json> = timeline
        .courses
        .iter()
        .map(|course| {
            let stretches: Vec<Json> = course.stretches.iter().map(|s| stretch(timeline, s)).collect();
            json!({
                "name": program.measure_name(course.measure),
                "title": program.measure(course.measure).map(|m| m.title.as_str()),
                "kind": program.measure(course.measure).map(|m| m.kind.word()),
                "stretches": stretches,
            })
        })
        .collect();
    json!({
        "shipment": shipment,
        "examples": examples,
        "clock": program.clock.name(),
        "scenario": program.scenario,
        "known_at": timeline.known_at.map(|d| d.to_string()),
        "measures": measures,
    })
}

fn stretch(timeline: &Timeline<'_>, stretch: &Stretch) -> Json {
    let clock = &timeline.program.clock;
    let causes: Vec<Json> = stretch.reasons.iter().map(|r| reason(timeline, r)).collect();
    json!({
        "from": stretch.from.map(|t| clock.show_full(t)),
        "until": stretch.until.map(|t| clock.show_full(t)),
        "outcome": stretch.outcome.words(),
        "rate": stretch.rate,
        "headline": stretch.headline,
        "by": stretch.by,
        "why": stretch.why,
        "causes": causes,
    })
}

fn reason(timeline: &Timeline<'_>, reason: &Reason) -> Json {
    let cites: Vec<Json> = reason
        .cites
        .iter()
        .filter_map(|c| {
            let act = timeline.program.instrument(c.instrument)?;
            let published = act.published.map(|d| d.to_string());
            Some(json!({"instrument": act.name, "title": act.title, "section": c.section, "published": published, "unofficial": act.unofficial}))
        })
        .collect();
    json!({"what": reason.words, "rule": reason.rule, "place": reason.place, "cites": cites})
}
