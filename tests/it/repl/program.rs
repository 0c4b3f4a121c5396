//! The program itself, from a pipe.

#[test]
fn from_a_pipe_results_alone_are_printed_in_order() {
    let folder = crate::tool::Folder::new();
    let run = |arguments: &[&str], input: &[u8]| {
        let ran = folder.run_with(arguments, input);
        (ran.out, ran.err, ran.status)
    };
    // 6% and 125% on 1000; the tax is 13% of 2310.
    let (out, err, status) =
        run(&["repl", "small.tariff"], b"3902.10 of origin US value CNY 1_000 entered 2025-04-20\r\n:wy\nrate of general\nsuspension s of general by 5 points");
    assert_eq!((err.as_str(), status), ("", 0));
    assert!(out.starts_with("assessed\n  mfn      6%      CNY 60.00\n  general  125%  CNY 1250.00\n  vat      13%    CNY 300.30\n"), "{out}");
    assert!(out.contains("\nerror: there is no command `:wy`: did you mean `:why`?\n125%\nadded suspension `s`\n"), "{out}");
    assert!(out.ends_with("  total    CNY 1610.30 → CNY 1553.80\n"), "an item is complete where the input ends: {out}");
    assert_eq!(run(&["repl", "small.tariff"], b":quit\nvalue\n"), (String::new(), String::new(), 0));
    assert_eq!(run(&["repl"], b"value\n"), ("error: no book is open: `:load PATH` opens one\n".to_owned(), String::new(), 0));
    assert_eq!(run(&["repl", "small.tariff"], b"\xff\n").2, 0, "what is no text is no reason to stop");
    let (out, err, status) = run(&["repl", "nowhere"], b"value\n");
    assert_eq!((out.as_str(), status), ("", 2));
    assert!(err.contains("`nowhere` cannot be opened: there is no such file"), "{err}");
    assert_eq!(run(&["repl", "small.tariff", "--scenario", "none"], b"").2, 2);
    // A book with errors is opened, and says so.
    folder.write("broken.tariff", crate::tool::BOOK.replace("rate 6%", "rate six"));
    let (out, _, status) = run(&["repl", "broken.tariff"], b":test\n");
    assert_eq!(status, 0);
    assert!(
        out.contains("error: [T010]")
            && out.ends_with("error: the book has 1 error and cannot be run: `:check` shows them, and `:reload` reads the files again\n"),
        "{out}"
    );
}
