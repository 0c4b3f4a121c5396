//! Whatever is typed.

use super::small;
use carveout::repl::{Options, Session, complete, highlight, hint};
use proptest::prelude::*;

/// All that a session shows of what it knows.
fn known(session: &mut Session<'_>) -> String {
    let shown = [":why", ":diff"].map(|c| session.line(c).text).concat();
    format!("{}{shown}", session.prompt())
}

fn any_line() -> impl Strategy<Value = String> {
    let words = vec![
        "0805.10",
        "0806",
        "7208.10.00",
        "01",
        "of",
        "origin",
        "US",
        "CA",
        "CNY",
        "1_000",
        "value",
        "entered",
        "2025-05-01",
        "12:01",
        "loaded",
        "organic",
        "yes",
        "no",
        "claims",
        "\"GRAPES\"",
        "known",
        "at",
        "rate",
        "general",
        "steel",
        "grown",
        "half",
        "<=",
        "*",
        "+",
        "-",
        "10%",
        "5",
        "kg",
        "per",
        "content",
        ":why",
        ":why-not",
        ":undo",
        ":known-at",
        ":info",
        ":where",
        ":diff",
        ":check",
        ":test",
        ":save",
        ":reload",
        ":load",
        "small.tariff",
        ":help",
        ":batch",
        ":scenario",
        ":explain",
        "T010",
        "suspension",
        "try",
        "exemption",
        "measure",
        "amend",
        "from",
        "by",
        "points",
        "until",
        "test",
        "\"x\"",
        "shipment",
        "expect",
        "applied",
        "    ",
        "on",
        "all",
        "goods",
        "any",
        "instrument",
        "published",
        "input",
        "flag",
        "\"\"\"",
        "#",
        "scenario",
        "hs",
        "total",
        "duties",
    ];
    prop_oneof![
        3 => prop::collection::vec(prop::sample::select(words), 1..9).prop_map(|w| w.join(" ")),
        1 => any::<String>(),
        1 => Just(String::new()),
        1 => Just("0805.10 of origin US value CNY 1_000 entered 2025-05-20 12:00 organic yes loaded 2025-04-01".to_owned()),
        1 => Just("suspension try of general by 5 points cites act".to_owned()),
        1 => Just("    from 2025-05-01".to_owned()),
    ]
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    /// No line stops a session; what goes wrong changes nothing, and what changes something can be taken back.
    #[test]
    fn no_line_loses_what_is_known(lines in prop::collection::vec(any_line(), 1..12)) {
        let world = small();
        let mut session = Session::new(&world, Options::default());
        session.open("small.tariff".as_ref()).unwrap();
        for line in &lines {
            // An item under way ends with the next question, so each line is looked at with its own end.
            let before = known(&mut session);
            let mut reply = session.line(line);
            reply.text.push_str(&session.finish().text);
            let after = known(&mut session);
            if reply.text.starts_with("error:") || reply.text.contains("\n  × ") {
                prop_assert_eq!(&before, &after, "{}\n{}", line, reply.text);
            }
            if before != after && !line.trim_start().starts_with(":u") {
                session.line(":undo");
                prop_assert_eq!(&before, &known(&mut session), "{}", line);
                session.line(line);
                session.finish();
            }
        }
    }

    /// A front may ask about any text, at any place of it.
    #[test]
    fn any_text_can_be_completed_and_coloured(lines in prop::collection::vec(any_line(), 1..4), at in 0usize..200) {
        let world = small();
        let mut session = Session::new(&world, Options::default());
        session.open("small.tariff".as_ref()).unwrap();
        let text = lines.join("\n");
        let mut end = 0;
        for (range, _) in highlight(&session, &text) {
            prop_assert!(end <= range.start && text.get(range.clone()).is_some(), "{:?} of {:?}", range, text);
            end = range.end;
        }
        hint(&session, &text);
        let at = text.floor_char_boundary(at.min(text.len()));
        let (start, candidates) = complete(&session, &text, at);
        prop_assert!(start <= at && candidates.iter().all(|c| c.text.starts_with(text.get(start..at).unwrap()) || c.text == "    "));
    }

    /// A text comes out the same whether it is typed line by line or pasted as a whole.
    #[test]
    fn entries_are_what_the_lines_make(lines in prop::collection::vec(any_line(), 1..12)) {
        let text = lines.iter().map(|l| l.replace(['\n', '\r'], " ")).collect::<Vec<_>>().join("\n");
        let mut pending = carveout::repl::Pending::default();
        let mut one_by_one: Vec<_> = text.lines().flat_map(|l| pending.push(l)).collect();
        one_by_one.extend(pending.finish());
        prop_assert_eq!(one_by_one, carveout::repl::entries(&text));
    }
}
