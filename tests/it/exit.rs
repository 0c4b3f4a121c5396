//! Exit statuses: 0 good, 1 found something, 2 wrong usage or unreadable input.

use crate::tool::{Folder, command, program, ran};
use std::io::{BufRead, BufReader, Read};
use std::process::Stdio;

#[test]
fn good_ends_with_0() {
    let folder = Folder::new();
    folder.write("one.csv", "hs,origin,value,entered\n3901.20,DE,100,2025-05-01\n");
    for line in ["check small.tariff", "test small.tariff", "explain T100", "explain", "--help", "--version", "run --help"] {
        assert_eq!(folder.run(line).status, 0, "{line}");
    }
    assert_eq!(folder.run("run small.tariff one.csv").status, 0);
    assert_eq!(folder.run("why small.tariff --hs 3901.20 --origin DE --value 100 --entered 2025-05-01").status, 0);
}

#[test]
fn what_was_found_ends_with_1() {
    let folder = Folder::new();
    folder.write("broken.tariff", crate::tool::BOOK.replace("rate 6%", "rate six"));
    folder.write("failing.tariff", crate::tool::BOOK.replace("general = 0%", "general = 1%"));
    folder.write("one.csv", "hs,origin,value,entered\n3901.20,US,100,2025-04-10\n");
    for line in [
        "check broken.tariff",
        "test broken.tariff",
        "test failing.tariff",
        "run broken.tariff one.csv",
        "run small.tariff one.csv",
        "why broken.tariff --hs 3901.20",
        "why small.tariff --hs 3901.20 --origin US",
    ] {
        assert_eq!(folder.run(line).status, 1, "{line}");
    }
}

#[test]
fn wrong_usage_ends_with_2() {
    let folder = Folder::new();
    for line in [
        "",
        "chek small.tariff",
        "check",
        "check small.tariff --format xml",
        "run small.tariff",
        "why small.tariff --hs 3901.20 --known-at yesterday",
        "why small.tariff --hs 3901.20 --set licence",
        "run small.tariff - --detail --summary origin",
    ] {
        let ran = folder.run(line);
        assert_eq!((ran.status, ran.out.as_str()), (2, ""), "{line}: {}", ran.err);
        assert!(!ran.err.is_empty(), "{line}");
    }
}

#[test]
fn missing_files_are_named_with_what_to_do() {
    let folder = Folder::new();
    let said = |line: &str| folder.run(line).refused();
    assert_eq!(said("check nothing"), "`nothing` cannot be read: there is no such file; name a folder with `.tariff` files, or one such file");
    assert_eq!(said("test nothing"), said("check nothing"));
    assert_eq!(said("run small.tariff none.csv"), "`none.csv` cannot be read: there is no such file; name a file of shipments, or `-` for standard input");
    folder.write("empty/readme.txt", "");
    assert_eq!(said("check empty"), "`empty` holds no `.tariff` file; name a folder with `.tariff` files, or one such file");
    folder.write("list.csv", "hs\n");
    // The two arguments of `run`, the wrong way round.
    assert_eq!(
        said("run list.csv small.tariff"),
        "`small.tariff`: its name does not say what it is; shipments are in files that end in `.csv`, `.ndjson`, `.jsonl`, `.parquet`, `.arrow` or `.arrows`; text may be compressed, as in `.csv.gz` and `.csv.zst`"
    );
    assert_eq!(said("check list.csv"), "`list.csv` is no book: a book is a folder with `.tariff` files, or one such file");
    // One book that cannot be read keeps no other waiting.
    let ran = folder.run("check nothing small.tariff empty");
    assert_eq!((ran.status, ran.out.as_str(), ran.err.lines().count()), (2, "1 file checked, nothing found\n", 2));
    let ran = folder.run("test nothing small.tariff");
    assert_eq!((ran.status, ran.out.lines().next()), (2, Some("small.tariff … ok: 1 passed, 0 failed")));
    assert_eq!(said("explain T1000"), "there is no code `T1000`: did you mean `T100`? `carveout explain` lists all codes");
}

#[test]
fn a_closed_pipe_ends_quietly() {
    let folder = Folder::new();
    let mut csv = String::from("hs,origin,value,entered\n");
    csv.push_str(&"3901.20,DE,100,2025-05-01\n".repeat(20_000));
    folder.write("many.csv", csv);
    let mut child = std::process::Command::new(program())
        .current_dir(folder.path())
        .args(["run", "small.tariff", "many.csv", "--quiet"])
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    let mut first = String::new();
    {
        let mut out = BufReader::with_capacity(64, child.stdout.take().unwrap());
        out.read_line(&mut first).unwrap();
    }
    let mut said = String::new();
    child.stderr.take().unwrap().read_to_string(&mut said).unwrap();
    assert!(first.starts_with("id,status,"));
    assert_eq!((said.as_str(), child.wait().unwrap().code()), ("", Some(0)));
}

#[test]
fn colour_is_for_terminals_and_those_who_ask() {
    let folder = Folder::new();
    folder.write("broken.tariff", crate::tool::BOOK.replace("rate 6%", "rate six"));
    let coloured = |arguments: &[&str], no_colour: Option<&str>| {
        let mut command = command(folder.path(), arguments);
        if let Some(value) = no_colour {
            command.env("NO_COLOR", value);
        }
        let ran = ran(&mut command, b"");
        (ran.out + &ran.err).contains('\u{1b}')
    };
    for arguments in [["check", "broken.tariff"], ["test", "broken.tariff"], ["check", "nothing"]] {
        assert!(!coloured(&arguments, None), "{arguments:?}");
        let asked = [arguments.as_slice(), &["--color", "always"]].concat();
        assert!(coloured(&asked, None), "{asked:?}");
        // Who asks on the command line has the last word.
        assert!(coloured(&asked, Some("1")), "{asked:?}");
        assert!(!coloured(&[arguments.as_slice(), &["--color", "never"]].concat(), None));
    }
}
