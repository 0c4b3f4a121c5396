//! Expressions that are typed: worked out from the facts of the shipment and from what its measures came to.
//!
//! They follow the rules of the language: what is open or missing has no value, and says why.

use super::assessed::Assessed;
use super::session::{Answer, Fault, Session, said};
use super::worth::{Found, Stop, Worth, added, compare, fits, open, scaled};
use crate::facts::Value;
use crate::problem::{Problems, codes, naming, typing};
use crate::program::{FactId, FactKind, MeasureId, Named, Program, Term};
use crate::source::Span;
use crate::syntax::{ChargeKind, Comparator, Expression, Name, Sign};
use crate::value::{Country, Currency, Exact};

impl Session<'_> {
    pub(super) fn expression(&self, expression: &Expression, text: &str) -> Answer {
        let assessed = self.assessed()?;
        let worth = Reckoner { of: &assessed }.worth(expression);
        worth.map(|w| format!("{}\n", w.show(&assessed.program.clock))).map_err(|s| self.stopped(s, text))
    }

    /// A fact whose name is a word of the language, so that it cannot stand in an expression.
    pub(super) fn given(&self, fact: &str) -> Answer {
        let assessed = self.assessed()?;
        let (program, shipment) = (&assessed.program, &assessed.shipment);
        match (fact, shipment.origin) {
            ("hs", _) => {
                let words = program.nomenclature.six_digits.as_ref().and_then(|s| s.get(&shipment.hs.cut(6).first()));
                Ok(words.map_or_else(|| format!("{}\n", shipment.hs), |w| format!("{} ({w})\n", shipment.hs)))
            }
            ("origin", Some(country)) => Ok(format!("{}\n", Worth::Country(country).show(&program.clock))),
            _ => {
                let value = program.find_fact(fact).map(|id| Reckoner { of: &assessed }.fact(id));
                match value {
                    Some(Ok(worth)) => Ok(format!("{}\n", worth.show(&program.clock))),
                    Some(Err(stop)) => Err(self.stopped(stop, fact)),
                    None => said(format!("`{fact}` is not given, so it is not known")),
                }
            }
        }
    }

    /// A comparison is answered with both its sides.
    pub(super) fn comparison(&self, left: &Expression, comparator: Comparator, right: &Expression, text: &str) -> Answer {
        let assessed = self.assessed()?;
        let reckoner = Reckoner { of: &assessed };
        let sides = reckoner.worth(left).and_then(|l| reckoner.worth(right).map(|r| (l, r)));
        let (l, r) = sides.map_err(|s| self.stopped(s, text))?;
        let clock = &assessed.program.clock;
        // A rate is compared as what it comes to, rounded as amounts are, so that a cent decides nothing.
        let money = |rate: &Worth, value: Exact| match rate {
            Worth::Rate(r) => reckoner.comes_to(*r, value).map(Worth::Number),
            Worth::Paid { owed, .. } => Some(Worth::Number(*owed)),
            _ => None,
        };
        let amounts = match (&l, &r) {
            (Worth::Paid { value, .. }, _) | (_, Worth::Paid { value, .. }) => money(&l, *value).zip(money(&r, *value)),
            _ => None,
        };
        let (x, y) = amounts.unwrap_or_else(|| (l.clone(), r.clone()));
        let holds = compare(&x, comparator, &y, left.span(), right.span()).map_err(|s| self.stopped(s, text))?;
        let sides = format!("{} {} {}", l.show(clock), comparator.mark(), r.show(clock));
        Ok(match holds {
            Some(true) => format!("yes: {sides}\n"),
            Some(false) => format!("no: not {sides}\n"),
            None => format!("open: it depends on the time of day: {sides}\n"),
        })
    }

    fn stopped(&self, stop: Stop, text: &str) -> Fault {
        match stop {
            Stop::Wrong(problem) => {
                let mut problems = Problems::default();
                problems.add(*problem);
                self.show_in_line(problems, text)
            }
            Stop::Open(words) => Fault::Said(words),
        }
    }
}

struct Reckoner<'a> {
    of: &'a Assessed,
}

impl Reckoner<'_> {
    fn program(&self) -> &Program {
        &self.of.program
    }

    fn worth(&self, expression: &Expression) -> Found {
        let span = expression.span();
        Ok(match expression {
            Expression::Percent(p) => Worth::Rate(p.value),
            Expression::Points(p) => Worth::Points(fits(Exact::from(p.number.value).checked_div(Exact::whole(100)))?),
            Expression::Number(n) => Worth::Number(n.value.into()),
            Expression::Money(m) => Worth::Money(m.number.value.into(), currency(&m.currency)?),
            Expression::Specific(s) => {
                let per = s.per.as_ref().map_or(Exact::ONE, |n| n.value.into());
                let each = fits(Exact::from(s.money.number.value).checked_div(per))?;
                Worth::Specific(each, currency(&s.money.currency)?, s.unit)
            }
            Expression::Text(t) => Worth::Text(t.text.clone()),
            Expression::Country(n) => Worth::Country(Country::from_code(&n.text).ok_or_else(|| codes::unknown_country(&n.text, n.span))?),
            Expression::Flag(f, _) => Worth::Flag(*f),
            Expression::Moment(m) => self.moment(m)?,
            Expression::Named(name) => self.named(name)?,
            Expression::PercentOf(percent, name, _) => scaled(self.named(name)?, percent.value, name)?,
            Expression::PerUnit(name, unit, _) => match (self.named(name)?, self.fact(FactId::of_unit(*unit))?) {
                (Worth::Money(amount, currency), Worth::Quantity(count, _)) if !count.is_zero() => {
                    Worth::Specific(fits(amount.checked_div(count))?, currency, *unit)
                }
                (Worth::Money(..), _) => return open(format!("`{unit}` is zero, so there is nothing to divide by")),
                (other, _) => {
                    let help = format!("`per {unit}` divides money by a quantity");
                    return Err(typing::wrong_type(&name.text, &other.kind(), "an amount of money", help, name.span).into());
                }
            },
            Expression::RateOf(name, _) => self.rate_of(name)?,
            Expression::Sum(terms, _) => self.sum(terms)?,
            Expression::Product(factors, _) => self.product(factors, span)?,
        })
    }

    fn moment(&self, moment: &crate::syntax::Moment) -> Found {
        let text = match moment.time {
            None => moment.date.to_string(),
            Some((h, m, s)) => format!("{} {h:02}:{m:02}:{s:02}", moment.date),
        };
        match self.program().clock.read(&text) {
            Ok((first, Some(after))) => Ok(Worth::Day(first, after)),
            Ok((at, None)) => Ok(Worth::At(at)),
            Err(words) => open(words),
        }
    }

    // ── Names ──

    /// A fact, a total, or what a measure owes.
    fn named(&self, name: &Name) -> Found {
        let program = self.program();
        if let Some(fact) = program.find_fact(&name.text) {
            return self.fact(fact);
        }
        let kinds: Option<&[ChargeKind]> = match name.text.as_str() {
            "duty" | "duties" => Some(&[ChargeKind::Measure, ChargeKind::Retaliation]),
            "taxes" => Some(&[ChargeKind::Tax]),
            "fees" => Some(&[ChargeKind::Fee]),
            "total" => Some(&[ChargeKind::Measure, ChargeKind::Retaliation, ChargeKind::Tax, ChargeKind::Fee]),
            _ => None,
        };
        if let Some(kinds) = kinds {
            let fitting = program.measures.iter().enumerate().filter(|(_, m)| kinds.contains(&m.kind)).map(|(i, _)| MeasureId(i));
            let amount = self.owed(fitting)?;
            let rounded = program.rounding.round(amount).map_or(amount, Exact::from);
            return Ok(Worth::Money(rounded, program.currency));
        }
        match program.names.get(&name.text) {
            Some(Named::Measure(_) | Named::Group(_)) => Ok(Worth::Money(self.owed(self.measures(name)?)?, program.currency)),
            Some(other) => Err(naming::wrong_kind(&name.text, other.kind(), "a fact of the shipment or a measure", program.span_of(*other), name.span).into()),
            None => {
                let facts = program.facts.iter().map(|f| f.name.as_str());
                let measures = program.measures.iter().map(|m| m.name.as_str());
                let known = facts.chain(measures).chain(["duties", "taxes", "fees", "total"]);
                Err(naming::unknown("fact of the shipment or measure", &name.text, known, name.span).into())
            }
        }
    }

    fn fact(&self, id: FactId) -> Found {
        let program = self.program();
        let Some(fact) = program.fact(id) else { return open("there is no such fact") };
        let Some(value) = self.of.shipment.get(id) else {
            let default = if fact.default.is_some() { "; where it matters its declared default is used" } else { "" };
            return open(format!("`{}` is not given, so it is not known{default}", fact.name));
        };
        Ok(match value {
            Value::Money(n, c) => Worth::Money(*n, *c),
            Value::Number(n) => match fact.kind {
                FactKind::Rate => Worth::Rate(*n),
                FactKind::Quantity(u) => Worth::Quantity(*n, u),
                _ => Worth::Number(*n),
            },
            Value::Flag(f) => Worth::Flag(*f),
            Value::Text(t) => Worth::Text(t.clone()),
            Value::Country(c) => Worth::Country(*c),
            Value::At(at) => Worth::At(*at),
            Value::SomeTime(first, after) => Worth::Day(*first, *after),
            Value::Claims(c) => Worth::Claims(c.clone()),
        })
    }

    fn measures(&self, name: &Name) -> Result<Vec<MeasureId>, Stop> {
        let program = self.program();
        match program.names.get(&name.text) {
            Some(Named::Measure(m)) => Ok(vec![*m]),
            Some(Named::Group(g)) => Ok(program.groups.get(*g).cloned().unwrap_or_default()),
            Some(other) => Err(naming::wrong_kind(&name.text, other.kind(), "a measure", program.span_of(*other), name.span).into()),
            None => {
                let known = program.measures.iter().map(|m| m.name.as_str());
                Err(naming::unknown("measure", &name.text, known, name.span).into())
            }
        }
    }

    /// The sum of what measures owe; open where one of them is.
    fn owed(&self, measures: impl IntoIterator<Item = MeasureId>) -> Result<Exact, Stop> {
        let mut sum = Exact::ZERO;
        for id in measures {
            let Some(result) = self.of.assessment.results.get(id.0) else { continue };
            let Some(owed) = result.owed() else {
                let row = self.of.row(result);
                return open(format!("`{}` is open: {}", row.name, row.line()));
            };
            sum = fits(sum.checked_add(owed))?;
        }
        Ok(sum)
    }

    /// What is paid over the customs value: one exact division.
    fn rate_of(&self, name: &Name) -> Found {
        let owed = self.owed(self.measures(name)?)?;
        if owed.is_zero() {
            return Ok(Worth::Rate(Exact::ZERO));
        }
        match self.fact(FactId::VALUE)? {
            Worth::Money(value, _) if value.is_zero() => open("the customs value is zero, so there is no rate on it"),
            Worth::Money(value, currency) if currency == self.program().currency => {
                let said = self.said(name).filter(|r| self.comes_to(*r, value) == Some(owed));
                Ok(Worth::Paid { owed, value, currency, said })
            }
            _ => open(format!("the customs value is not in {}", self.program().currency)),
        }
    }

    /// The percentage that a measure applied.
    fn said(&self, name: &Name) -> Option<Exact> {
        let id = self.program().find_measure(&name.text)?;
        let rate = self.of.assessment.results.get(id.0)?.rate.clone()?;
        match (rate.first.as_slice(), rate.bounds.as_slice()) {
            ([(Sign::Plus, Term::Percent(p))], []) => Some(*p),
            _ => None,
        }
    }

    /// A rate on the customs value as an amount, rounded as amounts are.
    fn comes_to(&self, rate: Exact, value: Exact) -> Option<Exact> {
        let exact = value.checked_mul(rate)?;
        let rounding = self.program().rounding;
        if rounding.each_amount { rounding.round(exact).map(Exact::from) } else { Some(exact) }
    }

    // ── Sums and products ──

    fn sum(&self, terms: &[(Sign, Expression)]) -> Found {
        let mut total: Option<(Worth, Span)> = None;
        for (sign, term) in terms {
            let (worth, span) = (self.worth(term)?.plain()?, term.span());
            total = Some((
                match total {
                    None => worth,
                    Some((held, at)) => added(held, *sign, worth, at, span)?,
                },
                span,
            ));
        }
        total.map_or_else(|| open("nothing is added"), |(worth, _)| Ok(worth))
    }

    fn product(&self, factors: &[Expression], span: Span) -> Found {
        let mut total = Worth::Number(Exact::ONE);
        for factor in factors {
            let worth = self.worth(factor)?.plain()?;
            let by = |n: &Exact, m: &Exact| fits(n.checked_mul(*m));
            total = match (&total, &worth) {
                (Worth::Number(n), Worth::Number(m) | Worth::Quantity(m, _)) => Worth::Number(by(n, m)?),
                (Worth::Number(n), Worth::Money(m, c)) | (Worth::Money(m, c), Worth::Number(n) | Worth::Quantity(n, _)) => Worth::Money(by(m, n)?, *c),
                (Worth::Number(n), Worth::Rate(m)) | (Worth::Rate(m), Worth::Number(n)) => Worth::Rate(by(m, n)?),
                // A share of an amount, which the language writes with `of`, is plain when it is asked for.
                (Worth::Rate(r), Worth::Money(m, c)) | (Worth::Money(m, c), Worth::Rate(r)) => Worth::Money(by(m, r)?, *c),
                (Worth::Specific(m, c, u), Worth::Quantity(n, v)) | (Worth::Quantity(n, v), Worth::Specific(m, c, u)) if u == v => Worth::Money(by(m, n)?, *c),
                (_, other) => {
                    let help = "a product has one amount of money or one rate, and numbers";
                    return Err(typing::wrong_type("this", &other.kind(), "a number", help, span).into());
                }
            };
        }
        Ok(total)
    }
}

fn currency(name: &Name) -> Result<Currency, Stop> {
    let help = "currencies are the three letters of ISO 4217, such as `CNY` or `USD`";
    Currency::from_code(&name.text).ok_or_else(|| typing::wrong_type(&name.text, "no currency", "a currency", help, name.span).into())
}
