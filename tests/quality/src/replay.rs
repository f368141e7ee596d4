//! Replay: a peer is asked what the engine is asked by [`shelfwise_train::evaluate`], and measured in the same way.

use std::time::Instant;

use crate::peer::Peer;
use crate::questions::Questions;

/// What a replay measured. Shares are fractions of 1, times are microseconds.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Replayed {
    /// Share of predictions whose next item is in the list.
    pub hr: f64,
    /// Mean of 1 / place of the next item; 0 where it is not in the list.
    pub mrr: f64,
    /// Number of predictions.
    pub predictions: usize,
    /// Median time of one answer.
    pub p50_us: f64,
    /// 90th percentile.
    pub p90_us: f64,
    /// 99th percentile.
    pub p99_us: f64,
}

/// Asks after every event of a session but the last, and looks for the next item in the first `at`.
pub fn replay(peer: &mut dyn Peer, questions: &Questions, at: usize) -> Replayed {
    let (mut hits, mut reciprocal, mut micros) = (0_usize, 0.0, Vec::new());
    for session in &questions.sessions {
        for (place, next) in session.iter().enumerate().skip(1) {
            let start = Instant::now();
            let shown = peer.recommend(&session[..place], at);
            micros.push(start.elapsed().as_secs_f64() * 1e6);
            if let Some(place) = shown.iter().position(|item| item == next) {
                hits += 1;
                reciprocal += 1.0 / (place + 1) as f64;
            }
        }
    }
    micros.sort_by(f64::total_cmp);
    let all = micros.len().max(1) as f64;
    Replayed {
        hr: hits as f64 / all,
        mrr: reciprocal / all,
        predictions: micros.len(),
        p50_us: percentile(&micros, 0.5),
        p90_us: percentile(&micros, 0.9),
        p99_us: percentile(&micros, 0.99),
    }
}

fn percentile(sorted: &[f64], share: f64) -> f64 {
    let at = ((sorted.len() as f64 * share).ceil() as usize).saturating_sub(1);
    sorted.get(at).copied().unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Always answers with the items 0, 1, 2 and so on.
    struct Counting;

    impl Peer for Counting {
        fn name(&self) -> &'static str {
            "counting"
        }

        fn parameters(&self) -> String {
            String::new()
        }

        fn recommend(&mut self, _session: &[u32], at: usize) -> Vec<u32> {
            (0..at as u32).collect()
        }
    }

    #[test]
    fn every_event_but_the_last_asks_for_the_next() {
        let sessions = vec![vec![9, 0, 3], vec![9], vec![0, 1]];
        let replayed = replay(&mut Counting, &Questions { sessions }, 3);
        assert_eq!(replayed.predictions, 3);
        assert!(
            (replayed.hr - 2.0 / 3.0).abs() < 1e-12,
            "0 and 1 are in the list, 3 is not"
        );
        assert!((replayed.mrr - (1.0 + 0.5) / 3.0).abs() < 1e-12);
    }
}
