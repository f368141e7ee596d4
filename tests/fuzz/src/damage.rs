//! An intact snapshot with some bytes changed, and cut off somewhere: what a bad download leaves.

use crate::checksum::mend;

/// Two bytes that say where, and one that says what is written there.
const PATCH_BYTES: usize = 3;

/// Damages the snapshot as `patches` say, and serves what is left. Returns how many places were filled.
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
    // The same damage by somebody who writes right checksums over it.
    mend(&mut bytes);
    damaged + shelfwise_tests_drive::snapshot(&bytes)
}
