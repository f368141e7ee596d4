//! Which orders belong to which experiment, and which tags do not say so.

use std::collections::BTreeMap;

use rustc_hash::FxHashSet;
use serde::Serialize;
use shelfwise_intake::orders::{Order, OrderLog};

use super::ReadError;
use crate::declaration::{Experiment, Experiments, Unit};
use crate::tag::{Tag, TaggedArm, letters};

/// An order of an experiment.
#[derive(Clone, Copy, Debug)]
pub struct TaggedOrder<'o> {
    /// Place of its arm.
    pub arm: usize,
    /// The order.
    pub order: &'o Order,
}

/// Tags that could not be used.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct TagProblem {
    /// What is wrong, and what to do.
    pub problem: String,
    /// Orders.
    pub orders: u64,
    /// File and line of the first.
    pub first: String,
}

/// Orders of another version of an experiment.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct OtherVersion {
    /// The version.
    pub version: String,
    /// Orders.
    pub orders: u64,
    /// File and line of the first.
    pub first: String,
}

/// Orders by experiment, in the order of time.
#[derive(Debug, Default)]
pub struct Sorted<'o> {
    /// For each declared experiment, its orders.
    pub by_experiment: Vec<Vec<TaggedOrder<'o>>>,
    /// For each, orders of other versions.
    pub other_versions: Vec<Vec<OtherVersion>>,
    /// For each, orders before it began or after it ended.
    pub outside_time: Vec<u64>,
    /// Orders with a readable tag.
    pub tagged: u64,
    /// Orders of visits that were held out.
    pub held_out: u64,
    /// Each order with a readable tag, and whether its visit was held out.
    pub by_holdout: Vec<(bool, &'o Order)>,
    /// Tags that could not be used.
    pub problems: Vec<TagProblem>,
}

impl<'o> Sorted<'o> {
    /// Sorts orders.
    #[must_use]
    pub fn of(experiments: &Experiments, log: &'o OrderLog) -> Self {
        let count = experiments.experiments.len();
        let mut sorted = Self {
            by_experiment: vec![Vec::new(); count],
            other_versions: vec![Vec::new(); count],
            outside_time: vec![0; count],
            ..Self::default()
        };
        let mut problems = BTreeMap::new();
        for order in &log.orders {
            match Tag::find(&order.tag) {
                None => {}
                Some(Err(error)) => note(&mut problems, error.to_string(), log, order),
                Some(Ok(tag)) => {
                    sorted.tagged += 1;
                    sorted.held_out += u64::from(tag.is_held_out);
                    sorted.by_holdout.push((tag.is_held_out, order));
                    for arm in &tag.arms {
                        sorted.take(experiments, log, order, arm, &mut problems);
                    }
                }
            }
        }
        sorted.problems = problems.into_values().collect();
        sorted
    }

    fn take(
        &mut self,
        experiments: &Experiments,
        log: &OrderLog,
        order: &'o Order,
        arm: &TaggedArm,
        problems: &mut BTreeMap<String, TagProblem>,
    ) {
        let declared = &experiments.experiments;
        let Some(at) = declared.iter().position(|experiment| experiment.id == arm.experiment) else {
            let problem = format!(
                "experiment `{}` is not declared in this file: add it, or leave its orders",
                arm.experiment
            );
            return note(problems, problem, log, order);
        };
        let experiment = &declared[at];
        if arm.version != experiment.version {
            return other_version(&mut self.other_versions[at], letters(arm.version), log, order);
        }
        let place = usize::from(arm.arm);
        if place >= experiment.arms.len() {
            let problem = format!(
                "Experiment `{}` has no arm {place}: the tag was not written by this release.",
                arm.experiment
            );
            return note(problems, problem, log, order);
        }
        if experiment.is_running(order.time_ms) {
            self.by_experiment[at].push(TaggedOrder { arm: place, order });
        } else {
            self.outside_time[at] += 1;
        }
    }

    /// Errs if orders carry another version than the declared one.
    pub fn check_versions(&self, experiments: &Experiments) -> Result<(), ReadError> {
        let both = experiments.experiments.iter().zip(&self.other_versions);
        for (experiment, others) in both {
            if let Some(other) = others.first() {
                return Err(ReadError::Changed {
                    experiment: experiment.id.clone(),
                    orders: other.orders,
                    place: other.first.clone(),
                    version: other.version.clone(),
                    declared: letters(experiment.version),
                });
            }
        }
        Ok(())
    }
}

fn place(log: &OrderLog, order: &Order) -> String {
    let file = log.files.get(order.file).map_or("", String::as_str);
    format!("{file}: line {}", order.line)
}

fn note(problems: &mut BTreeMap<String, TagProblem>, problem: String, log: &OrderLog, order: &Order) {
    let known = problems.entry(problem.clone()).or_insert_with(|| TagProblem {
        problem,
        orders: 0,
        first: place(log, order),
    });
    known.orders += 1;
}

fn other_version(others: &mut Vec<OtherVersion>, version: String, log: &OrderLog, order: &Order) {
    if let Some(known) = others.iter_mut().find(|known| known.version == version) {
        known.orders += 1;
        return;
    }
    others.push(OtherVersion {
        version,
        orders: 1,
        first: place(log, order),
    });
}

/// Returns the orders whose arms were drawn independently, and how many others there are: a device keeps its arm, so that
/// further orders of a customer are no further coins.
pub fn independent<'o>(experiment: &Experiment, orders: &[TaggedOrder<'o>]) -> (Vec<TaggedOrder<'o>>, u64) {
    if experiment.unit != Unit::Device {
        return (orders.to_vec(), 0);
    }
    let mut known = FxHashSet::default();
    let is_first = |tagged: &&TaggedOrder<'o>| tagged.order.customer.is_none_or(|customer| known.insert(customer));
    let first: Vec<_> = orders.iter().filter(is_first).copied().collect();
    let repeats = (orders.len() - first.len()) as u64;
    (first, repeats)
}
