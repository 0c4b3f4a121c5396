//! What a session writes, and what it reads again.

use super::{SMALL, china, small};
use carveout::repl::{Options, Session};
use carveout::world::{Disk, World};

#[test]
fn added_items_are_saved_in_canonical_layout_and_never_over_a_file() {
    let world = small().with("kept.tariff", "# kept\n");
    let mut session = Session::new(&world, Options::default());
    session.open("small.tariff".as_ref()).unwrap();
    session.line("exemption  third   from general on 0901 by 50% of the duty cites act");
    session.line("");
    session.line("test \"half\" shipment 0901.11 of origin US value CNY 100 entered 2025-05-01 expect general = 10%");
    assert!(session.line("").text.ends_with("it passes\n"));
    let refused = session.line(":save kept.tariff").text;
    assert_eq!(refused, "error: `kept.tariff` exists already; `:save! FILE` replaces it\n");
    assert_eq!(world.read("kept.tariff".as_ref()).unwrap(), "# kept\n");
    assert_eq!(session.line(":save! kept.tariff").text, "2 items written to `kept.tariff`\n");
    assert_eq!(
        world.read("kept.tariff".as_ref()).unwrap(),
        "exemption third from general\n    on 0901\n    by 50% of the duty\n    cites act\n\ntest \"half\"\n    shipment 0901.11 of origin US value CNY 100 entered 2025-05-01\n    expect general = 10%\n"
    );
    assert!(session.line(":save! small.tariff").text.starts_with("error: `small.tariff` is a file of the book"));
    assert!(session.line(":save notes.txt").text.starts_with("error: `notes.txt` is no policy file"));
}

#[test]
fn items_saved_into_the_book_become_part_of_it() {
    let dir = tempfile::tempdir().unwrap();
    std::fs::write(dir.path().join("small.tariff"), SMALL).unwrap();
    let mut session = Session::new(&Disk, Options::default());
    session.open(dir.path()).unwrap();
    session.line("0901.11 of origin US value CNY 100 entered 2025-05-01");
    session.line("exemption third from general on 0901 by 50% of the duty cites act");
    session.line("");
    let path = dir.path().join("third.tariff");
    let said = session.line(&format!(":save {}", path.display())).text;
    assert!(said.ends_with("the file is part of the book, so the items are no longer additions of this session\n"), "{said}");
    assert_eq!(session.line(":diff").text, "nothing was added in this session\n");
    // 20% of 100, halved.
    assert_eq!(session.line("general").text, "CNY 10\n");
    // The files are read again when one changes, and only then.
    assert_eq!(session.refresh(), None);
    std::fs::write(&path, "exemption third from general on 0901 by 25% of the duty cites act\n").unwrap();
    let told = session.refresh().unwrap();
    assert!(told.starts_with("the files have changed\n") && told.contains("CNY 10.00") && told.contains("CNY 15.00"), "{told}");
    std::fs::remove_file(&path).unwrap();
    assert!(session.refresh().unwrap().contains("→ 20% CNY 20.00"));
}

/// Whoever adds a rule is told what the checker finds of the measures it has to do with, and of nothing else.
#[test]
fn an_added_item_is_compared_with_the_rules_there_are() {
    let mut session = china();
    session.line("suspension second of general by 10 points from 2025-06-01 until 2025-07-01 cites no7");
    let added = session.line("").text;
    assert_eq!(added, "added suspension `second`\nhint: [T212] two suspensions of `general` overlap: they do not add up, the larger counts\n");
    session.line("exemption lamb from agri_10 on 0204 cites no2");
    assert_eq!(session.line("").text, "added exemption `lamb`\n");
    let checked = session.line(":check").text;
    assert!(checked.contains("T212") && checked.contains("T211"), "{checked}");
}

#[test]
fn an_item_under_way_can_be_interrupted() {
    let world = small();
    let mut session = Session::new(&world, Options::default());
    session.open("small.tariff".as_ref()).unwrap();
    assert_eq!(session.line("measure extra \"Extra\"").text, "");
    assert!(session.is_waiting());
    session.interrupt();
    assert!(!session.is_waiting());
    assert_eq!(session.finish().text, "");
    assert!(session.line(":info extra").text.starts_with("error: nothing is called `extra`"));
}

/// What a rule reaches is said of the book with what was added.
#[test]
fn a_session_says_what_a_rule_reaches() {
    let world = small();
    let mut session = Session::new(&world, Options::default());
    session.open("small.tariff".as_ref()).unwrap();
    session.line("exemption third from general on 0901 by 50% of the duty from 2025-06-01 cites act");
    session.line("");
    let said = session.line(":where third").text;
    assert!(said.contains("exemption third of general (session:1:1), cites act") && said.contains("0901 of") && said.contains("from 2025-06-01"), "{said}");
    let unknown = session.line(":where nobody").text;
    assert!(unknown.starts_with("error: ") && unknown.contains("`nobody`"), "{unknown}");
}
