//! A timeline as a table: a line for each change.

use super::{Course, Reason, Timeline};
use crate::program::InstrumentId;

/// The timeline as people read it; `named` says that its measures were asked for by name, so that one which never applies is told too.
pub fn to_text(timeline: &Timeline<'_>, named: bool) -> String {
    let mut out = format!("{}{}\n", timeline.shipment_words(), timeline.version_words());
    if let Some(examples) = timeline.examples_words() {
        out.push_str(&format!("{examples}\n"));
    }
    let mut acts: Vec<InstrumentId> = Vec::new();
    let mut nothing = true;
    for course in &timeline.courses {
        if course.stretches.iter().any(|s| !s.is_idle()) {
            out.push_str(&format!("\n{}", table(timeline, course, &mut acts)));
            nothing = false;
        } else if named {
            let why = course.stretches.first().and_then(|s| s.why.clone()).map_or_else(String::new, |w| format!(": {w}"));
            out.push_str(&format!("\n{}: at no time{why}\n", timeline.program.measure_name(course.measure)));
            nothing = false;
        }
    }
    if nothing {
        out.push_str("\nno measure has to do with this shipment, whenever it enters\n");
    }
    acts.sort_unstable();
    acts.dedup();
    if !acts.is_empty() {
        out.push('\n');
    }
    let acts: Vec<_> = acts.into_iter().filter_map(|i| timeline.program.instrument(i)).collect();
    let width = acts.iter().map(|a| a.name.chars().count()).max().unwrap_or(0);
    for act in acts {
        let published = act.published.map_or_else(String::new, |d| format!(", published {d}"));
        let official = if act.unofficial { " (unofficial)" } else { "" };
        out.push_str(&format!("{:width$}  {}{official}{published}\n", act.name, act.title));
    }
    out
}

fn table(timeline: &Timeline<'_>, course: &Course, acts: &mut Vec<InstrumentId>) -> String {
    let clock = &timeline.program.clock;
    let mut rows: Vec<[String; 5]> = vec![["from", "until", "rate", "outcome", "because"].map(str::to_owned)];
    // What begins with having nothing to do with the shipment begins later.
    for stretch in course.stretches.iter().skip_while(|s| s.is_idle()) {
        let moment = |at: Option<crate::value::Instant>| at.map_or_else(String::new, |t| clock.show_full(t));
        acts.extend(stretch.reasons.iter().flat_map(|r| &r.cites).map(|c| c.instrument));
        let because: Vec<String> = stretch.reasons.iter().map(|r| reason(timeline, r)).collect();
        let rate = stretch.rate.clone().unwrap_or_else(|| "–".to_owned());
        rows.push([moment(stretch.from), moment(stretch.until), rate, stretch.outcome_words(), because.join("; ")]);
    }
    let width = |at: usize| rows.iter().filter_map(|r| r.get(at)).map(|c| c.chars().count()).max().unwrap_or(0);
    let (a, b, c, d) = (width(0), width(1), width(2), width(3));
    let title = timeline.program.measure(course.measure).map_or("", |m| m.title.as_str());
    let name = timeline.program.measure_name(course.measure);
    let mut out = if title == name { format!("{name}\n") } else { format!("{name}  {title}\n") };
    for [from, until, rate, outcome, because] in rows {
        out.push_str(format!("  {from:a$}  {until:b$}  {rate:c$}  {outcome:d$}  {because}").trim_end());
        out.push('\n');
    }
    out
}

fn reason(timeline: &Timeline<'_>, reason: &Reason) -> String {
    let cites: Vec<String> = reason
        .cites
        .iter()
        .filter_map(|c| {
            let act = timeline.program.instrument(c.instrument)?;
            Some(c.section.as_ref().map_or_else(|| act.name.clone(), |s| format!("{}, {s}", act.name)))
        })
        .collect();
    if cites.is_empty() { reason.words.clone() } else { format!("{} ({})", reason.words, cites.join("; ")) }
}
