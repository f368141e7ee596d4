//! A peer: a baseline algorithm for next-item prediction.
//!
//! Peers are references, not products: they keep whole sessions or full tables in memory, apply no policy, and return
//! numbers rather than ids. That makes an answer of theirs cheaper than the engine's, never more expensive.

/// A trained model that can be asked for the next item.
pub trait Peer {
    /// A short name for the table.
    fn name(&self) -> &'static str;

    /// Its parameters, and in which order it puts equals.
    fn parameters(&self) -> String;

    /// The `at` most likely next items, first first, after the items of a session, oldest first. Items of the
    /// session that the model has never seen have numbers beyond those of its log; they tell it nothing.
    fn recommend(&mut self, session: &[u32], at: usize) -> Vec<u32>;
}
