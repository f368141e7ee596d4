//! Artefacts: what a release names by hash and length.

use alloc::string::String;

use sha2::{Digest as _, Sha256};

use crate::layout::MAX_PATH_BYTES;
use crate::wire::Reader;

/// A SHA-256.
pub type Hash = [u8; 32];

/// SHA-256 of some bytes.
#[must_use]
pub fn sha256(bytes: &[u8]) -> Hash {
    Sha256::digest(bytes).into()
}

/// What an artefact is for, by number. The policy is none of these: its hash stands in a signature of its own.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Kind(pub u8);

impl Kind {
    /// The model.
    pub const SNAPSHOT: Self = Self(0);
    /// The manifest of flows: for auditors, engines do not fetch it.
    pub const DATAFLOW: Self = Self(128);

    /// Whether a client that does not know the kind may do without it: the upper half of the numbers.
    #[must_use]
    pub const fn is_optional(self) -> bool {
        self.0 >= 128
    }
}

/// One file of a release.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Artefact {
    /// What it is for.
    pub kind: Kind,
    /// SHA-256 of its bytes, as they are after any transfer coding.
    pub sha256: Hash,
    /// Length of these bytes.
    pub bytes: u32,
    /// Where it lies, from the folder of the record.
    pub path: String,
}

impl Artefact {
    pub(crate) fn read(reader: &mut Reader<'_>) -> Option<Self> {
        let [kind] = reader.array()?;
        Some(Self {
            kind: Kind(kind),
            sha256: reader.array()?,
            bytes: reader.number()?,
            path: reader.path()?,
        })
    }

    #[cfg(feature = "build")]
    pub(crate) fn write(&self, writer: &mut crate::wire::Writer) {
        writer.array(&[self.kind.0]);
        writer.array(&self.sha256);
        writer.number(self.bytes);
        writer.bytes(self.path.as_bytes());
    }
}

/// Whether a path stays below the folder of the record on every host: lower-case letters, digits, `-`, `_` and `.` in
/// parts between single `/`, no part that begins with a dot.
#[must_use]
pub fn is_path(path: &str) -> bool {
    let mut before = b'/';
    for byte in path.bytes() {
        let legal = match byte {
            b'a'..=b'z' | b'0'..=b'9' | b'-' | b'_' => true,
            b'.' | b'/' => before != b'/',
            _ => false,
        };
        if !legal {
            return false;
        }
        before = byte;
    }
    before != b'/' && path.len() <= MAX_PATH_BYTES
}

/// The name of a file by its content, as `shelfwise publish` gives it: `snapshot-`, 32 hexadecimal digits, `.swm`.
#[cfg(feature = "build")]
#[must_use]
pub fn content_path(name: &str, sha256: &Hash, ending: &str) -> String {
    let digits = crate::key::to_hex(sha256);
    alloc::format!("{name}-{}.{ending}", digits.get(..32).unwrap_or_default())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_path_stays_in_its_folder() {
        assert!(is_path("snapshot-0f.swm") && is_path("a/b.c"));
        let escapes = [
            "",
            "/",
            "/a",
            "a/",
            "a//b",
            "..",
            "../a",
            "a/../b",
            ".a",
            "a b",
            "A",
            "https://evil.example/a",
            "a?b",
            "a%2fb",
            "a\\b",
        ];
        for path in escapes {
            assert!(!is_path(path), "{path}");
        }
        assert!(!is_path(&"a".repeat(MAX_PATH_BYTES + 1)));
    }
}
