//! Orders and counted assignments, as arguments name them.

use std::path::{Path, PathBuf};

use anyhow::{Context, Result, anyhow, bail};
use clap::Args;
use jiff::tz::TimeZone;
use serde::Deserialize;
use shelfwise_intake::orders::{OrderLog, OrderOptions, OrderReport, read_orders};
use shelfwise_intake::{ColumnMap, TimeOptions};
use shelfwise_measure::read::Assigned;

use crate::bars::Bars;
use crate::eprint_line;
use crate::files;
use crate::table::{count, counted};

/// Where orders are.
#[derive(Args)]
pub struct OrderArguments {
    /// Files of orders, or a quoted pattern: CSV, TSV, JSON lines or Parquet; the order exports of Shopify and WooCommerce too.
    #[arg(long, value_name = "FILE", required = true, num_args = 1..)]
    orders: Vec<String>,
    #[command(flatten)]
    columns: OrderColumns,
}

/// How files of orders are read.
#[derive(Args)]
pub struct OrderColumns {
    /// Which column holds what, for instance tag=note: order, time, value, currency, returned, margin, items, customer, key, tag,
    /// status, cancelled, test, payment.
    #[arg(long, value_name = "ROLE=COLUMN")]
    map: Vec<String>,
    /// Read the money of orders in this currency alone.
    #[arg(long, value_name = "CODE")]
    currency: Option<String>,
    /// Zone of times that name none. [default: UTC]
    #[arg(long, value_name = "ZONE", value_parser = |name: &str| TimeZone::get(name).map_err(|_| "give a zone such as Europe/Berlin".to_owned()))]
    time_zone: Option<TimeZone>,
    /// Share of rows that may be bad.
    #[arg(long, value_name = "SHARE", default_value_t = 0.01)]
    bad_rows: f64,
}

impl OrderArguments {
    /// Reads the orders, and says what was left out.
    pub fn read(&self) -> Result<(OrderLog, OrderReport)> {
        self.columns.read(&self.orders)
    }
}

impl OrderColumns {
    /// Reads files of orders, and says what was left out.
    pub fn read(&self, patterns: &[String]) -> Result<(OrderLog, OrderReport)> {
        let options = OrderOptions {
            patterns: patterns.to_vec(),
            map: ColumnMap::parse(&self.map)?,
            time: TimeOptions {
                zone: self.time_zone.clone().unwrap_or(TimeZone::UTC),
                ..TimeOptions::default()
            },
            currency: self.currency.clone(),
            bad_row_share: self.bad_rows,
        };
        let (log, report) = read_orders(&options, &Bars::default())?;
        warn(&report);
        Ok((log, report))
    }
}

fn warn(report: &OrderReport) {
    for warning in &report.warnings {
        eprint_line!("warning: {warning}");
    }
    let bad = &report.bad;
    if bad.rows > 0 {
        eprint_line!(
            "warning: {} of {} are bad and were left out:",
            counted(bad.rows as usize, "row"),
            count(report.rows)
        );
        eprint_line!("{}", bad.to_string().trim_end());
    }
}

/// A row of counted assignments.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct AssignedRow {
    experiment: String,
    arm: String,
    count: u64,
    /// A day or a time; all rows are one look without it.
    #[serde(default)]
    time: String,
}

/// Reads counts of assignments: CSV with the columns experiment, arm, count and perhaps time.
pub fn assigned(path: Option<&PathBuf>) -> Result<Vec<Assigned>> {
    let Some(path) = path else { return Ok(Vec::new()) };
    let bytes = files::read(path)?;
    let mut reader = csv::Reader::from_reader(&*bytes);
    let headers = reader.headers().with_context(|| path.display().to_string())?.clone();
    for wanted in ["experiment", "arm", "count"] {
        if !headers.iter().any(|header| header == wanted) {
            bail!(
                "{}: line 1: no column `{wanted}`: write experiment,arm,count and perhaps time; the columns are: {}",
                path.display(),
                headers.iter().collect::<Vec<_>>().join(", ")
            );
        }
    }
    let rows = reader.into_deserialize::<AssignedRow>();
    rows.enumerate()
        .map(|(at, row)| assigned_row(path, at + 2, row))
        .collect()
}

fn assigned_row(path: &Path, line: usize, row: csv::Result<AssignedRow>) -> Result<Assigned> {
    let row = row.map_err(|error| {
        anyhow!(
            "{}: line {line}: {error}; write experiment,arm,count and perhaps time",
            path.display()
        )
    })?;
    let period = if row.time.is_empty() {
        0
    } else {
        crate::time::parse_in(&row.time, &TimeZone::UTC)
            .with_context(|| format!("{}: line {line}, column time", path.display()))?
    };
    Ok(Assigned {
        experiment: row.experiment,
        arm: row.arm,
        count: row.count,
        period,
    })
}
