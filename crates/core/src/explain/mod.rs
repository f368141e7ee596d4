//! Explanations: what was added to a score and for which event, which rule acted, and what if an event had not been.
//!
//! They come from the code that ranked, run again, and from what it told its [`trace`].

pub(crate) mod reason;
pub(crate) mod score_trace;
pub(crate) mod slate_history;
pub(crate) mod trace;
