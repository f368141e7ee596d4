//! Extracts the features of candidates: one function for training and for serving.
//!
//! An item's row is what goes with it: what was seen together with it, and behind that its bridges.

use alloc::vec::Vec;

use super::context::{FeatureContext, Generation, ratio};
use super::feature::{Feature, Features, MISSING, add, get, set};
use crate::item::ItemIndex;
use crate::rank::ranking::Scored;
use crate::snapshot::Links;
use crate::snapshot::layout::MAX_NEIGHBOURS;

/// Computes features; keeps its room from call to call.
#[derive(Debug, Default)]
pub struct FeatureExtractor {
    /// One more than the place of a candidate, by item; 0 for all others.
    slots: Vec<u16>,
    /// One more than the rank of a signal, by item; 0 for all others.
    ranks: Vec<u8>,
}

impl FeatureExtractor {
    /// Describes up to 65,535 candidates. Costs about 0.2 µs each, and 5 ns for each neighbour of each signal.
    pub fn describe(&mut self, context: &FeatureContext<'_>, candidates: &[Scored], out: &mut Vec<Features>) {
        self.mark(context, candidates);
        out.clear();
        out.extend(candidates.iter().zip(1..).map(|(candidate, place)| {
            let next = candidates.get(place).map_or(0.0, |next| next.score);
            self.describe_alone(context, candidate, place - 1, next)
        }));
        self.add_rows(context, out);
        finish_shares(out);
        self.unmark(context, candidates);
    }

    /// Returns the place of an item of a list among those that came before: `next` where it comes for the first time.
    /// The caller forgets them all before anything is described.
    pub fn enlist(&mut self, item: ItemIndex, next: usize) -> usize {
        let Some(slot) = self.slots.get_mut(item.as_usize()) else {
            return next;
        };
        match slot.checked_sub(1) {
            Some(known) => usize::from(known),
            None => {
                *slot = u16::try_from(next + 1).unwrap_or_default();
                next
            }
        }
    }

    /// Forgets the places of candidates.
    pub fn forget(&mut self, candidates: &[Scored]) {
        for candidate in candidates {
            if let Some(known) = self.slots.get_mut(candidate.item().as_usize()) {
                *known = 0;
            }
        }
    }

    /// Makes room for a snapshot of so many items.
    pub fn reserve(&mut self, items: usize) {
        self.slots.resize(items, 0);
        self.ranks.resize(items, 0);
    }

    /// Returns what a candidate says without the rows of the signals.
    fn describe_alone(&self, context: &FeatureContext<'_>, candidate: &Scored, place: usize, next: f32) -> Features {
        let item = candidate.item();
        let mut features = context.shared;
        let mut set = |feature, value| set(&mut features, feature, value);
        set(Feature::Score, candidate.score);
        set(Feature::Share, ratio(candidate.score, context.best));
        if let Generation::Best(_) = context.generation {
            set(Feature::Rank, place as f32);
            set(Feature::Gap, candidate.score - next);
        }
        set(Feature::Far, context.scores.two_hop_of(item));
        let popularity = context.popularity.of(item);
        let recent = context.popularity.recent_of(item);
        set(Feature::Popularity, popularity);
        set(Feature::Recent, recent);
        set(Feature::Trend, recent - popularity);
        set(
            Feature::PopularityStep,
            context.last_popularity.map_or(MISSING, |last| popularity - last),
        );
        let seen = self
            .rank_of(item)
            .and_then(|rank| Some((rank, context.signals.get(rank)?)));
        set(Feature::SeenRank, seen.map_or(MISSING, |(rank, _)| rank as f32));
        set(
            Feature::SeenCount,
            seen.map_or(0.0, |(_, signal)| f32::from(signal.count)),
        );
        let (last, sum) = self.reverse(context, item);
        set(Feature::ReverseLast, last);
        set(Feature::ReverseSum, sum);
        set(
            Feature::SameCategory,
            same(context.last_category, context.attributes.category_of(item)),
        );
        set(
            Feature::SameBrand,
            same(context.last_brand, context.attributes.brand_of(item)),
        );
        features
    }

    /// Weights of the signals in the candidate's own row: of the most recent one, and of all by decay.
    fn reverse(&self, context: &FeatureContext<'_>, item: ItemIndex) -> (f32, f32) {
        let (mut last, mut sum) = (0.0, 0.0);
        for row in context.links.rows(item) {
            // A row rises: nothing comes after the last of the signals.
            for neighbour in row.take_while(|neighbour| neighbour.item <= context.furthest) {
                if let Some(rank) = self.rank_of(neighbour.item) {
                    last = if rank == 0 { neighbour.weight } else { last };
                    sum += neighbour.weight * context.signals.get(rank).map_or(0.0, |signal| signal.weight);
                }
            }
        }
        (last, sum)
    }

    /// Adds what the rows of the signals say of the candidates.
    fn add_rows(&self, context: &FeatureContext<'_>, out: &mut [Features]) {
        for (rank, signal) in context.signals.iter().enumerate() {
            let Some(index) = signal.index else { continue };
            for neighbour in context.links.of(index) {
                if let Some(features) = self.slot(neighbour.item, out) {
                    add_neighbour(features, rank, neighbour.weight, signal.weight);
                }
            }
            for neighbour in context.alike.of(index) {
                if let Some(features) = self.slot(neighbour.item, out) {
                    add(features, Feature::Alike, neighbour.weight * signal.weight);
                }
            }
            if rank == 0 {
                self.add_places(&context.links, index, out);
            }
        }
    }

    /// Numbers the row of the most recent signal: how many items weigh more.
    fn add_places(&self, links: &Links<'_>, last: ItemIndex, out: &mut [Features]) {
        // A bridge fills a row up; a row and its bridges together are no longer than two rows.
        let mut weights = [0.0; 2 * MAX_NEIGHBOURS];
        for (weight, neighbour) in weights.iter_mut().zip(links.of(last)) {
            *weight = neighbour.weight;
        }
        for neighbour in links.of(last) {
            if let Some(features) = self.slot(neighbour.item, out) {
                let heavier = weights.iter().filter(|other| **other > neighbour.weight).count();
                set(features, Feature::PlaceInLast, heavier as f32);
            }
        }
    }

    fn slot<'o>(&self, item: ItemIndex, out: &'o mut [Features]) -> Option<&'o mut Features> {
        let slot = self.slots.get(item.as_usize())?.checked_sub(1)?;
        out.get_mut(usize::from(slot))
    }

    fn rank_of(&self, item: ItemIndex) -> Option<usize> {
        self.ranks.get(item.as_usize())?.checked_sub(1).map(usize::from)
    }

    fn mark(&mut self, context: &FeatureContext<'_>, candidates: &[Scored]) {
        self.reserve(context.items);
        for (slot, candidate) in (1..u16::MAX).zip(candidates) {
            if let Some(known) = self.slots.get_mut(candidate.item().as_usize()) {
                *known = slot;
            }
        }
        for (rank, signal) in (1..u8::MAX).zip(context.signals) {
            if let Some(known) = signal.index.and_then(|index| self.ranks.get_mut(index.as_usize())) {
                *known = rank;
            }
        }
    }

    fn unmark(&mut self, context: &FeatureContext<'_>, candidates: &[Scored]) {
        self.forget(candidates);
        for index in context.signals.iter().filter_map(|signal| signal.index) {
            if let Some(known) = self.ranks.get_mut(index.as_usize()) {
                *known = 0;
            }
        }
    }
}

/// One signal's row holds the candidate.
fn add_neighbour(features: &mut Features, rank: usize, weight: f32, signal: f32) {
    add(features, Feature::Direct, weight * signal);
    add(features, Feature::Sum, weight);
    add(features, Feature::SignalHits, 1.0);
    set(
        features,
        Feature::Strongest,
        get(features, Feature::Strongest).max(weight),
    );
    match rank {
        0 => set(features, Feature::Last, weight),
        1 => set(features, Feature::Previous, weight),
        _ => {}
    }
}

/// The parts over the largest one among the candidates.
fn finish_shares(all: &mut [Features]) {
    for (part, share) in [
        (Feature::Direct, Feature::DirectShare),
        (Feature::Far, Feature::FarShare),
    ] {
        let largest = all.iter().map(|features| get(features, part)).fold(0.0, f32::max);
        for features in all.iter_mut() {
            set(features, share, ratio(get(features, part), largest));
        }
    }
}

fn same<A: PartialEq>(a: Option<A>, b: Option<A>) -> f32 {
    match (a, b) {
        (Some(a), Some(b)) => f32::from(u8::from(a == b)),
        _ => MISSING,
    }
}
