//! The features by name, and the vector that holds their values.

use crate::names::named_enum;

/// What a feature is where it is not known: below every threshold.
pub const MISSING: f32 = f32::NEG_INFINITY;

named_enum! {
    /// The features by name. Their numbers are part of the snapshot format: new ones are appended, none is renumbered.
    #[derive(Clone, Copy, Debug, PartialEq, Eq)]
    #[repr(u8)]
    pub enum Feature {
        /// Table score, from 0.
        Score = 0 => "score",
        /// Table score over the best candidate's, 0 to 1.
        Share => "share",
        /// Place by table score, from 0; missing in `rerank`.
        Rank => "rank",
        /// Difference to the table score of the next candidate, from 0; missing in `rerank`.
        Gap => "gap",
        /// Number of items for which something speaks; missing in `rerank`.
        Candidates => "candidates",
        /// Part of the score that comes from rows of the signals, from 0.
        Direct => "direct",
        /// That part over the largest one, 0 to 1.
        DirectShare => "direct_share",
        /// Part of the score that comes two steps away, from 0.
        Far => "far",
        /// That part over the largest one, 0 to 1.
        FarShare => "far_share",
        /// Weight in the row of the most recent signal, 0 to 1.
        Last => "last",
        /// Weight in the row of the signal before, 0 to 1.
        Previous => "previous",
        /// Largest weight in any signal's row, 0 to 1.
        Strongest => "strongest",
        /// Sum of the weights in the signals' rows without decay, 0 to 20.
        Sum => "sum",
        /// Number of signals whose rows hold it, 0 to 20.
        SignalHits => "pointers",
        /// Items that weigh more in the row of the most recent signal; missing where it is not in that row.
        PlaceInLast => "place_in_last",
        /// Weight of the most recent signal in the candidate's own row, 0 to 1.
        ReverseLast => "reverse_last",
        /// Weights of all signals in the candidate's own row, each by its decay, from 0.
        ReverseSum => "reverse_sum",
        /// Rank of the candidate among the signals, from 0; missing where it is none of them.
        SeenRank => "seen_rank",
        /// Events of this visit that were about it, from 0.
        SeenCount => "seen_count",
        /// Popularity, 0 to 1, logarithmic.
        Popularity => "popularity",
        /// Recent popularity, 0 to 1, logarithmic.
        Recent => "recent",
        /// The latter less the former, −1 to 1.
        Trend => "trend",
        /// Popularity less that of the most recent signal, −1 to 1; missing where the snapshot does not know that.
        PopularityStep => "popularity_step",
        /// Popularity of the most recent signal, 0 to 1; missing where the snapshot does not know it.
        LastPopularity => "last_popularity",
        /// Neighbours of the most recent signal, 0 to 63.
        LastNeighbours => "last_neighbours",
        /// Events of this visit that were about the most recent signal, from 1.
        LastCount => "last_count",
        /// Table score of the most recent signal over the best candidate's, from 0.
        LastShare => "last_share",
        /// Events of this visit, from 1.
        Events => "events",
        /// Different items of this visit, 1 to 20.
        Distinct => "distinct",
        /// Weights in the signals' rows of likeness, each by its decay, from 0.
        Alike => "alike",
        /// 1 if in the category of the most recent signal, else 0; missing where either has none.
        SameCategory => "same_category",
        /// 1 if of the brand of the most recent signal, else 0; missing where either has none.
        SameBrand => "same_brand",
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
