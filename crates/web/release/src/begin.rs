//! The first message of an update check: time, keys and remembered state.

use shelfwise_sync::Installed;

/// A public key: one byte of role and 32 bytes of key.
type Key = [u8; 33];

/// The first message as the page encodes it: the time in milliseconds since 1970 (8 bytes, little endian), whether the
/// page has a release installed (1 byte), the number of keys (1 byte), each key as its role (the format's number) and its
/// 32 bytes, and the memory that the previous check returned.
#[derive(Debug, PartialEq, Eq)]
pub struct Begin<'a> {
    /// The page's time, in milliseconds since 1970.
    pub now_ms: u64,
    /// Whether the engine already runs with a release.
    pub installed: Installed,
    /// The keys that the shop trusts.
    pub keys: &'a [Key],
    /// The memory that the previous check returned; empty before the first.
    pub memory: &'a [u8],
}

impl<'a> Begin<'a> {
    /// Decodes the message. Returns `None` if it is malformed: the script is then of another version.
    pub fn read(bytes: &'a [u8]) -> Option<Self> {
        let (now_ms, rest) = bytes.split_first_chunk::<8>()?;
        let (installed, rest) = rest.split_first()?;
        let (count, rest) = rest.split_first()?;
        let (keys, memory) = rest.split_at_checked(usize::from(*count) * size_of::<Key>())?;
        Some(Self {
            now_ms: u64::from_le_bytes(*now_ms),
            installed: match installed {
                0 => Installed::Nothing,
                _ => Installed::LastGood,
            },
            keys: keys.as_chunks().0,
            memory,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn message() -> Vec<u8> {
        [
            &[1, 1, 0, 0, 0, 0, 0, 0, 1, 2, 0][..],
            &[5; 32],
            &[1],
            &[6; 32],
            &[7, 8],
        ]
        .concat()
    }

    fn with_role(role: u8, byte: u8) -> Key {
        let mut key = [byte; 33];
        key[0] = role;
        key
    }

    #[test]
    fn message_fields_are_decoded() {
        let expected = Begin {
            now_ms: 257,
            installed: Installed::LastGood,
            keys: &[with_role(0, 5), with_role(1, 6)],
            memory: &[7, 8],
        };
        assert_eq!(Begin::read(&message()), Some(expected));
    }

    #[test]
    fn truncated_message_is_none() {
        let bytes = message();
        for cut in 0..bytes.len() - 2 {
            assert_eq!(Begin::read(&bytes[..cut]), None, "{cut}");
        }
    }
}
