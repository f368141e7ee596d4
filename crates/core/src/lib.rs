//! The Shelfwise engine.
#![no_std]
#![forbid(unsafe_code)]
extern crate alloc;

mod event;
pub use event::EventKind;
