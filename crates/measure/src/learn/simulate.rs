//! Regret: what is lost until the best option has the draws, beside drawing evenly for ever.

use rand::SeedableRng as _;
use rand::rngs::Xoshiro256PlusPlus;
use rand_distr::{Binomial, Distribution as _, Normal};
use rayon::prelude::*;

use super::{FRESH_UNTIL, tempered, wins};

/// Click rates of the options.
pub const RATES: [f64; 5] = [0.02, 0.025, 0.03, 0.035, 0.04];

/// Days.
pub const DAYS: u64 = 28;

/// Impressions a day.
pub const A_DAY: f64 = 10_000.0;

/// What is known of a day.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Reports {
    /// Exact counts.
    Exact,
    /// One randomized answer a visit, the option in the clear: whether it was clicked, told truly with probability
    /// e^ε / (1 + e^ε).
    Randomized {
        /// ε of one report.
        epsilon: f64,
    },
}

/// Returns the regret as a share of that of even draws, as the mean over seeds. Shares are learned anew after each day.
#[must_use]
pub fn regret(reports: Reports, seeds: u64) -> f64 {
    let sum: f64 = (0..seeds)
        .into_par_iter()
        .map(|seed| run(reports, seed))
        .collect::<Vec<_>>()
        .iter()
        .sum();
    sum / seeds as f64
}

fn run(reports: Reports, seed: u64) -> f64 {
    let mut dice = Xoshiro256PlusPlus::seed_from_u64(seed);
    let best = RATES.iter().copied().fold(0.0, f64::max);
    let evenly: f64 = RATES.iter().map(|rate| best - rate).sum::<f64>() / RATES.len() as f64 * A_DAY * DAYS as f64;
    let truth = match reports {
        Reports::Exact => 1.0,
        Reports::Randomized { epsilon } => epsilon.exp() / (1.0 + epsilon.exp()),
    };
    let mut shares = vec![1.0 / RATES.len() as f64; RATES.len()];
    let (mut shown, mut told) = (vec![0_u64; RATES.len()], vec![0_u64; RATES.len()]);
    let mut lost = 0.0;
    for _ in 0..DAYS {
        for (option, rate) in RATES.iter().enumerate() {
            let today = (shares[option] * A_DAY).round() as u64;
            lost += (best - rate) * today as f64;
            let yes = rate * truth + (1.0 - rate) * (1.0 - truth);
            shown[option] += today;
            told[option] += Binomial::new(today, yes).map_or(0, |draw| draw.sample(&mut dice));
        }
        let is_fresh: Vec<bool> = shown.iter().map(|shown| *shown < FRESH_UNTIL).collect();
        shares = tempered(&best_of(&shown, &told, truth, &mut dice), &is_fresh);
    }
    lost / evenly
}

/// The estimate without the noise's bias, with the standard deviation that the noise leaves.
fn best_of(shown: &[u64], told: &[u64], truth: f64, dice: &mut Xoshiro256PlusPlus) -> Vec<f64> {
    let posterior = |(shown, told): (&u64, &u64)| {
        let count = *shown as f64 + 2.0;
        let yes = (*told as f64 + 1.0) / count;
        let scale = 2.0 * truth - 1.0;
        Normal::new(
            (yes - (1.0 - truth)) / scale,
            (yes * (1.0 - yes) / count).sqrt() / scale,
        )
        .ok()
    };
    let posteriors: Vec<Option<Normal<f64>>> = shown.iter().zip(told).map(posterior).collect();
    wins(shown.len(), |option| {
        posteriors[option].map_or(0.0, |own| own.sample(dice))
    })
}
