//! Item-kNN: recommends the items whose sessions are most similar to those of the current item.
//!
//! Source: Hidasi et al., Session-based recommendations with recurrent neural networks (ICLR 2016), section 4, whose
//! regularization avoids high similarities by chance of items with few sessions.

use rustc_hash::FxHashSet;
use shelfwise_intake::log::Log;

use crate::peer::Peer;
use crate::scores::Scores;

/// Regularization: added to the number of sessions of an item before the square root.
const REGULARIZATION: f64 = 20.0;

/// The most similar items of every item, best first.
#[derive(Clone, Debug)]
pub struct ItemKnn {
    neighbours: Vec<Vec<u32>>,
    kept: usize,
}

impl ItemKnn {
    /// Compares all items with a common session, and keeps the `kept` most similar of each.
    #[must_use]
    pub fn train(log: &Log, kept: usize) -> Self {
        let sessions = distinct_items(log);
        let mut sessions_of = vec![Vec::new(); log.items.len()];
        for (session, items) in sessions.iter().enumerate() {
            items.iter().for_each(|item| sessions_of[*item as usize].push(session));
        }
        let norm: Vec<f64> = sessions_of
            .iter()
            .map(|sessions| (sessions.len() as f64 + REGULARIZATION).sqrt())
            .collect();
        let mut scores = Scores::new(log.items.len());
        let row = |(own, of_own): (usize, &Vec<usize>)| {
            for item in of_own.iter().flat_map(|session| &sessions[*session]) {
                scores.add(*item, 1.0 / (norm[own] * norm[*item as usize]));
            }
            scores.remove(own as u32);
            scores.take_items(kept)
        };
        let neighbours = sessions_of.iter().enumerate().map(row).collect();
        Self { neighbours, kept }
    }
}

/// Returns the distinct items of every session, in order of appearance.
pub fn distinct_items(log: &Log) -> Vec<Vec<u32>> {
    let distinct = |session: &shelfwise_intake::log::SessionSpan| {
        let mut seen = FxHashSet::default();
        let clicks = &log.clicks[session.start as usize..session.end as usize];
        let items = clicks.iter().map(|click| click.item);
        items.filter(|item| seen.insert(*item)).collect()
    };
    log.sessions.iter().map(distinct).collect()
}

impl Peer for ItemKnn {
    fn name(&self) -> &'static str {
        "item-kNN"
    }

    fn parameters(&self) -> String {
        format!(
            "cosine over sessions, {REGULARIZATION} added to an item's sessions, {} neighbours an item, asked by the \
             current item alone, which it never recommends; equals by id",
            self.kept
        )
    }

    fn recommend(&mut self, session: &[u32], at: usize) -> Vec<u32> {
        let neighbours = session.last().and_then(|item| self.neighbours.get(*item as usize));
        neighbours.into_iter().flatten().take(at).copied().collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::shop::{log, recommended};

    #[test]
    fn shared_sessions_increase_similarity_and_popularity_reduces_it() {
        let log = log(&[
            &["tent", "stove", "milk"],
            &["stove", "tent"],
            &["milk"],
            &["milk"],
            &["milk"],
        ]);
        let mut peer = ItemKnn::train(&log, 10);
        assert_eq!(recommended(&mut peer, &log, &["tent"]), ["stove", "milk"]);
    }
}
