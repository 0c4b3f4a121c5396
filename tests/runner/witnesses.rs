//! Holds every witness to its claim: the shipment that a finding shows is read again from its words, assessed again, and must come to
//! what is shown and show what is said.

use carveout::facts::Shipment;
use carveout::outcome::{Assessment, By, Cause, Claims, Explanation, Interpreter, MeasureResult, rate_text};
use carveout::problem::{Problem, Witness};
use carveout::program::{Charge, Checked, ClauseKind, FactId, Life, MeasureId, Program, StatedFacts, check_sources};
use carveout::syntax::OutcomeWord;
use carveout::world::World;
use jiff::civil::Date;
use std::collections::BTreeMap;
use std::path::Path;

/// What findings of these codes claim is claimed of a shipment. Where a condition is not looked through, there may be none.
const SHOWN: [&str; 8] = ["T100", "T101", "T102", "T104", "T110", "T211", "T212", "T301"];

/// Holds the findings on a book; how many witnesses were held, by code.
pub fn hold(world: &dyn World, path: &Path, checked: &Checked, complaints: &mut Vec<String>) -> BTreeMap<&'static str, usize> {
    let mut held = BTreeMap::new();
    let Some(program) = &checked.program else { return held };
    for problem in checked.problems.iter().filter(|p| SHOWN.contains(&p.code) && p.region.is_some()) {
        let may = problem.message.contains(" may ");
        if problem.witness.is_none() && !may {
            complaints.push(format!("{}: no shipment shows it", said(problem, checked)));
        }
    }
    let shown: Vec<&Problem> = checked.problems.iter().filter(|p| p.witness.is_some()).collect();
    let stated = reread(world, path, &shown, complaints);
    for (problem, stated) in shown.into_iter().zip(stated) {
        let Some(witness) = &problem.witness else { continue };
        let shipment = match shipment(program, witness, stated.as_ref()) {
            Ok(shipment) => shipment,
            Err(why) => {
                complaints.push(format!("{}\n{}\n{why}", said(problem, checked), witness.shipment));
                continue;
            }
        };
        // What was annulled is shown as it was known before.
        let known: Vec<Option<Date>> = std::iter::once(None).chain(days_before_voids(program).into_iter().map(Some)).collect();
        let wrong: Vec<String> = known.iter().filter_map(|day| Held { checked, program, problem, witness, known_at: *day }.wrong(&shipment)).collect();
        if wrong.len() == known.len() {
            complaints.push(format!("{}\n{}\n{:?}\n{}", said(problem, checked), witness.shipment, witness.results, wrong.first().cloned().unwrap_or_default()));
        }
        *held.entry(problem.code).or_default() += 1;
    }
    held
}

fn said(problem: &Problem, checked: &Checked) -> String {
    let place = checked.sources.place(problem.span());
    format!("[{}] {} ({}:{})", problem.code, problem.message, place.file.display(), place.line)
}

/// The facts of each witness, read as a test that somebody copies from the message.
fn reread(world: &dyn World, path: &Path, shown: &[&Problem], complaints: &mut Vec<String>) -> Vec<Option<StatedFacts>> {
    let texts = shown.iter().enumerate().map(|(n, p)| {
        let words = p.witness.as_ref().map_or("", |w| &w.shipment);
        format!("test \"witness {n}\"\n    shipment {words}\n    expect total = 0%\n")
    });
    let added = texts.collect::<Vec<_>>().join("\n");
    if shown.is_empty() {
        return Vec::new();
    }
    let again = check_sources(world, path, &[added]).unwrap();
    for problem in again.problems.iter() {
        if again.sources.place(problem.span()).file.starts_with("session:1") {
            complaints.push(format!("a witness cannot be read as a test: {} `{}`", problem.message, again.sources.text(problem.span())));
        }
    }
    let tests = |n: usize| again.program.as_ref()?.tests.iter().find(|t| t.title == format!("witness {n}")).map(|t| t.facts.clone());
    (0..shown.len()).map(tests).collect()
}

/// The shipment of a witness; its words and its facts must say the same.
fn shipment(program: &Program, witness: &Witness, stated: Option<&StatedFacts>) -> Result<Shipment, String> {
    let by_facts = of_facts(program, witness)?;
    if let Some(stated) = stated {
        let by_words = Shipment::from_stated(program, stated, None).map_err(|e| e.to_string())?;
        if by_words != by_facts {
            return Err(format!("its words and its facts are two shipments: {by_words:?} {by_facts:?}"));
        }
    }
    Ok(by_facts)
}

pub fn of_facts(program: &Program, witness: &Witness) -> Result<Shipment, String> {
    let one = |name: &str| witness.facts.iter().find(|(n, _)| n == name).map(|(_, v)| v.clone());
    let values = witness.facts.iter().filter(|(n, _)| n != "hs" && n != "origin").cloned().collect();
    let facts = StatedFacts { hs: one("hs"), origin: one("origin"), values, ..StatedFacts::default() };
    Shipment::from_stated(program, &facts, None).map_err(|e| e.to_string())
}

fn days_before_voids(program: &Program) -> Vec<Date> {
    let acts = program.endings.iter().filter(|e| e.void).filter_map(|e| e.cite.as_ref());
    acts.filter_map(|c| program.instrument(c.instrument)?.published?.yesterday().ok()).collect()
}

/// What a measure comes to, as witnesses say it.
pub fn outcome(program: &Program, assessment: &Assessment, id: MeasureId) -> String {
    let result = &assessment.results[id.0];
    match (&result.rate, result.printed) {
        (Some(rate), Some(amount)) => format!("{}, {} {amount}", rate_text(rate, program), program.currency),
        _ => result.outcome.words().to_owned(),
    }
}

struct Held<'a> {
    checked: &'a Checked,
    program: &'a Program,
    problem: &'a Problem,
    witness: &'a Witness,
    known_at: Option<Date>,
}

impl Held<'_> {
    /// What is wrong with the claim; nothing where it holds.
    fn wrong(&self, shipment: &Shipment) -> Option<String> {
        let interpreter = Interpreter::new(self.program, self.known_at);
        match self.problem.code {
            "T100" | "T101" | "T102" => self.rates(&interpreter, shipment),
            "T104" | "T211" => self.changes(&interpreter, shipment),
            "T110" => self.gap(&interpreter, shipment),
            "T212" | "T301" => self.suspensions(&interpreter, shipment),
            "T600" => self.refuted(&interpreter, shipment),
            code => Some(format!("nobody holds the witnesses of {code}")),
        }
    }

    /// The measure that is spoken of: the first name that is one.
    fn measure(&self) -> Option<MeasureId> {
        let named = self.problem.message.split('`').skip(1).step_by(2).find_map(|n| self.program.find_measure(n));
        named.or_else(|| self.program.find_measure(&self.witness.results.first()?.0))
    }

    /// The rate clauses at the places of the finding, by their numbers.
    fn clauses(&self, id: MeasureId) -> Vec<usize> {
        let at = |span| self.program.measures[id.0].clauses.iter().position(|c| c.span == span && matches!(c.kind, ClauseKind::Rate(_)));
        self.problem.labels.iter().filter_map(|l| at(l.span)).collect()
    }

    /// A measure with only some of its rate clauses.
    fn with_only(&self, id: MeasureId, clauses: &[usize], shipment: &Shipment) -> MeasureResult {
        let mut interpreter = Interpreter::new(self.program, self.known_at);
        for (n, clause) in self.program.measures[id.0].clauses.iter().enumerate() {
            if matches!(clause.kind, ClauseKind::Rate(_)) && !clauses.contains(&n) {
                interpreter.edition.clauses[id.0][n] = Life::Absent;
            }
        }
        interpreter.assess(shipment).results[id.0].clone()
    }

    fn place(&self, id: MeasureId, clause: usize) -> String {
        let place = self.checked.sources.place(self.program.measures[id.0].clauses[clause].span);
        format!("{}:{}", place.file.display(), place.line)
    }

    /// Each rule that is named really applies, alone, at the rate that is shown; what is said of them together holds too.
    fn rates(&self, interpreter: &Interpreter<'_>, shipment: &Shipment) -> Option<String> {
        let id = self.measure()?;
        let clauses = self.clauses(id);
        if clauses.len() != self.problem.labels.len() || self.witness.results.len() != clauses.len() {
            return Some(format!("its places are {} clauses of {}", clauses.len(), self.problem.labels.len()));
        }
        for clause in &clauses {
            let place = self.place(id, *clause);
            let Some((_, shown)) = self.witness.results.iter().find(|(at, _)| *at == place) else { return Some(format!("nothing is shown for {place}")) };
            let alone = self.with_only(id, &[*clause], shipment);
            let subject = alone.clause.as_ref().is_some_and(|c| c.index == *clause);
            let said = match &self.program.measures[id.0].clauses[*clause].kind {
                ClauseKind::Rate(Charge::Rate(rate)) => rate_text(rate, self.program),
                ClauseKind::Rate(Charge::Table(table)) => format!("table `{}`", table.path),
                _ => "not subject".to_owned(),
            };
            let headline = alone.headline.as_ref().map_or_else(|| "not subject".to_owned(), |r| rate_text(r, self.program));
            // A row of a table speaks for itself.
            let row = said.starts_with("table ");
            if !subject || said != *shown || (!row && headline != *shown) {
                return Some(format!("{place} alone comes to {headline} {:?}, and {shown} is shown", alone.outcome));
            }
        }
        let all = &interpreter.assess(shipment).results[id.0];
        let standing = all.clause.as_ref().map(|c| c.index);
        match self.problem.code {
            "T100" => {
                let mut expected = clauses.clone();
                let Some(Cause::Conflict(parties)) = &all.cause else {
                    return (!self.problem.message.contains(" may ")).then(|| format!("it is {:?}", all.outcome));
                };
                let mut parties: Vec<usize> = parties.iter().map(|c| c.index).collect();
                parties.sort_unstable();
                expected.sort_unstable();
                (parties != expected).then(|| format!("it is a conflict of {parties:?}, not of {expected:?}"))
            }
            // A third that says the same may be the one that is named; without it one of these stands, beside the other.
            "T101" => {
                let two = self.with_only(id, &clauses, shipment).clause.map(|c| c.index);
                let stands = two.is_some_and(|s| clauses.contains(&s)) && standing.is_some() && all.headline.is_some();
                (!stands).then(|| format!("neither stands: {:?} {standing:?}", all.outcome))
            }
            // The older one is shown first, and prevails.
            _ => {
                let first = standing.map(|s| self.place(id, s));
                (first.as_ref() != self.witness.results.first().map(|(place, _)| place)).then(|| format!("{first:?} prevails"))
            }
        }
    }

    /// The same goods at each moment that is named; what is said to change does.
    fn changes(&self, interpreter: &Interpreter<'_>, shipment: &Shipment) -> Option<String> {
        let id = self.measure()?;
        let mut clauses = Vec::new();
        for (when, shown) in &self.witness.results {
            let Some((at, _)) = when.strip_prefix("entered ").and_then(|t| self.program.clock.read(t).ok()) else {
                return Some(format!("`{when}` is no moment"));
            };
            let mut entered = shipment.clone();
            entered.set(FactId::ENTERED, carveout::facts::Value::At(at));
            let assessment = interpreter.assess(&entered);
            let found = outcome(self.program, &assessment, id);
            if found != *shown {
                return Some(format!("{when} it comes to {found}"));
            }
            clauses.push(assessment.results[id.0].clause.as_ref().map(|c| c.index));
        }
        let shown: Vec<&String> = self.witness.results.iter().map(|(_, o)| o).collect();
        if shown.windows(2).any(|pair| pair[0] == pair[1]) {
            return Some("nothing changes".to_owned());
        }
        if self.problem.code == "T211" {
            return (shown.len() != 3).then(|| "not before, within and after".to_owned());
        }
        // What ended spoke before, what revives speaks now.
        let expected: Vec<Option<usize>> = self.clauses(id).into_iter().rev().map(Some).collect();
        (clauses != expected).then(|| format!("clauses {clauses:?} speak, not {expected:?}"))
    }

    fn gap(&self, interpreter: &Interpreter<'_>, shipment: &Shipment) -> Option<String> {
        use OutcomeWord::{ConditionNotMet, NotInForce, OutOfScope, Unrated};
        let id = self.measure()?;
        let promise = self.problem.labels.first().and_then(|l| self.program.measures[id.0].clauses.iter().find(|c| c.span == l.span));
        let ClauseKind::Covers(goods) = &promise?.kind else { return Some("it is no promise".to_owned()) };
        if !goods.contains(shipment.hs.first()) {
            return Some("the goods are not promised".to_owned());
        }
        let assessment = interpreter.assess(shipment);
        let result = &assessment.results[id.0];
        let none = matches!(result.outcome, NotInForce | ConditionNotMet | OutOfScope | Unrated) && result.headline.is_none();
        (!none).then(|| format!("it has a rate: {:?}", result.outcome)).or_else(|| self.as_shown(&assessment))
    }

    /// Every suspension that is named really acts, alone.
    fn suspensions(&self, interpreter: &Interpreter<'_>, shipment: &Shipment) -> Option<String> {
        let id = self.measure()?;
        let spans: Vec<_> = self.problem.labels.iter().map(|l| l.span).collect();
        let named: Vec<usize> = (0..self.program.suspensions.len()).filter(|s| spans.contains(&self.program.suspensions[*s].span)).collect();
        if named.len() < if self.problem.code == "T212" { 2 } else { 1 } {
            return Some("it names no suspension".to_owned());
        }
        for one in &named {
            let mut alone = Interpreter::new(self.program, self.known_at);
            (0..self.program.suspensions.len()).filter(|s| s != one).for_each(|s| alone.edition.suspensions[s] = Life::Absent);
            let result = &alone.assess(shipment).results[id.0];
            let acts = result.by.iter().any(|by| matches!(by, By::Suspension(s, _) if s.0 == *one));
            let headline = result.headline.as_ref().and_then(|r| r.as_percent());
            if !acts {
                return Some(format!("`{}` does not act: {:?}", self.program.suspensions[*one].name, result.outcome));
            }
            if self.problem.code == "T301" && self.program.suspensions[*one].by <= headline {
                return Some(format!("the rate of {headline:?} is not exceeded"));
            }
        }
        self.as_shown(&interpreter.assess(shipment))
    }

    fn refuted(&self, interpreter: &Interpreter<'_>, shipment: &Shipment) -> Option<String> {
        let assertion = self.problem.message.split('`').nth(1).and_then(|n| self.program.assertions.iter().find(|a| a.name == n))?;
        let assessment = interpreter.assess(shipment);
        let explanation = Explanation { program: self.program, sources: &self.checked.sources, shipment, assessment: &assessment };
        let claims = Claims { explanation };
        if claims.concerns(assertion, |c| interpreter.decides(shipment, c)) != Some(true) {
            return Some("the assertion does not speak of it".to_owned());
        }
        (claims.holds(&assertion.claim) != Some(false)).then(|| "the claim holds".to_owned()).or_else(|| self.as_shown(&assessment))
    }

    /// Every result that is shown under the name of a measure is what it comes to.
    fn as_shown(&self, assessment: &Assessment) -> Option<String> {
        self.witness.results.iter().find_map(|(name, shown)| {
            let id = self.program.find_measure(name)?;
            let found = outcome(self.program, assessment, id);
            (found != *shown).then(|| format!("{name} comes to {found}"))
        })
    }
}
