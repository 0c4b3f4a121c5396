//! `check` and `test`: their formats.

use crate::tool::{BOOK, Folder};
use serde_json::Value;

fn keys(value: &Value) -> Vec<&str> {
    let mut keys: Vec<&str> = value.as_object().unwrap().keys().map(String::as_str).collect();
    keys.sort_unstable();
    keys
}

#[test]
fn json_of_check_has_every_key_of_its_schema() {
    let folder = Folder::new();
    folder.write("broken.tariff", BOOK.replace("from general\n    on 3901", "from genral\n    on 3901"));
    let ran = folder.run("check broken.tariff --format json");
    let report: Value = serde_json::from_str(&ran.out).unwrap();
    assert_eq!(keys(&report), ["problems", "scenario", "summary"]);
    assert_eq!(keys(&report["summary"]), ["errors", "hints", "waived", "warnings"]);
    let problem = &report["problems"][0];
    assert_eq!(keys(problem), ["code", "fix", "help", "message", "places", "region", "severity", "taric", "waived", "witness"]);
    assert_eq!((problem["code"].as_str(), problem["severity"].as_str()), (Some("T010"), Some("error")));
    assert_eq!(problem["help"], "did you mean `general`?");
    let place = &problem["places"][0];
    assert_eq!(keys(place), ["column", "end_column", "end_line", "file", "label", "line"]);
    let line = BOOK.lines().position(|l| l.contains("exemption quiet_list")).unwrap() + 1;
    assert_eq!((place["file"].as_str(), place["line"].as_u64()), (Some("broken.tariff"), Some(line as u64)));
    // `exemption quiet_list from ` has 26 characters.
    assert_eq!((place["column"].as_u64(), place["end_column"].as_u64()), (Some(27), Some(33)));
    assert_eq!(report["summary"]["errors"], 1);
    assert_eq!((ran.status, ran.err.as_str()), (1, ""));
}

#[test]
fn findings_for_github_are_one_a_line() {
    let folder = Folder::new();
    folder.write("broken.tariff", BOOK.replace("from general\n    on 3901", "from genral\n    on 3901"));
    let ran = folder.run("check broken.tariff --format github");
    let line = BOOK.lines().position(|l| l.contains("exemption quiet_list")).unwrap() + 1;
    assert_eq!(ran.out.lines().count(), 1);
    assert!(ran.out.starts_with(&format!("::error file=broken.tariff,line={line},col=27,endLine={line},endColumn=33,title=T010::")), "{}", ran.out);
}

#[test]
fn warnings_can_be_denied() {
    let folder = Folder::new();
    // A code that a shorter one in the same list covers: T021, a warning.
    folder.write("warned.tariff", BOOK.replace("on 3901\n", "on 3901, 3901.20\n"));
    assert_eq!(folder.run("check warned.tariff").status, 0);
    let denied = folder.run("check warned.tariff --deny warnings");
    assert_eq!((denied.status, denied.err.as_str()), (1, "1 warning denied by `--deny warnings`\n"));
    assert_eq!(folder.run("check small.tariff --deny warnings").status, 0);
}

#[test]
fn several_books_make_one_report() {
    let folder = Folder::new();
    folder.write("broken.tariff", BOOK.replace("rate 6%", "rate six"));
    let one: Value = serde_json::from_str(&folder.run("check broken.tariff --format json").out).unwrap();
    let both = folder.run("check small.tariff broken.tariff broken.tariff --format json");
    // What a book reports is reported once.
    assert_eq!(serde_json::from_str::<Value>(&both.out).unwrap(), one);
    assert_eq!(both.status, 1);
}

#[test]
fn tests_close_with_their_count() {
    let folder = Folder::new();
    assert_eq!(folder.run("test small.tariff").good(), "small.tariff … ok: 1 passed, 0 failed\ntest result: ok. 1 passed, 0 failed\n");
    assert_eq!(folder.run("test small.tariff --quiet").good(), "test result: ok. 1 passed, 0 failed\n");
    folder.write("failing.tariff", BOOK.replace("general = 0%", "general = 125%"));
    let ran = folder.run("test small.tariff failing.tariff");
    assert_eq!(ran.status, 1);
    assert!(ran.out.ends_with("\ntest result: FAILED. 1 passed, 1 failed\n"), "{}", ran.out);
    for part in ["T610", "expect general = 125%", "`general` = 125%", "exempted"] {
        assert!(ran.out.contains(part), "{part} in {}", ran.out);
    }
    // A book that cannot be run has not passed.
    folder.write("broken.tariff", BOOK.replace("rate 6%", "rate six"));
    let ran = folder.run("test broken.tariff");
    assert_eq!((ran.status, ran.out.as_str()), (1, "test result: FAILED. 0 passed, 0 failed\n"));
    assert!(ran.err.ends_with("error: `broken.tariff` has 1 error and cannot be run; mend them first\n"), "{}", ran.err);
}

#[test]
fn json_of_tests_names_file_and_line() {
    let folder = Folder::new();
    folder.write("failing.tariff", BOOK.replace("general = 0%", "general = 125%"));
    let ran = folder.run("test failing.tariff --format json");
    let report: Value = serde_json::from_str(&ran.out).unwrap();
    assert_eq!(report["summary"], serde_json::json!({"passed": 0, "failed": 1}));
    let test = &report["tests"][0];
    assert_eq!((test["title"].as_str(), test["passed"].as_bool()), (Some("polyethylene is relieved"), Some(false)));
    let line = BOOK.lines().position(|l| l.contains("expect general")).unwrap() + 1;
    assert_eq!((test["failures"][0]["file"].as_str(), test["failures"][0]["line"].as_u64()), (Some("failing.tariff"), Some(line as u64)));
}

#[test]
fn junit_escapes_what_authors_write() {
    let folder = Folder::new();
    folder.write("failing.tariff", BOOK.replace("general = 0%", "general = 125%").replace("polyethylene is", "<polyethylene> & 'more' is"));
    let ran = folder.run("test failing.tariff --format junit");
    assert!(ran.out.starts_with("<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<testsuites"), "{}", ran.out);
    assert!(ran.out.contains("<testcase name=\"&lt;polyethylene&gt; &amp; 'more' is relieved\" classname=\"small\""), "{}", ran.out);
    assert!(ran.out.contains("<testsuite name=\"failing.tariff\" tests=\"1\" failures=\"1\" errors=\"0\">"), "{}", ran.out);
    assert_eq!(ran.out.matches("<failure ").count(), 1);
}

/// A finding that its own book waives is no warning for the books that use it.
#[test]
fn waivers_of_a_used_book_hold_in_the_books_that_use_it() {
    const RETROACTIVE: &str =
        "\ninstrument act \"Act\"\n    published 2025-06-01\n\nmeasure early \"Early\"\n    on 3905 of origin US\n    cites act\n    rate 5% from 2025-05-01\n";
    let folder = Folder::new();
    let used = |waiver: &str| format!("{}{RETROACTIVE}{waiver}", BOOK.replace("policy small", "policy used"));
    folder.write("main/main.tariff", BOOK.replace("input licence", "use other from \"../used\"\n\ninput licence").replace("policy small", "policy main"));
    folder.write("used/used.tariff", used(""));
    assert!(folder.run("check main").out.contains("T203"));
    folder.write("used/used.tariff", used("\nallow T203 in early because \"the act says so\"\n"));
    let waived = folder.run("check main");
    assert!(!waived.out.contains("T203") && waived.out.contains("1 waived"), "{}", waived.out);
    // Whether a waiver is still needed is the business of its own book.
    folder.write("used/used.tariff", used("\nallow T203 in early because \"the act says so\"\n").replace("published 2025-06-01", "published 2025-04-01"));
    assert!(!folder.run("check main").out.contains("T900"));
    assert!(folder.run("check used").out.contains("T900"));
}

/// What the schema of SARIF 2.1.0 requires of the objects that are used.
#[test]
fn the_sarif_log_has_what_its_schema_requires() {
    let folder = Folder::new();
    let waived = "\ninstrument act \"Act\"\n    published 2025-06-01\n\nmeasure early \"Early\"\n    on 3905 of origin US\n    cites act\n    rate 5% from 2025-05-01\n\n\
                  allow T203 in early because \"the act says so\"\n";
    folder.write("a b/mixed.tariff", BOOK.replace("on 3901\n", "on 3901, 3901.20\n").replace("from general\n    on 3902", "from genral\n    on 3902"));
    folder.write("waived.tariff", format!("{BOOK}{waived}"));
    let ran = folder.run_with(&["check", "a b/mixed.tariff", "waived.tariff", "--format", "sarif"], b"");
    assert_eq!((ran.status, ran.err.as_str()), (1, ""));
    let log: Value = serde_json::from_str(&ran.out).unwrap();
    assert_eq!(log["version"], "2.1.0");
    let run = &log["runs"][0];
    let driver = &run["tool"]["driver"];
    assert_eq!(driver["name"], "carveout");
    let rules: Vec<&str> = driver["rules"].as_array().unwrap().iter().map(|r| r["id"].as_str().unwrap()).collect();
    assert!(driver["rules"].as_array().unwrap().iter().all(|r| r["shortDescription"]["text"].as_str().is_some_and(|t| !t.is_empty())));
    let region = |place: &Value| {
        let number = |key: &str| place["region"][key].as_u64().unwrap();
        assert!(number("startLine") >= 1 && number("startColumn") >= 1, "{place}");
        assert!((number("startLine"), number("startColumn")) <= (number("endLine"), number("endColumn")), "{place}");
        place["artifactLocation"]["uri"].as_str().unwrap().to_owned()
    };
    let mut levels = Vec::new();
    for result in run["results"].as_array().unwrap() {
        let index = usize::try_from(result["ruleIndex"].as_u64().unwrap()).unwrap();
        assert_eq!(rules[index], result["ruleId"].as_str().unwrap());
        assert!(result["message"]["text"].as_str().is_some_and(|t| !t.is_empty()));
        let places = result["locations"].as_array().unwrap().iter().chain(result["relatedLocations"].as_array().into_iter().flatten());
        for place in places {
            let uri = region(&place["physicalLocation"]);
            assert!(["a%20b/mixed.tariff", "waived.tariff"].contains(&uri.as_str()), "{uri}");
        }
        for fix in result["fixes"].as_array().into_iter().flatten() {
            let change = &fix["artifactChanges"][0];
            assert!(change["artifactLocation"]["uri"].is_string() && change["replacements"][0]["deletedRegion"]["startLine"].is_u64(), "{fix}");
        }
        levels.push((result["ruleId"].as_str().unwrap(), result["level"].as_str().unwrap(), result["suppressions"][0]["kind"].as_str()));
    }
    for expected in [("T010", "error", None), ("T203", "note", Some("inSource"))] {
        assert!(levels.contains(&expected), "{expected:?} in {levels:?}");
    }
    let fix = run["results"].as_array().unwrap().iter().find(|r| r["ruleId"] == "T010").unwrap();
    assert_eq!(fix["fixes"][0]["artifactChanges"][0]["replacements"][0]["insertedContent"]["text"], "general");
}

#[test]
fn what_is_nearly_certain_is_mended_and_the_rest_is_reported() {
    let folder = Folder::new();
    let broken = BOOK.replace("rate 6%", "rate 6,5%").replace("from general\n    on 3901", "from genral\n    on 3901");
    folder.write("broken.tariff", &broken);
    // Looking changes nothing.
    let shown = folder.run("check broken.tariff --diff");
    assert_eq!(shown.status, 1);
    assert!(shown.out.contains("-    rate 6,5%\n+    rate 6.5%\n") && shown.err == "2 would be fixed\n", "{}{}", shown.out, shown.err);
    assert_eq!(folder.read("broken.tariff"), broken);
    let fixed = folder.run("check broken.tariff --fix");
    assert_eq!((fixed.status, fixed.out.as_str()), (0, "1 file checked, nothing found\n"), "{}", fixed.err);
    assert!(fixed.err.ends_with("2 fixed\n"), "{}", fixed.err);
    assert_eq!(folder.read("broken.tariff"), BOOK.replace("rate 6%", "rate 6.5%"));
    let again = folder.run("check broken.tariff --diff");
    assert_eq!((again.status, again.out.as_str()), (0, ""));
}

#[test]
fn mending_leaves_used_books_alone() {
    let folder = Folder::new();
    let main = BOOK.replace("input licence", "use other from \"../used\"\n\ninput licence").replace("policy small", "policy main");
    let used = BOOK.replace("policy small", "policy used").replace("rate 6%", "rate 6,5%");
    folder.write("main/main.tariff", main.replace("from general\n    on 3901", "from genral\n    on 3901"));
    folder.write("used/used.tariff", &used);
    let ran = folder.run("check main --fix");
    assert_eq!(ran.status, 1);
    assert_eq!((folder.read("main/main.tariff"), folder.read("used/used.tariff")), (main, used));
}

/// A measure of 10% with further rates, each for whoever makes a claim of its own.
fn claimed_rates(count: usize) -> String {
    let head = BOOK.lines().take_while(|l| !l.is_empty()).collect::<Vec<_>>().join("\n");
    let rates: Vec<String> = (0..count).map(|n| format!("    rate {}% when claims \"C{n}\"\n", n + 11)).collect();
    format!("{head}\n\nmeasure many \"Many rates\"\n    on all goods of any origin\n    rate 10%\n{}", rates.concat())
}

#[test]
fn each_two_of_many_rates_conflict_once() {
    let folder = Folder::new();
    // Whoever makes several claims is in conflict, but each two rates are named once: of 8 there are 28 pairs, of 20 there are 190.
    for (count, pairs, hints) in [(8, 28, 0), (20, 190, 1)] {
        folder.write("many.tariff", claimed_rates(count));
        let report: Value = serde_json::from_str(&folder.run("check many.tariff --format json").out).unwrap();
        let codes: Vec<&str> = report["problems"].as_array().unwrap().iter().filter_map(|p| p["code"].as_str()).collect();
        let of = |code: &str| codes.iter().filter(|c| **c == code).count();
        assert_eq!((of("T100"), of("T106"), codes.len()), (pairs, hints, pairs + hints), "{count}: {codes:?}");
    }
}

#[test]
fn a_rate_for_a_long_condition_is_the_special_one() {
    let folder = Folder::new();
    let long: Vec<String> = (0..15).map(|n| format!("(claims \"A{n}\" or claims \"B{n}\")")).collect();
    let book = claimed_rates(0);
    folder.write("long.tariff", format!("{book}    rate 5% when {}\n", long.join(" and ")));
    // 2^30 combinations: it is not called dead, nor in conflict with the general rate.
    let ran = folder.run("check long.tariff --format json");
    let report: Value = serde_json::from_str(&ran.out).unwrap();
    let codes: Vec<&str> = report["problems"].as_array().unwrap().iter().filter_map(|p| p["code"].as_str()).collect();
    assert_eq!((ran.status, codes), (0, vec!["T106"]));
    let all = (0..15).map(|n| format!("A{n}")).collect::<Vec<_>>().join(";");
    for (claims, duty) in [(all.as_str(), "50.00"), ("A0", "100.00")] {
        let why = folder.run(&format!("why long.tariff --hs 3901.20 --origin US --value 1000 --entered 2025-05-01 --set claims={claims} --format json"));
        let found: Value = serde_json::from_str(&why.out).unwrap();
        assert_eq!(found["duty"], duty, "{}", why.out);
    }
}

#[test]
fn one_misprint_is_one_error() {
    let folder = Folder::new();
    // Everything else of the book refers to what cannot be read; only what nobody declares is reported besides.
    let broken = BOOK.replace("rate 6%", "rate six percent as usual");
    folder.write("broken.tariff", format!("{broken}\nsuspension pause of mfn only usual from 2025-02-01\n\nsuspension other of mfm from 2025-02-01\n"));
    let report: Value = serde_json::from_str(&folder.run("check broken.tariff --format json").out).unwrap();
    let problems = report["problems"].as_array().unwrap();
    let found: Vec<(&str, &str)> = problems.iter().map(|p| (p["code"].as_str().unwrap(), p["message"].as_str().unwrap())).collect();
    assert_eq!(found.iter().map(|f| f.0).collect::<Vec<_>>(), ["T001", "T010"], "{found:?}");
    assert!(found[1].1.contains("`mfm`"), "{found:?}");
}
