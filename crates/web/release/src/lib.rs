//! WebAssembly bindings of [`shelfwise_sync`] for browsers: an update check, as messages in and verdicts out.
//!
//! The module is separate from the engine: a page loads it only if the shop has set `release`. The worker that runs it
//! cannot fetch anything, so the page does: it passes each response in, and the verdict names the next file to fetch
//! or the outcome of the check. The module imports nothing.
#![cfg_attr(target_arch = "wasm32", no_std)]

extern crate alloc;

#[cfg(target_arch = "wasm32")]
mod abi;
mod begin;
mod update_check;
mod verdict;

pub use update_check::{Message, UpdateCheck};
pub use verdict::Verdict;
