//! How many orders it takes.

use rand::SeedableRng as _;
use rand::rngs::Xoshiro256PlusPlus;
use rand_distr::{Binomial, Distribution as _};
use serde::Serialize;

use crate::read::odds_of;
use crate::stats::asymptotic::{half_width, tuning_for};
use crate::stats::coin::CoinMixture;
use crate::stats::{CONCENTRATION, normal};

/// How often a lift that is there should be found.
pub const POWER: f64 = 0.8;

/// More orders than any shop has.
const MOST_ORDERS: f64 = 1e12;

/// What can be found in which time.
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
pub struct Plan {
    /// A lift in orders.
    pub lift: f64,
    /// Orders of both arms until it is found with a probability of 0.8.
    pub orders: u64,
    /// Weeks until then.
    pub weeks: f64,
}

/// Returns after how many orders of both arms a lift is found with probability [`POWER`], at the level `alpha`, with a look at
/// every hundredth more orders. By simulation, from a fixed seed: the same question has the same answer. About 50 ms.
///
/// ```
/// use shelfwise_measure::plan::orders_needed;
///
/// let orders = orders_needed(0.1, 0.5, 0.5, 0.05);
/// assert!((5_000..6_000).contains(&orders), "{orders}");
/// ```
#[must_use]
pub fn orders_needed(lift: f64, share_of_first: f64, share: f64, alpha: f64) -> u64 {
    let null = odds_of(0.0, share_of_first, share);
    let odds = odds_of(lift, share_of_first, share);
    let most = one_look(odds, null, alpha);
    if most > MOST_SIMULATED {
        return most;
    }
    let mut found: Vec<u64> = (0..RUNS).map(|run| first_alarm(odds, null, alpha, most, run)).collect();
    found.sort_unstable();
    found[(POWER * RUNS as f64) as usize]
}

/// Runs of a simulation: the answer has a standard error of about 2 %.
const RUNS: u64 = 1_000;

/// Orders up to which it is simulated; beyond, the number for one look is returned, which is larger by about a quarter.
const MOST_SIMULATED: u64 = 20_000_000;

/// Orders at the first look.
const FIRST_LOOK: u64 = 100;

/// Returns after how many orders one run is decided, or twice the most that one look needs.
fn first_alarm(odds: f64, null: f64, alpha: f64, most: u64, seed: u64) -> u64 {
    let mixture = CoinMixture::around(null, CONCENTRATION);
    let mut dice = Xoshiro256PlusPlus::seed_from_u64(seed);
    let (mut heads, mut orders, mut step) = (0, 0, FIRST_LOOK);
    while orders < 2 * most {
        heads += Binomial::new(step, odds).map_or(0, |draw| draw.sample(&mut dice));
        orders += step;
        if mixture.ln_evidence(heads, orders - heads, null) >= -alpha.ln() {
            return orders;
        }
        step = (orders / 100).max(1);
    }
    2 * most
}

/// Returns the orders at which a single look has the power.
///
/// At n orders the evidence is about z²/2 · n/(n + c) − ln((n + c)/c)/2, with z normal around √n · δ/σ.
fn one_look(odds: f64, null: f64, alpha: f64) -> u64 {
    let effect = (odds - null).abs() / (null * (1.0 - null)).sqrt();
    least(|orders| {
        let grown = (orders + CONCENTRATION) / CONCENTRATION;
        let bound = (2.0 * (0.5 * grown.ln() - alpha.ln()) * (orders + CONCENTRATION) / orders).sqrt();
        orders.sqrt() * effect - normal::quantile(POWER) >= bound
    })
}

/// Returns after how many orders of both arms a lift of an amount is found, where the logarithm of the ratio has this
/// variance of one order.
#[must_use]
pub fn orders_needed_for_money(lift: f64, variance: f64, burn_in: u64, alpha: f64) -> u64 {
    let tuning = tuning_for(5 * burn_in, alpha);
    let is_enough = |orders: f64| {
        let reach = half_width(orders as u64, tuning, alpha) + normal::quantile(POWER) / orders.sqrt();
        variance.sqrt() * reach <= (1.0 + lift).ln().abs()
    };
    least(is_enough).max(burn_in)
}

/// Returns what can be found with so many orders a week of both arms.
#[must_use]
pub fn plan(orders_a_week: f64, share_of_first: f64, share: f64, alpha: f64, lifts: &[f64]) -> Vec<Plan> {
    let one = |&lift: &f64| {
        let orders = orders_needed(lift, share_of_first, share, alpha);
        Plan {
            lift,
            orders,
            weeks: orders as f64 / orders_a_week,
        }
    };
    lifts.iter().map(one).collect()
}

/// Returns the smallest number, to a thousandth, from which on a condition holds.
fn least(is_enough: impl Fn(f64) -> bool) -> u64 {
    let mut high = 16.0;
    while !is_enough(high) && high < MOST_ORDERS {
        high *= 2.0;
    }
    let mut low = high / 2.0;
    while high - low > (low / 1_000.0).max(1.0) {
        let middle = f64::midpoint(low, high);
        if is_enough(middle) {
            high = middle;
        } else {
            low = middle;
        }
    }
    high.ceil() as u64
}
