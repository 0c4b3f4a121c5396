//! What cannot be followed, and books that cannot be run.

use super::{SMALL, china, small};
use carveout::repl::{Options, Session, dialogue};

#[test]
fn what_cannot_be_followed_is_said_and_changes_nothing() {
    let mut session = china();
    session.line("3901.20.00 of origin US value CNY 1_000_000 entered 2025-05-01");
    let before = session.line(":why").text;
    let out = dialogue(
        &mut session,
        "weight 5
mfn_rat 5%
origin XX
3901.20.00.11.22
3902.99
value 5%
value EUR 5
entered 2025-02-30
rate of genral
general + 5%
value < 5
value per kg
suspention try of general
    by 10 points

suspension try of genral
    by 10 points

measure general \"Again\"
    on all goods of any origin
    rate 5%

use us from \"../us\"

    rate 5%
:wy
:why-not
:why x
:test now
:quit!
:known-at yesterday
:load nowhere
:load policies/china/mfn.csv
:explain T9
:scenario collapse
scenario collapse
:save added.tariff
:batch nowhere.csv
:undo",
    );
    insta::assert_snapshot!(out);
    // `value EUR 5` is a fact, though there is no rate of exchange for it; it was taken back at the end.
    assert_eq!(session.line(":why").text, before);
}

#[test]
fn a_session_without_a_book_says_so_and_may_open_one() {
    let world = small();
    let mut session = Session::new(&world, Options::default());
    insta::assert_snapshot!(dialogue(
        &mut session,
        "3901.20.00 of origin US value CNY 1000 entered 2025-05-01
value
measure x \"X\"
    rate 5%

:check
:undo
:why
:load small.tariff
value
0805 of origin US value CNY 1000 entered 2025-05-01 12:00
:quit
value"
    ));
}

#[test]
fn a_book_with_errors_can_still_be_asked_about() {
    let world = small().with("small.tariff", SMALL.replace("base content", "base contents"));
    let mut session = Session::new(&world, Options::default());
    let opened = session.open("small.tariff".as_ref()).unwrap();
    let out = dialogue(&mut session, ":check\n:info general\n0805 of origin US value CNY 1000 entered 2025-05-01 12:00\nvalue CNY 5\n:why\nweight 5\n:test");
    insta::assert_snapshot!(format!("{opened}{out}"));
}
