//! Literals, goods, countries, rates and conditions: from the grammar's pairs to the tree.

use super::grammar::{Pair, Pairs, Rule};
use super::tree::*;
use crate::problem::{Problem, codes, syntax};
use crate::source::Span;
use crate::value::{Duration, DurationUnit, GoodsCode, Unit, parse_date, percent_value};
use rust_decimal::Decimal;

/// Turns pairs into nodes. A value that cannot be (31 April, a code of seven digits) is a problem; the node then holds a stand-in.
pub struct Reader {
    /// Where the piece begins in the joined space.
    pub base: usize,
    pub problems: Vec<Problem>,
}

impl Reader {
    pub fn new(base: usize) -> Self {
        Reader { base, problems: Vec::new() }
    }

    pub fn span(&self, pair: &Pair<'_>) -> Span {
        let s = pair.as_span();
        // A pair may end with the white space that was skipped in search of more; a place ends with its last word.
        let len = pair.as_str().trim_end().len();
        Span::new(self.base.saturating_add(s.start()), self.base.saturating_add(s.start()).saturating_add(len))
    }

    pub fn name(&self, pair: &Pair<'_>) -> Name {
        Name { text: pair.as_str().trim_end().to_owned(), span: self.span(pair) }
    }

    pub fn names(&self, pair: Pair<'_>) -> Vec<Name> {
        pair.into_inner().filter(|p| p.as_rule() == Rule::path).map(|p| self.name(&p)).collect()
    }

    pub fn text(&self, pair: &Pair<'_>) -> Text {
        let quoted = pair.as_str().trim_end();
        let inner = quoted.strip_prefix("\"\"\"").and_then(|t| t.strip_suffix("\"\"\"")).or_else(|| quoted.strip_prefix('"').and_then(|t| t.strip_suffix('"')));
        // The same book checked out on another system has other line ends, and means the same.
        Text { text: inner.unwrap_or(quoted).replace("\r\n", "\n"), span: self.span(pair) }
    }

    pub fn number(&mut self, pair: &Pair<'_>) -> Number {
        let span = self.span(pair);
        let text = pair.as_str().to_owned();
        let value = Decimal::from_str_exact(&text.replace('_', "")).unwrap_or_else(|_| {
            self.problems.push(syntax::number_too_long(&text, span));
            Decimal::ZERO
        });
        Number { text, value, span }
    }

    pub fn whole(&mut self, pair: &Pair<'_>) -> u32 {
        let span = self.span(pair);
        pair.as_str().parse().unwrap_or_else(|_| {
            self.problems.push(syntax::number_too_long(pair.as_str(), span));
            1
        })
    }

    pub fn percent(&mut self, pair: &Pair<'_>) -> Percent {
        let span = self.span(pair);
        let text = pair.as_str().split_whitespace().collect::<Vec<_>>().join(" ");
        let value = percent_value(&text).unwrap_or_else(|| {
            self.problems.push(syntax::number_too_long(&text, span));
            Default::default()
        });
        Percent { text, value, span }
    }

    pub fn points(&mut self, pair: Pair<'_>) -> Option<Points> {
        let span = self.span(&pair);
        let number = self.number(&pair.into_inner().next()?);
        Some(Points { number, span })
    }

    pub fn money(&mut self, pair: Pair<'_>) -> Option<Money> {
        let span = self.span(&pair);
        let mut inner = pair.into_inner();
        let currency = self.name(&inner.next()?);
        let number = self.number(&inner.next()?);
        Some(Money { currency, number, span })
    }

    fn specific(&mut self, pair: Pair<'_>) -> Option<Specific> {
        let span = self.span(&pair);
        let (mut money, mut per, mut unit) = (None, None, None);
        for p in pair.into_inner() {
            match p.as_rule() {
                Rule::money => money = self.money(p),
                Rule::number => per = Some(self.number(&p)),
                Rule::unit => unit = Unit::from_word(p.as_str()),
                _ => {}
            }
        }
        if let Some(n) = per.as_ref().filter(|n| n.value.is_zero()) {
            self.problems.push(syntax::per_zero(n.span));
        }
        Some(Specific { money: money?, per, unit: unit?, span })
    }

    pub fn moment(&mut self, pair: Pair<'_>) -> Option<Moment> {
        let span = self.span(&pair);
        let text = pair.as_str().to_owned();
        let mut inner = pair.into_inner();
        let date_pair = inner.next()?;
        let date = parse_date(date_pair.as_str()).unwrap_or_else(|| {
            self.problems.push(syntax::no_such_day(date_pair.as_str(), span));
            Default::default()
        });
        let mut seconds = false;
        let time = inner.next().and_then(|t| {
            let parts: Vec<i8> = t.as_str().split(':').filter_map(|n| n.parse().ok()).collect();
            seconds = parts.len() == 3;
            let (h, m, s) = (*parts.first()?, *parts.get(1)?, parts.get(2).copied().unwrap_or(0));
            let is_end = h == 24 && m == 0 && s == 0;
            if h > 23 && !is_end || m > 59 || s > 59 {
                self.problems.push(syntax::no_such_time(t.as_str(), &text, span));
                return None;
            }
            Some((h, m, s))
        });
        Some(Moment { date, time, seconds, span })
    }

    pub fn lasting(&mut self, pair: Pair<'_>) -> Option<Lasting> {
        let span = self.span(&pair);
        let mut inner = pair.into_inner();
        let count = self.whole(&inner.next()?);
        let unit = match inner.next()?.as_rule() {
            Rule::HOURS => DurationUnit::Hours,
            Rule::DAYS => DurationUnit::Days,
            Rule::MONTHS => DurationUnit::Months,
            _ => DurationUnit::Years,
        };
        Some(Lasting { duration: Duration { count, unit }, span })
    }

    pub fn month_day(&mut self, pair: &Pair<'_>) -> Option<MonthDay> {
        let span = self.span(pair);
        let (month, day) = pair.as_str().split_once('-')?;
        let (month, day) = (month.parse().ok()?, day.parse().ok()?);
        // 29 February is no day of every year.
        if jiff::civil::Date::new(2025, month, day).is_err() {
            self.problems.push(syntax::no_day_of_every_year(pair.as_str(), span));
        }
        Some(MonthDay { month, day, span })
    }

    pub fn code(&mut self, pair: &Pair<'_>) -> Code {
        let span = self.span(pair);
        let code = GoodsCode::parse(pair.as_str().trim()).unwrap_or_else(|e| {
            self.problems.push(codes::not_a_code(pair.as_str().trim(), e, span));
            GoodsCode::of_point(0, 2)
        });
        Code { text: pair.as_str().trim().to_owned(), code, span }
    }

    pub fn file(&self, pair: Pair<'_>) -> Option<FileRef> {
        let span = self.span(&pair);
        let mut inner = pair.into_inner().filter(|p| matches!(p.as_rule(), Rule::text | Rule::column));
        let path = self.text(&inner.next()?);
        let column = inner.next().map(|p| self.name(&p));
        Some(FileRef { path, column, span })
    }

    // ── Goods and countries ──

    pub fn goods(&mut self, pair: Pair<'_>) -> Option<Goods> {
        let span = self.span(&pair);
        let mut lists = pair.into_inner().filter(|p| p.as_rule() == Rule::goods_list);
        let included = self.goods_list(lists.next()?)?;
        let excepted = match lists.next() {
            Some(list) => self.goods_list(list)?,
            None => Vec::new(),
        };
        Some(Goods { included, excepted, span })
    }

    fn goods_list(&mut self, pair: Pair<'_>) -> Option<Vec<OneGoods>> {
        pair.into_inner().filter(|p| p.as_rule() != Rule::COMMA).map(|p| self.one_goods(p)).collect()
    }

    fn one_goods(&mut self, pair: Pair<'_>) -> Option<OneGoods> {
        Some(match pair.as_rule() {
            Rule::all_goods => OneGoods::All(self.span(&pair)),
            Rule::goods_code => OneGoods::Code(self.code(&pair)),
            Rule::goods_file => OneGoods::List(self.file(pair)?),
            Rule::chapter => {
                let code = self.code(&pair.into_inner().find(|p| p.as_rule() == Rule::goods_code)?);
                if code.code.len() != 2 {
                    self.problems.push(codes::not_a_chapter(code.code, code.span));
                }
                OneGoods::Chapter(code)
            }
            Rule::code_range => {
                let mut codes = pair.into_inner().filter(|p| p.as_rule() == Rule::goods_code);
                let (first, last) = (self.code(&codes.next()?), self.code(&codes.next()?));
                if last.code.after() <= first.code.first() {
                    self.problems.push(codes::range_backwards(first.code, last.code, first.span.to(last.span)));
                }
                OneGoods::Range(first, last)
            }
            _ => OneGoods::Named(self.name(&pair)),
        })
    }

    pub fn countries(&mut self, pair: Pair<'_>) -> Option<Countries> {
        let span = self.span(&pair);
        let mut lists = pair.into_inner().filter(|p| matches!(p.as_rule(), Rule::country_list | Rule::dated_list));
        let included = self.country_list(lists.next()?)?;
        let excepted = match lists.next() {
            Some(list) => self.country_list(list)?,
            None => Vec::new(),
        };
        Some(Countries { included, excepted, span })
    }

    pub fn country_list(&mut self, pair: Pair<'_>) -> Option<Vec<OneCountry>> {
        pair.into_inner().filter(|p| matches!(p.as_rule(), Rule::one_country | Rule::dated_country)).map(|p| self.one_country(p)).collect()
    }

    fn one_country(&mut self, pair: Pair<'_>) -> Option<OneCountry> {
        let mut inner = pair.into_inner();
        let name = self.name(&inner.next()?);
        let mut country = OneCountry { name, from: None, until: None, through: None };
        while let Some(word) = inner.next() {
            let moment = self.moment(inner.next()?)?;
            match word.as_rule() {
                Rule::FROM => country.from = Some(moment),
                Rule::UNTIL => country.until = Some(moment),
                _ => country.through = Some(moment),
            }
        }
        Some(country)
    }

    // ── Rates and bases ──

    pub fn rate(&mut self, pair: Pair<'_>) -> Option<Rate> {
        let span = self.span(&pair);
        let mut inner = pair.into_inner();
        let first = self.rate_sum(inner.next()?)?;
        let mut bounds = Vec::new();
        while let Some(bound) = inner.next() {
            let bound = if bound.as_rule() == Rule::AT_LEAST { Bound::AtLeast } else { Bound::AtMost };
            bounds.push((bound, self.rate_sum(inner.next()?)?));
        }
        Some(Rate { first, bounds, span })
    }

    fn rate_sum(&mut self, pair: Pair<'_>) -> Option<RateSum> {
        let span = self.span(&pair);
        let (mut terms, mut sign) = (Vec::new(), Sign::Plus);
        for p in pair.into_inner() {
            match p.as_rule() {
                Rule::PLUS_SIGN => sign = Sign::Plus,
                Rule::MINUS_SIGN => sign = Sign::Minus,
                _ => terms.push((sign, self.rate_term(p)?)),
            }
        }
        Some(RateSum { terms, span })
    }

    fn rate_term(&mut self, pair: Pair<'_>) -> Option<RateTerm> {
        let span = self.span(&pair);
        Some(match pair.as_rule() {
            Rule::FREE => RateTerm::Free(span),
            Rule::NONE => RateTerm::None(span),
            Rule::percent => RateTerm::Percent(self.percent(&pair)),
            Rule::specific => RateTerm::Specific(self.specific(pair)?),
            Rule::rate_table => RateTerm::Table(self.text(&pair.into_inner().find(|p| p.as_rule() == Rule::text)?)),
            Rule::rate_of => RateTerm::RateOf(self.inner_path(pair)?, span),
            Rule::percent_of => {
                let (percent, name) = self.percent_of(pair)?;
                RateTerm::PercentOf(percent, name, span)
            }
            Rule::inclusive => {
                let mut inner = pair.into_inner();
                let percent = self.percent(&inner.next()?);
                let names = self.names(inner.find(|p| p.as_rule() == Rule::names)?);
                RateTerm::Inclusive(percent, names, span)
            }
            Rule::matching => {
                let (mut measure, mut origin, mut after) = (None, None, None);
                for p in pair.into_inner() {
                    match p.as_rule() {
                        Rule::path => measure = Some(self.name(&p)),
                        Rule::country => origin = Some(self.name(&p)),
                        Rule::duration => after = self.lasting(p),
                        _ => {}
                    }
                }
                RateTerm::Matching { measure: measure?, origin: origin?, after, span }
            }
            _ => {
                let mut factors = Vec::new();
                for p in pair.into_inner() {
                    match p.as_rule() {
                        Rule::money => factors.push(Factor::Money(self.money(p)?)),
                        Rule::number => factors.push(Factor::Number(self.number(&p))),
                        Rule::path => factors.push(Factor::Named(self.name(&p))),
                        _ => {}
                    }
                }
                RateTerm::Product(factors, span)
            }
        })
    }

    fn inner_path(&self, pair: Pair<'_>) -> Option<Name> {
        pair.into_inner().find(|p| p.as_rule() == Rule::path).map(|p| self.name(&p))
    }

    fn percent_of(&mut self, pair: Pair<'_>) -> Option<(Percent, Name)> {
        let mut inner = pair.into_inner();
        let percent = self.percent(&inner.next()?);
        let name = inner.find(|p| p.as_rule() == Rule::path).map(|p| self.name(&p))?;
        Some((percent, name))
    }

    pub fn base(&mut self, pair: Pair<'_>) -> Option<Base> {
        let span = self.span(&pair);
        let (mut terms, mut sign, mut grossed_up) = (Vec::new(), Sign::Plus, false);
        for p in pair.into_inner() {
            match p.as_rule() {
                Rule::PLUS => sign = Sign::Plus,
                Rule::LESS => sign = Sign::Minus,
                Rule::GROSSED => grossed_up = true,
                Rule::path => terms.push((sign, BaseTerm::Named(self.name(&p)))),
                Rule::base_of => {
                    let at = self.span(&p);
                    terms.push((sign, BaseTerm::BaseOf(self.inner_path(p)?, at)));
                }
                _ => {}
            }
        }
        Some(Base { terms, grossed_up, span })
    }

    // ── Conditions ──

    /// `any_of` or `all_of`: one part alone is itself.
    pub fn condition(&mut self, pair: Pair<'_>) -> Option<Condition> {
        let span = self.span(&pair);
        let any = pair.as_rule() == Rule::any_of;
        let mut parts = Vec::new();
        for p in pair.into_inner() {
            match p.as_rule() {
                Rule::all_of => parts.push(self.condition(p)?),
                Rule::not_or_test => parts.push(self.not_or_test(p)?),
                _ => {}
            }
        }
        if parts.len() == 1 {
            return parts.pop();
        }
        Some(if any { Condition::Any(parts, span) } else { Condition::All(parts, span) })
    }

    fn not_or_test(&mut self, pair: Pair<'_>) -> Option<Condition> {
        let span = self.span(&pair);
        let mut negated = false;
        for p in pair.into_inner() {
            if p.as_rule() == Rule::NOT {
                negated = true;
                continue;
            }
            let test = self.simple_condition(p)?;
            return Some(if negated { Condition::Not(Box::new(test), span) } else { test });
        }
        None
    }

    fn simple_condition(&mut self, pair: Pair<'_>) -> Option<Condition> {
        let span = self.span(&pair);
        Some(match pair.as_rule() {
            Rule::nested => self.condition(pair.into_inner().find(|p| p.as_rule() == Rule::any_of)?)?,
            Rule::moment => {
                let mut inner = pair.into_inner();
                let fact = self.name(&inner.next()?);
                let bound = match inner.next()?.as_rule() {
                    Rule::BEFORE => MomentBound::Before,
                    Rule::FROM => MomentBound::From,
                    _ => MomentBound::Through,
                };
                Condition::Moment { fact, bound, at: self.moment(inner.next()?)?, span }
            }
            Rule::during => Condition::During(self.inner_path(pair)?, span),
            Rule::claimed => Condition::Claims(self.text(&pair.into_inner().find(|p| p.as_rule() == Rule::text)?), span),
            Rule::in_force => Condition::InForce(self.inner_path(pair)?, span),
            Rule::in_file => {
                let fact = self.name(&pair.clone().into_inner().find(|p| p.as_rule() == Rule::path)?);
                Condition::InFile { fact, file: self.file(pair)?, span }
            }
            Rule::comparison => {
                let (left, comparator, right) = self.comparison(pair)?;
                Condition::Compare(Box::new(Comparison { left, comparator, right, span }))
            }
            _ => Condition::Flag(self.inner_path(pair)?),
        })
    }

    pub fn comparison(&mut self, pair: Pair<'_>) -> Option<(Expression, Comparator, Expression)> {
        let mut inner = pair.into_inner();
        let left = self.expression(inner.next()?)?;
        let comparator = match inner.next()?.into_inner().next()?.as_rule() {
            Rule::LESS_OR_EQUAL => Comparator::LessOrEqual,
            Rule::GREATER_OR_EQUAL => Comparator::GreaterOrEqual,
            Rule::UNEQUAL => Comparator::Unequal,
            Rule::LESS_THAN => Comparator::Less,
            Rule::GREATER_THAN => Comparator::Greater,
            _ => Comparator::Equal,
        };
        Some((left, comparator, self.expression(inner.next()?)?))
    }

    /// `sum`: one term alone is itself, and so is one factor.
    pub fn expression(&mut self, pair: Pair<'_>) -> Option<Expression> {
        let span = self.span(&pair);
        let (mut terms, mut sign) = (Vec::new(), Sign::Plus);
        for p in pair.into_inner() {
            match p.as_rule() {
                Rule::PLUS_SIGN => sign = Sign::Plus,
                Rule::MINUS_SIGN => sign = Sign::Minus,
                _ => terms.push((sign, self.multiple(p)?)),
            }
        }
        if terms.len() == 1 {
            return terms.pop().map(|(_, t)| t);
        }
        Some(Expression::Sum(terms, span))
    }

    fn multiple(&mut self, pair: Pair<'_>) -> Option<Expression> {
        let span = self.span(&pair);
        let mut factors = Vec::new();
        for p in pair.into_inner().filter(|p| p.as_rule() != Rule::TIMES) {
            factors.push(self.operand(p)?);
        }
        if factors.len() == 1 {
            return factors.pop();
        }
        Some(Expression::Product(factors, span))
    }

    fn operand(&mut self, pair: Pair<'_>) -> Option<Expression> {
        let span = self.span(&pair);
        Some(match pair.as_rule() {
            Rule::percent => Expression::Percent(self.percent(&pair)),
            Rule::points => Expression::Points(self.points(pair)?),
            Rule::money => Expression::Money(self.money(pair)?),
            Rule::specific => Expression::Specific(self.specific(pair)?),
            Rule::number => Expression::Number(self.number(&pair)),
            Rule::instant => Expression::Moment(self.moment(pair)?),
            Rule::text => Expression::Text(self.text(&pair)),
            Rule::country => Expression::Country(self.name(&pair)),
            Rule::YES => Expression::Flag(true, span),
            Rule::NO => Expression::Flag(false, span),
            Rule::rate_of => Expression::RateOf(self.inner_path(pair)?, span),
            Rule::percent_of => {
                let (percent, name) = self.percent_of(pair)?;
                Expression::PercentOf(percent, name, span)
            }
            Rule::per_unit => {
                let mut inner = pair.into_inner();
                let name = self.name(&inner.next()?);
                let unit = Unit::from_word(inner.find(|p| p.as_rule() == Rule::unit)?.as_str())?;
                Expression::PerUnit(name, unit, span)
            }
            _ => Expression::Named(self.name(&pair)),
        })
    }

    // ── Shipments ──

    pub fn shipment(&mut self, pairs: Pairs<'_>, span: Span) -> Option<ShipmentFacts> {
        let mut out = ShipmentFacts { span, ..Default::default() };
        let (mut known_at, mut scenario) = (None, None);
        for p in pairs {
            match p.as_rule() {
                Rule::goods_code => out.code = Some(self.code(&p)),
                Rule::country => out.origin = Some(self.name(&p)),
                Rule::origin_change => out.origin = p.into_inner().find(|c| c.as_rule() == Rule::country).map(|c| self.name(&c)),
                Rule::known_at => {
                    let at = self.span(&p);
                    let day = self.moment(p.into_inner().find(|i| i.as_rule() == Rule::instant)?)?;
                    self.once(&mut known_at, day, at, "`known at`");
                }
                Rule::in_scenario => {
                    let at = self.span(&p);
                    let name = self.name(&p.into_inner().find(|i| i.as_rule() == Rule::name)?);
                    self.once(&mut scenario, name, at, "`scenario`");
                }
                Rule::claims_fact => {
                    for t in p.into_inner().filter(|t| t.as_rule() == Rule::text) {
                        let text = self.text(&t);
                        out.claims.push(text);
                    }
                }
                Rule::fact => {
                    let mut inner = p.into_inner();
                    let name = self.name(&inner.next()?);
                    let value = self.fact_value(inner.next()?)?;
                    out.facts.push((name, value));
                }
                _ => {}
            }
        }
        out.known_at = known_at.map(|(k, _)| k);
        out.scenario = scenario.map(|(n, _)| n);
        Some(out)
    }

    fn fact_value(&mut self, pair: Pair<'_>) -> Option<FactValue> {
        let span = self.span(&pair);
        Some(match pair.as_rule() {
            Rule::percent => FactValue::Percent(self.percent(&pair)),
            Rule::instant => FactValue::Moment(self.moment(pair)?),
            Rule::money => FactValue::Money(self.money(pair)?),
            Rule::YES => FactValue::Flag(true, span),
            Rule::NO => FactValue::Flag(false, span),
            Rule::text => FactValue::Text(self.text(&pair)),
            Rule::country => FactValue::Country(self.name(&pair)),
            _ => FactValue::Number(self.number(&pair)),
        })
    }
}
