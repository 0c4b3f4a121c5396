//! Goods and countries: from words and files to sets.

use super::from_syntax::Builder;
use super::names::resolve;
use super::rules::{Scope, ScopePart};
use super::types::Named;
use crate::problem::codes;
use crate::region::{GoodsSet, OriginPart, Origins};
use crate::source::Span;
use crate::syntax::{self, OneCountry, OneGoods};
use crate::value::{Country, CountrySet, GoodsCode};
use std::sync::Arc;

impl Builder<'_> {
    pub fn goods(&mut self, goods: &syntax::Goods) -> GoodsSet {
        let included = self.goods_union(&goods.included);
        if goods.excepted.is_empty() {
            return included;
        }
        let excepted = self.goods_union(&goods.excepted);
        for part in &goods.excepted {
            let Some((set, span)) = self.known_goods(part) else { continue };
            if !set.is_empty() && !set.meets(&included) {
                let text = self.sources.text(span).to_owned();
                self.problems.add(crate::problem::regions::nothing_to_except(&format!("`{text}`"), span, goods.span));
            }
        }
        included.difference(&excepted)
    }

    /// A set that has been read before, with its place.
    fn known_goods(&self, part: &OneGoods) -> Option<(GoodsSet, Span)> {
        Some(match part {
            OneGoods::All(span) => (GoodsSet::all(), *span),
            OneGoods::Chapter(c) | OneGoods::Code(c) => (GoodsSet::of_code(c.code), c.span),
            OneGoods::Range(first, last) => (GoodsSet::of_range(first.code.first(), last.code.after()), first.span.to(last.span)),
            OneGoods::List(file) => {
                let column = file.column.as_ref().map_or("hs", |c| c.text.as_str()).to_owned();
                let key = (crate::world::normal(&self.folder.join(&file.path.text)), column);
                (self.lists.get(&key)?.clone()?, file.span)
            }
            OneGoods::Named(name) => match self.program.names.get(&name.text) {
                Some(Named::Goods(i)) => (self.goods_sets.get(*i)?.clone(), name.span),
                _ => return None,
            },
        })
    }

    fn goods_union(&mut self, parts: &[OneGoods]) -> GoodsSet {
        let mut codes: Vec<(GoodsCode, Span)> = Vec::new();
        let mut set = GoodsSet::empty();
        for part in parts {
            let one = match part {
                OneGoods::All(_) => GoodsSet::all(),
                OneGoods::Chapter(c) | OneGoods::Code(c) => {
                    self.known_code(c.code, c.span);
                    codes.push((c.code, c.span));
                    GoodsSet::of_code(c.code)
                }
                OneGoods::Range(first, last) => {
                    self.known_code(first.code, first.span);
                    self.known_code(last.code, last.span);
                    GoodsSet::of_range(first.code.first(), last.code.after())
                }
                OneGoods::List(file) => self.goods_list(file).unwrap_or_else(GoodsSet::empty),
                OneGoods::Named(name) => {
                    let at = resolve(&self.program, &self.names, &mut self.problems, name, "set of goods", |n| match n {
                        Named::Goods(i) => Some(i),
                        _ => None,
                    });
                    at.and_then(|i| self.goods_sets.get(i).cloned()).unwrap_or_else(GoodsSet::empty)
                }
            };
            set = set.union(&one);
        }
        self.covered_twice(&codes);
        set
    }

    pub fn country(&mut self, name: &syntax::Name) -> Option<Country> {
        let found = Country::from_code(&name.text);
        if found.is_none() {
            self.problems.add(codes::unknown_country(&name.text, name.span));
        }
        found
    }

    pub fn countries(&mut self, countries: &syntax::Countries) -> Origins {
        let included: Vec<OriginPart> = countries.included.iter().filter_map(|c| self.one_country(c)).collect();
        self.with_exceptions(included, &countries.excepted, countries.span)
    }

    fn with_exceptions(&mut self, included: Vec<OriginPart>, excepted: &[OneCountry], span: Span) -> Origins {
        let all = Origins { included, excepted: Vec::new() };
        let ever = all.ever();
        let mut out = Vec::new();
        for country in excepted {
            let Some(part) = self.one_country(country) else { continue };
            let alone = Origins { included: vec![part.clone()], excepted: Vec::new() };
            if alone.ever().intersection(ever).is_empty() && !alone.ever().is_empty() {
                self.problems.add(codes::not_in_group(&country.name.text, country.name.span, span));
            }
            out.push(part);
        }
        Origins { included: all.included, excepted: out }
    }

    fn one_country(&mut self, country: &OneCountry) -> Option<OriginPart> {
        let is_code = country.name.text.bytes().all(|b| b.is_ascii_uppercase());
        let (countries, named) = if is_code {
            (CountrySet::from_iter([self.country(&country.name)?]), None)
        } else {
            let at = resolve(&self.program, &self.names, &mut self.problems, &country.name, "set of countries", |n| match n {
                Named::Countries(i) => Some(i),
                _ => None,
            })?;
            (CountrySet::EMPTY, Some(Arc::new(self.country_sets.get(at)?.clone())))
        };
        let from = country.from.as_ref().and_then(|m| self.instant(m));
        let until = match (&country.until, &country.through) {
            (Some(u), _) => self.instant(u),
            (None, Some(t)) => self.after_through(t),
            (None, None) => None,
        };
        Some(OriginPart { countries, named, from, until })
    }

    pub fn origins(&mut self, origins: &syntax::Origins) -> Origins {
        match origins {
            syntax::Origins::Of(c) => self.countries(c),
            syntax::Origins::Any { excepted, span } => self.with_exceptions(Origins::all().included, excepted, *span),
        }
    }

    /// The scope of a head; nothing where it says none.
    pub fn scope(&mut self, head: &syntax::Modifiers) -> Option<Scope> {
        if head.on.is_none() && head.of.is_none() {
            return None;
        }
        let part = self.scope_part(head);
        Some(Scope { goods: part.goods.unwrap_or_else(GoodsSet::all), origins: part.origins.unwrap_or_else(Origins::all) })
    }

    pub fn scope_part(&mut self, modifiers: &syntax::Modifiers) -> ScopePart {
        let goods = modifiers.on.as_ref().map(|g| self.goods(g));
        let origins = modifiers.of.as_ref().map(|o| self.origins(o));
        ScopePart { goods, origins }
    }
}
