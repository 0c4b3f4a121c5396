//! From syntax to program, in passes: the policy first (its clock and currency give every literal its meaning), then names,
//! then sets, then facts and events, then rules, then what refers to the insides of rules (labels), then tests.

use super::facts::FactId;
use super::load::{self, BookTexts};
use super::names::Names;
use super::rows::Rows;
use super::types::*;
use crate::problem::{Problems, naming};
use crate::region::{GoodsSet, Origins};
use crate::source::{Sources, Span};
use crate::syntax::{self, Item, ItemKind};
use crate::value::{Clock, Currency, Rounding};
use crate::world::World;
use indexmap::IndexMap;
use std::collections::{BTreeSet, HashMap};
use std::path::{Path, PathBuf};
use std::sync::Arc;

/// A book as far as it could be understood, with everything found on the way.
#[derive(Debug)]
pub struct Checked {
    /// The texts that were read.
    pub sources: Sources,
    /// Everything that was found.
    pub problems: Problems,
    /// Nothing where there is no policy to reckon with.
    pub program: Option<Arc<Program>>,
}

impl Checked {
    /// The program, if nothing forbids running it.
    pub fn runnable(&self) -> Option<&Arc<Program>> {
        if self.problems.has_errors() { None } else { self.program.as_ref() }
    }

    /// The program of a scenario, or of the book itself, if nothing forbids running it.
    pub fn runnable_in(&self, scenario: Option<&str>) -> Option<&Arc<Program>> {
        let program = self.runnable()?;
        scenario.map_or(Some(program), |s| program.scenarios.get(s))
    }
}

/// Reads and checks the book at a path, with all of its scenarios: a folder, or a single file.
pub fn check(world: &dyn World, path: &Path) -> Result<Checked, String> {
    check_sources(world, path, &[])
}

/// The same, with further items that a session has added.
pub fn check_sources(world: &dyn World, path: &Path, added: &[String]) -> Result<Checked, String> {
    read(world, path, added, &Wanted::All, &|_, _| Problems::default())
}

/// The same, with findings of a later stage, which waivers may concern as well. They are asked for only where nothing forbids running
/// the book.
pub fn check_then(
    world: &dyn World,
    path: &Path,
    added: &[String],
    scenario: Option<&str>,
    then: &dyn Fn(&Program, &Sources) -> Problems,
) -> Result<Checked, String> {
    read(world, path, added, &scenario.map_or(Wanted::All, Wanted::One), then)
}

/// Reads and checks the book at a path with at most one of its scenarios, for a command that asks one question.
pub fn open(world: &dyn World, path: &Path, scenario: Option<&str>) -> Result<Checked, String> {
    read(world, path, &[], &scenario.map_or(Wanted::None, Wanted::One), &|_, _| Problems::default())
}

/// Which scenarios are built.
enum Wanted<'n> {
    All,
    None,
    One(&'n str),
}

fn read(world: &dyn World, path: &Path, added: &[String], wanted: &Wanted<'_>, then: &dyn Fn(&Program, &Sources) -> Problems) -> Result<Checked, String> {
    let mut sources = Sources::default();
    let mut problems = Problems::default();
    let mut texts = load::load(world, path, &mut sources, &mut problems)?;
    for (n, text) in added.iter().enumerate() {
        let index = sources.add(format!("session:{}", n.saturating_add(1)), text.clone());
        if let Some(file) = sources.get(index) {
            texts.files.push(syntax::parse(&file.text, file.start, &mut problems));
        }
    }
    let mut build = Build { world, sources: &mut sources, files: HashMap::new() };
    let mut program = build.book(&texts, None, &mut problems);
    let mut scenarios = IndexMap::new();
    for scenario in super::scenarios::of(&texts) {
        let name = scenario.name.text.as_str();
        let chosen = match wanted {
            Wanted::All => true,
            Wanted::None => false,
            Wanted::One(one) => *one == name,
        };
        if chosen && let Some(program) = build.scenario(&texts, scenario, &mut problems) {
            scenarios.insert(name.to_owned(), Arc::new(program));
        }
    }
    let lost: BTreeSet<String> = texts.items().flat_map(|item| load::names_lost(item, &sources)).collect();
    problems.retain(|p| !naming::is_unknown(p) || !lost.contains(sources.text(p.span())));
    if let Some(program) = &mut program {
        program.scenarios = scenarios;
        if !problems.has_errors() {
            let looked_at = match wanted {
                Wanted::One(name) => program.scenarios.get(*name).map_or(&*program, |p| &**p),
                Wanted::All | Wanted::None => program,
            };
            problems.extend(then(looked_at, &sources));
        }
        super::check::waive(program, world.now(), &mut problems);
    }
    Ok(Checked { sources, problems, program: program.map(Arc::new) })
}

/// What the books of one reading share: each file is read once.
pub struct Build<'w> {
    world: &'w dyn World,
    sources: &'w mut Sources,
    files: Files,
}

/// Files that were read, by path; nothing for those that could not be.
pub type Files = HashMap<PathBuf, Option<Arc<Rows>>>;

impl Build<'_> {
    /// The program of a book, for one of its scenarios or for none; nothing where it has no policy.
    pub fn book(&mut self, texts: &BookTexts, scenario: Option<&str>, problems: &mut Problems) -> Option<Program> {
        load::one_policy(texts, problems);
        let mut uses = Vec::new();
        for (item, used) in &texts.uses {
            if let (ItemKind::Use(u), Some(program)) = (&item.kind, self.book(used, None, problems)) {
                uses.push((u.name.clone(), Arc::new(program)));
            }
        }
        let policy = texts.items().find_map(|i| match &i.kind {
            ItemKind::Policy(p) => Some(p),
            _ => None,
        })?;
        let mut builder = Builder::new(self.world, self.sources, &mut self.files, texts.folder.clone());
        builder.uses(uses);
        builder.policy(policy);
        let items: Vec<&Item> = texts.items().collect();
        builder.declare(&items);
        builder.sets(&items);
        builder.facts_and_events(&items);
        builder.quotas(&items);
        builder.rules(&items);
        builder.amendments(&items);
        builder.references(&items);
        builder.endings(&items);
        builder.scenarios(&items);
        builder.assertions(&items);
        builder.tests(&items, scenario);
        builder.descriptions(&items);
        super::check::check(&mut builder);
        super::cycles::check(&builder.program, &mut builder.problems);
        problems.extend(builder.problems);
        Some(builder.program)
    }
}

/// A program under construction.
pub struct Builder<'w> {
    pub world: &'w dyn World,
    pub sources: &'w mut Sources,
    pub problems: Problems,
    pub program: Program,
    pub names: Names,
    pub folder: PathBuf,
    pub currency_span: Option<Span>,
    pub goods_sets: Vec<GoodsSet>,
    pub country_sets: Vec<Origins>,
    pub files: &'w mut Files,
    pub lists: HashMap<(PathBuf, String), Option<GoodsSet>>,
    /// Labels of the clauses of each measure, with their places.
    pub labels: HashMap<(usize, String), (usize, Span)>,
    /// The whole text of each named item and of its amendments, for waivers.
    pub item_spans: HashMap<String, Vec<Span>>,
    /// Whether some citation names nothing, so that what lacks one cannot be told.
    pub citation_lost: bool,
    /// `prevails over` still to be resolved: measure, clause, labels.
    pub prevailing: Vec<(usize, usize, Vec<syntax::Name>)>,
}

impl<'w> Builder<'w> {
    fn new(world: &'w dyn World, sources: &'w mut Sources, files: &'w mut Files, folder: PathBuf) -> Self {
        let program = Program {
            name: String::new(),
            title: String::new(),
            territory: None,
            currency: Currency::NONE,
            clock: Clock::utc(),
            rounding: Rounding::default(),
            bare_dates_start: None,
            speaks_from: None,
            speaks_until: None,
            nomenclature: Nomenclature { existing: GoodsSet::all(), six_digits: None, path: String::new() },
            exchange: None,
            instruments: Vec::new(),
            facts: super::inputs::built_in_facts(),
            events: Vec::new(),
            measures: Vec::new(),
            exemptions: Vec::new(),
            suspensions: Vec::new(),
            phaseouts: Vec::new(),
            limits: Vec::new(),
            quotas: Vec::new(),
            endings: Vec::new(),
            assertions: Vec::new(),
            tests: Vec::new(),
            waivers: Vec::new(),
            names: Default::default(),
            groups: Vec::new(),
            goods_names: Vec::new(),
            country_names: Vec::new(),
            uses: Vec::new(),
            scenario: None,
            absent: BTreeSet::new(),
            scenarios: IndexMap::new(),
        };
        Builder {
            world,
            sources,
            problems: Problems::default(),
            program,
            names: Names::default(),
            folder,
            currency_span: None,
            goods_sets: Vec::new(),
            country_sets: Vec::new(),
            files,
            lists: HashMap::new(),
            labels: HashMap::new(),
            item_spans: HashMap::new(),
            citation_lost: false,
            prevailing: Vec::new(),
        }
    }

    /// Books come before all else: their names may stand wherever a name does.
    fn uses(&mut self, uses: Vec<(syntax::Name, Arc<Program>)>) {
        for (name, used) in uses {
            let at = self.program.uses.len();
            self.program.uses.push((name.text.clone(), used));
            self.names.declare(&mut self.program, &mut self.problems, &name, Named::Book(at));
        }
    }

    // ── Names ──

    /// Gives every declared thing its number, in order of declaration.
    fn declare(&mut self, items: &[&Item]) {
        let mut counts: HashMap<&'static str, usize> = HashMap::new();
        let mut next = |kind: &'static str| {
            let n = counts.entry(kind).or_insert(0);
            let this = *n;
            *n = n.saturating_add(1);
            this
        };
        let first_fact = self.program.facts.len();
        for item in items {
            let (name, named) = match &item.kind {
                ItemKind::Instrument(i) => (&i.name, Named::Instrument(InstrumentId(next("instrument")))),
                ItemKind::Goods(g) => (&g.name, Named::Goods(next("goods"))),
                ItemKind::Countries(c) => (&c.name, Named::Countries(next("countries"))),
                ItemKind::Group(g) => (&g.name, Named::Group(next("group"))),
                ItemKind::Input(i) => (&i.name, Named::Fact(FactId(first_fact.saturating_add(next("input"))))),
                ItemKind::Event(e) => (&e.name, Named::Event(EventId(next("event")))),
                ItemKind::Charge(c) => (&c.name, Named::Measure(MeasureId(next("measure")))),
                ItemKind::Exemption(e) => (&e.name, Named::Exemption(ExemptionId(next("exemption")))),
                ItemKind::Suspension(s) => (&s.name, Named::Suspension(SuspensionId(next("suspension")))),
                ItemKind::Ending(e) => (&e.name, Named::Ending(EndingId(next("ending")))),
                ItemKind::Phaseout(p) => (&p.name, Named::Phaseout(PhaseoutId(next("phaseout")))),
                ItemKind::Limit(l) => (&l.name, Named::Limit(LimitId(next("limit")))),
                ItemKind::Quota(q) => (&q.name, Named::Quota(QuotaId(next("quota")))),
                ItemKind::Scenario(s) => (&s.name, Named::Scenario),
                ItemKind::Assert(a) => (&a.name, Named::Assertion),
                _ => continue,
            };
            self.item_spans.entry(name.text.clone()).or_default().push(item.span);
            self.names.declare(&mut self.program, &mut self.problems, name, named);
        }
    }
}
