//! `shelfwise facts`: what rules may ask of items, from the catalog.

pub mod build;
mod report;
mod sign;
pub mod source;

use anyhow::Result;
use clap::Subcommand;

/// What to do with facts.
#[derive(Subcommand)]
pub enum FactsCommand {
    /// Write the facts of a snapshot's items into the file that engines read.
    #[command(after_help = "\
Facts are named in the policy:

  [[fact]]
  name = \"stock\"
  kind = \"count\"      # money, count, number, share, day, flag or text
  from = \"qty\"        # the catalog's column, if it has another name
  steps = 15          # rounds down to so many steps; without it every value is kept

  [[fact]]
  name = \"margin\"
  kind = \"share\"
  secret = true       # never leaves this machine

  [[value]]
  name = \"value\"      # 16 levels of at least 20 items, by rank
  of = { margin = 0.7, stock = 0.3 }

A facts file belongs to one snapshot: build it anew after each training.

Example:
  shelfwise facts build --policy policy.toml --snapshot model/model.swm --catalog products.csv --out model/facts.swf \\
    --key keys/facts.key")]
    Build(build::Build),
}

impl FactsCommand {
    /// Runs the command.
    pub fn run(self) -> Result<()> {
        match self {
            Self::Build(command) => command.run(),
        }
    }
}
