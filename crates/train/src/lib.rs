//! The origin's side of Shelfwise: logs and catalog in, snapshot out, measured by the engine that serves it.
//!
//! ```text
//! intake -> Log -> indexing -> count -> weigh -> model -> snapshot -> evaluate
//!           Catalog ----------------------------^
//! ```
#![forbid(unsafe_code)]

pub mod alike;
pub mod catalog;
pub mod cells;
pub mod cold_start;
pub mod context_selection;
pub mod cooccurrence_window;
pub mod count;
pub mod cross_validation;
pub mod evaluate;
pub mod event_weights;
pub mod fit;
pub mod hold_out;
pub mod indexing;
pub mod indirect_links;
pub mod intake;
pub mod log;
pub mod model;
pub mod popularity;
pub mod progress;
pub mod rank;
pub mod reasoned;
pub mod relist;
pub mod replay;
#[cfg(test)]
mod shop;
pub mod size;
pub mod stage;
pub mod table_variants;
pub mod tradeoff;
pub mod train;
pub mod tune;
pub mod weigh;
