//! `docs/api.md`: the package's reference, made of the comments in its types. `cargo xtask tidy` holds both together.

use std::fs;

use anyhow::{Context as _, Result, anyhow};
use shelfwise_build::workspace::Workspace;
use shelfwise_contract::{FILE, public};
use shelfwise_web_reference::{PAGE, TYPES, page};

/// Writes the page anew.
pub fn write(workspace: &Workspace) -> Result<()> {
    let types = fs::read_to_string(workspace.path(TYPES)).with_context(|| format!("cannot read {TYPES}"))?;
    let contract = fs::read_to_string(workspace.path(FILE)).with_context(|| format!("cannot read {FILE}"))?;
    let page = page(&types, public(&contract)).map_err(|error| anyhow!(error))?;
    fs::write(workspace.path(PAGE), page).with_context(|| format!("cannot write {PAGE}"))?;
    println!("{PAGE} is written");
    Ok(())
}
