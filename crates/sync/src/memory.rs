//! What a client remembers from one update to the next.

use alloc::vec::Vec;

use crate::artefact::Hash;
use crate::key::Role;
use crate::layout::{CLOCK_SKEW_MS, GRACE_MS, MAX_RECORD_BYTES, MEMORY_VERSION};
use crate::reason::Defect;
use crate::record::{Release, Signed};
use crate::statement::PolicyStatement;
use crate::trusted_keys::TrustedKeys;
use crate::version::EngineVersion;
use crate::wire::{Reader, Writer};

/// The last thing that a client has taken of a role, whichever of the role's keys signed it.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
struct Taken {
    epoch: u64,
    /// SHA-256 of the signed payload.
    digest: Hash,
}

impl Taken {
    fn read(reader: &mut Reader<'_>) -> Option<Self> {
        Some(Self {
            epoch: reader.u64()?,
            digest: reader.array()?,
        })
    }

    fn write(self, writer: &mut Writer) {
        writer.number(self.epoch);
        writer.array(&self.digest);
    }

    /// Checks that the next thing is this one again, or a later one, and not numbered ahead of its time.
    fn admits(self, epoch: u64, digest: Hash, now_ms: u64) -> Result<(), Defect> {
        if epoch > now_ms.saturating_add(CLOCK_SKEW_MS) {
            return Err(Defect::FromTheFuture);
        }
        let is_later = epoch > self.epoch || self == Self::default();
        if is_later || (epoch, digest) == (self.epoch, self.digest) {
            return Ok(());
        }
        let seen = self.epoch;
        Err(Defect::RolledBack { epoch, seen })
    }
}

/// What a client remembers: the highest epoch of each role, and the record of the last good release. At most 4.2 KB.
///
/// There is one line of epochs for a role, not one for a key: after a change of keys nobody can go back to what the old
/// key signed. A client keeps its memory wherever it keeps artefacts. It holds nothing of a shopper. Whoever can write it
/// can make the client refuse releases or forget epochs, but not take one that is not signed: the record is verified at
/// every use.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Memory {
    release: Taken,
    policy: Taken,
    record: Vec<u8>,
}

impl Memory {
    /// Reads what [`Memory::encode`] gave. Anything else is an empty memory: a client that forgot.
    ///
    /// ```
    /// use shelfwise_sync::Memory;
    ///
    /// let memory = Memory::default();
    /// assert_eq!(Memory::decode(&memory.encode()), memory);
    /// assert_eq!(Memory::decode(b"<!doctype html>"), Memory::default());
    /// ```
    #[must_use]
    pub fn decode(bytes: &[u8]) -> Self {
        match bytes.split_first() {
            Some((&MEMORY_VERSION, rest)) => Self::read(Reader(rest)).unwrap_or_default(),
            _ => Self::default(),
        }
    }

    /// Returns it as bytes, for the host to keep.
    #[must_use]
    pub fn encode(&self) -> Vec<u8> {
        let mut writer = Writer(Vec::from([MEMORY_VERSION]));
        self.release.write(&mut writer);
        self.policy.write(&mut writer);
        writer.bytes(&self.record);
        writer.0
    }

    fn read(mut reader: Reader<'_>) -> Option<Self> {
        let memory = Self {
            release: Taken::read(&mut reader)?,
            policy: Taken::read(&mut reader)?,
            record: reader.bytes()?,
        };
        let memory = reader.end(memory)?;
        (memory.record.len() <= MAX_RECORD_BYTES).then_some(memory)
    }

    /// Returns the last good release if its signatures fit today's keys and it still serves, a day past its expiry too.
    #[must_use]
    pub fn last_good(&self, trusted_keys: &TrustedKeys, engine: EngineVersion, now_ms: u64) -> Option<Release> {
        let release = Release::open(&self.record, trusted_keys, engine).ok()?;
        release.holds(now_ms, GRACE_MS).ok().map(|()| release)
    }

    /// Returns the epoch of the last release that was taken over; 0 before the first.
    ///
    /// A host that wrote its memory from several places at once keeps the one with the higher epoch.
    #[must_use]
    pub const fn epoch(&self) -> u64 {
        self.release.epoch
    }

    /// What the policy key said in the last good release, however long ago.
    pub(crate) fn last_policy(&self, trusted_keys: &TrustedKeys) -> Option<PolicyStatement> {
        Signed::open(&self.record, trusted_keys).ok()?.policy.ok()
    }

    /// Whether these bytes are the record of the last good release.
    pub(crate) fn is_last_good(&self, record: &[u8]) -> bool {
        !record.is_empty() && self.record == record
    }

    /// The record of the last good release; empty if there is none.
    pub(crate) fn record(&self) -> &[u8] {
        &self.record
    }

    /// Checks that a thing of this role may follow what was had of the role.
    pub(crate) fn admits(&self, role: Role, epoch: u64, digest: Hash, now_ms: u64) -> Result<(), Defect> {
        let taken = match role {
            Role::Release => self.release,
            Role::Policy => self.policy,
        };
        taken.admits(epoch, digest, now_ms)
    }

    /// Remembers that this release was taken over.
    pub(crate) fn take(&mut self, release: &Release, record: &[u8]) {
        self.release = Taken {
            epoch: release.record.epoch,
            digest: release.digest,
        };
        self.policy = Taken {
            epoch: release.policy.epoch,
            digest: release.policy.digest,
        };
        self.record = record.into();
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const SEEN: Taken = Taken {
        epoch: 300,
        digest: [1; 32],
    };

    #[test]
    fn damaged_memory_is_an_empty_one() {
        let memory = Memory {
            release: SEEN,
            record: Vec::from([7; 500]),
            ..Memory::default()
        };
        let bytes = memory.encode();
        assert_eq!(Memory::decode(&bytes), memory);
        for cut in 0..bytes.len() {
            assert_eq!(Memory::decode(&bytes[..cut]), Memory::default(), "{cut}");
        }
        assert_eq!(Memory::decode(&[&bytes[..], &[0]].concat()), Memory::default());
    }

    #[test]
    fn epoch_rises_or_is_the_same_thing_again() {
        let rolled_back = |epoch| Err(Defect::RolledBack { epoch, seen: 300 });
        assert_eq!(SEEN.admits(301, [2; 32], 1000), Ok(()));
        assert_eq!(SEEN.admits(300, [1; 32], 1000), Ok(()));
        assert_eq!(SEEN.admits(300, [2; 32], 1000), rolled_back(300));
        assert_eq!(SEEN.admits(299, [1; 32], 1000), rolled_back(299));
        assert_eq!(Taken::default().admits(0, [2; 32], 1000), Ok(()));
    }

    #[test]
    fn epoch_far_ahead_of_the_clock_is_refused() {
        let latest = 1000 + CLOCK_SKEW_MS;
        assert_eq!(SEEN.admits(latest, [2; 32], 1000), Ok(()));
        for epoch in [latest + 1, u64::MAX] {
            assert_eq!(SEEN.admits(epoch, [2; 32], 1000), Err(Defect::FromTheFuture));
        }
    }
}
