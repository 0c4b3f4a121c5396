//! Items: each becomes a first line and the lines of its clauses.

use super::super::tree::*;
use super::cases;
use super::clauses::{Own, body, cites, head, modifiers};
use super::conditions::{claim, expression};
use super::goods::{countries, goods, names};
use super::literals::{moment, money, month_day, points, quotation, quoted};
use super::phrase::{Block, Line, Part, Phrase, Shape, Slot};
use super::rates::rate;
use crate::source::Span;
use crate::value::RoundingMode;

/// The lines of an item that stands at a depth; none for one that could not be read.
pub fn block(item: &Item, depth: usize) -> Block {
    let at = item.span.start;
    let inside = depth.saturating_add(1);
    let mut block = Block { depth, ..Block::default() };
    // The first line of most items: its word, its name and its title stay together.
    let titled = |word: &str, name: &Name, title: &Option<Text>| {
        let mut phrase = Phrase::of(format!("{word} {}", name.text), at);
        if let Some(title) = title {
            phrase.join(&quoted(title));
        }
        phrase
    };
    let header = |phrase: Phrase| Line::new(Shape::Header, depth, phrase);
    let of_names = |mut phrase: Phrase, word: &str, list: &[Name]| {
        phrase.append(names(list).lead(word));
        phrase
    };
    let set = |word: &str, name: &Name, members: Phrase| {
        Line::new(Shape::Set, depth, Phrase::of(format!("{word} {} =", name.text), at)).part(Slot::Other(0), members)
    };
    let lines = match &item.kind {
        ItemKind::Policy(p) => {
            let mut lines = vec![header(titled("policy", &p.name, &p.title))];
            lines.extend(p.clauses.iter().map(|c| policy_clause(c, inside)));
            lines
        }
        ItemKind::Use(u) => vec![Line::new(Shape::Fill, depth, Phrase::of(format!("use {} from {}", u.name.text, quoted(&u.path)), at))],
        ItemKind::Instrument(i) => {
            let mut lines = vec![header(titled("instrument", &i.name, &i.title))];
            lines.extend(i.clauses.iter().map(|c| instrument_clause(c, inside)));
            lines
        }
        ItemKind::Goods(g) => vec![set("goods", &g.name, goods(&g.goods))],
        ItemKind::Countries(c) => vec![set("countries", &c.name, countries(&c.countries))],
        ItemKind::Group(g) => vec![set("group", &g.name, names(&g.members))],
        ItemKind::Input(i) => vec![input(i, at, depth)],
        ItemKind::Event(e) if e.title.is_none() => {
            let mut line = Line::new(Shape::Stack, depth, titled("event", &e.name, &None));
            line.parts.extend(modifiers(&e.head));
            vec![line]
        }
        ItemKind::Event(e) => {
            let mut lines = vec![header(titled("event", &e.name, &e.title))];
            lines.extend(head(&e.head, inside, Own::default()));
            lines
        }
        ItemKind::Extension(e) => {
            let mut line = Line::new(Shape::Stack, depth, Phrase::of(format!("extend {} until {}", e.event.text, moment(&e.until)), at));
            if let Some(c) = &e.cites {
                line = line.part(Slot::Cites, cites(c));
            }
            vec![line]
        }
        ItemKind::Charge(c) => {
            let mut lines = vec![header(titled(c.kind.word(), &c.name, &c.title))];
            if let Some(other) = &c.against {
                lines.push(Line::new(Shape::Head, inside, Phrase::of(format!("against {}", other.text), other.span.start)));
            }
            lines.extend(head(&c.head, inside, Own::default()));
            lines.extend(c.body.iter().map(|b| body(b, inside)));
            lines
        }
        ItemKind::Amend(a) => {
            let mut lines = vec![header(titled("amend", &a.target, &None))];
            lines.extend(head(&a.head, inside, Own::default()));
            lines.extend(a.body.iter().map(|b| body(b, inside)));
            lines
        }
        ItemKind::Exemption(e) => {
            let mut own = Vec::new();
            if let Some(r) = &e.relief {
                own.push(Line::new(Shape::Head, inside, relief(r)));
            }
            if let Some(quota) = &e.quota {
                own.push(Line::new(Shape::Head, inside, Phrase::of(format!("up to quota {}", quota.text), quota.span.start)));
            }
            let mut lines = vec![header(of_names(titled("exemption", &e.name, &e.title), "from", &e.from))];
            lines.extend(head(&e.head, inside, Own { before_period: own, ..Own::default() }));
            lines
        }
        ItemKind::Suspension(s) => {
            let mut first = of_names(titled("suspension", &s.name, &s.title), "of", &s.of);
            if !s.only.is_empty() {
                first = of_names(first, "only", &s.only);
            }
            let own = s.by.as_ref().map(|p| Line::new(Shape::Head, inside, Phrase::of(format!("by {}", points(p)), p.span.start)));
            let mut lines = vec![header(first)];
            lines.extend(head(&s.head, inside, Own { before_period: own.into_iter().collect(), ..Own::default() }));
            lines
        }
        ItemKind::Phaseout(p) => {
            let mut lines = vec![header(of_names(titled("phaseout", &p.name, &p.title), "of", &p.of))];
            lines.extend(phaseout(p, inside));
            lines
        }
        ItemKind::Limit(l) => {
            let own = l.at_most.as_ref().map(|r| Line::new(Shape::Head, inside, rate(r).lead("at most")));
            let mut lines = vec![header(of_names(titled("limit", &l.name, &l.title), "of", &l.of))];
            lines.extend(head(&l.head, inside, Own { before_period: own.into_iter().collect(), ..Own::default() }));
            lines
        }
        ItemKind::Quota(q) => vec![quota(q, at, depth)],
        ItemKind::Ending(e) => {
            let word = if e.void { "void" } else { "repeal" };
            let mut lines = vec![header(of_names(titled(word, &e.name, &e.title), "of", &e.of))];
            lines.extend(head(&e.head, inside, Own::default()));
            lines
        }
        ItemKind::Scenario(s) => {
            let mut lines = vec![header(titled("scenario", &s.name, &s.title))];
            if !s.without.is_empty() {
                lines.push(Line::new(Shape::Fill, inside, names(&s.without).lead("without")));
            }
            if !s.with.is_empty() {
                lines.push(Line::new(Shape::Fill, inside, Phrase::of("with", s.with_span.start)));
            }
            let deeper = inside.saturating_add(1);
            block.inner = s.with.iter().map(|i| self::block(i, deeper)).collect();
            lines
        }
        ItemKind::Assert(a) => {
            let mut lines = vec![header(titled("assert", &a.name, &a.title))];
            lines.extend(head(&a.head, inside, Own::default()));
            lines.push(Line::new(Shape::Fill, inside, claim(&a.claim).lead("that")));
            lines
        }
        ItemKind::Test(t) => {
            let mut lines = vec![header(Phrase::of(format!("test {}", quoted(&t.title)), at))];
            lines.extend(t.cases.iter().flat_map(|c| cases::case(c, inside)));
            lines
        }
        ItemKind::TestTable(file) => vec![Line::new(Shape::Fill, depth, Phrase::of(format!("test table {}", quoted(file)), at))],
        ItemKind::Waiver(w) => vec![waiver(w, at, depth)],
        ItemKind::Broken => Vec::new(),
    };
    block.lines = lines;
    block
}

fn policy_clause(clause: &PolicyClause, depth: usize) -> Line {
    let (text, span): (String, &Span) = match clause {
        PolicyClause::ImportsInto(country, span) => (format!("imports into {}", country.text), span),
        PolicyClause::Currency(currency, span) => (format!("currency {}", currency.text), span),
        PolicyClause::Clock(zone, span) => (format!("clock {}", zone.text), span),
        PolicyClause::Nomenclature(file, span) => (format!("nomenclature {}", quoted(file)), span),
        PolicyClause::Exchange(file, span) => (format!("exchange {}", quoted(file)), span),
        PolicyClause::BareDates { start, span } => (format!("bare dates {}", if *start { "start" } else { "end" }), span),
        PolicyClause::Time { from, through, span } => {
            let through = through.as_ref().map(|t| format!(" through {}", moment(t))).unwrap_or_default();
            (format!("from {}{through}", moment(from)), span)
        }
        PolicyClause::Rounding { mode, step, when, span } => {
            let mode = match mode {
                RoundingMode::HalfUp => "half up",
                RoundingMode::HalfEven => "half even",
                RoundingMode::Down => "down",
            };
            let when = match when {
                Some(RoundingTime::EachAmount) => " each amount",
                Some(RoundingTime::AtTheEnd) => " at the end",
                None => "",
            };
            (format!("round {mode} to {}{when}", step.text), span)
        }
    };
    Line::new(Shape::Fill, depth, Phrase::of(text, span.start))
}

fn instrument_clause(clause: &InstrumentClause, depth: usize) -> Line {
    let (text, span) = match clause {
        InstrumentClause::Published(on, span) => (format!("published {}", moment(on)), span),
        InstrumentClause::Expires(at, span) => (format!("expires {}", moment(at)), span),
        InstrumentClause::Url(url, span) => (format!("url {}", quoted(url)), span),
        InstrumentClause::Unofficial(span) => ("unofficial".to_owned(), span),
        InstrumentClause::Quotation(words, span) => (format!("text {}", quotation(words)), span),
    };
    Line::new(Shape::Fill, depth, Phrase::of(text, span.start))
}

fn input(input: &Input, at: usize, depth: usize) -> Line {
    let kind = match input.kind {
        InputKind::Money => "money".to_owned(),
        InputKind::Rate => "rate".to_owned(),
        InputKind::Number => "number".to_owned(),
        InputKind::Flag => "flag".to_owned(),
        InputKind::Text => "text".to_owned(),
        InputKind::Country => "country".to_owned(),
        InputKind::Instant => "instant".to_owned(),
        InputKind::Quantity(unit) => format!("quantity of {unit}"),
    };
    let mut line = Line::new(Shape::Stack, depth, Phrase::of(format!("input {} : {kind}", input.name.text), at));
    if let Some(what) = &input.what {
        line = line.part(Slot::Other(0), Phrase::of(quoted(what), what.span.start));
    }
    if let Some(default) = &input.default {
        line = line.part(Slot::Other(1), expression(default).lead("default"));
    }
    line
}

fn relief(relief: &Relief) -> Phrase {
    match relief {
        Relief::To(r, _) => rate(r).lead("to"),
        Relief::ByPoints(p, span) => Phrase::of(format!("by {}", points(p)), span.start),
        Relief::ByShare(share, span) => Phrase::of(format!("by {} of the duty", share.text), span.start),
        Relief::ByInput(share, span) => Phrase::of(format!("by {} of the duty", share.text), span.start),
    }
}

/// The clauses of a phase-out; its period and its stages share a line.
fn phaseout(p: &Phaseout, depth: usize) -> Vec<Line> {
    let mut own = Own::default();
    if let Some(from) = &p.counted_from {
        let phrase = Phrase::of(format!("counted from {}", moment(from)), from.span.start);
        own.beside_period.push(Part { slot: Slot::Other(0), phrase });
    }
    let steps = match &p.steps {
        Some(Steps::Equal { count, every, to, span }) => {
            let every = every.as_ref().map(|d| format!(" every {}", month_day(d))).unwrap_or_default();
            let mut phrase = Phrase::of(format!("in {count} yearly stages{every}"), span.start);
            phrase.append(rate(to).lead("to"));
            Some(phrase)
        }
        Some(Steps::Cutting { cuts, every, .. }) => {
            let mut phrase = Phrase::list(cuts.iter().map(|c| Phrase::of(c.text.as_str(), c.span.start))).lead("cutting");
            if let Some(day) = every {
                phrase.add(format!("every {}", month_day(day)), day.span.start);
            }
            Some(phrase)
        }
        None => None,
    };
    own.beside_period.extend(steps.map(|phrase| Part { slot: Slot::Other(1), phrase }));
    if let Some(start) = &p.starting_at {
        own.after_period.push(Line::new(Shape::Head, depth, rate(start).lead("starting at")));
    }
    own.after_period.extend(p.rounded.iter().map(|r| {
        let how = if r.down { "rounded down to" } else { "rounded to" };
        let step = match &r.to {
            RoundedTo::Points(step) => points(step),
            RoundedTo::Money(step) => money(step),
        };
        Line::new(Shape::Head, depth, Phrase::of(format!("{how} {step}"), r.span.start))
    }));
    head(&p.head, depth, own)
}

fn quota(q: &Quota, at: usize, depth: usize) -> Line {
    let first = Phrase::of(format!("quota {} {} column {}", q.name.text, quoted(&q.file), q.column.text), at);
    let mut line = Line::new(Shape::Stack, depth, first);
    if q.per_importer {
        // The tree keeps no place for it; comments stay with what is before.
        line = line.part(Slot::Other(0), Phrase::of("per importer", at));
    }
    if let Some(t) = &q.tolerance {
        line = line.part(Slot::Other(1), Phrase::of(format!("tolerance {}", t.text), t.span.start));
    }
    if let Some((lasting, column)) = &q.term {
        line = line.part(Slot::Other(2), Phrase::of(format!("for {} from column {}", lasting.duration, column.text), lasting.span.start));
    }
    if let Some(c) = &q.cites {
        line = line.part(Slot::Cites, cites(c));
    }
    line
}

fn waiver(w: &Waiver, at: usize, depth: usize) -> Line {
    let mut line = Line::new(Shape::Stack, depth, Phrase::of(format!("allow {} in {}", w.code.text, w.within.text), at))
        .part(Slot::Other(0), Phrase::of(format!("because {}", quoted(&w.because)), w.because.span.start));
    if let Some(until) = &w.until {
        line = line.part(Slot::Other(1), Phrase::of(format!("until {}", moment(until)), until.span.start));
    }
    line
}
