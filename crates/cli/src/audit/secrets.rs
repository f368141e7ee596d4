//! What must not leave the shop, out of a policy's source.

use std::path::Path;

use anyhow::{Context, Result};
use shelfwise_audit::steps::secrets::Secrets;
use toml::{Table, Value};

use crate::policy;

/// Reads names of secret facts and of their columns, owners and reasons of rules, and names of composed values.
pub fn read(path: &Path) -> Result<Secrets> {
    let text = policy::read(path)?;
    policy::parse(path, &text).with_context(|| format!("--policy {}", path.display()))?;
    let tables: Table = toml::from_str(&text)?;
    let facts = || of_kind(&tables, "fact");
    let secret = facts().filter(|fact| fact.get("secret").and_then(Value::as_bool) == Some(true));
    let names = secret.flat_map(|fact| texts(fact, &["name", "from"]));
    // A column can be the source of a public fact too.
    let public = facts().filter(|fact| fact.get("secret").and_then(Value::as_bool) != Some(true));
    let public: Vec<String> = public.flat_map(|fact| texts(fact, &["name", "from"])).collect();
    Ok(Secrets {
        names: names.filter(|name| !public.contains(name)).collect(),
        words: of_kind(&tables, "rule")
            .flat_map(|rule| texts(rule, &["owner", "reason"]))
            .collect(),
        values: of_kind(&tables, "value")
            .flat_map(|value| texts(value, &["name"]))
            .collect(),
    })
}

fn of_kind<'t>(tables: &'t Table, kind: &str) -> impl Iterator<Item = &'t Table> + use<'t> {
    let tables = tables.get(kind).and_then(Value::as_array);
    tables.into_iter().flatten().filter_map(Value::as_table)
}

fn texts(table: &Table, keys: &[&str]) -> Vec<String> {
    let text = |key: &&str| table.get(*key).and_then(Value::as_str).map(str::to_owned);
    keys.iter().filter_map(text).filter(|text| !text.is_empty()).collect()
}
