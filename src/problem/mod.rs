//! What is wrong with a book, or worth a look, in the author's words.
//!
//! Every stage adds to one sink and nothing stops at the first problem. Words are made by the families
//! (one file each, by the hundreds of the codes); places become files and lines only when a problem is shown.

pub mod codes;
mod fixes;
pub mod naming;
mod pages;
mod people;
pub mod periods;
pub mod regions;
mod report;
mod sarif;
pub mod syntax;
pub mod typing;

pub use fixes::{Applied, Fixed, fix};
pub use pages::{page, pages};
pub use people::{render, render_all};
pub use report::{github, json};
pub use sarif::sarif;

use crate::source::{Sources, Span};

/// How grave a problem is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Severity {
    /// The book cannot be trusted until it is mended.
    Error,
    /// The book runs, but probably does not say what was meant.
    Warning,
    /// True, and worth knowing.
    Hint,
}

impl Severity {
    /// As it stands in messages.
    pub fn word(self) -> &'static str {
        match self {
            Severity::Error => "error",
            Severity::Warning => "warning",
            Severity::Hint => "hint",
        }
    }
}

/// A text with what to say of it.
#[derive(Clone, Debug, PartialEq)]
pub struct Label {
    /// The text.
    pub span: Span,
    /// What to say of it.
    pub words: String,
}

/// A replacement that mends the problem.
#[derive(Clone, Debug, PartialEq)]
pub struct Fix {
    /// The text that is replaced.
    pub span: Span,
    /// The new text.
    pub text: String,
}

/// Why a finding is accepted.
#[derive(Clone, Debug, PartialEq)]
pub struct Waiver {
    /// The reason, as the book gives it.
    pub because: String,
    /// The day from which it counts again.
    pub until: Option<String>,
}

/// A shipment for which what is said is so, with what each side comes to.
#[derive(Clone, Debug, PartialEq)]
pub struct Witness {
    /// Its facts as a test states them: `3901.20.00 of origin US entered 2025-05-14 00:00`.
    pub shipment: String,
    /// The same, fact by fact.
    pub facts: Vec<(String, String)>,
    /// A rule, or an edition, and what it charges.
    pub results: Vec<(String, String)>,
}

/// One finding.
#[derive(Clone, Debug, PartialEq)]
pub struct Problem {
    /// Its code, such as `T100`; each has a page.
    pub code: &'static str,
    /// How grave it is.
    pub severity: Severity,
    /// What is wrong, in one sentence.
    pub message: String,
    /// What to do about it.
    pub help: Option<String>,
    /// Every place involved; the first is where it is.
    pub labels: Vec<Label>,
    /// A replacement that mends it, where that is nearly certain.
    pub fix: Option<Fix>,
    /// Goods, origins and times of which it is true, in words.
    pub region: Option<String>,
    /// A shipment that shows it.
    pub witness: Option<Witness>,
    /// The rule of the TARIC business rules that corresponds.
    pub taric: Option<&'static str>,
    /// Why the book accepts it, where it does.
    pub waived: Option<Waiver>,
}

impl Problem {
    /// A problem without a place yet.
    pub fn new(code: &'static str, severity: Severity, message: impl Into<String>) -> Self {
        Problem { code, severity, message: message.into(), help: None, labels: Vec::new(), fix: None, region: None, witness: None, taric: None, waived: None }
    }

    /// The book cannot be trusted until it is mended.
    pub fn error(code: &'static str, message: impl Into<String>) -> Self {
        Self::new(code, Severity::Error, message)
    }

    /// The book runs, but probably does not say what was meant.
    pub fn warning(code: &'static str, message: impl Into<String>) -> Self {
        Self::new(code, Severity::Warning, message)
    }

    /// True, and worth knowing.
    pub fn hint(code: &'static str, message: impl Into<String>) -> Self {
        Self::new(code, Severity::Hint, message)
    }

    /// Adds a place; the first is where the problem is.
    pub fn at(mut self, span: Span, words: impl Into<String>) -> Self {
        self.labels.push(Label { span, words: words.into() });
        self
    }

    /// Says what to do about it.
    pub fn help(mut self, help: impl Into<String>) -> Self {
        self.help = Some(help.into());
        self
    }

    /// Gives the replacement that mends it.
    pub fn fix(mut self, span: Span, text: impl Into<String>) -> Self {
        self.fix = Some(Fix { span, text: text.into() });
        self
    }

    /// Says which goods, origins and times it is about.
    pub fn region(mut self, region: impl Into<String>) -> Self {
        self.region = Some(region.into());
        self
    }

    /// Gives a shipment that shows it.
    pub fn witness(mut self, witness: Option<Witness>) -> Self {
        self.witness = witness;
        self
    }

    /// Names the TARIC business rule that corresponds.
    pub fn taric(mut self, rule: &'static str) -> Self {
        self.taric = Some(rule);
        self
    }

    /// Whether the book still means something as it stands. Errors of reading, of names, of types and of dates leave it without a part
    /// of the law; what comparing rules finds can be a flaw of the law itself.
    pub fn can_be_waived(&self) -> bool {
        self.severity != Severity::Error || (matches!(self.code.as_bytes().get(1), Some(b'1' | b'4' | b'6')) && self.code != "T130" && self.code != "T610")
    }

    /// Where the problem is.
    pub fn span(&self) -> Span {
        self.labels.first().map_or(Span::default(), |l| l.span)
    }
}

/// The sink of all problems of a run.
#[derive(Clone, Debug, Default)]
pub struct Problems {
    list: Vec<Problem>,
}

impl Problems {
    /// Takes a problem in.
    pub fn add(&mut self, problem: Problem) {
        self.list.push(problem);
    }

    /// In the order in which they were found.
    pub fn iter(&self) -> impl Iterator<Item = &Problem> {
        self.list.iter()
    }

    /// Leaves out those for which `keep` says no.
    pub fn retain(&mut self, keep: impl FnMut(&Problem) -> bool) {
        self.list.retain(keep);
    }

    /// Adds a place to every problem found since there were `before`, such as where the file is named in which they are.
    pub fn place_since(&mut self, before: usize, span: Span, words: &str) {
        for problem in self.list.iter_mut().skip(before) {
            problem.labels.push(Label { span, words: words.to_owned() });
        }
    }

    /// The same, to be changed.
    pub fn iter_mut(&mut self) -> impl Iterator<Item = &mut Problem> {
        self.list.iter_mut()
    }

    /// How many there are, waived ones among them.
    pub fn len(&self) -> usize {
        self.list.len()
    }

    /// Whether nothing was found.
    pub fn is_empty(&self) -> bool {
        self.list.is_empty()
    }

    /// Whether anything forbids running the book.
    pub fn has_errors(&self) -> bool {
        self.list.iter().any(|p| p.severity == Severity::Error && p.waived.is_none())
    }

    /// How many of a severity are not waived.
    pub fn count(&self, severity: Severity) -> usize {
        self.list.iter().filter(|p| p.severity == severity && p.waived.is_none()).count()
    }

    /// How many are waived.
    pub fn waived(&self) -> usize {
        self.list.iter().filter(|p| p.waived.is_some()).count()
    }

    /// The problems by file and place.
    pub fn sorted(&self) -> Vec<&Problem> {
        let mut all: Vec<&Problem> = self.list.iter().collect();
        all.sort_by(|a, b| (a.span(), a.code, &a.message).cmp(&(b.span(), b.code, &b.message)));
        all
    }
}

impl Extend<Problem> for Problems {
    fn extend<I: IntoIterator<Item = Problem>>(&mut self, iter: I) {
        self.list.extend(iter);
    }
}

impl IntoIterator for Problems {
    type Item = Problem;
    type IntoIter = std::vec::IntoIter<Problem>;

    fn into_iter(self) -> Self::IntoIter {
        self.list.into_iter()
    }
}

/// The best of the candidates that are close to a misspelt word.
pub fn did_you_mean<'a>(word: &str, candidates: impl IntoIterator<Item = &'a str>) -> Option<&'a str> {
    let limit = match word.chars().count() {
        0..=4 => 1,
        5..=7 => 2,
        _ => 3,
    };
    candidates
        .into_iter()
        .filter(|c| *c != word)
        .map(|c| (strsim::damerau_levenshtein(word, c), c.len().abs_diff(word.len()), c))
        .filter(|(d, _, c)| *d <= limit && *d < c.chars().count())
        // Of equally close words one of the same length is likelier: `form` is `from`, not `for`.
        .min()
        .map(|(_, _, c)| c)
}

/// `a, b and c`.
pub fn listed<S: AsRef<str>>(words: &[S], joiner: &str) -> String {
    match words {
        [] => String::new(),
        [one] => one.as_ref().to_owned(),
        [init @ .., last] => {
            let init: Vec<&str> = init.iter().map(AsRef::as_ref).collect();
            format!("{} {joiner} {}", init.join(", "), last.as_ref())
        }
    }
}

/// How many of something, with the noun in the right number.
pub fn counted(count: usize, noun: &str) -> String {
    format!("{count} {noun}{}", if count == 1 { "" } else { "s" })
}

/// The lines that close a check.
pub fn summary(problems: &Problems, sources: &Sources) -> String {
    let policies = sources.files().iter().filter(|f| f.path.extension().is_some_and(|e| e == "tariff")).count();
    let mut parts = Vec::new();
    for severity in [Severity::Error, Severity::Warning, Severity::Hint] {
        let n = problems.count(severity);
        if n > 0 {
            parts.push(counted(n, severity.word()));
        }
    }
    if problems.waived() > 0 {
        parts.push(format!("{} waived", problems.waived()));
    }
    let files = counted(policies, "file");
    if parts.is_empty() { format!("{files} checked, nothing found") } else { format!("{files} checked: {}", parts.join(", ")) }
}
