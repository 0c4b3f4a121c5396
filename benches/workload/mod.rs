//! A workload made by rule from a fixed seed: a tariff of 8,000 lines, 25 additional duties over lists of goods, 12 exemptions, 3
//! phase-outs, one limit and a tax, and shipments that fall under them.

#[path = "dice.rs"]
mod dice;

use carveout::world::Memory;
use serde_json::json;
use std::collections::BTreeSet;

pub use dice::Dice;

pub const HEADER: &str = "id,hs,origin,value,kg,entered,exported,importer\n";

const ORIGINS: [&str; 30] = [
    "US", "CN", "JP", "KR", "DE", "VN", "MX", "CA", "GB", "FR", "IT", "TH", "MY", "ID", "IN", "TW", "AU", "BR", "NL", "BE", "ES", "PL", "CZ", "SE", "CH", "TR",
    "CL", "NZ", "ZA", "SG",
];

/// A day of the years 2018 to 2026, as it is written.
fn day(dice: &mut Dice) -> String {
    format!("{}-{:02}-{:02}", 2018 + dice.roll(9), 1 + dice.roll(12), 1 + dice.roll(28))
}

/// The lines of the tariff.
pub fn lines() -> Vec<String> {
    let mut dice = Dice::new(0x9e37_79b9_7f4a_7c15);
    let mut lines = BTreeSet::new();
    while lines.len() < 8000 {
        let (chapter, heading) = (1 + dice.roll(97), 1 + dice.roll(90));
        if chapter == 77 {
            continue;
        }
        let six = format!("{chapter:02}{heading:02}{:02}", 10 + dice.roll(90));
        for _ in 0..=dice.roll(4) {
            lines.insert(format!("{six}{:02}", dice.roll(10) * 10));
        }
    }
    lines.into_iter().take(8000).collect()
}

fn list(dice: &mut Dice, lines: &[String], count: usize) -> Vec<String> {
    let mut codes = BTreeSet::new();
    while codes.len() < count {
        codes.insert(dice.pick(lines)[..[4, 6, 6, 8, 8, 8][dice.roll(6) as usize]].to_owned());
    }
    codes.into_iter().collect()
}

/// The rules, as files of a book and as data for others to read.
pub struct Rules {
    pub files: Vec<(String, String)>,
    pub data: serde_json::Value,
}

impl Rules {
    /// The book, in memory.
    pub fn world(&self) -> Memory {
        self.files.iter().fold(Memory::default(), |world, (path, text)| world.with(path, text.clone()))
    }

    fn list(&mut self, path: &str, header: &str, rows: &[String]) {
        self.files.push((path.to_owned(), rows.iter().fold(format!("{header}\n"), |t, c| t + c + "\n")));
    }
}

fn origin_words(of: &[&str], except: &[&str]) -> String {
    match (of, except) {
        ([], []) => "of any origin".to_owned(),
        ([], _) => format!("of any origin except {}", except.join(", ")),
        _ => format!("of origin {}", of.join(", ")),
    }
}

pub fn rules(lines: &[String]) -> Rules {
    let mut dice = Dice::new(0x1234_5678_9abc_def1);
    let mut rules = Rules { files: Vec::new(), data: json!({}) };
    let mut text = "policy work \"A workload\"\n    imports into CN\n    currency USD\n    clock UTC\n    round half up to 0.01\n\n\
                    measure mfn \"Ordinary duty\"\n    on all goods of any origin\n    rate table \"mfn.csv\"\n"
        .to_owned();
    let (mut table, mut tariff) = (Vec::new(), Vec::new());
    for line in lines {
        // Hundredths of a per cent, and ten-thousandths of a dollar per kilogram.
        let kind = dice.roll(40);
        let points = if kind == 0 { 0 } else { *dice.pick(&[0, 0, 150, 250, 300, 370, 500, 650, 800, 1000, 1200, 2000, 3500]) };
        let specific = if kind < 2 { 10 * (1 + dice.roll(999)) } else { 0 };
        let parts = [(points > 0).then(|| percent(points)), (specific > 0).then(|| format!("USD 0.{specific:04} per kg"))];
        let rate = parts.into_iter().flatten().collect::<Vec<_>>().join(" + ");
        table.push(format!("{line},{}", if rate.is_empty() { "Free" } else { &rate }));
        tariff.push(json!({"hs": line, "points": points, "specific": specific}));
    }
    rules.list("mfn.csv", "hs,rate", &table);
    let sizes = [800, 600, 400, 300, 200, 131, 120, 100, 80, 60, 50, 40, 30, 25, 20, 15, 12, 10, 8, 6, 5, 4, 3];
    let mut duties = Vec::new();
    for i in 0..25usize {
        let codes = i.checked_sub(1).and_then(|i| sizes.get(i)).map_or_else(|| vec![String::new()], |size| list(&mut dice, lines, *size));
        let goods = goods_words(&mut rules, &format!("a{i}"), &codes);
        let (of, except): (Vec<&str>, Vec<&str>) = match i % 4 {
            0 | 1 => (vec!["US"], vec![]),
            2 => (vec![ORIGINS[1 + i], ORIGINS[2 + i]], vec![]),
            _ => (vec![], vec!["US", ORIGINS[1 + i]]),
        };
        text += &format!("\nmeasure a{i} \"Additional duty\"\n    on {goods} {}\n", origin_words(&of, &except));
        let (first, mut steps) = (2018 + dice.roll(7), Vec::new());
        for year in first..=first + dice.roll(4) {
            let rate = 5 + dice.roll(80);
            text += &format!("    rate {rate}% from {year}-03-01 until {}-03-01\n", year + 1);
            steps.push(json!({"from": format!("{year}-03-01"), "until": format!("{}-03-01", year + 1), "points": rate * 100}));
        }
        duties.push(json!({"id": format!("a{i}"), "codes": codes, "of": of, "except": except, "steps": steps}));
    }
    let mut exemptions = Vec::new();
    for i in 0..12usize {
        let codes = list(&mut dice, lines, if i < 9 { 131 } else { 696 });
        let goods = goods_words(&mut rules, &format!("e{i}"), &codes);
        let from: BTreeSet<String> = (0..3).map(|_| format!("a{}", dice.roll(25))).collect();
        let from: Vec<String> = from.into_iter().collect();
        let of = if i % 2 == 1 { vec!["US"] } else { vec![] };
        text += &format!("\nexemption e{i} from {}\n    on {goods} {}\n", from.join(", "), origin_words(&of, &[]));
        let (mut before, mut importers) = (None, None);
        match i {
            8 => {
                text += "    when exported before 2024-07-01\n";
                before = Some("2024-07-01");
            }
            9.. => {
                let names: BTreeSet<String> = (0..50).map(|_| format!("IMP{:05}", dice.roll(5000))).collect();
                let names: Vec<String> = names.into_iter().collect();
                rules.list(&format!("i{i}.csv"), "importer", &names);
                text += &format!("    when importer in \"i{i}.csv\"\n");
                importers = Some(names);
            }
            _ => {}
        }
        let year = 2018 + dice.roll(6);
        let until = year + 1 + dice.roll(3);
        text += &format!("    from {year}-06-01 until {until}-06-01\n");
        exemptions.push(json!({
            "id": format!("e{i}"), "codes": codes, "of": of, "except": [], "from": format!("{year}-06-01"), "until": format!("{until}-06-01"),
            "exported_before": before, "importers": importers, "duties": from,
        }));
    }
    let mut phaseouts = Vec::new();
    for (i, (size, of, from, stages)) in
        [(400, vec!["AU", "NZ"], 2020, 5), (800, vec!["KR", "TH", "VN", "MY", "ID", "SG"], 2019, 10), (150, vec!["CH"], 2022, 10)].into_iter().enumerate()
    {
        let codes = list(&mut dice, lines, size);
        let goods = goods_words(&mut rules, &format!("p{i}"), &codes);
        text += &format!("\nphaseout p{i} of mfn\n    on {goods} {}\n    from {from}-01-01 in {stages} yearly stages to 0%\n", origin_words(&of, &[]));
        phaseouts.push(json!({"id": format!("p{i}"), "codes": codes, "of": of, "except": [], "year": from, "stages": stages}));
    }
    let all: Vec<String> = (0..25).map(|i| format!("a{i}")).collect();
    let limited = ["DE", "FR", "IT", "NL", "BE", "ES", "PL", "CZ", "SE", "JP", "KR"];
    text += &format!(
        "\nlimit top of {}\n    on all goods {}\n    from 2023-08-01 until 2027-01-01\n    at most 15% inclusive of mfn\n",
        all.join(", "),
        origin_words(&limited, &[])
    );
    text += "\ntax vat \"Tax\"\n    on all goods of any origin\n    base value plus duties\n    rate 13%\n";
    rules.files.push(("work.tariff".to_owned(), text));
    rules.data = json!({
        "tariff": tariff, "duties": duties, "exemptions": exemptions, "phaseouts": phaseouts, "tax": 1300,
        "limit": {"of": limited, "from": "2023-08-01", "until": "2027-01-01", "points": 1500},
    });
    rules
}

fn goods_words(rules: &mut Rules, name: &str, codes: &[String]) -> String {
    if codes == [""] {
        return "all goods".to_owned();
    }
    rules.list(&format!("{name}.csv"), "hs", codes);
    format!("list \"{name}.csv\"")
}

fn percent(points: u64) -> String {
    format!("{}.{:02}%", points / 100, points % 100)
}

/// One shipment, as a line.
pub fn shipment(dice: &mut Dice, lines: &[String], number: usize) -> String {
    let origin = if dice.roll(5) < 2 { "US" } else { ORIGINS[1 + dice.roll(29) as usize] };
    // Small codes come more often, as some goods do.
    let line = &lines[(dice.roll(8000) * dice.roll(8000) / 8000) as usize];
    let sizes = [dice.roll(6), dice.roll(5)].map(|n| 10u64.pow(3 + n as u32));
    let (cents, grams) = (100 + dice.roll(sizes[0]), 1 + dice.roll(sizes[1]));
    format!(
        "S-{number:09},{line},{origin},{}.{:02},{}.{:03},{},{},IMP{:05}\n",
        cents / 100,
        cents % 100,
        grams / 1000,
        grams % 1000,
        day(dice),
        day(dice),
        dice.roll(5000)
    )
}
