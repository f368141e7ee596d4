//! What the person at the terminal should know about a catalog that was read.

use shelfwise_intake::CatalogReport;

use crate::eprint_line;
use crate::table::{count, counted};

/// Prints the warnings about a catalog, and the rows that could not be read, on standard error.
pub fn warn(report: &CatalogReport) {
    for warning in &report.warnings {
        eprint_line!("warning: {warning}");
    }
    let bad = &report.bad;
    if bad.rows == 0 {
        return;
    }
    eprint_line!(
        "warning: {} of the catalog's {} could not be read, and the items in them are not known here:",
        counted(bad.rows as usize, "row"),
        count(report.rows)
    );
    eprint_line!("{}", bad.to_string().trim_end());
}
