//! An intact snapshot with changed bytes, possibly truncated, as after a bad download.

use crate::checksum::fix_checksums;

/// Bytes of a patch: two for the position, and one for the value.
const PATCH_BYTES: usize = 3;

/// Damages the snapshot according to `patches`, and serves from the rest. Returns how many positions were filled.
#[must_use]
pub fn damage(patches: &[u8], intact: &[u8]) -> usize {
    let mut bytes = intact.to_vec();
    let (cut, patches) = patches
        .split_first_chunk()
        .map_or((u16::MAX, patches), |(cut, rest)| (u16::from_le_bytes(*cut), rest));
    bytes.truncate(usize::from(cut));
    for patch in patches.chunks_exact(PATCH_BYTES) {
        if let [low, high, value] = *patch
            && let Some(byte) = bytes.get_mut(usize::from(u16::from_le_bytes([low, high])))
        {
            *byte = value;
        }
    }
    let damaged = shelfwise_tests_drive::snapshot(&bytes);
    // The same damage with correct checksums.
    fix_checksums(&mut bytes);
    damaged + shelfwise_tests_drive::snapshot(&bytes)
}
