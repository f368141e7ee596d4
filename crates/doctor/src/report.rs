//! The doctor's report.

use serde::Serialize;

use crate::against::Change;
use crate::contexts::Contexts;
use crate::days::Days;
use crate::findings::Finding;
use crate::surfaces::Surface;

/// What the doctor found. Its JSON is what `--against` reads in a later run.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Report {
    /// Size of the log and of the catalog.
    pub summary: Summary,
    /// Findings, the most severe first, then by share.
    pub findings: Vec<Finding>,
    /// Grades of the shop's places.
    pub surfaces: Vec<Surface>,
    /// What context gains for the first product of a visit; absent if the log is too small to measure it.
    pub contexts: Option<Contexts>,
    /// Events by day and kind.
    pub days: Days,
    /// Differences from an earlier report; absent if there was none to compare with.
    pub changes: Option<Vec<Change>>,
}

/// Size of the log and of the catalog.
#[derive(Clone, Debug, Default, PartialEq, Serialize)]
pub struct Summary {
    /// Rows read.
    pub rows: u64,
    /// Events that training would use.
    pub events: u64,
    /// Visits.
    pub sessions: u64,
    /// Visits in 30 days, at the log's average; absent without dates.
    pub sessions_a_month: Option<u64>,
    /// People; visits if the log does not know people.
    pub people: u64,
    /// Distinct items of the log.
    pub items: u64,
    /// Items of the catalog, if there is one.
    pub catalog_items: Option<u64>,
    /// First day of the log.
    pub first_day: Option<String>,
    /// Last day of the log.
    pub last_day: Option<String>,
}
