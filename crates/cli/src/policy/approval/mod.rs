//! Approval: what must never be shown, and what a profit may cost, does not change without whoever is responsible.
//!
//! A proposal is a folder with a built policy and the report of its simulation. A lead signs the policy's guarded section, what it hides,
//! the report, and the log up to the proposal: what was approved is what was previewed.

pub mod approve;
mod folder;
pub mod journal;
pub mod log;
pub mod propose;

use std::path::{Path, PathBuf};

use shelfwise_core::Policy;
use shelfwise_core::allocation::Allocation;
use shelfwise_sync::{Hash, sha256};

/// Returns where the approval of a policy lies, if nobody says otherwise.
pub fn approval_of(policy: &Path) -> PathBuf {
    let mut name = policy.as_os_str().to_owned();
    name.push(".approval");
    name.into()
}

/// Returns a hash in hexadecimal.
pub fn hex(hash: &Hash) -> String {
    hash.iter().map(|byte| format!("{byte:02x}")).collect()
}

/// Returns the SHA-256 of bytes in hexadecimal.
pub fn hash(bytes: &[u8]) -> String {
    hex(&sha256(bytes))
}

/// Returns the rules of a policy that need an approval.
pub fn guarded_rules(policy: &Policy) -> Policy {
    let mut guarded = policy.clone();
    guarded.rules.retain(|rule| rule.action.verb().is_guarded());
    guarded.placements.clear();
    guarded.allocation = Allocation::default();
    guarded
}
