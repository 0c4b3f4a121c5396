//! Sessions: what is typed and what is answered. The amounts are worked out beside each test, not taken from the program.

mod always;
mod china;
mod errors;
mod facts;
mod files;
mod program;
mod typing;

use carveout::repl::{Options, Session, transcript};
use carveout::world::{Disk, Memory, World};

/// A session over the book of China's duties.
pub fn china() -> Session<'static> {
    let mut session = Session::new(&Disk, Options::default());
    session.open("policies/china".as_ref()).unwrap();
    session
}

pub const SMALL: &str = r#"
policy small "A small book"
    imports into CN
    currency CNY
    clock Asia/Shanghai
    round half up to 0.01 each amount

instrument act "An act"
    published 2025-04-04
instrument later_act "A later act"
    published 2025-05-30

input organic : flag "grown without chemicals"
input content : money "value of the steel"

measure general "Additional duty"
    on all goods of origin US
    cites act
    rate 20% from 2025-04-10 12:01
    rate 40% from 2025-06-01 cites later_act

measure steel "Duty on steel"
    on chapter 72 of any origin except CA
    cites act
    base content
    rate 25%

exemption grown from general
    on 0805
    when organic and loaded before 2025-05-01
    cites act

exemption claimed from general
    on 0806
    when claims "GRAPES"
    cites act

exemption cheap from general
    on 0807
    when value < CNY 1_000
    cites act

suspension half of general
    by 10 points
    from 2025-05-10 for 30 days
    cites act

scenario calm "Nothing further is published"
    without later_act
"#;

pub fn small() -> Memory {
    Memory::default().with("small.tariff", SMALL)
}

pub fn over(world: &dyn World, input: &str) -> String {
    let mut session = Session::new(world, Options::default());
    session.open("small.tariff".as_ref()).unwrap();
    transcript(&mut session, input)
}
