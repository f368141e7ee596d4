//! Statements signed by roles other than the release role: files with an epoch and a validity.

use alloc::vec::Vec;

use crate::artefact::{Artefact, Hash, Kind, check_length, check_required, only, sha256};
use crate::frame;
use crate::key::{KeyId, Role};
use crate::layout::{MAX_APPROVAL_LIFE_MS, MAX_FACTS_BYTES, MAX_POLICY_BYTES, MAX_POLICY_LIFE_MS};
use crate::memory::Memory;
use crate::reason::{Defect, Part, Reason, of};
use crate::trusted_keys::TrustedKeys;
use crate::validity::Validity;
use crate::wire::Reader;

/// The payload of a statement.
///
/// It has its own epoch and validity: without the first, whoever signs releases could go back to rules that were
/// withdrawn; without the second, clients without memory would accept them forever.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Statement {
    /// Increases with every statement of the role, whichever key signs it.
    pub epoch: u64,
    /// Period of validity.
    pub validity: Validity,
    /// The files that it names.
    pub artefacts: Vec<Artefact>,
}

impl Statement {
    /// Opens a statement signed by this key, whichever keys clients trust.
    ///
    /// # Errors
    /// [`Defect`]: another version, another key, an invalid signature, or a payload that cannot be parsed.
    #[cfg(feature = "build")]
    pub fn open_by(key: &crate::PublicKey, bytes: &[u8]) -> Result<Self, Defect> {
        frame::open_by(key, bytes).and_then(Self::decode)
    }

    /// Reads the payload of a statement of a role without verification: to show it, or to see what it is about.
    ///
    /// # Errors
    /// [`Defect`]: not a frame of the role, another version, or a payload that cannot be parsed.
    #[cfg(feature = "build")]
    pub fn read_unverified(role: Role, bytes: &[u8]) -> Result<Self, Defect> {
        frame::unverified_payload(role, bytes).and_then(Self::decode)
    }

    fn decode(payload: &[u8]) -> Result<Self, Defect> {
        let mut reader = Reader(payload);
        let statement = Self::read(&mut reader).and_then(|statement| reader.end(statement));
        statement.ok_or(Defect::Malformed)
    }

    fn read(reader: &mut Reader<'_>) -> Option<Self> {
        Some(Self {
            epoch: reader.u64()?,
            validity: Validity::read(reader)?,
            artefacts: reader.list(Artefact::read)?,
        })
    }

    /// Returns the payload in its signed encoding.
    #[cfg(feature = "build")]
    #[must_use]
    pub fn encode(&self) -> Vec<u8> {
        let mut writer = crate::wire::Writer::of_head(self.epoch, &self.validity);
        writer.list(&self.artefacts, |writer, artefact| artefact.write(writer));
        writer.0
    }
}

/// A verified statement of a role that signs one file: the policy's, with its list of hidden ids, or the facts'; or an approval, which
/// signs the guarded section of the policy, with that list.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FileStatement {
    /// Its epoch.
    pub epoch: u64,
    /// Period of validity.
    pub validity: Validity,
    /// The keys of the role that signed it.
    pub signed_by: Vec<KeyId>,
    /// SHA-256 of the payload: distinguishes statements with the same epoch.
    pub digest: Hash,
    /// The policy, the facts, or the guarded section of the policy.
    pub file: Artefact,
    /// The list of hidden ids, for clients that cannot rank; `None` if nothing is hidden.
    pub hidden: Option<Artefact>,
}

/// Returns the signature's part of a release, the file's part and kind, and its longest length.
const fn of_role(role: Role) -> (Part, Part, Kind, u32) {
    match role {
        Role::Lead => (Part::Approval, Part::Approval, Kind::GUARDED, MAX_POLICY_BYTES),
        Role::Facts => (Part::FactsSignature, Part::Facts, Kind::FACTS, MAX_FACTS_BYTES),
        _ => (Part::PolicySignature, Part::Policy, Kind::POLICY, MAX_POLICY_BYTES),
    }
}

impl FileStatement {
    /// Opens a statement of the policy, facts or lead role, signatures first.
    pub(crate) fn open(role: Role, bytes: &[u8], trusted_keys: &TrustedKeys) -> Result<Self, Reason> {
        let (signature, part, kind, limit) = of_role(role);
        let (payload, signed_by) = frame::open(role, bytes, trusted_keys).map_err(of(signature))?;
        let Statement {
            epoch,
            validity,
            artefacts,
        } = Statement::decode(payload).map_err(of(signature))?;
        check_required(&artefacts, &[kind, Kind::HIDDEN]).map_err(of(signature))?;
        let file = only(&artefacts, kind).map_err(of(part))?;
        let file = file.ok_or_else(|| of(signature)(Defect::Malformed))?.clone();
        check_length(&file, limit).map_err(of(part))?;
        let hidden = only(&artefacts, Kind::HIDDEN).map_err(of(Part::Hidden))?.cloned();
        if let Some(hidden) = &hidden {
            check_length(hidden, MAX_POLICY_BYTES).map_err(of(Part::Hidden))?;
        }
        Ok(Self {
            epoch,
            validity,
            signed_by,
            digest: sha256(payload),
            file,
            hidden,
        })
    }

    /// Checks that it is valid now, with a grace period after expiry.
    pub(crate) fn holds(&self, role: Role, now_ms: u64, grace_ms: u64) -> Result<(), Reason> {
        let life_ms = match role {
            Role::Lead => MAX_APPROVAL_LIFE_MS,
            _ => MAX_POLICY_LIFE_MS,
        };
        let holds = self.validity.holds(life_ms, now_ms, grace_ms);
        holds.map_err(of(of_role(role).0))
    }

    /// Checks that a client with this memory has not seen a later one.
    pub(crate) fn follows(&self, role: Role, memory: &Memory, now_ms: u64, limit: u64) -> Result<(), Reason> {
        let admits = memory.admits(role, self.epoch, self.digest, now_ms, limit);
        admits.map_err(of(of_role(role).0))
    }
}
