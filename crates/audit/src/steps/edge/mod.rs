//! `edge`: what an edge worker answers, asked from outside: nothing of one request is in the answer to another, no answer
//! marks a shopper, and a signal is obeyed.
//!
//! What the worker writes into its logs or its store cannot be seen from outside; `tests/edge` and `tests/cloudflare` look
//! there.

mod exchange;
mod headers;
mod shopper;
mod trial;

use crate::report::{Outcome, Step};

pub use self::exchange::{Edge, Inquiry, Reply};
use self::trial::Trial;

const NAME: &str = "edge";
const CLAIM: &str = "Nothing of a request to the edge is in an answer to another one, no answer marks a shopper or may be kept for \
                     others, and privacy signals are obeyed.";

/// Asks an edge as shoppers do, and judges its answers. `salt` makes the tokens of this audit differ from those of any other.
pub fn step(edge: &dyn Edge, salt: &str) -> Step {
    match Trial::run(edge, salt) {
        Ok(trial) => trial.step(),
        Err(why) => Step::without(NAME, CLAIM, Outcome::NotProved, &format!("{}: {why:#}", edge.origin())),
    }
}

/// Returns the step where no edge was named.
pub fn without() -> Step {
    let reason = "no edge was asked: if the shop runs one, give its address with --edge";
    Step::without(NAME, CLAIM, Outcome::NotProved, reason)
}

#[cfg(test)]
mod tests;
