//! What the program and the library promise, each module one promise.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::indexing_slicing, clippy::string_slice, clippy::arithmetic_side_effects)]

mod again;
mod books;
mod check;
#[cfg(feature = "parquet")]
mod columnar;
mod diff;
mod exercise;
mod exit;
mod fmt;
mod formats;
mod grammar;
mod new;
mod orders;
mod pages;
mod plan;
mod planted;
mod printing;
mod quotas;
mod reckoning;
mod refunds;
mod relaid;
mod repl;
mod run;
mod saved;
mod scenario;
mod summary;
mod table;
mod timeline;
mod tool;
mod trees;
mod whereabouts;
mod why;
mod witnesses;
