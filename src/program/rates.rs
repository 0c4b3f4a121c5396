//! Rates and bases, typed.

use super::conditions::hundredths;
use super::from_syntax::Builder;
use super::names::{fact, look_up};
use super::types::{Base, BaseTerm, Charge, FactId, FactKind, MeasureId, Named, Rate, Term};
use crate::problem::{naming, syntax as syntax_problems, typing};
use crate::source::Span;
use crate::syntax::{self, Factor, RateTerm, Sign};
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
                let money = self.own_money(&s.money)?;
                let per = s.per.as_ref().map_or(Exact::ONE, |n| n.value.into());
                Some(Term::Specific { money, per, unit: s.unit })
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
            RateTerm::Matching { span, .. } => {
                self.problems.add(syntax_problems::not_supported("`matching`", *span));
                None
            }
            RateTerm::Product(factors, span) => self.rate_product(factors, *span),
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
                format!("this book reckons in {book}; state the amount in {book}"),
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

    /// Money, a number or a rate input, times numbers and quantities.
    fn rate_product(&mut self, factors: &[Factor], span: Span) -> Option<Term> {
        let mut constant = Exact::ONE;
        let mut money: Option<Span> = None;
        let mut facts: Vec<FactId> = Vec::new();
        for factor in factors {
            match factor {
                Factor::Number(n) => constant = constant.checked_mul(n.value.into())?,
                Factor::Money(m) => {
                    let amount = self.own_money(m)?;
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
        Some(if facts.is_empty() { Term::Money(constant) } else { Term::Product { constant, facts } })
    }

    /// What a percentage is taken of.
    pub fn base(&mut self, base: &syntax::Base) -> Option<Base> {
        if base.grossed_up {
            self.problems.add(syntax_problems::not_supported("`grossed up`", base.span));
            return None;
        }
        let mut terms = Vec::new();
        for (sign, term) in &base.terms {
            let term = match term {
                syntax::BaseTerm::BaseOf(_, span) => {
                    self.problems.add(syntax_problems::not_supported("`base of`", *span));
                    return None;
                }
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
        Some(Base { terms })
    }

    /// Points as a fraction of one.
    pub fn points(&mut self, points: &syntax::Points) -> Option<Exact> {
        hundredths(points.number.value.into())
    }
}

impl Rate {
    /// A rate of nothing but a percentage.
    pub fn percent(value: Exact) -> Rate {
        Rate { first: vec![(Sign::Plus, Term::Percent(value))], bounds: Vec::new() }
    }

    /// The percentage, where the rate is nothing else.
    pub fn as_percent(&self) -> Option<Exact> {
        if !self.bounds.is_empty() {
            return None;
        }
        self.first.iter().try_fold(Exact::ZERO, |sum, (sign, term)| match (sign, term) {
            (Sign::Plus, Term::Percent(p)) => sum.checked_add(*p),
            (Sign::Minus, Term::Percent(p)) => sum.checked_sub(*p),
            _ => None,
        })
    }

    /// Every term, in any sum.
    pub fn terms(&self) -> impl Iterator<Item = &Term> {
        self.first.iter().chain(self.bounds.iter().flat_map(|(_, s)| s)).map(|(_, t)| t)
    }

    /// The measures whose amounts the rate needs.
    pub fn measures(&self) -> Vec<MeasureId> {
        self.terms()
            .flat_map(|t| match t {
                Term::PercentOfMeasures(_, m) | Term::RateOf(m) | Term::Inclusive(_, m) => m.as_slice(),
                _ => &[],
            })
            .copied()
            .collect()
    }

    /// The same rate with every percentage of the base lowered by points, none below zero.
    pub fn lowered(&self, points: Exact) -> Option<Rate> {
        let lower = |sum: &Sum| -> Option<Sum> {
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
        };
        let first = lower(&self.first)?;
        let bounds = self.bounds.iter().map(|(b, s)| lower(s).map(|s| (*b, s))).collect::<Option<Vec<_>>>()?;
        Some(Rate { first, bounds })
    }

    /// Whether the rate charges nothing, whatever the shipment.
    pub fn is_zero(&self) -> bool {
        self.bounds.is_empty()
            && self.first.iter().all(|(_, t)| match t {
                Term::Percent(p) | Term::Money(p) => p.is_zero(),
                Term::Specific { money, .. } => money.is_zero(),
                Term::Product { constant, .. } => constant.is_zero(),
                _ => false,
            })
    }
}
