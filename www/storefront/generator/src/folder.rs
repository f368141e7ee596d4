//! Where a demo shop lies.

use std::fs;
use std::path::{Path, PathBuf};

use anyhow::{Context as _, Result};

/// A demo shop's folder: what its web server hands out, and beside it what its origin keeps to itself.
#[derive(Debug, Clone)]
pub struct Folder(PathBuf);

impl Folder {
    /// Where browsers find the signed release.
    pub const RELEASE: &'static str = "/model/release";

    /// A shop in this folder, whether it was built or not.
    pub fn at(path: PathBuf) -> Self {
        Self(path)
    }

    /// The folder itself.
    pub fn path(&self) -> &Path {
        &self.0
    }

    /// What is served: pages, package, and the releases of [`Folder::live`].
    pub fn site(&self) -> PathBuf {
        self.0.join("site")
    }

    /// The release that is served, with its files.
    pub fn live(&self) -> PathBuf {
        self.0.join("site/model")
    }

    /// What was trained.
    pub fn model(&self) -> PathBuf {
        self.0.join("model")
    }

    /// The rules in force, with what was signed of them.
    pub fn rules(&self) -> PathBuf {
        self.0.join("rules")
    }

    /// The last proposal, and beside it the log of all.
    pub fn proposal(&self) -> PathBuf {
        self.0.join("proposals/next")
    }

    /// The log of proposals and approvals.
    pub fn log(&self) -> PathBuf {
        self.0.join("proposals/policy.log")
    }

    /// All that was published, with its history, which is not served.
    pub fn releases(&self) -> PathBuf {
        self.0.join("releases")
    }

    /// The secret key of a role, with the public one beside it.
    pub fn key(&self, role: &str) -> PathBuf {
        self.0.join("keys").join(role).with_extension("key")
    }

    /// What workerd is started with.
    pub fn edge(&self) -> PathBuf {
        self.0.join("edge")
    }

    /// The public keys, one of each of the [`ROLES`](crate::ROLES).
    pub fn public_keys(&self) -> Result<Vec<String>> {
        let read = |role: &str| {
            let path = self.key(role).with_extension("pub");
            let text = fs::read_to_string(&path).with_context(|| format!("could not read {}", path.display()));
            text.map(|text| text.trim().to_owned())
        };
        crate::ROLES.into_iter().map(read).collect()
    }
}
