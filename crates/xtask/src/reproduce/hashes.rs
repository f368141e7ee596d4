//! What each build made, for programs: `shelfwise audit --rebuild` compares it with what a shop serves.

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;

use anyhow::{Context as _, Result};
use serde_json::{Value, json};
use shelfwise_build::files;
use shelfwise_build::integrity::sha256;
use shelfwise_build::toolchain::Toolchain;
use shelfwise_build::workspace::Workspace;

use super::artefact::Artefact;
use super::provenance::commit;
use crate::package::staged;

/// The form of the file.
const SCHEMA: &str = "shelfwise-reproduce/1";
/// Its name.
const NAME: &str = "hashes.json";

/// Writes `hashes.json`: the files of every build with its kind of sources, and the files that the tarball was packed of.
pub fn write(workspace: &Workspace, folder: &Path, builds: &[(&str, &[Artefact])]) -> Result<()> {
    let builds = builds.iter().map(|(sources, files)| build(sources, files));
    let document = json!({
        "schema": SCHEMA,
        "commit": commit(workspace)?,
        "compiler": Toolchain::for_wasm(workspace)?.version()?,
        "builds": builds.collect::<Vec<_>>(),
        "package": package(&staged(workspace))?,
    });
    let path = folder.join(NAME);
    fs::write(&path, serde_json::to_string_pretty(&document)? + "\n")
        .with_context(|| format!("cannot write {}", path.display()))
}

fn build(sources: &str, files: &[Artefact]) -> Value {
    let files: BTreeMap<_, _> = files.iter().map(|file| (&file.name, &file.sha256)).collect();
    json!({ "sources": sources, "files": files })
}

/// SHA-256 of every file of a folder, by path.
fn package(folder: &Path) -> Result<BTreeMap<String, String>> {
    let hashed = |path: String| {
        let bytes = fs::read(folder.join(&path)).with_context(|| format!("cannot read {path}"))?;
        Ok((path, sha256(&bytes)))
    };
    files::all(folder, &[])?.into_iter().map(hashed).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn package_files_are_listed_by_path_with_their_hashes() {
        let folder = tempfile::tempdir().unwrap();
        fs::create_dir(folder.path().join("dist")).unwrap();
        fs::write(folder.path().join("dist/a.js"), "").unwrap();
        fs::write(folder.path().join("package.json"), "{}").unwrap();
        let listed = package(folder.path()).unwrap();
        // SHA-256 of nothing (FIPS 180-4).
        let nothing = "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855";
        assert_eq!(listed["dist/a.js"], nothing);
        assert_eq!(listed.len(), 2);
    }
}
