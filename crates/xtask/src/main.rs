//! Builds and checks of this repository: `cargo xtask --help`.

mod bindings;
mod browser;
mod cloudflare;
mod contract;
mod costs;
mod counts;
mod dataflow;
mod demo;
mod edge;
mod first_list;
mod fuzz;
mod imports;
mod package;
mod packaging;
mod quality;
mod reference;
mod reproduce;
mod serve;
mod size;
mod sources;
mod speed;
mod suite;
mod vectors;

use std::path::PathBuf;
use std::process::ExitCode;

use anyhow::Result;
use clap::{Parser, Subcommand};
use shelfwise_build::config::Config;
use shelfwise_build::workspace::Workspace;
use shelfwise_build::{process, wasm};

use crate::cloudflare::CloudflareOptions;
use crate::contract::ContractOptions;
use crate::costs::CostOptions;
use crate::demo::DemoOptions;
use crate::edge::EdgeOptions;
use crate::quality::QualityOptions;
use crate::reproduce::ReproduceOptions;
use crate::speed::SpeedOptions;
use crate::suite::Selection;

/// Builds and checks of this repository.
#[derive(Debug, Parser)]
#[command(name = "cargo xtask", bin_name = "cargo xtask")]
struct Cli {
    /// Work on another checkout of this repository.
    #[arg(long, global = true, hide = true, value_name = "DIR")]
    checkout: Option<PathBuf>,
    /// Build what is past its budget too: a patched checkout is not shipped.
    #[arg(long, global = true, hide = true)]
    any_size: bool,
    #[command(subcommand)]
    task: Task,
}

#[derive(Debug, Subcommand)]
enum Task {
    /// Build the demo shop, train its model on the shipped baskets, and serve it on 127.0.0.1.
    Demo(DemoOptions),
    /// Run every check of this repository, stage by stage.
    Test(Selection),
    /// Build the browser module and its glue into target/shelfwise.
    Wasm,
    /// Build the npm package around the module: target/shelfwise/package/shelfwise-VERSION.tgz.
    Package,
    /// Build the package, and the edge worker that carries it as components: target/shelfwise/edge.
    Edge(EdgeOptions),
    /// Build the package, and the edge worker for Cloudflare that carries it: target/shelfwise/cloudflare.
    Cloudflare(CloudflareOptions),
    /// Build modules and package twice more in other folders and compare the bytes; write provenance and CycloneDX documents.
    Reproduce(ReproduceOptions),
    /// Compare the built modules with their budgets in wasm-pack.toml, and print their size by crate and function.
    Size,
    /// Compare the imports of the built module with crates/web/imports.allow; fail on access to network, storage or page.
    AuditImports,
    /// Check what lints cannot see: lengths of files, links, words, and documents beside the code.
    Tidy,
    /// Train on every log, replay its test sessions through the engine and other algorithms, and write docs/quality.md and docs/quality.svg.
    Quality(QualityOptions),
    /// Count the instructions of every operation, and compare with tests/speed/costs.toml.
    Costs(CostOptions),
    /// Time every operation natively, in Node and in Chromium, and write docs/speed.md.
    Speed(SpeedOptions),
    /// Time the demo shop's first personal list on a slow phone, and write docs/first-list.md.
    FirstList,
    /// Write crates/web/js/src/contract.ts, the package's types, constants and checks of messages, from the Rust types.
    Contract(ContractOptions),
    /// Write docs/api.md from the comments in the package's types.
    Reference,
    /// Write dataflow.json, the manifest of every flow, key and lifetime, from the code, and the documents made from it.
    Dataflow,
    /// Write the snapshot fixtures and the answers of the golden vectors again; review the difference.
    Vectors,
}

fn main() -> ExitCode {
    match run(&Cli::parse()) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("error: {error:#}");
            ExitCode::FAILURE
        }
    }
}

fn run(cli: &Cli) -> Result<()> {
    // Read before anything is built.
    process::own()?;
    let workspace = cli.checkout.as_deref().map_or_else(Workspace::own, Workspace::at);
    let mut config = Config::read(&workspace)?;
    if cli.any_size {
        config.lift_budgets();
    }
    match &cli.task {
        Task::Demo(options) => demo::run(&workspace, &config, options),
        Task::Test(selection) => suite::run(&workspace, &config, selection),
        Task::Wasm => wasm::build(&workspace, &config).map(|_| ()),
        Task::Package => package::run(&workspace, &config).map(|_| ()),
        Task::Edge(options) => edge::run(&workspace, &config, options),
        Task::Cloudflare(options) => cloudflare::run(&workspace, &config, options),
        Task::Reproduce(options) => reproduce::run(&workspace, &config, options),
        Task::Size => size::run(&workspace, &config),
        Task::AuditImports => imports::audit(&workspace, &config),
        Task::Tidy => shelfwise_tidy::check(workspace.root()),
        Task::Quality(options) => quality::run(&workspace, options),
        Task::Costs(options) => costs::run(&workspace, options),
        Task::Speed(options) => speed::run(&workspace, &config, options),
        Task::FirstList => first_list::run(&workspace, &config),
        Task::Contract(options) => contract::run(&workspace, options),
        Task::Reference => reference::write(&workspace),
        Task::Dataflow => dataflow::write(&workspace),
        Task::Vectors => vectors::regenerate(&workspace),
    }
}
