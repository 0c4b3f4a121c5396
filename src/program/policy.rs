//! The policy: whose imports, on which clock, in which currency. It is read first, since it gives every literal its meaning.

use super::from_syntax::Builder;
use super::rules::ExchangeRate;
use crate::problem::{Problem, codes, syntax as syntax_problems, typing};
use crate::source::Span;
use crate::syntax::{self, PolicyClause, RoundingTime};
use crate::value::{Clock, Currency, Instant, Rounding};
use rust_decimal::Decimal;
use std::collections::HashMap;

impl Builder<'_> {
    pub fn policy(&mut self, policy: &syntax::Policy) {
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
        // Rates of exchange are dated and between currencies, so the clock and the currency come first.
        for clause in &policy.clauses {
            if let PolicyClause::Exchange(file, _) = clause {
                self.program.exchange = Some(self.exchange(file));
            }
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

    /// Rates of exchange: columns `currency`, `from`, `until`, `rate`; what one unit is worth in the currency of the book.
    fn exchange(&mut self, file: &syntax::Text) -> Vec<ExchangeRate> {
        let Some(rows) = self.rows(file) else { return Vec::new() };
        for needed in ["currency", "rate"] {
            if rows.column(needed).is_none() {
                self.problems.add(codes::missing_column(&rows.path, needed, &rows.header, rows.header_span, file.span));
                return Vec::new();
            }
        }
        let mut out = Vec::new();
        for (cells, span) in rows.iter() {
            let cell = |column: &str| rows.column(column).and_then(|c| cells.get(c)).unwrap_or("");
            let currency = Currency::from_code(cell("currency"));
            let rate = Decimal::from_str_exact(cell("rate")).ok().filter(|r| r.is_sign_positive() && !r.is_zero());
            let (from, until) = (self.exchange_instant(cell("from")), self.exchange_instant(cell("until")));
            let why = match (currency, rate, &from, &until) {
                (None, ..) => format!("has `{}` where a currency of ISO 4217 is meant", cell("currency")),
                (_, None, ..) => format!("has `{}` where a rate of exchange above zero is meant", cell("rate")),
                (_, _, Err(why), _) | (_, _, _, Err(why)) => format!("has a date that cannot be read: {why}"),
                (Some(currency), Some(rate), Ok(from), Ok(until)) => {
                    out.push(ExchangeRate { currency, from: *from, until: *until, rate: rate.into() });
                    continue;
                }
            };
            self.problems.add(codes::malformed(&rows.path, &why, span, file.span));
        }
        out
    }

    fn exchange_instant(&self, text: &str) -> Result<Option<Instant>, String> {
        if text.is_empty() { Ok(None) } else { self.program.clock.read(text).map(|(at, _)| Some(at)) }
    }

    pub fn policy_clause(&mut self, clause: &PolicyClause) {
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
            PolicyClause::Exchange(..) => {}
            PolicyClause::Time { from, through, .. } => {
                self.program.speaks_from = self.instant(from);
                self.program.speaks_until = through.as_ref().and_then(|t| self.after_through(t));
            }
        }
    }
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
