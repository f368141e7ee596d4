//! What should be looked at: broken limits, rules that do nothing, empty places.

use serde::{Deserialize, Serialize};
use shelfwise_core::policy::Limits;

use crate::breadth::{Breadth, Kind};
use crate::report::{PlacementReport, RuleReport};
use crate::spread::{ShownShares, Spread};

/// What kind of finding it is, the gravest first.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum FindingKind {
    /// A limit of the policy is broken.
    BrokenLimit,
    /// More places stay empty than before.
    EmptyPlaces,
    /// A rule acted in no slate.
    IdleRule,
    /// A rule acts, and no slate would be another without it.
    NeedlessRule,
    /// No slate changed.
    NothingChanges,
}

/// One finding.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Finding {
    /// What kind it is.
    pub kind: FindingKind,
    /// The rule that it is about.
    pub rule: Option<String>,
    /// The placement that it is about.
    pub placement: Option<String>,
    /// What it is, and what to do.
    pub text: String,
}

impl Finding {
    /// Returns whether it is about a broken limit.
    #[must_use]
    pub fn is_broken_limit(&self) -> bool {
        self.kind == FindingKind::BrokenLimit
    }

    fn of_rule(kind: FindingKind, rule: &RuleReport, text: String) -> Self {
        Self {
            kind,
            rule: Some(rule.id.clone()),
            placement: None,
            text,
        }
    }

    fn of_placement(kind: FindingKind, placement: &str, text: String) -> Self {
        Self {
            kind,
            rule: None,
            placement: Some(placement.to_owned()),
            text,
        }
    }
}

/// Returns everything that is found, the gravest first.
#[must_use]
pub fn findings(placements: &[PlacementReport], rules: &[RuleReport], limits: &Limits) -> Vec<Finding> {
    let mut found: Vec<Finding> = placements
        .iter()
        .flat_map(|placement| broken(placement, limits))
        .collect();
    found.extend(placements.iter().filter_map(empty_places));
    found.extend(rules.iter().filter_map(idle));
    found.extend(rules.iter().filter_map(needless));
    if placements.iter().all(|placement| placement.changed == 0) {
        found.push(Finding {
            kind: FindingKind::NothingChanges,
            rule: None,
            placement: None,
            text: "no slate of the replayed visits changed: for them both policies are the same".into(),
        });
    }
    found
}

fn idle(rule: &RuleReport) -> Option<Finding> {
    let never = rule.after?.slates == 0;
    never.then(|| {
        let text = format!(
            "rule `{}` acted in no slate: the items that it means did not come up, another rule was first, or it is about facts of the \
             moment, such as stock, that the log does not have. Remove it, or \
             check what it names",
            rule.id
        );
        Finding::of_rule(FindingKind::IdleRule, rule, text)
    })
}

fn needless(rule: &RuleReport) -> Option<Finding> {
    let acts = rule.after?.slates > 0;
    (acts && rule.tried > 0 && rule.needed == 0).then(|| {
        let text = format!(
            "rule `{}` acts, but without it all of {} slates that were tried would be the same: another rule or the model \
             does what it does",
            rule.id, rule.tried
        );
        Finding::of_rule(FindingKind::NeedlessRule, rule, text)
    })
}

fn empty_places(placement: &PlacementReport) -> Option<Finding> {
    let (before, after) = (placement.short.before, placement.short.after);
    (after > before).then(|| {
        let text = format!(
            "at `{}` {after} of {} slates have an empty place, {before} had before: rules hide too much",
            placement.name, placement.slates
        );
        Finding::of_placement(FindingKind::EmptyPlaces, &placement.name, text)
    })
}

/// Returns the limits that a placement breaks.
fn broken(placement: &PlacementReport, limits: &Limits) -> Vec<Finding> {
    let loss = |before: f64, after: f64| if before > 0.0 { (before - after) / before } else { 0.0 };
    let (hits, ndcg) = (&placement.hit_rate, &placement.ndcg);
    let mut found = Vec::new();
    found.extend(above(
        "max_hit_rate_loss",
        limits.max_hit_rate_loss,
        loss(hits.before.mean, hits.after.mean),
    ));
    found.extend(above(
        "max_ndcg_loss",
        limits.max_ndcg_loss,
        loss(ndcg.before.mean, ndcg.after.mean),
    ));
    found.extend(below("min_overlap", limits.min_overlap, placement.overlap));
    found.extend(of_breadth(&placement.breadth.after, limits));
    for shares in &placement.shares {
        let largest = shares.groups.iter().map(|group| group.after).fold(0.0, f64::max);
        found.extend(of_share(shares.by, largest, limits));
    }
    let at = |text: String| {
        let text = format!("at `{}`: {text}", placement.name);
        Finding::of_placement(FindingKind::BrokenLimit, &placement.name, text)
    };
    found.into_iter().map(at).collect()
}

/// Returns the limits of breadth that are broken, in words.
fn of_breadth(breadth: &Breadth, limits: &Limits) -> impl Iterator<Item = String> {
    let broken = [
        below("min_coverage", limits.min_coverage, breadth.coverage),
        above("max_gini", limits.max_gini, breadth.gini),
        below("min_long_tail", limits.min_long_tail, breadth.long_tail),
        above(
            "max_popularity_lift",
            limits.max_popularity_lift,
            breadth.popularity_lift,
        ),
        above("max_calibration", limits.max_calibration, breadth.calibration),
        below("min_diversity", limits.min_diversity, breadth.diversity),
    ];
    broken.into_iter().flatten()
}

/// Returns the limit of the largest share that is broken, in words.
fn of_share(by: Kind, largest: f64, limits: &Limits) -> Option<String> {
    match by {
        Kind::Brand => above("max_brand_share", limits.max_brand_share, largest),
        Kind::Category => above("max_category_share", limits.max_category_share, largest),
        Kind::Price => None,
    }
}

/// Returns the limits that a model breaks at a placement, in words; those of a change do not apply.
#[must_use]
pub fn of_spread(spread: &Spread, limits: &Limits) -> Vec<String> {
    let largest = |shares: &ShownShares| shares.groups.iter().map(|group| group.shown).fold(0.0, f64::max);
    let of_shares = spread
        .shares
        .iter()
        .filter_map(|shares| of_share(shares.by, largest(shares), limits));
    let broken = of_breadth(&spread.breadth, limits).chain(of_shares);
    broken
        .map(|text| format!("at `{}`: {text}", spread.placement))
        .collect()
}

fn above(name: &str, limit: Option<f64>, value: f64) -> Option<String> {
    let limit = limit.filter(|limit| value > *limit)?;
    Some(format!("{name} is {limit}, and it is {value:.4}"))
}

fn below(name: &str, limit: Option<f64>, value: f64) -> Option<String> {
    let limit = limit.filter(|limit| value < *limit)?;
    Some(format!("{name} is {limit}, and it is {value:.4}"))
}
