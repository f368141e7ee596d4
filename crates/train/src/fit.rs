//! Fitting: the few factors of scoring are chosen on the log's own hold-out, never by hand for a log.
//!
//! One pass of coordinate search from the defaults. A factor moves only for a gain beyond a margin, so that a
//! small hold-out does not chase its own noise.

use rayon::prelude::*;
use serde::Serialize;
use shelfwise_core::snapshot::{BuildError, Scoring, SnapshotBuilder};

use crate::hold_out::HoldOut;

/// A value must gain this share of the goal (HR + MRR) to replace the default.
const MARGIN: f64 = 0.002;

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
