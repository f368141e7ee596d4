//! Orders with the text that holds their tag: a shop's own table, or the exports of Shopify and WooCommerce.

mod layout;
mod reader;
mod roles;

use serde::Serialize;

pub use roles::OrderRole;

use crate::columns::ColumnMap;
use crate::dates::TimeOptions;
use crate::error::IntakeError;
use crate::progress::{Amount, Progress};
use crate::report::{BadRows, FileReport};
use crate::{check_bad_rows, files};

/// What to read, and how.
#[derive(Clone, Debug)]
pub struct OrderOptions {
    /// Files, or patterns of files.
    pub patterns: Vec<String>,
    /// Columns by role, where their names are unusual.
    pub map: ColumnMap<OrderRole>,
    /// How times are read.
    pub time: TimeOptions,
    /// The currency whose amounts are read; all orders must have one currency if there is none.
    pub currency: Option<String>,
    /// Share of bad rows from which on reading stops.
    pub bad_row_share: f64,
}

/// One order, counted once whatever number of rows it has.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Order {
    /// Place of its file in [`OrderLog::files`].
    pub file: usize,
    /// Line of its first row.
    pub line: u64,
    /// When it was placed, in milliseconds since 1970.
    pub time_ms: i64,
    /// Its value.
    pub value: Option<f64>,
    /// How much of the value was returned.
    pub returned: f64,
    /// Its margin.
    pub margin: Option<f64>,
    /// Its pieces.
    pub items: Option<f64>,
    /// Who ordered, as a number of this reading: no key of a person is kept.
    pub customer: Option<u32>,
    /// Place of its context key in [`OrderLog::keys`].
    pub key: Option<u32>,
    /// The text that may hold the tag.
    pub tag: String,
}

/// Orders by time.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct OrderLog {
    /// The files.
    pub files: Vec<String>,
    /// The orders, earliest first.
    pub orders: Vec<Order>,
    /// The currency of all amounts; empty if none is stated.
    pub currency: String,
    /// The context keys, as the orders have them.
    pub keys: Vec<String>,
    /// Which of the optional columns there are.
    pub has: OptionalColumns,
}

/// Which optional columns some file has.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize)]
pub struct OptionalColumns {
    /// Values.
    pub value: bool,
    /// Margins.
    pub margin: bool,
    /// Pieces.
    pub items: bool,
    /// Returned amounts, or rows with negative values.
    pub returned: bool,
    /// Customers.
    pub customer: bool,
    /// Context keys.
    pub key: bool,
}

/// What was read, and what was left out.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct OrderReport {
    /// Rows.
    pub rows: u64,
    /// Orders that count.
    pub orders: u64,
    /// Further rows of orders, one a piece.
    pub further_rows: u64,
    /// Orders that stand twice, counted once.
    pub duplicates: u64,
    /// Rows that give money back.
    pub refunds: u64,
    /// Cancelled, refunded and unpaid orders, which do not count.
    pub cancelled: u64,
    /// Tests.
    pub tests: u64,
    /// Orders whose value is missing: they count as orders only.
    pub without_value: u64,
    /// Orders in another currency than the wanted one: they count as orders only.
    pub other_currency: u64,
    /// Bad rows.
    pub bad: BadRows,
    /// How the files were read.
    pub files: Vec<FileReport>,
    /// What should be looked at.
    pub warnings: Vec<String>,
}

/// Reads orders: all files that match the patterns.
///
/// Costs one pass, and about 150 bytes of memory an order.
///
/// ```
/// use shelfwise_intake::{ColumnMap, TimeOptions, progress::Silent};
/// use shelfwise_intake::orders::{OrderOptions, read_orders};
///
/// let folder = tempfile::tempdir()?;
/// let path = folder.path().join("orders.csv");
/// std::fs::write(&path, "order_id,time,total,shelfwise\n1,2026-11-02T10:00:00Z,20.50,sw1.hero_007_1.fyk\n")?;
/// let options = OrderOptions {
///     patterns: vec![path.display().to_string()],
///     map: ColumnMap::default(),
///     time: TimeOptions::default(),
///     currency: None,
///     bad_row_share: 0.01,
/// };
/// let (log, report) = read_orders(&options, &Silent)?;
/// assert_eq!((log.orders[0].value, report.orders), (Some(20.5), 1));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
///
/// # Errors
/// If a file or column is missing, amounts are in several currencies and none is wanted, too many rows are bad, or no order
/// is left. Every error names the place and what to do.
pub fn read_orders(options: &OrderOptions, progress: &dyn Progress) -> Result<(OrderLog, OrderReport), IntakeError> {
    let files = files::list(&options.patterns)?;
    progress.start("reading the orders", Amount::Bytes(files::total_bytes(&files)));
    let mut reader = reader::OrderReader::new(options);
    for path in &files {
        reader.file(path, progress)?;
    }
    progress.finish();
    let (log, report) = reader.finish();
    check_bad_rows(&report.bad, report.rows, options.bad_row_share)?;
    if log.orders.is_empty() {
        let reason = format!(
            "of {} rows none is an order that counts ({} cancelled, {} tests, {} bad)",
            report.rows, report.cancelled, report.tests, report.bad.rows
        );
        return Err(IntakeError::Empty { reason });
    }
    Ok((log, report))
}

#[cfg(test)]
mod tests;
