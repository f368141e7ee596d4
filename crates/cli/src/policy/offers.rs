//! `shelfwise policy offers`: the offers of a policy with their conditions, for everybody to read.

use std::path::PathBuf;

use anyhow::Result;
use clap::Args;
use serde::{Deserialize, Serialize};
use shelfwise_core::content::{ContentKind, DEFAULT_HOLDOUT};
use shelfwise_core::policy::{ContentSource, PolicySource};

use super::Source;
use crate::output;
use crate::table::counted;
use crate::{files, print_line};

/// Explains what the file is for.
pub const HELP: &str = "\
Everybody who asks may have an offer of the list: publish it where shoppers find it, such as in the folder that `shelfwise serve` serves.
Nothing that the engine knows of a visit is a condition, and no offer depends on a device, a place, a basket's value or a state of the visit:
`policy check` refuses that.

Examples:
  shelfwise policy offers policy.toml
  shelfwise policy offers policy.toml --out release/offers.json";

/// The version of the published file.
const VERSION: u32 = 1;

/// What the file says for all of its offers.
const STATEMENT: &str = "Everybody who asks may have these offers, on the conditions that stand here. Which of them a page shows depends on the visit; \
    who may have them does not. A part of all visits, drawn by chance, is shown none, so that their effect can be measured.";

/// Arguments of `policy offers`.
#[derive(Args)]
pub struct Offers {
    #[command(flatten)]
    source: Source,
    /// Where the published file goes; printed without it.
    #[arg(long)]
    out: Option<PathBuf>,
}

/// The published file.
#[derive(Debug, Deserialize, Serialize)]
struct Published {
    version: u32,
    statement: String,
    /// The part of visits that are shown none.
    holdout: f64,
    offers: Vec<Offer>,
}

/// One offer.
#[derive(Debug, Deserialize, Serialize)]
struct Offer {
    id: String,
    conditions: String,
    /// Its copy variants: texts by name.
    texts: Vec<std::collections::BTreeMap<String, String>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    from: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    until: Option<String>,
    placements: Vec<String>,
}

impl Offers {
    /// Runs the command.
    pub fn run(self) -> Result<()> {
        let checked = self.source.check()?;
        super::report_findings(&checked.findings);
        let published = checked.source.as_ref().map(Published::of);
        checked.policy()?;
        let Some(published) = published else { return Ok(()) };
        let Some(out) = self.out else {
            return output::json(&published);
        };
        let is_list = |bytes: &[u8]| serde_json::from_slice::<Published>(bytes).is_ok();
        files::replace(&out, &serde_json::to_vec_pretty(&published)?, "list of offers", is_list)?;
        print_line!("{}: {}", out.display(), counted(published.offers.len(), "offer"));
        Ok(())
    }
}

impl Published {
    fn of(source: &PolicySource) -> Self {
        let holdout = source
            .offers
            .holdout
            .map_or(f64::from(DEFAULT_HOLDOUT) / 65_536.0, f64::from);
        let offers = source.content.iter().filter(|option| option.kind == ContentKind::Offer);
        Self {
            version: VERSION,
            statement: STATEMENT.into(),
            holdout: (holdout * 10_000.0).round() / 10_000.0,
            offers: offers.map(Offer::of).collect(),
        }
    }
}

impl Offer {
    fn of(option: &ContentSource) -> Self {
        Self {
            id: option.id.clone(),
            conditions: option.conditions.clone().unwrap_or_default(),
            texts: option.variants().to_vec(),
            from: option.from.as_ref().map(ToString::to_string),
            until: option.until.as_ref().map(ToString::to_string),
            placements: option.placements.clone(),
        }
    }
}
