//! Carveout.
pub mod problem;
pub mod source;
pub mod syntax;
pub mod value;
pub mod world;
