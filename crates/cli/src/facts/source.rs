//! What a policy declares of facts, and the values that its rules compare them with.

use std::path::Path;

use anyhow::{Result, anyhow, bail};
use shelfwise_core::facts::FactKind;
use shelfwise_core::policy::{Action, PolicySource};

/// Reads a policy, and checks its tables `[[fact]]` and `[[value]]`; the rules are left to `shelfwise policy check`.
pub fn parse(text: &str, path: &Path) -> Result<PolicySource> {
    let declared = crate::policy::parse(path, text)?;
    check(&declared).map_err(|error| anyhow!("{}: {error}", path.display()))?;
    Ok(declared)
}

/// Returns the values at which steps of a fact must begin, so that every comparison of the rules is exact: those they
/// compare with, and the ones after these.
pub fn cuts(declared: &PolicySource, fact: &str) -> Vec<i32> {
    let Ok(policy) = declared.clone().check() else {
        return Vec::new();
    };
    let goods = policy.rules.iter().filter_map(|rule| match &rule.action {
        Action::Direct(directive) => Some(&directive.goods),
        _ => None,
    });
    let thresholds = goods.flat_map(|goods| goods.thresholds(&policy.vocabulary));
    let own = thresholds.filter(|(name, _)| *name == fact);
    own.flat_map(|(_, value)| [value, value.saturating_add(1)]).collect()
}

fn check(declared: &PolicySource) -> Result<()> {
    if declared.facts.is_empty() {
        bail!(
            "declares no fact: add a table [[fact]] with a name and a kind; `shelfwise facts build --help` shows one"
        );
    }
    for value in &declared.values {
        if value.of.is_empty() {
            bail!(
                "value `{}` is made of nothing: name facts with their weights, such as of = {{ margin = 0.7 }}",
                value.name
            );
        }
        for (name, weight) in &value.of {
            check_input(declared, &value.name, name, *weight)?;
        }
    }
    Ok(())
}

fn check_input(declared: &PolicySource, value: &str, name: &str, weight: f64) -> Result<()> {
    let Some(fact) = declared.facts.iter().find(|fact| fact.name == *name) else {
        let known: Vec<&str> = declared.facts.iter().map(|fact| &*fact.name).collect();
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
