//! Trade-offs: measures on the hold-out the cost of a stricter support floor, or of a bound on the pairs of one
//! session.

use std::ops::RangeInclusive;

use rayon::prelude::*;
use serde::Serialize;
use shelfwise_core::snapshot::{BuildError, Scoring, SnapshotBuilder};

use crate::aggregates::{Aggregates, CountOptions};
use crate::size::brotli_bytes;
use crate::tables::assortment::Assortment;
use crate::tables::model::{ModelOptions, model};
use crate::tune::hold_out::HoldOut;

/// The floors that `auto` chooses from.
pub const FLOORS: RangeInclusive<u32> = 2..=10;

/// Maximum relative loss of hit rate for a floor, compared to the lowest one.
pub const FLOOR_BUDGET: f64 = 0.02;

/// The bounds that `auto` chooses from, in pairs a session.
pub const BOUNDS: [u32; 4] = [400, 200, 100, 50];

/// Maximum relative loss of hit rate and of reciprocal rank for a bound.
pub const BOUND_BUDGET: f64 = 0.01;

/// One point of a curve.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Point {
    /// The floor.
    pub min_support: u32,
    /// The bound on pairs of a session; absent for all within the window.
    pub pairs_per_session: Option<u32>,
    /// Hit rate on the hold-out, as a fraction.
    pub hr: f64,
    /// Mean reciprocal rank, as a fraction.
    pub mrr: f64,
    /// Entries of the neighbour table.
    pub neighbours: usize,
    /// Bytes of the whole snapshot after brotli.
    pub brotli_bytes: usize,
}

/// Inputs shared by all points of a curve.
#[derive(Debug)]
pub struct CurveInput<'a> {
    /// The sessions to measure on.
    pub hold_out: HoldOut<'a>,
    /// The items.
    pub assortment: &'a Assortment<'a>,
    /// Options of the models; the floor varies by point.
    pub options: ModelOptions,
}

impl<'a> CurveInput<'a> {
    /// Counts the sessions before the hold-out.
    #[must_use]
    pub fn count(&self, pairs_per_session: Option<u32>) -> Aggregates<'a> {
        let counting = CountOptions {
            pairs_per_session,
            ..self.options.counting(self.assortment.indexing.published())
        };
        self.hold_out.before.count(&counting)
    }

    /// Builds the model of these aggregates at a floor.
    #[must_use]
    pub fn model(&self, aggregates: &Aggregates<'_>, min_support: u32, scoring: Option<&Scoring>) -> SnapshotBuilder {
        let options = ModelOptions {
            min_support,
            ..self.options
        };
        self.shaped(aggregates, scoring, &options)
    }

    /// Builds the model of these aggregates with other options.
    #[must_use]
    pub fn shaped(
        &self,
        aggregates: &Aggregates<'_>,
        scoring: Option<&Scoring>,
        options: &ModelOptions,
    ) -> SnapshotBuilder {
        let mut builder = model(aggregates, self.assortment, None, options).builder;
        if let Some(scoring) = scoring {
            builder.meta.scoring = scoring.clone();
        }
        builder
    }

    /// Measures the curve of floors.
    ///
    /// # Errors
    /// [`BuildError`] if the parts do not form a valid snapshot.
    pub fn floors(
        &self,
        aggregates: &Aggregates<'_>,
        scoring: &Scoring,
        bound: Option<u32>,
    ) -> Result<Vec<Point>, BuildError> {
        FLOORS
            .into_par_iter()
            .map(|floor| self.point(&self.model(aggregates, floor, Some(scoring)), bound))
            .collect()
    }

    /// Measures the curve of bounds, loosest first; the first point has none.
    ///
    /// # Errors
    /// [`BuildError`] if the parts do not form a valid snapshot.
    pub fn bounds(&self, scoring: &Scoring) -> Result<Vec<Point>, BuildError> {
        let bounds = std::iter::once(None).chain(BOUNDS.into_iter().map(Some));
        let floor = self.options.min_support;
        bounds
            .map(|bound| self.point(&self.model(&self.count(bound), floor, Some(scoring)), bound))
            .collect()
    }

    fn point(&self, builder: &SnapshotBuilder, pairs_per_session: Option<u32>) -> Result<Point, BuildError> {
        let bytes = builder.build()?;
        let brotli_bytes = brotli_bytes(&bytes);
        let evaluation = self.hold_out.evaluate(bytes);
        Ok(Point {
            min_support: builder.meta.min_support,
            pairs_per_session,
            hr: evaluation.places.hr,
            mrr: evaluation.places.mrr,
            neighbours: builder.together.rows.iter().map(Vec::len).sum(),
            brotli_bytes,
        })
    }
}

/// Returns the strictest floor whose hit rate is within the budget of the lowest floor's.
#[must_use]
pub fn strictest_floor(tradeoff: &[Point]) -> u32 {
    let least = tradeoff.first().map_or(0.0, |point| point.hr);
    let within = tradeoff.iter().filter(|point| point.hr >= least * (1.0 - FLOOR_BUDGET));
    within.map(|point| point.min_support).max().unwrap_or(*FLOORS.start())
}

/// Returns the tightest bound whose hit rate and reciprocal rank are within the budget of the unbounded ones.
#[must_use]
pub fn tightest_bound(tradeoff: &[Point]) -> Option<u32> {
    let (hr, mrr) = tradeoff.first().map_or((0.0, 0.0), |point| (point.hr, point.mrr));
    let keeps = 1.0 - BOUND_BUDGET;
    let within = tradeoff
        .iter()
        .take_while(|point| point.hr >= hr * keeps && point.mrr >= mrr * keeps);
    within.last().and_then(|point| point.pairs_per_session)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn point(min_support: u32, pairs_per_session: Option<u32>, hr: f64, mrr: f64) -> Point {
        Point {
            min_support,
            pairs_per_session,
            hr,
            mrr,
            neighbours: 0,
            brotli_bytes: 0,
        }
    }

    #[test]
    fn strictest_floor_within_the_budget_is_taken() {
        let tradeoff = [
            point(2, None, 0.500, 0.0),
            point(3, None, 0.495, 0.0),
            point(4, None, 0.490, 0.0),
            point(5, None, 0.480, 0.0),
        ];
        assert_eq!(strictest_floor(&tradeoff), 4);
    }

    #[test]
    fn floor_that_gains_is_taken_even_after_one_that_loses() {
        let tradeoff = [
            point(2, None, 0.5, 0.0),
            point(3, None, 0.4, 0.0),
            point(4, None, 0.6, 0.0),
        ];
        assert_eq!(strictest_floor(&tradeoff), 4);
    }

    #[test]
    fn empty_curve_gives_a_floor_of_two() {
        assert_eq!(strictest_floor(&[]), 2);
    }

    #[test]
    fn bound_may_cost_one_percent_of_either_metric() {
        let all = point(2, None, 0.5, 0.2);
        let free = point(2, Some(400), 0.5, 0.2);
        let cheap = point(2, Some(200), 0.4951, 0.1981);
        let dear = point(2, Some(100), 0.5, 0.19);
        let cheap_again = point(2, Some(50), 0.5, 0.2);
        assert_eq!(
            tightest_bound(&[all.clone(), free, cheap, dear.clone(), cheap_again]),
            Some(200)
        );
        assert_eq!(tightest_bound(&[all, dear]), None);
        assert_eq!(tightest_bound(&[]), None);
    }
}
