//! Sets of goods and origins, compared exactly.
//!
//! Which of two rules is the special one is a question about sets, not about words, so it is answered here.

mod describe;
mod goods;
mod origins;
mod reach;

pub use describe::{goods_words, origins_words, prefixes, time_words};
pub use goods::GoodsSet;
pub use origins::{OriginPart, Origins};
pub use reach::Area;
