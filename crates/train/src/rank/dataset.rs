//! Training data of the ranker: predictions of the next item, each with the engine's candidates.

use std::ops::{Range, RangeFrom};

use shelfwise_core::ranker::{Feature, Features, MISSING};
use shelfwise_core::{Context, Engine, ItemIndex, Policy, Session, Snapshot};
use shelfwise_intake::log::Log;
use shelfwise_intake::progress::Progress;

use crate::evaluate::replay::replay;

/// Every n-th query has the features of `rerank`, without those of candidate generation.
const AS_RERANK: usize = 4;

/// One prediction.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Query {
    /// Its candidates: rows of the data set, in the order of the tables.
    pub rows: Range<usize>,
    /// The row of the next item.
    pub target: usize,
}

/// Predictions in chronological order, and the features of all their candidates.
#[derive(Clone, Debug, Default)]
pub struct Dataset {
    /// Features by row.
    pub rows: Vec<Features>,
    /// The predictions whose next item is among the candidates.
    pub queries: Vec<Query>,
}

impl Dataset {
    /// Replays a log through the engine and records the candidates to rank, for at most `most` evenly spread
    /// predictions.
    pub fn collect<B: AsRef<[u8]>>(snapshot: Snapshot<B>, log: &Log, most: usize, progress: &dyn Progress) -> Self {
        let mut data = Self::default();
        let mut engine = Engine::new(snapshot, Policy::default());
        replay(log, Some(most), progress, |session, cell, next| {
            let context = Context {
                cell,
                ..Context::default()
            };
            data.add(&mut engine, session, &context, ItemIndex(next));
        });
        data
    }

    fn add<B: AsRef<[u8]>>(
        &mut self,
        engine: &mut Engine<B>,
        session: &Session,
        context: &Context<'_>,
        target: ItemIndex,
    ) {
        let start = self.rows.len();
        let mut found = None;
        for (item, features) in engine.describe(session, context, 0) {
            if item == target {
                found = Some(self.rows.len());
            }
            self.rows.push(features);
        }
        match found {
            Some(target) => {
                let query = Query {
                    rows: start..self.rows.len(),
                    target,
                };
                if self.queries.len() % AS_RERANK == AS_RERANK - 1 {
                    self.rows[query.rows.clone()].iter_mut().for_each(hide_generation);
                }
                self.queries.push(query);
            }
            None => self.rows.truncate(start),
        }
    }

    /// Returns the mean reciprocal rank of the target over some queries, ordered by `score`; ties are in the order of
    /// the tables.
    pub fn mrr(&self, queries: RangeFrom<usize>, score: impl Fn(usize) -> f64) -> f64 {
        let queries = &self.queries[queries];
        let reciprocal = |query: &Query| {
            let own = score(query.target);
            let before = |row: &usize| score(*row) > own || (score(*row) == own && *row < query.target);
            1.0 / (1 + query.rows.clone().filter(before).count()) as f64
        };
        queries.iter().map(reciprocal).sum::<f64>() / queries.len().max(1) as f64
    }
}

fn hide_generation(features: &mut Features) {
    for feature in [Feature::Rank, Feature::Gap, Feature::Candidates] {
        features[feature as usize] = MISSING;
    }
}
