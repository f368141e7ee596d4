//! Limits: how far a policy may go before a simulation fails, as its author writes them under `[limits]`.

use serde::{Deserialize, Serialize};

/// `[limits]`: what a simulation holds the policy against, at every placement. Shares are fractions of 1; what is not
/// named has no limit. They never travel: engines do not read them.
#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(
    deny_unknown_fields,
    default,
    expecting = "limits such as `max_hit_rate_loss = 0.01`"
)]
pub struct Limits {
    /// The most that the hit rate may fall, relative to that of the policy in force.
    pub max_hit_rate_loss: Option<f64>,
    /// The most that NDCG may fall, relative to that of the policy in force.
    pub max_ndcg_loss: Option<f64>,
    /// The least mean rank-biased overlap with the slates of the policy in force.
    pub min_overlap: Option<f64>,
    /// The least share of the shop's items that are shown at least once.
    pub min_coverage: Option<f64>,
    /// The largest Gini coefficient of exposure.
    pub max_gini: Option<f64>,
    /// The least share of places outside the most popular fifth.
    pub min_long_tail: Option<f64>,
    /// The largest popularity of shown items relative to chosen ones.
    pub max_popularity_lift: Option<f64>,
    /// The largest divergence of a slate's categories from those of the visit.
    pub max_calibration: Option<f64>,
    /// The least mean distance of two items of a slate.
    pub min_diversity: Option<f64>,
    /// The largest share of places of one brand.
    pub max_brand_share: Option<f64>,
    /// The largest share of places of one top category.
    pub max_category_share: Option<f64>,
}
