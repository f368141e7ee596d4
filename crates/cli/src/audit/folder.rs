//! The folder that is audited, read into memory.

use std::fs;
use std::path::Path;

use anyhow::{Context, Result, bail, ensure};
use shelfwise_audit::shipped::Files;

/// The most bytes that are read: far more than a shop's server folder has in scripts and modules.
const MOST_BYTES: u64 = 1 << 30;
/// Folders that hold what a shop does not ship.
const NOT_SHIPPED: &[&str] = &["node_modules", ".git", ".history"];

/// Reads every file, but those of dependencies and version control. Links are not followed.
pub fn read(root: &Path) -> Result<Files> {
    if !root.is_dir() {
        bail!(
            "{} is no folder: give the folder that the shop's server serves",
            root.display()
        );
    }
    let mut all = Files::new();
    let mut left = MOST_BYTES;
    let mut open = vec![root.to_path_buf()];
    while let Some(folder) = open.pop() {
        let entries = fs::read_dir(&folder).with_context(|| format!("cannot list {}", folder.display()))?;
        for entry in entries {
            let entry = entry?;
            let (path, kind) = (entry.path(), entry.file_type()?);
            let name = entry.file_name();
            if kind.is_dir() && !NOT_SHIPPED.iter().any(|not| name == *not) {
                open.push(path);
            } else if kind.is_file() {
                let bytes = crate::files::read(&path)?;
                left = left.saturating_sub(bytes.len() as u64);
                ensure!(
                    left > 0,
                    "{} holds more than {MOST_BYTES} bytes: name the folder with the scripts",
                    root.display()
                );
                all.insert(relative(root, &path), bytes);
            }
        }
    }
    Ok(all)
}

fn relative(root: &Path, path: &Path) -> String {
    let names = path.strip_prefix(root).unwrap_or(path).components();
    let names: Vec<_> = names
        .map(|name| name.as_os_str().to_string_lossy().into_owned())
        .collect();
    names.join("/")
}
