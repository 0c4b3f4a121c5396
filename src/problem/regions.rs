//! T1xx, T206, T211, T212, T301, T400, T600: what is found by comparing what rules reach.

use super::Problem;
use crate::source::Span;

/// Two rates of one measure, of which the law does not say which is charged.
pub fn conflict(measure: &str, places: &[(Span, String)], may: Option<&str>) -> Problem {
    let message = match may {
        None => format!("rates of `{measure}` conflict, and no rule says which prevails"),
        Some(condition) => format!("rates of `{measure}` may conflict: they do wherever {condition}"),
    };
    let mut problem = Problem::error("T100", message).taric("ME32").help(
        "say which prevails: end the older one, narrow one of them, or say `prevails over LABEL`; a later act prevails over an earlier one where both are cited",
    );
    for (span, rate) in places {
        problem = problem.at(*span, rate.clone());
    }
    problem
}

/// T101: the same rate said twice.
pub fn said_twice(measure: &str, first: Span, second: Span) -> Problem {
    Problem::hint("T101", format!("the same rate of `{measure}` is said twice"))
        .help("leave one of the two out, or narrow it to what the other does not reach")
        .at(second, "says nothing new here")
        .at(first, "said here")
        .taric("ME1")
}

/// A later general clause that an older special one keeps from its goods.
pub fn older_special(measure: &str, older: Span, later: Span, only_by_condition: bool) -> Problem {
    let message = format!("a later rate of `{measure}` does not reach everything: an older, narrower one persists");
    let problem = if only_by_condition {
        Problem::warning("T102", message)
            .help("the older one is narrower by its condition alone; if the later act replaces it, end it: `end LABEL at …`, or say `prevails over LABEL`")
    } else {
        Problem::hint("T102", message).help("if the later act replaces the older one, end it: `end LABEL at …`, or say `prevails over LABEL`")
    };
    problem.at(later, "the later, general rate").at(older, "this older one is narrower, and prevails")
}

/// A rate that applies again when the one that prevailed over it ends.
pub fn revives(measure: &str, when: &str, ended: Span, revived: Span) -> Problem {
    Problem::hint("T104", format!("an older rate of `{measure}` applies again from {when}, when the one that prevailed over it ends"))
        .help("if nothing is to be charged then, end the older one too; if something else is, say it")
        .at(revived, "applies again")
        .at(ended, "ends then")
}

/// T105: something excepted that is not in what it is excepted from.
pub fn nothing_to_except(what: &str, span: Span, from: Span) -> Problem {
    Problem::hint("T105", format!("{what} is excepted from goods that it is not among"))
        .help("leave the exception out, or look for the goods that were meant")
        .at(span, "not among them")
        .at(from, "the goods")
        .taric("ME65")
}

/// T106: more facts tested at once than can be looked through.
pub fn not_everywhere(measure: &str, span: Span) -> Problem {
    Problem::hint("T106", format!("rules of `{measure}` test more facts at once than can be looked through"))
        .help(
            "what was found is so, but a conflict or a gap that takes many facts together may be there unseen; narrow the rules to the goods that they are for",
        )
        .at(span, "not every combination was looked at")
}

/// A promise that is not kept everywhere.
pub fn gap(measure: &str, promise: Span, may: Option<&str>) -> Problem {
    let message = match may {
        None => format!("`{measure}` promises a rate and has none for part of what it claims"),
        Some(condition) => format!("`{measure}` promises a rate and may have none: it has none wherever {condition}"),
    };
    Problem::error("T110", message).help("say the rate that is missing, or narrow the `covers`").at(promise, "promised here")
}

/// A promise about what the measure does not reach.
pub fn out_of_reach(measure: &str, what: &str, promise: Span, declared: Span) -> Problem {
    Problem::error("T110", format!("`{measure}` promises a rate for what it does not reach: {what}"))
        .help("narrow the `covers`, or widen the scope of the measure")
        .at(promise, "promised here")
        .at(declared, "its scope is said here")
}

/// A clause that never prevails, with what buries it.
pub fn dead(measure: &str, clause: Span, buried_by: &[Span]) -> Problem {
    let mut problem = Problem::warning("T120", format!("this rate of `{measure}` is never charged: others prevail over it wherever it reaches"))
        .help("leave it out, or correct its scope, its period or its citation")
        .at(clause, "never prevails");
    for span in buried_by {
        problem = problem.at(*span, "prevails over it");
    }
    problem
}

/// T121: a rule that reaches nothing.
pub fn reaches_nothing(what: &str, span: Span, measure: Option<Span>) -> Problem {
    let problem = Problem::warning("T121", format!("{what} reaches nothing"))
        .help("its goods and origins have nothing in common with what it acts on")
        .at(span, "no goods, no origins");
    match measure {
        Some(m) => problem.at(m, "what it acts on"),
        None => problem,
    }
}

/// T206: a relief outside the life of what it acts on.
pub fn never_together(what: &str, span: Span, measure: &str, of: Span) -> Problem {
    Problem::warning("T206", format!("{what} never acts: `{measure}` charges nothing on its goods while it runs"))
        .help("correct one of the two periods, or the goods")
        .at(span, "outside the life of what it acts on")
        .at(of, "this is not charged then")
        .taric("ME87")
}

/// A rate that holds for less than three days between two others.
pub fn blip(measure: &str, during: &str, rates: &[String; 3], places: &[(Span, String)]) -> Problem {
    let [before, within, after] = rates;
    let mut problem = Problem::hint("T211", format!("`{measure}` is {within} {during} only, between {before} and {after}"))
        .help("where acts do not meet to the minute this is a hole; if the law has it so, nothing need be done");
    for (span, words) in places {
        problem = problem.at(*span, words.clone());
    }
    problem
}

/// T212: suspensions of one measure that overlap.
pub fn overlapping(measure: &str, first: Span, second: Span) -> Problem {
    Problem::hint("T212", format!("two suspensions of `{measure}` overlap: they do not add up, the larger counts"))
        .help("let one begin where the other ends, if one follows the other")
        .at(second, "runs while the other does")
        .at(first, "the other")
}

/// T301: more points suspended than the rate has.
pub fn too_many_points(name: &str, points: &str, rate: &str, suspension: Span, clause: Span) -> Problem {
    Problem::warning("T301", format!("`{name}` suspends {points} points of a rate of {rate}"))
        .help("no rate falls below zero; if all of it is suspended, leave the points out")
        .at(suspension, "more than there is")
        .at(clause, "the rate")
}

/// T400: a retaliation against what is never charged.
pub fn answers_nothing(name: &str, other: &str, span: Span) -> Problem {
    Problem::warning("T400", format!("`{name}` answers `{other}`, which never charges while it does"))
        .help("name the measure that it answers, or call it a `measure` if it answers nothing")
        .at(span, "answers nothing")
}

/// T400: retaliations that answer each other in a circle.
pub fn answers_itself(names: &[String], span: Span) -> Problem {
    Problem::warning("T400", format!("these answer each other in a circle: {}", names.join(" → ")))
        .help("one of them came first: call it a `measure`")
        .at(span, "the circle begins here")
}

/// T600: an assertion that does not hold.
pub fn refuted(name: &str, title: &str, found: &str, claim: Span) -> Problem {
    Problem::error("T600", format!("`{name}` ({title}) does not hold: {found}"))
        .help("either a rule says more than was meant, or the promise says too much")
        .at(claim, "claimed here")
}

/// T600: an assertion that cannot be decided, and why.
pub fn not_decidable(name: &str, title: &str, why: &str, claim: Span) -> Problem {
    Problem::hint("T600", format!("`{name}` ({title}) was neither proved nor refuted: {why}"))
        .help("narrow the claim, or state it of one measure at a time")
        .at(claim, "claimed here")
}
