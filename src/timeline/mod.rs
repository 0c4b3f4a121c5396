//! One shipment through time: what each measure comes to from one change to the next, and what began or ended there.
//!
//! Nothing is derived from the dates of rules alone. The shipment is really assessed at every moment at which anything may change, so that a
//! timeline and the answer of `why` cannot disagree.

mod chart;
mod examples;
mod json;
mod reasons;
mod text;

pub use chart::to_svg;
pub use json::to_json;
pub use text::to_text;

use crate::facts::{Shipment, Value};
use crate::outcome::{By, Cause, Explanation, Interpreter, MeasureResult, rate_text};
use crate::problem::listed;
use crate::program::{Cite, FactId, MeasureId, Program};
use crate::source::Sources;
use crate::syntax::OutcomeWord;
use crate::value::{Exact, Instant};
use jiff::civil::Date;
use std::collections::BTreeSet;

/// The course of some measures for one shipment, whenever it enters.
pub struct Timeline<'a> {
    /// The book.
    pub program: &'a Program,
    /// Its texts, for places.
    pub sources: &'a Sources,
    /// The day whose knowledge counts; nothing where everything is known.
    pub known_at: Option<Date>,
    /// The shipment, with the examples that stand in for what was not given.
    pub shipment: Shipment,
    /// The facts that an example stands for: amounts that were not given and that no condition tests.
    pub examples: Vec<FactId>,
    /// In the order in which they were asked for.
    pub courses: Vec<Course>,
}

/// One measure through time.
pub struct Course {
    /// The measure.
    pub measure: MeasureId,
    /// One after the other, without gaps, over the whole time of the book.
    pub stretches: Vec<Stretch>,
}

/// A time over which a measure comes to the same.
#[derive(Clone, Debug)]
pub struct Stretch {
    /// The first moment; nothing where it has always been so.
    pub from: Option<Instant>,
    /// The first moment at which it is no longer so; nothing where no end is known.
    pub until: Option<Instant>,
    /// What became of the measure.
    pub outcome: OutcomeWord,
    /// The rate that is charged, in words; nothing where none is.
    pub rate: Option<String>,
    /// The rate that the law says before anything lowers it, in words.
    pub headline: Option<String>,
    /// The names of what acted on it.
    pub by: Vec<String>,
    /// Why nothing is charged, or what is open, in words.
    pub why: Option<String>,
    /// What is charged over the customs value, where an amount is: for drawing.
    pub height: Option<Exact>,
    /// The rate before anything lowers it, where it is a percentage: for drawing.
    pub headline_height: Option<Exact>,
    /// What lowers the rate, where something does: for drawing.
    pub lowered: Option<Lowering>,
    /// What began or ended at its first moment; nothing for the first stretch.
    pub reasons: Vec<Reason>,
}

/// How a rate comes to be lower than the law says.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Lowering {
    /// Put out of action for a time.
    Suspended,
    /// Relieved.
    Exempted,
    /// Another measure is charged in its stead.
    Displaced,
    /// Repealed, or void.
    Ended,
    /// By stages, or by a limit.
    Otherwise,
}

/// What changed an outcome.
#[derive(Clone, Debug, PartialEq)]
pub struct Reason {
    /// In words: "suspension `geneva` begins".
    pub words: String,
    /// The rule, where it has a name.
    pub rule: Option<String>,
    /// Its place, as file and line.
    pub place: Option<String>,
    /// The acts that say so.
    pub cites: Vec<Cite>,
}

impl Stretch {
    /// Whether the measure has nothing to do with the shipment in this time.
    pub fn is_idle(&self) -> bool {
        matches!(self.outcome, OutcomeWord::NotInForce | OutcomeWord::OutOfScope | OutcomeWord::ConditionNotMet)
    }

    /// Whether a fact, a conflict or a missing rate leaves it open.
    pub fn is_open(&self) -> bool {
        matches!(self.outcome, OutcomeWord::NeedsInput | OutcomeWord::Undetermined | OutcomeWord::Conflict | OutcomeWord::Unrated)
    }

    /// The outcome, with what acted on it or what is asked for.
    pub fn outcome_words(&self) -> String {
        let by = if self.by.is_empty() { String::new() } else { format!(" by {}", self.by.join(", ")) };
        match (self.outcome, &self.headline, &self.why) {
            (OutcomeWord::Applied, Some(headline), _) if !self.by.is_empty() => format!("{headline} before {}", self.by.join(", ")),
            (OutcomeWord::Applied, ..) => "applied".to_owned(),
            (OutcomeWord::NeedsInput, _, Some(why)) => why.clone(),
            (outcome, _, Some(why)) if self.is_open() => format!("{}: {why}", outcome.words()),
            (outcome, Some(headline), _) if !self.by.is_empty() => format!("{}{by}, {headline} before", outcome.words()),
            (outcome, ..) => format!("{}{by}", outcome.words()),
        }
    }

    fn comes_to_the_same(&self, other: &Stretch) -> bool {
        let key =
            |s: &Stretch| (s.outcome, s.rate.clone(), s.by.clone(), s.headline.clone().filter(|_| !s.by.is_empty()), s.why.clone().filter(|_| s.is_open()));
        key(self) == key(other)
    }
}

impl<'a> Timeline<'a> {
    /// The course of measures for a shipment; whatever moment of entry it states plays no part.
    pub fn new(interpreter: &Interpreter<'a>, sources: &'a Sources, shipment: &Shipment, measures: &[MeasureId]) -> Timeline<'a> {
        let program = interpreter.program;
        let examples = examples::wanted(program, shipment);
        let filled = examples::filled(program, shipment, &examples);
        let mut timeline = Timeline { program, sources, known_at: interpreter.edition.known_at, shipment: filled, examples, courses: Vec::new() };
        timeline.courses = measures.iter().map(|m| Course { measure: *m, stretches: Vec::new() }).collect();
        let mut before: Option<Vec<MeasureResult>> = None;
        let moments = moments(interpreter);
        let mut used: BTreeSet<FactId> = BTreeSet::new();
        for (index, (from, moment)) in moments.iter().enumerate() {
            let mut entered = timeline.shipment.clone();
            entered.set(FactId::ENTERED, Value::At(*moment));
            let assessment = interpreter.assess(&entered);
            let explanation = Explanation { program, sources, shipment: &entered, assessment: &assessment };
            let until = moments.get(index.saturating_add(1)).map_or(program.speaks_until, |(_, next)| Some(*next));
            for course in &mut timeline.courses {
                let Some(result) = assessment.results.get(course.measure.0) else { continue };
                let mut stretch = Stretch { from: *from, until, ..stretch(&explanation, result) };
                if let (Some(last), Some(before)) = (course.stretches.last_mut(), &before) {
                    if last.comes_to_the_same(&stretch) {
                        last.until = until;
                        continue;
                    }
                    stretch.reasons =
                        reasons::Change { interpreter, sources, shipment: &entered, at: *moment, before, after: &assessment.results }.of(course.measure);
                }
                course.stretches.push(stretch);
            }
            let chosen = measures.iter().filter_map(|m| assessment.results.get(m.0));
            chosen.filter_map(|r| r.rate.as_ref()).for_each(|r| examples::used(r, &mut used));
            before = Some(assessment.results);
        }
        // Only those are told on which something rests.
        timeline.examples.retain(|f| used.contains(f));
        timeline.shipment = examples::filled(program, shipment, &timeline.examples);
        timeline
    }

    /// The measures that have to do with the shipment at some time.
    pub fn alive(&self) -> impl Iterator<Item = &Course> {
        self.courses.iter().filter(|c| c.stretches.iter().any(|s| !s.is_idle()))
    }

    /// The shipment in words, with the examples told apart from what was given.
    pub fn shipment_words(&self) -> String {
        let mut out = self.shipment.hs.to_string();
        if let Some(name) = self.program.nomenclature.six_digits.as_ref().and_then(|s| s.get(&self.shipment.hs.cut(6).first())) {
            out.push_str(&format!(" ({name})"));
        }
        if let Some(origin) = self.shipment.origin {
            out.push_str(&format!(" of origin {origin}"));
        }
        for (fact, value) in self.shipment.given().filter(|(f, _)| !self.examples.contains(f) && *f != FactId::ENTERED) {
            out.push_str(&format!(", {} {}", self.program.fact_name(fact), value.text(self.program, self.program.fact(fact).map(|f| f.kind))));
        }
        out
    }

    /// What stands in for facts that were not given; nothing where all were.
    pub fn examples_words(&self) -> Option<String> {
        let said: Vec<String> = self
            .examples
            .iter()
            .filter_map(|f| {
                Some(format!("{} {}", self.program.fact_name(*f), self.shipment.get(*f)?.text(self.program, self.program.fact(*f).map(|f| f.kind))))
            })
            .collect();
        if said.is_empty() { None } else { Some(format!("for example {}, since none is given", listed(&said, "and"))) }
    }

    /// Under which knowledge and scenario it holds, as the end of a sentence.
    pub fn version_words(&self) -> String {
        let known = self.known_at.map_or_else(String::new, |k| format!(", as known on {k}"));
        let scenario = self.program.scenario.as_ref().map_or_else(String::new, |s| format!(", under scenario `{s}`"));
        format!("{known}{scenario}")
    }

    /// The acts of a reason, by title and section.
    pub fn cites_words(&self, reason: &Reason) -> String {
        let said = reason.cites.iter().filter_map(|c| {
            let act = self.program.instrument(c.instrument)?;
            let section = c.section.as_ref().map_or_else(String::new, |s| format!(", {s}"));
            let official = if act.unofficial { " (unofficial)" } else { "" };
            Some(format!("{}{section}{official}", act.title))
        });
        said.collect::<Vec<_>>().join("; ")
    }
}

/// The first moment of every stretch, with the moment at which it is assessed: the same, or one before all dates.
fn moments(interpreter: &Interpreter<'_>) -> Vec<(Option<Instant>, Instant)> {
    let program = interpreter.program;
    let within = |t: &Instant| program.speaks_from.is_none_or(|f| f < *t) && program.speaks_until.is_none_or(|u| *t < u);
    let cuts: Vec<Instant> = interpreter.edition.entry_cuts.iter().copied().filter(within).collect();
    // Where no date is written any moment will do.
    let any = program.clock.start_of(jiff::civil::date(2025, 1, 1)).unwrap_or_default();
    let before = cuts.first().map_or(any, |c| Instant(c.0.saturating_sub(1)));
    let first = (program.speaks_from, program.speaks_from.unwrap_or(before));
    std::iter::once(first).chain(cuts.into_iter().map(|c| (Some(c), c))).collect()
}

/// What a result comes to, without its time.
fn stretch(explanation: &Explanation<'_>, result: &MeasureResult) -> Stretch {
    let program = explanation.program;
    let charged = result.outcome == OutcomeWord::Applied;
    let value = match explanation.shipment.get(FactId::VALUE) {
        Some(Value::Money(v, currency)) if *currency == program.currency && !v.is_zero() => Some(*v),
        _ => None,
    };
    let percent = result.rate.as_ref().and_then(|r| r.as_percent());
    let by = explanation.by_names(result).into_iter().zip(&result.by).map(|(name, by)| match by {
        By::Phaseout(_, stage) => format!("{name} (stage {stage})"),
        _ => name.to_owned(),
    });
    let why = match &result.cause {
        Some(Cause::Needs(missing)) => {
            let facts: Vec<String> = missing.iter().map(|m| format!("`{}`", explanation.missing_name(m.fact))).collect();
            Some(if facts.is_empty() { "needs input".to_owned() } else { format!("needs {}", listed(&facts, "and")) })
        }
        Some(cause) => Some(explanation.cause(cause)),
        None => None,
    };
    // A limit takes off an amount and not a rate.
    let limited = result.by.iter().any(|b| matches!(b, By::Limit(..) | By::Quota(..)));
    let height = match (charged, percent) {
        (true, Some(percent)) if !limited && result.saved.is_none() => Some(percent),
        (true, _) => result.amount.zip(value).and_then(|(amount, value)| amount.checked_div(value)),
        (false, _) => None,
    };
    Stretch {
        from: None,
        until: None,
        outcome: result.outcome,
        rate: result.rate.as_ref().filter(|_| charged).map(|r| rate_text(r, program)),
        headline: result.headline.as_ref().map(|r| rate_text(r, program)),
        by: by.collect(),
        why,
        height,
        headline_height: result.headline.as_ref().and_then(|r| r.as_percent()),
        lowered: lowered(result),
        reasons: Vec::new(),
    }
}

fn lowered(result: &MeasureResult) -> Option<Lowering> {
    match result.outcome {
        OutcomeWord::Suspended => Some(Lowering::Suspended),
        OutcomeWord::Exempted => Some(Lowering::Exempted),
        OutcomeWord::Displaced => Some(Lowering::Displaced),
        OutcomeWord::Void | OutcomeWord::Repealed => Some(Lowering::Ended),
        OutcomeWord::Applied => {
            let kinds = result.by.iter().map(|by| match by {
                By::Suspension(..) => Lowering::Suspended,
                By::Exemption(_) => Lowering::Exempted,
                _ => Lowering::Otherwise,
            });
            kinds.min()
        }
        _ => None,
    }
}
