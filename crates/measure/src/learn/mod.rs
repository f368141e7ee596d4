//! Which option should be drawn how often: Thompson shares from counts, written as whole numbers into an artefact.
//!
//! Chapelle and Li 2011 for Thompson sampling. The floor is added, not cut off: every option keeps a propensity that off-policy
//! estimates can divide by.

mod artefact;
mod orders;
mod reports;
pub mod simulate;

use std::collections::BTreeMap;

use rand::SeedableRng as _;
use rand::rngs::Xoshiro256PlusPlus;
use rand_distr::{Beta, Distribution as _};

pub use artefact::{KeyShares, Shares, SharesError, version};
pub use orders::{FRESH_ORDERS, Period, learn_orders, periods};
pub use reports::learn_reports;

use crate::declaration::DRAWS;

/// The share that every option has beside what it earns.
pub const FLOOR: f64 = 0.02;

/// The share of an option that has not had its impressions.
pub const FRESH: f64 = 0.1;

/// Impressions after which an option is no longer fresh.
pub const FRESH_UNTIL: u64 = 1_000;

/// The most that fresh options have together.
const MOST_FRESH: f64 = 0.5;

/// Impressions that a key's parent weighs.
const PARENT_WEIGHT: f64 = 200.0;

/// Impressions that the mean of all options weighs for everybody's key.
const MEAN_WEIGHT: f64 = 20.0;

/// Draws of the posteriors: shares have a grain of 0.0005.
const POSTERIOR_DRAWS: usize = 2_000;

/// The most options of a slot: their floors leave a third to what they earn.
pub const MAX_OPTIONS: usize = 32;

/// What came of an option under a context key.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Count {
    /// The key, such as `phone/evening`; empty for all. Its parent is what stands before its last `/`, or all.
    pub key: String,
    /// The option.
    pub option: String,
    /// How often it was shown.
    pub shown: u64,
    /// How often that was answered: a click, an order.
    pub answered: u64,
}

/// Why nothing is learned.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum LearnError {
    /// Too few or too many options.
    #[error("{0} options: a slot has 2 to {MAX_OPTIONS}")]
    Options(usize),
    /// More answers than impressions.
    #[error(
        "option `{option}`, key `{key}`: {answered} answers of {shown} impressions: look whether both count the same days"
    )]
    TooManyAnswers {
        /// The option.
        option: String,
        /// The key.
        key: String,
        /// Answers.
        answered: u64,
        /// Impressions.
        shown: u64,
    },
}

/// Returns the shares of a slot. Counts of keys are added up for their parents, so that no row counts for a key twice. The same
/// counts give the same shares.
///
/// # Errors
/// [`LearnError`].
pub fn learn(slot: &str, counts: &[Count]) -> Result<Shares, LearnError> {
    let mut options: Vec<String> = counts.iter().map(|count| count.option.clone()).collect();
    options.sort_unstable();
    options.dedup();
    if !(2..=MAX_OPTIONS).contains(&options.len()) {
        return Err(LearnError::Options(options.len()));
    }
    let by_key = by_key(&options, counts)?;
    let mut means: BTreeMap<&str, Vec<f64>> = BTreeMap::new();
    let mut keys = Vec::new();
    // A parent is shorter than its keys and sorts before them.
    for (key, cells) in &by_key {
        let (prior, weight) = match means.get(parent(key)).filter(|_| !key.is_empty()) {
            Some(parent) => (parent.clone(), PARENT_WEIGHT),
            None => (vec![overall(cells); options.len()], MEAN_WEIGHT),
        };
        let posterior = |(cell, prior): (&(u64, u64), &f64)| {
            let (shown, answered) = (cell.0 as f64, cell.1 as f64);
            (weight * prior + answered, weight * (1.0 - prior) + shown - answered)
        };
        let posteriors: Vec<(f64, f64)> = cells.iter().zip(&prior).map(posterior).collect();
        means.insert(key, posteriors.iter().map(|(a, b)| a / (a + b)).collect());
        let is_fresh: Vec<bool> = cells.iter().map(|cell| cell.0 < FRESH_UNTIL).collect();
        keys.push(KeyShares {
            key: key.clone(),
            shares: whole(&tempered(&best(&posteriors), &is_fresh)),
        });
    }
    Ok(Shares {
        slot: slot.to_owned(),
        options,
        keys,
    })
}

fn by_key(options: &[String], counts: &[Count]) -> Result<BTreeMap<String, Vec<(u64, u64)>>, LearnError> {
    let mut by_key = BTreeMap::from([(String::new(), vec![(0, 0); options.len()])]);
    for count in counts {
        if count.answered > count.shown {
            return Err(LearnError::TooManyAnswers {
                option: count.option.clone(),
                key: count.key.clone(),
                answered: count.answered,
                shown: count.shown,
            });
        }
        let Ok(place) = options.binary_search(&count.option) else {
            continue;
        };
        let mut key = &*count.key;
        loop {
            let cells = by_key
                .entry(key.to_owned())
                .or_insert_with(|| vec![(0, 0); options.len()]);
            cells[place] = (cells[place].0 + count.shown, cells[place].1 + count.answered);
            if key.is_empty() {
                break;
            }
            key = parent(key);
        }
    }
    Ok(by_key)
}

fn parent(key: &str) -> &str {
    key.rsplit_once('/').map_or("", |(parent, _)| parent)
}

fn overall(cells: &[(u64, u64)]) -> f64 {
    let (shown, answered) = cells.iter().fold((0, 0), |sum, cell| (sum.0 + cell.0, sum.1 + cell.1));
    // One answer of twenty where nothing is known.
    (answered as f64 + 1.0) / (shown as f64 + 20.0)
}

/// Returns how likely each option is the best.
fn best(posteriors: &[(f64, f64)]) -> Vec<f64> {
    let mut dice = Xoshiro256PlusPlus::seed_from_u64(0x5EED);
    let betas: Vec<Option<Beta<f64>>> = posteriors.iter().map(|(a, b)| Beta::new(*a, *b).ok()).collect();
    wins(posteriors.len(), |option| {
        betas[option].map_or(0.0, |beta| beta.sample(&mut dice))
    })
}

fn wins(options: usize, mut draw: impl FnMut(usize) -> f64) -> Vec<f64> {
    let mut wins = vec![0.0; options];
    for _ in 0..POSTERIOR_DRAWS {
        let drawn: Vec<f64> = (0..options).map(&mut draw).collect();
        let best = (0..options).max_by(|a, b| drawn[*a].total_cmp(&drawn[*b]));
        if let Some(best) = best {
            wins[best] += 1.0 / POSTERIOR_DRAWS as f64;
        }
    }
    wins
}

/// Adds the floor, and gives fresh options their share.
fn tempered(best: &[f64], is_fresh: &[bool]) -> Vec<f64> {
    let fresh = is_fresh.iter().filter(|is_fresh| **is_fresh).count();
    if fresh == best.len() {
        return vec![1.0 / best.len() as f64; best.len()];
    }
    let of_fresh = FRESH.min(MOST_FRESH / fresh.max(1) as f64);
    let known: f64 = (0..best.len())
        .filter(|option| !is_fresh[*option])
        .map(|option| best[option])
        .sum();
    let left = 1.0 - of_fresh * fresh as f64 - FLOOR * (best.len() - fresh) as f64;
    let share = |option: usize| {
        if is_fresh[option] {
            of_fresh
        } else if known > 0.0 {
            FLOOR + left * best[option] / known
        } else {
            FLOOR + left / (best.len() - fresh) as f64
        }
    };
    (0..best.len()).map(share).collect()
}

/// Returns whole numbers of 65,536: rounded down, and what is left to the largest remainders.
fn whole(shares: &[f64]) -> Vec<u32> {
    let exact: Vec<f64> = shares.iter().map(|share| share * f64::from(DRAWS)).collect();
    let mut whole: Vec<u32> = exact.iter().map(|share| share.floor() as u32).collect();
    let mut order: Vec<usize> = (0..exact.len()).collect();
    order.sort_by(|a, b| (exact[*b].fract()).total_cmp(&exact[*a].fract()).then(a.cmp(b)));
    let left = DRAWS.saturating_sub(whole.iter().sum());
    for place in order.iter().cycle().take(left as usize) {
        whole[*place] += 1;
    }
    whole
}

#[cfg(test)]
mod tests;
