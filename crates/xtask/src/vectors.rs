//! `cargo xtask vectors`: golden vectors, what the engine answers on every host with the same bytes.
//!
//! The native run is one of the workspace's tests; the runs in wasm are stages of `cargo xtask test`.

use std::process::Command;

use anyhow::Result;

use crate::process;
use crate::workspace::Workspace;

/// The package that keeps the vectors.
pub const PACKAGE: &str = "shelfwise-vectors";

/// Writes the snapshot fixtures and the answers of every case anew. Nothing checks them but the reader of the
/// difference.
pub fn regenerate(workspace: &Workspace) -> Result<()> {
    // Answers are made from the snapshots that the binary was built with: snapshots first, then built anew.
    for what in ["--write-snapshots", "--write"] {
        let mut cargo = Command::new("cargo");
        cargo
            .args(["run", "--locked", "--package", PACKAGE, "--", what])
            .current_dir(workspace.root());
        process::run(&mut cargo)?;
    }
    Ok(())
}
