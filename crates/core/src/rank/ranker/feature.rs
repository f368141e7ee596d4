//! The features by name, and the vector that holds their values.

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

pub(super) fn set(features: &mut Features, feature: Feature, value: f32) {
    if let Some(slot) = features.get_mut(feature as usize) {
        *slot = value;
    }
}

pub(super) fn get(features: &Features, feature: Feature) -> f32 {
    features.get(feature as usize).copied().unwrap_or_default()
}

pub(super) fn add(features: &mut Features, feature: Feature, amount: f32) {
    set(features, feature, get(features, feature) + amount);
}
