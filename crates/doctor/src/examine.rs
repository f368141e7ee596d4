//! The entry point.

use shelfwise_intake::catalog::Catalog;
use shelfwise_intake::log::Log;
use shelfwise_intake::{CatalogReport, LogReport, Parents};

use crate::contexts::Contexts;
use crate::days::Days;
use crate::findings;
use crate::report::{Report, Summary};
use crate::surfaces;

/// Days of a month.
const MONTH_DAYS: f64 = 30.0;

/// What is examined.
#[derive(Clone, Copy)]
pub struct Input<'a> {
    /// The log, with variants as they are.
    pub log: &'a Log,
    /// How it was read.
    pub report: &'a LogReport,
    /// The catalog, sorted by id.
    pub catalog: Option<&'a Catalog>,
    /// How it was read.
    pub catalog_report: Option<&'a CatalogReport>,
    /// For variants of the catalog their products.
    pub parents: &'a Parents,
    /// What context gains, if it was measured.
    pub contexts: Option<&'a Contexts>,
    /// The time now, in milliseconds since 1970.
    pub now_ms: i64,
}

/// Examines a log, and a catalog if there is one. O(events), with memory for the pairs of at most 300,000 visits.
#[must_use]
pub fn examine(input: &Input<'_>) -> Report {
    let days = Days::of(input.log);
    Report {
        summary: summary(input, &days),
        findings: findings::all(input, &days),
        surfaces: surfaces::grade(input),
        contexts: input.contexts.cloned(),
        days,
        changes: None,
    }
}

fn summary(input: &Input<'_>, days: &Days) -> Summary {
    let report = input.report;
    let length = days.len();
    Summary {
        rows: report.rows,
        events: report.clicks,
        sessions: report.sessions,
        sessions_a_month: (length > 0).then(|| (report.sessions as f64 * MONTH_DAYS / length as f64) as u64),
        people: u64::from(report.people),
        items: report.items,
        catalog_items: input.catalog.map(|catalog| catalog.items.len() as u64),
        first_day: days.first.clone(),
        last_day: (length > 0).then(|| days.date(length - 1)),
    }
}

/// Returns a time as its date in UTC.
pub(crate) fn date(ms: i64) -> String {
    let time = jiff::Timestamp::from_millisecond(ms);
    time.map_or_else(|_| ms.to_string(), |time| time.strftime("%Y-%m-%d").to_string())
}
