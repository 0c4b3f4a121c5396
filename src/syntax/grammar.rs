//! The parser that pest makes of `grammar/carveout.pest`; its `Rule` stays inside `syntax`.

#![allow(missing_docs)]

#[derive(pest_derive::Parser)]
#[grammar = "../grammar/carveout.pest"]
pub struct Grammar;

pub type Pair<'i> = pest::iterators::Pair<'i, Rule>;
pub type Pairs<'i> = pest::iterators::Pairs<'i, Rule>;

#[cfg(test)]
mod tests {
    use super::{Grammar, Pairs, Rule};
    use crate::syntax::split;
    use pest::Parser;
    use pest_meta::ast::{Expr, RuleType};
    use std::collections::BTreeSet;
    use std::path::{Path, PathBuf};

    /// The files of a folder and of the folders within, in order.
    fn files(folder: &Path, extension: &str, out: &mut Vec<PathBuf>) {
        let mut entries: Vec<PathBuf> = std::fs::read_dir(folder).map(|d| d.filter_map(|e| e.ok().map(|e| e.path())).collect()).unwrap_or_default();
        entries.sort();
        for path in entries {
            if path.is_dir() {
                files(&path, extension, out);
            } else if path.extension().is_some_and(|e| e == extension) {
                out.push(path);
            }
        }
    }

    /// Every text in the language that the repository holds.
    fn examples() -> Vec<String> {
        let mut paths = Vec::new();
        files(Path::new("policies"), "tariff", &mut paths);
        files(Path::new("tests/grammar"), "tariff", &mut paths);
        let mut texts: Vec<String> = paths.iter().map(|p| std::fs::read_to_string(p).unwrap()).collect();
        let mut documents = Vec::new();
        files(Path::new("tests"), "md", &mut documents);
        for document in documents {
            let text = std::fs::read_to_string(document).unwrap();
            for block in text.split("\n```tariff").skip(1) {
                let body = block.split_once('\n').map_or("", |(_, b)| b);
                texts.push(body.split("\n```").next().unwrap_or("").to_owned());
            }
        }
        texts
    }

    fn collect(pairs: Pairs<'_>, reached: &mut BTreeSet<String>) {
        reached.extend(pairs.flatten().map(|p| format!("{:?}", p.as_rule())));
    }

    /// The rules that a rule's definition names.
    fn named(expr: &Expr) -> BTreeSet<String> {
        expr.iter_top_down().filter_map(|e| if let Expr::Ident(name) = e { Some(name) } else { None }).collect()
    }

    #[test]
    fn every_rule_is_reached_by_an_example() {
        let mut reached = BTreeSet::new();
        for text in examples() {
            for piece in split::split(&text, 0).pieces {
                if let Ok(pairs) = Grammar::parse(Rule::item, text.get(piece.start..piece.end).unwrap()) {
                    collect(pairs, &mut reached);
                }
            }
        }
        for line in std::fs::read_to_string("tests/grammar/session.txt").unwrap().lines() {
            match Grammar::parse(Rule::session_line, line) {
                Ok(pairs) => collect(pairs, &mut reached),
                Err(error) => panic!("{error}"),
            }
        }
        let grammar = std::fs::read_to_string("grammar/carveout.pest").unwrap();
        let rules = pest_meta::parser::consume_rules(pest_meta::parser::parse(pest_meta::parser::Rule::grammar_rules, &grammar).unwrap()).unwrap();
        // What stands only within words is part of them and leaves no trace; what is silent is reached through what it consists of.
        let traced: BTreeSet<String> = rules.iter().filter(|r| r.ty != RuleType::Atomic && r.name != "RESERVED").flat_map(|r| named(&r.expr)).collect();
        let silent = |name: &str| rules.iter().any(|r| r.name == name && r.ty == RuleType::Silent);
        let missing: Vec<&str> = rules
            .iter()
            .map(|r| r.name.as_str())
            .filter(|name| traced.contains(*name) && !silent(name) && !reached.contains(*name))
            .filter(|name| !matches!(*name, "EOI" | "rest_of_rate"))
            .collect();
        assert!(missing.is_empty(), "no example reaches {missing:?}: add one to tests/grammar");
    }
}
