//! Tests: shipments as they are stated, and what is expected of them.

use super::from_syntax::Builder;
use super::names::resolve;
use super::rows::{Cells, Rows};
use super::trials::{Expectation, StatedFacts, Target, Test};
use super::types::{MeasureId, Named};
use crate::problem::{codes, naming, typing};
use crate::source::Span;
use crate::syntax::{self, ExpectationKind, FactValue, Item, ItemKind, OutcomeWord, Text};
use crate::value::{Exact, parse_date, percent_value};
use rust_decimal::Decimal;
use std::str::FromStr;

impl Builder<'_> {
    /// The tests of a scenario, or those that name none: a test may speak of what its scenario adds.
    pub fn tests(&mut self, items: &[&Item], scenario: Option<&str>) {
        for item in items {
            match &item.kind {
                ItemKind::Test(test) => self.test(test, scenario),
                ItemKind::TestTable(file) => self.test_table(file, scenario),
                _ => {}
            }
        }
    }

    fn test(&mut self, test: &syntax::Test, scenario: Option<&str>) {
        for case in &test.cases {
            let named = case.shipment.scenario.as_ref();
            if named.map(|n| n.text.as_str()) != scenario {
                if let Some(name) = named.filter(|_| scenario.is_none()) {
                    self.scenario_named(name);
                }
                continue;
            }
            let facts = self.stated(&case.shipment);
            let expectations = case.expectations.iter().filter_map(|e| self.expectation(&e.kind).map(|k| (k, e.span))).collect();
            self.program.tests.push(Test { title: test.title.text.clone(), facts, expectations, span: case.span });
        }
    }

    /// The facts of a shipment as a record would state them; names that are no facts are reported.
    pub fn stated(&mut self, shipment: &syntax::ShipmentFacts) -> StatedFacts {
        let facts = stated_facts(shipment);
        for (name, _) in &shipment.facts {
            if self.program.find_fact(&name.text).is_none() {
                let known: Vec<&str> = self.program.facts.iter().map(|f| f.name.as_str()).collect();
                self.problems.add(naming::unknown("fact of the shipment", &name.text, known, name.span));
            }
        }
        facts
    }

    fn scenario_named(&mut self, name: &syntax::Name) {
        resolve(&self.program, &self.names, &mut self.problems, name, "scenario", |n| matches!(n, Named::Scenario).then_some(()));
    }

    fn expectation(&mut self, kind: &ExpectationKind) -> Option<Expectation> {
        Some(match kind {
            ExpectationKind::Needs(name) => {
                if name.text != "hs" && name.text != "origin" {
                    super::names::fact(&self.program, &self.names, &mut self.problems, name)?;
                }
                Expectation::Needs(name.text.clone())
            }
            ExpectationKind::Rate(name, percent) => Expectation::Rate(self.target(name)?, percent.value),
            ExpectationKind::Amount(name, money) => {
                let target = self.target(name)?;
                Expectation::Amount(target, self.own_money(money)?)
            }
            ExpectationKind::Relieved(name, by) => Expectation::Relieved(self.tested(name)?, by.iter().map(|n| n.text.clone()).collect()),
            ExpectationKind::Displaced(name, by) => Expectation::Displaced(self.tested(name)?, by.iter().map(|n| n.text.clone()).collect()),
            ExpectationKind::Outcome(name, word) => Expectation::Outcome(self.tested(name)?, *word),
            ExpectationKind::Status(name) => Expectation::Status(name.text.clone()),
        })
    }

    fn target(&mut self, name: &syntax::Name) -> Option<Target> {
        Some(match name.text.as_str() {
            "total" => Target::Total,
            "duty" => Target::Duty,
            "tax" => Target::Tax,
            "fee" => Target::Fee,
            _ => Target::Measure(self.tested(name)?),
        })
    }

    fn tested(&mut self, name: &syntax::Name) -> Option<MeasureId> {
        resolve(&self.program, &self.names, &mut self.problems, name, "measure", |n| match n {
            Named::Measure(m) => Some(m),
            _ => None,
        })
    }

    // ── Tables of tests ──

    fn test_table(&mut self, file: &Text, scenario: Option<&str>) {
        let Some(rows) = self.rows(file) else { return };
        for column in &rows.header {
            let known = [
                "hs",
                "origin",
                "currency",
                "known_at",
                "scenario",
                "expect",
                "expect.total",
                "expect.duty",
                "expect.tax",
                "expect.fee",
                "title",
                "why",
                "note",
            ];
            let measure = column.strip_prefix("expect.").is_some_and(|m| self.program.find_measure(m).is_some());
            if !known.contains(&column.as_str()) && !measure && self.program.find_fact(column).is_none() {
                let names: Vec<String> = self
                    .program
                    .facts
                    .iter()
                    .map(|f| f.name.clone())
                    .chain(self.program.measures.iter().map(|m| format!("expect.{}", m.name)))
                    .chain(known.iter().map(|k| (*k).to_owned()))
                    .collect();
                let problem = naming::unknown("column of a test table", column, names.iter().map(String::as_str), rows.header_span);
                self.problems.add(problem.at(file.span, "the table is named here"));
            }
        }
        for (cells, span) in rows.iter() {
            let named = rows.column("scenario").and_then(|c| cells.get(c)).filter(|s| !s.is_empty());
            if named != scenario {
                if let Some(name) = named.filter(|_| scenario.is_none()) {
                    self.scenario_named(&syntax::Name { text: name.to_owned(), span });
                }
                continue;
            }
            if let Some(test) = self.table_row(&rows, cells, span, file) {
                self.program.tests.push(test);
            }
        }
    }

    fn table_row(&mut self, rows: &Rows, cells: Cells<'_>, span: Span, file: &Text) -> Option<Test> {
        let mut facts = StatedFacts::default();
        let mut expectations = Vec::new();
        let mut title = format!("{} line {}", file.text, self.sources.place(span).line);
        for (column, cell) in cells.named().filter(|(_, cell)| !cell.is_empty()) {
            match column {
                "hs" => facts.hs = Some(cell.to_owned()),
                "origin" => facts.origin = Some(cell.to_owned()),
                "title" => title = cell.to_owned(),
                "known_at" => facts.known_at = Some(self.known_at(rows, cell, span, file)?),
                "scenario" => facts.scenario = Some(cell.to_owned()),
                "expect" => expectations.extend(self.cell_expectation(rows, cell, span, file)),
                other => match other.strip_prefix("expect.") {
                    Some(target) => expectations.extend(self.cell_result(rows, target, cell, span, file)),
                    None if self.program.find_fact(other).is_some() || other == "currency" => facts.values.push((other.to_owned(), cell.to_owned())),
                    None => {}
                },
            }
        }
        let expectations = expectations.into_iter().map(|e| (e, span)).collect();
        Some(Test { title, facts, expectations, span })
    }

    fn known_at(&mut self, rows: &Rows, cell: &str, span: Span, file: &Text) -> Option<jiff::civil::Date> {
        let date = parse_date(cell);
        if date.is_none() {
            self.problems.add(codes::malformed(&rows.path, &format!("has a date that cannot be read: `{cell}`"), span, file.span));
        }
        date
    }

    /// `assessed`, `undetermined`, `needs loaded`.
    fn cell_expectation(&mut self, rows: &Rows, cell: &str, span: Span, file: &Text) -> Option<Expectation> {
        if let Some(fact) = cell.strip_prefix("needs ") {
            return Some(Expectation::Needs(fact.trim().to_owned()));
        }
        let known = ["assessed", "needs input", "undetermined", "conflict", "unrated", "rejected"];
        if known.contains(&cell) {
            return Some(Expectation::Status(cell.to_owned()));
        }
        let why = format!(
            "expects `{cell}`, which is no outcome of a shipment; say {}, or `needs FACT`",
            crate::problem::listed(&known.map(|k| format!("`{k}`")), "or")
        );
        self.problems.add(codes::malformed(&rows.path, &why, span, file.span));
        None
    }

    /// A rate, an amount with or without currency, or an outcome.
    fn cell_result(&mut self, rows: &Rows, target: &str, cell: &str, span: Span, file: &Text) -> Option<Expectation> {
        let of = match target {
            "total" => Target::Total,
            "duty" => Target::Duty,
            "tax" => Target::Tax,
            "fee" => Target::Fee,
            name => Target::Measure(self.program.find_measure(name)?),
        };
        if let Some(rate) = percent_value(cell) {
            return Some(Expectation::Rate(of, rate));
        }
        let (currency, number) = cell.split_once(' ').unwrap_or(("", cell));
        if let Ok(amount) = Decimal::from_str(&number.replace('_', "")) {
            if !currency.is_empty() && currency != self.program.currency.code() {
                let book = self.program.currency;
                self.problems.add(typing::wrong_type(
                    cell,
                    &format!("an amount in {currency}"),
                    &format!("an amount in {book}"),
                    "expected amounts are in the book's currency",
                    span,
                ));
                return None;
            }
            return Some(Expectation::Amount(of, Exact::from(amount)));
        }
        if let (Target::Measure(m), Some(word)) = (of, OutcomeWord::ALL.into_iter().find(|w| w.words() == cell)) {
            return Some(Expectation::Outcome(m, word));
        }
        if let (Target::Measure(m), Some(by)) = (of, cell.strip_prefix("relieved by ")) {
            return Some(Expectation::Relieved(m, vec![by.trim().to_owned()]));
        }
        self.problems.add(codes::malformed(
            &rows.path,
            &format!("expects `{cell}` of `{target}`, which is neither a rate, an amount nor an outcome"),
            span,
            file.span,
        ));
        None
    }
}

/// Facts as a record would state them.
pub fn stated_facts(shipment: &syntax::ShipmentFacts) -> StatedFacts {
    let mut values: Vec<(String, String)> = shipment.facts.iter().map(|(name, value)| (name.text.clone(), value_text(value))).collect();
    if !shipment.claims.is_empty() {
        let claims: Vec<&str> = shipment.claims.iter().map(|t| t.text.as_str()).filter(|t| !t.is_empty()).collect();
        values.push(("claims".to_owned(), if claims.is_empty() { "none".to_owned() } else { claims.join(";") }));
    }
    StatedFacts {
        hs: shipment.code.as_ref().map(|c| c.code.to_string()),
        origin: shipment.origin.as_ref().map(|o| o.text.clone()),
        values,
        known_at: shipment.known_at.as_ref().map(|m| m.date),
        scenario: shipment.scenario.as_ref().map(|s| s.text.clone()),
    }
}

fn value_text(value: &FactValue) -> String {
    match value {
        FactValue::Percent(p) => p.text.clone(),
        FactValue::Money(m) => format!("{} {}", m.currency.text, m.number.value),
        FactValue::Flag(f, _) => if *f { "yes" } else { "no" }.to_owned(),
        FactValue::Text(t) => t.text.clone(),
        FactValue::Country(n) => n.text.clone(),
        FactValue::Number(n) => n.value.to_string(),
        FactValue::Moment(m) => match m.time {
            None => m.date.to_string(),
            Some((h, min, s)) => format!("{} {h:02}:{min:02}:{s:02}", m.date),
        },
    }
}
