//! Runs the documents: the reference manual in `tests/spec`, the problem pages in `tests/problems`, README and docs.
//!
//! What the documents say is what the program does, or a test fails. `BLESS=1` rewrites what they show of its output.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::string_slice,
    clippy::arithmetic_side_effects,
    clippy::print_stdout,
    clippy::print_stderr
)]

mod runner;

fn main() -> std::process::ExitCode {
    runner::main()
}
