//! Files that a build makes, by their hashes.

use std::fmt;
use std::fs;
use std::path::Path;

use anyhow::{Context as _, Result};
use shelfwise_build::files;
use shelfwise_build::integrity::sha256;
use shelfwise_build::workspace::Workspace;

/// Folders under `target/shelfwise` with finished files of the package, and the endings of these files.
const PACKAGE: &[(&str, &str)] = &[("web", ".wasm"), ("release", ".wasm"), ("package", ".tgz")];
/// The same of the edge worker.
const EDGE: &[(&str, &str)] = &[("edge", ".wasm")];

/// A finished file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Artefact {
    /// Its name.
    pub name: String,
    /// SHA-256 in hexadecimal digits.
    pub sha256: String,
}

impl fmt::Display for Artefact {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}  {}", self.sha256, self.name)
    }
}

/// Returns the finished files of a checkout, those of the package first, each folder's by name.
pub fn all(workspace: &Workspace, edge: bool) -> Result<Vec<Artefact>> {
    let edge = if edge { EDGE } else { &[] };
    let mut all = Vec::new();
    for (folder, ending) in PACKAGE.iter().chain(edge) {
        all.extend(finished(&workspace.out(folder), ending)?);
    }
    Ok(all)
}

fn finished(folder: &Path, ending: &str) -> Result<Vec<Artefact>> {
    let mut names = files::names(folder)?;
    names.retain(|name| name.ends_with(ending));
    names.sort();
    names.into_iter().map(|name| hashed(folder, name)).collect()
}

fn hashed(folder: &Path, name: String) -> Result<Artefact> {
    let bytes = fs::read(folder.join(&name)).with_context(|| format!("cannot read {name}"))?;
    let sha256 = sha256(&bytes);
    Ok(Artefact { name, sha256 })
}

/// Returns the names of files that only one of the builds has, or that differ.
pub fn differing(one: &[Artefact], other: &[Artefact]) -> Vec<String> {
    let only = |these: &[Artefact], those: &[Artefact]| -> Vec<String> {
        let missing = these.iter().filter(|own| !those.contains(own));
        missing.map(|own| own.name.clone()).collect()
    };
    let mut names = [only(one, other), only(other, one)].concat();
    names.sort();
    names.dedup();
    names
}

#[cfg(test)]
mod tests {
    use super::*;

    fn artefact(name: &str, sha256: &str) -> Artefact {
        Artefact {
            name: name.into(),
            sha256: sha256.into(),
        }
    }

    #[test]
    fn changed_and_missing_files_differ() {
        let one = [artefact("a", "1"), artefact("b", "2"), artefact("c", "3")];
        let other = [artefact("a", "1"), artefact("b", "4")];
        assert_eq!(differing(&one, &other), ["b", "c"]);
        assert_eq!(differing(&one, &one), [""; 0]);
    }

    #[test]
    fn files_of_other_endings_are_no_artefacts() {
        let folder = tempfile::tempdir().unwrap();
        fs::write(folder.path().join("a.wasm"), "").unwrap();
        fs::write(folder.path().join("a.js"), "").unwrap();
        let found = finished(folder.path(), ".wasm").unwrap();
        // SHA-256 of nothing (FIPS 180-4).
        let nothing = "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855";
        assert_eq!(found, [artefact("a.wasm", nothing)]);
    }
}
