//! Speed: the engine's operations over visits of a real log, on the snapshot that is trained from it.
//!
//! One workload for every host: it is prepared once, written to a folder, and read by the native benches, by the
//! instruction counts and by the script that drives the module in Node and Chromium.
#![forbid(unsafe_code)]

pub mod counted;
pub mod operation;
pub mod workload;
