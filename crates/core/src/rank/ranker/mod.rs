//! The learned ranker: a small fixed feature vector for every candidate, and boosted trees over it.
//!
//! One ranker serves both calls. For `recommend` it orders the best candidates; for `rerank` it orders those items
//! of the caller's list for which something speaks, and the features of candidate generation are missing.

mod context;
mod extractor;
mod feature;
mod forest;

use alloc::vec::Vec;

pub(crate) use context::{FeatureContext, Generation};
pub(crate) use extractor::FeatureExtractor;
pub use feature::{FEATURES, Feature, Features, MISSING};
pub use forest::Forest;
#[cfg(feature = "build")]
pub use forest::{ForestTable, TreeTable};

/// Candidates that the trees order; behind them the order of the tables goes on.
///
/// 100 hold the next item 79 to 85 times of 100 on the public logs (`docs/ranking.md`).
pub const CANDIDATES: usize = 100;

/// Room that the ranker works in, kept from call to call so that a ranking allocates nothing for it.
#[derive(Debug, Default)]
pub(crate) struct Scratch {
    pub features: Vec<Features>,
    pub extractor: FeatureExtractor,
    above: Vec<forest::Set>,
    sums: Vec<i32>,
}

impl Scratch {
    /// Scores of the described candidates by the forest, in their order: from 1 to 2, so that they stand before
    /// everything that only the tables scored.
    pub fn score(&mut self, forest: &Forest<'_>) -> impl Iterator<Item = f32> {
        self.sums.clear();
        forest.add(&self.features, &mut self.above, &mut self.sums);
        let forest = *forest;
        self.sums.iter().map(move |sum| forest.normalize(*sum))
    }
}

/// Returns a table score in a ranked slate: below 1, in the same order.
pub(crate) fn unranked(score: f32) -> f32 {
    score / (1.0 + score)
}
