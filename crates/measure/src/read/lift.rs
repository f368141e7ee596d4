//! How many more orders an arm brings, from orders alone.

use serde::Serialize;

use super::orders::TaggedOrder;
use super::report::ExperimentReport;
use crate::declaration::Experiment;
use crate::stats::coin::CoinSequence;
use crate::stats::multinomial::SharesTest;
use crate::stats::{ALPHA, CONCENTRATION, Interval};

/// Points of the picture.
const TRAIL: usize = 80;

/// An arm beside the first one.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct ArmLift {
    /// Its name.
    pub arm: String,
    /// How many more orders a draw of it brings: 0.1 is 10 % more.
    pub lift: f64,
    /// Lifts that no look has refuted.
    pub interval: Interval,
    /// Always valid p-value of no lift.
    pub p_value: f64,
}

/// The intervals after so many orders.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct TrailPoint {
    /// Orders of all arms.
    pub orders: u64,
    /// For each arm but the first, its interval.
    pub intervals: Vec<Interval>,
}

/// Fills in lifts, p-value and trail.
pub fn read(experiment: &Experiment, orders: &[TaggedOrder<'_>], report: &mut ExperimentReport) {
    let shares = experiment.shares();
    let compared = if experiment.is_interleaved { 2 } else { shares.len() };
    let alpha = ALPHA / (compared - 1) as f64;
    let mut pairs: Vec<CoinSequence> = (1..compared)
        .map(|arm| CoinSequence::new(shares[arm] / (shares[0] + shares[arm]), CONCENTRATION, alpha))
        .collect();
    let mut all = SharesTest::new(&shares[..compared], CONCENTRATION);
    let step = orders.len().div_ceil(TRAIL).max(1);
    for (at, tagged) in orders.iter().enumerate() {
        // A tie of an interleaving decides nothing.
        if tagged.arm < compared {
            all.add(tagged.arm);
        }
        for (pair, arm) in pairs.iter_mut().zip(1..) {
            if tagged.arm == 0 || tagged.arm == arm {
                pair.add(tagged.arm == arm);
            }
        }
        if (at + 1) % step == 0 || at + 1 == orders.len() {
            report.trail.push(TrailPoint {
                orders: at as u64 + 1,
                intervals: lifts(&pairs, &shares),
            });
        }
    }
    report.p_value = Some(all.p_value());
    report.lifts = pairs
        .iter()
        .zip(1..)
        .map(|(pair, arm)| arm_lift(&experiment.arms[arm].name, pair, (shares[0], shares[arm])))
        .collect();
}

fn arm_lift(name: &str, pair: &CoinSequence, shares: (f64, f64)) -> ArmLift {
    let (heads, tails) = pair.counts();
    let odds = heads as f64 / (heads + tails).max(1) as f64;
    ArmLift {
        arm: name.to_owned(),
        lift: lift_of(odds, shares.0, shares.1),
        interval: interval(pair, shares),
        p_value: pair.p_value(),
    }
}

fn lifts(pairs: &[CoinSequence], shares: &[f64]) -> Vec<Interval> {
    pairs
        .iter()
        .zip(1..)
        .map(|(pair, arm)| interval(pair, (shares[0], shares[arm])))
        .collect()
}

fn interval(pair: &CoinSequence, shares: (f64, f64)) -> Interval {
    let odds = pair.interval();
    Interval {
        low: lift_of(odds.low, shares.0, shares.1),
        high: lift_of(odds.high, shares.0, shares.1),
    }
}

/// Returns the lift of a side with the second of two shares over one with the first, from whose each order is, by time.
pub fn of_coins(name: &str, shares: (f64, f64), alpha: f64, is_second: impl Iterator<Item = bool>) -> ArmLift {
    let mut pair = CoinSequence::new(shares.1 / (shares.0 + shares.1), CONCENTRATION, alpha);
    is_second.for_each(|coin| pair.add(coin));
    arm_lift(name, &pair, shares)
}

/// Returns the lift of an arm that has this part of the orders of both; infinite if it has all.
#[must_use]
pub fn lift_of(odds: f64, share_of_first: f64, share: f64) -> f64 {
    odds / (1.0 - odds) * share_of_first / share - 1.0
}

/// Returns the part of the orders of both that an arm with this lift has.
#[must_use]
pub fn odds_of(lift: f64, share_of_first: f64, share: f64) -> f64 {
    let own = (1.0 + lift) * share;
    own / (own + share_of_first)
}
