//! The scorer: turns signals into scores of items.
//!
//! Item-to-item collaborative filtering ([Linden et al. 2003](https://doi.org/10.1109/MIC.2003.1167344)), with weights that
//! decay by the recency of an event, as session-based neighbours have them
//! ([Kersbergen et al. 2022](https://doi.org/10.1145/3514221.3517901)).
//!
//! Scores add up by path (signal → neighbour → item), in one fixed order, without a logarithm or a power:
//! the same bytes on every machine.

use alloc::vec::Vec;

use crate::explain::trace::{Source, Trace};
use crate::item::ItemIndex;
use crate::policy::is_in_category;
use crate::snapshot::{Attributes, Category, Neighbour, Snapshot};
use crate::visit::context::Context;
use crate::visit::signal::Signal;

/// Weight of popularity in the category at hand. It orders only items that no other source scores: the smallest
/// score of a path is a table weight (≥ 0.001) times the last decay (≥ 0.0001) times factors near 1. Where training had
/// too little to count pairs from, it made all decays so small that popularity counts beside them, or before.
const POPULAR_IN_CATEGORY: f32 = 1e-8;

/// Weight of popularity in the shop, the last source of all.
const POPULAR: f32 = 1e-10;

/// Scores by item, reused from call to call so that a ranking allocates nothing for them.
#[derive(Debug, Default)]
pub struct Scores {
    /// By item; in one struct, so that adding to an item touches one cache line.
    tallies: Vec<Tally>,
    touched: Vec<ItemIndex>,
}

/// The score of one item and where it came from.
#[derive(Clone, Copy, Debug, Default)]
struct Tally {
    score: f32,
    /// The part of the score that comes two steps away.
    two_hop: f32,
    /// One bit for each [`Source`] that contributed.
    source_mask: u8,
}

impl Scores {
    /// Returns the item's score; 0 if no source contributed.
    #[must_use]
    pub fn of(&self, item: ItemIndex) -> f32 {
        self.tally(item).score
    }

    /// Returns the part of the item's score that came over two steps.
    #[must_use]
    pub fn two_hop_of(&self, item: ItemIndex) -> f32 {
        self.tally(item).two_hop
    }

    /// Returns the strongest kind of source that contributed to the item, if any did.
    #[must_use]
    pub fn source_of(&self, item: ItemIndex) -> Option<Source> {
        let source_mask = self.tally(item).source_mask;
        Source::BY_STRENGTH
            .into_iter()
            .find(|source| source_mask & source_bit(*source) != 0)
    }

    /// Returns every item with a score, in the order of first contribution.
    #[must_use]
    pub fn touched(&self) -> &[ItemIndex] {
        &self.touched
    }

    /// Resets all scores. O(items touched last time).
    fn clear(&mut self, items: usize) {
        for item in self.touched.drain(..) {
            if let Some(tally) = self.tallies.get_mut(item.as_usize()) {
                *tally = Tally::default();
            }
        }
        self.tallies.resize(items, Tally::default());
    }

    fn tally(&self, item: ItemIndex) -> Tally {
        self.tallies.get(item.as_usize()).copied().unwrap_or_default()
    }

    fn add(&mut self, item: ItemIndex, source: Source, amount: f32) {
        let Some(tally) = self.tallies.get_mut(item.as_usize()) else {
            return;
        };
        if tally.source_mask == 0 {
            self.touched.push(item);
        }
        tally.source_mask |= source_bit(source);
        tally.score += amount;
        if source == Source::TwoHop {
            tally.two_hop += amount;
        }
    }
}

/// The scorer's own six come first among the sources; bridges, which came later, have the bit behind theirs.
const fn source_bit(source: Source) -> u8 {
    match source {
        Source::Bridged => 1 << 6,
        other => 1 << other as u8,
    }
}

/// One scoring: the snapshot, where scores go, and the trace.
pub struct Scorer<'a, B, T> {
    snapshot: &'a Snapshot<B>,
    scores: &'a mut Scores,
    trace: &'a mut T,
}

impl<'a, B: AsRef<[u8]>, T: Trace> Scorer<'a, B, T> {
    /// Begins a scoring and resets `scores`.
    pub fn new(snapshot: &'a Snapshot<B>, scores: &'a mut Scores, trace: &'a mut T) -> Self {
        scores.clear(snapshot.items());
        Self {
            snapshot,
            scores,
            trace,
        }
    }

    /// Adds the contributions of the signals: co-occurrence, two hops, indirect links, catalog similarity, seen before.
    ///
    /// Costs about 5 ns for each neighbour read: at most 20 rows, and a row for each neighbour of the first few.
    pub fn add_signals(&mut self, signals: &[Signal<'_>]) {
        let scoring = self.snapshot.meta().scoring.clone();
        let (links, alike) = (self.snapshot.links(), self.snapshot.alike());
        for (rank, signal) in signals.iter().enumerate() {
            let Some(index) = signal.index else { continue };
            self.add_row(links.together.of(index), Source::Together, rank, signal.weight);
            self.add_row(links.bridges.of(index), Source::Bridged, rank, signal.weight);
            self.add_row(alike.of(index), Source::Alike, rank, signal.weight * scoring.alike);
            // An item of an earlier visit is not the one that the shopper looks at.
            let seen = if rank == 0 && !signal.is_earlier {
                scoring.current
            } else {
                scoring.seen
            };
            self.add(index, Source::Seen, Some(rank), signal.weight * seen);
        }
        let two_hop = signals.iter().enumerate().take(usize::from(scoring.two_hop_signals));
        for (rank, signal) in two_hop {
            let Some(index) = signal.index else { continue };
            for step in links.of(index) {
                let weight = signal.weight * scoring.two_hop * step.weight;
                self.add_row(links.of(step.item), Source::TwoHop, rank, weight);
            }
        }
    }

    /// Adds popularity: in the page's category, else in those of the signals, and in the shop and its context key.
    pub fn add_popular(&mut self, context: &Context<'_>, signals: &[Signal<'_>]) {
        let (attributes, popularity) = (self.snapshot.attributes(), self.snapshot.popularity());
        for category in categories(&attributes, context, signals) {
            for item in attributes.popular_in(category) {
                self.add(
                    item,
                    Source::PopularInCategory,
                    None,
                    POPULAR_IN_CATEGORY * popularity.of(item),
                );
            }
        }
        let cells = self.snapshot.cells();
        let own = POPULAR * cells.share();
        for item in popularity.top() {
            self.add(item, Source::Popular, None, (POPULAR - own) * popularity.of(item));
        }
        for (item, weight) in cells.popular_in(context.cell) {
            self.add(item, Source::Popular, None, own * weight);
        }
    }

    fn add_row(&mut self, row: impl Iterator<Item = Neighbour>, source: Source, rank: usize, factor: f32) {
        if factor <= 0.0 {
            return;
        }
        for neighbour in row {
            self.add(neighbour.item, source, Some(rank), factor * neighbour.weight);
        }
    }

    fn add(&mut self, item: ItemIndex, source: Source, signal: Option<usize>, amount: f32) {
        if amount > 0.0 {
            self.scores.add(item, source, amount);
            self.trace.contribution(item, source, signal, amount);
        }
    }
}

/// Returns the page's category with its subcategories, or else the category of the most recent signal that has one.
fn categories<'a>(attributes: &Attributes<'a>, context: &Context<'_>, signals: &[Signal<'_>]) -> Vec<Category> {
    if let Some(path) = context.category {
        let below = attributes.categories().filter(|(_, name)| is_in_category(name, path));
        return below.map(|(category, _)| category).collect();
    }
    let recent = signals
        .iter()
        .filter_map(|signal| signal.index)
        .find_map(|item| attributes.category_of(item));
    recent.into_iter().collect()
}
