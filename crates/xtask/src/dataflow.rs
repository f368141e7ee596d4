//! `cargo xtask dataflow`: writes the manifest of every flow, key and lifetime.

use std::fs;

use anyhow::{Context as _, Result};
use shelfwise_audit::dataflow;

use crate::imports::{self, ALLOWED};
use crate::workspace::Workspace;

/// Writes the manifest that belongs to the code as it is.
pub fn write(workspace: &Workspace) -> Result<()> {
    let manifest = dataflow::manifest(&imports::allowed(workspace, ALLOWED)?)?;
    let file = workspace.path(dataflow::FILE);
    fs::write(&file, manifest).with_context(|| format!("could not write {}", file.display()))
}
