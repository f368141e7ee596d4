//! `shelfwise experiment`: what experiments show, by the shop's own orders.

mod change;
mod declared;
mod evaluate;
mod inputs;
mod learn;
mod plan;
mod print;
mod read;
mod reports;
mod simulate;

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
    /// Try the statistics on simulated shops: false alarms, coverage, power, regret.
    #[command(after_help = simulate::HELP)]
    Simulate(simulate::Simulate),
    /// End an experiment, in the file that declares it.
    #[command(after_help = change::STOP_HELP)]
    Stop(change::Stop),
    /// Give an experiment other shares of the draws, as a new version.
    #[command(after_help = change::RAMP_HELP)]
    Ramp(change::RampCommand),
    /// End an experiment, and give everybody one of its arms.
    #[command(after_help = change::SHIP_HELP)]
    Ship(change::Ship),
    /// Turn tagged orders, or counts of what was shown and answered, into shares of draws.
    #[command(after_help = learn::HELP)]
    Learn(learn::Learn),
    /// Say what randomized reports of visits tell together.
    #[command(after_help = reports::HELP)]
    Reports(reports::ReportsCommand),
    /// Say what another policy would have earned, from a log with propensities.
    #[command(after_help = evaluate::HELP)]
    Evaluate(evaluate::EvaluateCommand),
}

impl ExperimentCommand {
    /// Runs the command.
    pub fn run(self) -> Result<()> {
        match self {
            Self::Read(command) => command.run(),
            Self::Plan(command) => command.run(),
            Self::Simulate(command) => command.run(),
            Self::Stop(command) => command.run(),
            Self::Ramp(command) => command.run(),
            Self::Ship(command) => command.run(),
            Self::Learn(command) => command.run(),
            Self::Reports(command) => command.run(),
            Self::Evaluate(command) => command.run(),
        }
    }
}
