//! The command `shelfwise`: trains, checks, publishes and serves models at the origin.

#[cfg(feature = "audit")]
mod audit;
mod bars;
mod catalog;
mod diff;
mod doctor;
#[cfg(feature = "audit")]
mod documents;
mod evaluate;
mod event_weights;
mod experiment;
#[cfg(feature = "parquet")]
mod export;
mod facts;
mod files;
mod inspect;
mod keys;
mod output;
mod policy;
#[cfg(feature = "preview")]
mod preview;
mod publish;
#[cfg(feature = "cloud")]
mod remote;
mod serve;
#[cfg(feature = "parquet")]
mod sql;
mod table;
mod time;
mod titles;
mod train;
mod verify;

use std::process::ExitCode;

use clap::{Parser, Subcommand};

/// Personalization on the shopper's device: train a snapshot from your own log, measure it, inspect it, publish it.
#[derive(Parser)]
#[command(name = "shelfwise", version, max_term_width = 110)]
struct Cli {
    #[command(subcommand)]
    command: Command,
}

#[derive(Subcommand)]
enum Command {
    /// Train a snapshot from a log, and a catalog if there is one.
    Train(train::Train),
    /// Write a log as tables of integers that another engine counts.
    #[cfg(feature = "parquet")]
    Export(export::Export),
    /// Print the SQL that counts a log on another engine.
    #[cfg(feature = "parquet")]
    Sql(sql::Sql),
    /// Examine a log and a catalog before training: what is broken, and which shelves are worth it.
    Doctor(doctor::Doctor),
    /// Replay test sessions through the engine and measure what it recommends.
    Evaluate(evaluate::Evaluate),
    /// Show what changed from one snapshot or policy to the next.
    Diff(diff::Diff),
    /// Show a snapshot section by section, or the neighbours of an item.
    Inspect(inspect::Inspect),
    /// Check merchandising rules, or build the policy that engines read.
    #[command(subcommand)]
    Policy(policy::PolicyCommand),
    /// Write what rules may ask of items: prices, stock, dates of the catalog.
    #[command(subcommand)]
    Facts(facts::FactsCommand),
    /// Measure experiments by the shop's own orders.
    #[command(subcommand)]
    Experiment(experiment::ExperimentCommand),
    /// Open a page that shows what a policy does to the shelves of held-out visits.
    #[cfg(feature = "preview")]
    Preview(Box<preview::Preview>),
    /// Create or show the keys that sign releases and policies.
    #[command(subcommand)]
    Keys(keys::KeysCommand),
    /// Publish a snapshot and a signed policy as the next release of a folder.
    Publish(publish::Publish),
    /// Check a release as a client does, and show what signed what.
    Verify(verify::Verify),
    /// Try the privacy claim on what a shop ships.
    #[cfg(feature = "audit")]
    Audit(audit::Audit),
    /// Write documents for a privacy team from a data-flow manifest.
    #[cfg(feature = "audit")]
    Documents(documents::Documents),
    /// Serve a folder with releases, as browsers and edges fetch it.
    Serve(serve::Serve),
}

fn main() -> ExitCode {
    #[cfg(feature = "cloud")]
    let _copies = remote::begin();
    let done = match Cli::parse().command {
        Command::Train(command) => command.run(),
        #[cfg(feature = "parquet")]
        Command::Export(command) => command.run(),
        #[cfg(feature = "parquet")]
        Command::Sql(command) => command.run(),
        Command::Doctor(command) => command.run(),
        Command::Evaluate(command) => command.run(),
        Command::Diff(command) => command.run(),
        Command::Inspect(command) => command.run(),
        Command::Policy(command) => command.run(),
        Command::Facts(command) => command.run(),
        Command::Experiment(command) => command.run(),
        #[cfg(feature = "preview")]
        Command::Preview(command) => command.run(),
        Command::Keys(command) => command.run(),
        Command::Publish(command) => command.run(),
        Command::Verify(command) => command.run(),
        #[cfg(feature = "audit")]
        Command::Audit(command) => return command.run(),
        #[cfg(feature = "audit")]
        Command::Documents(command) => command.run(),
        Command::Serve(command) => command.run(),
    };
    match done {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprint_line!("error: {error:#}");
            ExitCode::FAILURE
        }
    }
}
