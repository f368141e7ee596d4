//! The edge worker: answers a request with a slate, from context alone.
//!
//! The handler uses plain [`http`] types and a [`Host`] for everything else: stored bytes, the origin's files,
//! the time. It keeps nothing of a request: no log, no counter, no state between two calls. Whatever goes wrong with
//! the model, the answer is the shop's own order and a reason, never a failure.
#![deny(clippy::indexing_slicing)]

mod admission;
mod answer;
mod asset;
mod body;
mod cache;
mod cell;
mod config;
mod guardrails;
mod health;
mod host;
mod items;
mod model;
mod pinned;
mod poll_state;
mod problem;
mod recommend;
mod record;
mod release;
mod rerank;
mod route;
mod signals;
mod trials;

pub use admission::{RefreshOutcome, refresh};
pub use asset::Asset;
pub use body::{fetched, request_body, unavailable};
pub use cache::cache_key;
pub use config::{Config, ConfigError, Source};
pub use host::{Fetched, Host, Unavailable};
pub use rerank::MAX_BODY_BYTES;
pub use route::{Request, Response, answer};
pub use shelfwise_core::allocation::ENTROPY_BYTES;
pub use trials::entropy;
