//! A file of shipments in CSV or NDJSON, assessed by the book as the session has it, and summed up.

use super::answers::unquoted;
use super::assessed::columns;
use super::session::{Answer, Session};
use crate::facts::{Columns, Format, Input, Named, Row};
use crate::outcome::{Drawing, Explanation, Refused, Status, Summary, Tally, reason};
use crate::problem::counted;
use crate::program::Program;
use rust_decimal::Decimal;
use std::io::Cursor;
use std::path::Path;
use std::str::FromStr;

impl Session<'_> {
    pub(super) fn batch(&self, file: &str) -> Answer {
        let file = unquoted(file);
        let program = self.runnable()?;
        let sources = &self.book()?.now.sources;
        let text = self.world.read(Path::new(file)).map_err(|why| format!("`{file}` cannot be read: {why}"))?;
        let format = Named::of(Path::new(file)).map_or(Format::Csv, |named| named.format);
        let mut input = Input::text(format, Box::new(Cursor::new(text.into_bytes())));
        let unusable = |why: String| format!("`{file}`: {why}");
        let names = input.header().map_err(|e| format!("`{file}` cannot be read: {e}"))?.map_err(unusable)?;
        let mut header = Columns::new(program, &names, &[]).map_err(|e| unusable(e.to_string()))?;
        input.settle(program, &mut header, &|_| true).map_err(unusable)?;
        let mut row = Row::default();
        let mut next = |row: &mut Row| input.read(row).map_err(|e| format!("`{file}` cannot be read: {e}"));
        let mut drawing = Drawing::new(program, self.state.known_at);
        let (mut summary, mut tally) = (Summary::by_measure(program), Tally::default());
        while next(&mut row)? {
            let shipment = match header.shipment(program, &row, self.options.bare_start) {
                Ok(shipment) => shipment,
                Err(rejection) => {
                    tally.not_assessed(Status::Rejected, rejection.reason());
                    drawing.pass_over(&header.id(&row), header.readable(program, &row, self.options.bare_start).as_ref());
                    continue;
                }
            };
            let assessment = match drawing.assess(None, &header.id(&row), &shipment) {
                Ok(assessment) => assessment,
                Err(Refused::Shipment(words)) => return Err(words.into()),
                Err(Refused::Ledger(error)) => return Err(error.to_string().into()),
            };
            summary.add(&row, &shipment, &assessment).map_err(|e| e.to_string())?;
            match assessment.status {
                Status::Assessed => tally.assessed(),
                status => tally.not_assessed(status, reason(&Explanation { program, sources, shipment: &shipment, assessment: &assessment })),
            }
        }
        let mut out: String = tally.lines().iter().map(|l| format!("{l}\n")).collect();
        out.push_str(&charged(&summary, program)?);
        out.extend(summary.notes().iter().map(|n| format!("  {n}\n")));
        out.extend(drawing.notes().iter().map(|n| format!("{n}\n")));
        Ok(out)
    }
}

/// What each measure charged, and what exemptions took off.
fn charged(summary: &Summary<'_>, program: &Program) -> Result<String, String> {
    let header: Vec<String> = summary.header().into_iter().map(str::to_owned).collect();
    let rows = summary.rows().map_err(|e| e.to_string())?;
    let cell = |row: &[String], name: &str| header.iter().position(|h| h == name).and_then(|at| row.get(at)).cloned().unwrap_or_default();
    let is_zero = |amount: &str| amount.chars().all(|c| matches!(c, '0' | '.'));
    let mut cells = Vec::new();
    let mut whole = Some(Decimal::ZERO);
    for row in &rows {
        let saved = cell(row, "saved");
        let saved = if is_zero(&saved) { String::new() } else { format!(", {saved} relieved") };
        let count = cell(row, "assessed").parse().unwrap_or(0);
        let amount = cell(row, "total");
        whole = whole.zip(Decimal::from_str(&amount).ok()).and_then(|(w, a)| w.checked_add(a));
        cells.push([cell(row, "measure"), String::new(), format!("{} {amount}", program.currency), format!("of {}{saved}", counted(count, "shipment"))]);
    }
    // A shipment that no measure has to do with stands under no name.
    cells.retain(|[name, ..]| !name.is_empty());
    if let (Some(whole), false) = (whole, cells.is_empty()) {
        cells.push(["total".to_owned(), String::new(), format!("{} {whole}", program.currency), String::new()]);
    }
    Ok(columns(&cells))
}
