//! Goods, countries, rates, bases, conditions and claims.

use super::Tape;
use super::literals::{NOWHERE, code};
use carveout::syntax::*;

impl Tape<'_> {
    pub fn goods(&mut self) -> Goods {
        Goods { included: self.some(Self::one_goods), excepted: self.few(Self::one_goods), span: NOWHERE }
    }

    fn few<T>(&mut self, make: impl FnMut(&mut Self) -> T) -> Vec<T> {
        if self.chance(4) { self.some(make) } else { Vec::new() }
    }

    fn one_goods(&mut self) -> OneGoods {
        match self.below(6) {
            0 => OneGoods::Code(self.code()),
            1 => OneGoods::All(NOWHERE),
            2 => OneGoods::Chapter(code(self.pick(&["01", "39", "98"]))),
            3 => OneGoods::Range(code(self.pick(&["8703.21", "01"])), code(self.pick(&["8703.90.00", "97"]))),
            4 => OneGoods::List(self.file()),
            _ => OneGoods::Named(self.path()),
        }
    }

    /// Countries; those of a set may carry a period.
    pub fn countries(&mut self, dated: bool) -> Countries {
        Countries { included: self.some(|t| t.one_country(dated)), excepted: self.few(|t| t.one_country(dated)), span: NOWHERE }
    }

    fn one_country(&mut self, dated: bool) -> OneCountry {
        let name = if self.chance(3) { self.path() } else { self.country() };
        let mut country = OneCountry { name, from: None, until: None, through: None };
        if dated {
            country.from = self.maybe(Self::moment);
            match self.below(4) {
                0 => country.until = Some(self.moment()),
                1 => country.through = Some(self.moment()),
                _ => {}
            }
        }
        country
    }

    pub fn origins(&mut self) -> Origins {
        if self.chance(3) { Origins::Any { excepted: self.few(|t| t.one_country(false)), span: NOWHERE } } else { Origins::Of(self.countries(false)) }
    }

    pub fn rate(&mut self) -> Rate {
        let first = self.rate_sum();
        let bounds = self.few(|t| (t.pick(&[Bound::AtMost, Bound::AtLeast]), t.rate_sum()));
        Rate { first, bounds, span: NOWHERE }
    }

    fn rate_sum(&mut self) -> RateSum {
        let mut terms = vec![(Sign::Plus, self.rate_term())];
        terms.extend(self.few(|t| (t.sign(), t.rate_term())));
        RateSum { terms, span: NOWHERE }
    }

    fn sign(&mut self) -> Sign {
        self.pick(&[Sign::Plus, Sign::Minus])
    }

    fn rate_term(&mut self) -> RateTerm {
        match self.below(10) {
            0 => RateTerm::Percent(self.percent()),
            1 => RateTerm::Free(NOWHERE),
            2 => RateTerm::None(NOWHERE),
            3 => RateTerm::Table(self.text()),
            4 => RateTerm::Matching { measure: self.path(), origin: self.country(), after: self.maybe(Self::lasting), span: NOWHERE },
            5 => RateTerm::Inclusive(self.percent(), self.paths(), NOWHERE),
            6 => RateTerm::PercentOf(self.percent(), self.path(), NOWHERE),
            7 => RateTerm::RateOf(self.path(), NOWHERE),
            8 => RateTerm::Specific(self.specific()),
            _ => {
                // A number alone is no rate, and after `to` it could be read as the end of a range of codes.
                let mut factors = vec![if self.chance(2) { Factor::Money(self.money()) } else { Factor::Named(self.path()) }];
                factors.extend(self.few(|t| match t.below(3) {
                    0 => Factor::Number(t.number()),
                    1 => Factor::Named(t.path()),
                    _ => Factor::Money(t.money()),
                }));
                RateTerm::Product(factors, NOWHERE)
            }
        }
    }

    pub fn base(&mut self) -> Base {
        let mut terms = vec![(Sign::Plus, self.base_term())];
        terms.extend(self.few(|t| (t.sign(), t.base_term())));
        Base { terms, grossed_up: self.chance(3), span: NOWHERE }
    }

    fn base_term(&mut self) -> BaseTerm {
        if self.chance(3) { BaseTerm::BaseOf(self.path(), NOWHERE) } else { BaseTerm::Named(self.path()) }
    }

    /// A condition nested no deeper than the tape and `depth` allow.
    pub fn condition(&mut self, depth: usize) -> Condition {
        let kinds = if depth == 0 { 7 } else { 10 };
        match self.below(kinds) {
            0 => Condition::Flag(self.path()),
            1 => {
                let bound = self.pick(&[MomentBound::Before, MomentBound::From, MomentBound::Through]);
                Condition::Moment { fact: super::literals::named(self.pick(&["loaded", "exported", "entered"])), bound, at: self.moment(), span: NOWHERE }
            }
            2 => Condition::During(self.path(), NOWHERE),
            3 => Condition::Claims(self.text(), NOWHERE),
            4 => Condition::InForce(self.path(), NOWHERE),
            5 => Condition::InFile { fact: self.path(), file: self.file(), span: NOWHERE },
            6 => Condition::Compare(Box::new(self.comparison())),
            7 => Condition::Not(Box::new(self.condition(depth - 1)), NOWHERE),
            n => {
                let mut parts = vec![self.condition(depth - 1)];
                parts.extend(self.some(|t| t.condition(depth - 1)));
                if n == 8 { Condition::Any(parts, NOWHERE) } else { Condition::All(parts, NOWHERE) }
            }
        }
    }

    pub fn comparison(&mut self) -> Comparison {
        use Comparator::*;
        let comparator = self.pick(&[Equal, Unequal, Less, LessOrEqual, Greater, GreaterOrEqual]);
        Comparison { left: self.expression(), comparator, right: self.expression(), span: NOWHERE }
    }

    pub fn expression(&mut self) -> Expression {
        let first = self.multiple();
        if !self.chance(4) {
            return first;
        }
        let mut terms = vec![(Sign::Plus, first)];
        terms.extend(self.some(|t| (t.sign(), t.multiple())));
        Expression::Sum(terms, NOWHERE)
    }

    fn multiple(&mut self) -> Expression {
        let first = self.operand();
        if !self.chance(4) {
            return first;
        }
        let mut factors = vec![first];
        factors.extend(self.some(Self::operand));
        Expression::Product(factors, NOWHERE)
    }

    fn operand(&mut self) -> Expression {
        match self.below(13) {
            0 => Expression::Named(self.path()),
            1 => Expression::Percent(self.percent()),
            2 => Expression::Points(self.points()),
            3 => Expression::Money(self.money()),
            4 => Expression::Specific(self.specific()),
            5 => Expression::Number(self.number()),
            6 => Expression::Moment(self.moment()),
            7 => Expression::Text(self.text()),
            8 => Expression::Country(self.country()),
            9 => Expression::Flag(self.chance(2), NOWHERE),
            10 => Expression::PercentOf(self.percent(), self.path(), NOWHERE),
            11 => Expression::PerUnit(self.path(), self.unit(), NOWHERE),
            _ => Expression::RateOf(self.path(), NOWHERE),
        }
    }

    pub fn claim(&mut self, depth: usize) -> Claim {
        match self.below(if depth == 0 { 2 } else { 5 }) {
            0 => Claim::Compare(Box::new(self.comparison())),
            1 => Claim::Outcome(self.path(), self.pick(&OutcomeWord::ALL), NOWHERE),
            2 => Claim::Not(Box::new(self.claim(depth - 1)), NOWHERE),
            n => {
                let mut parts = vec![self.claim(depth - 1)];
                parts.extend(self.some(|t| t.claim(depth - 1)));
                if n == 3 { Claim::Any(parts, NOWHERE) } else { Claim::All(parts, NOWHERE) }
            }
        }
    }
}
