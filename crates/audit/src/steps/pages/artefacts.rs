//! Files that Shelfwise may ask for, told by their content: bundlers and shops rename them.

use std::collections::BTreeSet;

use shelfwise_core::{Policy, Snapshot};
use shelfwise_sync::{layout, sha256};

use crate::shipped::{Files, Shipped};

/// How the lists of hidden ids of a release begin; the hash of their content follows.
const HIDDEN: &str = "hidden-";

/// Paths of such files.
pub struct Artefacts(BTreeSet<String>);

impl Artefacts {
    pub fn of(shipped: &Shipped, files: &Files) -> Self {
        let scripts = shipped.scripts.iter().map(|script| script.path.clone());
        let modules = shipped.modules.iter().map(|module| module.path.clone());
        let found = files
            .iter()
            .filter(|(path, bytes)| is_artefact(path, bytes))
            .map(|(path, _)| path.clone());
        Self(scripts.chain(modules).chain(found).collect())
    }

    pub fn has(&self, path: &str) -> bool {
        self.0.contains(path)
    }
}

/// A model, rules, whatever is signed, or a list of hidden ids under its own hash.
fn is_artefact(path: &str, bytes: &[u8]) -> bool {
    Snapshot::open(bytes).is_ok()
        || Policy::decode(bytes).is_ok()
        || bytes.starts_with(&layout::MAGIC)
        || is_hidden(path, bytes)
}

fn is_hidden(path: &str, bytes: &[u8]) -> bool {
    let name = path.rsplit('/').next().unwrap_or(path);
    let hash = name.strip_prefix(HIDDEN).and_then(|rest| rest.strip_suffix(".json"));
    let own: String = sha256(bytes).iter().map(|byte| format!("{byte:02x}")).collect();
    hash.is_some_and(|hash| hash.len() >= 16 && own.starts_with(hash))
}
