//! Large books made by rule from a fixed seed: so many measures, and so many prefixes of goods in lists, shared out among them.
//!
//! They are like real ones in what makes analysis hard: popular goods are in many lists, rates change on the same forty days, later acts
//! amend earlier ones, special rates stand beside general ones, some measures give way to others, some reliefs test further facts.

use super::Dice;
use std::collections::BTreeSet;

/// The goods that exist, to six digits.
const NOMENCLATURE: &str = include_str!("../../policies/nomenclature/hs2022.csv");

/// Exemptions from every measure: informational materials, goods in transit, returned goods, and so on.
const GENERAL: usize = 5;

/// The days on which anything changes.
const DATES: usize = 40;

const ORIGINS: [&str; 24] =
    ["US", "CN", "JP", "KR", "DE", "VN", "MX", "CA", "GB", "FR", "IT", "TH", "MY", "ID", "IN", "TW", "AU", "BR", "NL", "BE", "ES", "PL", "CZ", "SE"];

const CLAIMS: [&str; 4] = ["FTA", "GSP", "9903.01.04", "9903.94.05"];

/// What is written into files, by path.
pub type Files = Vec<(String, String)>;

/// A book of so many measures and prefixes. `edits` changes so many of its rates, dates and lists in small ways.
pub fn book(measures: usize, prefixes: usize, edits: usize) -> Files {
    let mut maker = Maker { dice: Dice::new(0x0ddb_1a5e_5bad_5eed), six: six_digits(), files: Vec::new() };
    maker.files.push(("nomenclature.csv".to_owned(), NOMENCLATURE.to_owned()));
    maker.policy();
    // A third of the prefixes are in lists of reliefs.
    let reliefs = measures.div_ceil(3);
    let of_measures = shares(prefixes - prefixes / 3, measures);
    // Every fifth is a suspension, which has no list.
    let mut of_exemptions = shares(prefixes / 3, GENERAL + reliefs - reliefs / 5).into_iter();
    let mut parts = Vec::new();
    for (n, size) in of_measures.iter().enumerate() {
        parts.push(maker.measure(n, *size));
    }
    let all: Vec<String> = (0..measures).map(|m| format!("duty_{m}")).collect();
    parts.push(format!("\ngroup everything = {}\n", all.join(", ")));
    for n in 0..GENERAL {
        parts.push(maker.general(n, of_exemptions.next().unwrap_or(1)));
    }
    for n in 0..reliefs {
        parts.push(if n % 5 == 4 { maker.suspension(n, measures) } else { maker.exemption(n, of_exemptions.next().unwrap_or(1), measures) });
    }
    parts.push(promises(measures));
    // Files of twenty items or so, as people keep them.
    for (n, chunk) in parts.chunks(20).enumerate() {
        maker.files.push((format!("part-{n:02}.tariff"), chunk.concat()));
    }
    maker.edit(edits);
    maker.files
}

/// Sizes that add up to a total, the first by far the largest, as in real books.
fn shares(total: usize, count: usize) -> Vec<usize> {
    let weights: Vec<usize> = (0..count).map(|n| 1_000_000 / (n + 8)).collect();
    let sum: usize = weights.iter().sum();
    let mut sizes: Vec<usize> = weights.iter().map(|w| (total * w / sum).max(1)).collect();
    let rest = total.saturating_sub(sizes.iter().sum());
    sizes.iter_mut().take(1).for_each(|s| *s += rest);
    sizes
}

fn six_digits() -> Vec<&'static str> {
    let cells = NOMENCLATURE.lines().skip(1).filter_map(|line| line.split(',').nth(1));
    cells.filter(|code| code.len() == 6 && code.bytes().all(|b| b.is_ascii_digit())).collect()
}

/// The n-th day of change.
fn day(n: usize) -> String {
    format!("{}-{:02}-{:02}", 2018 + n / 5, 1 + (n % 5) * 2, 1 + (n * 7) % 28)
}

struct Maker {
    dice: Dice,
    six: Vec<&'static str>,
    files: Files,
}

impl Maker {
    fn chance(&mut self, of_hundred: u64) -> bool {
        self.dice.roll(100) < of_hundred
    }

    fn below(&mut self, count: usize) -> usize {
        self.dice.roll(count.max(1) as u64) as usize
    }

    fn policy(&mut self) {
        let mut text =
            "policy large \"A large book\"\n    imports into US\n    currency USD\n    clock America/New_York\n    nomenclature \"nomenclature.csv\"\n    \
                        round half up to 0.01 each amount\n\n"
                .to_owned();
        for n in 0..DATES {
            text += &format!("instrument act_{n} \"Act {n}\"\n    published {}\n\n", day(n));
        }
        text += "input metal : money \"the value of metal in the goods\" default value\n\ninput melted_here : flag\n\ninput exact_origin : flag default no\n\n\
                 countries partners = JP, KR, DE, FR, IT, NL, BE, ES, PL, CZ, SE\n";
        self.files.push(("a-policy.tariff".to_owned(), text));
    }

    /// Codes of one list, popular chapters more often than others; none begins with another.
    fn list(&mut self, path: &str, size: usize) -> String {
        let mut codes: BTreeSet<String> = BTreeSet::new();
        // A list has a theme: half of its codes come from one stretch of the nomenclature.
        let theme = self.below(self.six.len());
        while codes.len() < size {
            let at = if self.chance(50) {
                (theme + self.below(size)) % self.six.len()
            } else {
                self.below(self.six.len()) * self.below(self.six.len()) / self.six.len()
            };
            let six = self.six[at];
            let code = match self.dice.roll(8) {
                0 => six.to_owned(),
                1..=5 => format!("{six}{}0", self.dice.roll(10)),
                _ => format!("{six}{}0{}0", self.dice.roll(10), self.dice.roll(10)),
            };
            let covered = [6, 8].iter().any(|n| code.len() > *n && codes.contains(&code[..*n]))
                || codes.range(code.clone()..).next().is_some_and(|c| c.starts_with(&code));
            if !covered {
                codes.insert(code);
            }
        }
        self.files.push((path.to_owned(), codes.iter().fold("hs\n".to_owned(), |text, c| text + c + "\n")));
        format!("list \"{path}\"")
    }

    fn origins(&mut self) -> String {
        match self.dice.roll(10) {
            0..=2 => "of any origin".to_owned(),
            3 | 4 => "of origin CN".to_owned(),
            5 => "of any origin except CA, MX".to_owned(),
            6 => "of origin partners".to_owned(),
            _ => {
                let first = self.below(ORIGINS.len() - 2);
                format!("of origin {}, {}", ORIGINS[first], ORIGINS[first + 2])
            }
        }
    }

    fn measure(&mut self, n: usize, size: usize) -> String {
        let goods = self.list(&format!("lists/m{n}.csv"), size);
        let origins = self.origins();
        let mut text = format!("\nmeasure duty_{n} \"Additional duty {n}\"\n    on {goods} {origins}\n");
        let mut at = self.below(DATES - 19);
        let first = at;
        for _ in 0..1 + self.below(6) {
            text += &format!("    rate {}% from {} cites act_{at}\n", 5 + 5 * self.below(20), day(at));
            at += 1 + self.below(2);
            // Special rates, for some goods, origins or facts.
            let at_chapter = self.below(self.six.len());
            let chapter = &self.six[at_chapter][..2];
            match self.dice.roll(8) {
                0 => text += &format!("    rate {}% on chapter {chapter} from {} cites act_{at}\n", 1 + self.below(40), day(at)),
                1 => text += &format!("    rate {}% of origin JP from {} cites act_{at}\n", 1 + self.below(40), day(at)),
                2 => text += &format!("    rate {}% when melted_here from {} cites act_{at}\n", 1 + self.below(4), day(at)),
                _ => continue,
            }
            at += 1;
        }
        if self.chance(15) {
            text += &format!("    base value less metal from {} cites act_{at}\n", day(at));
        }
        if n > 0 && self.chance(30) {
            let others: BTreeSet<usize> = (0..1 + self.below(3)).map(|_| self.below(n)).collect();
            let others: Vec<String> = others.into_iter().map(|o| format!("duty_{o}")).collect();
            text += &format!("    yields to {} from {} cites act_{first}\n", others.join(", "), day(first));
        }
        if self.chance(20) {
            text += &format!("    covers all goods from {}\n", day(first));
        }
        text
    }

    /// Relief from everything that the book charges.
    fn general(&mut self, n: usize, size: usize) -> String {
        let goods = self.list(&format!("lists/g{n}.csv"), size);
        let from = 2 + n * 5;
        let when = ["", "    when exact_origin\n", "    when loaded before 2021-03-08\n", "    when claims \"9801\"\n", ""];
        format!("\nexemption general_{n} from everything\n    on {goods} of any origin\n{}    from {}\n    cites act_{from}\n", when[n % 5], day(from))
    }

    fn some(&mut self, measures: usize) -> String {
        let of: BTreeSet<usize> = (0..1 + self.below(4)).map(|_| self.below(measures)).collect();
        of.into_iter().map(|m| format!("duty_{m}")).collect::<Vec<_>>().join(", ")
    }

    fn suspension(&mut self, n: usize, measures: usize) -> String {
        let (of, from) = (self.some(measures), self.below(DATES - 6));
        let points = if self.chance(50) { "    by 5 points\n" } else { "" };
        let until = day(from + 2 + self.below(4));
        format!("\nsuspension s{n} of {of}\n{points}    from {} until {until}\n    cites act_{from}\n", day(from))
    }

    fn exemption(&mut self, n: usize, size: usize, measures: usize) -> String {
        let (of, from) = (self.some(measures), self.below(DATES - 6));
        let goods = self.list(&format!("lists/e{n}.csv"), size);
        let origins = self.origins();
        let claim = CLAIMS[self.below(CLAIMS.len())];
        let when = match self.dice.roll(6) {
            0 => format!("    when claims \"{claim}\"\n"),
            1 => format!("    when loaded before {}\n", day(from + 1)),
            2 => "    when exact_origin\n".to_owned(),
            _ => String::new(),
        };
        let relief = match self.dice.roll(4) {
            0 => "    to 2%\n",
            1 => "    by 50% of the duty\n",
            _ => "",
        };
        format!("\nexemption e{n} from {of}\n    on {goods} {origins}\n{when}{relief}    from {}\n    cites act_{from}\n", day(from))
    }

    /// Small changes, far from each other: another rate, another day, a code more or less in a list.
    fn edit(&mut self, edits: usize) {
        for n in 0..edits {
            let m = n * 7 + 3;
            let kind = n % 3;
            let target = if kind == 2 { format!("lists/m{m}.csv") } else { format!("measure duty_{m} ") };
            let found =
                self.files.iter_mut().find(|(path, text)| if kind == 2 { *path == target } else { path.ends_with(".tariff") && text.contains(&target) });
            let Some((_, text)) = found else { continue };
            if kind == 2 {
                let last = text.trim_end().rfind('\n').unwrap_or(0);
                text.truncate(last + 1);
                continue;
            }
            let at = text.find(&target).unwrap_or(0);
            let rate = at + text[at..].find("    rate ").unwrap_or(0);
            let end = rate + text[rate..].find('\n').unwrap_or(0);
            let line = text[rate..end].to_owned();
            let edited = if kind == 0 { line.replacen("% ", ".5% ", 1) } else { line.replacen(" from ", " until 2026-01-01 from ", 1) };
            text.replace_range(rate..end, &edited);
        }
    }
}

/// What holds of every shipment.
fn promises(measures: usize) -> String {
    let one = |n: usize| {
        let m = n * measures / 4;
        format!("\nassert p{n} \"measure {m} never comes to more than all of the value\"\n    on all goods\n    that rate of duty_{m} <= 105%\n")
    };
    (0..4).map(one).collect()
}
