//! What the pages on orders quote stands in the American book, word for word: a page that lags behind the book would say what is no longer so.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

fn files(folder: &str, extension: &str) -> Vec<PathBuf> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join(folder);
    let mut paths: Vec<PathBuf> = std::fs::read_dir(folder).unwrap().map(|e| e.unwrap().path()).collect();
    paths.retain(|p| p.extension().is_some_and(|e| e == extension));
    paths.sort();
    paths
}

/// Items stand between empty lines; comments are left to the book.
fn items(text: &str) -> Vec<String> {
    let bare = |item: &str| item.lines().filter(|l| !l.starts_with('#')).collect::<Vec<_>>().join("\n").trim().to_owned();
    text.split("\n\n").map(bare).filter(|i| !i.is_empty()).collect()
}

fn quoted(page: &str) -> Vec<String> {
    let blocks = page.split("```tariff fragment\n").skip(1).filter_map(|b| b.split_once("\n```"));
    blocks.flat_map(|(block, _)| items(block)).collect()
}

#[test]
fn what_pages_on_orders_quote_stands_in_the_book() {
    let book: BTreeSet<String> = files("policies/united_states", "tariff").iter().flat_map(|p| items(&std::fs::read_to_string(p).unwrap())).collect();
    let pages = files("docs/orders", "md");
    assert!(pages.len() >= 3);
    for path in pages {
        let page = std::fs::read_to_string(&path).unwrap();
        let quoted = quoted(&page);
        assert!(quoted.len() > 5, "{} quotes hardly anything", path.display());
        for item in quoted {
            assert!(book.contains(&item), "{} quotes what the book does not say:\n{item}", path.display());
        }
    }
}
