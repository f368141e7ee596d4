//! Any bytes as a visit, over an intact snapshot.
#![no_main]

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| {
    shelfwise_tests_fuzz::run("events", bytes);
});
