//! What an exemption took off a measure.

use carveout::facts::Shipment;
use carveout::outcome::{Interpreter, MeasureResult, Status};
use carveout::program::{StatedFacts, check};
use carveout::value::Exact;
use carveout::world::Memory;

const POLICY: &str = r#"
policy p "Test"
    imports into CN
    currency CNY
    clock Asia/Shanghai
    round half up to 0.01 each amount

measure general "Additional duty"
    on all goods of origin US
    rate 34%  from 2025-04-10 12:01
    rate 125% from 2025-04-12

suspension truce of general
    by 24 points
    from 2025-05-14 12:01

exemption quiet from general
    on 3901

exemption lowered from general
    on 3902
    to 5%

exemption third from general
    on 3903
    by 33 1/3% of the duty

exemption granted from general
    on 3904
    when loaded before 2025-04-10
"#;

fn general(hs: &str, entered: &str) -> MeasureResult {
    let text = POLICY.replace("rate 125% from 2025-04-12", "rate 125% from 2025-04-12 until 2025-05-14 12:01");
    let checked = check(&Memory::default().with("p.tariff", text), "p.tariff".as_ref()).unwrap();
    let program = checked.runnable().unwrap_or_else(|| panic!("{:?}", checked.problems)).clone();
    let values = vec![("value".to_owned(), "1000.01".to_owned()), ("entered".to_owned(), entered.to_owned())];
    let stated = StatedFacts { hs: Some(hs.to_owned()), origin: Some("US".to_owned()), values, known_at: None, scenario: None };
    let assessment = Interpreter::new(&program, None).assess(&Shipment::from_stated(&program, &stated, None).unwrap());
    assert!(hs.starts_with("3904") || assessment.status == Status::Assessed, "{assessment:?}");
    assessment.results[0].clone()
}

fn cents(n: i64) -> Option<Exact> {
    Exact::fraction(i128::from(n), 100)
}

#[test]
fn full_relief_saves_all_that_the_rate_would_have_charged() {
    // 125% of 1000.01 is 1250.0125, rounded half up to 1250.01.
    assert_eq!(general("3901.20", "2025-05-02 12:00").saved, cents(125_001));
}

#[test]
fn suspended_points_are_not_saved_by_the_exemption() {
    // Of the 34%, 24 points are suspended for everybody: 10% of 1000.01.
    assert_eq!(general("3901.20", "2025-06-02 12:00").saved, cents(10_000));
}

#[test]
fn partial_relief_saves_the_difference() {
    // 1250.01 less 5% of 1000.01, which is 50.0005, rounded to 50.00.
    assert_eq!(general("3902.10", "2025-05-02 12:00").saved, cents(120_001));
    // A third of 1250.0125 is relieved: 833.341666… stays, rounded to 833.34.
    assert_eq!(general("3903.11", "2025-05-02 12:00").saved, cents(41_667));
}

#[test]
fn nothing_is_saved_without_an_exemption() {
    assert_eq!(general("3905.12", "2025-05-02 12:00").saved, None);
    // Whether the exemption holds is open, so nothing is known of what it saves.
    assert_eq!(general("3904.10", "2025-05-02 12:00").saved, None);
}

#[test]
fn what_the_time_of_day_would_decide_is_not_known() {
    // On 14 May the goods are relieved all day, of 125% in the morning and of 10% in the afternoon.
    let result = general("3901.20", "2025-05-14");
    assert_eq!((result.owed(), result.saved), (Some(Exact::ZERO), None));
}
