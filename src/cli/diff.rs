//! `diff`: where two versions of the law charge differently.

use super::book;
use super::files;
use super::terminal::Terminal;
use super::{End, Failure, Outcome};
use carveout::analysis::{Comparison, Difference, Side, compare, goods_of, origins_of, words_of};
use carveout::facts::{Columns, Row};
use carveout::outcome::Interpreter;
use carveout::problem::{Problems, Severity, counted};
use carveout::program::{self, Checked, Program};
use carveout::region::time_words;
use carveout::value::{Country, Exact, GoodsCode, Instant};
use carveout::world::{Disk, Revision, World};
use clap::{Args, ValueEnum};
use jiff::civil::Date;
use rust_decimal::Decimal;
use serde_json::{Value, json};
use std::io::Write;
use std::path::{Path, PathBuf};
use std::sync::Arc;

/// Show where two versions of the law charge differently
#[derive(Args)]
#[command(after_help = "A version is a book on the disk, or in a git revision: `HEAD~3:policies/china`. Exit status 0 means that the two are equivalent: \
                        every shipment is charged alike.")]
pub struct Diff {
    /// The older version
    #[arg(value_name = "OLD")]
    old: String,
    /// The newer version; without it the old book is compared with itself, at other dates or under another scenario
    #[arg(value_name = "NEW")]
    new: Option<String>,
    /// The law as it was known at the end of a day, for both versions
    #[arg(long, value_name = "DATE", value_parser = book::date)]
    known_at: Option<Date>,
    /// The same for the older version alone
    #[arg(long, value_name = "DATE", value_parser = book::date)]
    old_known_at: Option<Date>,
    /// The same for the newer version alone
    #[arg(long, value_name = "DATE", value_parser = book::date)]
    new_known_at: Option<Date>,
    /// A scenario, for both versions
    #[arg(long, value_name = "NAME")]
    scenario: Option<String>,
    /// The same for the older version alone
    #[arg(long, value_name = "NAME")]
    old_scenario: Option<String>,
    /// The same for the newer version alone
    #[arg(long, value_name = "NAME")]
    new_scenario: Option<String>,
    /// Compare entries at this moment, in the older version; without it, entries at every moment
    #[arg(long, value_name = "MOMENT")]
    old_entered: Option<String>,
    /// Compare entries at this moment, in the newer version
    #[arg(long, value_name = "MOMENT")]
    new_entered: Option<String>,
    /// A file of trade with columns `hs`, `origin` and `value`, in any format that `run` reads: what each difference weighs
    #[arg(long, value_name = "FILE")]
    trade: Option<PathBuf>,
    #[arg(long, default_value = "human")]
    format: Format,
}

#[derive(Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Format {
    Human,
    Json,
}

impl Diff {
    pub fn run(&self, terminal: &mut Terminal) -> Outcome {
        let new_name = self.new.as_deref().unwrap_or(&self.old);
        let Some(old) = version(&self.old, self.old_scenario.as_deref().or(self.scenario.as_deref()), terminal)? else { return Ok(End::Found) };
        let Some(new) = version(new_name, self.new_scenario.as_deref().or(self.scenario.as_deref()), terminal)? else { return Ok(End::Found) };
        let before = Interpreter::new(&old, self.old_known_at.or(self.known_at));
        let after = Interpreter::new(&new, self.new_known_at.or(self.known_at));
        let sides = [(&before, &self.old_entered), (&after, &self.new_entered)].map(|(i, at)| (i, at.as_deref().map(|text| moment(i.program, text))));
        let [(first, old_at), (second, new_at)] = sides;
        let (old_at, new_at) = (old_at.transpose()?, new_at.transpose()?);
        let comparison = compare(&Side { interpreter: first, at: old_at }, &Side { interpreter: second, at: new_at });
        let trade = self.trade.as_deref().map(|path| Trade::read(path, &new)).transpose()?;
        match self.format {
            Format::Human => human(&comparison, &new, trade.as_ref(), terminal)?,
            Format::Json => super::terminal::json(terminal.out(), &report(&comparison, &new, trade.as_ref()))?,
        }
        Ok(if comparison.is_empty() { End::Good } else { End::Found })
    }
}

fn moment(program: &Program, text: &str) -> Result<Instant, Failure> {
    program.clock.read(text).map(|(at, _)| at).map_err(Failure::Said)
}

/// The program of a version; nothing where it has errors, which are shown.
fn version(name: &str, scenario: Option<&str>, terminal: &mut Terminal) -> Result<Option<Arc<Program>>, Failure> {
    let revision = name.split_once(':').filter(|_| !Path::new(name).exists());
    let checked = match revision {
        Some((revision, path)) => open(&Revision::new(revision).map_err(Failure::Said)?, Path::new(path), scenario)?,
        None => {
            book::is_policy_file(Path::new(name))?;
            open(&Disk, Path::new(name), scenario)?
        }
    };
    book::Version { scenario: scenario.map(str::to_owned) }.exists_in(&checked, Path::new(name))?;
    if let Some(program) = checked.runnable_in(scenario) {
        return Ok(Some(program.clone()));
    }
    let mut errors = Problems::default();
    errors.extend(checked.problems.into_iter().filter(|p| p.severity == Severity::Error));
    terminal.problems(&errors, &checked.sources);
    terminal.error(&format!("`{name}` has {} and cannot be compared; mend them first", counted(errors.count(Severity::Error), "error")));
    Ok(None)
}

fn open(world: &dyn World, path: &Path, scenario: Option<&str>) -> Result<Checked, Failure> {
    program::open(world, path, scenario).map_err(|why| book::no_book(&why))
}

fn region(difference: &Difference, program: &Program) -> String {
    let time = time_words(difference.from, difference.until, &program.clock);
    format!("{} {time}", words_of(program, &difference.parts)).trim_end().to_owned()
}

fn human(comparison: &Comparison, program: &Program, trade: Option<&Trade>, terminal: &mut Terminal) -> Result<(), Failure> {
    let out = terminal.out();
    for sentence in &comparison.general {
        writeln!(out, "{sentence}")?;
    }
    // What becomes the same at the same time is one piece of news.
    let mut groups: Vec<Vec<&Difference>> = Vec::new();
    for difference in &comparison.differences {
        let same = |g: &&mut Vec<&Difference>| {
            g.first().is_some_and(|d| (&d.measure, &d.new, d.from, d.until) == (&difference.measure, &difference.new, difference.from, difference.until))
        };
        match groups.iter_mut().find(same) {
            Some(group) => group.push(difference),
            None => groups.push(vec![difference]),
        }
    }
    for group in groups {
        let Some(first) = group.first() else { continue };
        let time = time_words(first.from, first.until, &program.clock);
        if let [one] = group.as_slice() {
            writeln!(out, "{}: {} → {}", one.measure, one.old, one.new)?;
            writeln!(out, "  {}", region(one, program))?;
            weigh(one, trade, out)?;
        } else {
            // Goods that all of them share are said once.
            let shared = match first.parts.as_slice() {
                [(_, goods)] => group.iter().all(|d| matches!(d.parts.as_slice(), [(_, g)] if g == goods)).then(|| goods_of(program, goods)),
                _ => None,
            };
            let on = shared.as_ref().map_or_else(String::new, |goods| format!(" on {goods}"));
            writeln!(out, "{}", format!("{}: {}{on} {time}", first.measure, first.new).trim_end())?;
            for difference in &group {
                let what = match (&shared, difference.parts.first()) {
                    (Some(_), Some((countries, _))) => origins_of(program, *countries),
                    _ => words_of(program, &difference.parts),
                };
                writeln!(out, "  was {}: {what}", difference.old)?;
                weigh(difference, trade, out)?;
            }
        }
        if group.iter().all(|d| d.witness.is_none()) {
            writeln!(out, "  no shipment was found that comes to another amount: what differs is what this rests on")?;
        }
        if let Some(witness) = group.iter().find_map(|d| d.witness.as_ref()) {
            let results: Vec<String> = witness.results.iter().map(|(version, outcome)| format!("{version} {outcome}")).collect();
            writeln!(out, "  {}: {}", witness.shipment, results.join("; "))?;
        }
        writeln!(out)?;
    }
    if comparison.is_empty() {
        writeln!(out, "equivalent: every shipment is charged alike")?;
    } else {
        let measures: std::collections::BTreeSet<&str> = comparison.differences.iter().map(|d| d.measure.as_str()).collect();
        let (differences, of) = (counted(comparison.differences.len(), "difference"), counted(measures.len(), "measure"));
        match (comparison.general.len(), comparison.differences.len()) {
            (0, _) => writeln!(out, "{differences} in {of}")?,
            (all, 0) => writeln!(out, "{} of the whole book", counted(all, "difference"))?,
            (all, _) => writeln!(out, "{} of the whole book, {differences} in {of}", counted(all, "difference"))?,
        }
    }
    Ok(())
}

fn weigh(difference: &Difference, trade: Option<&Trade>, out: &mut dyn Write) -> Result<(), Failure> {
    if let Some(trade) = trade {
        writeln!(out, "    trade of {}", trade.within(difference))?;
    }
    Ok(())
}

fn report(comparison: &Comparison, program: &Program, trade: Option<&Trade>) -> Value {
    let differences: Vec<Value> = comparison
        .differences
        .iter()
        .map(|d| {
            let witness = d.witness.as_ref().map(|w| {
                let shipment: serde_json::Map<String, Value> = w.facts.iter().map(|(name, value)| (name.clone(), json!(value))).collect();
                let results: serde_json::Map<String, Value> = w.results.iter().map(|(version, outcome)| (version.clone(), json!(outcome))).collect();
                json!({"shipment": shipment, "results": results})
            });
            json!({
                "measure": d.measure,
                "old": d.old,
                "new": d.new,
                "region": region(d, program),
                "from": d.from.map(|t| program.show(t)),
                "until": d.until.map(|t| program.show(t)),
                "trade": trade.map(|t| t.within(d).to_string()),
                "witness": witness,
            })
        })
        .collect();
    json!({"equivalent": comparison.is_empty(), "general": comparison.general, "differences": differences})
}

/// Trade by goods and origin.
struct Trade {
    flows: Vec<(GoodsCode, Option<Country>, Exact)>,
}

impl Trade {
    fn read(path: &Path, program: &Program) -> Result<Trade, Failure> {
        let said = |why: String| Failure::Said(format!("`{}`: {why}", path.display()));
        let mut input = files::open(path, None)?;
        let broken = |e: std::io::Error| super::run::cannot_read(path, &e);
        let header = input.header().map_err(broken)?.map_err(said)?;
        let mut columns = Columns::new(program, &header, &[]).map_err(|e| said(e.to_string()))?;
        input.settle(program, &mut columns, &|_| false).map_err(said)?;
        let (Some(hs), Some(value)) = (columns.column_of("hs"), columns.column_of("value").filter(|_| columns.holds("value"))) else {
            return Err(said("the columns `hs` and `value` are needed, and `origin` where there is one".to_owned()));
        };
        let origin = columns.column_of("origin");
        let mut flows = Vec::new();
        let mut row = Row::default();
        while input.read(&mut row).map_err(broken)? {
            let place = format!("{} {}", row.counted(), row.line);
            if let Some(fault) = &row.fault {
                return Err(said(format!("{place}: {}", fault.words())));
            }
            let cell = |c: usize| row.cell(c).unwrap_or("").trim();
            let code = GoodsCode::parse(cell(hs)).map_err(|e| said(format!("{place}: `{}` {}", cell(hs), e.words())))?;
            let amount = Decimal::from_str_exact(cell(value)).map_err(|_| said(format!("{place}: `{}` is no amount", cell(value))))?;
            let from = origin.map(cell).filter(|t| !t.is_empty());
            let country = match from {
                Some(text) => Some(Country::from_code(text).ok_or_else(|| said(format!("{place}: `{text}` is no country")))?),
                None => None,
            };
            flows.push((code, country, Exact::from(amount)));
        }
        Ok(Trade { flows })
    }

    /// What is traded of the goods and origins of a difference. A code shorter than the difference tells apart counts where it begins.
    fn within(&self, difference: &Difference) -> Exact {
        let touches = |code: &GoodsCode, origin: Option<Country>| {
            difference.parts.iter().any(|(countries, goods)| origin.is_none_or(|o| countries.contains(o)) && goods.contains(code.first()))
        };
        self.flows.iter().filter(|(code, origin, _)| touches(code, *origin)).fold(Exact::ZERO, |sum, (.., value)| sum.checked_add(*value).unwrap_or(sum))
    }
}
