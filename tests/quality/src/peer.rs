//! A peer: a baseline algorithm for next-item prediction.
//!
//! Peers are references, not products: they keep whole sessions or full tables in memory, apply no policy, and return
//! numbers rather than ids. That makes their recommendations cheaper than the engine's, never more expensive.

/// A trained model that predicts the next item.
pub trait Peer {
    /// Returns a short name for the table.
    fn name(&self) -> &'static str;

    /// Returns its parameters, including the order of ties.
    fn parameters(&self) -> String;

    /// Returns the `at` most likely next items, best first, after the items of a session, oldest first. Items that the
    /// model has never seen have numbers beyond those of its log, and are ignored.
    fn recommend(&mut self, session: &[u32], at: usize) -> Vec<u32>;
}
