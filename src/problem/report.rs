//! Problems as programs read them: JSON, and the annotations of GitHub.

use super::{Problem, Problems, Severity};
use crate::source::Sources;
use serde_json::{Value, json};

/// The report of `check --format json`; lines and columns count from 1.
pub fn json(problems: &Problems, sources: &Sources) -> Value {
    let list: Vec<Value> = problems.sorted().into_iter().map(|p| one(p, sources)).collect();
    json!({
        "problems": list,
        "summary": {
            "errors": problems.count(Severity::Error),
            "warnings": problems.count(Severity::Warning),
            "hints": problems.count(Severity::Hint),
            "waived": problems.waived(),
        },
    })
}

fn one(problem: &Problem, sources: &Sources) -> Value {
    let range = |span| {
        let (from, to) = (sources.place(span), sources.place_of_end(span));
        json!({"file": from.file, "line": from.line, "column": from.column, "end_line": to.line, "end_column": to.column})
    };
    let places: Vec<Value> = problem
        .labels
        .iter()
        .map(|l| {
            let mut place = range(l.span);
            if let Some(object) = place.as_object_mut() {
                object.insert("label".to_owned(), json!(l.words));
            }
            place
        })
        .collect();
    let fix = problem.fix.as_ref().map(|f| json!({"place": range(f.span), "replacement": f.text}));
    let waived = problem.waived.as_ref().map(|w| json!({"because": w.because, "until": w.until}));
    json!({
        "code": problem.code,
        "severity": problem.severity.word(),
        "message": problem.message,
        "help": problem.help,
        "places": places,
        "region": problem.region,
        "witness": problem.witness.as_ref().map(witness),
        "fix": fix,
        "taric": problem.taric,
        "waived": waived,
    })
}

fn witness(witness: &super::Witness) -> Value {
    let shipment: serde_json::Map<String, Value> = witness.facts.iter().map(|(name, value)| (name.clone(), json!(value))).collect();
    let results: Vec<Value> = witness.results.iter().map(|(rule, rate)| json!({"rule": rule, "rate": rate})).collect();
    json!({"shipment": shipment, "results": results})
}

/// One annotation a line, as GitHub's workflow commands read them.
pub fn github(problems: &Problems, sources: &Sources) -> String {
    let mut out = String::new();
    for p in problems.sorted().into_iter().filter(|p| p.waived.is_none()) {
        let place = sources.place(p.span());
        let end = sources.place_of_end(p.span());
        let command = match p.severity {
            Severity::Error => "error",
            Severity::Warning => "warning",
            Severity::Hint => "notice",
        };
        let text = match &p.help {
            Some(h) => format!("{}\n{h}", p.message),
            None => p.message.clone(),
        };
        let text = match &p.region {
            Some(region) => format!("{text}\nwhere: {region}"),
            None => text,
        };
        let file = escape(&place.file.display().to_string()).replace(':', "%3A").replace(',', "%2C");
        out.push_str(&format!(
            "::{command} file={file},line={},col={},endLine={},endColumn={},title={}::{}\n",
            place.line,
            place.column,
            end.line,
            end.column,
            p.code,
            escape(&text)
        ));
    }
    out
}

fn escape(text: &str) -> String {
    text.replace('%', "%25").replace('\r', "%0D").replace('\n', "%0A")
}
