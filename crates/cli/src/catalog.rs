//! What the person at the terminal should know about a catalog that was read.

use shelfwise_intake::CatalogReport;

use crate::table::{count, counted};
use crate::tell;

/// Prints the warnings about a catalog, and the rows that could not be read, on standard error.
pub fn warn(report: &CatalogReport) {
    for warning in &report.warnings {
        tell!("warning: {warning}");
    }
    let bad = &report.bad;
    if bad.rows == 0 {
        return;
    }
    tell!(
        "warning: {} of the catalog's {} could not be read, and the items in them are not known here:",
        counted(bad.rows as usize, "row"),
        count(report.rows)
    );
    tell!("{}", bad.to_string().trim_end());
}
