//! Serves a folder as browsers need it: right types, the worker's own policy, hashes as tags, brotli and zstd, ranges.
//!
//! For an origin behind a shop's front server, and for trying things. It speaks plain HTTP/1.1, holds what it serves
//! in memory (see [`MOST_HELD`]) and gives a slow reader all the time it wants: what faces the Internet has to
//! stand before it.
#![forbid(unsafe_code)]

mod answer;
mod encoding;
mod held;
mod names;
mod paths;
mod site;

pub use held::{MOST_HELD, MOST_OF_ONE};
pub use names::WORKER_POLICY;
pub use site::{GRACE, Options, Origins, Site, stopped};
