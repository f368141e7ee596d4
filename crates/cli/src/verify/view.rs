//! What was found, for machines; the picture is drawn of it.

use anyhow::Result;
use serde::Serialize;
use shelfwise_sync::{Artefact, FileStatement, KeyId, Loaded, Outcome, Reason, Role, RootStatement, UpdateResult};

use super::Read;

/// What a check came to.
#[derive(Serialize)]
pub struct View {
    /// `new`, `unchanged`, `kept` or `store-order`.
    pub outcome: &'static str,
    /// The part that something is wrong with.
    pub what: Option<&'static str>,
    /// What is wrong with it.
    pub why: Option<&'static str>,
    /// The same in words.
    pub reason: Option<String>,
    /// The time of the check, in milliseconds since 1970.
    pub checked_at_ms: u64,
    /// The release that a client would serve now.
    pub serves: Option<Serves>,
}

/// A release whose every byte fits.
#[derive(Serialize)]
pub struct Serves {
    /// Its epoch.
    pub epoch: u64,
    /// When it was made.
    pub created_ms: u64,
    /// Its own end.
    pub expires_ms: u64,
    /// From when on a client without a later one shows the shop's own order.
    pub serves_until_ms: u64,
    /// Ids of the release keys that signed it.
    pub signed_by: Vec<String>,
    /// The least engine.
    pub engine: String,
    /// The model.
    pub snapshot: Part,
    /// The rules.
    pub policy: Part,
    /// The ids that they hide, for clients that cannot rank; none if there are none.
    pub hidden: Option<Part>,
    /// Facts of items; none if the release has none, or no facts key was given.
    pub facts: Option<Part>,
    /// Epoch of the policy's signature.
    pub policy_epoch: u64,
    /// When the policy was signed.
    pub policy_created_ms: u64,
    /// When its signature ends.
    pub policy_expires_ms: u64,
    /// Ids of the policy keys that signed it.
    pub policy_signed_by: Vec<String>,
    /// The approval of guarded rules; none for clients that trust no lead key.
    pub approval: Option<ApprovalView>,
    /// The root statement; none for clients that trust release and policy keys.
    pub root: Option<RootView>,
    /// Rules about categories or brands without a list: whoever makes the model decides what they hide.
    pub rules_by_model_labels: Vec<String>,
}

/// An approval.
#[derive(Serialize)]
pub struct ApprovalView {
    /// Its epoch.
    pub epoch: u64,
    /// When it was made.
    pub created_ms: u64,
    /// When it ends.
    pub expires_ms: u64,
    /// Ids of the lead keys that signed it.
    pub signed_by: Vec<String>,
}

/// A root statement.
#[derive(Serialize)]
pub struct RootView {
    /// Its epoch.
    pub epoch: u64,
    /// When it was made.
    pub created_ms: u64,
    /// When it ends.
    pub expires_ms: u64,
    /// Ids of the root keys that signed it, of those that clients were shipped with.
    pub signed_by: Vec<String>,
    /// The keys that it lists, by role.
    pub roles: Vec<RoleView>,
}

/// The keys of a role.
#[derive(Serialize)]
pub struct RoleView {
    /// The role.
    pub role: &'static str,
    /// How many of the keys must sign.
    pub threshold: usize,
    /// Their ids.
    pub keys: Vec<String>,
}

/// A file of a release.
#[derive(Serialize)]
pub struct Part {
    /// Where it lies.
    pub path: String,
    /// Its length.
    pub bytes: u32,
    /// Its SHA-256.
    pub sha256: String,
    /// Items or rules that the engine reads in it; none where it reads nothing.
    pub holds: Option<usize>,
}

impl View {
    /// Of an update's end, and what the engine made of it.
    pub fn of(ended: &UpdateResult, read: &Result<Option<Read>>, checked_at_ms: u64) -> Self {
        let (outcome, reason) = match ended.outcome {
            Outcome::New => ("new", None),
            Outcome::Unchanged => ("unchanged", None),
            Outcome::Kept(reason) => ("kept", Some(reason)),
            Outcome::StoreOrder(reason) => ("store-order", Some(reason)),
        };
        let read = read.as_ref().ok().and_then(Option::as_ref);
        Self {
            outcome,
            what: reason.map(|reason| reason.codes().0),
            why: reason.map(|reason| reason.codes().1),
            reason: reason.as_ref().map(Reason::to_string),
            checked_at_ms,
            serves: ended.loaded.as_ref().map(|loaded| serves(loaded, read)),
        }
    }
}

fn serves(loaded: &Loaded, read: Option<&Read>) -> Serves {
    let release = &loaded.release;
    let part = |artefact: &Artefact, holds| Part {
        path: artefact.path(),
        bytes: artefact.blob.bytes,
        sha256: artefact.blob.sha256.iter().map(|byte| format!("{byte:02x}")).collect(),
        holds,
    };
    let (record, policy) = (&release.record, &release.policy);
    Serves {
        epoch: record.epoch,
        created_ms: record.validity.created_ms,
        expires_ms: record.validity.expires_ms,
        serves_until_ms: release.serves_until_ms(),
        signed_by: ids(&release.signed_by),
        engine: record.engine.to_string(),
        snapshot: part(&release.snapshot, read.map(|read| read.items)),
        policy: part(&policy.file, read.map(|read| read.rules)),
        hidden: policy.hidden.as_ref().map(|hidden| part(hidden, None)),
        facts: release
            .facts
            .as_ref()
            .map(|facts| part(&facts.file, read.and_then(|read| read.facts))),
        policy_epoch: policy.epoch,
        policy_created_ms: policy.validity.created_ms,
        policy_expires_ms: policy.validity.expires_ms,
        policy_signed_by: ids(&policy.signed_by),
        approval: policy.approval.as_deref().map(approval),
        root: release.root.as_ref().map(root),
        rules_by_model_labels: read.map(|read| read.unlisted.clone()).unwrap_or_default(),
    }
}

fn approval(approval: &FileStatement) -> ApprovalView {
    ApprovalView {
        epoch: approval.epoch,
        created_ms: approval.validity.created_ms,
        expires_ms: approval.validity.expires_ms,
        signed_by: ids(&approval.signed_by),
    }
}

fn root(root: &RootStatement) -> RootView {
    let listed = Role::ALL.into_iter().filter(|role| root.keys.threshold(*role) > 0);
    let roles = listed.map(|role| RoleView {
        role: role.name(),
        threshold: root.keys.threshold(role),
        keys: root.keys.of(role).map(|key| key.id().to_string()).collect(),
    });
    RootView {
        epoch: root.epoch,
        created_ms: root.validity.created_ms,
        expires_ms: root.validity.expires_ms,
        signed_by: ids(&root.signed_by),
        roles: roles.collect(),
    }
}

fn ids(ids: &[KeyId]) -> Vec<String> {
    ids.iter().map(KeyId::to_string).collect()
}
