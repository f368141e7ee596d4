//! The shops behind the fixture snapshots: small, made up, and each with a trait of its own.

mod baskets;
mod grocer;
mod trees;
mod visits;

use shelfwise_core::snapshot::{BuildError, Meta, NeighbourTable, SIGNALS, Scoring, SnapshotBuilder, Support};

/// Time of the last event in every fixture: 2026-01-01T00:00:00Z in milliseconds.
const TRAINED_UNTIL_MS: i64 = 1_767_225_600_000;

/// What the 16 levels of a table weigh: two steps to each halving, the lightest first.
const WEIGHTS: [f32; 16] = [
    0.006, 0.008, 0.011, 0.016, 0.022, 0.031, 0.044, 0.063, 0.088, 0.125, 0.177, 0.25, 0.354, 0.5, 0.707, 1.0,
];

/// Powers of 0.7, rounded: how much less each earlier event says.
const FADING: [f32; SIGNALS] = [
    1.0, 0.7, 0.49, 0.343, 0.24, 0.168, 0.118, 0.0824, 0.0576, 0.0404, 0.0282, 0.0198, 0.0138, 0.0097, 0.0068, 0.0047,
    0.0033, 0.0023, 0.0016, 0.0011,
];

/// Name of every fixture and how its snapshot is made.
pub const ALL: [(&str, Make); 10] = [
    ("visits", || visits::parts().build()),
    ("grocer", || grocer::parts().build()),
    ("baskets", || baskets::parts().build()),
    ("ranked", || ranked().build()),
    ("bridged", || bridged().build()),
    ("cells", || cells().build()),
    ("hit-curve", || measured().build()),
    ("one-item", || one_item().build()),
    ("no-items", || no_items().build()),
    ("future-section", || {
        visits::parts()
            .build()
            .map(|file| super::defects::with_section(&file, 900, 0))
    }),
];

/// Makes a snapshot; errs where the parts do not fit together.
pub type Make = fn() -> Result<Vec<u8>, BuildError>;

/// Strength by kind of event as `train` sets it: views and clicks 1, wishes 1.5, carts 2, purchases 3.
const STRENGTH: [f32; 16] = [
    0.0, 1.0, 1.0, 2.0, 0.0, 1.5, 0.0, 0.0, 3.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0,
];

/// How a log of visits is scored: what was seen last says most.
fn in_order() -> Scoring {
    Scoring {
        decay: FADING,
        event_weight: STRENGTH,
        two_hop: 0.3,
        two_hop_signals: 3,
        seen: 0.1,
        current: 0.06,
        alike: 0.02,
    }
}

/// How baskets are scored: no order, and nothing is recommended for lying in the basket already.
fn unordered() -> Scoring {
    Scoring {
        decay: [1.0; SIGNALS],
        seen: 0.0,
        current: 0.0,
        ..in_order()
    }
}

fn table(rows: Vec<Vec<(u32, u8)>>) -> NeighbourTable {
    let sorted = rows.into_iter().map(|mut row| {
        row.sort_unstable();
        row
    });
    NeighbourTable {
        weights: WEIGHTS,
        rows: sorted.collect(),
    }
}

/// The grocer's shop with trees.
fn ranked() -> SnapshotBuilder {
    SnapshotBuilder {
        ranker: Some(trees::forest()),
        ..grocer::parts()
    }
}

/// The shop of visits, where bridges lead on from items that have no neighbours.
fn bridged() -> SnapshotBuilder {
    SnapshotBuilder {
        bridges: Some(table(visits::bridges())),
        ..visits::parts()
    }
}

/// The grocer's shop with trees, where visits begin as the hour and the place say.
fn cells() -> SnapshotBuilder {
    SnapshotBuilder {
        cells: Some(grocer::cells()),
        ..ranked()
    }
}

/// The grocer's shop with trees, and how often the next item was at each rank.
fn measured() -> SnapshotBuilder {
    SnapshotBuilder {
        hit_curve: Some((1..=64).map(|rank| 9_000 / rank).collect()),
        ..ranked()
    }
}

fn one_item() -> SnapshotBuilder {
    SnapshotBuilder {
        popularity: vec![63],
        recent: vec![63],
        top: vec![0],
        ..bare(in_order(), vec![vec!["only".into()]])
    }
}

fn no_items() -> SnapshotBuilder {
    bare(in_order(), vec![])
}

/// Items of which nothing is known.
fn bare(scoring: Scoring, id_runs: Vec<Vec<String>>) -> SnapshotBuilder {
    let items = id_runs.iter().map(Vec::len).sum();
    SnapshotBuilder {
        meta: Meta {
            trained_until_ms: TRAINED_UNTIL_MS,
            min_support: 2,
            support: Support::Sessions,
            scoring,
        },
        id_runs,
        together: table(vec![Vec::new(); items]),
        popularity: vec![0; items],
        recent: vec![0; items],
        ..SnapshotBuilder::default()
    }
}
