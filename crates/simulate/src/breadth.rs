//! How widely slates spread over the shop: coverage, concentration, shares by brand, category and price, the long tail,
//! calibration to the visit, and how unlike each other the items of a slate are.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use shelfwise_core::policy::CATEGORY_SEPARATOR;

use crate::shop::{Facts, Shop, TIERS};
use crate::stats::concentration::gini;
use crate::stats::mean;

/// The most groups of a kind in a report: those with the largest shares; the others are summed up.
const GROUPS: usize = 12;

/// How much of the visit's own distribution smooths the slate's (Steck 2018, section 3).
const SMOOTHING: f64 = 0.01;

/// A slate, with the visit that it is for.
#[derive(Clone, Debug)]
pub struct Case<'a> {
    /// Numbers of the items that are shown.
    pub shown: &'a [u32],
    /// Numbers of the items of the visit so far.
    pub visit: &'a [u32],
    /// The number of the item that came next.
    pub next: u32,
}

/// Breadth of many slates. Shares are fractions of 1.
#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Breadth {
    /// Share of the shop's items that were shown at least once.
    pub coverage: f64,
    /// Gini coefficient of how often items were shown: 0 all alike, 1 one item alone.
    pub gini: f64,
    /// Share of places with items outside the most popular fifth.
    pub long_tail: f64,
    /// Mean popularity of shown items divided by that of chosen ones; 0 if it is unknown.
    pub popularity_lift: f64,
    /// Kullback-Leibler divergence of categories of the slate from those of the visit: 0 is the visit's own mixture (Steck
    /// 2018, <https://doi.org/10.1145/3240323.3240372>).
    pub calibration: f64,
    /// Mean distance of two items of a slate by category, brand and price: 0 all alike (Ziegler et al. 2005,
    /// <https://doi.org/10.1145/1060745.1060754>).
    pub diversity: f64,
}

impl Breadth {
    /// Measures slates. O(places²) for each.
    #[must_use]
    pub fn of<'a>(shop: &Shop, cases: impl Iterator<Item = Case<'a>> + Clone) -> Self {
        let exposure = exposure(shop, cases.clone().flat_map(|case| case.shown));
        let shown: u64 = exposure.iter().sum();
        let over = |value: &dyn Fn(&Facts) -> f64| -> f64 {
            let sum: f64 = shop
                .items()
                .iter()
                .zip(&exposure)
                .map(|(item, times)| value(item) * *times as f64)
                .sum();
            if shown == 0 { 0.0 } else { sum / shown as f64 }
        };
        let chosen = mean(
            cases
                .clone()
                .map(|case| shop.item(case.next).map_or(0.0, |item| item.popularity)),
        );
        let popularity = over(&|item| item.popularity);
        Self {
            coverage: exposure.iter().filter(|times| **times > 0).count() as f64 / exposure.len().max(1) as f64,
            gini: gini(&exposure),
            long_tail: over(&|item| f64::from(u8::from(shop.is_tail(item)))),
            popularity_lift: if chosen > 0.0 { popularity / chosen } else { 0.0 },
            calibration: mean(cases.clone().filter_map(|case| miscalibration(shop, &case))),
            diversity: mean(cases.filter_map(|case| diversity(shop, case.shown))),
        }
    }
}

/// Returns how often each item of the shop was shown.
pub fn exposure<'a>(shop: &Shop, shown: impl Iterator<Item = &'a u32>) -> Vec<u64> {
    let mut exposure = vec![0; shop.items().len()];
    for number in shown {
        if let Some(times) = exposure.get_mut(*number as usize) {
            *times += 1;
        }
    }
    exposure
}

/// Returns the divergence of the slate's categories from those of the visit; `None` where either has none.
fn miscalibration(shop: &Shop, case: &Case<'_>) -> Option<f64> {
    let (visit, slate) = (departments(shop, case.visit)?, departments(shop, case.shown)?);
    let divergence = visit.iter().map(|(name, wanted)| {
        let got = slate.get(name).copied().unwrap_or_default();
        let smoothed = (1.0 - SMOOTHING) * got + SMOOTHING * wanted;
        wanted * (wanted / smoothed).ln()
    });
    // Rounding can make equal distributions differ by less than nothing.
    Some(divergence.sum::<f64>().max(0.0))
}

fn departments<'s>(shop: &'s Shop, numbers: &[u32]) -> Option<BTreeMap<&'s str, f64>> {
    let mut counts: BTreeMap<&str, f64> = BTreeMap::new();
    let known = numbers
        .iter()
        .filter_map(|number| Some(shop.item(*number)?.department()));
    known
        .filter(|name| !name.is_empty())
        .for_each(|name| *counts.entry(name).or_default() += 1.0);
    let all: f64 = counts.values().sum();
    counts.values_mut().for_each(|count| *count /= all);
    (all > 0.0).then_some(counts)
}

/// Returns the mean distance of all pairs; `None` of fewer than two items, or where nothing is known of them.
fn diversity(shop: &Shop, shown: &[u32]) -> Option<f64> {
    let items: Vec<&Facts> = shown.iter().filter_map(|number| shop.item(*number)).collect();
    let mut distances = Vec::new();
    for (at, item) in items.iter().enumerate() {
        distances.extend(items[at + 1..].iter().filter_map(|other| distance(item, other)));
    }
    (!distances.is_empty()).then(|| mean(distances))
}

/// Returns the mean distance by what is known of both.
fn distance(item: &Facts, other: &Facts) -> Option<f64> {
    let brand = known(&item.brand, &other.brand).then(|| f64::from(u8::from(item.brand != other.brand)));
    let category = known(&item.category, &other.category).then(|| apart(&item.category, &other.category));
    let price = item
        .tier
        .zip(other.tier)
        .map(|(a, b)| f64::from(a.abs_diff(b)) / (TIERS - 1) as f64);
    let distances: Vec<f64> = [brand, category, price].into_iter().flatten().collect();
    (!distances.is_empty()).then(|| mean(distances))
}

const fn known(a: &str, b: &str) -> bool {
    !a.is_empty() && !b.is_empty()
}

/// Returns the share of levels that two categories do not have in common.
fn apart(a: &str, b: &str) -> f64 {
    let (a, b): (Vec<_>, Vec<_>) = (
        a.split(CATEGORY_SEPARATOR).collect(),
        b.split(CATEGORY_SEPARATOR).collect(),
    );
    let common = a.iter().zip(&b).take_while(|(a, b)| a == b).count();
    1.0 - common as f64 / a.len().max(b.len()) as f64
}

/// What shares are of.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Kind {
    /// Broadest category.
    Category,
    /// Brand.
    Brand,
    /// Fifth of the prices, the lowest first.
    Price,
}

impl Kind {
    /// All kinds.
    pub const ALL: [Self; 3] = [Self::Category, Self::Brand, Self::Price];

    /// Returns the group of an item; `None` where it is not known.
    fn group(self, shop: &Shop, item: &Facts) -> Option<String> {
        let text = match self {
            Self::Category => item.department().to_owned(),
            Self::Brand => item.brand.clone(),
            Self::Price => item.tier.map(|tier| tier_name(shop.tiers(), tier)).unwrap_or_default(),
        };
        (!text.is_empty()).then_some(text)
    }
}

/// Returns a price tier in words. The number in front puts them in order.
fn tier_name(bounds: &[f64], tier: u8) -> String {
    let at = usize::from(tier);
    let below = bounds.get(at).map(|bound| format!("{bound:.2}"));
    let from = at
        .checked_sub(1)
        .and_then(|at| bounds.get(at))
        .map(|bound| format!("{bound:.2}"));
    match (from, below) {
        (None, Some(below)) => format!("below {below}"),
        (Some(from), Some(below)) => format!("{from} to {below}"),
        (Some(from), None) => format!("{from} and more"),
        (None, None) => String::new(),
    }
}

/// The share of one group in the shop, in what shoppers chose, and in what is shown.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Share {
    /// The category, brand or price tier; empty for all that are not listed.
    pub name: String,
    /// Of the shop's items.
    pub catalog: f64,
    /// Of the events of the held-out visits.
    pub clicks: f64,
    /// Of the places under the policy in force.
    pub before: f64,
    /// Of the places under the new policy.
    pub after: f64,
}

/// Shares by groups of one kind, of items whose group is known.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Shares {
    /// What they are of.
    pub by: Kind,
    /// The groups: price tiers from the lowest; others by the larger of their shares of places.
    pub groups: Vec<Share>,
}

/// How often each item was in the catalog (once), clicked, and shown before and after.
#[derive(Clone, Copy, Debug)]
pub struct Exposures<'a> {
    /// Events of the log, by number of the item.
    pub clicks: &'a [u64],
    /// Places under the policy in force.
    pub before: &'a [u64],
    /// Places under the new one.
    pub after: &'a [u64],
}

/// Returns the shares of every kind of which something is known.
#[must_use]
pub fn shares(shop: &Shop, exposures: Exposures<'_>) -> Vec<Shares> {
    Kind::ALL
        .into_iter()
        .filter_map(|by| shares_by(shop, by, exposures))
        .collect()
}

fn shares_by(shop: &Shop, by: Kind, exposures: Exposures<'_>) -> Option<Shares> {
    let mut sums: BTreeMap<(u8, String), [u64; 4]> = BTreeMap::new();
    for (at, item) in shop.items().iter().enumerate() {
        let Some(name) = by.group(shop, item) else { continue };
        let order = if by == Kind::Price {
            item.tier.unwrap_or_default()
        } else {
            0
        };
        let counts = [1, exposures.clicks[at], exposures.before[at], exposures.after[at]];
        let sum = sums.entry((order, name)).or_default();
        sum.iter_mut().zip(counts).for_each(|(sum, count)| *sum += count);
    }
    let mut totals = [0; 4];
    sums.values()
        .for_each(|sum| totals.iter_mut().zip(sum).for_each(|(total, count)| *total += count));
    let share = |sum: &[u64; 4], at: usize| sum[at] as f64 / totals[at].max(1) as f64;
    let mut groups: Vec<Share> = sums
        .iter()
        .map(|((_, name), sum)| Share {
            name: name.clone(),
            catalog: share(sum, 0),
            clicks: share(sum, 1),
            before: share(sum, 2),
            after: share(sum, 3),
        })
        .collect();
    if by != Kind::Price {
        groups.sort_by(|a, b| {
            b.before
                .max(b.after)
                .total_cmp(&a.before.max(a.after))
                .then(a.name.cmp(&b.name))
        });
        sum_up(&mut groups);
    }
    (groups.len() > 1).then_some(Shares { by, groups })
}

/// Replaces all groups but the first by their sum.
fn sum_up(groups: &mut Vec<Share>) {
    if groups.len() <= GROUPS + 1 {
        return;
    }
    let mut others = Share::default();
    for group in groups.drain(GROUPS..) {
        others.catalog += group.catalog;
        others.clicks += group.clicks;
        others.before += group.before;
        others.after += group.after;
    }
    groups.push(others);
}
