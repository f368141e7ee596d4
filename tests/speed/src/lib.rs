//! Speed: times and instruction counts of the engine's operations, for visits of a real log on its snapshot.
//!
//! All hosts share one workload: it is prepared once, written to a folder, and read by the native benchmarks, the
//! instruction counts and the script that runs the module in Node and Chromium.
#![forbid(unsafe_code)]

pub mod counted;
mod governed;
pub mod operation;
pub mod workload;
