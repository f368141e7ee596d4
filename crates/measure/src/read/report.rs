//! The report of a reading. It holds no path of this machine but the names of the files as given, and no order.

use serde::Serialize;
use shelfwise_intake::orders::OrderLog;

use super::cohorts::CohortReport;
use super::decide::Decision;
use super::holdout::HoldoutReport;
use super::lift::{ArmLift, TrailPoint};
use super::money::MoneyReport;
use super::orders::{OtherVersion, TagProblem, TaggedOrder};
use super::split::SplitReport;
use super::strata::StrataReport;
use super::switchback::SwitchbackReport;
use crate::declaration::{Experiment, Unit};
use crate::tag::letters;

/// The version of the report's fields.
pub const FORMAT: u32 = 1;

/// A week in milliseconds.
pub const WEEK_MS: f64 = 604_800_000.0;

/// What orders say of all experiments.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Report {
    /// [`FORMAT`].
    pub format: u32,
    /// Orders read.
    pub orders: u64,
    /// Orders with a tag that can be read.
    pub tagged: u64,
    /// Orders of visits that were held out of all experiments.
    pub held_out: u64,
    /// Everybody else beside them; absent if the declaration has no holdout.
    pub holdout: Option<HoldoutReport>,
    /// What to know of the whole.
    pub notes: Vec<String>,
    /// Tags that could not be used.
    pub problems: Vec<TagProblem>,
    /// The currency of amounts; empty if none is stated.
    pub currency: String,
    /// Each declared experiment.
    pub experiments: Vec<ExperimentReport>,
}

/// What orders say of one experiment.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct ExperimentReport {
    /// Its id.
    pub id: String,
    /// Version of its declaration.
    pub version: String,
    /// What is drawn once.
    pub unit: Unit,
    /// Whether its arms are the answers of an interleaving.
    pub is_interleaved: bool,
    /// Orders that count.
    pub orders: u64,
    /// Further orders of customers, of unit `device`, which do not count.
    pub repeat_orders: u64,
    /// Orders before its begin or after its end.
    pub outside_time: u64,
    /// Orders of other versions, which do not count.
    pub other_versions: Vec<OtherVersion>,
    /// Time of the first order that counts, in milliseconds since 1970.
    pub first_ms: Option<i64>,
    /// Time of the last one.
    pub last_ms: Option<i64>,
    /// Orders a week between both; absent if they span less than a day.
    pub orders_a_week: Option<f64>,
    /// Each arm.
    pub arms: Vec<ArmReport>,
    /// Always valid p-value of no difference between any arms.
    pub p_value: Option<f64>,
    /// Each arm beside the first.
    pub lifts: Vec<ArmLift>,
    /// The intervals as orders came.
    pub trail: Vec<TrailPoint>,
    /// Revenue, margin, pieces.
    pub money: Vec<MoneyReport>,
    /// The sample ratio, where assignments were counted.
    pub split: Option<SplitReport>,
    /// Blocks, of unit `window`.
    pub switchback: Option<SwitchbackReport>,
    /// By context key, where the declaration names one and orders have it.
    pub strata: Option<StrataReport>,
    /// Customers over weeks, where orders know them.
    pub cohorts: Option<CohortReport>,
    /// What to know before believing it.
    pub notes: Vec<String>,
    /// What to decide.
    pub decision: Decision,
}

/// An arm.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct ArmReport {
    /// Its name.
    pub name: String,
    /// Its share of the experiment's draws, from 0 to 1.
    pub share: f64,
    /// Its orders.
    pub orders: u64,
    /// Orders that it would have if all arms converted alike.
    pub expected: f64,
}

/// Returns a report with counts alone.
pub fn frame(experiment: &Experiment, orders: &[TaggedOrder<'_>]) -> ExperimentReport {
    let (first_ms, last_ms) = (
        orders.first().map(|own| own.order.time_ms),
        orders.last().map(|own| own.order.time_ms),
    );
    let weeks = first_ms
        .zip(last_ms)
        .map(|(first, last)| (last - first) as f64 / WEEK_MS);
    ExperimentReport {
        id: experiment.id.clone(),
        version: letters(experiment.version),
        unit: experiment.unit,
        is_interleaved: experiment.is_interleaved,
        orders: orders.len() as u64,
        repeat_orders: 0,
        outside_time: 0,
        other_versions: Vec::new(),
        first_ms,
        last_ms,
        orders_a_week: weeks
            .filter(|weeks| *weeks > 1.0 / 7.0)
            .map(|weeks| orders.len() as f64 / weeks),
        arms: arms(experiment, orders),
        p_value: None,
        lifts: Vec::new(),
        trail: Vec::new(),
        money: Vec::new(),
        split: None,
        switchback: None,
        strata: None,
        cohorts: None,
        notes: Vec::new(),
        decision: Decision::default(),
    }
}

fn arms(experiment: &Experiment, orders: &[TaggedOrder<'_>]) -> Vec<ArmReport> {
    let arm = |(at, arm): (usize, &crate::Arm)| ArmReport {
        name: arm.name.clone(),
        share: experiment.share(at),
        orders: orders.iter().filter(|own| own.arm == at).count() as u64,
        expected: experiment.share(at) * orders.len() as f64,
    };
    experiment.arms.iter().enumerate().map(arm).collect()
}

/// Returns what to know before believing the figures.
pub fn notes(experiment: &Experiment, report: &ExperimentReport, log: &OrderLog) -> Vec<String> {
    let mut notes = Vec::new();
    if report.orders == 0 {
        notes.push("No order carries an arm of it yet.".to_owned());
        return notes;
    }
    if report.split.is_none() && !experiment.is_interleaved && experiment.unit != Unit::Window {
        notes.push(
            "Assignments were not counted (--assignments). An arm that is served less often than declared looks exactly like an arm \
             that sells less: check once, on a test page, that the arms are served."
                .to_owned(),
        );
    }
    if experiment.unit == Unit::Device && !log.has.customer {
        notes.push(
            "A device keeps its arm, and the orders do not say who ordered: further orders of the same customer count as independent, \
             which makes the intervals too narrow. Add the customer's column with --map customer=COLUMN."
                .to_owned(),
        );
    }
    let asked = |measure: crate::Measure| experiment.measures.contains(&measure);
    if (asked(crate::Measure::Revenue) || asked(crate::Measure::Margin)) && !log.has.returned {
        notes.push("No column says what was returned: revenue and margin are before returns.".to_owned());
    }
    for measure in &experiment.measures {
        let is_there = match measure {
            crate::Measure::Orders => true,
            crate::Measure::Revenue => log.has.value,
            crate::Measure::Margin => log.has.margin,
            crate::Measure::Items => log.has.items,
        };
        if !is_there {
            let name = measure.name();
            notes.push(format!(
                "The declaration reads {name}, but no column of the orders holds it: name it with --map."
            ));
        }
    }
    if let Some(by) = experiment.by.as_ref().filter(|_| !log.has.key) {
        notes.push(format!(
            "The declaration reads by {by}, but no column of the orders holds it: name it with --map key=COLUMN."
        ));
    }
    if report.lifts.iter().any(|lift| lift.interval.is_empty()) {
        notes.push(
            "Earlier and later orders exclude each other: the lift changed over time, or something else did. Read the periods apart."
                .to_owned(),
        );
    }
    notes
}
