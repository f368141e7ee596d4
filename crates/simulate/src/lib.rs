//! Simulation of a policy before it goes live: replays held-out visits through the engine under two policies, and
//! reports what changes at each placement, which rule does it, and what it costs.
//!
//! ```text
//! Log ──> moments ──> replay (core's Engine, two policies) ──> Shown ──> stats, breadth, changes ──> Report
//! Catalog, Snapshot ──> Shop ─────────^                                                               ├──> canonical JSON, SHA-256
//!                                                                                                     └──> html
//! ```
//!
//! * [`simulate()`] is the entry point.
//! * [`shop`] is what the catalog says of items; [`moment`] chooses the points of visits that are replayed.
//! * [`replay`] asks the engine; nothing after it ranks, but [`ablation`] and [`changes`], which rank again to attribute.
//! * [`stats`] are the measures of published papers; [`breadth`] says how widely slates spread over the shop.
//! * [`spread`] measures one model without a comparison, [`generations`] models that are trained on what they showed.
//! * The same input gives the same [`Report`], on any number of cores.
#![forbid(unsafe_code)]

pub mod ablation;
pub mod breadth;
pub mod canonical;
pub mod changes;
pub mod findings;
pub mod generations;
pub mod html;
pub mod moment;
pub mod movers;
pub mod replay;
pub mod report;
pub mod request;
pub mod rules;
pub mod shop;
pub mod simulate;
pub mod spread;
pub mod stats;

pub use report::Report;
pub use shop::Shop;
pub use simulate::{Input, Options, simulate};
