//! The edge worker: a slate for a request, from context alone.
//!
//! The handler speaks plain [`http`] types and asks a [`Host`] for everything else: stored bytes, the origin's files,
//! the time. It keeps nothing of a request: no log, no counter, no state between two calls. Whatever goes wrong with
//! the model, a shop's page gets its own order and a reason, never a failure.
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

pub use admission::{RefreshOutcome, refresh};
pub use asset::Asset;
pub use body::{fetched, request_body, unavailable};
pub use cache::cache_key;
pub use config::{Config, ConfigError, Source};
pub use host::{Fetched, Host, Unavailable};
pub use rerank::MAX_BODY_BYTES;
pub use route::{Request, Response, answer};
