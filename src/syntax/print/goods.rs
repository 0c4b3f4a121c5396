//! Goods, countries and names: lists that may go on over several lines.

use super::super::tree::*;
use super::literals::{file, moment, quoted};
use super::phrase::Phrase;

pub fn goods(goods: &Goods) -> Phrase {
    except(Phrase::list(goods.included.iter().map(one_goods)), Phrase::list(goods.excepted.iter().map(one_goods)))
}

fn one_goods(goods: &OneGoods) -> Phrase {
    match goods {
        OneGoods::All(span) => Phrase::of("all goods", span.start),
        OneGoods::Chapter(code) => Phrase::of(format!("chapter {}", code.text), code.span.start),
        OneGoods::Code(code) => Phrase::of(code.text.as_str(), code.span.start),
        OneGoods::Range(first, last) => Phrase::of(format!("{} to {}", first.text, last.text), first.span.start),
        OneGoods::List(list) => Phrase::of(format!("list {}", file(list)), list.span.start),
        OneGoods::Named(name) => one_name(name),
    }
}

pub fn countries(countries: &Countries) -> Phrase {
    except(country_list(&countries.included), country_list(&countries.excepted))
}

pub fn country_list(list: &[OneCountry]) -> Phrase {
    Phrase::list(list.iter().map(|country| {
        let mut phrase = one_name(&country.name);
        for (word, bound) in [("from", &country.from), ("until", &country.until), ("through", &country.through)] {
            if let Some(at) = bound {
                phrase.join(&format!("{word} {}", moment(at)));
            }
        }
        phrase
    }))
}

/// `of origin …`, `of any origin`.
pub fn origins(origins: &Origins) -> Phrase {
    match origins {
        Origins::Of(set) => countries(set).lead("of origin"),
        Origins::Any { excepted, span } => except(Phrase::of("of any origin", span.start), country_list(excepted)),
    }
}

fn except(mut included: Phrase, excepted: Phrase) -> Phrase {
    included.append(excepted.lead("except"));
    included
}

pub fn names(list: &[Name]) -> Phrase {
    Phrase::list(list.iter().map(one_name))
}

pub fn texts(list: &[Text]) -> Phrase {
    Phrase::list(list.iter().map(|t| Phrase::of(quoted(t), t.span.start)))
}

fn one_name(name: &Name) -> Phrase {
    Phrase::of(name.text.as_str(), name.span.start)
}
