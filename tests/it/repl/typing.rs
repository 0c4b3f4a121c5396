//! While a line is typed: completion, hints, colours.

use super::china;
use carveout::repl::{Kind, Session, complete, highlight, hint};

/// What the word at the end of a text can become.
fn becomes(session: &Session<'_>, text: &str) -> Vec<String> {
    complete(session, text, text.len()).1.into_iter().map(|c| if c.about.is_empty() { c.text } else { format!("{}: {}", c.text, c.about) }).collect()
}

#[test]
fn words_that_are_begun_are_completed() {
    let session = china();
    assert_eq!(becomes(&session, ":why-"), [":why-not: why a measure or relief does not apply, and the nearest change that would make it"]);
    assert_eq!(
        becomes(&session, ":why gen"),
        ["general: measure: Additional duty on all goods of United States origin", "geneva: suspension: 24 points suspended after the talks in Geneva"]
    );
    assert_eq!(becomes(&session, ":explain t"), Vec::<String>::new());
    assert_eq!(becomes(&session, ":explain T01")[0].split(':').next(), Some("T010"));
    assert_eq!(becomes(&session, ":known-at 2025-05"), ["2025-05-13: no7 was published"]);
    assert_eq!(becomes(&session, "sus"), ["suspension: begins an item"]);
    assert_eq!(becomes(&session, "3901.20.00 of origin U")[0], "UA: Ukraine");
    assert_eq!(becomes(&session, "3901.20.00 of origin US val"), ["value: the customs value"]);
    assert_eq!(becomes(&session, "3901.20.00 of origin US value C").last().unwrap(), "CZ: Czechia");
    assert!(becomes(&session, "3901.20.00 of origin US value CN").contains(&"CNY: the currency of the book".to_owned()));
    assert_eq!(becomes(&session, "rate 5% cites no1"), ["no10: instrument: Tariff Commission Announcement [2025] No. 10"]);
    // The nomenclature knows six digits, the lists of the book eight.
    let polyethylene = "Ethylene polymers; in primary forms, polyethylene having a specific gravity of less than 0.94";
    assert_eq!(becomes(&session, "3901.1"), [format!("3901.10: {polyethylene}"), format!("3901.10.00: {polyethylene}")]);
    assert_eq!(becomes(&session, "390110"), [format!("39011000: {polyethylene}")]);
    // Within an item the next line is indented.
    assert_eq!(becomes(&session, "suspension try of general\n"), ["    : a clause of the item"]);
    assert_eq!(becomes(&session, "suspension try of general\n    from 2025-05-01 cites no5"), Vec::<String>::new());
    assert_eq!(complete(&session, "rate of gener <= 5%", 13), (8, complete(&session, "rate of gener", 13).1));
}

#[test]
fn the_end_of_a_line_says_what_it_stands_for() {
    let session = china();
    let shown = |line: &str| hint(&session, line).map(|h| (h.shown, h.taken.is_some()));
    let own = |text: &str, taken| Some((text.to_owned(), taken));
    assert_eq!(shown(":why-n"), own("ot", true));
    assert_eq!(shown(":why "), own("[NAME]", false));
    assert_eq!(shown("rate of quiet"), own("_list", true));
    assert_eq!(shown("rate of general"), own("  measure: Additional duty on all goods of United States origin", false));
    assert_eq!(shown("2709.00.00"), own("  Oils; petroleum oils and oils obtained from bituminous minerals, crude", false));
    assert_eq!(shown(""), None);
}

#[test]
fn each_piece_of_a_line_is_told_apart() {
    let session = china();
    let pieces = |text: &str| highlight(&session, text).into_iter().map(|(range, kind)| (text[range].to_owned(), kind)).collect::<Vec<_>>();
    let own = |all: &[(&str, Kind)]| all.iter().map(|(t, k)| ((*t).to_owned(), *k)).collect::<Vec<_>>();
    assert_eq!(
        pieces("3901.20.00 of origin US value CNY 1_000 # a remark"),
        own(&[
            ("3901.20.00", Kind::Number),
            ("of", Kind::Keyword),
            ("origin", Kind::Keyword),
            ("US", Kind::Country),
            ("value", Kind::Name),
            ("CNY", Kind::Country),
            ("1_000", Kind::Number),
            ("# a remark", Kind::Remark)
        ])
    );
    assert_eq!(pieces(":why general"), own(&[(":why", Kind::Command), ("general", Kind::Name)]));
    assert_eq!(pieces(":wy genral"), own(&[(":wy", Kind::Unknown)]));
    assert_eq!(pieces("test \"a – b"), own(&[("test", Kind::Keyword), ("\"a – b", Kind::Text)]));
    assert_eq!(pieces("    rate 33 1/3%"), own(&[("rate", Kind::Keyword), ("33", Kind::Number), ("1/3%", Kind::Number)]));
}
