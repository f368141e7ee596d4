//! Scores of items: a dense row that records which entries were changed.

use std::cmp::Ordering;

/// Sums of scores by item. Adding costs O(1); taking the best costs O(changed entries).
#[derive(Clone, Debug)]
pub struct Scores {
    score: Vec<f64>,
    touched: Vec<u32>,
}

impl Scores {
    /// Returns zero scores for all items.
    #[must_use]
    pub fn new(items: usize) -> Self {
        Self {
            score: vec![0.0; items],
            touched: Vec::new(),
        }
    }

    /// Adds to the score of an item.
    pub fn add(&mut self, item: u32, score: f64) {
        let sum = &mut self.score[item as usize];
        if *sum == 0.0 {
            self.touched.push(item);
        }
        *sum += score;
    }

    /// Resets the score of an item.
    pub fn remove(&mut self, item: u32) {
        if let Some(score) = self.score.get_mut(item as usize) {
            *score = 0.0;
        }
    }

    /// Returns the `at` best with their scores, best first; ties by increasing number, which is the order of their ids.
    /// Resets all scores.
    pub fn take(&mut self, at: usize) -> Vec<(u32, f64)> {
        self.touched.sort_unstable();
        self.touched.dedup();
        let score = &mut self.score;
        let mut all: Vec<(u32, f64)> = self
            .touched
            .drain(..)
            .map(|item| (item, std::mem::take(&mut score[item as usize])))
            .collect();
        all.retain(|(_, score)| *score > 0.0);
        let order = |a: &(u32, f64), b: &(u32, f64)| -> Ordering { b.1.total_cmp(&a.1).then(a.0.cmp(&b.0)) };
        if all.len() > at && at > 0 {
            all.select_nth_unstable_by(at - 1, order);
        }
        all.truncate(at);
        all.sort_unstable_by(order);
        all
    }

    /// Returns the items as [`Self::take`], without the scores.
    pub fn take_items(&mut self, at: usize) -> Vec<u32> {
        self.take(at).into_iter().map(|(item, _)| item).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn scores_take_returns_the_best_first_with_ties_by_number() {
        let mut scores = Scores::new(5);
        for (item, score) in [(4, 1.0), (0, 1.0), (3, 0.5), (3, 1.0), (1, 0.2)] {
            scores.add(item, score);
        }
        assert_eq!(scores.take_items(3), [3, 0, 4]);
    }

    #[test]
    fn scores_take_resets_all_scores() {
        let mut scores = Scores::new(2);
        scores.add(0, 1.0);
        scores.take(1);
        scores.add(1, 1.0);
        assert_eq!(scores.take(2), [(1, 1.0)]);
    }

    #[test]
    fn scores_removed_item_is_not_returned() {
        let mut scores = Scores::new(2);
        scores.add(0, 2.0);
        scores.add(1, 1.0);
        scores.remove(0);
        scores.remove(7);
        assert_eq!(scores.take_items(2), [1]);
    }
}
