//! Draws of arms: bytes that a host could have handed in, and what the engine makes of them.

use std::collections::BTreeSet;

use serde::{Deserialize, Serialize};
use shelfwise_core::allocation::{Allocation, Assignment, Draws};

/// Milliseconds of an hour: from draw to draw, so that windows change their arms.
const HOUR_MS: i64 = 3_600_000;

/// Words in a line.
const WORDS: usize = 50;

/// What was drawn.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub struct Drawn {
    /// Of each draw a letter for each experiment: the arm's number, or `-` where the draw is in none; `h` alone is held out.
    pub arms: Vec<String>,
    /// All tags that occurred.
    pub tags: BTreeSet<String>,
}

impl Drawn {
    /// Draws so often, with bytes of a fixed seed.
    pub fn of(allocation: &Allocation, draws: u32, from_ms: i64) -> Self {
        let (mut seed, mut words, mut tags) = (0, Vec::new(), BTreeSet::new());
        for number in 0..i64::from(draws) {
            let bytes = (u128::from(next(&mut seed)) | u128::from(next(&mut seed)) << 64).to_le_bytes();
            let mut drawn = Draws::default();
            let now_ms = from_ms + number * HOUR_MS;
            drawn.complete(allocation, now_ms, |_| true, &bytes);
            let assignment = allocation.assign(&drawn, now_ms);
            words.push(word(allocation, &assignment));
            tags.insert(allocation.tag(&assignment));
        }
        Self {
            arms: words.chunks(WORDS).map(|words| words.join(" ")).collect(),
            tags,
        }
    }

    /// Returns whether nothing was drawn.
    pub fn is_empty(&self) -> bool {
        *self == Self::default()
    }
}

fn word(allocation: &Allocation, assignment: &Assignment) -> String {
    if assignment.is_held_out {
        return "h".into();
    }
    let letter = |experiment: usize| {
        let mut arms = assignment.arms.iter();
        let arm = arms.find(|id| usize::from(id.experiment) == experiment);
        arm.map_or("-".into(), |id| id.arm.to_string())
    };
    (0..allocation.experiments().count()).map(letter).collect()
}

/// Returns the next number of SplitMix64 (Steele, Lea and Flood 2014, <https://doi.org/10.1145/2660193.2660195>).
fn next(seed: &mut u64) -> u64 {
    *seed = seed.wrapping_add(0x9E37_79B9_7F4A_7C15);
    let mut mixed = *seed;
    mixed = (mixed ^ mixed >> 30).wrapping_mul(0xBF58_476D_1CE4_E5B9);
    mixed = (mixed ^ mixed >> 27).wrapping_mul(0x94D0_49BB_1331_11EB);
    mixed ^ mixed >> 31
}
