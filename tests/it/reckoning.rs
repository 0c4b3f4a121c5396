//! What holds of amounts whatever the numbers: stages, limits, parts of a value, and which of several duties is charged.

use carveout::facts::Shipment;
use carveout::outcome::{Assessment, Interpreter, MeasureResult, Status, to_json};
use carveout::outcome::{By, Explanation};
use carveout::program::{Checked, StatedFacts, check};
use carveout::syntax::OutcomeWord;
use carveout::value::Exact;
use carveout::world::Memory;
use proptest::prelude::*;
use std::path::Path;

const HEAD: &str = "policy made \"Made at random\"\n    imports into US\n    currency USD\n    clock America/New_York\n";

/// A book without errors, of a head and its rules.
fn book(rounding: &str, rules: &str) -> Checked {
    let world = Memory::default().with("book.tariff", format!("{HEAD}{rounding}\n{rules}"));
    let checked = check(&world, Path::new("book.tariff")).unwrap();
    assert!(checked.runnable().is_some(), "{}\n{rules}", carveout::problem::render_all(&checked.problems, &checked.sources, false));
    checked
}

fn shipment(checked: &Checked, entered: &str, facts: &[(&str, String)]) -> Shipment {
    let mut values = vec![("entered".to_owned(), entered.to_owned())];
    values.extend(facts.iter().map(|(n, v)| ((*n).to_owned(), v.clone())));
    let stated = StatedFacts { hs: Some("8703.21".into()), origin: Some("KR".into()), values, ..StatedFacts::default() };
    Shipment::from_stated(checked.runnable().unwrap(), &stated, None).unwrap()
}

fn assess(checked: &Checked, entered: &str, facts: &[(&str, String)]) -> Assessment {
    Interpreter::new(checked.runnable().unwrap(), None).assess(&shipment(checked, entered, facts))
}

fn amounts(assessment: &Assessment) -> Vec<Exact> {
    assessment.results.iter().map(|r| r.owed().unwrap()).collect()
}

fn named<'a>(checked: &Checked, assessment: &'a Assessment, name: &str) -> &'a MeasureResult {
    let program = checked.runnable().unwrap();
    assessment.results.iter().find(|r| program.measure_name(r.measure) == name).unwrap()
}

fn cents(n: i64) -> String {
    format!("{}.{:02}", n / 100, n % 100)
}

/// Tenths of a per cent, as a rate is written.
fn rate(tenths: i64) -> String {
    format!("{}.{}%", tenths / 10, tenths % 10)
}

fn sum(amounts: &[Exact]) -> Exact {
    amounts.iter().fold(Exact::ZERO, |a, b| a.checked_add(*b).unwrap())
}

fn tenths_of(value: i64, rate: i64) -> Exact {
    Exact::fraction(i128::from(value) * i128::from(rate), 100_000).unwrap()
}

/// A measure that needs another that needs another, hundreds of times, is reckoned like any.
#[test]
fn a_long_chain_is_reckoned_link_by_link() {
    let rate = |m: usize| if m < 299 { format!("rate of m_{}", m + 1) } else { "5%".to_owned() };
    let rules: String = (0..300).map(|m| format!("measure m_{m} \"m\"\n    on all goods of any origin\n    rate {}\n", rate(m))).collect();
    let found = assess(&book("", &rules), "2025-06-01 12:00", &[("value", "1000".to_owned())]);
    assert!(amounts(&found).iter().all(|a| *a == Exact::whole(50)));
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(96))]

    /// A phase-out never raises, falls from stage to stage, and lands on its target, or on the ordinary rate where that is lower.
    #[test]
    fn stages_fall_to_their_target(
        base in 1i64..900, later in 1i64..900, target in 0i64..900, count in 1u32..12, per_kg in 0i64..500, rounded in any::<bool>(),
    ) {
        let rounding = if rounded { "    rounded to 0.1 points\n" } else { "" };
        let rules = format!(
            "measure mfn \"Ordinary duty\"\n    on all goods of any origin\n    rate {} + USD {} per kg\n    rate {} + USD {} per kg from 2024-06-01\n\
             measure plain \"The same for others\"\n    on all goods of any origin\n    rate {} + USD {} per kg\n    rate {} + USD {} per kg from 2024-06-01\n\
             phaseout p of mfn\n    from 2020-01-01 in {count} yearly stages to {}\n{rounding}",
            rate(base), cents(per_kg), rate(later), cents(per_kg), rate(base), cents(per_kg), rate(later), cents(per_kg), rate(target),
        );
        let checked = book("    round half up to 0.01 at the end", &rules);
        let facts = [("value", "1000".to_owned()), ("kg", "7".to_owned())];
        let mut before: Option<Exact> = None;
        for year in 2019..2034 {
            let found = assess(&checked, &format!("{year}-03-01 12:00"), &facts);
            let [staged, plain] = amounts(&found)[..] else { panic!("{rules}") };
            prop_assert!(staged <= plain, "{year}: {staged} > {plain}\n{rules}");
            // Towards a target below the first rate the stages only fall; the ordinary rate beside them may change in 2024.
            if let Some(before) = before.filter(|_| year != 2025 && target <= base) {
                prop_assert!(staged <= before, "{year}: {staged} > {before}\n{rules}");
            }
            before = Some(staged);
            if year >= 2019 + i64::from(count) {
                let landed = tenths_of(100_000, target).min(plain);
                prop_assert_eq!(staged, landed, "{}\n{}", year, rules);
            }
        }
    }

    /// Limits bring the sum of what they name down to the ceiling and no further, off the last first, and raise nothing.
    #[test]
    fn limits_hold_to_the_cent(value in 0i64..1_000_000, rates in prop::array::uniform3(0i64..600), ceiling in 0i64..1200, exact in any::<bool>()) {
        let measures: String = ["a", "b", "c"].iter().zip(rates).map(|(n, r)| format!("measure {n} \"{n}\"\n    on all goods of any origin\n    rate {}\n", rate(r))).collect();
        let rules = format!("{measures}limit top of a, b, c\n    at most {}\n", rate(ceiling));
        let rounding = if exact { "    round half up to 0.01 at the end" } else { "" };
        let (free, held) = (book(rounding, &measures), book(rounding, &rules));
        let facts = [("value", cents(value))];
        let before = amounts(&assess(&free, "2025-06-01 12:00", &facts));
        let after = amounts(&assess(&held, "2025-06-01 12:00", &facts));
        let limit = Exact::fraction(i128::from(value) * i128::from(ceiling), 100_000).unwrap();
        let slack = if exact { Exact::ZERO } else { Exact::fraction(1, 200).unwrap() };
        prop_assert!(sum(&after) <= limit.checked_add(slack).unwrap(), "{after:?} > {limit}");
        prop_assert!(before.iter().zip(&after).all(|(b, a)| a <= b), "{before:?} {after:?}");
        if sum(&before) <= limit {
            prop_assert_eq!(&before, &after);
        } else {
            prop_assert!(sum(&after).checked_add(slack).unwrap() >= limit.min(sum(&before)), "{after:?} < {limit}");
        }
        // Nothing comes off a duty while anything is left of one named after it.
        for i in 0..3 {
            if after[i] < before[i] {
                prop_assert!(after[i + 1..].iter().all(|a| a.is_zero()), "{before:?} {after:?}");
            }
        }
    }

    /// What several duties share of one value adds up to it, or the shipment is rejected.
    #[test]
    fn parts_add_up_to_the_value(value in 1i64..100_000, parts in prop::array::uniform3(0i64..60_000), exempt in prop::array::uniform3(any::<bool>())) {
        let names = ["steel", "aluminium", "copper"];
        let mut rules = "group metals = steel, aluminium, copper\n".to_owned();
        for (name, exempt) in names.iter().zip(exempt) {
            rules.push_str(&format!(
                "input {name}_content : money\nmeasure {name} \"{name}\"\n    on all goods of any origin\n    base {name}_content\n    rate 50%\n"
            ));
            if exempt {
                rules.push_str(&format!("exemption no_{name} from {name}\n"));
            }
        }
        rules.push_str("measure rest \"The rest\"\n    on all goods of any origin\n    base value less base of metals\n    rate 10%\n");
        let checked = book("", &rules);
        let mut facts = vec![("value", cents(value))];
        facts.extend(["steel_content", "aluminium_content", "copper_content"].iter().zip(parts).map(|(n, p)| (*n, cents(p))));
        let found = assess(&checked, "2025-06-01 12:00", &facts);
        let counted: i64 = parts.iter().zip(exempt).filter(|(_, e)| !e).map(|(p, _)| p).sum();
        if counted > value {
            prop_assert_eq!(found.status, Status::Rejected);
            return Ok(());
        }
        prop_assert_eq!(found.status, Status::Assessed);
        let bases: Vec<Exact> = found.results.iter().filter(|r| r.outcome == OutcomeWord::Applied).map(|r| r.base.unwrap()).collect();
        prop_assert_eq!(sum(&bases), Exact::fraction(i128::from(value), 100).unwrap());
    }

    /// Exactly those measures are displaced that give way to one which is applied; they owe nothing, and name it. It does not matter
    /// from which side an order is said, nor in which order the measures stand.
    #[test]
    fn exactly_the_displaced_owe_nothing(
        edges in prop::collection::vec((0usize..6, 0usize..6, any::<bool>()), 0..12), exempt in prop::array::uniform6(any::<bool>()), free in prop::array::uniform6(any::<bool>()),
        backwards in any::<bool>(),
    ) {
        // Only later ones are yielded to, so that there is no circle.
        let edges: Vec<(usize, usize, bool)> = edges.into_iter().filter(|(a, b, _)| a != b).map(|(a, b, side)| (a.min(b), a.max(b), side)).collect();
        let mut items: Vec<String> = Vec::new();
        for m in 0..6 {
            let mut item = format!("measure m_{m} \"m\"\n    on all goods of any origin\n    rate {}\n", if free[m] { "free".to_owned() } else { format!("{}%", m + 1) });
            for (from, to, side) in &edges {
                match side {
                    true if *from == m => item.push_str(&format!("    yields to m_{to}\n")),
                    false if *to == m => item.push_str(&format!("    in lieu of m_{from}\n")),
                    _ => {}
                }
            }
            if exempt[m] {
                item.push_str(&format!("exemption e_{m} from m_{m}\n"));
            }
            items.push(item);
        }
        if backwards {
            items.reverse();
        }
        let checked = book("", &items.concat());
        let found = assess(&checked, "2025-06-01 12:00", &[("value", "1000".to_owned())]);
        let outcome = |m: usize| named(&checked, &found, &format!("m_{m}")).outcome;
        for m in 0..6 {
            let result = named(&checked, &found, &format!("m_{m}"));
            let gives_way = edges.iter().any(|(from, to, _)| *from == m && outcome(*to) == OutcomeWord::Applied);
            let expected = if exempt[m] { OutcomeWord::Exempted } else if gives_way { OutcomeWord::Displaced } else { OutcomeWord::Applied };
            prop_assert_eq!(result.outcome, expected, "m_{} in\n{}", m, items.concat());
            let owed = if expected == OutcomeWord::Applied && !free[m] { 10 * (m as i64 + 1) } else { 0 };
            prop_assert_eq!(result.owed(), Some(Exact::whole(owed)));
            prop_assert_eq!(result.by.iter().any(|b| matches!(b, By::Measure(..))), expected == OutcomeWord::Displaced);
        }
    }

    /// Points, shares and rates leave something between nothing and what was due, and the relief that leaves least is the one that counts.
    #[test]
    fn relief_never_raises(value in 0i64..100_000, due in 0i64..500, to in 0i64..500, points in 0i64..500, share in 0i64..1000, suspended in 0i64..500) {
        let due_rule = format!("measure steel \"Duty\"\n    on all goods of any origin\n    rate {}\n", rate(due));
        let reliefs = [
            format!("exemption one from steel\n    to {}\n", rate(to)),
            format!("exemption two from steel\n    by {}.{} points\n", points / 10, points % 10),
            format!("exemption three from steel\n    by {} of the duty\n", rate(share)),
        ];
        let truce = format!("suspension truce of steel\n    by {}.{} points\n", suspended / 10, suspended % 10);
        let facts = [("value", cents(value))];
        let owed = |rules: &str| {
            let checked = book("", rules);
            let found = assess(&checked, "2025-06-01 12:00", &facts);
            amounts(&found)[0]
        };
        let full = owed(&due_rule);
        let alone: Vec<Exact> = reliefs.iter().map(|r| owed(&format!("{due_rule}{r}"))).collect();
        prop_assert!(alone.iter().all(|a| *a <= full && !a.is_negative()));
        let all = owed(&format!("{due_rule}{}", reliefs.concat()));
        prop_assert_eq!(all, alone.iter().copied().min().unwrap());
        let both = owed(&format!("{due_rule}{truce}{}", reliefs.concat()));
        let suspended = owed(&format!("{due_rule}{truce}"));
        prop_assert!(both <= suspended && both <= all);
    }

    /// The same text and the same shipment give the same answer, to the last byte of the reasoning.
    #[test]
    fn the_same_answer_every_time(value in 0i64..100_000, rates in prop::array::uniform3(0i64..400), claimed in any::<bool>(), known in any::<bool>()) {
        let rules = format!(
            "input part : flag\nmeasure mfn \"a\"\n    on all goods of any origin\n    rate {}\nmeasure top \"b\"\n    on all goods of any origin\n    rate {} inclusive of mfn\n\
             measure other \"c\"\n    on all goods of any origin\n    base value less base of top\n    rate {}\n    yields to top when part\n\
             exemption relief from mfn\n    when claims \"x\"\n    by 30% of the duty\nlimit held of top, other\n    at most 20%\ntax vat \"d\"\n    on all goods of any origin\n    base value plus duties\n    rate 13%\n",
            rate(rates[0]), rate(rates[1]), rate(rates[2]),
        );
        let mut facts = vec![("value", cents(value)), ("claims", if claimed { "x" } else { "" }.to_owned())];
        if known {
            facts.push(("part", "no".to_owned()));
        }
        let told = || {
            let checked = book("", &rules);
            let (found, shipment) = (assess(&checked, "2025-06-01", &facts), shipment(&checked, "2025-06-01", &facts));
            let explanation = Explanation { program: checked.runnable().unwrap(), sources: &checked.sources, shipment: &shipment, assessment: &found };
            (explanation.to_text(), to_json(&explanation).to_string())
        };
        prop_assert_eq!(told(), told());
    }
}
