//! Quality for its size, measured by a program of its own: `tests/quality`.

use std::process::Command;

use anyhow::Result;

use crate::process;
use crate::workspace::Workspace;

/// The gate over the log that is committed.
const GATE: [&str; 3] = ["gate", "--data", "tests/data"];

/// Runs the measuring program, optimized. Without words it is the gate over the committed log.
pub fn measure(workspace: &Workspace, words: &[String]) -> Result<()> {
    let mut cargo = Command::new("cargo");
    cargo.args(["run", "--release", "--locked", "--package", "shelfwise-quality", "--"]);
    if words.is_empty() {
        cargo.args(GATE);
    } else {
        cargo.args(words);
    }
    process::run(cargo.current_dir(workspace.root()))
}
