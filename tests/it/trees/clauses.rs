//! Clauses of heads and bodies, shipments and expectations.

use super::Tape;
use super::literals::{NOWHERE, named};
use carveout::syntax::*;

impl Tape<'_> {
    pub fn modifiers(&mut self) -> Modifiers {
        Modifiers {
            on: self.maybe(Self::goods),
            of: self.maybe(Self::origins),
            when: self.maybe(|t| When { negated: t.chance(2), condition: t.condition(2), span: NOWHERE }),
            period: self.period(),
            label: self.maybe(Self::name),
            prevails: self.maybe(Self::paths).unwrap_or_default(),
            cites: self.maybe(Self::cites),
        }
    }

    pub fn period(&mut self) -> Period {
        Period {
            from: self.maybe(Self::moment),
            until: self.maybe(Self::moment),
            through: self.maybe(Self::moment),
            lasting: self.maybe(Self::lasting),
            during: self.maybe(Self::path),
        }
    }

    pub fn cites(&mut self) -> Cites {
        Cites { instrument: self.path(), section: self.maybe(Self::text), quotation: self.maybe(Self::quotation), span: NOWHERE }
    }

    /// A clause that any charge may have, or one that only an amendment has.
    pub fn body_clause(&mut self, amends: bool) -> BodyClause {
        let kind = match self.below(if amends { 8 } else { 5 }) {
            0 => BodyKind::Rate(self.rate()),
            1 => BodyKind::Base(self.base()),
            2 => BodyKind::YieldsTo(self.paths()),
            3 => BodyKind::InLieuOf(self.paths()),
            4 => BodyKind::Covers(self.goods()),
            5 => BodyKind::Postpone { label: self.name(), to: self.moment() },
            6 => BodyKind::End { label: self.name(), at: self.moment() },
            _ => BodyKind::Extend { label: self.name(), until: self.moment() },
        };
        BodyClause { kind, modifiers: self.modifiers(), span: NOWHERE }
    }

    pub fn case(&mut self) -> TestCase {
        TestCase { shipment: self.shipment(), expectations: self.some(Self::expectation), span: NOWHERE }
    }

    fn shipment(&mut self) -> ShipmentFacts {
        ShipmentFacts {
            code: Some(self.code()),
            origin: self.maybe(Self::country),
            facts: self.any(|t| (t.fact_name(), t.fact_value())),
            claims: self.maybe(|t| t.some(Self::text)).unwrap_or_default(),
            known_at: self.maybe(Self::moment),
            scenario: self.maybe(Self::name),
            span: NOWHERE,
        }
    }

    fn fact_name(&mut self) -> Name {
        named(self.pick(&["value", "loaded", "exported", "entered", "mfn_rate", "kg"]))
    }

    fn fact_value(&mut self) -> FactValue {
        match self.below(7) {
            0 => FactValue::Money(self.money()),
            1 => FactValue::Percent(self.percent()),
            2 => FactValue::Moment(self.moment()),
            3 => FactValue::Flag(self.chance(2), NOWHERE),
            4 => FactValue::Text(self.text()),
            5 => FactValue::Country(self.country()),
            _ => FactValue::Number(self.number()),
        }
    }

    fn expectation(&mut self) -> Expectation {
        let kind = match self.below(7) {
            0 => ExpectationKind::Rate(self.measured(), self.percent()),
            1 => ExpectationKind::Amount(self.measured(), self.money()),
            2 => ExpectationKind::Needs(self.fact_name()),
            3 => ExpectationKind::Relieved(self.path(), self.paths()),
            4 => ExpectationKind::Displaced(self.path(), self.paths()),
            5 => ExpectationKind::Outcome(self.path(), self.pick(&OutcomeWord::ALL)),
            _ => ExpectationKind::Status(named(self.pick(&["assessed", "undetermined", "conflict", "unrated", "rejected"]))),
        };
        Expectation { kind, span: NOWHERE }
    }

    fn measured(&mut self) -> Name {
        if self.chance(2) { named(self.pick(&["total", "duty", "tax", "fee"])) } else { self.path() }
    }
}
