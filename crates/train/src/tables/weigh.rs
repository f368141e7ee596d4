//! Converts counts to weights, prunes them to the strongest neighbours and quantizes them to 4 bits.

use rayon::prelude::*;
use shelfwise_core::snapshot::NeighbourTable;
use shelfwise_core::snapshot::layout::WEIGHT_LEVELS;

use crate::aggregates::pairs::{Pair, PairTable};

/// Exponents of the normalization: count / (sum of the row's item^0.7 · sum of the neighbour^0.3).
///
/// At 1 and 0 a weight is the share of the row, and popular neighbours win everywhere; at 0.5 and 0.5 it is the
/// cosine. 0.7 and 0.3 were best on all public logs (`docs/ranking.md`).
const ROW_EXPONENT: f64 = 0.7;
const NEIGHBOUR_EXPONENT: f64 = 0.3;

/// A weighted neighbour.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Weighted {
    /// The neighbour.
    pub item: u32,
    /// Its weight, above 0.
    pub weight: f64,
}

/// Divisors of weights: the sums of all pairs of the two items, each to the power of its exponent.
pub struct Norms {
    row: Vec<f64>,
    neighbour: Vec<f64>,
}

impl Norms {
    /// Computes the divisors of all items.
    #[must_use]
    pub fn of(counts: &PairTable) -> Self {
        let power = |exponent| {
            let sums = counts.sums.iter();
            sums.map(|sum| libm::pow(*sum as f64, exponent)).collect()
        };
        Self {
            row: power(ROW_EXPONENT),
            neighbour: power(NEIGHBOUR_EXPONENT),
        }
    }

    /// Returns the weight of a neighbour in an item's row.
    #[must_use]
    pub fn weight(&self, count: f64, own: u32, neighbour: u32) -> f64 {
        count / (self.row[own as usize] * self.neighbour[neighbour as usize])
    }
}

/// Weighs all pairs at or above a floor and keeps the `most` strongest of every item, by decreasing weight.
///
/// `backward_weight` is the weight of an earlier item relative to a later one: 1 is equal, 0 ignores it.
#[must_use]
pub fn weigh(counts: &PairTable, min_support: u32, backward_weight: f64, most: usize) -> Vec<Vec<Weighted>> {
    weigh_some(counts, backward_weight, most, |own, at| {
        counts.rows[own][at].support >= min_support
    })
}

/// Weighs the pairs for which `wanted` returns true, given the item and the pair's index in the item's row.
#[must_use]
pub fn weigh_some(
    counts: &PairTable,
    backward_weight: f64,
    most: usize,
    wanted: impl Fn(usize, usize) -> bool + Sync,
) -> Vec<Vec<Weighted>> {
    let norms = Norms::of(counts);
    let weigh_pair = |own: usize, pair: &Pair| Weighted {
        item: pair.item,
        weight: norms.weight(
            backward_weight * pair.weight as f64 + (1.0 - backward_weight) * pair.ahead as f64,
            own as u32,
            pair.item,
        ),
    };
    let weigh_row = |(own, row): (usize, &Vec<Pair>)| {
        let wanted = row.iter().enumerate().filter(|(at, _)| wanted(own, *at));
        let weighted = wanted.map(|(_, pair)| weigh_pair(own, pair));
        strongest(weighted.filter(|pair| pair.weight > 0.0).collect(), most)
    };
    counts.rows.par_iter().enumerate().map(weigh_row).collect()
}

/// Returns the `most` strongest by decreasing weight; ties by index.
#[must_use]
pub fn strongest(mut row: Vec<Weighted>, most: usize) -> Vec<Weighted> {
    let order = |a: &Weighted, b: &Weighted| b.weight.total_cmp(&a.weight).then(a.item.cmp(&b.item));
    if row.len() > most {
        row.select_nth_unstable_by(most, order);
        row.truncate(most);
        // Tens of thousands of rows are kept, so the capacity used for candidates is released.
        row.shrink_to_fit();
    }
    row.sort_unstable_by(order);
    row
}

/// Quantizes weights to the levels of another table, in which `one` is 1.
#[must_use]
pub fn quantize_to(rows: &[Vec<Weighted>], one: f64, scale: &[f32; WEIGHT_LEVELS]) -> NeighbourTable {
    let row = |row: &Vec<Weighted>| {
        let levels = row.iter().map(|to| (to.item, level_of(to.weight / one, scale)));
        let mut row: Vec<(u32, u8)> = levels.collect();
        row.sort_unstable();
        row
    };
    NeighbourTable {
        weights: *scale,
        rows: rows.par_iter().map(row).collect(),
    }
}

/// Returns the level of a logarithmic scale that is nearest to a weight.
#[must_use]
pub fn level_of(weight: f64, scale: &[f32; WEIGHT_LEVELS]) -> u8 {
    let [low, high] = [scale[0], scale[WEIGHT_LEVELS - 1]].map(|weight| libm::log(f64::from(weight)));
    let step = ((high - low) / (WEIGHT_LEVELS - 1) as f64).max(f64::MIN_POSITIVE);
    let exact = (libm::log(weight) - low) / step;
    libm::round(exact.clamp(0.0, (WEIGHT_LEVELS - 1) as f64)) as u8
}

/// Quantizes weights to 16 levels, equidistant on a logarithmic scale; the largest weight becomes 1.
#[must_use]
pub fn quantize(rows: &[Vec<Weighted>]) -> NeighbourTable {
    quantize_as(rows, heaviest(rows))
}

/// Returns the largest weight of a table; 0 if it is empty.
#[must_use]
pub fn heaviest(rows: &[Vec<Weighted>]) -> f64 {
    rows.iter()
        .flatten()
        .map(|neighbour| neighbour.weight)
        .fold(0.0, f64::max)
}

/// Quantizes weights to 16 levels such that `one` becomes 1, the highest level: for tables whose weights are compared.
///
/// The smallest 1 % of the weights share the lowest level, so that a few tiny ones do not coarsen the rest.
#[must_use]
pub fn quantize_as(rows: &[Vec<Weighted>], one: f64) -> NeighbourTable {
    let mut logs: Vec<f64> = rows
        .iter()
        .flatten()
        .map(|neighbour| libm::log(neighbour.weight))
        .collect();
    logs.sort_by(f64::total_cmp);
    let (Some(low), Some(high)) = (logs.get(logs.len() / 100), logs.last()) else {
        return NeighbourTable {
            weights: [0.0; WEIGHT_LEVELS],
            rows: vec![Vec::new(); rows.len()],
        };
    };
    let step = ((high - low) / (WEIGHT_LEVELS - 1) as f64).max(f64::MIN_POSITIVE);
    let level = |weight: f64| {
        let exact = (libm::log(weight) - low) / step;
        libm::round(exact.clamp(0.0, (WEIGHT_LEVELS - 1) as f64)) as u8
    };
    let quantize_row = |row: &Vec<Weighted>| {
        let mut row: Vec<(u32, u8)> = row
            .iter()
            .map(|neighbour| (neighbour.item, level(neighbour.weight)))
            .collect();
        row.sort_unstable();
        row
    };
    let weight = |level: usize| libm::exp((low + step * level as f64 - libm::log(one)).min(0.0)) as f32;
    NeighbourTable {
        weights: std::array::from_fn(weight),
        rows: rows.par_iter().map(quantize_row).collect(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::aggregates::{CountOptions, Source};
    use crate::shop::{baskets, log, number, plain_options};
    use shelfwise_intake::log::Log;

    fn weighted(item: u32, weight: f64) -> Weighted {
        Weighted { item, weight }
    }

    fn pairs(log: &Log) -> PairTable {
        let counting = plain_options().counting(usize::MAX);
        let counting = CountOptions {
            min_support: 1,
            ..counting
        };
        log.count(&counting).pairs
    }

    fn counts_of(sessions: &[&[&str]]) -> (Log, PairTable) {
        let log = log(sessions);
        let pairs = pairs(&log);
        (log, pairs)
    }

    #[test]
    fn item_that_goes_with_everything_weighs_less() {
        let (log, counts) = counts_of(&[&["bag", "milk"], &["bag", "salt"], &["bag", "tent"], &["peg", "tent"]]);
        let row = &weigh(&counts, 1, 1.0, 10)[number(&log, "tent") as usize];
        assert_eq!(row[0].item, number(&log, "peg"), "{row:?}");
    }

    #[test]
    fn later_item_weighs_more_than_earlier_one() {
        let (log, counts) = counts_of(&[&["flour", "yeast"], &["flour", "yeast"]]);
        let weight = |backward_weight: f64, own: &str| {
            weigh(&counts, 1, backward_weight, 10)[number(&log, own) as usize][0].weight
        };
        assert!((weight(1.0, "yeast") - weight(1.0, "flour")).abs() < 1e-12);
        assert!((weight(0.25, "yeast") - weight(0.25, "flour") / 4.0).abs() < 1e-12);
        assert!((weight(0.25, "flour") - weight(1.0, "flour")).abs() < 1e-12);
    }

    #[test]
    fn basket_has_no_backward_weight() {
        let shop = baskets(&[&["flour", "yeast"], &["flour", "yeast"]]);
        let counts = pairs(&shop);
        assert_eq!(weigh(&counts, 1, 0.1, 10), weigh(&counts, 1, 1.0, 10));
    }

    #[test]
    fn table_on_the_scale_of_another_keeps_its_proportion() {
        let rows = [vec![weighted(1, 0.02), weighted(0, 0.1)]];
        let table = quantize_as(&rows, 0.4);
        assert!((table.weights[15] - 0.25).abs() < 1e-6, "{:?}", table.weights);
        let heavier = quantize_as(&rows, 0.05);
        assert!((heavier.weights[15] - 1.0).abs() < 1e-6, "no weight is above 1");
    }

    #[test]
    fn strongest_neighbours_are_kept_with_ties_by_index() {
        let row = vec![weighted(3, 0.5), weighted(9, 1.0), weighted(1, 0.5), weighted(2, 0.1)];
        let kept: Vec<u32> = strongest(row, 3).into_iter().map(|kept| kept.item).collect();
        assert_eq!(kept, [9, 1, 3]);
    }

    #[test]
    fn pairs_below_the_floor_have_no_weight() {
        let (log, counts) = counts_of(&[&["a", "b"], &["a", "b"], &["a", "c"]]);
        let rows = weigh(&counts, 2, 1.0, 10);
        assert_eq!(rows[number(&log, "a") as usize].len(), 1);
        assert!(rows[number(&log, "c") as usize].is_empty());
    }

    #[test]
    fn largest_weight_becomes_one_and_levels_keep_the_order() {
        let rows = vec![vec![weighted(1, 0.01), weighted(0, 0.1), weighted(2, 1.0)], Vec::new()];
        let table = quantize(&rows);
        assert_eq!(
            table.rows[0],
            [(0, 8), (1, 0), (2, 15)],
            "sorted by item, levels logarithmic"
        );
        assert!((table.weights[15] - 1.0).abs() < 1e-6 && (table.weights[0] - 0.01).abs() < 1e-6);
        assert!(table.weights.windows(2).all(|pair| pair[0] < pair[1]));
        assert!(table.rows[1].is_empty());
    }

    #[test]
    fn equal_weights_and_no_weights_are_quantized_too() {
        let table = quantize(&[vec![weighted(1, 0.3)], vec![weighted(0, 0.3)]]);
        assert!(table.weights.iter().all(|weight| (weight - 1.0).abs() < 1e-6));
        assert_eq!(quantize(&[Vec::new()]).rows, [Vec::new()]);
    }
}
