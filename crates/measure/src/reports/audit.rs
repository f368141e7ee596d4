//! How much one report gives away, by trial: devices' code is run many times with two answers, and the odds of what it reports
//! are compared. Whatever its comments say, what it does is counted (Tramèr et al. 2022, <https://arxiv.org/abs/2202.12219>).

use rand::rngs::Xoshiro256PlusPlus;
use rand::{Rng as _, SeedableRng as _};
use serde::Serialize;
use shelfwise_core::report::{ENTROPY_BYTES, Mechanism};
use statrs::distribution::{Beta, ContinuousCDF as _};

/// Samples of each of the two answers.
pub const SAMPLES: u64 = 1_000_000;

/// How often the bound may be above the truth.
const ALPHA: f64 = 0.001;

/// What was found.
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
pub struct Leak {
    /// ε that is claimed.
    pub claim: f64,
    /// ε that a report surely has at least.
    pub at_least: f64,
    /// The ratio of the frequencies, as a logarithm.
    pub estimate: f64,
    /// Samples of each answer.
    pub samples: u64,
}

impl Leak {
    /// Returns whether a report reveals more than it claims.
    #[must_use]
    pub fn is_above_claim(&self) -> bool {
        self.at_least > self.claim
    }
}

/// Tries a mechanism on its first and last answer: everything else is the same by its symmetry, which the tests of
/// `shelfwise_core::report` hold. Costs 2 × `samples` reports.
#[must_use]
pub fn audit(mechanism: Mechanism, claim: f64, samples: u64, seed: u64) -> Leak {
    let (first, last) = (0, mechanism.buckets() - 1);
    // What tells the two answers apart best: that one is set and the other is not.
    let tells = |bits: u64, own: u8, other: u8| bits >> own & 1 == 1 && bits >> other & 1 == 0;
    let mut dice = Xoshiro256PlusPlus::seed_from_u64(seed);
    let mut entropy = [0; ENTROPY_BYTES];
    let mut count = |answer: u8| {
        let mut counts = [0_u64; 2];
        for _ in 0..samples {
            dice.fill_bytes(&mut entropy);
            let bits = mechanism.randomize(answer, &entropy);
            counts[0] += u64::from(tells(bits, first, last));
            counts[1] += u64::from(tells(bits, last, first));
        }
        counts
    };
    let (of_first, of_last) = (count(first), count(last));
    let ratio = |likely: u64, unlikely: u64| {
        let (low, high) = (lower(likely, samples), upper(unlikely, samples));
        ((low / high).ln(), (likely as f64 / unlikely as f64).ln())
    };
    let (one, two) = (ratio(of_first[0], of_last[0]), ratio(of_last[1], of_first[1]));
    Leak {
        claim,
        at_least: one.0.max(two.0),
        estimate: f64::midpoint(one.1, two.1),
        samples,
    }
}

/// Exact bounds of a probability (Clopper and Pearson 1934, <https://doi.org/10.1093/biomet/26.4.404>); four share the level.
fn lower(count: u64, samples: u64) -> f64 {
    if count == 0 {
        return 0.0;
    }
    quantile(count as f64, (samples - count) as f64 + 1.0, ALPHA / 4.0)
}

fn upper(count: u64, samples: u64) -> f64 {
    if count == samples {
        return 1.0;
    }
    quantile(count as f64 + 1.0, (samples - count) as f64, 1.0 - ALPHA / 4.0)
}

fn quantile(a: f64, b: f64, probability: f64) -> f64 {
    Beta::new(a, b).map_or(f64::NAN, |beta| beta.inverse_cdf(probability))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::reports::mechanism;

    /// Both mechanisms: as claimed they pass, and with an ε that is a twentieth larger they are found.
    #[test]
    fn twentieth_more_than_the_claim_is_found() {
        for buckets in [5, 40] {
            let honest = audit(mechanism(buckets, 2.0).unwrap(), 2.0, 200_000, 1);
            assert!(!honest.is_above_claim() && honest.at_least > 1.9, "{honest:?}");
            assert!((honest.estimate - 2.0).abs() < 0.02, "{honest:?}");
            let leaky = audit(mechanism(buckets, 2.0 * 1.05).unwrap(), 2.0, 200_000, 1);
            assert!(leaky.is_above_claim(), "{leaky:?}");
        }
    }
}
