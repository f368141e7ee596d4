//! A synthetic model of about a megabyte: 40,000 items with their neighbours and a ranker of 96 trees.

use shelfwise_core::ranker::{FEATURES, Feature, ForestTable, TreeTable};
use shelfwise_core::snapshot::{Meta, NeighbourTable, SIGNALS, Scoring, SnapshotBuilder, Support};

/// Number of items of the catalog.
pub const ITEMS: u32 = 40_000;
/// Number of neighbours of each item.
const NEIGHBOURS: u32 = 12;
/// Number of trees of the ranker.
const TREES: u8 = 96;

/// Returns the id of an item.
pub fn id(item: u32) -> String {
    format!("sku-{item:05}")
}

/// Returns the model's bytes.
///
/// # Errors
/// If the format does not accept the parts.
pub fn model() -> anyhow::Result<Vec<u8>> {
    let weights = std::array::from_fn(|level| 0.7_f32.powi(15 - i32::try_from(level).unwrap_or(0)));
    let row = |item: u32| {
        let near = (1..=NEIGHBOURS).map(|step| ((item + step * step * 7) % ITEMS, ((item + step) % 16) as u8));
        let mut row: Vec<_> = near.filter(|(other, _)| *other != item).collect();
        row.sort_unstable();
        row.dedup_by_key(|(other, _)| *other);
        row
    };
    let builder = SnapshotBuilder {
        meta: Meta {
            trained_until_ms: 1_767_225_600_000,
            min_support: 2,
            support: Support::Sessions,
            scoring: Scoring {
                decay: std::array::from_fn::<f32, SIGNALS, _>(|age| 0.7_f32.powi(i32::try_from(age).unwrap_or(0))),
                event_weight: [1.0; 16],
                two_hop: 0.3,
                two_hop_signals: 3,
                seen: 0.1,
                current: 0.06,
                alike: 0.02,
            },
        },
        id_runs: vec![(0..ITEMS).map(id).collect()],
        together: NeighbourTable {
            weights,
            rows: (0..ITEMS).map(row).collect(),
        },
        popularity: (0..ITEMS).map(|item| (item % 64) as u8).collect(),
        recent: (0..ITEMS).map(|item| (item / 7 % 64) as u8).collect(),
        top: (0..200).map(|place| place * 64 + 63).collect(),
        ranker: Some(forest()),
        ..SnapshotBuilder::default()
    };
    builder.build().map_err(|why| anyhow::anyhow!("{why:?}"))
}

/// Returns trees of three splits each, over four features.
fn forest() -> ForestTable {
    let requests = [Feature::Share, Feature::Rank, Feature::Trend, Feature::Events];
    let mut thresholds = vec![Vec::new(); FEATURES];
    for feature in requests {
        thresholds[feature as usize] = vec![0.1, 0.5, 2.5];
    }
    let tree = |at: u8| TreeTable {
        nodes: (0..3_u8)
            .map(|node| {
                let next = if node < 2 { node + 1 } else { ForestTable::leaf(3) };
                [
                    requests[usize::from((at + node) % 4)] as u8,
                    (at + node) % 3,
                    next,
                    ForestTable::leaf(node),
                ]
            })
            .collect(),
        leaves: (0..4).map(|leaf| i16::from(at) - 48 + 10 * leaf).collect(),
    };
    ForestTable {
        thresholds,
        trees: (0..TREES).map(tree).collect(),
    }
}
