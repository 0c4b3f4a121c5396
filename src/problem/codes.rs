//! T020, T021, T022, T030: goods codes, lists and countries.

use super::Problem;
use crate::source::Span;
use crate::value::{CodeError, GoodsCode};

/// T020: a text that is no goods code.
pub fn not_a_code(text: &str, error: CodeError, span: Span) -> Problem {
    let shown = if text.is_empty() { "a goods code".to_owned() } else { format!("`{text}`") };
    Problem::error("T020", format!("{shown} is no goods code: it {}", error.words())).help(error.help()).at(span, "not a code").taric("ME6")
}

/// T020: a code of more than two digits where a chapter is meant.
pub fn not_a_chapter(code: GoodsCode, span: Span) -> Problem {
    Problem::error("T020", format!("`{code}` is no chapter"))
        .help("a chapter has two digits, as in `chapter 30`; a longer code stands alone")
        .at(span, "more than two digits")
}

/// T020: a range whose end comes before its beginning.
pub fn range_backwards(first: GoodsCode, last: GoodsCode, span: Span) -> Problem {
    Problem::error("T020", format!("the range `{first} to {last}` ends before it starts")).help(format!("write `{last} to {first}`")).at(span, "backwards")
}

/// T020: a code that the nomenclature does not have.
pub fn unknown_code(code: GoodsCode, nearest: Option<GoodsCode>, nomenclature: &str, span: Span) -> Problem {
    let problem = Problem::error("T020", format!("`{code}` is not in the nomenclature `{nomenclature}`")).at(span, "no goods have this code").taric("ME7");
    match nearest {
        Some(n) => problem.help(format!("the nearest code that is known is `{n}`")),
        None => problem,
    }
}

/// T021: a code that a shorter one of the same list covers.
pub fn covered_twice(code: GoodsCode, by: GoodsCode, by_span: Span, span: Span) -> Problem {
    let message = if code == by { format!("`{code}` stands twice in one list") } else { format!("`{code}` is already covered by `{by}` in the same list") };
    Problem::warning("T021", message).help("leave it out").at(span, "says nothing new").at(by_span, "covered here")
}

/// T022: a file that cannot be read.
pub fn unreadable_file(path: &str, why: &str, span: Span) -> Problem {
    Problem::error("T022", format!("`{path}` cannot be read: {why}")).help("paths are relative to the folder of the policy file").at(span, "named here")
}

/// T022: a row that cannot be read.
pub fn malformed(path: &str, why: &str, at: Span, named: Span) -> Problem {
    Problem::error("T022", format!("`{path}` {why}")).at(at, "here").at(named, "the file is named here")
}

/// T022: a file without the column that is asked for.
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

/// T022: a file without rows.
pub fn empty_file(path: &str, named: Span) -> Problem {
    Problem::error("T022", format!("`{path}` is empty"))
        .help("a list without rows reaches nothing; say `none`, or leave the clause out")
        .at(named, "named here")
}

/// T022: a rate that cannot be read; its goods stay unrated.
pub fn unreadable_rate(path: &str, text: &str, why: &str, at: Span, named: Span) -> Problem {
    Problem::warning("T022", format!("`{text}` in `{path}` is no rate that can be read: {why}"))
        .help("its goods are `unrated` until the row is mended; they are never taken to be free")
        .at(at, "this row")
        .at(named, "the table is named here")
}

/// T030: a code that is no country.
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

/// T030: a country excepted from a group that it is not in.
pub fn not_in_group(country: &str, span: Span, group: Span) -> Problem {
    Problem::error("T030", format!("`{country}` is excepted from countries that it is not among"))
        .help("leave the exception out, or look for the country that was meant")
        .at(span, "not among them")
        .at(group, "the countries")
        .taric("ME66")
}
