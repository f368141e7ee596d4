//! The release record: what is published, what it requires, and how long it is valid.

use alloc::sync::Arc;
use alloc::vec::Vec;

use crate::artefact::{Artefact, Hash, Kind, Need, check_length, check_required, only, sha256};
use crate::frame;
use crate::key::{KeyId, Role};
use crate::layout::{GRACE_MS, MAX_RECORD_BYTES, MAX_RELEASE_LIFE_MS, MAX_SNAPSHOT_BYTES};
use crate::reason::{Defect, Feature, Part, Reason, of};
use crate::root::RootStatement;
use crate::statement::FileStatement;
use crate::trusted_keys::TrustedKeys;
use crate::validity::Validity;
use crate::version::EngineVersion;
use crate::wire::Reader;

/// The payload of a release.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Record {
    /// Increases with every release, whichever key signs it.
    pub epoch: u64,
    /// Period of validity.
    pub validity: Validity,
    /// Minimum version of the engine that can read it.
    pub engine: EngineVersion,
    /// The root statement: a frame that lists keys and thresholds, for clients that trust root keys. Clients that trust
    /// release and policy keys ignore it.
    pub root: Vec<u8>,
    /// Statements signed by other roles.
    pub statements: Vec<Enclosed>,
    /// Files signed by the release key itself.
    pub artefacts: Vec<Artefact>,
}

/// A statement of another role, enclosed in a record: a frame of its own, not verified yet.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Enclosed {
    /// Flags; [`Need`] is the part that this engine interprets.
    pub flags: u8,
    /// The frame.
    pub frame: Vec<u8>,
}

/// A record with valid signatures, and its verified statements.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Release {
    /// The payload signed by the release key.
    pub record: Record,
    /// The release keys that signed it.
    pub signed_by: Vec<KeyId>,
    /// SHA-256 of the payload: distinguishes records with the same epoch.
    pub digest: Hash,
    /// The verified root statement; `None` for a client that trusts release and policy keys.
    pub root: Option<RootStatement>,
    /// The verified policy statement.
    pub policy: Arc<FileStatement>,
    /// The verified facts statement; `None` if the release has none, or the client trusts no facts key.
    pub facts: Option<Arc<FileStatement>>,
    /// The model's file; always present.
    pub snapshot: Artefact,
}

impl Release {
    /// Opens a record: verifies the signatures first, then parses it and checks the engine's version. [`crate::Update`]
    /// checks whether it is valid now, and not older than the last one.
    ///
    /// # Errors
    /// [`Reason`]: the part of the release, and its defect.
    pub fn open(bytes: &[u8], trusted_keys: &TrustedKeys, engine: EngineVersion) -> Result<Self, Reason> {
        Signed::open(bytes, trusted_keys)?.check(engine)
    }

    /// Checks that all validities hold now, with a grace period after expiry.
    pub(crate) fn holds(&self, now_ms: u64, grace_ms: u64) -> Result<(), Reason> {
        if let Some(root) = &self.root {
            root.holds(now_ms, grace_ms)?;
        }
        let release = self.record.validity.holds(MAX_RELEASE_LIFE_MS, now_ms, grace_ms);
        release.map_err(of(Part::Release))?;
        self.policy.holds(Role::Policy, now_ms, grace_ms)?;
        let facts = self.facts.as_ref();
        facts.map_or(Ok(()), |facts| facts.holds(Role::Facts, now_ms, grace_ms))
    }

    /// Returns when clients begin to refuse it: its own expiry, that of its policy, its facts, its approval or its root statement,
    /// whichever is first.
    #[must_use]
    pub fn expires_ms(&self) -> u64 {
        let root = self.root.as_ref().map_or(u64::MAX, |root| root.validity.expires_ms);
        let facts = self.facts.as_deref().map_or(u64::MAX, FileStatement::expires_ms);
        let policy = self.policy.expires_ms();
        self.record.validity.expires_ms.min(policy).min(facts).min(root)
    }

    /// Returns when a client that has it falls back to the shop's own order: a day after expiry.
    #[must_use]
    pub fn serves_until_ms(&self) -> u64 {
        self.expires_ms().saturating_add(GRACE_MS)
    }

    /// Returns the files that a client loads, in this order: small and required ones first.
    pub fn files(&self) -> impl Iterator<Item = &Artefact> {
        let hidden = self.policy.hidden.as_ref().into_iter();
        let facts = self.facts.iter().map(|facts| &facts.file);
        hidden.chain(facts).chain([&self.policy.file, &self.snapshot])
    }
}

/// A record with valid signatures; whether this engine supports it is not checked yet.
pub(crate) struct Signed {
    /// The payload signed by the release keys.
    pub record: Record,
    signed_by: Vec<KeyId>,
    digest: Hash,
    /// The verified root statement, for a client that trusts root keys.
    pub root: Option<RootStatement>,
    /// The verified policy statement. It is valid on its own: hidden items stay hidden even if the release is refused.
    pub policy: Result<Arc<FileStatement>, Reason>,
    /// The verified facts statement, if there is one for this client.
    pub facts: Result<Option<Arc<FileStatement>>, Reason>,
}

impl Signed {
    pub(crate) fn open(bytes: &[u8], trusted_keys: &TrustedKeys) -> Result<Self, Reason> {
        let release = of(Part::Release);
        if bytes.len() > MAX_RECORD_BYTES {
            let at_most = MAX_RECORD_BYTES as u32;
            return Err(release(Defect::TooLong { at_most }));
        }
        let root = match trusted_keys.threshold(Role::Root) {
            0 => None,
            _ => Some(RootStatement::open(&unverified_root(bytes)?, trusted_keys)?),
        };
        let keys = root.as_ref().map_or(trusted_keys, |root| &root.keys);
        let (payload, signed_by) = frame::open(Role::Release, bytes, keys).map_err(&release)?;
        let record = Record::decode(payload).ok_or_else(|| release(Defect::Malformed))?;
        // A frame without a readable role is opened too, to report its defect.
        let policy = record.statement_of(Role::Policy).or(record.statements.first());
        let policy = policy.map_or(&[][..], |statement| &statement.frame);
        // A policy that is not approved counts for nothing: neither its rules nor its list of hidden ids.
        let approval = FileStatement::approval(record.statement_of(Role::Lead), keys);
        let policy = approval.and_then(|approval| FileStatement::open(Role::Policy, policy, keys, approval));
        let facts = record
            .statement_of(Role::Facts)
            .filter(|_| keys.threshold(Role::Facts) > 0);
        let facts = facts.map(|facts| FileStatement::open(Role::Facts, &facts.frame, keys, None));
        Ok(Self {
            record,
            signed_by,
            digest: sha256(payload),
            root,
            policy,
            facts: facts.transpose(),
        })
    }

    pub(crate) fn check(self, engine: EngineVersion) -> Result<Release, Reason> {
        let needs = self.record.engine;
        if needs > engine {
            return Err(of(Part::Release)(Defect::EngineTooOld { needs }));
        }
        let policy = self.policy?;
        let facts = self.facts?;
        let snapshot = self.record.snapshot()?.clone();
        Ok(Release {
            record: self.record,
            signed_by: self.signed_by,
            digest: self.digest,
            root: self.root,
            policy,
            facts,
            snapshot,
        })
    }
}

/// Returns the root's frame of an unverified record: it lists the keys to verify the record with. Nothing else is read
/// before a signature is verified: six numbers and one length-prefixed byte string.
pub(crate) fn unverified_root(record: &[u8]) -> Result<Vec<u8>, Reason> {
    let release = of(Part::Release);
    let payload = frame::unverified_payload(Role::Release, record).map_err(&release)?;
    let head = Record::read_head(&mut Reader(payload)).ok_or_else(|| release(Defect::Malformed))?;
    Ok(head.root)
}

impl Record {
    /// Reads the fields before the lists; the lists stay empty.
    fn read_head(reader: &mut Reader<'_>) -> Option<Self> {
        Some(Self {
            epoch: reader.u64()?,
            validity: Validity::read(reader)?,
            engine: EngineVersion::read(reader)?,
            root: reader.bytes()?,
            statements: Vec::new(),
            artefacts: Vec::new(),
        })
    }

    fn decode(payload: &[u8]) -> Option<Self> {
        let mut reader = Reader(payload);
        let head = Self::read_head(&mut reader)?;
        let record = Self {
            statements: reader.list(Enclosed::read)?,
            artefacts: reader.list(Artefact::read)?,
            ..head
        };
        reader.end(record)
    }

    /// Returns a role's statement. If there are two, the first one is used.
    fn statement_of(&self, role: Role) -> Option<&Enclosed> {
        let is_of_role = |statement: &&Enclosed| frame::role_of(&statement.frame) == Ok(role as u8);
        self.statements.iter().find(is_of_role)
    }

    /// Returns the snapshot of a record that this engine supports.
    fn snapshot(&self) -> Result<&Artefact, Reason> {
        let release = of(Part::Release);
        self.statements.iter().try_for_each(Enclosed::check).map_err(&release)?;
        check_required(&self.artefacts, &[Kind::SNAPSHOT]).map_err(&release)?;
        let snapshot = only(&self.artefacts, Kind::SNAPSHOT).map_err(of(Part::Snapshot))?;
        let snapshot = snapshot.ok_or_else(|| release(Defect::Malformed))?;
        check_length(snapshot, MAX_SNAPSHOT_BYTES).map_err(of(Part::Snapshot))?;
        Ok(snapshot)
    }

    /// Returns the payload in its signed encoding.
    #[cfg(feature = "build")]
    #[must_use]
    pub fn encode(&self) -> Vec<u8> {
        let mut writer = crate::wire::Writer::of_head(self.epoch, &self.validity);
        self.engine.write(&mut writer);
        writer.bytes(&self.root);
        writer.list(&self.statements, |writer, statement| {
            writer.array(&[statement.flags]);
            writer.bytes(&statement.frame);
        });
        writer.list(&self.artefacts, |writer, artefact| artefact.write(writer));
        writer.0
    }
}

impl Enclosed {
    /// Encloses a statement that clients may skip, if they trust no key of its role.
    #[must_use]
    pub const fn optional(frame: Vec<u8>) -> Self {
        Self { flags: 0, frame }
    }

    /// Encloses a statement that clients must understand.
    #[must_use]
    pub const fn required(frame: Vec<u8>) -> Self {
        Self { flags: 1, frame }
    }

    fn read(reader: &mut Reader<'_>) -> Option<Self> {
        let [flags] = reader.array()?;
        Some(Self {
            flags,
            frame: reader.bytes()?,
        })
    }

    /// Refuses a required statement of a role that this engine does not know.
    fn check(&self) -> Result<(), Defect> {
        let need = Need::from_flags(self.flags)?;
        let role = frame::role_of(&self.frame)?;
        let known = [Role::Policy, Role::Facts, Role::Lead].map(|known| known as u8);
        if need == Need::Required && !known.contains(&role) {
            let feature = Feature::Statement(role);
            return Err(Defect::Unsupported { feature });
        }
        Ok(())
    }
}
