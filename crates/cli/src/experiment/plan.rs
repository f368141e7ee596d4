//! `shelfwise experiment plan`: what can be found in which time.

use std::path::PathBuf;

use anyhow::{Result, bail};
use clap::Args;
use serde::Serialize;
use shelfwise_measure::plan::{Plan, plan};
use shelfwise_measure::stats::ALPHA;
use shelfwise_measure::{Experiment, Experiments};

use super::declared;
use crate::output::printable;
use crate::table::{count, percent, table};
use crate::{output, print_line};

/// Gives examples.
pub const HELP: &str = "\
The weeks are those until a lift in orders is found with a probability of 80 %, when you look all the time. A lift in revenue
needs more: `experiment read` says how much, once it knows how your order values scatter.

Examples:
  shelfwise experiment plan --orders-a-week 900
  shelfwise experiment plan --orders-a-week 900 --file experiments.toml";

/// The lifts that are listed.
const LIFTS: [f64; 7] = [0.01, 0.02, 0.03, 0.05, 0.1, 0.2, 0.3];

/// An arm combination with fewer orders than this until the end says too much of too few.
const MIN_ORDERS: f64 = 50.0;

/// A week in milliseconds.
const WEEK_MS: f64 = 604_800_000.0;

/// Arguments of `experiment plan`.
#[derive(Args)]
pub struct PlanCommand {
    /// Orders of the whole shop in a week.
    #[arg(long, value_name = "N")]
    orders_a_week: f64,
    /// The file that declares the experiments. Without it, two arms share all orders.
    #[arg(long, value_name = "FILE")]
    file: Option<PathBuf>,
    /// Print JSON for machines.
    #[arg(long)]
    json: bool,
}

/// What can be found in one comparison.
#[derive(Serialize)]
struct Comparison {
    experiment: String,
    arm: String,
    orders_a_week: f64,
    found: Vec<Plan>,
}

impl PlanCommand {
    /// Runs the command.
    pub fn run(self) -> Result<()> {
        if !(self.orders_a_week.is_finite() && self.orders_a_week > 0.0) {
            bail!("--orders-a-week {}: give a number above 0", self.orders_a_week);
        }
        let comparisons = match &self.file {
            Some(path) => of_file(&declared::read(path)?, self.orders_a_week)?,
            None => vec![comparison("two arms", "second", self.orders_a_week, 0.5, 0.5, ALPHA)],
        };
        if self.json {
            return output::json(&comparisons);
        }
        comparisons.iter().for_each(print);
        Ok(())
    }
}

fn of_file(experiments: &Experiments, orders_a_week: f64) -> Result<Vec<Comparison>> {
    let held = experiments
        .holdout
        .map_or(0.0, |holdout| f64::from(holdout.share) / 65_536.0);
    let mut comparisons = Vec::new();
    for experiment in &experiments.experiments {
        let range = f64::from(experiment.range.1 - experiment.range.0) / 65_536.0;
        let own = orders_a_week * (1.0 - held) * range;
        check_arms(experiment, own)?;
        let compared = if experiment.is_interleaved {
            2
        } else {
            experiment.arms.len()
        };
        let alpha = ALPHA / (compared - 1) as f64;
        for arm in 1..compared {
            let (first, share) = (experiment.share(0), experiment.share(arm));
            let name = &experiment.arms[arm].name;
            comparisons.push(comparison(
                &experiment.id,
                name,
                own * (first + share),
                first,
                share,
                alpha,
            ));
        }
    }
    Ok(comparisons)
}

/// Refuses arms so small that their few orders would tell of single shoppers.
fn check_arms(experiment: &Experiment, orders_a_week: f64) -> Result<()> {
    let Some((from, until)) = experiment.from_ms.zip(experiment.until_ms) else {
        return Ok(());
    };
    let weeks = (until - from) as f64 / WEEK_MS;
    for (at, arm) in experiment.arms.iter().enumerate().filter(|(_, arm)| arm.share > 0) {
        let expected = experiment.share(at) * orders_a_week * weeks;
        if expected < MIN_ORDERS {
            bail!(
                "experiment `{}`: arm `{}` expects {expected:.0} orders until its end, fewer than {MIN_ORDERS}: an arm of so few says too \
                 much of each. Give it more weight, a wider range, or more time",
                experiment.id,
                arm.name
            );
        }
    }
    Ok(())
}

fn comparison(experiment: &str, arm: &str, orders_a_week: f64, first: f64, share: f64, alpha: f64) -> Comparison {
    Comparison {
        experiment: experiment.to_owned(),
        arm: arm.to_owned(),
        orders_a_week,
        found: plan(orders_a_week, first, share, alpha, &LIFTS),
    }
}

fn print(comparison: &Comparison) {
    print_line!(
        "{}, {}: {:.0} orders a week of both arms",
        printable(&comparison.experiment),
        printable(&comparison.arm),
        comparison.orders_a_week
    );
    let mut table = table(&["lift in orders", "orders of both", "weeks"]);
    for found in &comparison.found {
        table.add_row([percent(found.lift), count(found.orders), format!("{:.1}", found.weeks)]);
    }
    print_line!("{table}");
}
