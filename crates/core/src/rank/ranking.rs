//! Ranking in two stages, as large recommenders do it ([Covington et al. 2016](https://doi.org/10.1145/2959100.2959190)):
//! tables score all candidates, trees re-rank the best of them, the others follow.

use alloc::collections::BinaryHeap;
use alloc::vec::Vec;
use core::cmp::{Ordering, Reverse};

use crate::explain::trace::Trace;
use crate::item::ItemIndex;
use crate::rank::ranker::{CANDIDATES, FeatureContext, Generation, Scratch, unranked};
use crate::rank::score::{Scorer, Scores};
use crate::snapshot::Snapshot;
use crate::visit::context::Context;
use crate::visit::signal::Signal;

/// A position with its score; the best compares greatest: by score, then by the smaller position.
#[derive(Clone, Copy, Debug)]
pub struct Scored {
    /// The item index in the catalog, or the position in the caller's list.
    pub place: u32,
    /// Its score: of the tables from 0, or in a ranked order from 1 to 2 by the trees and below 1 by the tables.
    pub score: f32,
}

impl Scored {
    /// Returns the item, if positions are those of the catalog.
    pub const fn item(&self) -> ItemIndex {
        ItemIndex(self.place)
    }
}

impl Ord for Scored {
    fn cmp(&self, other: &Self) -> Ordering {
        let by_score = self.score.total_cmp(&other.score);
        by_score.then_with(|| Reverse(self.place).cmp(&Reverse(other.place)))
    }
}

impl PartialOrd for Scored {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl PartialEq for Scored {
    fn eq(&self, other: &Self) -> bool {
        self.cmp(other) == Ordering::Equal
    }
}

impl Eq for Scored {}

/// Returns a heap of the positions of a list; the best is popped first.
#[inline(never)]
pub fn in_order(scores: Vec<f32>) -> BinaryHeap<Scored> {
    let scored: Vec<Scored> = (0..)
        .zip(scores)
        .map(|(place, score)| Scored { place, score })
        .collect();
    BinaryHeap::from(scored)
}

/// Ranks, and reuses its buffers from call to call. Heaps in place of sorts: only what is read is put in order, and a
/// sort would add 2 KB to the module.
#[derive(Debug, Default)]
pub struct Ranking {
    scores: Scores,
    /// Candidates that the trees re-rank: the best of the catalog, or the scored items of the list.
    best: Vec<Scored>,
    /// The best in the order of the trees.
    ranked: BinaryHeap<Scored>,
    /// The others in the order of the tables.
    rest: BinaryHeap<Scored>,
    scratch: Scratch,
}

impl Ranking {
    /// Returns the table scores of the last ranking.
    pub const fn scores(&self) -> &Scores {
        &self.scores
    }

    /// Returns the buffer of scores, for a scoring without a ranking.
    pub const fn scores_mut(&mut self) -> &mut Scores {
        &mut self.scores
    }

    /// Ranks the catalog, best first: the 100 best of the tables by the trees, then the others by the tables.
    ///
    /// The returned iterator orders items only as far as it is read.
    pub fn catalog<B: AsRef<[u8]>, T: Trace>(
        &mut self,
        snapshot: &Snapshot<B>,
        context: &Context<'_>,
        signals: &[Signal<'_>],
        trace: &mut T,
    ) -> impl Iterator<Item = Scored> + use<'_, B, T> {
        let candidates = self.candidates(snapshot, context, signals, trace);
        let by_trees = self.rank_best(snapshot, signals, Generation::Best(candidates));
        let Self { ranked, rest, .. } = self;
        ranked.clear();
        ranked.extend(&self.best);
        let table_score = move |score| if by_trees { unranked(score) } else { score };
        core::iter::from_fn(move || {
            let next_of_rest = || {
                rest.pop().map(|next| Scored {
                    score: table_score(next.score),
                    ..next
                })
            };
            ranked.pop().or_else(next_of_rest)
        })
    }

    /// Ranks a caller's list. Returns the score of each position, 0 for items of which nothing is known.
    ///
    /// Items that the tables do not score stay unranked.
    pub fn list<B: AsRef<[u8]>, T: Trace>(
        &mut self,
        snapshot: &Snapshot<B>,
        signals: &[Signal<'_>],
        listed: &[Option<ItemIndex>],
        trace: &mut T,
    ) -> Vec<f32> {
        Scorer::new(snapshot, &mut self.scores, trace).add_signals(signals);
        let Self {
            scores, best, scratch, ..
        } = self;
        best.clear();
        scratch.extractor.reserve(snapshot.items());
        // An item may stand twice in the list; it is ranked once.
        let mut enlist = |item: &Option<ItemIndex>| {
            let item = (*item)?;
            let scored = Scored {
                place: item.0,
                score: scores.of(item),
            };
            (scored.score > 0.0).then(|| {
                let place = scratch.extractor.enlist(item, best.len());
                if place == best.len() {
                    best.push(scored);
                }
                place
            })
        };
        let places: Vec<Option<usize>> = listed.iter().map(&mut enlist).collect();
        scratch.extractor.forget(best);
        self.rank_best(snapshot, signals, Generation::Listed);
        places
            .iter()
            .map(|place| {
                place
                    .and_then(|place| self.best.get(place))
                    .map_or(0.0, |scored| scored.score)
            })
            .collect()
    }

    /// Scores the catalog by the tables, and takes the best into `best`, the others into `rest`.
    fn candidates<B: AsRef<[u8]>, T: Trace>(
        &mut self,
        snapshot: &Snapshot<B>,
        context: &Context<'_>,
        signals: &[Signal<'_>],
        trace: &mut T,
    ) -> usize {
        let mut scorer = Scorer::new(snapshot, &mut self.scores, trace);
        scorer.add_signals(signals);
        scorer.add_popular(context, signals);
        let Self { scores, best, rest, .. } = self;
        rest.clear();
        rest.extend(scores.touched().iter().map(|item| Scored {
            place: item.0,
            score: scores.of(*item),
        }));
        best.clear();
        best.extend(core::iter::from_fn(|| rest.pop()).take(CANDIDATES));
        scores.touched().len()
    }

    /// Scores `best` by the trees, if there are trees and signals. Returns whether it did.
    fn rank_best<B: AsRef<[u8]>>(
        &mut self,
        snapshot: &Snapshot<B>,
        signals: &[Signal<'_>],
        generation: Generation,
    ) -> bool {
        let Some(forest) = snapshot
            .ranker()
            .filter(|_| signals.iter().any(|signal| signal.index.is_some()))
        else {
            return false;
        };
        self.describe(snapshot, signals, generation);
        for (scored, score) in self.best.iter_mut().zip(self.scratch.score(&forest)) {
            scored.score = score;
        }
        true
    }

    fn describe<B: AsRef<[u8]>>(&mut self, snapshot: &Snapshot<B>, signals: &[Signal<'_>], generation: Generation) {
        let Self {
            scores, best, scratch, ..
        } = self;
        let visit = FeatureContext::new(snapshot, scores, signals, best, generation);
        scratch.extractor.describe(&visit, best, &mut scratch.features);
    }

    /// Returns the best candidates with their features, in the order of the tables: what the trees are trained on.
    #[cfg(feature = "build")]
    pub fn describe_catalog<B: AsRef<[u8]>>(
        &mut self,
        snapshot: &Snapshot<B>,
        context: &Context<'_>,
        signals: &[Signal<'_>],
    ) -> impl Iterator<Item = (ItemIndex, crate::rank::ranker::Features)> {
        let candidates = self.candidates(snapshot, context, signals, &mut ());
        self.describe(snapshot, signals, Generation::Best(candidates));
        self.best
            .iter()
            .map(Scored::item)
            .zip(self.scratch.features.iter().copied())
    }
}
