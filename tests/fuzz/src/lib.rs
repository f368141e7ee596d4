//! Shared by the fuzz targets: an intact snapshot to damage, and a policy with a rule of each kind.

mod checksum;
mod damage;
mod events;
mod facts;
mod kept;
mod memory;
mod release;

use std::sync::LazyLock;

use shelfwise_core::policy::{Action, Attribute, Exclusion, Rule, Selector};
use shelfwise_core::ranker::{FEATURES, ForestTable, TreeTable};
use shelfwise_core::snapshot::layout::WEIGHT_LEVELS;
use shelfwise_core::snapshot::{
    AttributeTable, BuildError, CellTable, Meta, NeighbourTable, SIGNALS, Scoring, SnapshotBuilder, Support,
};
use shelfwise_core::{ContextKey, CurrentItem, EventKind, Placement, Policy};

pub use damage::damage;
pub use events::events;
pub use facts::every_column;
pub use kept::{every_kept_kind, kept};
pub use memory::every_section;
pub use release::{release, release_seeds};

/// Names of the targets; each has a program `fuzz-NAME` and may have a folder of crashers.
pub const TARGETS: [&str; 7] = ["snapshot", "damage", "policy", "facts", "events", "kept", "release"];

static INTACT: LazyLock<Vec<u8>> = LazyLock::new(|| intact().unwrap_or_default());

/// Passes the input to a target.
///
/// # Panics
/// If the target finds a fault, or there is no target of that name.
pub fn run(target: &str, bytes: &[u8]) {
    assert!(
        !INTACT.is_empty(),
        "the builder does not take the parts of the intact snapshot"
    );
    let did = match target {
        "snapshot" => {
            let mut fixed = bytes.to_vec();
            checksum::fix_checksums(&mut fixed);
            shelfwise_tests_drive::snapshot(bytes) + shelfwise_tests_drive::snapshot(&fixed)
        }
        "damage" => damage(bytes, &INTACT),
        "policy" => shelfwise_tests_drive::policy(bytes, &INTACT),
        "facts" => shelfwise_tests_drive::facts(bytes),
        "events" => events(bytes, &INTACT),
        "kept" => kept(bytes, &INTACT),
        "release" => release(bytes),
        _ => unreachable!("there is no target {target}"),
    };
    std::hint::black_box(did);
}

/// Number of items of the snapshot: more than one block of rows, few enough to be read ten thousand times a second.
const ITEMS: u32 = 150;
/// Number of neighbours of an item.
const NEIGHBOURS: u32 = 6;
/// Number of categories and brands.
const NAMES: u16 = 5;

/// Returns a small snapshot with every section. Deterministic.
///
/// # Errors
/// If the builder does not accept these parts.
pub fn intact() -> Result<Vec<u8>, BuildError> {
    let ids = (0..ITEMS).map(|item| format!("sku-{item:03}")).collect();
    let builder = SnapshotBuilder {
        meta: Meta {
            trained_until_ms: 1_700_000_000_000,
            min_support: 2,
            support: Support::People,
            scoring: scoring(),
        },
        id_runs: vec![ids],
        together: table(1),
        alike: Some(table(7)),
        bridges: Some(table(11)),
        popularity: (0..ITEMS).map(|item| (item % 16) as u8).collect(),
        recent: (0..ITEMS).map(|item| (item % 5) as u8).collect(),
        top: (0..20).collect(),
        attributes: Some(attributes()),
        ranker: Some(forest()),
        cells: Some(cells()),
        hit_curve: Some((1..=32).rev().map(|rank| rank * 200).collect()),
    };
    builder.build()
}

/// Returns a policy with every feature of policies, for the placements that the visit requests.
#[must_use]
pub fn every_rule() -> Policy {
    let actions = [
        Action::hide(Selector::Brand("Brand 1".into())),
        Action::Exclude(Exclusion::InCart),
        Action::Cap {
            by: Attribute::Category,
            max: 2,
        },
        Action::Pin {
            item: "sku-100".into(),
            position: 1,
        },
        Action::Hide {
            what: Selector::Category("Gone".into()),
            items: Some(vec!["sku-003".into(), "sku-014".into()]),
        },
    ];
    let rule = |(at, action)| Rule {
        id: format!("rule-{at}"),
        placements: vec!["pdp".into()],
        action,
    };
    Policy {
        placements: vec![Placement {
            name: "pdp".into(),
            current_item: CurrentItem::Hide,
        }],
        rules: actions.into_iter().enumerate().map(rule).collect(),
    }
}

fn cells() -> CellTable {
    let list = |first: u32| {
        (first..first + 5)
            .map(|item| (item * 7 % ITEMS, (250 - item) as u8))
            .collect()
    };
    let words = ["", "evening", "evening,weekend,phone", "evening,weekend,phone,en,GB"];
    CellTable {
        facts: ContextKey::EVERYTHING,
        share: 128,
        cells: (0..)
            .zip(words)
            .map(|(at, cell)| (ContextKey::parse(cell), list(at)))
            .collect(),
    }
}

fn scoring() -> Scoring {
    let decay = std::array::from_fn(|age| 1.0 / (age + 1) as f32);
    let event_weight = [1.0; EventKind::ALL.len()];
    debug_assert_eq!(decay.len(), SIGNALS);
    Scoring {
        decay,
        event_weight,
        two_hop: 0.3,
        two_hop_signals: 3,
        seen: 0.5,
        current: 0.2,
        alike: 0.05,
    }
}

/// Returns a table in which the neighbours of each item follow it, `step` apart.
fn table(step: u32) -> NeighbourTable {
    let weights = std::array::from_fn(|level| (level + 1) as f32 / WEIGHT_LEVELS as f32);
    let row = |item: u32| {
        let mut row: Vec<_> = (1..=NEIGHBOURS)
            .map(|next| ((item + next * step) % ITEMS, (next % 16) as u8))
            .collect();
        row.sort_unstable();
        row
    };
    NeighbourTable {
        weights,
        rows: (0..ITEMS).map(row).collect(),
    }
}

fn attributes() -> AttributeTable {
    let names = |kind: &str| (0..NAMES).map(|name| format!("{kind} {name}")).collect();
    let items = (0..ITEMS)
        .map(|item| (Some(item as u16 % NAMES), Some(item as u16 / 2 % NAMES)))
        .collect();
    let popular = (0..u32::from(NAMES))
        .map(|category| vec![category, category + u32::from(NAMES)])
        .collect();
    AttributeTable {
        categories: names("Shelf"),
        brands: names("Brand"),
        items,
        popular,
    }
}

/// Returns a tree for every feature, with two splits and three leaves.
fn forest() -> ForestTable {
    let tree = |feature: usize| TreeTable {
        nodes: vec![
            [feature as u8, 0, 1, ForestTable::leaf(0)],
            [0, 1, ForestTable::leaf(1), ForestTable::leaf(2)],
        ],
        leaves: vec![-300, feature as i16, 200],
    };
    ForestTable {
        thresholds: vec![vec![0.1, 0.5]; FEATURES],
        trees: (0..FEATURES).map(tree).collect(),
    }
}

#[cfg(test)]
mod tests {
    use shelfwise_core::{Engine, Recommend, Session, Snapshot};

    use super::*;

    #[test]
    fn snapshot_intact_seed_is_served() {
        let bytes = intact().unwrap();
        assert!(shelfwise_tests_drive::snapshot(&bytes) > 10);
        assert_eq!(bytes, intact().unwrap());
    }

    #[test]
    fn snapshot_intact_seed_obeys_every_rule() {
        let (bytes, policy) = (intact().unwrap(), every_rule());
        assert!(shelfwise_tests_drive::policy(&policy.encode(), &bytes) > 10);
        let snapshot = Snapshot::open(bytes.as_slice()).unwrap();
        let (ids, facts) = (snapshot.ids(), snapshot.attributes());
        let mut engine = Engine::new(Snapshot::open(bytes.as_slice()).unwrap(), policy);
        let request = Recommend {
            placement: "pdp",
            limit: 50,
            ..Recommend::default()
        };
        let slate = engine.recommend(&Session::new(), &request, &mut ());
        let rules: Vec<_> = slate.items.iter().flat_map(|item| &item.rules).collect();
        assert!(slate.items.len() > 1 && rules.contains(&&"rule-3".into()), "{rules:?}");
        for item in &slate.items {
            assert!(!["sku-003", "sku-014"].contains(&&*item.item_id));
            let brand = ids.index_of(&item.item_id).and_then(|item| facts.brand_of(item));
            assert_ne!(
                brand.and_then(|brand| facts.brand_name(brand)),
                Some("Brand 1"),
                "{}",
                item.item_id
            );
        }
    }
}
