//! The first message of a look: time, keys and memory.

use alloc::vec::Vec;

use shelfwise_sync::{Holding, Role};

/// Of a key: its role, and itself.
const KEY_BYTES: usize = 33;

/// What a look begins with, as the page writes it: the time in milliseconds since 1970 (8 bytes, little endian),
/// whether the page holds a release (1 byte), the number of keys (1 byte), each key as its role (0 release, 1 policy) and
/// its 32 bytes, and what the last look gave to remember.
#[derive(Debug, PartialEq, Eq)]
pub struct Begin<'a> {
    /// The page's time.
    pub now_ms: u64,
    /// Whether the engine runs with a release already.
    pub holding: Holding,
    /// The keys that the shop pins.
    pub keys: Vec<(Role, [u8; 32])>,
    /// What the last look gave; empty before the first.
    pub memory: &'a [u8],
}

impl<'a> Begin<'a> {
    /// `None` for anything else: the script is of another version.
    pub fn read(bytes: &'a [u8]) -> Option<Self> {
        let (now_ms, rest) = bytes.split_first_chunk::<8>()?;
        let (holding, rest) = rest.split_first()?;
        let (count, rest) = rest.split_first()?;
        let (keys, memory) = rest.split_at_checked(usize::from(*count) * KEY_BYTES)?;
        Some(Self {
            now_ms: u64::from_le_bytes(*now_ms),
            holding: match holding {
                0 => Holding::Nothing,
                _ => Holding::LastGood,
            },
            keys: keys.chunks_exact(KEY_BYTES).filter_map(key).collect(),
            memory,
        })
    }
}

fn key(bytes: &[u8]) -> Option<(Role, [u8; 32])> {
    let (role, key) = bytes.split_first()?;
    let role = match role {
        0 => Role::Release,
        _ => Role::Policy,
    };
    Some((role, key.try_into().ok()?))
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

    #[test]
    fn every_field_is_read() {
        let expected = Begin {
            now_ms: 257,
            holding: Holding::LastGood,
            keys: vec![(Role::Release, [5; 32]), (Role::Policy, [6; 32])],
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
