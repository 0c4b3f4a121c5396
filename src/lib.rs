//! Carveout.
pub mod analysis;
pub mod facts;
pub mod outcome;
pub mod problem;
pub mod program;
pub mod region;
pub mod repl;
pub mod source;
pub mod syntax;
pub mod value;
pub mod world;
