//! Everybody else beside the visits that are held out of every experiment: what all of it brings together.

use serde::Serialize;
use shelfwise_intake::orders::{OptionalColumns, Order};

use super::lift::{self, ArmLift};
use super::money::{Estimate, MoneyPair, value_of};
use crate::declaration::{BURN_IN, DRAWS, Experiment, Experiments, Measure};
use crate::stats::ALPHA;

/// The name of the other side.
const OTHERS: &str = "everybody else";

/// The comparison.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct HoldoutReport {
    /// Share of the draws that is held out, from 0 to 1.
    pub share: f64,
    /// Orders of visits that are held out.
    pub held_out: u64,
    /// Orders with a tag of all other visits.
    pub others: u64,
    /// Orders after its end, which do not count.
    pub after_end: u64,
    /// How many more orders everybody else brings.
    pub lift: ArmLift,
    /// How much more revenue a draw brings, where the declaration has a cap and orders have values.
    pub revenue: Option<Estimate>,
}

/// Returns whether whoever is not held out is in an experiment: a visit that is in none has no tag, and would be missing on that side.
pub fn everybody_is_tagged(experiments: &Experiments) -> bool {
    experiments.layers.iter().any(|layer| {
        let own = experiments
            .experiments
            .iter()
            .filter(|experiment| experiment.layer == *layer);
        own.map(|experiment: &Experiment| experiment.range.1 - experiment.range.0)
            .sum::<u32>()
            >= DRAWS
    })
}

/// Compares; `None` without a holdout or its orders, or if some others have no tag. `orders` has all orders with a tag, by time, and whether each was held out.
pub fn read(experiments: &Experiments, orders: &[(bool, &Order)], has: OptionalColumns) -> Option<HoldoutReport> {
    let holdout = experiments.holdout.filter(|_| everybody_is_tagged(experiments))?;
    let share = f64::from(holdout.share) / f64::from(DRAWS);
    let shares = (share, 1.0 - share);
    let is_within = |order: &Order| holdout.until_ms.is_none_or(|until| order.time_ms < until);
    let within: Vec<_> = orders.iter().filter(|(_, order)| is_within(order)).collect();
    let held_out = within.iter().filter(|(is_held_out, _)| *is_held_out).count() as u64;
    if within.is_empty() {
        return None;
    }
    let revenue = experiments.holdout_cap.filter(|_| has.value).and_then(|cap| {
        let mut pair = MoneyPair::new(shares, BURN_IN, ALPHA);
        for (is_held_out, order) in &within {
            if let Some(value) = value_of(order, Measure::Revenue) {
                pair.add(!is_held_out, value.clamp(-cap, cap));
            }
        }
        pair.per_draw()
    });
    let coins = within.iter().map(|(is_held_out, _)| !is_held_out);
    Some(HoldoutReport {
        share,
        held_out,
        others: within.len() as u64 - held_out,
        after_end: (orders.len() - within.len()) as u64,
        lift: lift::of_coins(OTHERS, shares, ALPHA, coins),
        revenue,
    })
}
