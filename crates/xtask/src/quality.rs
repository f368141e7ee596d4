//! Quality for its size, measured by a program of its own: `tests/quality`.

use std::ffi::OsStr;
use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context as _, Result};
use clap::Args;
use shelfwise_build::process;
use shelfwise_build::workspace::Workspace;

/// The logs that every clone has.
const COMMITTED: &str = "tests/data";
/// More logs, beside the repository where somebody put them.
const BESIDE: &str = "../shared/data";
/// Where the page and the picture go.
const PAGES: &str = "docs";

/// What is measured, and what becomes of it.
#[derive(Debug, Args)]
pub struct QualityOptions {
    /// A folder whose subfolders have `train.tsv.zst` and `test.tsv.zst` [default: the logs beside the repository; for the
    /// gate the committed one].
    #[arg(long, value_name = "DIR")]
    data: Option<PathBuf>,
    /// Write nothing, and fail if a number is below its limit. Measures the committed log unless another is named.
    #[arg(long)]
    gate: bool,
}

/// Measures, prints a table, and writes the page and its picture, or checks the gate.
pub fn run(workspace: &Workspace, options: &QualityOptions) -> Result<()> {
    let named = options.data.clone();
    if options.gate {
        let data = named.unwrap_or_else(|| workspace.path(COMMITTED));
        return measure(workspace, "gate", &data, &[]);
    }
    let everything = named.or_else(|| logs_beside(workspace.root()));
    // The page in the repository has four logs: one alone would take the others off it.
    let pages = if everything.is_some() {
        workspace.path(PAGES)
    } else {
        workspace.out("quality")
    };
    let data = everything.unwrap_or_else(|| workspace.path(COMMITTED));
    std::fs::create_dir_all(&pages).with_context(|| format!("cannot make {}", pages.display()))?;
    measure(workspace, "report", &data, &["--out".as_ref(), pages.as_os_str()])?;
    println!("{}", pages.join("quality.md").display());
    Ok(())
}

/// The gate over the committed log: the small form, which CI runs.
pub fn gate(workspace: &Workspace) -> Result<()> {
    measure(workspace, "gate", &workspace.path(COMMITTED), &[])
}

fn logs_beside(root: &Path) -> Option<PathBuf> {
    Some(root.join(BESIDE)).filter(|beside| beside.is_dir())
}

/// Runs the measuring program, optimized.
fn measure(workspace: &Workspace, command: &str, data: &Path, more: &[&OsStr]) -> Result<()> {
    let mut cargo = Command::new("cargo");
    cargo.args([
        "run",
        "--quiet",
        "--profile=fast-build",
        "--locked",
        "--package",
        "shelfwise-quality",
        "--",
    ]);
    cargo
        .args([command, "--data"])
        .arg(std::path::absolute(data)?)
        .args(more);
    process::run(cargo.current_dir(workspace.root()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn logs_beside_the_repository_are_preferred() {
        let folder = tempfile::tempdir().unwrap();
        let root = folder.path().join("repository");
        std::fs::create_dir(&root).unwrap();
        assert_eq!(logs_beside(&root), None, "the page of four logs is left as it is");
        std::fs::create_dir_all(root.join(BESIDE)).unwrap();
        assert!(logs_beside(&root).unwrap().ends_with("shared/data"));
    }
}
