//! A document in Markdown: sections, and in each the blocks that are run.

use pulldown_cmark::{CodeBlockKind, Event, HeadingLevel, Parser, Tag, TagEnd};
use std::ops::Range;
use std::path::{Path, PathBuf};

pub struct Document {
    /// Relative to the repository.
    pub path: PathBuf,
    pub text: String,
    /// The first is what stands before any heading of level 2; its files are shared by all others.
    pub sections: Vec<Section>,
}

#[derive(Default)]
pub struct Section {
    /// The headings above it, outermost first; empty for the first section.
    pub title: String,
    pub blocks: Vec<Block>,
    /// Comments in HTML, with the lines they stand on.
    pub comments: Vec<(usize, String)>,
}

pub struct Block {
    pub kind: Kind,
    /// Marked as `tariff`, and so in canonical layout.
    tidy: bool,
    pub text: String,
    /// Where the text stands in the document, in bytes.
    pub range: Range<usize>,
    /// The line of the document on which the text begins, counted from 1.
    pub line: usize,
}

impl Block {
    /// Whether it is in the language, as a file or as a fragment. A file that shows untidy text says that it is another language.
    pub fn is_policy(&self) -> bool {
        self.tidy && matches!(self.kind, Kind::Fragment | Kind::File { .. })
    }
}

#[derive(Clone, Debug, PartialEq)]
pub enum Kind {
    /// A file of the test; a policy file without a name gets one from its place.
    File {
        name: Option<String>,
    },
    /// Items that are parsed and formatted, and not checked as a book.
    Fragment,
    Console,
    Problem,
    Repl,
    /// Shown, not run.
    Other,
}

/// A file of a test.
pub struct TestFile<'d> {
    pub path: PathBuf,
    pub block: &'d Block,
}

impl TestFile<'_> {
    pub fn is_policy(&self) -> bool {
        self.path.extension().is_some_and(|e| e == "tariff")
    }

    /// The text that is checked: without the claims, which are of the document and not of the law.
    pub fn text(&self) -> String {
        if self.is_policy() { super::claims::without(&self.block.text) } else { self.block.text.clone() }
    }
}

/// In a document that says so, a reader goes on with what the steps before have left: it is one test, files are written where they stand,
/// and books are only checked by the commands that are shown.
const STEP_BY_STEP: &str = "<!-- step by step -->";

impl Document {
    pub fn is_step_by_step(&self) -> bool {
        self.text.contains(STEP_BY_STEP)
    }

    pub fn read(path: &Path) -> Document {
        let text = std::fs::read_to_string(super::root().join(path)).expect("a document is readable");
        let sections = sections(&text, text.contains(STEP_BY_STEP));
        Document { path: path.to_owned(), text, sections }
    }

    /// The name of a test: the file and the headings that lead to it.
    pub fn name(&self, section: usize) -> String {
        let file = self.path.strip_prefix("tests").unwrap_or(&self.path).display();
        match self.sections[section].title.as_str() {
            "" => format!("{file}"),
            title => format!("{file} — {title}"),
        }
    }

    /// Files at the beginning of a document are for its sections; they are a test only where no section follows.
    pub fn is_test(&self, section: usize) -> bool {
        let runs = |s: &Section| s.blocks.iter().any(|b| b.kind != Kind::Other);
        let shows = |s: &Section| s.blocks.iter().any(|b| !matches!(b.kind, Kind::Other | Kind::File { .. }));
        let (before, after) = self.sections.split_at(1);
        if section == 0 { before.iter().any(shows) || (before.iter().any(runs) && !after.iter().any(runs)) } else { runs(&self.sections[section]) }
    }

    /// Whether sessions see the repository, as a reader of these documents would.
    pub fn speaks_of_repository(&self) -> bool {
        !self.path.starts_with("tests")
    }

    /// The files of a test: those of the document's beginning, then its own, which take the place of earlier ones of the same name.
    pub fn files(&self, section: usize) -> Vec<TestFile<'_>> {
        let shared = if section == 0 { None } else { self.sections.first() };
        let mut files: Vec<TestFile<'_>> = Vec::new();
        let mut unnamed = 0;
        for block in shared.into_iter().chain([&self.sections[section]]).flat_map(|s| &s.blocks) {
            let Kind::File { name } = &block.kind else { continue };
            // In the order of their names, which is that of declaration: `book.tariff` comes before `book2.tariff`.
            let name = name.clone().unwrap_or_else(|| {
                unnamed += 1;
                if unnamed == 1 { "book.tariff".to_owned() } else { format!("book{unnamed}.tariff") }
            });
            let path = PathBuf::from(name);
            match files.iter_mut().find(|f| f.path == path) {
                Some(file) => file.block = block,
                None => files.push(TestFile { path, block }),
            }
        }
        files
    }

    pub fn blocks(&self, section: usize, kind: Kind) -> impl Iterator<Item = &Block> {
        self.sections[section].blocks.iter().filter(move |b| b.kind == kind)
    }
}

fn sections(text: &str, one: bool) -> Vec<Section> {
    let mut sections = vec![Section::default()];
    let mut above = String::new();
    let mut heading: Option<(HeadingLevel, String)> = None;
    let mut block: Option<Block> = None;
    let line_of = |at: usize| text[..at].matches('\n').count() + 1;
    for (event, range) in Parser::new(text).into_offset_iter() {
        match event {
            Event::Start(Tag::Heading { level, .. }) => heading = Some((level, String::new())),
            Event::End(TagEnd::Heading(_)) => match heading.take().filter(|_| !one) {
                Some((HeadingLevel::H2, title)) => {
                    above.clone_from(&title);
                    sections.push(Section { title, ..Section::default() });
                }
                Some((HeadingLevel::H3, title)) => sections.push(Section { title: format!("{above} › {title}"), ..Section::default() }),
                _ => {}
            },
            Event::Start(Tag::CodeBlock(CodeBlockKind::Fenced(info))) => {
                let begin = text[range.start..].find('\n').map_or(range.end, |n| range.start + n + 1);
                block = Some(Block { kind: kind(&info), tidy: info.starts_with("tariff"), text: String::new(), range: begin..begin, line: line_of(begin) });
            }
            Event::End(TagEnd::CodeBlock) => sections.last_mut().unwrap().blocks.extend(block.take()),
            Event::Html(html) | Event::InlineHtml(html) => sections.last_mut().unwrap().comments.push((line_of(range.start), html.to_string())),
            Event::Text(words) => {
                if let Some(block) = &mut block {
                    block.text.push_str(&words);
                    block.range.end = range.end;
                } else if let Some((_, title)) = &mut heading {
                    title.push_str(&words);
                }
            }
            Event::Code(words) => {
                if let Some((_, title)) = &mut heading {
                    title.push_str(&words);
                }
            }
            _ => {}
        }
    }
    sections
}

/// What a block is, from the words after its fence.
fn kind(info: &str) -> Kind {
    let mut words = info.split_whitespace();
    let language = words.next().unwrap_or("");
    let words: Vec<&str> = words.collect();
    let name = words.iter().find_map(|w| w.strip_prefix("file=")).map(str::to_owned);
    match language {
        _ if words.contains(&"ignore") => Kind::Other,
        "tariff" if words.contains(&"fragment") => Kind::Fragment,
        "tariff" => Kind::File { name },
        _ if name.is_some() => Kind::File { name },
        "console" => Kind::Console,
        "problem" => Kind::Problem,
        "repl" => Kind::Repl,
        _ => Kind::Other,
    }
}
