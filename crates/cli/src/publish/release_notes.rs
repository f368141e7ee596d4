//! Notes of a release: what it names, how it was measured, and in which words a worse model was let through.

use serde::{Deserialize, Serialize};

use super::compare::Comparison;
use super::signed_release::SignedRelease;

/// The notes, as `.history/EPOCH.json` keeps them.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Notes {
    /// Of the release.
    pub epoch: u64,
    /// When it was made, in milliseconds since 1970.
    pub created_ms: u64,
    /// When it ends.
    pub expires_ms: u64,
    /// Of the policy's signature.
    pub policy_epoch: u64,
    /// When the policy's signature ends.
    pub policy_expires_ms: u64,
    /// Paths of its files.
    pub files: Vec<String>,
    /// The last model and this one on held-out events, where there were any.
    pub compared: Option<Comparison>,
    /// Why a worse model was published.
    pub allow_regression: Option<String>,
}

impl Notes {
    /// Of an offer. Words for a worse model are kept where it is one.
    pub fn of(signed_release: &SignedRelease, compared: Option<Comparison>, allow_regression: Option<String>) -> Self {
        let is_worse = compared.as_ref().is_some_and(Comparison::is_worse);
        Self {
            epoch: signed_release.release.record.epoch,
            created_ms: signed_release.release.record.validity.created_ms,
            expires_ms: signed_release.release.record.validity.expires_ms,
            policy_epoch: signed_release.release.policy.epoch,
            policy_expires_ms: signed_release.release.policy.validity.expires_ms,
            files: signed_release.files.iter().map(|file| file.path.clone()).collect(),
            compared,
            allow_regression: allow_regression.filter(|_| is_worse),
        }
    }
}
