//! State that a client keeps from one update to the next.

use alloc::sync::Arc;
use alloc::vec::Vec;

use crate::artefact::Hash;
use crate::key::Role;
use crate::layout::{CLOCK_SKEW_MS, GRACE_MS, MAX_RECORD_BYTES, MEMORY_VERSION, WITH_APPROVAL, WITH_FACTS, WITH_ROOT};
use crate::reason::Defect;
use crate::record::{Release, Signed, unverified_root};
use crate::root::RootStatement;
use crate::statement::FileStatement;
use crate::trusted_keys::TrustedKeys;
use crate::version::EngineVersion;
use crate::wire::{Reader, Writer};

/// The last accepted payload of a role, whichever of the role's keys signed it.
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

    /// Checks that the next payload is the same or has a later epoch, and that its epoch is not ahead of the clock.
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

/// State of a client: the highest epoch of each role, and the record of the last good release. At most 4.3 KB.
///
/// There is one sequence of epochs for a role, not one for a key: after a key rotation nobody can go back to what the
/// old key signed. A client that trusts root keys remembers the root's epoch too. The host stores the memory next to
/// the artefacts. It contains nothing about a shopper. Whoever can write it can make the client refuse releases or
/// forget epochs, but cannot make it accept unsigned ones: the record is verified at every use.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Memory {
    /// The last payload of each role, in the order of [`ROLES`].
    taken: [Taken; ROLES.len()],
    record: Vec<u8>,
}

/// The roles in their order in the encoding, and the bit of the first byte that says that a client remembers one. It has seen a
/// release and a policy wherever it remembers anything.
const ROLES: [(Role, u8); 5] = [
    (Role::Release, MEMORY_VERSION),
    (Role::Policy, MEMORY_VERSION),
    (Role::Root, WITH_ROOT),
    (Role::Facts, WITH_FACTS),
    (Role::Lead, WITH_APPROVAL),
];

impl Memory {
    /// Reads the output of [`Memory::encode`]. Any other bytes give an empty memory, as if the client had none.
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
            Some((version, rest)) => Self::read(*version, Reader(rest)).unwrap_or_default(),
            None => Self::default(),
        }
    }

    /// Returns it as bytes, for the host to store.
    #[must_use]
    pub fn encode(&self) -> Vec<u8> {
        let mut writer = Writer(Vec::from([MEMORY_VERSION]));
        for (taken, (_, bit)) in self.taken.iter().zip(ROLES) {
            if bit == MEMORY_VERSION || *taken != Taken::default() {
                taken.write(&mut writer);
                writer.0.iter_mut().take(1).for_each(|version| *version |= bit);
            }
        }
        writer.bytes(&self.record);
        writer.0
    }

    fn read(version: u8, mut reader: Reader<'_>) -> Option<Self> {
        let known = ROLES.iter().fold(0, |known, (_, bit)| known | bit);
        if version & MEMORY_VERSION == 0 || version & !known != 0 {
            return None;
        }
        let mut memory = Self::default();
        for (taken, (_, bit)) in memory.taken.iter_mut().zip(ROLES) {
            if version & bit != 0 {
                *taken = Taken::read(&mut reader)?;
            }
        }
        memory.record = reader.bytes()?;
        let memory = reader.end(memory)?;
        (memory.record.len() <= MAX_RECORD_BYTES).then_some(memory)
    }

    /// Returns the last good release if its signatures are valid under the current keys and it may still serve,
    /// including the grace period of a day.
    #[must_use]
    pub fn last_good(&self, trusted_keys: &TrustedKeys, engine: EngineVersion, now_ms: u64) -> Option<Release> {
        let release = Release::open(&self.record, trusted_keys, engine).ok()?;
        release.holds(now_ms, GRACE_MS).ok().map(|()| release)
    }

    /// Returns whether another memory of the same origin is later than this one: a host that writes from several places
    /// at once keeps the later one. With a later root statement the epochs of the other roles can be lower.
    #[must_use]
    pub fn is_older_than(&self, other: &Self) -> bool {
        if self.root_epoch() != other.root_epoch() {
            return self.root_epoch() < other.root_epoch();
        }
        let mut both = self.taken.iter().zip(&other.taken);
        both.any(|(taken, other)| taken.epoch < other.epoch)
    }

    /// Returns the epoch of the last root statement; 0 if the client has seen none.
    #[must_use]
    pub fn root_epoch(&self) -> u64 {
        self.of(Role::Root).epoch
    }

    fn of(&self, role: Role) -> Taken {
        let mut taken = self.taken.iter().zip(ROLES);
        let found = taken.find(|(_, (of, _))| *of == role);
        found.map_or_else(Taken::default, |(taken, _)| *taken)
    }

    fn set(&mut self, role: Role, epoch: u64, digest: Hash) {
        let taken = self.taken.iter_mut().zip(ROLES).find(|(_, (of, _))| *of == role);
        if let Some((taken, _)) = taken {
            *taken = Taken { epoch, digest };
        }
    }

    /// Returns the policy statement of the last good release, even if it has expired.
    pub(crate) fn last_policy(&self, trusted_keys: &TrustedKeys) -> Option<Arc<FileStatement>> {
        Signed::open(&self.record, trusted_keys).ok()?.policy.ok()
    }

    /// Returns whether these bytes are the record of the last good release.
    pub(crate) fn is_last_good(&self, record: &[u8]) -> bool {
        !record.is_empty() && self.record == record
    }

    /// Returns the record of the last good release; empty if there is none.
    pub(crate) fn record(&self) -> &[u8] {
        &self.record
    }

    /// Returns the root statement of the last good release, if it differs from this one and its signatures are valid
    /// under the current root keys.
    pub(crate) fn root_before(&self, root: &RootStatement, trusted_keys: &TrustedKeys) -> Option<RootStatement> {
        if self.of(Role::Root).digest == root.digest {
            return None;
        }
        RootStatement::open(&unverified_root(&self.record).ok()?, trusted_keys).ok()
    }

    /// Checks that a payload of this role may follow the last accepted one, which counts up to an epoch of `limit`.
    pub(crate) fn admits(&self, role: Role, epoch: u64, digest: Hash, now_ms: u64, limit: u64) -> Result<(), Defect> {
        let mut taken = self.of(role);
        taken.epoch = taken.epoch.min(limit);
        taken.admits(epoch, digest, now_ms)
    }

    /// Remembers an accepted release.
    pub(crate) fn take(&mut self, release: &Release, record: &[u8]) {
        if let Some(root) = &release.root {
            self.set(Role::Root, root.epoch, root.digest);
        }
        self.set(Role::Release, release.record.epoch, release.digest);
        let approval = release.policy.approval.as_deref();
        let statements = [
            (Role::Policy, Some(&*release.policy)),
            (Role::Facts, release.facts.as_deref()),
            (Role::Lead, approval),
        ];
        for (role, statement) in statements {
            if let Some(statement) = statement {
                self.set(role, statement.epoch, statement.digest);
            }
        }
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
    fn memory_damaged_decodes_as_empty() {
        let memory = Memory {
            taken: [SEEN; ROLES.len()],
            record: Vec::from([7; 500]),
        };
        let bytes = memory.encode();
        assert_eq!(Memory::decode(&bytes), memory);
        for cut in 0..bytes.len() {
            assert_eq!(Memory::decode(&bytes[..cut]), Memory::default(), "{cut}");
        }
        assert_eq!(Memory::decode(&[&bytes[..], &[0]].concat()), Memory::default());
    }

    #[test]
    fn epoch_not_increasing_is_refused_except_for_the_same_payload() {
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
