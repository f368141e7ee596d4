//! A shop of four items, for examples and tests: small enough to follow by hand.

use alloc::string::String;
use alloc::vec;

use crate::snapshot::{Meta, NeighbourTable, Scoring, SnapshotBuilder, Support};

/// Returns the parts of the shop's snapshot: bread goes with butter and jam, butter with bread, and tea is the bestseller.
///
/// ```
/// let bytes = shelfwise_core::example::corner_shop().build()?;
/// assert!(bytes.len() < 1024);
/// # Ok::<(), shelfwise_core::snapshot::BuildError>(())
/// ```
#[must_use]
pub fn corner_shop() -> SnapshotBuilder {
    let scoring = Scoring {
        decay: [1.0; 20],
        event_weight: [1.0; 16],
        two_hop: 0.5,
        two_hop_signals: 1,
        seen: 0.25,
        current: 0.25,
        alike: 0.0,
    };
    SnapshotBuilder {
        meta: Meta {
            trained_until_ms: 1_700_000_000_000,
            min_support: 2,
            support: Support::People,
            scoring,
        },
        id_runs: vec![["jam", "tea", "bread", "butter"].map(String::from).to_vec()],
        together: NeighbourTable {
            weights: core::array::from_fn(|level| (level + 1) as f32 / 16.0),
            rows: vec![vec![], vec![], vec![(0, 7), (3, 15)], vec![(2, 3)]],
        },
        popularity: vec![10, 63, 20, 30],
        recent: vec![0; 4],
        top: vec![1, 3],
        ..SnapshotBuilder::default()
    }
}
