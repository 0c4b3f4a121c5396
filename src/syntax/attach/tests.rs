//! Every way to write a duty on all goods by accident, and that each is refused.

use crate::problem::Problems;
use crate::syntax::{ItemKind, parse};

/// The texts that are pointed at as misleading.
fn misleading(text: &str) -> Vec<String> {
    let mut problems = Problems::default();
    parse(text, 0, &mut problems);
    assert!(problems.iter().all(|p| p.code == "T012"), "{text}\n{problems:#?}");
    problems.iter().map(|p| text.get(p.span().start..p.span().end).unwrap().to_owned()).collect()
}

/// A measure whose body is given; its head says all goods of any origin.
fn measure(body: &str) -> String {
    format!("measure a\n    on all goods of any origin\n{body}\n")
}

#[test]
fn every_modifier_on_a_line_like_the_clauses_is_refused() {
    let modifiers = [
        "on list \"steel.csv\"",
        "of origin CN",
        "of any origin except CA",
        "when steel",
        "unless steel",
        "from 2025-01-01",
        "until 2025-01-01",
        "through 2025-01-01",
        "for 90 days",
        "during truce",
        "as label",
        "prevails over label",
        "cites act \"sec. 1\"",
    ];
    for clause in ["rate 25%", "base value", "yields to b", "in lieu of b", "covers 01"] {
        for modifier in modifiers {
            assert_eq!(misleading(&measure(&format!("    {clause}\n    {modifier}"))), [modifier], "{clause}");
            assert_eq!(misleading(&measure(&format!("    {clause}\n  {modifier}"))), [modifier], "shallower than {clause}");
            assert!(misleading(&measure(&format!("    {clause}\n        {modifier}"))).is_empty(), "deeper than {clause}");
            assert!(misleading(&measure(&format!("    {clause} {modifier}"))).is_empty(), "on the line of {clause}");
        }
    }
    for clause in ["postpone x to 2025-01-01", "end x at 2025-01-01", "extend x until 2025-01-01"] {
        assert_eq!(misleading(&format!("amend a\n    {clause}\n    cites act\n")), ["cites act"]);
    }
}

#[test]
fn neither_comments_nor_empty_lines_nor_line_ends_hide_it() {
    assert_eq!(misleading(&measure("    rate 25%\n\n    # steel only\n\n    on 72")), ["on 72"]);
    assert_eq!(misleading(&measure("    rate 25% # all\n    on 72 # steel only")), ["on 72"]);
    assert_eq!(misleading(&measure("    rate 25%\r\n    on 72\r\n")), ["on 72"]);
    assert_eq!(misleading(&measure("    rate 25% cites act \"\"\"\n    the words\n    of the law\"\"\"\n    on 72")), ["on 72"]);
    // Each that stands so is told, and of two on one line the first.
    assert_eq!(misleading(&measure("    rate 25%\n    on 72 of origin CN\n    cites act")), ["on 72", "cites act"]);
}

#[test]
fn a_clause_in_the_middle_of_a_line_is_no_shallower_than_it_stands() {
    assert_eq!(misleading("measure a on all goods of any origin rate 25%\n    on 72\n"), ["on 72"]);
    assert_eq!(misleading(&measure("    rate 25% rate 10%\n        on 72")), ["on 72"]);
}

#[test]
fn tabs_are_as_wide_as_blanks_or_wider_and_never_trusted() {
    assert_eq!(misleading(&measure("\trate 25%\n    on 72")), ["on 72"]);
    assert_eq!(misleading(&measure("    rate 25%\n\ton 72")), ["on 72"]);
    assert_eq!(misleading(&measure("\trate 25%\n        on 72")), ["on 72"]);
    assert!(misleading(&measure("\trate 25%\n\t\ton 72")).is_empty());
    assert!(misleading(&measure("\trate 25%\n\t  on 72")).is_empty());
}

#[test]
fn what_only_looks_like_a_line_break_is_refused() {
    for end in ["\r", "\u{b}", "\u{c}", "\u{85}", "\u{2028}", "\u{2029}"] {
        for text in [measure(&format!("    rate 25%{end}    on 72")), measure(&format!("    rate 25% # all{end}    on 72"))] {
            let mut problems = Problems::default();
            parse(&text, 0, &mut problems);
            assert_eq!(problems.iter().next().map(|p| p.code), Some("T001"), "{text:?}");
        }
    }
}

#[test]
fn text_that_changes_its_direction_is_refused() {
    for text in [measure("    rate 25% # \u{202e}lla"), measure("    rate 25% on list \"\u{2067}a.csv\""), measure("    rate 25% cites a \"\"\"\u{202b}\"\"\"")]
    {
        let mut problems = Problems::default();
        parse(&text, 0, &mut problems);
        assert_eq!(problems.len(), 1, "{text:?} {problems:?}");
        assert!(problems.iter().all(|p| p.message.contains("direction of writing")));
    }
}

#[test]
fn one_word_and_two_bounds() {
    for period in ["from 2025-02-01", "until 2025-02-01", "through 2025-02-01", "for 90 days", "during truce"] {
        assert_eq!(misleading(&format!("exemption x from a\n    when loaded before 2025-01-01 {period}\n")), [period]);
        assert_eq!(misleading(&format!("exemption x from a\n    when b and not exported from 2025-01-01 {period}\n")), [period]);
        assert!(misleading(&format!("exemption x from a\n    when (loaded before 2025-01-01) {period}\n")).is_empty());
        assert!(misleading(&format!("exemption x from a\n    when loaded before 2025-01-01\n    {period}\n")).is_empty());
        assert!(misleading(&format!("exemption x from a\n    when loaded before 2025-01-01 and b {period}\n")).is_empty());
    }
    assert_eq!(misleading("exemption x from a\n    when loaded from 2025-01-01 before 2025-02-01\n"), ["before"]);
}

#[test]
fn nothing_is_said_twice() {
    let twice = |text: &str| assert_eq!(misleading(text).len(), 1, "{text}");
    for modifier in ["on 72", "of origin CN", "when b", "from 2025-01-01", "until 2025-01-01", "for 90 days", "as x", "prevails over x", "cites act"] {
        twice(&measure(&format!("    rate 25% {modifier} {modifier}")));
        twice(&format!("exemption x from a\n    {modifier}\n    {modifier}\n"));
    }
    twice("exemption x from a\n    to 5%\n    by 5 points\n");
    twice("exemption x from a\n    up to quota q\n    up to quota r\n");
    twice("suspension x of a\n    by 5 points\n    by 6 points\n");
    twice("suspension x of a only b only c\n");
    twice("phaseout x of a\n    starting at 5%\n    starting at 6%\n");
    twice("phaseout x of a\n    counted from 2025-01-01\n    counted from 2026-01-01\n");
    twice("phaseout x of a\n    rounded to 1 points\n    rounded to 2 points\n");
    twice("phaseout x of a\n    in 4 yearly stages to 0%\n    cutting 5%\n");
    twice("quota q \"f.csv\" column a per importer per importer\n");
    twice("quota q \"f.csv\" column a tolerance 5% tolerance 6%\n");
    twice("quota q \"f.csv\" column a for 1 year from column b for 2 years from column c\n");
    twice("quota q \"f.csv\" column a cites b cites c\n");
    twice("measure a\n    against b\n    against c\n");
    twice("test \"t\"\n    shipment 01 known at 2025-01-01 known at 2025-01-02\n    expect a applied\n");
    twice("test \"t\"\n    shipment 01 scenario a scenario b\n    expect a applied\n");
}

#[test]
fn a_clause_above_the_first_rate_holds_for_all() {
    let mut problems = Problems::default();
    let syntax = parse("measure a\n    on 72\n    cites act\n    of origin CN\n    rate 25%\n", 0, &mut problems);
    let Some(ItemKind::Charge(charge)) = syntax.items.first().map(|i| &i.kind) else { panic!("a measure was written") };
    assert!(problems.is_empty() && charge.head.on.is_some() && charge.head.of.is_some() && charge.head.cites.is_some());
    assert!(charge.body[0].modifiers.on.is_none());
}
