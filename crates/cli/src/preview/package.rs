//! The scripts and the module of the npm package, read once: nothing else of the disk can be asked for.

use std::collections::BTreeMap;
use std::path::Path;

use anyhow::{Context, Result, bail};

/// The scripts of the package, by name.
pub struct Package(BTreeMap<String, Vec<u8>>);

/// What the page loads first.
const ENTRY: &str = "index.js";

impl Package {
    /// Reads `dist` of an installed package, or the folder itself.
    pub fn read(folder: &Path) -> Result<Self> {
        let dist = folder.join("dist");
        let dist = if dist.is_dir() { dist.as_path() } else { folder };
        let entries = std::fs::read_dir(dist).with_context(|| format!("--package: cannot read {}", dist.display()))?;
        let mut files = BTreeMap::new();
        for entry in entries {
            let path = entry?.path();
            let name = path.file_name().unwrap_or_default().to_string_lossy().into_owned();
            let is_loaded = path
                .extension()
                .is_some_and(|ending| ending == "js" || ending == "wasm");
            if is_loaded && path.is_file() {
                files.insert(name, crate::files::read(&path)?);
            }
        }
        if !files.contains_key(ENTRY) {
            bail!(
                "--package {}: there is no {ENTRY} in it: name the folder of the installed package, such as node_modules/shelfwise",
                folder.display()
            );
        }
        Ok(Self(files))
    }

    /// Returns a file by its name.
    pub fn get(&self, name: &str) -> Option<&[u8]> {
        self.0.get(name).map(Vec::as_slice)
    }
}
