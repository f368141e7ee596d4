//! Revenue, margin and pieces by arm: capped as declared, netted by returns, with asymptotic confidence sequences.

use serde::Serialize;
use shelfwise_intake::orders::{OptionalColumns, Order};

use super::orders::TaggedOrder;
use crate::declaration::{Experiment, Measure};
use crate::stats::asymptotic::{half_width, tuning_for};
use crate::stats::{ALPHA, Interval};

/// Orders for which the intervals are narrowest, as a multiple of the burn-in.
const TUNED_FOR: u64 = 5;

/// A relative difference with its interval.
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
pub struct Estimate {
    /// 0.1 is 10 % more than the first arm.
    pub lift: f64,
    /// Lifts that are not refuted; absent before the burn-in.
    pub interval: Option<Interval>,
}

/// One measure of one arm beside the first.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct MoneyReport {
    /// What.
    pub measure: Measure,
    /// The arm.
    pub arm: String,
    /// Of a draw of the arm: orders and value together. Absent if nothing can be compared.
    pub per_draw: Option<Estimate>,
    /// Of an order.
    pub per_order: Option<Estimate>,
    /// Mean of an order of the first arm.
    pub mean_of_first: f64,
    /// Mean of an order of this arm.
    pub mean: f64,
    /// Orders of both arms with a value.
    pub orders: u64,
    /// Orders that exceeded the cap.
    pub capped: u64,
    /// Variance of the logarithm of the ratio per draw, of one order.
    pub variance: f64,
}

/// Returns each measure but the number of orders, for each arm but the first.
pub fn read(experiment: &Experiment, orders: &[TaggedOrder<'_>], has: OptionalColumns) -> Vec<MoneyReport> {
    let is_there = |measure: &Measure| match measure {
        Measure::Orders => false,
        Measure::Revenue => has.value,
        Measure::Margin => has.margin,
        Measure::Items => has.items,
    };
    if experiment.is_interleaved {
        return Vec::new();
    }
    let measures = experiment.measures.iter().copied().filter(is_there);
    measures
        .flat_map(|measure| (1..experiment.arms.len()).map(move |arm| one(experiment, orders, measure, arm)))
        .collect()
}

fn one(experiment: &Experiment, orders: &[TaggedOrder<'_>], measure: Measure, arm: usize) -> MoneyReport {
    let alpha = ALPHA / (experiment.arms.len() - 1) as f64;
    let mut pair = MoneyPair::new((experiment.share(0), experiment.share(arm)), experiment.burn_in, alpha);
    let cap = experiment.cap_of(measure);
    let mut capped = 0;
    for tagged in orders.iter().filter(|tagged| tagged.arm == 0 || tagged.arm == arm) {
        let Some(value) = value_of(tagged.order, measure) else {
            continue;
        };
        capped += u64::from(value.abs() > cap);
        pair.add(tagged.arm == arm, value.clamp(-cap, cap));
    }
    MoneyReport {
        measure,
        arm: experiment.arms[arm].name.clone(),
        per_draw: pair.per_draw(),
        per_order: pair.per_order(),
        mean_of_first: pair.first.mean(),
        mean: pair.other.mean(),
        orders: pair.orders(),
        capped,
        variance: pair.variance_per_draw(),
    }
}

/// Returns what an order counts before the cap: money is netted by what was returned.
pub(super) fn value_of(order: &Order, measure: Measure) -> Option<f64> {
    let value = order.value;
    match measure {
        Measure::Orders => Some(1.0),
        Measure::Revenue => value.map(|value| value - order.returned),
        Measure::Margin => {
            let kept = value
                .filter(|value| *value > 0.0)
                .map_or(1.0, |value| (value - order.returned) / value);
            order.margin.map(|margin| margin * kept)
        }
        Measure::Items => order.items,
    }
}

/// Values of two arms.
#[derive(Clone, Copy, Debug, Default)]
pub struct MoneyPair {
    shares: (f64, f64),
    burn_in: u64,
    alpha: f64,
    /// ρ of the asymptotic sequence.
    tuning: f64,
    first: Sums,
    other: Sums,
}

/// Count, sum and squares of values.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Sums {
    count: f64,
    sum: f64,
    squares: f64,
}

impl Sums {
    pub(super) fn add(&mut self, value: f64) {
        self.count += 1.0;
        self.sum += value;
        self.squares += value * value;
    }

    fn mean(&self) -> f64 {
        if self.count == 0.0 { 0.0 } else { self.sum / self.count }
    }

    fn variance(&self) -> f64 {
        (self.squares / self.count - self.mean().powi(2)).max(0.0)
    }
}

impl MoneyPair {
    /// No values yet, of arms with these shares, for intervals from a burn-in on.
    #[must_use]
    pub fn new(shares: (f64, f64), burn_in: u64, alpha: f64) -> Self {
        Self {
            shares,
            burn_in,
            alpha,
            tuning: tuning_for(TUNED_FOR * burn_in, alpha),
            ..Self::default()
        }
    }

    /// Adds an order.
    pub fn add(&mut self, is_other: bool, value: f64) {
        if is_other {
            self.other.add(value);
        } else {
            self.first.add(value);
        }
    }

    /// Returns the orders of both.
    #[must_use]
    pub fn orders(&self) -> u64 {
        (self.first.count + self.other.count) as u64
    }

    /// Returns the ratio of what a draw brings, with its interval from the burn-in on; `None` if an arm brought nothing.
    ///
    /// The logarithm of the ratio of sums is a mean of Y·A/m₁ − Y·(1 − A)/m₀ up to a term that vanishes; the mean of the
    /// squares is its variance, since arms exclude each other.
    #[must_use]
    pub fn per_draw(&self) -> Option<Estimate> {
        if self.first.sum <= 0.0 || self.other.sum <= 0.0 {
            return None;
        }
        let ratio = self.other.sum / self.first.sum * self.shares.0 / self.shares.1;
        Some(self.estimate(ratio, self.variance_per_draw()))
    }

    /// Returns the ratio of the means of an order.
    #[must_use]
    pub fn per_order(&self) -> Option<Estimate> {
        let (first, other) = (self.first.mean(), self.other.mean());
        if first <= 0.0 || other <= 0.0 {
            return None;
        }
        let part = |sums: &Sums| sums.variance() / (sums.count * sums.mean().powi(2));
        let variance = self.orders() as f64 * (part(&self.first) + part(&self.other));
        Some(self.estimate(other / first, variance))
    }

    /// Returns the ratio of the means of an order with each key weighted by its part of the orders of both, from the sums of
    /// each key; a key that an arm has fewer than two orders of does not count.
    pub(super) fn per_order_at_the_same_mix(&self, keys: &[(Sums, Sums)]) -> Option<Estimate> {
        let keys = keys
            .iter()
            .filter(|(first, other)| first.count >= 2.0 && other.count >= 2.0);
        let (mut first, mut other, mut total) = ((0.0, 0.0), (0.0, 0.0), 0.0);
        for (own_first, own_other) in keys {
            let weight = own_first.count + own_other.count;
            total += weight;
            for (mean, sums) in [(&mut first, own_first), (&mut other, own_other)] {
                mean.0 += weight * sums.mean();
                mean.1 += weight.powi(2) * sums.variance() / sums.count;
            }
        }
        if first.0 <= 0.0 || other.0 <= 0.0 {
            return None;
        }
        let variance = total * (first.1 / first.0.powi(2) + other.1 / other.0.powi(2));
        Some(self.estimate(other.0 / first.0, variance))
    }

    /// Returns the variance of the logarithm of the ratio per draw, of one order; 0 without values.
    #[must_use]
    pub fn variance_per_draw(&self) -> f64 {
        let part = |sums: &Sums| {
            if sums.sum > 0.0 {
                sums.squares / sums.sum.powi(2)
            } else {
                0.0
            }
        };
        self.orders() as f64 * (part(&self.first) + part(&self.other))
    }

    fn estimate(&self, ratio: f64, variance: f64) -> Estimate {
        let orders = self.orders();
        let reach = variance.sqrt() * half_width(orders, self.tuning, self.alpha);
        let interval = Interval {
            low: ratio * (-reach).exp() - 1.0,
            high: ratio * reach.exp() - 1.0,
        };
        Estimate {
            lift: ratio - 1.0,
            interval: (orders >= self.burn_in).then_some(interval),
        }
    }
}
