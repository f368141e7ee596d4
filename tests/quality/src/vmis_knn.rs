//! VMIS-kNN: recommends from neighbour sessions, which are found by the items they share with this one; newer items
//! count more.
//!
//! Source: Kersbergen, Sprangers and Schelter, Serenade (SIGMOD 2022), algorithm 2, with the weights of the released
//! program (crate `serenade` 0.3.1) where it differs from the paper.

use std::cmp::Reverse;
use std::collections::BinaryHeap;

use shelfwise_core::CurrentItem;
use shelfwise_intake::log::Log;

use crate::item_knn::distinct_items;
use crate::peer::Peer;
use crate::scores::Scores;

/// Quantile of the session lengths; longer sessions are not used.
const LONGEST_QUANTILE: f64 = 0.995;

/// Decrease of a match's weight for every event that it lies back.
const MATCH_STEP: f64 = 0.1;

/// The parameters, named as in the paper.
#[derive(Clone, Copy, Debug)]
pub struct VmisOptions {
    /// Name of the model in the table.
    pub name: &'static str,
    /// Maximum number of the most recent sessions to search: in all, and of every item.
    pub m: usize,
    /// Number of neighbour sessions among them.
    pub k: usize,
    /// Number of the last items of a session that are used; at most 9, so that no match has a negative weight.
    pub last_items: usize,
    /// Whether the current item may be recommended.
    pub current_item: CurrentItem,
}

impl VmisOptions {
    /// The parameters of Serenade's example (`example.toml`): with them its own code has 64.12 / 32.70 at 20, and its
    /// README states 64.02 / 32.77. With the tuned parameters of the README it has 66.27 / 33.99.
    pub const EXAMPLE: Self = Self {
        name: "VMIS-kNN, Serenade's example",
        m: 500,
        k: 50,
        last_items: 2,
        current_item: CurrentItem::Hide,
    };

    /// Parameters that were good on all four public logs, under this protocol.
    pub const WIDE: Self = Self {
        name: "VMIS-kNN",
        m: 5000,
        k: 500,
        last_items: 9,
        current_item: CurrentItem::Show,
    };
}

/// The index, with scratch space for recommendations.
#[derive(Clone, Debug)]
pub struct VmisKnn {
    options: VmisOptions,
    /// The distinct items of every session, sorted; sessions by age, the newest last.
    items_of: Vec<Vec<u32>>,
    /// The newest sessions of every item, newest first.
    sessions_of: Vec<Vec<u32>>,
    idf: Vec<f64>,
    similarity: Vec<f64>,
    scores: Scores,
}

impl VmisKnn {
    /// Indexes a log.
    #[must_use]
    pub fn train(log: &Log, options: VmisOptions) -> Self {
        let mut items_of = distinct_items(log);
        items_of.iter_mut().for_each(|items| items.sort_unstable());
        let longest = longest(&items_of);
        let mut sessions_of = vec![Vec::new(); log.items.len()];
        for (session, items) in items_of.iter().enumerate().rev() {
            for item in items.iter().filter(|_| items.len() <= longest) {
                sessions_of[*item as usize].push(session as u32);
            }
        }
        let all: usize = sessions_of.iter().map(Vec::len).sum();
        let idf = sessions_of
            .iter()
            .map(|own| (all as f64 / own.len().max(1) as f64).ln())
            .collect();
        sessions_of.iter_mut().for_each(|sessions| sessions.truncate(options.m));
        Self {
            options,
            similarity: vec![0.0; items_of.len()],
            items_of,
            sessions_of,
            idf,
            scores: Scores::new(log.items.len()),
        }
    }

    /// Returns the sessions most similar to this one with their similarity. `recent`: its last items, newest first.
    fn neighbours(&mut self, recent: &[u32]) -> Vec<(u32, f64)> {
        let mut distinct = recent.to_vec();
        distinct.sort_unstable();
        distinct.dedup();
        let mut matched = Vec::new();
        let mut newest = BinaryHeap::new();
        for (place, item) in recent.iter().enumerate() {
            let again = recent[..place].contains(item);
            let known = self.sessions_of.get(*item as usize).filter(|_| !again);
            let decay = (recent.len() - place) as f64 / distinct.len() as f64;
            for session in known.into_iter().flatten() {
                let similarity = self.similarity[*session as usize];
                if similarity == 0.0 && !admit(*session, &mut newest, &mut self.similarity, self.options.m) {
                    break;
                }
                if similarity == 0.0 {
                    matched.push(*session);
                }
                self.similarity[*session as usize] += decay;
            }
        }
        self.nearest(matched)
    }

    /// Returns the `k` most similar of the matched sessions; of equal ones the newest. Clears all similarities.
    fn nearest(&mut self, matched: Vec<u32>) -> Vec<(u32, f64)> {
        let take = |session: u32| (session, std::mem::take(&mut self.similarity[session as usize]));
        let mut near: Vec<(u32, f64)> = matched.into_iter().map(take).collect();
        near.retain(|(_, similarity)| *similarity > 0.0);
        let k = self.options.k;
        if near.len() > k {
            near.select_nth_unstable_by(k - 1, |a, b| b.1.total_cmp(&a.1).then(b.0.cmp(&a.0)));
            near.truncate(k);
        }
        near
    }
}

/// Returns the length that [`LONGEST_QUANTILE`] of the sessions do not exceed.
fn longest(items_of: &[Vec<u32>]) -> usize {
    let mut lengths: Vec<usize> = items_of.iter().map(Vec::len).collect();
    lengths.sort_unstable();
    let at = (lengths.len() as f64 * LONGEST_QUANTILE) as usize;
    lengths.get(at).or(lengths.last()).copied().unwrap_or_default()
}

/// Admits a session if there is room, or if it is newer than the oldest one, which is then removed.
fn admit(session: u32, newest: &mut BinaryHeap<Reverse<u32>>, similarity: &mut [f64], m: usize) -> bool {
    if newest.len() >= m {
        match newest.peek() {
            Some(Reverse(oldest)) if session > *oldest => similarity[*oldest as usize] = 0.0,
            _ => return false,
        }
        newest.pop();
    }
    newest.push(Reverse(session));
    true
}

impl Peer for VmisKnn {
    fn name(&self) -> &'static str {
        self.options.name
    }

    fn parameters(&self) -> String {
        let VmisOptions { m, k, last_items, .. } = self.options;
        let current = match self.options.current_item {
            CurrentItem::Show => "may be recommended",
            CurrentItem::Hide => "is never recommended",
        };
        format!(
            "m = {m}, k = {k}, last {last_items} items, idf weight 1, the current item {current}; equals by id, \
             sessions of equal likeness by age, the newest first"
        )
    }

    fn recommend(&mut self, session: &[u32], at: usize) -> Vec<u32> {
        let recent: Vec<u32> = session.iter().rev().take(self.options.last_items).copied().collect();
        for (neighbour, similarity) in self.neighbours(&recent) {
            let items = &self.items_of[neighbour as usize];
            let shared = recent.iter().position(|item| items.binary_search(item).is_ok());
            let weight = 1.0 - MATCH_STEP * (shared.unwrap_or(recent.len()) + 1) as f64;
            for item in items {
                self.scores.add(*item, weight * self.idf[*item as usize] * similarity);
            }
        }
        if let (CurrentItem::Hide, Some(current)) = (self.options.current_item, recent.first()) {
            self.scores.remove(*current);
        }
        self.scores.take_items(at)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::shop::{log, recommended};

    const SHOP: [&[&str]; 5] = [
        &["tent", "stove"],
        &["tent", "lamp"],
        &["tent", "lamp"],
        &["milk", "bread"],
        &["salt", "pepper"],
    ];

    fn options(m: usize, current_item: CurrentItem) -> VmisOptions {
        VmisOptions {
            name: "test",
            m,
            k: 10,
            last_items: 4,
            current_item,
        }
    }

    #[test]
    fn vmis_recommends_items_of_neighbour_sessions() {
        let log = log(&SHOP);
        let mut peer = VmisKnn::train(&log, options(10, CurrentItem::Hide));
        assert_eq!(recommended(&mut peer, &log, &["tent"]), ["lamp", "stove"]);
        assert_eq!(
            recommended(&mut peer, &log, &["milk"]),
            ["bread"],
            "an answer leaves nothing behind"
        );
    }

    #[test]
    fn vmis_recommends_the_current_item_only_if_allowed() {
        let log = log(&SHOP);
        let mut peer = VmisKnn::train(&log, options(10, CurrentItem::Show));
        assert_eq!(recommended(&mut peer, &log, &["milk"]), ["bread", "milk"]);
    }

    #[test]
    fn vmis_searches_only_the_newest_sessions() {
        let log = log(&SHOP);
        let mut peer = VmisKnn::train(&log, options(1, CurrentItem::Hide));
        assert_eq!(recommended(&mut peer, &log, &["milk", "tent"]), ["bread", "milk"]);
        assert_eq!(recommended(&mut peer, &log, &["tent"]), ["lamp"]);
    }

    #[test]
    fn vmis_weighs_newer_events_more() {
        let log = log(&SHOP);
        let mut peer = VmisKnn::train(&log, options(10, CurrentItem::Hide));
        let shown = recommended(&mut peer, &log, &["milk", "salt"]);
        assert_eq!(shown[0], "pepper");
        assert!(shown.contains(&"bread"));
    }
}
