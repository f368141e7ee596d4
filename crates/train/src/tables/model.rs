//! The model: counts and catalog become the parts of a snapshot.

use rustc_hash::FxHashMap;
use shelfwise_core::snapshot::{AttributeTable, Meta, SIGNALS, Scoring, SnapshotBuilder, Support};
use shelfwise_intake::catalog::CatalogItem;
use shelfwise_intake::log::{self, Order};

use crate::aggregates::{Aggregates, CountOptions, Totals};
use crate::event_weights::EventWeights;
use crate::tables::assortment::Assortment;
use crate::tables::indirect_links::{LinkOptions, indirect_links};
use crate::tables::popularity::{TOP, TOP_IN_CATEGORY, levels, recent, supporters, top};
use crate::tables::weigh::{heaviest, quantize, quantize_as, weigh};

/// What decides how a model is made from counts.
#[derive(Clone, Copy, Debug)]
pub struct ModelOptions {
    /// The support floor.
    pub min_support: u32,
    /// Neighbours kept of each item, at most 63.
    pub neighbours: usize,
    /// What an event of each kind says.
    pub event_weights: EventWeights,
    /// The most pairs that one session contributes, as the counts have it.
    pub pairs_per_session: Option<u32>,
    /// What a pair says of what comes before, where what comes after says 1: 0 to 1.
    pub backward_weight: f64,
    /// How items are joined that few saw together; `None` for not at all.
    pub links: Option<LinkOptions>,
}

impl ModelOptions {
    /// How the pairs are counted that the model is made from.
    #[must_use]
    pub const fn counting(&self) -> CountOptions {
        CountOptions {
            event_weights: self.event_weights,
            min_support: self.min_support,
            pairs_per_session: self.pairs_per_session,
        }
    }
}

/// Makes the parts of a snapshot. The aggregates are numbered by the assortment's indexing.
#[must_use]
pub fn model(aggregates: &Aggregates<'_>, assortment: &Assortment<'_>, options: &ModelOptions) -> SnapshotBuilder {
    let floor = options.min_support;
    let published = assortment.indexing.published();
    let mut weighted = weigh(&aggregates.pairs, floor, options.backward_weight, options.neighbours);
    let links = options
        .links
        .map(|links| indirect_links(aggregates, &weighted, floor, links));
    let supporters = supporters(&aggregates.items, floor);
    let recent = recent(&aggregates.items, &supporters);
    // What is not published was counted to keep sessions whole; it is below the floor, and its rows are empty.
    weighted.truncate(published);
    let supporters = &supporters[..published];
    let alike = assortment.alike(&weighted);
    SnapshotBuilder {
        meta: meta(&aggregates.totals, options),
        id_runs: assortment.indexing.runs.clone(),
        attributes: alike.is_some().then(|| attributes(&assortment.described, supporters)),
        alike,
        together: quantize(&weighted),
        bridges: links.map(|rows| quantize_as(&rows[..published], heaviest(&weighted))),
        popularity: levels(supporters),
        recent: levels(&recent[..published]),
        ranker: None,
        cells: None,
        top: top(0..published as u32, supporters, TOP),
    }
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
const DAY_MS: i64 = 86_400_000;

/// The beginning of the day (UTC): the exact time of a log's last event is one visitor's.
const fn day_of(ms: i64) -> i64 {
    ms.div_euclid(DAY_MS) * DAY_MS
}

/// How the engine scores a model of such a log, unless its hold-out says otherwise; see `docs/ranking.md` for the
/// measurements behind the numbers.
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
        // What lies in a basket has no order, and nobody needs to be told to buy it again in the same basket.
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

fn attributes(described: &[Option<&CatalogItem>], supporters: &[u32]) -> AttributeTable {
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
    let popular = members
        .into_iter()
        .map(|items| top(items.into_iter(), supporters, TOP_IN_CATEGORY))
        .collect();
    AttributeTable {
        categories,
        brands,
        items,
        popular,
    }
}

/// The most names that a dictionary of `u16` numbers holds; one number is left for "none".
const MAX_NAMES: usize = u16::MAX as usize - 1;

/// The names of one column, sorted; where there are too many, those of the most items.
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
