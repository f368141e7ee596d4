//! The table: one line for each log and model, for terminals and for a page.

use comfy_table::{CellAlignment, Table, presets};

use crate::gate::{Check, Outcome};
use crate::measure::Row;

/// The titles of the columns.
const HEADER: [&str; 9] = [
    "log",
    "model",
    "floor",
    "HR@20",
    "MRR@20",
    "bytes per item",
    "p50 µs",
    "p90 µs",
    "p99 µs",
];

/// The first column that holds numbers.
const FIRST_NUMBER: usize = 2;

fn cells(row: &Row) -> [String; HEADER.len()] {
    let or_none = |value: Option<String>| value.unwrap_or_else(|| "–".into());
    let measured = &row.measured;
    [
        row.log.clone(),
        row.model.clone(),
        or_none(row.floor.map(|floor| floor.to_string())),
        format!("{:.2}", 100.0 * measured.places.hr),
        format!("{:.2}", 100.0 * measured.places.mrr),
        or_none(row.bytes_per_item.map(|bytes| format!("{bytes:.1}"))),
        format!("{:.0}", measured.latency.p50_us),
        format!("{:.0}", measured.latency.p90_us),
        format!("{:.0}", measured.latency.p99_us),
    ]
}

/// Returns the table for a terminal.
#[must_use]
pub fn terminal(rows: &[Row]) -> Table {
    let mut table = Table::new();
    table
        .load_style(presets::UTF8_HORIZONTAL_ONLY)
        .set_header(HEADER.to_vec());
    for column in table.column_iter_mut().skip(FIRST_NUMBER) {
        column.set_cell_alignment(CellAlignment::Right);
    }
    for row in rows {
        table.add_row(cells(row));
    }
    table
}

/// Returns the table for a page in Markdown.
#[must_use]
pub fn markdown(rows: &[Row]) -> String {
    let rule = |column: usize| if column < FIRST_NUMBER { "---" } else { "--:" };
    let rules: Vec<&str> = (0..HEADER.len()).map(rule).collect();
    let mut lines = vec![HEADER.join(" | "), rules.join(" | ")];
    lines.extend(rows.iter().map(|row| cells(row).join(" | ")));
    lines.iter().map(|line| format!("| {line} |\n")).collect()
}

/// Returns the checks, one a line.
#[must_use]
pub fn checks(checks: &[Check]) -> String {
    let line = |check: &Check| {
        let outcome = match check.outcome {
            Outcome::Held => "held  ",
            Outcome::Missed => "MISSED",
            Outcome::Short => "short ",
        };
        format!("{outcome}  {}\n", check.what)
    };
    checks.iter().map(line).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::replay::Replayed;

    #[test]
    fn table_row_has_a_cell_for_every_column() {
        let mut row = Row {
            log: "shop".into(),
            model: "popularity".into(),
            floor: None,
            bytes_per_item: None,
            measured: Replayed::default(),
            parameters: None,
        };
        row.measured.places.hr = 0.125;
        let page = markdown(&[row]);
        let lines: Vec<&str> = page.lines().collect();
        assert_eq!(lines[2], "| shop | popularity | – | 12.50 | 0.00 | – | 0 | 0 | 0 |");
        assert!(lines.iter().all(|line| line.matches('|').count() == HEADER.len() + 1));
    }
}
