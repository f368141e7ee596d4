//! `docs/api.md`: the package's reference, made of the comments in its types. `cargo xtask tidy` holds both together.

use std::fs;

use anyhow::{Context as _, Result, anyhow};
use shelfwise_web_reference::page;

use crate::workspace::Workspace;

/// The types that a storefront sees.
pub const TYPES: &str = "crates/web/js/src/types.ts";
/// What is made of them.
pub const PAGE: &str = "docs/api.md";

/// Writes the page anew.
pub fn write(workspace: &Workspace) -> Result<()> {
    let types = fs::read_to_string(workspace.path(TYPES)).with_context(|| format!("could not read {TYPES}"))?;
    let page = page(&types).map_err(|error| anyhow!(error))?;
    fs::write(workspace.path(PAGE), page).with_context(|| format!("could not write {PAGE}"))?;
    println!("{PAGE} is written");
    Ok(())
}
