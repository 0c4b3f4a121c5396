//! Tables for people: names to the left, numbers to the right.

use super::Failure;
use carveout::outcome::{Refunds, Summary};

/// The columns of a summary by measure that are shown at the end of a run.
const SHOWN: [&str; 6] = ["measure", "assessed", "value", "total", "relieved_value", "saved"];

/// Totals by measure.
pub fn totals(summary: &Summary<'_>) -> Result<String, Failure> {
    let header = summary.header();
    let places: Vec<usize> = SHOWN.iter().filter_map(|s| header.iter().position(|h| h == s)).collect();
    let pick = |cells: &[String]| places.iter().map(|p| cells.get(*p).cloned().unwrap_or_default()).collect::<Vec<_>>();
    let mut rows = vec![SHOWN.map(|s| s.replace('_', " ")).to_vec()];
    rows.extend(summary.rows()?.iter().map(|r| pick(r)));
    Ok(lay_out(&rows))
}

/// The columns of refunds that are shown at the end of a run, after those by which they are added up.
const REFUNDS: [&str; 4] = ["compared", "refund", "owed_more", "net"];

/// More groups than these are not shown: who wants all of them asks for a summary.
const MOST_GROUPS: usize = 30;

/// Refunds by their groups, with a line for all.
pub fn refunds(refunds: &Refunds<'_>) -> Result<String, Failure> {
    let header = refunds.header();
    let all = refunds.whole()?;
    let keys = header.len().saturating_sub(all.len());
    let places: Vec<usize> = (0..keys).chain(REFUNDS.iter().filter_map(|s| header.iter().position(|h| h == s))).collect();
    let pick = |cells: &[String]| places.iter().map(|p| cells.get(*p).cloned().unwrap_or_default()).collect::<Vec<_>>();
    let groups = refunds.rows()?;
    let mut rows = vec![pick(&header.iter().map(|h| h.replace('_', " ")).collect::<Vec<_>>())];
    // What no measure charges and was not compared is told below the tables.
    let nothing = |row: &&Vec<String>| row.first().is_some_and(String::is_empty) && row.get(keys).is_some_and(|compared| compared == "0");
    let groups: Vec<Vec<String>> = groups.iter().map(|cells| pick(cells)).filter(|row| !nothing(&row)).collect();
    let more = groups.len().saturating_sub(MOST_GROUPS);
    rows.extend(groups.into_iter().take(MOST_GROUPS).map(|mut row| {
        if let Some(name) = row.first_mut().filter(|name| name.is_empty()) {
            "(none)".clone_into(name);
        }
        row
    }));
    if more > 0 {
        rows.push(vec![format!("({more} more)")]);
    }
    rows.push(pick(&std::iter::repeat_n("all".to_owned(), keys).chain(all).collect::<Vec<_>>()));
    Ok(lay_out(&rows))
}

fn lay_out(rows: &[Vec<String>]) -> String {
    let columns = rows.iter().map(Vec::len).max().unwrap_or(0);
    let width = |c: usize| rows.iter().filter_map(|r| r.get(c)).map(|cell| cell.chars().count()).max().unwrap_or(0);
    let widths: Vec<usize> = (0..columns).map(width).collect();
    let line = |row: &Vec<String>| {
        let cells = row.iter().zip(&widths).enumerate();
        let padded: Vec<String> = cells.map(|(i, (cell, w))| if i == 0 { format!("{cell:w$}") } else { format!("{cell:>w$}") }).collect();
        padded.join("  ").trim_end().to_owned()
    };
    rows.iter().map(line).collect::<Vec<_>>().join("\n")
}

#[cfg(test)]
mod tests {
    #[test]
    fn numbers_stand_under_each_other() {
        let row = |cells: [&str; 3]| cells.map(str::to_owned).to_vec();
        let rows = [row(["measure", "assessed", "total"]), row(["mfn", "7", "65.00"]), row(["", "12", "1000.00"])];
        assert_eq!(super::lay_out(&rows), "measure  assessed    total\nmfn             7    65.00\n               12  1000.00");
    }
}
