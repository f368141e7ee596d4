//! What `cargo xtask demo --publish` does: the next release of a shop that is open, or a bad one.

use std::fs;

use anyhow::{Context as _, Result, ensure};
use serde_json::Value;
use shelfwise_sync::layout::RECORD_PATH;

use crate::folder::Folder;
use crate::origin::Origin;
use crate::{POLICY, bad};

/// What the shop's own rules say of the objective.
const MAY_COST: &str = "may_cost = 0.02";

/// What a release brings.
#[derive(Clone, Copy, Debug)]
pub enum Publication<'a> {
    /// Rules that are new: another product in the first place, and another bound of the objective, which the lead approves.
    Next,
    /// The rules before those in force.
    Earlier,
    /// A bad release of this kind.
    Bad(&'a str),
}

/// What releases are about, one after the other: a product of an aisle where people seldom look, and what the objective may cost.
const CAMPAIGNS: [Campaign; 3] = [
    Campaign {
        pick: "6548453",
        may_cost: "0.05",
    },
    Campaign {
        pick: "965267",
        may_cost: "0.08",
    },
    Campaign {
        pick: "1028816",
        may_cost: "0.03",
    },
];

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Campaign {
    /// The product in the first place of the shelves.
    pick: &'static str,
    /// The part of a slate's expected hits that the objective may cost.
    may_cost: &'static str,
}

/// Publishes to a shop that is open.
pub fn publish(origin: &Origin<'_>, what: Publication<'_>) -> Result<()> {
    let folder = origin.folder;
    ensure!(
        folder.site().join("pins.js").exists() && folder.releases().join(RECORD_PATH).exists(),
        "there is no shop to publish to: run `cargo xtask demo` first, and leave it open"
    );
    match what {
        Publication::Bad(kind) => bad::serve(folder, kind),
        Publication::Next => next(origin),
        Publication::Earlier => earlier(origin),
    }
}

/// Publishes the next campaign, with its approval.
fn next(origin: &Origin<'_>) -> Result<()> {
    let folder = origin.folder;
    let (rules, before) = (folder.rules().join("policy.swp"), folder.path().join("before.swp"));
    fs::copy(&rules, &before).with_context(|| format!("could not copy {}", rules.display()))?;
    let campaign = after(&fs::read_to_string(folder.rules().join("policy.toml"))?);
    let policy = fs::read_to_string(origin.root.join(POLICY))?;
    origin.rule(&campaign.rules(&policy)?)?;
    origin.state_facts()?;
    origin.compare(&before, &rules)?;
    origin.publish()?;
    println!(
        "\nPublished. {} is in the first place of the shelves for a visit and beside products: put something into the \
         basket, or open a product.\nThe objective may cost {} of a slate's expected hits now. It is a guarded rule: the lead approved it, \
         with the report in {}.\nA page that is open takes the release over by itself, a few seconds later and \
         between two rankings; its panel (\"On this device\") says which one it has. The edge looks once a minute.\n\
         To see one that nobody approved refused: cargo xtask demo --publish --bad not-approved\n\
         To go back: cargo xtask demo --publish --revert",
        title(folder, campaign.pick)?,
        campaign.may_cost,
        folder.proposal().join("report.html").display()
    );
    Ok(())
}

/// Publishes the rules before those in force.
fn earlier(origin: &Origin<'_>) -> Result<()> {
    origin.revert()?;
    origin.state_facts()?;
    origin.publish()?;
    println!("\nPublished: the rules before. Reverting once more brings back those that were in force.");
    Ok(())
}

/// The campaign after the one that these rules have.
fn after(policy: &str) -> Campaign {
    let last = CAMPAIGNS.iter().position(|campaign| policy.contains(&campaign.pin()));
    let [first, ..] = CAMPAIGNS;
    let after = last.and_then(|at| CAMPAIGNS.get(at + 1));
    after.copied().unwrap_or(first)
}

impl Campaign {
    /// The shop's rules, as they are edited for the campaign.
    fn rules(self, policy: &str) -> Result<String> {
        ensure!(
            policy.contains(MAY_COST),
            "{POLICY} has no objective with `{MAY_COST}`: a release could not change it"
        );
        let policy = policy.replace(MAY_COST, &format!("may_cost = {}", self.may_cost));
        Ok(format!("{policy}{}", self.pin()))
    }

    /// The rule that a release brings.
    fn pin(self) -> String {
        format!(
            "\n# What this release is about.\n[[rule]]\nid = \"todays-pick\"\nplacements = [\"home\", \"pdp\", \"basket\"]\n\
             pin = {{ item = \"{}\", position = 1 }}\n",
            self.pick
        )
    }
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
    fn every_release_has_another_pick_and_another_guarded_rule() {
        let own = format!("[[rule]]\nobjective = {{ raise = \"worth\", {MAY_COST} }}\n");
        let (mut policy, mut seen) = (own.clone(), Vec::new());
        for _ in 0..=CAMPAIGNS.len() {
            let campaign = after(&policy);
            let next = campaign.rules(&own).unwrap();
            assert!(next.contains(campaign.may_cost) && !next.contains(MAY_COST), "{next}");
            seen.push(campaign);
            policy = next;
        }
        assert_eq!(seen, [CAMPAIGNS[0], CAMPAIGNS[1], CAMPAIGNS[2], CAMPAIGNS[0]]);
    }

    #[test]
    fn rules_of_the_shop_have_the_objective_that_releases_change() {
        let own = include_str!("../../policy.toml");
        assert!(CAMPAIGNS[0].rules(own).is_ok());
        assert!(CAMPAIGNS[0].rules("").is_err());
    }

    #[test]
    fn what_is_picked_is_for_sale_and_nobody_is_told_more_by_it() {
        let catalog = fs::read_to_string(concat!(env!("CARGO_MANIFEST_DIR"), "/../data/catalog.csv")).unwrap();
        for Campaign { pick, .. } in CAMPAIGNS {
            let line = catalog.lines().find(|line| line.starts_with(&format!("{pick},")));
            assert!(line.unwrap().contains(",false,"), "{pick}");
        }
    }
}
