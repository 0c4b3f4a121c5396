//! `run --known-at … --owed-at …`: what was assessed beside what is owed.

use crate::tool::{Folder, Ran};

/// An emergency duty that a judgment voids; the duty on steel had given way to it, and the tax is reckoned from both.
const BOOK: &str = r#"policy small "A small book"
    imports into US
    currency USD
    clock America/New_York
    round half up to 0.01 each amount

instrument order "Emergency order"
    published 2025-02-01

instrument judgment "Judgment"
    published 2026-02-20

input transshipped : flag "sent on through another country"

measure mfn "Ordinary duty"
    on all goods of any origin
    cites order
    rate 5%

measure emergency "Emergency duty"
    on all goods of origin CN
    cites order
    rate 10% from 2025-02-04

measure evasion "Duty on evasion"
    on 8471 of origin CN
    when transshipped
    cites order
    rate 40% from 2025-02-04

measure steel "Duty on steel"
    on chapter 72 of any origin
    cites order
    rate 25%
    yields to emergency

tax sales "Sales tax"
    on all goods of any origin
    cites order
    base value plus duties
    rate 13%

void ruling of emergency, evasion
    cites judgment

scenario upheld "The duties stand"
    without judgment
"#;

const SHIPMENTS: &str = "id,hs,origin,importer,value,entered,transshipped,lane\n\
                         toys,9503.00,CN,Ace,1000,2025-06-02,,sea\n\
                         steel,7208.10,CN,Best,1000,2025-06-02,,sea\n\
                         rods,7214.10,DE,Best,1000,2025-06-02,,air\n\
                         laptop,8471.30,CN,Ace,1000,2025-06-02,,air\n\
                         wrong,x,CN,Ace,1000,2025-06-02,,air\n";

// toys: 50 and 100, and 13% of 1150, 149.50; owed 50, and 13% of 1050, 136.50.
// steel: 50 and 100, and 149.50; owed 50 and 250, and 13% of 1300, 169.
// rods: 50 and 250, and 169 on either day. laptop: open until the duty on evasion is void.

fn folder() -> Folder {
    let folder = Folder::new();
    folder.write("small.tariff", BOOK);
    folder
}

fn compared(flags: &str) -> Ran {
    folder().assess(SHIPMENTS, &format!("--known-at 2026-02-19 --owed-at 2026-02-20 {flags}"))
}

#[test]
fn refunds_and_what_is_owed_after_all_stand_side_by_side() {
    let ran = compared("");
    let evasion = "needs `transshipped` (sent on through another country), for `transshipped` (small.tariff:27)";
    let expected = [
        "id,status_assessed,status_owed,assessed,owed,refund,owed_more,net,refund_by,owed_by,problem,lane".to_owned(),
        "toys,assessed,assessed,299.50,186.50,113.00,0.00,113.00,emergency=100.00;sales=13.00,,,sea".to_owned(),
        "steel,assessed,assessed,299.50,469.00,100.00,269.50,-169.50,emergency=100.00,steel=250.00;sales=19.50,,sea".to_owned(),
        "rods,assessed,assessed,469.00,469.00,0.00,0.00,0.00,,,,air".to_owned(),
        format!("laptop,needs input,assessed,,,,,,,,\"as known on 2026-02-19: evasion: {evasion}\",air"),
    ];
    let rows: Vec<&str> = ran.out.lines().collect();
    assert_eq!(rows[..5], expected);
    assert!(rows[5].starts_with("wrong,rejected,rejected,,,,,,,,\"line 6, column `hs`: "), "{}", rows[5]);
    let said = "\
measure    compared  refund  owed more      net
mfn               3    0.00       0.00     0.00
emergency         2  200.00       0.00   200.00
steel             2    0.00     250.00  -250.00
sales             3   13.00      19.50    -6.50
all               3  213.00     269.50   -56.50

importer  compared  refund  owed more      net
Ace              1  113.00       0.00   113.00
Best             2  100.00     269.50  -169.50
all              3  213.00     269.50   -56.50

5 shipments: 3 compared, 2 not compared
  1 needs input: `transshipped` as known on 2026-02-19 (1)
  1 rejected: `hs` (1)
";
    assert_eq!((ran.err.as_str(), ran.status), (said, 1));
}

#[test]
fn all_compared_ends_well() {
    let ran = folder().assess(SHIPMENTS.lines().take(4).collect::<Vec<_>>().join("\n"), "--known-at 2026-02-19 --owed-at 2026-02-20");
    assert!(ran.err.ends_with("\n3 shipments, all compared\n"), "{}", ran.err);
    assert_eq!(ran.status, 0);
    // Nothing was learnt in between.
    let ran = folder().assess(SHIPMENTS, "--known-at 2026-02-18 --owed-at 2026-02-19 -q");
    assert!(ran.out.contains("\nsteel,assessed,assessed,299.50,299.50,0.00,0.00,0.00,,,,sea\n"), "{}", ran.out);
    assert_eq!(ran.err, "");
}

#[test]
fn sums_by_measure_and_importer() {
    let summed = |columns: &str| compared(&format!("--summary {columns} -q")).out.lines().map(str::to_owned).collect::<Vec<_>>();
    let sums = "shipments,compared,assessed,owed,refund,owed_more,net";
    let by_measure = [
        format!("measure,{sums}"),
        ",2,0,0.00,0.00,0.00,0.00,0.00".to_owned(),
        "mfn,3,3,150.00,150.00,0.00,0.00,0.00".to_owned(),
        "emergency,2,2,200.00,0.00,200.00,0.00,200.00".to_owned(),
        "steel,2,2,250.00,500.00,0.00,250.00,-250.00".to_owned(),
        "sales,3,3,468.00,474.50,13.00,19.50,-6.50".to_owned(),
    ];
    assert_eq!(summed("measure"), by_measure);
    let by_importer =
        [format!("importer,{sums}"), "Ace,3,1,299.50,186.50,113.00,0.00,113.00".to_owned(), "Best,2,2,768.50,938.00,100.00,269.50,-169.50".to_owned()];
    assert_eq!(summed("importer"), by_importer);
    assert_eq!(summed("lane,measure")[1..3], ["air,,2,0,0.00,0.00,0.00,0.00,0.00", "air,mfn,1,1,50.00,50.00,0.00,0.00,0.00"]);
    assert_eq!(summed("chapter")[1], ",1,0,0.00,0.00,0.00,0.00,0.00");
    let refused = folder().assess(SHIPMENTS, "--known-at 2026-02-19 --owed-at 2026-02-20 --summary relief").refused();
    assert_eq!(
        refused,
        "`--summary` names `relief`, which is neither a column of the input nor `chapter` or `measure`, which are all that refunds are added up by"
    );
}

#[test]
fn both_reasonings_are_given() {
    let err = compared("--explain id=steel").err;
    assert!(err.contains("steel: 7208.10 of origin CN"), "{err}");
    assert!(err.contains("\nassessed, as known on 2026-02-19: duty USD 150.00, tax USD 149.50, total USD 299.50\n"), "{err}");
    assert!(err.contains("\nassessed, as known on 2026-02-20: duty USD 300.00, tax USD 169.00, total USD 469.00\n"), "{err}");
    assert!(err.contains("gives way to `emergency`, which applies"), "{err}");
    assert!(err.contains("void under `ruling`"), "{err}");
}

#[test]
fn a_scenario_holds_on_both_days() {
    let ran = compared("--scenario upheld");
    assert!(ran.out.contains("\nsteel,assessed,assessed,299.50,299.50,0.00,0.00,0.00,,,,sea\n"), "{}", ran.out);
    assert!(ran.err.starts_with("note: under scenario `upheld`\n"), "{}", ran.err);
}

#[test]
fn what_cannot_be_compared_is_refused() {
    let said = |flags: &str| folder().assess(SHIPMENTS, flags).refused();
    assert_eq!(said("--owed-at 2026-02-20"), "`--owed-at 2026-02-20` needs `--known-at DATE`, the day with whose knowledge the duty was assessed");
    assert_eq!(
        said("--known-at 2026-02-20 --owed-at 2026-02-19"),
        "`--owed-at 2026-02-19` is before `--known-at 2026-02-20`: the day of the assessment is `--known-at`, the later one `--owed-at`"
    );
    let both = "--known-at 2026-02-19 --owed-at 2026-02-20";
    assert_eq!(
        said(&format!("{both} --detail")),
        "`--detail` has no comparison: leave out `--owed-at`, or give it with each of the two days in turn as `--known-at`"
    );
    assert_eq!(said(&format!("{both} --ledger x.db")), "`--ledger` records what is drawn, and `--owed-at` only compares: leave one of them out");
}

#[test]
fn amounts_rounded_at_the_end_come_to_the_totals() {
    // 10% of 0.25 and 10% of 0.25 are 0.025 each, 0.05 together; alone they would be 0.03 and 0.03.
    let folder = Folder::new();
    let book = r#"policy small "Rounded at the end"
    imports into US
    currency USD
    clock America/New_York
    round half up to 0.01 at the end

instrument order "Order"
    published 2025-02-01

instrument judgment "Judgment"
    published 2026-02-20

measure a "One"
    on all goods of any origin
    cites order
    rate 10%

measure b "Another"
    on all goods of any origin
    cites order
    rate 10%

measure c "A third"
    on all goods of any origin
    cites order
    rate 11%
    yields to a

void ruling of a, b
    cites judgment
"#;
    folder.write("small.tariff", book);
    let row = |value: &str| {
        let ran = folder.assess(format!("id,hs,origin,value,entered\nx,9503,CN,{value},2025-06-02\n"), "--known-at 2026-02-19 --owed-at 2026-02-20 -q");
        ran.out.lines().nth(1).unwrap().split(',').skip(3).take(5).collect::<Vec<_>>().join(" ")
    };
    // 0.05 was paid; 11% of 0.25 is 0.0275, so 0.03 is owed: 0.02 is due on balance, 0.05 back and 0.03 more.
    assert_eq!(row("0.25"), "0.05 0.03 0.05 0.03 0.02");
    // 0.146 is 0.15; 0.0803 is 0.08. Back 0.146, more 0.0803, which is 0.08, so that 0.15 is back.
    assert_eq!(row("0.73"), "0.15 0.08 0.15 0.08 0.07");
}

#[test]
fn every_line_of_the_american_book_adds_up() {
    let book = concat!(env!("CARGO_MANIFEST_DIR"), "/policies/united_states");
    let csv = format!("{book}/shipments.csv");
    let days = ["--known-at", "2026-02-19", "--owed-at", "2026-03-31"];
    let out = Folder::new().run_with(&[&["run", book, &csv, "-q"], days.as_slice()].concat(), b"").out;
    let cents = |text: &str| -> i64 { text.replace('.', "").parse().unwrap() };
    let by = |text: &str| -> i64 { text.split(';').filter(|p| !p.is_empty()).map(|p| cents(p.split_once('=').unwrap().1)).sum() };
    let (mut compared, mut sums) = (0, [0i64; 3]);
    for row in csv::Reader::from_reader(out.as_bytes()).records().map(Result::unwrap) {
        if row[3].is_empty() {
            assert!(!row[10].is_empty(), "{row:?}");
            continue;
        }
        let [assessed, owed, refund, more, net] = [3, 4, 5, 6, 7].map(|at| cents(&row[at]));
        assert_eq!((assessed - owed, refund - more, by(&row[8]), by(&row[9])), (net, net, refund, more), "{row:?}");
        assert!(refund >= 0 && more >= 0, "{row:?}");
        compared += 1;
        sums = [sums[0] + refund, sums[1] + more, sums[2] + net];
    }
    assert!(compared > 100 && sums[0] > 0 && sums[1] > 0, "{compared} {sums:?}");
}
