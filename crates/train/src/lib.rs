//! The origin's side of Shelfwise.
#![forbid(unsafe_code)]

pub mod catalog;
pub mod log;
pub mod progress;
