//! Quality by size: trains on every log, replays its test sessions through the shipped engine, and compares with
//! baselines that are trained on the same log and evaluated on the same predictions in the same run.
//!
//! ```text
//! data -> train -> replay -> table, gate, curve -> docs/quality.md, docs/quality.svg
//!         peers ---^
//! ```
//!
//! The protocol is that of [`shelfwise_train::evaluate`]: after every event of a session but the last, the next item is
//! looked up in the first 20 of all items, and the current item may be among them.
#![forbid(unsafe_code)]

pub mod bestsellers;
pub mod bootstrap;
pub mod chart;
pub mod curve;
pub mod data;
pub mod gate;
pub mod item_knn;
pub mod machine;
pub mod measure;
pub mod page;
pub mod peer;
pub mod popularity;
pub mod questions;
pub mod replay;
pub mod resample;
pub mod scale;
pub mod scores;
pub mod sequential_rules;
#[cfg(test)]
mod shop;
pub mod small_logs;
pub mod table;
pub mod vmis_knn;
