//! Policies made at random: every kind of item and clause that the language has, as trees.
//!
//! A tree is spelled from a tape of numbers that the test runner draws and, when something fails, shortens; an empty tape spells the
//! simplest tree. Only what a text can say is spelled: nothing that would be read otherwise than it was meant.

mod clauses;
mod items;
mod literals;
mod values;

use carveout::syntax::{Item, Syntax};

/// Random choices, as long as the tape lasts; then the first choice always.
pub struct Tape<'t> {
    rest: &'t [u16],
}

impl<'t> Tape<'t> {
    pub fn new(numbers: &'t [u16]) -> Self {
        Tape { rest: numbers }
    }

    /// A number below `count`.
    pub fn below(&mut self, count: usize) -> usize {
        let Some((first, rest)) = self.rest.split_first() else { return 0 };
        self.rest = rest;
        usize::from(*first) % count
    }

    pub fn chance(&mut self, of: usize) -> bool {
        self.below(of) == of - 1
    }

    pub fn pick<T: Clone>(&mut self, of: &[T]) -> T {
        of[self.below(of.len())].clone()
    }

    pub fn maybe<T>(&mut self, make: impl FnOnce(&mut Self) -> T) -> Option<T> {
        if self.chance(3) { Some(make(self)) } else { None }
    }

    /// One or more, now and then many.
    pub fn some<T>(&mut self, mut make: impl FnMut(&mut Self) -> T) -> Vec<T> {
        let count = if self.chance(12) { 1 + self.below(40) } else { 1 + self.below(3) };
        (0..count).map(|_| make(self)).collect()
    }

    pub fn any<T>(&mut self, make: impl FnMut(&mut Self) -> T) -> Vec<T> {
        if self.chance(2) { self.some(make) } else { Vec::new() }
    }
}

/// A file of a few items.
pub fn syntax(numbers: &[u16]) -> Syntax {
    let mut tape = Tape::new(numbers);
    let count = 1 + tape.below(4);
    let items: Vec<Item> = (0..count).map(|_| items::item(&mut tape, true)).collect();
    Syntax { items, ..Syntax::default() }
}
