//! The command line as a process: what it prints, writes and refuses.
#![cfg(test)]
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a test fails by panicking, its helpers too"
)]

mod approval;
mod audit_model;
mod authority;
mod chain;
mod diff;
mod doctor;
mod experiment;
mod facts;
mod failure;
mod hostile;
mod keys;
mod nightly;
mod output;
mod policy;
mod policy_document;
mod preview;
mod reading;
mod releases;
mod reports;
mod revert;
mod serve;
mod server;
#[path = "../shop/mod.rs"]
mod shop;
mod simulate;
