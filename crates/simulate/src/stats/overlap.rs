//! How alike two rankings are: rank-biased overlap, and the Jaccard index.
//!
//! W. Webber, A. Moffat and J. Zobel, "A similarity measure for indefinite rankings", ACM Transactions on Information
//! Systems 28(4), 2010, <https://doi.org/10.1145/1852102.1852106>.

/// How likely a shopper who looked at a place looks at the next one. At 0.9 the first ten places have 86 % of the weight.
pub const PERSISTENCE: f64 = 0.9;

/// Returns the rank-biased overlap of two rankings without duplicates, extrapolated from their common depth: 0 for
/// disjoint rankings, 1 for equal ones (RBO_EXT of the paper). Two empty rankings are equal. O(depth³), for slates.
///
/// A ranking that is shorter than the other counts as different where it ends.
///
/// ```
/// use shelfwise_simulate::stats::overlap::rbo;
///
/// assert!((rbo(&[1, 2, 3], &[1, 2, 3]) - 1.0).abs() < 1e-12);
/// assert_eq!(rbo(&[1, 2], &[3, 4]), 0.0);
/// ```
#[must_use]
pub fn rbo<T: PartialEq>(first: &[T], second: &[T]) -> f64 {
    let depth = first.len().max(second.len());
    if depth == 0 {
        return 1.0;
    }
    let (mut sum, mut weight, mut agreement) = (0.0, 1.0, 0.0);
    for at in 1..=depth {
        weight *= PERSISTENCE;
        agreement = common(first, second, at) as f64 / at as f64;
        sum += agreement * weight;
    }
    agreement * weight + (1.0 - PERSISTENCE) / PERSISTENCE * sum
}

/// Returns how many items the first `depth` places have in common.
fn common<T: PartialEq>(first: &[T], second: &[T], depth: usize) -> usize {
    let head = &second[..depth.min(second.len())];
    first.iter().take(depth).filter(|item| head.contains(item)).count()
}

/// Returns the share of items that both have of those that either has; 1 for two empty ones.
#[must_use]
pub fn jaccard<T: PartialEq>(first: &[T], second: &[T]) -> f64 {
    let both = common(first, second, first.len().max(second.len()));
    let either = first.len() + second.len() - both;
    if either == 0 { 1.0 } else { both as f64 / either as f64 }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn letters(text: &str) -> Vec<char> {
        text.chars().collect()
    }

    /// Table 1 of Webber et al. 2010: the agreement of two rankings at each depth.
    #[test]
    fn agreement_is_that_of_the_published_example() {
        let (first, second) = (letters("abcdefg"), letters("zcavwxy"));
        let published = [0.0, 0.0, 0.667, 0.5, 0.4, 0.333, 0.286];
        for (depth, published) in (1..).zip(published) {
            let agreement = common(&first, &second, depth) as f64 / depth as f64;
            assert!((agreement - published).abs() < 5e-4, "{depth}: {agreement}");
        }
    }

    /// Section 4.4 of the paper: at p = 0.9 the first ten places have 86 % of the weight. What is left is the difference
    /// that an eleventh place on can make, so it follows from two rankings that differ only there.
    #[test]
    fn first_ten_places_weigh_what_is_published() {
        let weight = |depth: usize| {
            let p = PERSISTENCE;
            let tail: f64 = (1..depth).map(|i| p.powi(i as i32) / i as f64).sum();
            1.0 - p.powi(depth as i32 - 1) + (1.0 - p) / p * depth as f64 * ((1.0 / (1.0 - p)).ln() - tail)
        };
        assert!((weight(10) - 0.86).abs() < 5e-3, "{}", weight(10));
        let beginning_with = |tail: std::ops::Range<u32>| (0..10).chain(tail).collect::<Vec<_>>();
        let measured = rbo(&beginning_with(100..250), &beginning_with(300..450));
        assert!((measured - weight(10)).abs() < 1e-4, "{measured} {}", weight(10));
    }

    #[test]
    fn rankings_equal_or_disjoint_are_at_the_ends() {
        let first = letters("abcdefghij");
        assert!((rbo(&first, &first) - 1.0).abs() < 1e-12);
        assert!(rbo(&first, &letters("klmnopqrst")).abs() < 1e-12);
        assert!((rbo::<u8>(&[], &[]) - 1.0).abs() < 1e-12);
        assert!(rbo(&first, &[]).abs() < 1e-12);
    }

    /// A swap at the top weighs more than one at the end: what the measure is for.
    #[test]
    fn swap_at_the_top_weighs_more_than_at_the_end() {
        let first = letters("abcdefghij");
        let (top, end) = (rbo(&first, &letters("bacdefghij")), rbo(&first, &letters("abcdefghji")));
        assert!(top < end && end < 1.0, "{top} {end}");
        assert!(
            (1.0 - top - 0.1).abs() < 1e-12,
            "the agreement at depth 1, which weighs 1 - p, is all that is lost"
        );
    }

    #[test]
    fn jaccard_counts_items_whatever_their_places() {
        assert!((jaccard(&letters("abcd"), &letters("dcba")) - 1.0).abs() < 1e-12);
        assert!((jaccard(&letters("abc"), &letters("bcd")) - 0.5).abs() < 1e-12);
        assert!((jaccard::<u8>(&[], &[]) - 1.0).abs() < 1e-12);
    }
}
