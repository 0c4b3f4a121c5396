//! `new`: the book that everybody begins with is in order.

use crate::tool::Folder;

#[test]
fn a_new_book_checks_tests_and_runs() {
    let folder = Folder::new();
    let made = folder.run("new trade/First-Book");
    assert_eq!((made.status, made.out.as_str()), (0, ""));
    assert!(made.err.contains("carveout run trade/First-Book trade/First-Book/shipments.csv"), "{}", made.err);
    assert_eq!(folder.run("check trade/First-Book --deny warnings").good(), "2 files checked, nothing found\n");
    assert!(folder.run("test trade/First-Book").good().ends_with("\ntest result: ok. 9 passed, 0 failed\n"));
    assert_eq!(folder.run("fmt --check trade/First-Book -q").good(), "");
    let ran = folder.run("run trade/First-Book trade/First-Book/shipments.csv");
    assert_eq!((ran.status, ran.err.as_str()), (0, "8 shipments, all assessed\n"));
    // S-4: 5% and 25% of 1000, tax of 15% on 1300.
    assert!(ran.out.contains("S-4,assessed,300.00,195.00,0.00,495.00,30,ordinary=50.00;additional=250.00;gst=195.00,,,25%\n"), "{}", ran.out);
    assert!(folder.read("trade/First-Book/policy.tariff").contains("\npolicy first_book "));
}

#[test]
fn a_name_that_the_language_does_not_know_is_not_taken() {
    let folder = Folder::new();
    for name in ["9lives", "rate", "税"] {
        assert_eq!(folder.run(&format!("new {name}")).status, 0);
        assert!(folder.read(&format!("{name}/policy.tariff")).contains("\npolicy my_policy "));
        assert_eq!(folder.run(&format!("check {name}")).status, 0);
    }
}

#[test]
fn what_is_there_is_kept() {
    let folder = Folder::new();
    folder.write("mine/notes.txt", "kept");
    let said = "`mine` cannot be made: something is there already; name a folder that does not exist, or is empty";
    assert_eq!(folder.run("new mine").refused(), said);
    assert!(folder.run("new small.tariff").refused().starts_with("`small.tariff` cannot be made: something is there already"));
    assert_eq!(std::fs::read_dir(folder.path().join("mine")).unwrap().count(), 1);
    std::fs::create_dir(folder.path().join("empty")).unwrap();
    assert_eq!(folder.run("new empty").status, 0);
}
