//! Experiments measured by orders alone.
//!
//! Each arm of an experiment has a known share of the draws. Where the arms convert alike, the arm of an order is therefore a
//! coin whose odds are known, and no visit has to be counted, let alone recognized, to test that.
//!
//! * [`declaration`]: the tables of experiments, by the same code that devices draw by.
//! * [`tag`]: the short text with which an order says its arms.
//! * [`stats`]: tests and intervals that hold however often somebody looks.
//! * [`change`]: edits of that file: stop, ramp, ship.
//! * [`read()`]: orders in, report out.
//! * [`reports`]: randomized reports of visits: what is sent, what can be told of many, what one gives away.
//!
//! Nothing here reads files, the clock or the system's entropy: simulations take a seed.
#![forbid(unsafe_code)]

pub mod change;
pub mod declaration;
pub mod evaluate;
pub mod html;
pub mod learn;
pub mod plan;
pub mod read;
pub mod reports;
pub mod simulate;
pub mod stats;

pub use declaration::{Arm, Experiment, Experiments, Measure, Unit};
pub use read::{ExperimentReport, Report, read};
pub use shelfwise_core::allocation::tag;
pub use tag::{Tag, TagError};
