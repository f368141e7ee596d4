//! What a client remembers from one update to the next.

use alloc::vec::Vec;

use crate::artefact::{Hash, sha256};
use crate::key::{KeyId, Role};
use crate::layout::{GRACE_MS, KEY_ID_BYTES, MAX_PINNED, MAX_RECORD_BYTES, MEMORY_VERSION};
use crate::record::Release;
use crate::trusted_keys::TrustedKeys;
use crate::version::EngineVersion;
use crate::wire::{Reader, Writer};

/// The highest epoch that a client has had of a key.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Seen {
    key: [u8; KEY_ID_BYTES],
    epoch: u64,
}

impl Seen {
    fn read(reader: &mut Reader<'_>) -> Option<Self> {
        Some(Self {
            key: reader.array()?,
            epoch: reader.u64()?,
        })
    }
}

/// What a client remembers: the highest epochs of each key, and the record of the last good release. At most 1.2 KB.
///
/// A client keeps it wherever it keeps artefacts. It holds nothing of a shopper. Whoever can write it can make the
/// client refuse releases or forget epochs, but not take one that is not signed: the record is verified at every use.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Memory {
    release: Vec<Seen>,
    policy: Vec<Seen>,
    policy_signature: Hash,
    record: Vec<u8>,
}

impl Memory {
    /// Reads what [`Memory::encode`] gave. Anything else is an empty memory: a client that forgot.
    #[must_use]
    pub fn decode(bytes: &[u8]) -> Self {
        match bytes.split_first() {
            Some((&MEMORY_VERSION, rest)) => Self::read(Reader(rest)).unwrap_or_default(),
            _ => Self::default(),
        }
    }

    /// As bytes, for the host to keep.
    #[must_use]
    pub fn encode(&self) -> Vec<u8> {
        let mut writer = Writer(Vec::from([MEMORY_VERSION]));
        for seen in [&self.release, &self.policy] {
            writer.list(seen, |writer, seen| {
                writer.array(&seen.key);
                writer.number(seen.epoch);
            });
        }
        writer.array(&self.policy_signature);
        writer.bytes(&self.record);
        writer.0
    }

    fn read(mut reader: Reader<'_>) -> Option<Self> {
        let memory = Self {
            release: reader.list(Seen::read)?,
            policy: reader.list(Seen::read)?,
            policy_signature: reader.array()?,
            record: reader.bytes()?,
        };
        reader.end(memory).filter(Self::is_sound)
    }

    /// The last good release where its signatures fit today's pins and it serves, a day past its expiry too.
    #[must_use]
    pub fn last_good(&self, trusted_keys: &TrustedKeys, engine: EngineVersion, now_ms: u64) -> Option<Release> {
        let release = Release::open(&self.record, trusted_keys, engine).ok()?;
        release.holds(now_ms, GRACE_MS).ok().map(|()| release)
    }

    /// Whether these bytes are the record of the last good release.
    pub(crate) fn is_last_good(&self, record: &[u8]) -> bool {
        !record.is_empty() && self.record == record
    }

    /// The record of the last good release; empty where there is none.
    pub(crate) fn record(&self) -> &[u8] {
        &self.record
    }

    /// Whether this is the policy's signature of the last good release.
    pub(crate) fn is_last_policy(&self, signature: &[u8]) -> bool {
        !self.record.is_empty() && self.policy_signature == sha256(signature)
    }

    /// The highest epoch that was had of a key.
    pub(crate) fn seen(&self, role: Role, key: KeyId) -> Option<u64> {
        let of = match role {
            Role::Release => &self.release,
            Role::Policy => &self.policy,
        };
        highest(of, key)
    }

    /// Remembers that this release was taken over. Of keys that are not pinned any more nothing is kept.
    pub(crate) fn take(&mut self, release: &Release, record: &[u8], trusted_keys: &TrustedKeys) {
        let (epoch, policy_epoch) = (release.record.epoch, release.policy.epoch);
        raise(&mut self.release, trusted_keys, Role::Release, release.key, epoch);
        raise(
            &mut self.policy,
            trusted_keys,
            Role::Policy,
            release.policy_key,
            policy_epoch,
        );
        self.policy_signature = sha256(&release.record.policy_signature);
        self.record = record.into();
    }

    fn is_sound(&self) -> bool {
        self.release.len() <= MAX_PINNED && self.policy.len() <= MAX_PINNED && self.record.len() <= MAX_RECORD_BYTES
    }
}

fn highest(seen: &[Seen], key: KeyId) -> Option<u64> {
    seen.iter().find(|seen| seen.key == key.0).map(|seen| seen.epoch)
}

fn raise(seen: &mut Vec<Seen>, trusted_keys: &TrustedKeys, role: Role, key: KeyId, epoch: u64) {
    let epoch = highest(seen, key).map_or(epoch, |before| before.max(epoch));
    seen.retain(|seen| seen.key != key.0 && trusted_keys.key(role, KeyId(seen.key)).is_some());
    seen.push(Seen { key: key.0, epoch });
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_damaged_memory_is_an_empty_one() {
        let memory = Memory {
            release: Vec::from([Seen {
                key: [1; 8],
                epoch: 300,
            }]),
            record: Vec::from([7; 500]),
            ..Memory::default()
        };
        let bytes = memory.encode();
        assert_eq!(Memory::decode(&bytes), memory);
        for cut in 0..bytes.len() {
            assert_eq!(Memory::decode(&bytes[..cut]), Memory::default(), "{cut}");
        }
        assert_eq!(Memory::decode(&[&bytes[..], &[0]].concat()), Memory::default());
        assert_eq!(Memory::decode(b"<!doctype html>"), Memory::default());
    }
}
