//! Orders in, report out: what each experiment shows, and what to decide.

mod cohorts;
mod decide;
mod holdout;
mod lift;
mod money;
mod orders;
mod report;
mod split;
mod strata;
mod switchback;

use shelfwise_intake::orders::OrderLog;

use crate::declaration::{Experiment, Experiments, Unit};

pub use cohorts::{CohortArm, CohortPoint, CohortReport};
pub use decide::{Decision, Verdict};
pub use holdout::HoldoutReport;
pub use lift::{ArmLift, TrailPoint, lift_of, odds_of};
pub use money::{Estimate, MoneyPair, MoneyReport};
pub use orders::{OtherVersion, Sorted, TagProblem, TaggedOrder};
pub use report::{ArmReport, ExperimentReport, FORMAT, Report};
pub use split::{Assigned, SPLIT_CONCENTRATION, SplitReport};
pub use strata::{AdjustedReport, MAX_STRATA, StrataReport, Stratum};
pub use switchback::{BlockCounts, SwitchbackReport};

/// What to do with orders of another version of an experiment than the declared one.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum OtherVersions {
    /// Refuse to read: the experiment was changed while it ran.
    Refuse,
    /// Leave them out, and count them.
    Apart,
}

/// Why nothing was read.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum ReadError {
    /// An experiment was changed while it ran.
    #[error(
        "experiment `{experiment}`: {orders} orders, the first in {place}, carry version `{version}` of it, but the file declares `{declared}`: it was changed while it ran. Take back what was changed (arms, weights, range, unit, measures, cap, burn-in, begin), or read the orders of the declared version alone with --apart, and those of the other with the file of that time"
    )]
    Changed {
        /// Its id.
        experiment: String,
        /// Orders of the other version.
        orders: u64,
        /// File and line of the first.
        place: String,
        /// The other version.
        version: String,
        /// The declared version.
        declared: String,
    },
    /// No order belongs to a declared experiment.
    #[error(
        "no order carries an arm of a declared experiment: {tagged} of {orders} orders have a tag that can be read. Look whether the shop writes `shelf.orderTag()` on its orders, whether --map tag=COLUMN names that column, and whether this is the file of the experiment that ran"
    )]
    NoTaggedOrder {
        /// Orders with a readable tag.
        tagged: u64,
        /// All orders.
        orders: u64,
    },
    /// Counted assignments of an experiment or arm that is not declared.
    #[error("assignments of `{name}`, which is not declared: take one of {known}")]
    UnknownAssignment {
        /// The name in the counts.
        name: String,
        /// The known ones.
        known: String,
    },
}

/// Reads all declared experiments. The same orders give the same report.
///
/// Costs a few logarithms an order and arm.
///
/// # Errors
/// [`ReadError`]; damaged and unknown tags are counted in the report.
pub fn read(
    experiments: &Experiments,
    log: &OrderLog,
    assigned: &[Assigned],
    other_versions: OtherVersions,
) -> Result<Report, ReadError> {
    let sorted = Sorted::of(experiments, log);
    if other_versions == OtherVersions::Refuse {
        sorted.check_versions(experiments)?;
    }
    if sorted.by_experiment.iter().all(Vec::is_empty) {
        return Err(ReadError::NoTaggedOrder {
            tagged: sorted.tagged,
            orders: log.orders.len() as u64,
        });
    }
    split::check_names(experiments, assigned)?;
    let one = |(at, experiment): (usize, &Experiment)| one(experiment, &sorted, at, log, assigned);
    let reports = experiments.experiments.iter().enumerate().map(one).collect();
    Ok(Report {
        format: FORMAT,
        orders: log.orders.len() as u64,
        tagged: sorted.tagged,
        held_out: sorted.held_out,
        holdout: holdout::read(experiments, &sorted.by_holdout, log.has),
        notes: notes(experiments, sorted.held_out),
        problems: sorted.problems,
        currency: log.currency.clone(),
        experiments: reports,
    })
}

fn notes(experiments: &Experiments, held_out: u64) -> Vec<String> {
    let is_compared = held_out == 0 || experiments.holdout.is_none() || holdout::everybody_is_tagged(experiments);
    let note = "The holdout is not compared: orders of visits that are in no experiment carry no tag. Let the experiments of one layer have \
                all of its draws together.";
    if is_compared { Vec::new() } else { vec![note.to_owned()] }
}

fn one(
    experiment: &Experiment,
    sorted: &Sorted<'_>,
    at: usize,
    log: &OrderLog,
    assigned: &[Assigned],
) -> ExperimentReport {
    let own = &sorted.by_experiment[at];
    let (orders, repeats) = orders::independent(experiment, own);
    let mut report = report::frame(experiment, &orders);
    report.other_versions = sorted.other_versions[at].clone();
    report.outside_time = sorted.outside_time[at];
    report.repeat_orders = repeats;
    report.split = split::read(experiment, assigned);
    if experiment.unit == Unit::Window {
        report.switchback = switchback::read(experiment, &orders, log.orders.last().map(|order| order.time_ms));
    } else {
        lift::read(experiment, &orders, &mut report);
        report.money = money::read(experiment, &orders, log.has);
        report.strata = strata::read(experiment, &orders, log);
    }
    report.cohorts = cohorts::read(experiment, own, log);
    report.notes.extend(report::notes(experiment, &report, log));
    report.decision = decide::decide(experiment, &report);
    report
}

#[cfg(test)]
mod tests;
