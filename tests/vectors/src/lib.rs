//! Golden vectors: requests and answers of the engine as data; every host must give the same bytes.
//!
//! `cases/*.json` hold the requests and the answers, `tests/snapshots/v1` the models. [`run`] is the only runner:
//! `cargo test` calls it natively, `wasm-bindgen-test` in Node and in a browser. `cargo xtask vectors` recomputes the
//! answers; the difference is what a reviewer reads.

mod answer;
mod arms;
mod case;
pub mod defects;
pub mod facts;
mod files;
mod hex;
pub mod policies;
pub mod pretty;
pub mod shops;

pub use answer::{Answer, run};
pub use case::{Case, Request, Suite};
pub use files::{GOOD, SUITES, snapshot};
