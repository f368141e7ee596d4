//! What the modules are made of: a CycloneDX document for each, by `cargo-cyclonedx`.
//!
//! The package's scripts have no dependency; what builds them is in the lock files.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context as _, Result};
use shelfwise_build::config::{Config, ModuleId};
use shelfwise_build::process;
use shelfwise_build::programs::CrateProgram;
use shelfwise_build::toolchain::TARGET;
use shelfwise_build::workspace::Workspace;

/// Modules that browsers load.
const MODULES: [ModuleId; 2] = [ModuleId::Engine, ModuleId::Release];
/// What the program names its documents; it adds `.json`.
const NAME: &str = "components";
/// The ending that CycloneDX's tools know.
const ENDING: &str = "cdx.json";

/// Writes one document for each module into the folder. The program writes one beside the manifest of every crate of the
/// checkout.
pub fn write(workspace: &Workspace, checkout: &Workspace, config: &Config, folder: &Path) -> Result<()> {
    let program = CrateProgram {
        package: "cargo-cyclonedx",
        version: config.cargo("cargo-cyclonedx")?,
        program: "cargo-cyclonedx",
    };
    let mut cyclonedx = Command::new(program.require(workspace)?);
    cyclonedx.args(["cyclonedx", "--quiet", "--format", "json", "--spec-version", "1.5"]);
    cyclonedx.args(["--target", TARGET, "--override-filename", NAME]);
    process::run(cyclonedx.current_dir(checkout.root()))?;
    for id in MODULES {
        let module = config.module(id)?;
        let written = folder_of(checkout, &module.package)?.join(format!("{NAME}.json"));
        let document = folder.join(format!("{}.{ENDING}", module.name));
        fs::rename(&written, &document).with_context(|| format!("cannot move {}", written.display()))?;
        println!("{}", document.display());
    }
    Ok(())
}

/// The folder of a package of the workspace.
fn folder_of(checkout: &Workspace, package: &str) -> Result<PathBuf> {
    let mut cargo = Command::new("cargo");
    cargo.args(["pkgid", "--package", package]).current_dir(checkout.root());
    let id = process::read(&mut cargo)?;
    // path+file:///folder#name@version
    let path = id
        .split_once("file://")
        .and_then(|(_, rest)| Some(rest.split_once('#')?.0));
    path.map(PathBuf::from)
        .with_context(|| format!("`cargo pkgid` answered {id:?}, not a folder"))
}
