//! `cargo xtask dataflow`: writes the manifest of every flow, key and lifetime, and the documents that are made from it.

use std::fs;

use anyhow::{Context as _, Result};
use shelfwise_audit::{dataflow, documents};
use shelfwise_build::workspace::Workspace;

use crate::imports::{self, ALLOWED};

/// Writes the manifest that belongs to the code as it is, and its documents.
pub fn write(workspace: &Workspace) -> Result<()> {
    let manifest = dataflow::manifest(&imports::allowed(workspace, ALLOWED)?)?;
    put(workspace, dataflow::FILE, &manifest)?;
    for document in documents::documents(&serde_json::from_str(&manifest)?)? {
        put(
            workspace,
            &format!("{}/{}", documents::FOLDER, document.name),
            &document.text,
        )?;
    }
    Ok(())
}

fn put(workspace: &Workspace, path: &str, text: &str) -> Result<()> {
    let file = workspace.path(path);
    fs::write(&file, text).with_context(|| format!("cannot write {}", file.display()))
}
