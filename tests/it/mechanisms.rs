//! Published cases written as small books of their own: each must check and pass its tests.

use crate::tool::Folder;

#[test]
fn the_small_books_of_published_cases_pass() {
    let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/mechanisms");
    let mut books: Vec<String> = std::fs::read_dir(folder)
        .unwrap()
        .map(|e| e.unwrap().path())
        .filter(|p| p.extension().is_some_and(|e| e == "tariff"))
        .map(|p| p.display().to_string())
        .collect();
    books.sort();
    assert!(books.len() >= 2);
    for book in books {
        let ran = Folder::new().run_with(&["test", &book], b"");
        assert_eq!(ran.status, 0, "{book}\n{}{}", ran.out, ran.err);
        assert!(ran.out.contains("test result: ok"), "{}", ran.out);
    }
}
