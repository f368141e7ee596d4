//! Fitting: the few factors of scoring are chosen on the log's own hold-out, never by hand for a log.
//!
//! One pass of coordinate search from the defaults. A factor moves only for a gain beyond a margin, so that a
//! small hold-out does not chase its own noise.

use rayon::prelude::*;
use serde::Serialize;
use shelfwise_core::snapshot::{BuildError, Scoring, SnapshotBuilder};

use crate::hold_out::HoldOut;

/// A value must gain this share of the goal (HR + MRR) to replace the default.
pub const MARGIN: f64 = 0.002;

/// One factor: its name, the values that are tried, and how a value is put into a scoring.
struct Factor {
    name: &'static str,
    values: &'static [f32],
    set: fn(&mut Scoring, f32),
}

/// In this order: what changes most comes first.
const FACTORS: [Factor; 6] = [
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
        values: &[0.0, 0.005, 0.02, 0.05, 0.1],
        set: |scoring, value| scoring.alike = value,
    },
    Factor {
        name: "decay again",
        values: &[0.5, 0.6, 0.7, 0.8, 0.9, 1.0],
        set: set_decay,
    },
];

/// Gives every rank its weight: `value` to the power of the rank.
pub fn set_decay(scoring: &mut Scoring, value: f32) {
    scoring.decay = std::array::from_fn(|rank| libm::pow(f64::from(value), rank as f64) as f32);
}

/// What the search found for one factor.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Fitted {
    /// The factor.
    pub factor: &'static str,
    /// The value that was best; absent where nothing beat the default clearly.
    pub value: Option<f32>,
    /// The goal (HR + MRR on the hold-out) with it.
    pub goal: f64,
}

/// Chooses the factors of `builder`'s scoring on the hold-out.
///
/// # Errors
/// [`BuildError`] where the parts do not make a snapshot.
pub fn fit(builder: &mut SnapshotBuilder, hold_out: &HoldOut<'_>) -> Result<Vec<Fitted>, BuildError> {
    let mut best = goal(builder, hold_out)?;
    let mut fitted = Vec::new();
    for factor in &FACTORS {
        if factor.name == "alike" && builder.alike.is_none() {
            continue;
        }
        let tried: Vec<(f64, f32)> = factor
            .values
            .par_iter()
            .map(|value| try_value(builder, hold_out, factor, *value))
            .collect::<Result<_, _>>()?;
        let winner = tried.into_iter().reduce(|a, b| if b.0 > a.0 { b } else { a });
        let winner = winner.filter(|(goal, _)| *goal > best * (1.0 + MARGIN));
        if let Some((goal, value)) = winner {
            (factor.set)(&mut builder.meta.scoring, value);
            best = goal;
        }
        fitted.push(Fitted {
            factor: factor.name,
            value: winner.map(|(_, value)| value),
            goal: best,
        });
    }
    Ok(fitted)
}

fn try_value(
    builder: &SnapshotBuilder,
    hold_out: &HoldOut<'_>,
    factor: &Factor,
    value: f32,
) -> Result<(f64, f32), BuildError> {
    let mut trial = builder.clone();
    (factor.set)(&mut trial.meta.scoring, value);
    Ok((goal(&trial, hold_out)?, value))
}

fn goal(builder: &SnapshotBuilder, hold_out: &HoldOut<'_>) -> Result<f64, BuildError> {
    let evaluation = hold_out.evaluate(builder.build()?);
    Ok(evaluation.places.hr + evaluation.places.mrr)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::catalog::Catalog;
    use crate::curve::Bench;
    use crate::indexing::Indexing;
    use crate::log::Log;
    use crate::model::ModelOptions;
    use crate::shop::log;
    use crate::strength::Strengths;
    use shelfwise_core::Snapshot;

    fn fitted(before: &Log, after: &Log) -> (Scoring, Vec<Fitted>, Scoring) {
        let catalog = Catalog::default();
        let indexing = Indexing::new(before, &catalog, None::<&Snapshot<Vec<u8>>>);
        let bench = Bench {
            hold_out: HoldOut { before, after },
            catalog: &catalog,
            indexing: &indexing,
            options: ModelOptions {
                min_support: 2,
                neighbours: 30,
                strengths: Strengths::default(),
                pairs_per_session: None,
                against: 1.0,
                bridges: None,
            },
        };
        let mut builder = bench.model(&bench.count(None), 2, None);
        let defaults = builder.meta.scoring.clone();
        let fitted = fit(&mut builder, &bench.hold_out).unwrap();
        (defaults, fitted, builder.meta.scoring)
    }

    #[test]
    fn where_nothing_can_be_gained_the_defaults_hold() {
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
        assert!(fitted.windows(2).all(|pair| pair[1].goal >= pair[0].goal), "{fitted:?}");
    }

    #[test]
    fn a_factor_of_content_is_not_tried_where_there_is_no_catalog() {
        let pairs: [&[&str]; 2] = [&["tent", "peg"], &["tent", "peg"]];
        let (_, fitted, _) = fitted(&log(&pairs), &log(&pairs));
        assert!(fitted.iter().all(|factor| factor.factor != "alike"));
    }

    #[test]
    fn a_decay_of_one_forgets_nothing() {
        let pairs: [&[&str]; 2] = [&["tent", "peg"], &["tent", "peg"]];
        let (mut scoring, ..) = fitted(&log(&pairs), &log(&pairs));
        set_decay(&mut scoring, 1.0);
        assert!(scoring.decay.iter().all(|weight| (weight - 1.0).abs() < f32::EPSILON));
        set_decay(&mut scoring, 0.5);
        assert!((scoring.decay[2] - 0.25).abs() < f32::EPSILON);
    }
}
