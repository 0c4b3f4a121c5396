//! What is wrong with a row, before anything in it is understood.

use std::borrow::Cow;

/// Why a row cannot be read, with the place of the cell, counted from 0.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Fault {
    /// The quote that opens the cell is never closed.
    NeverClosed(usize),
    /// Something stands between a closing quote and the next comma.
    AfterQuote(usize),
    /// A cell, by its place, that is not UTF-8.
    NotUtf8(usize),
    /// The row is longer than a mebibyte.
    TooLong,
    /// A line that is no object of JSON, in words.
    Json(String),
    /// A cell of the wrong shape, in words: a list where one value is expected.
    Shape(usize, String),
}

impl Fault {
    /// The cell that is at fault, where it is one.
    pub fn cell(&self) -> Option<usize> {
        match self {
            Fault::NeverClosed(n) | Fault::AfterQuote(n) | Fault::NotUtf8(n) | Fault::Shape(n, _) => Some(*n),
            Fault::TooLong | Fault::Json(_) => None,
        }
    }

    /// What is wrong, in words.
    pub fn words(&self) -> Cow<'static, str> {
        Cow::Borrowed(match self {
            Fault::NeverClosed(_) => "a quote is opened and never closed; a quote within a quoted cell is written twice",
            Fault::AfterQuote(_) => "something stands after the closing quote; a quote within a quoted cell is written twice",
            Fault::NotUtf8(_) => "the text is not UTF-8: save the file with the encoding UTF-8",
            Fault::TooLong => "the row is longer than a mebibyte; is a line end missing?",
            Fault::Json(words) | Fault::Shape(_, words) => return Cow::Owned(words.clone()),
        })
    }
}
