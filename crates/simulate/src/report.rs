//! The report of a simulation. It holds no time and no path, so that the same input gives the same bytes.

use serde::{Deserialize, Serialize};
use serde_json::Value;
use sha2::{Digest as _, Sha256};
use shelfwise_core::policy::Limits;

use crate::breadth::{Breadth, Shares};
use crate::canonical::{canonical, rounded};
use crate::changes::Example;
use crate::findings::Finding;
use crate::movers::Movers;
use crate::rules::Firing;
use crate::stats::bootstrap::Interval;

/// The version of the report's fields.
pub const FORMAT: u32 = 1;

/// What a new policy changes.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Report {
    /// [`FORMAT`].
    pub format: u32,
    /// What was simulated.
    pub inputs: Inputs,
    /// What should be looked at, broken limits first.
    pub findings: Vec<Finding>,
    /// Each placement.
    pub placements: Vec<PlacementReport>,
    /// Each rule of the new policy, in its order, and those of the policy in force that it has no more.
    pub rules: Vec<RuleReport>,
    /// The most changed slates, the placements in turn.
    pub examples: Vec<Example>,
}

/// What was simulated.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Inputs {
    /// SHA-256 of the built policy in force, in hexadecimal.
    pub policy_before: String,
    /// SHA-256 of the new policy as it is built.
    pub policy_after: String,
    /// SHA-256 of the snapshot.
    pub snapshot: String,
    /// SHA-256 of the facts file; absent if there was none.
    pub facts: Option<String>,
    /// Items of catalog and snapshot.
    pub items: usize,
    /// Items with a title.
    pub titled: usize,
    /// Held-out visits in the log.
    pub visits: usize,
    /// Visits that were replayed, each at one moment.
    pub replayed: usize,
    /// Places in a slate.
    pub places: usize,
    /// The day that was handed in, in milliseconds since 1970; absent if each visit had its own.
    pub at_ms: Option<i64>,
    /// The limits that the new policy sets.
    pub limits: Limits,
}

/// Something before and after.
#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Both<T> {
    /// Under the policy in force.
    pub before: T,
    /// Under the new one.
    pub after: T,
}

/// A measure with its intervals.
#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Outcome {
    /// Under the policy in force.
    pub before: Interval,
    /// Under the new one.
    pub after: Interval,
    /// The difference, visit by visit.
    pub change: Interval,
}

/// The mean of a column of numbers over shown items.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Measure {
    /// The column.
    pub name: String,
    /// Its mean before and after.
    pub mean: Both<f64>,
    /// Share of places whose item has a number in it.
    pub known: Both<f64>,
}

/// One placement.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct PlacementReport {
    /// Its name.
    pub name: String,
    /// Whether it orders the shop's own list.
    pub is_list: bool,
    /// Slates that were made.
    pub slates: usize,
    /// Slates that differ.
    pub changed: usize,
    /// Slates with an empty place.
    pub short: Both<usize>,
    /// Mean rank-biased overlap of both slates: 1 is no change.
    pub overlap: f64,
    /// How many slates overlap by less than a tenth, by one tenth, … by nine tenths and more.
    pub overlaps: [usize; 10],
    /// Mean share of items that both slates have.
    pub jaccard: f64,
    /// Share of moments whose next item was shown.
    pub hit_rate: Outcome,
    /// Mean of 1 / log2(1 + place) of the next item.
    pub ndcg: Outcome,
    /// Means of columns of numbers.
    pub measures: Vec<Measure>,
    /// How widely slates spread.
    pub breadth: Both<Breadth>,
    /// Shares by category, brand and price.
    pub shares: Vec<Shares>,
    /// Items that are shown more often, and less.
    pub movers: Movers,
}

/// One rule.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct RuleReport {
    /// Its name.
    pub id: String,
    /// How often it acted under the policy in force; absent if it is new.
    pub before: Option<Firing>,
    /// How often it acted under the new policy; absent if it is gone.
    pub after: Option<Firing>,
    /// Slates that would be others without it, of those that were tried; 0 of 0 for a rule that is gone.
    pub needed: u64,
    /// Slates that were ranked again without it.
    pub tried: u64,
}

impl Report {
    /// Returns the report as JSON, with numbers rounded to six decimals: more would be noise.
    ///
    /// # Errors
    /// If a number is not finite, which would be a defect of this crate.
    pub fn to_json(&self) -> serde_json::Result<Value> {
        Ok(rounded(serde_json::to_value(self)?))
    }

    /// Returns the SHA-256 of the canonical JSON ([RFC 8785](https://www.rfc-editor.org/rfc/rfc8785)) of
    /// [`Report::to_json`], in hexadecimal: what an approval signs.
    ///
    /// # Errors
    /// Those of [`Report::to_json`].
    pub fn sha256(&self) -> serde_json::Result<String> {
        Ok(sha256(canonical(&self.to_json()?).as_bytes()))
    }

    /// Returns whether a limit is broken.
    #[must_use]
    pub fn breaks_a_limit(&self) -> bool {
        self.findings.iter().any(Finding::is_broken_limit)
    }
}

/// Returns the SHA-256 of bytes in hexadecimal.
#[must_use]
pub fn sha256(bytes: &[u8]) -> String {
    Sha256::digest(bytes).iter().map(|byte| format!("{byte:02x}")).collect()
}
