//! Statements signed by roles other than the release role: files with an epoch and a validity.

use alloc::sync::Arc;
use alloc::vec::Vec;

use crate::approval::guarded;
use crate::artefact::{Artefact, Hash, Kind, check_length, check_required, only, sha256};
use crate::frame;
use crate::key::{KeyId, Role};
use crate::layout::{MAX_APPROVAL_LIFE_MS, MAX_FACTS_BYTES, MAX_POLICY_BYTES, MAX_POLICY_LIFE_MS};
use crate::memory::Memory;
use crate::reason::{Defect, Part, Reason, of};
use crate::record::Enclosed;
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
    /// Of a policy: the approval of its guarded section; `None` if the client trusts no lead key.
    pub approval: Option<Arc<Self>>,
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
    /// Opens a statement of the policy, facts or lead role, signatures first. A policy whose list of hidden ids is not that of its
    /// approval is refused.
    pub(crate) fn open(
        role: Role,
        bytes: &[u8],
        trusted_keys: &TrustedKeys,
        approval: Option<Arc<Self>>,
    ) -> Result<Arc<Self>, Reason> {
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
        let list = |hidden: &Option<Artefact>| hidden.as_ref().map(|hidden| hidden.blob.sha256.to_vec());
        let differs = |approval: &Self| list(&approval.hidden) != list(&hidden);
        if approval.as_deref().is_some_and(differs) {
            return Err(of(part)(Defect::NotApproved));
        }
        Ok(Arc::new(Self {
            epoch,
            validity,
            signed_by,
            digest: sha256(payload),
            file,
            hidden,
            approval,
        }))
    }

    /// Opens the approval that a record encloses, for a client that trusts lead keys; `None` for any other.
    pub(crate) fn approval(enclosed: Option<&Enclosed>, keys: &TrustedKeys) -> Result<Option<Arc<Self>>, Reason> {
        let needs = keys.threshold(Role::Lead);
        if needs == 0 {
            return Ok(None);
        }
        let missing = of(Part::Approval)(Defect::TooFewSignatures { got: 0, needs });
        Self::open(Role::Lead, &enclosed.ok_or(missing)?.frame, keys, None).map(Some)
    }

    /// Returns whether a policy file has the guarded section that was approved, changed or not.
    pub(crate) fn approves(&self, policy: &[u8]) -> bool {
        let approved = |approval: &Self| sha256(guarded(policy)) == approval.file.blob.sha256;
        self.approval.as_deref().is_none_or(approved)
    }

    /// Returns when it ends, or its approval.
    pub(crate) fn expires_ms(&self) -> u64 {
        let approval = self.approval.as_deref().map_or(u64::MAX, Self::expires_ms);
        self.validity.expires_ms.min(approval)
    }

    /// Checks that it is valid now, with a grace period after expiry.
    pub(crate) fn holds(&self, role: Role, now_ms: u64, grace_ms: u64) -> Result<(), Reason> {
        let life_ms = match role {
            Role::Lead => MAX_APPROVAL_LIFE_MS,
            _ => MAX_POLICY_LIFE_MS,
        };
        let holds = self.validity.holds(life_ms, now_ms, grace_ms);
        holds.map_err(of(of_role(role).0))?;
        let approval = self.approval.as_deref();
        approval.map_or(Ok(()), |approval| approval.holds(Role::Lead, now_ms, grace_ms))
    }

    /// Checks that a client with this memory has not seen a later one. `limit` is the highest epoch of a role that counts.
    pub(crate) fn follows(
        &self,
        role: Role,
        memory: &Memory,
        now_ms: u64,
        limit: &dyn Fn(Role) -> u64,
    ) -> Result<(), Reason> {
        let admits = memory.admits(role, self.epoch, self.digest, now_ms, limit(role));
        admits.map_err(of(of_role(role).0))?;
        let approval = self.approval.as_deref();
        approval.map_or(Ok(()), |approval| approval.follows(Role::Lead, memory, now_ms, limit))
    }
}
