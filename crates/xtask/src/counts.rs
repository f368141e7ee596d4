//! Counting on other engines: they come from PyPI, pinned by hash, and `tests/counts` runs them.

use std::fs;
use std::path::PathBuf;
use std::process::Command;

use anyhow::{Context as _, Result};
use shelfwise_build::member;
use shelfwise_build::process;
use shelfwise_build::programs::SystemProgram;
use shelfwise_build::workspace::Workspace;

/// The engines, by the hash of each package.
const PINNED: &str = "tests/counts/requirements.txt";
/// What runs them.
const PROGRAM: &str = "tests/counts/run.py";
/// Under `target/shelfwise`: the Python with the engines; logs, results and snapshots.
const ENGINES: &str = "counts-engines";
const RESULTS: &str = "counts";
/// In the folder of the engines: what is installed there.
const INSTALLED: &str = "installed.txt";

/// Counts the committed log and a made-up one on every engine. Errs where a snapshot is not that of own counting.
pub fn test(workspace: &Workspace) -> Result<()> {
    let shelfwise = member::binary(workspace, "shelfwise")?;
    let python = install(workspace)?;
    process::run(Command::new(python).arg(workspace.path(PROGRAM)).args([
        shelfwise.as_path(),
        workspace.root(),
        &workspace.out(RESULTS),
    ]))
}

/// Installs exactly what is pinned, unless it is there. Returns the Python that has it.
fn install(workspace: &Workspace) -> Result<PathBuf> {
    let folder = workspace.out(ENGINES);
    let python = folder.join("bin/python");
    let pinned = fs::read_to_string(workspace.path(PINNED))?;
    let installed = folder.join(INSTALLED);
    if fs::read_to_string(&installed).is_ok_and(|installed| installed == pinned) {
        return Ok(python);
    }
    let system = SystemProgram::Python.require()?;
    process::run(Command::new(system).args(["-m", "venv", "--clear"]).arg(&folder))?;
    process::run(
        Command::new(&python)
            .args([
                "-m",
                "pip",
                "install",
                "--quiet",
                "--require-hashes",
                "--only-binary=:all:",
            ])
            .arg("--requirement")
            .arg(workspace.path(PINNED)),
    )?;
    fs::write(&installed, pinned).with_context(|| format!("cannot write {}", installed.display()))?;
    Ok(python)
}
