//! Formatting changes layout and nothing else: what is printed is read again as it was, once is as good as twice, no comment is lost,
//! and no text makes the parser or the formatter stumble.

use crate::relaid::relaid;
use crate::trees::{self, Tape};
use carveout::problem::Problems;
use carveout::syntax::{Syntax, format, keywords, parse, print};
use proptest::prelude::*;

fn read(text: &str) -> (Syntax, Problems) {
    let mut problems = Problems::default();
    let syntax = parse(text, 0, &mut problems);
    (syntax, problems)
}

fn shown(syntax: &Syntax) -> String {
    format!("{:#?}", syntax.items)
}

fn comments(syntax: &Syntax) -> Vec<String> {
    let mut all: Vec<String> = syntax.comments.iter().map(|c| c.text.clone()).collect();
    all.sort();
    all
}

/// What holds of any text, readable or not: nothing is lost, nothing changes its meaning, and there is nothing left to do.
fn keeps_everything(text: &str) -> Result<(), TestCaseError> {
    let formatted = format(text);
    let ((before, _), (after, _)) = (read(text), read(&formatted.text));
    prop_assert_eq!(shown(&before), shown(&after), "{}\n===>\n{}", text, formatted.text);
    prop_assert_eq!(comments(&before), comments(&after), "{}\n===>\n{}", text, formatted.text);
    prop_assert_eq!(&format(&formatted.text).text, &formatted.text, "{}\n===>\n{}", text, formatted.text);
    prop_assert!(!formatted.text.contains("\r\n"));
    Ok(())
}

fn tape() -> impl Strategy<Value = Vec<u16>> {
    proptest::collection::vec(any::<u16>(), 0..600)
}

/// Few enough to wait for; `PROPTEST_CASES` asks for more.
fn config() -> ProptestConfig {
    let asked = std::env::var_os("PROPTEST_CASES").is_some();
    let all = ProptestConfig { failure_persistence: None, ..ProptestConfig::default() };
    if asked { all } else { ProptestConfig { cases: 48, ..all } }
}

proptest! {
    #![proptest_config(config())]

    #[test]
    fn what_is_printed_is_read_as_it_was(numbers in tape()) {
        let tree = trees::syntax(&numbers);
        let text = print(&tree);
        let (again, problems) = read(&text);
        prop_assert!(problems.is_empty(), "{problems:#?}\n{text}");
        prop_assert_eq!(shown(&tree), shown(&again), "{}", text);
        prop_assert_eq!(&format(&text).text, &text);
    }

    #[test]
    fn layout_is_regular_whatever_it_was(numbers in tape(), layout in tape()) {
        let text = print(&trees::syntax(&numbers));
        let other = relaid(&text, &mut Tape::new(&layout), false);
        // Joining lines may make a period look like a bound, which is refused.
        prop_assume!(read(&other).1.is_empty());
        prop_assert_eq!(&format(&other).text, &text, "{}", other);
    }

    #[test]
    fn comments_stay(numbers in tape(), layout in tape()) {
        let text = print(&trees::syntax(&numbers));
        keeps_everything(&relaid(&text, &mut Tape::new(&layout), true))?;
    }

    #[test]
    fn any_text_is_survived(text in any::<String>()) {
        keeps_everything(&text)?;
    }

    #[test]
    fn any_words_are_survived(numbers in tape()) {
        let mut tape = Tape::new(&numbers);
        let mut words = keywords();
        words.extend(["\n", "\n", "\n    ", "\n    ", "\r\n", "\t", "a", "us.b", "01", "3901.20", "5%", "\"t\"", "\"", "\"\"\"", "# c", "=", ",", "(", ")", "<=", "+", "2025-01-01", "12:01", "US", "CNY 5", "“", "\u{a0}", "é"].map(str::to_owned));
        let text: Vec<String> = numbers.iter().map(|_| tape.pick(&words)).collect();
        keeps_everything(&text.join(" ").replace("\n ", "\n"))?;
    }

    #[test]
    fn books_with_mistakes_are_survived(file in 0usize..100, edits in proptest::collection::vec((any::<u32>(), 0usize..40, 0usize..12), 1..6)) {
        let files = books();
        let mut text = files[file % files.len()].clone();
        for (at, len, what) in edits {
            let mut from = at as usize % (text.len() + 1);
            while !text.is_char_boundary(from) {
                from -= 1;
            }
            let mut to = (from + len).min(text.len());
            while !text.is_char_boundary(to) {
                to += 1;
            }
            let piece = text[from..to].to_owned();
            let new = match what {
                0 => String::new(),
                1 => piece.repeat(2),
                2 => piece.replace("    ", ""),
                3 => piece.to_uppercase(),
                4 => piece.replace('\n', " "),
                5 => format!("{piece}\n"),
                6 => format!("\"{piece}"),
                7 => format!("{piece}\"\"\""),
                8 => format!("# {piece}"),
                9 => format!("\n\n{piece}\n    "),
                10 => piece.replace(' ', "\u{a0}"),
                _ => format!("“{piece}” rate 5% $5 =< 12,5%"),
            };
            text.replace_range(from..to, &new);
        }
        keeps_everything(&text)?;
    }
}

#[test]
fn the_examples_of_the_grammar_are_in_canonical_layout() {
    let mut count = 0;
    for entry in std::fs::read_dir("tests/grammar").unwrap() {
        let path = entry.unwrap().path();
        if path.extension().is_some_and(|e| e == "tariff") {
            let text = std::fs::read_to_string(&path).unwrap();
            let formatted = format(&text);
            assert!(formatted.problems.is_empty(), "{}: {:#?}", path.display(), formatted.problems);
            assert_eq!(formatted.text, text, "{}", path.display());
            count += 1;
        }
    }
    assert!(count > 3);
}

/// The files of the books in the repository.
fn books() -> Vec<String> {
    let mut files: Vec<std::path::PathBuf> = std::fs::read_dir("policies")
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .filter(|path| path.is_dir())
        .flat_map(|book| std::fs::read_dir(book).unwrap().map(|entry| entry.unwrap().path()))
        .filter(|path| path.extension().is_some_and(|e| e == "tariff"))
        .collect();
    files.sort();
    files.iter().map(|path| std::fs::read_to_string(path).unwrap()).collect()
}
