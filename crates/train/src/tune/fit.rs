//! The fit: the few factors of scoring are chosen on the log's own hold-out, never by hand for a log.
//!
//! One pass of [coordinate search](https://en.wikipedia.org/wiki/Coordinate_descent) from the defaults. A factor moves only for a gain beyond a margin, so that a
//! small hold-out does not chase its own noise.

use rayon::prelude::*;
use serde::Serialize;
use shelfwise_core::snapshot::{BuildError, Scoring, SnapshotBuilder};

use crate::tune::hold_out::HoldOut;

/// A value must gain this share of the goal (HR + MRR) to replace the default.
pub const MARGIN: f64 = 0.002;

/// The volume at which a visit orders only what is equally popular in the category, and what comes behind that: with it
/// 20 purchases of full weight are less than one of 63 levels of popularity in a category, which the engine weighs 1e-8.
pub const QUIET: f32 = 1e-12;

/// One factor: its name, the values that are tried, and how a value is put into a scoring.
struct Factor {
    name: &'static str,
    values: &'static [f32],
    set: fn(&mut Scoring, f32),
}

/// The name of the factor that says how loud a visit is beside what is popular.
const VOLUME: &str = "volume";

/// In this order: what changes most comes first.
const FACTORS: [Factor; 7] = [
    Factor {
        name: VOLUME,
        values: &[1e-5, 1e-6, 3e-7, 1e-7, 3e-8, 1e-8, 3e-9, 1e-9, 1e-10, QUIET],
        set: set_volume,
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

/// Gives every rank its weight: `value` to the power of the rank, at the volume that there is.
pub fn set_decay(scoring: &mut Scoring, value: f32) {
    let session_weight = f64::from(scoring.decay[0]);
    scoring.decay = std::array::from_fn(|rank| (session_weight * libm::pow(f64::from(value), rank as f64)) as f32);
}

/// Gives all that a visit says a volume: at 1 it comes before what is popular in the category of the current item, at
/// 1e-8 it is heard beside that, at [`QUIET`] only behind it.
///
/// Pairs that were counted from few sessions say less than what is popular; how much less, the log itself says.
pub fn set_volume(scoring: &mut Scoring, value: f32) {
    let before = scoring.decay[0];
    scoring.decay = scoring.decay.map(|weight| weight / before * value);
}

/// What the search found for one factor.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Fitted {
    /// The factor.
    pub factor: &'static str,
    /// The value that was best; absent where nothing beat the default clearly.
    pub value: Option<f32>,
    /// The goal (HR + MRR on the hold-out) with it.
    pub tuning_score: f64,
}

/// How the factors were chosen.
#[derive(Clone, Debug, Default, PartialEq, Serialize)]
pub struct FitReport {
    /// By how many parts of the log, each held out in turn: 1 for the newest sessions alone, 0 where there was too little
    /// to choose by.
    pub parts: usize,
    /// Predictions by which they were chosen.
    pub predictions: usize,
    /// What was found, in the order in which it was tried.
    pub factors: Vec<Fitted>,
}

impl FitReport {
    /// How loud a visit is beside what is popular; absent where it comes before it.
    #[must_use]
    pub fn session_weight(&self) -> Option<f32> {
        let session_weight = self.factors.iter().find(|fitted| fitted.factor == VOLUME);
        session_weight.and_then(|session_weight| session_weight.value)
    }
}

/// Tables, and the sessions that they are measured on.
#[derive(Debug)]
pub struct Trial<'a> {
    /// The tables.
    pub builder: SnapshotBuilder,
    /// The sessions, which the tables have not counted.
    pub hold_out: HoldOut<'a>,
}

/// Chooses the factors of scoring from some to begin with, the same for all trials, by the mean of their predictions.
///
/// # Errors
/// [`BuildError`] where the parts do not make a snapshot.
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

/// HR + MRR over the predictions of all trials, and how many these are.
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
    use crate::tune::tradeoff::Bench;
    use shelfwise_intake::log::Log;

    fn fitted(before: &Log, after: &Log) -> (Scoring, Vec<Fitted>, Scoring) {
        let both = (before.clone(), after.clone());
        let hold_out = HoldOut::newest(&both);
        let assortment = assortment(before);
        let bench = Bench {
            hold_out,
            assortment: &assortment,
            options: plain_options(),
        };
        let builder = bench.model(&bench.count(None), 2, None);
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
    fn where_shoppers_return_to_older_items_these_are_forgotten_more_slowly() {
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
        set_volume(&mut quiet, 1e-6);
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
