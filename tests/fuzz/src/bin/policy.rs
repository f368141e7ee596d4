//! Any bytes as a policy, over an intact snapshot.
#![no_main]

use std::sync::LazyLock;

static INTACT: LazyLock<Vec<u8>> = LazyLock::new(|| shelfwise_tests_fuzz::intact().unwrap_or_default());

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| {
    shelfwise_tests_drive::policy(bytes, &INTACT);
});
