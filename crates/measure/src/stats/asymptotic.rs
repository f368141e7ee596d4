//! Confidence sequences of means for data of unknown distribution: asymptotic ones (Waudby-Smith, Arbour, Sinha, Kennedy and
//! Ramdas, <https://arxiv.org/abs/2103.06476>, theorem 2.2). They hold from a burn-in on, better the later that begins.

/// Returns how far the interval of a mean reaches to each side after `count` values, in standard deviations.
///
/// `tuning` is ρ of the paper. Costs one logarithm and one root.
#[must_use]
pub fn half_width(count: u64, tuning: f64, alpha: f64) -> f64 {
    let count = count as f64;
    let scaled = count * tuning * tuning;
    let bound = 2.0 * (scaled + 1.0) / (count * scaled) * ((scaled + 1.0).sqrt() / alpha).ln();
    bound.sqrt()
}

/// Returns the ρ with which the interval is narrowest after `count` values.
///
/// With x = count · ρ² + 1 the width is least where x = 1 − 2 ln α + ln x (appendix B.2 of the paper has it by Lambert's W).
#[must_use]
pub fn tuning_for(count: u64, alpha: f64) -> f64 {
    let constant = 1.0 - 2.0 * alpha.ln();
    // A contraction with factor 1/x < 0.15.
    let x = (0..40).fold(constant, |x: f64, _| constant + x.ln());
    ((x - 1.0) / count.max(1) as f64).sqrt()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tuned_width_is_the_least() {
        let tuning = tuning_for(5_000, 0.05);
        let own = half_width(5_000, tuning, 0.05);
        for other in [0.5, 0.9, 1.1, 2.0] {
            assert!(half_width(5_000, tuning * other, 0.05) > own);
        }
    }

    #[test]
    fn width_is_that_of_the_formula() {
        // √(2 · 2 / (100 · 1) · ln(√2 / 0.05)) at ρ² = 1/100.
        let expected = (0.04 * (2_f64.sqrt() / 0.05).ln()).sqrt();
        assert!((half_width(100, 0.1, 0.05) - expected).abs() < 1e-12);
    }
}
