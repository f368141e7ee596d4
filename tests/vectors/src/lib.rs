//! Golden vectors: what the engine answers to whom, as data that every host runs with equal bytes.
//!
//! `cases/*.json` hold requests in a shop's words and the answers, `tests/snapshots/v1` the models. [`run`] is the
//! one runner: `cargo test` calls it natively, `wasm-bindgen-test` in Node and in a browser.
//! `cargo run -p shelfwise-vectors -- --write` computes the answers anew; the difference is for a reviewer to read.

mod answer;
mod case;
pub mod defects;
mod files;
mod hex;
pub mod pretty;
pub mod shops;

pub use answer::{Answer, run};
pub use case::{Case, Suite};
pub use files::{GOOD, SUITES, snapshot};
