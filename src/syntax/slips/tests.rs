//! Each slip with what is said of it: part of the message, and the author's text that it points at.

use crate::problem::{Problem, Problems};
use crate::syntax::parse;

fn problems(text: &str) -> Vec<Problem> {
    let mut problems = Problems::default();
    parse(text, 0, &mut problems);
    problems.into_iter().collect()
}

/// Checks what is said of a text, in order: part of each message, and the words that it points at.
#[track_caller]
fn said(text: &str, expected: &[(&str, &str)]) {
    let found = problems(text);
    let shown: Vec<(&str, &str)> = found.iter().map(|p| (p.message.as_str(), text.get(p.span().start..p.span().end).unwrap())).collect();
    assert_eq!(shown.len(), expected.len(), "{text}\n{shown:#?}");
    for ((message, place), (part, words)) in shown.iter().zip(expected) {
        assert!(message.contains(part), "{text}\n{message}\nshould say: {part}");
        assert_eq!(place, words, "{text}\n{message}");
    }
}

/// Applies every fix; what remains must be without mistakes.
#[track_caller]
fn mended(text: &str, expected: &str) {
    let mut fixes: Vec<_> = problems(text).into_iter().filter_map(|p| p.fix).collect();
    fixes.sort_by_key(|f| f.span);
    let mut out = text.to_owned();
    for fix in fixes.iter().rev() {
        out.replace_range(fix.span.start..fix.span.end, &fix.text);
    }
    assert_eq!(out, expected);
    assert!(problems(&out).is_empty(), "{:?}", problems(&out));
}

/// A measure with one line in its body.
fn body(line: &str) -> String {
    format!("measure a\n    on all goods of any origin\n    {line}\n")
}

/// An exemption with one line in its head.
fn head(line: &str) -> String {
    format!("exemption a from b\n    {line}\n")
}

#[test]
fn points_and_rates() {
    said("suspension a of b\n    by 24%\n", &[("`24%` is a rate, where points are meant", "24%")]);
    said("suspension a of b by 24\n", &[("`24` does not say of what", "24")]);
    said(&head("by 5%"), &[("`5%` is a rate, where points are meant", "5%")]);
    said(&body("rate 24 points"), &[("`24 points` is a difference of rates, where a rate is meant", "24 points")]);
    said(&body("rate 34 %"), &[("`34 %` is no rate", "34 %")]);
    said(&body("rate 34 percent"), &[("`34 percent` is no rate", "34 percent")]);
    said(&body("rate 34 per cent from 2025-01-01"), &[("`34 per cent` is no rate", "34 per cent")]);
    said(&body("rate 34%from 2025-01-01"), &[("`34%from` wants a blank", "34%from")]);
    said(&body("rate 5%-2%"), &[("a minus between terms stands between blanks", "5%-2%")]);
    said(&body("rate a -b"), &[("a minus between terms stands between blanks", "-b")]);
    mended("suspension a of b\n    by 24%\n", "suspension a of b\n    by 24 points\n");
    mended(&body("rate 34 per cent"), &body("rate 34%"));
    mended(&body("rate 5%-2%"), &body("rate 5% - 2%"));
}

#[test]
fn money_and_numbers() {
    said(&body("rate $5 per kg"), &[("`$5` does not say which currency", "$5")]);
    said(&body("rate € 5 per kg"), &[("`€ 5` does not say which currency", "€ 5")]);
    said(&body("rate 5$"), &[("`5$` does not say which currency", "5$")]);
    said(&body("rate 5 USD per kg"), &[("`5 USD` has its currency behind the amount", "5 USD")]);
    said(&body("rate 12,5%"), &[("`12,5` has a comma where a decimal point is meant", "12,5")]);
    said(&body("rate CNY 1,000.50"), &[("`1,000.50` has a comma among its digits", "1,000.50")]);
    said(&head("when value > 1 000 000"), &[("`1 000 000` has blanks among its digits", "1 000 000")]);
    mended(&body("rate 5 USD per kg"), &body("rate USD 5 per kg"));
    mended(&body("rate 12,5%"), &body("rate 12.5%"));
    mended(&head("when value > 1 000 000"), &head("when value > 1_000_000"));
    // A currency sign is not mended: who knows which dollar is meant?
    assert!(problems(&body("rate $5")).iter().all(|p| p.fix.is_none()));
}

#[test]
fn codes() {
    said("goods a = 39O1.20, 8703.2l\n", &[("`39O1.20` has a letter among its digits", "39O1.20"), ("`8703.2l` has a letter among its digits", "8703.2l")]);
    said(&head("on 01-05"), &[("`01-05` is no range of codes", "01-05")]);
    said("goods x = 0101 0102\n", &[("a comma is missing between `0101` and `0102`", "0101 0102")]);
    said("goods x = 01, 02,\n", &[("nothing follows this `,`", ",")]);
    said(&head("on 01 and 02"), &[("a list is joined with `,`, not with `and`", "and")]);
    said(&head("on chapter 4, chapter 5"), &[("`4` is no chapter", "4"), ("`5` is no chapter", "5")]);
    mended(&head("on chapter 4, chapter 5"), &head("on chapter 04, chapter 05"));
    mended("goods a = 39O1.20, 8703.2l\n", "goods a = 3901.20, 8703.21\n");
    mended(&head("on 01-05"), &head("on 01 to 05"));
    mended("goods x = 0101 0102 and 0103,\n", "goods x = 0101, 0102, 0103\n");
}

#[test]
fn comparisons_and_marks() {
    for (wrong, right) in [("=<", "<="), ("=>", ">="), ("==", "="), ("<>", "!="), ("!==", "!=")] {
        said(&head(&format!("when value {wrong} 5")), &[(&format!("`{wrong}`"), wrong)]);
        mended(&head(&format!("when value {wrong} 5")), &head(&format!("when value {right} 5")));
    }
    said(&head("when a && b"), &[("`&&` is written `and`", "&&")]);
    said(&head("when !a"), &[("`!` is written `not`", "!")]);
    said(&body("rate 5%;"), &[("`;` has no meaning here", ";")]);
    said(&body("rate 5% // five"), &[("`//` starts no comment", "//")]);
    said(&body("rate: 5%"), &[("no `:` stands after `rate`", ":")]);
    said("goods x: 01\n", &[("`:` is written `=` here", ":")]);
    said(&body("rate 5% cites [no4]"), &[("`[` has no meaning here", "["), ("`]` has no meaning here", "]")]);
    said(&head("when (x and y"), &[("`(` is not closed", "(")]);
    said(&body("base value + duties - excise"), &[("joined with `plus`, not `+`", "+"), ("joined with `less`, not `-`", "-")]);
    mended(&body("base value + duties - excise"), &body("base value plus duties less excise"));
    mended(&head("when !a && b || c"), &head("when not a and b or c"));
}

#[test]
fn dates() {
    said(&body("rate 5% from"), &[("a date is missing after `from`", "from")]);
    said(&head("when loaded before and entered before 2025-01-01"), &[("a date is missing after `before`", "before")]);
    said("instrument a\n    published\n\ninstrument b\n    published 2025-01-01\n", &[("a date is missing after `published`", "published")]);
    for wrong in ["2025-4-10", "10.04.2025", "10/04/2025", "2025/04/10", "2025-04-10T12:01", "20250410"] {
        said(&body(&format!("rate 5% from {wrong}")), &[(&format!("`{wrong}` is no date"), wrong)]);
    }
    said(&body("rate 5% from April 10, 2025"), &[("`April 10, 2025` is no date", "April 10, 2025")]);
    said(&body("rate 5% from 10 April 2025"), &[("`10 April 2025` is no date", "10 April 2025")]);
    said(&body("rate 5% from 2025-04-10 9:00"), &[("`9:00` is no time", "9:00")]);
    said(&body("rate 5% from 2025-02-30"), &[("there is no day `2025-02-30`", "2025-02-30")]);
    said(&body("rate 5% from 2025-04-10 25:00"), &[("`25:00` in `2025-04-10 25:00` is no time of day", "2025-04-10 25:00")]);
    said(&head("when loaded until 2025-02-01"), &[("`loaded` takes `from`, `before` or `through`, not `until`", "until")]);
    mended(&body("rate 5% from 2025-4-1 until 2025/12/31"), &body("rate 5% from 2025-04-01 until 2025-12-31"));
    mended(&body("rate 5% from 2025-04-10T12:01"), &body("rate 5% from 2025-04-10 12:01"));
    mended(&body("rate 5% from 2025-04-10 9:00"), &body("rate 5% from 2025-04-10 09:00"));
    // Nobody can tell whether this is October or April.
    assert!(problems(&body("rate 5% from 10/04/2025")).iter().all(|p| p.fix.is_none()));
}

#[test]
fn names_countries_and_texts() {
    said("exemption in-transit from b\n", &[("`in-transit` has a hyphen", "in-transit")]);
    said("measure General\n", &[("`General` has capitals", "General")]);
    said("measure rate\n", &[("`rate` is a word of the language and cannot be a name", "rate")]);
    said("measure 301_list\n", &[("`301_list` begins with a digit", "301_list")]);
    said("measure\n    on all goods of any origin\n", &[("a name is missing after `measure`", "measure")]);
    said("measure a Additional duty\n    on all goods of any origin\n", &[("`Additional duty` wants quotation marks", "Additional duty")]);
    said("measure a \"Additional duty\n    on all goods of any origin\n", &[("a text is not closed on its line", "\"Additional duty")]);
    said(&head("on list a-b/c.csv"), &[("`a-b/c.csv` wants quotation marks", "a-b/c.csv")]);
    said(&head("cites no4 sec. 1"), &[("`sec. 1` wants quotation marks", "sec. 1")]);
    said(&head("of US"), &[("`of US` does not say that it is an origin", "US")]);
    said(&head("on all goods from US"), &[("`from US` is no origin", "from US")]);
    said(&head("of origin USA, Great Britain"), &[("`USA` is no country", "USA"), ("`Great Britain` is no country", "Great Britain")]);
    said(&head("on all goods not of origin US"), &[("an origin is not negated", "not")]);
    said(&head("when origin = US"), &[("`origin` is said by the scope", "origin")]);
    mended(&head("of origin USA, Great Britain and China"), &head("of origin US, GB, CN"));
    mended(&head("on all goods from US"), &head("on all goods of origin US"));
    mended("measure a Additional duty\n", "measure a \"Additional duty\"\n");
}

#[test]
fn a_line_of_a_session_is_no_item() {
    let said = |line: &str| crate::syntax::parse_session_line(line, 0).map(|_| ()).unwrap_err();
    assert!(!said("mesure x ?").message.contains("item"), "{:?}", said("mesure x ?"));
    assert!(said("rate of general =< 5%").message.contains("`=<` is no comparison"));
    assert!(said("3901.20 of US").message.contains("`of US` does not say that it is an origin"));
    assert!(said("entered 2025-4-1").message.contains("`2025-4-1` is no date"), "{:?}", said("entered 2025-4-1"));
}

#[test]
fn spelling() {
    said("mesure a\n", &[("`mesure` begins no item", "mesure")]);
    said("Measure a\n    Rate 5%\n", &[("`Measure` has capitals", "Measure"), ("`Rate` has capitals", "Rate")]);
    said(&body("rte 5% form 2025-01-01 untill 2026-01-01 cities no4"), &[("`rte`", "rte"), ("`form`", "form"), ("`untill`", "untill"), ("`cities`", "cities")]);
    said(&body("rate 5% at lest CNY 5"), &[("`at lest`", "at lest")]);
    said(&body("rate 5% if x"), &[("`if` is written `when`", "if")]);
    said("use us \"../us\"\n", &[("`from` is missing between `us` and `\"../us\"`", "\"../us\"")]);
    said("amend a\n    extend x to 2025-01-01\n", &[("`until` is meant after `x`, not `to`", "to")]);
    said("test \"t\"\n    shipment 3901 entered 2025-01-01\n    expct a aplied\n", &[("`expct`", "expct"), ("`aplied`", "aplied")]);
    mended(&body("rte 5% form 2025-01-01 untill 2026-01-01 cities no4"), &body("rate 5% from 2025-01-01 until 2026-01-01 cites no4"));
    mended("measure a\nrate 5%\n", "measure a\n    rate 5%\n");
    mended(
        "test \"t\"\n    shipment 3901 entered 2025-01-01\n    expct a aplied\n",
        "test \"t\"\n    shipment 3901 entered 2025-01-01\n    expect a applied\n",
    );
}

#[test]
fn what_a_word_processor_does() {
    said("measure a “Title”\n", &[("`“` is a curly quotation mark", "“"), ("`”` is a curly quotation mark", "”")]);
    said(&body("rate\u{a0}5% – 2%"), &[("a non-breaking or special blank", "\u{a0}"), ("`–` is a dash", "–")]);
    mended(&body("rate\u{a0}5% – 2% when a ≥ 5"), &body("rate 5% - 2% when a >= 5"));
    mended("measure a “Title”\n", "measure a \"Title\"\n");
    // Within texts and comments anything may stand.
    said("measure a \"“Title” – one\" # “so”\n", &[]);
}

#[test]
fn one_mistake_does_not_hide_another() {
    said(
        "measure a \"A\"\n    on all goods of any orgin # here\n    rate 12,5% from 2025-4-1\n    rate 5%\n    rate $5\nmeasure b\n    rate 5% untill 2025-01-01\n",
        &[("`orgin`", "orgin"), ("`12,5`", "12,5"), ("`2025-4-1` is no date", "2025-4-1"), ("`$5`", "$5"), ("`untill`", "untill")],
    );
    // Values are looked at as well, though the item cannot be read.
    said(&body("rate 5% form 2025-02-30"), &[("`form`", "form"), ("there is no day `2025-02-30`", "2025-02-30")]);
    // What is left out to go on is not missed.
    said("test \"t\"\n    shipment ???\n    expect a = 5%\n    shipment 3901\n    expct a = 5%\n", &[("goods code", "???"), ("`expct`", "expct")]);
    said("policy x\n    clock\n    round half up to 0,01\n", &[("expected a time zone", "clock"), ("`0,01`", "0,01")]);
    said(
        &head("when x and\n    cites no4 sec. 1"),
        &[("expected a condition after `and`, but the line ends here", "and"), ("`sec. 1` wants quotation marks", "sec. 1")],
    );
}

#[test]
fn where_an_item_ends_too_early_its_last_word_is_shown() {
    said("quota q \"f.csv\"\n\n\nmeasure b\n    on all goods of any origin\n", &[("expected `column` after `\"f.csv\"`, but the item ends here", "\"f.csv\"")]);
    said("suspension a of b\n    from 2025-01-01 for 90\n", &[("expected `hours`, `days`, `months` or `years` after `90`", "90")]);
}
