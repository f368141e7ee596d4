//! Fuzzes an intact snapshot, damaged as the input specifies.
#![no_main]

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| {
    shelfwise_tests_fuzz::run("damage", bytes);
});
