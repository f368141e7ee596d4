//! Table variants: measures on the log's hold-out which backward weight to use and whether indirect links are worth
//! their bytes; they are never set by hand for a log.

use rayon::prelude::*;
use serde::Serialize;
use shelfwise_core::snapshot::{BuildError, Scoring};

use crate::aggregates::Aggregates;
use crate::size::brotli_bytes;
use crate::tables::indirect_links::LinkOptions;
use crate::tables::model::ModelOptions;
use crate::tune::fit::MARGIN;
use crate::tune::tradeoff::CurveInput;

/// Candidate weights of an earlier item in a pair, relative to a later one.
pub const BACKWARD_WEIGHTS: [f64; 4] = [1.0, 0.5, 0.25, 0.1];

/// Candidate options of indirect links, the smallest table first.
pub const LINKS: [LinkOptions; 3] = [links(10, 0.1), links(10, 0.3), links(20, 0.3)];

const fn links(fill: usize, factor: f64) -> LinkOptions {
    LinkOptions { fill, factor }
}

/// A measured variant of the tables.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Shape {
    /// Weight of an earlier item in a pair.
    pub backward_weight: f64,
    /// Options of indirect links.
    pub bridges: Option<LinkOptions>,
    /// The tuning score (HR + MRR on the hold-out).
    pub tuning_score: f64,
    /// Bytes of the whole snapshot after brotli divided by its items; 0 if not measured.
    pub bytes_per_item: f64,
}

/// Measures the variants of the backward weight; the first is the baseline.
///
/// # Errors
/// [`BuildError`] if the parts do not form a valid snapshot.
pub fn directions(input: &CurveInput<'_>, aggregates: &Aggregates<'_>) -> Result<Vec<Shape>, BuildError> {
    let shapes = BACKWARD_WEIGHTS.map(|backward_weight| ModelOptions {
        backward_weight,
        ..input.options
    });
    measure(input, aggregates, None, &shapes, |_| 0)
}

/// Measures the variants of indirect links; the first is without.
///
/// # Errors
/// [`BuildError`] if the parts do not form a valid snapshot.
pub fn bridged(
    input: &CurveInput<'_>,
    aggregates: &Aggregates<'_>,
    scoring: &Scoring,
) -> Result<Vec<Shape>, BuildError> {
    let all = std::iter::once(None).chain(LINKS.map(Some));
    let shapes: Vec<ModelOptions> = all.map(|links| ModelOptions { links, ..input.options }).collect();
    measure(input, aggregates, Some(scoring), &shapes, brotli_bytes)
}

fn measure(
    input: &CurveInput<'_>,
    aggregates: &Aggregates<'_>,
    scoring: Option<&Scoring>,
    shapes: &[ModelOptions],
    size: fn(&[u8]) -> usize,
) -> Result<Vec<Shape>, BuildError> {
    let items = aggregates.items.len().max(1) as f64;
    let variant = |options: &ModelOptions| {
        let bytes = input.shaped(aggregates, scoring, options).build()?;
        let bytes_per_item = size(&bytes) as f64 / items;
        let places = input.hold_out.evaluate(bytes).places;
        Ok(Shape {
            backward_weight: options.backward_weight,
            bridges: options.links,
            tuning_score: places.hr + places.mrr,
            bytes_per_item,
        })
    };
    shapes.par_iter().map(variant).collect()
}

/// Returns the variant to use: in order, each must beat the best so far by the margin, and by as much again for every
/// additional byte an item beyond the first.
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
    fn gain_within_the_margin_changes_nothing() {
        let shapes = [variant(0.9, 8.0), variant(0.901, 8.0)];
        assert_eq!(best(&shapes), Some(&shapes[0]));
    }

    #[test]
    fn clear_gain_without_cost_is_taken() {
        let shapes = [variant(0.9, 8.0), variant(0.903, 8.2)];
        assert_eq!(best(&shapes), Some(&shapes[1]));
    }

    #[test]
    fn added_bytes_require_a_larger_gain() {
        let dear = [variant(0.9, 8.0), variant(0.908, 13.0)];
        assert_eq!(best(&dear), Some(&dear[0]), "0.9 % for five bytes");
        let worth = [variant(0.9, 8.0), variant(0.92, 13.0)];
        assert_eq!(best(&worth), Some(&worth[1]), "2.2 % for five bytes");
    }

    #[test]
    fn larger_table_is_compared_with_the_best_so_far() {
        let shapes = [variant(0.9, 8.0), variant(0.92, 13.0), variant(0.921, 17.0)];
        assert_eq!(best(&shapes), Some(&shapes[1]));
        assert_eq!(best(&[]), None);
    }
}
