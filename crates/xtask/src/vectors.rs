//! `cargo xtask vectors`: golden vectors, what the engine answers on every host with the same bytes.
//!
//! The native run is one of the workspace's tests; the runs in wasm are stages of `cargo xtask test`.

use anyhow::Result;
use shelfwise_build::workspace::Workspace;
use shelfwise_build::{member, process};

/// The package that keeps the vectors, and its program.
pub const PACKAGE: &str = "shelfwise-vectors";

/// Writes the snapshot fixtures and the answers of every case anew. Nothing checks them but the reader of the
/// difference.
pub fn regenerate(workspace: &Workspace) -> Result<()> {
    // Answers are made from the snapshots that the binary was built with: snapshots first, then built anew.
    for what in ["--write-snapshots", "--write"] {
        process::run(member::program(workspace, PACKAGE)?.arg(what))?;
    }
    Ok(())
}
