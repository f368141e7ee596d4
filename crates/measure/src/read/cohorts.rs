//! What became of customers over weeks, by the arm of their first order in the experiment.
//!
//! Every point is a mean over those customers alone whom the orders show for so many weeks, so that late customers do not look
//! like lost ones. Intervals are those of one look.

use std::collections::BTreeMap;

use serde::Serialize;
use shelfwise_intake::orders::OrderLog;

use super::money::value_of;
use super::orders::TaggedOrder;
use super::report::WEEK_MS;
use crate::declaration::{Experiment, Measure, Unit};
use crate::stats::{ALPHA, Interval, normal};

/// The most weeks that are followed.
pub const MAX_WEEKS: usize = 26;

/// Customers of each arm that a point needs.
const MIN_CUSTOMERS: usize = 50;

/// Customers by arm.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct CohortReport {
    /// Weeks that all arms have points for.
    pub weeks: usize,
    /// Customers who later ordered under another arm, which brings the arms closer together.
    pub switched: u64,
    /// Each arm.
    pub arms: Vec<CohortArm>,
}

/// One arm's customers.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct CohortArm {
    /// The arm.
    pub arm: String,
    /// Customers.
    pub customers: u64,
    /// After 0, 1, 2 … weeks.
    pub points: Vec<CohortPoint>,
}

/// A cohort after so many weeks.
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
pub struct CohortPoint {
    /// Customers whom the orders show for so long.
    pub customers: u64,
    /// Share of them who ordered again.
    pub repeated: f64,
    /// Its interval.
    pub repeated_between: Interval,
    /// What a customer brought until then: net of returns, each order up to the cap. Absent if orders have no value.
    pub value: Option<f64>,
    /// Its interval.
    pub value_between: Option<Interval>,
}

/// A customer of the experiment.
struct Customer {
    arm: usize,
    first_ms: i64,
    has_switched: bool,
    /// Week and value of each order.
    orders: Vec<(usize, f64)>,
}

/// Returns the cohorts; `None` if orders do not know customers, arms are drawn by the clock, or customers are too few.
pub fn read(experiment: &Experiment, orders: &[TaggedOrder<'_>], log: &OrderLog) -> Option<CohortReport> {
    if !log.has.customer || experiment.unit == Unit::Window || experiment.is_interleaved {
        return None;
    }
    let last_ms = log.orders.last()?.time_ms;
    let customers = customers(experiment, orders, log);
    let arms: Vec<CohortArm> = (0..experiment.arms.len())
        .map(|arm| {
            let own: Vec<&Customer> = customers.values().filter(|customer| customer.arm == arm).collect();
            CohortArm {
                arm: experiment.arms[arm].name.clone(),
                customers: own.len() as u64,
                points: points(&own, last_ms, log.has.value),
            }
        })
        .collect();
    let weeks = arms.iter().map(|arm| arm.points.len()).min().unwrap_or_default();
    (weeks > 1).then(|| CohortReport {
        weeks: weeks - 1,
        switched: customers.values().filter(|customer| customer.has_switched).count() as u64,
        arms: arms
            .into_iter()
            .map(|mut arm| {
                arm.points.truncate(weeks);
                arm
            })
            .collect(),
    })
}

/// Returns customers by their number: all orders after the first one of the experiment count, with whatever tag.
fn customers(experiment: &Experiment, orders: &[TaggedOrder<'_>], log: &OrderLog) -> BTreeMap<u32, Customer> {
    let mut customers: BTreeMap<u32, Customer> = BTreeMap::new();
    for tagged in orders {
        let Some(number) = tagged.order.customer else { continue };
        let known = customers.entry(number).or_insert_with(|| Customer {
            arm: tagged.arm,
            first_ms: tagged.order.time_ms,
            has_switched: false,
            orders: Vec::new(),
        });
        known.has_switched |= known.arm != tagged.arm;
    }
    let cap = experiment.cap_of(Measure::Revenue);
    for order in &log.orders {
        let known = order.customer.and_then(|number| customers.get_mut(&number));
        let Some(customer) = known.filter(|customer| order.time_ms >= customer.first_ms) else {
            continue;
        };
        let week = ((order.time_ms - customer.first_ms) as f64 / WEEK_MS).ceil() as usize;
        let value = value_of(order, Measure::Revenue).unwrap_or_default();
        customer.orders.push((week, value.clamp(-cap, cap)));
    }
    customers
}

fn points(customers: &[&Customer], last_ms: i64, has_value: bool) -> Vec<CohortPoint> {
    let mut points = Vec::new();
    for week in 0..=MAX_WEEKS {
        let is_seen = |customer: &&&Customer| (last_ms - customer.first_ms) as f64 >= week as f64 * WEEK_MS;
        let seen: Vec<_> = customers.iter().filter(is_seen).collect();
        if seen.len() < MIN_CUSTOMERS {
            break;
        }
        let until = |customer: &Customer| customer.orders.iter().filter(|(at, _)| *at <= week).count();
        let again: Vec<f64> = seen
            .iter()
            .map(|customer| f64::from(u8::from(until(customer) > 1)))
            .collect();
        let brought: Vec<f64> = seen
            .iter()
            .map(|customer| {
                let own = customer.orders.iter().filter(|(at, _)| *at <= week);
                own.map(|(_, value)| value).sum()
            })
            .collect();
        let ((repeated, repeated_between), (value, value_between)) = (mean(&again), mean(&brought));
        points.push(CohortPoint {
            customers: seen.len() as u64,
            repeated,
            repeated_between,
            value: has_value.then_some(value),
            value_between: has_value.then_some(value_between),
        });
    }
    points
}

/// Returns a mean with the interval of one look.
fn mean(values: &[f64]) -> (f64, Interval) {
    let count = values.len() as f64;
    let mean = values.iter().sum::<f64>() / count;
    let variance = values.iter().map(|value| (value - mean).powi(2)).sum::<f64>() / (count - 1.0);
    let reach = normal::quantile(1.0 - ALPHA / 2.0) * (variance / count).sqrt();
    let between = Interval {
        low: mean - reach,
        high: mean + reach,
    };
    (mean, between)
}

#[cfg(test)]
mod tests {
    use shelfwise_intake::orders::{OptionalColumns, Order};

    use super::*;

    const DAY_MS: i64 = 86_400_000;

    /// 100 customers of each arm, one a day; a third of the second arm's order again ten days later.
    #[test]
    fn customers_are_followed_as_long_as_orders_show_them() {
        let declared = crate::declaration::parse(
            "[[experiment]]\nid = \"winter\"\nunit = \"visit\"\nread = [\"orders\", \"revenue\"]\ncap = 50.0\n\
             arms = [{ name = \"old\", weight = 1 }, { name = \"new\", weight = 1 }]\n",
        )
        .unwrap();
        let order = |customer: u32, day: i64, value: f64| Order {
            time_ms: day * DAY_MS,
            value: Some(value),
            customer: Some(customer),
            ..Order::default()
        };
        let mut orders: Vec<Order> = (0..200).map(|at| order(at, i64::from(at / 2), 40.0)).collect();
        orders.extend(
            (0..200)
                .filter(|at| at % 6 == 1)
                .map(|at| order(at, i64::from(at / 2) + 10, 90.0)),
        );
        orders.sort_by_key(|order| order.time_ms);
        let log = OrderLog {
            orders,
            has: OptionalColumns {
                value: true,
                customer: true,
                ..OptionalColumns::default()
            },
            ..OrderLog::default()
        };
        let firsts = log.orders.iter().filter(|order| order.value == Some(40.0));
        let tagged: Vec<TaggedOrder<'_>> = firsts
            .map(|order| TaggedOrder {
                arm: order.customer.unwrap() as usize % 2,
                order,
            })
            .collect();
        let report = read(&declared.experiments[0], &tagged, &log).unwrap();
        let [old, new] = &report.arms[..] else { panic!() };
        assert_eq!((old.customers, new.customers, report.switched), (100, 100, 0));
        assert!(old.points.iter().all(|point| point.repeated == 0.0));
        assert_eq!(new.points[1].repeated, 0.0, "nobody within a week");
        let second = new.points[2];
        assert!((second.repeated - 1.0 / 3.0).abs() < 0.02, "{second:?}");
        assert!(
            (second.value.unwrap() - (40.0 + 50.0 / 3.0)).abs() < 1.0,
            "an order counts up to the cap"
        );
        assert!(second.customers < 100, "late customers are not lost ones");
        assert!(report.weeks < 10, "points of at least {MIN_CUSTOMERS} customers");
    }
}
