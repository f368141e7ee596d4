//! `shelfwise diff`: what changed from one model or policy to the next.

mod items;
mod model;
pub mod print;
pub mod rules;
mod side;
mod slates;
mod words;

use std::num::NonZeroUsize;
use std::path::PathBuf;

use anyhow::{Result, bail};
use clap::Args;
use serde::Serialize;
use shelfwise_core::Policy;

use model::ModelChange;
use rules::RulesChange;
use side::Side;
use slates::PageSelection;

use crate::titles::TitleArguments;
use crate::{output, print_line};

/// Show what changed from one snapshot or policy to the next.
#[derive(Args)]
#[command(after_help = "\
Each side is a snapshot, a policy (built, or policy.toml), or a folder with one of each. The engine itself
computes what shoppers see: the slates of the front page and of the pages of the most popular items, before and after.

Examples:
  shelfwise diff yesterday/model.swm model/model.swm
  shelfwise diff yesterday model --placement pdp --json")]
pub struct Diff {
    /// The earlier snapshot, policy or folder.
    before: PathBuf,
    /// The later one.
    after: PathBuf,
    /// Number of most popular items whose pages are compared.
    #[arg(long, value_name = "N", default_value_t = 20)]
    top: usize,
    /// Positions in a slate.
    #[arg(long, value_name = "N", default_value = "8")]
    limit: NonZeroUsize,
    /// The placement whose rules apply on those pages. Without such a placement the page's own item is hidden.
    #[arg(long, value_name = "NAME", default_value = "pdp")]
    placement: String,
    #[command(flatten)]
    titles: TitleArguments,
    /// Print JSON for machines, with everything that the tables cut short.
    #[arg(long)]
    json: bool,
}

/// What changed.
#[derive(Serialize)]
struct Change {
    model: Option<ModelChange>,
    rules: Option<RulesChange>,
}

impl Diff {
    /// Runs the command.
    pub fn run(self) -> Result<()> {
        let (before, after) = (Side::read(&self.before)?, Side::read(&self.after)?);
        let change = self.change(before, after)?;
        if self.json {
            return output::json(&change);
        }
        print_line!("{}", print::text(&change, &self.titles.read()?).trim_end());
        Ok(())
    }

    fn change(&self, mut before: Side, mut after: Side) -> Result<Change> {
        if before.is_source || after.is_source {
            // A source lists no items: that is no difference.
            before.policy = before.policy.map(Policy::without_items);
            after.policy = after.policy.map(Policy::without_items);
        }
        let rules = match (&before.policy, &after.policy) {
            (Some(before), Some(after)) => Some(RulesChange::between(before, after)),
            _ => None,
        };
        let policies = [before.policy, after.policy];
        let model = match (before.snapshot, after.snapshot) {
            (Some(before), Some(after)) => {
                let selection = PageSelection {
                    placement: &self.placement,
                    top: self.top,
                    limit: self.limit.get(),
                };
                Some(ModelChange::between([before, after], policies, &selection))
            }
            _ => None,
        };
        if model.is_none() && rules.is_none() {
            let (before, after) = (self.before.display(), self.after.display());
            bail!("{before} and {after} have nothing to compare: name two snapshots, two policies, or two folders");
        }
        Ok(Change { model, rules })
    }
}
