//! `cargo xtask contract`: what crosses the boundary between engine and page, as TypeScript out of the Rust types.

use std::fs;

use anyhow::{Context as _, Result, anyhow, bail};
use clap::Args;
use shelfwise_build::workspace::Workspace;
use shelfwise_contract::{FILE, typescript};

/// Whether to write the file or to compare it.
#[derive(Debug, Args)]
pub struct ContractOptions {
    /// Change nothing, and fail if the committed file differs.
    #[arg(long)]
    check: bool,
}

/// Writes the file, or compares it.
pub fn run(workspace: &Workspace, options: &ContractOptions) -> Result<()> {
    let made = typescript().map_err(|error| anyhow!(error))?;
    let path = workspace.path(FILE);
    if !options.check {
        fs::write(&path, made).with_context(|| format!("cannot write {FILE}"))?;
        println!("{FILE} is written");
    } else if fs::read_to_string(&path).with_context(|| format!("cannot read {FILE}"))? != made {
        bail!("{FILE} is not what the Rust types make: run `cargo xtask contract`, and read the difference");
    }
    Ok(())
}
