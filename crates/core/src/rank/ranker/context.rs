//! What all candidates of one request share: the signals, the tables, and the features that are the same for all.

use super::feature::{FEATURES, Feature, Features, MISSING, set};
use crate::item::ItemIndex;
use crate::rank::ranking::Scored;
use crate::rank::score::Scores;
use crate::snapshot::{Attributes, Brand, Category, Links, Neighbours, Popularity, Snapshot};
use crate::visit::signal::Signal;

/// Where candidates come from.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Generation {
    /// They are the best of so many, in the order of their scores.
    Best(usize),
    /// They are a caller's list: the features of candidate generation are missing.
    Listed,
}

/// What all candidates of one request share.
pub struct FeatureContext<'a> {
    pub(super) items: usize,
    pub(super) scores: &'a Scores,
    pub(super) signals: &'a [Signal<'a>],
    /// The last item, by index, that is a signal.
    pub(super) furthest: ItemIndex,
    pub(super) generation: Generation,
    pub(super) links: Links<'a>,
    pub(super) alike: Neighbours<'a>,
    pub(super) popularity: Popularity<'a>,
    pub(super) attributes: Attributes<'a>,
    pub(super) best: f32,
    pub(super) last_popularity: Option<f32>,
    pub(super) last_category: Option<Category>,
    pub(super) last_brand: Option<Brand>,
    /// The features that are the same for all.
    pub(super) shared: Features,
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
        let mut context = Self {
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
        context.shared = context.share(last);
        context
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

pub(super) fn ratio(part: f32, whole: f32) -> f32 {
    if whole > 0.0 { part / whole } else { 0.0 }
}
