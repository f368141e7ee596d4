//! Table variants: which tables a log gets. How much direction counts, and whether indirect links earn their bytes, is measured on
//! the log's own hold-out, never set by hand for a log.

use rayon::prelude::*;
use serde::Serialize;
use shelfwise_core::snapshot::{BuildError, Scoring};

use crate::aggregates::Aggregates;
use crate::size::brotli_bytes;
use crate::tables::indirect_links::LinkOptions;
use crate::tables::model::ModelOptions;
use crate::tune::fit::MARGIN;
use crate::tune::tradeoff::Bench;

/// What a pair says of what comes before, where what comes after says 1: the values that are tried.
pub const AGAINST: [f64; 4] = [1.0, 0.5, 0.25, 0.1];

/// The indirect links that are tried, the smallest table first.
pub const LINKS: [LinkOptions; 3] = [links(10, 0.1), links(10, 0.3), links(20, 0.3)];

const fn links(fill: usize, factor: f64) -> LinkOptions {
    LinkOptions { fill, factor }
}

/// Tables that were tried.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Shape {
    /// What a pair says of what comes before.
    pub backward_weight: f64,
    /// How items are joined that few saw together.
    pub bridges: Option<LinkOptions>,
    /// The goal (HR + MRR on the hold-out) with them.
    pub tuning_score: f64,
    /// Bytes of the whole snapshot after brotli, by the items; 0 where they were not asked for.
    pub bytes_per_item: f64,
}

/// Measures the shapes that differ in direction; the first is the one without.
///
/// # Errors
/// [`BuildError`] where the parts do not make a snapshot.
pub fn directions(bench: &Bench<'_>, aggregates: &Aggregates<'_>) -> Result<Vec<Shape>, BuildError> {
    let shapes = AGAINST.map(|backward_weight| ModelOptions {
        backward_weight,
        ..bench.options
    });
    measure(bench, aggregates, None, &shapes, |_| 0)
}

/// Measures the shapes that differ in indirect links; the first is the one without.
///
/// # Errors
/// [`BuildError`] where the parts do not make a snapshot.
pub fn bridged(bench: &Bench<'_>, aggregates: &Aggregates<'_>, scoring: &Scoring) -> Result<Vec<Shape>, BuildError> {
    let all = std::iter::once(None).chain(LINKS.map(Some));
    let shapes: Vec<ModelOptions> = all.map(|links| ModelOptions { links, ..bench.options }).collect();
    measure(bench, aggregates, Some(scoring), &shapes, brotli_bytes)
}

fn measure(
    bench: &Bench<'_>,
    aggregates: &Aggregates<'_>,
    scoring: Option<&Scoring>,
    shapes: &[ModelOptions],
    size: fn(&[u8]) -> usize,
) -> Result<Vec<Shape>, BuildError> {
    let items = aggregates.items.len().max(1) as f64;
    let variant = |options: &ModelOptions| {
        let bytes = bench.shaped(aggregates, scoring, options).build()?;
        let bytes_per_item = size(&bytes) as f64 / items;
        let places = bench.hold_out.evaluate(bytes).places;
        Ok(Shape {
            backward_weight: options.backward_weight,
            bridges: options.links,
            tuning_score: places.hr + places.mrr,
            bytes_per_item,
        })
    };
    shapes.par_iter().map(variant).collect()
}

/// The shape to take: each one in turn must beat the best so far by the margin, and by as much again for every byte
/// an item beyond the first that it adds.
#[must_use]
pub fn best(shapes: &[Shape]) -> Option<&Shape> {
    shapes.iter().reduce(|best, next| {
        let added = (next.bytes_per_item - best.bytes_per_item).max(1.0);
        if next.tuning_score > best.tuning_score * (1.0 + MARGIN * added) {
            next
        } else {
            best
        }
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn variant(tuning_score: f64, bytes_per_item: f64) -> Shape {
        Shape {
            backward_weight: 1.0,
            bridges: None,
            tuning_score,
            bytes_per_item,
        }
    }

    #[test]
    fn a_gain_within_the_margin_changes_nothing() {
        let shapes = [variant(0.9, 8.0), variant(0.901, 8.0)];
        assert_eq!(best(&shapes), Some(&shapes[0]));
    }

    #[test]
    fn a_clear_gain_is_taken_where_it_costs_nothing() {
        let shapes = [variant(0.9, 8.0), variant(0.903, 8.2)];
        assert_eq!(best(&shapes), Some(&shapes[1]));
    }

    #[test]
    fn every_byte_an_item_has_to_earn_its_own() {
        let dear = [variant(0.9, 8.0), variant(0.908, 13.0)];
        assert_eq!(best(&dear), Some(&dear[0]), "0.9 % for five bytes");
        let worth = [variant(0.9, 8.0), variant(0.92, 13.0)];
        assert_eq!(best(&worth), Some(&worth[1]), "2.2 % for five bytes");
    }

    #[test]
    fn a_larger_table_is_compared_with_the_best_so_far() {
        let shapes = [variant(0.9, 8.0), variant(0.92, 13.0), variant(0.921, 17.0)];
        assert_eq!(best(&shapes), Some(&shapes[1]));
        assert_eq!(best(&[]), None);
    }
}
