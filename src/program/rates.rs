//! Rates and bases, typed.

use super::conditions::hundredths;
use super::facts::{FactId, FactKind};
use super::from_syntax::Builder;
use super::names::{fact, look_up};
use super::rules::Charge;
use super::terms::{Base, BaseTerm, Matching, Rate, Term};
use super::types::{MeasureId, Named};
use crate::problem::{naming, typing};
use crate::source::Span;
use crate::syntax::{self, Bound, Factor, RateTerm, Sign};
use crate::value::Exact;
use std::sync::Arc;

type Sum = Vec<(Sign, Term)>;

impl Builder<'_> {
    /// What a rate clause charges.
    pub fn charge(&mut self, rate: &syntax::Rate) -> Option<Charge> {
        let alone = rate.bounds.is_empty().then_some(match rate.first.terms.as_slice() {
            [(_, term)] => Some(term),
            _ => None,
        });
        match alone.flatten() {
            Some(RateTerm::None(_)) => Some(Charge::None),
            Some(RateTerm::Table(file)) => self.table(file).map(Charge::Table),
            _ => self.rate(rate).map(|r| Charge::Rate(Arc::new(r))),
        }
    }

    /// A rate that is a sum, perhaps bounded.
    pub fn rate(&mut self, rate: &syntax::Rate) -> Option<Rate> {
        let first = self.rate_sum(&rate.first)?;
        let mut bounds = Vec::new();
        for (bound, sum) in &rate.bounds {
            bounds.push((*bound, self.rate_sum(sum)?));
        }
        Some(Rate { first, bounds })
    }

    fn rate_sum(&mut self, sum: &syntax::RateSum) -> Option<Sum> {
        let terms: Vec<Option<(Sign, Term)>> = sum.terms.iter().map(|(sign, term)| self.term(term, sum).map(|t| (*sign, t))).collect();
        terms.into_iter().collect()
    }

    fn term(&mut self, term: &RateTerm, sum: &syntax::RateSum) -> Option<Term> {
        match term {
            RateTerm::Free(_) => Some(Term::Percent(Exact::ZERO)),
            RateTerm::None(span) => {
                self.problems.add(typing::wrong_type(
                    "none",
                    "no rate",
                    "a rate",
                    "`none` stands alone: it says that these goods are not subject to the measure",
                    *span,
                ));
                None
            }
            RateTerm::Table(file) => {
                let help = "a table stands alone in its clause; write the sum into its cells";
                self.problems.add(typing::wrong_type(self.sources.text(sum.span), "a table within a sum", "a rate", help, file.span));
                None
            }
            RateTerm::Percent(p) => Some(Term::Percent(p.value)),
            RateTerm::Specific(s) => {
                let per = s.per.as_ref().map_or(Exact::ONE, |n| n.value.into());
                self.in_currency(&s.money, |money| Term::Specific { money, per, unit: s.unit })
            }
            RateTerm::RateOf(name, _) => Some(Term::RateOf(self.measures(name)?)),
            RateTerm::Inclusive(p, names, _) => {
                let mut measures = Vec::new();
                for name in names {
                    measures.extend(self.measures(name)?);
                }
                Some(Term::Inclusive(p.value, measures))
            }
            RateTerm::PercentOf(p, name, _) => self.percent_of(p.value, name),
            RateTerm::Matching { measure, origin, after, span } => self.matching(measure, origin, after.as_ref(), *span),
            RateTerm::Product(factors, span) => self.rate_product(factors, *span),
        }
    }

    /// The rate that another book charges on the same goods.
    fn matching(&mut self, measure: &syntax::Name, origin: &syntax::Name, after: Option<&syntax::Lasting>, span: Span) -> Option<Term> {
        let origin = self.country(origin)?;
        match look_up(&self.program, &measure.text) {
            Some((Some(book), Named::Measure(measure))) => Some(Term::Matching(Matching { book, measure, origin, after: after.map(|l| l.duration) })),
            Some((None, Named::Measure(_))) => {
                let help = "`matching` mirrors what another book charges; within one book say `rate of`";
                self.problems.add(typing::wrong_type(&measure.text, "a measure of this book", "a measure of another book", help, span));
                None
            }
            Some((_, other)) => {
                let place = self.names.place(&measure.text);
                self.problems.add(naming::wrong_kind(&measure.text, other.kind(), "a measure of another book", place, measure.span));
                None
            }
            None => {
                let known = super::names::all_names(&self.program);
                self.problems.add(naming::unknown("measure", &measure.text, known.iter().map(String::as_str), measure.span));
                None
            }
        }
    }

    fn percent_of(&mut self, share: Exact, name: &syntax::Name) -> Option<Term> {
        match look_up(&self.program, &name.text) {
            Some((None, Named::Measure(_) | Named::Group(_))) => Some(Term::PercentOfMeasures(share, self.measures(name)?)),
            _ => {
                let id = fact(&self.program, &self.names, &mut self.problems, name)?;
                self.expect_kind(id, &[FactKind::Money], name, "an amount of money")?;
                Some(Term::PercentOfFact(share, id))
            }
        }
    }

    fn expect_kind(&mut self, id: FactId, kinds: &[FactKind], name: &syntax::Name, wanted: &str) -> Option<()> {
        let kind = self.program.fact(id)?.kind;
        if kinds.contains(&kind) {
            return Some(());
        }
        self.problems.add(typing::wrong_type(
            &name.text,
            &kind.words(),
            wanted,
            format!("declare it so, or name another fact: `input {} : …`", name.text),
            name.span,
        ));
        None
    }

    /// Money in the book's currency.
    pub fn own_money(&mut self, money: &syntax::Money) -> Option<Exact> {
        let currency = self.currency(&money.currency)?;
        if currency != self.program.currency {
            let book = self.program.currency;
            let problem = typing::wrong_type(
                self.sources.text(money.span),
                &format!("an amount in {currency}"),
                &format!("an amount in {book}"),
                match self.program.exchange {
                    Some(_) => format!("this book reckons in {book}; state the amount in {book}"),
                    None => format!(
                        "this book reckons in {book}; state the amount in {book}, or say in the policy at which rates others are converted: `exchange \"rates.csv\"`"
                    ),
                },
                money.span,
            );
            let problem = match self.currency_span {
                Some(span) => problem.at(span, "the currency of the book"),
                None => problem,
            };
            self.problems.add(problem.taric("ME40"));
            return None;
        }
        Some(money.number.value.into())
    }

    /// A term of an amount of money, converted where the amount is in another currency and the book has rates of exchange.
    fn in_currency(&mut self, money: &syntax::Money, term: impl FnOnce(Exact) -> Term) -> Option<Term> {
        let currency = self.currency(&money.currency)?;
        if currency != self.program.currency && self.program.exchange.is_some() {
            return Some(Term::Foreign(currency, Box::new(term(money.number.value.into()))));
        }
        self.own_money(money).map(term)
    }

    /// Money, a number or a rate input, times numbers and quantities.
    fn rate_product(&mut self, factors: &[Factor], span: Span) -> Option<Term> {
        let mut constant = Exact::ONE;
        let mut money: Option<Span> = None;
        let mut foreign = None;
        let mut facts: Vec<FactId> = Vec::new();
        for factor in factors {
            match factor {
                Factor::Number(n) => constant = constant.checked_mul(n.value.into())?,
                Factor::Money(m) => {
                    let currency = self.currency(&m.currency)?;
                    let convertible = currency != self.program.currency && self.program.exchange.is_some();
                    foreign = convertible.then_some(currency);
                    let amount = if convertible { m.number.value.into() } else { self.own_money(m)? };
                    if let Some(first) = money.replace(m.span) {
                        self.problems.add(typing::mismatch("money is multiplied by money", first, "an amount", m.span, "another amount"));
                        return None;
                    }
                    constant = constant.checked_mul(amount)?;
                }
                Factor::Named(name) => {
                    let id = fact(&self.program, &self.names, &mut self.problems, name)?;
                    let kind = self.program.fact(id)?.kind;
                    match kind {
                        FactKind::Rate if factors.len() == 1 => return Some(Term::Input(id)),
                        FactKind::Money if money.is_none() => money = Some(name.span),
                        FactKind::Number | FactKind::Quantity(_) => {}
                        _ => {
                            let help = "a rate is a percentage, an amount for each unit, an amount times numbers and quantities, or an input of type `rate`";
                            self.problems.add(typing::wrong_type(&name.text, &kind.words(), "part of a rate", help, name.span));
                            return None;
                        }
                    }
                    facts.push(id);
                }
            }
        }
        if money.is_none() {
            let text = self.sources.text(span).to_owned();
            let help = match factors {
                [Factor::Number(_)] => format!("a rate is written `{text}%`, an amount with its currency: `{} {text}`", self.program.currency),
                _ => "one of the factors must be an amount of money, as in `GBP 0.5 * abv * hectolitres`".to_owned(),
            };
            self.problems.add(typing::wrong_type(&text, "a number", "a rate", help, span));
            return None;
        }
        let term = if facts.is_empty() { Term::Money(constant) } else { Term::Product { constant, facts } };
        Some(match foreign {
            Some(currency) => Term::Foreign(currency, Box::new(term)),
            None => term,
        })
    }

    /// What a percentage is taken of.
    pub fn base(&mut self, base: &syntax::Base) -> Option<Base> {
        let mut terms = Vec::new();
        for (sign, term) in &base.terms {
            let term = match term {
                syntax::BaseTerm::BaseOf(name, _) => BaseTerm::BasesOf(self.measures(name)?),
                syntax::BaseTerm::Named(name) if name.text == "duties" => BaseTerm::Duties,
                syntax::BaseTerm::Named(name) => match look_up(&self.program, &name.text) {
                    Some((None, Named::Measure(_) | Named::Group(_))) => BaseTerm::Amounts(self.measures(name)?),
                    Some((None, Named::Fact(id))) => {
                        self.expect_kind(id, &[FactKind::Money], name, "an amount of money")?;
                        BaseTerm::Fact(id)
                    }
                    Some((_, other)) => {
                        let place = self.names.place(&name.text);
                        self.problems.add(naming::wrong_kind(&name.text, other.kind(), "an amount of money or a measure", place, name.span));
                        return None;
                    }
                    None => {
                        let known = super::names::all_names(&self.program);
                        self.problems.add(naming::unknown("amount", &name.text, known.iter().map(String::as_str).chain(["duties"]), name.span));
                        return None;
                    }
                },
            };
            terms.push((*sign, term));
        }
        Some(Base { terms, grossed_up: base.grossed_up })
    }

    /// Points as a fraction of one.
    pub fn points(&mut self, points: &syntax::Points) -> Option<Exact> {
        hundredths(points.number.value.into())
    }
}

impl Base {
    /// Whether it is the customs value and nothing else.
    pub fn is_value(&self) -> bool {
        !self.grossed_up && matches!(self.terms.as_slice(), [(Sign::Plus, BaseTerm::Fact(FactId::VALUE))])
    }
}

impl Rate {
    /// A rate of nothing but a percentage.
    pub fn percent(value: Exact) -> Rate {
        Rate { first: vec![(Sign::Plus, Term::Percent(value))], bounds: Vec::new() }
    }

    /// The percentage, where the rate is made of nothing else, bounds included.
    pub fn as_percent(&self) -> Option<Exact> {
        let percent = |sum: &[(Sign, Term)]| {
            sum.iter().try_fold(Exact::ZERO, |sum, (sign, term)| match (sign, term) {
                (Sign::Plus, Term::Percent(p)) => sum.checked_add(*p),
                (Sign::Minus, Term::Percent(p)) => sum.checked_sub(*p),
                _ => None,
            })
        };
        self.bounds.iter().try_fold(percent(&self.first)?, |left, (bound, sum)| {
            let right = percent(sum)?;
            Some(match bound {
                Bound::AtLeast => left.max(right),
                Bound::AtMost => left.min(right),
            })
        })
    }

    /// Whether it is written as one percentage and nothing else.
    pub fn is_one_percentage(&self) -> bool {
        self.bounds.is_empty() && matches!(self.first.as_slice(), [(Sign::Plus, Term::Percent(_))])
    }

    /// Every term, in any sum.
    pub fn terms(&self) -> impl Iterator<Item = &Term> {
        self.first.iter().chain(self.bounds.iter().flat_map(|(_, s)| s)).map(|(_, t)| t)
    }

    /// The measures whose amounts the rate needs.
    pub fn measures(&self) -> Vec<MeasureId> {
        self.terms().flat_map(Term::measures).copied().collect()
    }

    /// The same rate with every percentage of the base lowered by points, none below zero.
    pub fn lowered(&self, points: Exact) -> Option<Rate> {
        self.map(|sum| {
            let mut left = points;
            let mut out = Vec::with_capacity(sum.len());
            for (sign, term) in sum {
                let term = match term {
                    Term::Percent(p) if *sign == Sign::Plus => {
                        let taken = (*p).min(left);
                        left = left.checked_sub(taken)?;
                        Term::Percent(p.checked_sub(taken)?)
                    }
                    other => other.clone(),
                };
                out.push((*sign, term));
            }
            Some(out)
        })
    }

    /// Whether the rate charges nothing, whatever the shipment.
    pub fn is_zero(&self) -> bool {
        let nothing = |t: &Term| match t {
            Term::Percent(p) | Term::Money(p) => p.is_zero(),
            Term::Specific { money, .. } => money.is_zero(),
            Term::Product { constant, .. } => constant.is_zero(),
            _ => false,
        };
        self.terms().all(nothing) || self.as_percent().is_some_and(|p| p.is_zero() || p.is_negative())
    }

    /// Every sum of the rate under one hand.
    pub fn map(&self, each: impl Fn(&[(Sign, Term)]) -> Option<Sum>) -> Option<Rate> {
        let first = each(&self.first)?;
        let bounds = self.bounds.iter().map(|(b, s)| each(s).map(|s| (*b, s))).collect::<Option<Vec<_>>>()?;
        Some(Rate { first, bounds })
    }
}

impl Term {
    /// The measures whose amounts the term needs.
    pub fn measures(&self) -> &[MeasureId] {
        match self {
            Term::PercentOfMeasures(_, m) | Term::RateOf(m) | Term::Inclusive(_, m) => m,
            Term::Foreign(_, inner) | Term::Scaled(_, inner) => inner.measures(),
            _ => &[],
        }
    }

    /// The term within conversions and shares.
    pub fn innermost(&self) -> &Term {
        match self {
            Term::Foreign(_, inner) | Term::Scaled(_, inner) => inner.innermost(),
            other => other,
        }
    }

    /// A share of the term.
    pub fn scaled(&self, share: Exact) -> Option<Term> {
        Some(match self {
            Term::Percent(p) => Term::Percent(p.checked_mul(share)?),
            Term::Money(m) => Term::Money(m.checked_mul(share)?),
            Term::Specific { money, per, unit } => Term::Specific { money: money.checked_mul(share)?, per: *per, unit: *unit },
            Term::Product { constant, facts } => Term::Product { constant: constant.checked_mul(share)?, facts: facts.clone() },
            Term::PercentOfFact(p, fact) => Term::PercentOfFact(p.checked_mul(share)?, *fact),
            Term::PercentOfMeasures(p, measures) => Term::PercentOfMeasures(p.checked_mul(share)?, measures.clone()),
            Term::Foreign(currency, inner) => Term::Foreign(*currency, Box::new(inner.scaled(share)?)),
            Term::Scaled(other, inner) => Term::Scaled(other.checked_mul(share)?, inner.clone()),
            Term::Input(_) | Term::RateOf(_) | Term::Inclusive(..) | Term::Matching(_) => Term::Scaled(share, Box::new(self.clone())),
        })
    }
}
