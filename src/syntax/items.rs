//! Items: from the grammar's pairs to the tree.

use super::attach::{Attach, cites};
use super::grammar::{Pair, Pairs, Rule};
use super::terms::Reader;
use super::tree::*;
use crate::source::Span;
use crate::value::RoundingMode;

impl Reader {
    /// One item; nothing where the pair is none. `text` is the whole piece.
    pub fn item(&mut self, pair: Pair<'_>, text: &str) -> Option<Item> {
        let span = self.span(&pair);
        let rule = pair.as_rule();
        let inner = pair.into_inner();
        let kind = match rule {
            Rule::policy => ItemKind::Policy(self.policy(inner)?),
            Rule::use_book => {
                let (name, path) = (self.find_name(&inner)?, self.find_text(&inner)?);
                ItemKind::Use(Use { name, path })
            }
            Rule::instrument => ItemKind::Instrument(self.instrument(inner)?),
            Rule::goods_set => {
                let name = self.find_name(&inner)?;
                let goods = self.goods(find(&inner, Rule::goods)?)?;
                ItemKind::Goods(GoodsSet { name, goods })
            }
            Rule::country_set => {
                let name = self.find_name(&inner)?;
                let countries = self.countries(find(&inner, Rule::dated_countries)?)?;
                ItemKind::Countries(CountrySetItem { name, countries })
            }
            Rule::group => {
                let name = self.find_name(&inner)?;
                ItemKind::Group(Group { name, members: self.names(find(&inner, Rule::names)?) })
            }
            Rule::input => ItemKind::Input(self.input(inner)?),
            Rule::event => {
                let (name, title) = (self.find_name(&inner)?, self.title(&inner));
                let mut clauses = Attach::new(text);
                for p in inner {
                    clauses.modifier(self, p);
                }
                ItemKind::Event(Event { name, title, head: clauses.head })
            }
            Rule::extension => {
                let event = self.find_name(&inner)?;
                let until = self.moment(find(&inner, Rule::instant)?)?;
                ItemKind::Extension(Extension { event, until, cites: self.cites(&inner) })
            }
            Rule::charge => ItemKind::Charge(self.charge(inner, text)?),
            Rule::amendment => ItemKind::Amend(self.amend(inner, text)?),
            Rule::exemption => ItemKind::Exemption(self.exemption(inner, text)?),
            Rule::suspension => ItemKind::Suspension(self.suspension(inner, text)?),
            Rule::phaseout => ItemKind::Phaseout(self.phaseout(inner, text)?),
            Rule::limit => ItemKind::Limit(self.limit(inner, text)?),
            Rule::quota => ItemKind::Quota(self.quota(inner)?),
            Rule::repeal | Rule::void => {
                let (name, title) = (self.find_name(&inner)?, self.title(&inner));
                let of = self.names(find(&inner, Rule::names)?);
                let mut clauses = Attach::new(text);
                for p in inner {
                    clauses.modifier(self, p);
                }
                ItemKind::Ending(Ending { void: rule == Rule::void, name, title, of, head: clauses.head })
            }
            Rule::scenario => ItemKind::Scenario(self.scenario(inner, text)?),
            Rule::assertion => ItemKind::Assert(self.assertion(inner, text)?),
            Rule::test => ItemKind::Test(self.test(inner)?),
            Rule::test_table => ItemKind::TestTable(self.find_text(&inner)?),
            Rule::waiver => {
                let code = self.name(&find(&inner, Rule::problem_code)?);
                let within = self.name(&find(&inner, Rule::path)?);
                let because = self.find_text(&inner)?;
                let until = find(&inner, Rule::instant).and_then(|p| self.moment(p));
                ItemKind::Waiver(Waiver { code, within, because, until })
            }
            _ => return None,
        };
        Some(Item { kind, span })
    }

    fn find_name(&self, inner: &Pairs<'_>) -> Option<Name> {
        inner.clone().find(|p| matches!(p.as_rule(), Rule::name | Rule::path)).map(|p| self.name(&p))
    }

    fn find_text(&self, inner: &Pairs<'_>) -> Option<Text> {
        find(inner, Rule::text).map(|p| self.text(&p))
    }

    fn title(&self, inner: &Pairs<'_>) -> Option<Text> {
        find(inner, Rule::title)?.into_inner().next().map(|t| self.text(&t))
    }

    fn cites(&self, inner: &Pairs<'_>) -> Option<Cites> {
        let pair = find(inner, Rule::cites)?;
        let span = self.span(&pair);
        cites(self, pair.into_inner(), span)
    }

    fn policy(&mut self, inner: Pairs<'_>) -> Option<Policy> {
        let (name, title) = (self.find_name(&inner)?, self.title(&inner));
        let mut clauses = Vec::new();
        for pair in inner {
            let span = self.span(&pair);
            let rule = pair.as_rule();
            let parts = pair.into_inner();
            clauses.push(match rule {
                Rule::imports_into => PolicyClause::ImportsInto(self.name(&find(&parts, Rule::country)?), span),
                Rule::currency_clause => PolicyClause::Currency(self.name(&find(&parts, Rule::currency)?), span),
                Rule::clock_clause => PolicyClause::Clock(self.name(&find(&parts, Rule::zone)?), span),
                Rule::nomenclature_clause => PolicyClause::Nomenclature(self.find_text(&parts)?, span),
                Rule::exchange_clause => PolicyClause::Exchange(self.find_text(&parts)?, span),
                Rule::bare_dates => PolicyClause::BareDates { start: find(&parts, Rule::START).is_some(), span },
                Rule::policy_time => {
                    let mut moments = parts.filter(|p| p.as_rule() == Rule::instant);
                    let from = self.moment(moments.next()?)?;
                    let through = moments.next().and_then(|p| self.moment(p));
                    PolicyClause::Time { from, through, span }
                }
                Rule::rounding => self.rounding(parts, span)?,
                _ => continue,
            });
        }
        Some(Policy { name, title, clauses })
    }

    fn rounding(&mut self, parts: Pairs<'_>, span: Span) -> Option<PolicyClause> {
        let (mut mode, mut step, mut when) = (RoundingMode::HalfUp, None, None);
        for p in parts {
            match p.as_rule() {
                Rule::HALF_EVEN => mode = RoundingMode::HalfEven,
                Rule::DOWN => mode = RoundingMode::Down,
                Rule::number => step = Some(self.number(&p)),
                Rule::EACH_AMOUNT => when = Some(RoundingTime::EachAmount),
                Rule::AT_THE_END => when = Some(RoundingTime::AtTheEnd),
                _ => {}
            }
        }
        Some(PolicyClause::Rounding { mode, step: step?, when, span })
    }

    fn instrument(&mut self, inner: Pairs<'_>) -> Option<Instrument> {
        let (name, title) = (self.find_name(&inner)?, self.title(&inner));
        let mut clauses = Vec::new();
        for pair in inner {
            let span = self.span(&pair);
            let rule = pair.as_rule();
            let parts = pair.into_inner();
            clauses.push(match rule {
                Rule::published => InstrumentClause::Published(self.moment(find(&parts, Rule::instant)?)?, span),
                Rule::expires => InstrumentClause::Expires(self.moment(find(&parts, Rule::instant)?)?, span),
                Rule::url => InstrumentClause::Url(self.find_text(&parts)?, span),
                Rule::UNOFFICIAL => InstrumentClause::Unofficial(span),
                Rule::quotation => InstrumentClause::Quotation(self.text(&find(&parts, Rule::long_text)?), span),
                _ => continue,
            });
        }
        Some(Instrument { name, title, clauses })
    }

    fn input(&mut self, inner: Pairs<'_>) -> Option<Input> {
        let name = self.find_name(&inner)?;
        let type_pair = find(&inner, Rule::input_type)?;
        let kind_span = self.span(&type_pair);
        let word = type_pair.into_inner();
        let kind = match word.clone().next()?.as_rule() {
            Rule::MONEY_TYPE => InputKind::Money,
            Rule::RATE => InputKind::Rate,
            Rule::NUMBER_TYPE => InputKind::Number,
            Rule::FLAG => InputKind::Flag,
            Rule::TEXT => InputKind::Text,
            Rule::COUNTRY_TYPE => InputKind::Country,
            Rule::INSTANT_TYPE => InputKind::Instant,
            _ => InputKind::Quantity(crate::value::Unit::from_word(find(&word, Rule::unit)?.as_str())?),
        };
        let what = self.title(&inner);
        let default = match find(&inner, Rule::default_value) {
            Some(p) => Some(self.expression(find(&p.into_inner(), Rule::sum)?)?),
            None => None,
        };
        Some(Input { name, kind, kind_span, what, default })
    }

    fn charge(&mut self, inner: Pairs<'_>, text: &str) -> Option<Charge> {
        let kind = match inner.clone().next()?.as_rule() {
            Rule::MEASURE => ChargeKind::Measure,
            Rule::RETALIATION => ChargeKind::Retaliation,
            Rule::TAX => ChargeKind::Tax,
            _ => ChargeKind::Fee,
        };
        let (name, title) = (self.find_name(&inner)?, self.title(&inner));
        let mut clauses = Attach::new(text);
        let mut against = None;
        for pair in inner {
            if pair.as_rule() == Rule::against {
                let span = self.span(&pair);
                let other = self.name(&find(&pair.into_inner(), Rule::path)?);
                self.once(&mut against, other, span, "`against`");
            } else if is_body(pair.as_rule()) {
                self.body_clause(&mut clauses, pair)?;
            } else {
                clauses.modifier(self, pair);
            }
        }
        Some(Charge { kind, name, title, against: against.map(|(a, _)| a), head: clauses.head, body: clauses.body })
    }

    fn amend(&mut self, inner: Pairs<'_>, text: &str) -> Option<Amend> {
        let target = self.find_name(&inner)?;
        let mut clauses = Attach::new(text);
        for pair in inner {
            if is_body(pair.as_rule()) {
                self.body_clause(&mut clauses, pair)?;
            } else {
                clauses.modifier(self, pair);
            }
        }
        Some(Amend { target, head: clauses.head, body: clauses.body })
    }

    fn body_clause(&mut self, clauses: &mut Attach<'_>, pair: Pair<'_>) -> Option<()> {
        let span = self.span(&pair);
        let rule = pair.as_rule();
        let inner = pair.into_inner();
        let kind = match rule {
            Rule::rate_clause => BodyKind::Rate(self.rate(find(&inner, Rule::rate)?)?),
            Rule::base_clause => BodyKind::Base(self.base(find(&inner, Rule::base)?)?),
            Rule::yields_to => BodyKind::YieldsTo(self.names(find(&inner, Rule::names)?)),
            Rule::in_lieu_of => BodyKind::InLieuOf(self.names(find(&inner, Rule::names)?)),
            Rule::covers => BodyKind::Covers(self.goods(find(&inner, Rule::goods)?)?),
            _ => {
                let label = self.find_name(&inner)?;
                let moment = self.moment(find(&inner, Rule::instant)?)?;
                match rule {
                    Rule::postpone => BodyKind::Postpone { label, to: moment },
                    Rule::end => BodyKind::End { label, at: moment },
                    _ => BodyKind::Extend { label, until: moment },
                }
            }
        };
        clauses.begin(kind, span);
        Some(())
    }

    fn exemption(&mut self, inner: Pairs<'_>, text: &str) -> Option<Exemption> {
        let (name, title) = (self.find_name(&inner)?, self.title(&inner));
        let from = self.names(find(&inner, Rule::names)?);
        let mut clauses = Attach::new(text);
        let (mut relief, mut quota) = (None, None);
        for pair in inner {
            let span = self.span(&pair);
            let rule = pair.as_rule();
            if clauses.modifier(self, pair.clone()) {
                continue;
            }
            let parts = pair.into_inner();
            let found = match rule {
                Rule::to_rate => Relief::To(self.rate(find(&parts, Rule::rate)?)?, span),
                Rule::by_points => Relief::ByPoints(self.points(find(&parts, Rule::points)?)?, span),
                Rule::by_share => match find(&parts, Rule::percent) {
                    Some(p) => Relief::ByShare(self.percent(&p), span),
                    None => Relief::ByInput(self.find_name(&parts)?, span),
                },
                Rule::up_to_quota => {
                    let name = self.find_name(&parts)?;
                    self.once(&mut quota, name, span, "`up to quota`");
                    continue;
                }
                _ => continue,
            };
            self.once(&mut relief, found, span, "how much is relieved");
        }
        Some(Exemption { name, title, from, relief: relief.map(|(r, _)| r), quota: quota.map(|(q, _)| q), head: clauses.head })
    }

    fn suspension(&mut self, inner: Pairs<'_>, text: &str) -> Option<Suspension> {
        let (name, title) = (self.find_name(&inner)?, self.title(&inner));
        let of = self.names(find(&inner, Rule::names)?);
        let mut clauses = Attach::new(text);
        let (mut only, mut by) = (None, None);
        for pair in inner {
            let span = self.span(&pair);
            let rule = pair.as_rule();
            if clauses.modifier(self, pair.clone()) {
                continue;
            }
            let parts = pair.into_inner();
            match rule {
                Rule::only => {
                    let labels = self.names(find(&parts, Rule::names)?);
                    self.once(&mut only, labels, span, "`only`");
                }
                Rule::by_points => {
                    let points = self.points(find(&parts, Rule::points)?)?;
                    self.once(&mut by, points, span, "`by`");
                }
                _ => {}
            }
        }
        Some(Suspension { name, title, of, only: only.map(|(o, _)| o).unwrap_or_default(), by: by.map(|(b, _)| b), head: clauses.head })
    }

    fn phaseout(&mut self, inner: Pairs<'_>, text: &str) -> Option<Phaseout> {
        let (name, title) = (self.find_name(&inner)?, self.title(&inner));
        let of = self.names(find(&inner, Rule::names)?);
        let mut clauses = Attach::new(text);
        let (mut steps, mut starting_at, mut counted_from, mut points, mut money) = (None, None, None, None, None);
        for pair in inner {
            let span = self.span(&pair);
            let rule = pair.as_rule();
            if clauses.modifier(self, pair.clone()) {
                continue;
            }
            let parts = pair.into_inner();
            let every = find(&parts, Rule::month_day).and_then(|p| self.month_day(&p));
            match rule {
                Rule::stages => {
                    let count = self.whole(&find(&parts, Rule::whole)?);
                    let to = self.rate(find(&parts, Rule::rate)?)?;
                    self.once(&mut steps, Steps::Equal { count, every, to, span }, span, "how it falls");
                }
                Rule::cutting => {
                    let cuts = parts.filter(|p| p.as_rule() == Rule::percent).map(|p| self.percent(&p)).collect();
                    self.once(&mut steps, Steps::Cutting { cuts, every, span }, span, "how it falls");
                }
                Rule::starting_at => {
                    let rate = self.rate(find(&parts, Rule::rate)?)?;
                    self.once(&mut starting_at, rate, span, "`starting at`");
                }
                Rule::counted_from => {
                    let from = self.moment(find(&parts, Rule::instant)?)?;
                    self.once(&mut counted_from, from, span, "`counted from`");
                }
                Rule::rounded_to => {
                    let down = find(&parts, Rule::DOWN).is_some();
                    if let Some(step) = find(&parts, Rule::points) {
                        let to = RoundedTo::Points(self.points(step)?);
                        self.once(&mut points, Rounded { down, to, span }, span, "how percentages are rounded");
                    } else {
                        let to = RoundedTo::Money(self.money(find(&parts, Rule::money)?)?);
                        self.once(&mut money, Rounded { down, to, span }, span, "how amounts are rounded");
                    }
                }
                _ => {}
            }
        }
        Some(Phaseout {
            name,
            title,
            of,
            steps: steps.map(|(s, _)| s),
            starting_at: starting_at.map(|(r, _)| r),
            counted_from: counted_from.map(|(f, _)| f),
            rounded: points.into_iter().chain(money).map(|(r, _)| r).collect(),
            head: clauses.head,
        })
    }

    fn limit(&mut self, inner: Pairs<'_>, text: &str) -> Option<Limit> {
        let (name, title) = (self.find_name(&inner)?, self.title(&inner));
        let of = self.names(find(&inner, Rule::names)?);
        let mut clauses = Attach::new(text);
        let mut at_most = None;
        for pair in inner {
            let span = self.span(&pair);
            if clauses.modifier(self, pair.clone()) || pair.as_rule() != Rule::ceiling {
                continue;
            }
            let rate = self.rate(find(&pair.into_inner(), Rule::rate)?)?;
            self.once(&mut at_most, rate, span, "`at most`");
        }
        Some(Limit { name, title, of, at_most: at_most.map(|(r, _)| r), head: clauses.head })
    }

    fn quota(&mut self, inner: Pairs<'_>) -> Option<Quota> {
        let name = self.find_name(&inner)?;
        let file = self.find_text(&inner)?;
        let column = self.name(&find(&inner, Rule::column)?);
        let (mut per_importer, mut tolerance, mut term, mut source) = (None, None, None, None);
        for pair in inner {
            let span = self.span(&pair);
            let rule = pair.as_rule();
            let parts = pair.into_inner();
            match rule {
                Rule::per_importer => self.once(&mut per_importer, (), span, "`per importer`"),
                Rule::tolerance => {
                    let percent = self.percent(&find(&parts, Rule::percent)?);
                    self.once(&mut tolerance, percent, span, "`tolerance`");
                }
                Rule::quota_term => {
                    let lasting = self.lasting(find(&parts, Rule::duration)?)?;
                    let from = self.name(&find(&parts, Rule::column)?);
                    self.once(&mut term, (lasting, from), span, "`for`");
                }
                Rule::cites => {
                    let cited = cites(self, parts, span)?;
                    self.once(&mut source, cited, span, "`cites`");
                }
                _ => {}
            }
        }
        Some(Quota {
            name,
            file,
            column,
            per_importer: per_importer.is_some(),
            tolerance: tolerance.map(|(t, _)| t),
            term: term.map(|(t, _)| t),
            cites: source.map(|(c, _)| c),
        })
    }

    fn scenario(&mut self, inner: Pairs<'_>, text: &str) -> Option<Scenario> {
        let (name, title) = (self.find_name(&inner)?, self.title(&inner));
        let without = find(&inner, Rule::without).and_then(|p| find(&p.into_inner(), Rule::names)).map(|p| self.names(p)).unwrap_or_default();
        let (mut with, mut with_span) = (Vec::new(), Span::default());
        if let Some(items) = find(&inner, Rule::with) {
            with_span = self.span(&items);
            for p in items.into_inner() {
                if let Some(item) = self.item(p, text) {
                    with.push(item);
                }
            }
        }
        Some(Scenario { name, title, without, with, with_span })
    }

    fn assertion(&mut self, inner: Pairs<'_>, text: &str) -> Option<Assert> {
        let (name, title) = (self.find_name(&inner)?, self.title(&inner));
        let claim = self.claim(find(&inner, Rule::claim)?)?;
        let mut clauses = Attach::new(text);
        for p in inner {
            clauses.modifier(self, p);
        }
        Some(Assert { name, title, head: clauses.head, claim })
    }

    fn claim(&mut self, pair: Pair<'_>) -> Option<Claim> {
        let span = self.span(&pair);
        let rule = pair.as_rule();
        let inner = pair.into_inner();
        if rule == Rule::claim_one {
            let negated = find(&inner, Rule::NOT).is_some();
            let pair = inner.clone().find(|p| p.as_rule() != Rule::NOT)?;
            let at = self.span(&pair);
            let claim = match pair.as_rule() {
                Rule::claim_nested => self.claim(find(&pair.into_inner(), Rule::claim)?)?,
                Rule::claim_outcome => {
                    let parts = pair.into_inner();
                    let word = outcome_word(find(&parts, Rule::outcome)?)?;
                    Claim::Outcome(self.find_name(&parts)?, word, at)
                }
                _ => {
                    let (left, comparator, right) = self.comparison(pair)?;
                    Claim::Compare(Box::new(Comparison { left, comparator, right, span: at }))
                }
            };
            return Some(if negated { Claim::Not(Box::new(claim), span) } else { claim });
        }
        let mut parts = Vec::new();
        for p in inner.filter(|p| matches!(p.as_rule(), Rule::claim_all | Rule::claim_one)) {
            parts.push(self.claim(p)?);
        }
        if parts.len() == 1 {
            return parts.pop();
        }
        Some(if rule == Rule::claim { Claim::Any(parts, span) } else { Claim::All(parts, span) })
    }

    fn test(&mut self, inner: Pairs<'_>) -> Option<Test> {
        let title = self.find_text(&inner)?;
        let mut cases: Vec<TestCase> = Vec::new();
        for pair in inner {
            let span = self.span(&pair);
            match pair.as_rule() {
                Rule::shipment => {
                    let shipment = self.shipment(pair.into_inner(), span)?;
                    cases.push(TestCase { shipment, expectations: Vec::new(), span });
                }
                Rule::expectation => {
                    let kind = self.expectation(pair.into_inner().find(|p| p.as_rule() != Rule::EXPECT)?)?;
                    let case = cases.last_mut()?;
                    case.span = case.span.to(span);
                    case.expectations.push(Expectation { kind, span });
                }
                _ => {}
            }
        }
        Some(Test { title, cases })
    }

    fn expectation(&mut self, pair: Pair<'_>) -> Option<ExpectationKind> {
        let rule = pair.as_rule();
        let inner = pair.into_inner();
        let first = |r: &Reader| inner.clone().next().map(|p| r.name(&p));
        Some(match rule {
            Rule::expect_needs => ExpectationKind::Needs(self.name(&find(&inner, Rule::asked_fact)?)),
            Rule::expect_amount => match find(&inner, Rule::percent) {
                Some(p) => ExpectationKind::Rate(first(self)?, self.percent(&p)),
                None => ExpectationKind::Amount(first(self)?, self.money(find(&inner, Rule::money)?)?),
            },
            Rule::expect_relieved => ExpectationKind::Relieved(first(self)?, self.names(find(&inner, Rule::names)?)),
            Rule::expect_displaced => ExpectationKind::Displaced(first(self)?, self.names(find(&inner, Rule::names)?)),
            Rule::expect_outcome => ExpectationKind::Outcome(first(self)?, outcome_word(find(&inner, Rule::outcome)?)?),
            _ => ExpectationKind::Status(first(self)?),
        })
    }

    /// Keeps the first of two clauses that may stand only once, and reports the second.
    pub fn once<T>(&mut self, slot: &mut Option<(T, Span)>, value: T, span: Span, what: &str) {
        match slot {
            Some((_, first)) => self.problems.push(crate::problem::syntax::clause_twice(what, *first, span)),
            None => *slot = Some((value, span)),
        }
    }
}

fn find<'i>(pairs: &Pairs<'i>, rule: Rule) -> Option<Pair<'i>> {
    pairs.clone().find(|p| p.as_rule() == rule)
}

fn is_body(rule: Rule) -> bool {
    matches!(rule, Rule::rate_clause | Rule::base_clause | Rule::yields_to | Rule::in_lieu_of | Rule::covers | Rule::postpone | Rule::end | Rule::extend)
}

fn outcome_word(pair: Pair<'_>) -> Option<OutcomeWord> {
    Some(match pair.into_inner().next()?.as_rule() {
        Rule::APPLIED => OutcomeWord::Applied,
        Rule::EXEMPTED => OutcomeWord::Exempted,
        Rule::SUSPENDED => OutcomeWord::Suspended,
        Rule::DISPLACED => OutcomeWord::Displaced,
        Rule::NOT_IN_FORCE => OutcomeWord::NotInForce,
        Rule::OUT_OF_SCOPE => OutcomeWord::OutOfScope,
        Rule::CONDITION_NOT_MET => OutcomeWord::ConditionNotMet,
        Rule::REPEALED => OutcomeWord::Repealed,
        Rule::outcome_void => OutcomeWord::Void,
        Rule::NEEDS_INPUT => OutcomeWord::NeedsInput,
        Rule::UNDETERMINED => OutcomeWord::Undetermined,
        Rule::CONFLICT => OutcomeWord::Conflict,
        _ => OutcomeWord::Unrated,
    })
}
