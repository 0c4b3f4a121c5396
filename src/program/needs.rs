//! Which facts the rules of a book ask for, so that a file without them is told before its first row is read.

use super::facts::FactId;
use super::rules::*;
use super::terms::*;
use super::types::Program;
use crate::source::Span;
use crate::syntax::Sign;

/// A fact that some rule asks for, and the first that does.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Need {
    /// The fact, by its name.
    pub fact: String,
    /// What kind of rule, and its name: "exemption `in_transit`".
    pub rule: String,
    /// The rule that asks for it.
    pub span: Span,
}

impl Program {
    /// The facts that rules ask for, each with the first rule in order of declaration. Those with a declared default are not asked for.
    pub fn needs(&self) -> Vec<Need> {
        let mut needs = Needs { program: self, rule: String::new(), found: Vec::new() };
        for measure in &self.measures {
            needs.rule = format!("{} `{}`", measure.kind.word(), measure.name);
            needs.measure(measure);
        }
        for exemption in &self.exemptions {
            needs.rule = format!("exemption `{}`", exemption.name);
            needs.head(&exemption.head);
            match &exemption.relief {
                Relief::To(rate) => needs.rate(rate, true, exemption.span),
                Relief::ByInput(fact) => needs.fact(*fact, exemption.span),
                Relief::Full | Relief::ByPoints(_) | Relief::ByShare(_) => {}
            }
        }
        for suspension in &self.suspensions {
            needs.rule = format!("suspension `{}`", suspension.name);
            needs.head(&suspension.head);
        }
        for phaseout in &self.phaseouts {
            needs.rule = format!("phase-out `{}`", phaseout.name);
            needs.head(&phaseout.head);
        }
        for limit in &self.limits {
            needs.rule = format!("limit `{}`", limit.name);
            needs.head(&limit.head);
        }
        for quota in &self.quotas {
            needs.rule = format!("quota `{}`", quota.name);
            needs.fact(quota.fact, quota.span);
            if quota.per_importer {
                needs.fact(FactId::IMPORTER, quota.span);
            }
        }
        needs.found
    }
}

struct Needs<'p> {
    program: &'p Program,
    rule: String,
    found: Vec<Need>,
}

impl Needs<'_> {
    fn measure(&mut self, measure: &Measure) {
        self.fact(FactId::ENTERED, measure.span);
        self.origins(&measure.origins, measure.head.span);
        self.head(&measure.head);
        let of_value = !measure.clauses.iter().any(|c| matches!(c.kind, ClauseKind::Base(_)));
        for clause in &measure.clauses {
            for origins in clause.scopes.iter().filter_map(|s| s.origins.as_ref()) {
                self.origins(origins, clause.span);
            }
            for condition in &clause.conditions {
                self.condition(condition);
            }
            match &clause.kind {
                ClauseKind::Rate(Charge::Rate(rate)) => self.rate(rate, of_value, clause.span),
                ClauseKind::Rate(Charge::Table(table)) => {
                    for row in &table.rows {
                        if let Some(origins) = &row.origins {
                            self.origins(origins, row.span);
                        }
                        if let RowRate::Rate(rate) = &row.rate {
                            self.rate(rate, of_value, row.span);
                        }
                    }
                }
                ClauseKind::Rate(Charge::None) | ClauseKind::YieldsTo(_) | ClauseKind::InLieuOf(_) | ClauseKind::Covers(_) => {}
                ClauseKind::Base(base) => self.base(base, clause.span),
            }
        }
    }

    fn head(&mut self, head: &Head) {
        if let Some(scope) = &head.scope {
            self.origins(&scope.origins, head.span);
        }
        if let Some(condition) = &head.condition {
            self.condition(condition);
        }
    }

    fn origins(&mut self, origins: &crate::region::Origins, span: Span) {
        if !(origins.is_undated() && origins.ever() == crate::value::CountrySet::all()) {
            self.add("origin", span);
        }
    }

    fn condition(&mut self, condition: &Cond) {
        match &condition.kind {
            CondKind::All(parts) | CondKind::Any(parts) => parts.iter().for_each(|p| self.condition(p)),
            CondKind::Not(inner) => self.condition(inner),
            CondKind::Before(fact, _) | CondKind::InFile(fact, ..) | CondKind::Flag(fact) => self.fact(*fact, condition.span),
            CondKind::Claims(_) => self.fact(FactId::CLAIMS, condition.span),
            CondKind::Compare(left, _, right) => {
                self.expression(left);
                self.expression(right);
            }
            // These are about the moment of entry alone.
            CondKind::During(_) | CondKind::InForce(..) => {}
        }
    }

    fn expression(&mut self, expression: &Expr) {
        match &expression.kind {
            ExprKind::Fact(fact) | ExprKind::Share(_, fact) => self.fact(*fact, expression.span),
            ExprKind::Per(fact, unit) => {
                self.fact(*fact, expression.span);
                self.fact(*unit, expression.span);
            }
            ExprKind::Sum(terms) => terms.iter().for_each(|(_, t)| self.expression(t)),
            ExprKind::Product(factors) => factors.iter().for_each(|f| self.expression(f)),
            ExprKind::RateOf(_) => self.fact(FactId::VALUE, expression.span),
            _ => {}
        }
    }

    fn rate(&mut self, rate: &Rate, of_value: bool, span: Span) {
        let sums = std::iter::once(&rate.first).chain(rate.bounds.iter().map(|(_, sum)| sum));
        for (_, term) in sums.flat_map(|s: &Vec<(Sign, Term)>| s.iter()) {
            self.term(term.innermost(), of_value, span);
        }
    }

    fn term(&mut self, term: &Term, of_value: bool, span: Span) {
        match term {
            Term::Percent(p) if p.is_zero() => {}
            Term::Percent(_) if of_value => self.fact(FactId::VALUE, span),
            Term::Input(fact) => {
                self.fact(*fact, span);
                if of_value {
                    self.fact(FactId::VALUE, span);
                }
            }
            Term::Specific { unit, .. } => self.fact(FactId::of_unit(*unit), span),
            Term::Product { facts, .. } => facts.iter().for_each(|f| self.fact(*f, span)),
            Term::PercentOfFact(_, fact) => self.fact(*fact, span),
            Term::RateOf(_) | Term::Inclusive(..) => self.fact(FactId::VALUE, span),
            _ => {}
        }
    }

    fn base(&mut self, base: &Base, span: Span) {
        for (_, term) in &base.terms {
            if let BaseTerm::Fact(fact) = term {
                self.fact(*fact, span);
            }
        }
    }

    fn fact(&mut self, id: FactId, span: Span) {
        if let Some(fact) = self.program.fact(id).filter(|f| f.default.is_none()) {
            self.add(&fact.name, span);
        }
    }

    fn add(&mut self, fact: &str, span: Span) {
        if !self.found.iter().any(|n| n.fact == fact) {
            self.found.push(Need { fact: fact.to_owned(), rule: self.rule.clone(), span });
        }
    }
}
