//! Steps of a column that has more values than codes: their lower bounds, by quantiles.

use alloc::vec::Vec;

/// Returns the lower bounds of at most `steps` steps, ascending: every value itself if they are so few, otherwise the
/// lowest value, the cuts, and quantiles of all values.
///
/// Cuts outside of the values' range are left out, since no item lies below or above them. More cuts than steps are
/// all kept, up to what the format holds: a rule that compares with one must hold exactly.
pub fn bounds(values: impl Iterator<Item = i32>, steps: usize, cuts: &[i32]) -> Vec<i32> {
    let mut sorted: Vec<i32> = values.collect();
    sorted.sort_unstable();
    let mut distinct = sorted.clone();
    distinct.dedup();
    let (Some(lowest), Some(highest)) = (sorted.first(), sorted.last()) else {
        return Vec::new();
    };
    if distinct.len() <= steps {
        return distinct;
    }
    let mut bounds = Vec::from([*lowest]);
    bounds.extend(cuts.iter().filter(|cut| (lowest..=highest).contains(cut)));
    bounds.sort_unstable();
    bounds.dedup();
    let quantiles = steps.saturating_sub(bounds.len());
    let quantile = |part: usize| sorted.get(part * sorted.len() / (quantiles + 1)).copied();
    bounds.extend((1..=quantiles).filter_map(quantile));
    bounds.sort_unstable();
    bounds.dedup();
    bounds
}

/// Returns the place of the step that holds a value.
pub fn place(bounds: &[i32], value: i32) -> Option<usize> {
    bounds.partition_point(|bound| *bound <= value).checked_sub(1)
}
