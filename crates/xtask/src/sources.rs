//! The sources of a checkout, and copies of them.

use std::collections::BTreeSet;
use std::fs;
use std::path::Path;
use std::process::Command;

use anyhow::{Context as _, Result};
use shelfwise_build::workspace::Workspace;
use shelfwise_build::{files, process};

/// Where a checkout that comes with its dependencies has their sources.
pub const VENDOR: &str = "vendor";
/// Folders of a checkout without git that are no sources.
const NOT_SOURCES: &[&str] = &["target", "node_modules", VENDOR];

/// Copies the sources, as they are in the working tree, into a folder. `edit` is asked for the content of each path. Files that are
/// there already with this content are left as they are, so that cargo compiles nothing anew; files that are no sources any more
/// are removed.
pub fn copy(workspace: &Workspace, folder: &Path, edit: impl Fn(&str, Vec<u8>) -> Result<Vec<u8>>) -> Result<()> {
    let names = list(workspace)?;
    for name in &names {
        let bytes = fs::read(workspace.path(name)).with_context(|| format!("cannot read {name}"))?;
        let (bytes, to) = (edit(name, bytes)?, folder.join(name));
        if fs::read(&to).is_ok_and(|own| own == bytes) {
            continue;
        }
        if let Some(inside) = to.parent() {
            fs::create_dir_all(inside)?;
        }
        fs::write(&to, bytes).with_context(|| format!("cannot write {}", to.display()))?;
        #[cfg(unix)]
        fs::set_permissions(&to, fs::metadata(workspace.path(name))?.permissions())?;
    }
    let names: BTreeSet<_> = names.into_iter().collect();
    for old in walked(folder)?.into_iter().filter(|name| !names.contains(name)) {
        fs::remove_file(folder.join(&old)).with_context(|| format!("cannot remove {old}"))?;
    }
    Ok(())
}

/// Paths of the files that git tracks; without git, of all files that a build does not make.
fn list(workspace: &Workspace) -> Result<Vec<String>> {
    if !workspace.path(".git").exists() {
        return walked(workspace.root());
    }
    let mut git = Command::new("git");
    git.args(["ls-files", "-z"]).current_dir(workspace.root());
    let names = process::read(&mut git)?;
    let present = names.split('\0').filter(|name| workspace.path(name).is_file());
    Ok(present.map(str::to_owned).collect())
}

fn walked(folder: &Path) -> Result<Vec<String>> {
    let mut all = files::all(folder, NOT_SOURCES)?;
    all.retain(|path| !path.starts_with(".git/"));
    Ok(all)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn write(folder: &Path, path: &str) {
        let path = folder.join(path);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, "").unwrap();
    }

    #[test]
    fn sources_without_git_are_all_files_but_what_a_build_makes() {
        let root = tempfile::tempdir().unwrap();
        let made = ["target/x", "crates/web/js/node_modules/y", "vendor/z/w"];
        for path in ["Cargo.toml", "crates/a/src/lib.rs"].iter().chain(&made) {
            write(root.path(), path);
        }
        assert_eq!(
            list(&Workspace::at(root.path())).unwrap(),
            ["Cargo.toml", "crates/a/src/lib.rs"]
        );
    }

    #[test]
    fn copied_sources_are_edited_and_what_is_equal_is_not_written_again() {
        let (from, to) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
        for path in ["Cargo.toml", "src/lib.rs"] {
            write(from.path(), path);
        }
        write(to.path(), "src/old.rs");
        write(to.path(), "target/kept");
        let copied = || {
            let edit = |name: &str, bytes| Ok(if name == "src/lib.rs" { b"leak".to_vec() } else { bytes });
            copy(&Workspace::at(from.path()), to.path(), edit).unwrap();
            fs::metadata(to.path().join("src/lib.rs")).unwrap().modified().unwrap()
        };
        let first = copied();
        assert_eq!(fs::read(to.path().join("src/lib.rs")).unwrap(), b"leak");
        assert!(!to.path().join("src/old.rs").exists() && to.path().join("target/kept").exists());
        assert_eq!(copied(), first);
    }
}
