//! Mistakes of the kinds that real models of tariff law have made, planted one by one into a copy of a real book: the checker finds each.

use carveout::analysis;
use carveout::problem::Severity;
use carveout::world::{Disk, Memory, World};
use std::path::Path;

/// The book of China's duties, in memory.
fn china() -> Memory {
    let mut world = Memory::default();
    let mut add = |path: &str| world.insert(path, Disk.read(Path::new(path)).unwrap());
    for entry in std::fs::read_dir("policies/china").unwrap() {
        let path = entry.unwrap().path();
        let name = path.to_str().unwrap().to_owned();
        if name.ends_with(".tariff") || name.ends_with(".csv") {
            add(&name);
        }
    }
    for entry in std::fs::read_dir("policies/china/lists").unwrap() {
        add(entry.unwrap().path().to_str().unwrap());
    }
    add("policies/nomenclature/hs2022.csv");
    world
}

/// The codes of the findings on the book with one text replaced by another, those that the book has without it left out.
fn found(file: &str, from: &str, to: &str) -> Vec<(&'static str, String)> {
    let path = format!("policies/china/{file}");
    let mut world = china();
    let text = world.read(Path::new(&path)).unwrap();
    assert!(text.contains(from), "`{from}` is not in {file}");
    world.insert(&path, text.replacen(from, to, 1));
    let problems = |world: &Memory| analysis::check(world, Path::new("policies/china"), None).unwrap().problems;
    let before: Vec<String> = problems(&china()).iter().map(|p| p.message.clone()).collect();
    problems(&world).iter().filter(|p| !before.contains(&p.message)).map(|p| (p.code, p.message.clone())).collect()
}

#[test]
fn the_book_itself_is_clean() {
    let checked = analysis::check(&china(), Path::new("policies/china"), None).unwrap();
    assert!(checked.problems.iter().all(|p| p.severity == Severity::Hint));
}

/// Each mistake, where it is planted, and what must be said of it.
#[test]
fn every_planted_mistake_is_found() {
    let mistakes = [
        // The rate of No. 6 is attached to no product: its origin is another's.
        (
            "a rate that reaches nothing",
            "duties-2025.tariff",
            "rate 125% from 2025-04-12       as no6_rate",
            "rate 125% of origin CA from 2025-04-12 as no6_rate",
            "T121",
        ),
        // The list of the exemption is that of another measure.
        (
            "an exemption from a measure it does not meet",
            "relief.tariff",
            "from general\n    on list \"lists/quiet-list.csv\"",
            "from energy_15\n    on list \"lists/quiet-list.csv\"",
            "T121",
        ),
        // No. 7 was published on 13 May and in force on the 14th; the suspension is dated by another year.
        ("a relief dated before what it relieves", "relief.tariff", "from 2025-05-14 12:01 for 90 days", "from 2024-05-14 12:01 for 90 days", "T206"),
        // The truce is entered for a day and a half too few: a hole.
        ("a hole between two suspensions", "relief.tariff", "from 2025-08-12 12:01 for 90 days", "from 2025-08-13 00:00 for 90 days", "T211"),
        ("two suspensions at once", "relief.tariff", "from 2025-08-12 12:01 for 90 days", "from 2025-08-01 12:01 for 90 days", "T212"),
        ("points for a share", "relief.tariff", "by 24 points", "by 240 points", "T301"),
        ("the same rate twice", "duties-2025.tariff", "rate 15% from 2025-03-10", "rate 15% from 2025-03-10\n    rate 15% from 2025-03-10", "T101"),
        ("two rates at once", "duties-2025.tariff", "rate 15% from 2025-03-10", "rate 15% from 2025-03-10\n    rate 10% from 2025-03-10", "T100"),
        // A code of the list is broader than the others, which it swallows.
        ("a prefix broader than the list", "lists/no2-15pct.csv", "02071100", "0207", "T021"),
        ("a code that does not exist", "lists/no1-15pct.csv", "27011100", "27991100", "T020"),
        ("a period that ends before it starts", "duties-2025.tariff", "from 2025-03-10 through 2025-04-12", "from 2025-03-10 through 2024-04-12", "T200"),
        // The day of publication is used as that of effect, or the other way round.
        (
            "in force before it was published",
            "duties-2025.tariff",
            "rate 125% from 2025-04-12       as no6_rate",
            "rate 125% from 2025-04-10       as no6_rate",
            "T203",
        ),
        ("a rule without a source", "relief.tariff", "    cites no8\n", "", "T500"),
        ("a misspelt measure", "relief.tariff", "of agri_15, agri_10", "of agri_15, agri_1O", "T0"),
    ];
    for (what, file, from, to, code) in mistakes {
        let found = found(file, from, to);
        assert!(found.iter().any(|(c, _)| c.starts_with(code)), "{what}: {code} is not among {found:?}");
    }
}
