//! Sequential rules: recommends what came after the current item, weighted by closeness.
//!
//! Source: Ludewig and Jannach, Evaluation of session-based recommendation algorithms (2018), section 3.1.

use shelfwise_intake::log::{Click, Log};

use crate::peer::Peer;
use crate::scores::Scores;

/// Number of events after an item that are its consequences.
const STEPS: usize = 10;

/// Rules of the form "after this item, that one".
#[derive(Clone, Debug)]
pub struct SequentialRules {
    rules: Vec<Vec<u32>>,
    kept: usize,
}

impl SequentialRules {
    /// Weighs every rule by the sum of 1 / steps over its occurrences, and keeps the `kept` heaviest of each item.
    #[must_use]
    pub fn train(log: &Log, kept: usize) -> Self {
        let mut scores = Scores::new(log.items.len());
        let rules = occurrences(log)
            .into_iter()
            .map(|followers| {
                for (click, end) in followers {
                    let end = end.min(click + 1 + STEPS);
                    add_followers(&log.clicks[click + 1..end], &mut scores);
                }
                scores.take_items(kept)
            })
            .collect();
        Self { rules, kept }
    }
}

fn add_followers(followers: &[Click], scores: &mut Scores) {
    for (step, follower) in (1_u32..).zip(followers) {
        scores.add(follower.item, 1.0 / f64::from(step));
    }
}

/// Returns for every item its positions in the log, each with the end of its session.
fn occurrences(log: &Log) -> Vec<Vec<(usize, usize)>> {
    let mut occurrences = vec![Vec::new(); log.items.len()];
    for session in &log.sessions {
        for click in session.start..session.end {
            let item = log.clicks[click as usize].item as usize;
            occurrences[item].push((click as usize, session.end as usize));
        }
    }
    occurrences
}

impl Peer for SequentialRules {
    fn name(&self) -> &'static str {
        "sequential rules"
    }

    fn parameters(&self) -> String {
        format!(
            "{STEPS} steps, weight 1 / steps, {} rules an item, asked by the current item alone; equals by id",
            self.kept
        )
    }

    fn recommend(&mut self, session: &[u32], at: usize) -> Vec<u32> {
        let rules = session.last().and_then(|item| self.rules.get(*item as usize));
        rules.into_iter().flatten().take(at).copied().collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::shop::{log, recommended};

    #[test]
    fn rules_prefer_closer_items_and_exclude_earlier_ones() {
        let log = log(&[&["flour", "yeast", "oven"], &["flour", "yeast"]]);
        let mut peer = SequentialRules::train(&log, 10);
        assert_eq!(recommended(&mut peer, &log, &["flour"]), ["yeast", "oven"]);
        assert_eq!(recommended(&mut peer, &log, &["oven"]), Vec::<&str>::new());
    }

    #[test]
    fn rules_of_an_unknown_item_are_empty() {
        let log = log(&[&["flour", "yeast"]]);
        assert_eq!(
            SequentialRules::train(&log, 10).recommend(&[0, 99], 3),
            Vec::<u32>::new()
        );
    }
}
