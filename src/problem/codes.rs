//! T020, T021, T022, T030: goods codes, lists and countries.

use super::Problem;
use crate::source::Span;
use crate::value::{CodeError, GoodsCode};

pub fn not_a_code(text: &str, error: CodeError, span: Span) -> Problem {
    let shown = if text.is_empty() { "a goods code".to_owned() } else { format!("`{text}`") };
    Problem::error("T020", format!("{shown} is no goods code: it {}", error.words())).help(error.help()).at(span, "not a code").taric("ME6")
}

pub fn not_a_chapter(code: GoodsCode, span: Span) -> Problem {
    Problem::error("T020", format!("`{code}` is no chapter"))
        .help("a chapter has two digits, as in `chapter 30`; a longer code stands alone")
        .at(span, "more than two digits")
}

pub fn range_backwards(first: GoodsCode, last: GoodsCode, span: Span) -> Problem {
    Problem::error("T020", format!("the range `{first} to {last}` ends before it starts")).help(format!("write `{last} to {first}`")).at(span, "backwards")
}

pub fn unknown_code(code: GoodsCode, nearest: Option<GoodsCode>, nomenclature: &str, span: Span) -> Problem {
    let problem = Problem::error("T020", format!("`{code}` is not in the nomenclature `{nomenclature}`")).at(span, "no goods have this code").taric("ME7");
    match nearest {
        Some(n) => problem.help(format!("the nearest code that is known is `{n}`")),
        None => problem,
    }
}

pub fn covered_twice(code: GoodsCode, by: GoodsCode, by_span: Span, span: Span) -> Problem {
    let message = if code == by { format!("`{code}` stands twice in one list") } else { format!("`{code}` is already covered by `{by}` in the same list") };
    Problem::warning("T021", message).help("leave it out").at(span, "says nothing new").at(by_span, "covered here")
}

pub fn unreadable_file(path: &str, why: &str, span: Span) -> Problem {
    Problem::error("T022", format!("`{path}` cannot be read: {why}")).help("paths are relative to the folder of the policy file").at(span, "named here")
}

pub fn malformed(path: &str, why: &str, at: Span, named: Span) -> Problem {
    Problem::error("T022", format!("`{path}` {why}")).at(at, "here").at(named, "the file is named here")
}

pub fn missing_column(path: &str, column: &str, found: &[String], at: Span, named: Span) -> Problem {
    let help = match super::did_you_mean(column, found.iter().map(String::as_str)) {
        Some(c) => format!("did you mean `column {c}`? its columns are {}", super::listed(&back_ticks(found), "and")),
        None => format!("its columns are {}", super::listed(&back_ticks(found), "and")),
    };
    Problem::error("T022", format!("`{path}` has no column `{column}`")).help(help).at(at, "its header").at(named, "the file is named here")
}

fn back_ticks(words: &[String]) -> Vec<String> {
    words.iter().map(|w| format!("`{w}`")).collect()
}

pub fn empty_file(path: &str, named: Span) -> Problem {
    Problem::error("T022", format!("`{path}` is empty"))
        .help("a list without rows reaches nothing; say `none`, or leave the clause out")
        .at(named, "named here")
}

pub fn unreadable_rate(path: &str, text: &str, why: &str, at: Span, named: Span) -> Problem {
    Problem::warning("T022", format!("`{text}` in `{path}` is no rate that can be read: {why}"))
        .help("its goods are `unrated` until the row is mended; they are never taken to be free")
        .at(at, "this row")
        .at(named, "the table is named here")
}

pub fn unknown_country(text: &str, span: Span) -> Problem {
    let upper = text.to_uppercase();
    let help = match text {
        "UK" => "the United Kingdom is `GB`".to_owned(),
        "EL" => "Greece is `GR`".to_owned(),
        "EU" => "the European Union is no country of ISO 3166: name its members once with `countries eu27 = …`".to_owned(),
        _ if crate::value::Country::from_code(&upper).is_some() => format!("countries are written in capitals: `{upper}`"),
        _ => "countries are the two letters of ISO 3166, such as `US` or `CN`".to_owned(),
    };
    Problem::error("T030", format!("`{text}` is no country")).help(help).at(span, "not in ISO 3166").taric("ME65")
}

pub fn not_in_group(country: &str, span: Span, group: Span) -> Problem {
    Problem::error("T030", format!("`{country}` is excepted from countries that it is not among"))
        .help("leave the exception out, or look for the country that was meant")
        .at(span, "not among them")
        .at(group, "the countries")
        .taric("ME66")
}
