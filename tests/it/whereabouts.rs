//! Where rules reach: held against shipments of every kind that the book tells apart.

use crate::tool::Folder;
use carveout::analysis::{Region, Whereabouts, whereabouts};
use carveout::facts::{Shipment, Value};
use carveout::outcome::{By, Interpreter};
use carveout::program::{self, FactId};
use carveout::value::{Country, Exact, GoodsCode, Instant};
use carveout::world::Memory;
use std::path::Path;

const BOOK: &str = r#"policy p "P"
    imports into CN
    currency CNY
    clock Asia/Shanghai

goods long_products = 7213 to 7217

countries partners = JP, KR, GB from 2025-07-01

measure steel "Duty on steel"
    on chapter 72 of any origin except RU
    rate 10% from 2025-03-01 as first
    rate 15% from 2025-07-01
    rate 5% on long_products from 2025-07-01
    rate 2% of origin partners from 2025-09-01

exemption scrap from steel
    on 7204 of origin partners
    until 2026-01-01

suspension pause of steel
    on 7213
    by 1 points
    from 2025-08-01 until 2025-10-01

repeal the_end of steel from 2027-01-01
"#;

fn holds(regions: &[Region], code: GoodsCode, country: Country, at: Instant) -> bool {
    regions.iter().any(|r| {
        let then = r.from.is_none_or(|f| f <= at) && r.until.is_none_or(|u| at < u);
        then && r.parts.iter().any(|(countries, goods)| countries.contains(country) && goods.contains(code.first()))
    })
}

/// Every clause prevails, and every relief acts, exactly where it is said to.
#[test]
fn a_rule_counts_where_it_is_said_to_and_nowhere_else() {
    let world = Memory::default().with("p.tariff", BOOK);
    let checked = program::check(&world, Path::new("p.tariff")).unwrap();
    let program = checked.runnable().unwrap();
    let interpreter = Interpreter::new(program, None);
    let of = |name: &str| whereabouts(&interpreter, name).unwrap();
    let (steel, scrap, pause) = (of("steel"), of("scrap"), of("pause"));
    let counts = |w: &Whereabouts, code, country, at| holds(w.counts.as_deref().unwrap_or(&w.reaches), code, country, at);
    let (mut seen, mut prevailed) = (0, 0);
    for hs in ["7101.10", "7202.11", "7204.10", "7213.10", "7217.90", "7218.10", "7301.10"].map(|t| GoodsCode::parse(t).unwrap()) {
        for country in ["JP", "GB", "US", "RU"].map(|c| Country::from_code(c).unwrap()) {
            let cuts = interpreter.edition.entry_cuts.iter().flat_map(|c| [Instant(c.0 - 1), *c]);
            for at in cuts {
                let mut shipment = Shipment::of(program, hs, country);
                shipment.set(FactId::VALUE, Value::Money(Exact::whole(1000), program.currency));
                shipment.set(FactId::ENTERED, Value::At(at));
                let result = &interpreter.assess(&shipment).results[0];
                let place = format!("{hs} of origin {country} at {}", program.show(at));
                for part in &steel.parts {
                    let prevails = result.clause.as_ref().is_some_and(|c| Some(c.span) == part.span);
                    assert_eq!(counts(part, hs, country, at), prevails, "{:?}: {place}", part.name);
                    prevailed += usize::from(prevails);
                }
                assert_eq!(counts(&scrap, hs, country, at), result.by.iter().any(|b| matches!(b, By::Exemption(_))), "scrap: {place}");
                assert_eq!(counts(&pause, hs, country, at), result.by.iter().any(|b| matches!(b, By::Suspension(..))), "pause: {place}");
                seen += 1;
            }
        }
    }
    assert!(seen > 300 && prevailed > 100, "{seen} {prevailed}");
}

#[test]
fn what_reaches_nothing_by_itself_is_refused_with_a_hint() {
    let folder = Folder::new();
    let said = |name: &str| folder.run_with(&["where", "small.tariff", name], b"").refused();
    assert!(said("genral").contains("did you mean `general`?"));
    assert!(said("general.first").contains("none of its clauses has a label"));
    assert!(said("licence").contains("a fact of the shipment"));
    folder.write("labelled.tariff", BOOK);
    let why = folder.run("where labelled.tariff steel.frist").refused();
    assert!(why.contains("did you mean `steel.first`?"), "{why}");
}
