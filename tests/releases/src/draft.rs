//! A test shop with its keys, and the releases that it makes.

use std::fmt;
use std::sync::Arc;

use shelfwise_core::facts::{Cells, ColumnTable, FactKind, FactsBuilder};
use shelfwise_core::policy::{Action, Condition, Rule, Selector};
use shelfwise_core::{Policy, Snapshot};
use shelfwise_sync::approval::guarded;
use shelfwise_sync::{
    Artefact, Blob, Enclosed, EngineVersion, KeyError, Kind, PublicKey, Record, Role, SecretKey, Statement, Validity,
    cosign, seal, sha256,
};

use crate::case::File;

/// The model of the last good release.
const LAST_SNAPSHOT: &[u8] = include_bytes!("../../snapshots/v1/good/grocer.swm");
/// The model of the next release.
const NEXT_SNAPSHOT: &[u8] = include_bytes!("../../snapshots/v1/good/visits.swm");
/// An hour, in milliseconds.
pub const HOUR_MS: u64 = 3_600_000;
/// A day, in milliseconds.
pub const DAY_MS: u64 = 24 * HOUR_MS;
/// Epoch of the test shop's last good release, and of its policy.
const LAST_EPOCH: u64 = 10;

/// A shop: its keys, the state of its clients, and the time.
pub struct Shop {
    /// Signs releases.
    pub release: SecretKey,
    /// Signs policies.
    pub policy: SecretKey,
    /// Epoch of the release that clients have.
    pub epoch: u64,
    /// Epoch of that release's policy.
    pub policy_epoch: u64,
    /// Model of that release.
    pub snapshot: Vec<u8>,
    /// A release key of somebody else.
    pub stranger: SecretKey,
    /// A policy key of somebody else.
    pub strange_policy: SecretKey,
    /// Another trusted release key: the previous or the next one of a key rotation.
    pub other_release: SecretKey,
    /// Another trusted policy key.
    pub other_policy: SecretKey,
    /// Signs facts of items.
    pub facts: SecretKey,
    /// Approve guarded rules.
    pub leads: [SecretKey; 2],
    /// Approves the guarded rules of every release, with this epoch for those that clients have; `None` for a shop whose clients trust no lead key.
    pub approver: Option<Approver>,
    /// The current time.
    pub now_ms: u64,
}

impl Shop {
    /// Returns the test shop at a time. Its keys are from public seeds: nobody may trust them.
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
            other_release: SecretKey::from_bytes(Role::Release, b"shelfwise other key of releases!"),
            other_policy: SecretKey::from_bytes(Role::Policy, b"shelfwise other key of policies!"),
            facts: SecretKey::from_bytes(Role::Facts, b"shelfwise test key for facts !!!"),
            leads: [
                SecretKey::from_bytes(Role::Lead, b"shelfwise test key of a lead   1"),
                SecretKey::from_bytes(Role::Lead, b"shelfwise test key of a lead   2"),
            ],
            approver: None,
            now_ms,
        }
    }

    /// Returns the keys that clients trust: two of each role, the current one and another; and the facts key.
    ///
    /// # Errors
    /// If a seed gives no usable key.
    pub fn trusted(&self) -> Result<[PublicKey; 5], KeyError> {
        let [release, policy] = [self.release.public()?, self.policy.public()?];
        Ok([
            release,
            policy,
            self.other_release.public()?,
            self.other_policy.public()?,
            self.facts.public()?,
        ])
    }

    /// Returns the release that clients have: a day old.
    #[must_use]
    pub fn last(&self) -> Draft {
        let made = self.now_ms - DAY_MS;
        Draft {
            epoch: self.epoch,
            validity: Validity {
                created_ms: made,
                expires_ms: made + 7 * DAY_MS,
            },
            engine: EngineVersion::default(),
            policy_epoch: self.policy_epoch,
            policy_validity: Validity {
                created_ms: made,
                expires_ms: made + 14 * DAY_MS,
            },
            policy: hides("Shelf 1"),
            hidden: hidden_list("withdrawn"),
            approver: self.approver.clone(),
            snapshot: self.snapshot.clone(),
            ..Draft::default()
        }
    }

    /// Returns the release that is published now: another model, and other rules.
    #[must_use]
    pub fn next(&self) -> Draft {
        Draft {
            epoch: self.epoch + 1,
            validity: Validity {
                created_ms: self.now_ms - HOUR_MS,
                expires_ms: self.now_ms + 6 * DAY_MS,
            },
            policy_epoch: self.policy_epoch + 1,
            policy_validity: Validity {
                created_ms: self.now_ms - HOUR_MS,
                expires_ms: self.now_ms + 13 * DAY_MS,
            },
            policy: hides("Shelf 2"),
            hidden: hidden_list("recalled"),
            approver: self.approver.as_ref().map(Approver::next),
            snapshot: NEXT_SNAPSHOT.into(),
            ..self.last()
        }
    }
}

/// Returns a policy of one rule.
pub fn hides(category: &str) -> Vec<u8> {
    let rule = Rule {
        id: "hidden".into(),
        placements: Vec::new(),
        condition: Condition::default(),
        action: Action::Hide {
            what: Selector::Category(category.into()),
            items: Some(vec!["recalled".into()]),
        },
    };
    Policy {
        rules: vec![rule],
        ..Policy::default()
    }
    .encode()
}

/// Returns facts of the items of the next release's model.
#[must_use]
pub fn next_facts() -> Vec<u8> {
    let Ok(snapshot) = Snapshot::open(NEXT_SNAPSHOT) else {
        return Vec::new();
    };
    let prices: Vec<Option<i32>> = (0..snapshot.items() as i32).map(|item| Some(100 + item)).collect();
    let builder = FactsBuilder {
        ids_sha256: sha256(snapshot.ids_section()),
        items: snapshot.items(),
        columns: vec![ColumnTable {
            name: "price".into(),
            kind: FactKind::Money,
            cells: Cells::numbers(prices),
        }],
    };
    builder.build().unwrap_or_default()
}

/// Returns the list of hidden ids of these rules, as `shelfwise policy build` writes it.
pub fn hidden_list(item: &str) -> Vec<u8> {
    format!("{{\"version\":1,\"everywhere\":[\"{item}\"],\"placements\":{{}}}}").into_bytes()
}

/// A release before it is signed. What is `None` is derived from the rest, as an honest publisher does.
#[derive(Clone, Debug, Default)]
pub struct Draft {
    /// Epoch of the release.
    pub epoch: u64,
    /// Validity of the release.
    pub validity: Validity,
    /// Minimum version of the engine.
    pub engine: EngineVersion,
    /// Epoch of the policy's signature.
    pub policy_epoch: u64,
    /// Validity of the policy's signature.
    pub policy_validity: Validity,
    /// The policy file.
    pub policy: Vec<u8>,
    /// The list of hidden ids; empty for a policy that hides nothing.
    pub hidden: Vec<u8>,
    /// Approves its guarded rules; `None` for a release without an approval, or with another one.
    pub approver: Option<Approver>,
    /// The snapshot file.
    pub snapshot: Vec<u8>,
    /// A wrong length of the snapshot.
    pub snapshot_bytes: Option<u32>,
    /// A policy signature over another policy, or by another key.
    pub policy_signature: Option<Vec<u8>>,
    /// The facts file and its signed statement; `None` for a release without facts.
    pub facts: Option<(Vec<u8>, Vec<u8>)>,
    /// The record's entry for the snapshot, if it is not a whole file.
    pub only_snapshot: Option<Artefact>,
    /// Further artefacts.
    pub more: Vec<Artefact>,
    /// Further statements.
    pub statements: Vec<Enclosed>,
    /// A root statement's frame.
    pub root: Vec<u8>,
}

/// Who approves the guarded rules of a shop.
#[derive(Clone)]
pub struct Approver {
    /// The lead key.
    pub key: Arc<SecretKey>,
    /// The epoch of the approval.
    pub epoch: u64,
}

impl Approver {
    /// Returns who approves the next rules.
    fn next(&self) -> Self {
        Self {
            key: Arc::clone(&self.key),
            epoch: self.epoch + 1,
        }
    }
}

impl fmt::Debug for Approver {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Approver")
            .field("epoch", &self.epoch)
            .finish_non_exhaustive()
    }
}

/// What leads sign: the guarded rules of a policy, and what they hide.
#[derive(Clone, Debug)]
pub struct Approval {
    /// Its epoch.
    pub epoch: u64,
    /// Its validity.
    pub validity: Validity,
    /// The guarded section, or the whole of a policy without one.
    pub guarded: Vec<u8>,
    /// The list of hidden ids; empty if nothing is hidden.
    pub hidden: Vec<u8>,
}

impl Approval {
    fn payload(&self) -> Vec<u8> {
        let hidden = (!self.hidden.is_empty()).then(|| whole(Kind::HIDDEN, &self.hidden));
        let report = Artefact {
            flags: 0,
            ..whole(Kind::SIMULATION, b"a report")
        };
        let artefacts = [whole(Kind::GUARDED, &self.guarded)];
        let statement = Statement {
            epoch: self.epoch,
            validity: self.validity,
            artefacts: artefacts.into_iter().chain(hidden).chain([report]).collect(),
        };
        statement.encode()
    }
}

fn whole(kind: Kind, bytes: &[u8]) -> Artefact {
    // No test file has 4 GiB.
    let blob = Blob::of(bytes).unwrap_or(Blob {
        sha256: [0; 32],
        bytes: 0,
    });
    Artefact::whole(kind, blob)
}

impl Draft {
    /// Returns the payload that the policy key signs.
    #[must_use]
    pub fn statement(&self) -> Vec<u8> {
        let policy = whole(Kind::POLICY, &self.policy);
        let hidden = (!self.hidden.is_empty()).then(|| whole(Kind::HIDDEN, &self.hidden));
        let statement = Statement {
            epoch: self.policy_epoch,
            validity: self.policy_validity,
            artefacts: [policy].into_iter().chain(hidden).collect(),
        };
        statement.encode()
    }

    /// Returns the release with these facts, signed for so long and with this epoch.
    ///
    /// # Errors
    /// If the key is unusable.
    pub fn with_facts(self, facts: Vec<u8>, key: &SecretKey, epoch: u64, validity: Validity) -> Result<Self, KeyError> {
        let statement = Statement {
            epoch,
            validity,
            artefacts: vec![whole(Kind::FACTS, &facts)],
        };
        let frame = seal(key, &statement.encode())?;
        Ok(Self {
            facts: Some((facts, frame)),
            ..self
        })
    }

    /// Returns the approval of the release's own rules.
    #[must_use]
    pub fn approval(&self, epoch: u64) -> Approval {
        Approval {
            epoch,
            validity: self.policy_validity,
            guarded: guarded(&self.policy).to_vec(),
            hidden: self.hidden.clone(),
        }
    }

    /// Returns the release with an approval, signed by these keys.
    ///
    /// # Errors
    /// If a key is unusable.
    pub fn approved(mut self, approval: &Approval, keys: &[&SecretKey]) -> Result<Self, KeyError> {
        let (first, others) = keys.split_first().ok_or(KeyError::Role)?;
        let frame = seal(first, &approval.payload())?;
        let frame = others.iter().try_fold(frame, |frame, key| cosign(key, &frame))?;
        self.statements.push(Enclosed::optional(frame));
        Ok(self)
    }

    /// Returns the path of the policy file.
    #[must_use]
    pub fn policy_path(&self) -> String {
        whole(Kind::POLICY, &self.policy).path()
    }

    /// Returns the path of the snapshot file.
    #[must_use]
    pub fn snapshot_path(&self) -> String {
        whole(Kind::SNAPSHOT, &self.snapshot).path()
    }

    /// Returns the record, signed by these keys.
    ///
    /// # Errors
    /// If a key is unusable.
    pub fn signed(&self, release: &SecretKey, policy: &SecretKey) -> Result<Vec<u8>, KeyError> {
        let policy_signature = match &self.policy_signature {
            Some(signature) => signature.clone(),
            None => seal(policy, &self.statement())?,
        };
        let mut others = self.statements.clone();
        if let Some(approver) = &self.approver {
            let approval = self.approval(approver.epoch);
            others.push(Enclosed::optional(seal(&approver.key, &approval.payload())?));
        }
        others.extend(self.facts.iter().map(|(_, frame)| Enclosed::optional(frame.clone())));
        let own = || whole(Kind::SNAPSHOT, &self.snapshot);
        let mut snapshot = self.only_snapshot.clone().unwrap_or_else(own);
        snapshot.blob.bytes = self.snapshot_bytes.unwrap_or(snapshot.blob.bytes);
        let record = Record {
            epoch: self.epoch,
            validity: self.validity,
            engine: self.engine,
            root: self.root.clone(),
            statements: [&[Enclosed::required(policy_signature)], &others[..]].concat(),
            artefacts: [&[snapshot], &self.more[..]].concat(),
        };
        seal(release, &record.encode())
    }

    /// Returns all files that an honest origin serves: record, hidden list, facts if there are some, policy, snapshot.
    ///
    /// # Errors
    /// If a key is unusable.
    pub fn files(&self, shop: &Shop) -> Result<Vec<File>, KeyError> {
        self.files_by(&shop.release, &shop.policy)
    }

    /// Returns all files of an honest origin, signed by these keys.
    ///
    /// # Errors
    /// If a key is unusable.
    pub fn files_by(&self, release: &SecretKey, policy: &SecretKey) -> Result<Vec<File>, KeyError> {
        let record = self.signed(release, policy)?;
        let hidden = whole(Kind::HIDDEN, &self.hidden).path();
        let mut files = vec![
            File::plain("release", record),
            File::plain(&hidden, self.hidden.clone()),
        ];
        let facts = self.facts.iter();
        files.extend(facts.map(|(facts, _)| File::plain(&whole(Kind::FACTS, facts).path(), facts.clone())));
        files.extend([
            File::plain(&self.policy_path(), self.policy.clone()),
            File::plain(&self.snapshot_path(), self.snapshot.clone()),
        ]);
        Ok(files)
    }
}
