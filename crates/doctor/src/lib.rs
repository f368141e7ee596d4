//! The doctor: examines a log and a catalog before anybody trains, and reports what is broken, what it costs, and at which
//! shelves personalization is worth it.
//!
//! ```text
//! Log, LogReport ──────┬──> days, findings ──┐
//! Catalog, its report ─┘                     ├──> Report ──> JSON, html
//! Log ──> coverage ──> surfaces ─────────────┘        └──> against an earlier report
//! ```
//!
//! * [`examine()`] is the entry point. It decides, and does no I/O.
//! * [`findings`] are what somebody should mend, each with its count, share, examples and mend.
//! * [`surfaces`] grades the places of a shop, by [`coverage`]: how many events have enough well-supported companions.
//! * [`contexts`] say where the time of the day, the device, the language and the country earn their place.
//! * [`against`] compares with an earlier report.
#![forbid(unsafe_code)]

pub mod against;
pub mod contexts;
pub mod coverage;
pub mod days;
pub mod examine;
pub mod findings;
pub mod html;
pub mod report;
pub mod surfaces;

pub use examine::{Input, examine};
pub use report::Report;
