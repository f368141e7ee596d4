//! Where the files come from: an in-toto statement with SLSA's predicate (<https://slsa.dev/spec/v1.0/provenance>).
//!
//! It is unsigned: whoever releases signs it with a key of their own. `docs/reproduce.md` says how to check it.

use std::fs;
use std::path::Path;
use std::process::Command;

use anyhow::{Context as _, Result};
use serde_json::{Value, json};
use shelfwise_build::integrity::sha256;
use shelfwise_build::process;
use shelfwise_build::toolchain::Toolchain;
use shelfwise_build::workspace::Workspace;

use super::artefact::Artefact;

/// What is built and how; SLSA asks for a URI.
const BUILD_TYPE: &str = "urn:shelfwise:xtask-reproduce:1";
/// Lock files: every dependency of the build, by hash.
const LOCKS: &[&str] = &[
    "Cargo.lock",
    "crates/xtask/npm/package-lock.json",
    "crates/web/js/package-lock.json",
];

/// Writes `provenance.json`.
pub fn write(workspace: &Workspace, folder: &Path, artefacts: &[Artefact]) -> Result<()> {
    let locks = LOCKS.iter().map(|path| {
        let text = fs::read_to_string(workspace.path(path)).with_context(|| format!("cannot read {path}"))?;
        Ok(json!({ "name": path, "digest": { "sha256": sha256(text.as_bytes()) } }))
    });
    let statement = statement(
        artefacts,
        commit(workspace)?.as_deref(),
        &Toolchain::for_wasm(workspace)?.version()?,
        locks.collect::<Result<_>>()?,
    );
    let path = folder.join("provenance.json");
    fs::write(&path, serde_json::to_string_pretty(&statement)? + "\n")
        .with_context(|| format!("cannot write {}", path.display()))?;
    println!("{}", path.display());
    Ok(())
}

fn statement(artefacts: &[Artefact], commit: Option<&str>, compiler: &str, locks: Vec<Value>) -> Value {
    let subject: Vec<Value> = artefacts
        .iter()
        .map(|artefact| json!({ "name": artefact.name, "digest": { "sha256": artefact.sha256 } }))
        .collect();
    json!({
        "_type": "https://in-toto.io/Statement/v1",
        "subject": subject,
        "predicateType": "https://slsa.dev/provenance/v1",
        "predicate": {
            "buildDefinition": {
                "buildType": BUILD_TYPE,
                "externalParameters": { "commit": commit },
                "internalParameters": { "compiler": compiler },
                "resolvedDependencies": locks,
            },
            "runDetails": { "builder": { "id": BUILD_TYPE } },
        },
    })
}

/// The commit, with `-dirty` where the working tree differs from it; none of sources without git.
pub fn commit(workspace: &Workspace) -> Result<Option<String>> {
    if !workspace.path(".git").exists() {
        return Ok(None);
    }
    let mut git = Command::new("git");
    git.args(["describe", "--always", "--abbrev=40", "--dirty"]);
    process::read(git.current_dir(workspace.root())).map(Some)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn files_are_subjects_with_their_hashes() {
        let artefact = Artefact {
            name: "engine.wasm".into(),
            sha256: "ab".into(),
        };
        let statement = statement(&[artefact], Some("c0ffee"), "rustc 1.95.0", Vec::new());
        assert_eq!(statement["subject"][0]["digest"]["sha256"], "ab");
        assert_eq!(
            statement["predicate"]["buildDefinition"]["externalParameters"]["commit"],
            "c0ffee"
        );
    }

    #[test]
    fn lock_files_are_in_the_repository() {
        for path in LOCKS {
            assert!(Workspace::own().path(path).is_file(), "{path}");
        }
    }
}
