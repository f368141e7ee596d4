//! The release record: what is published, what it needs, and until when it holds.

use alloc::vec::Vec;

use crate::artefact::{Artefact, Hash, Kind, Need, check_length, check_required, only, sha256};
use crate::frame;
use crate::key::{KeyId, Role};
use crate::layout::{GRACE_MS, MAX_POLICY_LIFE_MS, MAX_RECORD_BYTES, MAX_RELEASE_LIFE_MS, MAX_SNAPSHOT_BYTES};
use crate::reason::{Defect, Feature, Part, Reason, of};
use crate::root::RootStatement;
use crate::statement::PolicyStatement;
use crate::trusted_keys::TrustedKeys;
use crate::validity::Validity;
use crate::version::EngineVersion;
use crate::wire::Reader;

/// The payload of a release.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Record {
    /// Rises with every release, whichever key signs it.
    pub epoch: u64,
    /// From when to when it holds.
    pub validity: Validity,
    /// The least version of the engine that reads it.
    pub engine: EngineVersion,
    /// The root statement: a frame that lists keys and thresholds, for clients that trust root keys. Those that trust release
    /// and policy keys ignore it.
    pub root: Vec<u8>,
    /// What other roles signed.
    pub statements: Vec<Enclosed>,
    /// The files that the release key itself answers for.
    pub artefacts: Vec<Artefact>,
}

/// A statement of another role, as it stands in a record: a frame of its own, not verified yet.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Enclosed {
    /// Flags; [`Need`] is what this engine reads in them.
    pub flags: u8,
    /// The frame.
    pub frame: Vec<u8>,
}

/// A record whose signatures fit, with what they say.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Release {
    /// What the release key signed.
    pub record: Record,
    /// The release keys that signed it.
    pub signed_by: Vec<KeyId>,
    /// SHA-256 of what it signed: tells the same record from another one under the same epoch.
    pub digest: Hash,
    /// What the root keys signed; `None` for a client that trusts release and policy keys.
    pub root: Option<RootStatement>,
    /// What the policy key signed.
    pub policy: PolicyStatement,
    /// The model's file: there is always one.
    pub snapshot: Artefact,
}

impl Release {
    /// Reads a record: signatures first, then whether it makes sense and this engine is recent enough. [`crate::Update`]
    /// checks whether it is valid now, and not older than another one.
    ///
    /// # Errors
    /// [`Reason`]: the part of the release, and what is wrong with it.
    pub fn open(bytes: &[u8], trusted_keys: &TrustedKeys, engine: EngineVersion) -> Result<Self, Reason> {
        Signed::open(bytes, trusted_keys)?.check(engine)
    }

    /// Checks that all validities hold now, with some grace behind their end.
    pub(crate) fn holds(&self, now_ms: u64, grace_ms: u64) -> Result<(), Reason> {
        if let Some(root) = &self.root {
            root.holds(now_ms, grace_ms)?;
        }
        let release = self.record.validity.holds(MAX_RELEASE_LIFE_MS, now_ms, grace_ms);
        release.map_err(of(Part::Release))?;
        let policy = self.policy.validity.holds(MAX_POLICY_LIFE_MS, now_ms, grace_ms);
        policy.map_err(of(Part::PolicySignature))
    }

    /// Returns from when on clients refuse it: its own expiry, that of its policy or that of its root statement, whichever
    /// comes first.
    #[must_use]
    pub fn expires_ms(&self) -> u64 {
        let root = self.root.as_ref().map_or(u64::MAX, |root| root.validity.expires_ms);
        let policy = self.policy.validity.expires_ms;
        self.record.validity.expires_ms.min(policy).min(root)
    }

    /// Returns from when on a client that has it shows the shop's own order: a day past expiry.
    #[must_use]
    pub fn serves_until_ms(&self) -> u64 {
        self.expires_ms().saturating_add(GRACE_MS)
    }

    /// Returns the files that a client loads, in this order: small ones, and those that it cannot do without, first.
    pub fn files(&self) -> impl Iterator<Item = &Artefact> {
        let hidden = self.policy.hidden.as_ref().into_iter();
        hidden.chain([&self.policy.policy, &self.snapshot])
    }
}

/// A record with valid signatures; whether this engine can do anything with it is not known yet.
pub(crate) struct Signed {
    /// What the release keys signed.
    pub record: Record,
    signed_by: Vec<KeyId>,
    digest: Hash,
    /// What the root keys signed, for a client that trusts such.
    pub root: Option<RootStatement>,
    /// What the policy key signed. It counts for itself: what it hides is hidden, whatever becomes of the release.
    pub policy: Result<PolicyStatement, Reason>,
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
        let policy = PolicyStatement::open(record.statement_of(Role::Policy), keys);
        Ok(Self {
            record,
            signed_by,
            digest: sha256(payload),
            root,
            policy,
        })
    }

    pub(crate) fn check(self, engine: EngineVersion) -> Result<Release, Reason> {
        let needs = self.record.engine;
        if needs > engine {
            return Err(of(Part::Release)(Defect::EngineTooOld { needs }));
        }
        let policy = self.policy?;
        let snapshot = self.record.snapshot()?.clone();
        Ok(Release {
            record: self.record,
            signed_by: self.signed_by,
            digest: self.digest,
            root: self.root,
            policy,
            snapshot,
        })
    }
}

/// Returns the root's frame of a record that is not verified yet: it lists the keys to verify the record with. This is the
/// one thing that is read before a signature is verified, six numbers and some bytes by their length.
pub(crate) fn unverified_root(record: &[u8]) -> Result<Vec<u8>, Reason> {
    let release = of(Part::Release);
    let payload = frame::unverified_payload(Role::Release, record).map_err(&release)?;
    let head = Record::read_head(&mut Reader(payload)).ok_or_else(|| release(Defect::Malformed))?;
    Ok(head.root)
}

impl Record {
    /// Reads what comes before the lists; they stay empty.
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

    /// The frame of a role's statement; empty if there is none. If there are two, the first one counts.
    fn statement_of(&self, role: Role) -> &[u8] {
        let is_of_role = |statement: &&Enclosed| frame::role_of(&statement.frame) == Ok(role as u8);
        // A frame that tells no role is opened all the same, to say what is wrong with it.
        let found = self.statements.iter().find(is_of_role).or(self.statements.first());
        found.map_or(&[], |statement| &statement.frame)
    }

    /// The snapshot of a record that this engine understands.
    fn snapshot(&self) -> Result<&Artefact, Reason> {
        let release = of(Part::Release);
        self.statements.iter().try_for_each(Enclosed::check).map_err(&release)?;
        check_required(&self.artefacts, &[Kind::SNAPSHOT]).map_err(&release)?;
        let snapshot = only(&self.artefacts, Kind::SNAPSHOT).map_err(of(Part::Snapshot))?;
        let snapshot = snapshot.ok_or_else(|| release(Defect::Malformed))?;
        check_length(snapshot, MAX_SNAPSHOT_BYTES).map_err(of(Part::Snapshot))?;
        Ok(snapshot)
    }

    /// Returns the payload as it is signed.
    #[cfg(feature = "build")]
    #[must_use]
    pub fn encode(&self) -> Vec<u8> {
        let mut writer = crate::wire::Writer::default();
        writer.number(self.epoch);
        self.validity.write(&mut writer);
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

    /// Refuses a statement that is required and of a role that this engine does not know.
    fn check(&self) -> Result<(), Defect> {
        let need = Need::from_flags(self.flags)?;
        let role = frame::role_of(&self.frame)?;
        if need == Need::Required && role != Role::Policy as u8 {
            let feature = Feature::Statement(role);
            return Err(Defect::Unsupported { feature });
        }
        Ok(())
    }
}
