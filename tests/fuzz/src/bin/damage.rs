//! An intact snapshot with some bytes changed, and cut off somewhere: what a bad download leaves.
#![no_main]

use std::sync::LazyLock;

/// Two bytes that say where, and one that says what is written there.
const PATCH_BYTES: usize = 3;

static INTACT: LazyLock<Vec<u8>> = LazyLock::new(|| shelfwise_tests_fuzz::intact().unwrap_or_default());

libfuzzer_sys::fuzz_target!(|patches: &[u8]| {
    let mut bytes = INTACT.clone();
    assert!(
        !bytes.is_empty(),
        "the builder does not take the parts of the intact snapshot"
    );
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
    shelfwise_tests_drive::snapshot(&bytes);
});
