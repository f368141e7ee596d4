//! Confidence intervals of a mean of paired differences, by bootstrap over whole sessions.
//!
//! Source: Efron and Tibshirani, An introduction to the bootstrap (1993), chapter 13, the percentile interval.
//! Questions of one session are correlated, so sessions are drawn, not questions.

use crate::resample::Random;

/// Number of bootstrap samples; more move the ends of the interval by less than a hundredth of a point.
const DRAWS: usize = 2_000;
/// Share of the samples outside of the interval, on each side.
const TAIL: f64 = 0.025;

/// Difference of two models on one session.
#[derive(Clone, Copy, Debug)]
pub struct Difference {
    /// Sum of the differences over its predictions.
    pub sum: f64,
    /// Number of its predictions.
    pub questions: usize,
}

/// A mean with its 95 % interval.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Interval {
    /// Mean difference of a prediction.
    pub mean: f64,
    /// The lower end.
    pub low: f64,
    /// The upper end.
    pub high: f64,
}

/// Returns the mean difference of a prediction, with its interval; 0 without predictions. Deterministic.
#[must_use]
pub fn interval(sessions: &[Difference]) -> Interval {
    let mut random = Random::default();
    let mut means: Vec<f64> = (0..DRAWS)
        .map(|_| mean((0..sessions.len()).map(|_| sessions[random.below(sessions.len())])))
        .collect();
    means.sort_by(f64::total_cmp);
    let at = |share: f64| means[((DRAWS - 1) as f64 * share).round() as usize];
    Interval {
        mean: mean(sessions.iter().copied()),
        low: at(TAIL),
        high: at(1.0 - TAIL),
    }
}

fn mean(sessions: impl Iterator<Item = Difference>) -> f64 {
    let (mut sum, mut questions) = (0.0, 0);
    for session in sessions {
        sum += session.sum;
        questions += session.questions;
    }
    sum / questions.max(1) as f64
}

#[cfg(test)]
mod tests {
    use super::*;

    fn sessions(sums: &[f64]) -> Vec<Difference> {
        let one = |sum: &f64| Difference {
            sum: *sum,
            questions: 1,
        };
        sums.iter().map(one).collect()
    }

    #[test]
    fn interval_of_equal_sessions_has_no_width() {
        let interval = interval(&sessions(&[0.5; 40]));
        assert_eq!((interval.mean, interval.low, interval.high), (0.5, 0.5, 0.5));
    }

    #[test]
    fn interval_width_matches_the_normal_approximation() {
        let sums: Vec<f64> = (0..400).map(|n| f64::from(n % 2)).collect();
        let interval = interval(&sessions(&sums));
        // 1.96 standard errors of 400 coin tosses.
        assert!(
            (interval.high - interval.low - 2.0 * 0.049).abs() < 0.01,
            "{interval:?}"
        );
        assert!(interval.low < 0.5 && 0.5 < interval.high);
    }

    #[test]
    fn interval_without_predictions_is_zero() {
        assert_eq!(interval(&[]).mean, 0.0);
    }
}
