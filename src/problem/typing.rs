//! T300, T500 and T900: values of the wrong type, rules without a source, waivers.

use super::Problem;
use crate::source::Span;

/// Two things that cannot be put together; both sides are shown.
pub fn mismatch(message: impl Into<String>, left: Span, left_is: &str, right: Span, right_is: &str) -> Problem {
    Problem::error("T300", message).at(right, right_is).at(left, left_is).taric("ME40")
}

/// One thing that is not of the type its place asks for.
pub fn wrong_type(found: &str, is: &str, wanted: &str, help: impl Into<String>, span: Span) -> Problem {
    Problem::error("T300", format!("`{found}` is {is}, where {wanted} is meant")).help(help).at(span, format!("this is {is}"))
}

/// T500: a rule without a source in a book that cites its others.
pub fn without_citation(what: &str, span: Span) -> Problem {
    Problem::warning("T500", format!("{what} cites nothing, while other clauses of the book do"))
        .help("say where it comes from: `cites NAME`, with an `instrument` of that name")
        .at(span, "no source")
        .taric("ME24")
}

/// T500: a rule that rests on an unofficial source.
pub fn unofficial(what: &str, instrument: &str, span: Span, instrument_span: Span) -> Problem {
    Problem::hint("T500", format!("{what} rests on `{instrument}`, which is unofficial"))
        .help("replace the source when the law itself is published; until then `why` marks what rests on it")
        .at(span, "rests on it")
        .at(instrument_span, "marked unofficial here")
}

/// T900: a waiver of what was not found.
pub fn unused_waiver(code: &str, name: &str, span: Span) -> Problem {
    Problem::warning("T900", format!("nothing is found under `{code}` in `{name}`, so this waiver is unused")).help("delete it").at(span, "unused")
}

/// T900: a waiver of what cannot be accepted.
pub fn cannot_be_waived(code: &str, span: Span, problem: Span) -> Problem {
    Problem::warning("T900", format!("`{code}` cannot be waived here: without this the book has no meaning"))
        .help("mend what it finds, and delete the waiver")
        .at(span, "this waiver has no effect")
        .at(problem, "this must be mended")
}

/// T900: a waiver whose day has come.
pub fn expired_waiver(code: &str, until: &str, span: Span) -> Problem {
    Problem::warning("T900", format!("this waiver of `{code}` expired on {until}"))
        .help("look at the finding again, then renew the waiver or mend the rule")
        .at(span, "no longer has effect")
}
