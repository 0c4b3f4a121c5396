//! Why an outcome is what it is: causes, reliefs and missing facts in words.

use super::explain::Explanation;
use super::words::rate_text;
use super::{By, Cause, Missing, MissingFact, Reached, Turn};
use crate::facts::Value;
use crate::program::FactKind;
use crate::value::Exact;

impl Explanation<'_> {
    /// What acted on a measure, with its source and place.
    pub fn by_text(&self, by: By) -> String {
        match by {
            By::Exemption(id) => {
                let Some(e) = self.program.exemptions.get(id.0) else { return String::new() };
                let cite = e.head.cite.as_ref().map_or_else(String::new, |c| format!(", by {}", self.cite_text(c)));
                format!("relieved by `{}`{cite} ({})", e.name, self.place(e.span))
            }
            By::Suspension(id, points) => {
                let Some(s) = self.program.suspensions.get(id.0) else { return String::new() };
                let cite = s.head.cite.as_ref().map_or_else(String::new, |c| format!(", by {}", self.cite_text(c)));
                let what = points.and_then(|p| p.checked_mul(Exact::whole(100))).map_or_else(String::new, |p| format!("{p} points "));
                format!("{what}suspended by `{}`{cite} ({})", s.name, self.place(s.span))
            }
            By::Phaseout(id, stage) => {
                let Some(p) = self.program.phaseouts.get(id.0) else { return String::new() };
                let cite = p.head.cite.as_ref().map_or_else(String::new, |c| format!(", by {}", self.cite_text(c)));
                format!("stage {} of {} of `{}`{cite} ({})", stage.min(p.steps.count()), p.steps.count(), p.name, self.place(p.span))
            }
            By::Limit(id, taken) => {
                let Some(l) = self.program.limits.get(id.0) else { return String::new() };
                let cite = l.head.cite.as_ref().map_or_else(String::new, |c| format!(", by {}", self.cite_text(c)));
                let currency = self.program.currency;
                format!(
                    "{currency} {} taken off by `{}`, at most {}{cite} ({})",
                    self.amount_text(taken),
                    l.name,
                    rate_text(&l.at_most, self.program),
                    self.place(l.span)
                )
            }
            By::Quota(id, Reached { wanted, got, balance }) => {
                let Some(q) = self.program.quotas.get(id.0) else { return String::new() };
                let (name, unit, place) = (&q.name, &q.column, self.place(q.span));
                if got.is_zero() && !wanted.is_zero() {
                    return format!("none of {wanted} {unit} within quota `{name}`, of which nothing was left ({place})");
                }
                let part = if got == wanted { format!("all {wanted}") } else { format!("{got} of {wanted}") };
                format!("{part} {unit} within quota `{name}`, of which {balance} {unit} were left ({place})")
            }
            By::Measure(id, owner, index) => {
                let Some(clause) = self.program.measure(owner).and_then(|m| m.clauses.get(index)) else { return String::new() };
                let by = clause.cite.as_ref().map_or_else(String::new, |c| format!(", by {}", self.cite_text(c)));
                format!("gives way to `{}`, which applies{by} ({})", self.name(id), self.place(clause.span))
            }
            By::Ending(id) => {
                let Some(e) = self.program.endings.get(id.0) else { return String::new() };
                let cite = e.cite.as_ref().map_or_else(String::new, |c| format!(", by {}", self.cite_text(c)));
                let word = if e.void { "void" } else { "repealed" };
                format!("{word} under `{}`{cite} ({})", e.name, self.place(e.span))
            }
        }
    }

    /// A source with its section.
    pub fn cite_text(&self, cite: &crate::program::Cite) -> String {
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
            Cause::Absent => "the scenario leaves it out".to_owned(),
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
            Cause::Follows(id) => format!("it depends on `{}`, which is open", self.name(*id)),
            Cause::Circle(measures) => {
                let names: Vec<String> = measures.iter().chain(measures.first()).map(|m| format!("`{}`", self.name(*m))).collect();
                format!("these need each other in a circle: {}", names.join(" → "))
            }
            Cause::TooLarge => "the amounts are too large to be reckoned exactly".to_owned(),
            Cause::ZeroValue => "a rate on a customs value of zero has no meaning".to_owned(),
            Cause::NotAdValorem => "the rate that it answers is no percentage, and cannot be matched".to_owned(),
            Cause::GrossedUpByAmount => "a price can be grossed up for a percentage only, and the rate is more than one".to_owned(),
            Cause::GrossedUpByAll => "a price cannot include a tax of 100% or more".to_owned(),
            Cause::NoRateBefore(id, at) => {
                let name = program.phaseouts.get(id.0).map_or("", |p| p.name.as_str());
                format!("`{name}` has no rate to fall from before {}: say `starting at`", program.show(*at))
            }
            Cause::MoreThanValue(facts, sum, value) => {
                let named: Vec<String> = facts.iter().map(|f| format!("`{}`", program.fact_name(*f))).collect();
                let (verb, currency) = (if named.len() == 1 { "is" } else { "are together" }, program.currency);
                format!("{} {verb} {currency} {sum}, more than the value of {currency} {value}", crate::problem::listed(&named, "and"))
            }
            Cause::MirrorDiffers(code) => format!("what it answers has several rates within `{code}`, the six digits that both tariffs share"),
            Cause::MirrorOpen(book, id) => match program.uses.get(*book) {
                Some((name, used)) => format!("it depends on `{name}.{}`, which is open", used.measure_name(*id)),
                None => "it depends on another book, where it is open".to_owned(),
            },
        }
    }

    /// Where an answer turns, in words.
    pub fn turn(&self, turn: &Turn) -> String {
        match turn {
            Turn::At(fact, at) => {
                let name = self.program.fact_name(*fact);
                format!("the answer changes at {}: give `{name}` with its time", self.program.clock.show_full(*at))
            }
            Turn::Code(code) => format!("the answer differs for `{code}`: give more digits than `{}`", self.shipment.hs),
            Turn::TooMany => "too much is open to be looked through: give times and more digits".to_owned(),
        }
    }

    /// What is asked for, and by which rule.
    pub fn needs(&self, missing: &[Missing]) -> String {
        let said: Vec<String> = missing
            .iter()
            .map(|m| {
                let fact = self.missing_name(m.fact);
                let what = match m.fact {
                    MissingFact::Fact(id) if self.program.fact(id).is_some_and(|f| matches!(f.kind, FactKind::Balance(_))) => {
                        " (what is left of the quota, on which an earlier shipment may have drawn that is not assessed)".to_owned()
                    }
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

    /// A fact as it is asked for.
    pub fn missing_name(&self, fact: MissingFact) -> String {
        match fact {
            MissingFact::Origin => "origin".to_owned(),
            MissingFact::Fact(id) => self.program.fact_name(id).to_owned(),
            MissingFact::Exchange(id) => match self.shipment.get(id) {
                Some(Value::Money(_, currency)) => format!("exchange rate for {currency}"),
                _ => format!("exchange rate for {}", self.program.fact_name(id)),
            },
            MissingFact::Currency(currency) => format!("exchange rate for {currency}"),
        }
    }
}
