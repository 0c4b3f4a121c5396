//! Claims: `# error: [T012] "part of the message"` on the line that the problem points at.

use super::document::{Document, TestFile};
use carveout::problem::{Problem, Severity};
use carveout::source::Sources;
use std::path::PathBuf;

#[derive(Debug)]
pub struct Claim {
    severity: Severity,
    code: String,
    /// A part of the message.
    part: String,
    /// Nothing where the claim stands in the document and not on a line of a policy.
    place: Option<(PathBuf, usize)>,
    /// The line of the document.
    line: usize,
    met: bool,
}

/// All claims of a test.
pub fn claims(document: &Document, section: usize, files: &[TestFile<'_>]) -> Vec<Claim> {
    let mut claims = Vec::new();
    for file in files {
        for (n, text) in file.block.text.lines().enumerate() {
            let Some((_, comment)) = text.split_once('#') else { continue };
            for (severity, below, code, part) in read(comment) {
                let place = (file.path.clone(), if below { n + 2 } else { n + 1 });
                claims.push(Claim { severity, code, part, place: Some(place), line: file.block.line + n, met: false });
            }
        }
    }
    for (line, comment) in &document.sections[section].comments {
        let made = read(comment).into_iter().map(|(severity, _, code, part)| Claim { severity, code, part, place: None, line: *line, met: false });
        claims.extend(made);
    }
    claims
}

/// The claims of one comment: severity, whether it is about the line below, code, part of the message.
fn read(comment: &str) -> Vec<(Severity, bool, String, String)> {
    let mut found = Vec::new();
    let mut rest = comment;
    while let Some((before, after)) = rest.split_once(": [") {
        let (words, below) = match before.strip_suffix(" below") {
            Some(words) => (words, true),
            None => (before, false),
        };
        let severity = [Severity::Error, Severity::Warning, Severity::Hint].into_iter().find(|s| words.ends_with(s.word()));
        let claim = severity.zip(after.split_once("] \"")).and_then(|(s, (code, after))| Some((s, code, after.split_once('"')?)));
        match claim {
            Some((severity, code, (part, after))) => {
                found.push((severity, below, code.to_owned(), part.to_owned()));
                rest = after;
            }
            None => rest = after,
        }
    }
    found
}

/// A text without its claims; lines keep their numbers.
pub fn without(text: &str) -> String {
    let mut out = String::new();
    for line in text.lines() {
        let kept = match line.split_once('#') {
            Some((before, comment)) if !read(comment).is_empty() => before.trim_end(),
            _ => line,
        };
        out.push_str(kept);
        out.push('\n');
    }
    out
}

impl Claim {
    pub fn code(&self) -> &str {
        &self.code
    }

    fn is_of(&self, problem: &Problem, places: &[(PathBuf, usize)]) -> bool {
        let here = match &self.place {
            Some(place) => places.contains(place),
            None => true,
        };
        !self.met && here && self.code == problem.code && self.severity == problem.severity && problem.message.contains(&self.part)
    }
}

/// Pairs every problem with a claim; complains of what is left over on either side.
pub fn compare(problems: &[&Problem], sources: &Sources, files: &[TestFile<'_>], claims: &mut [Claim], complaints: &mut Vec<String>) {
    for problem in problems.iter().filter(|p| p.waived.is_none()) {
        let places = places(problem, sources, files);
        let exact = claims.iter().position(|c| c.place.is_some() && c.is_of(problem, &places));
        match exact.or_else(|| claims.iter().position(|c| c.place.is_none() && c.is_of(problem, &places))) {
            Some(at) => claims[at].met = true,
            None => complaints.push(format!("nobody claims\n{}", carveout::problem::render(problem, sources, false).trim_end())),
        }
    }
}

pub fn unmet(document: &Document, claims: &[Claim], complaints: &mut Vec<String>) {
    for claim in claims.iter().filter(|c| !c.met) {
        complaints.push(format!(
            "{}:{}: claimed and not found: {}: [{}] \"{}\"",
            document.path.display(),
            claim.line,
            claim.severity.word(),
            claim.code,
            claim.part
        ));
    }
}

/// Where a problem can be claimed: the line it points at, or the line that names the file it points into.
fn places(problem: &Problem, sources: &Sources, files: &[TestFile<'_>]) -> Vec<(PathBuf, usize)> {
    let is_policy = |p: &PathBuf| files.iter().any(|f| f.is_policy() && f.path == *p);
    let mut all = problem.labels.iter().map(|l| sources.place(l.span)).map(|p| (p.file, p.line));
    all.find(|(file, _)| is_policy(file)).into_iter().collect()
}
