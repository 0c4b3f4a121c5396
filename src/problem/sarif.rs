//! Problems in SARIF 2.1.0, the form in which code scanners tell each other what they found.

use super::{Problem, Problems, Severity, page};
use crate::source::{Sources, Span};
use serde_json::{Value, json};
use std::path::Path;

/// One log with one run for all books. Lines and columns count from 1, columns in characters.
pub fn sarif<'r>(reports: impl IntoIterator<Item = (&'r Problems, &'r Sources)>) -> Value {
    let found: Vec<(&Problem, &Sources)> =
        reports.into_iter().flat_map(|(problems, sources)| problems.sorted().into_iter().map(move |p| (p, sources))).collect();
    let mut codes: Vec<&'static str> = found.iter().map(|(p, _)| p.code).collect();
    codes.sort_unstable();
    codes.dedup();
    let results: Vec<Value> = found.iter().map(|(p, sources)| result(p, sources, &codes)).collect();
    let rules: Vec<Value> = codes.iter().map(|c| rule(c)).collect();
    json!({
        "$schema": "https://json.schemastore.org/sarif-2.1.0.json",
        "version": "2.1.0",
        "runs": [{
            "tool": {"driver": {"name": "carveout", "semanticVersion": env!("CARGO_PKG_VERSION"), "rules": rules}},
            "columnKind": "unicodeCodePoints",
            "results": results,
        }],
    })
}

/// A rule, from its page: the title, the first paragraph, and the whole of it.
fn rule(code: &str) -> Value {
    let text = page(code).unwrap_or("");
    let title = text.lines().next().unwrap_or("").trim_start_matches(['#', ' ']);
    let title = title.strip_prefix(code).map_or(title, |t| t.trim_start_matches([':', ' ']));
    let first = text.split("\n\n").nth(1).unwrap_or(title).split_whitespace().collect::<Vec<_>>().join(" ");
    json!({
        "id": code,
        "shortDescription": {"text": if title.is_empty() { code } else { title }},
        "fullDescription": {"text": if first.is_empty() { code } else { &first }},
        "help": {"text": format!("`carveout explain {code}` shows an example and how to mend it"), "markdown": text},
    })
}

fn result(problem: &Problem, sources: &Sources, codes: &[&str]) -> Value {
    let level = match problem.severity {
        Severity::Error => "error",
        Severity::Warning => "warning",
        Severity::Hint => "note",
    };
    let parts = [Some(problem.message.clone()), problem.help.clone(), problem.region.as_ref().map(|r| format!("where: {r}"))];
    let text = parts.into_iter().flatten().collect::<Vec<_>>().join("\n");
    let mut result = json!({
        "ruleId": problem.code,
        "ruleIndex": codes.iter().position(|c| *c == problem.code),
        "level": level,
        "message": {"text": text},
        "locations": problem.labels.first().map(|l| location(l.span, &l.words, sources)).into_iter().collect::<Vec<_>>(),
    });
    let Some(object) = result.as_object_mut() else { return result };
    let related: Vec<Value> = problem.labels.iter().skip(1).map(|l| location(l.span, &l.words, sources)).collect();
    if !related.is_empty() {
        object.insert("relatedLocations".to_owned(), json!(related));
    }
    if let Some(fix) = &problem.fix {
        let replacement = json!({"deletedRegion": region(fix.span, sources), "insertedContent": {"text": fix.text}});
        let change = json!({"artifactLocation": artifact(fix.span, sources), "replacements": [replacement]});
        let description = problem.help.clone().unwrap_or_else(|| format!("write `{}`", fix.text));
        object.insert("fixes".to_owned(), json!([{"description": {"text": description}, "artifactChanges": [change]}]));
    }
    if let Some(waiver) = &problem.waived {
        object.insert("suppressions".to_owned(), json!([{"kind": "inSource", "justification": waiver.because}]));
    }
    let mut properties = serde_json::Map::new();
    if let Some(taric) = problem.taric {
        properties.insert("taric".to_owned(), json!(taric));
    }
    if let Some(witness) = &problem.witness {
        let outcomes: Vec<Value> = witness.results.iter().map(|(rule, rate)| json!({"rule": rule, "rate": rate})).collect();
        properties.insert("witness".to_owned(), json!({"shipment": witness.shipment, "results": outcomes}));
    }
    if !properties.is_empty() {
        object.insert("properties".to_owned(), Value::Object(properties));
    }
    result
}

fn location(span: Span, words: &str, sources: &Sources) -> Value {
    json!({
        "physicalLocation": {"artifactLocation": artifact(span, sources), "region": region(span, sources)},
        "message": {"text": if words.is_empty() { "here" } else { words }},
    })
}

fn artifact(span: Span, sources: &Sources) -> Value {
    json!({"uri": uri(&sources.place(span).file)})
}

fn region(span: Span, sources: &Sources) -> Value {
    let (from, to) = (sources.place(span), sources.place_of_end(span));
    json!({"startLine": from.line, "startColumn": from.column, "endLine": to.line, "endColumn": to.column})
}

/// A path as a reference: parted by `/`, and what means something in references escaped.
fn uri(path: &Path) -> String {
    let mut out = String::new();
    for byte in path.to_string_lossy().replace('\\', "/").bytes() {
        match byte {
            b'A'..=b'Z' | b'a'..=b'z' | b'0'..=b'9' | b'-' | b'.' | b'_' | b'~' | b'/' => out.push(char::from(byte)),
            other => out.push_str(&format!("%{other:02X}")),
        }
    }
    // An absolute path is not one that begins at some folder.
    if out.starts_with('/') { format!("file://{out}") } else { out }
}

#[cfg(test)]
mod tests {
    use super::uri;
    use std::path::Path;

    #[test]
    fn paths_are_references() {
        assert_eq!(uri(Path::new("policies/a b/ü.tariff")), "policies/a%20b/%C3%BC.tariff");
        assert_eq!(uri(Path::new("../x%1/a.tariff")), "../x%251/a.tariff");
        assert_eq!(uri(Path::new("/srv/a.tariff")), "file:///srv/a.tariff");
    }
}
