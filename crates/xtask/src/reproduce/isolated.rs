//! A build apart from this one: other folders, another cargo home, vendored sources, no network for cargo.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use anyhow::{Context as _, Result};

use super::artefact::{self, Artefact};
use crate::workspace::Workspace;
use crate::{files, process};

/// Where a checkout that comes with its dependencies has their sources.
const VENDOR: &str = "vendor";
/// Folders of a checkout without git that are no sources.
const NOT_SOURCES: &[&str] = &["target", "node_modules", VENDOR];

/// Returns the configuration with which cargo takes the sources of every dependency from a folder: from `vendor` of the
/// checkout, if it has one, else from a new one, into which they are copied. `deny.toml` allows no other registry than the
/// one that it replaces.
pub fn vendored(workspace: &Workspace, folder: &Path) -> Result<String> {
    let own = workspace.path(VENDOR);
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
        for name in sources(workspace)? {
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

/// Paths of the files that git tracks; without git, of all files that a build does not make.
fn sources(workspace: &Workspace) -> Result<Vec<String>> {
    if !workspace.path(".git").exists() {
        let mut all = files::all(workspace.root())?;
        all.retain(|path| !path.split('/').any(|name| NOT_SOURCES.contains(&name)));
        return Ok(all);
    }
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sources_without_git_are_all_files_but_what_a_build_makes() {
        let root = tempfile::tempdir().unwrap();
        for path in [
            "Cargo.toml",
            "crates/a/src/lib.rs",
            "target/x",
            "crates/web/js/node_modules/y",
            "vendor/z/w",
        ] {
            let path = root.path().join(path);
            fs::create_dir_all(path.parent().unwrap()).unwrap();
            fs::write(path, "").unwrap();
        }
        assert_eq!(
            sources(&Workspace::at(root.path())).unwrap(),
            ["Cargo.toml", "crates/a/src/lib.rs"]
        );
    }

    #[test]
    fn vendored_sources_of_the_checkout_are_taken_as_they_are() {
        let root = tempfile::tempdir().unwrap();
        fs::create_dir(root.path().join(VENDOR)).unwrap();
        let configuration = vendored(&Workspace::at(root.path()), Path::new("elsewhere")).unwrap();
        assert!(
            configuration.contains(root.path().join(VENDOR).to_str().unwrap()),
            "{configuration}"
        );
    }
}
