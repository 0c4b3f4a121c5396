//! Writes a large book into a folder: `cargo run --release --example large_book -- FOLDER MEASURES [EDITS]`, with 25,000 prefixes in its
//! lists, and so many small changes, so that a book can be compared with its edited copy.

#![allow(clippy::indexing_slicing, clippy::string_slice, clippy::arithmetic_side_effects)]

mod book;
#[path = "../workload/dice.rs"]
mod dice;

use dice::Dice;
use std::fs;
use std::path::PathBuf;

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let (folder, measures, edits) = match arguments.as_slice() {
        [folder, measures] => (folder, measures, "0"),
        [folder, measures, edits] => (folder, measures, edits.as_str()),
        _ => return Err("say where, how many measures, and how many small changes: FOLDER MEASURES [EDITS]".into()),
    };
    let folder = PathBuf::from(folder);
    fs::create_dir_all(folder.join("lists"))?;
    for (path, text) in book::book(measures.parse()?, 25_000, edits.parse()?) {
        fs::write(folder.join(path), text)?;
    }
    Ok(())
}
