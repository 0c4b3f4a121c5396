//! The reasoning behind an outcome, in words and as JSON. Words are made here and nowhere earlier.

use super::{Assessment, By, Cause, MeasureResult, Missing, MissingFact, Totals, Turn};
use crate::facts::{Shipment, Value};
use crate::program::{FactId, FactKind, MeasureId, Program, Rate, Term};
use crate::source::{Sources, Span};
use crate::syntax::{Bound, OutcomeWord, Sign};
use crate::value::{Exact, percent_text};
use rust_decimal::Decimal;
use serde_json::{Value as Json, json};

/// An assessment with all that is needed to explain it.
#[derive(Clone, Copy)]
pub struct Explanation<'a> {
    pub program: &'a Program,
    pub sources: &'a Sources,
    pub shipment: &'a Shipment,
    pub assessment: &'a Assessment,
}

impl Explanation<'_> {
    // ── People ──

    /// The whole reasoning, measure by measure.
    pub fn to_text(&self) -> String {
        let mut out = String::new();
        let mut line = |text: String| {
            out.push_str(text.trim_end());
            out.push('\n');
        };
        line(self.shipment_text());
        line(self.headline());
        line(String::new());
        line(self.reached_text());
        let outside: Vec<&MeasureResult> = self.assessment.results.iter().filter(|r| r.outcome == OutcomeWord::OutOfScope).collect();
        if !outside.is_empty() {
            line(String::new());
            line("out of scope:".to_owned());
            for result in outside {
                line(format!("  {}: {}", self.name(result.measure), result.cause.as_ref().map_or_else(String::new, |c| self.cause(c))));
            }
        }
        for fact in &self.assessment.defaults {
            line(String::new());
            line(format!("{} was not given; its declared default was used", self.fact_name(*fact)));
        }
        out
    }

    /// Every measure that reaches the shipment, with its reasoning.
    pub fn reached_text(&self) -> String {
        let reached: Vec<&MeasureResult> = self.assessment.results.iter().filter(|r| r.outcome != OutcomeWord::OutOfScope).collect();
        let width = reached.iter().map(|r| self.name(r.measure).chars().count()).max().unwrap_or(0);
        reached.iter().map(|r| self.measure_text(r, width)).collect::<Vec<_>>().join("\n")
    }

    /// One measure with its reasoning, its name filled up to a width.
    pub fn measure_text(&self, result: &MeasureResult, width: usize) -> String {
        let mut lines = vec![format!("{:width$}  {}", self.name(result.measure), self.result_text(result))];
        lines.extend(self.details(result).iter().map(|detail| format!("{:width$}    {detail}", "")));
        lines.iter().map(|l| l.trim_end()).collect::<Vec<_>>().join("\n")
    }

    fn shipment_text(&self) -> String {
        let mut out = self.shipment.hs.to_string();
        if let Some(name) = self.program.nomenclature.six_digits.as_ref().and_then(|s| s.get(&self.shipment.hs.cut(6).first())) {
            out.push_str(&format!(" ({name})"));
        }
        if let Some(origin) = self.shipment.origin {
            out.push_str(&format!(" of origin {origin}"));
        }
        for (fact, value) in self.shipment.given() {
            out.push_str(&format!(", {} {}", self.program.fact_name(fact), self.value_text(value, self.program.fact(fact).map(|f| f.kind))));
        }
        out
    }

    fn value_text(&self, value: &Value, kind: Option<FactKind>) -> String {
        match value {
            Value::Money(n, c) => format!("{c} {n}"),
            Value::Number(n) if kind == Some(FactKind::Rate) => percent_text(*n),
            Value::Number(n) => n.to_string(),
            Value::Flag(f) => if *f { "yes" } else { "no" }.to_owned(),
            Value::Text(t) => format!("\"{t}\""),
            Value::Country(c) => c.to_string(),
            Value::At(at) => self.program.clock.show_full(*at),
            Value::SomeTime(first, _) => format!("{} (some time that day)", self.program.show(*first)),
            Value::Claims(c) if c.is_empty() => "none".to_owned(),
            Value::Claims(c) => c.join("; "),
        }
    }

    fn headline(&self) -> String {
        let currency = self.program.currency;
        let known = self.assessment.known_at.map_or_else(String::new, |k| format!(", as known on {k}"));
        match &self.assessment.totals {
            Some(Totals { duty, tax, fee, total }) => {
                let mut parts = vec![format!("duty {currency} {duty}")];
                if self.has(crate::syntax::ChargeKind::Tax) {
                    parts.push(format!("tax {currency} {tax}"));
                }
                if self.has(crate::syntax::ChargeKind::Fee) {
                    parts.push(format!("fee {currency} {fee}"));
                }
                format!("assessed{known}: {}, total {currency} {total}", parts.join(", "))
            }
            None => format!("{}{known}: {}", self.assessment.status.words(), self.problem().unwrap_or_default()),
        }
    }

    fn has(&self, kind: crate::syntax::ChargeKind) -> bool {
        self.program.measures.iter().any(|m| m.kind == kind)
    }

    /// Why the shipment is not assessed: the first of its gravest open measures.
    pub fn problem(&self) -> Option<String> {
        let result = self.gravest()?;
        let cause = result.cause.as_ref().map_or_else(String::new, |c| self.cause(c));
        Some(format!("{}: {cause}", self.name(result.measure)))
    }

    /// The first of the gravest open measures, preferably one that does not merely follow another.
    pub fn gravest(&self) -> Option<&MeasureResult> {
        let status = self.assessment.status;
        let direct = |r: &&MeasureResult| r.open_status() == Some(status) && !matches!(r.cause, Some(Cause::Follows(_)));
        let results = || self.assessment.results.iter();
        results().find(direct).or_else(|| results().find(|r| r.open_status() == Some(status)))
    }

    fn result_text(&self, result: &MeasureResult) -> String {
        let currency = self.program.currency;
        match (result.outcome, result.printed) {
            (OutcomeWord::Applied, Some(amount)) => {
                let rate = result.rate.as_ref().map_or_else(String::new, |r| rate_text(r, self.program));
                let base = match result.base {
                    Some(b) if result.base_clause.is_some() => format!(" of {} ({currency} {b})", self.base_text(result)),
                    Some(b) => format!(" of {currency} {b}"),
                    None => String::new(),
                };
                format!("{currency} {amount} = {rate}{base}")
            }
            (outcome, _) => match &result.cause {
                Some(cause) => format!("{}: {}", outcome.words(), self.cause(cause)),
                None => outcome.words().to_owned(),
            },
        }
    }

    fn base_text(&self, result: &MeasureResult) -> String {
        let clause = result.base_clause.and_then(|i| self.program.measure(result.measure).and_then(|m| m.clauses.get(i)));
        let text = clause.map_or("", |c| self.sources.text(c.span));
        text.strip_prefix("base ").unwrap_or(text).split_whitespace().collect::<Vec<_>>().join(" ")
    }

    /// One measure's result with what led to it, as a sentence.
    pub fn in_one_line(&self, result: &MeasureResult) -> String {
        let mut parts = vec![self.result_text(result)];
        parts.extend(self.details(result));
        parts.join("; ")
    }

    /// What led to the outcome: the clause, then what acted on it.
    fn details(&self, result: &MeasureResult) -> Vec<String> {
        let mut out = Vec::new();
        if let Some(clause) = &result.clause {
            let rate = result.headline.as_ref().map_or_else(|| self.words(clause.span), |r| rate_text(r, self.program));
            let cite = self.program.measure(result.measure).and_then(|m| m.clauses.get(clause.index)).and_then(|c| c.cite.as_ref());
            let by = cite.map_or_else(String::new, |c| format!(" by {}", self.cite_text(c)));
            out.push(format!("rate {rate}{by} ({})", self.place(clause.span)));
        }
        for by in &result.by {
            out.push(self.by_text(*by));
        }
        for fact in &result.defaults {
            out.push(format!("{} by default", self.fact_name(*fact)));
        }
        out
    }

    fn by_text(&self, by: By) -> String {
        match by {
            By::Exemption(id) => {
                let Some(e) = self.program.exemptions.get(id.0) else { return String::new() };
                let cite = e.head.cite.as_ref().map_or_else(String::new, |c| format!(" by {}", self.cite_text(c)));
                format!("relieved by `{}`{cite} ({})", e.name, self.place(e.span))
            }
            By::Suspension(id, points) => {
                let Some(s) = self.program.suspensions.get(id.0) else { return String::new() };
                let cite = s.head.cite.as_ref().map_or_else(String::new, |c| format!(" by {}", self.cite_text(c)));
                let what = points.and_then(|p| p.checked_mul(Exact::whole(100))).map_or_else(String::new, |p| format!("{p} points "));
                format!("{what}suspended by `{}`{cite} ({})", s.name, self.place(s.span))
            }
            By::Ending(id) => {
                let Some(e) = self.program.endings.get(id.0) else { return String::new() };
                let cite = e.cite.as_ref().map_or_else(String::new, |c| format!(" by {}", self.cite_text(c)));
                let word = if e.void { "void" } else { "repealed" };
                format!("{word} under `{}`{cite} ({})", e.name, self.place(e.span))
            }
        }
    }

    fn cite_text(&self, cite: &crate::program::Cite) -> String {
        let Some(i) = self.program.instrument(cite.instrument) else { return String::new() };
        let section = cite.section.as_ref().map_or_else(String::new, |s| format!(", {s}"));
        let official = if i.unofficial { " (unofficial)" } else { "" };
        format!("{}{section}{official}", i.title)
    }

    /// A cause, as the end of a sentence.
    pub fn cause(&self, cause: &Cause) -> String {
        let program = self.program;
        match cause {
            Cause::Goods => format!("its goods do not include {}", self.shipment.hs),
            Cause::Origin => match self.shipment.origin {
                Some(o) => format!("it does not reach origin {o}"),
                None => "it reaches no origin now".to_owned(),
            },
            Cause::Condition(c) => format!("`{}` does not hold", self.words(c.span)),
            Cause::NotSubject => "these goods are not subject to it".to_owned(),
            Cause::Unpublished(i) => match program.instrument(*i) {
                Some(i) => format!("`{}` was published only on {}", i.name, i.published.map_or_else(|| "a later day".to_owned(), |d| d.to_string())),
                None => "not published".to_owned(),
            },
            Cause::NotYet(at) => format!("not before {}", program.clock.show_full(*at)),
            Cause::NoMore(at) => format!("ended {}", program.clock.show_full(*at)),
            Cause::NoClause => "none of its clauses covers this moment".to_owned(),
            Cause::Void(id) | Cause::Repealed(id, _) => {
                let since =
                    if let Cause::Repealed(_, at) = cause { format!(" from {}", program.clock.show_full(*at)) } else { " from its beginning".to_owned() };
                let name = program.endings.get(id.0).map_or("", |e| e.name.as_str());
                format!("by `{name}`{since}")
            }
            Cause::Needs(missing) => self.needs(missing),
            Cause::Conflict(clauses) => {
                let places: Vec<String> = clauses.iter().map(|c| format!("`{}` ({})", self.words(c.span), self.place(c.span))).collect();
                format!("no rule says which prevails: {}", crate::problem::listed(&places, "and"))
            }
            Cause::NoRate => format!("it reaches {} but says no rate for these goods", self.shipment.hs),
            Cause::Unread(span, why) => format!("its rate at {} cannot be reckoned with: {why}", self.place(*span)),
            Cause::OutsideTime => {
                let from = program.speaks_from.map_or_else(String::new, |f| format!(" from {}", program.show(f)));
                let until = program.speaks_until.map_or_else(String::new, |u| format!(" until {}", program.show(u)));
                format!("the book speaks only for entries{from}{until}")
            }
            Cause::Depends(turns) => {
                let said: Vec<String> = turns.iter().map(|t| self.turn(t)).collect();
                said.join("; ")
            }
            Cause::Follows(id) => format!("it is reckoned from `{}`, which is open", self.name(*id)),
            Cause::TooLarge => "the amounts are too large to be reckoned exactly".to_owned(),
            Cause::ZeroValue => "a rate on a customs value of zero has no meaning".to_owned(),
        }
    }

    fn turn(&self, turn: &Turn) -> String {
        match turn {
            Turn::At(fact, at) => {
                let name = self.program.fact_name(*fact);
                format!("the answer changes at {}: give `{name}` with its time", self.program.clock.show_full(*at))
            }
            Turn::Code(code) => format!("the answer differs for `{code}`: give more digits than `{}`", self.shipment.hs),
            Turn::TooMany => "too much is open to be looked through: give times and more digits".to_owned(),
        }
    }

    fn needs(&self, missing: &[Missing]) -> String {
        let said: Vec<String> = missing
            .iter()
            .map(|m| {
                let fact = self.missing_name(m.fact);
                let what = match m.fact {
                    MissingFact::Fact(id) => {
                        self.program.fact(id).map(|f| f.what.as_str()).filter(|w| !w.is_empty()).map_or_else(String::new, |w| format!(" ({w})"))
                    }
                    _ => String::new(),
                };
                let rule = m.span.map_or_else(String::new, |s| format!(", for `{}` ({})", self.words(s), self.place(s)));
                format!("`{fact}`{what}{rule}")
            })
            .collect();
        if said.is_empty() { "numbers too large to be compared".to_owned() } else { format!("needs {}", crate::problem::listed(&said, "and")) }
    }

    pub fn missing_name(&self, fact: MissingFact) -> String {
        match fact {
            MissingFact::Origin => "origin".to_owned(),
            MissingFact::Fact(id) => self.program.fact_name(id).to_owned(),
            MissingFact::Exchange(id) => format!("exchange rate for {}", self.program.fact_name(id)),
        }
    }

    fn name(&self, id: MeasureId) -> &str {
        self.program.measure_name(id)
    }

    fn fact_name(&self, id: FactId) -> String {
        let value = self.program.fact(id).and_then(|f| f.default.as_ref()).map_or_else(String::new, |d| format!(" = {}", self.words(d.span)));
        format!("`{}`{value}", self.program.fact_name(id))
    }

    /// The author's words, on one line.
    fn words(&self, span: Span) -> String {
        self.sources.text(span).split_whitespace().collect::<Vec<_>>().join(" ")
    }

    pub fn place(&self, span: Span) -> String {
        let place = self.sources.place(span);
        format!("{}:{}", place.file.display(), place.line)
    }

    /// The names of what acted on a measure.
    pub fn by_names(&self, result: &MeasureResult) -> Vec<&str> {
        result
            .by
            .iter()
            .map(|by| match by {
                By::Exemption(id) => self.program.exemptions.get(id.0).map_or("", |e| e.name.as_str()),
                By::Suspension(id, _) => self.program.suspensions.get(id.0).map_or("", |s| s.name.as_str()),
                By::Ending(id) => self.program.endings.get(id.0).map_or("", |e| e.name.as_str()),
            })
            .collect()
    }

    /// The names of the instruments cited, each once.
    pub fn cite_names(&self, result: &MeasureResult) -> Vec<&str> {
        let mut names: Vec<&str> = Vec::new();
        for cite in &result.cites {
            let name = self.program.instrument(cite.instrument).map_or("", |i| i.name.as_str());
            if !names.contains(&name) {
                names.push(name);
            }
        }
        names
    }
}

// ── JSON ──

/// The object of `why --format json`.
pub fn to_json(e: &Explanation<'_>) -> Json {
    let print = |d: Option<Decimal>| d.map(|d| d.to_string());
    let totals = e.assessment.totals;
    let measures: Vec<Json> = e
        .assessment
        .results
        .iter()
        .map(|r| {
            let clause = r.clause.as_ref().map(|c| {
                let place = e.sources.place(c.span);
                json!({"file": place.file, "line": place.line})
            });
            json!({
                "name": e.program.measure_name(r.measure),
                "kind": e.program.measure(r.measure).map(|m| m.kind.word()),
                "outcome": r.outcome.words(),
                "rate": r.rate.as_ref().map(|x| rate_text(x, e.program)),
                "base": r.base.map(|b| b.to_string()),
                "amount": if r.is_open() { None } else { print(r.printed.or_else(|| e.program.rounding.round(Exact::ZERO))) },
                "by": e.by_names(r),
                "cites": e.cite_names(r),
                "clause": clause,
                "failed": r.cause.as_ref().map(|c| e.cause(c)),
            })
        })
        .collect();
    json!({
        "status": e.assessment.status.words(),
        "total": print(totals.map(|t| t.total)),
        "duty": print(totals.map(|t| t.duty)),
        "tax": print(totals.map(|t| t.tax)),
        "fee": print(totals.map(|t| t.fee)),
        "currency": e.program.currency.code(),
        "known_at": e.assessment.known_at.map(|d| d.to_string()),
        "problem": if totals.is_none() { e.problem() } else { None },
        "defaults": e.assessment.defaults.iter().map(|f| e.program.fact_name(*f)).collect::<Vec<_>>(),
        "measures": measures,
    })
}

/// A rate in the language's own words: `9.1% at most 1% + GBP 0.9 per 100 kg`.
pub fn rate_text(rate: &Rate, program: &Program) -> String {
    let mut out = sum_text(&rate.first, program);
    for (bound, sum) in &rate.bounds {
        let word = match bound {
            Bound::AtLeast => "at least",
            Bound::AtMost => "at most",
        };
        out.push_str(&format!(" {word} {}", sum_text(sum, program)));
    }
    out
}

fn sum_text(terms: &[(Sign, Term)], program: &Program) -> String {
    let mut out = String::new();
    for (i, (sign, term)) in terms.iter().enumerate() {
        match (i, sign) {
            (0, Sign::Plus) => {}
            (_, Sign::Plus) => out.push_str(" + "),
            (0, Sign::Minus) => out.push_str("- "),
            (_, Sign::Minus) => out.push_str(" - "),
        }
        out.push_str(&term_text(term, program));
    }
    out
}

fn term_text(term: &Term, program: &Program) -> String {
    let currency = program.currency;
    let names = |ids: &[MeasureId]| ids.iter().map(|m| program.measure_name(*m)).collect::<Vec<_>>().join(", ");
    match term {
        Term::Percent(p) => percent_text(*p),
        Term::Money(m) => format!("{currency} {m}"),
        Term::Specific { money, per, unit } if *per == Exact::ONE => format!("{currency} {money} per {unit}"),
        Term::Specific { money, per, unit } => format!("{currency} {money} per {per} {unit}"),
        Term::Input(f) => program.fact_name(*f).to_owned(),
        Term::Product { constant, facts } => {
            let facts: Vec<&str> = facts.iter().map(|f| program.fact_name(*f)).collect();
            format!("{currency} {constant} * {}", facts.join(" * "))
        }
        Term::PercentOfFact(p, f) => format!("{} of {}", percent_text(*p), program.fact_name(*f)),
        Term::PercentOfMeasures(p, m) => format!("{} of {}", percent_text(*p), names(m)),
        Term::RateOf(m) => format!("rate of {}", names(m)),
        Term::Inclusive(p, m) => format!("{} inclusive of {}", percent_text(*p), names(m)),
    }
}
