//! Whether the statistics hold what they promise, by simulation from seeds: the same runs give the same figures.

mod shop;

use rayon::prelude::*;
use serde::Serialize;

use crate::declaration::BURN_IN;
use crate::read::SPLIT_CONCENTRATION;
use crate::stats::coin::CoinSequence;
use crate::stats::multinomial::SharesTest;
use crate::stats::{ALPHA, CONCENTRATION};
use shop::{Dice, Shop};

/// How much is simulated.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Size {
    /// Runs of each scenario.
    pub runs: u64,
    /// Orders of a run that asks for errors at all times.
    pub orders: u64,
    /// Seed of the first run; each further run has the next one.
    pub seed: u64,
}

impl Size {
    /// What the published figures are of.
    pub const FULL: Self = Self {
        runs: 10_000,
        orders: 20_000,
        seed: 1,
    };
}

/// What a figure must be.
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Bound {
    /// At most.
    AtMost(f64),
    /// At least.
    AtLeast(f64),
}

/// A share of runs, and what it must be.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Figure {
    /// What was counted.
    pub name: &'static str,
    /// The scenario.
    pub scenario: String,
    /// Runs.
    pub runs: u64,
    /// Runs that were counted.
    pub counted: u64,
    /// What their share must be.
    pub bound: Bound,
}

impl Figure {
    /// Returns the share of counted runs.
    #[must_use]
    pub fn share(&self) -> f64 {
        self.counted as f64 / self.runs.max(1) as f64
    }

    /// Returns whether it is within its bound.
    #[must_use]
    pub fn holds(&self) -> bool {
        match self.bound {
            Bound::AtMost(most) => self.share() <= most,
            Bound::AtLeast(least) => self.share() >= least,
        }
    }
}

/// Returns all figures. At [`Size::FULL`] 2 billion simulated orders: minutes.
#[must_use]
pub fn all(size: Size) -> Vec<Figure> {
    vec![
        alarms(size, &[0.5, 0.5]),
        alarms(size, &[0.2, 0.4, 0.4]),
        coverage(size, 0.1, 0.5),
        coverage(size, -0.05, 0.2),
        power(size, 0.05, 23_000),
        power(size, 0.1, 6_000),
        power(size, 0.2, 1_700),
        money(size, BURN_IN, MoneyOf::Draw),
        money(size, BURN_IN, MoneyOf::Order),
        split_alarms(size),
        split_found(size),
    ]
}

/// Returns how often arms that convert alike are ever told apart, with a look after every order.
#[must_use]
pub fn alarms(size: Size, shares: &[f64]) -> Figure {
    let run = |seed| {
        let (mut dice, mut test) = (Dice::new(seed), SharesTest::new(shares, CONCENTRATION));
        (0..size.orders).any(|_| {
            test.add(dice.arm(shares));
            test.p_value() <= ALPHA
        })
    };
    Figure {
        name: "false alarms, ever",
        scenario: format!("arms {shares:?} alike, {} orders, a look after each", size.orders),
        runs: size.runs,
        counted: count(size, run),
        bound: Bound::AtMost(ALPHA),
    }
}

/// Returns how often the interval of the lift holds the true one at all times.
#[must_use]
pub fn coverage(size: Size, lift: f64, share: f64) -> Figure {
    let odds = crate::read::odds_of(lift, 1.0 - share, share);
    let run = |seed| {
        let (mut dice, mut sequence) = (Dice::new(seed), CoinSequence::new(share, CONCENTRATION, ALPHA));
        (0..size.orders).for_each(|_| sequence.add(dice.coin(odds)));
        // Intervals are intersected: what one of them missed, the last one misses.
        sequence.interval().contains(odds)
    };
    Figure {
        name: "lift in its interval, at all times",
        scenario: format!("lift {lift:+}, share {share}, {} orders", size.orders),
        runs: size.runs,
        counted: count(size, run),
        bound: Bound::AtLeast(1.0 - ALPHA),
    }
}

/// Returns how often a lift is found by so many orders.
#[must_use]
pub fn power(size: Size, lift: f64, orders: u64) -> Figure {
    let odds = crate::read::odds_of(lift, 0.5, 0.5);
    let run = |seed| {
        let (mut dice, mut sequence) = (Dice::new(seed), CoinSequence::new(0.5, CONCENTRATION, ALPHA));
        (0..orders).any(|_| {
            sequence.add(dice.coin(odds));
            sequence.p_value() <= ALPHA
        })
    };
    Figure {
        name: "lift found",
        scenario: format!("lift {lift:+}, even arms, by {orders} orders"),
        runs: size.runs,
        counted: count(size, run),
        bound: Bound::AtLeast(crate::plan::POWER),
    }
}

/// What is asked of money.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum MoneyOf {
    /// What a draw brings.
    Draw,
    /// What an order brings.
    Order,
}

/// Returns how often the interval of money holds the true lift at every order from the burn-in on.
#[must_use]
pub fn money(size: Size, burn_in: u64, of: MoneyOf) -> Figure {
    let shop = Shop::with_lift(0.1);
    let run = |seed| {
        let (mut dice, mut pair) = (Dice::new(seed), crate::read::MoneyPair::new((0.5, 0.5), burn_in, ALPHA));
        (0..size.orders).all(|_| {
            let (is_other, value) = shop.order(&mut dice);
            pair.add(is_other, value);
            let (estimate, truth) = match of {
                MoneyOf::Draw => (pair.per_draw(), shop.lift),
                MoneyOf::Order => (pair.per_order(), 0.0),
            };
            estimate
                .and_then(|own| own.interval)
                .is_none_or(|interval| interval.contains(truth))
        })
    };
    Figure {
        name: match of {
            MoneyOf::Draw => "revenue of a draw in its interval, from burn-in on",
            MoneyOf::Order => "revenue of an order in its interval, from burn-in on",
        },
        scenario: format!(
            "{}, burn-in {burn_in}, up to {} orders, a look after each",
            shop.describe(),
            size.orders
        ),
        runs: size.runs,
        counted: count(size, run),
        bound: Bound::AtLeast(1.0 - ALPHA),
    }
}

/// Returns how often a split that is as declared is ever called broken.
#[must_use]
pub fn split_alarms(size: Size) -> Figure {
    Figure {
        name: "false alarms of the split, ever",
        scenario: "declared 50/50, served 50/50, 20000 assignments, a look after each".to_owned(),
        runs: size.runs,
        counted: count(size, |seed| split_alarm(seed, 0.5)),
        bound: Bound::AtMost(0.01),
    }
}

/// Returns how often a split of 52/48 that was declared 50/50 is found.
#[must_use]
pub fn split_found(size: Size) -> Figure {
    Figure {
        name: "broken split found",
        scenario: "declared 50/50, served 52/48, within 20000 assignments".to_owned(),
        runs: size.runs,
        counted: count(size, |seed| split_alarm(seed, 0.52)),
        bound: Bound::AtLeast(0.95),
    }
}

fn split_alarm(seed: u64, served: f64) -> bool {
    let (mut dice, mut test) = (Dice::new(seed), SharesTest::new(&[0.5, 0.5], SPLIT_CONCENTRATION));
    (0..20_000).any(|_| {
        test.add(usize::from(dice.coin(served)));
        test.p_value() < 0.01
    })
}

fn count(size: Size, run: impl Fn(u64) -> bool + Sync) -> u64 {
    let seeds = size.seed..size.seed + size.runs;
    seeds.into_par_iter().filter(|seed| run(*seed)).count() as u64
}

#[cfg(test)]
mod tests;
