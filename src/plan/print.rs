//! The plan as a text to be read: what tells shipments apart, and what a class of them is charged.

use super::from_program::Plan;
use crate::facts::{Shipment, Value};
use crate::outcome::{Answer, Charge, Lowered, Question, Sketched, Verdict, base_text, rate_text};
use crate::problem::{counted, listed};
use crate::program::{ExemptionId, FactId, MeasureId};
use crate::source::Sources;
use crate::value::{Exact, percent_text};

impl Plan<'_> {
    /// What tells shipments apart, in all and for each measure.
    pub fn listing(&self) -> String {
        let program = self.interpreter.program;
        let known = self.interpreter.edition.known_at.map_or_else(String::new, |d| format!(", as known on {d}"));
        let mut out = format!(
            "plan of `{}`{known}: {}, {}, {}, {}\n",
            program.name,
            counted(program.measures.len(), "measure"),
            counted(self.concerns.sets.len(), "set") + " of goods",
            counted(self.goods_cuts.len(), "code") + " at which goods are told apart",
            counted(self.cuts.len(), "moment") + " of change",
        );
        if self.step.is_none() {
            out.push_str("amounts are carried unrounded: every shipment is left to the interpreter\n");
        }
        for (measure, concern) in program.measures.iter().zip(&self.concerns.measures) {
            let mut parts = vec![counted(concern.sets.len(), "set") + " of goods", counted(concern.origins.len(), "set") + " of origins"];
            if !concern.tables.is_empty() {
                parts.push(counted(concern.tables.len(), "table"));
            }
            parts.push(counted(concern.cuts.len(), "moment"));
            if concern.by_six_digits {
                parts.push("another book".to_owned());
            }
            out.push_str(&format!("  {}: decided by {}\n", measure.name, listed(&parts, "and")));
        }
        out
    }

    /// The leaves of a shipment: for each measure that its goods are among, what was asked and what it charges. Nothing where the
    /// moment of entry is not known, or rules tell the goods within the code apart.
    pub fn leaves(&self, shipment: &Shipment, sources: &Sources) -> Option<String> {
        let Some(Value::At(entered) | Value::SomeTime(entered, _)) = shipment.get(FactId::ENTERED) else { return None };
        let mut classes = super::profile::Classes::default();
        let profile = classes.profile(self, shipment.hs)?;
        let mut out = String::new();
        for place in classes.reached(profile)? {
            let id = MeasureId(usize::from(classes.reached_at(place)?.0));
            let Sketched { asked, verdict } = self.interpreter.sketch(shipment, *entered, classes.point(profile)?, id);
            let asked: Vec<String> = asked.iter().map(|(q, a)| self.asked(q, *a, sources)).collect();
            let asked = if asked.is_empty() { String::new() } else { format!("{}: ", asked.join("; ")) };
            out.push_str(&format!("  {}: {asked}{}\n", self.interpreter.program.measure_name(id), self.verdict(&verdict)));
        }
        Some(out)
    }

    fn asked(&self, question: &Question, answer: Answer, sources: &Sources) -> String {
        let program = self.interpreter.program;
        let answer = match answer {
            Answer::No => "no".to_owned(),
            Answer::Yes => "yes".to_owned(),
            Answer::Unknown => "unknown".to_owned(),
            Answer::Number(n) => n.to_string(),
        };
        match question {
            Question::Holds(condition) => {
                let words: Vec<&str> = sources.text(condition.span).split_whitespace().collect();
                format!("`{}`? {answer}", words.join(" "))
            }
            Question::Number(fact) => format!("`{}`? {answer}", program.fact_name(*fact)),
            Question::IsLower(one, other, _) => format!("is {} less than {}? {answer}", rate_text(one, program), rate_text(other, program)),
        }
    }

    fn verdict(&self, verdict: &Verdict) -> String {
        match verdict {
            Verdict::Each => "each shipment is left to the interpreter".to_owned(),
            Verdict::Nothing(nothing) => match nothing.by {
                Some(by) => format!("nothing, by {}", self.exemption(by)),
                None => "nothing".to_owned(),
            },
            Verdict::Charged(charge) => self.charge(charge),
        }
    }

    fn charge(&self, charge: &Charge) -> String {
        let program = self.interpreter.program;
        let base = charge.base.as_ref().map_or_else(|| "value".to_owned(), |b| base_text(b, program));
        let mut out = rate_text(&charge.rate, program);
        if charge.needs_base {
            out.push_str(&format!(" of {base}"));
        }
        for (by, lowered, _) in &charge.reliefs {
            let left = match lowered {
                Lowered::To(rate) => rate_text(rate, program),
                Lowered::Share(share) => format!("{} of it", percent_text(*share)),
            };
            out.push_str(&format!(", {left} by {} where that is less", self.exemption(*by)));
        }
        for (id, rate) in &charge.limits {
            let name = program.limits.get(id.0).map_or("", |l| l.name.as_str());
            out.push_str(&format!(", within {} of `{name}`", rate_text(rate, program)));
        }
        if let Some(step) = self.step {
            let step = Exact::fraction(i128::from(step), i128::from(super::MILLION)).unwrap_or_default();
            out.push_str(&format!(", to {} {step}", program.currency));
        }
        out
    }

    fn exemption(&self, id: ExemptionId) -> String {
        self.interpreter.program.exemptions.get(id.0).map_or_else(String::new, |e| format!("`{}`", e.name))
    }
}
