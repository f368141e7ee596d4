//! The Shelfwise engine: a compact model snapshot, a shopper's visit, and a slate of items between them.
//!
//! It takes bytes and time as arguments: it has no clock, no randomness and no I/O.
//!
//! ```text
//! Event -> Session -> signals -> scores -> Policy -> Slate
//!                       Snapshot ----^        `- every step reports to its Trace
//! ```
//!
//! | module | what it does |
//! | --- | --- |
//! | [`allocation`] | experiments: shares, draws, arms, the tag of an order |
//! | [`shares`] | how often each option of a slot is drawn, as the model learned it |
//! | `visit` | events, the session that holds them, the signals that they give, context keys |
//! | `rank` | scores by table, trees over the best candidates, the total order |
//! | [`policy`] | rules: which items are admitted, adjusted, arranged; with feature `build` its source and linter |
//! | [`facts`] | price, stock, age … of items, for rules; with feature `build` its writer |
//! | `explain` | traces, reasons, the last slates to explain or recompute |
//! | [`privacy`] | modes, and the one table of what is stored or exported of a shopper |
//! | [`snapshot`] | the model's file; with feature `build` its writer |
//! | [`report`] | randomized reports: an answer with noise that the host's random bytes decide |
//! | `engine`, `request`, `slate` | a request in, a slate out |
//!
//! ```
//! use shelfwise_core::{Engine, EventKind, Item, Policy, Rerank, Session, Snapshot, example};
//!
//! let snapshot = Snapshot::open(example::corner_shop().build()?)?;
//! let mut engine = Engine::new(snapshot, Policy::default());
//! let mut session = Session::new();
//! session.apply(EventKind::ViewItem, "bread", 0)?;
//!
//! let items = ["tea", "jam", "butter"].map(Item::new);
//! let request = Rerank { items: &items, limit: 3, ..Rerank::default() };
//! let slate = engine.rerank(&session, &request, &mut ());
//! let order: Vec<&str> = slate.items.iter().map(|item| &*item.item_id).collect();
//! assert_eq!(order, ["butter", "jam", "tea"]);
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```
#![no_std]
#![forbid(unsafe_code)]
#![deny(clippy::indexing_slicing)]

extern crate alloc;

pub mod allocation;
mod candidates;
pub mod content;
mod engine;
#[cfg(feature = "build")]
pub mod example;
mod explain;
pub mod facts;
mod item;
mod names;
mod placement;
pub mod policy;
pub mod privacy;
mod rank;
pub mod report;
mod request;
pub mod shares;
pub mod shown;
mod slate;
pub mod snapshot;
mod value;
mod visit;
mod wire;

pub use engine::choose::{Choice, ChoiceRequest, ChosenContent};
pub use engine::{Engine, RankingRequest, Recommend, Rerank};
pub use explain::reason::{Reason, ReasonCode};
pub use explain::score_trace::{Adjustment, ScoreStep, ScoreTrace};
pub use explain::slate_history::{Answer, Contribution, ItemExplanation, MAX_HISTORY, MAX_REQUEST_BYTES};
pub use explain::trace::{Effect, RuledOut, Source, Trace};
pub use facts::Facts;
pub use item::{Item, ItemIndex, MAX_ID_BYTES, MAX_TEXT_BYTES, Stock};
pub use placement::{CurrentItem, Placement};
pub use policy::Policy;
pub use privacy::Mode;
pub use rank::ranker;
pub use request::{CandidateSet, ListItem, MAX_ENTRIES, Request};
pub use slate::{Basis, Slate, SlateItem};
pub use snapshot::Snapshot;
pub use value::Value;
pub use visit::context::Context;
pub use visit::context_key::ContextKey;
pub use visit::event::EventKind;
pub use visit::memory::{Day, Fact, FactKind, Grant, MAX_LAST_ITEMS, MAX_MEMORY_DAYS, MAX_MUTES, Memory, MemoryChange};
pub use visit::session::{Event, EventError, IDLE_MS, MAX_EVENTS, Session};
pub use visit::signal::Signal;
pub use visit::{REPORT_ENTROPY_BYTES, Visit};
