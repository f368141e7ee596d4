//! A build apart from this one: other folders, another cargo home, vendored sources, no network for cargo.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use anyhow::{Context as _, Result};
use shelfwise_build::process;
use shelfwise_build::workspace::Workspace;

use super::artefact::{self, Artefact};
use crate::sources;

/// Returns the configuration with which cargo takes the sources of every dependency from a folder: from `vendor` of the
/// checkout, if it has one, else from a new one, into which they are copied. `deny.toml` allows no other registry than the
/// one that it replaces.
pub fn vendored(workspace: &Workspace, folder: &Path) -> Result<String> {
    let own = workspace.path(sources::VENDOR);
    if own.is_dir() {
        return configuration(&own);
    }
    vendor(workspace, folder)?;
    configuration(folder)
}

fn vendor(workspace: &Workspace, folder: &Path) -> Result<()> {
    let mut cargo = Command::new("cargo");
    cargo
        .args(["vendor", "--locked", "--quiet", "--versioned-dirs"])
        .arg(folder);
    process::run(cargo.current_dir(workspace.root()).stdout(Stdio::null()))
}

fn configuration(folder: &Path) -> Result<String> {
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
    /// Copies the sources, as they are in the working tree, and writes the configuration into a new cargo home.
    pub fn new(workspace: &Workspace, folder: &Path, vendored: &str) -> Result<Self> {
        let (root, home) = (folder.join("checkout"), folder.join("cargo"));
        sources::copy(workspace, &root, |_, bytes| Ok(bytes))?;
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn vendored_sources_of_the_checkout_are_taken_as_they_are() {
        let root = tempfile::tempdir().unwrap();
        fs::create_dir(root.path().join(sources::VENDOR)).unwrap();
        let configuration = vendored(&Workspace::at(root.path()), Path::new("elsewhere")).unwrap();
        assert!(
            configuration.contains(root.path().join(sources::VENDOR).to_str().unwrap()),
            "{configuration}"
        );
    }
}
