//! Blocks of time with one arm each: the randomization test, exact for the blocks that there are (Bojinov, Simchi-Levi and
//! Zhao 2023, <https://doi.org/10.1287/mnsc.2022.4583>). It is read once, at the declared end.

use rand::rngs::Xoshiro256PlusPlus;
use rand::{RngExt as _, SeedableRng as _};

use super::Interval;

/// Draws of the arms: the p-value has a grain of 0.0005.
pub const DRAWS: usize = 1_999;

/// A block.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Block {
    /// Whether it had the arm that is compared.
    pub is_treated: bool,
    /// What came of it, per hour.
    pub outcome: f64,
}

/// What a test says.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Outcome {
    /// Relative difference of the means.
    pub lift: f64,
    /// Relative differences that are not refuted at 5 %.
    pub interval: Interval,
    /// Two-sided p-value of no difference.
    pub p_value: f64,
}

/// Tests whether blocks with the arm differ from the others, each block having had it with probability `share`. `None` if an
/// arm has fewer than two blocks or nothing came of the others.
///
/// The seed is fixed: the same blocks give the same answer. Costs [`DRAWS`] × blocks × 60.
#[must_use]
pub fn test(blocks: &[Block], share: f64) -> Option<Outcome> {
    let treated = blocks.iter().filter(|block| block.is_treated).count();
    if treated < 2 || blocks.len() < treated + 2 {
        return None;
    }
    let draws = assignments(blocks.len(), share);
    let own: Vec<bool> = blocks.iter().map(|block| block.is_treated).collect();
    let outcomes: Vec<f64> = blocks.iter().map(|block| block.outcome).collect();
    let (with, without) = means(&outcomes, &own)?;
    if without <= 0.0 {
        return None;
    }
    let lift = with / without - 1.0;
    let p = |lift: f64| p_value(blocks, &own, &draws, lift);
    Some(Outcome {
        lift,
        interval: Interval {
            low: edge(-0.999, lift, &p),
            high: edge(lift.abs().mul_add(4.0, 10.0), lift, &p),
        },
        p_value: p(0.0),
    })
}

/// Draws that leave an arm without blocks are drawn anew, as the experiment itself would not have been read.
fn assignments(blocks: usize, share: f64) -> Vec<Vec<bool>> {
    let mut dice = Xoshiro256PlusPlus::seed_from_u64(0x5EED);
    let mut draws = Vec::with_capacity(DRAWS);
    while draws.len() < DRAWS {
        let draw: Vec<bool> = (0..blocks).map(|_| dice.random_bool(share.clamp(0.0, 1.0))).collect();
        if draw.contains(&true) && draw.contains(&false) {
            draws.push(draw);
        }
    }
    draws
}

/// Returns the p-value of a lift: outcomes are taken back to what they had been without it, and arms are drawn anew.
fn p_value(blocks: &[Block], own: &[bool], draws: &[Vec<bool>], lift: f64) -> f64 {
    let without: Vec<f64> = blocks
        .iter()
        .map(|block| {
            if block.is_treated {
                block.outcome / (1.0 + lift)
            } else {
                block.outcome
            }
        })
        .collect();
    let difference = |arms: &[bool]| means(&without, arms).map_or(0.0, |(with, others)| (with - others).abs());
    // A hair of slack, so that the same sums in another order count as equal.
    let observed = difference(own) * (1.0 - 1e-9);
    let extreme = draws.iter().filter(|draw| difference(draw) >= observed).count();
    (extreme + 1) as f64 / (draws.len() + 1) as f64
}

fn means(outcomes: &[f64], arms: &[bool]) -> Option<(f64, f64)> {
    let (mut with, mut without) = ((0.0, 0.0), (0.0, 0.0));
    for (outcome, is_treated) in outcomes.iter().zip(arms) {
        let side = if *is_treated { &mut with } else { &mut without };
        *side = (side.0 + outcome, side.1 + 1.0);
    }
    (with.1 > 0.0 && without.1 > 0.0).then(|| (with.0 / with.1, without.0 / without.1))
}

fn edge(outside: f64, inside: f64, p: &impl Fn(f64) -> f64) -> f64 {
    let (mut outside, mut inside) = (outside, inside);
    for _ in 0..20 {
        let middle = f64::midpoint(outside, inside);
        if p(middle) <= super::ALPHA {
            outside = middle;
        } else {
            inside = middle;
        }
    }
    outside
}

#[cfg(test)]
mod tests {
    use super::*;

    fn blocks(lift: f64, seed: u64) -> Vec<Block> {
        let mut dice = Xoshiro256PlusPlus::seed_from_u64(seed);
        (0..80)
            .map(|at| {
                let is_treated = dice.random_bool(0.5);
                let by_day = 20.0 + 5.0 * f64::from(at % 4) + dice.random_range(-3.0..3.0);
                let outcome = by_day * if is_treated { 1.0 + lift } else { 1.0 };
                Block { is_treated, outcome }
            })
            .collect()
    }

    #[test]
    fn lift_of_blocks_is_found_within_its_interval() {
        let outcome = test(&blocks(0.3, 1), 0.5).unwrap();
        assert!(
            outcome.p_value < 0.01 && outcome.interval.contains(0.3) && outcome.interval.low > 0.0,
            "{outcome:?}"
        );
    }

    #[test]
    fn blocks_without_a_lift_are_seldom_an_alarm() {
        let draws = assignments(80, 0.5);
        let p = |seed: u64| {
            let blocks = blocks(0.0, 100 + seed);
            let own: Vec<bool> = blocks.iter().map(|block| block.is_treated).collect();
            p_value(&blocks, &own, &draws, 0.0)
        };
        let alarms = (0..200).filter(|seed| p(*seed) <= 0.05).count();
        // 200 draws of 5 %: more than 20 happen once in two hundred times.
        assert!((1..=20).contains(&alarms), "{alarms}");
    }

    #[test]
    fn too_few_blocks_say_nothing() {
        assert_eq!(test(&blocks(0.0, 1)[..3], 0.5), None);
        assert_eq!(test(&[], 0.5), None);
    }
}
