//! A simulated shop.

use rand::rngs::Xoshiro256PlusPlus;
use rand::{RngExt as _, SeedableRng as _};
use rand_distr::{Distribution as _, LogNormal};

/// Draws from a seed.
pub struct Dice(Xoshiro256PlusPlus);

impl Dice {
    /// Draws of one run.
    pub fn new(seed: u64) -> Self {
        Self(Xoshiro256PlusPlus::seed_from_u64(seed))
    }

    /// Returns true with this probability.
    pub fn coin(&mut self, odds: f64) -> bool {
        self.fraction() < odds
    }

    /// Returns an arm with the probability of its share.
    pub fn arm(&mut self, shares: &[f64]) -> usize {
        let mut left = self.fraction();
        let place = shares.iter().position(|share| {
            left -= share;
            left < 0.0
        });
        place.unwrap_or(shares.len() - 1)
    }

    /// Returns a number from 0 up to and without 1.
    pub fn fraction(&mut self) -> f64 {
        self.0.random()
    }
}

/// Median of order values.
const MEDIAN: f64 = 50.0;

/// Standard deviation of their logarithm: a coefficient of variation of 1.1, as of a shop with a few large orders.
const SCATTER: f64 = 0.9;

/// 99 % of a normal variable lies below it.
const P99: f64 = 2.326_348;

/// Two even arms, whose orders have the same values.
pub struct Shop {
    /// How many more orders the second arm has.
    pub lift: f64,
    values: Option<LogNormal<f64>>,
    cap: f64,
}

impl Shop {
    /// A shop whose second arm has more orders.
    pub fn with_lift(lift: f64) -> Self {
        Self {
            lift,
            values: LogNormal::new(MEDIAN.ln(), SCATTER).ok(),
            cap: MEDIAN * (SCATTER * P99).exp(),
        }
    }

    /// Returns whether an order has the second arm, and its capped value.
    pub fn order(&self, dice: &mut Dice) -> (bool, f64) {
        let is_other = dice.coin(crate::read::odds_of(self.lift, 0.5, 0.5));
        let value = self.values.map_or(MEDIAN, |values| values.sample(&mut dice.0));
        (is_other, value.min(self.cap))
    }

    /// Returns the scenario in words.
    pub fn describe(&self) -> String {
        format!(
            "{:+} orders, log-normal values (σ {SCATTER}) capped at their 99th percentile",
            self.lift
        )
    }
}
