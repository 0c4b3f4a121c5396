//! `fmt`: files are changed, or their difference is shown.

use crate::tool::{BOOK, Folder, ran};

/// The small book with one clause in another layout.
fn crooked() -> String {
    BOOK.replace("    rate 6%", "      rate   6%").replace('\n', "\r\n")
}

#[test]
fn files_are_put_into_one_layout() {
    let folder = Folder::new();
    let canonical = folder.run_with(&["fmt", "-"], BOOK.as_bytes()).good();
    folder.write("book/a.tariff", crooked());
    folder.write("book/b.tariff", "countries few = US,  DE\n");
    folder.write("book/list.csv", "hs\n");
    let ran = folder.run("fmt book");
    assert_eq!((ran.status, ran.out.as_str(), ran.err.as_str()), (0, "", "2 files changed, 0 unchanged\n"));
    assert_eq!((folder.read("book/a.tariff"), folder.read("book/b.tariff")), (canonical, "countries few = US, DE\n".to_owned()));
    assert_eq!(folder.run("fmt book book/a.tariff").err, "0 files changed, 2 unchanged\n");
}

#[test]
fn the_difference_is_shown_and_nothing_changed() {
    let folder = Folder::new();
    folder.write("few.tariff", "countries few = US,  DE\n\ncountries more = FR\n");
    let ran = folder.run("fmt --check few.tariff");
    let expected = "--- few.tariff\n+++ few.tariff (formatted)\n@@ -1,3 +1,3 @@\n-countries few = US,  DE\n+countries few = US, DE\n \n countries more = FR\n";
    assert_eq!((ran.status, ran.out.as_str()), (1, expected));
    assert_eq!(ran.err, "1 file is in another layout: `carveout fmt` without `--check` changes it\n");
    assert_eq!(folder.read("few.tariff"), "countries few = US,  DE\n\ncountries more = FR\n");
    folder.write("few.tariff", "countries few = US, DE\n\ncountries more = FR\n");
    assert_eq!(folder.run("fmt --check few.tariff -q").good(), "");
}

#[test]
fn what_cannot_be_read_stays_and_is_reported() {
    let folder = Folder::new();
    folder.write("odd.tariff", "countries few = US,  DE\n\ncountries = = FR\n");
    let ran = folder.run("fmt odd.tariff");
    assert_eq!((ran.status, folder.read("odd.tariff").as_str()), (1, "countries few = US, DE\n\ncountries = = FR\n"));
    assert!(ran.err.contains("T001") && ran.err.contains("odd.tariff:3"), "{}", ran.err);
    assert!(folder.run("fmt none.tariff").refused().starts_with("`none.tariff` cannot be read: there is no such file"));
    folder.write("list.csv", "hs\n");
    assert!(folder.run("fmt list.csv").refused().starts_with("`list.csv` is no book"));
}

#[test]
fn shells_and_man_are_told_of_every_command() {
    let folder = Folder::new();
    for shell in ["bash", "zsh", "fish", "elvish", "powershell"] {
        let text = folder.run(&format!("completions {shell}")).good();
        assert!(["check", "fmt", "run", "why", "test", "known-at"].iter().all(|w| text.contains(w)), "{shell}");
    }
    assert!(folder.run("man").good().contains(".SH SYNOPSIS"));
    assert!(folder.run("man run").good().contains("relieved_percent"));
    assert_eq!(folder.run("man walk").refused(), "there is no command `walk`; `carveout --help` lists them");
    let mut command = crate::tool::command(folder.path(), &["completions", "bush"]);
    assert_eq!(ran(&mut command, b"").status, 2);
}
