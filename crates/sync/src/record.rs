//! The release record: what is published, what it needs, and until when it holds.

use alloc::string::String;
use alloc::vec::Vec;

use crate::artefact::{Artefact, Kind, is_path};
use crate::frame;
use crate::key::{KeyId, Role};
use crate::layout::{
    GRACE_MS, MAX_ARTEFACTS, MAX_POLICY_LIFE_MS, MAX_RECORD_BYTES, MAX_RELEASE_LIFE_MS, MAX_SNAPSHOT_BYTES,
};
use crate::reason::{Reason, What, Why, of};
use crate::statement::Statement;
use crate::trusted_keys::TrustedKeys;
use crate::validity::Validity;
use crate::version::EngineVersion;
use crate::wire::Reader;

/// The payload of a release.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Record {
    /// Rises with every release of that key.
    pub epoch: u64,
    /// From when to when it holds.
    pub term: Validity,
    /// The least version of the engine that reads it.
    pub engine: EngineVersion,
    /// Where the policy file lies. Its hash and length are the policy key's word.
    pub policy_path: String,
    /// The policy's signature: a frame of its own.
    pub policy_signature: Vec<u8>,
    /// All other files.
    pub artefacts: Vec<Artefact>,
}

/// A record whose signatures fit, with what they say.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Release {
    /// What the release key signed.
    pub record: Record,
    /// The release key.
    pub key: KeyId,
    /// What the policy key signed.
    pub policy: Statement,
    /// The policy key.
    pub policy_key: KeyId,
    /// The model's file: there is always one.
    pub snapshot: Artefact,
}

impl Release {
    /// Reads a record: both signatures first, then whether it makes sense and this engine is recent enough. Whether it
    /// holds now, and is not older than another one, is a question to [`crate::Update`].
    ///
    /// # Errors
    /// [`Reason`] why not.
    pub fn open(bytes: &[u8], trusted_keys: &TrustedKeys, engine: EngineVersion) -> Result<Self, Reason> {
        let release = of(What::Release);
        if bytes.len() > MAX_RECORD_BYTES {
            let at_most = MAX_RECORD_BYTES as u32;
            return Err(release(Why::TooLong { at_most }));
        }
        let (payload, key) = frame::open(Role::Release, bytes, trusted_keys).map_err(&release)?;
        let record = Record::decode(payload).ok_or_else(|| release(Why::Malformed))?;
        if record.engine > engine {
            return Err(release(Why::EngineTooOld { needs: record.engine }));
        }
        let snapshot = record.snapshot()?.clone();
        let (policy, policy_key) =
            Statement::open(&record.policy_signature, trusted_keys).map_err(of(What::PolicySignature))?;
        Ok(Self {
            record,
            key: key.id(),
            policy,
            policy_key,
            snapshot,
        })
    }

    /// Whether both terms hold now, with some grace behind their end.
    pub(crate) fn holds(&self, now_ms: u64, grace_ms: u64) -> Result<(), Reason> {
        let release = self.record.term.holds(MAX_RELEASE_LIFE_MS, now_ms, grace_ms);
        release.map_err(of(What::Release))?;
        let policy = self.policy.term.holds(MAX_POLICY_LIFE_MS, now_ms, grace_ms);
        policy.map_err(of(What::PolicySignature))
    }

    /// From when on clients refuse it: its own expiry or that of its policy, whichever comes first.
    #[must_use]
    pub fn expires_ms(&self) -> u64 {
        self.record.term.expires_ms.min(self.policy.term.expires_ms)
    }

    /// From when on a client that has it shows the shop's own order: a day past expiry.
    #[must_use]
    pub fn serves_until_ms(&self) -> u64 {
        self.expires_ms().saturating_add(GRACE_MS)
    }
}

impl Record {
    fn decode(payload: &[u8]) -> Option<Self> {
        let mut reader = Reader(payload);
        let record = Self {
            epoch: reader.u64()?,
            term: Validity::read(&mut reader)?,
            engine: EngineVersion::read(&mut reader)?,
            policy_path: reader.path()?,
            policy_signature: reader.bytes()?,
            artefacts: reader.list(Artefact::read)?,
        };
        reader.end(record)
    }

    /// The snapshot of a record that makes sense.
    fn snapshot(&self) -> Result<&Artefact, Reason> {
        let malformed = of(What::Release)(Why::Malformed);
        let known = |artefact: &Artefact| artefact.kind == Kind::SNAPSHOT || artefact.kind.is_optional();
        let sound = is_path(&self.policy_path)
            && self.artefacts.len() <= MAX_ARTEFACTS
            && self.artefacts.iter().all(|file| is_path(&file.path) && known(file));
        let mut snapshots = self.artefacts.iter().filter(|file| file.kind == Kind::SNAPSHOT);
        match (snapshots.next(), snapshots.next()) {
            (Some(snapshot), None) if sound && snapshot.bytes > MAX_SNAPSHOT_BYTES => {
                Err(of(What::Snapshot)(Why::OverTheLimit {
                    bytes: snapshot.bytes,
                    limit: MAX_SNAPSHOT_BYTES,
                }))
            }
            (Some(snapshot), None) if sound => Ok(snapshot),
            _ => Err(malformed),
        }
    }

    /// The payload as it is signed.
    #[cfg(feature = "build")]
    #[must_use]
    pub fn encode(&self) -> Vec<u8> {
        let mut writer = crate::wire::Writer::default();
        writer.number(self.epoch);
        self.term.write(&mut writer);
        self.engine.write(&mut writer);
        writer.bytes(self.policy_path.as_bytes());
        writer.bytes(&self.policy_signature);
        writer.list(&self.artefacts, |writer, artefact| artefact.write(writer));
        writer.0
    }
}
