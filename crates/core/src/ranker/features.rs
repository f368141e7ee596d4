//! Features: what the trees look at, computed by one function for training and for serving.
//!
//! An item's row is what goes with it: what was seen together with it, and behind that its bridges.

use alloc::vec::Vec;

use crate::item::ItemIndex;
use crate::ranking::Scored;
use crate::score::Scores;
use crate::signal::Signal;
use crate::snapshot::layout::MAX_NEIGHBOURS;
use crate::snapshot::{Attributes, Brand, Category, Links, Neighbours, Popularity, Snapshot};

/// What a feature is where it is not known: below every threshold.
pub const MISSING: f32 = f32::NEG_INFINITY;

/// The features by name. Their numbers are part of the snapshot format: new ones are appended, none is renumbered.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[repr(u8)]
pub enum Feature {
    /// Table score, from 0.
    Score = 0,
    /// Table score over the best candidate's, 0 to 1.
    Share,
    /// Place by table score, from 0; missing in `rerank`.
    Rank,
    /// Difference to the table score of the next candidate, from 0; missing in `rerank`.
    Gap,
    /// Number of items for which something speaks; missing in `rerank`.
    Candidates,
    /// Part of the score that comes from rows of the signals, from 0.
    Direct,
    /// That part over the largest one, 0 to 1.
    DirectShare,
    /// Part of the score that comes two steps away, from 0.
    Far,
    /// That part over the largest one, 0 to 1.
    FarShare,
    /// Weight in the row of the most recent signal, 0 to 1.
    Last,
    /// Weight in the row of the signal before, 0 to 1.
    Previous,
    /// Largest weight in any signal's row, 0 to 1.
    Strongest,
    /// Sum of the weights in the signals' rows without decay, 0 to 20.
    Sum,
    /// Number of signals whose rows hold it, 0 to 20.
    SignalHits,
    /// Items that weigh more in the row of the most recent signal; missing where it is not in that row.
    PlaceInLast,
    /// Weight of the most recent signal in the candidate's own row, 0 to 1.
    ReverseLast,
    /// Weights of all signals in the candidate's own row, each by its decay, from 0.
    ReverseSum,
    /// Rank of the candidate among the signals, from 0; missing where it is none of them.
    SeenRank,
    /// Events of this visit that were about it, from 0.
    SeenCount,
    /// Popularity, 0 to 1, logarithmic.
    Popularity,
    /// Recent popularity, 0 to 1, logarithmic.
    Recent,
    /// The latter less the former, −1 to 1.
    Trend,
    /// Popularity less that of the most recent signal, −1 to 1; missing where the snapshot does not know that.
    PopularityStep,
    /// Popularity of the most recent signal, 0 to 1; missing where the snapshot does not know it.
    LastPopularity,
    /// Neighbours of the most recent signal, 0 to 63.
    LastNeighbours,
    /// Events of this visit that were about the most recent signal, from 1.
    LastCount,
    /// Table score of the most recent signal over the best candidate's, from 0.
    LastShare,
    /// Events of this visit, from 1.
    Events,
    /// Different items of this visit, 1 to 20.
    Distinct,
    /// Weights in the signals' rows of likeness, each by its decay, from 0.
    Alike,
    /// 1 if in the category of the most recent signal, else 0; missing where either has none.
    SameCategory,
    /// 1 if of the brand of the most recent signal, else 0; missing where either has none.
    SameBrand,
}

impl Feature {
    /// All of them, by number.
    pub const ALL: [Self; FEATURES] = [
        Self::Score,
        Self::Share,
        Self::Rank,
        Self::Gap,
        Self::Candidates,
        Self::Direct,
        Self::DirectShare,
        Self::Far,
        Self::FarShare,
        Self::Last,
        Self::Previous,
        Self::Strongest,
        Self::Sum,
        Self::SignalHits,
        Self::PlaceInLast,
        Self::ReverseLast,
        Self::ReverseSum,
        Self::SeenRank,
        Self::SeenCount,
        Self::Popularity,
        Self::Recent,
        Self::Trend,
        Self::PopularityStep,
        Self::LastPopularity,
        Self::LastNeighbours,
        Self::LastCount,
        Self::LastShare,
        Self::Events,
        Self::Distinct,
        Self::Alike,
        Self::SameCategory,
        Self::SameBrand,
    ];

    /// Its name in reports.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Score => "score",
            Self::Share => "share",
            Self::Rank => "rank",
            Self::Gap => "gap",
            Self::Candidates => "candidates",
            Self::Direct => "direct",
            Self::DirectShare => "direct_share",
            Self::Far => "far",
            Self::FarShare => "far_share",
            Self::Last => "last",
            Self::Previous => "previous",
            Self::Strongest => "strongest",
            Self::Sum => "sum",
            Self::SignalHits => "pointers",
            Self::PlaceInLast => "place_in_last",
            Self::ReverseLast => "reverse_last",
            Self::ReverseSum => "reverse_sum",
            Self::SeenRank => "seen_rank",
            Self::SeenCount => "seen_count",
            Self::Popularity => "popularity",
            Self::Recent => "recent",
            Self::Trend => "trend",
            Self::PopularityStep => "popularity_step",
            Self::LastPopularity => "last_popularity",
            Self::LastNeighbours => "last_neighbours",
            Self::LastCount => "last_count",
            Self::LastShare => "last_share",
            Self::Events => "events",
            Self::Distinct => "distinct",
            Self::Alike => "alike",
            Self::SameCategory => "same_category",
            Self::SameBrand => "same_brand",
        }
    }
}

/// Number of features.
pub const FEATURES: usize = Feature::SameBrand as usize + 1;

/// The features of one candidate, by [`Feature`].
pub type Features = [f32; FEATURES];

/// Where candidates come from.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Generation {
    /// They are the best of so many, in the order of their scores.
    Best(usize),
    /// They are a caller's list: the features of candidate generation are missing.
    Listed,
}

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
    pub fn describe(&mut self, visit: &FeatureContext<'_>, candidates: &[Scored], out: &mut Vec<Features>) {
        self.mark(visit, candidates);
        out.clear();
        out.extend(candidates.iter().zip(1..).map(|(candidate, place)| {
            let next = candidates.get(place).map_or(0.0, |next| next.score);
            self.describe_alone(visit, candidate, place - 1, next)
        }));
        self.add_rows(visit, out);
        finish_shares(out);
        self.unmark(visit, candidates);
    }

    /// The place of an item of a list among those that came before: `next` where it comes for the first time.
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

    /// What a candidate says without the rows of the signals.
    fn describe_alone(&self, visit: &FeatureContext<'_>, candidate: &Scored, place: usize, next: f32) -> Features {
        let item = candidate.item();
        let mut features = visit.shared;
        let mut set = |feature, value| set(&mut features, feature, value);
        set(Feature::Score, candidate.score);
        set(Feature::Share, ratio(candidate.score, visit.best));
        if let Generation::Best(_) = visit.generation {
            set(Feature::Rank, place as f32);
            set(Feature::Gap, candidate.score - next);
        }
        set(Feature::Far, visit.scores.two_hop_of(item));
        let popularity = visit.popularity.of(item);
        let recent = visit.popularity.recent_of(item);
        set(Feature::Popularity, popularity);
        set(Feature::Recent, recent);
        set(Feature::Trend, recent - popularity);
        set(
            Feature::PopularityStep,
            visit.last_popularity.map_or(MISSING, |last| popularity - last),
        );
        let seen = self
            .rank_of(item)
            .and_then(|rank| Some((rank, visit.signals.get(rank)?)));
        set(Feature::SeenRank, seen.map_or(MISSING, |(rank, _)| rank as f32));
        set(
            Feature::SeenCount,
            seen.map_or(0.0, |(_, signal)| f32::from(signal.count)),
        );
        let (last, sum) = self.reverse(visit, item);
        set(Feature::ReverseLast, last);
        set(Feature::ReverseSum, sum);
        set(
            Feature::SameCategory,
            same(visit.last_category, visit.attributes.category_of(item)),
        );
        set(
            Feature::SameBrand,
            same(visit.last_brand, visit.attributes.brand_of(item)),
        );
        features
    }

    /// Weights of the signals in the candidate's own row: of the most recent one, and of all by decay.
    fn reverse(&self, visit: &FeatureContext<'_>, item: ItemIndex) -> (f32, f32) {
        let (mut last, mut sum) = (0.0, 0.0);
        for row in visit.links.rows(item) {
            // A row rises: nothing comes after the last of the signals.
            for neighbour in row.take_while(|neighbour| neighbour.item <= visit.furthest) {
                if let Some(rank) = self.rank_of(neighbour.item) {
                    last = if rank == 0 { neighbour.weight } else { last };
                    sum += neighbour.weight * visit.signals.get(rank).map_or(0.0, |signal| signal.weight);
                }
            }
        }
        (last, sum)
    }

    /// Adds what the rows of the signals say of the candidates.
    fn add_rows(&self, visit: &FeatureContext<'_>, out: &mut [Features]) {
        for (rank, signal) in visit.signals.iter().enumerate() {
            let Some(index) = signal.index else { continue };
            for neighbour in visit.links.of(index) {
                if let Some(features) = self.slot(neighbour.item, out) {
                    add_neighbour(features, rank, neighbour.weight, signal.weight);
                }
            }
            for neighbour in visit.alike.of(index) {
                if let Some(features) = self.slot(neighbour.item, out) {
                    add(features, Feature::Alike, neighbour.weight * signal.weight);
                }
            }
            if rank == 0 {
                self.add_places(&visit.links, index, out);
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

    fn mark(&mut self, visit: &FeatureContext<'_>, candidates: &[Scored]) {
        self.reserve(visit.items);
        for (slot, candidate) in (1..u16::MAX).zip(candidates) {
            if let Some(known) = self.slots.get_mut(candidate.item().as_usize()) {
                *known = slot;
            }
        }
        for (rank, signal) in (1..u8::MAX).zip(visit.signals) {
            if let Some(known) = signal.index.and_then(|index| self.ranks.get_mut(index.as_usize())) {
                *known = rank;
            }
        }
    }

    fn unmark(&mut self, visit: &FeatureContext<'_>, candidates: &[Scored]) {
        self.forget(candidates);
        for index in visit.signals.iter().filter_map(|signal| signal.index) {
            if let Some(known) = self.ranks.get_mut(index.as_usize()) {
                *known = 0;
            }
        }
    }
}

/// What all candidates of one request share.
pub struct FeatureContext<'a> {
    items: usize,
    scores: &'a Scores,
    signals: &'a [Signal<'a>],
    /// The last item, by index, that is a signal.
    furthest: ItemIndex,
    generation: Generation,
    links: Links<'a>,
    alike: Neighbours<'a>,
    popularity: Popularity<'a>,
    attributes: Attributes<'a>,
    best: f32,
    last_popularity: Option<f32>,
    last_category: Option<Category>,
    last_brand: Option<Brand>,
    /// The features that are the same for all.
    shared: Features,
}

impl<'a> FeatureContext<'a> {
    /// Looks up what the snapshot knows of the most recent signal.
    pub fn new<B: AsRef<[u8]>>(
        snapshot: &'a Snapshot<B>,
        scores: &'a Scores,
        signals: &'a [Signal<'a>],
        candidates: &[Scored],
        generation: Generation,
    ) -> Self {
        let last = signals.first().and_then(|signal| signal.index);
        let furthest = signals.iter().filter_map(|signal| signal.index).max();
        let (popularity, attributes) = (snapshot.popularity(), snapshot.attributes());
        let mut visit = Self {
            items: snapshot.items(),
            scores,
            signals,
            furthest: furthest.unwrap_or(ItemIndex(0)),
            generation,
            links: snapshot.links(),
            alike: snapshot.alike(),
            popularity,
            attributes,
            best: candidates.iter().map(|candidate| candidate.score).fold(0.0, f32::max),
            last_popularity: last.map(|last| popularity.of(last)),
            last_category: last.and_then(|last| attributes.category_of(last)),
            last_brand: last.and_then(|last| attributes.brand_of(last)),
            shared: [0.0; FEATURES],
        };
        visit.shared = visit.share(last);
        visit
    }

    fn share(&self, last: Option<ItemIndex>) -> Features {
        let mut shared = [0.0; FEATURES];
        let total = match self.generation {
            Generation::Best(total) => total as f32,
            Generation::Listed => MISSING,
        };
        let events: u32 = self.signals.iter().map(|signal| u32::from(signal.count)).sum();
        let values = [
            (Feature::Rank, MISSING),
            (Feature::Gap, MISSING),
            (Feature::PlaceInLast, MISSING),
            (Feature::Candidates, total),
            (Feature::LastPopularity, self.last_popularity.unwrap_or(MISSING)),
            (
                Feature::LastNeighbours,
                last.map_or(0.0, |last| self.links.of(last).count() as f32),
            ),
            (
                Feature::LastCount,
                self.signals.first().map_or(0.0, |signal| f32::from(signal.count)),
            ),
            (
                Feature::LastShare,
                last.map_or(0.0, |last| ratio(self.scores.of(last), self.best)),
            ),
            (Feature::Events, events as f32),
            (Feature::Distinct, self.signals.len() as f32),
        ];
        for (feature, value) in values {
            set(&mut shared, feature, value);
        }
        shared
    }
}

fn set(features: &mut Features, feature: Feature, value: f32) {
    if let Some(slot) = features.get_mut(feature as usize) {
        *slot = value;
    }
}

fn get(features: &Features, feature: Feature) -> f32 {
    features.get(feature as usize).copied().unwrap_or_default()
}

fn add(features: &mut Features, feature: Feature, amount: f32) {
    set(features, feature, get(features, feature) + amount);
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

fn ratio(part: f32, whole: f32) -> f32 {
    if whole > 0.0 { part / whole } else { 0.0 }
}

fn same<A: PartialEq>(a: Option<A>, b: Option<A>) -> f32 {
    match (a, b) {
        (Some(a), Some(b)) => f32::from(u8::from(a == b)),
        _ => MISSING,
    }
}
