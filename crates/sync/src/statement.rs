//! Statements signed by roles other than the release role: files with an epoch and a validity.

use alloc::vec::Vec;

use crate::artefact::{Artefact, Hash, Kind, check_length, check_required, only, sha256};
use crate::frame;
use crate::key::{KeyId, Role};
use crate::layout::MAX_POLICY_BYTES;
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

/// A verified statement of the policy role.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PolicyStatement {
    /// Its epoch.
    pub epoch: u64,
    /// Period of validity.
    pub validity: Validity,
    /// The policy keys that signed it.
    pub signed_by: Vec<KeyId>,
    /// SHA-256 of the payload: distinguishes statements with the same epoch.
    pub digest: Hash,
    /// The policy file.
    pub policy: Artefact,
    /// The list of hidden ids, for clients that cannot rank; `None` if nothing is hidden.
    pub hidden: Option<Artefact>,
}

impl PolicyStatement {
    /// Opens a statement of the policy role, signatures first.
    pub(crate) fn open(bytes: &[u8], trusted_keys: &TrustedKeys) -> Result<Self, Reason> {
        let (payload, signed_by) = frame::open(Role::Policy, bytes, trusted_keys).map_err(of(Part::PolicySignature))?;
        let Statement {
            epoch,
            validity,
            artefacts,
        } = Statement::decode(payload).map_err(of(Part::PolicySignature))?;
        let malformed = || of(Part::PolicySignature)(Defect::Malformed);
        check_required(&artefacts, &[Kind::POLICY, Kind::HIDDEN]).map_err(of(Part::PolicySignature))?;
        let policy = only(&artefacts, Kind::POLICY).map_err(of(Part::Policy))?;
        let policy = policy.ok_or_else(malformed)?.clone();
        check_length(&policy, MAX_POLICY_BYTES).map_err(of(Part::Policy))?;
        let hidden = only(&artefacts, Kind::HIDDEN).map_err(of(Part::Hidden))?.cloned();
        if let Some(hidden) = &hidden {
            check_length(hidden, MAX_POLICY_BYTES).map_err(of(Part::Hidden))?;
        }
        Ok(Self {
            epoch,
            validity,
            signed_by,
            digest: sha256(payload),
            policy,
            hidden,
        })
    }
}
