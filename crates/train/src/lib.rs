//! Trains snapshots from a log and a catalog, and measures them with the engine that serves them.
//!
//! ```text
//! Log ----> aggregates ----> tables (weigh, model) ----> snapshot ----> evaluate
//! Catalog ----------------------^    tune, rank -------------^
//! ```
//!
//! * [`train`] is the entry point: it calls all the rest.
//! * [`aggregates`] counts the log; later stages access only its held-out sessions.
//! * `counts` (feature `parquet`) has the same counted by another engine.
//! * [`tables`] builds the parts of a snapshot from the counts.
//! * [`tune`] chooses the tables and the factors of scoring, on sessions that are held out.
//! * [`rank`] grows the trees that order the tables' best candidates.
//! * [`evaluate`] replays sessions through the engine and measures the rank of the next item.
#![forbid(unsafe_code)]

pub mod aggregates;
#[cfg(feature = "parquet")]
pub mod counts;
pub mod evaluate;
pub mod event_weights;
pub mod rank;
#[cfg(test)]
mod shop;
pub mod size;
pub mod stage;
pub mod tables;
pub mod train;
pub mod tune;
