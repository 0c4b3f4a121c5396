//! Shipments that draw on quotas in the order in which they come: from full balances, or from those that a ledger has.
//!
//! A shipment that the ledger has keeps what it drew, whatever others have drawn since, so that the same file twice draws once.

use super::doubt;
use super::quotas::{Balances, Draw};
use super::{Assessment, By, Interpreter, Status};
use crate::facts::{Drawn, Entry, Grant, Ledger, LedgerError, Met, Shipment, Value};
use crate::problem::{counted, listed};
use crate::program::{FactId, Program, Quota, QuotaId, QuotaRow};
use crate::value::{Exact, Instant};
use jiff::civil::Date;

/// Assesses shipments one after another.
pub struct Drawing<'p> {
    interpreter: Interpreter<'p>,
    balances: Balances,
    ledger: Option<Ledger>,
    recorded: usize,
    kept: usize,
    /// Shipments that would now draw something else than the ledger has.
    differing: Vec<String>,
    differ: usize,
    drew: bool,
    /// By quota: the first shipments that may have drawn on it and are not assessed, and how many there are.
    doubts: Vec<(QuotaId, Vec<String>, usize)>,
}

/// Why a shipment is not assessed, or none is any more.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Refused {
    /// This shipment alone, in words.
    Shipment(String),
    /// The ledger cannot be read or written.
    Ledger(LedgerError),
}

impl From<LedgerError> for Refused {
    fn from(error: LedgerError) -> Self {
        Refused::Ledger(error)
    }
}

impl<'p> Drawing<'p> {
    /// From full balances.
    pub fn new(program: &'p Program, known_at: Option<Date>) -> Self {
        Drawing {
            interpreter: Interpreter::new(program, known_at),
            balances: Balances::default(),
            ledger: None,
            recorded: 0,
            kept: 0,
            differing: Vec::new(),
            differ: 0,
            drew: false,
            doubts: Vec::new(),
        }
    }

    /// From the balances of a ledger, in which draws are recorded.
    pub fn with_ledger(program: &'p Program, known_at: Option<Date>, ledger: Ledger) -> Result<Self, LedgerError> {
        let balances = Balances::of_ledger(program, &ledger.totals()?, &ledger.path().display().to_string())?;
        Ok(Drawing { balances, ledger: Some(ledger), ..Drawing::new(program, known_at) })
    }

    /// What a shipment owes with what is left of the quotas, which it then draws on. Its id is what the ledger knows it by; `called` is
    /// what people know it by, though it have no id. Where it is not assessed, what it might draw on is in doubt for those after it.
    pub fn assess(&mut self, id: Option<&str>, called: &str, shipment: &Shipment) -> Result<Assessment, Refused> {
        let outcome = self.assess_alone(id, shipment);
        match &outcome {
            Ok(assessment) if assessment.status != Status::Assessed => {
                let rows = doubt::might_draw(&self.interpreter, shipment, assessment);
                let told = !doubt::follows(self.interpreter.program, assessment);
                self.doubt(told.then_some(called), rows);
            }
            Err(Refused::Shipment(_)) => self.pass_over(called, Some(shipment)),
            Ok(_) | Err(Refused::Ledger(_)) => {}
        }
        outcome
    }

    /// Notes a shipment that is not assessed, of which perhaps not even the goods are known: what it might draw on is in doubt for those after it.
    pub fn pass_over(&mut self, called: &str, shipment: Option<&Shipment>) {
        let program = self.interpreter.program;
        if program.quotas.is_empty() {
            return;
        }
        let rows = match shipment {
            Some(shipment) => doubt::might_draw(&self.interpreter, shipment, &self.interpreter.assess_with(shipment, &self.balances)),
            None => doubt::any(program),
        };
        self.doubt(Some(called), rows);
    }

    fn doubt(&mut self, called: Option<&str>, rows: Vec<(QuotaId, usize)>) {
        let quotas = self.balances.doubt(rows);
        let Some(called) = called else { return };
        for quota in quotas {
            let at = self.doubts.iter().position(|(q, ..)| *q == quota).unwrap_or_else(|| {
                self.doubts.push((quota, Vec::new(), 0));
                self.doubts.len().saturating_sub(1)
            });
            if let Some((_, first, count)) = self.doubts.get_mut(at) {
                *count = count.saturating_add(1);
                if first.len() < 3 {
                    first.push(format!("`{called}`"));
                }
            }
        }
    }

    fn assess_alone(&mut self, id: Option<&str>, shipment: &Shipment) -> Result<Assessment, Refused> {
        let known = match (&self.ledger, id) {
            (Some(ledger), Some(id)) => ledger.find(id)?,
            _ => None,
        };
        if let (Some(entry), Some(id)) = (known, id) {
            return self.again(id, shipment, &entry);
        }
        let assessment = self.interpreter.assess_with(shipment, &self.balances);
        if let Some(ledger) = &mut self.ledger
            && let met = met(self.interpreter.program, &assessment)
            && !met.is_empty()
        {
            let Some(id) = id else {
                let names: Vec<String> = met.iter().map(|m| format!("`{}`", m.quota)).collect();
                let words = "and a ledger knows a shipment by its id: give the row one";
                return Err(Refused::Shipment(format!("the shipment comes under quota {} and has no id, {words}", listed(&names, "and"))));
            };
            ledger.first(id)?;
            let entered = entered_text(self.interpreter.program, shipment);
            ledger.record(id, &Entry { facts: shipment.in_words(self.interpreter.program), entered, met })?;
            self.recorded = self.recorded.saturating_add(1);
        }
        for draw in &assessment.draws {
            self.drew |= draw.row.is_some();
            if !self.balances.draw(draw) {
                let name = self.interpreter.program.quotas.get(draw.quota.0).map_or("", |q| q.name.as_str());
                return Err(LedgerError(format!("what has been drawn from quota `{name}` has more digits than can be reckoned with exactly")).into());
            }
        }
        Ok(assessment)
    }

    /// A shipment that the ledger has.
    fn again(&mut self, id: &str, shipment: &Shipment, entry: &Entry) -> Result<Assessment, Refused> {
        let program = self.interpreter.program;
        if let Some(ledger) = &self.ledger
            && !ledger.first(id)?
        {
            let words = "stands in an earlier row already, and a ledger knows a shipment by its id: give each row an id of its own";
            return Err(Refused::Shipment(format!("`{id}` {words}")));
        }
        let facts = shipment.in_words(program);
        let differences = differences(&entry.facts, &facts);
        if !differences.is_empty() {
            let words = "put the facts back, or give another shipment another id";
            return Err(Refused::Shipment(format!("`{id}` is in the ledger with other facts: {}; {words}", listed(&differences, "and"))));
        }
        let assessment = self.interpreter.assess_with(shipment, &balances_before(program, shipment, entry));
        if assessment.status == Status::Assessed {
            let drawn = |met: &[Met]| {
                let mut all: Vec<(Grant, Exact)> = met.iter().flat_map(|m| &m.draws).map(|d| (d.grant.clone(), d.quantity)).collect();
                all.sort();
                all
            };
            if drawn(&met(program, &assessment)) == drawn(&entry.met) {
                self.kept = self.kept.saturating_add(1);
            } else {
                self.differ = self.differ.saturating_add(1);
                if self.differing.len() < 3 {
                    self.differing.push(format!("`{id}`"));
                }
            }
        }
        Ok(assessment)
    }

    /// Keeps what was drawn.
    pub fn commit(&self) -> Result<(), LedgerError> {
        self.ledger.as_ref().map_or(Ok(()), Ledger::commit)
    }

    /// What there is to say of quotas after the last shipment.
    pub fn notes(&self) -> Vec<String> {
        let mut notes = self.draws_in_words();
        notes.extend(self.in_doubt());
        notes
    }

    /// Which shipments may have drawn on a quota and are not assessed.
    pub fn in_doubt(&self) -> Vec<String> {
        let mut notes = Vec::new();
        for (quota, first, count) in &self.doubts {
            let name = self.interpreter.program.quotas.get(quota.0).map_or("", |q| q.name.as_str());
            let more = count.saturating_sub(first.len());
            let names = if more > 0 { format!("{} and {more} more", first.join(", ")) } else { listed(first, "and") };
            let (are, them) = if *count == 1 { ("is", "it") } else { ("are", "them") };
            notes.push(format!(
                "note: {names} {are} not assessed and may draw on quota `{name}`, so that what later rows have of it is not known: mend {them}, or state what is left in a column `{name}`"
            ));
        }
        notes
    }

    fn draws_in_words(&self) -> Vec<String> {
        let Some(ledger) = &self.ledger else {
            let said = "note: quotas were drawn from full balances, in the order of the rows; `--ledger FILE` carries them on";
            return self.drew.then(|| said.to_owned()).into_iter().collect();
        };
        let path = ledger.path().display();
        let mut notes = vec![format!("ledger `{path}`: {} recorded, {} kept from earlier runs", counted(self.recorded, "shipment"), self.kept)];
        if self.differ > 0 {
            let more = self.differ.saturating_sub(self.differing.len());
            let more = if more > 0 { format!(" and {more} more") } else { String::new() };
            let names = self.differing.join(", ");
            let words = "as the book now stands, would draw otherwise than the ledger has; the ledger keeps what was drawn";
            notes.push(format!("note: {} ({names}{more}), {words}", counted(self.differ, "shipment")));
        }
        notes
    }
}

impl Balances {
    /// The balances after what a ledger says was drawn. Every grant that was drawn on must still be there.
    pub fn of_ledger(program: &Program, totals: &[Drawn], path: &str) -> Result<Balances, LedgerError> {
        let mut balances = Balances::default();
        for total in totals {
            let Grant { quota: name, importer, term } = &total.grant;
            let lost = |what: String| LedgerError(format!("the ledger `{path}` has {} {} drawn from quota `{name}`{what}", total.quantity, total.unit));
            let found = program.quotas.iter().position(|q| q.name == *name).and_then(|at| Some((QuotaId(at), program.quotas.get(at)?)));
            let Some((id, quota)) = found else {
                return Err(lost(", which the book no longer has: put the quota back, or begin another ledger".to_owned()));
            };
            let unit = program.fact_name(quota.fact);
            if unit != total.unit {
                return Err(lost(format!(", which the book now counts in {unit}: count it as before, or begin another ledger")));
            }
            let rows: Vec<(usize, &QuotaRow)> = quota.rows.iter().enumerate().filter(|(_, r)| grant(program, quota, r) == total.grant).collect();
            let Some((last, _)) = rows.last() else {
                let by = if importer.is_empty() { String::new() } else { format!(" by `{importer}`") };
                let from = if term.is_empty() { String::new() } else { format!(" for the time from {term}") };
                return Err(lost(format!("{by}{from}, and the quota has no such row any more: put the row back, with a quantity of 0 if need be")));
            };
            // Rows of one importer and start are one grant: they are filled in the order in which they are drawn.
            let too_large = || lost(", more digits than can be reckoned with exactly".to_owned());
            let mut rest = total.quantity.checked_div(quota.factor).ok_or_else(too_large)?;
            for (row, approved) in &rows {
                let quantity = if row == last { rest } else { rest.min(approved.quantity) };
                rest = rest.checked_sub(quantity).ok_or_else(too_large)?;
                if !balances.draw(&Draw { quota: id, row: Some(*row), quantity }) {
                    return Err(too_large());
                }
            }
        }
        Ok(balances)
    }
}

/// What a row is called in the ledger.
fn grant(program: &Program, quota: &Quota, row: &QuotaRow) -> Grant {
    let term = row.from.map_or_else(String::new, |from| program.show(from));
    Grant { quota: quota.name.clone(), importer: row.importer.clone().unwrap_or_default(), term }
}

/// The quotas that an assessed shipment came to, with what it drew. Balances stated with a shipment are no ledger's.
fn met(program: &Program, assessment: &Assessment) -> Vec<Met> {
    let mut all: Vec<Met> = Vec::new();
    let results = assessment.results.iter().filter(|_| assessment.status == Status::Assessed);
    for by in results.flat_map(|r| &r.by) {
        let By::Quota(id, reached) = by else { continue };
        let Some(quota) = program.quotas.get(id.0) else { continue };
        let draws: Vec<&Draw> = assessment.draws.iter().filter(|d| d.quota == *id).collect();
        if all.iter().any(|m| m.quota == quota.name) || draws.iter().any(|d| d.row.is_none()) {
            continue;
        }
        let unit = program.fact_name(quota.fact).to_owned();
        let whole = |n: Exact| n.checked_mul(quota.factor);
        let Some(left_before) = whole(reached.balance) else { continue };
        let drawn = |draw: &Draw| {
            let row = quota.rows.get(draw.row?)?;
            Some(Drawn { grant: grant(program, quota, row), quantity: whole(draw.quantity)?, unit: unit.clone() })
        };
        let mut of_grants: Vec<Drawn> = Vec::new();
        for next in draws.into_iter().filter_map(drawn) {
            match of_grants.iter_mut().find(|d| d.grant == next.grant) {
                Some(same) => same.quantity = same.quantity.checked_add(next.quantity).unwrap_or(same.quantity),
                None => of_grants.push(next),
            }
        }
        all.push(Met { quota: quota.name.clone(), left_before, unit: unit.clone(), draws: of_grants });
    }
    all
}

/// What was left when a shipment was first assessed, so that it draws and is told the same again.
fn balances_before(program: &Program, shipment: &Shipment, entry: &Entry) -> Balances {
    let mut left = Vec::new();
    for met in &entry.met {
        let Some((id, quota)) = program.quotas.iter().enumerate().find(|(_, q)| q.name == met.quota) else { continue };
        let mut rest = met.left_before;
        let mut rows: Vec<(usize, Exact)> = Vec::new();
        for drawn in &met.draws {
            let Some(row) = row_of(shipment, quota, |r| grant(program, quota, r) == drawn.grant) else { continue };
            rows.push((row, drawn.quantity));
            rest = rest.checked_sub(drawn.quantity).unwrap_or_default();
        }
        rows.sort_by_key(|(row, _)| *row);
        // What was left beyond the draws was left of the row that was drawn last, or of one of which nothing was wanted.
        match rows.last_mut() {
            Some((_, quantity)) => *quantity = quantity.checked_add(rest).unwrap_or(*quantity),
            None => rows.extend(row_of(shipment, quota, |r| r.importer.is_none() || r.importer == importer(shipment)).map(|row| (row, rest))),
        }
        let in_column = |n: Exact| n.checked_div(quota.factor).unwrap_or_default();
        left.extend(rows.into_iter().map(|(row, quantity)| (QuotaId(id), row, in_column(quantity))));
    }
    Balances::leaving(left)
}

/// The first such row that can be drawn at entry.
fn row_of(shipment: &Shipment, quota: &Quota, is: impl Fn(&QuotaRow) -> bool) -> Option<usize> {
    let entered = entered(shipment)?;
    let open = |r: &QuotaRow| r.from.is_none_or(|f| f <= entered) && r.until.is_none_or(|u| entered < u);
    quota.rows.iter().position(|r| is(r) && open(r))
}

fn entered(shipment: &Shipment) -> Option<Instant> {
    match shipment.get(FactId::ENTERED) {
        Some(Value::At(at) | Value::SomeTime(at, _)) => Some(*at),
        _ => None,
    }
}

fn entered_text(program: &Program, shipment: &Shipment) -> String {
    match shipment.get(FactId::ENTERED) {
        Some(Value::SomeTime(first, _)) => program.show(*first),
        Some(Value::At(at)) => program.clock.show_full(*at),
        _ => String::new(),
    }
}

fn importer(shipment: &Shipment) -> Option<String> {
    match shipment.get(FactId::IMPORTER) {
        Some(Value::Text(name)) => Some(name.clone()),
        _ => None,
    }
}

/// The facts that differ, in words.
fn differences(there: &[(String, String)], here: &[(String, String)]) -> Vec<String> {
    let value = |facts: &[(String, String)], name: &str| facts.iter().find(|(n, _)| n == name).map_or_else(|| "not given".to_owned(), |(_, v)| v.clone());
    let mut names: Vec<&String> = Vec::new();
    for (name, _) in there.iter().chain(here) {
        if !names.contains(&name) {
            names.push(name);
        }
    }
    let differing = names.into_iter().map(|n| (n, value(there, n), value(here, n))).filter(|(_, a, b)| a != b);
    differing.map(|(name, a, b)| format!("`{name}` is {a} there and {b} here")).collect()
}
