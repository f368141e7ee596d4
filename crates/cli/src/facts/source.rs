//! What a policy declares of facts: the tables `[[fact]]` and `[[value]]`.

use std::collections::BTreeMap;
use std::path::Path;

use anyhow::{Result, anyhow, bail};
use serde::Deserialize;
use shelfwise_core::facts::FactKind;

/// The tables; all others of the policy are left to `shelfwise policy check`.
#[derive(Debug, Default, Deserialize)]
pub struct Declarations {
    /// `[[fact]]`
    #[serde(default, rename = "fact")]
    pub facts: Vec<FactDeclaration>,
    /// `[[value]]`
    #[serde(default, rename = "value")]
    pub values: Vec<ValueDeclaration>,
}

/// `[[fact]]`
#[derive(Debug, Deserialize)]
#[serde(
    deny_unknown_fields,
    expecting = "such as { name = \"rating\", from = \"stars\", kind = \"number\" }"
)]
pub struct FactDeclaration {
    /// The name by which rules speak of it.
    pub name: String,
    /// The column of the catalog; the name itself if it says nothing.
    pub from: Option<String>,
    /// What its values are.
    #[serde(deserialize_with = "kind")]
    pub kind: FactKind,
    /// Into how many steps its values are rounded; all values if it says nothing.
    pub steps: Option<u16>,
    /// Whether it must never leave the origin.
    #[serde(default)]
    pub secret: bool,
}

/// `[[value]]`
#[derive(Debug, Deserialize)]
#[serde(
    deny_unknown_fields,
    expecting = "such as { name = \"value\", of = { margin = 0.7, season = 0.3 } }"
)]
pub struct ValueDeclaration {
    /// The name by which objectives and rules speak of it.
    pub name: String,
    /// Facts, each with its weight.
    pub of: BTreeMap<String, f64>,
}

/// Reads the name of a kind.
fn kind<'de, D: serde::Deserializer<'de>>(deserializer: D) -> Result<FactKind, D::Error> {
    let name = String::deserialize(deserializer)?;
    FactKind::from_name(&name).ok_or_else(|| {
        let known = FactKind::ALL.map(FactKind::name).join(", ");
        serde::de::Error::custom(format!("unknown kind `{name}`, expected one of {known}"))
    })
}

impl FactDeclaration {
    /// Returns the column of the catalog that it is read from.
    pub fn column(&self) -> &str {
        self.from.as_deref().unwrap_or(&self.name)
    }
}

impl Declarations {
    /// Reads and checks the tables.
    pub fn parse(text: &str, path: &Path) -> Result<Self> {
        let declared: Self = toml::from_str(text).map_err(|error| anyhow!("{}: {error}", path.display()))?;
        declared
            .check()
            .map_err(|error| anyhow!("{}: {error}", path.display()))?;
        Ok(declared)
    }

    fn check(&self) -> Result<()> {
        if self.facts.is_empty() {
            bail!(
                "declares no fact: add a table [[fact]] with a name and a kind; `shelfwise facts build --help` shows one"
            );
        }
        for value in &self.values {
            if value.of.is_empty() {
                bail!(
                    "value `{}` is made of nothing: name facts with their weights, such as of = {{ margin = 0.7 }}",
                    value.name
                );
            }
            for (name, weight) in &value.of {
                self.check_input(&value.name, name, *weight)?;
            }
        }
        Ok(())
    }

    fn check_input(&self, value: &str, name: &str, weight: f64) -> Result<()> {
        let Some(fact) = self.facts.iter().find(|fact| fact.name == *name) else {
            let known: Vec<&str> = self.facts.iter().map(|fact| &*fact.name).collect();
            bail!(
                "value `{value}` is made of `{name}`, which is no fact: declare it, or take one of {}",
                known.join(", ")
            );
        };
        if fact.kind == FactKind::Text {
            bail!("value `{value}` is made of `{name}`, which is a text: take a fact that is a number");
        }
        if !weight.is_finite() {
            bail!("value `{value}`: the weight of `{name}` is not a number: write one such as 0.5");
        }
        Ok(())
    }
}
