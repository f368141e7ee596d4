//! Shares from orders alone: nobody counted who saw what.
//!
//! The arm of an order is drawn in proportion to share × rate. Under one set of shares that gives relative rates at once; orders
//! under several sets are put together by a Poisson model whose visits are unknown: `n[t, i] ~ Poisson(V[t] · share[t, i] · rate[i])`.
//! Given the visits, the rates are gamma distributed, and the other way round, so that Gibbs sampling (Gelfand and Smith 1990,
//! <https://doi.org/10.1080/01621459.1990.10476213>) draws from the posterior. More visits on some days than on others move nothing.

use std::collections::BTreeMap;

use rand::SeedableRng as _;
use rand::rngs::Xoshiro256PlusPlus;
use rand_distr::{Distribution as _, Gamma};
use shelfwise_intake::orders::OrderLog;

use super::{KeyShares, LearnError, MAX_OPTIONS, POSTERIOR_DRAWS, Shares, parent, tempered, version, whole};
use crate::declaration::{DRAWS, Experiment};
use crate::read::{ReadError, Sorted};
use crate::tag::letters;
use crate::{Experiments, declaration};

/// Orders that an option must have had draws for, if all convert alike, until it is no longer fresh.
pub const FRESH_ORDERS: f64 = 50.0;

/// Orders that a key's parent weighs.
const PARENT_WEIGHT: f64 = 20.0;

/// Orders that the mean of all options weighs for everybody's key.
const MEAN_WEIGHT: f64 = 4.0;

/// Draws before the first that counts.
const WARM_UP: usize = 200;

/// Orders under one set of shares.
#[derive(Clone, Debug, PartialEq)]
pub struct Period {
    /// The share of each option, from 0 to 1.
    pub shares: Vec<f64>,
    /// Its orders.
    pub orders: Vec<u64>,
}

/// Returns the orders of an experiment by key and by the shares that they came under: those that it declares, and earlier files
/// of shares, which the version in the tag tells apart.
///
/// # Errors
/// [`ReadError::Changed`] if orders carry a version that neither the declaration nor a file of shares has.
pub fn periods(
    experiments: &Experiments,
    experiment: &Experiment,
    log: &OrderLog,
    earlier: &[Shares],
) -> Result<BTreeMap<String, Vec<Period>>, ReadError> {
    let versions: Vec<u16> = earlier
        .iter()
        .map(|shares| version(experiment.version, shares))
        .collect();
    let mut by_key: BTreeMap<String, Vec<Period>> = BTreeMap::new();
    for at in 0..=earlier.len() {
        let mut own = experiment.clone();
        own.version = at.checked_sub(1).map_or(experiment.version, |at| versions[at]);
        let alone = Experiments {
            experiments: vec![own],
            ..experiments.clone()
        };
        let sorted = Sorted::of(&alone, log);
        for other in &sorted.other_versions[0] {
            let is_known = |version: &u16| letters(*version) == other.version;
            if !is_known(&experiment.version) && !versions.iter().any(is_known) {
                return Err(ReadError::Changed {
                    experiment: experiment.id.clone(),
                    orders: other.orders,
                    place: other.first.clone(),
                    version: other.version.clone(),
                    declared: letters(experiment.version),
                });
            }
        }
        for tagged in &sorted.by_experiment[0] {
            let key = tagged.order.key.and_then(|key| log.keys.get(key as usize));
            let mut key = key.map_or("", String::as_str);
            loop {
                let period = by_key.entry(key.to_owned()).or_insert_with(|| {
                    let shares = |at: usize| shares_of(experiment, at.checked_sub(1).map(|at| &earlier[at]), key);
                    let period = |at| Period {
                        shares: shares(at),
                        orders: vec![0; experiment.arms.len()],
                    };
                    (0..=earlier.len()).map(period).collect()
                });
                period[at].orders[tagged.arm] += 1;
                if key.is_empty() {
                    break;
                }
                key = parent(key);
            }
        }
    }
    Ok(by_key)
}

/// Returns the shares of arms under a key; an option that a file of shares does not know had none.
fn shares_of(experiment: &Experiment, shares: Option<&Shares>, key: &str) -> Vec<f64> {
    let Some(shares) = shares else {
        return experiment.shares();
    };
    let own = shares.of_key(key).unwrap_or_default();
    let share = |arm: &declaration::Arm| {
        let place = shares.options.iter().position(|option| *option == arm.name);
        let share = place.and_then(|place| own.get(place)).copied().unwrap_or_default();
        f64::from(share) / f64::from(DRAWS)
    };
    experiment.arms.iter().map(share).collect()
}

/// Returns the shares of a slot whose options are the arms of an experiment, from orders by key. The same orders give the same
/// shares. Costs draws of the posterior × options × periods × keys.
///
/// # Errors
/// [`LearnError`].
pub fn learn_orders(
    slot: &str,
    options: &[String],
    by_key: &BTreeMap<String, Vec<Period>>,
) -> Result<Shares, LearnError> {
    if !(2..=MAX_OPTIONS).contains(&options.len()) {
        return Err(LearnError::Options(options.len()));
    }
    let mut order: Vec<usize> = (0..options.len()).collect();
    // Files of shares name options in the order of their names.
    order.sort_unstable_by_key(|at| &options[*at]);
    let nothing = Vec::new();
    let everybody = by_key.get("").unwrap_or(&nothing);
    // Fresh is what nobody has seen enough of; a key of few orders leans on the others.
    let is_fresh: Vec<bool> = (0..options.len())
        .map(|option| expected(everybody, option) < FRESH_ORDERS)
        .collect();
    let mut means: BTreeMap<&str, Vec<f64>> = BTreeMap::new();
    let mut keys = Vec::new();
    let rest = by_key.iter().filter(|(key, _)| !key.is_empty());
    // A parent is shorter than its keys and sorts before them.
    for (key, periods) in std::iter::once(("", everybody)).chain(rest.map(|(key, periods)| (&**key, periods))) {
        let (prior, weight) = match means.get(parent(key)).filter(|_| !key.is_empty()) {
            Some(parent) => (parent.clone(), PARENT_WEIGHT),
            None => (vec![1.0; options.len()], MEAN_WEIGHT),
        };
        let posterior = sample(periods, &prior, weight);
        means.insert(key, posterior.means);
        let shares = whole(&tempered(&posterior.best, &is_fresh));
        keys.push(KeyShares {
            key: key.to_owned(),
            shares: order.iter().map(|at| shares[*at]).collect(),
        });
    }
    Ok(Shares {
        slot: slot.to_owned(),
        options: order.iter().map(|at| options[*at].clone()).collect(),
        keys,
    })
}

/// Returns the orders that an option would have if all converted alike.
fn expected(periods: &[Period], option: usize) -> f64 {
    let of_period = |period: &Period| period.shares[option] * period.orders.iter().sum::<u64>() as f64;
    periods.iter().map(of_period).sum()
}

struct Posterior {
    /// Mean rate of each option, around 1.
    means: Vec<f64>,
    /// How likely each is the best.
    best: Vec<f64>,
}

/// Draws rates, around 1: only their ratios matter.
fn sample(periods: &[Period], prior: &[f64], weight: f64) -> Posterior {
    let options = prior.len();
    let mut dice = Xoshiro256PlusPlus::seed_from_u64(0x5EED);
    let mut gamma = |shape: f64, rate: f64| Gamma::new(shape, 1.0 / rate).map_or(0.0, |draw| draw.sample(&mut dice));
    let mut rates = prior.to_vec();
    let (mut means, mut best) = (vec![0.0; options], vec![0.0; options]);
    for draw in 0..WARM_UP + POSTERIOR_DRAWS {
        let visits: Vec<f64> = periods
            .iter()
            .map(|period| {
                let served: f64 = period.shares.iter().zip(&rates).map(|(share, rate)| share * rate).sum();
                let orders: u64 = period.orders.iter().sum();
                if orders == 0 { 0.0 } else { gamma(orders as f64, served) }
            })
            .collect();
        for option in 0..options {
            let own = periods.iter().zip(&visits);
            let (orders, served) = own.fold((0, 0.0), |sum, (period, visits)| {
                (sum.0 + period.orders[option], sum.1 + visits * period.shares[option])
            });
            rates[option] = gamma(weight * prior[option] + orders as f64, weight + served);
        }
        let mean = rates.iter().sum::<f64>() / options as f64;
        rates.iter_mut().for_each(|rate| *rate /= mean);
        if draw < WARM_UP {
            continue;
        }
        for (sum, rate) in means.iter_mut().zip(&rates) {
            *sum += rate / POSTERIOR_DRAWS as f64;
        }
        if let Some(winner) = (0..options).max_by(|a, b| rates[*a].total_cmp(&rates[*b])) {
            best[winner] += 1.0 / POSTERIOR_DRAWS as f64;
        }
    }
    Posterior { means, best }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn names(count: usize) -> Vec<String> {
        (0..count).map(|at| format!("option-{at}")).collect()
    }

    fn period(shares: &[f64], orders: &[u64]) -> Period {
        Period {
            shares: shares.to_vec(),
            orders: orders.to_vec(),
        }
    }

    fn learned(periods: Vec<Period>) -> Vec<u32> {
        let options = names(periods[0].shares.len());
        let shares = learn_orders("hero", &options, &BTreeMap::from([(String::new(), periods)])).unwrap();
        shares.keys[0].shares.clone()
    }

    #[test]
    fn option_with_more_orders_of_its_draws_is_drawn_more() {
        let shares = learned(vec![period(&[0.5, 0.5], &[400, 600])]);
        assert!(shares[1] > 60_000 && shares[0] >= 1_310, "{shares:?}");
        let alike = learned(vec![period(&[0.2, 0.8], &[200, 800])]);
        assert!(
            (20_000..46_000).contains(&alike[0]),
            "orders in the ratio of the shares decide nothing: {alike:?}"
        );
    }

    /// The second option has four of five draws in a week of many visits, and half in a week of few. By plain counts it would
    /// look twice as good; within each week both convert alike.
    #[test]
    fn weeks_of_other_shares_are_not_added_up() {
        let shares = learned(vec![period(&[0.2, 0.8], &[200, 800]), period(&[0.5, 0.5], &[100, 100])]);
        assert!((16_000..50_000).contains(&shares[0]), "{shares:?}");
        let own = sample(
            &[period(&[0.2, 0.8], &[300, 800]), period(&[0.5, 0.5], &[150, 100])],
            &[1.0, 1.0],
            MEAN_WEIGHT,
        );
        let ratio = own.means[0] / own.means[1];
        assert!((ratio - 1.5).abs() < 0.12, "{ratio}");
    }

    #[test]
    fn option_without_draws_is_fresh() {
        let shares = learned(vec![period(&[0.5, 0.5, 0.0], &[400, 600, 0])]);
        assert_eq!(shares[2], 6_553, "a tenth of 65,536");
    }

    #[test]
    fn key_with_few_orders_leans_on_everybody() {
        let many = vec![period(&[0.5, 0.5], &[4_000, 6_000])];
        let few = vec![period(&[0.5, 0.5], &[40, 40])];
        let by_key = BTreeMap::from([(String::new(), many), ("phone".to_owned(), few.clone())]);
        let shares = learn_orders("hero", &names(2), &by_key).unwrap();
        let own = shares.of_key("phone").unwrap()[1];
        let alone = learned(few)[1];
        assert!(own > alone + 5_000, "{own} {alone}");
        assert_eq!(shares.of_key("phone/evening"), shares.of_key("phone"));
    }
}
