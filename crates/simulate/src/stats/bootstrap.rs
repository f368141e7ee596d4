//! Intervals by the bootstrap: visits are drawn with replacement, and the measure is computed anew of each draw.
//!
//! B. Efron and R. J. Tibshirani, "An Introduction to the Bootstrap", 1993: percentile intervals, chapter 13.

use serde::{Deserialize, Serialize};

/// Draws: enough that the ends of a 95 % interval move by less than a tenth of its width from seed to seed.
pub const DRAWS: usize = 1_000;

/// A mean with its 95 % interval.
#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Interval {
    /// The mean.
    pub mean: f64,
    /// Lower end: 2.5 % of the draws lie below.
    pub low: f64,
    /// Upper end.
    pub high: f64,
}

impl Interval {
    /// Returns whether it has numbers above and below 0: a difference that may be chance.
    #[must_use]
    pub fn holds_zero(&self) -> bool {
        self.low <= 0.0 && self.high >= 0.0
    }
}

/// Returns the intervals of the means of `N` values of each case, all from the same draws, so that differences are paired.
///
/// The seed is fixed: the same cases give the same intervals. Costs [`DRAWS`] × cases.
#[must_use]
pub fn intervals<const N: usize>(cases: &[[f64; N]]) -> [Interval; N] {
    let count = cases.len();
    if count == 0 {
        return [Interval::default(); N];
    }
    let mut dice = Dice(SEED);
    let mut means: [Vec<f64>; N] = std::array::from_fn(|_| Vec::with_capacity(DRAWS));
    for _ in 0..DRAWS {
        let mut sums = [0.0; N];
        for _ in 0..count {
            let case = &cases[dice.below(count)];
            sums.iter_mut().zip(case).for_each(|(sum, value)| *sum += value);
        }
        means
            .iter_mut()
            .zip(sums)
            .for_each(|(means, sum)| means.push(sum / count as f64));
    }
    std::array::from_fn(|at| {
        let mean = cases.iter().map(|case| case[at]).sum::<f64>() / count as f64;
        interval(mean, &mut means[at])
    })
}

fn interval(mean: f64, draws: &mut [f64]) -> Interval {
    draws.sort_by(f64::total_cmp);
    let at = |share: f64| draws[((draws.len() - 1) as f64 * share).round() as usize];
    Interval {
        mean,
        low: at(0.025),
        high: at(0.975),
    }
}

/// Any number will do, as long as it is always the same.
const SEED: u64 = 0x5EED;

/// SplitMix64 (Steele, Lea and Flood 2014): passes BigCrush, and gives the same numbers everywhere.
#[derive(Clone, Debug)]
pub struct Dice(pub u64);

impl Dice {
    /// Returns the next 64 bits.
    pub const fn roll(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mut mixed = self.0;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        mixed ^ (mixed >> 31)
    }

    /// Returns a number below `count`, which is not 0, by Lemire's multiplication; the bias is below 2⁻³² for lists of
    /// less than 4 billion.
    pub const fn below(&mut self, count: usize) -> usize {
        ((self.roll() as u128 * count as u128) >> 64) as usize
    }

    /// Returns a number from 0 up to and without 1.
    pub const fn fraction(&mut self) -> f64 {
        (self.roll() >> 11) as f64 / (1_u64 << 53) as f64
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Tables 2.1 and 2.2 of Efron and Tibshirani 1993: survival of seven treated mice, whose bootstrap standard error of
    /// the mean is 23.36 in the limit. A 95 % percentile interval of so few is about four standard errors wide.
    #[test]
    fn interval_of_the_mouse_data_is_that_of_the_book() {
        let mice = [94.0, 197.0, 16.0, 38.0, 99.0, 141.0, 23.0];
        let [interval] = intervals(&mice.map(|days| [days]));
        assert!((interval.mean - 86.86).abs() < 5e-3, "{interval:?}");
        let standard_error = (interval.high - interval.low) / (2.0 * 1.96);
        assert!((standard_error - 23.36).abs() < 1.5, "{standard_error}");
    }

    /// SplitMix64 from seed 1234567, as its reference implementation prints them (Vigna, prng.di.unimi.it).
    #[test]
    fn dice_roll_the_published_numbers() {
        let mut dice = Dice(1_234_567);
        let rolled = [(); 3].map(|()| dice.roll());
        assert_eq!(
            rolled,
            [
                6_457_827_717_110_365_317,
                3_203_168_211_198_807_973,
                9_817_491_932_198_370_423
            ]
        );
    }

    #[test]
    fn difference_that_is_the_same_for_all_has_no_width() {
        let cases: Vec<[f64; 3]> = (0..50).map(|at| [f64::from(at), f64::from(at) + 2.0, 2.0]).collect();
        let [first, _, change] = intervals(&cases);
        assert!(first.high - first.low > 1.0);
        assert!((change.low - 2.0).abs() < 1e-12 && (change.high - 2.0).abs() < 1e-12 && !change.holds_zero());
    }

    #[test]
    fn no_cases_have_an_interval_of_zeros() {
        assert_eq!(intervals::<1>(&[]), [Interval::default()]);
    }
}
