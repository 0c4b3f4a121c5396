//! The grammar is a document: each rule says what it is, and each word ends where a word ends.

use pest_meta::ast::{Expr, Rule, RuleType};
use pest_meta::parser::{Rule as Meta, consume_rules, parse};
use std::collections::BTreeSet;

fn text() -> String {
    std::fs::read_to_string("grammar/carveout.pest").unwrap()
}

fn rules() -> Vec<Rule> {
    let text = text();
    consume_rules(parse(Meta::grammar_rules, &text).unwrap()).unwrap()
}

/// The literal texts in a definition.
fn literals(expr: &Expr) -> Vec<String> {
    expr.iter_top_down().filter_map(|e| if let Expr::Str(text) = e { Some(text) } else { None }).collect()
}

fn is_word(text: &str) -> bool {
    text.starts_with(|c: char| c.is_ascii_alphabetic())
}

/// What a definition ends with, on each of its ways.
fn last(expr: &Expr) -> &Expr {
    match expr {
        Expr::Seq(_, right) => last(right),
        other => other,
    }
}

fn is_capital(name: &str) -> bool {
    name.bytes().all(|b| b.is_ascii_uppercase() || b == b'_')
}

#[test]
fn every_rule_has_a_sentence_above_it() {
    let text = text();
    let mut above = "";
    let mut count = 0;
    for line in text.lines() {
        if let Some((name, _)) = line.split_once(" = ")
            && name.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'_')
        {
            count += 1;
            let said = above.strip_prefix("/// ").unwrap_or_else(|| panic!("`{name}` has no doc line"));
            assert!(said.starts_with(|c: char| c.is_uppercase()) && said.ends_with('.'), "`{name}`: {said}");
        }
        above = line;
    }
    assert_eq!(count, rules().len());
}

#[test]
fn every_word_is_atomic_and_ends_where_a_word_ends() {
    for rule in rules() {
        let words: Vec<String> = literals(&rule.expr).into_iter().filter(|t| is_word(t)).collect();
        // In a code a letter stands among others; there is nothing to end.
        if words.is_empty() || rule.name == "problem_code" {
            continue;
        }
        assert_eq!(rule.ty, RuleType::Atomic, "`{}` has {words:?} and skips blanks within", rule.name);
        assert_eq!(last(&rule.expr), &Expr::Ident("WB".to_owned()), "`{}` may end within a word", rule.name);
        assert!(is_capital(&rule.name) || rule.name == "unit", "{words:?} stand in `{}`; a word is a rule of its own", rule.name);
    }
}

#[test]
fn every_mark_is_a_rule_of_its_own() {
    for rule in rules() {
        let marks: Vec<String> = literals(&rule.expr).into_iter().filter(|t| !is_word(t)).collect();
        // Within words marks are part of them.
        let inside = matches!(rule.ty, RuleType::Atomic) || matches!(rule.name.as_str(), "COMMENT" | "WHITESPACE" | "WB");
        assert!(marks.is_empty() || inside, "`{}` has {marks:?}: messages could not name them", rule.name);
    }
}

#[test]
fn reserved_words_are_those_of_their_section() {
    let text = text();
    let section = text.split("// ── Words reserved everywhere").nth(1).and_then(|t| t.split("\n// ── ").next()).unwrap();
    let listed = section.lines().filter_map(|l| l.split_once(" = @{")).map(|(name, _)| name).filter(|n| *n != "RESERVED");
    let listed: BTreeSet<String> = listed.map(|n| n.trim_end_matches("_WORD").to_lowercase()).collect();
    let reserved = rules().into_iter().find(|r| r.name == "RESERVED").unwrap();
    assert_eq!(listed, literals(&reserved.expr).into_iter().collect());
    // A name may not be one of them, also where one begins with another; and every other word of the language may.
    assert_eq!(carveout::syntax::keywords().into_iter().collect::<BTreeSet<_>>(), listed);
}

#[test]
fn words_of_several_words_bear_any_blanks_between_them() {
    let text = "test \"t\"\n    shipment 01\n    expect a not\n        in   force\n    expect a condition\tnot met\n";
    let mut problems = carveout::problem::Problems::default();
    carveout::syntax::parse(text, 0, &mut problems);
    assert!(problems.is_empty(), "{problems:?}");
}
