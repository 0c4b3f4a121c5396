//! The program: items by kind, referring to each other by number.

use super::facts::{Fact, FactId};
use super::rules::{Cite, Ending, Event, ExchangeRate, Exemption, Limit, Measure, Phaseout, Quota, Suspension, Waiver};
use super::trials::{Assertion, Test};
use crate::region::{GoodsSet, Origins};
use crate::source::Span;
use crate::value::{Clock, Country, Currency, Instant, Rounding};
use indexmap::IndexMap;
use jiff::civil::Date;
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

macro_rules! ids {
    ($($(#[$doc:meta])* $name:ident),* $(,)?) => {
        $($(#[$doc])* #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)] pub struct $name(pub usize);)*
    };
}

ids! {
    /// A legal act, by its number in the program.
    InstrumentId,
    /// An event, by number.
    EventId,
    /// A measure, retaliation, tax or fee, by number in order of declaration.
    MeasureId,
    /// An exemption, by number.
    ExemptionId,
    /// A suspension, by number.
    SuspensionId,
    /// A phase-out, by number.
    PhaseoutId,
    /// A limit, by number.
    LimitId,
    /// A quota, by number.
    QuotaId,
    /// A `repeal` or a `void`, by number.
    EndingId,
}

/// A book, ready to be evaluated.
#[derive(Debug)]
pub struct Program {
    /// The name of the policy.
    pub name: String,
    /// The title of the policy.
    pub title: String,
    /// The customs territory, where the policy names it.
    pub territory: Option<Country>,
    /// The currency in which duties are reckoned.
    pub currency: Currency,
    /// The clock of every date in the book.
    pub clock: Clock,
    /// How amounts are rounded, to what, and when.
    pub rounding: Rounding,
    /// How the records of bare dates are kept, where the policy says it: `true` for the start of the day.
    pub bare_dates_start: Option<bool>,
    /// The time the book speaks for; the end is excluded.
    pub speaks_from: Option<Instant>,
    /// The end of the time the book speaks for, excluded.
    pub speaks_until: Option<Instant>,
    /// The codes that exist.
    pub nomenclature: Nomenclature,
    /// What other currencies are worth in that of the book; nothing where the policy names no file.
    pub exchange: Option<Vec<ExchangeRate>>,
    /// The legal acts.
    pub instruments: Vec<Instrument>,
    /// The facts of a shipment, built in and declared.
    pub facts: Vec<Fact>,
    /// Dated states of affairs.
    pub events: Vec<Event>,
    /// Everything that is charged, in order of declaration.
    pub measures: Vec<Measure>,
    /// What relieves.
    pub exemptions: Vec<Exemption>,
    /// What puts rates out of action for a time.
    pub suspensions: Vec<Suspension>,
    /// Rates that fall by stages.
    pub phaseouts: Vec<Phaseout>,
    /// Ceilings over several duties.
    pub limits: Vec<Limit>,
    /// Quantities that exemptions draw on.
    pub quotas: Vec<Quota>,
    /// Repeals and voids.
    pub endings: Vec<Ending>,
    /// Promises about every shipment.
    pub assertions: Vec<Assertion>,
    /// Examples with their expected results.
    pub tests: Vec<Test>,
    /// Findings that are accepted.
    pub waivers: Vec<Waiver>,
    /// Everything that has a name.
    pub names: IndexMap<String, Named>,
    /// Named sets of measures.
    pub groups: Vec<Vec<MeasureId>>,
    /// Sets of goods that have a name, and lists by their file; for descriptions.
    pub goods_names: Vec<(String, GoodsSet)>,
    /// Sets of countries that have a name; for descriptions.
    pub country_names: Vec<(String, Origins)>,
    /// Other books, by the names they have here.
    pub uses: Vec<(String, Arc<Program>)>,
    /// The scenario under which this is the book; nothing for the book itself.
    pub scenario: Option<String>,
    /// What the scenario leaves out: rules, and instruments with all that cites them.
    pub absent: BTreeSet<Named>,
    /// The book's scenarios, each as a program of its own.
    pub scenarios: IndexMap<String, Arc<Program>>,
}

/// What a name stands for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Named {
    /// A legal act.
    Instrument(InstrumentId),
    /// A set of goods, by its place in the book.
    Goods(usize),
    /// A set of countries, likewise.
    Countries(usize),
    /// A set of measures, likewise.
    Group(usize),
    /// A fact of the shipment.
    Fact(FactId),
    /// A dated state of affairs.
    Event(EventId),
    /// A measure, retaliation, tax or fee.
    Measure(MeasureId),
    /// An exemption.
    Exemption(ExemptionId),
    /// A suspension.
    Suspension(SuspensionId),
    /// A phase-out.
    Phaseout(PhaseoutId),
    /// A limit.
    Limit(LimitId),
    /// A quota.
    Quota(QuotaId),
    /// A repeal or void.
    Ending(EndingId),
    /// A scenario.
    Scenario,
    /// An assertion.
    Assertion,
    /// Another book, by its place among the uses.
    Book(usize),
}

impl Named {
    /// What kind of thing it is, with its article.
    pub fn kind(self) -> &'static str {
        match self {
            Named::Instrument(_) => "an instrument",
            Named::Goods(_) => "a set of goods",
            Named::Countries(_) => "a set of countries",
            Named::Group(_) => "a group",
            Named::Fact(_) => "a fact of the shipment",
            Named::Event(_) => "an event",
            Named::Measure(_) => "a measure",
            Named::Exemption(_) => "an exemption",
            Named::Suspension(_) => "a suspension",
            Named::Ending(_) => "a repeal or void",
            Named::Phaseout(_) => "a phase-out",
            Named::Limit(_) => "a limit",
            Named::Quota(_) => "a quota",
            Named::Scenario => "a scenario",
            Named::Assertion => "an assertion",
            Named::Book(_) => "a book",
        }
    }
}

/// The six-digit codes that exist.
#[derive(Clone, Debug)]
pub struct Nomenclature {
    /// All goods, where the book names no nomenclature.
    pub existing: GoodsSet,
    /// Their descriptions, by code; nothing where the book names no nomenclature.
    pub six_digits: Option<Arc<BTreeMap<u64, String>>>,
    /// The file, as the book names it; empty where it names none.
    pub path: String,
}

/// A legal act.
#[derive(Debug)]
pub struct Instrument {
    /// Its name in the book.
    pub name: String,
    /// Its title in the author's words; empty where there is none.
    pub title: String,
    /// The day from which it could be known.
    pub published: Option<Date>,
    /// The moment at which everything it says ends.
    pub expires: Option<Instant>,
    /// Where it can be read.
    pub url: Option<String>,
    /// Whether no published act stands behind it.
    pub unofficial: bool,
    /// Where it is written.
    pub span: Span,
}

impl Program {
    /// The measures and retaliations, in order of declaration: taxes and fees come after.
    pub fn duties(&self) -> Vec<MeasureId> {
        self.measures.iter().enumerate().filter(|(_, m)| m.kind.is_duty()).map(|(i, _)| MeasureId(i)).collect()
    }

    /// A fact by its number.
    pub fn fact(&self, id: FactId) -> Option<&Fact> {
        self.facts.get(id.0)
    }

    /// A fact's name, for messages.
    pub fn fact_name(&self, id: FactId) -> &str {
        self.facts.get(id.0).map_or("?", |f| f.name.as_str())
    }

    /// A fact by its name.
    pub fn find_fact(&self, name: &str) -> Option<FactId> {
        self.facts.iter().position(|f| f.name == name).map(FactId)
    }

    /// A measure by its number.
    pub fn measure(&self, id: MeasureId) -> Option<&Measure> {
        self.measures.get(id.0)
    }

    /// A measure's name, for messages.
    pub fn measure_name(&self, id: MeasureId) -> &str {
        self.measures.get(id.0).map_or("?", |m| m.name.as_str())
    }

    /// A measure by its name.
    pub fn find_measure(&self, name: &str) -> Option<MeasureId> {
        match self.names.get(name) {
            Some(Named::Measure(id)) => Some(*id),
            _ => None,
        }
    }

    /// The names of the scenarios that the book declares, whether or not they were built.
    pub fn scenario_names(&self) -> impl Iterator<Item = &str> {
        self.names.iter().filter(|(_, n)| **n == Named::Scenario).map(|(name, _)| name.as_str())
    }

    /// A legal act by its number.
    pub fn instrument(&self, id: InstrumentId) -> Option<&Instrument> {
        self.instruments.get(id.0)
    }

    /// Where a named thing is declared.
    pub fn span_of(&self, named: Named) -> Option<Span> {
        match named {
            Named::Instrument(i) => self.instruments.get(i.0).map(|x| x.span),
            Named::Fact(i) => self.facts.get(i.0).and_then(|x| x.span),
            Named::Event(i) => self.events.get(i.0).map(|x| x.span),
            Named::Measure(i) => self.measures.get(i.0).map(|x| x.span),
            Named::Exemption(i) => self.exemptions.get(i.0).map(|x| x.span),
            Named::Suspension(i) => self.suspensions.get(i.0).map(|x| x.span),
            Named::Phaseout(i) => self.phaseouts.get(i.0).map(|x| x.span),
            Named::Limit(i) => self.limits.get(i.0).map(|x| x.span),
            Named::Quota(i) => self.quotas.get(i.0).map(|x| x.span),
            Named::Ending(i) => self.endings.get(i.0).map(|x| x.span),
            _ => None,
        }
    }

    /// Measures by their names, or by that of a group that holds just these.
    pub fn measures_words(&self, ids: &[MeasureId]) -> String {
        let sorted = |ids: &[MeasureId]| {
            let mut all = ids.to_vec();
            all.sort_unstable();
            all
        };
        let wanted = sorted(ids);
        let group =
            self.names.iter().find(|(_, n)| matches!(n, Named::Group(g) if wanted.len() > 1 && self.groups.get(*g).is_some_and(|m| sorted(m) == wanted)));
        match group {
            Some((name, _)) => name.clone(),
            None => ids.iter().map(|m| self.measure_name(*m)).collect::<Vec<_>>().join(", "),
        }
    }

    /// The heads of all that relieves, suspends, lowers and limits.
    pub fn relief_heads(&self) -> impl Iterator<Item = &super::rules::Head> {
        let exemptions = self.exemptions.iter().map(|e| &e.head);
        let suspensions = self.suspensions.iter().map(|s| &s.head);
        let phaseouts = self.phaseouts.iter().map(|p| &p.head);
        exemptions.chain(suspensions).chain(phaseouts).chain(self.limits.iter().map(|l| &l.head))
    }

    /// A moment, on the book's clock.
    pub fn show(&self, instant: Instant) -> String {
        self.clock.show(instant)
    }

    /// Whether what cites an act is known at a knowledge date: the act was published by then, and the scenario does not leave it out.
    pub fn knows(&self, cite: &Cite, known_at: Option<Date>) -> bool {
        if self.absent.contains(&Named::Instrument(cite.instrument)) {
            return false;
        }
        let published = self.instrument(cite.instrument).and_then(|i| i.published);
        match (published, known_at) {
            (Some(p), Some(k)) => p <= k,
            _ => true,
        }
    }
}
