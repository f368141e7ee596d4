//! Where things are in this repository.

use std::path::{Path, PathBuf};

/// The repository's folders. All paths are absolute.
#[derive(Debug, Clone)]
pub struct Workspace {
    root: PathBuf,
}

impl Workspace {
    /// The repository that this xtask was built from.
    pub fn own() -> Self {
        let crates = Path::new(env!("CARGO_MANIFEST_DIR")).parent();
        let root = crates.and_then(Path::parent).unwrap_or(Path::new("."));
        Self { root: root.to_owned() }
    }

    /// Another checkout.
    pub fn at(root: &Path) -> Self {
        Self { root: root.to_owned() }
    }

    /// The folder that holds the workspace's `Cargo.toml`.
    pub fn root(&self) -> &Path {
        &self.root
    }

    /// A path inside the repository.
    pub fn path(&self, inside: &str) -> PathBuf {
        self.root.join(inside)
    }

    /// Where built modules, the demo and screenshots go.
    pub fn out(&self, inside: &str) -> PathBuf {
        self.root.join("target/shelfwise").join(inside)
    }

    /// Cargo's target folder, wherever `CARGO_TARGET_DIR` puts it.
    pub fn cargo_target(&self) -> PathBuf {
        std::env::var_os("CARGO_TARGET_DIR").map_or_else(|| self.root.join("target"), |dir| self.root.join(dir))
    }

    /// Programs that xtask installs for itself: kept with cargo's own cache, so that CI keeps both.
    pub fn tools(&self) -> PathBuf {
        self.cargo_target().join("tools")
    }
}
