//! The engine over made-up shops: snapshots, rankings, rules, reasons, visits.
#![cfg(test)]
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a test fails by panicking, its helpers too"
)]

mod cells;
mod choosing;
mod damage;
mod explaining;
mod facts;
mod format;
mod governing;
mod kept;
mod memory;
mod memory_bytes;
mod ranking;
mod round_trip;
mod rule_names;
mod sections;
mod sessions;
mod shop;
mod ten_wishes;
mod visits;
