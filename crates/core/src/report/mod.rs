//! Randomized reports: one answer a visit, of which nobody can be sure (local differential privacy).
//!
//! A question has up to [`MAX_BUCKETS`] answers. With few of them an answer is told truly or replaced by another one (k-ary randomized
//! response, Kairouz, Bonawitz and Ramage 2016, <https://arxiv.org/abs/1602.07387>); with many, each has a bit of its own (optimized
//! unary encoding, Wang, Blocki, Li and Jha 2017, <https://www.usenix.org/system/files/conference/usenixsecurity17/sec17-wang-tianhao.pdf>).
//! Probabilities are whole numbers of 2³², and chance comes from the host: 4 random bytes a decision. Nothing here rounds, so that
//! no low bit of a sample tells what noise was added to (Mironov 2012, <https://doi.org/10.1145/2382196.2382264>).
//!
//! ε is that of one report. Without storage nobody can promise one report a person: it is one a visit.
//!
//! What may be asked is a [`Question`] of the signed policy; [`Visit::report`](crate::Visit::report) answers one of them.

#[cfg(feature = "build")]
mod epsilon;
mod question;
mod text;

use serde::Serialize;

#[cfg(feature = "build")]
pub use epsilon::{MAX_EPSILON, epsilon_of, mechanism};
pub(crate) use question::are_sound;
pub use question::{MAX_QUESTIONS, Question, UNSEEN, answer, buckets};
pub use text::{PREFIX, text};

/// The most answers of a question: a report is at most 8 bytes.
pub const MAX_BUCKETS: u8 = 64;

/// Random bytes that one report takes, whatever its question: reports and their times are alike.
pub const ENTROPY_BYTES: usize = 4 * MAX_BUCKETS as usize;

/// All draws: probabilities are whole numbers of this.
pub const WHOLE: u64 = 1 << 32;

/// The largest odds of a report, in thousandths: e⁴, for the largest ε that is offered.
const MOST_ODDS: u64 = 54_599;

/// How an answer is randomized.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
pub enum Mechanism {
    /// One answer, true in `keep` of 2³² cases, and otherwise one of the others.
    Response {
        /// How many answers there are.
        buckets: u8,
        /// How often the true one is told.
        keep: u32,
    },
    /// A bit for each answer: the true one is set in half of all cases, each other in `flip` of 2³².
    Bits {
        /// How many answers there are.
        buckets: u8,
        /// How often a bit is set that is not true.
        flip: u32,
    },
}

impl Mechanism {
    /// Returns how many answers there are.
    #[must_use]
    pub const fn buckets(self) -> u8 {
        match self {
            Self::Response { buckets, .. } | Self::Bits { buckets, .. } => buckets,
        }
    }

    /// Returns whether it can be used: 2 to [`MAX_BUCKETS`] answers, of which the true one is the likelier, and an ε of at most 4,
    /// whoever made it.
    #[must_use]
    pub fn is_sound(self) -> bool {
        let (told, other) = self.odds();
        let most = match self {
            Self::Response { .. } => told,
            // Two bits differ between two answers; the true one is set in half of all cases.
            Self::Bits { .. } => WHOLE - other,
        };
        (2..=MAX_BUCKETS).contains(&self.buckets()) && told > other && other > 0 && most * 1_000 <= other * MOST_ODDS
    }

    /// Returns how often a report has the true answer, and a certain other one at least: of 2³².
    ///
    /// ```
    /// use shelfwise_core::report::Mechanism;
    ///
    /// let coin = Mechanism::Response { buckets: 2, keep: 3 << 30 };
    /// assert_eq!(coin.odds(), (3 << 30, 1 << 30));
    /// ```
    #[must_use]
    pub fn odds(self) -> (u64, u64) {
        match self {
            Self::Response { buckets, keep } => {
                let others = u64::from(buckets).saturating_sub(1).max(1);
                (keep.into(), (WHOLE - u64::from(keep)) * (WHOLE / others) / WHOLE)
            }
            Self::Bits { flip, .. } => (WHOLE / 2, flip.into()),
        }
    }

    /// Returns the report of an answer: a set bit for each answer that it names. An answer that the question does not have
    /// is the first one. Costs one comparison an answer, whatever the answer is.
    #[must_use]
    pub fn randomize(self, answer: u8, entropy: &[u8; ENTROPY_BYTES]) -> u64 {
        let (draws, _) = entropy.as_chunks::<4>();
        let mut draws = draws.iter().map(|bytes| u32::from_le_bytes(*bytes));
        let mut draw = || draws.next().unwrap_or_default();
        let answer = if answer < self.buckets() { answer } else { 0 };
        match self {
            Self::Response { buckets, keep } => {
                let is_kept = draw() < keep;
                let others = u64::from(buckets.saturating_sub(1));
                // The high half of a product spreads 2³² draws over the others, each as often as any but for one draw.
                let other = ((u64::from(draw()) * others) >> 32) as u8;
                let other = other + u8::from(other >= answer);
                1 << if is_kept { answer } else { other }
            }
            Self::Bits { buckets, flip } => {
                let mut bits = 0;
                for bucket in 0..buckets {
                    let below = if bucket == answer { 1 << 31 } else { flip };
                    bits |= u64::from(draw() < below) << bucket;
                }
                bits
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn entropy(draws: &[u32]) -> [u8; ENTROPY_BYTES] {
        let mut bytes = [0; ENTROPY_BYTES];
        for (place, draw) in bytes.chunks_exact_mut(4).zip(draws) {
            place.copy_from_slice(&draw.to_le_bytes());
        }
        bytes
    }

    #[test]
    fn response_is_the_answer_or_evenly_one_of_the_others() {
        let three = Mechanism::Response { buckets: 3, keep: 100 };
        assert_eq!(three.randomize(1, &entropy(&[99, 0])), 0b010);
        assert_eq!(three.randomize(1, &entropy(&[100, 0])), 0b001);
        assert_eq!(three.randomize(1, &entropy(&[100, u32::MAX])), 0b100);
        assert_eq!(three.randomize(0, &entropy(&[u32::MAX, 0])), 0b010);
        assert_eq!(three.randomize(2, &entropy(&[u32::MAX, u32::MAX])), 0b010);
        assert_eq!(
            three.randomize(9, &entropy(&[0, 0])),
            0b001,
            "an answer that is not there"
        );
    }

    #[test]
    fn bits_are_set_by_a_draw_each() {
        let bits = Mechanism::Bits { buckets: 4, flip: 10 };
        let report = bits.randomize(2, &entropy(&[9, 10, (1 << 31) - 1, 0]));
        assert_eq!(report, 0b1101);
        assert_eq!(bits.randomize(2, &entropy(&[u32::MAX; 4])), 0);
        let most = Mechanism::Bits {
            buckets: MAX_BUCKETS,
            flip: 1,
        };
        assert_eq!(most.randomize(0, &entropy(&[0; 64])), u64::MAX);
    }

    #[test]
    fn mechanism_that_tells_nothing_or_all_is_not_sound() {
        assert!(
            Mechanism::Response {
                buckets: 3,
                keep: 3 << 30
            }
            .is_sound()
        );
        for bad in [
            Mechanism::Response {
                buckets: 3,
                keep: 1 << 30,
            },
            Mechanism::Response {
                buckets: 3,
                keep: u32::MAX,
            },
            Mechanism::Response {
                buckets: 1,
                keep: 3 << 30,
            },
            Mechanism::Bits { buckets: 3, flip: 0 },
            Mechanism::Bits {
                buckets: 3,
                flip: 1 << 31,
            },
            Mechanism::Bits { buckets: 65, flip: 9 },
        ] {
            assert!(!bad.is_sound(), "{bad:?}");
        }
    }
}
