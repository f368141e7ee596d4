//! Replays a peer with the protocol of [`shelfwise_train::evaluate`], and measures it in the same way.

use std::time::Instant;

use shelfwise_train::evaluate::{Latency, Places};

use crate::peer::Peer;
use crate::questions::Questions;

/// Result of a replay.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Replayed {
    /// Ranks of the next items.
    pub places: Places,
    /// Time of one recommendation.
    pub latency: Latency,
}

/// Requests a recommendation after every event of a session but the last, and looks up the next item in the first `at`.
pub fn replay(peer: &mut dyn Peer, questions: &Questions, at: usize) -> Replayed {
    let (mut places, mut micros) = (Places::at(at), Vec::new());
    for session in &questions.sessions {
        for (events, next) in session.iter().enumerate().skip(1) {
            let start = Instant::now();
            let shown = peer.recommend(&session[..events], at);
            micros.push(start.elapsed().as_secs_f64() * 1e6);
            places.count(shown.iter().position(|item| item == next));
        }
    }
    Replayed {
        places: places.finish(),
        latency: Latency::of(micros),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A peer that always recommends the items 0, 1, 2 and so on.
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
    fn replay_predicts_after_every_event_but_the_last() {
        let sessions = vec![vec![9, 0, 3], vec![9], vec![0, 1]];
        let replayed = replay(&mut Counting, &Questions { sessions }, 3);
        assert_eq!(replayed.places.predictions, 3);
        assert!(
            (replayed.places.hr - 2.0 / 3.0).abs() < 1e-12,
            "0 and 1 are in the list, 3 is not"
        );
        assert!((replayed.places.mrr - (1.0 + 0.5) / 3.0).abs() < 1e-12);
    }
}
