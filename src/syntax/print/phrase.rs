//! What is printed, before it is known where its lines end: words that stay together, and the lines that they make up.
//!
//! Every piece remembers where it stood, so that a comment finds the words it was written beside, wherever they go.

use super::super::tree::Comment;

/// Words that are never parted, with the comments that belong to them.
#[derive(Clone, Debug, Default)]
pub struct Atom {
    pub text: String,
    /// Where it began in the joined space; 0 where nobody knows.
    pub at: usize,
    /// Comments on lines of their own above it.
    pub before: Vec<Comment>,
    /// Comments after it on its line; in the end there is one at most.
    pub after: Vec<Comment>,
}

/// Atoms, between which a line may end.
#[derive(Clone, Debug, Default)]
pub struct Phrase {
    pub atoms: Vec<Atom>,
}

impl Phrase {
    pub fn of(text: impl Into<String>, at: usize) -> Self {
        let mut phrase = Phrase::default();
        phrase.add(text, at);
        phrase
    }

    /// Adds words before which a line may end.
    pub fn add(&mut self, text: impl Into<String>, at: usize) {
        self.atoms.push(Atom { text: text.into(), at, ..Atom::default() });
    }

    /// Adds words that stay with the last ones; a blank stands between.
    pub fn join(&mut self, text: &str) {
        self.close(" ");
        self.close(text);
    }

    /// Adds a mark straight after the last words.
    pub fn close(&mut self, mark: &str) {
        if let Some(atom) = self.atoms.last_mut() {
            atom.text.push_str(mark);
        }
    }

    /// Puts a mark straight before the first words.
    pub fn open(mut self, mark: &str) -> Self {
        if let Some(atom) = self.atoms.first_mut() {
            atom.text.insert_str(0, mark);
        }
        self
    }

    /// Puts a word before the first words, which stay with it.
    pub fn lead(self, word: &str) -> Self {
        self.open(&format!("{word} "))
    }

    /// Puts all of it in parentheses.
    pub fn nest(self) -> Self {
        let mut nested = self.open("(");
        nested.close(")");
        nested
    }

    pub fn append(&mut self, other: Phrase) {
        self.atoms.extend(other.atoms);
    }

    /// Phrases joined with commas.
    pub fn list(parts: impl IntoIterator<Item = Phrase>) -> Phrase {
        let mut all = Phrase::default();
        for part in parts {
            if !all.atoms.is_empty() {
                all.close(",");
            }
            all.append(part);
        }
        all
    }
}

/// The place of a modifier among the modifiers of its clause, from left to right.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Slot {
    Main,
    On,
    Of,
    When,
    From,
    /// `until`, `through`, `for` and `during`.
    End,
    As,
    Prevails,
    Cites,
    /// A clause that has no column: where it stands is where it was put.
    Other(u8),
}

impl Slot {
    /// Slots of the same row share a line where the clause takes several.
    pub fn row(self) -> u8 {
        match self {
            Slot::Main => 0,
            Slot::On | Slot::Of => 1,
            Slot::When => 2,
            Slot::From | Slot::End | Slot::As => 3,
            Slot::Prevails => 4,
            Slot::Cites => 200,
            Slot::Other(n) => n.saturating_add(10),
        }
    }
}

/// A phrase in its place.
#[derive(Clone, Debug)]
pub struct Part {
    pub slot: Slot,
    pub phrase: Phrase,
}

/// What becomes of a line that is too long, or is parted by a comment.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Shape {
    /// First line of an item that has clauses: goes on deeper than they are.
    Header,
    /// `goods NAME =`: what is in the set goes on lines of its own.
    Set,
    /// A clause of a head: its parts go on lines of their own, no deeper than itself.
    Head,
    /// Its parts go on lines of their own, deeper than itself, so that each is seen to belong to it.
    Stack,
    /// A clause of a body: as a stack, and in columns with its neighbours that begin with the same word.
    Body(&'static str),
    /// Goes on wherever the line is full.
    Fill,
}

/// What becomes one line if it fits.
#[derive(Clone, Debug)]
pub struct Line {
    pub shape: Shape,
    /// How deep it is indented, in steps from the item.
    pub depth: usize,
    pub parts: Vec<Part>,
    /// Where the word began that begins it; 0 where nobody knows.
    pub start: usize,
}

impl Line {
    pub fn new(shape: Shape, depth: usize, phrase: Phrase) -> Self {
        let start = phrase.atoms.first().map_or(0, |a| a.at);
        Line { shape, depth, parts: vec![Part { slot: Slot::Main, phrase }], start }
    }

    /// A line whose first word has a place of its own.
    pub fn starting(self, start: usize) -> Self {
        Line { start, ..self }
    }

    pub fn part(mut self, slot: Slot, phrase: Phrase) -> Self {
        self.parts.push(Part { slot, phrase });
        self
    }

    pub fn atoms(&self) -> impl Iterator<Item = &Atom> {
        self.parts.iter().flat_map(|p| p.phrase.atoms.iter())
    }

    pub fn atoms_mut(&mut self) -> impl Iterator<Item = &mut Atom> {
        self.parts.iter_mut().flat_map(|p| p.phrase.atoms.iter_mut())
    }
}

/// An item: its lines, the items within it, and the comments that close it.
#[derive(Clone, Debug, Default)]
pub struct Block {
    pub depth: usize,
    pub lines: Vec<Line>,
    /// The items under the `with` of a scenario.
    pub inner: Vec<Block>,
    pub closing: Vec<Comment>,
}

impl Block {
    pub fn atoms_mut(&mut self) -> Vec<&mut Atom> {
        let mut all: Vec<&mut Atom> = self.lines.iter_mut().flat_map(Line::atoms_mut).collect();
        for block in &mut self.inner {
            all.extend(block.atoms_mut());
        }
        all
    }
}
