//! The origin's side of Shelfwise: logs and catalog in, snapshot out, measured by the engine that serves it.
//!
//! ```text
//! intake -> Log -> indexing -> count -> weigh -> model -> snapshot -> evaluate
//!           Catalog ----------------------------^
//! ```
#![forbid(unsafe_code)]

pub mod alike;
pub mod bridge;
pub mod catalog;
pub mod cells;
pub mod cold;
pub mod count;
pub mod cross;
pub mod curve;
pub mod decide;
pub mod evaluate;
pub mod fit;
pub mod hold_out;
pub mod indexing;
pub mod intake;
pub mod log;
pub mod model;
pub mod place;
pub mod popularity;
pub mod progress;
pub mod rank;
pub mod reasoned;
pub mod relist;
pub mod replay;
pub mod shape;
#[cfg(test)]
mod shop;
pub mod size;
pub mod stage;
pub mod strength;
pub mod train;
pub mod walk;
pub mod weigh;
