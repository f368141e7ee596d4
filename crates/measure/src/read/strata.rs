//! What each context key shows, and the value of an order at the same mix of keys: post-stratification by a key that was
//! declared before the experiment began (Miratrix, Sekhon and Yu 2013, <https://doi.org/10.1111/j.1467-9868.2012.01048.x>).
//!
//! Arms have the same shares under every key, so that the lift in orders needs no correction. The mean of an order does: keys
//! that order for more fall unevenly on the arms.

use std::collections::BTreeMap;

use serde::Serialize;
use shelfwise_intake::orders::OrderLog;

use super::lift::{self, ArmLift};
use super::money::{Estimate, MoneyPair, Sums, value_of};
use super::orders::TaggedOrder;
use crate::declaration::{Experiment, Measure};
use crate::stats::ALPHA;

/// Keys that are read apart: those with the most orders. Intervals of all of them hold together.
pub const MAX_STRATA: usize = 8;

/// The name of all keys beyond, and of orders without a key.
const OTHER: &str = "(other)";

/// An experiment by key.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct StrataReport {
    /// The declared key.
    pub by: String,
    /// Orders without a key.
    pub without_key: u64,
    /// Each key, the one with the most orders first.
    pub strata: Vec<Stratum>,
    /// The value of an order at the same mix of keys, for each measure and arm.
    pub adjusted: Vec<AdjustedReport>,
}

/// One key.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Stratum {
    /// The key.
    pub key: String,
    /// Its orders.
    pub orders: u64,
    /// Each arm beside the first.
    pub lifts: Vec<ArmLift>,
}

/// An order of one arm beside one of the first, at the same mix of keys.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct AdjustedReport {
    /// What.
    pub measure: Measure,
    /// The arm.
    pub arm: String,
    /// As orders came.
    pub raw: Option<Estimate>,
    /// At the mix of keys that all orders have.
    pub adjusted: Option<Estimate>,
}

/// Reads an experiment by its key; `None` if it declares none, or no order has one.
pub fn read(experiment: &Experiment, orders: &[TaggedOrder<'_>], log: &OrderLog) -> Option<StrataReport> {
    let by = experiment
        .by
        .clone()
        .filter(|_| log.has.key && !experiment.is_interleaved)?;
    let strata = Strata::of(orders, log);
    let alpha = ALPHA / (experiment.arms.len() - 1) as f64 / MAX_STRATA as f64;
    let stratum = |(at, key): (usize, &String)| {
        let own: Vec<_> = orders.iter().filter(|tagged| strata.place(tagged) == at).collect();
        Stratum {
            key: key.clone(),
            orders: own.len() as u64,
            lifts: (1..experiment.arms.len())
                .map(|arm| {
                    let coins = own.iter().filter(|tagged| tagged.arm == 0 || tagged.arm == arm);
                    let shares = (experiment.share(0), experiment.share(arm));
                    lift::of_coins(
                        &experiment.arms[arm].name,
                        shares,
                        alpha,
                        coins.map(|tagged| tagged.arm == arm),
                    )
                })
                .collect(),
        }
    };
    let is_read = |measure: &&Measure| **measure != Measure::Orders;
    Some(StrataReport {
        by,
        without_key: orders.iter().filter(|tagged| tagged.order.key.is_none()).count() as u64,
        strata: strata.names.iter().enumerate().map(stratum).collect(),
        adjusted: experiment
            .measures
            .iter()
            .filter(is_read)
            .flat_map(|measure| {
                (1..experiment.arms.len()).map(|arm| adjusted(experiment, orders, &strata, *measure, arm))
            })
            .filter(|own| own.raw.is_some())
            .collect(),
    })
}

/// Which keys are read apart.
struct Strata {
    names: Vec<String>,
    places: BTreeMap<u32, usize>,
}

impl Strata {
    fn of(orders: &[TaggedOrder<'_>], log: &OrderLog) -> Self {
        let mut counts: BTreeMap<u32, u64> = BTreeMap::new();
        for key in orders.iter().filter_map(|tagged| tagged.order.key) {
            *counts.entry(key).or_default() += 1;
        }
        let mut most: Vec<(u32, u64)> = counts.into_iter().collect();
        most.sort_by_key(|(key, count)| (std::cmp::Reverse(*count), *key));
        let has_others = most.len() > MAX_STRATA || orders.iter().any(|tagged| tagged.order.key.is_none());
        most.truncate(if has_others { MAX_STRATA - 1 } else { MAX_STRATA });
        let name = |(key, _): &(u32, u64)| log.keys.get(*key as usize).cloned().unwrap_or_default();
        let mut names: Vec<String> = most.iter().map(name).collect();
        if has_others {
            names.push(OTHER.to_owned());
        }
        Self {
            names,
            places: most.iter().zip(0..).map(|((key, _), place)| (*key, place)).collect(),
        }
    }

    fn place(&self, tagged: &TaggedOrder<'_>) -> usize {
        let known = tagged.order.key.and_then(|key| self.places.get(&key));
        known.copied().unwrap_or(self.names.len() - 1)
    }
}

fn adjusted(
    experiment: &Experiment,
    orders: &[TaggedOrder<'_>],
    strata: &Strata,
    measure: Measure,
    arm: usize,
) -> AdjustedReport {
    let alpha = ALPHA / (experiment.arms.len() - 1) as f64;
    let cap = experiment.cap_of(measure);
    let mut pair = MoneyPair::new((experiment.share(0), experiment.share(arm)), experiment.burn_in, alpha);
    let mut sums = vec![(Sums::default(), Sums::default()); strata.names.len()];
    for tagged in orders.iter().filter(|tagged| tagged.arm == 0 || tagged.arm == arm) {
        let Some(value) = value_of(tagged.order, measure) else {
            continue;
        };
        let (value, is_other) = (value.clamp(-cap, cap), tagged.arm == arm);
        pair.add(is_other, value);
        let own = &mut sums[strata.place(tagged)];
        if is_other { own.1.add(value) } else { own.0.add(value) }
    }
    AdjustedReport {
        measure,
        arm: experiment.arms[arm].name.clone(),
        raw: pair.per_order(),
        adjusted: pair.per_order_at_the_same_mix(&sums),
    }
}

#[cfg(test)]
mod tests {
    use rand::rngs::Xoshiro256PlusPlus;
    use rand::{RngExt as _, SeedableRng as _};

    use super::*;

    /// Two keys of which one orders for ten times as much; the arm adds a tenth to every order.
    fn estimates(seed: u64) -> (Estimate, Estimate) {
        let mut dice = Xoshiro256PlusPlus::seed_from_u64(seed);
        let mut pair = MoneyPair::new((0.5, 0.5), 500, ALPHA);
        let mut sums = vec![(Sums::default(), Sums::default()); 2];
        for _ in 0..1_000 {
            let (key, is_other) = (usize::from(dice.random_bool(0.5)), dice.random_bool(0.5));
            let value = dice.random_range(8.0..12.0) * [1.0, 10.0][key] * if is_other { 1.1 } else { 1.0 };
            pair.add(is_other, value);
            let own = &mut sums[key];
            if is_other { own.1.add(value) } else { own.0.add(value) }
        }
        (
            pair.per_order().unwrap(),
            pair.per_order_at_the_same_mix(&sums).unwrap(),
        )
    }

    #[test]
    fn same_mix_of_keys_finds_what_their_scatter_hides() {
        let (mut narrower, mut misses, mut found) = (0.0, 0, (0, 0));
        for seed in 0..200 {
            let (raw, adjusted) = estimates(seed);
            let (raw, adjusted) = (raw.interval.unwrap(), adjusted.interval.unwrap());
            narrower += (adjusted.high - adjusted.low) / (raw.high - raw.low) / 200.0;
            misses += u32::from(!adjusted.contains(0.1));
            found = (
                found.0 + u32::from(raw.low > 0.0),
                found.1 + u32::from(adjusted.low > 0.0),
            );
        }
        assert!(found.0 < 50 && found.1 == 200, "{found:?}");
        // Values scatter by 0.12 of their mean within a key, and by 0.83 of it between both.
        assert!(narrower < 0.2, "{narrower}");
        assert!(misses <= 10, "{misses} of 200, at 5 % at all times");
    }
}
