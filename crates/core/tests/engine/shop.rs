//! Made-up shops for property tests: what a shop is, apart from how a snapshot numbers its items.

use std::collections::BTreeMap;

use proptest::collection::{btree_map, btree_set, vec};
use proptest::prelude::*;
use shelfwise_core::ranker::{FEATURES, ForestTable, TreeTable};
use shelfwise_core::snapshot::layout::{MAX_POPULARITY, WEIGHT_LEVELS};
use shelfwise_core::snapshot::{
    AttributeTable, CellTable, Meta, NeighbourTable, SIGNALS, Scoring, Snapshot, SnapshotBuilder, Support, compare_ids,
};
use shelfwise_core::{ContextKey, Engine, Event, EventKind, Policy, Session, example};

/// Items, by numbers of the shop's own; everything speaks in these.
#[derive(Clone, Debug)]
pub struct Shop {
    pub ids: Vec<String>,
    pub together: Vec<Vec<(usize, u8)>>,
    pub alike: Option<Vec<Vec<(usize, u8)>>>,
    pub bridges: Option<Vec<Vec<(usize, u8)>>>,
    pub popularity: Vec<u8>,
    pub top: Vec<usize>,
    pub catalog: Option<Catalog>,
    pub scoring: Scoring,
    pub ranker: Option<ForestTable>,
    pub cells: Option<Popularities>,
}

/// What is popular in cells: the share of it, and for some of [`CELLS`] a list of items with their weights.
#[derive(Clone, Debug)]
pub struct Popularities {
    pub facts: ContextKey,
    pub share: u8,
    pub lists: BTreeMap<ContextKey, Vec<(usize, u8)>>,
}

/// Cells that descend from one another, and some that do not.
pub const CELLS: [&str; 8] = [
    "",
    "evening",
    "evening,weekend",
    "evening,weekend,phone",
    "evening,weekend,phone,en",
    "evening,weekend,phone,en,GB",
    "night,workday,,de",
    ",,desktop,,US",
];

/// Category and brand of every item, and what is popular in each category.
#[derive(Clone, Debug)]
pub struct Catalog {
    pub items: Vec<(Option<u16>, Option<u16>)>,
    pub popular: Vec<Vec<usize>>,
}

pub const CATEGORIES: [&str; 4] = ["food", "food > bread", "food > bread > rolls", "foodstuff"];
pub const BRANDS: [&str; 3] = ["Ä", "b", "c d"];

/// Ids of any script, also empty of letters; 1 to 60 bytes.
pub fn id() -> impl Strategy<Value = String> {
    prop_oneof![
        4 => "[a-c0-2]{1,4}",
        2 => "\\PC{1,6}",
        1 => vec(any::<char>(), 1..15).prop_map(String::from_iter),
    ]
}

/// A shop of 1 to 40 items.
pub fn shop() -> impl Strategy<Value = Shop> {
    let rows = || vec(vec((any::<usize>(), 0..WEIGHT_LEVELS as u8), 0..10), 40);
    let facts = vec((proptest::option::of(0..4_u16), proptest::option::of(0..3_u16)), 40);
    let catalog = (facts, vec(vec(any::<usize>(), 0..6), CATEGORIES.len()));
    (
        btree_set(id(), 1..40),
        rows(),
        (proptest::option::of(rows()), proptest::option::of(rows())),
        vec(0..=MAX_POPULARITY, 40),
        btree_set(any::<usize>(), 0..12),
        proptest::option::of(catalog),
        (
            scoring(),
            proptest::option::of(forest()),
            proptest::option::of(popularities()),
        ),
    )
        .prop_map(
            |(ids, together, (alike, bridges), popularity, top, catalog, (scoring, ranker, cells))| {
                let items = ids.len();
                let rows = |rows: Vec<_>| {
                    rows.into_iter()
                        .take(items)
                        .enumerate()
                        .map(|(own, row)| tidy(own, row, items))
                        .collect()
                };
                Shop {
                    together: rows(together),
                    alike: alike.map(rows),
                    bridges: bridges.map(rows),
                    popularity: popularity[..items].to_vec(),
                    top: distinct(top.into_iter(), items),
                    catalog: catalog.map(|(facts, popular)| Catalog {
                        items: facts[..items].to_vec(),
                        popular: popular
                            .into_iter()
                            .map(|list| distinct(list.into_iter(), items))
                            .collect(),
                    }),
                    scoring,
                    ranker,
                    cells: cells.map(|cells| cells.of(items)),
                    ids: ids.into_iter().collect(),
                }
            },
        )
}

fn popularities() -> impl Strategy<Value = Popularities> {
    let facts = proptest::sample::select(vec![
        ContextKey::EVERYTHING,
        ContextKey::TIME,
        ContextKey::PLACE,
        ContextKey::UNKNOWN,
    ]);
    let list = vec((any::<usize>(), any::<u8>()), 0..8);
    let lists = (list.clone(), btree_map(1..CELLS.len(), list, 0..CELLS.len()));
    (facts, any::<u8>(), lists).prop_map(|(facts, share, (root, lists))| Popularities {
        facts,
        share,
        lists: lists
            .into_iter()
            .map(|(at, list)| (ContextKey::parse(CELLS[at]).only(facts), list))
            .chain([(ContextKey::UNKNOWN, root)])
            .collect(),
    })
}

impl Popularities {
    /// Every item once in a list.
    fn of(mut self, items: usize) -> Self {
        for list in self.lists.values_mut() {
            let weights: BTreeMap<usize, u8> = list.iter().map(|(item, weight)| (item % items, *weight)).collect();
            *list = weights.into_iter().collect();
        }
        self
    }
}

fn tidy(own: usize, row: Vec<(usize, u8)>, items: usize) -> Vec<(usize, u8)> {
    let row: BTreeMap<usize, u8> = row.into_iter().map(|(other, level)| (other % items, level)).collect();
    row.into_iter().filter(|(other, _)| *other != own).collect()
}

fn distinct(numbers: impl Iterator<Item = usize>, items: usize) -> Vec<usize> {
    let mut list: Vec<usize> = Vec::new();
    for number in numbers.map(|number| number % items) {
        if !list.contains(&number) {
            list.push(number);
        }
    }
    list
}

fn scoring() -> impl Strategy<Value = Scoring> {
    let factor = || 0.0_f32..1.0;
    (
        vec(factor(), SIGNALS),
        vec(0.0_f32..3.0, EventKind::ALL.len()),
        factor(),
        0..5_u8,
        factor(),
        factor(),
        factor(),
    )
        .prop_map(
            |(decay, event_weight, two_hop, two_hop_signals, seen, current, alike)| Scoring {
                decay: decay.try_into().unwrap(),
                event_weight: event_weight.try_into().unwrap(),
                two_hop,
                two_hop_signals,
                seen,
                current,
                alike,
            },
        )
}

/// Up to three small trees over all features.
fn forest() -> impl Strategy<Value = ForestTable> {
    let thresholds = vec(btree_set(-4..40_i16, 0..4), FEATURES);
    let node = (0..FEATURES as u8, 0..4_u8, any::<bool>());
    let trees = vec((vec(node, 0..6), vec(any::<i16>(), 6)), 0..4);
    (thresholds, trees).prop_map(|(thresholds, trees)| ForestTable {
        thresholds: thresholds
            .into_iter()
            .map(|values| values.into_iter().map(|value| f32::from(value) / 8.0).collect())
            .collect(),
        trees: trees.into_iter().map(|(nodes, leaves)| tree(&nodes, &leaves)).collect(),
    })
}

/// A chain: each node goes on to the next one or ends in its leaf.
fn tree(nodes: &[(u8, u8, bool)], leaves: &[i16]) -> TreeTable {
    let last = nodes.len() as u8;
    let node = |(at, (feature, threshold, turned)): (u8, &(u8, u8, bool))| {
        let next = if at + 1 < last { at + 1 } else { ForestTable::leaf(last) };
        let (left, right) = if *turned {
            (next, ForestTable::leaf(at))
        } else {
            (ForestTable::leaf(at), next)
        };
        [*feature, *threshold, left, right]
    };
    TreeTable {
        nodes: (0..).zip(nodes).map(node).collect(),
        leaves: leaves[..=nodes.len()].to_vec(),
    }
}

impl Shop {
    /// The snapshot in which the items came in runs: `run_of` says for each item in which.
    pub fn builder(&self, run_of: impl Fn(usize) -> usize) -> SnapshotBuilder {
        let mut order: Vec<usize> = (0..self.ids.len()).collect();
        let key = |item: usize| (run_of(item), self.ids[item].as_bytes());
        order.sort_by(|a, b| {
            key(*a)
                .0
                .cmp(&key(*b).0)
                .then_with(|| compare_ids(key(*a).1, key(*b).1))
        });
        let mut runs: BTreeMap<usize, Vec<String>> = BTreeMap::new();
        for item in &order {
            runs.entry(run_of(*item)).or_default().push(self.ids[*item].clone());
        }
        let mut index = vec![0; order.len()];
        for (at, item) in (0..).zip(&order) {
            index[*item] = at;
        }
        let numbered = |items: &[usize]| items.iter().map(|item| index[*item]).collect();
        SnapshotBuilder {
            meta: meta(self.scoring.clone()),
            id_runs: runs.into_values().collect(),
            together: table(&self.together, &order, &index),
            alike: self.alike.as_ref().map(|rows| table(rows, &order, &index)),
            bridges: self.bridges.as_ref().map(|rows| table(rows, &order, &index)),
            popularity: order.iter().map(|item| self.popularity[*item]).collect(),
            recent: order
                .iter()
                .map(|item| MAX_POPULARITY - self.popularity[*item])
                .collect(),
            ranker: self.ranker.clone(),
            hit_curve: order.len().is_multiple_of(2).then(|| vec![900, 400, 30]),
            cells: self.cells.as_ref().map(|cells| {
                let number = |(item, weight): &(usize, u8)| (index[*item], *weight);
                let lists = cells.lists.iter();
                CellTable {
                    facts: cells.facts,
                    share: cells.share,
                    cells: lists
                        .map(|(cell, list)| (*cell, list.iter().map(number).collect()))
                        .collect(),
                }
            }),
            top: numbered(&self.top),
            attributes: self.catalog.as_ref().map(|catalog| AttributeTable {
                categories: CATEGORIES.map(String::from).to_vec(),
                brands: BRANDS.map(String::from).to_vec(),
                items: order.iter().map(|item| catalog.items[*item]).collect(),
                popular: catalog.popular.iter().map(|list| numbered(list)).collect(),
            }),
        }
    }

    /// The opened snapshot with all items in one run.
    pub fn open(&self) -> Snapshot<Vec<u8>> {
        Snapshot::open(self.builder(|_| 0).build().unwrap()).unwrap()
    }
}

pub fn meta(scoring: Scoring) -> Meta {
    Meta {
        trained_until_ms: 1_700_000_000_000,
        min_support: 2,
        support: Support::People,
        scoring,
    }
}

/// What the levels weigh: all different, none of them round.
pub fn weights() -> [f32; WEIGHT_LEVELS] {
    std::array::from_fn(|level| (level + 1) as f32 / (WEIGHT_LEVELS + 1) as f32)
}

fn table(rows: &[Vec<(usize, u8)>], order: &[usize], index: &[u32]) -> NeighbourTable {
    let row = |item: &usize| {
        let mut row: Vec<(u32, u8)> = rows[*item]
            .iter()
            .map(|(other, level)| (index[*other], *level))
            .collect();
        row.sort_unstable();
        row
    };
    NeighbourTable {
        weights: weights(),
        rows: order.iter().map(row).collect(),
    }
}

/// What a shopper does, before it is known in which shop: kinds, and items as any number.
pub type Doings = Vec<(EventKind, Option<usize>)>;

/// A visit of up to 30 events, one in nine about an item that no shop has.
pub fn doings() -> impl Strategy<Value = Doings> {
    let kind = proptest::sample::select(EventKind::ALL.to_vec());
    vec((kind, proptest::option::weighted(0.9, any::<usize>())), 0..30)
}

/// The visit in that shop, a second between events. What a kind refuses is left out.
pub fn visit(shop: &Shop, doings: &Doings) -> Session {
    let mut session = Session::new();
    for (at, (kind, item)) in (0..).zip(doings) {
        let id = item.map_or("no such item", |item| &shop.ids[item % shop.ids.len()]);
        let _ = session.apply(*kind, id, at * 1000);
    }
    session
}

/// Events with their ids, for a comparison.
pub fn held(session: &Session) -> Vec<Event> {
    session.events().cloned().collect()
}

/// A list of the shop's items and others, in any order, each once.
pub fn listing(shop: &Shop, picks: &[usize]) -> Vec<String> {
    let mut list: Vec<String> = Vec::new();
    for pick in picks {
        let id = shop.ids.get(pick % (shop.ids.len() + 3));
        let id = id.cloned().unwrap_or_else(|| format!("unknown {pick}"));
        if !list.contains(&id) {
            list.push(id);
        }
    }
    list
}

/// The corner shop under a policy.
pub fn corner_shop(policy: Policy) -> Engine<Vec<u8>> {
    Engine::new(Snapshot::open(example::corner_shop().build().unwrap()).unwrap(), policy)
}
