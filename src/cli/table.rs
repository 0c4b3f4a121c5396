//! Tables for people: names to the left, numbers to the right.

use super::Failure;
use carveout::outcome::Summary;

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
