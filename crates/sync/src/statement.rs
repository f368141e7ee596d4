//! What the policy key signs: this policy, from when to when, after all before it.

#[cfg(feature = "build")]
use alloc::vec::Vec;

use crate::artefact::Hash;
use crate::frame;
use crate::key::{KeyId, Role};
use crate::layout::MAX_POLICY_BYTES;
use crate::reason::Why;
use crate::trusted_keys::TrustedKeys;
use crate::validity::Validity;
use crate::wire::Reader;

/// The payload of a policy's signature.
///
/// It has an epoch and a term of its own: without the first, whoever signs releases could go back to rules that were
/// withdrawn; without the second, clients that remember nothing would take them for ever.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Statement {
    /// Rises with every signature of that key.
    pub epoch: u64,
    /// From when to when it holds.
    pub term: Validity,
    /// SHA-256 of the policy file.
    pub sha256: Hash,
    /// Length of the policy file.
    pub bytes: u32,
}

impl Statement {
    /// Reads a signature, and which pinned key gave it.
    ///
    /// # Errors
    /// [`Why`] not.
    pub fn open(bytes: &[u8], trusted_keys: &TrustedKeys) -> Result<(Self, KeyId), Why> {
        let (payload, key) = frame::open(Role::Policy, bytes, trusted_keys)?;
        Self::decode(payload).map(|statement| (statement, key.id()))
    }

    /// Reads a signature of this key, whatever else clients pin.
    ///
    /// # Errors
    /// [`Why`] not.
    #[cfg(feature = "build")]
    pub fn open_by(key: &crate::PublicKey, bytes: &[u8]) -> Result<Self, Why> {
        frame::open_by(key, bytes).and_then(Self::decode)
    }

    fn decode(payload: &[u8]) -> Result<Self, Why> {
        let mut reader = Reader(payload);
        let statement = Self::read(&mut reader).and_then(|statement| reader.end(statement));
        let statement = statement.ok_or(Why::Malformed)?;
        if statement.bytes > MAX_POLICY_BYTES {
            return Err(Why::OverTheLimit {
                bytes: statement.bytes,
                limit: MAX_POLICY_BYTES,
            });
        }
        Ok(statement)
    }

    fn read(reader: &mut Reader<'_>) -> Option<Self> {
        Some(Self {
            epoch: reader.u64()?,
            term: Validity::read(reader)?,
            sha256: reader.array()?,
            bytes: reader.number()?,
        })
    }

    /// The payload as it is signed.
    #[cfg(feature = "build")]
    #[must_use]
    pub fn encode(&self) -> Vec<u8> {
        let mut writer = crate::wire::Writer::default();
        writer.number(self.epoch);
        self.term.write(&mut writer);
        writer.array(&self.sha256);
        writer.number(self.bytes);
        writer.0
    }
}
