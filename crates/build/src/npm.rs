//! Programs from npm: pinned twice, in `wasm-pack.toml` for people and in a lock file for npm.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context as _, Result, bail};

use crate::config::{self, Config};
use crate::process;
use crate::workspace::Workspace;

/// A folder with a `package.json` and its lock file.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum NpmFolder {
    /// What builds the module: wasm-opt.
    BuildTools,
    /// What builds the package out of its sources: esbuild, and the compiler that checks types.
    PackageTools,
    /// What drives browsers in tests.
    BrowserTests,
    /// What drives two browsers through the package's failures.
    PackageTests,
    /// The runtime of Cloudflare's workers.
    Cloudflare,
    /// Bundlers and runtimes that shops install the package into.
    PackagingTests,
}

impl NpmFolder {
    fn folder(self) -> &'static str {
        match self {
            Self::BuildTools => "crates/xtask/npm",
            Self::PackageTools => "crates/web/js",
            Self::PackageTests => "tests/package",
            Self::BrowserTests => "tests/browser",
            Self::Cloudflare => "edge-worker/cloudflare",
            Self::PackagingTests => "tests/packaging",
        }
    }

    fn package(self) -> &'static str {
        match self {
            Self::BuildTools => "binaryen",
            Self::PackageTools => "esbuild",
            Self::PackageTests => "puppeteer-core",
            Self::BrowserTests => "playwright-core",
            Self::Cloudflare | Self::PackagingTests => "workerd",
        }
    }

    /// Installs exactly what the lock file names, unless it is already there. Returns the folder of the commands.
    pub fn install(self, workspace: &Workspace, config: &Config) -> Result<PathBuf> {
        let folder = workspace.path(self.folder());
        let pinned = config.npm(self.package())?;
        if installed(&folder, self.package()).as_deref() != Some(pinned) {
            require_npm()?;
            let mut npm = Command::new("npm");
            npm.args(["ci", "--no-audit", "--no-fund", "--loglevel=error"])
                .current_dir(&folder);
            process::run(&mut npm)?;
        }
        match installed(&folder, self.package()) {
            Some(version) if version == pinned => Ok(folder.join("node_modules/.bin")),
            other => bail!(
                "{} pins {} {pinned}, but {}/package-lock.json installs {}: make them agree",
                config::FILE,
                self.package(),
                self.folder(),
                other.as_deref().unwrap_or("none")
            ),
        }
    }
}

fn installed(folder: &Path, package: &str) -> Option<String> {
    let text = fs::read_to_string(folder.join("node_modules").join(package).join("package.json")).ok()?;
    let manifest: serde_json::Value = serde_json::from_str(&text).ok()?;
    manifest.get("version")?.as_str().map(str::to_owned)
}

fn require_npm() -> Result<()> {
    let found = process::succeeds(Command::new("npm").arg("--version"));
    found
        .then_some(())
        .context("npm is missing: install Node.js 20 or newer (https://nodejs.org), which brings it")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn installed_version_is_read_from_the_manifest_of_the_package() {
        let folder = tempfile::tempdir().unwrap();
        let package = folder.path().join("node_modules/binaryen");
        fs::create_dir_all(&package).unwrap();
        fs::write(package.join("package.json"), r#"{"version":"1.2.3"}"#).unwrap();
        assert_eq!(installed(folder.path(), "binaryen").as_deref(), Some("1.2.3"));
        assert_eq!(installed(folder.path(), "playwright-core"), None);
    }

    #[test]
    fn lock_files_carry_the_pinned_versions() {
        let workspace = Workspace::own();
        let config = Config::read(&workspace).unwrap();
        for npm in [
            NpmFolder::BuildTools,
            NpmFolder::PackageTools,
            NpmFolder::BrowserTests,
            NpmFolder::PackageTests,
            NpmFolder::Cloudflare,
            NpmFolder::PackagingTests,
        ] {
            let lock = fs::read_to_string(workspace.path(npm.folder()).join("package-lock.json")).unwrap();
            let lock: serde_json::Value = serde_json::from_str(&lock).unwrap();
            let locked = &lock["packages"][format!("node_modules/{}", npm.package())]["version"];
            assert_eq!(locked.as_str(), Some(config.npm(npm.package()).unwrap()));
        }
    }
}
