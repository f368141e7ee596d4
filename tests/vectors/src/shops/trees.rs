//! A ranker made by hand: three small trees that anyone can follow, one feature or two each.

use shelfwise_core::ranker::{FEATURES, Feature, ForestTable, TreeTable};

/// The features that the trees look at, with their thresholds.
const THRESHOLDS: [(Feature, &[f32]); 7] = [
    (Feature::Share, &[0.1, 0.5]),
    (Feature::Rank, &[2.5]),
    (Feature::PlaceInLast, &[-1.0, 0.5]),
    (Feature::SeenRank, &[-0.5, 1.5]),
    (Feature::Trend, &[0.0]),
    (Feature::Events, &[2.5]),
    (Feature::SameCategory, &[0.5]),
];

/// The trees: what weighs much, what was seen before, what is of the same category.
pub fn forest() -> ForestTable {
    let mut thresholds = vec![Vec::new(); FEATURES];
    for (feature, values) in THRESHOLDS {
        thresholds[feature as usize] = values.to_vec();
    }
    ForestTable {
        thresholds,
        trees: vec![
            chain(
                &[(Feature::Share, 1), (Feature::PlaceInLast, 0), (Feature::Share, 0)],
                &[900, 300, 100, -50],
            ),
            chain(
                &[(Feature::SeenRank, 0), (Feature::SeenRank, 1), (Feature::Rank, 0)],
                &[-120, 40, 10, 0],
            ),
            chain(
                &[(Feature::SameCategory, 0), (Feature::Trend, 0), (Feature::Events, 0)],
                &[60, 25, -25, 5],
            ),
            chain(&[], &[7]),
        ],
    }
}

/// Asks one node after the other: where the value is above the threshold of that number, the leaf of the node
/// is taken; the last leaf is for those that are never above.
fn chain(nodes: &[(Feature, u8)], leaves: &[i16]) -> TreeTable {
    let last = nodes.len() as u8;
    let next = |at: u8| if at + 1 < last { at + 1 } else { ForestTable::leaf(last) };
    let node = |(at, (feature, threshold)): (u8, &(Feature, u8))| {
        [*feature as u8, *threshold, next(at), ForestTable::leaf(at)]
    };
    TreeTable {
        nodes: (0..).zip(nodes).map(node).collect(),
        leaves: leaves.to_vec(),
    }
}
