//! Timelines: each stretch is what `why` answers, the whole of it over, and changes are put down to what changed.

use crate::tool::Folder;
use carveout::facts::{Shipment, Value};
use carveout::outcome::{Interpreter, rate_text};
use carveout::program::{self, FactId, MeasureId, StatedFacts};
use carveout::syntax::OutcomeWord;
use carveout::timeline::Timeline;
use carveout::value::Instant;
use carveout::world::Disk;
use std::path::Path;

const SHIPMENTS: [(&str, &str, &str, &[(&str, &str)]); 6] = [
    ("policies/china", "3901.20.00", "US", &[("loaded", "2025-04-20 09:00")]),
    ("policies/china", "8542.31", "US", &[("loaded", "2025-04-01 09:00"), ("mfn_rate", "0%")]),
    ("policies/china", "8542.31", "US", &[]),
    ("policies/united_kingdom", "7202.11.80.00", "CN", &[("value", "1260.89"), ("kg", "2000"), ("claims", "quota 054003")]),
    ("policies/united_states", "8703.23.01", "JP", &[("value", "30000"), ("claims", ""), ("loaded", "2025-03-01 09:00")]),
    ("policies/phaseouts/nafta", "6109.10.00", "MX", &[("value", "1000")]),
];

/// At the first moment of each stretch, at the last, and at one between.
#[test]
fn every_stretch_is_what_the_interpreter_answers() {
    let mut looked_at = 0;
    for (path, hs, origin, values) in SHIPMENTS {
        let checked = program::open(&Disk, Path::new(path), None).unwrap();
        let program = checked.runnable().unwrap();
        let values = values.iter().map(|(n, v)| ((*n).to_owned(), (*v).to_owned())).collect();
        let stated = StatedFacts { hs: Some(hs.to_owned()), origin: Some(origin.to_owned()), values, ..StatedFacts::default() };
        let shipment = Shipment::from_stated(program, &stated, None).unwrap();
        let interpreter = Interpreter::new(program, None);
        let all: Vec<MeasureId> = (0..program.measures.len()).map(MeasureId).collect();
        let timeline = Timeline::new(&interpreter, &checked.sources, &shipment, &all);
        for course in &timeline.courses {
            let bounds: Vec<_> = course.stretches.iter().map(|s| (s.from, s.until)).collect();
            assert!(bounds.windows(2).all(|w| w[0].1 == w[1].0 && w[0].1.is_some()), "no gaps: {bounds:?}");
            for stretch in &course.stretches {
                let first = stretch.from.or(stretch.until.map(|u| Instant(u.0 - 1)));
                let last = stretch.until.map_or(first.map(|f| Instant(f.0 + 40_000_000)), |u| Some(Instant(u.0 - 1)));
                let (Some(first), Some(last)) = (first, last) else { continue };
                for moment in [first, Instant(first.0 + (last.0 - first.0) / 3), last] {
                    let mut entered = timeline.shipment.clone();
                    entered.set(FactId::ENTERED, Value::At(moment));
                    let result = &interpreter.assess(&entered).results[course.measure.0];
                    let rate = result.rate.as_ref().filter(|_| result.outcome == OutcomeWord::Applied).map(|r| rate_text(r, program));
                    let name = program.measure_name(course.measure);
                    assert_eq!((result.outcome, rate), (stretch.outcome, stretch.rate.clone()), "{path} {name} at {}", program.show(moment));
                    looked_at += 1;
                }
            }
            // Whatever changes has a reason, and not the last resort of one.
            for stretch in course.stretches.iter().skip(1) {
                assert!(!stretch.reasons.is_empty(), "{path} {} {:?}", program.measure_name(course.measure), stretch);
            }
        }
    }
    assert!(looked_at > 300, "{looked_at}");
}

#[test]
fn facts_measures_and_formats_are_refused_where_they_make_no_sense() {
    let folder = Folder::new();
    let why = folder.run("timeline small.tariff --origin US").refused();
    assert!(why.contains("--hs"), "{why}");
    let why = folder.run_with(&["timeline", "small.tariff", "--hs", "390120", "--set", "entered=2025-05-01"], b"").refused();
    assert!(why.contains("leave `entered` out"), "{why}");
    let why = folder.run("timeline small.tariff genral --hs 390120").refused();
    assert!(why.contains("did you mean `general`?"), "{why}");
    let why = folder.run("timeline small.tariff quiet_list --hs 390120").refused();
    assert!(why.contains("an exemption"), "{why}");
}

#[test]
fn the_name_of_the_file_chooses_the_format() {
    let folder = Folder::new();
    folder.run("timeline small.tariff --hs 390120 --origin US -o out.svg").good();
    folder.run("timeline small.tariff --hs 390120 --origin US -o out.json").good();
    let svg = folder.read("out.svg");
    assert!(svg.starts_with("<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"900\""), "{svg}");
    let json: serde_json::Value = serde_json::from_str(&folder.read("out.json")).unwrap();
    let general = json["measures"].as_array().unwrap().iter().find(|m| m["name"] == "general").unwrap();
    let rates: Vec<&str> = general["stretches"].as_array().unwrap().iter().map(|s| s["outcome"].as_str().unwrap()).collect();
    assert_eq!(rates, ["not in force", "applied", "applied", "exempted"]);
    // The same law and shipment give the same picture, and markup in a title stays text.
    folder.write("odd.tariff", crate::tool::BOOK.replace("Additional duty", "Duties <&> more"));
    let (one, two) =
        (folder.run("timeline odd.tariff --hs 390120 --origin US --format svg"), folder.run("timeline odd.tariff --hs 390120 --origin US --format svg"));
    assert!(one.out.contains("Duties &lt;&amp;&gt; more") && one.out == two.out, "{}", one.out);
}

/// Without a value the rates can be told, unless a rule tests the value.
#[test]
fn an_example_never_decides_a_condition() {
    let folder = Folder::new();
    let told = folder.run("timeline small.tariff mfn --hs 390120 --origin KR").good();
    assert!(told.contains("for example value CNY 100000") && told.contains("6%"), "{told}");
    folder.write(
        "tested.tariff",
        crate::tool::BOOK
            .replace("exemption licensed from general", "exemption small_value from mfn\n    when value < CNY 50\n\nexemption licensed from general"),
    );
    let told = folder.run("timeline tested.tariff mfn --hs 390120 --origin KR").good();
    assert!(!told.contains("for example") && told.contains("needs `value`"), "{told}");
    let told = folder.run("timeline tested.tariff mfn --hs 390120 --origin KR --value 40").good();
    assert!(told.contains("exempted by small_value"), "{told}");
}
