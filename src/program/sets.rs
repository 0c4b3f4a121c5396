//! Named sets of goods and countries, and the legal acts.

use super::from_syntax::Builder;
use super::types::Instrument;
use crate::problem::{naming, syntax as syntax_problems};
use crate::region::{GoodsSet, Origins};
use crate::source::Span;
use crate::syntax::{self, Item, ItemKind};
use std::collections::HashMap;

impl Builder<'_> {
    /// Sets may refer to each other in any order, but not in a circle.
    pub fn sets(&mut self, items: &[&Item]) {
        self.instruments(items);
        let goods: Vec<&syntax::GoodsSet> = items.iter().filter_map(|i| if let ItemKind::Goods(g) = &i.kind { Some(g) } else { None }).collect();
        self.goods_sets = vec![GoodsSet::empty(); goods.len()];
        let links: Vec<(&syntax::Name, Vec<&syntax::Name>)> = goods
            .iter()
            .map(|g| {
                let named = g.goods.included.iter().chain(&g.goods.excepted);
                (&g.name, named.filter_map(|o| if let syntax::OneGoods::Named(n) = o { Some(n) } else { None }).collect())
            })
            .collect();
        for at in self.in_order(&links) {
            if let Some(item) = goods.get(at) {
                let set = self.goods(&item.goods);
                if let Some(slot) = self.goods_sets.get_mut(at) {
                    *slot = set;
                }
            }
        }
        let countries: Vec<&syntax::CountrySetItem> = items.iter().filter_map(|i| if let ItemKind::Countries(c) = &i.kind { Some(c) } else { None }).collect();
        self.country_sets = vec![Origins::default(); countries.len()];
        let links: Vec<(&syntax::Name, Vec<&syntax::Name>)> =
            countries.iter().map(|c| (&c.name, c.countries.included.iter().chain(&c.countries.excepted).map(|o| &o.name).collect())).collect();
        for at in self.in_order(&links) {
            if let Some(item) = countries.get(at) {
                let set = self.countries(&item.countries);
                if let Some(slot) = self.country_sets.get_mut(at) {
                    *slot = set;
                }
            }
        }
    }

    /// The names by which sets are described, those of the author before those of files.
    pub fn descriptions(&mut self, items: &[&Item]) {
        let goods = items.iter().filter_map(|i| if let ItemKind::Goods(g) = &i.kind { Some(&g.name) } else { None });
        let mut named: Vec<(String, GoodsSet)> = goods.zip(&self.goods_sets).map(|(n, s)| (format!("`{}`", n.text), s.clone())).collect();
        let mut lists: Vec<(String, GoodsSet)> =
            self.lists.iter().filter_map(|((path, _), set)| Some((format!("list `{}`", path.file_name()?.to_string_lossy()), set.clone()?))).collect();
        lists.sort();
        named.extend(lists);
        let countries = items.iter().filter_map(|i| if let ItemKind::Countries(c) = &i.kind { Some(&c.name) } else { None });
        self.program.country_names = countries.zip(&self.country_sets).map(|(n, s)| (format!("`{}`", n.text), s.clone())).collect();
        self.program.goods_names = named;
    }

    /// The order in which named sets can be built; those in a circle are reported and left empty.
    pub fn in_order(&mut self, links: &[(&syntax::Name, Vec<&syntax::Name>)]) -> Vec<usize> {
        let mut order: Vec<usize> = Vec::new();
        loop {
            let before = order.len();
            for (at, (_, needs)) in links.iter().enumerate() {
                let ready = needs.iter().all(|n| links.iter().position(|(l, _)| l.text == n.text).is_none_or(|p| order.contains(&p)));
                if !order.contains(&at) && ready {
                    order.push(at);
                }
            }
            if order.len() == before {
                break;
            }
        }
        if let Some((_, (name, needs))) = links.iter().enumerate().find(|(at, _)| !order.contains(at)) {
            let names: Vec<String> = std::iter::once(name).chain(needs.iter().take(1)).chain([name]).map(|n| format!("`{}`", n.text)).collect();
            self.problems.add(naming::cycle("sets contain each other", &names, name.span));
        }
        order
    }

    pub fn instruments(&mut self, items: &[&Item]) {
        for item in items {
            let ItemKind::Instrument(i) = &item.kind else { continue };
            let mut made = Instrument {
                name: i.name.text.clone(),
                title: i.title.as_ref().map_or_else(|| i.name.text.clone(), |t| t.text.clone()),
                published: None,
                expires: None,
                url: None,
                unofficial: false,
                span: i.name.span,
            };
            let mut said: HashMap<&str, Span> = HashMap::new();
            for clause in &i.clauses {
                let (word, span) = match clause {
                    syntax::InstrumentClause::Published(m, s) => {
                        made.published = Some(m.date);
                        ("published", *s)
                    }
                    syntax::InstrumentClause::Expires(m, s) => {
                        made.expires = self.instant(m);
                        ("expires", *s)
                    }
                    syntax::InstrumentClause::Url(t, s) => {
                        made.url = Some(t.text.clone());
                        ("url", *s)
                    }
                    syntax::InstrumentClause::Unofficial(s) => {
                        made.unofficial = true;
                        ("unofficial", *s)
                    }
                    syntax::InstrumentClause::Quotation(..) => continue,
                };
                if let Some(first) = said.insert(word, span) {
                    self.problems.add(syntax_problems::said_twice(word, "instrument", first, span));
                }
            }
            self.program.instruments.push(made);
        }
    }
}
