//! What another policy would have earned, from a log of what was drawn with which probability: inverse propensity scoring, its
//! self-normalized form, and the doubly robust estimator (Dudík, Langford and Li 2011, <https://arxiv.org/abs/1103.4601>; Swaminathan
//! and Joachims 2015; conventions of Open Bandit Pipeline, <https://arxiv.org/abs/2008.07146>).

use serde::Serialize;

use crate::stats::{Interval, normal};

/// The smallest effective sample size that is trusted: below, a few rounds with large weights decide.
pub const MIN_EFFECTIVE: f64 = 1_000.0;

/// Equal rounds of a log.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Round {
    /// How many.
    pub count: f64,
    /// What came of each.
    pub reward: f64,
    /// Probability with which the option was drawn.
    pub propensity: f64,
    /// Probability with which the other policy draws it.
    pub target: f64,
    /// What a model expects: of the drawn option, and of the other policy's draw.
    pub model: Option<(f64, f64)>,
}

/// The value of the other policy, a round.
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
pub struct Estimates {
    /// Rounds.
    pub rounds: f64,
    /// Effective sample size: (Σ w)² / Σ w².
    pub effective: f64,
    /// What the rounds brought.
    pub logged: f64,
    /// Inverse propensity scoring.
    pub ips: f64,
    /// Self-normalized.
    pub snips: f64,
    /// Doubly robust; absent without a model.
    pub dr: Option<f64>,
    /// 95 % interval of the doubly robust estimate, or of the first without a model; for one look.
    pub interval: Interval,
    /// Share of rounds whose weight was clipped.
    pub clipped: f64,
}

/// Why nothing is estimated.
#[derive(Clone, Copy, Debug, PartialEq, thiserror::Error)]
pub enum EvaluateError {
    /// No round.
    #[error("the log has no round")]
    Empty,
    /// A probability that is none.
    #[error(
        "round {row}: a propensity of {propensity}: write the probability with which the option was drawn, above 0 and up to 1"
    )]
    Propensity {
        /// Place of the round, from 1.
        row: usize,
        /// What stands there.
        propensity: f64,
    },
    /// A number that is none.
    #[error("round {row}: target, reward, count and model must be numbers, target from 0 to 1, count above 0")]
    Number {
        /// Place of the round, from 1.
        row: usize,
    },
    /// Too few rounds speak of the other policy.
    #[error(
        "an effective sample size of {effective:.0}, below {MIN_EFFECTIVE:.0}: the other policy draws what was seldom drawn. Log more, draw more evenly, or evaluate a policy that is closer to the logged one"
    )]
    TooFew {
        /// The effective sample size.
        effective: f64,
    },
}

/// Estimates the value of another policy. Weights above `clip` are set to it, which lowers the variance and biases towards 0.
///
/// # Errors
/// [`EvaluateError`]; nothing is returned that could not be trusted.
pub fn evaluate(rounds: &[Round], clip: f64) -> Result<Estimates, EvaluateError> {
    let mut sums = Sums::default();
    for (row, round) in (1..).zip(rounds) {
        check(row, round)?;
        sums.add(round, clip);
    }
    if sums.rounds <= 0.0 {
        return Err(EvaluateError::Empty);
    }
    let effective = sums.weight.powi(2) / sums.squared_weight;
    // A NaN, of weights that are all 0, is too few as well.
    if effective.is_nan() || effective < MIN_EFFECTIVE {
        let effective = if effective.is_nan() { 0.0 } else { effective };
        return Err(EvaluateError::TooFew { effective });
    }
    let has_model = rounds.iter().all(|round| round.model.is_some());
    Ok(sums.estimates(effective, has_model))
}

fn check(row: usize, round: &Round) -> Result<(), EvaluateError> {
    if !(round.propensity > 0.0 && round.propensity <= 1.0) {
        let propensity = round.propensity;
        return Err(EvaluateError::Propensity { row, propensity });
    }
    let (of_option, of_target) = round.model.unwrap_or_default();
    let is_number = [round.reward, of_option, of_target]
        .iter()
        .all(|number| number.is_finite());
    if is_number && (0.0..=1.0).contains(&round.target) && round.count > 0.0 && round.count.is_finite() {
        Ok(())
    } else {
        Err(EvaluateError::Number { row })
    }
}

#[derive(Default)]
struct Sums {
    rounds: f64,
    reward: f64,
    weight: f64,
    squared_weight: f64,
    weighted: f64,
    robust: f64,
    squared_robust: f64,
    clipped: f64,
}

impl Sums {
    fn add(&mut self, round: &Round, clip: f64) {
        let count = round.count;
        let full = round.target / round.propensity;
        let weight = full.min(clip);
        let (of_option, of_target) = round.model.unwrap_or_default();
        let robust = of_target + weight * (round.reward - of_option);
        self.rounds += count;
        self.reward += count * round.reward;
        self.weight += count * weight;
        self.squared_weight += count * weight * weight;
        self.weighted += count * weight * round.reward;
        self.robust += count * robust;
        self.squared_robust += count * robust * robust;
        self.clipped += if full > clip { count } else { 0.0 };
    }

    fn estimates(&self, effective: f64, has_model: bool) -> Estimates {
        let mean = self.robust / self.rounds;
        let variance = (self.squared_robust / self.rounds - mean * mean).max(0.0);
        let reach = normal::quantile(0.975) * (variance / self.rounds).sqrt();
        Estimates {
            rounds: self.rounds,
            effective,
            logged: self.reward / self.rounds,
            ips: self.weighted / self.rounds,
            snips: self.weighted / self.weight,
            dr: has_model.then_some(mean),
            interval: Interval {
                low: mean - reach,
                high: mean + reach,
            },
            clipped: self.clipped / self.rounds,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn round(target: f64) -> Round {
        Round {
            count: 4_000.0,
            reward: 1.0,
            propensity: 0.5,
            target,
            model: None,
        }
    }

    #[test]
    fn policy_that_is_the_logged_one_earns_what_was_earned() {
        let other = Round {
            reward: 0.0,
            ..round(0.5)
        };
        let estimates = evaluate(&[round(0.5), other], 10.0).unwrap();
        assert!((estimates.ips - 0.5).abs() < 1e-12 && (estimates.snips - estimates.logged).abs() < 1e-12);
        assert!((estimates.effective - 8_000.0).abs() < 1e-6 && estimates.dr.is_none());
    }

    #[test]
    fn log_that_says_too_little_is_refused() {
        let seldom = Round {
            count: 9.0,
            propensity: 0.001,
            target: 1.0,
            ..round(0.0)
        };
        let error = evaluate(&[round(0.0), seldom], f64::INFINITY).unwrap_err();
        assert!(
            error.to_string().contains("effective sample size of 9, below 1000"),
            "{error}"
        );
        assert!(matches!(
            evaluate(&[round(0.0)], 10.0),
            Err(EvaluateError::TooFew { .. })
        ));
        assert_eq!(evaluate(&[], 10.0), Err(EvaluateError::Empty));
        let wrong = Round {
            propensity: 0.0,
            ..round(0.5)
        };
        assert!(matches!(
            evaluate(&[wrong], 10.0),
            Err(EvaluateError::Propensity { row: 1, .. })
        ));
        let wrong = Round {
            reward: f64::NAN,
            ..round(0.5)
        };
        assert_eq!(evaluate(&[wrong], 10.0), Err(EvaluateError::Number { row: 1 }));
    }
}
