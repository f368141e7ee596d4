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

mod context;
mod context_key;
mod engine;
mod event;
mod item;
mod placement;
pub mod policy;
pub mod privacy;
pub mod ranker;
mod ranking;
mod reason;
mod request;
mod score;
mod score_trace;
mod session;
mod shown;
mod signal;
mod slate;
mod slate_history;
pub mod snapshot;
mod trace;
mod value;
mod visit;

pub use context::Context;
pub use context_key::ContextKey;
pub use engine::{Engine, RankingRequest, Recommend, Rerank};
pub use event::EventKind;
pub use item::{Item, ItemIndex, MAX_ID_BYTES, MAX_TEXT_BYTES, Stock};
pub use placement::{CurrentItem, Placement};
pub use policy::Policy;
pub use privacy::Mode;
pub use reason::{Reason, ReasonCode};
pub use request::{CandidateSet, ListItem, Request};
pub use score_trace::{ScoreStep, ScoreTrace};
pub use session::{Event, EventError, IDLE_MS, MAX_EVENTS, Session};
pub use signal::Signal;
pub use slate::{Basis, Slate, SlateItem};
pub use slate_history::{Answer, Contribution, ItemExplanation, MAX_HISTORY, MAX_REQUEST_BYTES};
pub use snapshot::Snapshot;
pub use trace::{RuledOut, Source, Trace};
pub use value::Value;
pub use visit::Visit;
