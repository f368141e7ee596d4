//! The Shelfwise engine: a compact model snapshot, a shopper's visit, and a slate of items between them.
//!
//! It is handed bytes and time and asks for neither: no clock, no chance, no I/O. The way through it:
//!
//! ```text
//! Event -> Session -> signals -> scores -> Policy -> Slate
//!                       Snapshot ----^        `- every step tells its Trace
//! ```
#![no_std]
#![forbid(unsafe_code)]
#![deny(clippy::indexing_slicing)]

extern crate alloc;

mod cell;
mod context;
mod engine;
mod event;
mod explanation;
mod item;
mod placement;
mod plain;
pub mod policy;
pub mod privacy;
pub mod ranker;
mod ranking;
mod reason;
mod recall;
mod request;
mod score;
mod session;
mod shown;
mod signal;
mod slate;
pub mod snapshot;
mod trace;
mod visit;

pub use cell::Cell;
pub use context::Context;
pub use engine::{Asked, Engine, Recommend, Rerank};
pub use event::EventKind;
pub use explanation::{Contribution, Explanation};
pub use item::{Item, ItemIndex, MAX_ID_BYTES, MAX_TEXT_BYTES, Stock};
pub use placement::{CurrentItem, Placement};
pub use plain::Plain;
pub use policy::Policy;
pub use privacy::Mode;
pub use reason::{Reason, ReasonCode};
pub use recall::{Answer, MAX_REQUEST_BYTES, RECALLED, Said, Why};
pub use request::{Listed, Request, Wanted};
pub use session::{Event, EventError, IDLE_MS, MAX_EVENTS, Session};
pub use signal::Signal;
pub use slate::{Basis, Slate, SlateItem};
pub use snapshot::Snapshot;
pub use trace::{RuledOut, Source, Trace};
pub use visit::Visit;
