//! A build apart from this one: other folders, another cargo home, vendored sources, no network for cargo.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use anyhow::{Context as _, Result};

use super::artefact::{self, Artefact};
use crate::process;
use crate::workspace::Workspace;

/// Copies the sources of every dependency into a folder. Returns the configuration with which cargo takes them from
/// there; `deny.toml` allows no other registry than the one that it replaces.
pub fn vendor(workspace: &Workspace, folder: &Path) -> Result<String> {
    let mut cargo = Command::new("cargo");
    cargo
        .args(["vendor", "--locked", "--quiet", "--versioned-dirs"])
        .arg(folder);
    process::run(cargo.current_dir(workspace.root()).stdout(Stdio::null()))?;
    let directory = folder
        .to_str()
        .context("the path of the vendored sources is not UTF-8")?;
    Ok(format!(
        "[source.crates-io]\nreplace-with = \"vendored\"\n\n[source.vendored]\ndirectory = {directory:?}\n"
    ))
}

/// Folders of one build.
pub struct IsolatedBuild {
    checkout: Workspace,
    home: PathBuf,
    target: PathBuf,
}

impl IsolatedBuild {
    /// Copies the files that git tracks, as they are in the working tree, and writes the configuration into a new cargo
    /// home.
    pub fn new(workspace: &Workspace, folder: &Path, vendored: &str) -> Result<Self> {
        let (root, home) = (folder.join("checkout"), folder.join("cargo"));
        for name in tracked(workspace)? {
            copy(&workspace.path(&name), &root.join(&name))?;
        }
        fs::create_dir_all(&home).with_context(|| format!("cannot make {}", home.display()))?;
        fs::write(home.join("config.toml"), vendored).context("cannot write the configuration of cargo")?;
        Ok(Self {
            checkout: Workspace::at(&root),
            home,
            target: folder.join("built"),
        })
    }

    /// Builds by this program, and hashes what was built.
    pub fn build(&self, edge: bool) -> Result<Vec<Artefact>> {
        let mut xtask = Command::new(process::own()?);
        xtask.arg("--checkout").arg(self.checkout.root());
        xtask.arg(if edge { "edge" } else { "package" });
        xtask
            .env("CARGO_HOME", &self.home)
            .env("CARGO_TARGET_DIR", &self.target);
        process::run(xtask.env("CARGO_NET_OFFLINE", "true"))?;
        artefact::all(&self.checkout, edge)
    }
}

fn tracked(workspace: &Workspace) -> Result<Vec<String>> {
    let mut git = Command::new("git");
    git.args(["ls-files", "-z"]).current_dir(workspace.root());
    let names = process::read(&mut git)?;
    let present = names.split('\0').filter(|name| workspace.path(name).is_file());
    Ok(present.map(str::to_owned).collect())
}

fn copy(from: &Path, to: &Path) -> Result<()> {
    if let Some(folder) = to.parent() {
        fs::create_dir_all(folder)?;
    }
    fs::copy(from, to).with_context(|| format!("cannot copy {}", from.display()))?;
    Ok(())
}
