//! Whether counts by arm have the declared shares: the Dirichlet-multinomial mixture (Lindon and Malek 2022,
//! <https://arxiv.org/abs/2011.03567>), valid at every look. Of orders it tests whether arms convert alike, of assignments
//! whether the split is the declared one.

use statrs::function::gamma::ln_gamma;

/// The running test.
#[derive(Clone, Debug)]
pub struct SharesTest {
    shares: Vec<f64>,
    concentration: f64,
    counts: Vec<u64>,
    ln_evidence: f64,
    most_evidence: f64,
}

impl SharesTest {
    /// A test without data, of shares that add up to 1. Arms of share 0 must never be counted.
    #[must_use]
    pub fn new(shares: &[f64], concentration: f64) -> Self {
        Self {
            shares: shares.to_vec(),
            concentration,
            counts: vec![0; shares.len()],
            ln_evidence: 0.0,
            most_evidence: 0.0,
        }
    }

    /// Adds one count of an arm. Ignores an arm that is not there. Costs one logarithm.
    pub fn add(&mut self, arm: usize) {
        let (Some(&share), Some(count)) = (self.shares.get(arm), self.counts.get(arm)) else {
            return;
        };
        let total: u64 = self.counts.iter().sum();
        let predicted = (self.concentration * share + *count as f64) / (self.concentration + total as f64);
        self.ln_evidence += (predicted / share).ln();
        self.counts[arm] += 1;
        self.most_evidence = self.most_evidence.max(self.ln_evidence);
    }

    /// Adds counts of all arms at once: one look.
    pub fn add_all(&mut self, counts: &[u64]) {
        for (own, more) in self.counts.iter_mut().zip(counts) {
            *own += more;
        }
        self.ln_evidence = ln_evidence(&self.counts, &self.shares, self.concentration);
        self.most_evidence = self.most_evidence.max(self.ln_evidence);
    }

    /// Returns the always valid p-value.
    #[must_use]
    pub fn p_value(&self) -> f64 {
        (-self.most_evidence).exp()
    }

    /// Returns the counts.
    #[must_use]
    pub fn counts(&self) -> &[u64] {
        &self.counts
    }
}

/// Returns the logarithm of the evidence of counts against shares.
#[must_use]
pub fn ln_evidence(counts: &[u64], shares: &[f64], concentration: f64) -> f64 {
    let total: u64 = counts.iter().sum();
    let arm = |(&count, &share): (&u64, &f64)| {
        if count == 0 {
            return 0.0;
        }
        let prior = concentration * share;
        ln_gamma(prior + count as f64) - ln_gamma(prior) - count as f64 * share.ln()
    };
    let arms: f64 = counts.iter().zip(shares).map(arm).sum();
    ln_gamma(concentration) - ln_gamma(concentration + total as f64) + arms
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::stats::coin::CoinMixture;

    #[test]
    fn two_arms_are_a_coin() {
        let coin = CoinMixture::around(0.3, 80.0);
        let expected = coin.ln_evidence(40, 60, 0.3);
        assert!((ln_evidence(&[40, 60], &[0.3, 0.7], 80.0) - expected).abs() < 1e-9);
    }

    #[test]
    fn one_by_one_and_at_once_are_the_same() {
        let mut single = SharesTest::new(&[0.2, 0.3, 0.5], 100.0);
        for at in 0..300 {
            single.add([0, 1, 1, 2, 2, 2][at % 6]);
        }
        let mut whole = SharesTest::new(&[0.2, 0.3, 0.5], 100.0);
        whole.add_all(&[50, 100, 150]);
        assert!((single.ln_evidence - whole.ln_evidence).abs() < 1e-9);
        assert_eq!(single.counts(), whole.counts());
    }

    #[test]
    fn split_that_is_as_declared_is_no_alarm_and_another_is() {
        let p = |counts: &[u64]| {
            let mut test = SharesTest::new(&[0.5, 0.5], 625.0);
            test.add_all(counts);
            test.p_value()
        };
        assert!(p(&[10_050, 9_950]) > 0.99);
        assert!(p(&[10_400, 9_600]) < 1e-4);
    }
}
