//! A name's declaration: its place, its text, what it cites, and what changes it or acts on it.

use super::items;
use super::session::{Answer, Session, said};
use crate::problem::{Problems, did_you_mean};
use crate::program::{Program, StatedFacts};
use crate::source::{SourceFile, Sources};
use crate::syntax::{self, Item, ItemKind};
use crate::value::{Country, GoodsCode};
use std::path::Path;

impl Session<'_> {
    pub(super) fn info(&self, name: &str) -> Answer {
        let book = self.book()?;
        let sources = &book.now.sources;
        let mut out = String::new();
        // Of a used book the file is found by its policy; of this one, all else is.
        let (prefix, bare) = name.split_once('.').map_or((None, name), |(book, n)| (Some(book), n));
        let used = prefix.and_then(|p| book.program()?.uses.iter().find(|(n, _)| n == p).map(|(_, used)| used.name.clone()));
        let folder = used.as_ref().and_then(|policy| folder_of(sources, policy));
        let read = |file: &SourceFile| syntax::parse(&file.text, file.start, &mut Problems::default()).items;
        let ours = |file: &&SourceFile| is_policy_file(file) && folder.as_deref().map_or_else(|| self.is_own(file), |f| file.path.parent() == Some(f));
        let items: Vec<Item> = sources.files().iter().filter(ours).flat_map(read).collect();
        if prefix.is_none() || used.is_some() {
            for item in items.iter().filter(|i| items::declared(&i.kind) == Some(bare)) {
                out.push_str(&shown(item, sources));
                out.push_str(&cited(item, &items, sources));
            }
        }
        if out.is_empty() {
            return self.other(name);
        }
        for item in items.iter().filter(|i| items::acts_on(&i.kind).contains(&bare)) {
            match item.kind {
                ItemKind::Amend(_) | ItemKind::Extension(_) => out.push_str(&shown(item, sources)),
                _ => out.push_str(&format!("{} acts on it ({})\n", items::called(&item.kind), place(item, sources))),
            }
        }
        Ok(out)
    }

    /// Whether a file is of the book itself, or was typed.
    fn is_own(&self, file: &SourceFile) -> bool {
        let Ok(book) = self.book() else { return false };
        let typed = file.path.to_string_lossy().starts_with("session:");
        let own = self.world.books(&book.path).unwrap_or_else(|| vec![book.path.clone()]);
        typed || own.iter().any(|p| crate::world::normal(p) == file.path)
    }

    /// What is not declared in a file: facts, countries, goods.
    fn other(&self, name: &str) -> Answer {
        let program = self.program()?;
        if let Some(fact) = program.find_fact(name).and_then(|f| program.fact(f)) {
            return Ok(format!("`{name}` is a fact of every shipment, {}: {}\n", fact.kind.words(), fact.what));
        }
        match name {
            "hs" => return Ok("`hs` is a fact of every shipment: the goods code\n".to_owned()),
            "origin" => return Ok("`origin` is a fact of every shipment: the country of origin\n".to_owned()),
            _ => {}
        }
        if let Some(country) = Country::from_code(name) {
            return Ok(format!("{country}: {}\n", country.name()));
        }
        if name.starts_with(|c: char| c.is_ascii_digit()) {
            return self.goods(program, name);
        }
        let facts = program.facts.iter().map(|f| f.name.as_str());
        let known = program.names.keys().map(String::as_str).chain(facts);
        let help = did_you_mean(name, known).map_or_else(String::new, |c| format!(": did you mean `{c}`?"));
        said(format!("nothing is called `{name}`{help}"))
    }

    /// What a code is, and which lines of the nomenclature lie under it.
    fn goods(&self, program: &Program, text: &str) -> Answer {
        let code = GoodsCode::parse(text).map_err(|e| format!("`{text}` {}: {}", e.words(), e.help()))?;
        super::facts::readable(program, &StatedFacts { hs: Some(text.to_owned()), ..StatedFacts::default() }, None)?;
        let Some(six) = &program.nomenclature.six_digits else { return Ok(format!("{code}: the book names no nomenclature that would describe it\n")) };
        if code.len() >= 6 {
            let cut = code.cut(6);
            return Ok(format!("{cut}: {}\n", six.get(&cut.first()).map_or("not described", String::as_str)));
        }
        let under: Vec<String> = six.range(code.first()..code.after()).map(|(c, words)| format!("{}: {words}\n", GoodsCode::of_point(*c, 6))).collect();
        let more = under.len().saturating_sub(MOST_LINES);
        let rest = if more > 0 { format!("and {more} more\n") } else { String::new() };
        Ok(under.into_iter().take(MOST_LINES).chain([rest]).collect())
    }
}

/// How many lines of the nomenclature are shown.
const MOST_LINES: usize = 20;

fn is_policy_file(file: &SourceFile) -> bool {
    file.path.extension().is_some_and(|e| e == "tariff") || file.path.to_string_lossy().starts_with("session:")
}

/// The folder whose policy has a name.
fn folder_of(sources: &Sources, policy: &str) -> Option<std::path::PathBuf> {
    let says = |file: &&SourceFile| {
        let items = syntax::parse(&file.text, file.start, &mut Problems::default()).items;
        items.iter().any(|i| matches!(&i.kind, ItemKind::Policy(p) if p.name.text == policy))
    };
    sources.files().iter().filter(|f| is_policy_file(f)).find(says).map(|f| f.path.parent().unwrap_or(Path::new("")).to_owned())
}

fn place(item: &Item, sources: &Sources) -> String {
    let place = sources.place(item.span);
    format!("{}:{}", place.file.display(), place.line)
}

/// An item with its place and its text.
fn shown(item: &Item, sources: &Sources) -> String {
    format!("# {}\n{}\n", place(item, sources), sources.text(item.span))
}

/// The instruments that a text cites, each once, in the order of their declaration.
fn cited(item: &Item, items: &[Item], sources: &Sources) -> String {
    let text = sources.text(item.span);
    let words: Vec<&str> = text.split_whitespace().collect();
    let cites = |name: &str| words.windows(2).any(|pair| pair == ["cites", name]);
    let mut out = String::new();
    for other in items {
        let ItemKind::Instrument(instrument) = &other.kind else { continue };
        if !cites(&instrument.name.text) {
            continue;
        }
        let published = instrument.clauses.iter().find_map(|c| match c {
            syntax::InstrumentClause::Published(moment, _) => Some(format!(", published {}", moment.date)),
            _ => None,
        });
        let title = instrument.title.as_ref().map_or(instrument.name.text.as_str(), |t| t.text.as_str());
        out.push_str(&format!("cites {}: {title}{} ({})\n", instrument.name.text, published.unwrap_or_default(), place(other, sources)));
    }
    out
}
