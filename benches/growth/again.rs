//! How long it takes to check a book again after an edit: `cargo run --release --example check_again -- BOOK FILE FROM TO` replaces one text
//! in one of its files, in memory, and back, time after time.

#![allow(clippy::print_stdout)]

use carveout::analysis::Checker;
use carveout::program::check;
use carveout::world::{Disk, World};
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

/// The disk, with one file as it is being edited.
struct Edited {
    path: PathBuf,
    text: String,
}

impl World for Edited {
    fn read(&self, path: &Path) -> Result<String, String> {
        if path == self.path { Ok(self.text.clone()) } else { Disk.read(path) }
    }

    fn write(&self, path: &Path, _: &str, _: bool) -> Result<(), String> {
        Err(format!("`{}` is not written", path.display()))
    }

    fn books(&self, folder: &Path) -> Option<Vec<PathBuf>> {
        Disk.books(folder)
    }

    fn now(&self) -> Option<carveout::value::Instant> {
        Disk.now()
    }
}

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let [book, file, from, to] = arguments.as_slice() else { return Err("say the book, a file of it, a text, and what replaces it".into()) };
    let (book, path) = (Path::new(book), Path::new(book).join(file));
    let text = Disk.read(&path)?;
    let other = text.replacen(from, to, 1);
    if other == text {
        return Err(format!("`{from}` is not in `{}`", path.display()).into());
    }
    let (checker, mut world) = (Checker::new(), Edited { path, text: text.clone() });
    let begun = Instant::now();
    checker.check(&world, book, None)?;
    let first = begun.elapsed();
    checker.reckoned();
    let mut times: Vec<(Duration, Duration)> = Vec::new();
    for n in 0..10 {
        world.text.clone_from(if n % 2 == 0 { &other } else { &text });
        let begun = Instant::now();
        check(&world, book)?;
        let read = begun.elapsed();
        let begun = Instant::now();
        checker.check(&world, book, None)?;
        times.push((begun.elapsed(), read));
    }
    times.sort();
    let (anew, known) = checker.reckoned();
    let median = times.get(times.len() / 2).copied().unwrap_or_default();
    println!("first {first:?}, again {:?} (of which to read it and say what it means {:?})", median.0, median.1);
    println!("{} measures looked at again each time, {} known", anew / 10, known / 10);
    Ok(())
}
