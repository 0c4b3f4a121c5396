//! Goods and origins: what a rule reaches.

use super::{Code, FileRef, Moment, Name};
use crate::source::Span;

/// A set of goods; what is excepted is taken out of all that is included.
#[derive(Clone, Debug)]
pub struct Goods {
    pub included: Vec<OneGoods>,
    pub excepted: Vec<OneGoods>,
    pub span: Span,
}

/// Goods named in one way.
#[derive(Clone, Debug)]
pub enum OneGoods {
    All(Span),
    Chapter(Code),
    Code(Code),
    Range(Code, Code),
    List(FileRef),
    Named(Name),
}

/// A set of countries; what is excepted is taken out of all that is included.
#[derive(Clone, Debug)]
pub struct Countries {
    pub included: Vec<OneCountry>,
    pub excepted: Vec<OneCountry>,
    pub span: Span,
}

/// A country, or a named set, perhaps for a time.
#[derive(Clone, Debug)]
pub struct OneCountry {
    /// A two-letter code or the name of a set.
    pub name: Name,
    pub from: Option<Moment>,
    pub until: Option<Moment>,
    pub through: Option<Moment>,
}

/// Of which origin: `of origin US`, `of any origin except CA`.
#[derive(Clone, Debug)]
pub enum Origins {
    Of(Countries),
    /// `of any origin`, with what is excepted.
    Any {
        excepted: Vec<OneCountry>,
        span: Span,
    },
}

impl Origins {
    pub fn span(&self) -> Span {
        match self {
            Origins::Of(c) => c.span,
            Origins::Any { span, .. } => *span,
        }
    }
}
