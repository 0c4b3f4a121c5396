//! From syntax to program, in passes: the policy first (its clock and currency give every literal its meaning), then names,
//! then sets, then facts and events, then rules, then what refers to the insides of rules (labels), then tests.

use super::lists::Rows;
use super::load::{self, BookTexts};
use super::names::Names;
use super::types::*;
use crate::problem::{Problem, Problems, naming, syntax as syntax_problems, typing};
use crate::region::{GoodsSet, Origins};
use crate::source::{Sources, Span};
use crate::syntax::{self, BodyClause, BodyKind, InputKind, Item, ItemKind, Modifiers, PolicyClause, RoundingTime};
use crate::value::{Clock, Currency, Rounding, Unit};
use crate::world::World;
use std::collections::HashMap;
use std::path::{Path, PathBuf};
use std::sync::{Arc, OnceLock};

/// A book as far as it could be understood, with everything found on the way.
#[derive(Debug)]
pub struct Checked {
    pub sources: Sources,
    pub problems: Problems,
    /// Nothing where there is no policy to reckon with.
    pub program: Option<Arc<Program>>,
}

impl Checked {
    /// The program, if nothing forbids running it.
    pub fn runnable(&self) -> Option<&Arc<Program>> {
        if self.problems.has_errors() { None } else { self.program.as_ref() }
    }
}

/// Reads and checks the book at a path: a folder, or a single file.
pub fn check(world: &dyn World, path: &Path) -> Result<Checked, String> {
    check_sources(world, path, &[])
}

/// The same, with further items that a session has added.
pub fn check_sources(world: &dyn World, path: &Path, added: &[String]) -> Result<Checked, String> {
    let mut sources = Sources::default();
    let mut problems = Problems::default();
    let mut texts = load::load(world, path, &mut sources, &mut problems)?;
    for (n, text) in added.iter().enumerate() {
        let index = sources.add(format!("session:{}", n.saturating_add(1)), text.clone());
        if let Some(file) = sources.get(index) {
            texts.files.push(syntax::parse(&file.text, file.start, &mut problems));
        }
    }
    let program = build(world, &texts, &mut sources, &mut problems);
    if let Some(program) = &program {
        super::check::waive(program, world.now(), &mut problems);
    }
    Ok(Checked { sources, problems, program: program.map(Arc::new) })
}

fn build(world: &dyn World, texts: &BookTexts, sources: &mut Sources, problems: &mut Problems) -> Option<Program> {
    load::one_policy(texts, problems);
    let mut uses = Vec::new();
    for (item, used) in &texts.uses {
        if let (ItemKind::Use(u), Some(program)) = (&item.kind, build(world, used, sources, problems)) {
            uses.push((u.name.clone(), Arc::new(program)));
        }
    }
    let policy = texts.items().find_map(|i| match &i.kind {
        ItemKind::Policy(p) => Some(p),
        _ => None,
    })?;
    let mut builder = Builder::new(world, sources, texts.folder.clone());
    builder.policy(policy);
    builder.uses(uses);
    let items: Vec<&Item> = texts.items().collect();
    builder.declare(&items);
    builder.sets(&items);
    builder.facts_and_events(&items);
    builder.rules(&items);
    builder.amendments(&items);
    builder.references(&items);
    builder.endings(&items);
    builder.tests(&items);
    super::check::check(&mut builder);
    problems.extend(builder.problems);
    Some(builder.program)
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
    pub files: HashMap<PathBuf, Option<Arc<Rows>>>,
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
    fn new(world: &'w dyn World, sources: &'w mut Sources, folder: PathBuf) -> Self {
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
            instruments: Vec::new(),
            facts: built_in_facts(),
            events: Vec::new(),
            measures: Vec::new(),
            exemptions: Vec::new(),
            suspensions: Vec::new(),
            endings: Vec::new(),
            tests: Vec::new(),
            waivers: Vec::new(),
            names: Default::default(),
            groups: Vec::new(),
            uses: Vec::new(),
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
            files: HashMap::new(),
            lists: HashMap::new(),
            labels: HashMap::new(),
            item_spans: HashMap::new(),
            citation_lost: false,
            prevailing: Vec::new(),
        }
    }

    // ── The policy ──

    fn policy(&mut self, policy: &syntax::Policy) {
        self.program.name = policy.name.text.clone();
        self.program.title = policy.title.as_ref().map_or_else(|| policy.name.text.clone(), |t| t.text.clone());
        let mut said: HashMap<&str, Span> = HashMap::new();
        // The clock comes first whatever the order, since dates are read on it.
        for clause in &policy.clauses {
            if let PolicyClause::Clock(name, _) = clause {
                match Clock::from_name(&name.text) {
                    Some(clock) => self.program.clock = clock,
                    None => self.problems.add(typing::wrong_type(
                        &name.text,
                        "no time zone",
                        "a time zone",
                        "zones are those of the IANA database, such as `Asia/Shanghai` or `America/New_York`",
                        name.span,
                    )),
                }
            }
        }
        for clause in &policy.clauses {
            let (word, at) = policy_word(clause);
            if let Some(first) = said.insert(word, at) {
                self.problems.add(syntax_problems::said_twice(word, "policy", first, at));
            }
            self.policy_clause(clause);
        }
        for needed in ["imports into", "currency", "clock"] {
            if !said.contains_key(needed) {
                self.problems.add(
                    Problem::error("T015", format!("policy `{}` does not say `{needed}`", self.program.name))
                        .help(match needed {
                            "imports into" => "say whose imports are charged: `imports into CN`",
                            "currency" => "say in which currency duties are reckoned: `currency CNY`",
                            _ => "say on which clock the dates of the book are: `clock Asia/Shanghai`",
                        })
                        .at(policy.name.span, format!("it has no `{needed}`")),
                );
            }
        }
    }

    fn policy_clause(&mut self, clause: &PolicyClause) {
        match clause {
            PolicyClause::ImportsInto(name, _) => self.program.territory = self.country(name),
            PolicyClause::Currency(name, span) => {
                if let Some(c) = self.currency(name) {
                    self.program.currency = c;
                    self.currency_span = Some(*span);
                }
            }
            PolicyClause::Clock(..) => {}
            PolicyClause::Nomenclature(file, _) => {
                if let Some(n) = self.nomenclature(file) {
                    self.program.nomenclature = n;
                }
            }
            PolicyClause::Rounding { mode, step, when, .. } => {
                if step.value.is_zero() {
                    self.problems.add(typing::wrong_type(&step.text, "zero", "a step", "amounts are rounded to something such as `0.01` or `1`", step.span));
                    return;
                }
                self.program.rounding = Rounding { mode: *mode, step: step.value, each_amount: *when != Some(RoundingTime::AtTheEnd) };
            }
            PolicyClause::BareDates { start, .. } => self.program.bare_dates_start = Some(*start),
            PolicyClause::Exchange(_, span) => self.problems.add(syntax_problems::not_supported("`exchange`", *span)),
            PolicyClause::Time { from, through, .. } => {
                self.program.speaks_from = self.instant(from);
                self.program.speaks_until = through.as_ref().and_then(|t| self.after_through(t));
            }
        }
    }

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
                ItemKind::Phaseout(p) => (&p.name, self.later("a phase-out", "`phaseout`", item.span)),
                ItemKind::Limit(l) => (&l.name, self.later("a limit", "`limit`", item.span)),
                ItemKind::Quota(q) => (&q.name, self.later("a quota", "`quota`", item.span)),
                ItemKind::Scenario(s) => (&s.name, self.later("a scenario", "`scenario`", item.span)),
                ItemKind::Assert(a) => (&a.name, self.later("an assertion", "`assert`", item.span)),
                ItemKind::Amend(amend) => {
                    self.item_spans.entry(amend.target.text.clone()).or_default().push(item.span);
                    continue;
                }
                _ => continue,
            };
            self.item_spans.entry(name.text.clone()).or_default().push(item.span);
            self.names.declare(&mut self.program, &mut self.problems, name, named);
        }
    }

    fn later(&mut self, kind: &'static str, word: &str, span: Span) -> Named {
        self.problems.add(syntax_problems::not_supported(word, span));
        Named::Later(kind)
    }

    // ── Sets ──

    /// Sets may refer to each other in any order, but not in a circle.
    fn sets(&mut self, items: &[&Item]) {
        self.instruments(items);
        let goods: Vec<&syntax::GoodsSet> = items.iter().filter_map(|i| if let ItemKind::Goods(g) = &i.kind { Some(g) } else { None }).collect();
        self.goods_sets = vec![GoodsSet::empty(); goods.len()];
        let links: Vec<(&syntax::Name, Vec<&syntax::Name>)> = goods
            .iter()
            .map(|g| {
                let named = g.goods.included.iter().chain(&g.goods.excepted);
                (&g.name, named.filter_map(|o| if let syntax::OneGoods::Named(n) = o { Some(n) } else { None }).collect())
            })
            .collect();
        for at in self.in_order(&links) {
            if let Some(item) = goods.get(at) {
                let set = self.goods(&item.goods);
                if let Some(slot) = self.goods_sets.get_mut(at) {
                    *slot = set;
                }
            }
        }
        let countries: Vec<&syntax::CountrySetItem> = items.iter().filter_map(|i| if let ItemKind::Countries(c) = &i.kind { Some(c) } else { None }).collect();
        self.country_sets = vec![Origins::default(); countries.len()];
        let links: Vec<(&syntax::Name, Vec<&syntax::Name>)> =
            countries.iter().map(|c| (&c.name, c.countries.included.iter().chain(&c.countries.excepted).map(|o| &o.name).collect())).collect();
        for at in self.in_order(&links) {
            if let Some(item) = countries.get(at) {
                let set = self.countries(&item.countries);
                if let Some(slot) = self.country_sets.get_mut(at) {
                    *slot = set;
                }
            }
        }
    }

    /// The order in which named sets can be built; those in a circle are reported and left empty.
    fn in_order(&mut self, links: &[(&syntax::Name, Vec<&syntax::Name>)]) -> Vec<usize> {
        let mut order: Vec<usize> = Vec::new();
        loop {
            let before = order.len();
            for (at, (_, needs)) in links.iter().enumerate() {
                let ready = needs.iter().all(|n| links.iter().position(|(l, _)| l.text == n.text).is_none_or(|p| order.contains(&p)));
                if !order.contains(&at) && ready {
                    order.push(at);
                }
            }
            if order.len() == before {
                break;
            }
        }
        if let Some((_, (name, needs))) = links.iter().enumerate().find(|(at, _)| !order.contains(at)) {
            let names: Vec<String> = std::iter::once(name).chain(needs.iter().take(1)).chain([name]).map(|n| format!("`{}`", n.text)).collect();
            self.problems.add(naming::cycle("sets contain each other", &names, name.span));
        }
        order
    }

    fn instruments(&mut self, items: &[&Item]) {
        for item in items {
            let ItemKind::Instrument(i) = &item.kind else { continue };
            let mut made = Instrument {
                name: i.name.text.clone(),
                title: i.title.as_ref().map_or_else(|| i.name.text.clone(), |t| t.text.clone()),
                published: None,
                expires: None,
                url: None,
                unofficial: false,
                span: i.name.span,
            };
            let mut said: HashMap<&str, Span> = HashMap::new();
            for clause in &i.clauses {
                let (word, span) = match clause {
                    syntax::InstrumentClause::Published(m, s) => {
                        made.published = Some(m.date);
                        ("published", *s)
                    }
                    syntax::InstrumentClause::Expires(m, s) => {
                        made.expires = self.instant(m);
                        ("expires", *s)
                    }
                    syntax::InstrumentClause::Url(t, s) => {
                        made.url = Some(t.text.clone());
                        ("url", *s)
                    }
                    syntax::InstrumentClause::Unofficial(s) => {
                        made.unofficial = true;
                        ("unofficial", *s)
                    }
                    syntax::InstrumentClause::Quotation(..) => continue,
                };
                if let Some(first) = said.insert(word, span) {
                    self.problems.add(syntax_problems::said_twice(word, "instrument", first, span));
                }
            }
            self.program.instruments.push(made);
        }
    }

    // ── Facts and events ──

    fn facts_and_events(&mut self, items: &[&Item]) {
        for item in items {
            let ItemKind::Input(input) = &item.kind else { continue };
            let kind = match input.kind {
                InputKind::Money => FactKind::Money,
                InputKind::Rate => FactKind::Rate,
                InputKind::Number => FactKind::Number,
                InputKind::Flag => FactKind::Flag,
                InputKind::Text => FactKind::Text,
                InputKind::Country => FactKind::Country,
                InputKind::Instant => FactKind::Instant,
                InputKind::Quantity(u) => FactKind::Quantity(u),
            };
            self.program.facts.push(Fact {
                name: input.name.text.clone(),
                kind,
                what: input.what.as_ref().map_or_else(String::new, |t| t.text.clone()),
                default: None,
                span: Some(input.name.span),
            });
        }
        for item in items {
            match &item.kind {
                ItemKind::Input(input) => self.default_value(input),
                ItemKind::Event(event) => {
                    if let Some(span) = event.head.on.as_ref().map(|g| g.span).or_else(|| event.head.of.as_ref().map(syntax::Origins::span)) {
                        self.problems.add(syntax_problems::misplaced("on … of …", "an event", "an event is a period, whatever the goods", span));
                    }
                    let period = self.period(&event.head.period);
                    let cite = self.cite(event.head.cites.as_ref());
                    self.program.events.push(Event { name: event.name.text.clone(), period, cite, extensions: Vec::new(), span: event.name.span });
                }
                _ => {}
            }
        }
        for item in items {
            let ItemKind::Extension(extension) = &item.kind else { continue };
            let Some(event) = self.event(&extension.event) else { continue };
            let until = self.instant(&extension.until);
            let cite = self.cite(extension.cites.as_ref());
            if let (Some(until), Some(event)) = (until, self.program.events.get_mut(event.0)) {
                event.extensions.push(Extension { until, cite });
            }
        }
    }

    fn default_value(&mut self, input: &syntax::Input) {
        let Some(expression) = &input.default else { return };
        let Some(id) = self.program.find_fact(&input.name.text) else { return };
        let Some(value) = self.expression(expression) else { return };
        let wanted = Expr { kind: ExprKind::Fact(id), ty: self.fact_type(id), span: input.kind_span };
        if let (Some((_, value)), Some(fact)) = (self.comparable(wanted, value), self.program.facts.get_mut(id.0)) {
            fact.default = Some(value);
        }
    }

    // ── Rules ──

    pub fn cite(&mut self, cites: Option<&syntax::Cites>) -> Option<Cite> {
        let cites = cites?;
        let instrument = super::names::resolve(&self.program, &self.names, &mut self.problems, &cites.instrument, "instrument", |n| match n {
            Named::Instrument(i) => Some(i),
            _ => None,
        });
        self.citation_lost |= instrument.is_none();
        let instrument = instrument?;
        Some(Cite { instrument, section: cites.section.as_ref().map(|s| s.text.clone()), span: cites.span })
    }

    pub fn head(&mut self, head: &Modifiers, span: Span) -> Head {
        if let Some(label) = &head.label {
            self.problems.add(syntax_problems::misplaced(
                "as",
                "a head",
                "a label names one clause: put it on the line of a `rate` or of another clause of the body",
                label.span,
            ));
        }
        if let Some(name) = head.prevails.first() {
            self.problems.add(syntax_problems::misplaced("prevails over", "a head", "it is said of one clause: put it on the line of a `rate`", name.span));
        }
        Head {
            scope: self.scope(head),
            condition: head.when.as_ref().and_then(|w| self.when(w)),
            period: self.period(&head.period),
            cite: self.cite(head.cites.as_ref()),
            span,
        }
    }

    /// The shells of all rules, in order of declaration, then the clauses of measures.
    fn rules(&mut self, items: &[&Item]) {
        for item in items {
            match &item.kind {
                ItemKind::Charge(charge) => self.measure_shell(charge),
                ItemKind::Group(group) => {
                    let members = self.members(group);
                    self.program.groups.push(members);
                }
                _ => {}
            }
        }
        let mut at = 0usize;
        for item in items {
            let ItemKind::Charge(charge) = &item.kind else { continue };
            let head = self.head(&charge.head, charge.name.span);
            if let Some(against) = &charge.against {
                self.against(against);
            }
            let cite = head.cite.clone();
            if let Some(measure) = self.program.measures.get_mut(at) {
                if let Some(scope) = &head.scope {
                    measure.goods = scope.goods.clone();
                    measure.origins = scope.origins.clone();
                }
                measure.head = head;
            }
            for clause in &charge.body {
                self.body_clause(at, clause, None, cite.as_ref());
            }
            at = at.saturating_add(1);
        }
        for item in items {
            match &item.kind {
                ItemKind::Exemption(e) => self.exemption(e),
                ItemKind::Suspension(s) => self.suspension(s),
                _ => {}
            }
        }
    }

    fn members(&mut self, group: &syntax::Group) -> Vec<MeasureId> {
        let mut members = Vec::new();
        for name in &group.members {
            let found = super::names::resolve(&self.program, &self.names, &mut self.problems, name, "measure", |n| match n {
                Named::Measure(m) => Some(m),
                _ => None,
            });
            members.extend(found);
        }
        members
    }

    fn measure_shell(&mut self, charge: &syntax::Charge) {
        let name = &charge.name;
        let first = charge.body.first();
        if charge.head.on.is_none() {
            let said = charge.body.iter().find_map(|c| c.modifiers.on.as_ref()).map(|g| g.span);
            self.problems.add(syntax_problems::without_scope(charge.kind.word(), &name.text, "on …", said, name.span));
        }
        if charge.head.of.is_none() {
            let said = charge.body.iter().find_map(|c| c.modifiers.of.as_ref()).map(syntax::Origins::span);
            self.problems.add(syntax_problems::without_scope(charge.kind.word(), &name.text, "of …", said, name.span));
        }
        if charge.kind == syntax::ChargeKind::Retaliation && charge.against.is_none() {
            self.problems.add(
                Problem::error("T016", format!("retaliation `{}` does not say what it answers", name.text))
                    .help("say `against OTHER` in its head, or call it a `measure`")
                    .at(name.span, "answers nothing"),
            );
        }
        if first.is_none() {
            self.problems.add(
                Problem::error("T016", format!("{} `{}` charges nothing: it has no `rate`", charge.kind.word(), name.text))
                    .help("say `rate free` or `rate none` if that is meant")
                    .at(name.span, "no rate"),
            );
        }
        self.program.measures.push(Measure {
            kind: charge.kind,
            name: name.text.clone(),
            title: charge.title.as_ref().map_or_else(|| name.text.clone(), |t| t.text.clone()),
            goods: GoodsSet::empty(),
            origins: Origins::default(),
            head: Head::default(),
            clauses: Vec::new(),
            changes: Vec::new(),
            span: name.span,
        });
    }

    /// A retaliation answers a measure, of this book or of another.
    fn against(&mut self, name: &syntax::Name) {
        match super::names::look_up(&self.program, &name.text) {
            Some((_, Named::Measure(_) | Named::Group(_))) => {}
            Some((_, other)) => {
                let place = self.names.place(&name.text);
                self.problems.add(naming::wrong_kind(&name.text, other.kind(), "a measure", place, name.span));
            }
            None => {
                let known = super::names::all_names(&self.program);
                self.problems.add(naming::unknown("measure", &name.text, known.iter().map(String::as_str), name.span));
            }
        }
    }

    /// A clause of a measure, from its own body or from an `amend` whose head it shares.
    pub fn body_clause(&mut self, at: usize, clause: &BodyClause, amend: Option<&AmendHead>, item_cite: Option<&Cite>) {
        let modifiers = &clause.modifiers;
        let kind = match &clause.kind {
            BodyKind::Rate(rate) => self.charge(rate).map(ClauseKind::Rate),
            BodyKind::Base(base) => self.base(base).map(ClauseKind::Base),
            BodyKind::YieldsTo(names) | BodyKind::InLieuOf(names) => {
                for name in names {
                    self.measures(name);
                }
                self.problems.add(syntax_problems::not_supported(&format!("`{}`", clause.kind.word()), clause.span));
                None
            }
            BodyKind::Covers(_) => {
                self.problems.add(syntax_problems::not_supported("`covers`", clause.span));
                None
            }
            BodyKind::Postpone { .. } | BodyKind::End { .. } | BodyKind::Extend { .. } => {
                if amend.is_none() {
                    let why = "times are changed in an `amend`, with the act that changed them";
                    self.problems.add(syntax_problems::misplaced(clause.kind.word(), "a declaration", why, clause.span));
                }
                None
            }
        };
        let mut scopes = Vec::new();
        let mut conditions = Vec::new();
        let mut period = self.period(&modifiers.period);
        let own_cite = self.cite(modifiers.cites.as_ref());
        let mut holders: Vec<Cite> = item_cite.into_iter().cloned().collect();
        if let Some(amend) = amend {
            scopes.extend(amend.scope.iter().cloned());
            conditions.extend(amend.condition.iter().cloned());
            period = period.within(&amend.period);
            holders.extend(amend.cite.iter().cloned());
        }
        let own = self.scope_part(modifiers);
        if own.goods.is_some() || own.origins.is_some() {
            scopes.push(own);
        }
        conditions.extend(modifiers.when.as_ref().and_then(|w| self.when(w)));
        let Some(kind) = kind else { return };
        let index = self.program.measures.get(at).map_or(0, |m| m.clauses.len());
        if let Some(label) = &modifiers.label {
            self.label(at, index, label);
        }
        if !modifiers.prevails.is_empty() {
            self.prevailing.push((at, index, modifiers.prevails.clone()));
        }
        let inherited = amend.and_then(|a| a.cite.as_ref()).or(item_cite);
        let made = Clause {
            kind,
            scopes,
            conditions,
            period,
            label: modifiers.label.as_ref().map(|l| l.text.clone()),
            prevails: Vec::new(),
            cite: own_cite.or_else(|| inherited.cloned()),
            holders,
            span: clause.span,
            area: OnceLock::new(),
        };
        if let Some(measure) = self.program.measures.get_mut(at) {
            measure.clauses.push(made);
        }
    }

    fn label(&mut self, at: usize, index: usize, label: &syntax::Name) {
        if label.text == "period" {
            self.problems.add(naming::built_in("period", label.span));
            return;
        }
        if let Some((_, first)) = self.labels.get(&(at, label.text.clone())) {
            self.problems.add(naming::declared_twice(&label.text, *first, label.span));
            return;
        }
        self.labels.insert((at, label.text.clone()), (index, label.span));
    }

    fn measure_list(&mut self, names: &[syntax::Name]) -> Vec<MeasureId> {
        let mut out: Vec<MeasureId> = Vec::new();
        for name in names {
            for id in self.measures(name).unwrap_or_default() {
                if !out.contains(&id) {
                    out.push(id);
                }
            }
        }
        out
    }

    fn exemption(&mut self, item: &syntax::Exemption) {
        let relief = match &item.relief {
            None => Relief::Full,
            Some(syntax::Relief::To(rate, _)) => self.rate(rate).map_or(Relief::Full, |r| Relief::To(Arc::new(r))),
            Some(syntax::Relief::ByPoints(points, _)) => Relief::ByPoints(self.points(points).unwrap_or_default()),
            Some(syntax::Relief::ByShare(share, _)) => Relief::ByShare(share.value),
            Some(syntax::Relief::ByInput(name, _)) => match super::names::fact(&self.program, &self.names, &mut self.problems, name) {
                Some(id) if self.program.fact(id).is_some_and(|f| f.kind == FactKind::Rate) => Relief::ByInput(id),
                Some(id) => {
                    let words = self.program.fact(id).map_or_else(String::new, |f| f.kind.words());
                    self.problems.add(typing::wrong_type(&name.text, &words, "a share", "a share of the duty is an input of type `rate`", name.span));
                    Relief::Full
                }
                None => Relief::Full,
            },
        };
        if let Some(quota) = &item.quota {
            self.problems.add(syntax_problems::not_supported("`up to quota`", quota.span));
        }
        let from = self.measure_list(&item.from);
        let head = self.head(&item.head, item.name.span);
        self.program.exemptions.push(Exemption {
            name: item.name.text.clone(),
            title: item.title.as_ref().map_or_else(String::new, |t| t.text.clone()),
            from,
            relief,
            head,
            changes: Vec::new(),
            span: item.name.span,
        });
    }

    fn suspension(&mut self, item: &syntax::Suspension) {
        let of = self.measure_list(&item.of);
        let by = item.by.as_ref().and_then(|p| self.points(p));
        let head = self.head(&item.head, item.name.span);
        self.program.suspensions.push(Suspension {
            name: item.name.text.clone(),
            title: item.title.as_ref().map_or_else(String::new, |t| t.text.clone()),
            of,
            only: None,
            by,
            head,
            changes: Vec::new(),
            span: item.name.span,
        });
    }
}

/// What the head of an `amend` says of each clause in it.
#[derive(Default)]
pub struct AmendHead {
    pub scope: Option<ScopePart>,
    pub condition: Option<Cond>,
    pub period: Period,
    pub cite: Option<Cite>,
}

fn policy_word(clause: &PolicyClause) -> (&'static str, Span) {
    match clause {
        PolicyClause::ImportsInto(_, s) => ("imports into", *s),
        PolicyClause::Currency(_, s) => ("currency", *s),
        PolicyClause::Clock(_, s) => ("clock", *s),
        PolicyClause::Nomenclature(_, s) => ("nomenclature", *s),
        PolicyClause::Rounding { span, .. } => ("round", *span),
        PolicyClause::BareDates { span, .. } => ("bare dates", *span),
        PolicyClause::Exchange(_, s) => ("exchange", *s),
        PolicyClause::Time { span, .. } => ("from", *span),
    }
}

fn built_in_facts() -> Vec<Fact> {
    let named = [
        ("value", FactKind::Money, "the customs value"),
        ("entered", FactKind::Instant, "the moment of entry"),
        ("loaded", FactKind::Instant, "the moment at which the goods were loaded for their journey"),
        ("exported", FactKind::Instant, "the moment of export"),
        ("importer", FactKind::Text, "the importer"),
        ("claims", FactKind::Claims, "preferences and exclusions that the importer claims"),
    ];
    let units = Unit::ALL.map(|u| (u.word(), FactKind::Quantity(u), "a quantity"));
    named.into_iter().chain(units).map(|(name, kind, what)| Fact { name: name.to_owned(), kind, what: what.to_owned(), default: None, span: None }).collect()
}
