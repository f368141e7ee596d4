//! Counting on another engine: a log as tables, the SQL that counts them, and its results as a source of training.
//!
//! ```text
//! Log -> export -> events.parquet ... -> SQL of any engine -> pairs.parquet ... -> read -> train
//! ```
//!
//! All columns are integers, and the SQL has no division and no order of its own, so every engine computes the same
//! results, and [`Counts`] give the snapshot that the log itself gives. What they cannot give, they refuse:
//! [`Counts::admit`].

mod check;
mod error;
pub mod export;
mod manifest;
mod periods;
mod read;
mod source;
pub mod sql;
mod table;
#[cfg(test)]
mod tests;

/// Returns whether a file of a folder, named by its path within it, is read by training.
///
/// ```
/// use shelfwise_train::counts::is_read;
///
/// assert!(is_read("counts.json") && is_read("pairs.parquet") && is_read("pairs.parquet/part-0.parquet"));
/// assert!(!is_read("raw_pairs.parquet"));
/// ```
#[must_use]
pub fn is_read(path: &str) -> bool {
    const TABLES: [&str; 6] = ["ids", "totals", "pairs", "items", "contexts", "sample"];
    let name = path.split('/').next().unwrap_or_default();
    name == MANIFEST || name.strip_suffix(".parquet").is_some_and(|name| TABLES.contains(&name))
}

pub use error::CountsError;
pub use manifest::{MANIFEST, Manifest};
pub use read::Counts;
