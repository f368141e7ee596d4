//! The face of [`shelfwise_sync`] for browsers: a look at what is published, as messages in and verdicts out.
//!
//! It is a module apart from the engine: a page loads it where the shop has set `release`, and only then. The worker
//! that runs it has no way to fetch anything, so the page does that: it hands over what came, and is told what to ask
//! for next, or how the look ended. The module imports nothing.
#![cfg_attr(target_arch = "wasm32", no_std)]

extern crate alloc;

#[cfg(target_arch = "wasm32")]
mod abi;
mod begin;
mod look;
mod verdict;

pub use look::{Look, Message};
pub use verdict::Verdict;
