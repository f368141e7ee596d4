//! Whether the arms were served in the declared shares, where somebody counted assignments without shoppers.

use serde::Serialize;

use super::ReadError;
use crate::declaration::{Experiment, Experiments};
use crate::stats::multinomial::SharesTest;

/// Weight of the prior: finds a split that is off by 0.02 soonest.
pub const SPLIT_CONCENTRATION: f64 = 625.0;

/// A split whose p-value is below this is broken. Smaller than for lifts: whoever is told so stops the experiment.
const BROKEN: f64 = 0.01;

/// Counted assignments of one arm in one period.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Assigned {
    /// Id of the experiment.
    pub experiment: String,
    /// Name of the arm.
    pub arm: String,
    /// How many.
    pub count: u64,
    /// The period: counts are looked at after each, in their order.
    pub period: i64,
}

/// What the counts say.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct SplitReport {
    /// For each arm.
    pub counts: Vec<u64>,
    /// Always valid p-value of the declared shares.
    pub p_value: f64,
    /// Whether the split is not the declared one.
    pub is_broken: bool,
}

/// Errs if counts name what is not declared.
pub fn check_names(experiments: &Experiments, assigned: &[Assigned]) -> Result<(), ReadError> {
    for row in assigned {
        let unknown = |name: &str, known: Vec<&str>| ReadError::UnknownAssignment {
            name: name.to_owned(),
            known: known.join(", "),
        };
        let Some(experiment) = experiments.get(&row.experiment) else {
            let known = experiments.experiments.iter().map(|own| &*own.id).collect();
            return Err(unknown(&row.experiment, known));
        };
        if experiment.arms.iter().all(|arm| arm.name != row.arm) {
            let known = experiment.arms.iter().map(|arm| &*arm.name).collect();
            return Err(unknown(&row.arm, known));
        }
    }
    Ok(())
}

/// Returns the check of an experiment; `None` without counts.
pub fn read(experiment: &Experiment, assigned: &[Assigned]) -> Option<SplitReport> {
    let mut own: Vec<&Assigned> = assigned.iter().filter(|row| row.experiment == experiment.id).collect();
    if own.is_empty() || experiment.is_interleaved {
        return None;
    }
    own.sort_by_key(|row| row.period);
    let mut test = SharesTest::new(&experiment.shares(), SPLIT_CONCENTRATION);
    for period in own.chunk_by(|a, b| a.period == b.period) {
        let mut counts = vec![0; experiment.arms.len()];
        for row in period {
            let arm = experiment.arms.iter().position(|arm| arm.name == row.arm);
            if let Some(count) = arm.and_then(|arm| counts.get_mut(arm)) {
                *count += row.count;
            }
        }
        test.add_all(&counts);
    }
    Some(SplitReport {
        counts: test.counts().to_vec(),
        p_value: test.p_value(),
        is_broken: test.p_value() < BROKEN,
    })
}
