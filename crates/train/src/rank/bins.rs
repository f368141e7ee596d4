//! Binning: quantizes every feature to at most 63 bins with about equally many rows.

use rayon::prelude::*;
use shelfwise_core::ranker::{FEATURES, Features};

/// Maximum number of bins of a feature.
pub const BINS: usize = 63;

/// Rows sampled for the bin bounds, evenly spread.
const SAMPLE: usize = 100_000;

/// Lists have up to 100 rows: a stride with a common factor would sample only some of their positions.
const LIST_FACTORS: [usize; 2] = [2, 5];

/// A binned data set, stored by feature.
pub struct Binned {
    /// For every feature the upper bounds of all bins but the last.
    bounds: Vec<Vec<f32>>,
    /// For every feature the bin of every row.
    pub columns: Vec<Vec<u8>>,
    /// Number of rows.
    pub rows: usize,
}

impl Binned {
    /// Bins a data set. The same rows give the same bins.
    pub fn of(rows: &[Features]) -> Self {
        let bin_feature = |feature: usize| {
            let bounds = bounds(rows, feature);
            let bin = |row: &Features| bounds.partition_point(|bound| row[feature] > *bound) as u8;
            let column = rows.iter().map(bin).collect();
            (bounds, column)
        };
        let (bounds, columns) = (0..FEATURES).into_par_iter().map(bin_feature).unzip();
        Self {
            bounds,
            columns,
            rows: rows.len(),
        }
    }

    /// Returns the value that separates `bin` and lower bins from the higher ones.
    pub fn threshold(&self, feature: usize, bin: u8) -> f32 {
        self.bounds[feature][usize::from(bin)]
    }

    /// Returns the number of bins of a feature.
    pub fn bins(&self, feature: usize) -> usize {
        self.bounds[feature].len() + 1
    }
}

/// Returns the distinct values at evenly spaced positions of the sorted sample: a row is above a bound if its value is
/// greater.
fn bounds(rows: &[Features], feature: usize) -> Vec<f32> {
    let mut stride = rows.len().div_ceil(SAMPLE).max(1);
    while LIST_FACTORS
        .iter()
        .any(|factor| stride > 1 && stride.is_multiple_of(*factor))
    {
        stride += 1;
    }
    // Missing values are below every number; a bound must be a number itself.
    let mut values: Vec<f32> = rows
        .iter()
        .step_by(stride)
        .map(|row| row[feature].max(f32::MIN))
        .collect();
    values.sort_unstable_by(f32::total_cmp);
    let mut distinct = values.clone();
    distinct.dedup();
    let largest = distinct.pop();
    if distinct.len() < BINS {
        return distinct;
    }
    let mut bounds: Vec<f32> = (1..BINS).map(|n| values[n * values.len() / BINS]).collect();
    bounds.dedup();
    bounds.retain(|bound| Some(*bound) != largest);
    bounds
}
