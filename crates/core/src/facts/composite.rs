//! Composite values: what an item is worth to the shop, in levels of which none tells what few items are made of.

use alloc::vec::Vec;

/// One input of a composite value.
#[derive(Clone, Copy, Debug)]
pub struct Input<'a> {
    /// Its weight: the sign says whether more of it is worth more or less.
    pub weight: f64,
    /// What it is for each item.
    pub values: &'a [Option<i32>],
}

/// Returns the level of each item, 0 to `levels` − 1; `None` for an item of which no input is known.
///
/// Inputs are compared by rank, so that their units do not matter: each item gets the share of items below it, those
/// with an unknown input the middle. Levels are quantiles of the weighted sum. A level of fewer than `least` items is
/// merged with the one below it, the lowest with the one above it. O(n log n) for each input.
///
/// ```
/// use shelfwise_core::facts::{Input, levels};
///
/// let margin: Vec<Option<i32>> = (0..8).map(Some).collect();
/// let inputs = [Input { weight: 1.0, values: &margin }];
/// assert_eq!(levels(&inputs, 4, 2), [0, 0, 1, 1, 2, 2, 3, 3].map(Some));
/// assert_eq!(levels(&inputs, 4, 3), [0, 0, 0, 0, 2, 2, 2, 2].map(Some));
/// ```
#[must_use]
pub fn levels(inputs: &[Input<'_>], levels: usize, least: usize) -> Vec<Option<u8>> {
    let items = inputs.iter().map(|input| input.values.len()).max().unwrap_or_default();
    let ranks: Vec<(f64, Vec<Option<f64>>)> = inputs
        .iter()
        .map(|input| {
            (
                input.weight,
                shares_below(input.values.iter().map(|value| value.map(f64::from))),
            )
        })
        .collect();
    let rank = |ranks: &[Option<f64>], item: usize| ranks.get(item).copied().flatten();
    let sum = |item: usize| {
        ranks.iter().any(|(_, ranks)| rank(ranks, item).is_some()).then(|| {
            let parts = ranks
                .iter()
                .map(|(weight, ranks)| weight * rank(ranks, item).unwrap_or(MIDDLE));
            parts.sum::<f64>()
        })
    };
    let shares = shares_below((0..items).map(sum));
    let level = |share: Option<f64>| Some(((share? * levels as f64) as usize).min(levels.saturating_sub(1)));
    let mut found: Vec<Option<usize>> = shares.into_iter().map(level).collect();
    merge(&mut found, levels, least);
    found.into_iter().map(|level| u8::try_from(level?).ok()).collect()
}

/// The rank of an item of which an input is not known.
const MIDDLE: f64 = 0.5;

/// Returns for each number the share of all numbers that are below it.
fn shares_below(numbers: impl Iterator<Item = Option<f64>> + Clone) -> Vec<Option<f64>> {
    let mut sorted: Vec<f64> = numbers.clone().flatten().collect();
    sorted.sort_unstable_by(f64::total_cmp);
    let all = sorted.len().max(1) as f64;
    let below = |number: f64| sorted.partition_point(|other| other.total_cmp(&number).is_lt()) as f64 / all;
    numbers.map(|number| number.map(below)).collect()
}

fn merge(found: &mut [Option<usize>], levels: usize, least: usize) {
    let count = |found: &[Option<usize>], level| found.iter().flatten().filter(|own| **own == level).count();
    let rename = |found: &mut [Option<usize>], from, to| {
        let own = found.iter_mut().flatten().filter(|own| **own == from);
        own.for_each(|own| *own = to);
    };
    // From the top down: what is merged down is counted with the level that it comes to.
    for level in (1..levels).rev() {
        if (1..least).contains(&count(found, level)) {
            rename(found, level, level - 1);
        }
    }
    let lowest = found.iter().flatten().min().copied();
    let next = |lowest: usize| found.iter().flatten().filter(|own| **own > lowest).min().copied();
    if let Some((lowest, next)) = lowest.and_then(|lowest| Some((lowest, next(lowest)?)))
        && count(found, lowest) < least
    {
        rename(found, next, lowest);
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn levels_of_inputs_weigh_ranks() {
        let margin: Vec<Option<i32>> = (0..100).map(|item| Some(item * 1_000)).collect();
        let season: Vec<Option<i32>> = (0..100).map(|item| Some(i32::from(item < 50))).collect();
        let inputs = |season_weight| {
            [
                Input {
                    weight: 1.0,
                    values: &margin,
                },
                Input {
                    weight: season_weight,
                    values: &season,
                },
            ]
        };
        let by_margin = levels(&inputs(0.0), 4, 20);
        assert_eq!((by_margin[0], by_margin[99]), (Some(0), Some(3)));
        let by_season = levels(&inputs(-9.0), 4, 20);
        assert_eq!((by_season[49], by_season[50]), (Some(1), Some(2)));
    }

    #[test]
    fn item_without_any_input_has_no_level() {
        let (one, two) = ([Some(1), None, None, Some(4)], [Some(4), Some(3), None, None]);
        let inputs = [
            Input {
                weight: 1.0,
                values: &one,
            },
            Input {
                weight: 1.0,
                values: &two,
            },
        ];
        let found = levels(&inputs, 2, 1);
        assert_eq!(
            found.iter().map(Option::is_some).collect::<Vec<_>>(),
            [true, true, false, true]
        );
    }

    proptest! {
        #[test]
        fn level_never_has_few_items(
            values in prop::collection::vec(prop::option::of(0..60i32), 20..400),
            weight in -2.0..2.0f64,
        ) {
            let found = levels(&[Input { weight, values: &values }], 16, 20);
            let known = found.iter().flatten().count();
            for level in 0..16u8 {
                let items = found.iter().flatten().filter(|own| **own == level).count();
                prop_assert!(items == 0 || items >= 20.min(known), "level {level}: {items} of {known}");
            }
        }
    }
}
