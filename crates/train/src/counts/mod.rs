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
mod read;
mod source;
pub mod sql;
mod table;
#[cfg(test)]
mod tests;

pub use error::CountsError;
pub use manifest::{MANIFEST, Manifest};
pub use read::Counts;
