//! How unevenly something is shared out.

/// Returns the Gini coefficient: 0 if all have the same, near 1 if one has all; 0 of nothing.
///
/// Half the relative mean absolute difference, in the form for sorted values (Damgaard and Weiner 2000,
/// <https://doi.org/10.1890/0012-9658(2000)081[1139:DIIPSO]2.0.CO;2>). O(n log n).
#[must_use]
pub fn gini(values: &[u64]) -> f64 {
    let mut sorted = values.to_vec();
    sorted.sort_unstable();
    let total: u64 = sorted.iter().sum();
    if total == 0 {
        return 0.0;
    }
    let count = sorted.len() as f64;
    let ranked: f64 = (1..)
        .zip(&sorted)
        .map(|(rank, value)| f64::from(rank) * *value as f64)
        .sum();
    2.0 * ranked / (count * total as f64) - (count + 1.0) / count
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn gini_is_zero_for_equal_shares_and_near_one_for_one_owner() {
        assert!(gini(&[3, 3, 3, 3]).abs() < 1e-12);
        assert!((gini(&[0, 0, 0, 8]) - 0.75).abs() < 1e-12, "(n - 1) / n");
        assert!(gini(&[]).abs() < 1e-12 && gini(&[0, 0]).abs() < 1e-12);
    }

    /// The integers 1 to n have a coefficient of (n - 1) / 3n, whatever their order.
    #[test]
    fn gini_of_the_first_integers_is_the_known_one() {
        assert!((gini(&[5, 1, 4, 2, 3]) - 4.0 / 15.0).abs() < 1e-12);
        let hundred: Vec<u64> = (1..=100).collect();
        assert!((gini(&hundred) - 99.0 / 300.0).abs() < 1e-12);
    }
}
