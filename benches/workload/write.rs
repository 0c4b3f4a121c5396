//! Writes the workload of the benchmarks into a folder: `cargo run --release --example workload -- FOLDER COUNT` makes the book in
//! `FOLDER/book`, the same rules as `FOLDER/rules.json`, and so many shipments as `FOLDER/shipments.csv`.

#![allow(clippy::indexing_slicing, clippy::string_slice, clippy::arithmetic_side_effects, clippy::print_stderr)]

#[allow(dead_code)]
#[path = "mod.rs"]
mod workload;

use std::fs;
use std::io::{BufWriter, Write};
use std::path::PathBuf;

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let [folder, count] = arguments.as_slice() else { return Err("say where, and how many shipments: FOLDER COUNT".into()) };
    let (folder, count): (PathBuf, usize) = (folder.into(), count.parse()?);
    fs::create_dir_all(folder.join("book"))?;
    let lines = workload::lines();
    let rules = workload::rules(&lines);
    for (path, text) in &rules.files {
        fs::write(folder.join("book").join(path), text)?;
    }
    fs::write(folder.join("rules.json"), rules.data.to_string())?;
    let mut out = BufWriter::new(fs::File::create(folder.join("shipments.csv"))?);
    out.write_all(workload::HEADER.as_bytes())?;
    let mut dice = workload::Dice::new(7);
    for i in 0..count {
        out.write_all(workload::shipment(&mut dice, &lines, i).as_bytes())?;
    }
    Ok(out.flush()?)
}
