//! Conditions and expressions, typed: both sides of a mismatch are shown.

use super::facts::{FactId, FactKind};
use super::from_syntax::Builder;
use super::names::{fact, look_up, resolve};
use super::terms::{Cond, CondKind, Expr, ExprKind, Type};
use super::types::Named;
use crate::problem::{naming, typing};
use crate::source::Span;
use crate::syntax::{self, Condition, Expression, MomentBound};
use crate::value::{Currency, Exact};

const HUNDRED: i64 = 100;

impl Builder<'_> {
    /// `when C`, or `unless C`, which is its negation.
    pub fn when(&mut self, when: &syntax::When) -> Option<Cond> {
        let cond = self.condition(&when.condition)?;
        Some(if when.negated { Cond { span: when.span, kind: CondKind::Not(Box::new(cond)) } } else { cond })
    }

    fn condition(&mut self, condition: &Condition) -> Option<Cond> {
        let span = condition.span();
        let kind = match condition {
            Condition::Any(parts, _) => CondKind::Any(self.conditions(parts)?),
            Condition::All(parts, _) => CondKind::All(self.conditions(parts)?),
            Condition::Not(inner, _) => CondKind::Not(Box::new(self.condition(inner)?)),
            Condition::Moment { fact, bound, at, .. } => {
                let id = self.program.find_fact(&fact.text)?;
                match bound {
                    MomentBound::Before => CondKind::Before(id, self.instant(at)?),
                    MomentBound::Through => CondKind::Before(id, self.after_through(at)?),
                    MomentBound::From => {
                        let before = Cond { kind: CondKind::Before(id, self.instant(at)?), span };
                        CondKind::Not(Box::new(before))
                    }
                }
            }
            Condition::During(name, _) => CondKind::During(self.event(name)?),
            Condition::Claims(text, _) => CondKind::Claims(text.text.clone()),
            Condition::InForce(name, _) => self.in_force(name)?,
            Condition::InFile { fact: name, file, .. } => {
                let id = fact(&self.program, &self.names, &mut self.problems, name)?;
                let kind = self.program.fact(id)?.kind;
                if kind != FactKind::Text {
                    self.problems.add(typing::wrong_type(
                        &name.text,
                        &kind.words(),
                        "a text",
                        "only texts, such as `importer`, are looked up in a file",
                        name.span,
                    ));
                    return None;
                }
                CondKind::InFile(id, self.text_list(file, &name.text)?, file.path.text.clone())
            }
            Condition::Flag(name) => {
                let id = fact(&self.program, &self.names, &mut self.problems, name)?;
                let kind = self.program.fact(id)?.kind;
                if kind != FactKind::Flag {
                    let help = format!("compare it with something, as in `{} > …`, or declare it as `flag`", name.text);
                    self.problems.add(typing::wrong_type(&name.text, &kind.words(), "a flag", help, name.span));
                    return None;
                }
                CondKind::Flag(id)
            }
            Condition::Compare(comparison) => {
                let comparator = &comparison.comparator;
                let (left, right) = (self.expression(&comparison.left), self.expression(&comparison.right));
                let (left, right) = (left?, right?);
                let (left, right) = self.comparable(left, right)?;
                let ordered = matches!(comparator, syntax::Comparator::Equal | syntax::Comparator::Unequal);
                if !ordered && matches!(left.ty, Type::Flag | Type::Text | Type::Country) {
                    let words = left.ty.words();
                    self.problems.add(typing::wrong_type(self.sources.text(left.span), &words, "something that has an order", "use `=` or `!=`", left.span));
                    return None;
                }
                CondKind::Compare(left, *comparator, right)
            }
        };
        Some(Cond { kind, span })
    }

    fn conditions(&mut self, parts: &[Condition]) -> Option<Vec<Cond>> {
        // All parts are looked at, so that each of their problems is reported.
        let read: Vec<Option<Cond>> = parts.iter().map(|p| self.condition(p)).collect();
        read.into_iter().collect()
    }

    fn in_force(&mut self, name: &syntax::Name) -> Option<CondKind> {
        match look_up(&self.program, &name.text) {
            Some((book, named @ (Named::Measure(_) | Named::Exemption(_) | Named::Suspension(_) | Named::Phaseout(_) | Named::Limit(_) | Named::Event(_)))) => {
                Some(CondKind::InForce(book, named))
            }
            Some((_, other)) => {
                let place = self.names.place(&name.text);
                self.problems.add(naming::wrong_kind(&name.text, other.kind(), "a rule", place, name.span));
                None
            }
            None => {
                let known = super::names::all_names(&self.program);
                self.problems.add(naming::unknown("rule", &name.text, known.iter().map(String::as_str), name.span));
                None
            }
        }
    }

    /// Both sides in one type, or T300.
    pub fn comparable(&mut self, mut left: Expr, mut right: Expr) -> Option<(Expr, Expr)> {
        // A number beside a quantity is a quantity in its unit.
        match (left.ty, right.ty) {
            (unit @ Type::Quantity(_), Type::Number) => right.ty = unit,
            (Type::Number, unit @ Type::Quantity(_)) => left.ty = unit,
            // `value per kg > USD 3.80`: the unit is said already.
            (Type::Specific(_, unit), Type::Money(c)) => right.ty = Type::Specific(c, unit),
            (Type::Money(c), Type::Specific(_, unit)) => left.ty = Type::Specific(c, unit),
            _ => {}
        }
        // Another currency beside the book's is converted where the book has rates of exchange.
        left = self.converted(left);
        right = self.converted(right);
        let fits = match (left.ty, right.ty) {
            (Type::Money(a), Type::Money(b)) => a == b || a.is_none() || b.is_none(),
            (Type::Specific(a, u), Type::Specific(b, v)) => u == v && (a == b || a.is_none() || b.is_none()),
            (a, b) => a == b,
        };
        if fits {
            return Some((left, right));
        }
        let message = format!("{} is compared with {}", left.ty.words(), right.ty.words());
        let problem = typing::mismatch(message, left.span, &left.ty.words(), right.span, &right.ty.words());
        let problem = match (left.ty, right.ty) {
            (Type::Money(_), Type::Number) | (Type::Number, Type::Money(_)) => {
                problem.help(format!("write the currency, as in `{} 500`", self.program.currency))
            }
            (Type::Rate, Type::Points) | (Type::Points, Type::Rate) => problem.help("a rate is written `24%`, a difference of rates `24 points`"),
            _ => problem,
        };
        self.problems.add(problem);
        None
    }

    fn converted(&self, expr: Expr) -> Expr {
        let own = self.program.currency;
        let foreign = match expr.ty {
            Type::Money(Some(c)) | Type::Specific(Some(c), _) => (c != own && self.program.exchange.is_some()).then_some(c),
            _ => None,
        };
        match (foreign, &expr.kind) {
            (Some(currency), ExprKind::Number(n)) => {
                let ty = if let Type::Specific(_, unit) = expr.ty { Type::Specific(Some(own), unit) } else { Type::Money(Some(own)) };
                Expr { kind: ExprKind::Foreign(currency, *n), ty, span: expr.span }
            }
            _ => expr,
        }
    }

    pub fn currency(&mut self, name: &syntax::Name) -> Option<Currency> {
        let found = Currency::from_code(&name.text);
        if found.is_none() {
            self.problems.add(typing::wrong_type(
                &name.text,
                "no currency",
                "a currency",
                "currencies are the three letters of ISO 4217, such as `CNY` or `USD`",
                name.span,
            ));
        }
        found
    }

    pub fn expression(&mut self, expression: &Expression) -> Option<Expr> {
        let span = expression.span();
        let made = |kind, ty| Some(Expr { kind, ty, span });
        match expression {
            Expression::Percent(p) => made(ExprKind::Number(p.value), Type::Rate),
            Expression::Points(p) => made(ExprKind::Number(hundredths(Exact::from(p.number.value))?), Type::Points),
            Expression::Number(n) => made(ExprKind::Number(n.value.into()), Type::Number),
            Expression::Money(m) => {
                let currency = self.currency(&m.currency)?;
                made(ExprKind::Number(m.number.value.into()), Type::Money(Some(currency)))
            }
            Expression::Specific(s) => {
                let currency = self.currency(&s.money.currency)?;
                let per = s.per.as_ref().map_or(Exact::ONE, |n| n.value.into());
                let amount = Exact::from(s.money.number.value).checked_div(per)?;
                made(ExprKind::Number(amount), Type::Specific(Some(currency), s.unit))
            }
            Expression::Text(t) => made(ExprKind::Text(t.text.clone()), Type::Text),
            Expression::Country(n) => {
                let country = self.country(n)?;
                made(ExprKind::Country(country), Type::Country)
            }
            Expression::Flag(f, _) => made(ExprKind::Flag(*f), Type::Flag),
            Expression::Moment(m) => {
                let at = self.instant(m)?;
                made(ExprKind::Instant(at), Type::Instant)
            }
            Expression::Named(name) => {
                let id = fact(&self.program, &self.names, &mut self.problems, name)?;
                made(ExprKind::Fact(id), self.fact_type(id))
            }
            Expression::PercentOf(percent, name, _) => {
                let id = fact(&self.program, &self.names, &mut self.problems, name)?;
                let ty = self.fact_type(id);
                if !matches!(ty, Type::Money(_) | Type::Number | Type::Quantity(_)) {
                    self.problems.add(typing::wrong_type(&name.text, &ty.words(), "an amount", "a share is taken of money or of a quantity", name.span));
                    return None;
                }
                made(ExprKind::Share(percent.value, id), ty)
            }
            Expression::PerUnit(name, unit, _) => {
                let id = fact(&self.program, &self.names, &mut self.problems, name)?;
                match self.fact_type(id) {
                    Type::Money(c) => made(ExprKind::Per(id, FactId::of_unit(*unit)), Type::Specific(c, *unit)),
                    ty => {
                        self.problems.add(typing::wrong_type(&name.text, &ty.words(), "an amount of money", "`per kg` divides money by a quantity", name.span));
                        None
                    }
                }
            }
            Expression::RateOf(name, _) => {
                let measures = self.measures(name)?;
                made(ExprKind::RateOf(measures), Type::Rate)
            }
            Expression::Sum(terms, _) => self.sum(terms, span),
            Expression::Product(factors, _) => self.product(factors, span),
        }
    }

    fn sum(&mut self, terms: &[(syntax::Sign, Expression)], span: Span) -> Option<Expr> {
        let mut out: Vec<(syntax::Sign, Expr)> = Vec::new();
        for (sign, term) in terms {
            let term = self.expression(term)?;
            if !matches!(term.ty, Type::Money(_) | Type::Number | Type::Rate | Type::Points | Type::Quantity(_)) {
                let words = term.ty.words();
                self.problems.add(typing::wrong_type(
                    self.sources.text(term.span),
                    &words,
                    "something that can be added",
                    "money, rates, numbers and quantities are added",
                    term.span,
                ));
                return None;
            }
            let term = match out.first() {
                Some((_, first)) => {
                    let first = first.clone();
                    self.comparable(first, term)?.1
                }
                None => term,
            };
            out.push((*sign, term));
        }
        let ty = out.iter().map(|(_, t)| t.ty).find(|t| *t != Type::Money(None)).or_else(|| out.first().map(|(_, t)| t.ty))?;
        Some(Expr { kind: ExprKind::Sum(out), ty, span })
    }

    fn product(&mut self, factors: &[Expression], span: Span) -> Option<Expr> {
        let mut out = Vec::new();
        let mut ty = Type::Number;
        for factor in factors {
            let factor = self.expression(factor)?;
            ty = match (ty, factor.ty) {
                (t, Type::Number | Type::Quantity(_)) => t,
                (Type::Number, t @ (Type::Money(_) | Type::Rate)) => t,
                (_, found) => {
                    self.problems.add(typing::wrong_type(
                        self.sources.text(factor.span),
                        &found.words(),
                        "a number",
                        "a product has one amount of money or one rate, and numbers",
                        factor.span,
                    ));
                    return None;
                }
            };
            out.push(factor);
        }
        Some(Expr { kind: ExprKind::Product(out), ty, span })
    }

    pub fn fact_type(&self, id: FactId) -> Type {
        match self.program.fact(id).map(|f| f.kind) {
            // Facts in money may come in any currency and are converted.
            Some(FactKind::Money) | None => Type::Money(Some(self.program.currency)),
            Some(FactKind::Rate) => Type::Rate,
            Some(FactKind::Number) => Type::Number,
            Some(FactKind::Flag) => Type::Flag,
            Some(FactKind::Text) => Type::Text,
            Some(FactKind::Country) => Type::Country,
            Some(FactKind::Instant) => Type::Instant,
            Some(FactKind::Quantity(u)) => Type::Quantity(u),
            Some(FactKind::Claims) => Type::Claims,
            Some(FactKind::Balance(_)) => Type::Number,
        }
    }

    /// A measure, or the measures of a group.
    pub fn measures(&mut self, name: &syntax::Name) -> Option<Vec<super::types::MeasureId>> {
        let groups = self.program.groups.clone();
        resolve(&self.program, &self.names, &mut self.problems, name, "measure", |n| match n {
            Named::Measure(m) => Some(vec![m]),
            Named::Group(g) => groups.get(g).cloned(),
            _ => None,
        })
    }
}

/// Points and percentages as fractions of one.
pub fn hundredths(n: Exact) -> Option<Exact> {
    n.checked_div(Exact::whole(HUNDRED))
}
