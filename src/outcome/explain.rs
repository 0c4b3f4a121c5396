//! The reasoning behind an outcome, as people read it. Words are made here and beside it, and nowhere earlier.

use super::words::{base_text, rate_text};
use super::{Assessment, By, Cause, MeasureResult, Totals};
use crate::facts::Shipment;
use crate::program::{Clause, ClauseKind, FactId, MeasureId, Program, Relief, Term};
use crate::source::{Sources, Span};
use crate::syntax::OutcomeWord;
use crate::value::Exact;

/// An assessment with all that is needed to explain it.
#[derive(Clone, Copy)]
pub struct Explanation<'a> {
    /// The book.
    pub program: &'a Program,
    /// Its texts, for places.
    pub sources: &'a Sources,
    /// The shipment.
    pub shipment: &'a Shipment,
    /// What came of it.
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
        let reached = self.reached_text();
        if !reached.is_empty() {
            line(String::new());
            line(reached);
        }
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
            out.push_str(&format!(", {} {}", self.program.fact_name(fact), value.text(self.program, self.program.fact(fact).map(|f| f.kind))));
        }
        out
    }

    fn headline(&self) -> String {
        let currency = self.program.currency;
        let scenario = self.program.scenario.as_ref().map_or_else(String::new, |s| format!(", under scenario `{s}`"));
        let known = self.assessment.known_at.map_or_else(|| scenario.clone(), |k| format!(", as known on {k}{scenario}"));
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
        let bad = |r: &&MeasureResult| matches!(r.cause, Some(Cause::MoreThanValue(..)));
        let direct = |r: &&MeasureResult| r.open_status() == Some(status) && !matches!(r.cause, Some(Cause::Follows(_)));
        let results = || self.assessment.results.iter();
        results().find(direct).or_else(|| results().find(|r| r.open_status() == Some(status))).or_else(|| results().find(bad))
    }

    fn result_text(&self, result: &MeasureResult) -> String {
        let currency = self.program.currency;
        match (result.outcome, result.printed) {
            (OutcomeWord::Applied, Some(amount)) => {
                let rate = result.rate.as_ref().map_or_else(String::new, |r| rate_text(r, self.program));
                // An amount for each unit or shipment is of no base.
                let of_base = result.rate.as_ref().is_some_and(|r| r.terms().any(Term::takes_share));
                // `10% of USD 1000`, but `5% + USD 2 per kg, on USD 1000`: a base is not of the last term alone.
                let of = if result.rate.as_ref().is_some_and(|r| r.is_one_percentage()) { " of" } else { ", on" };
                let base = match result.base.filter(|_| of_base) {
                    Some(b) if result.base_clause.is_some() => format!("{of} {} ({currency} {b})", self.base_text(result)),
                    Some(b) => format!("{of} {currency} {b}"),
                    None => String::new(),
                };
                let less = self.taken_off(result).map_or_else(String::new, |saved| format!(" less {currency} {}", self.amount_text(saved)));
                format!("{currency} {amount} = {rate}{base}{less}")
            }
            (outcome, _) => match &result.cause {
                Some(cause) => format!("{}: {}", outcome.words(), self.cause(cause)),
                None => outcome.words().to_owned(),
            },
        }
    }

    /// A clause of the measure that a result is of.
    fn clause(&self, result: &MeasureResult, index: Option<usize>) -> Option<&Clause> {
        self.program.measure(result.measure)?.clauses.get(index?)
    }

    fn by_act(&self, clause: &Clause) -> String {
        clause.cite.as_ref().map_or_else(String::new, |c| format!(" by {}", self.cite_text(c)))
    }

    /// What was taken off the rate on the base, where the rate itself was not lowered: a share of the duty, part of the shipment, or what
    /// is beyond a limit.
    fn taken_off(&self, result: &MeasureResult) -> Option<Exact> {
        let in_part = result.by.iter().any(|by| matches!(by, By::Quota(_, reached) if reached.in_part()));
        let share = result.by.iter().any(|by| match by {
            By::Exemption(id) => self.program.exemptions.get(id.0).is_some_and(|e| matches!(e.relief, Relief::ByShare(_) | Relief::ByInput(_))),
            _ => false,
        });
        let limits = result.by.iter().filter_map(|by| if let By::Limit(_, taken) = by { Some(*taken) } else { None });
        let taken = result.saved.filter(|_| in_part || share).into_iter().chain(limits).try_fold(Exact::ZERO, Exact::checked_add)?;
        Some(taken).filter(|t| !t.is_zero())
    }

    fn base_text(&self, result: &MeasureResult) -> String {
        let clause = self.clause(result, result.base_clause);
        match clause.map(|c| &c.kind) {
            Some(ClauseKind::Base(base)) => base_text(base, self.program),
            _ => String::new(),
        }
    }

    /// What led to the outcome: the clause, then what acted on it.
    fn details(&self, result: &MeasureResult) -> Vec<String> {
        let mut out = Vec::new();
        if let Some(clause) = &result.clause {
            let rate = result.headline.as_ref().map_or_else(|| self.words(clause.span), |r| format!("rate {}", rate_text(r, self.program)));
            let by = self.clause(result, Some(clause.index)).map_or_else(String::new, |c| self.by_act(c));
            out.push(format!("{rate}{by} ({})", self.place(clause.span)));
        }
        if let Some(clause) = self.clause(result, result.base_clause) {
            out.push(format!("base {}{} ({})", self.base_text(result), self.by_act(clause), self.place(clause.span)));
        }
        for by in &result.by {
            out.push(self.by_text(*by));
        }
        for fact in &result.defaults {
            out.push(format!("{} by default", self.fact_name(*fact)));
        }
        out
    }

    /// A measure's name.
    pub fn name(&self, id: MeasureId) -> &str {
        self.program.measure_name(id)
    }

    /// A fact's name.
    pub fn fact_name(&self, id: FactId) -> String {
        let value = self.program.fact(id).and_then(|f| f.default.as_ref()).map_or_else(String::new, |d| format!(" = {}", self.words(d.span)));
        format!("`{}`{value}", self.program.fact_name(id))
    }

    /// The author's words, on one line.
    pub fn words(&self, span: Span) -> String {
        self.sources.text(span).split_whitespace().collect::<Vec<_>>().join(" ")
    }

    /// A file and line.
    pub fn place(&self, span: Span) -> String {
        let place = self.sources.place(span);
        format!("{}:{}", place.file.display(), place.line)
    }

    /// An amount that is shown beside printed ones: rounded alike.
    pub fn amount_text(&self, amount: Exact) -> String {
        self.program.rounding.round(amount).map_or_else(|| amount.to_string(), |d| d.to_string())
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
                By::Phaseout(id, _) => self.program.phaseouts.get(id.0).map_or("", |p| p.name.as_str()),
                By::Limit(id, _) => self.program.limits.get(id.0).map_or("", |l| l.name.as_str()),
                By::Quota(id, ..) => self.program.quotas.get(id.0).map_or("", |q| q.name.as_str()),
                By::Measure(id, ..) => self.name(*id),
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
