//! Replacements that mend what was found, put into the texts where they do not stand in each other's way.

use super::{Fix, Problem, Problems};
use crate::source::{Place, Sources, Span};
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

/// What was mended in the texts of a book.
#[derive(Clone, Debug, Default)]
pub struct Fixed {
    /// Every text that changed, by its path.
    pub texts: BTreeMap<PathBuf, String>,
    /// Every replacement that was made, by place.
    pub applied: Vec<Applied>,
}

/// One replacement that was made.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Applied {
    /// The code of the finding that it mends.
    pub code: &'static str,
    /// Where the text stood.
    pub place: Place,
    /// The text that stood there.
    pub before: String,
    /// The text that stands there now.
    pub after: String,
}

/// Makes the replacements that problems offer, in the files that may be changed. Of two that touch the same text the first by place is
/// made; the other may be offered again when the book is next read. What is waived is left as it is.
pub fn fix(problems: &Problems, sources: &Sources, may: &dyn Fn(&Path) -> bool) -> Fixed {
    let offered = problems.sorted().into_iter().filter(|p| p.waived.is_none());
    let mut offered: Vec<(&Problem, &Fix)> = offered.filter_map(|p| p.fix.as_ref().map(|f| (p, f))).collect();
    offered.sort_by_key(|(_, f)| f.span);
    let mut fixed = Fixed::default();
    for file in sources.files().iter().filter(|f| may(&f.path)) {
        let own = offered.iter().filter(|(_, f)| within(file.span(), f.span));
        let mut text = String::new();
        let mut done = 0usize;
        let mut last: Option<Span> = None;
        for (problem, fix) in own {
            if last.is_some_and(|l| fix.span.start < l.end || fix.span.start == l.start) {
                continue;
            }
            let (from, to) = (fix.span.start.saturating_sub(file.start), fix.span.end.saturating_sub(file.start));
            let (Some(kept), Some(before)) = (file.text.get(done..from), file.text.get(from..to)) else { continue };
            if before == fix.text {
                continue;
            }
            text.push_str(kept);
            text.push_str(&fix.text);
            fixed.applied.push(Applied { code: problem.code, place: sources.place(fix.span), before: before.to_owned(), after: fix.text.clone() });
            (done, last) = (to, Some(fix.span));
        }
        if last.is_some() {
            text.push_str(file.text.get(done..).unwrap_or(""));
            fixed.texts.insert(file.path.clone(), text);
        }
    }
    fixed
}

fn within(file: Span, span: Span) -> bool {
    file.start <= span.start && span.end <= file.end
}

#[cfg(test)]
mod tests {
    use super::*;

    fn problems(fixes: &[(usize, usize, &str)]) -> Problems {
        let mut problems = Problems::default();
        for (start, end, text) in fixes {
            let span = Span::new(*start, *end);
            problems.add(Problem::error("T001", format!("{start}")).at(span, "here").fix(span, *text));
        }
        problems
    }

    fn fixed(fixes: &[(usize, usize, &str)]) -> String {
        let mut sources = Sources::default();
        sources.add("a.tariff", "one two three");
        fix(&problems(fixes), &sources, &|_| true).texts.into_values().next().unwrap_or_default()
    }

    #[test]
    fn replacements_are_made_once_each_and_never_within_each_other() {
        assert_eq!(fixed(&[(8, 13, "3"), (0, 3, "1")]), "1 two 3");
        assert_eq!(fixed(&[(0, 7, "1"), (4, 7, "2")]), "1 three");
        // Beside each other they do not touch; two at one place do.
        assert_eq!(fixed(&[(0, 3, "1"), (3, 3, ",")]), "1, two three");
        assert_eq!(fixed(&[(3, 3, ","), (3, 3, ";")]), "one, two three");
        // What stands there already, or in no file, changes nothing.
        assert_eq!(fixed(&[(0, 3, "one"), (40, 41, "x")]), "");
    }

    #[test]
    fn what_may_not_be_changed_and_what_is_waived_stays() {
        let mut sources = Sources::default();
        sources.add("a.tariff", "one");
        assert!(fix(&problems(&[(0, 3, "1")]), &sources, &|_| false).applied.is_empty());
        let mut waived = problems(&[(0, 3, "1")]);
        waived.iter_mut().for_each(|p| p.waived = Some(crate::problem::Waiver { because: String::new(), until: None }));
        assert!(fix(&waived, &sources, &|_| true).texts.is_empty());
    }
}
