//! The first message of a look: time, keys and memory.

use shelfwise_sync::Installed;

/// A key: its role, and itself.
type Key = [u8; 33];

/// What a look begins with, as the page writes it: the time in milliseconds since 1970 (8 bytes, little endian),
/// whether the page holds a release (1 byte), the number of keys (1 byte), each key as its role (by the format's number)
/// and its 32 bytes, and what the last look gave to remember.
#[derive(Debug, PartialEq, Eq)]
pub struct Begin<'a> {
    /// The page's time.
    pub now_ms: u64,
    /// Whether the engine runs with a release already.
    pub installed: Installed,
    /// The keys that the shop pins.
    pub keys: &'a [Key],
    /// What the last look gave; empty before the first.
    pub memory: &'a [u8],
}

impl<'a> Begin<'a> {
    /// `None` for anything else: the script is of another version.
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
    fn every_field_is_read() {
        let expected = Begin {
            now_ms: 257,
            installed: Installed::LastGood,
            keys: &[with_role(0, 5), with_role(1, 6)],
            memory: &[7, 8],
        };
        assert_eq!(Begin::read(&message()), Some(expected));
    }

    #[test]
    fn what_is_cut_short_is_nothing() {
        let bytes = message();
        for cut in 0..bytes.len() - 2 {
            assert_eq!(Begin::read(&bytes[..cut]), None, "{cut}");
        }
    }
}
