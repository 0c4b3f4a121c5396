//! T010, T011, T130: names and what they refer to.

use super::{Problem, did_you_mean};
use crate::source::Span;

/// A name that nothing in reach bears.
pub fn unknown<'a>(what: &str, name: &str, known: impl IntoIterator<Item = &'a str>, span: Span) -> Problem {
    let problem = Problem::error("T010", format!("there is no {what} `{name}`")).at(span, "unknown name").taric("ME2");
    match did_you_mean(name, known) {
        Some(close) => problem.help(format!("did you mean `{close}`?")).fix(span, close),
        None => problem.help(format!("declare it, or check its spelling: every {what} is declared once in the book")),
    }
}

/// Whether a problem is that nothing bears a name, at the place where the name stands.
pub fn is_unknown(problem: &Problem) -> bool {
    problem.code == "T010" && problem.message.starts_with("there is no ")
}

/// A name of another kind of thing.
pub fn wrong_kind(name: &str, is: &str, wanted: &str, declared: Option<Span>, span: Span) -> Problem {
    let problem = Problem::error("T010", format!("`{name}` is {is}, where {wanted} is meant")).at(span, format!("not {wanted}"));
    match declared {
        Some(d) => problem.at(d, "declared here"),
        None => problem,
    }
}

/// A rule of a used book where only the book's own have a place.
pub fn of_another_book(name: &str, span: Span) -> Problem {
    Problem::error("T010", format!("`{name}` is of another book, which this book cannot change"))
        .help("another book is referred to by `against`, `matching` and `in force`; what if it were otherwise is a `scenario`")
        .at(span, "of another book")
}

/// T011: a name that is declared twice.
pub fn declared_twice(name: &str, first: Span, second: Span) -> Problem {
    Problem::error("T011", format!("`{name}` is declared twice"))
        .help("a name means one thing in a book; rename one of them, or use `amend` for later clauses")
        .at(second, "declared again here")
        .at(first, "declared first here")
}

/// T011: a rule that a scenario leaves out twice.
pub fn left_out_twice(name: &str, first: Span, second: Span) -> Problem {
    Problem::error("T011", format!("`{name}` is left out twice")).help("name it once").at(second, "again here").at(first, "first here")
}

/// T011: a word of the language as a name.
pub fn reserved(name: &str, span: Span) -> Problem {
    Problem::error("T011", format!("`{name}` is a word of the language and cannot be a name"))
        .help(format!("call it something like `{name}_1`"))
        .at(span, "reserved")
}

/// T011: a built-in fact declared again.
pub fn built_in(name: &str, span: Span) -> Problem {
    Problem::error("T011", format!("`{name}` already means something for every shipment"))
        .help("built-in facts and totals cannot be declared again; choose another name")
        .at(span, "built in")
}

/// T130: measures that need each other in a circle, with every link of it.
pub fn circle(names: &[String], when: &str, links: &[(Span, String)]) -> Problem {
    let mut problem = Problem::error("T130", format!("these need each other in a circle{when}: {}", names.join(" → ")))
        .help("break the circle at one of its links, or date the links so that they never run at the same time");
    for (span, says) in links {
        problem = problem.at(*span, says.clone());
    }
    problem
}

/// T130: a measure that is reckoned from its own amount.
pub fn from_itself(name: &str, when: &str, span: Span) -> Problem {
    Problem::error("T130", format!("{name} is reckoned from itself{when}"))
        .help("name the measures that come before it; `duties` are all of them, this one included; a price that includes the tax is `grossed up`")
        .at(span, "its own amount is needed here")
}

/// T130: a measure that would give way to itself.
pub fn itself(clause: &str, name: &str, span: Span) -> Problem {
    Problem::error("T130", format!("`{clause}` names `{name}`, the measure that it belongs to"))
        .help("name the other measure: no measure gives way to itself")
        .at(span, "the measure itself")
}

/// T130: a chain of references that comes back to its start.
pub fn cycle(what: &str, names: &[String], span: Span) -> Problem {
    Problem::error("T130", format!("{what} in a circle: {}", names.join(" → "))).help("break the circle at one of its links").at(span, "the circle begins here")
}
