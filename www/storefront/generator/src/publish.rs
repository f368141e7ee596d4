//! What `cargo xtask demo --publish` does: the next release of a shop that is open, or a bad one.

use std::fs;

use anyhow::{Context as _, Result, ensure};
use serde_json::Value;
use shelfwise_sync::layout::RECORD_PATH;

use crate::folder::Folder;
use crate::origin::Origin;
use crate::{POLICY, bad};

/// Products that a release brings to the front, one after the other: of aisles where people seldom look.
const PICKS: [&str; 3] = ["6548453", "965267", "1028816"];

/// Publishes the shop's rules with one more, signed by the policy key: another product than the last time is pinned to
/// the first place of its shelves. Or serves a bad release of the named kind.
pub fn publish(origin: &Origin<'_>, bad: Option<&str>) -> Result<()> {
    let folder = origin.folder;
    ensure!(
        folder.site().join("pins.js").exists() && folder.releases().join(RECORD_PATH).exists(),
        "there is no shop to publish to: run `cargo xtask demo` first, and leave it open"
    );
    if let Some(kind) = bad {
        return bad::serve(folder, kind);
    }
    let (rules, before) = (folder.rules().join("policy.swp"), folder.path().join("before.swp"));
    fs::copy(&rules, &before).with_context(|| format!("could not copy {}", rules.display()))?;
    let pick = next(&fs::read_to_string(folder.rules().join("policy.toml"))?);
    let policy = fs::read_to_string(origin.root.join(POLICY))?;
    origin.sign(&format!("{policy}{}", pin(pick)))?;
    origin.state_facts()?;
    origin.compare(&before, &rules)?;
    origin.publish()?;
    println!(
        "\nPublished. {} is in the first place of the shelves for a visit and beside products: put something into the \
         basket, or open a product.\nA page that is open takes the release over by itself, a few seconds later and \
         between two rankings; its panel (\"On this device\") says which one it has. The edge looks once a minute.\n\
         To see a bad one refused: cargo xtask demo --publish --bad forged-signature",
        title(folder, pick)?
    );
    Ok(())
}

/// The pick after the one that these rules have.
fn next(policy: &str) -> &'static str {
    let last = PICKS.iter().position(|item| policy.contains(&pin(item)));
    let [first, ..] = PICKS;
    let after = last.and_then(|at| PICKS.get(at + 1));
    after.copied().unwrap_or(first)
}

/// The rule that a release brings, as the merchandising lead writes it.
fn pin(item: &str) -> String {
    format!(
        "\n# What this release is about.\n[[rule]]\nid = \"todays-pick\"\nplacements = [\"home\", \"pdp\", \"basket\"]\n\
         pin = {{ item = \"{item}\", position = 1 }}\n"
    )
}

/// What the shop calls a product.
fn title(folder: &Folder, item: &str) -> Result<String> {
    let path = folder.site().join("catalog.json");
    let catalog: Value = serde_json::from_slice(&fs::read(&path)?)?;
    let title = catalog.get(item).and_then(|row| row.get(0)).and_then(Value::as_str);
    let title = title.with_context(|| format!("{} has no product {item}", path.display()));
    title.map(str::to_owned)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_release_picks_another_product() {
        let mut policy = String::from("[[placement]]\nname = \"home\"\n");
        let mut seen = Vec::new();
        for _ in 0..=PICKS.len() {
            seen.push(next(&policy));
            policy = pin(next(&policy));
        }
        assert_eq!(seen, [PICKS[0], PICKS[1], PICKS[2], PICKS[0]]);
    }

    #[test]
    fn what_is_picked_is_for_sale_and_nobody_is_told_more_by_it() {
        let catalog = fs::read_to_string(concat!(env!("CARGO_MANIFEST_DIR"), "/../data/catalog.csv")).unwrap();
        for item in PICKS {
            let line = catalog.lines().find(|line| line.starts_with(&format!("{item},")));
            assert!(line.unwrap().contains(",false,"), "{item}");
        }
    }
}
