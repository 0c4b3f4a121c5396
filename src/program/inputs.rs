//! The facts of a shipment, built in and declared, and the events of a book.

use super::facts::{Fact, FactKind};
use super::from_syntax::Builder;
use super::rules::{Event, Extension};
use super::terms::{Expr, ExprKind};
use crate::problem::syntax as syntax_problems;
use crate::syntax::{self, InputKind, Item, ItemKind};
use crate::value::Unit;

impl Builder<'_> {
    pub fn facts_and_events(&mut self, items: &[&Item]) {
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

    pub fn default_value(&mut self, input: &syntax::Input) {
        let Some(expression) = &input.default else { return };
        let Some(id) = self.program.find_fact(&input.name.text) else { return };
        let Some(value) = self.expression(expression) else { return };
        let wanted = Expr { kind: ExprKind::Fact(id), ty: self.fact_type(id), span: input.kind_span };
        if let (Some((_, value)), Some(fact)) = (self.comparable(wanted, value), self.program.facts.get_mut(id.0)) {
            fact.default = Some(value);
        }
    }
}

pub fn built_in_facts() -> Vec<Fact> {
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
