//! Builds the parts of a snapshot from counts and catalog.

use rustc_hash::FxHashMap;
use shelfwise_core::snapshot::{AttributeTable, Meta, SIGNALS, Scoring, SnapshotBuilder, Support};
use shelfwise_intake::catalog::CatalogItem;
use shelfwise_intake::log::{self, Order};

use crate::aggregates::{Aggregates, CountOptions, Totals};
use crate::event_weights::EventWeights;
use crate::tables::assortment::Assortment;
use crate::tables::hold_back::{HeldBack, Published};
use crate::tables::indirect_links::{LinkOptions, indirect_links};
use crate::tables::popularity::{Popular, TOP, TOP_IN_CATEGORY, recent, supporters};
use crate::tables::weigh::{heaviest, quantize_as, quantize_to, weigh};

/// Options of building a model from counts.
#[derive(Clone, Copy, Debug)]
pub struct ModelOptions {
    /// The support floor.
    pub min_support: u32,
    /// Maximum number of neighbours of each item, at most 63.
    pub neighbours: usize,
    /// Weight of each kind of event.
    pub event_weights: EventWeights,
    /// Maximum number of pairs from one session, as in the counts.
    pub pairs_per_session: Option<u32>,
    /// Weight of an earlier item in a pair, relative to a later one: 0 to 1.
    pub backward_weight: f64,
    /// Options of indirect links; `None` for none.
    pub links: Option<LinkOptions>,
}

impl ModelOptions {
    /// Returns the options of counting for this model, with this many published items.
    #[must_use]
    pub const fn counting(&self, published: usize) -> CountOptions {
        CountOptions {
            event_weights: self.event_weights,
            min_support: self.min_support,
            published,
            pairs_per_session: self.pairs_per_session,
            since_ms: None,
        }
    }
}

/// The parts of a snapshot, and what was held back.
#[derive(Clone, Debug)]
pub struct Model {
    /// The parts.
    pub builder: SnapshotBuilder,
    /// Changes that were held back, if there was a previous snapshot.
    pub held_back: Option<HeldBack>,
}

/// Builds the parts of a snapshot. Aggregates and the previous snapshot's entries are numbered by the assortment's
/// indexing.
#[must_use]
pub fn model(
    aggregates: &Aggregates<'_>,
    assortment: &Assortment<'_>,
    before: Option<&Published>,
    options: &ModelOptions,
) -> Model {
    let floor = options.min_support;
    let published = assortment.indexing.published();
    let mut weighted = weigh(&aggregates.pairs, floor, options.backward_weight, options.neighbours);
    let one = heaviest(&weighted);
    let held = before.map(|before| before.rows(&aggregates.pairs, &weighted, one, options));
    let (rows, pair_changes) = held.unzip();
    weighted = rows.unwrap_or(weighted);
    let links = options
        .links
        .map(|links| indirect_links(aggregates, &weighted, floor, links));
    // Unpublished items were counted to keep sessions complete; their rows are empty.
    weighted.truncate(published);
    let alike = assortment.alike(&weighted);
    let supporters = supporters(&aggregates.items, floor);
    let recent = recent(&aggregates.items, &supporters);
    let popular = Popular {
        items: &aggregates.items,
        supporters: &supporters[..published],
        min_support: floor,
        before,
    };
    let ([popularity, recent], level_changes) = popular.levels(&recent[..published]);
    let top_before = before.map(|before| &*before.top);
    let builder = SnapshotBuilder {
        meta: meta(&aggregates.totals, options),
        id_runs: assortment.indexing.runs.clone(),
        attributes: alike.is_some().then(|| attributes(&assortment.described, &popular)),
        alike,
        together: match before.and_then(Published::scale) {
            Some(scale) => quantize_to(&weighted, one, scale),
            None => quantize_as(&weighted, one),
        },
        bridges: links.map(|rows| quantize_as(&rows[..published], one)),
        top: popular.top(top_before, 0..published as u32, TOP),
        popularity,
        recent,
        ranker: None,
        cells: None,
        hit_curve: None,
    };
    let held_back = pair_changes.map(|pairs| HeldBack {
        pairs,
        popularity: level_changes,
        ..HeldBack::default()
    });
    Model { builder, held_back }
}

fn meta(totals: &Totals, options: &ModelOptions) -> Meta {
    Meta {
        trained_until_ms: day_of(totals.last_ms),
        min_support: options.min_support,
        support: match totals.support {
            log::Support::People => Support::People,
            log::Support::Sessions => Support::Sessions,
        },
        scoring: scoring(totals.order, &options.event_weights),
    }
}

/// Milliseconds in a day.
pub const DAY_MS: i64 = 86_400_000;

/// Returns the beginning of the day (UTC): the exact time of a log's last event would reveal one visitor's.
const fn day_of(ms: i64) -> i64 {
    ms.div_euclid(DAY_MS) * DAY_MS
}

/// Returns the default scoring of a model, before tuning; see `docs/ranking.md` for the measurements behind the
/// numbers.
#[must_use]
pub fn scoring(order: Order, event_weights: &EventWeights) -> Scoring {
    let event_weight = event_weights.for_scoring();
    match order {
        Order::Sequence => Scoring {
            decay: std::array::from_fn(|rank| libm::pow(0.7, rank as f64) as f32),
            event_weight,
            two_hop: 0.3,
            two_hop_signals: 2,
            seen: 0.3,
            current: 0.18,
            alike: 0.02,
        },
        // Items in a basket have no order, and recommending an item that is in the basket already is useless.
        Order::Basket => Scoring {
            decay: [1.0; SIGNALS],
            event_weight,
            two_hop: 0.3,
            two_hop_signals: 2,
            seen: 0.0,
            current: 0.0,
            alike: 0.02,
        },
    }
}

fn attributes(described: &[Option<&CatalogItem>], popular: &Popular<'_>) -> AttributeTable {
    let categories = dictionary(described, |item| &item.category);
    let brands = dictionary(described, |item| &item.brand);
    let number = |names: &[String], name: &String| names.binary_search(name).ok().map(|n| n as u16);
    let items: Vec<(Option<u16>, Option<u16>)> = described
        .iter()
        .map(|item| {
            item.map_or((None, None), |item| {
                (number(&categories, &item.category), number(&brands, &item.brand))
            })
        })
        .collect();
    let mut members = vec![Vec::new(); categories.len()];
    for (index, (category, _)) in (0_u32..).zip(&items) {
        if let Some(category) = category {
            members[usize::from(*category)].push(index);
        }
    }
    let before = |name: &String| {
        let lists = &popular.before?.popular_in;
        lists.iter().find(|(own, _)| own == name).map(|(_, list)| &**list)
    };
    let lists = categories.iter().zip(members);
    let popular = lists
        .map(|(name, items)| popular.top(before(name), items.into_iter(), TOP_IN_CATEGORY))
        .collect();
    AttributeTable {
        categories,
        brands,
        items,
        popular,
    }
}

/// Maximum number of names in a dictionary of `u16` numbers; one number is reserved for "none".
const MAX_NAMES: usize = u16::MAX as usize - 1;

/// Returns the names of one column, sorted; if there are too many, those with the most items.
fn dictionary<'a>(
    described: &[Option<&'a CatalogItem>],
    column: impl Fn(&'a CatalogItem) -> &'a String,
) -> Vec<String> {
    let mut counts: FxHashMap<&String, usize> = FxHashMap::default();
    for name in described
        .iter()
        .flatten()
        .map(|item| column(item))
        .filter(|name| !name.is_empty())
    {
        *counts.entry(name).or_default() += 1;
    }
    let mut names: Vec<(&String, usize)> = counts.into_iter().collect();
    names.sort_unstable_by(|(a, m), (b, n)| n.cmp(m).then(a.cmp(b)));
    names.truncate(MAX_NAMES);
    let mut names: Vec<String> = names.into_iter().map(|(name, _)| name.clone()).collect();
    names.sort_unstable();
    names
}
