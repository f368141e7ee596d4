//! A coin of unknown odds: the beta-binomial mixture, and the confidence sequence of its odds.
//!
//! For every θ the ratio of the Beta-mixed likelihood to that of θ is a martingale with mean 1 under θ, so that by Ville's
//! inequality the set of θ where it stays below 1/α contains the truth at all times with probability 1 − α. Exact for every
//! number of orders. Robbins 1970, <https://doi.org/10.1214/aoms/1177696786>; the multinomial form for experiments: Lindon and
//! Malek 2022, <https://arxiv.org/abs/2011.03567>.

use statrs::function::beta::ln_beta;

use super::Interval;

/// Halvings of the interval of odds: 2⁻⁵⁰ is finer than an `f64` near 1.
const HALVINGS: usize = 50;

/// The mixture, without data.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct CoinMixture {
    heads: f64,
    tails: f64,
    ln_prior: f64,
}

impl CoinMixture {
    /// A prior of so many orders around odds that are expected.
    #[must_use]
    pub fn around(odds: f64, concentration: f64) -> Self {
        let (heads, tails) = (concentration * odds, concentration * (1.0 - odds));
        Self {
            heads,
            tails,
            ln_prior: ln_beta(heads, tails),
        }
    }

    /// Returns the logarithm of the evidence against these odds, from the counts of both sides.
    ///
    /// ```
    /// use shelfwise_measure::stats::coin::CoinMixture;
    ///
    /// let mixture = CoinMixture::around(0.5, 440.0);
    /// assert!(mixture.ln_evidence(520, 480, 0.5) < 0.0);
    /// assert!(mixture.ln_evidence(5_500, 4_500, 0.5) > 20_f64.ln());
    /// ```
    #[must_use]
    pub fn ln_evidence(&self, heads: u64, tails: u64, odds: f64) -> f64 {
        self.ln_marginal(heads, tails) - ln_likelihood(heads, tails, odds)
    }

    /// Returns the odds that are not refuted at the level `alpha` by these counts alone.
    #[must_use]
    pub fn interval(&self, heads: u64, tails: u64, alpha: f64) -> Interval {
        let marginal = self.ln_marginal(heads, tails);
        let refuted = |odds: f64| marginal - ln_likelihood(heads, tails, odds) >= -alpha.ln();
        let total = (heads + tails).max(1) as f64;
        // Evidence is least at the observed share, and grows to both sides.
        let middle = heads as f64 / total;
        Interval {
            low: if heads == 0 { 0.0 } else { edge(0.0, middle, &refuted) },
            high: if tails == 0 { 1.0 } else { edge(1.0, middle, &refuted) },
        }
    }

    fn ln_marginal(&self, heads: u64, tails: u64) -> f64 {
        ln_beta(self.heads + heads as f64, self.tails + tails as f64) - self.ln_prior
    }
}

/// The running intersection of intervals: it holds at all times together, so what was once excluded stays so.
#[derive(Clone, Copy, Debug)]
pub struct CoinSequence {
    mixture: CoinMixture,
    alpha: f64,
    /// What the arms' shares say if they convert alike.
    null: f64,
    heads: u64,
    tails: u64,
    ln_marginal: f64,
    most_evidence: f64,
    interval: Interval,
}

impl CoinSequence {
    /// A sequence without data.
    #[must_use]
    pub fn new(null: f64, concentration: f64, alpha: f64) -> Self {
        Self {
            mixture: CoinMixture::around(null, concentration),
            alpha,
            null,
            heads: 0,
            tails: 0,
            ln_marginal: 0.0,
            most_evidence: 0.0,
            interval: Interval { low: 0.0, high: 1.0 },
        }
    }

    /// Adds one order. Costs three logarithms, and a search where an end of the interval moves.
    pub fn add(&mut self, is_head: bool) {
        let total = self.mixture.heads + self.mixture.tails + (self.heads + self.tails) as f64;
        let own = if is_head {
            self.mixture.heads + self.heads as f64
        } else {
            self.mixture.tails + self.tails as f64
        };
        self.ln_marginal += (own / total).ln();
        if is_head {
            self.heads += 1;
        } else {
            self.tails += 1;
        }
        self.most_evidence = self.most_evidence.max(self.ln_evidence(self.null));
        let bound = -self.alpha.ln();
        if self.ln_evidence(self.interval.low) >= bound || self.ln_evidence(self.interval.high) >= bound {
            let own = self.mixture.interval(self.heads, self.tails, self.alpha);
            self.interval = self.interval.intersect(own);
        }
    }

    /// Returns the logarithm of the evidence against these odds at present.
    #[must_use]
    pub fn ln_evidence(&self, odds: f64) -> f64 {
        self.ln_marginal - ln_likelihood(self.heads, self.tails, odds)
    }

    /// Returns the always valid p-value of the odds that the shares state.
    #[must_use]
    pub fn p_value(&self) -> f64 {
        (-self.most_evidence).exp()
    }

    /// Returns the interval of the odds. It is empty if the odds changed over time so much that intervals exclude each other.
    #[must_use]
    pub const fn interval(&self) -> Interval {
        self.interval
    }

    /// Returns the counts of both sides.
    #[must_use]
    pub const fn counts(&self) -> (u64, u64) {
        (self.heads, self.tails)
    }
}

fn ln_likelihood(heads: u64, tails: u64, odds: f64) -> f64 {
    times_ln(heads, odds) + times_ln(tails, 1.0 - odds)
}

/// 0 · ln 0 is 0: what cannot happen and did not is no evidence.
fn times_ln(count: u64, probability: f64) -> f64 {
    if count == 0 {
        0.0
    } else {
        count as f64 * probability.ln()
    }
}

/// Returns the border between refuted odds outside and others inside.
fn edge(outside: f64, inside: f64, refuted: &impl Fn(f64) -> bool) -> f64 {
    let (mut outside, mut inside) = (outside, inside);
    for _ in 0..HALVINGS {
        let middle = f64::midpoint(outside, inside);
        if refuted(middle) {
            outside = middle;
        } else {
            inside = middle;
        }
    }
    // The outer side, so that rounding never makes it too narrow.
    outside
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    /// By numerical integration of the mixture: ∫ Beta(θ; 2, 3) θ⁷ (1 − θ)³ dθ = B(9, 6) / B(2, 3).
    #[test]
    fn evidence_is_the_ratio_of_mixture_and_likelihood() {
        let mixture = CoinMixture::around(0.4, 5.0);
        let steps = 200_000;
        let density = |theta: f64| 12.0 * theta * (1.0 - theta).powi(2);
        let sum: f64 = (0..steps)
            .map(|step| (f64::from(step) + 0.5) / f64::from(steps))
            .map(|theta| density(theta) * theta.powi(7) * (1.0 - theta).powi(3))
            .sum();
        let expected = (sum / f64::from(steps)).ln() - (0.4_f64.powi(7) * 0.6_f64.powi(3)).ln();
        assert!((mixture.ln_evidence(7, 3, 0.4) - expected).abs() < 1e-8);
    }

    #[test]
    fn sequence_agrees_with_the_closed_form_and_only_narrows() {
        let mut sequence = CoinSequence::new(0.4, 100.0, 0.05);
        let mixture = CoinMixture::around(0.4, 100.0);
        let mut width: f64 = 1.0;
        for order in 0..2_000_u64 {
            sequence.add(order % 7 < 4);
            let (heads, tails) = sequence.counts();
            assert!((sequence.ln_evidence(0.4) - mixture.ln_evidence(heads, tails, 0.4)).abs() < 1e-8);
            let interval = sequence.interval();
            assert!(interval.high - interval.low <= width + 1e-12);
            width = interval.high - interval.low;
        }
        assert!(sequence.interval().contains(4.0 / 7.0) && !sequence.interval().contains(0.4));
        assert!(sequence.p_value() < 0.05);
    }

    #[test]
    fn ends_are_where_evidence_reaches_the_bound() {
        let mixture = CoinMixture::around(0.5, 440.0);
        let interval = mixture.interval(5_200, 4_800, 0.05);
        for end in [interval.low, interval.high] {
            assert!(
                (mixture.ln_evidence(5_200, 4_800, end) - 20_f64.ln()).abs() < 1e-6,
                "{interval:?}"
            );
        }
        assert_eq!(mixture.interval(0, 0, 0.05), Interval { low: 0.0, high: 1.0 });
    }

    proptest! {
        /// The expected evidence after one more order is that of now: what Ville's inequality needs.
        #[test]
        fn evidence_is_a_martingale(heads in 0..500_u64, tails in 0..500_u64, odds in 0.05..0.95_f64) {
            let mixture = CoinMixture::around(0.3, 50.0);
            let now = mixture.ln_evidence(heads, tails, odds);
            let next = odds * (mixture.ln_evidence(heads + 1, tails, odds) - now).exp()
                + (1.0 - odds) * (mixture.ln_evidence(heads, tails + 1, odds) - now).exp();
            prop_assert!((next - 1.0).abs() < 1e-8);
        }
    }
}
