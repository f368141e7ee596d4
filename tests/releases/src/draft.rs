//! A shop with its keys, and the releases that it makes.

use shelfwise_core::Policy;
use shelfwise_core::policy::{Action, Rule, Selector};
use shelfwise_sync::{
    Artefact, EngineVersion, KeyError, Kind, PublicKey, Record, Role, SecretKey, Statement, Validity, content_path,
    seal, sha256,
};

use crate::case::File;

/// The model of the last good release.
const LAST_SNAPSHOT: &[u8] = include_bytes!("../../snapshots/v1/good/grocer.swm");
/// The model of the next one.
const NEXT_SNAPSHOT: &[u8] = include_bytes!("../../snapshots/v1/good/visits.swm");
/// An hour, in milliseconds.
pub const HOUR_MS: u64 = 3_600_000;
/// A day, in milliseconds.
pub const DAY_MS: u64 = 24 * HOUR_MS;
/// Epoch of the test shop's last good release, and of its policy.
const LAST_EPOCH: u64 = 10;

/// A shop: its keys, what its clients have, and the time.
pub struct Shop {
    /// Signs releases.
    pub release: SecretKey,
    /// Signs policies.
    pub policy: SecretKey,
    /// Epoch of the release that clients have already.
    pub epoch: u64,
    /// Epoch of that release's policy.
    pub policy_epoch: u64,
    /// Model of that release.
    pub snapshot: Vec<u8>,
    /// Belongs to somebody else.
    pub stranger: SecretKey,
    /// A policy key of somebody else.
    pub strange_policy: SecretKey,
    /// When all this happens.
    pub now_ms: u64,
}

impl Shop {
    /// The test shop at a time. Its keys are from seeds that everybody can read here: nobody may pin them.
    #[must_use]
    pub fn at(now_ms: u64) -> Self {
        Self {
            release: SecretKey::from_bytes(Role::Release, b"shelfwise test key for releases!"),
            policy: SecretKey::from_bytes(Role::Policy, b"shelfwise test key for policies!"),
            epoch: LAST_EPOCH,
            policy_epoch: LAST_EPOCH,
            snapshot: LAST_SNAPSHOT.into(),
            stranger: SecretKey::from_bytes(Role::Release, b"shelfwise test key of a stranger"),
            strange_policy: SecretKey::from_bytes(Role::Policy, b"shelfwise test key of a stranger"),
            now_ms,
        }
    }

    /// The keys that clients pin.
    ///
    /// # Errors
    /// Where a seed gives no usable key.
    pub fn pinned(&self) -> Result<[PublicKey; 2], KeyError> {
        Ok([self.release.public()?, self.policy.public()?])
    }

    /// The release that clients have already: a day old.
    #[must_use]
    pub fn last(&self) -> Draft {
        let made = self.now_ms - DAY_MS;
        Draft {
            epoch: self.epoch,
            term: Validity {
                created_ms: made,
                expires_ms: made + 7 * DAY_MS,
            },
            engine: EngineVersion::default(),
            policy_epoch: self.policy_epoch,
            policy_term: Validity {
                created_ms: made,
                expires_ms: made + 14 * DAY_MS,
            },
            policy: hides("Shelf 1"),
            snapshot: self.snapshot.clone(),
            ..Draft::default()
        }
    }

    /// The release that is published now: another model, and other rules.
    #[must_use]
    pub fn next(&self) -> Draft {
        Draft {
            epoch: self.epoch + 1,
            term: Validity {
                created_ms: self.now_ms - HOUR_MS,
                expires_ms: self.now_ms + 6 * DAY_MS,
            },
            policy_epoch: self.policy_epoch + 1,
            policy_term: Validity {
                created_ms: self.now_ms - HOUR_MS,
                expires_ms: self.now_ms + 13 * DAY_MS,
            },
            policy: hides("Shelf 2"),
            snapshot: NEXT_SNAPSHOT.into(),
            ..self.last()
        }
    }
}

/// A policy of one rule.
pub fn hides(category: &str) -> Vec<u8> {
    let rule = Rule {
        id: "hidden".into(),
        placements: Vec::new(),
        action: Action::Hide {
            what: Selector::Category(category.into()),
            items: Some(vec!["recalled".into()]),
        },
    };
    Policy {
        placements: Vec::new(),
        rules: vec![rule],
    }
    .encode()
}

/// A release before it is signed. What is `None` follows from the rest, as an honest publisher writes it.
#[derive(Clone, Debug, Default)]
pub struct Draft {
    /// Of the release.
    pub epoch: u64,
    /// Of the release.
    pub term: Validity,
    /// The least engine.
    pub engine: EngineVersion,
    /// Of the policy's signature.
    pub policy_epoch: u64,
    /// Of the policy's signature.
    pub policy_term: Validity,
    /// The policy file.
    pub policy: Vec<u8>,
    /// The snapshot file.
    pub snapshot: Vec<u8>,
    /// A length of the snapshot that is not its own.
    pub snapshot_bytes: Option<u32>,
    /// A path of the snapshot that is not its own.
    pub snapshot_path: Option<String>,
    /// A policy's signature that is not over this policy, or not by the policy key.
    pub policy_signature: Option<Vec<u8>>,
}

impl Draft {
    /// What the policy key signs.
    #[must_use]
    pub fn statement(&self) -> Vec<u8> {
        let statement = Statement {
            epoch: self.policy_epoch,
            term: self.policy_term,
            sha256: sha256(&self.policy),
            bytes: self.policy.len() as u32,
        };
        statement.encode()
    }

    /// Path of the policy file.
    #[must_use]
    pub fn policy_path(&self) -> String {
        content_path("policy", &sha256(&self.policy), "swp")
    }

    /// Path of the snapshot file.
    #[must_use]
    pub fn snapshot_path(&self) -> String {
        let own = || content_path("snapshot", &sha256(&self.snapshot), "swm");
        self.snapshot_path.clone().unwrap_or_else(own)
    }

    /// The record, signed by these keys.
    ///
    /// # Errors
    /// Where a key is unusable.
    pub fn signed(&self, release: &SecretKey, policy: &SecretKey) -> Result<Vec<u8>, KeyError> {
        let policy_signature = match &self.policy_signature {
            Some(signature) => signature.clone(),
            None => seal(policy, &self.statement())?,
        };
        let snapshot = Artefact {
            kind: Kind::SNAPSHOT,
            sha256: sha256(&self.snapshot),
            bytes: self.snapshot_bytes.unwrap_or(self.snapshot.len() as u32),
            path: self.snapshot_path(),
        };
        let record = Record {
            epoch: self.epoch,
            term: self.term,
            engine: self.engine,
            policy_path: self.policy_path(),
            policy_signature,
            artefacts: vec![snapshot],
        };
        seal(release, &record.encode())
    }

    /// All that an honest origin serves of it.
    ///
    /// # Errors
    /// Where a key is unusable.
    pub fn files(&self, shop: &Shop) -> Result<Vec<File>, KeyError> {
        let record = self.signed(&shop.release, &shop.policy)?;
        Ok(vec![
            File::plain("release", record),
            File::plain(&self.policy_path(), self.policy.clone()),
            File::plain(&self.snapshot_path(), self.snapshot.clone()),
        ])
    }
}
