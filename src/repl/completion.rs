//! What a word that is begun can become: commands, names, words of the language, countries, goods codes, each with what it is.

use super::commands::{COMMANDS, Takes, find};
use super::session::Session;
use crate::problem;
use crate::program::{Charge, ClauseKind, Named, Program};
use crate::region::GoodsSet;
use crate::syntax::{ITEMS, keywords};
use crate::value::{Country, GoodsCode};
use std::collections::BTreeMap;

/// One way to go on.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Candidate {
    /// What takes the place of the word that is begun.
    pub text: String,
    /// What it is, in a few words, or nothing.
    pub about: String,
}

/// How many goods codes are listed.
const MOST_CODES: usize = 60;

/// What is shown at the end of a line.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Hint {
    /// What is shown.
    pub shown: String,
    /// What of it may be taken into the line.
    pub taken: Option<String>,
}

/// The place where the word that ends at a position begins, and what it can become. The position is in bytes, within a text of one
/// or more lines.
pub fn complete(session: &Session<'_>, text: &str, at: usize) -> (usize, Vec<Candidate>) {
    let before = text.get(..at).unwrap_or(text);
    let line_start = before.rfind('\n').map_or(0, |n| n.saturating_add(1));
    let line = before.get(line_start..).unwrap_or("");
    if line_start > 0 && line.trim().is_empty() {
        // Within an item the next line is indented.
        return (line_start, vec![Candidate { text: "    ".to_owned(), about: "a clause of the item".to_owned() }]);
    }
    let word_start =
        line.rfind(|c: char| !is_of_word(c)).map_or(0, |n| n.saturating_add(line.get(n..).and_then(|t| t.chars().next()).map_or(1, char::len_utf8)));
    let word = line.get(word_start..).unwrap_or("");
    let ahead = line.get(..word_start).unwrap_or("");
    let start = line_start.saturating_add(word_start);
    let program = session.state.book.as_ref().and_then(|b| b.program()).map(|p| &**p);
    let found = match ahead.strip_prefix(':') {
        Some(command) => argument(program, command.trim(), word),
        None if word.starts_with(':') => commands(),
        None => word_of_line(program, ahead, word, line_start == 0),
    };
    let mut by_text: BTreeMap<String, String> = BTreeMap::new();
    for candidate in found.into_iter().filter(|c| c.text.starts_with(word) && c.text != word) {
        by_text.entry(candidate.text).or_insert(candidate.about);
    }
    (start, by_text.into_iter().map(|(text, about)| Candidate { text, about }).collect())
}

/// Whether the argument of a command that is typed is a file, and where its name begins.
pub fn file_begins(line: &str) -> Option<usize> {
    let (name, _) = line.strip_prefix(':')?.split_once(' ')?;
    let command = find(name.trim_end_matches('!')).ok()?;
    (command.takes == Takes::File).then(|| name.len().saturating_add(2))
}

fn is_of_word(c: char) -> bool {
    c.is_ascii_alphanumeric() || matches!(c, '_' | '.' | ':' | '-')
}

fn commands() -> Vec<Candidate> {
    COMMANDS.iter().map(|c| Candidate { text: format!(":{}", c.name), about: c.summary.to_owned() }).collect()
}

fn argument(program: Option<&Program>, command: &str, word: &str) -> Vec<Candidate> {
    let Ok(command) = find(command.split_whitespace().next().unwrap_or("")) else { return Vec::new() };
    match (command.takes, program) {
        (Takes::Command, _) => COMMANDS.iter().map(|c| Candidate { text: c.name.to_owned(), about: c.summary.to_owned() }).collect(),
        (Takes::Code, _) => problem::pages().iter().map(|(code, page)| Candidate { text: (*code).to_owned(), about: title_of(page) }).collect(),
        (Takes::Name, Some(program)) if word.starts_with(|c: char| c.is_ascii_digit()) => codes(program, word),
        (Takes::Name, Some(program)) => names(program, |_| true).into_iter().chain(facts(program)).chain(countries(word)).collect(),
        (Takes::Scenario, Some(program)) => names(program, |n| matches!(n, Named::Scenario)),
        (Takes::Date, Some(program)) => published(program),
        _ => Vec::new(),
    }
}

fn title_of(page: &str) -> String {
    page.lines().next().unwrap_or("").trim_start_matches(['#', ' ']).to_owned()
}

fn word_of_line(program: Option<&Program>, ahead: &str, word: &str, is_first_line: bool) -> Vec<Candidate> {
    let items = || ITEMS.into_iter().filter(|i| *i != "with").map(|i| Candidate { text: i.to_owned(), about: "begins an item".to_owned() });
    let words = || keywords().into_iter().map(|k| Candidate { text: k, about: String::new() });
    let Some(program) = program else { return if ahead.is_empty() { items().collect() } else { words().collect() } };
    let last = ahead.split_whitespace().next_back().unwrap_or("").trim_end_matches(',');
    match last {
        "cites" => return names(program, |n| matches!(n, Named::Instrument(_))),
        "during" => return names(program, |n| matches!(n, Named::Event(_))),
        "scenario" => return names(program, |n| matches!(n, Named::Scenario)),
        "origin" => return countries_and_sets(program),
        _ => {}
    }
    if word.starts_with(|c: char| c.is_ascii_digit()) {
        return codes(program, word);
    }
    if word.starts_with(|c: char| c.is_ascii_uppercase()) {
        let currency = Candidate { text: program.currency.to_string(), about: "the currency of the book".to_owned() };
        return countries(word).chain([currency]).collect();
    }
    let mut all: Vec<Candidate> = facts(program).collect();
    if ahead.is_empty() && is_first_line {
        all.extend(items());
    }
    all.extend(names(program, |_| true));
    all.extend(words());
    all
}

// ── Of the book ──

fn names(program: &Program, fits: impl Fn(Named) -> bool) -> Vec<Candidate> {
    let own = program.names.iter().map(|(name, named)| (name.clone(), *named, program));
    let used = program.uses.iter().flat_map(|(book, used)| used.names.iter().map(move |(name, named)| (format!("{book}.{name}"), *named, &**used)));
    own.chain(used).filter(|(_, named, _)| fits(*named)).map(|(text, named, of)| Candidate { text, about: about(of, named) }).collect()
}

/// What a name stands for, with its title.
pub fn about(program: &Program, named: Named) -> String {
    let title = match named {
        Named::Instrument(i) => program.instruments.get(i.0).map(|x| x.title.as_str()),
        Named::Measure(i) => program.measures.get(i.0).map(|x| x.title.as_str()),
        Named::Exemption(i) => program.exemptions.get(i.0).map(|x| x.title.as_str()),
        Named::Suspension(i) => program.suspensions.get(i.0).map(|x| x.title.as_str()),
        Named::Phaseout(i) => program.phaseouts.get(i.0).map(|x| x.title.as_str()),
        Named::Limit(i) => program.limits.get(i.0).map(|x| x.title.as_str()),
        Named::Ending(i) => program.endings.get(i.0).map(|x| x.title.as_str()),
        Named::Fact(i) => program.facts.get(i.0).map(|x| x.what.as_str()),
        _ => None,
    };
    let kind = named.kind().trim_start_matches("a ").trim_start_matches("an ");
    title.filter(|t| !t.is_empty()).map_or_else(|| kind.to_owned(), |t| format!("{kind}: {t}"))
}

fn facts(program: &Program) -> impl Iterator<Item = Candidate> {
    let built_in = [("hs", "the goods code"), ("origin", "the country of origin")].map(|(n, w)| Candidate { text: n.to_owned(), about: w.to_owned() });
    program.facts.iter().map(|f| Candidate { text: f.name.clone(), about: f.what.clone() }).chain(built_in)
}

fn countries(word: &str) -> impl Iterator<Item = Candidate> {
    let two = word.len() <= 2;
    Country::all().filter(move |_| two).map(|c| Candidate { text: c.to_string(), about: c.name().to_owned() })
}

fn countries_and_sets(program: &Program) -> Vec<Candidate> {
    countries("").chain(names(program, |n| matches!(n, Named::Countries(_)))).collect()
}

/// The days on which an act of the book was published.
fn published(program: &Program) -> Vec<Candidate> {
    program.instruments.iter().filter_map(|i| i.published.map(|day| Candidate { text: day.to_string(), about: format!("{} was published", i.name) })).collect()
}

/// Codes that begin with digits: those of the nomenclature, and the longer ones that rules name.
fn codes(program: &Program, word: &str) -> Vec<Candidate> {
    let digits: String = word.chars().filter(char::is_ascii_digit).collect();
    if !word.chars().all(|c| c.is_ascii_digit() || c == '.') || digits.len() > 10 {
        return Vec::new();
    }
    let shift = 10u64.saturating_pow(10u32.saturating_sub(u32::try_from(digits.len()).unwrap_or(10)));
    let first = digits.parse::<u64>().unwrap_or(0).saturating_mul(shift);
    let after = first.saturating_add(shift);
    let described = |point: u64| {
        let six = program.nomenclature.six_digits.as_ref()?;
        six.get(&GoodsCode::of_point(point, 6).first()).cloned()
    };
    let mut found: Vec<(GoodsCode, String)> = Vec::new();
    if let Some(six) = &program.nomenclature.six_digits {
        found.extend(six.range(first..after).map(|(code, words)| (GoodsCode::of_point(*code, 6), words.clone())));
    }
    // Fewer digits would list every line of every rule.
    if digits.len() >= 4 {
        each_set(program, &mut |set| {
            let begin = set.ranges().partition_point(|(_, b)| *b <= first);
            for (a, b) in set.ranges().iter().skip(begin).take_while(|(a, _)| *a < after) {
                let len = match b.saturating_sub(*a) {
                    1 => 10,
                    100 => 8,
                    _ => continue,
                };
                found.push((GoodsCode::of_point(*a, len), described(*a).unwrap_or_default()));
            }
        });
    }
    found.sort();
    found.dedup();
    // What was typed without points goes on without.
    let plain = digits.len() > 4 && !word.contains('.');
    let text = |code: GoodsCode| if plain { code.digits() } else { code.to_string() };
    found.into_iter().take(MOST_CODES).map(|(code, about)| Candidate { text: text(code), about }).collect()
}

fn each_set(program: &Program, visit: &mut dyn FnMut(&GoodsSet)) {
    for measure in &program.measures {
        visit(&measure.goods);
        for clause in &measure.clauses {
            clause.scopes.iter().filter_map(|s| s.goods.as_ref()).for_each(&mut *visit);
            if let ClauseKind::Rate(Charge::Table(table)) = &clause.kind {
                table.rows.iter().filter_map(|r| r.code).for_each(|c| visit(&GoodsSet::of_code(c)));
            }
        }
    }
    for scope in program.relief_heads().filter_map(|h| h.scope.as_ref()) {
        visit(&scope.goods);
    }
}

// ── Hints ──

/// What the end of a line suggests: the rest of a word that can be only one, what a command takes, or what a word stands for.
pub fn hint(session: &Session<'_>, line: &str) -> Option<Hint> {
    if line.is_empty() || line.contains('\n') {
        return None;
    }
    if let Some(command) = line.strip_prefix(':')
        && let Some((name, rest)) = command.split_once(' ')
    {
        let argument = find(name.trim_end_matches('!')).ok()?.argument;
        return (rest.is_empty() && !argument.is_empty()).then(|| Hint { shown: argument.to_owned(), taken: None });
    }
    let (start, candidates) = complete(session, line, line.len());
    let word = line.get(start..).unwrap_or("");
    if word.is_empty() {
        return None;
    }
    if let (true, [only]) = (word.chars().count() > 1, candidates.as_slice()) {
        let rest = only.text.strip_prefix(word)?.to_owned();
        return Some(Hint { shown: rest.clone(), taken: Some(rest) });
    }
    let program = session.state.book.as_ref()?.program()?;
    let stands_for = program.names.get(word).map(|n| about(program, *n)).or_else(|| described(program, word))?;
    Some(Hint { shown: format!("  {stands_for}"), taken: None })
}

fn described(program: &Program, word: &str) -> Option<String> {
    let code = GoodsCode::parse(word).ok().filter(|c| c.len() >= 6)?;
    program.nomenclature.six_digits.as_ref()?.get(&code.cut(6).first()).cloned()
}
