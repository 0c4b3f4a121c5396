//! Clauses of heads and bodies, in their canonical order.

use super::super::tree::*;
use super::conditions::{condition, ends_with_bound};
use super::goods::{goods, names, origins};
use super::literals::{moment, quotation, quoted};
use super::phrase::{Line, Part, Phrase, Shape, Slot};
use super::rates::{base, rate};

/// A clause's modifiers from left to right: scope, condition, period, label, precedence, source.
fn parts(m: &Modifiers, one_line: bool) -> Vec<Part> {
    let mut parts = Vec::new();
    let mut put = |slot, phrase| parts.push(Part { slot, phrase });
    if let Some(on) = &m.on {
        put(Slot::On, goods(on).lead("on"));
    }
    if let Some(of) = &m.of {
        put(Slot::Of, origins(of));
    }
    if let Some(when) = &m.when {
        let phrase = condition(&when.condition);
        // On one line `loaded before A from B` would read like two bounds (T012).
        let phrase = if one_line && !m.period.is_empty() && ends_with_bound(&when.condition) { phrase.nest() } else { phrase };
        put(Slot::When, phrase.lead(if when.negated { "unless" } else { "when" }));
    }
    period(&m.period, &mut put);
    if let Some(label) = &m.label {
        put(Slot::As, Phrase::of(format!("as {}", label.text), label.span.start));
    }
    if !m.prevails.is_empty() {
        put(Slot::Prevails, names(&m.prevails).lead("prevails over"));
    }
    if let Some(c) = &m.cites {
        put(Slot::Cites, cites(c));
    }
    parts
}

fn period(period: &Period, put: &mut impl FnMut(Slot, Phrase)) {
    if let Some(from) = &period.from {
        put(Slot::From, Phrase::of(format!("from {}", moment(from)), from.span.start));
    }
    let mut end = Phrase::default();
    if let Some(until) = &period.until {
        end.add(format!("until {}", moment(until)), until.span.start);
    }
    if let Some(through) = &period.through {
        end.add(format!("through {}", moment(through)), through.span.start);
    }
    if let Some(lasting) = &period.lasting {
        end.add(format!("for {}", lasting.duration), lasting.span.start);
    }
    if let Some(event) = &period.during {
        end.add(format!("during {}", event.text), event.span.start);
    }
    if !end.atoms.is_empty() {
        put(Slot::End, end);
    }
}

pub fn cites(cites: &Cites) -> Phrase {
    let mut phrase = Phrase::of(format!("cites {}", cites.instrument.text), cites.span.start);
    if let Some(section) = &cites.section {
        phrase.join(&quoted(section));
    }
    if let Some(words) = &cites.quotation {
        phrase.join(&quotation(words));
    }
    phrase
}

/// The clauses that only one kind of item has, and where they stand in its head.
#[derive(Default)]
pub struct Own {
    /// Between condition and period.
    pub before_period: Vec<Line>,
    /// On the line of the period.
    pub beside_period: Vec<Part>,
    pub after_period: Vec<Line>,
}

/// The clauses of a head, one a line.
pub fn head(m: &Modifiers, depth: usize, own: Own) -> Vec<Line> {
    let all = parts(m, false);
    let row = |wanted: Slot| all.iter().filter(|p| p.slot.row() == wanted.row()).cloned().collect::<Vec<Part>>();
    let mut lines = Vec::new();
    let put = |parts: Vec<Part>| {
        if parts.is_empty() { None } else { Some(Line { shape: Shape::Head, depth, parts, start: 0 }) }
    };
    lines.extend(put(row(Slot::On)));
    lines.extend(put(row(Slot::When)));
    lines.extend(own.before_period);
    let mut period = row(Slot::From);
    period.extend(own.beside_period);
    lines.extend(put(period));
    lines.extend(own.after_period);
    lines.extend(put(row(Slot::Prevails)));
    lines.extend(put(row(Slot::Cites)));
    lines
}

/// The modifiers of something that goes on one line if it fits.
pub fn modifiers(m: &Modifiers) -> Vec<Part> {
    parts(m, true)
}

/// A clause of a body, with its modifiers.
pub fn body(clause: &BodyClause, depth: usize) -> Line {
    let main = match &clause.kind {
        BodyKind::Rate(r) => rate(r).lead("rate"),
        BodyKind::Base(b) => base(b).lead("base"),
        BodyKind::YieldsTo(list) => names(list).lead("yields to"),
        BodyKind::InLieuOf(list) => names(list).lead("in lieu of"),
        BodyKind::Covers(g) => goods(g).lead("covers"),
        BodyKind::Postpone { label, to } => Phrase::of(format!("postpone {} to {}", label.text, moment(to)), label.span.start),
        BodyKind::End { label, at } => Phrase::of(format!("end {} at {}", label.text, moment(at)), label.span.start),
        BodyKind::Extend { label, until } => Phrase::of(format!("extend {} until {}", label.text, moment(until)), label.span.start),
    };
    let mut line = Line::new(Shape::Body(clause.kind.word()), depth, main).starting(clause.span.start);
    line.parts.extend(parts(&clause.modifiers, true));
    line
}
