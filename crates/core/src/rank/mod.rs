//! Ranking: signals in, items in their order out.
//!
//! [`score`] adds up what the tables hold, [`ranker`] orders the best candidates by trees, [`ranking`] joins both.

pub mod ranker;
pub(crate) mod ranking;
pub(crate) mod score;
