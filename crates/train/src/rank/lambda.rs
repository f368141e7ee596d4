//! Gradients of LambdaRank: how much a swap of the target with another candidate changes NDCG.
//!
//! Burges, ["From RankNet to LambdaRank to LambdaMART"](https://www.microsoft.com/en-us/research/publication/from-ranknet-to-lambdarank-to-lambdamart-an-overview/)
//! (2010), for one relevant item a query; weights are
//! normalized by score difference and by query as LightGBM does.

use rayon::prelude::*;

use super::dataset::{Dataset, Query};

/// Only swaps that involve one of the first 20 ranks count.
const TRUNCATION: usize = 20;

/// Gradients are integers in this unit, so that a tree does not depend on the order of summation.
pub const UNIT: f64 = (1_u64 << 24) as f64;

/// First and second derivative by row, in [`UNIT`]s; 0 for rows outside the training set.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Gradient {
    /// First derivative.
    pub slope: i64,
    /// Second derivative.
    pub curvature: i64,
}

/// Returns the gradients of the first `learning` queries at the given scores.
pub fn gradients(data: &Dataset, scores: &[f64], learning: usize) -> Vec<Gradient> {
    let queries = &data.queries[..learning];
    let by_query: Vec<Vec<Gradient>> = queries.par_iter().map(|query| of_query(query, scores)).collect();
    by_query.into_iter().flatten().collect()
}

fn of_query(query: &Query, scores: &[f64]) -> Vec<Gradient> {
    let scores = &scores[query.rows.clone()];
    let target = query.target - query.rows.start;
    let places = places(scores);
    let spread = scores.iter().any(|score| *score != scores[0]);
    let mut slopes = vec![(0.0, 0.0); scores.len()];
    let mut total = 0.0;
    let own_discount = discount(places[target]);
    for other in (0..scores.len()).filter(|other| *other != target) {
        if places[target].min(places[other]) >= TRUNCATION {
            continue;
        }
        let mut change = (own_discount - discount(places[other])).abs();
        let difference = scores[target] - scores[other];
        if spread {
            change /= 0.01 + difference.abs();
        }
        let chance = 1.0 / (1.0 + libm::exp(difference));
        let (slope, curvature) = (chance * change, chance * (1.0 - chance) * change);
        slopes[target].0 -= slope;
        slopes[target].1 += curvature;
        slopes[other].0 += slope;
        slopes[other].1 += curvature;
        total += 2.0 * slope;
    }
    let scale = if total > 0.0 {
        libm::log2(1.0 + total) / total
    } else {
        1.0
    };
    let whole = |value: f64| libm::round(value * scale * UNIT) as i64;
    slopes
        .iter()
        .map(|(slope, curvature)| Gradient {
            slope: whole(*slope),
            curvature: whole(*curvature),
        })
        .collect()
}

/// Returns the rank of every candidate by decreasing score; ties are in their original order.
fn places(scores: &[f64]) -> Vec<usize> {
    let mut order: Vec<usize> = (0..scores.len()).collect();
    order.sort_by(|a, b| scores[*b].total_cmp(&scores[*a]));
    let mut places = vec![0; scores.len()];
    for (place, candidate) in order.into_iter().enumerate() {
        places[candidate] = place;
    }
    places
}

fn discount(place: usize) -> f64 {
    1.0 / libm::log2(2.0 + place as f64)
}
