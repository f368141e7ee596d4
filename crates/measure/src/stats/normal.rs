//! The normal distribution.

use statrs::distribution::{ContinuousCDF as _, Normal};

/// Returns the value below which a normal variable lies with this probability.
#[must_use]
pub fn quantile(probability: f64) -> f64 {
    Normal::standard().inverse_cdf(probability)
}

/// Returns the probability that a normal variable lies below a value.
#[must_use]
pub fn probability(value: f64) -> f64 {
    Normal::standard().cdf(value)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The usual table.
    #[test]
    fn quantiles_are_those_of_the_table() {
        for (probability, value) in [(0.8, 0.841_621_2), (0.975, 1.959_964_0), (0.05, -1.644_853_6)] {
            assert!((quantile(probability) - value).abs() < 1e-6);
            assert!((super::probability(value) - probability).abs() < 1e-6);
        }
    }
}
