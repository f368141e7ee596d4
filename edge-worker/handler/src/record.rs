//! What is stored: a record that names the admitted files, and their bytes in chunks.

use serde::{Deserialize, Serialize};

/// Most bytes under one key: what every platform's store accepts.
pub const CHUNK_BYTES: usize = 1 << 20;

/// The key of the record.
pub const RECORD: &str = "shelfwise/current";

/// A SHA-256.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Hash(pub [u8; 32]);

impl Hash {
    /// Parses 64 hexadecimal digits, as `sha256sum` prints them.
    pub fn parse(digits: &str) -> Option<Self> {
        let mut bytes = [0; 32];
        if digits.len() != 64 || !digits.bytes().all(|digit| digit.is_ascii_hexdigit()) {
            return None;
        }
        for (byte, at) in bytes.iter_mut().zip((0..64).step_by(2)) {
            *byte = u8::from_str_radix(digits.get(at..at + 2)?, 16).ok()?;
        }
        Some(Self(bytes))
    }

    /// Returns its 64 digits.
    pub fn digits(&self) -> String {
        hex(&self.0)
    }
}

/// Returns bytes as hexadecimal digits.
pub fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

/// A stored file.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Stored {
    /// SHA-256 of its bytes, verified on admission.
    pub hash: Hash,
    /// Its length.
    pub bytes: u32,
}

impl Stored {
    /// Returns the keys of its chunks, in order. They contain its hash: a new file never overwrites one that is being read.
    pub fn keys(&self) -> impl Iterator<Item = String> + use<> {
        let digits = self.hash.digits();
        let chunks = (self.bytes as usize).div_ceil(CHUNK_BYTES);
        (0..chunks).map(move |chunk| format!("shelfwise/{digits}/{chunk}"))
    }
}

/// A stored file of facts.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct StoredFacts {
    /// The file.
    pub file: Stored,
    /// SHA-256 of the model's section of ids, computed on admission.
    pub ids: Hash,
}

/// The admitted files. Written last: without it there is no model.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Record {
    /// Version of this record.
    pub version: u8,
    /// The model.
    pub snapshot: Stored,
    /// The shop's rules, if it has any.
    pub policy: Option<Stored>,
    /// The facts that rules ask for, if the release has some.
    pub facts: Option<StoredFacts>,
    /// Why rules cannot use them: they are of another model's ids, or damaged.
    pub facts_refused: Option<String>,
    /// When they were admitted, in milliseconds since 1970.
    pub admitted_ms: i64,
    /// The facts of a context that the model distinguishes, as a bit mask.
    pub cell_facts: u32,
    /// Whether the policy has experiments.
    pub is_tried: bool,
    /// The model's files of learned shares, by which their arms are drawn.
    pub shares: Vec<Vec<u8>>,
    /// Whether all of their bytes were there at the last read: lost bytes are loaded again.
    pub is_whole: bool,
    /// The release that named them, if one did.
    pub release: Option<Admission>,
}

/// What is known of an admitted release.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Admission {
    /// What the next update begins with.
    pub memory: Vec<u8>,
    /// The signed record, for browsers to verify by themselves.
    pub record: Vec<u8>,
    /// Where browsers look for the model, below the record's folder.
    pub snapshot_path: String,
    /// Where they look for the rules.
    pub policy_path: String,
    /// Where they look for the facts, if there are some.
    pub facts_path: Option<String>,
    /// Where they look for the list of what the rules hide, if there is one.
    pub hidden_path: Option<String>,
    /// Its epoch.
    pub epoch: u64,
    /// Epoch of its policy's signature.
    pub policy_epoch: u64,
    /// Until when it serves, in milliseconds since 1970; then the shop's own order is shown.
    pub serves_until_ms: u64,
}

impl Record {
    /// The version that is written.
    pub const VERSION: u8 = 8;

    /// Its bytes.
    pub fn encode(&self) -> Vec<u8> {
        // Cannot fail: a Vec takes any number of bytes, and every type of the record can be encoded.
        postcard::to_allocvec(self).unwrap_or_default()
    }

    /// Decodes a record; `None` for bytes of another version: the worker then admits its files again.
    pub fn decode(bytes: &[u8]) -> Option<Self> {
        let (record, rest) = postcard::take_from_bytes::<Self>(bytes).ok()?;
        (record.version == Self::VERSION && rest.is_empty()).then_some(record)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const STORED: Stored = Stored {
        hash: Hash([7; 32]),
        bytes: 2_500_000,
    };

    #[test]
    fn record_decode_round_trips_or_is_none() {
        let record = Record {
            version: Record::VERSION,
            snapshot: STORED,
            policy: None,
            facts: Some(StoredFacts {
                file: STORED,
                ids: STORED.hash,
            }),
            facts_refused: Some("no facts".to_owned()),
            admitted_ms: 5,
            cell_facts: 0,
            is_tried: false,
            shares: vec![vec![1, 2]],
            is_whole: true,
            release: None,
        };
        let bytes = record.encode();
        assert_eq!(Record::decode(&bytes), Some(record));
        for end in 0..bytes.len() {
            assert_eq!(Record::decode(&bytes[..end]), None);
        }
        assert_eq!(Record::decode(&[bytes, vec![0]].concat()), None);
    }

    #[test]
    fn stored_large_file_has_several_keys() {
        assert_eq!(STORED.keys().count(), 3);
        assert!(STORED.keys().all(|key| key.contains("0707")));
    }

    #[test]
    fn hash_digits_round_trip() {
        let digits = STORED.hash.digits();
        assert_eq!(Hash::parse(&digits), Some(STORED.hash));
        assert_eq!(Hash::parse(&digits[1..]), None);
        assert_eq!(Hash::parse(&"g".repeat(64)), None);
        assert_eq!(Hash::parse(&"é".repeat(32)), None);
    }
}
