//! The tables of experiments as people write them.

use serde::Deserialize;
use serde::de::IgnoredAny;
use toml::Spanned;
use toml::value::Datetime;

/// The tables, in a file of their own or in a policy, whose other tables are left to others.
#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, expecting = "tables [[layer]], [[holdout]] and [[experiment]]")]
pub(super) struct Source {
    #[serde(default, rename = "layer")]
    pub layers: Vec<Spanned<LayerSource>>,
    #[serde(default, rename = "holdout")]
    pub holdouts: Vec<Spanned<HoldoutSource>>,
    #[serde(default, rename = "experiment")]
    pub experiments: Vec<Spanned<ExperimentSource>>,
    #[serde(default, rename = "placement")]
    _placements: OtherTable,
    #[serde(default, rename = "rule")]
    _rules: OtherTable,
    #[serde(default, rename = "limits")]
    _limits: OtherTable,
    #[serde(default, rename = "fact")]
    _facts: OtherTable,
    #[serde(default, rename = "value")]
    _values: OtherTable,
}

/// A table that is not read here.
#[derive(Debug, Default)]
struct OtherTable;

impl<'de> Deserialize<'de> for OtherTable {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        IgnoredAny::deserialize(deserializer).map(|_| Self)
    }
}

/// `[[layer]]`
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields, expecting = "such as { name = \"order\" }")]
pub(super) struct LayerSource {
    pub name: String,
}

/// `[[holdout]]`
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields, expecting = "such as { share = 0.05, until = 2027-01-31 }")]
pub(super) struct HoldoutSource {
    pub share: Spanned<f64>,
    pub until: Option<Spanned<Datetime>>,
}

/// `[[experiment]]`
#[derive(Debug, Deserialize)]
#[serde(
    deny_unknown_fields,
    expecting = "an experiment: `id`, `unit`, `arms` (or `interleave`) and what to `read`"
)]
pub(super) struct ExperimentSource {
    pub id: Spanned<String>,
    pub layer: Option<Spanned<String>>,
    pub range: Option<Spanned<[f64; 2]>>,
    pub unit: Spanned<String>,
    pub arms: Option<Spanned<Vec<Spanned<ArmSource>>>>,
    pub interleave: Option<Spanned<[String; 2]>>,
    pub read: Spanned<Vec<Spanned<String>>>,
    pub cap: Option<Spanned<f64>>,
    pub worth: Option<Spanned<f64>>,
    pub burn_in: Option<Spanned<u64>>,
    pub from: Option<Spanned<Datetime>>,
    pub until: Option<Spanned<Datetime>>,
    pub window: Option<Spanned<WindowSource>>,
}

/// An arm; what it changes is checked by who reads the policy.
#[derive(Debug, Deserialize)]
pub(super) struct ArmSource {
    pub name: String,
    pub weight: u32,
    #[serde(flatten)]
    pub changes: toml::Table,
}

/// Blocks of a switchback.
#[derive(Clone, Copy, Debug, Deserialize)]
#[serde(deny_unknown_fields, expecting = "such as { hours = 6, washout_minutes = 30 }")]
pub(super) struct WindowSource {
    pub hours: u32,
    #[serde(default)]
    pub washout_minutes: u32,
}
