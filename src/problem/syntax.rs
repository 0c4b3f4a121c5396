//! T001, T012, T013: what an author wrote cannot be read, or reads otherwise than it looks.

use super::{Problem, listed};
use crate::source::Span;

/// How many alternatives a sentence carries before it becomes a list to search.
const FEW: usize = 4;

/// Something else was expected at a place of an item.
pub fn unexpected(item: &str, expected: &[String], found: &str, after: Option<&str>, span: Span) -> Problem {
    let place = if item.is_empty() { String::new() } else { format!("in {item}: ") };
    let after = after.map(|a| format!(" after `{a}`")).unwrap_or_default();
    let found = if found.is_empty() { "the item ends here".to_owned() } else { format!("found `{found}`") };
    let problem = if expected.is_empty() {
        Problem::error("T001", format!("{place}nothing was expected{after}, but {found}"))
    } else if expected.len() <= FEW {
        Problem::error("T001", format!("{place}expected {}{after}, but {found}", listed(expected, "or")))
    } else {
        Problem::error("T001", format!("{place}this cannot stand here{after}: {found}")).help(format!("expected one of {}", listed(expected, "or")))
    };
    problem.at(span, "here")
}

/// A line that ends before its clause does.
pub fn unfinished(item: &str, expected: &[String], after: &str, span: Span) -> Problem {
    let place = if item.is_empty() { String::new() } else { format!("in {item}: ") };
    let what = if expected.is_empty() { "more".to_owned() } else { listed(expected, "or") };
    Problem::error("T001", format!("{place}expected {what} after `{after}`, but the line ends here")).at(span, "something is missing after this")
}

/// A slip that has a name: what was found, and what is meant.
pub fn slip(item: &str, message: impl Into<String>, help: impl Into<String>, span: Span) -> Problem {
    let place = if item.is_empty() { String::new() } else { format!("in {item}: ") };
    Problem::error("T001", format!("{place}{}", message.into())).help(help).at(span, "here")
}

/// Indented text before any item.
pub fn before_any_item(span: Span) -> Problem {
    Problem::error("T001", "a clause stands before any item")
        .help("an item, such as `policy` or `measure`, starts in the first column")
        .at(span, "this is indented, so it would belong to an item above it")
}

/// T001: a quotation that is not closed.
pub fn open_quotation(span: Span) -> Problem {
    Problem::error("T001", "a quotation is opened with `\"\"\"` and never closed").help("put `\"\"\"` where the quoted words end").at(span, "opened here")
}

/// T001: more parentheses within each other than can be read.
pub fn nested_too_deeply(most: usize, span: Span) -> Problem {
    Problem::error("T001", format!("more than {most} parentheses stand within each other")).help("leave out those that are not needed").at(span, "one too many")
}

/// T001: a number with more digits than can be reckoned with.
pub fn number_too_long(text: &str, span: Span) -> Problem {
    Problem::error("T001", format!("`{text}` has more digits than can be reckoned with exactly")).help("28 digits are the most").at(span, "this number")
}

/// T001: an amount for each nothing.
pub fn per_zero(span: Span) -> Problem {
    Problem::error("T001", "an amount cannot be charged per 0 of a unit").at(span, "this is zero")
}

/// T001: a date that no calendar has.
pub fn no_such_day(text: &str, span: Span) -> Problem {
    Problem::error("T001", format!("there is no day `{text}`")).help("dates are written year-month-day, as in `2025-04-10`").at(span, "not in the calendar")
}

pub fn no_day_of_every_year(text: &str, span: Span) -> Problem {
    Problem::error("T001", format!("`{text}` is no day of every year"))
        .help("a day of the year is written month-day, as in `04-01`, and must be there in all of them")
        .at(span, "not in every calendar")
}

/// T001: a time that no clock has.
pub fn no_such_time(text: &str, whole: &str, span: Span) -> Problem {
    Problem::error("T001", format!("`{text}` in `{whole}` is no time of day"))
        .help("times run from `00:00` to `23:59`; `24:00` is the end of the day")
        .at(span, "not a time")
}

/// T012: a modifier that looks as if it held for the whole item.
pub fn misleading_layout(modifier: &str, clause: &str, clause_span: Span, span: Span) -> Problem {
    Problem::error("T012", format!("this `{modifier}` looks as if it held for the whole item, but it belongs to the `{clause}` before it"))
        .help(format!("move it above the first `{clause}` if it holds for the whole item, or onto the line of its `{clause}`"))
        .at(span, "on a line of its own")
        .at(clause_span, format!("it modifies this `{clause}` alone"))
}

/// T012: the same modifier twice.
pub fn said_twice(modifier: &str, of: &str, first: Span, second: Span) -> Problem {
    Problem::error("T012", format!("`{modifier}` is said twice of one {of}"))
        .help("each modifier stands at most once; keep one, or write a second clause")
        .at(second, "said again here")
        .at(first, "said first here")
}

/// T012: a clause of an item twice.
pub fn clause_twice(what: &str, first: Span, second: Span) -> Problem {
    Problem::error("T012", format!("{what} is said twice")).help("keep one of the two").at(second, "said again here").at(first, "said first here")
}

/// T012: a period straight after a condition that ends with a bound.
pub fn two_bounds(fact: &str, bound: Span, period: Span) -> Problem {
    Problem::error("T012", format!("`{fact}` takes one bound, and what follows on its line reads like a second"))
        .help(format!("repeat the word for a second bound, as in `{fact} from … and {fact} before …`; if the period of the clause is meant, put the condition in parentheses"))
        .at(period, format!("this is the period of the clause, not a bound of `{fact}`"))
        .at(bound, "the one bound")
}

/// T012: `loaded from A before B`.
pub fn second_bound(fact: &str, bound: Span, second: Span) -> Problem {
    Problem::error("T012", format!("`{fact}` takes one bound, and this is a second"))
        .help(format!("repeat the word for a second bound, as in `{fact} from … and {fact} before …`"))
        .at(second, "a second bound")
        .at(bound, "the one bound")
}

/// T013: a charge that does not say what it reaches.
pub fn without_scope(kind: &str, name: &str, missing: &str, said: Option<Span>, span: Span) -> Problem {
    let problem = Problem::error("T013", format!("{kind} `{name}` does not say `{missing}` before its first clause"))
        .help(match missing {
            "on …" => "say which goods in its head: `on all goods`, `on list \"file.csv\"`, `on 8703`",
            _ => "say which origin in its head: `of any origin`, `of origin US`",
        })
        .at(span, "its head says nothing of it");
    match said {
        Some(s) => problem.at(s, "this belongs to one clause only"),
        None => problem,
    }
}

/// T014: a clause that has no place in this item.
pub fn misplaced(clause: &str, item: &str, why: &str, span: Span) -> Problem {
    Problem::error("T014", format!("`{clause}` has no place in {item}")).help(why).at(span, "not here")
}

/// T014: an item that leaves out what makes it one.
pub fn says_nothing(message: impl Into<String>, help: &str, span: Span) -> Problem {
    Problem::error("T014", message).help(help).at(span, "incomplete")
}
