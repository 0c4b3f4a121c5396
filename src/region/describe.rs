//! Goods, origins and times in words: the shortest prefixes, named sets where they fit.

use super::GoodsSet;
use crate::value::{Clock, Country, CountrySet, GoodsCode, Instant};

/// More codes or countries than this are counted rather than listed.
const FEW: usize = 6;

/// The shortest codes that together reach just these goods, as far as any exist.
pub fn prefixes(goods: &GoodsSet, existing: &GoodsSet) -> Vec<GoodsCode> {
    let wanted = goods.intersection(existing);
    each_prefix(&wanted, existing).collect()
}

/// The same one by one, for goods of which all exist.
fn each_prefix<'g>(wanted: &'g GoodsSet, existing: &'g GoodsSet) -> impl Iterator<Item = GoodsCode> + 'g {
    let (mut ranges, mut at) = (wanted.ranges().iter(), 0u64);
    let mut range = ranges.next();
    std::iter::from_fn(move || {
        while range.is_some_and(|(_, after)| *after <= at) {
            range = ranges.next();
        }
        let (first, _) = range?;
        at = at.max(*first);
        let fits = |code: &GoodsCode| wanted.holds_all_of(code.first(), code.after(), existing);
        let code = [2u8, 4, 6, 8, 10].into_iter().map(|len| GoodsCode::of_point(at, len)).find(fits).unwrap_or_else(|| GoodsCode::of_point(at, 10));
        at = code.after();
        Some(code)
    })
}

/// The shortest codes for goods of which all exist, if they are few.
fn few(wanted: &GoodsSet, existing: &GoodsSet) -> Option<Vec<GoodsCode>> {
    let codes: Vec<GoodsCode> = each_prefix(wanted, existing).take(FEW.saturating_add(1)).collect();
    (codes.len() <= FEW).then_some(codes)
}

/// Goods in words. `named` are sets that have a name, `existing` all goods there are.
pub fn goods_words(goods: &GoodsSet, existing: &GoodsSet, named: &[(String, GoodsSet)]) -> String {
    let wanted = goods.intersection(existing);
    if existing.is_subset(&wanted) {
        return "all goods".to_owned();
    }
    if let Some((name, _)) = named.iter().find(|(_, set)| wanted.is_subset(set) && set.intersection(existing) == wanted) {
        return name.clone();
    }
    if let Some(codes) = few(&wanted, existing) {
        return joined(&codes);
    }
    // All but little is said by what is left out.
    let left = existing.difference(&wanted);
    if let Some(except) = few(&left, existing) {
        return format!("all goods except {}", joined(&except));
    }
    if let Some(names) = named_parts(&wanted, existing, named) {
        return names.join(", ");
    }
    // The chapters that are touched, less a little.
    let mut chapters: Vec<GoodsCode> = wanted.ranges().iter().map(|(a, _)| GoodsCode::of_point(*a, 2)).collect();
    chapters.dedup();
    if chapters.len() <= FEW {
        let whole = GoodsSet::of_codes(chapters.iter().copied()).intersection(existing);
        if let Some(except) = few(&whole.difference(&wanted), existing) {
            return format!("{} except {}", joined(&chapters), joined(&except));
        }
    }
    match named_parts(&left, existing, named) {
        Some(names) => format!("all goods except {}", names.join(", ")),
        None => joined(&each_prefix(&wanted, existing).collect::<Vec<_>>()),
    }
}

/// A few named sets that together are just these goods; the largest are tried first.
fn named_parts(goods: &GoodsSet, existing: &GoodsSet, named: &[(String, GoodsSet)]) -> Option<Vec<String>> {
    // What exists of a set must be among the goods; most sets fail at their first code.
    let among = |set: &GoodsSet| set.ranges().iter().all(|(a, b)| goods.holds_all_of(*a, *b, existing));
    let parts = named.iter().filter(|(_, set)| among(set)).map(|(name, set)| (name, set.intersection(existing))).filter(|(_, set)| !set.is_empty());
    let mut parts: Vec<(&String, GoodsSet)> = parts.collect();
    parts.sort_by_key(|(name, set)| (std::cmp::Reverse(set.ranges().iter().map(|(a, b)| b.saturating_sub(*a)).fold(0, u64::saturating_add)), *name));
    let (mut rest, mut names) = (goods.clone(), Vec::new());
    for (name, set) in parts {
        if names.len() < FEW && rest.meets(&set) {
            rest = rest.difference(&set);
            names.push(name.clone());
        }
    }
    rest.is_empty().then_some(names)
}

fn joined(codes: &[GoodsCode]) -> String {
    let shown: Vec<String> = codes.iter().take(FEW).map(ToString::to_string).collect();
    match codes.len().checked_sub(FEW) {
        Some(more) if more > 0 => format!("{} and {more} more", shown.join(", ")),
        _ => shown.join(", "),
    }
}

/// Origins in words. `named` are sets that have a name.
pub fn origins_words(countries: CountrySet, named: &[(String, CountrySet)]) -> String {
    let all = CountrySet::all();
    if countries == all {
        return "any origin".to_owned();
    }
    if let Some((name, _)) = named.iter().find(|(_, set)| *set == countries) {
        return format!("origin {name}");
    }
    let listed = |set: CountrySet| set.iter().take(FEW).map(Country::code).collect::<Vec<_>>().join(", ");
    let rest = all.difference(countries);
    let (count, left) = (usize::try_from(countries.len()).unwrap_or(usize::MAX), usize::try_from(rest.len()).unwrap_or(usize::MAX));
    if count > FEW {
        if let Some((name, _)) = named.iter().find(|(_, set)| *set == rest) {
            return format!("any origin except {name}");
        }
        if left <= FEW {
            return format!("any origin except {}", listed(rest));
        }
        return format!("origin {} and {} more", listed(countries), count.saturating_sub(FEW));
    }
    format!("origin {}", listed(countries))
}

/// A stretch of time in words: nothing where it has no bounds.
pub fn time_words(from: Option<Instant>, until: Option<Instant>, clock: &Clock) -> String {
    let from = from.map(|f| format!("from {}", clock.show(f)));
    let until = until.map(|u| format!("until {}", clock.show(u)));
    from.into_iter().chain(until).collect::<Vec<_>>().join(" ")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_shortest_codes_for_what_exists() {
        let code = |t: &str| GoodsCode::parse(t).unwrap();
        // Heading 3901 has the subheadings 10, 20 and 30 here; 3902 has 10 alone.
        let existing = GoodsSet::of_codes(["390110", "390120", "390130", "390210"].map(code));
        let words = |codes: &[&str]| goods_words(&GoodsSet::of_codes(codes.iter().map(|c| code(c))), &existing, &[]);
        assert_eq!(words(&["390110", "390120", "390130"]), "3901");
        assert_eq!(words(&["390110", "39012000"]), "3901.10, 3901.20.00");
        assert_eq!(words(&["3901", "390210"]), "all goods");
        let named = [("`plastics`".to_owned(), GoodsSet::of_code(code("3901")))];
        assert_eq!(goods_words(&GoodsSet::of_codes(["390110", "390120", "390130"].map(code)), &existing, &named), "`plastics`");
    }

    #[test]
    fn origins_by_name_or_by_what_is_left_out() {
        let set = |codes: &[&str]| codes.iter().filter_map(|c| Country::from_code(c)).collect::<CountrySet>();
        assert_eq!(origins_words(CountrySet::all(), &[]), "any origin");
        assert_eq!(origins_words(CountrySet::all().difference(set(&["US"])), &[]), "any origin except US");
        assert_eq!(origins_words(set(&["CN", "US"]), &[("`both`".to_owned(), set(&["US", "CN"]))]), "origin `both`");
    }
}
