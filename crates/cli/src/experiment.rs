//! `shelfwise experiment`: what experiments show, by the shop's own orders.

mod declared;
mod inputs;
mod plan;
mod print;
mod read;

use anyhow::Result;
use clap::Subcommand;

/// What to do with experiments.
#[derive(Subcommand)]
pub enum ExperimentCommand {
    /// Say what experiments show and what to decide, from orders alone.
    #[command(after_help = read::HELP)]
    Read(Box<read::Read>),
    /// Say what can be found in which time.
    #[command(after_help = plan::HELP)]
    Plan(plan::PlanCommand),
}

impl ExperimentCommand {
    /// Runs the command.
    pub fn run(self) -> Result<()> {
        match self {
            Self::Read(command) => command.run(),
            Self::Plan(command) => command.run(),
        }
    }
}
