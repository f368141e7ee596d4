//! Confidence: how far a mean of paired differences may be off, by drawing whole sessions again and again.
//!
//! Source: Efron and Tibshirani, An introduction to the bootstrap (1993), chapter 13, the percentile interval. Questions
//! of one session are alike, so sessions are drawn, not questions.

use crate::resample::Random;

/// Draws; more move the ends of the interval by less than a hundredth of a point.
const DRAWS: usize = 2_000;
/// Share of the draws that is left off at each end.
const TAIL: f64 = 0.025;

/// What one session says of two models.
#[derive(Clone, Copy, Debug)]
pub struct Difference {
    /// Sum of the differences over its questions.
    pub sum: f64,
    /// Number of its questions.
    pub questions: usize,
}

/// A mean with its 95 % interval.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Interval {
    /// Mean difference of a question.
    pub mean: f64,
    /// The lower end.
    pub low: f64,
    /// The upper end.
    pub high: f64,
}

/// The mean difference of a question, with its interval; 0 where nothing was asked. The same every time.
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
    fn sessions_that_agree_leave_no_doubt() {
        let interval = interval(&sessions(&[0.5; 40]));
        assert_eq!((interval.mean, interval.low, interval.high), (0.5, 0.5, 0.5));
    }

    #[test]
    fn the_interval_has_the_width_that_the_formula_gives() {
        let sums: Vec<f64> = (0..400).map(|n| f64::from(n % 2)).collect();
        let interval = interval(&sessions(&sums));
        // 1.96 standard errors of a coin over 400 throws.
        assert!(
            (interval.high - interval.low - 2.0 * 0.049).abs() < 0.01,
            "{interval:?}"
        );
        assert!(interval.low < 0.5 && 0.5 < interval.high);
    }

    #[test]
    fn nothing_asked_is_no_difference() {
        assert_eq!(interval(&[]).mean, 0.0);
    }
}
