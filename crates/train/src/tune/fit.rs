//! Fits the few factors of scoring on the log's own hold-out; they are never set by hand for a log.
//!
//! One pass of [coordinate search](https://en.wikipedia.org/wiki/Coordinate_descent) from the defaults. A factor moves only for a gain beyond a margin, so that a
//! small hold-out does not chase its own noise.

use rayon::prelude::*;
use serde::Serialize;
use shelfwise_core::snapshot::{BuildError, Scoring, SnapshotBuilder};

use crate::tune::hold_out::HoldOut;

/// Minimum relative gain in the tuning score (HR + MRR) for a value to replace the default.
pub const MARGIN: f64 = 0.002;

/// The session weight at which a visit only breaks ties between equally popular items of a category: with it, 20
/// purchases of full weight are less than one of 63 levels of popularity in a category, to which the engine gives 1e-8.
pub const TIE_BREAKING: f32 = 1e-12;

/// One factor: its name, the candidate values, and how a value is applied to a scoring.
struct Factor {
    name: &'static str,
    values: &'static [f32],
    set: fn(&mut Scoring, f32),
}

/// Name of the factor for the weight of a visit relative to popularity.
const SESSION_WEIGHT: &str = "volume";

/// In the order of the search: the factor with the largest effect first.
const FACTORS: [Factor; 7] = [
    Factor {
        name: SESSION_WEIGHT,
        values: &[1e-5, 1e-6, 3e-7, 1e-7, 3e-8, 1e-8, 3e-9, 1e-9, 1e-10, TIE_BREAKING],
        set: set_session_weight,
    },
    Factor {
        name: "decay",
        values: &[0.5, 0.6, 0.7, 0.8, 0.9, 1.0],
        set: set_decay,
    },
    Factor {
        name: "seen",
        values: &[0.0, 0.05, 0.1, 0.2, 0.3, 0.5],
        set: |scoring, value| scoring.seen = value,
    },
    Factor {
        name: "current",
        values: &[0.0, 0.03, 0.06, 0.12, 0.18, 0.3],
        set: |scoring, value| scoring.current = value,
    },
    Factor {
        name: "two_hop",
        values: &[0.0, 0.15, 0.3, 0.6, 1.0],
        set: |scoring, value| scoring.two_hop = value,
    },
    Factor {
        name: "alike",
        values: &[0.0, 0.005, 0.02, 0.05, 0.1, 0.3, 1.0],
        set: |scoring, value| scoring.alike = value,
    },
    Factor {
        name: "decay again",
        values: &[0.5, 0.6, 0.7, 0.8, 0.9, 1.0],
        set: set_decay,
    },
];

/// Sets the weight of every rank to `value` to the power of the rank, at the present session weight.
pub fn set_decay(scoring: &mut Scoring, value: f32) {
    let session_weight = f64::from(scoring.decay[0]);
    scoring.decay = std::array::from_fn(|rank| (session_weight * libm::pow(f64::from(value), rank as f64)) as f32);
}

/// Scales all weights of a visit's events: at 1 they come before popularity in the current item's category, at 1e-8
/// they are comparable to it, at [`TIE_BREAKING`] they only break its ties.
///
/// Pairs that were counted from few sessions are less reliable than popularity; how much less is measured on the log.
pub fn set_session_weight(scoring: &mut Scoring, value: f32) {
    let before = scoring.decay[0];
    scoring.decay = scoring.decay.map(|weight| weight / before * value);
}

/// Result of the search for one factor.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Fitted {
    /// The factor.
    pub factor: &'static str,
    /// The best value; absent if none clearly beat the default.
    pub value: Option<f32>,
    /// The tuning score (HR + MRR on the hold-out) with it.
    pub tuning_score: f64,
}

/// Report on how the factors were chosen.
#[derive(Clone, Debug, Default, PartialEq, Serialize)]
pub struct FitReport {
    /// Number of parts of the log, each held out in turn: 1 for the newest sessions alone, 0 if there was too little
    /// data.
    pub parts: usize,
    /// Number of predictions used for the choice.
    pub predictions: usize,
    /// Results, in the order of the search.
    pub factors: Vec<Fitted>,
}

impl FitReport {
    /// Returns the weight of a visit relative to popularity; absent if it comes before popularity.
    #[must_use]
    pub fn session_weight(&self) -> Option<f32> {
        let session_weight = self.factors.iter().find(|fitted| fitted.factor == SESSION_WEIGHT);
        session_weight.and_then(|session_weight| session_weight.value)
    }
}

/// Tables, and the sessions to measure them on.
#[derive(Debug)]
pub struct Trial<'a> {
    /// The tables.
    pub builder: SnapshotBuilder,
    /// The sessions, which the tables have not counted.
    pub hold_out: HoldOut<'a>,
}

/// Chooses the factors of scoring from given initial values, the same for all trials, by the mean over their
/// predictions.
///
/// # Errors
/// [`BuildError`] if the parts do not form a valid snapshot.
pub fn fit(trials: &[Trial<'_>], mut scoring: Scoring) -> Result<(Scoring, FitReport), BuildError> {
    let has_catalog = trials.iter().any(|trial| trial.builder.alike.is_some());
    let (mut best, predictions) = tuning_score(trials, &scoring)?;
    let mut factors = Vec::new();
    for factor in &FACTORS {
        if factor.name == "alike" && !has_catalog {
            continue;
        }
        let tried: Vec<(f64, f32)> = factor
            .values
            .par_iter()
            .map(|value| Ok((tuning_score(trials, &factor.with(&scoring, *value))?.0, *value)))
            .collect::<Result<_, BuildError>>()?;
        let winner = tried.into_iter().reduce(|a, b| if b.0 > a.0 { b } else { a });
        let winner = winner.filter(|(tuning_score, _)| *tuning_score > best * (1.0 + MARGIN));
        if let Some((tuning_score, value)) = winner {
            scoring = factor.with(&scoring, value);
            best = tuning_score;
        }
        factors.push(Fitted {
            factor: factor.name,
            value: winner.map(|(_, value)| value),
            tuning_score: best,
        });
    }
    let parts = trials.len();
    let report = FitReport {
        parts,
        predictions,
        factors,
    };
    Ok((scoring, report))
}

impl Factor {
    fn with(&self, scoring: &Scoring, value: f32) -> Scoring {
        let mut changed = scoring.clone();
        (self.set)(&mut changed, value);
        changed
    }
}

/// Returns HR + MRR over the predictions of all trials, and the number of these.
fn tuning_score(trials: &[Trial<'_>], scoring: &Scoring) -> Result<(f64, usize), BuildError> {
    let (mut sum, mut predictions) = (0.0, 0);
    for trial in trials {
        let mut builder = trial.builder.clone();
        builder.meta.scoring = scoring.clone();
        let places = trial.hold_out.evaluate(builder.build()?).places;
        sum += (places.hr + places.mrr) * places.predictions as f64;
        predictions += places.predictions;
    }
    Ok((sum / predictions.max(1) as f64, predictions))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::shop::{assortment, log, plain_options};
    use crate::tune::tradeoff::CurveInput;
    use shelfwise_intake::log::Log;

    fn fitted(before: &Log, after: &Log) -> (Scoring, Vec<Fitted>, Scoring) {
        let both = (before.clone(), after.clone());
        let hold_out = HoldOut::newest(&both);
        let assortment = assortment(before);
        let input = CurveInput {
            hold_out,
            assortment: &assortment,
            options: plain_options(),
        };
        let builder = input.model(&input.count(None), 2, None);
        let defaults = builder.meta.scoring.clone();
        let (chosen, report) = fit(&[Trial { builder, hold_out }], defaults.clone()).unwrap();
        (defaults, report.factors, chosen)
    }

    #[test]
    fn defaults_hold_if_nothing_is_gained() {
        let pairs: Vec<&[&str]> = vec![&["tent", "peg"], &["milk", "oats"], &["tent", "peg"], &["milk", "oats"]];
        let (defaults, fitted, chosen) = fitted(&log(&pairs), &log(&pairs));
        assert_eq!(defaults, chosen);
        assert!(fitted.iter().all(|factor| factor.value.is_none()), "{fitted:?}");
    }

    #[test]
    fn decay_is_slower_if_shoppers_return_to_older_items() {
        let mut sessions: Vec<&[&str]> = vec![&["tent", "peg"]; 4];
        sessions.extend([["milk", "oats"].as_slice(); 4]);
        let back: [&[&str]; 4] = [
            &["tent", "milk", "tent"],
            &["oats", "peg", "oats"],
            &["peg", "milk", "peg"],
            &["tent", "oats", "tent"],
        ];
        let (defaults, fitted, chosen) = fitted(&log(&sessions), &log(&back));
        assert!(chosen.decay[1] > defaults.decay[1], "{fitted:?}");
        assert!(
            fitted
                .windows(2)
                .all(|pair| pair[1].tuning_score >= pair[0].tuning_score),
            "{fitted:?}"
        );
    }

    #[test]
    fn alike_factor_is_not_tried_without_a_catalog() {
        let pairs: [&[&str]; 2] = [&["tent", "peg"], &["tent", "peg"]];
        let (_, fitted, _) = fitted(&log(&pairs), &log(&pairs));
        assert!(fitted.iter().all(|factor| factor.factor != "alike"));
    }

    #[test]
    fn session_weight_scales_all_ranks_alike() {
        let pairs: [&[&str]; 2] = [&["tent", "peg"], &["tent", "peg"]];
        let (defaults, ..) = fitted(&log(&pairs), &log(&pairs));
        let mut quiet = defaults.clone();
        set_session_weight(&mut quiet, 1e-6);
        set_decay(&mut quiet, 0.7);
        for (loud, quiet) in defaults.decay.iter().zip(quiet.decay) {
            assert!((quiet / loud / 1e-6 - 1.0).abs() < 1e-5, "{loud} {quiet}");
        }
    }

    #[test]
    fn decay_of_one_weighs_all_ranks_alike() {
        let pairs: [&[&str]; 2] = [&["tent", "peg"], &["tent", "peg"]];
        let (mut scoring, ..) = fitted(&log(&pairs), &log(&pairs));
        set_decay(&mut scoring, 1.0);
        assert!(scoring.decay.iter().all(|weight| (weight - 1.0).abs() < f32::EPSILON));
        set_decay(&mut scoring, 0.5);
        assert!((scoring.decay[2] - 0.25).abs() < f32::EPSILON);
    }
}
